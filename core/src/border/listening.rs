//! What listens: a descriptor that accepts, its place in the reactor, and its rest.

use std::os::fd::{AsRawFd, OwnedFd, RawFd};

use pyo3::prelude::*;

use super::handle::{Handle, Registered};
use super::reactor::Reactor;
use super::registration::Registration;
use crate::net::accept::Acceptor;
use crate::reactor::deadlines::Deadline;

/// A listening descriptor, until it is closed.
pub struct Listening {
    pub acceptor: Option<Acceptor>,
    pub registration: Registration,
    /// When it goes on, while it rests.
    pub rest: Option<Deadline>,
}

impl Listening {
    /// Takes a non-blocking descriptor over.
    pub fn new(reactor: &Reactor, fd: OwnedFd) -> Self {
        reactor.accepts(true);
        let acceptor = Some(Acceptor::new(fd));
        Self { acceptor, registration: Registration::default(), rest: None }
    }

    /// Has the reactor watch the descriptor. Whether there is one still.
    pub fn watch<T: Registered>(
        &mut self,
        reactor: &Reactor,
        holder: &Bound<'_, T>,
    ) -> PyResult<bool> {
        let Some(acceptor) = &self.acceptor else { return Ok(false) };
        let fd = acceptor.fd().as_raw_fd();
        self.registration.watch(reactor, fd, || Handle::of(holder), false)?;
        self.registration.recount(reactor, true);
        Ok(true)
    }

    /// Whether it keeps the program alive while it is open.
    pub fn set_ref(&mut self, reactor: &Reactor, referenced: bool) {
        self.registration.set_ref(referenced);
        self.registration.recount(reactor, self.acceptor.is_some());
    }

    /// The descriptor that the reactor watches, and whether for room to write.
    pub fn watched(&self) -> Option<(RawFd, bool)> {
        self.acceptor.as_ref().map(|acceptor| (acceptor.fd().as_raw_fd(), false))
    }

    /// The descriptor's number, or -1.
    pub fn fileno(&self) -> RawFd {
        self.acceptor.as_ref().map_or(-1, |acceptor| acceptor.fd().as_raw_fd())
    }

    /// Takes the descriptor out, and everything that goes with it, which must be dropped without a
    /// lock: it may be the last reference.
    pub fn close(&mut self, reactor: &Reactor) -> (Option<Acceptor>, [Option<Handle>; 2]) {
        let acceptor = self.acceptor.take();
        self.registration.recount(reactor, false);
        // A copy (another server's, a forked child's) would keep the kernel's entry.
        let fd = acceptor.as_ref().map(|acceptor| acceptor.fd().as_raw_fd());
        let handle = self.registration.leave(reactor, fd);
        if acceptor.is_some() {
            reactor.accepts(false);
        }
        let rest = self.rest.take().and_then(|rest| reactor.cancel(rest));
        (acceptor, [handle, rest])
    }
}
