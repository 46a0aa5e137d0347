//! What Python's side does with a stream: `netserve._core.io`.
//!
//! They are functions and not methods of `Stream`, because a user's `Socket` is a `Stream`, and none
//! of this is for users.

use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd, RawFd};

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyBytes;
use socket2::SockRef;

use super::Stream;
use super::state::OnRead;
use crate::border::accepted::{Accepted, Newcomer};
use crate::border::address::{self, End};
use crate::border::errors::{io_error, os_error};
use crate::border::handle::Handle;
use crate::border::inherited::time;
use crate::border::lock;
use crate::border::reactor::Reactor;
use crate::sys::{self, Endpoint, KeepAlive};

/// The functions, as a module of Python's.
pub fn module(py: Python<'_>) -> PyResult<Bound<'_, PyModule>> {
    let module = PyModule::new(py, "netserve._core.io")?;
    macro_rules! add {
        ($($name:ident),*) => { $(module.add_function(wrap_pyfunction!($name, &module)?)?;)* };
    }
    add!(
        begin,
        open,
        accept,
        close,
        abandon,
        let_go,
        detach,
        read_start,
        read_stop,
        set_paused,
        rest,
        go_on,
        is_resting,
        set_sink,
        set_on_read,
        pipe_to,
        cork,
        uncork,
        flush,
        is_broken,
        finish,
        refuse_writes,
        tell_flush,
        take_drain,
        send,
        set_idle,
        set_ref,
        idle_for,
        sent,
        local_name,
        remote_name,
        set_no_delay,
        set_keep_alive,
        set_type_of_service,
        set_user_timeout,
        get_type_of_service
    );
    Ok(module)
}

impl Stream {
    fn with_socket<T>(
        &self,
        apply: impl FnOnce(BorrowedFd<'_>) -> std::io::Result<T>,
    ) -> PyResult<T> {
        let state = lock(&self.state);
        let Some(endpoint) = state.connection.wire() else {
            return Err(os_error(rustix::io::Errno::BADF, "setsockopt"));
        };
        apply(endpoint.as_fd()).map_err(|error| io_error(&error, "setsockopt"))
    }

    fn name<'py>(&self, py: Python<'py>, end: End) -> PyResult<Bound<'py, PyAny>> {
        let name = {
            let state = lock(&self.state);
            let known = match end {
                End::Local => state.local.as_deref().copied(),
                End::Remote => state.peer,
            };
            let ask = || state.connection.wire().and_then(|wire| address::name(wire, end));
            known.map(Into::into).or_else(ask)
        };
        address::to_python(py, &name)
    }
}

/// Prepares for a connection: writes queue from now on.
#[pyfunction]
pub fn begin(stream: &Bound<'_, Stream>, reactor: Py<Reactor>, high_water_mark: usize) {
    let mut state = lock(&stream.get().state);
    state.reactor = Some(reactor);
    (state.peer, state.local) = (None, None);
    state.connection.begin(high_water_mark);
}

/// Takes a non-blocking descriptor over. `connecting`: its connection attempt is under way.
#[pyfunction]
#[pyo3(signature = (stream, fd, *, connecting = false, is_socket = true))]
pub fn open(
    stream: &Bound<'_, Stream>,
    fd: RawFd,
    connecting: bool,
    is_socket: bool,
) -> PyResult<()> {
    let owned: OwnedFd = sys::own(fd).map_err(|errno| os_error(errno, "open"))?;
    let mut guard = lock(&stream.get().state);
    let state = &mut *guard;
    let Some(reactor) = &state.reactor else {
        return Err(PyRuntimeError::new_err("open() comes after begin()"));
    };
    let handle = || Handle::of(stream);
    state.registration.watch(reactor.get(), owned.as_raw_fd(), handle, connecting)?;
    state.connection.open(Endpoint::new(owned, is_socket), connecting);
    state.touch();
    state.recount();
    Ok(())
}

