//! What the command line asks of the system about signals.

use pyo3::prelude::*;

use super::errors::os_error;
use crate::sys;

/// Has the handler of a signal called once: the next has its default effect, even where no handler
/// of Python's would have its turn.
#[pyfunction]
pub fn deliver_once(number: i32) -> PyResult<()> {
    sys::deliver_once(number).map_err(|errno| os_error(errno, "sigaction"))
}
