//! Windows: a lock of a whole file, as the standard library takes it, would keep everybody from reading who holds it. So it
//! lies on a place beyond all that is written.

use std::{fs::File, io};

use connect_windows::files;

pub(super) fn exclusive(file: &File) -> io::Result<()> {
    files::lock(file, true, true).map(drop)
}

pub(super) fn shared(file: &File) -> io::Result<()> {
    files::lock(file, false, true).map(drop)
}

pub(super) fn try_exclusive(file: &File) -> io::Result<bool> {
    files::lock(file, true, false)
}

/// Closing the handle would let go of it too, at a time of the system's choosing.
pub(super) fn let_go(file: &File) {
    if let Err(error) = files::unlock(file) {
        tracing::info!(kind = ?error.kind(), "a lock goes with its handle");
    }
}
