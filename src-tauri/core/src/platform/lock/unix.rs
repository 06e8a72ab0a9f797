//! Unix: the lock is on the whole file, keeps nobody from reading it, and ends with the handle.

use std::{
    fs::{File, TryLockError},
    io,
};

pub(super) fn exclusive(file: &File) -> io::Result<()> {
    file.lock()
}

pub(super) fn shared(file: &File) -> io::Result<()> {
    file.lock_shared()
}

pub(super) fn try_exclusive(file: &File) -> io::Result<bool> {
    match file.try_lock() {
        Ok(()) => Ok(true),
        Err(TryLockError::WouldBlock) => Ok(false),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// It goes with the handle, which is closed next.
pub(super) fn let_go(_: &File) {}
