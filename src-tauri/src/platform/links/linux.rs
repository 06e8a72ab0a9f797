//! Linux: the package brings the desktop entry, and nobody but the package manager takes it away.

use std::ffi::OsString;

use tauri::{AppHandle, RunEvent};

pub(super) fn keep(_: &AppHandle) {}

pub(super) fn told(_: &RunEvent) -> Option<Vec<OsString>> {
    None
}
