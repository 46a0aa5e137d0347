//! Readiness, names for handles, time, and the turn that works on them. Nothing here knows Python.

pub mod budget;
pub mod checks;
pub mod deadlines;
pub mod readiness;
pub mod registry;
pub mod turn;
