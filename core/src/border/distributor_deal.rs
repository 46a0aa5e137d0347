//! Dealing: who gets which connection, and what comes of it.

use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::Arc;

use bytes::Bytes;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::address::{self, End};
use super::call;
use super::channel::{Channel, next_seq};
use super::distributor::{Connection, Distributor, State};
use super::handle::Handle;
use super::lock;
use super::reactor::Reactor;
use crate::ipc::messages;
use crate::ipc::schedule::{Next, Policy};
use crate::ipc::send_queue::Outgoing;
use crate::net::accept::{Acceptor, REST_MS, Taken};
use crate::reactor::budget::Share;
use crate::reactor::registry::{News, Ready};

/// How many connections may wait for the worker that was chosen for them.
const MOST_CHOSEN: usize = 256;

enum Step {
    Give(u64, Connection),
    Choose(Connection),
    Shed(OwnedFd),
    Next,
    Rest(u64),
    Stop,
    Fail(i32),
}

impl State {
    pub(super) fn recount(&mut self, reactor: &Reactor) {
        let active = !self.unref && self.acceptor.is_some();
        if active != self.active {
            self.active = active;
            reactor.count(active);
        }
    }

    /// The next connection, as `make` wants it.
    fn connection(&mut self, now: u64, make: impl FnOnce(Connection) -> Step) -> Step {
        if let Some(connection) = self.waiting.pop_front() {
            return make(connection);
        }
        let Some(acceptor) = self.acceptor.as_mut().filter(|_| self.ready) else {
            return Step::Stop;
        };
        match acceptor.take() {
            Taken::One(socket, _) => make(Arc::new(socket)),
            Taken::TooMany(socket) => Step::Shed(socket),
            Taken::Gone => Step::Next,
            Taken::Nobody => {
                self.ready = false;
                Step::Stop
            }
            Taken::Later => Step::Rest(now + REST_MS),
            Taken::Broken(errno) => {
                self.ready = false;
                Step::Fail(errno)
            }
        }
    }

    fn step(&mut self, now: u64) -> Step {
        if self.policy == Policy::Chosen {
            let free = self.chosen.iter().position(|(id, _)| self.schedule.is_free(*id, now));
            if let Some((id, connection)) = free.and_then(|at| self.chosen.remove(at)) {
                return Step::Give(id, connection);
            }
            if !self.schedule.is_empty() && self.chosen.len() < MOST_CHOSEN {
                return match self.connection(now, Step::Choose) {
                    Step::Stop if !self.chosen.is_empty() => self.patience(now),
                    step => step,
                };
            }
            return self.patience(now);
        }
        match self.schedule.next(self.policy, now) {
            Next::Worker(id) => self.connection(now, |connection| Step::Give(id, connection)),
            Next::Wait(until) if self.ready || !self.waiting.is_empty() => Step::Rest(until),
            Next::Wait(_) | Next::Nobody => Step::Stop,
        }
    }

    fn patience(&self, now: u64) -> Step {
        self.schedule.next_rested(now).map_or(Step::Stop, Step::Rest)
    }

    pub(super) fn give_back(&mut self, seq: u64) -> bool {
        let Some(at) = self.asked.iter().position(|(asked, _)| *asked == seq) else {
            return false;
        };
        let (_, connection) = self.asked.swap_remove(at);
        if self.acceptor.is_some() {
            self.waiting.push_front(connection);
        }
        true
    }
}

