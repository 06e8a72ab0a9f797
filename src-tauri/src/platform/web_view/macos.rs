//! macOS: `WKWebView`, which is the system's.

use std::sync::{Mutex, PoisonError};

use connect_core::platform::settings::Theme;
use tauri::{Builder, Manager, Runtime, Url, WebviewWindow, WebviewWindowBuilder};

use super::Seen;

pub(crate) const WHAT_OFTEN_HELPS: &str = "A newer version of macOS often cures this.";

/// It is a part of the system.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may be missing")]
pub(super) fn prepare() -> Result<(), &'static str> {
    Ok(())
}

/// What is to be called when the page's process has ended.
struct WhenGone(Mutex<Box<dyn Fn() -> bool + Send>>);

/// The system tells the whole application of it, and no window.
pub(super) fn listening<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder.on_web_content_process_terminate(|view| {
        let when_gone = view.try_state::<WhenGone>();
        let loads_again = when_gone.is_some_and(|when_gone| {
            let is_gone = when_gone.0.lock().unwrap_or_else(PoisonError::into_inner);
            is_gone()
        });
        if loads_again && let Err(error) = view.reload() {
            tracing::warn!(%error, "the page was not loaded again");
        }
    })
}

#[expect(clippy::unnecessary_wraps, reason = "elsewhere the window may be gone")]
pub(super) fn when_the_page_is_gone(
    window: &WebviewWindow,
    is_gone: impl Fn() -> bool + Send + 'static,
) -> tauri::Result<()> {
    window.manage(WhenGone(Mutex::new(Box::new(is_gone))));
    Ok(())
}

/// Nothing: the window has the ground of the system's theme.
pub(super) fn before_the_page<R: Runtime, M: Manager<R>>(
    builder: WebviewWindowBuilder<'_, R, M>,
    _: Theme,
) -> WebviewWindowBuilder<'_, R, M> {
    builder
}

/// Nothing is looked at: a page that says it is ready counts as drawn.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere the window may be gone")]
pub(super) fn look(
    _: &WebviewWindow,
    is_waited_for: impl Fn() -> bool + Send + 'static,
    tell: impl Fn(Seen) + Send + 'static,
) -> tauri::Result<()> {
    if is_waited_for() {
        tell(Seen::Drawn);
    }
    Ok(())
}

/// The page's scheme is local; `tauri.localhost`, which Windows uses instead, would be this computer here.
pub(super) fn is_own_page(url: &Url) -> bool {
    url.scheme() == "tauri" && url.host_str() == Some("localhost")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_only_its_own_page() {
        for own in ["tauri://localhost/", "tauri://localhost/index.html"] {
            assert!(is_own_page(&Url::parse(own).unwrap()), "{own} is the page");
        }
        for other in
            ["https://acme.my.salesforce.com/", "http://tauri.localhost/", "tauri://other/", "about:blank"]
        {
            assert!(!is_own_page(&Url::parse(other).unwrap()), "{other} must not be shown");
        }
    }
}
