//! Which worker gets the next connection.
//!
//! A worker has one connection at a time that it has not answered for, so none is flooded. Among
//! those that are free, the one that was given fewest is next. None gets far ahead of one that
//! was asked a moment ago, which may only be waiting for its turn at the processor; one that stays
//! silent is passed over, and made up for later. One that had no descriptor for a connection is full
//! for a moment; connections wait for none of those.

/// How far behind a worker may fall and still be made up for.
const MOST_OWED: u64 = 32;

/// How long a worker that refused is left alone, unless it says earlier that it has room.
const REST_MS: u64 = 50;

/// How far ahead a worker may get of one that has just been asked.
const LEAD: u64 = 2;

/// How long one that has been asked is waited for.
const PATIENCE_MS: u64 = 25;

/// The rule by which workers get connections.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Policy {
    /// One after the other.
    #[default]
    RoundRobin,
    /// The one with the fewest open connections.
    Least,
    /// A function of the program's is called for each connection.
    Chosen,
}

/// What a worker is doing.
#[derive(Clone, Debug, Default)]
pub struct Worker {
    /// The worker's number.
    pub id: u64,
    /// The connection that it has not answered for: its number, and since when.
    pub asked: Option<(u64, u64)>,
    /// How many it was given.
    given: u64,
    /// How many it says are open. A Node worker never says.
    open: Option<usize>,
    /// Until when it gets no connection, because it refused one or had no descriptor for it.
    resting: Option<u64>,
    /// It had no descriptor for the last one.
    full: bool,
    /// It gets no more connections.
    retired: bool,
}

/// Which worker gets the next connection.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// The worker with this number.
    Worker(u64),
    /// None before this time.
    Wait(u64),
    /// None until a worker says something.
    Nobody,
}

/// All workers of one listening address.
#[derive(Default)]
pub struct Schedule(Vec<Worker>);

impl Schedule {
    /// A worker gets connections from now on.
    pub fn add(&mut self, id: u64) {
        if let Some(worker) = self.find(id) {
            worker.retired = false;
        } else {
            let given = self.0.iter().map(|worker| worker.given).max().unwrap_or(0);
            self.0.push(Worker { id, given, ..Worker::default() });
        }
    }

    /// A worker is gone; the number of what it had not answered for.
    pub fn remove(&mut self, id: u64) -> Option<u64> {
        let at = self.0.iter().position(|worker| worker.id == id)?;
        self.0.remove(at).asked.map(|(seq, _)| seq)
    }

    /// A worker gets no more; what it was asked is still its own to answer.
    pub fn retire(&mut self, id: u64) {
        if let Some(worker) = self.find(id) {
            worker.retired = true;
        }
    }

    /// Whether a worker gets connections.
    pub fn has(&self, id: u64) -> bool {
        self.0.iter().any(|worker| worker.id == id && !worker.retired)
    }

