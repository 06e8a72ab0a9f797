//! Being asked to end: by Ctrl+C, by whoever runs the program, or by a terminal that closes.

pub(crate) use connect_agent::platform::signals::AskedToEnd;

/// The exit code of a command that was asked to end, as shells give it for Ctrl+C.
pub(crate) const ASKED: u8 = 130;
