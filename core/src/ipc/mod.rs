//! What two processes say to each other: messages, descriptors, and who gets a connection.
//!
//! Nothing here knows Python. The words on the wire are those that Node speaks.

pub mod dealer;
pub mod frames;
pub mod inbox;
pub mod messages;
pub mod schedule;
pub mod send_queue;
