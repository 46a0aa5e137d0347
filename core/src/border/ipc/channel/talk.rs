//! What a channel's messages mean to the core, and what it says by itself.

use std::os::fd::OwnedFd;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::{Channel, State};
use crate::border::accepted::Newcomer;
use crate::border::ipc::hearer::{Dealing, Taking};
use crate::border::ipc::json;
use crate::border::lock;
use crate::ipc::dealer::{Dealt, Word};
use crate::ipc::frames::Framing;
use crate::ipc::messages::{self, Known};
use crate::ipc::send_queue::{Delivery, Outgoing};

impl Channel {
    pub(super) fn message(slf: &Bound<'_, Self>, frame: &[u8]) -> PyResult<()> {
        let this = slf.get();
        let py = slf.py();
        if this.framing == Framing::Lengths {
            return this.owner.tell(py, intern!(py, "_on_message"), (PyBytes::new(py, frame),));
        }
        match messages::recognise(frame) {
            Known::Answer(arrived) => return Self::answered(slf, arrived),
            Known::Connection { key, seq } => {
                let fd = lock(&this.state).inbox.take_fd();
                let answer = if fd.is_some() { messages::ACK } else { messages::NACK };
                let answer = this.frame(py, answer.to_owned())?;
                lock(&this.state).queue.answer(answer);
                return match fd {
                    Some(fd) => Self::offer(slf, &key, seq, fd),
                    None => Self::flush(slf),
                };
            }
            Known::Accepted { ack: seq, accepted, open }
                if Self::say_to_dealers(slf, &Word::Answered { seq, accepted, open })? =>
            {
                return Ok(());
            }
            Known::Open { key, open } => {
                return Self::say_to_dealers(slf, &Word::Open { name: &key, open }).map(drop);
            }
            _ => {}
        }
        if let Some(value) = json::read(py, frame) {
            return this.owner.tell(py, intern!(py, "_on_value"), (value,));
        }
        let text = PyString::new(py, &String::from_utf8_lossy(frame));
        this.owner.tell(py, intern!(py, "_on_message"), (text,))
    }

    /// The other side answered for our descriptor.
    pub(super) fn answered(slf: &Bound<'_, Self>, arrived: bool) -> PyResult<()> {
        let delivery = lock(&slf.get().state).queue.answered(arrived);
        match delivery {
            Delivery::Lost(Some(seq)) => drop(Self::say_to_dealers(slf, &Word::Lost(seq))?),
            Delivery::Lost(None) => {
                slf.get().owner.tell(slf.py(), intern!(slf.py(), "_on_lost"), ())?
            }
            Delivery::Stray => {
                slf.get().owner.tell(slf.py(), intern!(slf.py(), "_on_stray"), ())?
            }
            Delivery::Arrived | Delivery::Again => {}
        }
        Self::flush(slf)
    }

    /// The primary deals a connection to this worker.
    pub(super) fn offer(slf: &Bound<'_, Self>, key: &str, seq: u64, fd: OwnedFd) -> PyResult<()> {
        let taker = lock(&slf.get().state).taker(slf.py(), key);
        match taker {
            Some(taker) => {
                (taker.tell)(taker.object(slf.py()), Dealt::Offered(seq), Newcomer::received(fd))
            }
            None => {
                drop(fd);
                Self::answer_offer(slf, seq, false, None)
            }
        }
    }

    /// Says what became of a connection that was dealt to us.
    pub fn answer_offer(
        slf: &Bound<'_, Self>,
        seq: u64,
        accepted: bool,
        open: Option<usize>,
    ) -> PyResult<()> {
        let text = messages::accepted(seq, accepted, open, messages::next_seq());
        Self::say(slf, text)
    }

    /// Sends a text of the core's own.
    pub fn say(slf: &Bound<'_, Self>, text: String) -> PyResult<()> {
        let bytes = slf.get().frame(slf.py(), text)?;
        Self::enqueue(slf, Outgoing::plain(bytes))
    }

    /// The connection begins as soon as the other side can know that it was accepted: should we
    /// die before that, it is given to another worker, which must find it untouched.
    pub fn start(slf: &Bound<'_, Self>, taker: Taking, newcomer: Newcomer) -> PyResult<()> {
        lock(&slf.get().state).starting.push_back((taker, newcomer));
        Self::start_all(slf)
    }

    /// Begins the connections that one has accepted, which takes no others any more.
    pub fn start_those_of<T>(slf: &Bound<'_, Self>, taker: &Bound<'_, T>) -> PyResult<()> {
        Self::start_each(slf, |state| {
            let at = state.starting.iter().position(|(other, _)| other.is(taker));
            at.and_then(|at| state.starting.remove(at))
        })
    }

    pub(super) fn start_all(slf: &Bound<'_, Self>) -> PyResult<()> {
        Self::start_each(slf, |state| {
            state.queue.is_done().then(|| state.starting.pop_front()).flatten()
        })
    }

    fn start_each(
        slf: &Bound<'_, Self>,
        next: impl Fn(&mut State) -> Option<(Taking, Newcomer)>,
    ) -> PyResult<()> {
        loop {
            let found = next(&mut lock(&slf.get().state));
            let Some((taker, newcomer)) = found else { return Ok(()) };
            (taker.tell)(taker.object(slf.py()), Dealt::Begins, newcomer)?;
        }
    }

    /// A worker said something of a connection, or of all. Whether it concerned one who deals.
    pub(super) fn say_to_dealers(slf: &Bound<'_, Self>, word: &Word<'_>) -> PyResult<bool> {
        Self::tell(slf.py(), Self::dealers(slf), word)
    }

    /// Tells them, one after the other, until it has concerned one; all hear that a worker is gone.
    pub(super) fn tell(
        py: Python<'_>,
        dealers: Vec<(u64, Dealing)>,
        word: &Word<'_>,
    ) -> PyResult<bool> {
        for (id, dealer) in dealers {
            if (dealer.tell)(dealer.object(py), id, word)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    pub(super) fn dealers(slf: &Bound<'_, Self>) -> Vec<(u64, Dealing)> {
        let state = lock(&slf.get().state);
        state.dealers.iter().map(|(id, dealer)| (*id, dealer.clone_ref(slf.py()))).collect()
    }
}