/// `begin()`, `open()`, the context and, with `reading`, `read_start()` in one, for a connection that
/// was accepted. Raises `RuntimeError` for one that was taken before.
#[pyfunction]
pub fn accept(
    stream: &Bound<'_, Stream>,
    reactor: Py<Reactor>,
    accepted: &Bound<'_, Accepted>,
    high_water_mark: usize,
    context: Py<PyAny>,
    reading: bool,
) -> PyResult<()> {
    let Some(Newcomer { fd, peer, is_tcp }) = accepted.get().take() else {
        return Err(PyRuntimeError::new_err("a connection is accepted once"));
    };
    let mut guard = lock(&stream.get().state);
    let state = &mut *guard;
    let handle = || Handle::of(stream);
    state.registration.watch(reactor.get(), fd.as_raw_fd(), handle, false)?;
    state.reactor = Some(reactor);
    state.context = Some(context);
    state.peer = peer;
    state.connection.accept(Endpoint::accepted(fd, is_tcp), high_water_mark);
    state.touch();
    if reading {
        state.start_reading();
    }
    Ok(())
}

/// Closes the descriptor, with a reset where asked; listeners are let go. Whether there was
/// one.
#[pyfunction]
#[pyo3(signature = (stream, *, reset = false))]
pub fn close(stream: &Bound<'_, Stream>, reset: bool) -> PyResult<bool> {
    lock(&stream.get().state).check_use()?;
    let endpoint = Stream::take_endpoint(stream, false);
    let was_open = endpoint.is_some();
    if let (Some(endpoint), true) = (&endpoint, reset) {
        // A system that refuses it says that the connection has been reset already.
        let _ = endpoint.reset_on_close();
    }
    drop(endpoint);
    stream.get().kick(stream.py())?;
    Ok(was_open)
}

/// Closes the descriptor of a connection attempt that failed; what waits to be written stays.
#[pyfunction]
pub fn abandon(stream: &Bound<'_, Stream>) {
    let dropped = {
        let mut state = lock(&stream.get().state);
        let endpoint = state.connection.abandon();
        state.recount();
        let handle = state.leave(endpoint.as_ref().map(AsRawFd::as_raw_fd));
        (endpoint, handle)
    };
    drop(dropped);
}

/// Closes our copy of the descriptor and says nothing to the peer, nor to anybody here: the loop is
/// over, or runs in the process that forked this one.
#[pyfunction]
pub fn let_go(stream: &Bound<'_, Stream>) {
    drop(Stream::take_endpoint(stream, false));
}

/// Gives the descriptor away, with nothing read that was not handed out.
#[pyfunction]
pub fn detach(stream: &Bound<'_, Stream>) -> PyResult<Option<RawFd>> {
    lock(&stream.get().state).check_use()?;
    let endpoint = Stream::take_endpoint(stream, true);
    stream.get().kick(stream.py())?;
    Ok(endpoint.map(Endpoint::into_raw))
}

/// Wants data from now on; `room`: how many bytes, where what is read may have to wait.
#[pyfunction]
#[pyo3(signature = (stream, room = None))]
pub fn read_start(stream: &Bound<'_, Stream>, room: Option<usize>) -> PyResult<()> {
    {
        let mut state = lock(&stream.get().state);
        state.check_use()?;
        if let Some(room) = room {
            state.connection.set_capacity(room);
        }
        state.start_reading();
    }
    stream.get().kick(stream.py())
}

/// Wants no data until further notice.
#[pyfunction]
pub fn read_stop(stream: &Bound<'_, Stream>) -> PyResult<()> {
    {
        let mut state = lock(&stream.get().state);
        state.check_use()?;
        state.connection.stop_reading();
        state.recount();
    }
    stream.get().kick(stream.py())
}

/// Whether no listener or coroutine waits for what is read: such a reader keeps no program alive.
#[pyfunction]
pub fn set_paused(stream: &Bound<'_, Stream>, paused: bool) -> PyResult<()> {
    {
        let mut state = lock(&stream.get().state);
        state.check_use()?;
        state.connection.set_paused(paused);
        state.recount();
    }
    stream.get().kick(stream.py())
}

/// Tells nothing until `go_on()` was called as often as this: a task that was started is to have its
/// first turn before the next event.
#[pyfunction]
pub fn rest(stream: &Bound<'_, Stream>) {
    lock(&stream.get().state).connection.rest();
}

