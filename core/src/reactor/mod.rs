//! Readiness, names for handles, and time: what one turn of the loop works on.

pub mod deadlines;
pub mod keys;
pub mod readiness;
