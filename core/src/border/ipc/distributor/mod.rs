//! `Distributor`: a cluster's primary listens with it and deals the connections to its workers,
//! without a Python object for any of them.

mod deal;

use std::os::fd::RawFd;
use std::sync::Mutex;

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use super::channel::Channel;
use super::hearer::Dealing;
use crate::border::errors::os_error;
use crate::border::listening::Listening;
use crate::border::lock;
use crate::border::owner::Owner;
use crate::border::reactor::Reactor;
use crate::ipc::dealer::Dealer;
use crate::ipc::schedule::Policy;
use crate::sys;

pub(super) struct State {
    pub(super) listening: Listening,
    pub(super) dealer: Dealer,
    pub(super) channels: Vec<(u64, Py<Channel>)>,
}

/// A listening descriptor whose connections go to workers.
#[pyclass(frozen, module = "netserve._core", weakref)]
pub struct Distributor {
    pub(super) state: Mutex<State>,
    pub(super) name: String,
    pub(super) reactor: Py<Reactor>,
    /// An object with `_choose`, `_on_accept_error`, `_on_shed`, `_on_turned_away`.
    pub(super) owner: Owner,
}

#[pymethods]
impl Distributor {
    /// Takes a listening, non-blocking descriptor over. `name`: what workers know it by.
    #[new]
    fn new(reactor: Py<Reactor>, fd: RawFd, owner: Py<PyAny>, name: String) -> PyResult<Self> {
        let fd = sys::own(fd).map_err(|errno| os_error(errno, "listen"))?;
        let state = State {
            listening: Listening::new(reactor.get(), fd),
            dealer: Dealer::default(),
            channels: Vec::new(),
        };
        Ok(Self { state: Mutex::new(state), name, reactor, owner: Owner::new(owner) })
    }

    /// Begins to accept. `policy`: `"rr"`, `"least"`, or `"chosen"` (`owner._choose(remote)` says
    /// the number of a worker).
    fn open(slf: &Bound<'_, Self>, policy: &str) -> PyResult<()> {
        let reactor = slf.get().reactor.get();
        {
            let mut state = lock(&slf.get().state);
            state.dealer.policy = match policy {
                "least" => Policy::Least,
                "chosen" => Policy::Chosen,
                _ => Policy::RoundRobin,
            };
            state.listening.watch(reactor, slf)?;
        }
        reactor.kick(slf.py())
    }

    /// Deals to the worker behind `channel`, too.
    fn add(slf: &Bound<'_, Self>, id: u64, channel: &Bound<'_, Channel>) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            state.dealer.schedule.add(id);
            state.channels.retain(|(worker, _)| *worker != id);
            state.channels.push((id, channel.clone().unbind()));
        }
        channel.get().forget(slf);
        channel.get().add_dealer(id, Dealing::new(slf, Self::hear));
        Self::deal(slf, slf.get().reactor.get())
    }

    /// Deals to this worker no more. What it has been asked is still its own to answer.
    fn retire(slf: &Bound<'_, Self>, id: u64) -> PyResult<()> {
        lock(&slf.get().state).dealer.retire(id);
        Self::deal(slf, slf.get().reactor.get())
    }

    /// Stops to listen; connections that no worker was given are closed.
    fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        drop(Self::take_acceptor(slf));
        let channels = std::mem::take(&mut lock(&slf.get().state).channels);
        for (_, channel) in channels {
            channel.get().forget(slf);
        }
        slf.get().reactor.get().kick(slf.py())
    }

    /// Whether an open distributor keeps the program alive.
    fn set_ref(&self, py: Python<'_>, referenced: bool) -> PyResult<()> {
        lock(&self.state).listening.set_ref(self.reactor.get(), referenced);
        self.reactor.get().kick(py)
    }

    /// The descriptor's number, or -1.
    fn fileno(&self) -> RawFd {
        lock(&self.state).listening.fileno()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.reactor)?;
        if let Ok(state) = self.state.try_lock() {
            for (_, channel) in &state.channels {
                visit.call(channel)?;
            }
        }
        self.owner.visit(&visit)
    }

    fn __clear__(&self) {
        self.owner.let_go();
    }
}
