//! What draws the page.

#[cfg(target_os = "linux")]
mod linux;

use tauri::{Url, WebviewWindow};

#[cfg(target_os = "linux")]
use self::linux as system;

/// What a window's process has in its environment to draw in the plainest way. Nothing where there is only one way.
pub(crate) use self::system::PLAIN_DRAWING;
/// What often cures a page that cannot be drawn, in words.
pub(crate) use self::system::WHAT_OFTEN_HELPS;

/// Has the page drawn without the graphics card: forms and lists gain nothing from it, and its driver takes memory and time.
///
/// # Errors
/// The window is gone.
pub(crate) fn draw_plainly(window: &WebviewWindow) -> tauri::Result<()> {
    system::draw_plainly(window)
}

/// The page is drawn by a process of its own; without it the window would stay blank. `is_gone` is told whenever that process
/// has ended, and says whether the page is to be loaded again.
///
/// # Errors
/// The window is gone.
pub(crate) fn when_the_page_is_gone(
    window: &WebviewWindow,
    is_gone: impl Fn() -> bool + Send + 'static,
) -> tauri::Result<()> {
    system::when_the_page_is_gone(window, is_gone)
}

/// Whether this is the page that ships with the window: everything else belongs into the system browser.
pub(crate) fn is_own_page(url: &Url) -> bool {
    system::is_own_page(url)
}
