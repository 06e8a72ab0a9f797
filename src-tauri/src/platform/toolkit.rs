//! The window toolkit: whether it can show a window, how that comes to the front, and messages without a page.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use tauri::WebviewWindow;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Finds out whether this session can show a window at all.
///
/// # Errors
/// The session cannot: why, in words.
pub(crate) fn prepare() -> Result<(), &'static str> {
    system::prepare()
}

/// Shows the words in a window of the toolkit's own, and returns when it was closed; at once without a display.
pub(crate) fn say(words: &str) {
    system::say(words);
}

/// Lets the program that is about to be told come to the front, where that is not in what it is told.
pub(crate) fn hand_on_the_front() {
    system::hand_on_the_front();
}

/// Brings the window to the front, as far as the desktop permits; `leave` is its activation token.
///
/// # Errors
/// Those of the toolkit.
pub(crate) fn bring_forward(window: &WebviewWindow, leave: Option<&str>) -> tauri::Result<()> {
    system::bring_forward(window, leave)
}
