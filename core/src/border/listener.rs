//! `Listener`: a bound, listening descriptor.
//!
//! The limit and the block list are enforced here, before a Python object exists.
//! `_on_connection(fd, is_tcp)` gets a new connection's descriptor;
//! `_on_drop(local, remote, reason)` hears of one that was turned away (`"limit"`, `"blocked"`, or
//! `"descriptors"` when the process has no more of them); `_on_accept_error(errno)` of a descriptor
//! that can't accept any more.

use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::Mutex;

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;

use super::address::{self, End};
use super::block_list::{self, BlockList, Rules};
use super::call;
use super::errors::os_error;
use super::handle::Handle;
use super::lock;
use super::reactor::Reactor;
use crate::net::accept::{Acceptor, REST_MS, Taken};
use crate::reactor::budget::Share;
use crate::reactor::deadlines::Deadline;
use crate::reactor::registry::{Key, News, Ready};
use crate::sys::{self, KeepAlive};

pub(super) struct State {
    pub(super) acceptor: Option<Acceptor>,
    pub(super) key: Option<Key>,
    pub(super) accepting: bool,
    /// The kernel said that somebody waits, and nobody has found the queue empty since.
    pub(super) ready: bool,
    live: usize,
    limit: Option<usize>,
    /// For connections that may have been made before the listening socket had these options, and
    /// so did not inherit them: until the kernel's queue has once been found empty.
    early: Option<Options>,
    /// Never of a local (path) listener: its peers have no addresses.
    blocked: Option<Rules>,
    pub(super) unref: bool,
    pub(super) active: bool,
    pub(super) rest: Option<Deadline>,
}

/// What every connection of a server gets.
#[derive(Clone, Copy)]
pub struct Options {
    /// Small writes leave at once.
    pub no_delay: bool,
    /// How a silent peer is watched, where it is.
    pub keep_alive: Option<Probes>,
}

/// How Python says how a silent peer is watched: `(delay, interval, count)`, in seconds and probes,
/// or only the delay.
#[derive(Clone, Copy, FromPyObject)]
pub enum Probes {
    /// Seconds before the first probe.
    Delay(u64),
    /// Seconds before the first probe and between two, and how many there are.
    Whole(f64, f64, u32),
}

/// A listening descriptor: accepts in batches, enforces the limit, survives running out of
/// descriptors.
#[pyclass(frozen, module = "netserve._core", weakref)]
pub struct Listener {
    pub(super) state: Mutex<State>,
    reactor: Py<Reactor>,
    /// Whether its connections are TCP's.
    is_tcp: bool,
    /// An object with `_on_connection`, `_on_drop`, `_on_accept_error`.
    owner: Mutex<Option<Py<PyAny>>>,
}

/// What one accept came to.
enum Step {
    Take(OwnedFd),
    TurnAway(OwnedFd, &'static str),
    Next,
    Stop,
    Fail(i32),
}

impl State {
    fn recount(&mut self, reactor: &Reactor) {
        let active = !self.unref && self.acceptor.is_some();
        if active != self.active {
            self.active = active;
            reactor.count(active);
        }
    }

