//! The agent's use of the system: its socket, its end, the session and the desktop, the computer beneath. Code for one
//! platform stands in a file of that platform's name, in the folder beside the file that all other code uses.

pub mod activation;
pub(crate) mod autostart;
pub(crate) mod clipboard;
pub(crate) mod computer;
pub mod drawing;
pub(crate) mod early;
pub(crate) mod links;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
pub mod main_thread;
pub(crate) mod notifications;
pub(crate) mod peer;
pub(crate) mod quiet;
pub(crate) mod session;
pub mod signals;
pub(crate) mod socket;
pub mod tray;
#[cfg(windows)]
mod windows;
