//! What is looked at when Python is in its development mode.
//!
//! Two kinds of mistake show late and far from where they were made. A user's: calling a server or
//! socket of another thread's loop; that call raises. And ours: a wake-up that was lost, a count
//! that is not true. So after a turn every handle is looked at; a rule found broken goes to the
//! owner's `_broken`.

use std::os::fd::{AsRawFd, RawFd};
use std::sync::MutexGuard;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread::{self, ThreadId};
use std::time::Duration;

use pyo3::exceptions::PyRuntimeError;
use pyo3::intern;
use pyo3::prelude::*;

use super::handle::Handle;
use super::listener::Listener;
use super::lock;
use super::reactor::Reactor;
use super::stream::Stream;
use crate::reactor::registry::Key;
use crate::sys;

/// With more handles than this not every turn looks at all of them.
const AT_EVERY_TURN: usize = 64;

/// How often something is looked at before it counts as missed.
const LOOKS: usize = 3;
const A_MOMENT: Duration = Duration::from_millis(1);

/// What a rule's breaking is called.
type Broken = &'static str;

/// The checks of one reactor.
pub struct Checks {
    home: ThreadId,
    turns: AtomicUsize,
    holds: AtomicUsize,
}

impl Checks {
    /// For a reactor of this thread's.
    pub fn new() -> Self {
        Self {
            home: thread::current().id(),
            turns: AtomicUsize::new(0),
            holds: AtomicUsize::new(0),
        }
    }

    /// A `hold()`, or its `release()`.
    pub fn held(&self, more: bool) {
        if more {
            self.holds.fetch_add(1, Relaxed);
        } else {
            self.holds.fetch_sub(1, Relaxed);
        }
    }

    /// Raises `RuntimeError` in a thread that is not the reactor's.
    pub fn thread(&self) -> PyResult<()> {
        if thread::current().id() == self.home {
            return Ok(());
        }
        Err(PyRuntimeError::new_err(
            "a server or socket was used in a thread that is not its event loop's: go there by \
             loop.call_soon_threadsafe(), or move it by netserve.transfer()",
        ))
    }

    /// Looks at everything that is registered, after a turn.
    pub fn turn(&self, py: Python<'_>, reactor: &Reactor) -> PyResult<()> {
        let handles: Vec<(Key, Handle, bool)> = {
            let core = lock(&reactor.core);
            let turns = self.turns.fetch_add(1, Relaxed);
            if !turns.is_multiple_of(1 + core.registry.len() / AT_EVERY_TURN) {
                return Ok(());
            }
            let handles = core.registry.entries();
            handles.map(|(key, handle, waits)| (key, handle.clone_ref(py), waits)).collect()
        };
        let events = reactor.fileno();
        let mut active = self.holds.load(Relaxed);
        for (key, handle, coming_back) in &handles {
            let looked_at = match handle {
                Handle::Stream(stream) => stream.get().check(*key, events, *coming_back),
                Handle::Listener(listener) => listener.get().check(*key, events, *coming_back),
                // Their own tests look at them.
                Handle::Channel(_) | Handle::Distributor(_) => Ok(false),
            };
            match looked_at {
                Ok(is_active) => active += usize::from(is_active),
                Err(broken) => {
                    let owner = reactor.owner.bind(py);
                    owner.call_method1(intern!(py, "_broken"), (broken,))?;
                }
            }
        }
        // A share of a cluster's port counts without being registered.
        if reactor.active() < active {
            let broken = "fewer handles are counted than keep the program alive";
            reactor.owner.bind(py).call_method1(intern!(py, "_broken"), (broken,))?;
        }
        Ok(())
    }
}

/// Whether the kernel has something to read that no event will ever announce: events come at a
/// change, and this one's is neither remembered nor about to be collected.
///
/// The bytes are there a moment before their event is, so one look proves nothing.
fn is_missed(fd: RawFd, events: RawFd) -> bool {
    (0..LOOKS).all(|look| {
        if look > 0 {
            thread::sleep(A_MOMENT);
        }
        sys::is_readable(fd) && !sys::is_readable(events)
    })
}

fn unlocked<T>(mutex: &std::sync::Mutex<T>) -> Result<MutexGuard<'_, T>, Broken> {
    mutex.try_lock().map_err(|_| "a lock is held after the turn")
}

impl Stream {
    /// Looks at the rules; the answer is whether it counts as active.
    fn check(&self, key: Key, events: RawFd, coming_back: bool) -> Result<bool, Broken> {
        let state = unlocked(&self.state)?;
        let connection = &state.connection;
        let Some(endpoint) = connection.endpoint() else {
            return Err("a stream is registered without a descriptor");
        };
        if state.key != Some(key) {
            return Err("a stream is registered by a key that is not its own");
        }
        if state.active != (!state.unref && connection.busy()) {
            return Err("a stream's part in what keeps the program alive is out of date");
        }
        let writing = connection.queued() > 0 && !connection.corked() && !connection.broken;
        if writing && !connection.connecting && !state.armed && !coming_back {
            return Err("a stream has bytes to write that nothing will send");
        }
        let reading = connection.reading && !connection.ended && !connection.broken;
        if reading && !connection.connecting && !coming_back {
            if connection.ready && !connection.hung_up && endpoint.short_is_empty() {
                return Err("a stream knows of bytes to read and will not come back for them");
            }
            if !connection.ready && is_missed(endpoint.as_raw_fd(), events) {
                return Err("a stream has bytes to read that nothing will announce");
            }
        }
        Ok(state.active)
    }
}

impl Listener {
    /// Looks at the rules; the answer is whether it counts as active.
    fn check(&self, key: Key, events: RawFd, coming_back: bool) -> Result<bool, Broken> {
        let state = unlocked(&self.state)?;
        let Some(acceptor) = &state.acceptor else {
            return Err("a listener is registered without a descriptor");
        };
        if state.key != Some(key) {
            return Err("a listener is registered by a key that is not its own");
        }
        if state.active == state.unref {
            return Err("a listener's part in what keeps the program alive is out of date");
        }
        if state.accepting && !coming_back && state.rest.is_none() {
            if state.ready {
                return Err("a listener knows of somebody who waits and will not come back");
            }
            if is_missed(acceptor.fd().as_raw_fd(), events) {
                return Err("a listener has somebody waiting whom nothing will announce");
            }
        }
        Ok(state.active)
    }
}
