//! Windows, where no safe crate has the call: each call stands in one function with a safe face.
#![cfg(windows)]

pub mod computer;
pub mod files;
pub mod identity;
pub mod processes;
pub mod tcp;
mod text;
