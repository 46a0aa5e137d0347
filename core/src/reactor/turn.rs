//! One turn: what is ready, told to whom it concerns.
//!
//! Ticks are Node's `process.nextTick`: they come after the current event, before the next. Closing
//! is libuv's closing phase: it comes after the events of its round. A round is what the kernel
//! announced, with the handles that come back behind it (`registry`); a turn is as many rounds as
//! its budget allows (`budget`), because going back to the loop costs more than asking the kernel
//! again. What is left waits for another turn.
//!
//! Those that come back are the ones that have much to do. So before each of them the kernel is
//! asked again, unless it was just now: whoever asks little need not wait for all of them.
//!
//! Nothing here knows what a handle is, or what calls a listener: that is the host.

use std::collections::VecDeque;
use std::io;
use std::sync::MutexGuard;
use std::time::Instant;

use super::budget::{Share, Turn};
use super::deadlines::Deadlines;
use super::readiness::Readiness;
use super::registry::{Ready, Registry};

/// A round with fewer events was over so soon that hardly anything is ready by now: asking the
/// kernel once more would be a system call for nothing.
const WORTH_ASKING: usize = 4;

/// What a reactor has to do: `H` is a handle, `T` a tick.
pub struct Agenda<H, T> {
    /// What the kernel says; `None` before a loop drives the reactor, and once that is over.
    pub readiness: Option<Readiness>,
    /// The registered handles, and what waits to be told.
    pub registry: Registry<H>,
    /// The handles that want to be looked at, and when.
    pub deadlines: Deadlines<H>,
    /// When the loop was last asked to look at the deadlines.
    pub scheduled: Option<u64>,
    /// What comes after the current event.
    pub ticks: VecDeque<T>,
    /// What comes after the events of the round.
    pub closing: VecDeque<T>,
    /// When a handle was last heard that neither is a newcomer nor accepts.
    pub heard: Option<Instant>,
}

/// All that an agenda held.
pub struct Left<H, T> {
    /// What was registered.
    pub handles: Vec<H>,
    /// What was to be looked at later.
    pub deadlines: Vec<H>,
    /// What was deferred.
    pub ticks: (VecDeque<T>, VecDeque<T>),
    /// The kernel's list.
    pub readiness: Option<Readiness>,
}

impl<H, T> Default for Agenda<H, T> {
    /// With nothing to do yet, and before a loop.
    fn default() -> Self {
        Self {
            readiness: None,
            registry: Registry::default(),
            deadlines: Deadlines::default(),
            scheduled: None,
            ticks: VecDeque::new(),
            closing: VecDeque::new(),
            heard: None,
        }
    }
}

impl<H, T> Agenda<H, T> {
    /// Notes what the kernel has to announce.
    fn ask(&mut self) -> io::Result<()> {
        match &mut self.readiness {
            Some(readiness) => readiness.collect(|ready| self.registry.announce(ready)),
            None => Ok(()),
        }
    }

    /// Whether something waits that no event of the kernel will announce.
    pub fn is_pending(&self) -> bool {
        !self.ticks.is_empty() || self.registry.has_news() || !self.closing.is_empty()
    }

    /// The nearest deadline, where the loop has not been asked for one as near. It counts as asked
    /// for now.
    pub fn schedule(&mut self) -> Option<u64> {
        let next = self.deadlines.next()?;
        if self.scheduled.is_some_and(|scheduled| scheduled <= next) {
            return None;
        }
        self.scheduled = Some(next);
        Some(next)
    }

    /// Takes out what a forked child has nothing to do with. What it holds itself stays.
    pub fn leave(&mut self) -> Left<H, T> {
        self.registry.forget_news();
        Left {
            handles: Vec::new(),
            deadlines: self.deadlines.take_all(),
            ticks: (std::mem::take(&mut self.ticks), std::mem::take(&mut self.closing)),
            readiness: self.readiness.take(),
        }
    }

    /// Takes everything out: the loop is over.
    pub fn take_all(&mut self) -> Left<H, T> {
        Left {
            handles: self.registry.take_all(),
            deadlines: self.deadlines.take_all(),
            ticks: (std::mem::take(&mut self.ticks), std::mem::take(&mut self.closing)),
            readiness: self.readiness.take(),
        }
    }
}

