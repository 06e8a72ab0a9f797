//! Results on standard output, everything else on standard error.

use std::io::{self, Write};

use connect_core::{
    explain::{self, Code},
    view::Failure,
};
use serde::Serialize;
use serde_json::{Map, Value};

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
    let Ok(Value::Object(fields)) = serde_json::to_value(value) else { return Err(unexpected()) };
    let mut object = Map::from_iter([("version".to_owned(), Value::from(1))]);
    object.extend(fields);
    line(&serde_json::to_string(&object).map_err(|_| unexpected())?);
    Ok(())
}

/// What went wrong and what to do about it.
pub(crate) fn failure(failure: &Failure) {
    hint(&failure.message);
    for fix in &failure.fix {
        hint(&format!("  - {}", fix.replace('\n', "\n    ")));
    }
}
