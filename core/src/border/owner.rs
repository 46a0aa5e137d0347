//! Whom a handle tells what happens: an object of Python's, until the handle is closed.

use std::sync::Mutex;

use pyo3::call::PyCallArgs;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;
use pyo3::types::PyString;

use super::{call, lock};

/// The owner of a handle.
pub struct Owner(Mutex<Option<Py<PyAny>>>);

impl Owner {
    /// An owner that is told from now on.
    pub fn new(owner: Py<PyAny>) -> Self {
        Self(Mutex::new(Some(owner)))
    }

    /// The owner; `None` once it was let go.
    pub fn get<'py>(&self, py: Python<'py>) -> Option<Bound<'py, PyAny>> {
        lock(&self.0).as_ref().map(|owner| owner.bind(py).clone())
    }

    /// Calls one of the owner's methods, while there is an owner; what it raises is the owner's
    /// affair, too.
    pub fn tell<'py, A: PyCallArgs<'py>>(
        &self,
        py: Python<'py>,
        name: &Bound<'py, PyString>,
        arguments: A,
    ) -> PyResult<()> {
        self.get(py).map_or(Ok(()), |owner| call::hook(&owner, name, arguments))
    }

    /// Lets go of it. No lock may be held: it may be the last reference.
    pub fn let_go(&self) {
        let owner = lock(&self.0).take();
        drop(owner);
    }

    /// Shows it to the garbage collector.
    pub fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        self.0.try_lock().map_or(Ok(()), |owner| visit.call(&*owner))
    }
}
