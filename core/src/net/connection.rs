//! One connection: what the kernel said, what was asked for, and what follows from the two.
//!
//! Every step here answers what there is to tell and how the rest goes on; its caller tells it.
//! No step calls a listener, and none needs more than a wire that answers at once, so each is tested
//! with a wire that answers what the test wants.

use bytes::Bytes;
use rustix::io::Errno;

use super::outbox::Outbox;
use super::wire::Wire;
use crate::sys::{Endpoint, SplicePipe, refuses_splice};

/// How many gathered writes one turn may give a connection, and how many bytes: a reader that is as
/// quick as we are would take them for ever.
const WRITE_BUDGET: usize = 16;
const WRITE_BYTES: usize = 1024 * 1024;

/// The least that a read asks for: a page. Fewer bytes would cost as much, and take more reads.
const LEAST_READ: usize = 4096;

/// How many times its mark a connection may be written to by one read of a pipe's source. At the
/// default mark that is the whole buffer of the reactor's.
const MARKS_A_RELAY: usize = 4;

/// How far the connection has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Life {
    /// There is none: not yet, or not any more.
    #[default]
    Idle,
    /// An attempt is under way, or the next one is about to be.
    Connecting,
    /// Bytes may pass.
    Open,
    /// A write failed. What waits is of no use, and nothing more is read.
    Broken,
}

/// What is done with what the peer sends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Inbound {
    /// It stays in the kernel.
    #[default]
    Stopped,
    /// It is read.
    Reading,
    /// It stays in the kernel until the target of a pipe has drained.
    Held,
}

/// What is known of the peer's end.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Peer {
    /// It may send more.
    #[default]
    Open,
    /// Its end, or an urgent byte, is behind what there is to read: no event will say so again.
    HungUp,
    /// Its end was read.
    Ended,
}

/// What is done with what is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Outbound {
    /// Nothing is taken.
    #[default]
    Refusing,
    /// It is sent, or waits.
    Accepting,
    /// Our end follows the last byte that waits.
    Finishing,
    /// The same, and a close follows at once, which says the end by itself.
    Closing,
}

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

/// What handing over to the kernel came to.
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

/// How what waits goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Nothing waits, or nothing that the kernel has to do with.
    Nothing,
    /// The kernel says when it has room.
    Room,
    /// The next round.
    Round,
}

/// What became of a write.
#[derive(Debug, PartialEq, Eq)]
pub struct Written {
    /// What waits now has reached the high-water mark.
    pub full: bool,
    /// The error number of a write that failed just now.
    pub failed: Option<i32>,
    /// The kernel was asked: the connection is not idle.
    pub active: bool,
    /// How the rest goes on.
    pub wait: Wait,
}

/// What handing over to the kernel leaves to tell.
#[derive(Debug, PartialEq, Eq)]
pub struct Flushed {
    /// The kernel took bytes.
    pub moved: bool,
    /// Python is to be told of that: writes have callbacks.
    pub tell: bool,
    /// Nothing waits any more: sources that rested because of this connection may go on.
    pub emptied: bool,
    /// A writer waits to hear that there is room.
    pub drained: bool,
    /// Our end was said; 0, or the error number of saying it.
    pub finished: Option<i32>,
    /// The error number of a write that failed.
    pub failed: Option<i32>,
    /// How the rest goes on.
    pub wait: Wait,
}

impl Flushed {
    const NOTHING: Self = Self {
        moved: false,
        tell: false,
        emptied: false,
        drained: false,
        finished: None,
        failed: None,
        wait: Wait::Nothing,
    };
}

/// A connection's bytes: what moves them, what waits and how many there were.
pub struct Connection<W = Endpoint> {
    wire: Option<W>,
    outbox: Outbox,
    /// Bytes read so far.
    pub received: u64,
    /// Bytes that the kernel took so far.
    pub sent: u64,
    /// How many bytes may wait before a writer is told to wait.
    pub high_water_mark: usize,
    /// How many bytes the reader has room for, where what is read may have to wait for it.
    capacity: usize,
    life: Life,
    inbound: Inbound,
    peer: Peer,
    outbound: Outbound,
    /// Writes wait in the outbox until further notice, behind so many bytes that were under way
    /// before.
    corked: Option<usize>,
    /// What is read waits in a buffer, and no listener or coroutine wants it: such a connection
    /// keeps no program alive.
    paused: bool,
    /// The kernel said that there is something to read, and no read has found it empty since.
    ready: bool,
    /// A writer was told to wait.
    need_drain: bool,
    /// Writes have callbacks: Python is told whenever the kernel took bytes.
    tell_flush: bool,
    /// The kernel is asked about room to write.
    armed: bool,
    /// How many tasks that the last event started are still to have their first turn: until then
    /// nothing is told.
    resting: u16,
    /// The kernel spoke of room to write meanwhile.
    room: bool,
}

