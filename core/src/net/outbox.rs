//! The write queue of one connection.
//!
//! A write is tried at once; only what the kernel does not take comes here. Chunks are shared with
//! their owner (a Python `bytes`), not copied, and leave gathered: one system call for many. What a
//! pipe brings in a splice pipe of the kernel's stays in there until it leaves: it counts like any
//! other chunk, and it is always the first.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::{Buf, Bytes};

use super::wire::Wire;
use crate::sys::{self, SplicePipe};

/// How many chunks leave in one system call. Linux allows 1024; 64 already hides the call's cost.
const GATHER: usize = 64;

/// Chunks that wait for the kernel, first to go in front.
#[derive(Default)]
pub struct Outbox {
    splice_pipe: Option<SplicePipe>,
    /// What a splice pipe brings has to be copied here: the system refused something else.
    copies: bool,
    chunks: VecDeque<Bytes>,
    len: usize,
}

impl Outbox {
    /// Bytes that wait.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Puts a chunk at the end.
    pub fn push(&mut self, chunk: Bytes) {
        if !chunk.is_empty() {
            self.len += chunk.len();
            self.chunks.push_back(chunk);
        }
    }

    /// Whether bytes leave a splice pipe as they are, as far as is known.
    pub fn splices(&self) -> bool {
        !self.copies
    }

    /// Puts a full splice pipe into an empty outbox.
    pub fn connect(&mut self, splice_pipe: SplicePipe) {
        debug_assert!(self.is_empty());
        self.len = splice_pipe.len();
        self.splice_pipe = Some(splice_pipe);
    }

    /// Takes the splice pipe out once nothing is left in it.
    pub fn take_splice_pipe(&mut self) -> Option<SplicePipe> {
        self.splice_pipe.take_if(|splice_pipe| splice_pipe.is_empty())
    }

    /// Hands the kernel what it takes in one call of the first `most` bytes; the answer is how
    /// much it took.
    pub fn flush_once(&mut self, wire: &impl Wire, most: usize) -> sys::Result<usize> {
        if let Some(splice_pipe) =
            self.splice_pipe.as_mut().filter(|splice_pipe| !splice_pipe.is_empty())
        {
            match wire.drain(splice_pipe) {
                Ok(taken) => {
                    self.len -= taken;
                    return Ok(taken);
                }
                Err(error) if sys::refuses_splice(error) => {
                    self.copies = true;
                    self.chunks.push_front(Bytes::from(splice_pipe.read_out()?));
                }
                Err(error) => return Err(error),
            }
        }
        let taken = match self.chunks.front() {
            None => return Ok(0),
            Some(first) if self.chunks.len() == 1 || most <= first.len() => {
                wire.send(&first[..most.min(first.len())])?
            }
            Some(_) => {
                let mut pieces = [IoSlice::new(&[]); GATHER];
                let (mut count, mut room) = (0, most);
                for (piece, chunk) in pieces.iter_mut().zip(&self.chunks) {
                    if room == 0 {
                        break;
                    }
                    let part = &chunk[..room.min(chunk.len())];
                    room -= part.len();
                    *piece = IoSlice::new(part);
                    count += 1;
                }
                wire.send_gathered(&pieces[..count])?
            }
        };
        self.forget(taken);
        Ok(taken)
    }

    /// Lets go of everything.
    pub fn clear(&mut self) {
        self.splice_pipe = None;
        self.chunks = VecDeque::new();
        self.len = 0;
    }

