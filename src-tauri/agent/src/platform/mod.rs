//! What the agent has of the system around it: its socket, its end, the session and the desktop, the computer beneath. What
//! of it is particular to a platform stands in a file of that platform's name, in the folder beside the file that everybody
//! else uses.

pub mod activation;
pub(crate) mod autostart;
pub(crate) mod clipboard;
pub(crate) mod computer;
pub mod drawing;
pub(crate) mod links;
#[cfg(target_os = "linux")]
mod linux;
pub(crate) mod notifications;
pub(crate) mod session;
pub mod signals;
pub(crate) mod socket;
pub(crate) mod tray;
