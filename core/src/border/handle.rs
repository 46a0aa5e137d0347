//! What a reactor has registered.

use pyo3::gc::{PyTraverseError, PyVisit};
use pyo3::prelude::*;

use super::channel::Channel;
use super::distributor::Distributor;
use super::listener::Listener;
use super::stream::Stream;

/// A registered handle.
pub enum Handle {
    /// A connection.
    Stream(Py<Stream>),
    /// A listening descriptor.
    Listener(Py<Listener>),
    /// What connects us to another process.
    Channel(Py<Channel>),
    /// A listening descriptor of a cluster's.
    Distributor(Py<Distributor>),
}

impl Handle {
    /// Another reference to it.
    pub fn clone_ref(&self, py: Python<'_>) -> Self {
        match self {
            Self::Stream(stream) => Self::Stream(stream.clone_ref(py)),
            Self::Listener(listener) => Self::Listener(listener.clone_ref(py)),
            Self::Channel(channel) => Self::Channel(channel.clone_ref(py)),
            Self::Distributor(distributor) => Self::Distributor(distributor.clone_ref(py)),
        }
    }

    /// Shows it to the garbage collector.
    pub fn visit(&self, visit: &PyVisit<'_>) -> Result<(), PyTraverseError> {
        match self {
            Self::Stream(stream) => visit.call(stream),
            Self::Listener(listener) => visit.call(listener),
            Self::Channel(channel) => visit.call(channel),
            Self::Distributor(distributor) => visit.call(distributor),
        }
    }
}
