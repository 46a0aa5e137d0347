//! How much is done before others have their turn.
//!
//! A handle has a *share*: so many steps (a read, an accept, a message), so many bytes, so much
//! time; whatever is left comes back behind the others. All shares together are a *turn*; after it
//! the event loop's other users have theirs. A listener that works for a millisecond at every chunk
//! uses its share up with one of them, and many small messages use up the turn.
//!
//! What it costs: a look at the clock (about 20 ns) after each event, and before each further step
//! of the same handle. A handle whose socket one read empties, which is the rule, has no further
//! step.

use std::time::{Duration, Instant};

/// The steps of a share. Each costs microseconds, the way to the next handle a few more.
const SHARE_STEPS: usize = 64;

/// The bytes of a share: four full reads.
const SHARE_BYTES: usize = 1024 * 1024;

/// The time of a share. The step during which it runs out is the last.
const SHARE_TIME: Duration = Duration::from_millis(1);

/// The events of a turn. An event takes a few microseconds, and so does the way back to the loop
/// and here again.
const TURN_EVENTS: usize = 256;

/// The bytes of a turn, which are a millisecond or so of copying.
const TURN_BYTES: usize = 8 * 1024 * 1024;

/// The time of a turn: what a timer of the loop's may be late because of us.
const TURN_TIME: Duration = Duration::from_millis(5);

/// What one handle may do before the next.
#[derive(Debug)]
pub struct Share {
    began: Instant,
    steps: usize,
    bytes: usize,
    used: bool,
}

impl Share {
    /// A share that begins now.
    pub fn begin() -> Self {
        Self::begin_at(Instant::now())
    }

    pub(super) fn begin_at(began: Instant) -> Self {
        Self { began, steps: 0, bytes: 0, used: false }
    }

    /// Counts bytes that were moved.
    pub fn moved(&mut self, bytes: usize) {
        self.bytes += bytes;
    }

    /// Counts a step that was done. Whether there may be another.
    pub fn goes_on(&mut self) -> bool {
        self.goes_on_at(Instant::now())
    }

    fn goes_on_at(&mut self, now: Instant) -> bool {
        self.steps += 1;
        self.used |= self.steps >= SHARE_STEPS
            || self.bytes >= SHARE_BYTES
            || now.duration_since(self.began) >= SHARE_TIME;
        !self.used
    }

    /// Whether `goes_on` said no.
    pub fn is_used(&self) -> bool {
        self.used
    }
}

/// What all handles together may do before the loop's other users.
#[derive(Debug)]
pub struct Turn {
    began: Instant,
    now: Instant,
    events: usize,
    bytes: usize,
}

impl Turn {
    /// A turn that begins now.
    pub fn begin() -> Self {
        Self::begin_at(Instant::now())
    }

    fn begin_at(began: Instant) -> Self {
        Self { began, now: began, events: 0, bytes: 0 }
    }

    /// The share of the next handle.
    pub fn share(&self) -> Share {
        Share::begin_at(self.now)
    }

    /// Counts what a handle did.
    pub fn spend(&mut self, share: &Share) {
        self.spend_at(share, Instant::now());
    }

    fn spend_at(&mut self, share: &Share, now: Instant) {
        self.events += 1;
        self.bytes += share.bytes;
        self.now = now;
    }

    /// Whether the turn is used up, and the loop's other users are due.
    pub fn is_used(&self) -> bool {
        self.events >= TURN_EVENTS
            || self.bytes >= TURN_BYTES
            || self.now.duration_since(self.began) >= TURN_TIME
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_TIME: Duration = Duration::ZERO;

    /// How many steps one share allows that take so long and move so many bytes each.
    fn steps(time: Duration, bytes: usize) -> usize {
        let began = Instant::now();
        let mut share = Share::begin_at(began);
        let mut now = began;
        let mut done = 0;
        loop {
            done += 1;
            now += time;
            share.moved(bytes);
            if !share.goes_on_at(now) {
                assert!(share.is_used());
                return done;
            }
            assert!(!share.is_used());
        }
    }

    /// How many events one turn allows that take so long and move so many bytes each.
    fn events(time: Duration, bytes: usize) -> usize {
        let began = Instant::now();
        let mut turn = Turn::begin_at(began);
        let mut now = began;
        let mut done = 0;
        while !turn.is_used() {
            let mut share = turn.share();
            share.moved(bytes);
            now += time;
            done += 1;
            turn.spend_at(&share, now);
        }
        done
    }

    #[test]
    fn a_share_ends_after_so_many_steps_however_small() {
        assert_eq!(steps(NO_TIME, 0), SHARE_STEPS);
    }

    #[test]
    fn a_share_ends_after_so_many_bytes_however_quick() {
        assert_eq!(steps(NO_TIME, SHARE_BYTES / 4), 4);
        assert_eq!(steps(NO_TIME, SHARE_BYTES * 2), 1);
    }

    #[test]
    fn a_share_of_slow_steps_is_one_step() {
        assert_eq!(steps(SHARE_TIME, 0), 1);
        assert_eq!(steps(SHARE_TIME / 4, 0), 4);
    }

    #[test]
    fn a_turn_ends_after_so_many_events_bytes_or_so_much_time() {
        assert_eq!(events(NO_TIME, 0), TURN_EVENTS);
        assert_eq!(events(NO_TIME, SHARE_BYTES), TURN_BYTES / SHARE_BYTES);
        assert_eq!(events(SHARE_TIME, 0), 5);
        assert_eq!(events(TURN_TIME * 2, 0), 1);
    }

    #[test]
    fn the_time_of_a_share_begins_where_the_one_before_ended() {
        let began = Instant::now();
        let mut turn = Turn::begin_at(began);
        let share = turn.share();
        turn.spend_at(&share, began + SHARE_TIME);
        let mut next = turn.share();
        assert!(next.goes_on_at(began + SHARE_TIME));
        assert!(!next.goes_on_at(began + SHARE_TIME * 2));
    }
}
