//! Idle clocks.
//!
//! Activity only stores a number; nothing is moved in here until a deadline is reached and the
//! handle says that it was busy meanwhile. So a clock costs one entry, and a message costs
//! nothing, with ten thousand of them as with one.

use std::collections::BTreeMap;
use std::num::NonZeroU64;

/// When (milliseconds of the reactor's clock), and which of those at the same time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Deadline {
    /// Milliseconds since the reactor began.
    pub at: u64,
    /// Not zero, so that no deadline at all takes no room of its own.
    serial: NonZeroU64,
}

/// Handles by the time at which they want to be looked at.
pub struct Deadlines<T> {
    entries: BTreeMap<Deadline, T>,
    serial: NonZeroU64,
}

impl<T> Default for Deadlines<T> {
    fn default() -> Self {
        Self { entries: BTreeMap::new(), serial: NonZeroU64::MIN }
    }
}

impl<T> Deadlines<T> {
    /// Adds a deadline at `at`; the answer is what takes it out again.
    pub fn insert(&mut self, at: u64, handle: T) -> Deadline {
        self.serial = self.serial.saturating_add(1);
        let deadline = Deadline { at, serial: self.serial };
        self.entries.insert(deadline, handle);
        deadline
    }

    /// Takes a deadline out, unless it was reached.
    pub fn remove(&mut self, deadline: Deadline) -> Option<T> {
        self.entries.remove(&deadline)
    }

    /// When the nearest deadline is.
    pub fn next(&self) -> Option<u64> {
        self.entries.first_key_value().map(|(deadline, _)| deadline.at)
    }

    /// Takes out the first deadline that is due, for its handle.
    pub fn pop_due(&mut self, now: u64) -> Option<T> {
        if self.next()? > now {
            return None;
        }
        self.entries.pop_first().map(|(_, handle)| handle)
    }

    /// Takes out all deadlines, for their handles.
    pub fn take_all(&mut self) -> Vec<T> {
        std::mem::take(&mut self.entries).into_values().collect()
    }

    /// All handles.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        self.entries.values()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_due_comes_in_order_and_nothing_early() {
        let mut deadlines = Deadlines::default();
        deadlines.insert(20, "b");
        deadlines.insert(10, "a");
        let taken = deadlines.insert(10, "taken out");
        deadlines.insert(30, "c");
        assert_eq!(deadlines.remove(taken), Some("taken out"));
        assert_eq!(deadlines.pop_due(20), Some("a"));
        assert_eq!(deadlines.pop_due(20), Some("b"));
        assert_eq!(deadlines.pop_due(20), None);
        assert_eq!(deadlines.next(), Some(30));
    }
}
