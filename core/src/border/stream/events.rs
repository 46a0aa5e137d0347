//! What happens to a `Stream` when the kernel, the clock or its queue says so.

use std::os::fd::{AsRawFd, RawFd};
use std::sync::MutexGuard;

use pyo3::buffer::PyBuffer;
use pyo3::exceptions::PyBufferError;
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyBytes, PyMemoryView, PySlice};

use super::Stream;
use super::state::State;
use crate::border::call;
use crate::border::handle::{Handle, Look, Registered};
use crate::border::lock;
use crate::net::connection::Received;
use crate::reactor::budget::Share;
use crate::reactor::checks::{Broken, is_missed, unlocked};
use crate::reactor::registry::News;

/// Who gets the bytes that a read found.
enum Taker {
    /// The `data` listener, in its context.
    Sink(Py<PyAny>, Option<Py<PyAny>>),
    /// Python's side of the stream.
    Hook,
    /// The user's buffer and callback.
    Buffer(Py<PyAny>, Py<PyAny>, Option<Py<PyAny>>),
}

impl State {
    fn taker(&self, py: Python<'_>, buffer: Option<Py<PyAny>>) -> Taker {
        let context = || self.context.as_ref().map(|context| context.clone_ref(py));
        match (buffer, &self.on_read, &self.sink) {
            (Some(buffer), Some(on_read), _) => {
                Taker::Buffer(buffer, on_read.callback.clone_ref(py), context())
            }
            (.., Some(sink)) => Taker::Sink(sink.clone_ref(py), context()),
            _ => Taker::Hook,
        }
    }
}

impl Registered for Stream {
    fn ready(
        slf: &Bound<'_, Self>,
        news: News,
        buffer: &mut [u8],
        share: &mut Share,
    ) -> PyResult<()> {
        let mut state = lock(&slf.get().state);
        state.connection.said(news.readable, news.hung_up);
        if state.connection.is_resting() {
            if news.writable {
                state.connection.said_room();
            }
            return Ok(());
        }
        if !state.connection.is_connecting() {
            // Reading comes first: the peer's last words are heard before a write fails.
            if state.target.is_some() {
                Self::relay(slf, buffer, share, state)?;
            } else {
                Self::readable(slf, buffer, share, state)?;
            }
            return if news.writable { Self::writable(slf, share) } else { Ok(()) };
        }
        drop(state);
        if news.writable {
            Self::connected(slf)?;
            Self::readable(slf, buffer, share, lock(&slf.get().state))?;
        }
        Ok(())
    }

    fn expired(slf: &Bound<'_, Self>, now: u64) -> PyResult<()> {
        {
            let mut guard = lock(&slf.get().state);
            let state = &mut *guard;
            state.deadline = None;
            let (Some(reactor), 1..) = (&state.reactor, state.idle_ms) else {
                return Ok(());
            };
            let due = state.touched + state.idle_ms;
            // The clock goes on, but it speaks once for each silence.
            let next = if due > now { due } else { now + state.idle_ms };
            state.deadline = Some(reactor.get().deadline(next, Handle::of(slf)));
            if due > now || std::mem::replace(&mut state.told_idle, true) {
                return Ok(());
            }
        }
        call::hook(slf.as_any(), intern!(slf.py(), "_on_timeout"), ())
    }

    fn close_for_good(slf: &Bound<'_, Self>) -> PyResult<()> {
        drop(Self::take_endpoint(slf, false));
        call::hook(slf.as_any(), intern!(slf.py(), "_on_loop_end"), ())
    }

    fn watched(slf: &Bound<'_, Self>) -> Option<(RawFd, bool)> {
        let state = lock(&slf.get().state);
        let fd = state.connection.wire().map(AsRawFd::as_raw_fd);
        fd.map(|fd| (fd, state.connection.is_armed()))
    }

