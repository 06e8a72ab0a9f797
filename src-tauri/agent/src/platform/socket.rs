//! The local socket between clients and agent, a stream of bytes that only this user's programs reach.

#[cfg(unix)]
mod unix;

use std::io;

use connect_core::platform::home::SocketAddress;

#[cfg(unix)]
use self::unix as system;

/// The socket on which the agent waits for clients.
pub(crate) use self::system::Listener;
/// The connection of one client.
pub(crate) use self::system::Stream;
/// The two halves of a [`Stream`].
pub(crate) use self::system::{Reader, Writer};

/// Connects to the agent of this user. `Ok(None)` when none listens.
///
/// # Errors
/// `PermissionDenied` when the other end belongs to another user.
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
/// Those of the system; then the socket does not exist.
pub(crate) fn listen(address: &SocketAddress) -> io::Result<Listener> {
    system::listen(address)
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
