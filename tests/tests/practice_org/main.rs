//! The practice org itself: its answers, its behaviour under load, and its use by third-party clients.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod clients;
mod deploys;
mod practice;
mod practice_errors;
mod practice_load;
