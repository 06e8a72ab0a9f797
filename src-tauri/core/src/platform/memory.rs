//! The memory of this process, as far as a system lets it be closed to others. Where it refuses, or has nothing of the kind,
//! it stays as it was: nothing depends on it.

#[cfg(target_os = "linux")]
mod linux;

#[cfg(target_os = "linux")]
use self::linux as system;

/// Closes this process's memory to other programs of this user, and keeps it out of core dumps.
pub fn close() {
    system::close();
}

/// Keeps this process, and every program it starts, out of core dumps.
pub fn no_core_dumps() {
    system::no_core_dumps();
}
