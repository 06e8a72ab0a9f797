//! macOS, where no safe crate has the call: each call stands in one function with a safe face.
#![cfg(target_os = "macos")]

pub mod application;
pub mod bundle;
pub mod computer;
pub mod login_item;
pub mod notifications;
pub mod openers;
pub mod processes;
pub mod proxy;
pub mod session;
pub mod words;
