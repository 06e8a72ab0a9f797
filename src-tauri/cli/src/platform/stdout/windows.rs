//! Windows: by the standard library, which a console gets its own letters from.

use std::io::{self, Write as _};

pub(super) fn write(bytes: &[u8]) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(bytes)?;
    stdout.flush()
}
