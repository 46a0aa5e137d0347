//! What the operating system supplies, behind one small type.
//!
//! A descriptor that we hold is always non-blocking, so a call either moves bytes at once or says
//! `EAGAIN`. Platform differences (how a peer's close is kept from raising `SIGPIPE`, how an
//! accepted descriptor is made non-blocking) are in `linux.rs` and `bsd.rs`, two files of the same
//! shape, and so are `splice_pipe.rs` and `no_splice_pipe.rs`.

use std::collections::VecDeque;
use std::io::{IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, FromRawFd, IntoRawFd, OwnedFd, RawFd};

use rustix::io::Errno;
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, Shutdown,
};

#[cfg(not(any(target_os = "linux", target_os = "android")))]
#[path = "bsd.rs"]
mod platform;
#[cfg(any(target_os = "linux", target_os = "android"))]
#[path = "linux.rs"]
mod platform;

#[cfg(not(any(target_os = "linux", target_os = "android")))]
#[path = "no_splice_pipe.rs"]
mod splice_pipe;
#[cfg(any(target_os = "linux", target_os = "android"))]
mod splice_pipe;

mod options;
mod signals;

pub use options::{KeepAlive, set_keep_alive, set_no_delay, set_user_timeout};
pub use platform::accept;
pub use signals::deliver_once;
pub use splice_pipe::{SplicePipe, refuses_splice};

/// What a failed system call returns: the error number.
pub type Result<T> = std::result::Result<T, Errno>;

/// Takes ownership of a descriptor number that Python gave away.
///
/// # Errors
/// `EBADF` when the number is not an open descriptor, so that nothing is owned by mistake.
pub fn own(fd: RawFd) -> Result<OwnedFd> {
    if fd < 0 {
        return Err(Errno::BADF);
    }
    // SAFETY: the borrow lives for this one call, which only reads the descriptor's flags and
    // answers EBADF when it is not open.
    #[allow(unsafe_code)]
    let borrowed = unsafe { BorrowedFd::borrow_raw(fd) };
    rustix::io::fcntl_getfd(borrowed)?;
    // SAFETY: the descriptor is open (just asked) and the caller gives it away: the border's
    // contract is that a number passed to `open` is never used by Python again.
    #[allow(unsafe_code)]
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A connected, non-blocking descriptor: a socket, or one end of a FIFO.
pub struct Endpoint {
    fd: OwnedFd,
    socket: bool,
    short_is_empty: bool,
}

impl Endpoint {
    /// Wraps a non-blocking descriptor. `socket` is false for a FIFO.
    pub fn new(fd: OwnedFd, socket: bool) -> Self {
        if socket {
            platform::prepare(&fd);
        }
        let short_is_empty = !socket || is_tcp(&fd);
        Self { fd, socket, short_is_empty }
    }

    /// The same for a connection of a listener's, which knows whether it is one of TCP's.
    pub fn accepted(fd: OwnedFd, is_tcp: bool) -> Self {
        platform::prepare(&fd);
        Self { fd, socket: true, short_is_empty: is_tcp }
    }

    /// Whether a read that does not fill its room has emptied the socket. Not so on a Unix socket:
    /// a read ends behind a chunk that carried descriptors.
    pub fn short_is_empty(&self) -> bool {
        self.short_is_empty
    }

    /// Reads once into `buffer`; 0 is the end of the stream.
    pub fn receive(&self, buffer: &mut [u8]) -> Result<usize> {
        if self.socket {
            let (received, _) = rustix::net::recv(&self.fd, buffer, RecvFlags::empty())?;
            return Ok(received);
        }
        rustix::io::read(&self.fd, buffer)
    }

    /// Writes once; the answer may be short.
    pub fn send(&self, data: &[u8]) -> Result<usize> {
        if self.socket {
            return rustix::net::send(&self.fd, data, platform::SEND_FLAGS);
        }
        rustix::io::write(&self.fd, data)
    }

    /// Writes several pieces with one system call; the answer may be short.
    pub fn send_gathered(&self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        if self.socket {
            let mut nothing = SendAncillaryBuffer::default();
            return rustix::net::sendmsg(&self.fd, pieces, &mut nothing, platform::SEND_FLAGS);
        }
        rustix::io::writev(&self.fd, pieces)
    }

    /// Whether bytes may come from here through a splice pipe, or go here.
    pub fn is_socket(&self) -> bool {
        self.socket
    }

    /// Says to the peer that nothing more will be written.
    pub fn shutdown(&self) -> Result<()> {
        if !self.socket {
            // The end of a FIFO is its close, which follows.
            return Ok(());
        }
        rustix::net::shutdown(&self.fd, Shutdown::Write)
    }

    /// The result of a connection attempt: the pending error of the socket, if any.
    pub fn take_error(&self) -> Option<i32> {
        let pending = socket2::SockRef::from(&self.fd).take_error();
        match pending {
            Ok(pending) => pending.and_then(|error| error.raw_os_error()),
            Err(error) => error.raw_os_error(),
        }
    }

    /// Makes the coming close send a reset instead of an end.
    pub fn reset_on_close(&self) -> Result<()> {
        rustix::net::sockopt::set_socket_linger(&self.fd, Some(std::time::Duration::ZERO))
    }

    /// Gives the descriptor away: whoever gets the number owns it.
    pub fn into_raw(self) -> RawFd {
        self.fd.into_raw_fd()
    }
}

impl AsFd for Endpoint {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

impl AsRawFd for Endpoint {
    fn as_raw_fd(&self) -> RawFd {
        self.fd.as_raw_fd()
    }
}

/// Sends once on a local socket; `fd` goes along with the first byte. The answer may be short.
pub fn send_with(
    socket: &impl AsFd,
    pieces: &[IoSlice<'_>],
    fd: Option<&OwnedFd>,
) -> Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let fds = fd.map(|fd| [fd.as_fd()]);
    if let Some(fds) = &fds {
        // The room is for exactly one.
        control.push(SendAncillaryMessage::ScmRights(fds));
    }
    rustix::net::sendmsg(socket, pieces, &mut control, platform::SEND_FLAGS)
}

/// How many descriptors one read may bring; the kernel closes what there is no room for.
const DESCRIPTORS: usize = 8;

/// Receives once from a local socket, with the descriptors that come along; 0 is the end.
pub fn receive_with(
    socket: &impl AsFd,
    buffer: &mut [u8],
    fds: &mut VecDeque<OwnedFd>,
) -> Result<usize> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(DESCRIPTORS))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let pieces = &mut [IoSliceMut::new(buffer)];
    let received = rustix::net::recvmsg(socket, pieces, &mut control, platform::RECEIVE_FLAGS)?;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(arrived) = message {
            fds.extend(arrived.inspect(platform::close_on_exec));
        }
    }
    Ok(received.bytes)
}

