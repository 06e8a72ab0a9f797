//! Closes this process's memory to others, as far as the system can. Errors are ignored: nothing depends on it.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Closes this process's memory to other programs of this user, and keeps it out of core dumps.
pub fn close() {
    system::close();
}

/// Keeps this process, and every program it starts, out of core dumps.
pub fn no_core_dumps() {
    system::no_core_dumps();
}
