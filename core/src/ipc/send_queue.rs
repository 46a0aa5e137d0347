//! What leaves for the other process, in order, each descriptor with the first byte of its message.
//!
//! One descriptor is under way at a time: until the other side has said that it arrived, every
//! later message waits behind it. Only answers go past that queue.

use std::collections::VecDeque;
use std::io::IoSlice;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

use bytes::{Buf, Bytes};
use rustix::io::Errno;

use crate::net::connection::Sent;
use crate::sys;

/// How many messages leave in one system call, and in one turn.
const GATHER: usize = 64;
const BUDGET: usize = 64;

/// How often a descriptor that did not arrive is sent again.
const RETRIES: u32 = 3;

/// A message, framed, with the descriptor that goes with it.
#[derive(Clone)]
pub struct Outgoing {
    /// The bytes.
    pub bytes: Bytes,
    /// Shared with whoever keeps it until it has arrived.
    pub fd: Option<Arc<OwnedFd>>,
    /// Send it again if it does not arrive: there is no other copy.
    pub precious: bool,
    /// Whether it is one of those that `written` counts.
    pub counted: bool,
    /// The number of the connection that the descriptor is, where one is dealt to a worker.
    pub deals: Option<u64>,
}

impl Outgoing {
    /// A message of the core's own, without a descriptor.
    pub fn plain(bytes: Bytes) -> Self {
        Self { bytes, fd: None, precious: false, counted: false, deals: None }
    }
}

/// How many answers may wait for the other side to read them.
const MOST_ANSWERS: usize = 1024;

/// What became of a descriptor.
#[derive(Debug, PartialEq, Eq)]
pub enum Delivery {
    /// It arrived.
    Arrived,
    /// It did not, and is under way again.
    Again,
    /// It did not, and that was the last try; the number of the connection, where it was one that
    /// is dealt.
    Lost(Option<u64>),
    /// None was under way.
    Stray,
}

/// The outgoing side of a channel.
#[derive(Default)]
pub struct SendQueue {
    leaving: VecDeque<Outgoing>,
    behind: VecDeque<Outgoing>,
    /// The message whose descriptor has not been answered for, and how often it was sent again.
    flying: Option<(Outgoing, u32)>,
    queued: usize,
    /// How many of those that leave are answers.
    answers: usize,
    /// How many messages the kernel has taken whole.
    pub written: u64,
}

impl SendQueue {
    /// Bytes that wait.
    pub fn queued(&self) -> usize {
        self.queued
    }

    /// Whether too many of our answers wait because the other side doesn't read them.
    pub fn is_stuffed(&self) -> bool {
        self.answers > MOST_ANSWERS && self.leaving.len() > MOST_ANSWERS
    }

    /// How many messages may leave now.
    pub fn leaving(&self) -> usize {
        self.leaving.len()
    }

    /// How many messages wait for a descriptor's answer.
    pub fn behind(&self) -> usize {
        self.behind.len()
    }

    /// Whether the kernel has everything that may leave now.
    pub fn is_flushed(&self) -> bool {
        self.leaving.is_empty()
    }

    /// Whether nothing waits, neither to leave nor for an answer.
    pub fn is_done(&self) -> bool {
        self.leaving.is_empty() && self.behind.is_empty() && self.flying.is_none()
    }

    /// Adds a message.
    pub fn push(&mut self, outgoing: Outgoing) {
        self.queued += outgoing.bytes.len();
        if self.flying.is_some() {
            self.behind.push_back(outgoing);
        } else {
            self.leave(outgoing);
        }
    }

    /// Adds an answer, which waits for no descriptor.
    pub fn answer(&mut self, bytes: Bytes) {
        self.queued += bytes.len();
        self.answers += 1;
        self.leaving.push_back(Outgoing::plain(bytes));
    }

    /// The other side answered for the descriptor that is under way.
    pub fn answered(&mut self, arrived: bool) -> Delivery {
        let delivery = match &mut self.flying {
            None => return Delivery::Stray,
            Some(_) if arrived => Delivery::Arrived,
            Some((outgoing, tries)) if outgoing.precious && *tries < RETRIES => {
                *tries += 1;
                let again = Outgoing { counted: false, ..outgoing.clone() };
                self.queued += again.bytes.len();
                self.leaving.push_back(again);
                return Delivery::Again;
            }
            Some((outgoing, _)) => Delivery::Lost(outgoing.deals),
        };
        self.flying = None;
        while self.flying.is_none() {
            let Some(next) = self.behind.pop_front() else { break };
            self.leave(next);
        }
        delivery
    }

