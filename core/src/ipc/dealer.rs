//! Dealing: which connection goes to which worker, and what comes of it.
//!
//! A connection is accepted only when a worker can take it; the others wait in the kernel's queue. A
//! copy is kept until the worker has said that it takes it: one that dies before that has not begun,
//! and the connection goes to another.

use std::collections::VecDeque;
use std::os::fd::OwnedFd;
use std::sync::Arc;

use super::schedule::{Next, Policy, Schedule};
use crate::net::accept::{REST_MS, Taken};

/// How many connections may wait for the worker that was chosen for them.
const MOST_CHOSEN: usize = 256;

/// A connection, shared with whoever has it on its way to a worker.
pub type Connection = Arc<OwnedFd>;

/// What is to be done next.
#[derive(Debug)]
pub enum Step {
    /// The worker with this number gets it.
    Give(u64, Connection),
    /// A worker is to be chosen for it.
    Choose(Connection),
    /// There is no descriptor for it: it is closed, then the reserve is restocked.
    Shed(OwnedFd),
    /// No worker has a descriptor for it: it is closed.
    TurnAway(Connection),
    /// Nothing came of it; the next may be fine.
    Next,
    /// No worker can take a connection before this time.
    Rest(u64),
    /// Nothing can be dealt until the kernel or a worker says something.
    Stop,
    /// The listening descriptor is broken.
    Fail(i32),
}

/// What a worker, or the way to it, says of the connections that it was dealt.
pub enum Word<'a> {
    /// It answered for one.
    Answered {
        /// The number of that connection.
        seq: u64,
        /// Whether it takes it.
        accepted: bool,
        /// How many are open there, where it says so.
        open: Option<usize>,
    },
    /// The one with this number did not arrive.
    Lost(u64),
    /// It says how many are open there.
    Open {
        /// What these came to.
        name: &'a str,
        /// How many there are.
        open: usize,
    },
    /// It is gone.
    Gone,
}

/// What is to be done with a connection that was dealt.
pub enum Dealt {
    /// It is offered by this number: an answer follows.
    Offered(u64),
    /// It was taken, and the other side can know of that: it begins.
    Begins,
}

/// The connections of one listening descriptor, and who gets them.
#[derive(Default)]
pub struct Dealer {
    /// The workers, and whose turn it is.
    pub schedule: Schedule,
    /// The rule by which workers get connections.
    pub policy: Policy,
    /// The kernel said that a connection waits, and the queue has not been found empty since.
    ready: bool,
    /// Connections that were dealt and not answered for, by number.
    asked: Vec<(u64, Connection)>,
    /// Connections that workers gave back, the first to be dealt in front.
    waiting: VecDeque<Connection>,
    /// Connections for a worker that was chosen, by its number.
    chosen: VecDeque<(u64, Connection)>,
}

impl Dealer {
    /// The kernel said that a connection waits.
    pub fn ready(&mut self) {
        self.ready = true;
    }

    /// The next connection, as `make` wants it.
    fn connection(
        &mut self,
        now: u64,
        take: impl FnOnce() -> Taken,
        make: impl FnOnce(Connection) -> Step,
    ) -> Step {
        if let Some(connection) = self.waiting.pop_front() {
            return make(connection);
        }
        if !self.ready {
            return Step::Stop;
        }
        match take() {
            Taken::One(socket, _) => make(Arc::new(socket)),
            Taken::TooMany(socket, _) => Step::Shed(socket),
            Taken::Gone => Step::Next,
            Taken::Nobody => {
                self.ready = false;
                Step::Stop
            }
            Taken::Later => Step::Rest(now + REST_MS),
            Taken::Broken(errno) => {
                self.ready = false;
                Step::Fail(errno)
            }
        }
    }

    /// Decides what is next. `take` asks the kernel for a connection.
    pub fn step(&mut self, now: u64, take: impl FnOnce() -> Taken) -> Step {
        if self.schedule.is_full(now) {
            return match self.chosen.pop_front() {
                Some((_, connection)) => Step::TurnAway(connection),
                None => self.connection(now, take, Step::TurnAway),
            };
        }
        if self.policy == Policy::Chosen {
            let free = self.chosen.iter().position(|(id, _)| self.schedule.is_free(*id, now));
            if let Some((id, connection)) = free.and_then(|at| self.chosen.remove(at)) {
                return Step::Give(id, connection);
            }
            if !self.schedule.is_empty() && self.chosen.len() < MOST_CHOSEN {
                return match self.connection(now, take, Step::Choose) {
                    Step::Stop if !self.chosen.is_empty() => self.patience(now),
                    step => step,
                };
            }
            return self.patience(now);
        }
        match self.schedule.next(self.policy, now) {
            Next::Worker(id) => self.connection(now, take, |connection| Step::Give(id, connection)),
            Next::Wait(until) if self.ready || !self.waiting.is_empty() => Step::Rest(until),
            Next::Wait(_) | Next::Nobody => Step::Stop,
        }
    }

