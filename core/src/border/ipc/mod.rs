//! What one process has of another: a channel, and for a cluster the one that deals connections and
//! the one that takes them.
//!
//! The three classes know each other: a channel tells the other two what came, and they answer by
//! it.

pub mod channel;
mod channel_io;
mod channel_talk;
pub mod distributor;
mod distributor_deal;
mod json;
pub mod worker_listener;