    fn check(slf: &Bound<'_, Self>, look: &Look) -> Result<bool, Broken> {
        let state = unlocked(&slf.get().state)?;
        let (connection, registration) = (&state.connection, &state.registration);
        let Some(endpoint) = connection.wire() else {
            return Err("a stream is registered without a descriptor");
        };
        if !registration.is(look.key) {
            return Err("a stream is registered by a key that is not its own");
        }
        if !registration.is_counted(connection.busy()) {
            return Err("a stream's part in what keeps the program alive is out of date");
        }
        if connection.awaits_room() && !look.coming_back {
            return Err("a stream has bytes to write that nothing will send");
        }
        if connection.awaits_news() && !look.coming_back {
            if connection.is_ready() && connection.trusts_edges() {
                return Err("a stream knows of bytes to read and will not come back for them");
            }
            if !connection.is_ready() && is_missed(endpoint.as_raw_fd(), look.events) {
                return Err("a stream has bytes to read that nothing will announce");
            }
        }
        Ok(registration.is_active())
    }
}

impl Stream {
    /// Sends what waits, and what follows from that.
    pub(super) fn flush(slf: &Bound<'_, Self>) -> PyResult<()> {
        let (flushed, feeders) = {
            let mut state = lock(&slf.get().state);
            let flushed = state.connection.flush();
            if flushed.moved {
                state.touch();
                state.return_splice_pipe();
            }
            state.wait(flushed.wait);
            let feeders = if flushed.emptied { state.take_feeders() } else { Vec::new() };
            state.recount();
            (flushed, feeders)
        };
        for feeder in feeders {
            lock(&feeder.get().state).unhold();
        }
        if let Some(errno) = flushed.failed {
            return Self::defer(slf, "_on_error", (errno, "write"));
        }
        if flushed.tell {
            call::hook(slf.as_any(), intern!(slf.py(), "_on_flush"), ())?;
        }
        if flushed.drained {
            Self::defer(slf, "_on_drain", ())?;
        }
        match flushed.finished {
            Some(errno) => Self::defer(slf, "_on_finish", (errno,)),
            None => Ok(()),
        }
    }

    /// Does what a listener put off.
    pub(super) fn run_ticks(slf: &Bound<'_, Self>) -> PyResult<()> {
        let reactor = Self::reactor(slf);
        reactor.map_or(Ok(()), |reactor| reactor.get().run_ticks(slf.py()))
    }

    fn connected(slf: &Bound<'_, Self>) -> PyResult<()> {
        let errno = {
            let mut state = lock(&slf.get().state);
            let errno = state.connection.connected();
            state.touch();
            state.recount();
            errno
        };
        call::hook(slf.as_any(), intern!(slf.py(), "_on_connect"), (errno,))
    }

    fn writable(slf: &Bound<'_, Self>, share: &mut Share) -> PyResult<()> {
        let before = {
            let mut state = lock(&slf.get().state);
            if state.connection.is_resting() {
                // What was read before started a task.
                state.connection.said_room();
                return Ok(());
            }
            if !state.connection.has_use_for_room() {
                // Nothing to write, and yet we were called: this kind of socket says so each time.
                state.arm(false);
                return Ok(());
            }
            state.connection.sent
        };
        let flushed = Self::flush(slf);
        share.moved((lock(&slf.get().state).connection.sent - before) as usize);
        flushed
    }

