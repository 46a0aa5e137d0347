//! Options that a server's connections have from the start.

use std::os::fd::OwnedFd;

use pyo3::prelude::*;

use crate::sys::{self, KeepAlive};

/// What every connection of a server gets.
#[derive(Clone, Copy)]
pub struct Options {
    /// Small writes leave at once.
    pub no_delay: bool,
    /// How a silent peer is watched, where it is.
    pub keep_alive: Option<Probes>,
}

/// How Python says how a silent peer is watched: `(delay, interval, count)`, in seconds and probes,
/// or only the delay.
#[derive(Clone, Copy, FromPyObject)]
pub enum Probes {
    /// Seconds before the first probe.
    Delay(u64),
    /// Seconds before the first probe and between two, and how many there are.
    Whole(f64, f64, u32),
}

impl Options {
    /// Sets them on a connection, or on a listening socket, whose connections inherit them. A
    /// connection that the peer has closed already refuses them: its first read says so.
    pub fn set(&self, socket: &OwnedFd) {
        if self.no_delay {
            let _ = sys::set_no_delay(socket, true);
        }
        if let Some(schedule) = self.keep_alive {
            let _ = sys::set_keep_alive(socket, Some(schedule.into()));
        }
    }
}

impl From<Probes> for KeepAlive {
    fn from(schedule: Probes) -> Self {
        match schedule {
            Probes::Delay(delay) => Self { delay, interval: 0, count: 0 },
            // The system counts whole seconds.
            Probes::Whole(delay, interval, count) => {
                Self { delay: delay as u64, interval: interval.max(1.0) as u64, count }
            }
        }
    }
}
