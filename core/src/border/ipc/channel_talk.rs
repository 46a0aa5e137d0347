//! What a channel's messages mean to the core, and what it says by itself.

use std::os::fd::OwnedFd;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::channel::{Channel, next_seq};
use super::distributor::Distributor;
use super::json;
use super::worker_listener::WorkerListener;
use crate::border::accepted::Newcomer;
use crate::border::lock;
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
            Known::Accepted { ack, accepted, open } if Self::dealt(slf, ack, accepted, open)? => {
                return Ok(());
            }
            Known::Open { key, open } => return Self::told(slf, &key, open),
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
            Delivery::Lost(Some(seq)) => Self::undelivered(slf, seq)?,
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
        let listener = lock(&slf.get().state).listener(slf.py(), key);
        match listener {
            Some(listener) => {
                WorkerListener::offer(listener.bind(slf.py()), slf, seq, Newcomer::received(fd))
            }
            None => {
                drop(fd);
                Self::answer_offer(slf, seq, false, None)
            }
        }
    }

    /// Says what became of a connection that was dealt to us.
    pub(super) fn answer_offer(
        slf: &Bound<'_, Self>,
        seq: u64,
        accepted: bool,
        open: Option<usize>,
    ) -> PyResult<()> {
        let text = messages::accepted(seq, accepted, open, next_seq());
        Self::say(slf, text)
    }

    /// Sends a text of the core's own.
    pub(super) fn say(slf: &Bound<'_, Self>, text: String) -> PyResult<()> {
        let bytes = slf.get().frame(slf.py(), text)?;
        Self::enqueue(slf, Outgoing::plain(bytes))
    }

    /// The connection begins as soon as the other side can know that it was accepted: should we
    /// die before that, it is given to another worker, which must find it untouched.
    pub(super) fn start(
        slf: &Bound<'_, Self>,
        listener: &Bound<'_, WorkerListener>,
        newcomer: Newcomer,
    ) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            if !state.queue.is_done() {
                state.starting.push_back((listener.clone().unbind(), newcomer));
                return Ok(());
            }
        }
        WorkerListener::start(listener, newcomer)
    }

    /// Begins the connections that a listener has accepted, which takes no others any more.
    pub(super) fn start_those_of(
        slf: &Bound<'_, Self>,
        listener: &Bound<'_, WorkerListener>,
    ) -> PyResult<()> {
        loop {
            let next = {
                let mut state = lock(&slf.get().state);
                let at = state.starting.iter().position(|(other, _)| other.is(listener));
                at.and_then(|at| state.starting.remove(at))
            };
            let Some((_, newcomer)) = next else { return Ok(()) };
            WorkerListener::start(listener, newcomer)?;
        }
    }

    pub(super) fn start_all(slf: &Bound<'_, Self>) -> PyResult<()> {
        loop {
            let next = {
                let mut state = lock(&slf.get().state);
                if !state.queue.is_done() {
                    return Ok(());
                }
                state.starting.pop_front()
            };
            let Some((listener, newcomer)) = next else { return Ok(()) };
            WorkerListener::start(listener.bind(slf.py()), newcomer)?;
        }
    }

    /// A worker answered for a connection. Whether one of our distributors knows of it.
    pub(super) fn dealt(
        slf: &Bound<'_, Self>,
        ack: u64,
        accepted: bool,
        open: Option<usize>,
    ) -> PyResult<bool> {
        for (id, distributor) in Self::distributors(slf) {
            if Distributor::answered(distributor.bind(slf.py()), id, ack, accepted, open)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A connection did not arrive at the worker that it was dealt to.
    fn undelivered(slf: &Bound<'_, Self>, seq: u64) -> PyResult<()> {
        for (id, distributor) in Self::distributors(slf) {
            if Distributor::lost(distributor.bind(slf.py()), id, seq)? {
                break;
            }
        }
        Ok(())
    }

    /// A worker says how many connections it has.
    pub(super) fn told(slf: &Bound<'_, Self>, key: &str, open: usize) -> PyResult<()> {
        for (id, distributor) in Self::distributors(slf) {
            Distributor::told(distributor.bind(slf.py()), id, key, open)?;
        }
        Ok(())
    }

    pub(super) fn distributors(slf: &Bound<'_, Self>) -> Vec<(u64, Py<Distributor>)> {
        let state = lock(&slf.get().state);
        state
            .distributors
            .iter()
            .map(|(id, distributor)| (*id, distributor.clone_ref(slf.py())))
            .collect()
    }
}
