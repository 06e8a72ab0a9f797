//! The user whose rights this process has, as the platform tells users apart.

#[cfg(unix)]
mod unix;

#[cfg(unix)]
pub use self::unix::number;
