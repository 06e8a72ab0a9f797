//! The user whose rights this process has, as the platform tells users apart.

#[cfg(unix)]
mod unix;

#[cfg(unix)]
use self::unix as system;

/// What people call a user that is told by that.
pub use self::system::named;
/// What this user is told from others by.
pub use self::system::number;
