//! How an address is handed to the system's browser.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::io;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Opens the address, and does not wait for the browser.
///
/// # Errors
/// Nothing opens it.
pub(crate) fn start(address: &str) -> io::Result<()> {
    system::start(address)
}
