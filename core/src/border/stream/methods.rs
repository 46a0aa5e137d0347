//! The functions of `netserve._core.io` under the names that they had as methods.

use std::os::fd::RawFd;

use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::{Stream, io};
use crate::border::reactor::Reactor;

#[pymethods]
impl Stream {
    fn _begin(slf: &Bound<'_, Self>, reactor: Py<Reactor>, high_water_mark: usize) {
        io::begin(slf, reactor, high_water_mark)
    }

    #[pyo3(signature = (fd, *, connecting = false, is_socket = true))]
    fn _open(slf: &Bound<'_, Self>, fd: RawFd, connecting: bool, is_socket: bool) -> PyResult<()> {
        io::open(slf, fd, connecting, is_socket)
    }

    fn _accept(
        slf: &Bound<'_, Self>,
        reactor: Py<Reactor>,
        fd: RawFd,
        high_water_mark: usize,
        context: Py<PyAny>,
        is_tcp: bool,
    ) -> PyResult<()> {
        io::accept(slf, reactor, fd, high_water_mark, context, is_tcp)
    }

    #[pyo3(signature = (*, reset = false))]
    fn _close(slf: &Bound<'_, Self>, reset: bool) -> PyResult<bool> {
        io::close(slf, reset)
    }

    fn _abandon(slf: &Bound<'_, Self>) {
        io::abandon(slf)
    }

    fn _detach(slf: &Bound<'_, Self>) -> PyResult<Option<RawFd>> {
        io::detach(slf)
    }

    fn _read_start(slf: &Bound<'_, Self>) -> PyResult<()> {
        io::read_start(slf)
    }

    fn _read_stop(slf: &Bound<'_, Self>) -> PyResult<()> {
        io::read_stop(slf)
    }

    fn _set_paused(slf: &Bound<'_, Self>, paused: bool) -> PyResult<()> {
        io::set_paused(slf, paused)
    }

    fn _set_sink(slf: &Bound<'_, Self>, sink: Option<Py<PyAny>>) {
        io::set_sink(slf, sink)
    }

    fn _set_on_read(slf: &Bound<'_, Self>, buffer: Py<PyAny>, maker: bool, callback: Py<PyAny>) {
        io::set_on_read(slf, buffer, maker, callback)
    }

    fn _pipe_to(slf: &Bound<'_, Self>, target: Option<Py<Stream>>) -> PyResult<()> {
        io::pipe_to(slf, target)
    }

    fn _cork(slf: &Bound<'_, Self>) -> PyResult<()> {
        io::cork(slf)
    }

    fn _uncork(slf: &Bound<'_, Self>) -> PyResult<()> {
        io::uncork(slf)
    }

    fn _flush(slf: &Bound<'_, Self>) -> PyResult<()> {
        io::flush(slf)
    }

    #[getter]
    fn _broken(slf: &Bound<'_, Self>) -> bool {
        io::is_broken(slf)
    }

    #[pyo3(signature = (*, closing = false))]
    fn _finish(slf: &Bound<'_, Self>, closing: bool) -> PyResult<()> {
        io::finish(slf, closing)
    }

    fn _refuse_writes(slf: &Bound<'_, Self>) {
        io::refuse_writes(slf)
    }

    fn _tell_flush(slf: &Bound<'_, Self>, wanted: bool) {
        io::tell_flush(slf, wanted)
    }

    fn _take_drain(slf: &Bound<'_, Self>) -> bool {
        io::take_drain(slf)
    }

    fn _send(slf: &Bound<'_, Self>, data: &Bound<'_, PyBytes>) -> PyResult<bool> {
        io::send(slf, data)
    }

    fn _set_idle(
        slf: &Bound<'_, Self>,
        reactor: &Bound<'_, Reactor>,
        seconds: f64,
    ) -> PyResult<()> {
        io::set_idle(slf, reactor, seconds)
    }

    fn _set_ref(slf: &Bound<'_, Self>, referenced: bool) -> PyResult<()> {
        io::set_ref(slf, referenced)
    }

    #[getter]
    fn _reading(slf: &Bound<'_, Self>) -> bool {
        io::is_reading(slf)
    }

    #[getter]
    fn _idle_for(slf: &Bound<'_, Self>) -> f64 {
        io::idle_for(slf)
    }

    #[getter]
    fn _sent(slf: &Bound<'_, Self>) -> u64 {
        io::sent(slf)
    }

    fn _local_name<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        io::local_name(slf)
    }

    fn _remote_name<'py>(slf: &Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        io::remote_name(slf)
    }

    fn _set_no_delay(slf: &Bound<'_, Self>, enable: bool) -> PyResult<()> {
        io::set_no_delay(slf, enable)
    }

    fn _set_keep_alive(
        slf: &Bound<'_, Self>,
        enable: bool,
        delay: u64,
        interval: u64,
        count: u32,
    ) -> PyResult<()> {
        io::set_keep_alive(slf, enable, delay, interval, count)
    }

    fn _set_type_of_service(slf: &Bound<'_, Self>, value: u32, ipv6: bool) -> PyResult<()> {
        io::set_type_of_service(slf, value, ipv6)
    }

    fn _get_type_of_service(slf: &Bound<'_, Self>, ipv6: bool) -> PyResult<u32> {
        io::get_type_of_service(slf, ipv6)
    }
}
