//! What a connection's bytes go through: a descriptor, or a script in a test.

use std::io::IoSlice;

use crate::sys::{Endpoint, Result, SplicePipe};

/// What a connection asks of the kernel. Every call answers at once.
pub trait Wire {
    /// Reads once; 0 is the end.
    fn receive(&self, buffer: &mut [u8]) -> Result<usize>;
    /// Writes once; the answer may be short.
    fn send(&self, data: &[u8]) -> Result<usize>;
    /// Writes several pieces at once; the answer may be short.
    fn send_gathered(&self, pieces: &[IoSlice<'_>]) -> Result<usize>;
    /// Reads once into a splice pipe; 0 is the end, or an urgent byte.
    fn fill(&self, splice_pipe: &mut SplicePipe) -> Result<usize>;
    /// Writes once out of a splice pipe.
    fn drain(&self, splice_pipe: &mut SplicePipe) -> Result<usize>;
    /// Says that nothing more will be written.
    fn shutdown(&self) -> Result<()>;
    /// The result of a connection attempt: its error, if any.
    fn take_error(&self) -> Option<i32>;
    /// Whether a read that does not fill its room has emptied the socket.
    fn short_is_empty(&self) -> bool;
    /// Whether it can be spliced.
    fn is_socket(&self) -> bool;
}

impl Wire for Endpoint {
    fn receive(&self, buffer: &mut [u8]) -> Result<usize> {
        Self::receive(self, buffer)
    }

    fn send(&self, data: &[u8]) -> Result<usize> {
        Self::send(self, data)
    }

    fn send_gathered(&self, pieces: &[IoSlice<'_>]) -> Result<usize> {
        Self::send_gathered(self, pieces)
    }

    fn fill(&self, splice_pipe: &mut SplicePipe) -> Result<usize> {
        splice_pipe.fill(self)
    }

    fn drain(&self, splice_pipe: &mut SplicePipe) -> Result<usize> {
        splice_pipe.drain(self)
    }

    fn shutdown(&self) -> Result<()> {
        Self::shutdown(self)
    }

    fn take_error(&self) -> Option<i32> {
        Self::take_error(self)
    }

    fn short_is_empty(&self) -> bool {
        Self::short_is_empty(self)
    }

    fn is_socket(&self) -> bool {
        Self::is_socket(self)
    }
}
