//! What every handle has to do with its reactor: its key, and whether it keeps the program alive.

use std::os::fd::RawFd;

use pyo3::prelude::*;

use super::handle::Handle;
use super::reactor::Reactor;
use crate::reactor::registry::{Key, News, Ready};

/// A handle's place in its reactor.
#[derive(Default)]
pub struct Registration {
    key: Option<Key>,
    /// It never keeps the program alive.
    unref: bool,
    /// It is counted among what keeps the program alive.
    active: bool,
}

impl Registration {
    /// Has the reactor watch a descriptor for this handle, unless it does.
    pub fn watch(
        &mut self,
        reactor: &Reactor,
        fd: RawFd,
        handle: impl FnOnce() -> Handle,
        writing: bool,
    ) -> PyResult<()> {
        if self.key.is_none() {
            self.key = Some(reactor.watch(fd, handle(), writing)?);
        }
        Ok(())
    }

    /// Leaves the reactor. `open`: the descriptor, where a copy of it stays open. The caller must
    /// not hold a lock when the answer is dropped: it may be the last reference.
    #[must_use]
    pub fn leave(&mut self, reactor: &Reactor, open: Option<RawFd>) -> Option<Handle> {
        self.key.take().and_then(|key| reactor.remove(key, open))
    }

    /// The handle's key, while it is registered.
    pub fn key(&self) -> Option<Key> {
        self.key
    }

    /// Whether it is registered by this key.
    pub fn is(&self, key: Key) -> bool {
        self.key == Some(key)
    }

    /// Comes back in the next round, for what the kernel will not announce again.
    pub fn again(&self, reactor: &Reactor, news: News) {
        if let Some(key) = self.key {
            reactor.again(Ready { key, news });
        }
    }

    /// Whether it may keep the program alive from now on; `recount` follows.
    pub fn set_ref(&mut self, referenced: bool) {
        self.unref = !referenced;
    }

    /// Whether it may keep the program alive.
    pub fn is_ref(&self) -> bool {
        !self.unref
    }

    /// Brings the reactor's count of active handles up to date.
    pub fn recount(&mut self, reactor: &Reactor, busy: bool) {
        self.count(reactor, !self.unref && busy);
    }

    /// The same for what keeps the program alive by its own rule.
    pub fn count(&mut self, reactor: &Reactor, active: bool) {
        if active != self.active {
            self.active = active;
            reactor.count(active);
        }
    }

    /// Whether it is counted as it should be.
    pub fn is_counted(&self, busy: bool) -> bool {
        self.active == (!self.unref && busy)
    }

    /// Whether it is counted among what keeps the program alive.
    pub fn is_active(&self) -> bool {
        self.active
    }
}
