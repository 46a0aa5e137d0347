//! Linux: flags do in one call what other systems need three for.

use std::os::fd::OwnedFd;

use rustix::net::{RecvFlags, SendFlags, SocketAddrAny, SocketFlags};

use super::Result;

/// A peer that is gone is an error of the call, never a signal.
pub const SEND_FLAGS: SendFlags = SendFlags::NOSIGNAL;

/// Descriptors that arrive are closed on exec.
pub const RECEIVE_FLAGS: RecvFlags = RecvFlags::CMSG_CLOEXEC;

/// Nothing to do: `RECEIVE_FLAGS` does it.
pub fn close_on_exec(_fd: &OwnedFd) {}

/// Nothing to set: `SEND_FLAGS` does it for each call.
pub fn prepare(_socket: &OwnedFd) {}

/// Takes one connection, already non-blocking and closed on exec.
pub fn accept(listener: &OwnedFd) -> Result<(OwnedFd, Option<SocketAddrAny>)> {
    rustix::net::acceptfrom_with(listener, SocketFlags::NONBLOCK | SocketFlags::CLOEXEC)
}