    fn forget(&mut self, mut taken: usize) {
        self.len -= taken;
        while let Some(front) = self.chunks.front_mut() {
            if taken < front.len() {
                front.advance(taken);
                break;
            }
            taken -= front.len();
            self.chunks.pop_front();
        }
        if self.len == 0 {
            // An idle connection should not keep the room that a burst took.
            self.chunks = VecDeque::new();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sys::Endpoint;

    fn pair() -> (Endpoint, Endpoint) {
        let (one, other) = sys::pair();
        (Endpoint::new(one, true), Endpoint::new(other, true))
    }

    #[test]
    fn chunks_leave_in_order_and_together() {
        let (here, there) = pair();
        let mut outbox = Outbox::default();
        for text in ["one ", "two ", "three"] {
            outbox.push(Bytes::from_static(text.as_bytes()));
        }
        assert_eq!(outbox.len(), 13);
        assert_eq!(outbox.flush_once(&here, usize::MAX), Ok(13));
        assert!(outbox.is_empty());
        let mut buffer = [0; 32];
        assert_eq!(there.receive(&mut buffer), Ok(13));
        assert_eq!(&buffer[..13], b"one two three");
    }

    #[test]
    fn a_short_write_keeps_the_rest_of_the_chunk() {
        let mut outbox = Outbox::default();
        outbox.push(Bytes::from_static(b"abc"));
        outbox.push(Bytes::from_static(b"defg"));
        outbox.forget(4);
        assert_eq!(outbox.len(), 3);
        assert_eq!(outbox.chunks.front().map(|chunk| &chunk[..]), Some(&b"efg"[..]));
    }

    #[test]
    fn a_full_kernel_buffer_is_would_block_and_loses_nothing() {
        let (here, there) = pair();
        let mut outbox = Outbox::default();
        let sent = 64 * 65536;
        for _ in 0..64 {
            outbox.push(Bytes::from(vec![7; 65536]));
        }
        let mut arrived = 0;
        let mut buffer = vec![0; 65536];
        while arrived < sent {
            match outbox.flush_once(&here, usize::MAX) {
                Ok(_) | Err(rustix::io::Errno::AGAIN) => {}
                Err(error) => panic!("{error}"),
            }
            arrived += there.receive(&mut buffer).unwrap_or(0);
        }
        assert!(outbox.is_empty());
    }

    #[cfg(target_os = "linux")]
    fn splice_pipe_with(text: &[u8]) -> SplicePipe {
        let (writer, source) = pair();
        assert_eq!(writer.send(text), Ok(text.len()));
        let mut splice_pipe = SplicePipe::new().unwrap_or_else(|| panic!("no descriptors"));
        assert_eq!(splice_pipe.fill(&source), Ok(text.len()));
        splice_pipe
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn what_is_written_later_leaves_behind_the_splice_pipe() {
        let (here, there) = pair();
        let mut outbox = Outbox::default();
        outbox.connect(splice_pipe_with(b"first "));
        outbox.push(Bytes::from_static(b"then"));
        assert_eq!(outbox.len(), 10);
        assert!(outbox.take_splice_pipe().is_none());
        assert_eq!(outbox.flush_once(&here, usize::MAX), Ok(6));
        assert_eq!(outbox.flush_once(&here, usize::MAX), Ok(4));
        assert!(outbox.is_empty() && outbox.take_splice_pipe().is_some());
        let mut buffer = [0; 32];
        assert_eq!(there.receive(&mut buffer), Ok(10));
        assert_eq!(&buffer[..10], b"first then");
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn where_nothing_can_be_spliced_the_bytes_are_copied() {
        // A file in append mode is what splice refuses.
        let path = std::env::temp_dir().join(format!("netserve-outbox-{}", std::process::id()));
        let file = std::fs::OpenOptions::new().append(true).create(true).open(&path);
        let endpoint = Endpoint::new(file.unwrap_or_else(|error| panic!("{error}")).into(), false);
        let mut outbox = Outbox::default();
        outbox.connect(splice_pipe_with(b"abc"));
        assert!(outbox.splices());
        assert_eq!(outbox.flush_once(&endpoint, usize::MAX), Ok(3));
        assert!(!outbox.splices());
        assert_eq!(std::fs::read(&path).unwrap_or_default(), b"abc");
        let _ = std::fs::remove_file(&path);
    }

    #[test]
    fn a_peer_that_is_gone_is_an_error() {
        let (here, there) = pair();
        drop(there);
        let mut outbox = Outbox::default();
        outbox.push(Bytes::from_static(b"x"));
        assert_eq!(outbox.flush_once(&here, usize::MAX), Err(rustix::io::Errno::PIPE));
    }
}
