//! Results on standard output, everything else on standard error.

use std::io::{self, Write};

use connect_core::{
    explain::{self, Code},
    view::Failure,
};
use serde::Serialize;

/// Writes one line to standard output. Whoever closed it does not want more.
pub(crate) fn line(text: &str) {
    let mut out = io::stdout().lock();
    let _ = out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
}

/// Writes one line to standard error, for a person to read.
pub(crate) fn hint(text: &str) {
    let mut error = io::stderr().lock();
    let _ = error.write_all(text.as_bytes()).and_then(|()| error.write_all(b"\n"));
}

/// `{"version": 1, …}` on one line.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let unexpected = || explain::failure(Code::Unexpected, &[]);
    let object = serde_json::to_string(value).map_err(|_| unexpected())?;
    let fields = object.strip_prefix('{').ok_or_else(unexpected)?;
    let comma = if fields == "}" { "" } else { "," };
    line(&format!("{{\"version\":1{comma}{fields}"));
    Ok(())
}

/// What went wrong and what to do about it.
pub(crate) fn failure(failure: &Failure) {
    hint(&failure.message);
    for fix in &failure.fix {
        hint(&format!("  - {}", fix.replace('\n', "\n    ")));
    }
}
