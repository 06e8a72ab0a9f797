//! Results on standard output, everything else on standard error.

use std::io::{self, Write};

use connect_core::{
    explain::{self, Code},
    view::Failure,
};
use serde::Serialize;
use serde_json::value::RawValue;

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

/// `{"version": 1, …}` on one line. The value has no `version` of its own.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let object = serde_json::to_string(value).map_err(|_| unexpected())?;
    line(&with_first("\"version\":1", &object)?);
    Ok(())
}

/// A connection as the agent sent it, saying that its secrets are left out.
pub(crate) fn redacted(connection: &RawValue) -> Result<Box<RawValue>, Failure> {
    let said = with_first("\"redacted\":true", connection.get())?;
    RawValue::from_string(said).map_err(|_| unexpected())
}

/// The JSON object with one more field, before all others.
fn with_first(field: &str, object: &str) -> Result<String, Failure> {
    let fields = object.strip_prefix('{').ok_or_else(unexpected)?;
    let comma = if fields == "}" { "" } else { "," };
    Ok(format!("{{{field}{comma}{fields}"))
}

fn unexpected() -> Failure {
    explain::failure(Code::Unexpected, &[])
}

/// What went wrong and what to do about it.
pub(crate) fn failure(failure: &Failure) {
    hint(&failure.message);
    for fix in &failure.fix {
        hint(&format!("  - {}", fix.replace('\n', "\n    ")));
    }
}
