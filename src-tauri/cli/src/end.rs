//! Requests to end: Ctrl+C, a supervisor's signal, or a terminal that closes.

pub(crate) use connect_agent::platform::signals::AskedToEnd;

/// The exit code of a command that was asked to end, as shells report Ctrl+C.
pub(crate) const ASKED: u8 = 130;
