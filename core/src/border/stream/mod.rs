//! `Stream`: one connection. `netserve.Socket` is its subclass, so that `socket.write` is this
//! compiled method and a `data` listener is called with no frame of ours in between.
//!
//! What Python does is in methods of the subclass, called by name: `_on_data`, `_on_end`,
//! `_on_drain`, `_on_flush`, `_on_finish`, `_on_connect`, `_on_error`, `_on_timeout`,
//! `_on_result`, `_on_listener_error`, `_write`.

mod events;
pub mod io;
mod relay;
mod state;

use std::os::fd::{AsRawFd, RawFd};
use std::sync::Mutex;

use bytes::Bytes;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};

use self::state::State;
use crate::border::call::Tick;
use crate::border::lock;
use crate::border::reactor::Reactor;
use crate::sys::Endpoint;

/// One connection: its descriptor, its write queue, its counts.
#[pyclass(frozen, subclass, module = "netserve._core")]
pub struct Stream {
    pub(super) state: Mutex<State>,
}

impl Stream {
    /// Writes `data`; `None` when the stream takes no writes and Python has to say why.
    fn write_bytes(slf: &Bound<'_, Self>, data: &Bound<'_, PyBytes>) -> PyResult<Option<bool>> {
        let this = slf.get();
        let written = {
            let mut state = lock(&this.state);
            if !state.connection.accepts_writes() {
                return Ok(None);
            }
            state.check_use()?;
            let shared = |from| Bytes::from_owner(PyBackedBytes::from(data.clone())).slice(from..);
            let written = state.connection.write(data.as_bytes(), shared);
            state.wrote(&written);
            written
        };
        if let Some(errno) = written.failed {
            Self::defer(slf, "_on_error", (errno, "write"))?;
        }
        Ok(Some(!written.full))
    }

    /// Calls one of our Python methods at the next tick.
    pub(super) fn defer<'py, A>(slf: &Bound<'py, Self>, name: &str, arguments: A) -> PyResult<()>
    where
        A: IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
        PyErr: From<A::Error>,
    {
        let py = slf.py();
        let Some(reactor) = Self::reactor(slf) else {
            return Ok(());
        };
        reactor.get().push_tick(Tick::method(slf.as_any(), name, arguments)?);
        reactor.get().kick(py)
    }

    /// The reactor that it belongs to.
    pub(super) fn reactor(slf: &Bound<'_, Self>) -> Option<Py<Reactor>> {
        let state = lock(&slf.get().state);
        state.reactor.as_ref().map(|reactor| reactor.clone_ref(slf.py()))
    }

    pub(super) fn kick(&self, py: Python<'_>) -> PyResult<()> {
        let reactor = lock(&self.state).reactor.as_ref().map(|reactor| reactor.clone_ref(py));
        reactor.map_or(Ok(()), |reactor| reactor.get().kick(py))
    }

    /// Takes the descriptor out, and lets everything go that belongs to an open connection.
    pub(super) fn take_endpoint(slf: &Bound<'_, Self>, keep_open: bool) -> Option<Endpoint> {
        let (endpoint, dropped) = {
            let mut guard = lock(&slf.get().state);
            let state = &mut *guard;
            if keep_open {
                // It goes on elsewhere: whoever has it says who it is.
                (state.peer, state.local) = (None, None);
            } else {
                state.remember_local();
            }
            let endpoint = state.connection.close();
            state.recount();
            let open = endpoint.as_ref().filter(|_| keep_open).map(AsRawFd::as_raw_fd);
            let clock = state.stop_clock();
            let handle = state.leave(open);
            let feeders = state.take_feeders();
            let listeners = (state.sink.take(), state.on_read.take(), state.target.take());
            (endpoint, (clock, handle, feeders, listeners))
        };
        drop(dropped);
        endpoint
    }
}

#[pymethods]
impl Stream {
    #[new]
    #[pyo3(signature = (*_arguments, **_options))]
    fn new(_arguments: &Bound<'_, PyTuple>, _options: Option<&Bound<'_, PyDict>>) -> Self {
        Self { state: Mutex::new(State::default()) }
    }

