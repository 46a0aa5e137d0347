//! `Stream`: one connection. `netserve.Socket` is its subclass, so that `socket.write` is this
//! compiled method and a `data` listener is called with no frame of ours in between.
//!
//! What Python does is in methods of the subclass, called by name: `_on_data`, `_on_end`,
//! `_on_drain`, `_on_flush`, `_on_finish`, `_on_connect`, `_on_error`, `_on_timeout`,
//! `_on_result`, `_on_listener_error`, `_write`.

use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::sync::Mutex;
use std::time::Duration;

use bytes::Bytes;
use pyo3::exceptions::PyRuntimeError;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyDict, PyString, PyTuple};
use socket2::{SockRef, TcpKeepalive};

use super::address::{self, End};
use super::errors::{io_error, os_error};
use super::lock;
use super::reactor::{Handle, Reactor};
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
            let shared = || Bytes::from_owner(PyBackedBytes::from(data.clone()));
            state.write(data.as_bytes(), shared)
        };
        if let Some(errno) = outcome.failed {
            Self::defer(slf, "_on_error", (errno, "write"))?;
        } else if outcome.drained {
            lock(&this.state).need_drain = true;
            Self::defer(slf, "_on_drain", ())?;
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
        reactor.get().defer_method(slf.as_any(), name, arguments)?;
        reactor.get().kick(py)
    }

    fn kick(&self, py: Python<'_>) -> PyResult<()> {
        let reactor = lock(&self.state).reactor.as_ref().map(|reactor| reactor.clone_ref(py));
        reactor.map_or(Ok(()), |reactor| reactor.get().kick(py))
    }

    fn with_socket<T>(&self, apply: impl FnOnce(SockRef<'_>) -> std::io::Result<T>) -> PyResult<T> {
        let state = lock(&self.state);
        let Some(endpoint) = state.connection.endpoint() else {
            return Err(os_error(rustix::io::Errno::BADF, "setsockopt"));
        };
        apply(SockRef::from(&endpoint.as_fd())).map_err(|error| io_error(&error, "setsockopt"))
    }

    fn name<'py>(&self, py: Python<'py>, end: End) -> PyResult<Bound<'py, PyAny>> {
        let name = match lock(&self.state).connection.endpoint() {
            Some(endpoint) => address::name(endpoint, end),
            None => None,
        };
        address::to_python(py, &name)
    }

    fn take_endpoint(slf: &Bound<'_, Self>, keep_open: bool) -> Option<Endpoint> {
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
            } else if let Ok(text) = data.cast_exact::<PyString>() {
                Self::write_bytes(slf, &PyBytes::new(slf.py(), text.to_str()?.as_bytes()))?
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

    /// Closes the descriptor, with a reset where asked; listeners are let go.
    #[pyo3(signature = (*, reset = false))]
    fn _close(slf: &Bound<'_, Self>, reset: bool) -> PyResult<()> {
        let endpoint = Self::take_endpoint(slf, false);
        let result = match &endpoint {
            Some(endpoint) if reset => endpoint.reset_on_close(),
            _ => Ok(()),
        };
        drop(endpoint);
        slf.get().kick(slf.py())?;
        result.map_err(|errno| os_error(errno, "setsockopt"))
    }

    /// Closes the descriptor of a connection attempt that failed; what waits to be written stays.
    fn _abandon(&self) {
        let dropped = {
            let mut guard = lock(&self.state);
            let state = &mut *guard;
            let endpoint = state.connection.abandon();
            state.recount();
            let handle = match (&state.reactor, state.key.take()) {
                (Some(reactor), Some(key)) => reactor.get().remove(key, None),
                _ => None,
            };
            (endpoint, handle)
        };
        drop(dropped);
    }

    /// Gives the descriptor away, with nothing read that was not handed out.
    fn _detach(slf: &Bound<'_, Self>) -> PyResult<Option<RawFd>> {
        let endpoint = Self::take_endpoint(slf, true);
        slf.get().kick(slf.py())?;
        Ok(endpoint.map(Endpoint::into_raw))
    }

    /// Wants data from now on.
    fn _read_start(&self, py: Python<'_>) -> PyResult<()> {
        {
            let mut state = lock(&self.state);
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
            state.unhold();
            std::mem::replace(&mut state.target, target)
        };
        drop(old);
        self.kick(py)
    }

    /// Writes wait in the queue until `_uncork()`.
    fn _cork(&self) {
        lock(&self.state).connection.corked = true;
    }

    /// Sends what waited.
    fn _uncork(slf: &Bound<'_, Self>) -> PyResult<()> {
        lock(&slf.get().state).connection.corked = false;
        Self::flush(slf)?;
        slf.get().kick(slf.py())
    }

    /// Ends our side behind the last byte that waits; `_on_finish` follows.
    fn _finish(slf: &Bound<'_, Self>) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            state.accepting = false;
            state.connection.corked = false;
            state.connection.finishing = true;
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

    /// `_on_timeout` after so many seconds without a byte; 0 stops the clock.
    fn _set_idle(
        slf: &Bound<'_, Self>,
        reactor: &Bound<'_, Reactor>,
        seconds: f64,
    ) -> PyResult<()> {
        let old = {
            let mut state = lock(&slf.get().state);
            state.reactor.get_or_insert_with(|| reactor.clone().unbind());
            let old = state.stop_clock();
            state.idle_ms =
                if seconds > 0.0 { (seconds * 1000.0).ceil().max(1.0) as u64 } else { 0 };
            if state.idle_ms > 0 {
                state.touched = reactor.get().now();
                state.told_idle = false;
                let at = state.touched + state.idle_ms;
                state.deadline =
                    Some(reactor.get().deadline(at, Handle::Stream(slf.clone().unbind())));
            }
            old
        };
        drop(old);
        reactor.get().schedule(slf.py())
    }

    /// Whether this connection keeps the program alive while it is active.
    fn _set_ref(&self, py: Python<'_>, referenced: bool) -> PyResult<()> {
        {
            let mut state = lock(&self.state);
            state.unref = !referenced;
            state.recount();
        }
        self.kick(py)
    }

    /// Whether `drain` is due now; asked once for each.
    fn _take_drain(&self) -> bool {
        let mut state = lock(&self.state);
        let due = state.need_drain && state.connection.queued() == 0;
        state.need_drain &= !due;
        due
    }

    #[getter]
    fn _reading(&self) -> bool {
        let state = lock(&self.state);
        state.connection.reading || state.held
    }

    /// Seconds since a byte was moved.
    #[getter]
    fn _idle_for(&self) -> f64 {
        let state = lock(&self.state);
        let now = state.reactor.as_ref().map_or(0, |reactor| reactor.get().now());
        now.saturating_sub(state.touched) as f64 / 1000.0
    }

    #[getter]
    fn _sent(&self) -> u64 {
        lock(&self.state).connection.sent
    }

    /// The descriptor's number, or -1 when there is none. It stays ours: use it for options, never
    /// to read, write or close.
    fn fileno(&self) -> RawFd {
        lock(&self.state).connection.endpoint().map_or(-1, AsRawFd::as_raw_fd)
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
        lock(&self.state).high_water_mark
    }

    /// Whether `drain` is to come. Node: `stream`, "writable.writableNeedDrain".
    #[getter]
    fn writable_need_drain(&self) -> bool {
        lock(&self.state).need_drain
    }

    fn _local_name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.name(py, End::Local)
    }

    fn _remote_name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.name(py, End::Remote)
    }

    fn _set_no_delay(&self, enable: bool) -> PyResult<()> {
        self.with_socket(|socket| socket.set_tcp_nodelay(enable))
    }

    /// Times in whole seconds; 0 leaves the system's own.
    fn _set_keep_alive(&self, enable: bool, delay: u64, interval: u64, count: u32) -> PyResult<()> {
        self.with_socket(|socket| {
            if !enable || delay == 0 {
                return socket.set_keepalive(enable);
            }
            let mut settings = TcpKeepalive::new().with_time(Duration::from_secs(delay));
            if interval > 0 {
                settings = settings.with_interval(Duration::from_secs(interval));
            }
            if count > 0 {
                settings = settings.with_retries(count);
            }
            socket.set_tcp_keepalive(&settings)
        })
    }

    fn _set_type_of_service(&self, value: u32, ipv6: bool) -> PyResult<()> {
        self.with_socket(
            |socket| {
                if ipv6 { socket.set_tclass_v6(value) } else { socket.set_tos_v4(value) }
            },
        )
    }

    fn _get_type_of_service(&self, ipv6: bool) -> PyResult<u32> {
        self.with_socket(|socket| if ipv6 { socket.tclass_v6() } else { socket.tos_v4() })
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
