//! Scripts around `dtx`: the JSON they rely on, and programs that nobody here wrote with the tokens it hands out.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod failures;
mod python;
mod scripts;
