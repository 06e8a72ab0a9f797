//! Links of our scheme: that the system opens them with this window.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::ffi::OsString;

use tauri::{AppHandle, RunEvent};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Registers this window for them where it was installed and nothing is registered any more. Another copy, or another
/// program, is left in its place. What they hold is read in `arguments.rs` alone.
pub(crate) fn keep(app: &AppHandle) {
    system::keep(app);
}

/// The links that a window which is open is called by, where they are told to it. Elsewhere each starts the program anew, as an argument.
pub(crate) fn told(event: &RunEvent) -> Option<Vec<OsString>> {
    system::told(event)
}
