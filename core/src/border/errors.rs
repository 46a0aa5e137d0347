//! Errors of the system, as Python knows them.

use pyo3::exceptions::PyOSError;
use pyo3::prelude::*;
use rustix::io::Errno;

pyo3::import_exception!(netserve._errors, StateError);

/// What is used after its event loop. (It is made in Python when it is raised, not here: the caller
/// may hold a lock.)
pub fn loop_closed(why: String) -> PyErr {
    StateError::new_err((why, "ERR_LOOP_CLOSED"))
}

/// An `OSError` (its subclass for the number: Python chooses) that names the system call.
pub fn os_error(errno: Errno, syscall: &str) -> PyErr {
    let number = errno.raw_os_error();
    let text = std::io::Error::from_raw_os_error(number).to_string();
    PyOSError::new_err((number, format!("{syscall}: {text}")))
}

/// The same for an error of the standard library.
pub fn io_error(error: &std::io::Error, syscall: &str) -> PyErr {
    os_error(Errno::from_raw_os_error(error.raw_os_error().unwrap_or(0)), syscall)
}
