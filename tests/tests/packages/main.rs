//! The packages that people install. Tests that begin with `a_clean_debian` must run as root.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod icons;
mod package;
