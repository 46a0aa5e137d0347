//! What a reactor has registered: an object, and a table of what can be asked of it.

use std::os::fd::RawFd;

use pyo3::PyClass;
use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use crate::reactor::budget::Share;
use crate::reactor::checks::Broken;
use crate::reactor::registry::{Key, News};

/// What the development mode knows of a handle that it looks at.
pub struct Look {
    /// What it is registered by.
    pub key: Key,
    /// The descriptor of the kernel's list.
    pub events: RawFd,
    /// Something waits to be told: it need not be announced.
    pub coming_back: bool,
}

/// What a class is asked whose objects are registered.
pub trait Registered: PyClass + Sync + Sized {
    /// The kernel, or the object itself, said that something is to be done.
    fn ready(
        slf: &Bound<'_, Self>,
        news: News,
        buffer: &mut [u8],
        share: &mut Share,
    ) -> PyResult<()>;

    /// A deadline of its own has come.
    fn expired(slf: &Bound<'_, Self>, now: u64) -> PyResult<()>;

    /// The loop is over: it lets go of its descriptor, and its owner is told.
    fn close_for_good(slf: &Bound<'_, Self>) -> PyResult<()>;

    /// The descriptor that the kernel is to watch, and whether for writing, too. (A handle of a
    /// reactor that no loop drove yet is registered without the kernel.)
    fn watched(slf: &Bound<'_, Self>) -> Option<(RawFd, bool)>;

    /// Looks at its rules; the answer is whether it counts as active.
    fn check(slf: &Bound<'_, Self>, look: &Look) -> Result<bool, Broken>;
}

type Tell = fn(&Bound<'_, PyAny>, News, &mut [u8], &mut Share) -> PyResult<()>;

struct Table {
    ready: Tell,
    expired: fn(&Bound<'_, PyAny>, u64) -> PyResult<()>,
    close: fn(&Bound<'_, PyAny>) -> PyResult<()>,
    watched: fn(&Bound<'_, PyAny>) -> Option<(RawFd, bool)>,
    check: fn(&Bound<'_, PyAny>, &Look) -> Result<bool, Broken>,
}

/// The table of a class. Each entry finds the class again, which an object has from the start.
struct TableOf<T>(std::marker::PhantomData<T>);

impl<T: Registered> TableOf<T> {
    const TABLE: Table = Table {
        ready: |object, news, buffer, share| T::ready(object.cast::<T>()?, news, buffer, share),
        expired: |object, now| T::expired(object.cast::<T>()?, now),
        close: |object| T::close_for_good(object.cast::<T>()?),
        watched: |object| object.cast::<T>().ok().and_then(T::watched),
        check: |object, look| match object.cast::<T>() {
            Ok(object) => T::check(object, look),
            Err(_) => Err("a handle has the table of another class"),
        },
    };
}

/// A registered object.
pub struct Handle {
    object: Py<PyAny>,
    table: &'static Table,
}

impl Handle {
    /// A reference to an object of a class that can be registered.
    pub fn of<T: Registered>(object: &Bound<'_, T>) -> Self {
        Self { object: object.clone().into_any().unbind(), table: &TableOf::<T>::TABLE }
    }

    /// Another reference to it.
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        Self { object: self.object.clone_ref(py), table: self.table }
    }

    /// Tells it what is ready.
    pub fn ready(
        &self,
        py: Python<'_>,
        news: News,
        buffer: &mut [u8],
        share: &mut Share,
    ) -> PyResult<()> {
        (self.table.ready)(self.object.bind(py), news, buffer, share)
    }

    /// Tells it that its deadline has come.
    pub fn expired(&self, py: Python<'_>, now: u64) -> PyResult<()> {
        (self.table.expired)(self.object.bind(py), now)
    }

    /// Has it let go of its descriptor.
    pub fn close(&self, py: Python<'_>) -> PyResult<()> {
        (self.table.close)(self.object.bind(py))
    }

    /// What the kernel is to watch for it.
    pub fn watched(&self, py: Python<'_>) -> Option<(RawFd, bool)> {
        (self.table.watched)(self.object.bind(py))
    }

    /// Looks at its rules.
    pub fn check(&self, py: Python<'_>, look: &Look) -> Result<bool, Broken> {
        (self.table.check)(self.object.bind(py), look)
    }

    /// Shows it to the garbage collector.
    pub fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        visit.call(&self.object)
    }
}
