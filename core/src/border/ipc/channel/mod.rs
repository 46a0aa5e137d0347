//! `Channel`: one end of what connects two processes. It cuts the stream into messages, keeps
//! descriptors with the messages that they came with, and answers by itself what a cluster says for
//! every connection; everything else goes to the owner:
//!
//! `_on_value(message)` or `_on_message(frame)` where it is not understood here, `_on_written()`,
//! `_on_lost()`, `_on_stray()`, `_on_too_long()`, `_on_closed()`, `_reframe(text)` (for a channel
//! whose messages are not lines of JSON), `_on_listener_error`.

mod io;
mod talk;

use std::collections::VecDeque;
use std::os::fd::{AsRawFd, IntoRawFd, OwnedFd, RawFd};
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::PyBytes;

use super::hearer::{Dealing, Taking};
use super::json;
use crate::border::accepted::Newcomer;
use crate::border::errors::os_error;
use crate::border::handle::Handle;
use crate::border::lock;
use crate::border::owner::Owner;
use crate::border::reactor::Reactor;
use crate::border::registration::Registration;
use crate::ipc::dealer::Word;
use crate::ipc::frames::Framing;
use crate::ipc::inbox::Inbox;
use crate::ipc::messages;
use crate::ipc::send_queue::{Outgoing, SendQueue};
use crate::reactor::registry::News;
use crate::sys;

/// `send()` says that there is no more room from here on.
const HIGH_WATER_MARK: usize = 128 * 1024;

/// The room that most messages need.
const USUAL: usize = 128;

pub(super) struct State {
    pub(super) socket: Option<OwnedFd>,
    pub(super) registration: Registration,
    pub(super) inbox: Inbox,
    pub(super) queue: SendQueue,
    /// Messages are being handed out: what is sent meanwhile leaves together.
    pub(super) corked: bool,
    /// Too many of our answers wait to be read by the other side: nothing is read from it.
    pub(super) stuffed: bool,
    /// The length of the message that is being handed out.
    pub(super) length: usize,
    /// The kernel is asked about room to write.
    pub(super) armed: bool,
    /// The owner wants `_on_written` called whenever messages have left.
    pub(super) tell: bool,
    /// The channel closes as soon as everything has left and arrived.
    pub(super) closing: bool,
    /// Who takes what is dealt to us, by the name that the other side knows it by.
    pub(super) takers: Vec<(String, Taking)>,
    /// Who deals to the other side, by its number there.
    pub(super) dealers: Vec<(u64, Dealing)>,
    /// Connections that were accepted; they begin once the other side can know of that.
    pub(super) starting: VecDeque<(Taking, Newcomer)>,
}

/// One end of what connects two processes.
#[pyclass(frozen, module = "netserve._core", weakref)]
pub struct Channel {
    pub(super) state: Mutex<State>,
    pub(super) framing: Framing,
    pub(super) limit: usize,
    /// Nothing more is handed out for now, by request. Looked at after each message, so it is no
    /// part of what the lock guards.
    pub(super) paused: AtomicBool,
    pub(super) reactor: Py<Reactor>,
    pub(super) owner: Owner,
}

impl State {
    pub(super) fn recount(&mut self, reactor: &Reactor) {
        // What waits to leave keeps the program alive in any case.
        let busy = self.registration.is_ref() || !self.queue.is_flushed();
        self.registration.count(reactor, self.socket.is_some() && busy);
    }

    pub(super) fn taker(&self, py: Python<'_>, key: &str) -> Option<Taking> {
        let found = self.takers.iter().find(|(name, _)| name == key);
        found.map(|(_, taker)| taker.clone_ref(py))
    }
}

impl Channel {
    fn room(slf: &Bound<'_, Self>) -> PyResult<bool> {
        let state = lock(&slf.get().state);
        Ok(state.queue.queued() <= HIGH_WATER_MARK && state.queue.behind() <= 1)
    }

