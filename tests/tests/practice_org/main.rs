//! The practice org itself: what it answers, how it bears load, and that clients nobody here wrote take it for an org.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod clients;
mod practice;
mod practice_errors;
mod practice_load;
