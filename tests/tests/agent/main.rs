//! The agent as a process: one for each user, its start and end, and its clients.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod agent;
mod crowd;
mod ends;
mod life;
mod permission;
mod place;
mod soon;
mod uses;
mod versions;
