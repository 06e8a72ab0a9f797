//! A practice org that this window runs.

use connect_core::explain::unexpected;
use tauri::State;

use super::Answer;
use crate::practice::{Practice, PracticeOrg};

/// The practice org that this window runs, if any.
#[tauri::command]
pub(crate) fn practice(practice: State<'_, PracticeOrg>) -> Option<Practice> {
    practice.running()
}

/// Starts a practice org, which runs until it is stopped or the window is closed.
#[tauri::command]
pub(crate) async fn start_practice(practice: State<'_, PracticeOrg>) -> Answer<Practice> {
    let practice = practice.inner().clone();
    match tauri::async_runtime::spawn_blocking(move || practice.start()).await {
        Ok(started) => started,
        Err(_) => Err(unexpected("a task ended early")),
    }
}

#[tauri::command]
pub(crate) fn stop_practice(practice: State<'_, PracticeOrg>) {
    practice.stop();
}
