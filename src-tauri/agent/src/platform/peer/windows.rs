//! Windows: a pipe has the number of whoever opened its other end.

use connect_core::platform::program::Process;

use crate::platform::socket::{self, Stream};

pub(super) fn process(stream: &Stream) -> Option<Process> {
    Process::numbered(socket::process(stream)?)
}
