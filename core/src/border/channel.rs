//! `Channel`: one end of what connects two processes. It cuts the stream into messages, keeps
//! descriptors with the messages that they came with, and answers by itself what a cluster says for
//! every connection; everything else goes to the owner:
//!
//! `_on_message(frame)`, `_on_written()`, `_on_lost()`, `_on_stray()`, `_on_too_long()`,
//! `_on_closed()`, `_reframe(text)` (for a channel whose messages are not lines of JSON), `_on_listener_error`.

use std::collections::VecDeque;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyString};
use rustix::io::Errno;

use super::call;
use super::distributor::Distributor;
use super::errors::os_error;
use super::handle::Handle;
use super::lock;
use super::reactor::Reactor;
use super::share::Share;
use crate::ipc::frames::{Frames, Framing};
use crate::ipc::messages::{self, Known};
use crate::ipc::post::{Fate, Letter, Post};
use crate::net::connection::{READ_BUDGET, Sent};
use crate::reactor::keys::Key;
use crate::reactor::readiness::Ready;
use crate::sys;

/// How many descriptors may wait for the message that they belong to. Nobody who keeps to the
/// rules has more than one.
const MOST_DESCRIPTORS: usize = 8;

/// `send()` says that there is no more room from here on.
const HIGH_WATER_MARK: usize = 128 * 1024;

/// Numbers for a cluster's messages: one row for each process.
static NEXT_SEQ: AtomicU64 = AtomicU64::new(0);

/// The next number.
pub fn next_seq() -> u64 {
    NEXT_SEQ.fetch_add(1, Relaxed)
}

struct State {
    socket: Option<OwnedFd>,
    key: Option<Key>,
    frames: Frames,
    post: Post,
    /// Descriptors that came and that no message has claimed.
    fds: VecDeque<OwnedFd>,
    /// The kernel said that there is something to read, and nobody has found it empty since.
    ready: bool,
    armed: bool,
    unref: bool,
    active: bool,
    /// `_on_written` is wanted.
    tell: bool,
    /// To be closed as soon as everything has left and arrived.
    closing: bool,
    shares: Vec<(String, Py<Share>)>,
    dealers: Vec<(u64, Py<Distributor>)>,
    /// Connections that were accepted; they begin once the other side can know of that.
    starting: VecDeque<(Py<Share>, OwnedFd)>,
}

/// One end of what connects two processes.
#[pyclass(frozen, module = "netserve._core", weakref)]
pub struct Channel {
    state: Mutex<State>,
    framing: Framing,
    limit: usize,
    reactor: Py<Reactor>,
    owner: Mutex<Option<Py<PyAny>>>,
}

impl State {
    fn recount(&mut self, reactor: &Reactor) {
        let active = self.socket.is_some() && (!self.unref || !self.post.is_flushed());
        if active != self.active {
            self.active = active;
            reactor.count(active);
        }
    }

    fn share(&self, py: Python<'_>, key: &str) -> Option<Py<Share>> {
        let found = self.shares.iter().find(|(name, _)| name == key);
        found.map(|(_, share)| share.clone_ref(py))
    }
}

impl Channel {
    fn owner(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        lock(&self.owner).as_ref().map(|owner| owner.clone_ref(py))
    }

    fn tell<'py, A: pyo3::call::PyCallArgs<'py>>(
        &self,
        py: Python<'py>,
        name: &str,
        arguments: A,
    ) -> PyResult<()> {
        match self.owner(py) {
            Some(owner) => call::hook(owner.bind(py), &PyString::intern(py, name), arguments),
            None => Ok(()),
        }
    }

    /// Frames a text: a line of JSON, or what the owner makes of it.
    pub(super) fn frame(&self, py: Python<'_>, mut text: String) -> PyResult<Bytes> {
        if let (Framing::Lengths, Some(owner)) = (self.framing, self.owner(py)) {
            let framed = owner.call_method1(py, intern!(py, "_reframe"), (text,))?;
            let framed = framed.extract::<PyBackedBytes>(py).map_err(PyErr::from)?;
            return Ok(Bytes::from_owner(framed));
        }
        text.push('\n');
        Ok(Bytes::from(text))
    }

