//! Linux: the package brings the desktop entry, and nobody but the package manager takes it away.

use tauri::AppHandle;

pub(super) fn keep(_: &AppHandle) {}
