//! Linux: bytes go from one socket to another through a pipe of the kernel's, by reference.
//!
//! `splice` knows no `MSG_NOSIGNAL`: a peer that is gone would raise `SIGPIPE`. Python ignores that
//! signal from its start; in a program that has changed that, bytes leave by `send`.

use std::os::fd::OwnedFd;

use rustix::io::Errno;
use rustix::pipe::{PipeFlags, SpliceFlags};

use super::{Endpoint, Result};

/// The most that one `fill` takes: as much as one read, so that what waits for a slow reader is as
/// much with a splice pipe as without. As the size of a pipe it means 64 pieces, each of which may be
/// larger than a page; a user who is not root may have 256 such pipes (`pipe-user-pages-soft`).
const ROOM: usize = 256 * 1024;

/// A pipe of the kernel's, with what is in it.
#[derive(Debug)]
pub struct SplicePipe {
    entry: OwnedFd,
    exit: OwnedFd,
    inside: usize,
}

impl SplicePipe {
    /// Makes one; `None` when there are no descriptors left for it.
    pub fn new() -> Option<Self> {
        let flags = PipeFlags::CLOEXEC | PipeFlags::NONBLOCK;
        let (exit, entry) = rustix::pipe::pipe_with(flags).ok()?;
        // A user who has too many pipes gets small ones: less at a time, nothing else.
        let _ = rustix::pipe::fcntl_setpipe_size(&entry, ROOM);
        Some(Self { entry, exit, inside: 0 })
    }

    /// Bytes inside.
    pub fn len(&self) -> usize {
        self.inside
    }

    /// Whether nothing is inside.
    pub fn is_empty(&self) -> bool {
        self.inside == 0
    }

    /// Takes bytes from a socket; 0 is the end of the stream. It must be empty: a full one could
    /// not be told from a socket with nothing to read.
    pub fn fill(&mut self, from: &Endpoint) -> Result<usize> {
        let taken = rustix::pipe::splice(
            &from.fd,
            None,
            &self.entry,
            None,
            ROOM,
            SpliceFlags::NONBLOCK | SpliceFlags::MOVE,
        )?;
        self.inside += taken;
        Ok(taken)
    }

    /// Hands bytes to a socket, as far as it takes them.
    pub fn drain(&mut self, to: &Endpoint) -> Result<usize> {
        if !ignores_sigpipe() {
            return Err(Errno::NOSYS);
        }
        let flags = SpliceFlags::NONBLOCK | SpliceFlags::MOVE;
        let taken = rustix::pipe::splice(&self.exit, None, &to.fd, None, self.inside, flags)?;
        self.inside -= taken;
        Ok(taken)
    }

    /// Copies out what is inside, for a socket that can't be reached in another way.
    pub fn read_out(&mut self) -> Result<Vec<u8>> {
        let mut bytes = vec![0; self.inside];
        let mut done = 0;
        while done < bytes.len() {
            match rustix::io::read(&self.exit, &mut bytes[done..]) {
                Ok(count) => done += count,
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
        self.inside = 0;
        Ok(bytes)
    }
}

/// Whether an error says that this kind of descriptor, or this system, does not splice.
pub fn refuses_splice(error: Errno) -> bool {
    matches!(error, Errno::INVAL | Errno::NOSYS | Errno::PERM)
}

fn ignores_sigpipe() -> bool {
    let mut action = std::mem::MaybeUninit::<libc::sigaction>::zeroed();
    // SAFETY: no new action is given, so nothing changes; the old one is written to a place of the
    // right type, and where the call fails that place holds zeros, which are a valid value.
    #[allow(unsafe_code)]
    let action = unsafe {
        libc::sigaction(libc::SIGPIPE, std::ptr::null(), action.as_mut_ptr());
        action.assume_init()
    };
    action.sa_sigaction == libc::SIG_IGN
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (Endpoint, Endpoint) {
        let (one, other) = crate::sys::pair();
        (Endpoint::new(one, true), Endpoint::new(other, true))
    }

    fn splice_pipe() -> SplicePipe {
        SplicePipe::new().unwrap_or_else(|| panic!("no descriptors"))
    }

    #[test]
    fn bytes_pass_in_order() {
        let ((writer, source), (target, reader)) = (pair(), pair());
        let mut splice_pipe = splice_pipe();
        assert_eq!(writer.send(b"one two"), Ok(7));
        assert_eq!(splice_pipe.fill(&source), Ok(7));
        assert_eq!(splice_pipe.fill(&source), Err(Errno::AGAIN));
        assert_eq!(splice_pipe.len(), 7);
        assert_eq!(splice_pipe.drain(&target), Ok(7));
        let mut buffer = [0; 16];
        assert_eq!(reader.receive(&mut buffer), Ok(7));
        assert_eq!(&buffer[..7], b"one two");
        assert!(splice_pipe.is_empty());
    }

    #[test]
    fn what_is_inside_can_be_copied_out() {
        let (writer, source) = pair();
        let mut splice_pipe = splice_pipe();
        assert_eq!(writer.send(b"abc"), Ok(3));
        assert_eq!(splice_pipe.fill(&source), Ok(3));
        assert_eq!(splice_pipe.read_out(), Ok(b"abc".to_vec()));
        assert!(splice_pipe.is_empty());
    }

    #[test]
    fn the_end_of_the_source_is_zero_bytes() {
        let (writer, source) = pair();
        drop(writer);
        assert_eq!(splice_pipe().fill(&source), Ok(0));
    }

    #[test]
    fn a_target_that_is_gone_is_an_error_and_no_signal() {
        let ((writer, source), (target, reader)) = (pair(), pair());
        drop(reader);
        let mut splice_pipe = splice_pipe();
        assert_eq!(writer.send(b"abc"), Ok(3));
        assert_eq!(splice_pipe.fill(&source), Ok(3));
        assert_eq!(splice_pipe.drain(&target), Err(Errno::PIPE));
    }
}
