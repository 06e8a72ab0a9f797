//! The terminal that `dtx` was started in: what is typed, hidden on demand, and the width.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::io;

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;

/// Reads one byte of standard input, and no more: bytes read ahead would be kept for as long as the program lives.
/// `None` at its end.
///
/// # Errors
/// Standard input cannot be read any more.
pub(crate) fn byte_of_stdin() -> io::Result<Option<u8>> {
    system::byte_of_stdin()
}

/// What is pressed to end what is typed.
pub(crate) const END_OF_INPUT: &str = system::END_OF_INPUT;

/// Hides what is typed until this is dropped.
pub(crate) struct Unseen {
    _begun: system::Unseen,
}

impl Unseen {
    /// `None` where standard input is no terminal, so nothing typed is shown anyway.
    pub(crate) fn begin() -> Option<Self> {
        Some(Self { _begun: system::Unseen::begin()? })
    }
}

/// The width of standard output in characters. `None` where it is no terminal, or one that does not say.
pub(crate) fn width_of_stdout() -> Option<usize> {
    system::width(&io::stdout())
}

/// The width of standard error, as [`width_of_stdout`].
pub(crate) fn width_of_stderr() -> Option<usize> {
    system::width(&io::stderr())
}

/// Whether standard output, which is a terminal, draws in bold where that is asked for by a sequence of characters.
pub(crate) fn stdout_draws() -> bool {
    system::draws(&io::stdout())
}

/// The same of standard error.
pub(crate) fn stderr_draws() -> bool {
    system::draws(&io::stderr())
}
