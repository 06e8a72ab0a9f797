//! How a window's process draws, as set by its environment; other programs must not inherit that.

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

/// The environment variables of every window, which turn the graphics card off: forms and lists gain nothing from it,
/// and its driver takes memory and time. Empty where the environment has no say.
pub use self::system::USUALLY;

/// The variables for the plainest way of drawing. Empty where there is only one way.
pub use self::system::PLAINLY;

/// Removes these variables from a program that a window starts.
pub fn is_its_own_matter(command: &mut Command) {
    for (name, _) in PLAINLY {
        command.env_remove(name);
    }
}
