//! Accepting, and what to do when the kernel says no.
//!
//! A burst of connections is taken in one go, up to a share of the turn. When the process is out of
//! descriptors a connection stays in the kernel's queue, readiness stays on, and a server that
//! simply tries again burns a whole core. So one descriptor is kept in reserve for each event
//! loop: it is given up, the connection is taken and closed at once (its peer sees an end, not
//! silence), and the reserve is taken back.

use std::net::SocketAddr;
use std::os::fd::OwnedFd;

use rustix::io::Errno;

use crate::sys;

/// How long accepting rests when the kernel has no room and the reserve did not help.
pub const REST_MS: u64 = 100;

/// What the answer of `accept` asks for.
#[derive(Debug, PartialEq, Eq, Clone, Copy)]
enum Verdict {
    /// No connection waits: come back when the kernel says so.
    Done,
    /// This connection is gone already; the next one may be fine.
    Skip,
    /// Out of descriptors: take one with the reserve and turn it away.
    Shed,
    /// Out of something that only time gives back.
    Rest,
    /// The listener itself is broken.
    Fail,
}

/// The policy, as data. What `accept(2)` says about each error decides.
fn verdict(error: Errno) -> Verdict {
    match error {
        Errno::AGAIN => Verdict::Done,
        Errno::INTR | Errno::CONNABORTED | Errno::PROTO | Errno::PERM => Verdict::Skip,
        // Linux hands over errors that the network had for the new socket: not ours.
        Errno::NETDOWN
        | Errno::NETUNREACH
        | Errno::HOSTDOWN
        | Errno::HOSTUNREACH
        | Errno::NOPROTOOPT
        | Errno::OPNOTSUPP
        | Errno::TIMEDOUT => Verdict::Skip,
        Errno::MFILE | Errno::NFILE => Verdict::Shed,
        Errno::NOBUFS | Errno::NOMEM => Verdict::Rest,
        _ => Verdict::Fail,
    }
}

/// What taking a connection came to.
pub enum Taken {
    /// A connection, with its peer where that has an address.
    One(OwnedFd, Option<SocketAddr>),
    /// The same, but there is no descriptor for it: to be closed at once, then the reserve is restocked.
    TooMany(OwnedFd, Option<SocketAddr>),
    /// One that died while it waited.
    Gone,
    /// No connection waits: come back when the kernel says so.
    Nobody,
    /// The kernel has no room: come back later.
    Later,
    /// The listener itself is broken.
    Broken(i32),
}

/// A listening, non-blocking descriptor.
pub struct Acceptor {
    fd: OwnedFd,
}

/// A descriptor that is given up to make room for one `accept`, for all that accept in one loop.
#[derive(Default)]
pub struct Reserve {
    fd: Option<OwnedFd>,
    /// How many there are that accept: without any, none is kept.
    acceptors: usize,
}

impl Reserve {
    /// Counts an acceptor (`more`), or counts it off.
    pub fn count(&mut self, more: bool) {
        if more {
            self.acceptors += 1;
            self.restock();
        } else {
            self.acceptors -= 1;
            if self.acceptors == 0 {
                self.fd = None;
            }
        }
    }

    /// Opens the reserve again, unless another thread was faster.
    pub fn restock(&mut self) {
        if self.fd.is_none() && self.acceptors > 0 {
            self.fd = sys::spare();
        }
    }
}

impl Acceptor {
    /// Wraps a non-blocking listening descriptor.
    pub fn new(fd: OwnedFd) -> Self {
        Self { fd }
    }

    /// The listening descriptor.
    pub fn fd(&self) -> &OwnedFd {
        &self.fd
    }

    /// Gives the listening descriptor away.
    pub fn into_fd(self) -> OwnedFd {
        self.fd
    }

    /// Takes one connection.
    pub fn take(&self, reserve: &mut Reserve) -> Taken {
        let errno = match sys::accept(&self.fd) {
            Ok((socket, peer)) => return Taken::One(socket, peer.and_then(sys::ip_name)),
            Err(errno) => errno,
        };
        match verdict(errno) {
            Verdict::Done => Taken::Nobody,
            Verdict::Skip => Taken::Gone,
            Verdict::Rest => Taken::Later,
            Verdict::Fail => Taken::Broken(errno.raw_os_error()),
            Verdict::Shed => match self.accept_with(reserve) {
                Some((socket, peer)) => Taken::TooMany(socket, peer),
                None => {
                    // No connection waited after all, or another thread took the descriptor.
                    reserve.restock();
                    Taken::Later
                }
            },
        }
    }

    /// Out of descriptors: takes one connection with the reserve. The caller closes it and then has
    /// the reserve restocked. `None` when there was no reserve, or no connection waited.
    fn accept_with(&self, reserve: &mut Reserve) -> Option<(OwnedFd, Option<SocketAddr>)> {
        drop(reserve.fd.take()?);
        let (socket, peer) = sys::accept(&self.fd).ok()?;
        Some((socket, peer.and_then(sys::ip_name)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_connection_that_died_in_the_queue_is_skipped() {
        assert_eq!(verdict(Errno::CONNABORTED), Verdict::Skip);
        assert_eq!(verdict(Errno::INTR), Verdict::Skip);
    }

    #[test]
    fn running_out_of_descriptors_sheds_and_running_out_of_memory_rests() {
        assert_eq!(verdict(Errno::MFILE), Verdict::Shed);
        assert_eq!(verdict(Errno::NFILE), Verdict::Shed);
        assert_eq!(verdict(Errno::NOBUFS), Verdict::Rest);
    }

    #[test]
    fn one_descriptor_is_kept_for_all_that_accept_and_none_without_them() {
        let mut reserve = Reserve::default();
        reserve.restock();
        assert!(reserve.fd.is_none());
        reserve.count(true);
        reserve.count(true);
        reserve.count(false);
        assert!(reserve.fd.is_some());
        reserve.fd = None;
        reserve.restock();
        assert!(reserve.fd.is_some());
        reserve.count(false);
        assert!(reserve.fd.is_none());
    }

    #[test]
    fn a_broken_listener_is_said_to_be_broken() {
        assert_eq!(verdict(Errno::BADF), Verdict::Fail);
        assert_eq!(verdict(Errno::INVAL), Verdict::Fail);
    }
}
