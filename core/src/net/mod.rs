//! Bytes and connections, without a word about Python.

pub mod accept;
pub mod admission;
pub mod block_list;
pub mod connection;
pub mod flow;
pub mod outbox;
mod spans;
pub mod wire;
