//! Which user's program connects to this computer's own address: any local user's can.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::net::SocketAddr;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(test)]
pub(crate) use self::system::testing;
#[cfg(windows)]
use self::windows as system;

/// The owner of the program at the other end of a connection. The caller decides what follows from an unknown one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(target_os = "macos", not(test)), expect(dead_code, reason = "it is not told there"))]
pub(crate) enum User {
    /// This user, or an administrator, who has all rights anyway.
    Same,
    /// Another user.
    Another,
    /// The program closed its end before it could be looked up.
    Gone,
    /// The system does not tell.
    Unknown,
}

/// Looks the user up; blocks meanwhile.
pub(crate) fn user(theirs: SocketAddr, ours: SocketAddr) -> User {
    system::user(theirs, ours)
}
