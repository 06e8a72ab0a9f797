//! The page of a request to an admin, written among the person's downloads.

use std::path::{Path, PathBuf};

use connect_core::{
    contract::view::{AdminRequestView, Failure},
    sealed::{self, Written},
};
use serde::Serialize;

use crate::help::Help;

/// How many files of one name are written beside each other.
const MOST_OF_A_NAME: usize = 100;

/// A request whose page was written.
#[derive(Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct PageWritten {
    request: AdminRequestView,
    /// Where its page is.
    file: String,
    /// By which the page is known again: 64 hexadecimal digits.
    sha256: String,
}

/// Writes the page of a request into a new file.
pub(crate) fn written(request: AdminRequestView) -> Result<PageWritten, Failure> {
    let Written { file, sha256 } = sealed::write(&request, &free(&Help::exported_to()?, &request))?;
    Ok(PageWritten { request, file, sha256 })
}

/// The file's own name, or, where that is taken, the same with a number.
fn free(folder: &Path, request: &AdminRequestView) -> PathBuf {
    let name = sealed::file_name(request);
    let stem = name.trim_end_matches(".html");
    let numbered = (2..MOST_OF_A_NAME).map(|number| folder.join(format!("{stem}-{number}.html")));
    let mut candidates = std::iter::once(folder.join(&name)).chain(numbered);
    candidates.find(|file| !file.exists()).unwrap_or_else(|| folder.join(&name))
}