/// Takes one `rest()` back: whether it was the last one.
#[pyfunction]
pub fn go_on(stream: &Bound<'_, Stream>) -> PyResult<bool> {
    let goes_on = lock(&stream.get().state).go_on();
    stream.get().kick(stream.py())?;
    Ok(goes_on)
}

/// Whether nothing is told for now.
#[pyfunction]
pub fn is_resting(stream: &Bound<'_, Stream>) -> bool {
    lock(&stream.get().state).connection.is_resting()
}

/// The `data` listener that is called with no frame in between, or `None`: `_on_data`.
#[pyfunction]
pub fn set_sink(stream: &Bound<'_, Stream>, sink: Option<Py<PyAny>>) {
    let old = std::mem::replace(&mut lock(&stream.get().state).sink, sink);
    drop(old);
}

/// Reads go into `buffer` (or into what it returns, where it is a function).
#[pyfunction]
pub fn set_on_read(
    stream: &Bound<'_, Stream>,
    buffer: Py<PyAny>,
    maker: bool,
    callback: Py<PyAny>,
) {
    let on_read = Some(Box::new(OnRead { buffer, maker, callback }));
    let old = std::mem::replace(&mut lock(&stream.get().state).on_read, on_read);
    drop(old);
}

/// Bytes go to `target` without entering Python, or no longer do.
#[pyfunction]
pub fn pipe_to(stream: &Bound<'_, Stream>, target: Option<Py<Stream>>) -> PyResult<()> {
    let old = {
        let mut state = lock(&stream.get().state);
        state.check_use()?;
        state.unhold();
        state.flow = Default::default();
        std::mem::replace(&mut state.target, target)
    };
    drop(old);
    stream.get().kick(stream.py())
}

/// Writes wait in the queue until `uncork()`.
#[pyfunction]
pub fn cork(stream: &Bound<'_, Stream>) -> PyResult<()> {
    let mut state = lock(&stream.get().state);
    state.check_use()?;
    state.connection.cork();
    Ok(())
}

/// Sends what waited.
#[pyfunction]
pub fn uncork(stream: &Bound<'_, Stream>) -> PyResult<()> {
    {
        let mut state = lock(&stream.get().state);
        state.check_use()?;
        state.connection.uncork();
    }
    Stream::flush(stream)?;
    stream.get().kick(stream.py())
}

/// Sends what waited for the connection.
#[pyfunction]
pub fn flush(stream: &Bound<'_, Stream>) -> PyResult<()> {
    Stream::flush(stream)
}

/// Whether a write has failed: `_on_error` follows.
#[pyfunction]
pub fn is_broken(stream: &Bound<'_, Stream>) -> bool {
    lock(&stream.get().state).connection.is_broken()
}

/// Ends our side behind the last byte that waits; `_on_finish` follows. `closing`: `close()`
/// will follow that, and a close says the end as well.
#[pyfunction]
#[pyo3(signature = (stream, *, closing = false))]
pub fn finish(stream: &Bound<'_, Stream>, closing: bool) -> PyResult<()> {
    {
        let mut state = lock(&stream.get().state);
        state.check_use()?;
        state.connection.finish(closing);
        state.recount();
        if state.connection.is_connecting() {
            return Ok(());
        }
    }
    Stream::flush(stream)?;
    stream.get().kick(stream.py())
}

/// No more writes are taken.
#[pyfunction]
pub fn refuse_writes(stream: &Bound<'_, Stream>) {
    lock(&stream.get().state).connection.refuse_writes();
}

/// `_on_flush` is called whenever the system took bytes (or no longer).
#[pyfunction]
pub fn tell_flush(stream: &Bound<'_, Stream>, wanted: bool) {
    lock(&stream.get().state).connection.tell_flush(wanted);
}

/// Whether `drain` is due now; asked once for each.
#[pyfunction]
pub fn take_drain(stream: &Bound<'_, Stream>) -> bool {
    lock(&stream.get().state).connection.take_drain()
}

/// Writes without a look at anything but the queue; false when the stream takes no writes.
#[pyfunction]
pub fn send(stream: &Bound<'_, Stream>, data: &Bound<'_, PyBytes>) -> PyResult<bool> {
    Stream::write_bytes(stream, data).map(|room| room.unwrap_or(false))
}

