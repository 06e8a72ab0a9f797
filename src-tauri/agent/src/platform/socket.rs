//! The local socket between clients and agent, a stream of bytes that only this user's programs reach.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::{io, path::PathBuf};

use connect_core::platform::home::SocketAddress;

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// The socket on which the agent waits for clients.
pub(crate) use self::system::Listener;
/// The connection of one client.
pub(crate) use self::system::Stream;
/// The two halves of a [`Stream`].
pub(crate) use self::system::{Reader, Writer};

/// Whoever is at the other end is not this user's agent. Stands inside an [`io::Error`] of the kind `PermissionDenied`.
#[derive(Debug, thiserror::Error)]
#[error("the other end of the socket belongs to another user, or is served by another program")]
pub(crate) struct Foreign {
    /// Where the system tells.
    pub(crate) process: Option<u32>,
    pub(crate) program: Option<PathBuf>,
}

impl From<Foreign> for io::Error {
    fn from(foreign: Foreign) -> Self {
        Self::new(io::ErrorKind::PermissionDenied, foreign)
    }
}

/// What to look at where the agent cannot open its socket.
pub(crate) const WHERE_TO_LOOK: &str = system::WHERE_TO_LOOK;

/// Connects to the agent of this user. `Ok(None)` when none listens.
///
/// # Errors
/// [`Foreign`] when the other end is not this user's agent. Nothing was said to it.
pub(crate) async fn connect(address: &SocketAddress) -> io::Result<Option<Stream>> {
    system::connect(address).await
}

/// The process at the other end, where the system tells.
pub(crate) fn process(stream: &Stream) -> Option<u32> {
    system::process(stream)
}

pub(crate) fn split(stream: Stream) -> (Reader, Writer) {
    system::split(stream)
}

/// Listens at the address. The caller holds the agent's lock, so a socket found there is left over from an agent that
/// ended without closing it.
///
/// # Errors
/// Those of the system; then the socket does not exist. [`Foreign`] where another program has taken the address.
pub(crate) async fn listen(address: &SocketAddress) -> io::Result<Listener> {
    system::listen(address).await
}

/// The folder by which it is found, where it is in one: whoever removes that folder takes the socket away.
pub(crate) fn folder(address: &SocketAddress) -> Option<PathBuf> {
    system::folder(address)
}

/// Whether whoever looks for it at the address finds it. Its file may have been taken away.
pub(crate) fn is_found(listener: &Listener, address: &SocketAddress) -> bool {
    system::is_found(listener, address)
}

/// Accepts the next connection of this user; others are turned away without a word.
///
/// # Errors
/// This computer is short of something. The next try may succeed.
pub(crate) async fn accept(listener: &Listener) -> io::Result<Stream> {
    system::accept(listener).await
}

/// Stops listening and removes the socket. Errors are ignored: they must not keep the agent from finishing its work.
pub(crate) fn close(listener: Listener, address: &SocketAddress) {
    system::close(listener, address);
}
