//! `Listener`: a bound, listening descriptor.
//!
//! The limit and the block list are enforced here, before a Python object exists.
//! `_on_connection(accepted)` gets a new connection;
//! `_on_drop(local, remote, reason)` hears of one that was turned away (`"limit"`, `"blocked"`, or
//! `"descriptors"` when the process has no more of them); `_on_accept_error(errno)` of a descriptor
//! that can't accept any more.

use std::net::SocketAddr;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::Mutex;

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;

use super::accepted::{Accepted, Newcomer};
use super::address::{self, End};
use super::block_list::{self, BlockList, Rules};
use super::call;
use super::errors::os_error;
use super::handle::{Handle, Look, Registered};
use super::inherited::{Options, Probes};
use super::listening::Listening;
use super::lock;
use super::owner::Owner;
use super::reactor::Reactor;
use crate::net::accept::{Acceptor, REST_MS, Taken};
use crate::net::admission::Admission;
use crate::reactor::budget::Share;
use crate::reactor::checks::{Broken, is_missed, unlocked};
use crate::reactor::registry::News;
use crate::sys;

struct State {
    listening: Listening,
    accepting: bool,
    /// The kernel said that a connection waits, and the queue has not been found empty since.
    ready: bool,
    admission: Admission,
    /// For connections that may have been made before the listening socket had these options, and
    /// so did not inherit them: until the kernel's queue has once been found empty.
    early: Option<Options>,
    /// Never of a local (path) listener: its peers have no addresses.
    blocked: Option<Rules>,
}

/// A listening descriptor: accepts in batches, enforces the limit, survives running out of
/// descriptors.
#[pyclass(frozen, module = "netserve._core", weakref)]
pub struct Listener {
    state: Mutex<State>,
    reactor: Py<Reactor>,
    /// Whether its connections are TCP's.
    is_tcp: bool,
    /// An object with `_on_connection`, `_on_drop`, `_on_accept_error`.
    owner: Owner,
}