impl Distributor {
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
        Self::deal_within(slf, reactor, share)
    }

    /// A rest is over.
    pub fn expired(slf: &Bound<'_, Self>, reactor: &Reactor) -> PyResult<()> {
        lock(&slf.get().state).rest = None;
        Self::deal(slf, reactor)
    }

    /// Gives connections to workers as long as there are both.
    pub(super) fn deal(slf: &Bound<'_, Self>, reactor: &Reactor) -> PyResult<()> {
        Self::deal_within(slf, reactor, &mut Share::begin())
    }

    fn deal_within(slf: &Bound<'_, Self>, reactor: &Reactor, share: &mut Share) -> PyResult<()> {
        loop {
            let step = {
                let mut state = lock(&slf.get().state);
                if state.acceptor.is_none() {
                    return Ok(());
                }
                state.step(reactor.now())
            };
            match step {
                Step::Next => {}
                Step::Stop => return Ok(()),
                Step::Give(id, connection) => Self::give(slf, id, connection)?,
                Step::Choose(connection) => Self::choose(slf, connection)?,
                Step::Rest(until) => return Self::rest(slf, reactor, until),
                Step::Shed(socket) => {
                    drop(socket);
                    if let Some(acceptor) = &mut lock(&slf.get().state).acceptor {
                        acceptor.restock();
                    }
                    Self::tell(slf, "_on_shed", ())?;
                }
                Step::Fail(errno) => return Self::tell(slf, "_on_accept_error", (errno,)),
            }
            if !share.goes_on() {
                break;
            }
        }
        if let Some(key) = lock(&slf.get().state).key {
            reactor.again(Ready { key, news: News::default() });
        }
        Ok(())
    }

    fn give(slf: &Bound<'_, Self>, id: u64, connection: Connection) -> PyResult<()> {
        let py = slf.py();
        let this = slf.get();
        let seq = next_seq();
        let channel = {
            let mut state = lock(&this.state);
            let found = state.channels.iter().find(|(worker, _)| *worker == id);
            let channel = found.map(|(_, channel)| channel.clone_ref(py));
            if channel.is_some() {
                state.schedule.give(id, seq, this.reactor.get().now());
                state.asked.push((seq, connection.clone()));
            }
            channel
        };
        let Some(channel) = channel else {
            lock(&this.state).waiting.push_front(connection);
            return Ok(());
        };
        let channel = channel.bind(py);
        let bytes: Bytes = channel.get().frame(py, messages::connection(&this.name, seq))?;
        let outgoing = Outgoing { bytes, fd: Some(connection), precious: true, counted: false };
        Channel::enqueue(channel, outgoing)
    }

    /// Asks whom a connection is for.
    fn choose(slf: &Bound<'_, Self>, connection: Connection) -> PyResult<()> {
        let py = slf.py();
        let remote = address::to_python(py, &address::name(&*connection, End::Remote))?;
        let id = match lock(&slf.get().owner).as_ref().map(|owner| owner.bind(py).clone()) {
            Some(owner) => owner.call_method1(intern!(py, "_choose"), (remote,))?.extract()?,
            None => None,
        };
        let now = slf.get().reactor.get().now();
        let mut state = lock(&slf.get().state);
        let known = id.filter(|id| state.schedule.has(*id));
        match (known, state.schedule.next(Policy::RoundRobin, now)) {
            (Some(id), _) | (None, Next::Worker(id)) => state.chosen.push_back((id, connection)),
            (None, _) => match state.channels.first().map(|(id, _)| *id) {
                Some(id) => state.chosen.push_back((id, connection)),
                None => state.waiting.push_back(connection),
            },
        }
        Ok(())
    }

    fn rest(slf: &Bound<'_, Self>, reactor: &Reactor, until: u64) -> PyResult<()> {
        let old = {
            let mut state = lock(&slf.get().state);
            let handle = Handle::Distributor(slf.clone().unbind());
            let new = reactor.deadline(until, handle);
            state.rest.replace(new).and_then(|rest| reactor.cancel(rest))
        };
        drop(old);
        reactor.schedule(slf.py())
    }

    fn tell<'py, A: pyo3::call::PyCallArgs<'py>>(
        slf: &Bound<'py, Self>,
        name: &str,
        arguments: A,
    ) -> PyResult<()> {
        let owner = lock(&slf.get().owner).as_ref().map(|owner| owner.bind(slf.py()).clone());
        match owner {
            Some(owner) => call::hook(&owner, &PyString::intern(slf.py(), name), arguments),
            None => Ok(()),
        }
    }

    /// A worker answered for the connection `seq`. Whether it is one of ours.
    pub(super) fn answered(
        slf: &Bound<'_, Self>,
        id: u64,
        seq: u64,
        accepted: bool,
        open: Option<usize>,
    ) -> PyResult<bool> {
        let reactor = slf.get().reactor.get();
        {
            let mut state = lock(&slf.get().state);
            if !state.asked.iter().any(|(asked, _)| *asked == seq) {
                return Ok(false);
            }
            if accepted {
                state.asked.retain(|(asked, _)| *asked != seq);
            } else {
                state.give_back(seq);
            }
            state.schedule.answered(seq, accepted, reactor.now());
            if let Some(open) = open {
                state.schedule.tell(id, open);
            }
        }
        Self::deal(slf, reactor)?;
        Ok(true)
    }

    /// A worker says how many connections it has.
    pub(super) fn told(slf: &Bound<'_, Self>, id: u64, key: &str, open: usize) -> PyResult<()> {
        if key != slf.get().name {
            return Ok(());
        }
        lock(&slf.get().state).schedule.tell(id, open);
        Self::deal(slf, slf.get().reactor.get())
    }

    /// A worker's channel is closed: what it had not begun goes to others.
    pub(super) fn gone(slf: &Bound<'_, Self>, id: u64) -> PyResult<()> {
        let dropped = {
            let mut guard = lock(&slf.get().state);
            let state = &mut *guard;
            if let Some(seq) = state.schedule.remove(id) {
                state.give_back(seq);
            }
            let chosen = std::mem::take(&mut state.chosen);
            for (worker, connection) in chosen {
                if worker == id {
                    state.waiting.push_back(connection);
                } else {
                    state.chosen.push_back((worker, connection));
                }
            }
            let at = state.channels.iter().position(|(worker, _)| *worker == id);
            at.map(|at| state.channels.swap_remove(at))
        };
        drop(dropped);
        Self::deal(slf, slf.get().reactor.get())
    }

    /// Takes the descriptor out, and everything that goes with it.
    pub(super) fn take_acceptor(slf: &Bound<'_, Self>) -> Option<Acceptor> {
        let this = slf.get();
        let reactor = this.reactor.get();
        let (acceptor, dropped) = {
            let mut state = lock(&this.state);
            let acceptor = state.acceptor.take();
            state.recount(reactor);
            let fd = acceptor.as_ref().map(|acceptor| acceptor.fd().as_raw_fd());
            let handle = state.key.take().and_then(|key| reactor.remove(key, fd));
            let rest = state.rest.take().and_then(|rest| reactor.cancel(rest));
            let chosen = std::mem::take(&mut state.chosen);
            (acceptor, (handle, rest, std::mem::take(&mut state.waiting), chosen))
        };
        let owner = lock(&this.owner).take();
        drop((dropped, owner));
        acceptor
    }
}
