//! The page as a file, and the sum by which it is known again.

use std::{fs, io::Write as _, path::Path};

use sha2::{Digest, Sha256};

use super::page;
use crate::{
    contract::view::{AdminRequestView, Failure},
    explain::{self, Code},
    org::address,
    platform::private,
    secret::hex,
};

const OTHER_FILE: &str =
    "Name a file that is not there yet, in a folder that is there and that you may write to.";

/// A page that was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    pub file: String,
    /// As other programs print it: 64 hexadecimal digits.
    pub sha256: String,
}

/// Writes the page of a request into a new file.
///
/// # Errors
/// Why it was not written. Nothing is left then.
pub fn write(request: &AdminRequestView, file: &Path) -> Result<Written, Failure> {
    let org = address::parse_stored(&request.address.origin)
        .map_err(|_| explain::failure(Code::RequestUnknown, &[]))?;
    let html = page::html(request, &org);
    let mut opened = private::new_file(file).map_err(|error| unwritten(file, &error))?;
    let written = opened.write_all(html.as_bytes()).and_then(|()| opened.sync_all());
    written.map_err(|error| {
        let _ = fs::remove_file(file);
        unwritten(file, &error)
    })?;
    Ok(Written { file: file.display().to_string(), sha256: hex(&Sha256::digest(&html)) })
}

fn unwritten(file: &Path, error: &std::io::Error) -> Failure {
    let reason = explain::io_reason(error);
    let told = explain::failure(Code::OutputUnwritable, &[("reason", &reason)]);
    let message = format!("{} was not written: {reason}.", explain::shown(&file.display().to_string()));
    Failure { message, fix: vec![OTHER_FILE.to_owned()], ..told }
}