    /// The kernel said something about this channel.
    pub fn ready(
        slf: &Bound<'_, Self>,
        reactor: &Reactor,
        ready: Ready,
        buffer: &mut [u8],
    ) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            if state.key != Some(ready.key) {
                return Ok(());
            }
            state.ready |= ready.readable;
        }
        if ready.writable {
            Self::flush(slf)?;
        }
        for _ in 0..READ_BUDGET {
            if !Self::read(slf, buffer)? {
                return Ok(());
            }
        }
        if let Some(key) = lock(&slf.get().state).key {
            reactor.again(Ready { key, readable: true, writable: false, hung_up: false });
        }
        Ok(())
    }

    /// Reads once. Whether there may be more.
    fn read(slf: &Bound<'_, Self>, buffer: &mut [u8]) -> PyResult<bool> {
        let this = slf.get();
        let py = slf.py();
        let mut frames = {
            let mut guard = lock(&this.state);
            let state = &mut *guard;
            let Some(socket) = state.socket.as_ref().filter(|_| state.ready) else {
                return Ok(false);
            };
            match sys::receive_with(socket, buffer, &mut state.fds) {
                Ok(0) => {
                    drop(guard);
                    return Self::closed(slf).map(|()| false);
                }
                Ok(count) => {
                    while state.fds.len() > MOST_DESCRIPTORS {
                        state.fds.pop_front();
                    }
                    state.frames.feed(&buffer[..count]);
                    let empty = Frames::new(this.framing, this.limit);
                    std::mem::replace(&mut state.frames, empty)
                }
                Err(Errno::INTR) => return Ok(true),
                Err(Errno::AGAIN) => {
                    state.ready = false;
                    return Ok(false);
                }
                // The other side went with something unread: an end like any other.
                Err(_) => {
                    drop(guard);
                    return Self::closed(slf).map(|()| false);
                }
            }
        };
        loop {
            match frames.cut() {
                Ok(Some(frame)) => Self::message(slf, frame)?,
                Ok(None) => break,
                Err(_) => {
                    this.tell(py, "_on_too_long", ())?;
                    return Ok(false);
                }
            }
            if lock(&this.state).socket.is_none() {
                return Ok(false);
            }
        }
        let mut state = lock(&this.state);
        state.frames = frames;
        Ok(state.socket.is_some())
    }

    fn message(slf: &Bound<'_, Self>, frame: &[u8]) -> PyResult<()> {
        let this = slf.get();
        let py = slf.py();
        if this.framing == Framing::Lengths {
            return this.tell(py, "_on_message", (PyBytes::new(py, frame),));
        }
        match messages::recognise(frame) {
            Known::Answer(arrived) => return Self::answered(slf, arrived),
            Known::Connection { key, seq } => {
                let fd = lock(&this.state).fds.pop_front();
                let answer = if fd.is_some() { messages::ACK } else { messages::NACK };
                let answer = this.frame(py, answer.to_owned())?;
                lock(&this.state).post.answer(answer);
                return match fd {
                    Some(fd) => Self::offer(slf, &key, seq, fd),
                    None => Self::flush(slf),
                };
            }
            Known::Accepted { ack, accepted, open } if Self::dealt(slf, ack, accepted, open)? => {
                return Ok(());
            }
            Known::Open { key, open } => return Self::told(slf, &key, open),
            _ => {}
        }
        let text = PyString::new(py, &String::from_utf8_lossy(frame));
        this.tell(py, "_on_message", (text,))
    }

    /// The other side answered for our descriptor.
    fn answered(slf: &Bound<'_, Self>, arrived: bool) -> PyResult<()> {
        let fate = lock(&slf.get().state).post.answered(arrived);
        match fate {
            Fate::Lost => slf.get().tell(slf.py(), "_on_lost", ())?,
            Fate::Stray => slf.get().tell(slf.py(), "_on_stray", ())?,
            Fate::Arrived | Fate::Again => {}
        }
        Self::flush(slf)
    }

    /// The primary deals a connection to this worker.
    fn offer(slf: &Bound<'_, Self>, key: &str, seq: u64, fd: OwnedFd) -> PyResult<()> {
        let share = lock(&slf.get().state).share(slf.py(), key);
        match share {
            Some(share) => Share::offer(share.bind(slf.py()), slf, seq, fd),
            None => {
                drop(fd);
                Self::accept(slf, seq, false, None)
            }
        }
    }

    /// Says what became of a connection that was dealt to us.
    pub(super) fn accept(
        slf: &Bound<'_, Self>,
        seq: u64,
        accepted: bool,
        open: Option<usize>,
    ) -> PyResult<()> {
        let text = messages::accepted(seq, accepted, open, next_seq());
        Self::say(slf, text)
    }

    /// Sends a text of the core's own.
    pub(super) fn say(slf: &Bound<'_, Self>, text: String) -> PyResult<()> {
        let bytes = slf.get().frame(slf.py(), text)?;
        Self::post(slf, Letter { bytes, fd: None, precious: false, counted: false })
    }

    /// The connection begins as soon as the other side can know that it was accepted: should we
    /// die before that, it is given to somebody else, who must find it untouched.
    pub(super) fn start(
        slf: &Bound<'_, Self>,
        share: &Bound<'_, Share>,
        fd: OwnedFd,
    ) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            if !state.post.is_done() {
                state.starting.push_back((share.clone().unbind(), fd));
                return Ok(());
            }
        }
        Share::start(share, fd)
    }

    fn start_all(slf: &Bound<'_, Self>) -> PyResult<()> {
        loop {
            let next = {
                let mut state = lock(&slf.get().state);
                if !state.post.is_done() {
                    return Ok(());
                }
                state.starting.pop_front()
            };
            let Some((share, fd)) = next else { return Ok(()) };
            Share::start(share.bind(slf.py()), fd)?;
        }
    }

    /// A worker answered for a connection. Whether one of our distributors knows of it.
    fn dealt(
        slf: &Bound<'_, Self>,
        ack: u64,
        accepted: bool,
        open: Option<usize>,
    ) -> PyResult<bool> {
        for (id, dealer) in Self::dealers(slf) {
            if Distributor::answered(dealer.bind(slf.py()), id, ack, accepted, open)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A worker says how many connections it has.
    fn told(slf: &Bound<'_, Self>, key: &str, open: usize) -> PyResult<()> {
        for (id, dealer) in Self::dealers(slf) {
            Distributor::told(dealer.bind(slf.py()), id, key, open)?;
        }
        Ok(())
    }

    fn dealers(slf: &Bound<'_, Self>) -> Vec<(u64, Py<Distributor>)> {
        let state = lock(&slf.get().state);
        state.dealers.iter().map(|(id, dealer)| (*id, dealer.clone_ref(slf.py()))).collect()
    }

    /// Queues a message and sends what may leave.
    pub(super) fn post(slf: &Bound<'_, Self>, letter: Letter) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            if state.socket.is_none() {
                return Ok(());
            }
            state.post.push(letter);
        }
        Self::flush(slf)
    }

    pub(super) fn flush(slf: &Bound<'_, Self>) -> PyResult<()> {
        let this = slf.get();
        let reactor = this.reactor.get();
        let (told, done, starting) = {
            let mut guard = lock(&this.state);
            let state = &mut *guard;
            let Some(socket) = &state.socket else {
                return Ok(());
            };
            let before = state.post.written;
            let sent = state.post.flush(socket);
            if let (Some(key), false) = (state.key, sent == Sent::All) {
                match sent {
                    Sent::Queued if !state.armed => {
                        state.armed = true;
                        reactor.change(socket.as_raw_fd(), key, true);
                    }
                    Sent::Unfinished => {
                        let ready = Ready { key, readable: false, writable: true, hung_up: false };
                        reactor.again(ready);
                    }
                    // The other side is gone: what it said before that is still to be read.
                    Sent::Failed(_) => {
                        let ready = Ready { key, readable: true, writable: false, hung_up: true };
                        reactor.again(ready);
                    }
                    _ => {}
                }
            }
            state.recount(reactor);
            let told = state.tell && state.post.written != before;
            let done = state.post.is_done();
            (told, done && state.closing, done && !state.starting.is_empty())
        };
        if starting {
            Self::start_all(slf)?;
        }
        if told {
            this.tell(slf.py(), "_on_written", ())?;
        }
        if done {
            Self::closed(slf)?;
        }
        reactor.kick(slf.py())
    }

    /// Takes the socket out, and lets everything go that belongs to an open channel.
    pub(super) fn take_socket(slf: &Bound<'_, Self>) -> Option<OwnedFd> {
        let this = slf.get();
        let reactor = this.reactor.get();
        let (socket, dropped) = {
            let mut state = lock(&this.state);
            let socket = state.socket.take();
            state.recount(reactor);
            let open = socket.as_ref().map(AsRawFd::as_raw_fd);
            let handle = state.key.take().and_then(|key| reactor.remove(key, open));
            let post = std::mem::take(&mut state.post);
            state.post.written = post.written;
            let rest = (std::mem::take(&mut state.fds), std::mem::take(&mut state.starting));
            let shares = std::mem::take(&mut state.shares);
            let dealers = std::mem::take(&mut state.dealers);
            (socket, (handle, post, rest, shares, dealers))
        };
        drop(dropped);
        socket
    }

    fn closed(slf: &Bound<'_, Self>) -> PyResult<()> {
        let dealers = Self::dealers(slf);
        if Self::take_socket(slf).is_none() {
            return Ok(());
        }
        for (id, dealer) in dealers {
            Distributor::gone(dealer.bind(slf.py()), id)?;
        }
        let result = slf.get().tell(slf.py(), "_on_closed", ());
        let owner = lock(&slf.get().owner).take();
        drop(owner);
        result?;
        slf.get().reactor.get().kick(slf.py())
    }
}

