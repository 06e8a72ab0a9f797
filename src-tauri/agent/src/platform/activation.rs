//! The desktop's permission to bring a window to the front: given to the program that was clicked, which hands it on.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::process::Command;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Hands the permission to a program that is about to be started.
pub(crate) fn hand_on(command: &mut Command, leave: &str) {
    system::hand_on(command, leave);
}

/// The permission that this program was started with.
pub fn received() -> Option<String> {
    system::received()
}
