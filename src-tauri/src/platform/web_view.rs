//! The web view that draws the page.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use connect_core::platform::settings::Theme;
use tauri::{Builder, Manager, Runtime, Url, WebviewWindow, WebviewWindowBuilder};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Advice that often cures a page that cannot be drawn, in words.
pub(crate) use self::system::WHAT_OFTEN_HELPS;

/// The result of a look at the page's picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(all(target_os = "macos", not(test)), expect(dead_code, reason = "nothing is looked at there"))]
pub(crate) enum Seen {
    Drawn,
    /// The picture has one colour all over.
    Blank,
    /// The desktop draws nothing of the page, as for a minimized window or behind a locked screen.
    OutOfSight,
}

/// Finds out whether this computer has a web view that serves.
///
/// # Errors
/// It has none: what to do, in words.
pub(crate) fn prepare() -> Result<(), &'static str> {
    system::prepare()
}

/// Has the application hear what the system tells of the page's process, where it tells no window.
pub(crate) fn listening<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    system::listening(builder)
}

/// What the web view has to know before it has a page.
pub(crate) fn before_the_page<R: Runtime, M: Manager<R>>(
    builder: WebviewWindowBuilder<'_, R, M>,
    theme: Theme,
) -> WebviewWindowBuilder<'_, R, M> {
    system::before_the_page(builder, theme)
}

/// Looks at the picture of a page that says it is ready, and reports each look while one is waited for. A page's
/// script runs, and says so, whether or not its picture ever reaches the window.
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

/// Watches the separate process that draws the page; without it the window would stay blank. `is_gone` is called
/// whenever that process has ended, and returns whether to load the page again.
///
/// # Errors
/// The window is gone.
pub(crate) fn when_the_page_is_gone(
    window: &WebviewWindow,
    is_gone: impl Fn() -> bool + Send + 'static,
) -> tauri::Result<()> {
    system::when_the_page_is_gone(window, is_gone)
}

/// Whether this is the page that ships with the window: any other address belongs into the system browser.
pub(crate) fn is_own_page(url: &Url) -> bool {
    system::is_own_page(url)
}
