//! Unix: a program is called as it is.

use std::ffi::{OsStr, OsString};

pub(super) fn named(program: &OsStr) -> OsString {
    program.to_owned()
}
