//! What people install. The tests that begin with `a_clean_debian` have to be root.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod package;
