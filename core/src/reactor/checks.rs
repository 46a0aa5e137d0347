//! What is looked at when Python is in its development mode.
//!
//! Two kinds of mistake show late and far from where they were made. A user's: calling a server or
//! socket of another thread's loop; that call raises. And ours: a wake-up that was lost, a count
//! that is not true. So after a turn every handle is looked at; a rule found broken goes to the
//! owner's `_broken`.

use std::os::fd::RawFd;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread::{self, ThreadId};
use std::time::Duration;

use crate::sys;

/// What the rule that was found broken is called.
pub type Broken = &'static str;

/// With more handles than this not every turn looks at all of them.
const AT_EVERY_TURN: usize = 64;

/// How often something is looked at before it counts as missed.
const LOOKS: usize = 3;
const A_MOMENT: Duration = Duration::from_millis(1);

/// The checks of one reactor.
pub struct Checks {
    home: Mutex<ThreadId>,
    turns: AtomicUsize,
    holds: AtomicUsize,
}

impl Default for Checks {
    fn default() -> Self {
        Self::new()
    }
}

impl Checks {
    /// For a reactor of this thread's.
    pub fn new() -> Self {
        Self {
            home: Mutex::new(thread::current().id()),
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

    /// Whether this is the reactor's thread.
    pub fn is_home(&self) -> bool {
        thread::current().id() == *self.home.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes this thread the reactor's: who closes it may be in any.
    pub fn come_home(&self) {
        *self.home.lock().unwrap_or_else(PoisonError::into_inner) = thread::current().id();
    }

    /// Whether to look at everything that is registered after this turn.
    pub fn is_due(&self, handles: usize) -> bool {
        let turns = self.turns.fetch_add(1, Relaxed);
        turns.is_multiple_of(1 + handles / AT_EVERY_TURN)
    }

    /// How many `hold()`s there are.
    pub fn holds(&self) -> usize {
        self.holds.load(Relaxed)
    }
}

/// Whether the kernel has something to read that no event will ever announce: events come at a
/// change, and this one's is neither remembered nor about to be collected.
///
/// The bytes are there a moment before their event is, so one look proves nothing.
pub fn is_missed(fd: RawFd, events: RawFd) -> bool {
    (0..LOOKS).all(|look| {
        if look > 0 {
            thread::sleep(A_MOMENT);
        }
        sys::is_readable(fd) && !sys::is_readable(events)
    })
}

/// The state of an object, whose lock must be free by now.
pub fn unlocked<T>(mutex: &Mutex<T>) -> Result<MutexGuard<'_, T>, Broken> {
    mutex.try_lock().map_err(|_| "a lock is held after the turn")
}
