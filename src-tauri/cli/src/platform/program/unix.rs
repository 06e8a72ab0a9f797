//! Unix: a program is called as it is.

use std::ffi::{OsStr, OsString};

pub(super) const SCRIPT: &str = "A script has to name the program that reads it in its first line. Or name that program before it: \
    dtx run NAME -- sh SCRIPT.";

pub(super) fn named(program: &OsStr) -> OsString {
    program.to_owned()
}
