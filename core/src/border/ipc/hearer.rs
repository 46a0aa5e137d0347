//! Whom a channel tells of connections that are dealt, without a word about their classes: those know
//! the channel.

use pyo3::PyClass;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use crate::border::accepted::Newcomer;
use crate::ipc::dealer::{Dealt, Word};

/// An object, and what tells it something: a function that finds its class again.
pub struct Hearer<F> {
    object: Py<PyAny>,
    pub tell: F,
}

/// Who deals connections to the worker behind a channel, by the worker's number. The answer is
/// whether that concerned it.
pub type Dealing = Hearer<fn(&Bound<'_, PyAny>, u64, &Word<'_>) -> PyResult<bool>>;

/// Who takes the connections that are dealt to this process.
pub type Taking = Hearer<fn(&Bound<'_, PyAny>, Dealt, Newcomer) -> PyResult<()>>;

impl<F: Copy> Hearer<F> {
    /// A reference to an object, and what it is told by.
    pub fn new<T: PyClass>(object: &Bound<'_, T>, tell: F) -> Self {
        Self { object: object.clone().into_any().unbind(), tell }
    }

    /// Another reference to it.
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        Self { object: self.object.clone_ref(py), tell: self.tell }
    }

    /// The object.
    pub fn object<'py>(&self, py: Python<'py>) -> &Bound<'py, PyAny> {
        self.object.bind(py)
    }

    /// Whether it is this object.
    pub fn is<T>(&self, object: &Bound<'_, T>) -> bool {
        self.object.is(object)
    }

    /// Shows it to the garbage collector.
    pub fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.object)
    }
}
