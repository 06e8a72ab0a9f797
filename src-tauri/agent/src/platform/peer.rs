//! The process at the other end of the agent's socket.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use connect_core::platform::program::Process;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;
use super::socket::Stream;

/// The process that connected, held. `None` where the system does not tell, or it has ended.
pub(crate) fn process(stream: &Stream) -> Option<Process> {
    system::process(stream)
}
