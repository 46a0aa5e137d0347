//! Options that a server's connections have from the start.

use std::os::fd::OwnedFd;
use std::time::Duration;

use pyo3::prelude::*;

use crate::sys::{self, KeepAlive};

/// What every connection of a server gets.
#[derive(Clone, Copy)]
pub struct Options {
    /// Small writes leave at once.
    pub no_delay: bool,
    /// How a silent peer is watched, where it is.
    pub keep_alive: Option<Probes>,
    /// How long what was sent may go unacknowledged before the connection breaks, in seconds.
    pub user_timeout: Option<f64>,
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
        if let Some(seconds) = self.user_timeout {
            let _ = sys::set_user_timeout(socket, time(seconds));
        }
    }
}

/// A time that Python said in seconds; one that is none of the system's is zero.
pub fn time(seconds: f64) -> Duration {
    Duration::try_from_secs_f64(seconds).unwrap_or_default()
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
