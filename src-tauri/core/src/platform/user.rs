//! The user whose rights this process has. What users are told apart by depends on the platform; only its own files ask.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

pub use self::system::*;
