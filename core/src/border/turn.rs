//! One turn of the reactor: what is ready, told to whom it concerns.

use std::sync::atomic::Ordering::Relaxed;

use pyo3::prelude::*;

use super::channel::Channel;
use super::distributor::Distributor;
use super::errors::io_error;
use super::handle::Handle;
use super::listener::Listener;
use super::lock;
use super::reactor::Reactor;
use super::stream::Stream;
use crate::reactor::budget::{Share, Turn};
use crate::reactor::registry::Ready;

/// A round with fewer events was over so soon that hardly anything is ready by now: asking the
/// kernel once more would be a system call for nothing.
const WORTH_ASKING: usize = 4;

impl Reactor {
    /// Calls what was deferred until now.
    pub(super) fn run_ticks(&self, py: Python<'_>) -> PyResult<()> {
        // Most events leave no tick: looking at a flag is cheaper than taking a lock.
        while self.ticking.load(Relaxed) {
            let tick = {
                let mut core = lock(&self.core);
                let tick = core.ticks.pop_front();
                self.ticking.store(!core.ticks.is_empty(), Relaxed);
                tick
            };
            let Some(tick) = tick else { return Ok(()) };
            tick.run(self.owner.bind(py))?;
        }
        Ok(())
    }

    /// The closing phase, as far as its share of the turn goes.
    fn run_closing(&self, py: Python<'_>, turn: &mut Turn) -> PyResult<()> {
        // What is added meanwhile waits for the next round.
        let count = lock(&self.core).closing.len();
        let mut share = turn.share();
        for _ in 0..count {
            let Some(tick) = lock(&self.core).closing.pop_front() else { return Ok(()) };
            tick.run(self.owner.bind(py))?;
            self.run_ticks(py)?;
            turn.spend(&share);
            if !share.goes_on() {
                return Ok(());
            }
        }
        Ok(())
    }

    /// Begins a round: what the kernel announces, then who comes back.
    fn begin_round(&self) -> PyResult<()> {
        let mut guard = lock(&self.core);
        let core = &mut *guard;
        if let Some(readiness) = &mut core.readiness {
            let collected = readiness.collect(|ready| core.registry.announce(ready));
            collected.map_err(|error| io_error(&error, "epoll_wait"))?;
        }
        core.registry.begin_round();
        Ok(())
    }

    /// The next event of this round.
    fn next_event(&self, py: Python<'_>) -> Option<(Ready, Handle)> {
        let mut core = lock(&self.core);
        core.registry.take_next().map(|(ready, handle)| (ready, handle.clone_ref(py)))
    }

    /// Tells a handle. One that was closed meanwhile knows that the key is not its own.
    fn dispatch(
        &self,
        py: Python<'_>,
        ready: Ready,
        handle: &Handle,
        buffer: &mut [u8],
        share: &mut Share,
    ) -> PyResult<()> {
        match handle {
            Handle::Stream(stream) => Stream::ready(stream.bind(py), self, ready, buffer, share)?,
            Handle::Listener(listener) => Listener::ready(listener.bind(py), self, ready, share)?,
            Handle::Channel(channel) => {
                Channel::ready(channel.bind(py), self, ready, buffer, share)?;
            }
            Handle::Distributor(distributor) => {
                Distributor::ready(distributor.bind(py), self, ready, share)?;
            }
        }
        self.run_ticks(py)
    }

    /// Drains what is ready: ticks first, then events, each followed by the ticks it left. What the
    /// turn's budget leaves waits for another turn.
    pub(super) fn turn(&self, py: Python<'_>, buffer: &mut [u8]) -> PyResult<()> {
        let mut turn = Turn::begin();
        self.run_ticks(py)?;
        self.run_closing(py, &mut turn)?;
        loop {
            self.begin_round()?;
            let mut told = 0;
            while let Some((ready, handle)) = self.next_event(py) {
                let mut share = turn.share();
                if let Err(error) = self.dispatch(py, ready, &handle, buffer, &mut share) {
                    // Only what stops the program comes here: this handle's own rest waits, too.
                    lock(&self.core).registry.put_back(ready);
                    return Err(error);
                }
                turn.spend(&share);
                told += 1;
                if turn.is_used() {
                    return Ok(());
                }
            }
            self.run_closing(py, &mut turn)?;
            if turn.is_used() || (told < WORTH_ASKING && !self.pending()) {
                return Ok(());
            }
        }
    }
}
