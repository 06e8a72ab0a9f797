//! What nobody thought of: told in general words, with its place and kind in the log.

use std::{fmt::Debug, panic::Location};

use super::{Code, failure};
use crate::contract::view::Failure;

/// The failure for whoever asked, and a line in the log with the place that is called from and `kind`: which kind of cause it
/// was, such as an [`std::io::ErrorKind`] or a few words of the program's own. Never its content, which may quote anything.
#[track_caller]
pub fn unexpected(kind: impl Debug) -> Failure {
    let place = Location::caller();
    tracing::warn!(place = %format_args!("{}:{}", place.file(), place.line()), ?kind, "unexpected");
    failure(Code::Unexpected, &[])
}