    fn step(&mut self) -> Step {
        let Some(acceptor) = &mut self.acceptor else {
            return Step::Stop;
        };
        if !self.accepting || !self.ready {
            return Step::Stop;
        }
        match acceptor.take() {
            Taken::One(socket, _) if self.limit.is_some_and(|limit| self.live >= limit) => {
                Step::TurnAway(socket, "limit")
            }
            Taken::One(socket, peer)
                if self.blocked.as_ref().is_some_and(|rules| block_list::blocks(rules, peer)) =>
            {
                Step::TurnAway(socket, "blocked")
            }
            Taken::One(socket, _) => {
                self.live += 1;
                if let Some(options) = self.early {
                    options.set(&socket);
                }
                Step::Take(socket)
            }
            Taken::TooMany(socket) => Step::TurnAway(socket, "descriptors"),
            Taken::Gone => Step::Next,
            Taken::Nobody => {
                self.ready = false;
                self.early = None;
                Step::Stop
            }
            // We stay ready and look again after a rest.
            Taken::Later => Step::Stop,
            Taken::Broken(errno) => {
                self.accepting = false;
                Step::Fail(errno)
            }
        }
    }
}

impl Options {
    /// Sets them on a connection, or on a listening socket, whose connections inherit them. A
    /// connection that the peer has closed already refuses them: its first read says so.
    pub fn set(&self, socket: &OwnedFd) {
        if self.no_delay {
            let _ = sys::set_no_delay(socket, true);
        }
        if let Some(schedule) = self.keep_alive {
            let _ = sys::set_keep_alive(socket, Some(schedule.into()));
        }
    }
}

impl From<Probes> for KeepAlive {
    fn from(schedule: Probes) -> Self {
        match schedule {
            Probes::Delay(delay) => Self { delay, interval: 0, count: 0 },
            // The system counts whole seconds.
            Probes::Whole(delay, interval, count) => {
                Self { delay: delay as u64, interval: interval.max(1.0) as u64, count }
            }
        }
    }
}

impl Listener {
    /// The kernel said that somebody waits.
    pub fn ready(
        slf: &Bound<'_, Self>,
        reactor: &Reactor,
        ready: Ready,
        share: &mut Share,
    ) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            if state.key != Some(ready.key) {
                return Ok(());
            }
            state.ready |= ready.news.readable;
        }
        Self::accept(slf, reactor, share)
    }

    /// A rest is over.
    pub fn expired(slf: &Bound<'_, Self>, reactor: &Reactor) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            state.rest = None;
            if let (true, Some(key)) = (state.acceptor.is_some(), state.key) {
                reactor.again(Ready { key, news: News::READABLE });
            }
        }
        reactor.kick(slf.py())
    }

    fn accept(slf: &Bound<'_, Self>, reactor: &Reactor, share: &mut Share) -> PyResult<()> {
        let this = slf.get();
        let py = slf.py();
        let Some(owner) = lock(&this.owner).as_ref().map(|owner| owner.clone_ref(py)) else {
            return Ok(());
        };
        let owner = owner.bind(py);
        loop {
            let step = lock(&this.state).step();
            match step {
                Step::Next => {}
                Step::Take(socket) => {
                    let fd = socket.into_raw_fd();
                    call::hook(owner, intern!(py, "_on_connection"), (fd, this.is_tcp))?;
                }
                Step::TurnAway(socket, reason) => Self::turn_away(slf, owner, socket, reason)?,
                Step::Stop => return Self::rest(slf, reactor),
                Step::Fail(errno) => {
                    return call::hook(owner, intern!(py, "_on_accept_error"), (errno,));
                }
            }
            if !share.goes_on() {
                break;
            }
        }
        if let Some(key) = lock(&this.state).key {
            reactor.again(Ready { key, news: News::READABLE });
        }
        Ok(())
    }

    fn turn_away(
        slf: &Bound<'_, Self>,
        owner: &Bound<'_, PyAny>,
        socket: OwnedFd,
        reason: &str,
    ) -> PyResult<()> {
        let py = slf.py();
        let local = address::name(&socket, End::Local);
        let remote = address::name(&socket, End::Remote);
        drop(socket);
        if let Some(acceptor) = &mut lock(&slf.get().state).acceptor {
            acceptor.restock();
        }
        let local = address::to_python(py, &local)?;
        let remote = address::to_python(py, &remote)?;
        call::hook(owner, intern!(py, "_on_drop"), (local, remote, reason))
    }

    /// Stopped while somebody still waits (out of memory, or of descriptors with the reserve gone):
    /// the kernel will not say so again, the clock does.
    fn rest(slf: &Bound<'_, Self>, reactor: &Reactor) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            if !state.ready || !state.accepting || state.rest.is_some() || state.acceptor.is_none()
            {
                return Ok(());
            }
            let handle = Handle::Listener(slf.clone().unbind());
            state.rest = Some(reactor.deadline(reactor.now() + REST_MS, handle));
        }
        reactor.schedule(slf.py())
    }

    /// Takes the descriptor out, and everything that goes with it.
    pub(super) fn take_acceptor(slf: &Bound<'_, Self>) -> Option<Acceptor> {
        let this = slf.get();
        let reactor = this.reactor.get();
        let (acceptor, dropped) = {
            let mut state = lock(&this.state);
            let acceptor = state.acceptor.take();
            state.recount(reactor);
            // A copy (another server's, a forked child's) would keep the kernel's entry.
            let fd = acceptor.as_ref().map(|acceptor| acceptor.fd().as_raw_fd());
            let handle = state.key.take().and_then(|key| reactor.remove(key, fd));
            let rest = state.rest.take().and_then(|rest| reactor.cancel(rest));
            (acceptor, (handle, rest))
        };
        let owner = lock(&this.owner).take();
        drop((dropped, owner));
        acceptor
    }
}