    /// Sends `data` to the peer, now or as soon as it takes it.
    ///
    /// `data` is bytes-like or `str` (encoded as UTF-8 unless `encoding` says otherwise);
    /// `callback(error)` is called when the system has taken it. Returns `False` when the bytes
    /// that wait have reached the high-water mark: wait for `drain`. Raises `TypeError` for other
    /// data. Node: `net`, "socket.write()".
    #[pyo3(signature = (data, encoding = None, callback = None),
           text_signature = "($self, data, encoding='utf-8', callback=None)")]
    fn write<'py>(
        slf: &Bound<'py, Self>,
        data: &Bound<'py, PyAny>,
        encoding: Option<&Bound<'py, PyAny>>,
        callback: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<bool> {
        if encoding.is_none() && callback.is_none() {
            let written = if let Ok(bytes) = data.cast_exact::<PyBytes>() {
                Self::write_bytes(slf, bytes)?
            } else if let Ok(Ok(text)) = data.cast_exact::<PyString>().map(|text| text.to_str()) {
                Self::write_bytes(slf, &PyBytes::new(slf.py(), text.as_bytes()))?
            } else {
                None
            };
            if let Some(room) = written {
                return Ok(room);
            }
        }
        slf.call_method1(intern!(slf.py(), "_write"), (data, encoding, callback))?.extract()
    }

    /// The `contextvars.Context` in which listeners run.
    #[getter]
    fn _context(&self, py: Python<'_>) -> Option<Py<PyAny>> {
        lock(&self.state).context.as_ref().map(|context| context.clone_ref(py))
    }

    #[setter(_context)]
    fn set_context(&self, context: Option<Py<PyAny>>) {
        let old = std::mem::replace(&mut lock(&self.state).context, context);
        drop(old);
    }

    /// The descriptor's number, or -1 when there is none. It stays ours: use it for options, never
    /// to read, write or close.
    fn fileno(&self) -> RawFd {
        lock(&self.state).connection.wire().map_or(-1, AsRawFd::as_raw_fd)
    }

    /// Bytes received. Node: `net`, "socket.bytesRead".
    #[getter]
    fn bytes_read(&self) -> u64 {
        lock(&self.state).connection.received
    }

    /// Bytes sent, with those that wait. Node: `net`, "socket.bytesWritten".
    #[getter]
    fn bytes_written(&self) -> u64 {
        let state = lock(&self.state);
        state.connection.sent + state.connection.queued() as u64
    }

    /// Bytes that wait to be sent. Node: `stream`, "writable.writableLength".
    #[getter]
    fn writable_length(&self) -> usize {
        lock(&self.state).connection.queued()
    }

    /// How many waiting bytes make `write()` say `False`. Node: `stream`,
    /// "writable.writableHighWaterMark".
    #[getter]
    fn writable_high_water_mark(&self) -> usize {
        lock(&self.state).connection.high_water_mark
    }

    /// Whether `drain` is to come. Node: `stream`, "writable.writableNeedDrain".
    #[getter]
    fn writable_need_drain(&self) -> bool {
        lock(&self.state).connection.needs_drain()
    }

    fn __traverse__(&self, visit: PyVisit<'_>) -> Result<(), PyTraverseError> {
        let Ok(state) = self.state.try_lock() else {
            return Ok(());
        };
        visit.call(&state.reactor)?;
        visit.call(&state.sink)?;
        visit.call(&state.context)?;
        visit.call(&state.target)?;
        for feeder in &state.feeders {
            visit.call(feeder)?;
        }
        match &state.on_read {
            Some(on_read) => {
                visit.call(&on_read.buffer)?;
                visit.call(&on_read.callback)
            }
            None => Ok(()),
        }
    }

    fn __clear__(&self) {
        let dropped = std::mem::take(&mut *lock(&self.state));
        drop(dropped);
    }
}
