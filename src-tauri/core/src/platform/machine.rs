//! This computer among others that may use the same files: what it is called, what it is told from others by, and whether a
//! folder is one that others reach too.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::path::Path;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// What people call it.
pub fn name() -> Option<String> {
    system::name()
}

/// What it is told from every other one by, for as long as its system is not installed anew. To be shown to nobody.
pub fn id() -> Option<String> {
    system::id()
}

/// The system's name and version.
pub fn system() -> Option<String> {
    system::system()
}

/// Whether other computers may reach the same files at the same time, or whether they are on no disk that all programs see
/// alike, so that memory cannot be shared through them.
pub fn is_shared(folder: &Path) -> bool {
    system::is_shared(folder)
}

/// What a file is told from every copy of it by, where its file system gives out such a number for good.
pub fn file_number(file: &Path) -> Option<u64> {
    system::file_number(file)
}
