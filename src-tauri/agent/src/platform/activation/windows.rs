//! Windows: the program that was clicked hands the leave on to whichever uses it first. Nothing is passed.

use std::process::Command;

use connect_windows::foreground;

pub(super) fn hand_on(_: &mut Command, _: &str) {
    foreground::hand_on();
}

/// The system has noted it.
pub(super) fn received() -> Option<String> {
    None
}