    /// Reads until there is nothing more, reading is stopped, or the share of the turn is used up.
    fn readable<'a>(
        slf: &'a Bound<'_, Self>,
        buffer: &mut [u8],
        share: &mut Share,
        mut state: MutexGuard<'a, State>,
    ) -> PyResult<()> {
        loop {
            let place = if state.on_read.is_some() && state.connection.wants_read() {
                drop(state);
                let place = match Self::user_buffer(slf) {
                    Ok(place) => place,
                    Err(error) => return call::blame(slf.as_any(), error),
                };
                state = lock(&slf.get().state);
                place
            } else {
                None
            };
            if !state.connection.wants_read() {
                return Ok(());
            }
            let room = match &place {
                Some((_, room)) => buffer.len().min(*room),
                // A listener takes it at once.
                None if state.sink.is_some() => buffer.len(),
                None => state.connection.most(buffer.len()),
            };
            let received = state.connection.receive(&mut buffer[..room]);
            let more = state.connection.is_ready();
            if received != Received::Nothing {
                state.touch();
            }
            match received {
                Received::Nothing | Received::Refused => return Ok(()),
                Received::Data(count) => {
                    share.moved(count);
                    let taker = state.taker(slf.py(), place.map(|(place, _)| place));
                    drop(state);
                    Self::deliver(slf, taker, &buffer[..count])?;
                }
                Received::End => return Self::ended(slf, state),
                Received::Failed(errno) => {
                    drop(state);
                    return Self::failed(slf, errno);
                }
            }
            if !more {
                return Ok(());
            }
            // What a listener put off comes before the next event, as in Node.
            Self::run_ticks(slf)?;
            state = lock(&slf.get().state);
            if !share.goes_on() {
                break;
            }
        }
        if state.connection.wants_read() {
            state.again(News::READABLE);
        }
        Ok(())
    }

    pub(super) fn ended(slf: &Bound<'_, Self>, mut state: MutexGuard<'_, State>) -> PyResult<()> {
        state.recount();
        drop(state);
        call::hook(slf.as_any(), intern!(slf.py(), "_on_end"), ())
    }

    pub(super) fn failed(slf: &Bound<'_, Self>, errno: i32) -> PyResult<()> {
        call::hook(slf.as_any(), intern!(slf.py(), "_on_error"), (errno, "read"))
    }

    fn deliver(slf: &Bound<'_, Self>, taker: Taker, data: &[u8]) -> PyResult<()> {
        let py = slf.py();
        let result = match taker {
            Taker::Sink(sink, context) => {
                let chunk = PyBytes::new(py, data).into_any();
                call::in_context(py, context.as_ref(), &sink, chunk)
            }
            Taker::Hook => {
                let chunk = PyBytes::new(py, data);
                let room = call::asked(slf.as_any(), intern!(py, "_on_data"), (chunk,))?;
                lock(&slf.get().state).connection.set_capacity(room.unwrap_or(usize::MAX));
                return Ok(());
            }
            Taker::Buffer(place, callback, context) => {
                return match Self::fill(slf, &place, &callback, context, data) {
                    Ok(()) => Ok(()),
                    Err(error) => call::blame(slf.as_any(), error),
                };
            }
        };
        match result {
            Ok(result) if call::is_plain(&result) => Ok(()),
            Ok(result) => call::hook(slf.as_any(), intern!(py, "_on_result"), (result,)),
            Err(error) => call::blame(slf.as_any(), error),
        }
    }

    /// The user's own buffer and its size, where reads go into one.
    fn user_buffer(slf: &Bound<'_, Self>) -> PyResult<Option<(Py<PyAny>, usize)>> {
        let py = slf.py();
        let (buffer, maker) = match &lock(&slf.get().state).on_read {
            Some(on_read) => (on_read.buffer.clone_ref(py), on_read.maker),
            None => return Ok(None),
        };
        let buffer = if maker { buffer.call0(py)? } else { buffer };
        let view = PyBuffer::<u8>::get(buffer.bind(py))?;
        if view.readonly() || view.item_count() == 0 {
            let text = "on_read needs a writable buffer of bytes that is not empty";
            return Err(PyBufferError::new_err(text));
        }
        Ok(Some((buffer, view.item_count())))
    }

    fn fill(
        slf: &Bound<'_, Self>,
        place: &Py<PyAny>,
        callback: &Py<PyAny>,
        context: Option<Py<PyAny>>,
        data: &[u8],
    ) -> PyResult<()> {
        let py = slf.py();
        {
            let part = PySlice::new(py, 0, data.len() as isize, 1);
            let part = PyMemoryView::from(place.bind(py))?.get_item(part)?;
            PyBuffer::<u8>::get(&part)?.copy_from_slice(py, data)?;
        }
        let result = match &context {
            Some(context) => {
                context.bind(py).call_method1(intern!(py, "run"), (callback, data.len(), place))?
            }
            None => callback.bind(py).call1((data.len(), place))?,
        };
        if result.is(PyBool::new(py, false)) {
            return slf.call_method0(intern!(py, "pause")).map(drop);
        }
        if call::is_plain(&result) {
            return Ok(());
        }
        slf.call_method1(intern!(py, "_on_result"), (result,)).map(drop)
    }
}
