//! What a `Stream` keeps, and the steps that only its reactor has to do with.

use std::net::SocketAddr;
use std::os::fd::AsRawFd;

use pyo3::prelude::*;

use super::Stream;
use crate::border::address::{self, End};
use crate::border::handle::Handle;
use crate::border::reactor::Reactor;
use crate::border::registration::Registration;
use crate::net::connection::{Connection, Wait, Written};
use crate::net::flow::Flow;
use crate::reactor::deadlines::Deadline;
use crate::reactor::registry::News;

/// Reads go into the user's own buffer.
pub struct OnRead {
    /// A writable buffer, or a function that returns one.
    pub buffer: Py<PyAny>,
    /// Whether `buffer` is that function.
    pub maker: bool,
    /// `callback(nread, buffer)`.
    pub callback: Py<PyAny>,
}

/// A connection and what it means to Python.
#[derive(Default)]
pub struct State {
    pub connection: Connection,
    pub reactor: Option<Py<Reactor>>,
    pub registration: Registration,
    /// The one `data` listener, where that is all there is to do.
    pub sink: Option<Py<PyAny>>,
    pub context: Option<Py<PyAny>>,
    pub on_read: Option<Box<OnRead>>,
    /// Where bytes go without entering Python.
    pub target: Option<Py<Stream>>,
    /// How thick the stream to `target` is.
    pub flow: Flow,
    /// Who waits for our outbox to drain.
    pub feeders: Vec<Py<Stream>>,
    /// 0: no idle clock.
    pub idle_ms: u64,
    pub touched: u64,
    /// `_on_timeout` was called and nothing has happened since.
    pub told_idle: bool,
    pub deadline: Option<Deadline>,
    /// The peer of a TCP connection that was accepted: `accept` said so, once and for all.
    pub peer: Option<SocketAddr>,
    /// Our end of such a connection, from its close on. Before, the kernel knows it.
    pub local: Option<Box<SocketAddr>>,
}

impl State {
    /// Raises where checks are on and this is not the thread of the stream's loop.
    pub fn check_use(&self) -> PyResult<()> {
        self.reactor.as_ref().map_or(Ok(()), |reactor| reactor.get().check_use())
    }

    /// Brings the reactor's count of active handles up to date.
    pub fn recount(&mut self) {
        if let Some(reactor) = &self.reactor {
            self.registration.recount(reactor.get(), self.connection.busy());
        }
    }

    /// Remembers that something happened, for the idle clock.
    pub fn touch(&mut self) {
        if let Some(reactor) = &self.reactor {
            self.touched = reactor.get().turn_time();
            self.told_idle = false;
        }
    }

    /// Asks the kernel to say when there is room to write, or no longer.
    pub fn arm(&mut self, armed: bool) {
        if !self.connection.arm(armed) {
            return;
        }
        if let (Some(reactor), Some(key), Some(wire)) =
            (&self.reactor, self.registration.key(), self.connection.wire())
        {
            reactor.get().change(wire.as_raw_fd(), key, armed);
        }
    }

    /// Comes back in the next round, for what the kernel will not announce again.
    pub fn again(&self, news: News) {
        if let Some(reactor) = &self.reactor {
            self.registration.again(reactor.get(), news);
        }
    }

    /// Has what waits go on in time.
    pub fn wait(&mut self, wait: Wait) {
        match wait {
            Wait::Nothing => {}
            Wait::Room => self.arm(true),
            Wait::Round => self.again(News::WRITABLE),
        }
    }

    /// What every write brings with it.
    pub fn wrote(&mut self, written: &Written) {
        if written.active {
            self.touch();
        }
        self.wait(written.wait);
        if self.connection.queued() > 0 {
            self.recount();
        }
    }

    /// Gives a splice pipe back that has been emptied.
    pub fn return_splice_pipe(&mut self) {
        if let (Some(splice_pipe), Some(reactor)) =
            (self.connection.take_splice_pipe(), &self.reactor)
        {
            reactor.get().return_splice_pipe(splice_pipe);
        }
    }

    /// Lets readers go on that waited for our outbox. The caller drops the answer unlocked.
    pub fn take_feeders(&mut self) -> Vec<Py<Stream>> {
        std::mem::take(&mut self.feeders)
    }

    /// Reads from now on.
    pub fn start_reading(&mut self) {
        let comes_back = self.connection.start_reading();
        self.recount();
        if comes_back {
            self.again(News::READABLE);
        }
    }

    /// Goes on reading after the target drained.
    pub fn unhold(&mut self) {
        let comes_back = self.connection.unhold();
        self.recount();
        if comes_back {
            self.again(News::READABLE);
        }
    }

    /// Takes one `rest()` back: whether it was the last one, and what happened meanwhile is told.
    pub fn go_on(&mut self) -> bool {
        if !self.connection.go_on() {
            return false;
        }
        let (readable, writable) = (self.connection.wants_read(), self.connection.take_room());
        if readable || writable {
            self.again(News { readable, writable, hung_up: false });
        }
        true
    }

    /// Remembers our end of a connection whose peer is known: the descriptor is about to go.
    pub fn remember_local(&mut self) {
        if self.peer.is_some()
            && let Some(wire) = self.connection.wire()
        {
            let local = address::name(wire, End::Local);
            self.local = local.and_then(|name| name.as_socket()).map(Box::new);
        }
    }

    /// Leaves the reactor. The caller drops the answer unlocked.
    #[must_use]
    pub fn leave(&mut self, open: Option<std::os::fd::RawFd>) -> Option<Handle> {
        self.registration.leave(self.reactor.as_ref()?.get(), open)
    }

    /// Stops the idle clock; the answer must be dropped without a lock.
    #[must_use]
    pub fn stop_clock(&mut self) -> Option<Handle> {
        let deadline = self.deadline.take()?;
        self.reactor.as_ref()?.get().cancel(deadline)
    }
}
