//! A stream that is piped into another: what the kernel gives goes on without entering Python.
//!
//! Messages are copied through the reactor's buffer, one `recv` and one `send` each. A thick stream
//! goes through a splice pipe of the kernel's (`net/flow.rs` says when). A splice pipe is borrowed for one
//! read; only where the target's kernel is full does the target keep it, as the first chunk of its
//! outbox. So what was read has always been written: nothing lies between the two streams that an
//! `unpipe()`, a listener, a close or a handing over could find there.
//!
//! The two may be one (an echo), and may be piped both ways: the second lock is only tried.

use std::sync::MutexGuard;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use super::Stream;
use super::state::State;
use crate::border::call;
use crate::border::lock;
use crate::net::connection::{Received, Written};
use crate::reactor::budget::Share;
use crate::reactor::registry::News;

impl Stream {
    /// `readable` for a stream that is piped: until there is nothing more, the target has enough,
    /// or the share of the turn is used up.
    pub(super) fn relay<'a>(
        slf: &'a Bound<'_, Self>,
        buffer: &mut [u8],
        share: &mut Share,
        mut state: MutexGuard<'a, State>,
    ) -> PyResult<()> {
        loop {
            if !state.connection.wants_read() {
                return Ok(());
            }
            let Some(target) = state.target.as_ref().map(|target| target.bind(slf.py()).clone())
            else {
                break;
            };
            let before = state.connection.received;
            let mut more = None;
            if state.flow.is_thick() && state.connection.gives_splice_pipe() {
                drop(state);
                more = Self::splice(slf, &target)?;
                state = lock(&slf.get().state);
            }
            let more = match more {
                Some(more) => {
                    drop(state);
                    more
                }
                None => Self::copy(slf, &target, buffer, state)?,
            };
            // It may be the last reference: never with a lock.
            drop(target);
            if !more {
                return Ok(());
            }
            // A target that broke says so before more is read for it.
            Self::run_ticks(slf)?;
            state = lock(&slf.get().state);
            share.moved((state.connection.received - before) as usize);
            if !share.goes_on() {
                break;
            }
        }
        if state.connection.wants_read() {
            state.again(News::READABLE);
        }
        Ok(())
    }

    /// Moves bytes through the buffer. Whether there may be more.
    fn copy(
        slf: &Bound<'_, Self>,
        target: &Bound<'_, Self>,
        buffer: &mut [u8],
        mut state: MutexGuard<'_, State>,
    ) -> PyResult<bool> {
        // Both locks before the read: between the two system calls an atomic operation would have
        // to wait for what the first of them stored. Not to be had where we pipe into ourselves.
        let sink =
            target.get().state.try_lock().ok().filter(|sink| sink.connection.accepts_writes());
        let taker = sink.as_ref().map_or(&state.connection, |sink| &sink.connection);
        let most = taker.most_relayed(buffer.len());
        let received = state.connection.receive(&mut buffer[..most]);
        let more = state.connection.is_ready();
        if received != Received::Nothing {
            state.touch();
        }
        let Received::Data(count) = received else {
            drop(sink);
            Self::over(slf, received, state)?;
            return Ok(false);
        };
        state.flow.moved(count);
        let data = &buffer[..count];
        let outcome = sink.map(|mut sink| write_through(&mut sink, data));
        drop(state);
        match outcome {
            Some(outcome) => Self::rest(slf, target, &outcome)?,
            None => Self::feed(slf, target, data)?,
        }
        Ok(more)
    }

    /// What a read that brought no bytes means.
    fn over(
        slf: &Bound<'_, Self>,
        received: Received,
        state: MutexGuard<'_, State>,
    ) -> PyResult<()> {
        match received {
            Received::End => Self::ended(slf, state),
            Received::Failed(errno) => {
                drop(state);
                Self::failed(slf, errno)
            }
            Received::Data(_) | Received::Nothing | Received::Refused => Ok(()),
        }
    }

    /// Hands bytes to a target that may be ourselves, or takes no writes any more.
    fn feed(slf: &Bound<'_, Self>, target: &Bound<'_, Self>, data: &[u8]) -> PyResult<()> {
        let outcome = {
            let mut state = lock(&target.get().state);
            if !state.connection.accepts_writes() {
                drop(state);
                let chunk = PyBytes::new(slf.py(), data);
                return call::hook(slf.as_any(), intern!(slf.py(), "_on_data"), (chunk,));
            }
            write_through(&mut state, data)
        };
        Self::rest(slf, target, &outcome)
    }

    /// Moves bytes through a splice pipe. Whether there may be more; `None`: they have to be copied.
    fn splice(slf: &Bound<'_, Self>, target: &Bound<'_, Self>) -> PyResult<Option<bool>> {
        {
            let state = lock(&target.get().state);
            if !state.connection.accepts_writes() || !state.connection.takes_splice_pipe() {
                return Ok(None);
            }
        }
        let Some(reactor) = Self::reactor(slf) else { return Ok(None) };
        let reactor = reactor.get();
        let Some(mut splice_pipe) = reactor.lend_splice_pipe() else {
            return Ok(None);
        };
        let mut state = lock(&slf.get().state);
        let received = state.connection.receive_into(&mut splice_pipe);
        if received != Received::Nothing {
            state.touch();
        }
        if let Received::Data(count) = received {
            state.flow.moved(count);
            drop(state);
            let outcome = {
                let mut state = lock(&target.get().state);
                let outcome = state.connection.write_from(splice_pipe);
                state.return_splice_pipe();
                state.wrote(&outcome);
                outcome
            };
            Self::rest(slf, target, &outcome)?;
            return Ok(Some(true));
        }
        reactor.return_splice_pipe(splice_pipe);
        if received == Received::Refused {
            state.flow.refuse();
            return Ok(None);
        }
        Self::over(slf, received, state)?;
        Ok(Some(false))
    }

    /// What follows for the source when its target has taken something: it rests while as much as
    /// the target's mark waits, or a splice pipe.
    fn rest(slf: &Bound<'_, Self>, target: &Bound<'_, Self>, outcome: &Written) -> PyResult<()> {
        if let Some(errno) = outcome.failed {
            return Self::defer(target, "_on_error", (errno, "write"));
        }
        if outcome.full {
            lock(&target.get().state).feeders.push(slf.clone().unbind());
            let mut state = lock(&slf.get().state);
            state.connection.hold();
            state.recount();
        }
        Ok(())
    }
}

/// Writes what a source read.
fn write_through(state: &mut State, data: &[u8]) -> Written {
    let written = state.connection.write_through(data);
    state.wrote(&written);
    written
}
