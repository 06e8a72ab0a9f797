//! The terminal that `dtx` was started in: what is typed, unseen where that is wanted, and how wide it is.

#[cfg(unix)]
mod unix;

use std::io;

#[cfg(unix)]
use self::unix as system;

/// One byte of standard input, and no more: what is read ahead would be kept for as long as the program lives. `None` at its
/// end.
///
/// # Errors
/// It cannot be read any more.
pub(crate) fn byte_of_stdin() -> io::Result<Option<u8>> {
    system::byte_of_stdin()
}

/// What is typed is not shown until this is dropped.
pub(crate) struct Unseen {
    _begun: system::Unseen,
}

impl Unseen {
    /// `None` where nothing is shown anyway, because standard input is no terminal.
    pub(crate) fn begin() -> Option<Self> {
        Some(Self { _begun: system::Unseen::begin()? })
    }
}

/// How many characters a line of standard output has. `None` where it is no terminal, or one that does not say.
pub(crate) fn width_of_stdout() -> Option<usize> {
    system::width(&io::stdout())
}

/// The same of standard error.
pub(crate) fn width_of_stderr() -> Option<usize> {
    system::width(&io::stderr())
}
