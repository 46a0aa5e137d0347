//! What a `Stream` keeps, and the steps that need no Python.

use bytes::Bytes;
use pyo3::prelude::*;
use std::os::fd::AsRawFd;

use super::Stream;
use crate::border::handle::Handle;
use crate::border::reactor::Reactor;
use crate::net::connection::{Connection, Sent};
use crate::net::flow::Flow;
use crate::reactor::deadlines::Deadline;
use crate::reactor::registry::Key;
use crate::reactor::registry::{News, Ready};
use crate::sys::SplicePipe;

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
    pub key: Option<Key>,
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
    pub high_water_mark: usize,
    /// `write` is allowed.
    pub accepting: bool,
    pub need_drain: bool,
    /// A close follows our end at once.
    pub closing: bool,
    /// Python wants to hear of every byte that the kernel took.
    pub tell_flush: bool,
    /// Reading rests until the target has drained.
    pub held: bool,
    /// The kernel is asked about room to write.
    pub armed: bool,
    pub unref: bool,
    pub active: bool,
    /// 0: no idle clock.
    pub idle_ms: u64,
    pub touched: u64,
    /// `_on_timeout` was called and nothing has happened since.
    pub told_idle: bool,
    pub deadline: Option<Deadline>,
}

/// What became of a write.
pub struct Outcome {
    /// What waits now has reached the high-water mark.
    pub full: bool,
    /// The error number of a failed write.
    pub failed: Option<i32>,
}

impl State {
    /// Raises where checks are on and this is not the thread of the stream's loop.
    pub fn check_thread(&self) -> PyResult<()> {
        self.reactor.as_ref().map_or(Ok(()), |reactor| reactor.get().check_thread())
    }

    /// Brings the reactor's count of active handles up to date.
    pub fn recount(&mut self) {
        let active = !self.unref && self.connection.busy();
        if active != self.active {
            self.active = active;
            if let Some(reactor) = &self.reactor {
                reactor.get().count(active);
            }
        }
    }

    /// Remembers that something happened, for the idle clock.
    pub fn touch(&mut self) {
        if let Some(reactor) = &self.reactor {
            self.touched = reactor.get().turn_time();
            self.told_idle = false;
        }
    }

    /// Asks the kernel to say when there is room to write.
    pub fn arm(&mut self, armed: bool) {
        if armed == self.armed || self.connection.connecting {
            return;
        }
        if let (Some(reactor), Some(key), Some(endpoint)) =
            (&self.reactor, self.key, self.connection.endpoint())
        {
            self.armed = armed;
            reactor.get().change(endpoint.as_raw_fd(), key, armed);
        }
    }

    /// Comes back in a later turn, for what the kernel will not announce again.
    pub fn again(&self, readable: bool, writable: bool) {
        if let (Some(reactor), Some(key)) = (&self.reactor, self.key) {
            reactor.get().again(Ready { key, news: News { readable, writable, hung_up: false } });
        }
    }

    /// Writes: at once what the kernel takes, the rest into the outbox. `keep` makes the shared
    /// chunk only where one is needed, from the byte on that it is told.
    pub fn write(&mut self, data: &[u8], keep: impl FnOnce(usize) -> Bytes) -> Outcome {
        let full = self.connection.queued() + data.len() >= self.high_water_mark;
        if self.connection.broken {
            return Outcome { full: true, failed: None };
        }
        let mut taken = 0;
        if !self.connection.must_queue() {
            match self.connection.send_now(data) {
                Ok(count) => taken = count,
                Err(errno) => {
                    return Outcome { full: true, failed: Some(errno) };
                }
            }
            // What waits behind something else is no activity yet.
            self.touch();
        }
        if taken == data.len() && !self.connection.must_queue() {
            // Nothing waits, however much it was: Node says the same.
            return Outcome { full: false, failed: None };
        }
        self.connection.queue(keep(taken));
        self.need_drain |= full;
        if !self.connection.corked() {
            self.arm(true);
        }
        self.recount();
        Outcome { full, failed: None }
    }

    /// Writes what a source read; here `full` says that the source has to rest.
    pub fn write_through(&mut self, data: &[u8]) -> Outcome {
        let outcome = self.write(data, |from| Bytes::copy_from_slice(&data[from..]));
        Outcome { full: self.connection.queued() >= self.high_water_mark, ..outcome }
    }

    /// Writes what is in a splice pipe; what the kernel does not take waits in there. The stream must
    /// be ready for it (`takes_splice_pipe`).
    pub fn write_from(&mut self, splice_pipe: SplicePipe) -> Outcome {
        let full = splice_pipe.len() >= self.high_water_mark;
        let sent = self.connection.send_from(splice_pipe);
        self.touch();
        match sent {
            Sent::All => {
                self.return_splice_pipe();
                return Outcome { full: false, failed: None };
            }
            Sent::Failed(errno) => return Outcome { full: true, failed: Some(errno) },
            // A stream that holds writes back takes no splice pipe.
            Sent::Queued | Sent::Corked => self.arm(true),
            Sent::Unfinished => self.again(false, true),
        }
        self.need_drain |= full;
        self.recount();
        Outcome { full: true, failed: None }
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

    /// Goes on reading after the target drained.
    pub fn unhold(&mut self) {
        if std::mem::take(&mut self.held) {
            self.connection.reading = true;
            self.recount();
            if self.connection.ready {
                self.again(true, false);
            }
        }
    }

    /// Stops the idle clock; the answer must be dropped without a lock.
    #[must_use]
    pub fn stop_clock(&mut self) -> Option<Handle> {
        let deadline = self.deadline.take()?;
        self.reactor.as_ref()?.get().cancel(deadline)
    }
}
