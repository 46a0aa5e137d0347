//! `Stream`: one connection. `netserve.Socket` is its subclass, so that `socket.write` is this
//! compiled method and a `data` listener is called with no frame of ours in between.
//!
//! What Python does is in methods of the subclass, called by name: `_on_data`, `_on_end`,
//! `_on_drain`, `_on_flush`, `_on_finish`, `_on_connect`, `_on_error`, `_on_timeout`,
//! `_on_result`, `_on_listener_error`, `_write`.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Mutex;

use bytes::Bytes;
use pyo3::exceptions::PyRuntimeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};

use super::call::Tick;
use super::errors::os_error;
use super::handle::Handle;
use super::lock;
use super::reactor::Reactor;
use super::stream_state::{OnRead, State};
use crate::sys::{self, Endpoint};

/// One connection: its descriptor, its write queue, its counts.
#[pyclass(frozen, subclass, module = "netserve._core")]
pub struct Stream {
    pub(super) state: Mutex<State>,
}

impl Stream {
    /// Writes `data`; `None` when the stream takes no writes and Python has to say why.
    fn write_bytes(slf: &Bound<'_, Self>, data: &Bound<'_, PyBytes>) -> PyResult<Option<bool>> {
        let this = slf.get();
        let outcome = {
            let mut state = lock(&this.state);
            if !state.accepting {
                return Ok(None);
            }
            state.check_thread()?;
            let shared = |from| Bytes::from_owner(PyBackedBytes::from(data.clone())).slice(from..);
            state.write(data.as_bytes(), shared)
        };
        if let Some(errno) = outcome.failed {
            Self::defer(slf, "_on_error", (errno, "write"))?;
        }
        Ok(Some(!outcome.full))
    }

