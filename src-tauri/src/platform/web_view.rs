//! What draws the page.

#[cfg(target_os = "linux")]
mod linux;

use tauri::{Url, WebviewWindow};

#[cfg(target_os = "linux")]
use self::linux as system;

/// What often cures a page that cannot be drawn, in words.
pub(crate) use self::system::WHAT_OFTEN_HELPS;

/// What a look at the page has found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    Drawn,
    /// One colour all over.
    Blank,
    /// The desktop has nothing drawn of it, as of a window that is minimized or behind a locked screen.
    OutOfSight,
}

/// Looks at what is drawn of a page that says it is ready, and tells, for as long as somebody waits for that. A page's script
/// runs, and says so, whether or not its picture ever reaches the window.
///
/// # Errors
/// The window is gone.
pub(crate) fn look(
    window: &WebviewWindow,
    is_waited_for: impl Fn() -> bool + Send + 'static,
    tell: impl Fn(Seen) + Send + 'static,
) -> tauri::Result<()> {
    system::look(window, is_waited_for, tell)
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
