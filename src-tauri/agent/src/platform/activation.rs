//! The desktop's leave to bring a window to the front: given to whoever was clicked, and handed on by that one.

#[cfg(target_os = "linux")]
mod linux;

use std::process::Command;

#[cfg(target_os = "linux")]
use self::linux as system;

/// Hands the leave to a program that is about to be started.
pub(crate) fn hand_on(command: &mut Command, leave: &str) {
    system::hand_on(command, leave);
}

/// What this program was started with.
pub fn received() -> Option<String> {
    system::received()
}