#[pymethods]
impl Listener {
    /// Takes a listening, non-blocking descriptor over. `no_delay` and `keep_alive` are set on it,
    /// once: the connections inherit them. `keep_alive`: `(delay, interval, count)` in seconds and
    /// probes, where a delay of 0 leaves all three to the system; or only the delay; `None` for off.
    #[new]
    #[pyo3(signature = (reactor, fd, owner, *, live = 0, limit = None, no_delay = false,
                        keep_alive = None, block_list = None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        reactor: Py<Reactor>,
        fd: RawFd,
        owner: Py<PyAny>,
        live: usize,
        limit: Option<usize>,
        no_delay: bool,
        keep_alive: Option<Probes>,
        block_list: Option<&Bound<'_, BlockList>>,
    ) -> PyResult<Self> {
        let acceptor = Acceptor::new(sys::own(fd).map_err(|errno| os_error(errno, "listen"))?);
        let is_tcp = sys::is_tcp(acceptor.fd());
        let options = is_tcp.then_some(Options { no_delay, keep_alive });
        if let Some(options) = options {
            options.set(acceptor.fd());
        }
        let state = State {
            acceptor: Some(acceptor),
            key: None,
            accepting: false,
            ready: false,
            live,
            limit,
            early: options,
            blocked: block_list.filter(|_| is_tcp).map(|list| list.get().rules()),
            unref: false,
            active: false,
            rest: None,
        };
        Ok(Self { state: Mutex::new(state), reactor, is_tcp, owner: Mutex::new(Some(owner)) })
    }

    /// Begins to accept, or goes on after `pause()`.
    fn resume(slf: &Bound<'_, Self>) -> PyResult<()> {
        let this = slf.get();
        let reactor = this.reactor.get();
        {
            let mut state = lock(&this.state);
            let Some(acceptor) = &state.acceptor else {
                return Ok(());
            };
            state.key = match state.key {
                Some(key) => Some(key),
                None => {
                    let handle = Handle::Listener(slf.clone().unbind());
                    Some(reactor.watch(acceptor.fd().as_raw_fd(), handle, false)?)
                }
            };
            state.accepting = true;
            state.recount(reactor);
            if let (true, Some(key)) = (state.ready, state.key) {
                reactor.again(Ready { key, news: News::READABLE });
            }
        }
        reactor.kick(slf.py())
    }

    /// Leaves new connections in the kernel's queue.
    fn pause(&self) {
        lock(&self.state).accepting = false;
    }

    /// Closes the descriptor.
    fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        drop(Self::take_acceptor(slf));
        slf.get().reactor.get().kick(slf.py())
    }

    /// Gives the descriptor away.
    fn detach(slf: &Bound<'_, Self>) -> PyResult<Option<RawFd>> {
        let acceptor = Self::take_acceptor(slf);
        slf.get().reactor.get().kick(slf.py())?;
        Ok(acceptor.map(|acceptor| acceptor.into_fd().into_raw_fd()))
    }

    /// Whether an open listener keeps the program alive.
    fn set_ref(&self, py: Python<'_>, referenced: bool) -> PyResult<()> {
        {
            let mut state = lock(&self.state);
            state.unref = !referenced;
            state.recount(self.reactor.get());
        }
        self.reactor.get().kick(py)
    }

    /// The descriptor's number, or -1.
    fn fileno(&self) -> RawFd {
        lock(&self.state).acceptor.as_ref().map_or(-1, |acceptor| acceptor.fd().as_raw_fd())
    }

    /// The address that it listens on.
    fn name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let name = match &lock(&self.state).acceptor {
            Some(acceptor) => address::name(acceptor.fd(), End::Local),
            None => None,
        };
        address::to_python(py, &name)
    }

    /// Connections that count towards the limit.
    #[getter]
    fn live(&self) -> usize {
        lock(&self.state).live
    }

    #[setter]
    fn set_live(&self, live: usize) {
        lock(&self.state).live = live;
    }

    /// How many connections there may be; `None`: no limit.
    #[getter]
    fn limit(&self) -> Option<usize> {
        lock(&self.state).limit
    }

    #[setter]
    fn set_limit(&self, limit: Option<usize>) {
        lock(&self.state).limit = limit;
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.reactor)?;
        match self.owner.try_lock() {
            Ok(owner) => visit.call(&*owner),
            Err(_) => Ok(()),
        }
    }

    fn __clear__(&self) {
        let owner = lock(&self.owner).take();
        drop(owner);
    }
}
