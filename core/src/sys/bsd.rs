//! macOS and the BSDs: what Linux does with flags is set on the socket here.

use std::os::fd::OwnedFd;

use rustix::net::{RecvFlags, SendFlags, SocketAddrAny};

use super::Result;

/// macOS has no flag for it: `prepare` sets the option once.
pub const SEND_FLAGS: SendFlags = SendFlags::empty();

/// No flag for descriptors that arrive: `close_on_exec` follows.
pub const RECEIVE_FLAGS: RecvFlags = RecvFlags::empty();

/// Keeps a descriptor that arrived from programs that are started later.
pub fn close_on_exec(fd: &OwnedFd) {
    // It is open: the kernel has just given it to us.
    let _ = rustix::io::fcntl_setfd(fd, rustix::io::FdFlags::CLOEXEC);
}

/// A peer that is gone is an error of the call, never a signal.
#[cfg(any(target_os = "macos", target_os = "ios"))]
pub fn prepare(socket: &OwnedFd) {
    // An invalid socket is found out by the first call that uses it.
    let _ = socket2::SockRef::from(socket).set_nosigpipe(true);
}

/// A peer that is gone is an error of the call: Python ignores `SIGPIPE` from its start.
#[cfg(not(any(target_os = "macos", target_os = "ios")))]
pub fn prepare(_socket: &OwnedFd) {}

/// Takes one connection, then makes it non-blocking and closed on exec.
pub fn accept(listener: &OwnedFd) -> Result<(OwnedFd, Option<SocketAddrAny>)> {
    let (socket, address) = rustix::net::acceptfrom(listener)?;
    rustix::io::fcntl_setfd(&socket, rustix::io::FdFlags::CLOEXEC)?;
    rustix::io::ioctl_fionbio(&socket, true)?;
    Ok((socket, address))
}