    /// Calls one of our Python methods at the next tick.
    pub(super) fn defer<'py, A>(slf: &Bound<'py, Self>, name: &str, arguments: A) -> PyResult<()>
    where
        A: IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
        PyErr: From<A::Error>,
    {
        let py = slf.py();
        let reactor = lock(&slf.get().state).reactor.as_ref().map(|reactor| reactor.clone_ref(py));
        let Some(reactor) = reactor else {
            return Ok(());
        };
        reactor.get().push_tick(Tick::method(slf.as_any(), name, arguments)?);
        reactor.get().kick(py)
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
            let endpoint = state.connection.close();
            state.accepting = false;
            state.recount();
            let open = endpoint.as_ref().filter(|_| keep_open).map(AsRawFd::as_raw_fd);
            let clock = state.stop_clock();
            let handle = match (&state.reactor, state.key.take()) {
                (Some(reactor), Some(key)) => reactor.get().remove(key, open),
                _ => None,
            };
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
        let state = State { high_water_mark: 65536, ..State::default() };
        Self { state: Mutex::new(state) }
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

    /// Writes without a look at anything but the queue; false when the stream takes no writes.
    fn _send(slf: &Bound<'_, Self>, data: &Bound<'_, PyBytes>) -> PyResult<bool> {
        Self::write_bytes(slf, data).map(|room| room.unwrap_or(false))
    }

    /// Prepares for a connection: writes queue from now on.
    fn _begin(&self, reactor: Py<Reactor>, high_water_mark: usize) {
        let mut state = lock(&self.state);
        state.reactor = Some(reactor);
        state.high_water_mark = high_water_mark;
        state.connection = Default::default();
        state.connection.connecting = true;
        (state.accepting, state.need_drain, state.armed, state.held) = (true, false, false, false);
    }

    /// Takes a non-blocking descriptor over. `connecting`: its connection attempt is under way.
    #[pyo3(signature = (fd, *, connecting = false, is_socket = true))]
    fn _open(slf: &Bound<'_, Self>, fd: RawFd, connecting: bool, is_socket: bool) -> PyResult<()> {
        let owned: OwnedFd = sys::own(fd).map_err(|errno| os_error(errno, "open"))?;
        let mut state = lock(&slf.get().state);
        let Some(reactor) = &state.reactor else {
            return Err(PyRuntimeError::new_err("_open() comes after _begin()"));
        };
        let handle = Handle::Stream(slf.clone().unbind());
        let key = reactor.get().watch(owned.as_raw_fd(), handle, connecting)?;
        state.key = Some(key);
        state.armed = connecting;
        state.connection.open(Endpoint::new(owned, is_socket), connecting);
        state.touch();
        state.recount();
        Ok(())
    }

    /// `_begin()`, `_open()` and the context in one, for a connection that was accepted.
    fn _accept(
        slf: &Bound<'_, Self>,
        reactor: Py<Reactor>,
        fd: RawFd,
        high_water_mark: usize,
        context: Py<PyAny>,
        is_tcp: bool,
    ) -> PyResult<()> {
        let owned = sys::own_accepted(fd).map_err(|errno| os_error(errno, "accept"))?;
        let mut guard = lock(&slf.get().state);
        let state = &mut *guard;
        let handle = Handle::Stream(slf.clone().unbind());
        state.key = Some(reactor.get().watch(owned.as_raw_fd(), handle, false)?);
        state.reactor = Some(reactor);
        state.context = Some(context);
        state.high_water_mark = high_water_mark;
        state.accepting = true;
        state.connection.open(Endpoint::accepted(owned, is_tcp), false);
        state.touch();
        Ok(())
    }

    /// Closes the descriptor, with a reset where asked; listeners are let go. Whether there was
    /// one.
    #[pyo3(signature = (*, reset = false))]
    fn _close(slf: &Bound<'_, Self>, reset: bool) -> PyResult<bool> {
        lock(&slf.get().state).check_thread()?;
        let endpoint = Self::take_endpoint(slf, false);
        let was_open = endpoint.is_some();
        if let (Some(endpoint), true) = (&endpoint, reset) {
            // A system that refuses it says that the connection has been reset already.
            let _ = endpoint.reset_on_close();
        }
        drop(endpoint);
        slf.get().kick(slf.py())?;
        Ok(was_open)
    }

    /// Closes the descriptor of a connection attempt that failed; what waits to be written stays.
    fn _abandon(&self) {
        let dropped = {
            let mut guard = lock(&self.state);
            let state = &mut *guard;
            let endpoint = state.connection.abandon();
            state.recount();
            let handle = match (&state.reactor, state.key.take()) {
                (Some(reactor), Some(key)) => {
                    reactor.get().remove(key, endpoint.as_ref().map(AsRawFd::as_raw_fd))
                }
                _ => None,
            };
            (endpoint, handle)
        };
        drop(dropped);
    }

    /// Gives the descriptor away, with nothing read that was not handed out.
    fn _detach(slf: &Bound<'_, Self>) -> PyResult<Option<RawFd>> {
        lock(&slf.get().state).check_thread()?;
        let endpoint = Self::take_endpoint(slf, true);
        slf.get().kick(slf.py())?;
        Ok(endpoint.map(Endpoint::into_raw))
    }

    /// Wants data from now on.
    fn _read_start(&self, py: Python<'_>) -> PyResult<()> {
        {
            let mut state = lock(&self.state);
            state.check_thread()?;
            state.held = false;
            if state.connection.reading || state.connection.endpoint().is_none() {
                return Ok(());
            }
            state.connection.reading = true;
            state.recount();
            if state.connection.ready {
                state.again(true, false);
            }
        }
        self.kick(py)
    }

    /// Wants no data until further notice.
    fn _read_stop(&self, py: Python<'_>) -> PyResult<()> {
        {
            let mut state = lock(&self.state);
            state.check_thread()?;
            state.held = false;
            state.connection.reading = false;
            state.recount();
        }
        self.kick(py)
    }

    /// Whether nobody waits for what is read: such a reader keeps no program alive.
    fn _set_paused(&self, py: Python<'_>, paused: bool) -> PyResult<()> {
        {
            let mut state = lock(&self.state);
            state.check_thread()?;
            state.connection.paused = paused;
            state.recount();
        }
        self.kick(py)
    }

    /// The `data` listener that is called with no frame in between, or `None`: `_on_data`.
    fn _set_sink(&self, sink: Option<Py<PyAny>>) {
        let old = std::mem::replace(&mut lock(&self.state).sink, sink);
        drop(old);
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

    /// Reads go into `buffer` (or into what it returns, where it is a function).
    fn _set_on_read(&self, buffer: Py<PyAny>, maker: bool, callback: Py<PyAny>) {
        let on_read = Some(Box::new(OnRead { buffer, maker, callback }));
        let old = std::mem::replace(&mut lock(&self.state).on_read, on_read);
        drop(old);
    }

    /// Bytes go to `target` without entering Python, or no longer do.
    fn _pipe_to(&self, py: Python<'_>, target: Option<Py<Stream>>) -> PyResult<()> {
        let old = {
            let mut state = lock(&self.state);
            state.check_thread()?;
            state.unhold();
            state.flow = Default::default();
            std::mem::replace(&mut state.target, target)
        };
        drop(old);
        self.kick(py)
    }

    /// Writes wait in the queue until `_uncork()`.
    fn _cork(&self) -> PyResult<()> {
        let mut state = lock(&self.state);
        state.check_thread()?;
        state.connection.cork();
        Ok(())
    }

    /// Sends what waited.
    fn _uncork(slf: &Bound<'_, Self>) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            state.check_thread()?;
            state.connection.uncork();
        }
        Self::flush(slf)?;
        slf.get().kick(slf.py())
    }

    /// Sends what waited for the connection.
    fn _flush(slf: &Bound<'_, Self>) -> PyResult<()> {
        Self::flush(slf)
    }

    /// Whether a write has failed: `_on_error` follows.
    #[getter]
    fn _broken(&self) -> bool {
        lock(&self.state).connection.broken
    }

    /// Ends our side behind the last byte that waits; `_on_finish` follows. `closing`: `_close()`
    /// will follow that, and a close says the end as well.
    #[pyo3(signature = (*, closing = false))]
    fn _finish(slf: &Bound<'_, Self>, closing: bool) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            state.check_thread()?;
            state.accepting = false;
            state.connection.uncork();
            state.connection.finishing = true;
            state.closing = closing;
            state.recount();
            if state.connection.connecting {
                return Ok(());
            }
        }
        Self::flush(slf)?;
        slf.get().kick(slf.py())
    }

    /// No more writes are taken.
    fn _refuse_writes(&self) {
        lock(&self.state).accepting = false;
    }

    /// `_on_flush` is called whenever the system took bytes (or no longer).
    fn _tell_flush(&self, wanted: bool) {
        lock(&self.state).tell_flush = wanted;
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
