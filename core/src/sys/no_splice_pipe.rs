//! macOS and the BSDs have no `splice`: no splice pipe is ever made there.

use rustix::io::Errno;

use super::{Endpoint, Result};

/// What Linux has.
#[derive(Debug)]
pub enum SplicePipe {}

impl SplicePipe {
    /// There is none.
    pub fn new() -> Option<Self> {
        None
    }

    /// Bytes inside.
    pub fn len(&self) -> usize {
        match *self {}
    }

    /// Whether nothing is inside.
    pub fn is_empty(&self) -> bool {
        match *self {}
    }

    /// Takes bytes from a socket.
    pub fn fill(&mut self, _from: &Endpoint) -> Result<usize> {
        match *self {}
    }

    /// Hands bytes to a socket.
    pub fn drain(&mut self, _to: &Endpoint) -> Result<usize> {
        match *self {}
    }

    /// Copies out what is inside.
    pub fn read_out(&mut self) -> Result<Vec<u8>> {
        match *self {}
    }
}

/// Nothing was asked of the system, so nothing is refused.
pub fn refuses_splice(_error: Errno) -> bool {
    false
}