impl<W> Default for Connection<W> {
    fn default() -> Self {
        Self {
            wire: None,
            outbox: Outbox::default(),
            received: 0,
            sent: 0,
            high_water_mark: 65536,
            capacity: 65536,
            life: Life::default(),
            inbound: Inbound::default(),
            peer: Peer::default(),
            outbound: Outbound::default(),
            corked: None,
            paused: false,
            ready: false,
            need_drain: false,
            tell_flush: false,
            armed: false,
            resting: 0,
            room: false,
        }
    }
}

/// Its life.
impl<W: Wire> Connection<W> {
    /// Begins anew: an attempt follows, and writes wait for it.
    pub fn begin(&mut self, high_water_mark: usize) {
        *self = Self {
            high_water_mark,
            capacity: high_water_mark,
            life: Life::Connecting,
            outbound: Outbound::Accepting,
            tell_flush: self.tell_flush,
            resting: self.resting,
            ..Self::default()
        };
    }

    /// Starts with a descriptor. `connecting`: its attempt is under way, and the kernel says by
    /// room to write that it is over.
    pub fn open(&mut self, wire: W, connecting: bool) {
        self.wire = Some(wire);
        self.armed = connecting;
        self.life = if connecting { Life::Connecting } else { Life::Open };
    }

    /// Starts with a descriptor that was accepted.
    pub fn accept(&mut self, wire: W, high_water_mark: usize) {
        self.open(wire, false);
        self.high_water_mark = high_water_mark;
        self.capacity = high_water_mark;
        self.outbound = Outbound::Accepting;
    }

    /// The attempt is over: its error number, or 0.
    pub fn connected(&mut self) -> i32 {
        self.life = Life::Open;
        self.wire.as_ref().and_then(Wire::take_error).unwrap_or(0)
    }

    /// Takes the descriptor out and forgets what was to be written.
    pub fn close(&mut self) -> Option<W> {
        self.outbox.clear();
        self.inbound = Inbound::Stopped;
        self.outbound = Outbound::Refusing;
        if self.life != Life::Broken {
            self.life = Life::Idle;
        }
        self.wire.take()
    }

    /// Takes the descriptor of a failed attempt out; another one may follow.
    pub fn abandon(&mut self) -> Option<W> {
        self.life = Life::Connecting;
        self.ready = false;
        self.peer = Peer::Open;
        self.wire.take()
    }

    /// The descriptor, while there is one.
    pub fn wire(&self) -> Option<&W> {
        self.wire.as_ref()
    }

    /// Whether an attempt is under way, or about to be.
    pub fn is_connecting(&self) -> bool {
        self.life == Life::Connecting
    }

    /// Whether a write failed.
    pub fn is_broken(&self) -> bool {
        self.life == Life::Broken
    }

    /// Tells nothing until `go_on()` was called as often as this.
    pub fn rest(&mut self) {
        self.resting = self.resting.saturating_add(1);
    }

    /// Takes one `rest()` back: whether it was the last one.
    pub fn go_on(&mut self) -> bool {
        self.resting = self.resting.saturating_sub(1);
        self.resting == 0
    }

    /// Whether nothing is to be told for now.
    pub fn is_resting(&self) -> bool {
        self.resting > 0
    }

    /// Whether this connection has something to do that a program should stay alive for.
    pub fn busy(&self) -> bool {
        let reads = self.inbound == Inbound::Reading && !self.paused && self.peer != Peer::Ended;
        self.wire.is_some()
            && (self.is_connecting() || reads || !self.outbox.is_empty() || self.is_finishing())
    }
}

/// Reading.
impl<W: Wire> Connection<W> {
    /// The kernel said something about reading.
    pub fn said(&mut self, readable: bool, hung_up: bool) {
        self.ready |= readable;
        if hung_up && self.peer == Peer::Open {
            self.peer = Peer::HungUp;
        }
    }

    /// The kernel spoke of room to write while nothing was to be told.
    pub fn said_room(&mut self) {
        self.room = true;
    }

    /// Whether it did, once.
    pub fn take_room(&mut self) -> bool {
        std::mem::take(&mut self.room)
    }

    /// Reads from now on. Whether there is something to read that no event will announce.
    pub fn start_reading(&mut self) -> bool {
        if self.inbound == Inbound::Reading {
            return false;
        }
        self.inbound = if self.wire.is_some() { Inbound::Reading } else { Inbound::Stopped };
        self.inbound == Inbound::Reading && self.ready
    }

    /// Reads nothing until further notice.
    pub fn stop_reading(&mut self) {
        self.inbound = Inbound::Stopped;
    }

    /// Reads nothing until the target of a pipe has drained.
    pub fn hold(&mut self) {
        self.inbound = Inbound::Held;
    }

    /// The target has drained. The answer is that of `start_reading`.
    pub fn unhold(&mut self) -> bool {
        self.inbound == Inbound::Held && self.start_reading()
    }

    /// Whether no listener or coroutine waits for what is read.
    pub fn set_paused(&mut self, paused: bool) {
        self.paused = paused;
        if paused {
            self.capacity = self.capacity.min(self.high_water_mark);
        }
    }