/// Who has an agenda, and does what is on it.
///
/// Whatever an error is here, it stops the turn: what a listener raises is the host's affair.
pub trait Host {
    /// What is registered.
    type Handle;
    /// What is deferred.
    type Tick;
    /// What stops a turn.
    type Error: From<io::Error>;

    /// The agenda, for a moment: the host's listeners add to it.
    fn agenda(&self) -> MutexGuard<'_, Agenda<Self::Handle, Self::Tick>>;
    /// Whether there may be ticks: a look at it is cheaper than a lock.
    fn has_ticks(&self) -> bool;
    /// Notes for `has_ticks` whether ticks are left.
    fn set_ticks(&self, left: bool);
    /// Another reference to a handle.
    fn share(&self, handle: &Self::Handle) -> Self::Handle;
    /// Does what was deferred.
    fn run(&mut self, tick: Self::Tick) -> Result<(), Self::Error>;
    /// Tells a handle what is ready. It is registered: one that was closed meanwhile is not found.
    fn tell(
        &mut self,
        handle: &Self::Handle,
        ready: Ready,
        share: &mut Share,
    ) -> Result<(), Self::Error>;
    /// Tells a handle that its deadline has come.
    fn expire(&mut self, handle: &Self::Handle, now: u64) -> Result<(), Self::Error>;
}

/// Does what was deferred until now.
pub fn run_ticks<H: Host>(host: &mut H) -> Result<(), H::Error> {
    // Most events leave no tick.
    while host.has_ticks() {
        let tick = {
            let mut agenda = host.agenda();
            let tick = agenda.ticks.pop_front();
            host.set_ticks(!agenda.ticks.is_empty());
            tick
        };
        let Some(tick) = tick else { return Ok(()) };
        host.run(tick)?;
    }
    Ok(())
}

/// The closing phase, as far as its share of the turn goes.
fn run_closing<H: Host>(host: &mut H, turn: &mut Turn) -> Result<(), H::Error> {
    // What is added meanwhile waits for the next round.
    let count = host.agenda().closing.len();
    let mut share = turn.share();
    for _ in 0..count {
        let Some(tick) = host.agenda().closing.pop_front() else { return Ok(()) };
        host.run(tick)?;
        run_ticks(host)?;
        turn.spend(&share);
        if !share.goes_on() {
            return Ok(());
        }
    }
    Ok(())
}

/// Begins a round: the handles that the kernel announces, then those that come back.
fn begin_round<H: Host>(host: &mut H, turn: &mut Turn) -> Result<(), H::Error> {
    let mut agenda = host.agenda();
    agenda.ask()?;
    turn.asked();
    agenda.registry.begin_round();
    Ok(())
}

/// What is told to a handle, the handle, and whether it is a newcomer.
type Event<H> = (Ready, H, bool);

/// The next event of this round.
fn next_event<H: Host>(host: &H, turn: &mut Turn) -> Result<Option<Event<H::Handle>>, H::Error> {
    let mut agenda = host.agenda();
    if agenda.registry.is_next_returning() && turn.is_answer_old() {
        agenda.ask()?;
        turn.asked();
    }
    let next = agenda.registry.take_next().map(|(ready, handle)| (ready, host.share(handle)));
    Ok(next.map(|(ready, handle)| (ready, handle, !agenda.registry.is_settled(ready.key))))
}

/// Has a turn: ticks first, then events, each followed by the ticks it left.
pub fn run<H: Host>(host: &mut H) -> Result<(), H::Error> {
    let mut turn = Turn::begin(host.agenda().heard);
    let result = run_rounds(host, &mut turn);
    host.agenda().heard = turn.heard();
    result
}