    fn patience(&self, now: u64) -> Step {
        self.schedule.next_rested(now).map_or(Step::Stop, Step::Rest)
    }

    /// A worker was asked to take a connection.
    pub fn asked(&mut self, id: u64, seq: u64, connection: Connection, now: u64) {
        self.schedule.give(id, seq, now);
        self.asked.push((seq, connection));
    }

    /// A connection goes to another worker, before those that wait in the kernel.
    pub fn give_back(&mut self, connection: Connection) {
        self.waiting.push_front(connection);
    }

    /// A worker was chosen for a connection: `id`, where that is one that gets connections, or the
    /// next in turn; `first` where no worker is free.
    pub fn choose(
        &mut self,
        connection: Connection,
        id: Option<u64>,
        first: Option<u64>,
        now: u64,
    ) {
        let schedule = &mut self.schedule;
        let known = id.filter(|id| schedule.has(*id) && !schedule.is_worker_full(*id, now));
        let next = || match self.schedule.next(Policy::RoundRobin, now) {
            Next::Worker(id) => Some(id),
            Next::Wait(_) | Next::Nobody => first,
        };
        match known.or_else(next) {
            Some(id) => self.chosen.push_back((id, connection)),
            None => self.waiting.push_back(connection),
        }
    }

    /// What was said by or of a worker. Whether it concerns what is dealt here, by this name.
    pub fn hear(&mut self, id: u64, word: &Word<'_>, here: &str, now: u64) -> bool {
        let (ours, open) = match *word {
            Word::Answered { seq, accepted, open } => (self.answered(id, seq, accepted, now), open),
            Word::Lost(seq) => (self.lost(id, seq, now), None),
            Word::Open { name, open } => (name == here, Some(open)),
            Word::Gone => {
                self.gone(id);
                (false, None)
            }
        };
        if let (true, Some(open)) = (ours, open) {
            self.schedule.tell(id, open);
        }
        ours
    }

    /// A worker answered for the connection `seq`. Whether that is one of ours that it was asked.
    pub fn answered(&mut self, id: u64, seq: u64, accepted: bool, now: u64) -> bool {
        if !self.schedule.answered(id, seq, accepted, now) {
            return false;
        }
        let connection = self.forget(seq);
        self.waiting_first(connection.filter(|_| !accepted));
        true
    }

    /// The connection `seq` did not arrive at a worker, which is out of descriptors: it goes to
    /// another. Whether it is one of ours.
    pub fn lost(&mut self, id: u64, seq: u64, now: u64) -> bool {
        let ours = self.schedule.lost(id, seq, now);
        let connection = if ours { self.forget(seq) } else { None };
        self.waiting_first(connection);
        ours
    }

    fn waiting_first(&mut self, connection: Option<Connection>) {
        if let Some(connection) = connection {
            self.waiting.push_front(connection);
        }
    }

    fn forget(&mut self, seq: u64) -> Option<Connection> {
        let at = self.asked.iter().position(|(asked, _)| *asked == seq)?;
        Some(self.asked.swap_remove(at).1)
    }

    /// A worker gets no more; what it was asked is still its own to answer.
    pub fn retire(&mut self, id: u64) {
        self.schedule.retire(id);
        self.choose_again(id);
    }

    /// A worker is gone: what it had not begun goes to others.
    pub fn gone(&mut self, id: u64) {
        let connection = self.schedule.remove(id).and_then(|seq| self.forget(seq));
        self.waiting_first(connection);
        self.choose_again(id);
    }

    /// Connections that were chosen for a worker may go to any.
    fn choose_again(&mut self, id: u64) {
        let (left, kept) = self.chosen.drain(..).partition::<VecDeque<_>, _>(|(to, _)| *to == id);
        self.chosen = kept;
        self.waiting.extend(left.into_iter().map(|(_, connection)| connection));
    }