    /// Frames a text: a line of JSON, or what the owner makes of it.
    pub(super) fn frame(&self, py: Python<'_>, mut text: String) -> PyResult<Bytes> {
        if let (Framing::Lengths, Some(owner)) = (self.framing, self.owner.get(py)) {
            let framed = owner.call_method1(intern!(py, "_reframe"), (text,))?;
            let framed = framed.extract::<PyBackedBytes>().map_err(PyErr::from)?;
            return Ok(Bytes::from_owner(framed));
        }
        text.push('\n');
        Ok(Bytes::from(text))
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
            registration: Registration::default(),
            inbox: Inbox::new(framing, limit),
            queue: SendQueue::default(),
            corked: false,
            stuffed: false,
            length: 0,
            armed: false,
            tell: false,
            closing: false,
            takers: Vec::new(),
            dealers: Vec::new(),
            starting: VecDeque::new(),
        };
        let owner = Owner::new(owner);
        let paused = AtomicBool::new(false);
        Ok(Self { state: Mutex::new(state), framing, limit, paused, reactor, owner })
    }

    /// Begins to read.
    fn open(slf: &Bound<'_, Self>) -> PyResult<()> {
        let reactor = slf.get().reactor.get();
        let mut state = lock(&slf.get().state);
        if let Some(fd) = state.socket.as_ref().map(AsRawFd::as_raw_fd) {
            state.registration.watch(reactor, fd, || Handle::of(slf), false)?;
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
        Self::enqueue(slf, Outgoing { fd, precious, counted: true, ..Outgoing::plain(bytes) })?;
        Self::room(slf)
    }

    /// Sends a message of the usual kinds, as a line of JSON: like `send`. `None`: it is not one
    /// of them, and nothing was sent.
    fn send_value(slf: &Bound<'_, Self>, value: &Bound<'_, PyAny>) -> PyResult<Option<bool>> {
        let mut bytes = Vec::with_capacity(USUAL);
        if slf.get().framing == Framing::Lengths || !json::write(value, &mut bytes) {
            return Ok(None);
        }
        bytes.push(b'\n');
        if bytes.len() > slf.get().limit {
            return Ok(None);
        }
        let bytes = Bytes::from(bytes);
        Self::enqueue(slf, Outgoing { counted: true, ..Outgoing::plain(bytes) })?;
        Self::room(slf).map(Some)
    }

    /// Sends a framed answer, which waits for no descriptor.
    fn answer(slf: &Bound<'_, Self>, frame: &Bound<'_, PyBytes>) -> PyResult<()> {
        let bytes = Bytes::from_owner(PyBackedBytes::from(frame.clone()));
        lock(&slf.get().state).queue.answer(bytes);
        Self::flush(slf)
    }

    /// The other side said that our descriptor arrived, or did not.
    #[pyo3(name = "answered")]
    fn py_answered(slf: &Bound<'_, Self>, arrived: bool) -> PyResult<()> {
        Self::answered(slf, arrived)
    }

    /// Hands out every message that has come, in place of a share of them at each turn.
    fn drain(slf: &Bound<'_, Self>) -> PyResult<()> {
        Self::drain_all(slf)
    }

    /// Hands out no more messages, and reads no more: what the other side says waits there. Once
    /// that has ended, what is left is handed out all the same.
    fn pause(&self) {
        self.paused.store(true, Relaxed);
    }

    /// Goes on after `pause()`.
    fn resume(&self, py: Python<'_>) -> PyResult<()> {
        if self.paused.swap(false, Relaxed) {
            lock(&self.state).registration.again(self.reactor.get(), News::READABLE);
            self.reactor.get().kick(py)?;
        }
        Ok(())
    }

    /// The length of the message that is being handed out, in bytes.
    #[getter]
    fn length(&self) -> usize {
        lock(&self.state).length
    }

    /// How many messages could leave now, if the system took them.
    #[getter]
    fn leaving(&self) -> usize {
        lock(&self.state).queue.leaving()
    }

    /// Hands the system what it takes now.
    #[pyo3(name = "flush")]
    fn py_flush(slf: &Bound<'_, Self>) -> PyResult<()> {
        Self::flush(slf)
    }

    /// The first descriptor that came and has not been claimed.
    fn take(&self) -> Option<RawFd> {
        lock(&self.state).inbox.take_fd().map(IntoRawFd::into_raw_fd)
    }

    /// How many messages the kernel has taken.
    #[getter]
    fn written(&self) -> u64 {
        lock(&self.state).queue.written
    }

    /// `_on_written` is called whenever that grew (or no longer).
    fn tell_written(&self, wanted: bool) {
        lock(&self.state).tell = wanted;
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
            state.registration.set_ref(referenced);
            state.recount(self.reactor.get());
        }
        self.reactor.get().kick(py)
    }

    /// The descriptor's number, or -1.
    fn fileno(&self) -> RawFd {
        lock(&self.state).socket.as_ref().map_or(-1, AsRawFd::as_raw_fd)
    }

    /// The slow way of what the core does by itself: the primary dealt a connection.
    #[pyo3(name = "offer")]
    fn py_offer(slf: &Bound<'_, Self>, key: &str, seq: u64, fd: RawFd) -> PyResult<()> {
        let fd = sys::own(fd).map_err(|errno| os_error(errno, "accept"))?;
        Self::offer(slf, key, seq, fd)
    }

    /// The slow way of what the core does by itself: a worker answered for a connection.
    fn dealt(
        slf: &Bound<'_, Self>,
        ack: u64,
        accepted: bool,
        open: Option<usize>,
    ) -> PyResult<bool> {
        Self::say_to_dealers(slf, &Word::Answered { seq: ack, accepted, open })
    }

    /// The slow way of what the core does by itself: a worker says what is open.
    fn told(slf: &Bound<'_, Self>, key: &str, open: usize) -> PyResult<()> {
        Self::say_to_dealers(slf, &Word::Open { name: key, open }).map(drop)
    }

    /// The next number for a cluster's message.
    #[staticmethod]
    #[pyo3(name = "next_seq")]
    fn py_next_seq() -> u64 {
        messages::next_seq()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.reactor)?;
        if let Ok(state) = self.state.try_lock() {
            for (_, taker) in &state.takers {
                taker.visit(&visit)?;
            }
            for (_, dealer) in &state.dealers {
                dealer.visit(&visit)?;
            }
            for (taker, _) in &state.starting {
                taker.visit(&visit)?;
            }
        }
        self.owner.visit(&visit)
    }

    fn __clear__(&self) {
        self.owner.let_go();
    }
}

impl Channel {
    /// Who deals to the worker behind this channel is told what that says.
    pub fn add_dealer(&self, id: u64, dealer: Dealing) {
        let mut state = lock(&self.state);
        if state.socket.is_some() {
            state.dealers.push((id, dealer));
        }
    }

    /// Connections for `key` go to this one from now on.
    pub fn add_taker(&self, key: &str, taker: Taking) {
        let old = {
            let mut state = lock(&self.state);
            let at = state.takers.iter().position(|(name, _)| name == key);
            let old = at.map(|at| state.takers.swap_remove(at));
            if state.socket.is_some() {
                state.takers.push((key.to_owned(), taker));
            }
            old
        };
        drop(old);
    }

    /// It is told nothing any more.
    pub fn forget<T>(&self, hearer: &Bound<'_, T>) {
        let dropped = {
            let mut guard = lock(&self.state);
            let state = &mut *guard;
            let taker = state.takers.iter().position(|(_, other)| other.is(hearer));
            let dealer = state.dealers.iter().position(|(_, other)| other.is(hearer));
            let taker = taker.map(|at| state.takers.swap_remove(at));
            (taker, dealer.map(|at| state.dealers.swap_remove(at)))
        };
        drop(dropped);
    }
}
