//! `WorkerListener`: what a cluster's worker has in place of a `Listener`. The primary listens, and
//! deals connections over the channel; to the server that owns it, it looks like a listener.
//!
//! The limit and the block list are enforced here. Above the limit a connection is refused, for the
//! primary to give to another worker (or dropped, where the server asked for that).

use std::collections::VecDeque;
use std::sync::Mutex;

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;

use super::channel::Channel;
use super::hearer::Taking;
use crate::border::accepted::{Accepted, Newcomer};
use crate::border::address::{self, End};
use crate::border::block_list::{self, BlockList, Rules};
use crate::border::call;
use crate::border::call::Tick;
use crate::border::inherited::{Options, Probes};
use crate::border::lock;
use crate::border::owner::Owner;
use crate::border::reactor::Reactor;
use crate::border::registration::Registration;
use crate::ipc::dealer::Dealt;
use crate::ipc::messages;
use crate::net::admission::{Admission, Gate, Offer};
use crate::sys;

struct State {
    gate: Gate,
    admission: Admission,
    drop_above: bool,
    blocked: Option<Rules>,
    options: Options,
    registration: Registration,
    /// Connections that came while accepting rested, by number; they are answered for when it goes
    /// on.
    held: VecDeque<(u64, Newcomer)>,
    /// The primary wants to know how many connections there are.
    reports: bool,
    /// That number has changed since the primary was last told.
    report_due: bool,
}

/// A worker's part in what the primary listens on.
#[pyclass(frozen, module = "netserve._core", weakref)]
pub struct WorkerListener {
    state: Mutex<State>,
    key: String,
    /// Where the primary listens for us: what `name()` of a `Listener` says.
    name: Py<PyAny>,
    reactor: Py<Reactor>,
    channel: Mutex<Option<Py<Channel>>>,
    /// An object with `_on_connection`, `_on_drop`.
    owner: Owner,
}

impl State {
    fn recount(&mut self, reactor: &Reactor) {
        self.registration.recount(reactor, self.gate != Gate::Closed);
    }

    fn decide(&mut self, newcomer: &Newcomer) -> Offer {
        let blocked = &self.blocked;
        let is_blocked = || blocked.as_ref().is_some_and(|rules| is_blocked(rules, newcomer));
        self.gate.decide(&mut self.admission, self.drop_above, is_blocked)
    }

    fn open(&mut self, open: bool) {
        if self.gate != Gate::Closed {
            self.gate = if open { Gate::Open } else { Gate::Paused };
        }
    }

    fn said(&mut self) -> Option<usize> {
        self.report_due = false;
        self.reports.then_some(self.admission.live)
    }
}

/// A local connection has no address, and is never blocked.
fn is_blocked(rules: &Rules, newcomer: &Newcomer) -> bool {
    newcomer.is_tcp && block_list::blocks(rules, newcomer.peer.map(|peer| peer.ip()))
}

impl WorkerListener {
    fn taking(slf: &Bound<'_, Self>) -> Taking {
        Taking::new(slf, |object, dealt, newcomer| {
            let slf = object.cast::<Self>()?;
            match (dealt, Self::channel(slf)) {
                (Dealt::Begins, _) => Self::start(slf, newcomer),
                (Dealt::Offered(seq), Some(channel)) => Self::offer(slf, &channel, seq, newcomer),
                (Dealt::Offered(_), None) => Ok(()),
            }
        })
    }

    /// A connection that the primary dealt.
    fn offer(
        slf: &Bound<'_, Self>,
        channel: &Bound<'_, Channel>,
        seq: u64,
        newcomer: Newcomer,
    ) -> PyResult<()> {
        let (offer, open) = {
            let mut state = lock(&slf.get().state);
            let is_stream = sys::is_stream(&newcomer.fd);
            let offer = if is_stream { state.decide(&newcomer) } else { Offer::Refuse };
            (offer, state.said())
        };
        match offer {
            Offer::Hold => {
                lock(&slf.get().state).held.push_back((seq, newcomer));
                Channel::flush(channel)
            }
            Offer::Refuse => {
                drop(newcomer);
                Channel::answer_offer(channel, seq, false, open)
            }
            Offer::Take => {
                Channel::answer_offer(channel, seq, true, open)?;
                Channel::start(channel, Self::taking(slf), newcomer)
            }
            Offer::Drop(reason) => {
                let local = address::name(&newcomer.fd, End::Local);
                let remote = newcomer.peer.map(Into::into);
                drop(newcomer);
                Channel::answer_offer(channel, seq, true, open)?;
                let local = address::to_python(slf.py(), &local)?;
                let remote = address::to_python(slf.py(), &remote)?;
                let name = intern!(slf.py(), "_on_drop");
                slf.get().owner.tell(slf.py(), name, (local, remote, reason))
            }
        }
    }

    /// The connection is ours.
    fn start(slf: &Bound<'_, Self>, newcomer: Newcomer) -> PyResult<()> {
        let Some(owner) = slf.get().owner.get(slf.py()) else { return Ok(()) };
        sys::unblock(&newcomer.fd);
        // There is no listening socket here that it could have inherited them from.
        lock(&slf.get().state).options.set(&newcomer.fd);
        let name = intern!(slf.py(), "_on_connection");
        call::hook(&owner, name, (Accepted::new(newcomer),))
    }

    fn channel<'py>(slf: &Bound<'py, Self>) -> Option<Bound<'py, Channel>> {
        lock(&slf.get().channel).as_ref().map(|channel| channel.bind(slf.py()).clone())
    }
}