    /// How many bytes the reader has room for.
    pub fn set_capacity(&mut self, capacity: usize) {
        self.capacity = capacity;
    }

    /// How long a read may be that the reader keeps: what waits stays near the high-water mark.
    pub fn most(&self, buffer: usize) -> usize {
        self.capacity.clamp(LEAST_READ.min(buffer), buffer)
    }

    /// How long a read may be that is written here, by the source of a pipe.
    pub fn most_relayed(&self, buffer: usize) -> usize {
        let most = self.high_water_mark.saturating_mul(MARKS_A_RELAY);
        most.clamp(LEAST_READ.min(buffer), buffer)
    }

    /// Whether a read would find something that is wanted. (A write that failed ends the
    /// connection with its own error.)
    pub fn wants_read(&self) -> bool {
        let wanted = self.inbound == Inbound::Reading && self.ready && self.life != Life::Broken;
        wanted && !self.is_resting()
    }

    /// Whether there is something to read, as far as is known.
    pub fn is_ready(&self) -> bool {
        self.ready
    }

    /// Whether the kernel has to announce what is wanted.
    pub fn awaits_news(&self) -> bool {
        let open = self.life == Life::Open && self.peer != Peer::Ended;
        open && self.inbound == Inbound::Reading && !self.is_resting()
    }

    /// Whether it would be a mistake to know of bytes and not to come back for them.
    pub fn trusts_edges(&self) -> bool {
        self.peer != Peer::HungUp && self.wire.as_ref().is_some_and(Wire::short_is_empty)
    }

    /// Reads once.
    pub fn receive(&mut self, buffer: &mut [u8]) -> Received {
        loop {
            let Some(wire) = &self.wire else {
                return Received::Nothing;
            };
            match wire.receive(buffer) {
                Ok(0) => {
                    self.ready = false;
                    // Told once. It is still read for: a reset may come behind an end.
                    let known = std::mem::replace(&mut self.peer, Peer::Ended) == Peer::Ended;
                    return if known { Received::Nothing } else { Received::End };
                }
                Ok(count) => {
                    self.received += count as u64;
                    // Edge-triggered: a read that did not fill the buffer emptied the socket, and
                    // new bytes make a new event. Only a peer's end that is already known to wait
                    // behind the data makes no further event; and not every read stops only where
                    // the data does.
                    self.ready = count == buffer.len()
                        || self.peer == Peer::HungUp
                        || !wire.short_is_empty();
                    return Received::Data(count);
                }
                Err(Errno::INTR) => {}
                Err(error) => return self.read_failed(error),
            }
        }
    }

    /// Reads once, into a splice pipe.
    pub fn receive_into(&mut self, splice_pipe: &mut SplicePipe) -> Received {
        loop {
            let Some(wire) = &self.wire else {
                return Received::Nothing;
            };
            match wire.fill(splice_pipe) {
                Ok(0) => {
                    // The end, or an urgent byte that an end stands behind: `receive` finds out.
                    self.said(false, true);
                    return Received::Refused;
                }
                Ok(count) => {
                    // However little it was: the splice pipe may have had no room for more.
                    self.received += count as u64;
                    return Received::Data(count);
                }
                Err(Errno::INTR) => {}
                Err(error) if refuses_splice(error) => return Received::Refused,
                Err(error) => return self.read_failed(error),
            }
        }
    }

    fn read_failed(&mut self, error: Errno) -> Received {
        self.ready = false;
        match error {
            Errno::AGAIN => Received::Nothing,
            error => Received::Failed(error.raw_os_error()),
        }
    }

    /// Whether bytes may come from here through a splice pipe now.
    pub fn gives_splice_pipe(&self) -> bool {
        // Urgent bytes and an end that is known are `receive`'s affair.
        self.peer == Peer::Open && self.wire.as_ref().is_some_and(Wire::is_socket)
    }
}

/// Writing.
impl<W: Wire> Connection<W> {
    /// Bytes that wait to be written.
    pub fn queued(&self) -> usize {
        self.outbox.len()
    }

    /// Whether writes are taken.
    pub fn accepts_writes(&self) -> bool {
        self.outbound == Outbound::Accepting
    }

    /// Takes no more writes.
    pub fn refuse_writes(&mut self) {
        if self.outbound == Outbound::Accepting {
            self.outbound = Outbound::Refusing;
        }
    }

    /// Ends our side behind what waits; `flush` does it. `closing`: a close follows at once.
    pub fn finish(&mut self, closing: bool) {
        self.corked = None;
        self.outbound = if closing { Outbound::Closing } else { Outbound::Finishing };
    }

    fn is_finishing(&self) -> bool {
        matches!(self.outbound, Outbound::Finishing | Outbound::Closing)
    }

    /// Holds back what is written from now on.
    pub fn cork(&mut self) {
        self.corked.get_or_insert(self.outbox.len());
    }

    /// Holds nothing back any more.
    pub fn uncork(&mut self) {
        self.corked = None;
    }

