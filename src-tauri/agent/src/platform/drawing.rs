//! How a window's process draws, as far as its environment says so; and that this is no matter of any other program.

#[cfg(target_os = "linux")]
mod linux;

use std::process::Command;

#[cfg(target_os = "linux")]
use self::linux as system;

/// What every window has in its environment to draw without the graphics card: forms and lists gain nothing from it, and its
/// driver takes memory and time. Nothing where the environment has no say.
pub use self::system::USUALLY;

/// The same for the plainest way. Nothing where there is only one way.
pub use self::system::PLAINLY;

/// Has a program that a window starts draw as it does by itself.
pub fn is_its_own_matter(command: &mut Command) {
    for (name, _) in PLAINLY {
        command.env_remove(name);
    }
}
