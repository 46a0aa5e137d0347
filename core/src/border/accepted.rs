//! A connection that was accepted, on its way to the stream that takes it over.
//!
//! Who the peer is comes along: `accept` said so, and the kernel forgets it with a reset.

use std::net::SocketAddr;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::sync::Mutex;

use pyo3::prelude::*;

use super::{address, lock};
use crate::sys;

/// A connection, and what is known of it without asking the kernel again.
#[derive(Debug)]
pub struct Newcomer {
    /// Non-blocking.
    pub fd: OwnedFd,
    /// The peer of a TCP connection.
    pub peer: Option<SocketAddr>,
    /// Whether it is TCP's.
    pub is_tcp: bool,
}

impl Newcomer {
    /// One that came from another process: whatever the kernel still knows of it.
    pub fn received(fd: OwnedFd) -> Self {
        let is_tcp = sys::is_tcp(&fd);
        let peer = if is_tcp { address::peer(&fd) } else { None };
        Self { fd, peer, is_tcp }
    }
}

/// What `_on_connection` is given, and `io.accept` takes. One that nobody takes is closed.
#[pyclass(frozen, module = "netserve._core")]
pub struct Accepted {
    newcomer: Mutex<Option<Newcomer>>,
}

#[pymethods]
impl Accepted {
    /// The descriptor's number, or -1 once the connection was taken.
    fn fileno(&self) -> RawFd {
        lock(&self.newcomer).as_ref().map_or(-1, |newcomer| newcomer.fd.as_raw_fd())
    }
}

impl Accepted {
    /// Hands a connection to Python.
    pub fn new(newcomer: Newcomer) -> Self {
        Self { newcomer: Mutex::new(Some(newcomer)) }
    }

    /// Takes the connection out, once.
    pub fn take(&self) -> Option<Newcomer> {
        lock(&self.newcomer).take()
    }
}