#[pymethods]
impl Channel {
    /// Takes one end of a local socket pair over. `lengths`: messages have their length in front,
    /// otherwise a newline behind. `limit`: the longest message that is taken, in bytes.
    #[new]
    #[pyo3(signature = (reactor, fd, owner, *, limit, lengths = false))]
    fn new(
        reactor: Py<Reactor>,
        fd: RawFd,
        owner: Py<PyAny>,
        limit: usize,
        lengths: bool,
    ) -> PyResult<Self> {
        let socket = sys::own(fd).map_err(|errno| os_error(errno, "open"))?;
        sys::unblock(&socket);
        let framing = if lengths { Framing::Lengths } else { Framing::Lines };
        let state = State {
            socket: Some(socket),
            key: None,
            frames: Frames::new(framing, limit),
            post: Post::default(),
            fds: VecDeque::new(),
            ready: false,
            armed: false,
            unref: false,
            active: false,
            tell: false,
            closing: false,
            shares: Vec::new(),
            dealers: Vec::new(),
            starting: VecDeque::new(),
        };
        let owner = Mutex::new(Some(owner));
        Ok(Self { state: Mutex::new(state), framing, limit, reactor, owner })
    }

    /// Begins to read.
    fn open(slf: &Bound<'_, Self>) -> PyResult<()> {
        let reactor = slf.get().reactor.get();
        let mut state = lock(&slf.get().state);
        if let (Some(socket), None) = (&state.socket, state.key) {
            let handle = Handle::Channel(slf.clone().unbind());
            state.key = Some(reactor.watch(socket.as_raw_fd(), handle, false)?);
        }
        state.recount(reactor);
        Ok(())
    }