/// `_on_timeout` after so many seconds without a byte; 0 stops the clock.
#[pyfunction]
pub fn set_idle(
    stream: &Bound<'_, Stream>,
    reactor: &Bound<'_, Reactor>,
    seconds: f64,
) -> PyResult<()> {
    let old = {
        let mut state = lock(&stream.get().state);
        state.check_use()?;
        state.reactor.get_or_insert_with(|| reactor.clone().unbind());
        let old = state.stop_clock();
        state.idle_ms = if seconds > 0.0 { (seconds * 1000.0).ceil().max(1.0) as u64 } else { 0 };
        if state.idle_ms > 0 {
            state.touched = reactor.get().now();
            state.told_idle = false;
            let at = state.touched + state.idle_ms;
            state.deadline = Some(reactor.get().deadline(at, Handle::of(stream)));
        }
        old
    };
    drop(old);
    reactor.get().schedule(stream.py())
}

/// Whether this connection keeps the program alive while it is active.
#[pyfunction]
pub fn set_ref(stream: &Bound<'_, Stream>, referenced: bool) -> PyResult<()> {
    {
        let mut state = lock(&stream.get().state);
        state.check_use()?;
        state.registration.set_ref(referenced);
        state.recount();
    }
    stream.get().kick(stream.py())
}

/// Seconds since a byte was moved.
#[pyfunction]
pub fn idle_for(stream: &Bound<'_, Stream>) -> f64 {
    let state = lock(&stream.get().state);
    let now = state.reactor.as_ref().map_or(0, |reactor| reactor.get().now());
    now.saturating_sub(state.touched) as f64 / 1000.0
}

/// Bytes that the system took, without those that wait.
#[pyfunction]
pub fn sent(stream: &Bound<'_, Stream>) -> u64 {
    lock(&stream.get().state).connection.sent
}

/// The address of our end; `None` where there is no descriptor.
#[pyfunction]
pub fn local_name<'py>(stream: &Bound<'py, Stream>) -> PyResult<Bound<'py, PyAny>> {
    stream.get().name(stream.py(), End::Local)
}

/// The address of the peer's end; `None` where there is none.
#[pyfunction]
pub fn remote_name<'py>(stream: &Bound<'py, Stream>) -> PyResult<Bound<'py, PyAny>> {
    stream.get().name(stream.py(), End::Remote)
}

/// Sends small writes at once, or collects them. Raises `OSError`.
#[pyfunction]
pub fn set_no_delay(stream: &Bound<'_, Stream>, enable: bool) -> PyResult<()> {
    stream.get().with_socket(|socket| sys::set_no_delay(&socket, enable))
}

/// Times in whole seconds; 0 leaves the system's own.
#[pyfunction]
pub fn set_keep_alive(
    stream: &Bound<'_, Stream>,
    enable: bool,
    delay: u64,
    interval: u64,
    count: u32,
) -> PyResult<()> {
    let schedule = enable.then_some(KeepAlive { delay, interval, count });
    stream.get().with_socket(|socket| sys::set_keep_alive(&socket, schedule))
}

/// Breaks a connection whose peer has not acknowledged what was sent for so many seconds. Raises
/// `OSError`.
#[pyfunction]
pub fn set_user_timeout(stream: &Bound<'_, Stream>, seconds: f64) -> PyResult<()> {
    stream.get().with_socket(|socket| sys::set_user_timeout(&socket, time(seconds)))
}

/// Sets the type of service, or the traffic class of IPv6. Raises `OSError`.
#[pyfunction]
pub fn set_type_of_service(stream: &Bound<'_, Stream>, value: u32, ipv6: bool) -> PyResult<()> {
    stream.get().with_socket(|socket| {
        let socket = SockRef::from(&socket);
        if ipv6 { socket.set_tclass_v6(value) } else { socket.set_tos_v4(value) }
    })
}

/// The type of service, or the traffic class of IPv6. Raises `OSError`.
#[pyfunction]
pub fn get_type_of_service(stream: &Bound<'_, Stream>, ipv6: bool) -> PyResult<u32> {
    stream.get().with_socket(|socket| {
        let socket = SockRef::from(&socket);
        if ipv6 { socket.tclass_v6() } else { socket.tos_v4() }
    })
}
