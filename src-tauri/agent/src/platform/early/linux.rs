//! Linux: a socket that waits for nothing, and signals that wait.

use std::{
    io::{self, Read, Write},
    os::unix::net::UnixStream,
    time::Duration,
};

use connect_core::platform::{home::SocketAddress, user};
use nix::sys::signal::{SigSet, SigmaskHow, Signal};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, connect as begin, socket_with, sockopt},
};

use crate::platform::socket;

pub(crate) struct Stream {
    socket: UnixStream,
    kept: Kept,
}

/// The signals that ask for the end, which wait while this is there.
struct Kept {
    before: SigSet,
}

impl Kept {
    fn begin() -> Option<Self> {
        let ends: SigSet = [Signal::SIGINT, Signal::SIGTERM, Signal::SIGHUP].into_iter().collect();
        let before = ends.thread_swap_mask(SigmaskHow::SIG_BLOCK).ok()?;
        Some(Self { before })
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        // What has worked before does not fail.
        let _ = self.before.thread_set_mask();
    }
}

pub(super) fn connect(address: &SocketAddress) -> Option<Stream> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    let socket = socket_with(AddressFamily::UNIX, SocketType::STREAM, flags, None).ok()?;
    begin(&socket, &SocketAddrUnix::new(address.name()).ok()?).ok()?;
    let is_ours = sockopt::socket_peercred(&socket).ok()?.uid.as_raw() == user::number();
    is_ours.then(Kept::begin).flatten().map(|kept| Stream { socket: socket.into(), kept })
}

pub(crate) async fn heard(stream: &socket::Stream) {
    // An error is heard by whoever reads next.
    let _ = stream.readable().await;
}

impl Stream {
    /// `false` where not all of it was taken.
    pub(crate) fn send(&self, bytes: &[u8]) -> bool {
        (&self.socket).write(bytes).is_ok_and(|sent| sent == bytes.len())
    }

    /// Whether there is something to read, or the end, within this time.
    pub(crate) fn has_more_within(&self, limit: Duration) -> bool {
        let limit = Timespec::try_from(limit).unwrap_or_default();
        poll(&mut [PollFd::new(&self.socket, PollFlags::IN)], Some(&limit)) == Ok(1)
    }

    pub(crate) fn read(&self, into: &mut [u8]) -> io::Result<usize> {
        (&self.socket).read(into)
    }

    /// The same as others have it. From now on requests to end are obeyed, or heard by whoever listens to them.
    pub(crate) fn into_usual(self) -> io::Result<socket::Stream> {
        let Self { socket, kept } = self;
        drop(kept);
        socket::Stream::from_std(socket)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_to_end_waits_for_whoever_listens() {
        let kept = Kept::begin().unwrap();
        assert!(SigSet::thread_get_mask().unwrap().contains(Signal::SIGTERM), "it waits");
        drop(kept);
        assert!(!SigSet::thread_get_mask().unwrap().contains(Signal::SIGTERM), "and no longer");
    }
}