    /// Sends a framed message; `fd`, which is given away, goes with it. `precious`: it is sent
    /// again if it does not arrive. False: wait for what was sent to be written before more.
    #[pyo3(signature = (frame, fd = None, *, precious = false))]
    fn send(
        slf: &Bound<'_, Self>,
        frame: &Bound<'_, PyBytes>,
        fd: Option<RawFd>,
        precious: bool,
    ) -> PyResult<bool> {
        let fd = match fd {
            Some(fd) => Some(Arc::new(sys::own(fd).map_err(|errno| os_error(errno, "send"))?)),
            None => None,
        };
        let bytes = Bytes::from_owner(PyBackedBytes::from(frame.clone()));
        Self::post(slf, Letter { bytes, fd, precious, counted: true })?;
        let state = lock(&slf.get().state);
        Ok(state.post.queued() <= HIGH_WATER_MARK && state.post.behind() <= 1)
    }

    /// Sends a framed answer, which waits for no descriptor.
    fn answer(slf: &Bound<'_, Self>, frame: &Bound<'_, PyBytes>) -> PyResult<()> {
        let bytes = Bytes::from_owner(PyBackedBytes::from(frame.clone()));
        lock(&slf.get().state).post.answer(bytes);
        Self::flush(slf)
    }

    /// The other side said that our descriptor arrived, or did not.
    #[pyo3(name = "answered")]
    fn py_answered(slf: &Bound<'_, Self>, arrived: bool) -> PyResult<()> {
        Self::answered(slf, arrived)
    }

