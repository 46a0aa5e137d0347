//! How much is done before others have their turn.
//!
//! A handle has a *share*: so many steps (a read, an accept, a message), so many bytes, so much
//! time; whatever is left comes back behind the others. All shares together are a *turn*; after it
//! the event loop's other users have theirs. A listener that works for a millisecond at every chunk
//! uses its share up with one of them, and many small messages use up the turn.
//!
//! A connection that is accepted wants shares of its own from then on. So whoever accepts takes one
//! for each share, and leaves the others in the kernel's queue, as long as anybody is heard who has
//! been here for longer. Without such, connections are taken in batches: measured, each of them
//! costs a tenth less then.
//!
//! What it costs: a look at the clock (about 20 ns) after each event, and before each further step
//! of the same handle. A handle whose socket one read empties, which is the rule, has no further
//! step.

use std::time::{Duration, Instant};

/// The steps of a share. Each costs microseconds, the way to the next handle a few more.
const SHARE_STEPS: usize = 64;

/// The connections of a share while others are heard: each of them wants a share of its own before
/// whoever asks meanwhile.
const SHARE_CONNECTIONS: usize = 1;

/// How long a handle that was heard is expected to be heard again.
const HEARD_TIME: Duration = Duration::from_secs(1);

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

/// How old the kernel's last answer may be when a handle that comes back is due: the system call to
/// ask again takes a tenth of it.
const ANSWER_TIME: Duration = Duration::from_micros(10);

/// What one handle may do before the next.
#[derive(Debug)]
pub struct Share {
    began: Instant,
    steps: usize,
    most_steps: usize,
    most_connections: usize,
    accepts: bool,
    bytes: usize,
    used: bool,
}

impl Share {
    /// A share that begins now.
    pub fn begin() -> Self {
        Self::begin_at(Instant::now())
    }

    pub(super) fn begin_at(began: Instant) -> Self {
        Self {
            began,
            steps: 0,
            most_steps: SHARE_STEPS,
            most_connections: SHARE_STEPS,
            accepts: false,
            bytes: 0,
            used: false,
        }
    }

    /// The steps of this share are connections that are accepted.
    pub fn accepts(&mut self) {
        self.accepts = true;
        self.most_steps = self.most_connections;
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
        self.used |= self.steps >= self.most_steps
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
    asked: Instant,
    heard: Option<Instant>,
    events: usize,
    bytes: usize,
}

impl Turn {
    /// A turn that begins now. `heard`: what `heard()` of the last one said.
    pub fn begin(heard: Option<Instant>) -> Self {
        Self::begin_at(Instant::now(), heard)
    }

    fn begin_at(began: Instant, heard: Option<Instant>) -> Self {
        Self { began, now: began, asked: began, heard, events: 0, bytes: 0 }
    }

    /// The share of the next handle.
    pub fn share(&self) -> Share {
        let mut share = Share::begin_at(self.now);
        if self.heard.is_some_and(|heard| self.now.duration_since(heard) < HEARD_TIME) {
            share.most_connections = SHARE_CONNECTIONS;
        }
        share
    }

    /// The kernel was asked what is ready.
    pub fn asked(&mut self) {
        self.asked = self.now;
    }

    /// Whether the kernel should be asked again before a handle that comes back.
    pub fn is_answer_old(&self) -> bool {
        self.now.duration_since(self.asked) >= ANSWER_TIME
    }

    /// Notes that a handle was heard that is no newcomer, unless it is one that accepts.
    pub fn hear(&mut self, share: &Share) {
        if !share.accepts {
            self.heard = Some(self.now);
        }
    }

    /// When such a handle was last heard.
    pub fn heard(&self) -> Option<Instant> {
        self.heard
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
        let mut turn = Turn::begin_at(began, None);
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

    /// How many connections one share of a turn allows.
    fn connections(turn: &Turn) -> usize {
        let mut share = turn.share();
        share.accepts();
        1 + (0..).take_while(|_| share.goes_on_at(turn.now)).count()
    }

    #[test]
    fn connections_are_taken_one_by_one_for_a_while_after_somebody_else_was_heard() {
        let began = Instant::now();
        let mut turn = Turn::begin_at(began, None);
        assert_eq!(connections(&turn), SHARE_STEPS);
        let mut accepting = turn.share();
        accepting.accepts();
        turn.hear(&accepting);
        assert_eq!(connections(&turn), SHARE_STEPS);
        turn.hear(&turn.share());
        assert_eq!(connections(&turn), 1);
        let next = Turn::begin_at(began + HEARD_TIME / 2, turn.heard());
        assert_eq!(connections(&next), 1);
        let later = Turn::begin_at(began + HEARD_TIME, turn.heard());
        assert_eq!(connections(&later), SHARE_STEPS);
    }

    #[test]
    fn an_answer_of_the_kernels_is_old_after_a_while() {
        let began = Instant::now();
        let mut turn = Turn::begin_at(began, None);
        assert!(!turn.is_answer_old());
        turn.spend_at(&turn.share(), began + ANSWER_TIME);
        assert!(turn.is_answer_old());
        turn.asked();
        assert!(!turn.is_answer_old());
    }

    #[test]
    fn the_time_of_a_share_begins_where_the_one_before_ended() {
        let began = Instant::now();
        let mut turn = Turn::begin_at(began, None);
        let share = turn.share();
        turn.spend_at(&share, began + SHARE_TIME);
        let mut next = turn.share();
        assert!(next.goes_on_at(began + SHARE_TIME));
        assert!(!next.goes_on_at(began + SHARE_TIME * 2));
    }
}
