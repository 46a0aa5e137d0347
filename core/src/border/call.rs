//! The one place that calls Python.
//!
//! What a listener raises is an ordinary value: it goes to the handle it concerns (or to the
//! reactor's owner) and everything else goes on. Only `KeyboardInterrupt` and `SystemExit`, which
//! are not about a connection, leave the turn and reach the loop.

use pyo3::exceptions::{PyKeyboardInterrupt, PySystemExit};
use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBool, PyTuple};

/// Calls a listener with one argument, in the connection's context where it has one.
pub fn in_context<'py>(
    py: Python<'py>,
    context: Option<&Py<PyAny>>,
    listener: &Py<PyAny>,
    argument: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyAny>> {
    match context {
        Some(context) => context.bind(py).call_method1(intern!(py, "run"), (listener, argument)),
        None => listener.bind(py).call1((argument,)),
    }
}

/// Whether a listener's result asks for nothing: what plain functions return. The rest (a
/// coroutine) is looked at in Python.
pub fn is_plain(result: &Bound<'_, PyAny>) -> bool {
    result.is_none() || result.is_exact_instance_of::<PyBool>()
}

/// Hands what a listener raised to the handle it concerns.
pub fn blame(handle: &Bound<'_, PyAny>, error: PyErr) -> PyResult<()> {
    let py = handle.py();
    if is_fatal(py, &error) {
        return Err(error);
    }
    handle.call_method1(intern!(py, "_on_listener_error"), (error.into_value(py),)).map(drop)
}

/// Calls one of a handle's own methods; what it raises is the handle's affair, too.
pub fn hook<'py, A>(
    handle: &Bound<'py, PyAny>,
    name: &Bound<'py, pyo3::types::PyString>,
    arguments: A,
) -> PyResult<()>
where
    A: pyo3::call::PyCallArgs<'py>,
{
    match handle.call_method1(name, arguments) {
        Ok(_) => Ok(()),
        Err(error) => blame(handle, error),
    }
}

/// The same, for a method that may answer with a size.
pub fn asked<'py, A>(
    handle: &Bound<'py, PyAny>,
    name: &Bound<'py, pyo3::types::PyString>,
    arguments: A,
) -> PyResult<Option<usize>>
where
    A: pyo3::call::PyCallArgs<'py>,
{
    match handle.call_method1(name, arguments).and_then(|answer| answer.extract()) {
        Ok(size) => Ok(size),
        Err(error) => blame(handle, error).map(|()| None),
    }
}

/// A call that waits for its tick.
pub struct Tick {
    /// What to call.
    pub function: Py<PyAny>,
    /// With what.
    pub arguments: Py<PyTuple>,
}

impl Tick {
    /// A call of one of `handle`'s methods.
    pub fn method<'py, A>(handle: &Bound<'py, PyAny>, name: &str, arguments: A) -> PyResult<Self>
    where
        A: IntoPyObject<'py, Target = PyTuple, Output = Bound<'py, PyTuple>>,
        PyErr: From<A::Error>,
    {
        let function = handle.getattr(name)?.unbind();
        let arguments = arguments.into_pyobject(handle.py())?.unbind();
        Ok(Self { function, arguments })
    }

    /// Calls it; what it raises goes to `owner._report`.
    pub fn run(self, owner: &Bound<'_, PyAny>) -> PyResult<()> {
        let py = owner.py();
        match self.function.bind(py).call1(self.arguments) {
            Ok(_) => Ok(()),
            Err(error) if is_fatal(py, &error) => Err(error),
            Err(error) => report(owner, error),
        }
    }
}

/// Tells the reactor's owner of an exception that concerns no single handle.
pub fn report(owner: &Bound<'_, PyAny>, error: PyErr) -> PyResult<()> {
    let py = owner.py();
    owner.call_method1(intern!(py, "_report"), (error.into_value(py),)).map(drop)
}

fn is_fatal(py: Python<'_>, error: &PyErr) -> bool {
    error.is_instance_of::<PyKeyboardInterrupt>(py) || error.is_instance_of::<PySystemExit>(py)
}