    /// Whether Python is told whenever the kernel took bytes.
    pub fn tell_flush(&mut self, wanted: bool) {
        self.tell_flush = wanted;
    }

    /// Whether a writer waits for `drain` to come.
    pub fn needs_drain(&self) -> bool {
        // After our end, or the connection's, no writer waits for room any more.
        self.need_drain && self.accepts_writes()
    }

    /// Whether `drain` is due now; asked once for each.
    pub fn take_drain(&mut self) -> bool {
        let due = self.need_drain && self.outbox.is_empty();
        self.need_drain &= !due;
        due
    }

    /// Whether the kernel has to be asked differently about room to write; it counts as asked.
    pub fn arm(&mut self, armed: bool) -> bool {
        let changes = armed != self.armed && !self.is_connecting() && self.wire.is_some();
        if changes {
            self.armed = armed;
        }
        changes
    }

    /// Whether the kernel is to say when there is room to write.
    pub fn is_armed(&self) -> bool {
        self.armed
    }

    /// Whether there are bytes to write that only an event or a further round can move.
    pub fn awaits_room(&self) -> bool {
        let waits = !self.outbox.is_empty() && self.corked.is_none();
        waits && self.life == Life::Open && !self.armed && !self.is_resting()
    }

    /// Whether an event about room to write finds something to do.
    pub fn has_use_for_room(&self) -> bool {
        !self.outbox.is_empty() || self.is_finishing()
    }

    /// Whether a write has to wait behind something.
    fn must_queue(&self) -> bool {
        !self.outbox.is_empty() || self.corked.is_some() || self.is_connecting()
    }

    /// Writes: at once what the kernel takes, the rest into the outbox. `keep` makes the shared
    /// chunk only where one is needed, from the byte on that it is told.
    pub fn write(&mut self, data: &[u8], keep: impl FnOnce(usize) -> Bytes) -> Written {
        let full = self.outbox.len() + data.len() >= self.high_water_mark;
        let mut written = Written { full: true, failed: None, active: false, wait: Wait::Nothing };
        if self.is_broken() {
            return written;
        }
        let mut taken = 0;
        // What waits behind something else is no activity yet.
        let waits = self.must_queue();
        if !waits {
            match self.send_now(data) {
                Ok(count) => taken = count,
                Err(errno) => return Written { failed: Some(errno), ..written },
            }
            written.active = true;
            if taken == data.len() {
                // Nothing waits, however much it was: Node says the same.
                return Written { full: false, ..written };
            }
        }
        self.outbox.push(keep(taken));
        self.need_drain |= full;
        let wait = if self.corked.is_some() { Wait::Nothing } else { Wait::Room };
        Written { full, wait, ..written }
    }

    /// Writes what a pipe's source read: `full` says that the source has to rest.
    pub fn write_through(&mut self, data: &[u8]) -> Written {
        let written = self.write(data, |from| Bytes::copy_from_slice(&data[from..]));
        Written { full: self.outbox.len() >= self.high_water_mark, ..written }
    }

