//! The program in which an agent runs that nobody has started in a terminal.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::path::{Path, PathBuf};

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// That of the installation which `dtx` belongs to. It takes the same arguments.
pub(crate) fn program(dtx: &Path) -> PathBuf {
    system::program(dtx)
}
