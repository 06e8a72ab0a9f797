//! Results on standard output, everything else on standard error.

use std::{
    io::{self, ErrorKind, Write},
    sync::OnceLock,
};

use connect_core::{
    contract::view::{AttemptEvent, Failure, SetupLink},
    explain::{self, Code},
    org::address,
};
use serde::Serialize;

use crate::platform::stdout;

/// Why a result could not be written: the first such error.
static UNWRITTEN: OnceLock<String> = OnceLock::new();

/// Writes one line to standard output. Errors are kept for [`unwritten`], so that the command can finish its work. A closed
/// pipe is no failure: the reader wants no more.
pub(crate) fn line(text: &str) {
    let mut line = String::with_capacity(text.len() + 1);
    line.push_str(text);
    line.push('\n');
    if let Err(error) = stdout::write(line.as_bytes())
        && error.kind() != ErrorKind::BrokenPipe
    {
        let _ = UNWRITTEN.set(explain::io_reason(&error));
    }
}

/// Why a result could not be written.
pub(crate) fn unwritten() -> Option<Failure> {
    let reason = UNWRITTEN.get()?;
    Some(explain::failure(Code::OutputUnwritable, &[("reason", reason)]))
}

/// Writes one line to standard error, for a person to read.
pub(crate) fn hint(text: &str) {
    let mut error = io::stderr().lock();
    let _ = error.write_all(text.as_bytes()).and_then(|()| error.write_all(b"\n"));
}

/// Prints `{"version": 1, …}` on one line. The value is an object with at least one field, and no `version` of its own.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    versioned(value).map(|text| line(&text))
}

/// `{"version": 1, …}`, as [`json`] prints it.
pub(crate) fn versioned(value: &impl Serialize) -> Result<String, Failure> {
    let mut text = written(value)?;
    if !text.starts_with('{') {
        return Err(explain::unexpected("no JSON object"));
    }
    text.replace_range(..1, "{\"version\":1,");
    Ok(text)
}

/// A value as JSON.
pub(crate) fn written(value: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(value).map_err(|error| explain::unexpected(error.classify()))
}

/// What went wrong, as JSON: the same for every command, whether it comes at once or in the middle of a sign-in.
pub(crate) fn failed(failure: Failure) -> Result<(), Failure> {
    json(&AttemptEvent::Failed(address::in_setup(failure)))
}

/// Prints what went wrong and what to do about it.
pub(crate) fn failure(failure: &Failure) {
    hint(&failure.message);
    for fix in &failure.fix {
        hint(&format!("  - {}", fix.replace('\n', "\n    ")));
    }
    if let Some(link) = address::in_setup(failure.clone()).setup {
        hint(&format!("  {}", way_into_setup(&link)));
    }
}

/// Where in the org's Setup something is done, in words.
pub(crate) fn way_into_setup(link: &SetupLink) -> String {
    let SetupLink { label, path, url, .. } = link;
    match url {
        Some(url) => format!("In Setup: {label}: {url}"),
        None => format!("In Setup: {label} (in your org, {path})"),
    }
}
