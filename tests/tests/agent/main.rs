//! The agent as a process: one for each user, how it begins and ends, and what its faces make of that.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod agent;
mod ends;
mod life;
mod place;
mod versions;
