//! macOS: a socket has the number of whoever connected to it, and who has it now is looked at at once.

use connect_core::platform::program::Process;

use crate::platform::socket::{self, Stream};

pub(super) fn process(stream: &Stream) -> Option<Process> {
    Process::numbered(socket::process(stream)?)
}
