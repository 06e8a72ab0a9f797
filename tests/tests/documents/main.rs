//! The documents agree with the code, and the code with the documents about its layout.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod architecture;
mod bundle;
mod causes;
mod codes;
mod documents;
mod seam;
mod workflows;