    /// Tries to send at once; the answer is how many bytes the kernel took (0: it is full).
    fn send_now(&mut self, data: &[u8]) -> Result<usize, i32> {
        let Some(wire) = &self.wire else {
            return Ok(0);
        };
        loop {
            match wire.send(data) {
                Ok(taken) => {
                    self.sent += taken as u64;
                    return Ok(taken);
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Ok(0),
                Err(error) => {
                    self.life = Life::Broken;
                    return Err(error.raw_os_error());
                }
            }
        }
    }

    /// Whether bytes may go out of a splice pipe here now.
    pub fn takes_splice_pipe(&self) -> bool {
        let sends = !self.must_queue() && !self.is_broken() && self.outbox.splices();
        sends && self.wire.as_ref().is_some_and(Wire::is_socket)
    }

    /// Writes what is in a splice pipe; what the kernel does not take waits in there, and its
    /// source rests. The connection must be ready for it (`takes_splice_pipe`).
    pub fn write_from(&mut self, splice_pipe: SplicePipe) -> Written {
        let full = splice_pipe.len() >= self.high_water_mark;
        self.outbox.connect(splice_pipe);
        let written = Written { full: true, failed: None, active: true, wait: Wait::Nothing };
        let wait = match self.hand_over() {
            Sent::All => return Written { full: false, ..written },
            Sent::Failed(errno) => return Written { failed: Some(errno), ..written },
            // A connection that holds writes back takes no splice pipe.
            Sent::Queued | Sent::Corked => Wait::Room,
            Sent::Unfinished => Wait::Round,
        };
        self.need_drain |= full;
        Written { wait, ..written }
    }

    /// Takes an empty splice pipe back.
    pub fn take_splice_pipe(&mut self) -> Option<SplicePipe> {
        self.outbox.take_splice_pipe()
    }

    /// Sends what waits, as far as the kernel takes it, and says our end where that is all.
    pub fn flush(&mut self) -> Flushed {
        if self.is_connecting() {
            return Flushed::NOTHING;
        }
        let before = self.sent;
        let sent = self.hand_over();
        let moved = self.sent != before;
        let flushed = Flushed { moved, tell: self.tell_flush && moved, ..Flushed::NOTHING };
        match sent {
            Sent::Corked => flushed,
            Sent::Queued => Flushed { wait: Wait::Room, ..flushed },
            Sent::Unfinished => Flushed { wait: Wait::Round, ..flushed },
            Sent::Failed(errno) => Flushed { failed: Some(errno), ..flushed },
            Sent::All => Flushed {
                emptied: true,
                drained: self.need_drain,
                finished: self.is_finishing().then(|| self.say_end()),
                ..flushed
            },
        }
    }

    fn say_end(&mut self) -> i32 {
        let closing = self.outbound == Outbound::Closing;
        self.outbound = Outbound::Refusing;
        match self.wire.as_ref().filter(|_| !closing).map_or(Ok(()), Wire::shutdown) {
            Ok(()) | Err(Errno::NOTCONN) => 0,
            Err(error) => error.raw_os_error(),
        }
    }

    /// Hands the kernel what waits, as far as it takes it.
    fn hand_over(&mut self) -> Sent {
        let Some(wire) = &self.wire else {
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
            match self.outbox.flush_once(wire, most) {
                Ok(taken) => {
                    self.sent += taken as u64;
                    written += taken;
                    self.corked = self.corked.map(|under_way| under_way - taken);
                }
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Sent::Queued,
                Err(error) => {
                    self.life = Life::Broken;
                    self.outbox.clear();
                    return Sent::Failed(error.raw_os_error());
                }
            }
        }
        if self.outbox.is_empty() { Sent::All } else { Sent::Unfinished }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::collections::VecDeque;
    use std::io::IoSlice;
    use std::rc::Rc;

    use super::*;
    use crate::sys;

    /// What the kernel answers next; where nothing is left, that there is nothing, or no room.
    #[derive(Default)]
    struct Kernel {
        reads: VecDeque<sys::Result<&'static [u8]>>,
        /// How many bytes each write takes at most.
        writes: VecDeque<sys::Result<usize>>,
        shutdown: Option<Errno>,
        error: Option<i32>,
        taken: Vec<u8>,
        ends: usize,
        whole: bool,
    }

    #[derive(Clone, Default)]
    struct Script(Rc<RefCell<Kernel>>);

    impl Wire for Script {
        fn receive(&self, buffer: &mut [u8]) -> sys::Result<usize> {
            let data = self.0.borrow_mut().reads.pop_front().unwrap_or(Err(Errno::AGAIN))?;
            buffer[..data.len()].copy_from_slice(data);
            Ok(data.len())
        }

        fn send(&self, data: &[u8]) -> sys::Result<usize> {
            let mut kernel = self.0.borrow_mut();
            let most = kernel.writes.pop_front().unwrap_or(Err(Errno::AGAIN))?;
            let taken = most.min(data.len());
            kernel.taken.extend_from_slice(&data[..taken]);
            Ok(taken)
        }

        fn send_gathered(&self, pieces: &[IoSlice<'_>]) -> sys::Result<usize> {
            let all: Vec<u8> = pieces.iter().flat_map(|piece| piece.to_vec()).collect();
            self.send(&all)
        }

        fn fill(&self, _: &mut SplicePipe) -> sys::Result<usize> {
            Err(Errno::NOSYS)
        }

        fn drain(&self, _: &mut SplicePipe) -> sys::Result<usize> {
            Err(Errno::NOSYS)
        }

        fn shutdown(&self) -> sys::Result<()> {
            let mut kernel = self.0.borrow_mut();
            kernel.ends += 1;
            kernel.shutdown.map_or(Ok(()), Err)
        }

        fn take_error(&self) -> Option<i32> {
            self.0.borrow().error
        }

        fn short_is_empty(&self) -> bool {
            !self.0.borrow().whole
        }

        fn is_socket(&self) -> bool {
            true
        }
    }

    fn open() -> (Connection<Script>, Rc<RefCell<Kernel>>) {
        let script = Script::default();
        let kernel = Rc::clone(&script.0);
        let mut connection = Connection::default();
        connection.accept(script, 10);
        (connection, kernel)
    }

    fn reading() -> (Connection<Script>, Rc<RefCell<Kernel>>) {
        let (mut connection, kernel) = open();
        assert!(!connection.start_reading());
        connection.said(true, false);
        assert!(connection.wants_read());
        (connection, kernel)
    }

    fn put(connection: &mut Connection<Script>, data: &'static [u8]) -> Written {
        connection.write(data, |from| Bytes::from_static(data).slice(from..))
    }

    const DONE: Written = Written { full: false, failed: None, active: true, wait: Wait::Nothing };

    // Reading

    #[test]
    fn a_read_that_may_have_to_wait_asks_for_no_more_than_there_is_room_for() {
        let mut one = Connection::<Script>::default();
        one.accept(Script::default(), 65536);
        assert_eq!(one.most(1 << 18), 65536);
        one.set_capacity(100);
        assert_eq!((one.most(1 << 18), one.most(1000)), (LEAST_READ, 1000));
        one.set_capacity(usize::MAX);
        assert_eq!(one.most(1 << 18), 1 << 18);
        // What comes after a pause waits.
        one.set_paused(true);
        assert_eq!(one.most(1 << 18), 65536);
    }

    #[test]
    fn a_relay_writes_four_marks_at_once_and_the_whole_buffer_at_the_default() {
        let mut one = Connection::<Script>::default();
        for (mark, most) in [(0, LEAST_READ), (2048, 8192), (65536, 1 << 18), (usize::MAX, 1 << 18)]
        {
            one.accept(Script::default(), mark);
            assert_eq!(one.most_relayed(1 << 18), most);
        }
    }

    #[test]
    fn a_short_read_of_tcp_has_emptied_the_socket() {
        let (mut connection, kernel) = reading();
        kernel.borrow_mut().reads.push_back(Ok(b"abc"));
        assert_eq!(connection.receive(&mut [0; 4]), Received::Data(3));
        assert!(!connection.wants_read());
        assert_eq!(connection.received, 3);
    }

    #[test]
    fn while_a_task_has_not_begun_nothing_is_read_and_nothing_is_missed() {
        let (mut connection, kernel) = reading();
        kernel.borrow_mut().reads.push_back(Ok(b"abc"));
        connection.rest();
        connection.rest();
        assert!(!connection.wants_read() && !connection.awaits_news());
        connection.said_room();
        assert!(!connection.go_on());
        assert!(connection.go_on() && connection.take_room() && !connection.take_room());
        assert!(connection.wants_read() && connection.awaits_news());
        assert_eq!(connection.receive(&mut [0; 4]), Received::Data(3));
    }

    #[test]
    fn a_life_that_begins_meanwhile_rests_too() {
        let (mut connection, _) = open();
        connection.rest();
        connection.close();
        connection.begin(10);
        assert!(connection.is_resting());
        assert!(connection.go_on());
    }

    #[test]
    fn a_read_that_fills_its_room_may_have_left_something() {
        let (mut connection, kernel) = reading();
        kernel.borrow_mut().reads.push_back(Ok(b"abcd"));
        assert_eq!(connection.receive(&mut [0; 4]), Received::Data(4));
        assert!(connection.wants_read());
        assert_eq!(connection.receive(&mut [0; 4]), Received::Nothing);
        assert!(!connection.wants_read());
    }

    #[test]
    fn a_short_read_of_a_local_socket_proves_nothing() {
        let (mut connection, kernel) = reading();
        kernel.borrow_mut().whole = true;
        kernel.borrow_mut().reads.push_back(Ok(b"a"));
        assert_eq!(connection.receive(&mut [0; 4]), Received::Data(1));
        assert!(connection.wants_read());
    }

    #[test]
    fn an_end_or_an_urgent_byte_behind_the_data_is_read_up_to() {
        let (mut connection, kernel) = reading();
        connection.said(false, true);
        assert!(!connection.gives_splice_pipe());
        kernel.borrow_mut().reads.extend([Ok(&b"a"[..]), Ok(&b"b"[..]), Ok(&b""[..])]);
        let buffer = &mut [0; 4];
        assert_eq!(connection.receive(buffer), Received::Data(1));
        assert!(connection.wants_read());
        assert_eq!(connection.receive(buffer), Received::Data(1));
        assert!(connection.wants_read());
        assert_eq!(connection.receive(buffer), Received::End);
        assert!(!connection.wants_read() && !connection.busy());
    }

    #[test]
    fn an_end_is_told_once_and_a_reset_behind_it_is_heard() {
        let (mut connection, kernel) = reading();
        let reset = Errno::CONNRESET;
        kernel.borrow_mut().reads.extend([Ok(&b""[..]), Ok(&b""[..]), Err(reset)]);
        let buffer = &mut [0; 4];
        assert_eq!(connection.receive(buffer), Received::End);
        connection.said(true, true);
        assert_eq!(connection.receive(buffer), Received::Nothing);
        connection.said(true, true);
        assert_eq!(connection.receive(buffer), Received::Failed(reset.raw_os_error()));
    }

    #[test]
    fn a_reset_is_an_error_and_an_interruption_is_nothing() {
        let (mut connection, kernel) = reading();
        kernel.borrow_mut().reads.extend([Err(Errno::INTR), Err(Errno::CONNRESET)]);
        let errno = Errno::CONNRESET.raw_os_error();
        assert_eq!(connection.receive(&mut [0; 4]), Received::Failed(errno));
        assert!(!connection.wants_read());
    }

    #[test]
    fn who_stopped_is_told_to_come_back_for_what_was_announced_meanwhile() {
        let (mut connection, _) = open();
        connection.said(true, false);
        assert!(!connection.wants_read());
        assert_eq!(connection.inbound, Inbound::Stopped);
        assert!(connection.start_reading());
        assert!(!connection.start_reading());
        connection.stop_reading();
        assert!(!connection.wants_read());
    }

    #[test]
    fn a_source_that_is_held_reads_on_once_its_target_has_drained() {
        let (mut connection, _) = reading();
        connection.hold();
        assert_eq!(connection.inbound, Inbound::Held);
        assert!(!connection.wants_read());
        assert!(connection.unhold());
        assert!(connection.wants_read());
        connection.stop_reading();
        assert!(!connection.unhold());
        assert_eq!(connection.inbound, Inbound::Stopped);
    }

    #[test]
    fn reading_that_nobody_waits_for_keeps_no_program_alive() {
        let (mut connection, _) = reading();
        assert!(connection.busy());
        connection.set_paused(true);
        assert!(!connection.busy() && connection.wants_read());
    }

    // Writing

    #[test]
    fn what_the_kernel_takes_at_once_never_waits_however_much_it_is() {
        let (mut connection, kernel) = open();
        kernel.borrow_mut().writes.push_back(Ok(100));
        assert_eq!(put(&mut connection, b"more than the mark"), DONE);
        assert!(!connection.needs_drain());
        assert_eq!(connection.sent, 18);
    }

    #[test]
    fn the_rest_of_a_short_write_waits_for_room_in_order() {
        let (mut connection, kernel) = open();
        kernel.borrow_mut().writes.extend([Ok(2), Err(Errno::AGAIN)]);
        assert_eq!(put(&mut connection, b"abcd"), Written { wait: Wait::Room, ..DONE });
        assert!(connection.arm(true) && !connection.arm(true));
        let queued = Written { active: false, wait: Wait::Room, ..DONE };
        assert_eq!(put(&mut connection, b"ef"), queued);
        assert_eq!(connection.flush(), Flushed { wait: Wait::Room, ..Flushed::NOTHING });
        kernel.borrow_mut().writes.extend([Ok(1), Ok(100)]);
        let emptied = Flushed { moved: true, emptied: true, ..Flushed::NOTHING };
        assert_eq!(connection.flush(), emptied);
        assert_eq!(kernel.borrow().taken, b"abcdef");
    }

    #[test]
    fn at_the_mark_a_writer_waits_and_hears_once_of_the_room() {
        let (mut connection, kernel) = open();
        let written = put(&mut connection, b"0123456789");
        assert_eq!(written, Written { full: true, wait: Wait::Room, ..DONE });
        assert!(connection.needs_drain() && !connection.take_drain());
        kernel.borrow_mut().writes.push_back(Ok(100));
        assert!(connection.flush().drained);
        assert!(connection.take_drain() && !connection.take_drain());
        assert!(!connection.needs_drain());
    }

    #[test]
    fn a_write_that_fails_breaks_the_connection_for_reading_too() {
        let (mut connection, kernel) = reading();
        kernel.borrow_mut().writes.push_back(Err(Errno::PIPE));
        let errno = Some(Errno::PIPE.raw_os_error());
        let failed = Written { full: true, failed: errno, active: false, wait: Wait::Nothing };
        assert_eq!(put(&mut connection, b"a"), failed);
        assert!(connection.is_broken() && !connection.wants_read());
        // It is said once.
        assert_eq!(put(&mut connection, b"b"), Written { failed: None, ..failed });
        assert_eq!(connection.queued(), 0);
    }

    #[test]
    fn what_waits_is_forgotten_when_sending_it_fails() {
        let (mut connection, kernel) = open();
        put(&mut connection, b"abc");
        kernel.borrow_mut().writes.push_back(Err(Errno::CONNRESET));
        let errno = Some(Errno::CONNRESET.raw_os_error());
        assert_eq!(connection.flush(), Flushed { failed: errno, ..Flushed::NOTHING });
        assert_eq!(connection.queued(), 0);
        assert!(connection.is_broken() && !connection.busy());
    }

    #[test]
    fn a_reader_as_quick_as_we_are_gets_no_more_than_the_budget() {
        let (mut connection, kernel) = open();
        for _ in 0..=WRITE_BUDGET {
            put(&mut connection, b"ab");
        }
        kernel.borrow_mut().writes.extend(std::iter::repeat_n(Ok(1), WRITE_BUDGET));
        let flushed = connection.flush();
        assert_eq!((flushed.moved, flushed.wait), (true, Wait::Round));
        assert_eq!(connection.sent, WRITE_BUDGET as u64);
    }

    #[test]
    fn many_bytes_are_as_much_as_many_writes() {
        let (mut connection, kernel) = open();
        let block = Bytes::from(vec![0; WRITE_BYTES]);
        for _ in 0..3 {
            connection.write(&block, |from| block.slice(from..));
        }
        kernel.borrow_mut().writes.extend([Ok(WRITE_BYTES), Ok(WRITE_BYTES)]);
        assert_eq!(connection.flush().wait, Wait::Round);
        assert_eq!(connection.sent, WRITE_BYTES as u64);
    }

    #[test]
    fn who_wants_to_hear_of_every_byte_hears_of_those_only() {
        let (mut connection, kernel) = open();
        connection.tell_flush(true);
        put(&mut connection, b"abc");
        assert!(!connection.flush().tell);
        kernel.borrow_mut().writes.push_back(Ok(1));
        assert!(connection.flush().tell);
        connection.tell_flush(false);
        kernel.borrow_mut().writes.push_back(Ok(1));
        assert!(!connection.flush().tell);
    }

    #[test]
    fn a_cork_holds_back_what_comes_later_and_not_what_was_under_way() {
        let (mut connection, kernel) = open();
        put(&mut connection, b"ab");
        connection.cork();
        let corked = Written { active: false, ..DONE };
        assert_eq!(put(&mut connection, b"cd"), corked);
        kernel.borrow_mut().writes.push_back(Ok(100));
        assert_eq!(connection.flush(), Flushed { moved: true, ..Flushed::NOTHING });
        assert_eq!(kernel.borrow().taken, b"ab");
        connection.uncork();
        kernel.borrow_mut().writes.push_back(Ok(100));
        assert!(connection.flush().emptied);
        assert_eq!(kernel.borrow().taken, b"abcd");
    }

    // The end

    #[test]
    fn our_end_follows_the_last_byte_and_is_said_once() {
        let (mut connection, kernel) = open();
        put(&mut connection, b"ab");
        connection.finish(false);
        assert!(!connection.accepts_writes() && connection.busy());
        assert_eq!(connection.flush().finished, None);
        kernel.borrow_mut().writes.push_back(Ok(2));
        assert_eq!(connection.flush().finished, Some(0));
        assert_eq!(connection.flush().finished, None);
        assert_eq!(kernel.borrow().ends, 1);
        assert!(!connection.busy() && !connection.has_use_for_room());
    }

    #[test]
    fn a_close_that_follows_at_once_says_the_end_by_itself() {
        let (mut connection, kernel) = open();
        connection.finish(true);
        assert_eq!(connection.flush().finished, Some(0));
        assert_eq!(kernel.borrow().ends, 0);
    }

    #[test]
    fn a_peer_that_is_gone_needs_no_end_and_another_error_is_told() {
        let (mut connection, kernel) = open();
        kernel.borrow_mut().shutdown = Some(Errno::NOTCONN);
        connection.finish(false);
        assert_eq!(connection.flush().finished, Some(0));
        let (mut connection, kernel) = open();
        kernel.borrow_mut().shutdown = Some(Errno::IO);
        connection.finish(false);
        assert_eq!(connection.flush().finished, Some(Errno::IO.raw_os_error()));
    }

    #[test]
    fn an_end_that_was_asked_for_is_not_called_off_by_refusing_writes() {
        let (mut connection, _) = open();
        connection.finish(false);
        connection.refuse_writes();
        assert_eq!(connection.flush().finished, Some(0));
    }

    #[test]
    fn a_closed_connection_wants_nothing_and_loses_what_waited() {
        let (mut connection, _) = reading();
        put(&mut connection, b"ab");
        connection.finish(false);
        assert!(connection.close().is_some());
        assert!(!connection.wants_read() && !connection.busy() && !connection.accepts_writes());
        assert_eq!(connection.queued(), 0);
        assert_eq!(connection.receive(&mut [0; 4]), Received::Nothing);
        assert!(!connection.start_reading());
        assert!(connection.close().is_none());
    }

    // The beginning

    #[test]
    fn what_is_written_while_connecting_waits_for_the_attempt_that_succeeds() {
        let mut connection = Connection::default();
        connection.begin(10);
        let waits = Written { active: false, wait: Wait::Room, ..DONE };
        assert_eq!(put(&mut connection, b"ab"), waits);
        assert!(!connection.arm(true));
        let first = Script::default();
        first.0.borrow_mut().error = Some(111);
        connection.open(first, true);
        assert!(connection.busy());
        assert_eq!(connection.flush(), Flushed::NOTHING);
        assert_eq!(connection.connected(), 111);
        assert!(connection.abandon().is_some());
        assert!(connection.is_connecting());
        let second = Script::default();
        second.0.borrow_mut().writes.push_back(Ok(100));
        connection.open(second.clone(), true);
        assert_eq!(connection.connected(), 0);
        assert!(connection.flush().emptied);
        assert_eq!(second.0.borrow().taken, b"ab");
    }

    #[test]
    fn a_second_life_begins_with_nothing_of_the_first() {
        let (mut connection, kernel) = reading();
        kernel.borrow_mut().reads.push_back(Ok(b"abc"));
        connection.receive(&mut [0; 4]);
        put(&mut connection, b"0123456789");
        connection.close();
        connection.begin(20);
        assert_eq!((connection.received, connection.sent, connection.queued()), (0, 0, 0));
        assert!(connection.accepts_writes() && !connection.needs_drain());
        assert_eq!(connection.inbound, Inbound::Stopped);
        assert!(connection.is_connecting());
    }
}
