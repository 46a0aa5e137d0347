//! Where Python and Rust meet: eight classes, and the one place that calls listeners.
//!
//! Locks. A class keeps its state behind a mutex that is never held while Python runs (a listener
//! may come back into the same object), and while it is held nothing is allocated that could start
//! a garbage collection (which runs Python, too). A stream's or listener's lock may be held while
//! the reactor's or a block list's is taken, never the other way round. A second stream's lock is
//! only tried.

pub mod accepted;
pub mod address;
pub mod block_list;
pub mod call;
pub mod errors;
pub mod handle;
mod inherited;
pub mod ipc;
pub mod listener;
mod listening;
mod owner;
pub mod reactor;
mod registration;
pub mod signals;
pub mod stream;

use std::sync::{Mutex, MutexGuard, PoisonError};

/// Locks. A panic elsewhere is that place's bug and no reason to stop everything else.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
