//! The user whose rights this process has.

#[cfg(unix)]
mod unix;

#[cfg(unix)]
use self::unix as system;

/// What people call a user that is told by that.
pub use self::system::named;
/// The number that identifies this user.
pub use self::system::number;
