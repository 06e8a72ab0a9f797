//! Windows: by the standard library, which a console gets its own letters from.

use std::io::{self, Write as _};

/// No process is on the other end of the pipe: the standard library has no kind for it.
const ERROR_PIPE_NOT_CONNECTED: i32 = 233;

pub(super) fn write(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes).and_then(|()| stdout.flush()).map_err(of_closed_pipe)
}

/// A pipe that its reader has closed is told as one, by whatever number.
fn of_closed_pipe(error: io::Error) -> io::Error {
    match error.raw_os_error() {
        Some(ERROR_PIPE_NOT_CONNECTED) => io::ErrorKind::BrokenPipe.into(),
        _ => error,
    }
}
