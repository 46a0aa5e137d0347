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
use crate::reactor::readiness::Ready;

/// After so many events a turn asks the kernel no more: other users of the loop get theirs. An
/// event takes a few microseconds, and so does the way back to the loop and here again.
const TURN_BUDGET: usize = 256;

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

    fn run_closing(&self, py: Python<'_>) -> PyResult<()> {
        // What is added meanwhile waits for the next round.
        let count = lock(&self.core).closing.len();
        for _ in 0..count {
            let Some(tick) = lock(&self.core).closing.pop_front() else { return Ok(()) };
            tick.run(self.owner.bind(py))?;
            self.run_ticks(py)?;
        }
        Ok(())
    }

    /// Asks the kernel what is ready, and finds whose it is.
    fn collect(&self, py: Python<'_>, batch: &mut Vec<(Ready, Handle)>) -> PyResult<()> {
        let mut guard = lock(&self.core);
        let core = &mut *guard;
        if let Some(readiness) = &mut core.readiness {
            let collected = readiness.collect(&mut core.again);
            collected.map_err(|error| io_error(&error, "epoll_wait"))?;
        }
        for ready in core.again.drain(..) {
            if let Some(handle) = core.keys.get(ready.key) {
                batch.push((ready, handle.clone_ref(py)));
            }
        }
        Ok(())
    }

    /// Tells a handle. One that was closed meanwhile knows that the key is not its own.
    fn dispatch(
        &self,
        py: Python<'_>,
        ready: Ready,
        handle: &Handle,
        buffer: &mut [u8],
    ) -> PyResult<()> {
        match handle {
            Handle::Stream(stream) => Stream::ready(stream.bind(py), self, ready, buffer)?,
            Handle::Listener(listener) => Listener::ready(listener.bind(py), self, ready)?,
            Handle::Channel(channel) => Channel::ready(channel.bind(py), self, ready, buffer)?,
            Handle::Distributor(dealer) => Distributor::ready(dealer.bind(py), self, ready)?,
        }
        self.run_ticks(py)
    }

    /// Drains what is ready: ticks first, then events, each followed by the ticks it left.
    pub(super) fn turn(&self, py: Python<'_>, buffer: &mut [u8]) -> PyResult<()> {
        let mut batch = Vec::new();
        self.run_ticks(py)?;
        self.run_closing(py)?;
        let mut told = 0;
        while told < TURN_BUDGET {
            self.collect(py, &mut batch)?;
            if batch.is_empty() {
                break;
            }
            for index in 0..batch.len() {
                let (ready, handle) = &batch[index];
                if let Err(error) = self.dispatch(py, *ready, handle, buffer) {
                    // Only what stops the program comes here: what is left waits for another turn,
                    // this handle's own rest included.
                    let rest = batch[index..].iter().map(|(ready, _)| *ready);
                    lock(&self.core).again.extend(rest);
                    return Err(error);
                }
            }
            let few = batch.len() < WORTH_ASKING;
            told += batch.len();
            batch.clear();
            self.run_closing(py)?;
            if few {
                break;
            }
        }
        Ok(())
    }
}
