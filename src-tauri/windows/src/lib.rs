//! Windows, where no safe crate has the call: each call stands in one function with a safe face.
#![cfg(windows)]

pub mod computer;
pub mod files;
pub mod identity;
pub mod processes;
pub mod proxy;
pub mod tcp;
pub mod text;
pub mod watch;
