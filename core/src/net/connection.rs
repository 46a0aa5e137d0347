//! One connected descriptor with its write queue, its counts and what it is doing.

use bytes::Bytes;
use rustix::io::Errno;

use super::outbox::Outbox;
use crate::sys::{Endpoint, SplicePipe, refuses_splice};

/// How many gathered writes one turn may give a connection, and how many bytes: a reader that is as
/// quick as we are would take them for ever.
const WRITE_BUDGET: usize = 16;
const WRITE_BYTES: usize = 1024 * 1024;

/// What one read found.
#[derive(Debug, PartialEq, Eq)]
pub enum Received {
    /// So many bytes are in the buffer.
    Data(usize),
    /// The peer will send nothing more.
    End,
    /// Nothing there now.
    Nothing,
    /// The connection is broken.
    Failed(i32),
    /// Another way of reading is needed.
    Refused,
}

/// What a write came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sent {
    /// The kernel has everything.
    All,
    /// Some of it waits until the kernel has room.
    Queued,
    /// The kernel has everything but what a cork holds back.
    Corked,
    /// The turn's budget is used up, the kernel may have room still: no event will say so.
    Unfinished,
    /// The connection is broken.
    Failed(i32),
}

/// A connection's bytes: what moves them, what waits and how many there were.
#[derive(Default)]
pub struct Connection {
    endpoint: Option<Endpoint>,
    outbox: Outbox,
    /// Bytes read so far.
    pub received: u64,
    /// Bytes that the kernel took so far.
    pub sent: u64,
    /// The connection attempt is still under way.
    pub connecting: bool,
    /// Writes wait in the outbox until further notice, behind so many bytes that were under way
    /// before.
    corked: Option<usize>,
    /// Reading goes on, into a buffer, but nobody waits for it.
    pub paused: bool,
    /// Events of this connection are wanted.
    pub reading: bool,
    /// The kernel said that there is something to read, and nobody has found it empty since.
    pub ready: bool,
    /// The peer's end has been read.
    pub ended: bool,
    /// The kernel said that the peer's end is behind the data.
    pub hung_up: bool,
    /// A write failed; the rest is of no use.
    pub broken: bool,
    /// Our end follows the last byte of the outbox.
    pub finishing: bool,
}

impl Connection {
    /// Starts with a descriptor.
    pub fn open(&mut self, endpoint: Endpoint, connecting: bool) {
        self.endpoint = Some(endpoint);
        self.connecting = connecting;
    }

    /// The descriptor, while there is one.
    pub fn endpoint(&self) -> Option<&Endpoint> {
        self.endpoint.as_ref()
    }

    /// Bytes that wait to be written.
    pub fn queued(&self) -> usize {
        self.outbox.len()
    }

    /// Takes the descriptor out and forgets what was to be written.
    pub fn close(&mut self) -> Option<Endpoint> {
        self.outbox.clear();
        self.reading = false;
        self.connecting = false;
        self.finishing = false;
        self.endpoint.take()
    }

    /// Takes the descriptor of a failed attempt out; another one may follow.
    pub fn abandon(&mut self) -> Option<Endpoint> {
        self.connecting = true;
        (self.ready, self.hung_up) = (false, false);
        self.endpoint.take()
    }

    /// Reads once.
    pub fn receive(&mut self, buffer: &mut [u8]) -> Received {
        loop {
            let Some(endpoint) = &self.endpoint else {
                return Received::Nothing;
            };
            match endpoint.receive(buffer) {
                Ok(0) => {
                    self.ended = true;
                    self.ready = false;
                    return Received::End;
                }
                Ok(count) => {
                    self.received += count as u64;
                    // Edge-triggered: a read that did not fill the buffer emptied the socket, and
                    // new bytes make a new event. Only a peer's end that is already known to wait
                    // behind the data makes no further event; and not every read stops only where
                    // the data does.
                    self.ready =
                        count == buffer.len() || self.hung_up || !endpoint.short_is_empty();
                    return Received::Data(count);
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    self.ready = false;
                    return Received::Nothing;
                }
                Err(error) => {
                    self.ready = false;
                    return Received::Failed(error.raw_os_error());
                }
            }
        }
    }

    /// Holds back what is written from now on.
    pub fn cork(&mut self) {
        self.corked.get_or_insert(self.outbox.len());
    }

