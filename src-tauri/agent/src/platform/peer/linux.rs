//! Linux: the socket has a pidfd of whoever connected, so that no other process is taken for it.

use connect_core::platform::program::Process;
use nix::{
    errno::Errno,
    sys::socket::{getsockopt, sockopt::PeerPidfd},
};

use crate::platform::socket::{self, Stream};

pub(super) fn process(stream: &Stream) -> Option<Process> {
    match getsockopt(stream, PeerPidfd) {
        Ok(handle) => Process::behind(handle),
        // A kernel before 6.5 has the number alone.
        Err(Errno::ENOPROTOOPT) => Process::numbered(socket::process(stream)?),
        Err(_) => None,
    }
}
