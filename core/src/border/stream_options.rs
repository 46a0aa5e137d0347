//! What can be asked of a `Stream` and set on it.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};

use pyo3::prelude::*;
use socket2::SockRef;

use super::address::{self, End};
use super::errors::{io_error, os_error};
use super::handle::Handle;
use super::lock;
use super::reactor::Reactor;
use super::stream::Stream;
use crate::sys::{self, KeepAlive};

impl Stream {
    fn with_socket<T>(
        &self,
        apply: impl FnOnce(BorrowedFd<'_>) -> std::io::Result<T>,
    ) -> PyResult<T> {
        let state = lock(&self.state);
        let Some(endpoint) = state.connection.endpoint() else {
            return Err(os_error(rustix::io::Errno::BADF, "setsockopt"));
        };
        apply(endpoint.as_fd()).map_err(|error| io_error(&error, "setsockopt"))
    }

    fn name<'py>(&self, py: Python<'py>, end: End) -> PyResult<Bound<'py, PyAny>> {
        let name = match lock(&self.state).connection.endpoint() {
            Some(endpoint) => address::name(endpoint, end),
            None => None,
        };
        address::to_python(py, &name)
    }
}

#[pymethods]
impl Stream {
    /// `_on_timeout` after so many seconds without a byte; 0 stops the clock.
    fn _set_idle(
        slf: &Bound<'_, Self>,
        reactor: &Bound<'_, Reactor>,
        seconds: f64,
    ) -> PyResult<()> {
        let old = {
            let mut state = lock(&slf.get().state);
            state.check_thread()?;
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
            state.check_thread()?;
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
        let state = lock(&self.state);
        // Once it is over, or our end is asked for, nobody waits for a drain any more.
        state.need_drain && state.accepting
    }

    fn _local_name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.name(py, End::Local)
    }

    fn _remote_name<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.name(py, End::Remote)
    }

    fn _set_no_delay(&self, enable: bool) -> PyResult<()> {
        self.with_socket(|socket| sys::set_no_delay(&socket, enable))
    }

    /// Times in whole seconds; 0 leaves the system's own.
    fn _set_keep_alive(&self, enable: bool, delay: u64, interval: u64, count: u32) -> PyResult<()> {
        let schedule = enable.then_some(KeepAlive { delay, interval, count });
        self.with_socket(|socket| sys::set_keep_alive(&socket, schedule))
    }

    fn _set_type_of_service(&self, value: u32, ipv6: bool) -> PyResult<()> {
        self.with_socket(|socket| {
            let socket = SockRef::from(&socket);
            if ipv6 { socket.set_tclass_v6(value) } else { socket.set_tos_v4(value) }
        })
    }

    fn _get_type_of_service(&self, ipv6: bool) -> PyResult<u32> {
        self.with_socket(|socket| {
            let socket = SockRef::from(&socket);
            if ipv6 { socket.tclass_v6() } else { socket.tos_v4() }
        })
    }
}
