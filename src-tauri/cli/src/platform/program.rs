//! A program that a person named, as the system is to be told it.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::ffi::{OsStr, OsString};

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// What to do about a script that the system does not run by itself.
pub(crate) const SCRIPT: &str = system::SCRIPT;

/// The name by which the system finds what a shell here would find by this one.
pub(crate) fn named(program: &OsStr) -> OsString {
    system::named(program)
}

/// The variable that leads a program to the desktop's session, and its value, where the one that it would inherit has outlived its
/// session, as in a terminal that was left open. `None` where it is right, or nothing better is known.
pub(crate) fn way_to_session() -> Option<(&'static str, String)> {
    system::way_to_session()
}
