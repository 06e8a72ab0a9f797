//! macOS: its own `open`, which returns at once.

use std::io;

pub(super) fn start(address: &str) -> io::Result<()> {
    open::that_detached(address)
}