    fn leave(&mut self, outgoing: Outgoing) {
        if outgoing.fd.is_some() {
            self.flying = Some((outgoing.clone(), 0));
        }
        self.leaving.push_back(outgoing);
    }

    /// Hands the kernel what it takes.
    pub fn flush(&mut self, socket: &impl AsFd) -> Sent {
        for _ in 0..BUDGET {
            if self.leaving.is_empty() {
                return Sent::All;
            }
            match self.flush_once(socket) {
                Ok(()) | Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Sent::Queued,
                // Too many descriptors on their way: the kernel says so until some have arrived.
                Err(Errno::TOOMANYREFS) => return Sent::Unfinished,
                Err(error) => {
                    self.queued = 0;
                    self.leaving.clear();
                    self.behind.clear();
                    return Sent::Failed(error.raw_os_error());
                }
            }
        }
        if self.leaving.is_empty() { Sent::All } else { Sent::Unfinished }
    }

    fn flush_once(&mut self, socket: &impl AsFd) -> sys::Result<()> {
        let mut pieces = [IoSlice::new(&[]); GATHER];
        let mut count = 0;
        for (piece, outgoing) in pieces.iter_mut().zip(&self.leaving) {
            if outgoing.fd.is_some() && count > 0 {
                break;
            }
            *piece = IoSlice::new(&outgoing.bytes);
            count += 1;
            if outgoing.fd.is_some() {
                break;
            }
        }
        let fd = self.leaving.front().and_then(|outgoing| outgoing.fd.as_deref());
        let mut taken = sys::send_with(socket, &pieces[..count], fd)?;
        self.queued -= taken;
        while let Some(front) = self.leaving.front_mut() {
            if taken < front.bytes.len() {
                if taken > 0 {
                    // The descriptor has left with the first byte.
                    front.fd = None;
                    front.bytes.advance(taken);
                }
                break;
            }
            taken -= front.bytes.len();
            self.written += u64::from(front.counted);
            self.leaving.pop_front();
        }
        if self.leaving.is_empty() {
            self.answers = 0;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outgoing(text: &'static str, fd: bool) -> Outgoing {
        let fd = fd.then(|| sys::spare().map(Arc::new)).flatten();
        let bytes = Bytes::from_static(text.as_bytes());
        Outgoing { fd, precious: true, counted: true, ..Outgoing::plain(bytes) }
    }

    fn take(socket: &OwnedFd) -> (String, usize) {
        let mut buffer = [0; 256];
        let mut fds = VecDeque::new();
        let count = sys::receive_with(socket, &mut buffer, &mut fds).unwrap_or(0);
        (String::from_utf8_lossy(&buffer[..count]).into_owned(), fds.len())
    }

    #[test]
    fn everything_waits_behind_a_descriptor_but_answers() {
        let (here, there) = sys::pair();
        let mut queue = SendQueue::default();
        queue.push(outgoing("a", true));
        queue.push(outgoing("b", false));
        queue.answer(Bytes::from_static(b"!"));
        assert_eq!(queue.flush(&here), Sent::All);
        assert_eq!(take(&there), ("a".into(), 1));
        assert_eq!(take(&there), ("!".into(), 0));
        assert!(!queue.is_done());
        assert_eq!(queue.answered(true), Delivery::Arrived);
        assert_eq!(queue.flush(&here), Sent::All);
        assert_eq!(take(&there), ("b".into(), 0));
        assert!(queue.is_done());
        assert_eq!((queue.written, queue.queued()), (2, 0));
    }

    #[test]
    fn a_descriptor_that_does_not_arrive_is_sent_four_times() {
        let (here, there) = sys::pair();
        let mut queue = SendQueue::default();
        queue.push(outgoing("a", true));
        for delivery in [Delivery::Again, Delivery::Again, Delivery::Again, Delivery::Lost(None)] {
            assert_eq!(queue.flush(&here), Sent::All);
            assert_eq!(take(&there), ("a".into(), 1));
            assert_eq!(queue.answered(false), delivery);
        }
        assert_eq!(queue.answered(true), Delivery::Stray);
        assert_eq!(queue.written, 1);
    }

    #[test]
    fn each_descriptor_has_a_message_of_its_own() {
        let (here, there) = sys::pair();
        let mut queue = SendQueue::default();
        queue.push(outgoing("a", false));
        queue.push(outgoing("b", true));
        queue.push(outgoing("c", true));
        assert_eq!(queue.flush(&here), Sent::All);
        assert_eq!(take(&there), ("ab".into(), 1));
        assert_eq!(take(&there), ("".into(), 0));
        queue.answered(true);
        queue.flush(&here);
        assert_eq!(take(&there), ("c".into(), 1));
    }
}
