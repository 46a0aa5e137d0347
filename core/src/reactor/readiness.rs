//! What the kernel says is ready.
//!
//! Edge-triggered (that is how mio asks): an event comes once, when something changes, and the
//! handle remembers it. So pausing and resuming a reader costs no system call, and a handle is
//! registered once in its life. The price: a handle that stops before the kernel said "nothing
//! more" is not announced again, and has to register for another turn itself (`again`).
//!
//! Interest in writing is asked for only once a write found the kernel full. It is dropped again
//! by the first event that finds nothing to write: on TCP the kernel is silent by itself, on a
//! Unix socket it would speak at every message that the peer reads.

use std::io;
use std::os::fd::{AsRawFd, RawFd};
use std::time::Duration;

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token};

use super::registry::{Key, News, Ready};

#[cfg(not(target_pointer_width = "64"))]
compile_error!("a key (slot and generation) is the kernel's 64-bit event data");

/// Room for the events of one wait.
const EVENTS: usize = 1024;

/// The kernel's interest list.
pub struct Readiness {
    poll: Poll,
    events: Events,
}

impl Readiness {
    /// Opens an interest list.
    pub fn new() -> io::Result<Self> {
        Ok(Self { poll: Poll::new()?, events: Events::with_capacity(EVENTS) })
    }

    /// The descriptor that is readable while events wait: an event loop can watch it.
    pub fn fd(&self) -> RawFd {
        self.poll.as_raw_fd()
    }

    /// Announces what is ready now, without waiting.
    pub fn collect(&mut self, announce: impl FnMut(Ready)) -> io::Result<()> {
        match self.poll.poll(&mut self.events, Some(Duration::ZERO)) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => return Ok(()),
            other => other?,
        }
        let ready = self.events.iter().map(|event| Ready {
            key: Key(event.token().0 as u64),
            news: News {
                readable: event.is_readable() || event.is_read_closed() || event.is_error(),
                writable: event.is_writable() || event.is_write_closed() || event.is_error(),
                hung_up: event.is_read_closed() || event.is_priority(),
            },
        });
        ready.for_each(announce);
        Ok(())
    }

    /// Watches a descriptor for reading and, where asked, for writing.
    pub fn watch(&self, fd: RawFd, key: Key, writing: bool) -> io::Result<()> {
        let source = &mut SourceFd(&fd);
        let registry = self.poll.registry();
        let token = Token(key.0 as usize);
        match registry.register(source, token, interest(writing)) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // An earlier descriptor of this number was closed, but a copy of it (a forked
                // child's, say) kept the kernel's entry.
                registry.deregister(source)?;
                registry.register(source, token, interest(writing))
            }
            other => other,
        }
    }

    /// Watches differently from now on. What is ready already is said again.
    pub fn change(&self, fd: RawFd, key: Key, writing: bool) -> io::Result<()> {
        let source = &mut SourceFd(&fd);
        self.poll.registry().reregister(source, Token(key.0 as usize), interest(writing))
    }

    /// Lets go of a list that is the parent process's: nothing in it is changed.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    pub fn leave(self) {
        drop(self); // closes this process's copy of the descriptor
    }

    /// Lets go of a list that is the parent process's. A `kqueue` is not inherited: its number
    /// stands for no descriptor here, or for another one.
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    pub fn leave(self) {
        std::mem::forget(self);
    }

    /// Forgets a descriptor that stays open elsewhere. (The kernel forgets one by itself when its
    /// last copy is closed.)
    pub fn forget(&self, fd: RawFd) -> io::Result<()> {
        self.poll.registry().deregister(&mut SourceFd(&fd))
    }
}

fn interest(writing: bool) -> Interest {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    let reading = Interest::READABLE | Interest::PRIORITY;
    #[cfg(not(any(target_os = "linux", target_os = "android")))]
    let reading = Interest::READABLE;
    if writing { reading | Interest::WRITABLE } else { reading }
}