/// Whether there is something to read, or to accept, or an end.
pub fn is_readable(fd: RawFd) -> bool {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    // SAFETY: the borrow lives for this one call; a number that is not open any more is answered
    // with POLLNVAL.
    #[allow(unsafe_code)]
    let fd = unsafe { BorrowedFd::borrow_raw(fd) };
    let asked = &mut [PollFd::new(&fd, PollFlags::IN)];
    let found = poll(asked, Some(&Timespec { tv_sec: 0, tv_nsec: 0 }));
    found.is_ok() && asked[0].revents().contains(PollFlags::IN)
}

/// Makes a descriptor non-blocking, for everybody who has a copy.
pub fn unblock(fd: &impl AsFd) {
    // What refuses it (no socket, no pipe) is refused for that by whoever gets it.
    let _ = rustix::io::ioctl_fionbio(fd, true);
}

/// Whether a descriptor is a stream socket.
pub fn is_stream(fd: &OwnedFd) -> bool {
    rustix::net::sockopt::socket_type(fd) == Ok(rustix::net::SocketType::STREAM)
}

/// Whether a socket is one of TCP's.
pub fn is_tcp(fd: &OwnedFd) -> bool {
    use rustix::net::AddressFamily;
    let family = rustix::net::getsockname(fd).map(|name| name.address_family());
    matches!(family, Ok(AddressFamily::INET | AddressFamily::INET6))
}

/// The IP address and port in a name, if it has them.
pub fn ip_name(name: rustix::net::SocketAddrAny) -> Option<std::net::SocketAddr> {
    name.try_into().ok()
}

/// The name of a network interface; `None` where there is none with this number (any more).
pub fn interface_name(index: u32) -> Option<String> {
    let mut space = [0; libc::IF_NAMESIZE];
    // SAFETY: the system writes at most IF_NAMESIZE bytes there, the zero at the end included.
    #[allow(unsafe_code)]
    let found = unsafe { libc::if_indextoname(index, space.as_mut_ptr()) };
    if found.is_null() {
        return None;
    }
    let bytes: Vec<u8> =
        space.iter().map(|byte| *byte as u8).take_while(|byte| *byte != 0).collect();
    String::from_utf8(bytes).ok()
}

/// A descriptor kept in reserve: closing it makes room for one `accept` when there are no more.
pub fn spare() -> Option<OwnedFd> {
    use rustix::fs::{Mode, OFlags};
    rustix::fs::open("/dev/null", OFlags::RDONLY | OFlags::CLOEXEC, Mode::empty()).ok()
}

/// Both ends of a local connection, for a test.
#[cfg(test)]
pub fn pair() -> (OwnedFd, OwnedFd) {
    rustix::net::socketpair(
        rustix::net::AddressFamily::UNIX,
        rustix::net::SocketType::STREAM,
        rustix::net::SocketFlags::NONBLOCK,
        None,
    )
    .unwrap_or_else(|error| panic!("{error}"))
}
