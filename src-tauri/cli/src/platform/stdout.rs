//! Standard output, as the system has it.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// Writes all of it, at once and without keeping any of it.
///
/// # Errors
/// It cannot be written.
pub(crate) fn write(bytes: &[u8]) -> io::Result<()> {
    system::write(bytes)
}