    /// Holds nothing back any more.
    pub fn uncork(&mut self) {
        self.corked = None;
    }

    /// Whether writes are held back.
    pub fn corked(&self) -> bool {
        self.corked.is_some()
    }

    /// Reads once, into a splice pipe.
    pub fn receive_into(&mut self, splice_pipe: &mut SplicePipe) -> Received {
        loop {
            let Some(endpoint) = &self.endpoint else {
                return Received::Nothing;
            };
            match splice_pipe.fill(endpoint) {
                Ok(0) => {
                    // The end, or an urgent byte that an end stands behind: `receive` finds out.
                    self.hung_up = true;
                    return Received::Refused;
                }
                Ok(count) => {
                    // However little it was: the splice pipe may have had no room for more.
                    self.received += count as u64;
                    return Received::Data(count);
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => {
                    self.ready = false;
                    return Received::Nothing;
                }
                Err(error) if refuses_splice(error) => return Received::Refused,
                Err(error) => {
                    self.ready = false;
                    return Received::Failed(error.raw_os_error());
                }
            }
        }
    }

    /// Whether bytes may come from here through a splice pipe now.
    pub fn gives_splice_pipe(&self) -> bool {
        // Urgent bytes and an end that is known are `receive`'s affair.
        !self.hung_up && self.endpoint.as_ref().is_some_and(Endpoint::is_socket)
    }

    /// Whether bytes may go out of a splice pipe here now.
    pub fn takes_splice_pipe(&self) -> bool {
        let sends = !self.must_queue() && !self.broken && self.outbox.splices();
        sends && self.endpoint.as_ref().is_some_and(Endpoint::is_socket)
    }

    /// Sends what is in a splice pipe, as far as the kernel takes it; the rest waits in there.
    pub fn send_from(&mut self, splice_pipe: SplicePipe) -> Sent {
        self.outbox.connect(splice_pipe);
        self.flush()
    }

    /// Takes an empty splice pipe back.
    pub fn take_splice_pipe(&mut self) -> Option<SplicePipe> {
        self.outbox.take_splice_pipe()
    }

    /// Whether a write has to wait behind something.
    pub fn must_queue(&self) -> bool {
        !self.outbox.is_empty() || self.corked() || self.connecting
    }

    /// Tries to send at once; the answer is how many bytes the kernel took (0: it is full).
    pub fn send_now(&mut self, data: &[u8]) -> Result<usize, i32> {
        let Some(endpoint) = &self.endpoint else {
            return Ok(0);
        };
        loop {
            match endpoint.send(data) {
                Ok(taken) => {
                    self.sent += taken as u64;
                    return Ok(taken);
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(0),
                Err(error) => {
                    self.broken = true;
                    return Err(error.raw_os_error());
                }
            }
        }
    }

    /// Puts a chunk behind what waits.
    pub fn queue(&mut self, chunk: Bytes) {
        self.outbox.push(chunk);
    }

    /// Hands the kernel what waits, as far as it takes it.
    pub fn flush(&mut self) -> Sent {
        let Some(endpoint) = &self.endpoint else {
            return Sent::All;
        };
        let mut written = 0;
        for _ in 0..WRITE_BUDGET {
            if self.outbox.is_empty() {
                return Sent::All;
            }
            if written >= WRITE_BYTES {
                break;
            }
            let most = self.corked.unwrap_or(usize::MAX);
            if most == 0 {
                return Sent::Corked;
            }
            match self.outbox.flush_once(endpoint, most) {
                Ok(taken) => {
                    self.sent += taken as u64;
                    written += taken;
                    self.corked = self.corked.map(|under_way| under_way - taken);
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Sent::Queued,
                Err(error) => {
                    self.broken = true;
                    self.outbox.clear();
                    return Sent::Failed(error.raw_os_error());
                }
            }
        }
        if self.outbox.is_empty() { Sent::All } else { Sent::Unfinished }
    }

    /// Whether this connection has something to do that a program should stay alive for.
    pub fn busy(&self) -> bool {
        self.endpoint.is_some()
            && (self.connecting
                || (self.reading && !self.paused && !self.ended)
                || !self.outbox.is_empty()
                || self.finishing)
    }
}
