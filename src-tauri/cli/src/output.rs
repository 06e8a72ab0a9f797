//! Results on standard output, everything else on standard error.

use std::io::{self, Write};

use connect_core::{
    explain::{self, Code},
    view::Failure,
};
use serde::Serialize;

/// Writes one line to standard output. Whoever closed it does not want more.
pub(crate) fn line(text: &str) {
    write(&[text.as_bytes(), b"\n"].concat());
}

fn write(bytes: &[u8]) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(bytes).and_then(|()| out.flush());
}

/// Writes one line to standard error, for a person to read.
pub(crate) fn hint(text: &str) {
    let mut error = io::stderr().lock();
    let _ = error.write_all(text.as_bytes()).and_then(|()| error.write_all(b"\n"));
}

/// `{"version": 1, …}` on one line. The value is an object with at least one field, and no `version` of its own.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let mut text = br#"{"version":1"#.to_vec();
    let begin = text.len();
    let written = serde_json::to_writer(&mut text, value);
    // What would open the value goes on with its fields.
    match text.get_mut(begin) {
        Some(brace @ b'{') if written.is_ok() => *brace = b',',
        _ => return Err(explain::failure(Code::Unexpected, &[])),
    }
    text.push(b'\n');
    write(&text);
    Ok(())
}

/// What went wrong and what to do about it.
pub(crate) fn failure(failure: &Failure) {
    hint(&failure.message);
    for fix in &failure.fix {
        hint(&format!("  - {}", fix.replace('\n', "\n    ")));
    }
}
