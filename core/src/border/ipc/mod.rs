//! What one process has of another: a channel, and for a cluster the one that deals connections and
//! the one that takes them. These two know the channel; it knows of them that they hear it.

pub mod channel;
pub mod distributor;
mod hearer;
mod json;
pub mod worker_listener;