    /// Nothing is dealt any more: what no worker was given is the answer, to be closed. Who has been
    /// asked has the only copy.
    pub fn close(&mut self) -> Vec<Connection> {
        self.asked.clear();
        let chosen = self.chosen.drain(..).map(|(_, connection)| connection);
        self.waiting.drain(..).chain(chosen).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys;

    fn dealer(policy: Policy, workers: u64) -> Dealer {
        let mut dealer = Dealer { policy, ready: true, ..Dealer::default() };
        (1..=workers).for_each(|id| dealer.schedule.add(id));
        dealer
    }

    fn one() -> Taken {
        Taken::One(sys::spare().unwrap_or_else(|| panic!("no descriptors")), None)
    }

    fn give(dealer: &mut Dealer, seq: u64) -> u64 {
        match dealer.step(0, one) {
            Step::Give(id, connection) => {
                dealer.asked(id, seq, connection, 0);
                id
            }
            step => panic!("{step:?}"),
        }
    }

    #[test]
    fn nobody_asks_the_kernel_while_no_worker_is_free() {
        let mut dealer = dealer(Policy::RoundRobin, 1);
        assert_eq!(give(&mut dealer, 7), 1);
        assert!(matches!(dealer.step(0, || panic!("asked")), Step::Stop));
        assert!(dealer.answered(1, 7, true, 0));
        assert!(!dealer.answered(1, 7, true, 0));
        assert_eq!(give(&mut dealer, 8), 1);
    }

    #[test]
    fn what_a_worker_refuses_goes_to_another_before_anything_new() {
        let mut dealer = dealer(Policy::RoundRobin, 2);
        let first = give(&mut dealer, 7);
        assert!(dealer.answered(first, 7, false, 0));
        let step = dealer.step(0, || panic!("asked"));
        assert!(matches!(step, Step::Give(id, _) if id != first));
    }

    #[test]
    fn what_a_worker_had_not_begun_when_it_died_goes_to_another() {
        let mut dealer = dealer(Policy::RoundRobin, 2);
        let first = give(&mut dealer, 7);
        dealer.gone(first);
        assert!(matches!(dealer.step(0, || panic!("asked")), Step::Give(id, _) if id != first));
        assert!(!dealer.answered(first, 7, true, 0));
    }

    #[test]
    fn a_worker_that_answers_for_anothers_connection_takes_nothing_from_it() {
        let mut dealer = dealer(Policy::RoundRobin, 2);
        let first = give(&mut dealer, 7);
        let other = 3 - first;
        assert!(!dealer.answered(other, 7, true, 0));
        assert!(!dealer.lost(other, 7, 0));
        dealer.gone(first);
        assert!(matches!(dealer.step(0, || panic!("asked")), Step::Give(id, _) if id == other));
    }

    #[test]
    fn when_every_worker_is_out_of_descriptors_connections_are_turned_away() {
        for policy in [Policy::RoundRobin, Policy::Least, Policy::Chosen] {
            let mut dealer = dealer(policy, 2);
            for seq in [7, 8] {
                if policy == Policy::Chosen {
                    // The function insists on the first: another one gets it while that is full.
                    let Step::Choose(connection) = dealer.step(0, one) else { panic!("chosen") };
                    dealer.choose(connection, Some(1), Some(1), 0);
                }
                let id = give(&mut dealer, seq);
                assert_eq!(id, seq - 6);
                assert!(dealer.lost(id, seq, 0));
            }
            // The one that was tried everywhere, then those in the kernel's queue.
            assert!(matches!(dealer.step(0, || panic!("asked")), Step::TurnAway(_)));
            assert!(matches!(dealer.step(0, one), Step::TurnAway(_)));
            assert!(matches!(dealer.step(0, || Taken::Nobody), Step::Stop));
            // A moment later somebody may have room again.
            dealer.ready();
            let step = dealer.step(1000, one);
            assert!(matches!(step, Step::Give(..) | Step::Choose(_)), "{step:?}");
        }
    }

    #[test]
    fn what_was_chosen_for_a_worker_that_retires_is_chosen_again() {
        let mut dealer = dealer(Policy::Chosen, 2);
        let Step::Choose(connection) = dealer.step(0, one) else { panic!("not chosen") };
        dealer.choose(connection, Some(2), None, 0);
        dealer.retire(2);
        let Step::Choose(connection) = dealer.step(0, || panic!("asked")) else {
            panic!("not chosen again")
        };
        dealer.choose(connection, Some(2), None, 0);
        assert!(matches!(dealer.step(0, || panic!("asked")), Step::Give(1, _)));
    }

    #[test]
    fn each_answer_of_the_kernel_has_its_step() {
        let mut dealer = dealer(Policy::RoundRobin, 1);
        assert!(matches!(dealer.step(5, || Taken::Gone), Step::Next));
        assert!(matches!(dealer.step(5, || Taken::Later), Step::Rest(at) if at == 5 + REST_MS));
        let spare = sys::spare().unwrap_or_else(|| panic!("no descriptors"));
        assert!(matches!(dealer.step(5, || Taken::TooMany(spare, None)), Step::Shed(_)));
        assert!(matches!(dealer.step(5, || Taken::Nobody), Step::Stop));
        assert!(matches!(dealer.step(5, || panic!("asked")), Step::Stop));
        dealer.ready();
        assert!(matches!(dealer.step(5, || Taken::Broken(9)), Step::Fail(9)));
    }

    #[test]
    fn a_dealer_that_closes_gives_up_what_no_worker_has() {
        let mut dealer = dealer(Policy::Chosen, 1);
        let Step::Choose(connection) = dealer.step(0, one) else { panic!("not chosen") };
        dealer.choose(connection, None, Some(1), 0);
        give(&mut dealer, 7);
        let Step::Choose(connection) = dealer.step(0, one) else { panic!("not chosen") };
        dealer.choose(connection, Some(1), None, 0);
        assert_eq!(dealer.close().len(), 1);
        assert!(dealer.close().is_empty());
    }
}
