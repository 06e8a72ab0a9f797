//! The socket to the agent, for a program that has no runtime yet.

#[cfg(not(target_os = "linux"))]
mod elsewhere;
#[cfg(target_os = "linux")]
mod linux;

use connect_core::platform::home::SocketAddress;

#[cfg(not(target_os = "linux"))]
use self::elsewhere as system;
#[cfg(target_os = "linux")]
use self::linux as system;

/// The connection to the agent. While it is of this kind, requests to end wait for somebody who listens to them.
pub(crate) use self::system::Stream;
/// Returns once the agent has said something.
pub(crate) use self::system::heard;

/// Connects to the agent of this user, and says nothing. `None` where that does not work at once: why, the usual way finds out.
pub(crate) fn connect(address: &SocketAddress) -> Option<Stream> {
    system::connect(address)
}