    /// The first descriptor that came and has not been claimed.
    fn take(&self) -> Option<RawFd> {
        lock(&self.state).fds.pop_front().map(IntoRawFd::into_raw_fd)
    }

    /// How many messages the kernel has taken.
    #[getter]
    fn written(&self) -> u64 {
        lock(&self.state).post.written
    }

    /// `_on_written` is called whenever that grew (or no longer).
    fn tell_written(&self, wanted: bool) {
        lock(&self.state).tell = wanted;
    }

    /// Whether a descriptor is under way.
    #[getter]
    fn flying(&self) -> bool {
        lock(&self.state).post.is_flying()
    }

    /// Closes, once everything has left and arrived; `_on_closed` follows.
    fn finish(slf: &Bound<'_, Self>) -> PyResult<()> {
        lock(&slf.get().state).closing = true;
        Self::flush(slf)
    }

    /// Closes at once; `_on_closed` follows.
    fn close(slf: &Bound<'_, Self>) -> PyResult<()> {
        Self::closed(slf)
    }

    /// Gives the descriptor away.
    fn detach(slf: &Bound<'_, Self>) -> PyResult<Option<RawFd>> {
        let socket = Self::take_socket(slf);
        slf.get().reactor.get().kick(slf.py())?;
        Ok(socket.map(IntoRawFd::into_raw_fd))
    }

    /// Whether an open channel keeps the program alive. What waits to leave always does.
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
        lock(&self.state).socket.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    /// Connections for `key` go to `share`, or to nobody any more.
    fn set_share(&self, key: String, share: Option<Py<Share>>) {
        let old = {
            let mut state = lock(&self.state);
            let at = state.shares.iter().position(|(name, _)| *name == key);
            let old = at.map(|at| state.shares.swap_remove(at));
            state.shares.extend(share.map(|share| (key, share)));
            old
        };
        drop(old);
    }

    /// The slow way of what the core does by itself: the primary dealt a connection.
    #[pyo3(name = "offer")]
    fn py_offer(slf: &Bound<'_, Self>, key: &str, seq: u64, fd: RawFd) -> PyResult<()> {
        let fd = sys::own(fd).map_err(|errno| os_error(errno, "accept"))?;
        Self::offer(slf, key, seq, fd)
    }

    /// The slow way of what the core does by itself: a worker answered for a connection.
    #[pyo3(name = "dealt")]
    fn py_dealt(
        slf: &Bound<'_, Self>,
        ack: u64,
        accepted: bool,
        open: Option<usize>,
    ) -> PyResult<bool> {
        Self::dealt(slf, ack, accepted, open)
    }

    /// The slow way of what the core does by itself: a worker says what is open.
    #[pyo3(name = "told")]
    fn py_told(slf: &Bound<'_, Self>, key: &str, open: usize) -> PyResult<()> {
        Self::told(slf, key, open)
    }

    /// The next number for a cluster's message.
    #[staticmethod]
    #[pyo3(name = "next_seq")]
    fn py_next_seq() -> u64 {
        next_seq()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.reactor)?;
        if let Ok(state) = self.state.try_lock() {
            for (_, share) in &state.shares {
                visit.call(share)?;
            }
            for (_, dealer) in &state.dealers {
                visit.call(dealer)?;
            }
            for (share, _) in &state.starting {
                visit.call(share)?;
            }
        }
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

impl Channel {
    /// A distributor deals to the worker behind this channel.
    pub(super) fn add_dealer(&self, id: u64, dealer: &Bound<'_, Distributor>) {
        self.forget_dealer(dealer);
        let mut state = lock(&self.state);
        if state.socket.is_some() {
            state.dealers.push((id, dealer.clone().unbind()));
        }
    }

    /// It no longer does.
    pub(super) fn forget_dealer(&self, dealer: &Bound<'_, Distributor>) {
        let old = {
            let mut state = lock(&self.state);
            let at = state.dealers.iter().position(|(_, other)| other.is(dealer));
            at.map(|at| state.dealers.swap_remove(at))
        };
        drop(old);
    }
}
