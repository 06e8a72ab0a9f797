//! Windows, where no safe crate has the call: each call stands in one function with a safe face.
#![cfg(windows)]

pub mod application;
pub mod computer;
pub mod console;
pub mod ending;
pub mod files;
pub mod foreground;
pub mod handles;
pub mod identity;
pub mod message_window;
pub mod network;
pub mod picture;
pub mod pipe;
pub mod processes;
pub mod processors;
pub mod programs;
pub mod proxy;
pub mod session;
pub mod taskbar;
pub mod tcp;
pub mod text;
pub mod toast;
pub mod watch;
#[cfg(feature = "web_view")]
pub mod web_view;
pub mod words;