#[pymethods]
impl WorkerListener {
    /// Takes connections of what the primary calls `key`. The options are those of a `Listener`;
    /// `drop_above`: what is above the limit is dropped, not refused. `reports`: the primary is
    /// told how many connections there are.
    #[new]
    #[pyo3(signature = (reactor, channel, key, name, owner, *, live = 0, limit = None,
                        no_delay = false, keep_alive = None, user_timeout = None,
                        drop_above = false,
                        reports = false, block_list = None))]
    #[allow(clippy::too_many_arguments)]
    fn new(
        reactor: Py<Reactor>,
        channel: Py<Channel>,
        key: String,
        name: Py<PyAny>,
        owner: Py<PyAny>,
        live: usize,
        limit: Option<usize>,
        no_delay: bool,
        keep_alive: Option<Probes>,
        user_timeout: Option<f64>,
        drop_above: bool,
        reports: bool,
        block_list: Option<&Bound<'_, BlockList>>,
    ) -> Self {
        let state = State {
            gate: Gate::Paused,
            admission: Admission { live, limit },
            drop_above,
            blocked: block_list.map(|list| list.get().rules()),
            options: Options { no_delay, keep_alive, user_timeout },
            registration: Registration::default(),
            held: VecDeque::new(),
            reports,
            report_due: false,
        };
        let (channel, owner) = (Mutex::new(Some(channel)), Owner::new(owner));
        Self { state: Mutex::new(state), key, name, reactor, channel, owner }
    }

    /// Begins to accept, or goes on after `pause()`.
    fn resume(slf: &Bound<'_, Self>) -> PyResult<()> {
        let held = {
            let mut state = lock(&slf.get().state);
            state.open(true);
            state.recount(slf.get().reactor.get());
            std::mem::take(&mut state.held)
        };
        if let Some(channel) = Self::channel(slf) {
            channel.get().add_taker(&slf.get().key, Self::taking(slf));
            for (seq, newcomer) in held {
                Self::offer(slf, &channel, seq, newcomer)?;
            }
        }
        slf.get().reactor.get().kick(slf.py())
    }

    /// Answers for no connection that comes: the primary keeps it, and deals later ones to others.
    fn pause(&self) {
        lock(&self.state).open(false);
    }

    /// Takes no more connections; what was held is given back.
    fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        let reactor = slf.get().reactor.get();
        let held = {
            let mut state = lock(&slf.get().state);
            state.gate = Gate::Closed;
            state.recount(reactor);
            std::mem::take(&mut state.held)
        };
        if let Some(channel) = Self::channel(slf) {
            channel.get().forget(slf);
            for (seq, newcomer) in held {
                drop(newcomer);
                Channel::answer_offer(&channel, seq, false, None)?;
            }
            // The primary hears, or has heard, that these are ours.
            Channel::start_those_of(&channel, slf)?;
        }
        let channel = lock(&slf.get().channel).take();
        drop(channel);
        slf.get().owner.let_go();
        reactor.kick(slf.py())
    }

    /// Whether an open one keeps the program alive.
    fn set_ref(&self, py: Python<'_>, referenced: bool) -> PyResult<()> {
        {
            let mut state = lock(&self.state);
            state.registration.set_ref(referenced);
            state.recount(self.reactor.get());
        }
        self.reactor.get().kick(py)
    }

    /// There is no descriptor here: the primary has it.
    #[allow(clippy::unused_self)]
    fn fileno(&self) -> i32 {
        -1
    }

    /// The address that the primary listens on.
    fn name(&self, py: Python<'_>) -> Py<PyAny> {
        self.name.clone_ref(py)
    }

    /// Connections that count towards the limit.
    #[getter]
    fn live(&self) -> usize {
        lock(&self.state).admission.live
    }

    #[setter]
    fn set_live(slf: &Bound<'_, Self>, live: usize) -> PyResult<()> {
        let due = {
            let mut state = lock(&slf.get().state);
            state.admission.live = live;
            state.reports && !std::mem::replace(&mut state.report_due, true)
        };
        if due {
            let reactor = slf.get().reactor.get();
            reactor.push_tick(Tick::method(slf.as_any(), "report", ())?);
            reactor.kick(slf.py())?;
        }
        Ok(())
    }

    /// Tells the primary how many connections there are, unless it knows.
    fn report(slf: &Bound<'_, Self>) -> PyResult<()> {
        let live = {
            let mut state = lock(&slf.get().state);
            if !std::mem::take(&mut state.report_due) {
                return Ok(());
            }
            state.admission.live
        };
        match Self::channel(slf) {
            Some(channel) => {
                Channel::say(&channel, messages::open(&slf.get().key, live, messages::next_seq()))
            }
            None => Ok(()),
        }
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

    /// Whether what is above the limit is dropped.
    #[getter]
    fn drop_above(&self) -> bool {
        lock(&self.state).drop_above
    }

    #[setter]
    fn set_drop_above(&self, drop_above: bool) {
        lock(&self.state).drop_above = drop_above;
    }

    /// What the primary calls it.
    #[getter]
    fn key(&self) -> &str {
        &self.key
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.reactor)?;
        if let Ok(channel) = self.channel.try_lock() {
            visit.call(&*channel)?;
        }
        self.owner.visit(&visit)
    }

    fn __clear__(&self) {
        let channel = lock(&self.channel).take();
        drop(channel);
        self.owner.let_go();
    }
}
