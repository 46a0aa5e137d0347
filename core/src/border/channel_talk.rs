//! What a channel's messages mean to the core, and what it says by itself.

use std::os::fd::OwnedFd;

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyString};

use super::channel::{Channel, next_seq};
use super::distributor::Distributor;
use super::json;
use super::lock;
use super::share::Share;
use crate::ipc::frames::Framing;
use crate::ipc::messages::{self, Known};
use crate::ipc::post::{Fate, Letter};

impl Channel {
    pub(super) fn message(slf: &Bound<'_, Self>, frame: &[u8]) -> PyResult<()> {
        let this = slf.get();
        let py = slf.py();
        if this.framing == Framing::Lengths {
            return this.tell(py, intern!(py, "_on_message"), (PyBytes::new(py, frame),));
        }
        match messages::recognise(frame) {
            Known::Answer(arrived) => return Self::answered(slf, arrived),
            Known::Connection { key, seq } => {
                let fd = lock(&this.state).fds.pop_front();
                let answer = if fd.is_some() { messages::ACK } else { messages::NACK };
                let answer = this.frame(py, answer.to_owned())?;
                lock(&this.state).post.answer(answer);
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
            return this.tell(py, intern!(py, "_on_value"), (value,));
        }
        let text = PyString::new(py, &String::from_utf8_lossy(frame));
        this.tell(py, intern!(py, "_on_message"), (text,))
    }

    /// The other side answered for our descriptor.
    pub(super) fn answered(slf: &Bound<'_, Self>, arrived: bool) -> PyResult<()> {
        let fate = lock(&slf.get().state).post.answered(arrived);
        match fate {
            Fate::Lost => slf.get().tell(slf.py(), intern!(slf.py(), "_on_lost"), ())?,
            Fate::Stray => slf.get().tell(slf.py(), intern!(slf.py(), "_on_stray"), ())?,
            Fate::Arrived | Fate::Again => {}
        }
        Self::flush(slf)
    }

    /// The primary deals a connection to this worker.
    pub(super) fn offer(slf: &Bound<'_, Self>, key: &str, seq: u64, fd: OwnedFd) -> PyResult<()> {
        let share = lock(&slf.get().state).share(slf.py(), key);
        match share {
            Some(share) => Share::offer(share.bind(slf.py()), slf, seq, fd),
            None => {
                drop(fd);
                Self::accept(slf, seq, false, None)
            }
        }
    }

    /// Says what became of a connection that was dealt to us.
    pub(super) fn accept(
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
        Self::post(slf, Letter { bytes, fd: None, precious: false, counted: false })
    }

    /// The connection begins as soon as the other side can know that it was accepted: should we
    /// die before that, it is given to somebody else, who must find it untouched.
    pub(super) fn start(
        slf: &Bound<'_, Self>,
        share: &Bound<'_, Share>,
        fd: OwnedFd,
    ) -> PyResult<()> {
        {
            let mut state = lock(&slf.get().state);
            if !state.post.is_done() {
                state.starting.push_back((share.clone().unbind(), fd));
                return Ok(());
            }
        }
        Share::start(share, fd)
    }

    pub(super) fn start_all(slf: &Bound<'_, Self>) -> PyResult<()> {
        loop {
            let next = {
                let mut state = lock(&slf.get().state);
                if !state.post.is_done() {
                    return Ok(());
                }
                state.starting.pop_front()
            };
            let Some((share, fd)) = next else { return Ok(()) };
            Share::start(share.bind(slf.py()), fd)?;
        }
    }

    /// A worker answered for a connection. Whether one of our distributors knows of it.
    pub(super) fn dealt(
        slf: &Bound<'_, Self>,
        ack: u64,
        accepted: bool,
        open: Option<usize>,
    ) -> PyResult<bool> {
        for (id, dealer) in Self::dealers(slf) {
            if Distributor::answered(dealer.bind(slf.py()), id, ack, accepted, open)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// A worker says how many connections it has.
    pub(super) fn told(slf: &Bound<'_, Self>, key: &str, open: usize) -> PyResult<()> {
        for (id, dealer) in Self::dealers(slf) {
            Distributor::told(dealer.bind(slf.py()), id, key, open)?;
        }
        Ok(())
    }

    pub(super) fn dealers(slf: &Bound<'_, Self>) -> Vec<(u64, Py<Distributor>)> {
        let state = lock(&slf.get().state);
        state.dealers.iter().map(|(id, dealer)| (*id, dealer.clone_ref(slf.py()))).collect()
    }
}