fn run_rounds<H: Host>(host: &mut H, turn: &mut Turn) -> Result<(), H::Error> {
    run_ticks(host)?;
    run_closing(host, turn)?;
    loop {
        begin_round(host, turn)?;
        let mut told = 0;
        while let Some((ready, handle, is_newcomer)) = next_event(host, turn)? {
            let mut share = turn.share();
            let result = host.tell(&handle, ready, &mut share).and_then(|()| run_ticks(host));
            drop(handle);
            if let Err(error) = result {
                // This handle may have more to be told, too.
                host.agenda().registry.put_back(ready);
                return Err(error);
            }
            turn.spend(&share);
            if !is_newcomer {
                turn.hear(&share);
            }
            told += 1;
            if turn.is_used() {
                return Ok(());
            }
        }
        run_closing(host, turn)?;
        let is_over = told < WORTH_ASKING && !host.agenda().is_pending();
        if is_over || turn.is_used() {
            return Ok(());
        }
    }
}

/// Tells the handles whose deadline has come. What the budget leaves is still due.
pub fn expire<H: Host>(host: &mut H, now: u64) -> Result<(), H::Error> {
    let mut turn = Turn::begin(None);
    while !turn.is_used() {
        let due = host.agenda().deadlines.pop_due(now);
        let Some(handle) = due else { return Ok(()) };
        host.expire(&handle, now)?;
        run_ticks(host)?;
        turn.spend(&Share::begin_at(Instant::now()));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::Write;
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;
    use std::sync::Mutex;
    use std::time::Duration;

    use super::super::registry::{Key, News};
    use super::*;

    type Script = fn(&mut Desk, Ready, &mut Share) -> Result<(), io::Error>;

    /// A host whose handles are a name and what they do when told.
    struct Desk {
        agenda: Mutex<Agenda<(&'static str, Script), &'static str>>,
        ticking: Cell<bool>,
        client: Option<UnixStream>,
        said: Vec<&'static str>,
    }

    impl Host for Desk {
        type Handle = (&'static str, Script);
        type Tick = &'static str;
        type Error = io::Error;

        fn agenda(&self) -> MutexGuard<'_, Agenda<Self::Handle, Self::Tick>> {
            self.agenda.lock().unwrap_or_else(|error| panic!("{error}"))
        }

        fn has_ticks(&self) -> bool {
            self.ticking.get()
        }

        fn set_ticks(&self, left: bool) {
            self.ticking.set(left);
        }

        fn share(&self, handle: &Self::Handle) -> Self::Handle {
            *handle
        }

        fn run(&mut self, tick: &'static str) -> Result<(), io::Error> {
            self.said.push(tick);
            Ok(())
        }

        fn tell(
            &mut self,
            handle: &Self::Handle,
            ready: Ready,
            share: &mut Share,
        ) -> Result<(), io::Error> {
            self.said.push(handle.0);
            handle.1(self, ready, share)
        }

        fn expire(&mut self, handle: &Self::Handle, _now: u64) -> Result<(), io::Error> {
            self.said.push(handle.0);
            Ok(())
        }
    }

    impl Desk {
        fn new() -> Self {
            let agenda = Mutex::new(Agenda::default());
            Self { agenda, ticking: Cell::new(false), client: None, said: Vec::new() }
        }

        fn add(&mut self, name: &'static str, script: Script) -> Key {
            let mut agenda = self.agenda.lock().unwrap_or_else(|error| panic!("{error}"));
            let key = agenda.registry.insert((name, script));
            agenda.registry.announce(Ready { key, news: News::READABLE });
            key
        }

        fn defer(&mut self, tick: &'static str) {
            self.agenda().ticks.push_back(tick);
            self.ticking.set(true);
        }

        fn turn(&mut self) -> (Result<(), io::Error>, Vec<&'static str>) {
            let result = run(self);
            (result, std::mem::take(&mut self.said))
        }
    }

    fn nothing(_: &mut Desk, _: Ready, _: &mut Share) -> Result<(), io::Error> {
        Ok(())
    }

    /// Works for a while, during which the client asks once.
    fn asks_and_comes_back(desk: &mut Desk, ready: Ready, share: &mut Share) -> io::Result<()> {
        if let Some(mut client) = desk.client.take() {
            client.write_all(b"?")?;
        }
        std::thread::sleep(Duration::from_micros(50));
        comes_back(desk, ready, share)
    }

    fn comes_back(desk: &mut Desk, ready: Ready, _: &mut Share) -> Result<(), io::Error> {
        desk.agenda().registry.again(ready);
        Ok(())
    }

    #[test]
    fn ticks_come_after_their_event_and_closing_after_the_round() {
        let mut desk = Desk::new();
        desk.add("a", |desk, _, _| {
            desk.agenda().closing.push_back("closed");
            desk.defer("tick of a");
            Ok(())
        });
        desk.add("b", nothing);
        let (result, said) = desk.turn();
        assert!(result.is_ok());
        assert_eq!(said, ["a", "tick of a", "b", "closed"]);
        assert!(desk.agenda().ticks.is_empty());
    }

    #[test]
    fn a_handle_that_was_closed_in_the_round_hears_nothing() {
        let mut desk = Desk::new();
        desk.add("a", |desk, ready, _| {
            let next = Key(ready.key.0 + (1 << 32) + 1);
            assert!(desk.agenda().registry.remove(next).is_some());
            Ok(())
        });
        desk.add("b", nothing);
        assert_eq!(desk.turn().1, ["a"]);
    }

    #[test]
    fn what_stops_the_program_loses_no_event() {
        let mut desk = Desk::new();
        desk.add("a", |desk, _, _| match desk.said.len() {
            1 => Err(io::Error::other("stop")),
            _ => Ok(()),
        });
        desk.add("b", nothing);
        let (result, said) = desk.turn();
        assert!(result.is_err());
        assert_eq!(said, ["a"]);
        desk.said.push("later");
        assert_eq!(desk.turn().1, ["later", "a", "b"]);
    }

    #[test]
    fn whoever_asks_little_waits_for_one_of_those_that_come_back() {
        let mut desk = Desk::new();
        let (served, client) = UnixStream::pair().unwrap_or_else(|error| panic!("{error}"));
        let readiness = Readiness::new().unwrap_or_else(|error| panic!("{error}"));
        let small = desk.agenda().registry.insert(("small", nothing));
        assert!(readiness.watch(served.as_raw_fd(), small, false).is_ok());
        desk.agenda().readiness = Some(readiness);
        desk.client = Some(client);
        for name in ["a", "b", "c"] {
            let mut agenda = desk.agenda();
            let key = agenda.registry.insert((name, asks_and_comes_back));
            agenda.registry.again(Ready { key, news: News::READABLE });
        }
        let mut said = Vec::new();
        while said.len() < 4 {
            said.extend(desk.turn().1);
        }
        assert_eq!(said[..4], ["a", "small", "b", "c"]);
    }

    #[test]
    fn a_turn_ends_although_somebody_always_comes_back() {
        let mut desk = Desk::new();
        desk.add("a", comes_back);
        desk.add("b", comes_back);
        let (_, said) = desk.turn();
        assert!(said.len() <= 256);
        assert!(said.chunks(2).all(|pair| pair == ["a", "b"]));
        assert!(desk.agenda().is_pending());
    }

    #[test]
    fn a_flood_of_closings_takes_no_more_than_its_share_of_a_turn() {
        let mut desk = Desk::new();
        desk.add("a", nothing);
        desk.agenda().closing.extend(std::iter::repeat_n("closed", 1000));
        let (_, said) = desk.turn();
        assert!(said.iter().take(65).any(|said| *said == "a"));
        assert!(said.len() <= 257);
        assert!(desk.agenda().is_pending());
    }

    #[test]
    fn deadlines_that_are_due_at_once_are_told_in_several_turns() {
        let mut desk = Desk::new();
        for at in 0..1000 {
            desk.agenda().deadlines.insert(at % 10, ("late", nothing));
        }
        desk.agenda().deadlines.insert(11, ("not due", nothing));
        let mut turns = 0;
        while desk.agenda().deadlines.next() != Some(11) {
            turns += 1;
            let before = desk.said.len();
            assert!(expire(&mut desk, 10).is_ok());
            assert!(desk.said.len() - before <= 256);
        }
        assert!(turns > 3);
        assert_eq!(desk.said.len(), 1000);
    }
}
