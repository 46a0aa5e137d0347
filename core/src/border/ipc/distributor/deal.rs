//! Dealing: who gets which connection, and what comes of it.

use std::os::fd::RawFd;

use bytes::Bytes;
use pyo3::intern;
use pyo3::prelude::*;

use super::{Distributor, State};
use crate::border::address::{self, End};
use crate::border::handle::{Handle, Look, Registered};
use crate::border::ipc::channel::Channel;
use crate::border::lock;
use crate::border::reactor::Reactor;
use crate::ipc::dealer::{Connection, Step, Word};
use crate::ipc::messages;
use crate::ipc::send_queue::Outgoing;
use crate::net::accept::Acceptor;
use crate::reactor::budget::Share;
use crate::reactor::checks::{Broken, unlocked};
use crate::reactor::registry::News;

impl Registered for Distributor {
    fn ready(
        slf: &Bound<'_, Self>,
        news: News,
        _buffer: &mut [u8],
        share: &mut Share,
    ) -> PyResult<()> {
        if news.readable {
            lock(&slf.get().state).dealer.ready();
        }
        Self::deal_within(slf, slf.get().reactor.get(), share)
    }

    /// The time until which no worker could be given a connection is over: deals again.
    fn expired(slf: &Bound<'_, Self>, _now: u64) -> PyResult<()> {
        lock(&slf.get().state).listening.rest = None;
        Self::deal(slf, slf.get().reactor.get())
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
        if !registration.is(look.key) {
            return Err("a distributor is registered by a key that is not its own");
        }
        if !registration.is_counted(state.listening.acceptor.is_some()) {
            return Err("a distributor's part in what keeps the program alive is out of date");
        }
        Ok(registration.is_active())
    }
}

impl Distributor {
    /// Gives connections to workers as long as there are both.
    pub(super) fn deal(slf: &Bound<'_, Self>, reactor: &Reactor) -> PyResult<()> {
        Self::deal_within(slf, reactor, &mut Share::begin())
    }

    fn deal_within(slf: &Bound<'_, Self>, reactor: &Reactor, share: &mut Share) -> PyResult<()> {
        loop {
            let step = {
                let mut state = lock(&slf.get().state);
                let State { listening, dealer, .. } = &mut *state;
                let Some(acceptor) = &listening.acceptor else { return Ok(()) };
                dealer.step(reactor.now(), || reactor.accept(acceptor))
            };
            match step {
                Step::Next => {}
                Step::Stop => return Ok(()),
                Step::Give(id, connection) => Self::give(slf, id, connection)?,
                Step::Choose(connection) => Self::choose(slf, connection)?,
                Step::Rest(until) => return Self::rest(slf, reactor, until),
                Step::Shed(socket) => {
                    drop(socket);
                    reactor.restock();
                    slf.get().owner.tell(slf.py(), intern!(slf.py(), "_on_shed"), ())?;
                }
                Step::TurnAway(connection) => {
                    drop(connection);
                    slf.get().owner.tell(slf.py(), intern!(slf.py(), "_on_turned_away"), ())?;
                }
                Step::Fail(errno) => {
                    let name = intern!(slf.py(), "_on_accept_error");
                    return slf.get().owner.tell(slf.py(), name, (errno,));
                }
            }
            if !share.goes_on() {
                break;
            }
        }
        lock(&slf.get().state).listening.registration.again(reactor, News::default());
        Ok(())
    }

    fn give(slf: &Bound<'_, Self>, id: u64, connection: Connection) -> PyResult<()> {
        let py = slf.py();
        let this = slf.get();
        let seq = messages::next_seq();
        let channel = {
            let mut state = lock(&this.state);
            let found = state.channels.iter().find(|(worker, _)| *worker == id);
            let channel = found.map(|(_, channel)| channel.clone_ref(py));
            if channel.is_some() {
                state.dealer.asked(id, seq, connection.clone(), this.reactor.get().now());
            }
            channel
        };
        let Some(channel) = channel else {
            lock(&this.state).dealer.give_back(connection);
            return Ok(());
        };
        let channel = channel.bind(py);
        let bytes: Bytes = channel.get().frame(py, messages::connection(&this.name, seq))?;
        let (fd, deals) = (Some(connection), Some(seq));
        let outgoing = Outgoing { fd, precious: true, deals, ..Outgoing::plain(bytes) };
        Channel::enqueue(channel, outgoing)
    }

    /// Calls the owner's `_choose` about one connection, for the number of a worker.
    fn choose(slf: &Bound<'_, Self>, connection: Connection) -> PyResult<()> {
        let py = slf.py();
        let remote = address::to_python(py, &address::name(&*connection, End::Remote))?;
        let id = match slf.get().owner.get(py) {
            Some(owner) => owner.call_method1(intern!(py, "_choose"), (remote,))?.extract()?,
            None => None,
        };
        let now = slf.get().reactor.get().now();
        let mut state = lock(&slf.get().state);
        let first = state.channels.first().map(|(id, _)| *id);
        state.dealer.choose(connection, id, first, now);
        Ok(())
    }

    fn rest(slf: &Bound<'_, Self>, reactor: &Reactor, until: u64) -> PyResult<()> {
        let old = {
            let mut state = lock(&slf.get().state);
            let new = reactor.deadline(until, Handle::of(slf));
            state.listening.rest.replace(new).and_then(|rest| reactor.cancel(rest))
        };
        drop(old);
        reactor.schedule(slf.py())
    }

    /// A worker, or its channel, said something. Whether it concerns what is dealt here alone.
    pub(super) fn hear(object: &Bound<'_, PyAny>, id: u64, word: &Word<'_>) -> PyResult<bool> {
        let slf = object.cast::<Self>()?;
        let (this, reactor) = (slf.get(), slf.get().reactor.get());
        let is_gone = matches!(word, Word::Gone);
        let (ours, dropped) = {
            let mut state = lock(&this.state);
            let ours = state.dealer.hear(id, word, &this.name, reactor.now());
            let at = state.channels.iter().position(|(worker, _)| is_gone && *worker == id);
            (ours, at.map(|at| state.channels.swap_remove(at)))
        };
        drop(dropped);
        if ours || is_gone {
            Self::deal(slf, reactor)?;
        }
        Ok(ours)
    }

    /// Takes the descriptor out, and everything that goes with it.
    pub(super) fn take_acceptor(slf: &Bound<'_, Self>) -> Option<Acceptor> {
        let this = slf.get();
        let (acceptor, dropped) = {
            let mut state = lock(&this.state);
            let (acceptor, handles) = state.listening.close(this.reactor.get());
            (acceptor, (handles, state.dealer.close()))
        };
        drop(dropped);
        this.owner.let_go();
        acceptor
    }
}
