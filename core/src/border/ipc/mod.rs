//! What one process has of another: a channel, and for a cluster the one that deals connections and
//! the one that takes them.
//!
//! The other two know the channel, and answer by it. It tells them what came, and knows no more of
//! them than that they hear it.

pub mod channel;
pub mod distributor;
mod hearer;
mod json;
pub mod worker_listener;
