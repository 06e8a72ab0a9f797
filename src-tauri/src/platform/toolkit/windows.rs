//! Windows: windows of the system's own.

use connect_windows::{application, foreground, words};
use tauri::WebviewWindow;

/// What Windows knows the application by (`AppUserModelID`): the installer writes it on the shortcut in the Start menu, whose
/// icon and name are then shown for the window.
const APPLICATION: &str = "com.getdatatrax.connect";

/// Every session has a desktop, though not always one that somebody sees.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere a session may have no display")]
pub(super) fn prepare() -> Result<(), &'static str> {
    if let Err(error) = application::is(APPLICATION) {
        tracing::info!(%error, "the window is not shown as the application's");
    }
    Ok(())
}

pub(super) fn say(words: &str) {
    words::say("Datatrax Connect", words);
}

pub(super) fn hand_on_the_front() {
    foreground::hand_on();
}

/// The leave was handed on to this process by the system: to ask for the focus uses it.
pub(super) fn bring_forward(window: &WebviewWindow, _: Option<&str>) -> tauri::Result<()> {
    window.set_focus()
}
