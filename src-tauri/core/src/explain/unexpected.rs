//! Unforeseen errors: told in general words, with place and kind in the log.

use std::{fmt::Debug, panic::Location};

use super::{Code, failure};
use crate::contract::view::Failure;

/// The failure for an unforeseen error, and a log line with the caller's place and `kind`: the cause's kind, such as an
/// [`std::io::ErrorKind`] or a few fixed words. Never its content, which may quote anything.
#[track_caller]
pub fn unexpected(kind: impl Debug) -> Failure {
    let place = Location::caller();
    tracing::warn!(place = %format_args!("{}:{}", place.file(), place.line()), ?kind, "unexpected");
    failure(Code::Unexpected, &[])
}
