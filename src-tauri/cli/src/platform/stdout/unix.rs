//! Unix: the file itself. The standard library's own way takes output that is open for reading alone for written.

use std::{io, thread, time::Duration};

use rustix::io::Errno;

/// How long a full pipe is left to its reader.
const MOMENT: Duration = Duration::from_millis(5);

pub(super) fn write(mut bytes: &[u8]) -> io::Result<()> {
    let stdout = io::stdout();
    while !bytes.is_empty() {
        match rustix::io::write(&stdout, bytes) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(written) => bytes = bytes.get(written..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            // Another program has set the pipe not to wait.
            Err(Errno::AGAIN) => thread::sleep(MOMENT),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
