//! Windows, where no safe crate has the call: each call stands in one function with a safe face.
#![cfg(windows)]
