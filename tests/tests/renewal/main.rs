//! Sign-ins over time: tokens handed out and refreshed, ends reported, faults and kills without loss, and revocation.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod app_audit;
mod brought_back;
mod computer;
mod faults;
mod keep_alive;
mod kills;
mod leaving;
mod odd_answers;
mod policies;
mod races;
mod repeated;
mod rotation_kills;
mod sandbox_refresh;
mod token_trouble;
mod tokens;
