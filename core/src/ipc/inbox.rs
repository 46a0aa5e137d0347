//! What came on a channel and was not handed out yet: messages, and descriptors of theirs.

use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};

use rustix::io::Errno;

use super::frames::{Frames, Framing};
use crate::sys;

/// How many descriptors may wait for the message that they belong to. A process that
/// keeps to the rules has one under way at a time.
const MOST_DESCRIPTORS: usize = 8;

/// What a look into the channel found.
pub enum Arrived {
    /// Messages, to be put back when they have been handed out, and how many bytes were read.
    Messages(Frames, usize),
    /// Nothing: the kernel announces more.
    Nothing,
    /// Nothing, but it is worth another look.
    Interrupted,
    /// The other side's end, or that of the channel.
    End,
}

/// The incoming side of a channel.
pub struct Inbox {
    framing: Framing,
    limit: usize,
    frames: Frames,
    fds: VecDeque<OwnedFd>,
    /// The kernel said that there is something to read, and it has not been found empty since.
    ready: bool,
    /// The kernel said that the other side's end is behind what there is to read.
    hung_up: bool,
    /// Messages were read and not handed out.
    unsaid: bool,
}

impl Inbox {
    /// `limit`: the longest message that is taken, in bytes.
    pub fn new(framing: Framing, limit: usize) -> Self {
        Self {
            framing,
            limit,
            frames: Frames::new(framing, limit),
            fds: VecDeque::new(),
            ready: false,
            hung_up: false,
            unsaid: false,
        }
    }

    /// The kernel said something about reading.
    pub fn said(&mut self, readable: bool, hung_up: bool) {
        self.ready |= readable;
        self.hung_up |= hung_up;
    }

    /// Whether a look may find something.
    pub fn has_more(&self) -> bool {
        self.ready || self.unsaid
    }

    /// Whether messages wait that no event will announce.
    pub fn is_unsaid(&self) -> bool {
        self.unsaid
    }

    /// Whether the other side's end is known.
    pub fn has_hung_up(&self) -> bool {
        self.hung_up
    }

    /// Takes out the messages that are left, or those that one read brings.
    pub fn look(&mut self, socket: &impl AsFd, buffer: &mut [u8]) -> Arrived {
        let mut count = 0;
        if !self.unsaid {
            let waiting = self.fds.len();
            match sys::receive_with(socket, buffer, &mut self.fds) {
                Ok(0) => return Arrived::End,
                Ok(read) => count = read,
                Err(Errno::INTR) => return Arrived::Interrupted,
                Err(Errno::AGAIN) => {
                    self.ready = false;
                    return Arrived::Nothing;
                }
                // The other side went with something unread: an end like any other.
                Err(_) => return Arrived::End,
            }
            // A read that did not fill the buffer emptied the socket, unless it stopped behind a
            // descriptor or the end is known to wait; what is new makes an event.
            self.ready = count == buffer.len() || self.fds.len() > waiting || self.hung_up;
            while self.fds.len() > MOST_DESCRIPTORS {
                self.fds.pop_front();
            }
            self.frames.feed(&buffer[..count]);
            self.unsaid = true;
        }
        let empty = Frames::new(self.framing, self.limit);
        Arrived::Messages(std::mem::replace(&mut self.frames, empty), count)
    }

    /// Takes messages back. `all`: each whole one was handed out.
    pub fn put_back(&mut self, frames: Frames, all: bool) {
        self.frames = frames;
        self.unsaid = !all;
    }

    /// The first descriptor that no message has claimed.
    pub fn take_fd(&mut self) -> Option<OwnedFd> {
        self.fds.pop_front()
    }

    /// The channel is closed: descriptors that nobody claimed are the answer.
    pub fn close(&mut self) -> VecDeque<OwnedFd> {
        std::mem::take(&mut self.fds)
    }
}

#[cfg(test)]
mod tests {
    use std::io::IoSlice;

    use super::*;

    fn send(socket: &OwnedFd, text: &str, fd: Option<&OwnedFd>) {
        let sent = sys::send_with(socket, &[IoSlice::new(text.as_bytes())], fd);
        assert_eq!(sent, Ok(text.len()));
    }

    fn inbox() -> Inbox {
        let mut inbox = Inbox::new(Framing::Lines, 100);
        inbox.said(true, false);
        inbox
    }

    fn messages(inbox: &mut Inbox, socket: &OwnedFd) -> Frames {
        match inbox.look(socket, &mut [0; 64]) {
            Arrived::Messages(frames, _) => frames,
            _ => panic!("no messages"),
        }
    }

    fn next(frames: &mut Frames) -> Option<String> {
        let (frame, _) = frames.cut().unwrap_or_else(|error| panic!("{error:?}"))?;
        Some(String::from_utf8_lossy(frame).into_owned())
    }

    #[test]
    fn what_was_not_handed_out_comes_before_what_is_read_later() {
        let (here, there) = sys::pair();
        let mut inbox = inbox();
        send(&there, "one\ntwo\nthr", None);
        let mut frames = messages(&mut inbox, &here);
        assert_eq!(next(&mut frames).as_deref(), Some("one"));
        inbox.put_back(frames, false);
        send(&there, "ee\n", None);
        assert!(inbox.has_more());
        let mut frames = messages(&mut inbox, &here);
        assert_eq!(next(&mut frames).as_deref(), Some("two"));
        assert_eq!(next(&mut frames), None);
        inbox.put_back(frames, true);
        assert!(!inbox.has_more());
        inbox.said(true, false);
        assert_eq!(next(&mut messages(&mut inbox, &here)).as_deref(), Some("three"));
    }

    #[test]
    fn behind_a_descriptor_there_may_be_more() {
        let (here, there) = sys::pair();
        let mut inbox = inbox();
        send(&there, "a\n", sys::spare().as_ref());
        let frames = messages(&mut inbox, &here);
        inbox.put_back(frames, true);
        assert!(inbox.has_more());
        assert!(inbox.take_fd().is_some() && inbox.take_fd().is_none());
        assert!(matches!(inbox.look(&here, &mut [0; 64]), Arrived::Nothing));
        assert!(!inbox.has_more());
    }

    #[test]
    fn descriptors_that_nobody_claims_are_few() {
        let (here, there) = sys::pair();
        let mut inbox = inbox();
        for _ in 0..MOST_DESCRIPTORS + 3 {
            send(&there, "a\n", sys::spare().as_ref());
            let frames = messages(&mut inbox, &here);
            inbox.put_back(frames, true);
        }
        assert_eq!(inbox.close().len(), MOST_DESCRIPTORS);
    }

    #[test]
    fn the_end_comes_after_everything_that_was_said() {
        let (here, there) = sys::pair();
        let mut inbox = inbox();
        send(&there, "last\n", None);
        drop(there);
        inbox.said(true, true);
        let mut frames = messages(&mut inbox, &here);
        assert_eq!(next(&mut frames).as_deref(), Some("last"));
        inbox.put_back(frames, true);
        assert!(inbox.has_more());
        assert!(matches!(inbox.look(&here, &mut [0; 64]), Arrived::End));
    }
}
