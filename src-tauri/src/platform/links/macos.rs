//! macOS: the bundle names the scheme, and Launch Services starts it or tells the one that runs (an Apple event).

use std::ffi::OsString;

use tauri::{AppHandle, RunEvent};

/// Nobody takes it away from the bundle.
pub(super) fn keep(_: &AppHandle) {}

pub(super) fn told(event: &RunEvent) -> Option<Vec<OsString>> {
    let RunEvent::Opened { urls } = event else { return None };
    Some(urls.iter().map(|link| link.as_str().into()).collect())
}