/// What one accept came to.
enum Step {
    Take(OwnedFd, Option<SocketAddr>),
    TurnAway(OwnedFd, Option<SocketAddr>, &'static str),
    Next,
    Stop,
    Fail(i32),
}

impl State {
    fn step(&mut self, reactor: &Reactor) -> Step {
        let acceptor = self.listening.acceptor.as_ref();
        let Some(acceptor) = acceptor.filter(|_| self.accepting && self.ready) else {
            return Step::Stop;
        };
        match reactor.accept(acceptor) {
            Taken::One(socket, peer) => {
                let blocked = &self.blocked;
                let is_blocked = || {
                    blocked
                        .as_ref()
                        .is_some_and(|rules| block_list::blocks(rules, peer.map(|peer| peer.ip())))
                };
                if let Some(reason) = self.admission.decide(is_blocked).reason() {
                    return Step::TurnAway(socket, peer, reason);
                }
                if let Some(options) = self.early {
                    options.set(&socket);
                }
                Step::Take(socket, peer)
            }
            Taken::TooMany(socket, peer) => Step::TurnAway(socket, peer, "descriptors"),
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

impl Registered for Listener {
    fn ready(
        slf: &Bound<'_, Self>,
        news: News,
        _buffer: &mut [u8],
        share: &mut Share,
    ) -> PyResult<()> {
        lock(&slf.get().state).ready |= news.readable;
        share.accepts();
        Self::accept(slf, slf.get().reactor.get(), share)
    }

    /// The rest after an `accept` that found no room is over: accepts again.
    fn expired(slf: &Bound<'_, Self>, _now: u64) -> PyResult<()> {
        let reactor = slf.get().reactor.get();
        {
            let mut state = lock(&slf.get().state);
            state.listening.rest = None;
            state.listening.registration.again(reactor, News::READABLE);
        }
        reactor.kick(slf.py())
    }

    fn close_for_good(slf: &Bound<'_, Self>) -> PyResult<()> {
        drop(Self::take_acceptor(slf));
        Ok(())
    }

    fn watched(slf: &Bound<'_, Self>) -> Option<(RawFd, bool)> {
        lock(&slf.get().state).listening.watched()
    }

    fn check(slf: &Bound<'_, Self>, look: &Look) -> Result<bool, Broken> {
        let state = unlocked(&slf.get().state)?;
        let registration = &state.listening.registration;
        let Some(acceptor) = &state.listening.acceptor else {
            return Err("a listener is registered without a descriptor");
        };
        if !registration.is(look.key) {
            return Err("a listener is registered by a key that is not its own");
        }
        if !registration.is_counted(true) {
            return Err("a listener's part in what keeps the program alive is out of date");
        }
        if state.accepting && !look.coming_back && state.listening.rest.is_none() {
            if state.ready {
                return Err("a listener knows of a connection that waits and will not come back");
            }
            if is_missed(acceptor.fd().as_raw_fd(), look.events) {
                return Err("a listener has a connection waiting that nothing will announce");
            }
        }
        Ok(registration.is_active())
    }
}

impl Listener {
    fn accept(slf: &Bound<'_, Self>, reactor: &Reactor, share: &mut Share) -> PyResult<()> {
        let this = slf.get();
        let py = slf.py();
        let Some(owner) = this.owner.get(py) else { return Ok(()) };
        loop {
            let step = lock(&this.state).step(reactor);
            match step {
                Step::Next => {}
                Step::Take(fd, peer) => {
                    let accepted = Accepted::new(Newcomer { fd, peer, is_tcp: this.is_tcp });
                    call::hook(&owner, intern!(py, "_on_connection"), (accepted,))?;
                }
                Step::TurnAway(socket, peer, reason) => {
                    Self::turn_away(slf, &owner, socket, peer, reason)?;
                }
                Step::Stop => return Self::rest(slf, reactor),
                Step::Fail(errno) => {
                    return call::hook(&owner, intern!(py, "_on_accept_error"), (errno,));
                }
            }
            if !share.goes_on() {
                break;
            }
        }
        lock(&this.state).listening.registration.again(reactor, News::READABLE);
        Ok(())
    }

    fn turn_away(
        slf: &Bound<'_, Self>,
        owner: &Bound<'_, PyAny>,
        socket: OwnedFd,
        peer: Option<SocketAddr>,
        reason: &str,
    ) -> PyResult<()> {
        let py = slf.py();
        let local = address::name(&socket, End::Local);
        let remote = peer.map(Into::into);
        drop(socket);
        slf.get().reactor.get().restock();
        let local = address::to_python(py, &local)?;
        let remote = address::to_python(py, &remote)?;
        call::hook(owner, intern!(py, "_on_drop"), (local, remote, reason))
    }

    /// Rests while a connection still waits (out of memory, or of descriptors with the reserve
    /// gone): the kernel will not say so again, so a deadline does.
    fn rest(slf: &Bound<'_, Self>, reactor: &Reactor) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            let listening = &state.listening;
            let rests = listening.rest.is_some() || listening.acceptor.is_none();
            if !state.ready || !state.accepting || rests {
                return Ok(());
            }
            state.listening.rest = Some(reactor.deadline(reactor.now() + REST_MS, Handle::of(slf)));
        }
        reactor.schedule(slf.py())
    }

    /// Takes the descriptor out, and everything that goes with it.
    fn take_acceptor(slf: &Bound<'_, Self>) -> Option<Acceptor> {
        let this = slf.get();
        let (acceptor, dropped) = lock(&this.state).listening.close(this.reactor.get());
        drop(dropped);
        this.owner.let_go();
        acceptor
    }
}

#[pymethods]
impl Listener {
    /// Takes a listening, non-blocking descriptor over. `no_delay`, `keep_alive` and `user_timeout`
    /// are set on it, once: the connections inherit them. `keep_alive`: `(delay, interval, count)`
    /// in seconds and probes, where a delay of 0 leaves all three to the system; or only the delay;
    /// `None` for off. `user_timeout`: seconds.
    #[new]
    #[pyo3(signature = (reactor, fd, owner, *, live = 0, limit = None, no_delay = false,
                        keep_alive = None, user_timeout = None, block_list = None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        reactor: Py<Reactor>,
        fd: RawFd,
        owner: Py<PyAny>,
        live: usize,
        limit: Option<usize>,
        no_delay: bool,
        keep_alive: Option<Probes>,
        user_timeout: Option<f64>,
        block_list: Option<&Bound<'_, BlockList>>,
    ) -> PyResult<Self> {
        let fd = sys::own(fd).map_err(|errno| os_error(errno, "listen"))?;
        let is_tcp = sys::is_tcp(&fd);
        let options = is_tcp.then_some(Options { no_delay, keep_alive, user_timeout });
        if let Some(options) = options {
            options.set(&fd);
        }
        let state = State {
            listening: Listening::new(reactor.get(), fd),
            accepting: false,
            ready: false,
            admission: Admission { live, limit },
            early: options,
            blocked: block_list.filter(|_| is_tcp).map(|list| list.get().rules()),
        };
        Ok(Self { state: Mutex::new(state), reactor, is_tcp, owner: Owner::new(owner) })
    }

    /// Begins to accept, or goes on after `pause()`.
    fn resume(slf: &Bound<'_, Self>) -> PyResult<()> {
        let this = slf.get();
        let reactor = this.reactor.get();
        {
            let mut state = lock(&this.state);
            if !state.listening.watch(reactor, slf)? {
                return Ok(());
            }
            state.accepting = true;
            if state.ready {
                state.listening.registration.again(reactor, News::READABLE);
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
        lock(&self.state).listening.set_ref(self.reactor.get(), referenced);
        self.reactor.get().kick(py)
    }

    /// The descriptor's number, or -1.
    fn fileno(&self) -> RawFd {
        lock(&self.state).listening.fileno()
    }

    /// The address that it listens on.
    fn name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        let name = match &lock(&self.state).listening.acceptor {
            Some(acceptor) => address::name(acceptor.fd(), End::Local),
            None => None,
        };
        address::to_python(py, &name)
    }

    /// Connections that count towards the limit.
    #[getter]
    fn live(&self) -> usize {
        lock(&self.state).admission.live
    }

    #[setter]
    fn set_live(&self, live: usize) {
        lock(&self.state).admission.live = live;
    }

    /// How many connections there may be; `None`: no limit.
    #[getter]
    fn limit(&self) -> Option<usize> {
        lock(&self.state).admission.limit
    }

    #[setter]
    fn set_limit(&self, limit: Option<usize>) {
        lock(&self.state).admission.limit = limit;
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.reactor)?;
        self.owner.visit(&visit)
    }

    fn __clear__(&self) {
        self.owner.let_go();
    }
}
