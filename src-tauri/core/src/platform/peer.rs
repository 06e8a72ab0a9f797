//! Whose program it is that connects to this computer's own address: any user of it can.

#[cfg(target_os = "linux")]
mod linux;

use std::net::SocketAddr;

#[cfg(target_os = "linux")]
use self::linux as system;

/// Whose program is at the other end of an accepted connection. What follows from not knowing it is for the caller to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum User {
    /// This user's, or one of the administrator's, who can do anything anyway.
    Same,
    /// Another user's.
    Another,
    /// Nobody's any more: it was gone before it could be looked at.
    Gone,
    /// The system does not tell.
    Unknown,
}

/// Looks it up; blocks meanwhile.
pub(crate) fn user(theirs: SocketAddr, ours: SocketAddr) -> User {
    system::user(theirs, ours)
}