    /// Whether no worker gets connections.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|worker| worker.retired)
    }

    fn find(&mut self, id: u64) -> Option<&mut Worker> {
        self.0.iter_mut().find(|worker| worker.id == id)
    }

    /// A worker was given the connection `seq`.
    pub fn give(&mut self, id: u64, seq: u64, now: u64) {
        let most = self.0.iter().map(|worker| worker.given).max().unwrap_or(0);
        if let Some(worker) = self.find(id) {
            worker.given = worker.given.max(most.saturating_sub(MOST_OWED)) + 1;
            worker.asked = Some((seq, now));
        }
    }

    /// A worker answered for `seq`. Whether it was asked that: none answers for another.
    pub fn answered(&mut self, id: u64, seq: u64, accepted: bool, now: u64) -> bool {
        let resting = (!accepted).then_some(now + REST_MS);
        self.settle(id, seq, resting, false)
    }

    /// What a worker was asked, `seq`, has not arrived: it is out of descriptors. Whether it was
    /// asked that.
    pub fn lost(&mut self, id: u64, seq: u64, now: u64) -> bool {
        self.settle(id, seq, Some(now + REST_MS), true)
    }

    fn settle(&mut self, id: u64, seq: u64, resting: Option<u64>, full: bool) -> bool {
        let asked = |worker: &&mut Worker| worker.asked.is_some_and(|(asked, _)| asked == seq);
        let Some(worker) = self.find(id).filter(asked) else { return false };
        worker.asked = None;
        worker.resting = resting;
        worker.full = full;
        true
    }

    /// Whether there are workers, and each was out of descriptors a moment ago.
    pub fn is_full(&self, now: u64) -> bool {
        let full = |worker: &Worker| worker.full && !worker.is_awake(now);
        !self.is_empty() && self.0.iter().all(|worker| worker.retired || full(worker))
    }

    /// Whether a worker was out of descriptors a moment ago.
    pub fn is_worker_full(&mut self, id: u64, now: u64) -> bool {
        self.find(id).is_some_and(|worker| worker.full && !worker.is_awake(now))
    }

    /// A worker says how many connections it has.
    pub fn tell(&mut self, id: u64, open: usize) {
        if let Some(worker) = self.find(id) {
            if worker.open.is_some_and(|before| open < before) {
                worker.resting = None;
            }
            worker.open = Some(open);
        }
    }

    /// Whether `id` can take one now.
    pub fn is_free(&mut self, id: u64, now: u64) -> bool {
        self.find(id).is_some_and(|worker| worker.is_awake(now) && worker.asked.is_none())
    }

    /// Who gets the next one.
    pub fn next(&self, policy: Policy, now: u64) -> Next {
        let least = self.0.iter().filter_map(|worker| worker.load()).min().unwrap_or(0);
        let rank = |worker: &Worker| match policy {
            Policy::Least => (worker.load().unwrap_or(least), worker.given),
            _ => (0, worker.given),
        };
        let awake = || self.0.iter().filter(|worker| worker.is_awake(now));
        let Some(free) =
            awake().filter(|worker| worker.asked.is_none()).min_by_key(|worker| rank(worker))
        else {
            return self.next_rested(now).map_or(Next::Nobody, Next::Wait);
        };
        let behind = awake().filter(|worker| match policy {
            Policy::Least => worker.load() < free.load(),
            _ => worker.given + LEAD < free.given + 1,
        });
        let until = behind.filter_map(|worker| worker.asked).map(|(_, since)| since + PATIENCE_MS);
        match until.filter(|until| *until > now).min() {
            Some(until) => Next::Wait(until),
            None => Next::Worker(free.id),
        }
    }

    /// When the first of those that rest may be asked again.
    pub fn next_rested(&self, now: u64) -> Option<u64> {
        self.0.iter().filter_map(|worker| worker.resting).filter(|at| *at > now).min()
    }
}

impl Worker {
    fn is_awake(&self, now: u64) -> bool {
        !self.retired && self.resting.is_none_or(|until| until <= now)
    }

