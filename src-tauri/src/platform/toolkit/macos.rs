//! macOS: its own windows.

use connect_macos::{session, words};
use tauri::WebviewWindow;

/// Checks for a screen first: a connection from afar has none.
pub(super) fn prepare() -> Result<(), &'static str> {
    if session::has_screen() {
        return Ok(());
    }
    Err(
        "no window can be shown, because this session has no screen. In a terminal, `dtx` does the same work.",
    )
}

pub(super) fn say(words: &str) {
    words::say("Datatrax Connect", words);
}

/// The system lets whoever a person called come forward.
pub(super) fn hand_on_the_front() {}

pub(super) fn bring_forward(window: &WebviewWindow, _: Option<&str>) -> tauri::Result<()> {
    window.set_focus()
}
