//! What windows are made of: whether there can be one, how it comes to the front, and words without any page.

#[cfg(target_os = "linux")]
mod linux;

use tauri::WebviewWindow;

#[cfg(target_os = "linux")]
use self::linux as system;

/// Finds out whether this session can show a window at all.
///
/// # Errors
/// Why it cannot, in words.
pub(crate) fn prepare() -> Result<(), &'static str> {
    system::prepare()
}

/// Says it in a window of the toolkit's own, and returns when it was read; at once where there can be none.
pub(crate) fn say(words: &str) {
    system::say(words);
}

/// Brings the window to the front, as far as the desktop lets it; `leave` is what it has given for that.
///
/// # Errors
/// Those of the toolkit.
pub(crate) fn bring_forward(window: &WebviewWindow, leave: Option<&str>) -> tauri::Result<()> {
    system::bring_forward(window, leave)
}