    fn load(&self) -> Option<usize> {
        self.open.map(|open| open.saturating_add(usize::from(self.asked.is_some())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn three() -> Schedule {
        let mut schedule = Schedule::default();
        for id in 1..=3 {
            schedule.add(id);
        }
        schedule
    }

    fn deal(schedule: &mut Schedule, policy: Policy, seq: u64) -> Option<u64> {
        match schedule.next(policy, 0) {
            Next::Worker(id) => {
                schedule.give(id, seq, 0);
                Some(id)
            }
            _ => None,
        }
    }

    #[test]
    fn round_robin_gives_each_its_turn() {
        let mut schedule = three();
        let order: Vec<_> = (0..6)
            .filter_map(|seq| {
                let id = deal(&mut schedule, Policy::RoundRobin, seq);
                schedule.answered(id?, seq, true, 0);
                id
            })
            .collect();
        assert_eq!(order, [1, 2, 3, 1, 2, 3]);
    }

    #[test]
    fn who_has_not_answered_is_passed_over_and_made_up_for() {
        let mut schedule = three();
        assert_eq!(deal(&mut schedule, Policy::RoundRobin, 0), Some(1));
        for seq in 1..5 {
            let id = deal(&mut schedule, Policy::RoundRobin, seq);
            assert!(id.is_some_and(|id| id != 1 && schedule.answered(id, seq, true, 0)));
        }
        // The others are ahead now, as far as they may while the first may still answer.
        assert_eq!(schedule.next(Policy::RoundRobin, 0), Next::Worker(2));
        schedule.give(2, 5, 0);
        schedule.answered(2, 5, true, 0);
        assert_eq!(schedule.next(Policy::RoundRobin, 0), Next::Worker(3));
        schedule.give(3, 6, 0);
        schedule.answered(3, 6, true, 0);
        assert_eq!(schedule.next(Policy::RoundRobin, 0), Next::Wait(PATIENCE_MS));
        assert_eq!(schedule.next(Policy::RoundRobin, PATIENCE_MS), Next::Worker(2));
        schedule.answered(1, 0, true, 0);
        assert_eq!(deal(&mut schedule, Policy::RoundRobin, 7), Some(1));
    }

    #[test]
    fn a_newcomer_is_owed_nothing() {
        let mut schedule = three();
        for seq in 0..30 {
            let id = deal(&mut schedule, Policy::RoundRobin, seq);
            assert!(id.is_some_and(|id| schedule.answered(id, seq, true, 0)));
        }
        schedule.add(4);
        let fourth = (30..38)
            .filter(|seq| {
                let id = deal(&mut schedule, Policy::RoundRobin, *seq);
                assert!(id.is_some_and(|id| schedule.answered(id, *seq, true, 0)));
                id == Some(4)
            })
            .count();
        assert_eq!(fourth, 2);
    }

    #[test]
    fn who_refused_rests_until_it_has_room() {
        let mut schedule = Schedule::default();
        schedule.add(1);
        schedule.tell(1, 5);
        assert_eq!(deal(&mut schedule, Policy::RoundRobin, 0), Some(1));
        assert!(schedule.answered(1, 0, false, 0));
        assert_eq!(schedule.next(Policy::RoundRobin, 0), Next::Wait(REST_MS));
        schedule.tell(1, 4);
        assert_eq!(schedule.next(Policy::RoundRobin, 0), Next::Worker(1));
    }

    #[test]
    fn least_goes_by_what_is_open() {
        let mut schedule = three();
        for (id, open) in [(1, 9), (2, 0), (3, 5)] {
            schedule.tell(id, open);
        }
        assert_eq!(deal(&mut schedule, Policy::Least, 0), Some(2));
        // Two has been asked, and still has fewer than anybody else.
        assert_eq!(schedule.next(Policy::Least, 1), Next::Wait(PATIENCE_MS));
        assert_eq!(schedule.next(Policy::Least, PATIENCE_MS), Next::Worker(3));
    }

    #[test]
    fn no_worker_answers_for_another() {
        let mut schedule = three();
        assert_eq!(deal(&mut schedule, Policy::RoundRobin, 7), Some(1));
        assert!(!schedule.answered(2, 7, true, 0));
        assert!(!schedule.lost(2, 7, 0));
        assert!(schedule.answered(1, 7, true, 0));
        assert!(!schedule.answered(1, 7, true, 0));
    }

    #[test]
    fn workers_are_full_while_each_was_out_of_descriptors_a_moment_ago() {
        let mut schedule = Schedule::default();
        assert!(!schedule.is_full(0));
        schedule.add(1);
        schedule.add(2);
        for seq in [1, 2] {
            assert!(!schedule.is_full(0));
            let id = deal(&mut schedule, Policy::RoundRobin, seq);
            assert!(id.is_some_and(|id| schedule.lost(id, seq, 0)));
        }
        assert!(schedule.is_full(REST_MS - 1));
        assert!(!schedule.is_full(REST_MS));
        schedule.retire(1);
        schedule.retire(2);
        assert!(!schedule.is_full(0));
    }

    #[test]
    fn who_refuses_is_not_full() {
        let mut schedule = Schedule::default();
        schedule.add(1);
        assert_eq!(deal(&mut schedule, Policy::RoundRobin, 7), Some(1));
        assert!(schedule.answered(1, 7, false, 0));
        assert!(!schedule.is_full(0));
    }

    #[test]
    fn a_worker_may_say_any_number() {
        let mut schedule = Schedule::default();
        schedule.add(1);
        schedule.tell(1, usize::MAX);
        assert_eq!(deal(&mut schedule, Policy::Least, 0), Some(1));
        assert_eq!(schedule.next(Policy::Least, 0), Next::Nobody);
    }

    #[test]
    fn who_never_says_what_is_open_takes_turns() {
        let mut schedule = Schedule::default();
        schedule.add(1);
        schedule.add(2);
        assert_eq!(deal(&mut schedule, Policy::Least, 0), Some(1));
        schedule.answered(1, 0, true, 0);
        assert_eq!(deal(&mut schedule, Policy::Least, 1), Some(2));
    }
}
