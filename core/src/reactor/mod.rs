//! Readiness, names for handles, and time: what one turn of the loop works on.

pub mod budget;
pub mod deadlines;
pub mod readiness;
pub mod registry;
