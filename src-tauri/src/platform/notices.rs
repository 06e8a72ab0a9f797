//! The notices of the libraries inside the programs: where an installation has their text.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::path::{Path, PathBuf};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// The file with the text, for the program at this path. A program that was not installed has none.
pub(crate) fn file(program: &Path) -> PathBuf {
    system::file(program)
}
