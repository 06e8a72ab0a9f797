//! The documents beside the code, and the code where a document says how it is laid out.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

mod causes;
mod documents;
mod seam;
