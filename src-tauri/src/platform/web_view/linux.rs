//! Linux: `WebKitGTK`.

use tauri::{Url, WebviewWindow};
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Without the graphics card.
pub(crate) const PLAIN_DRAWING: &[(&str, &str)] =
    &[("WEBKIT_DISABLE_DMABUF_RENDERER", "1"), ("WEBKIT_DISABLE_COMPOSITING_MODE", "1")];

pub(crate) const WHAT_OFTEN_HELPS: &str = "A newer version of the system's WebKitGTK often cures this.";

pub(super) fn draw_plainly(window: &WebviewWindow) -> tauri::Result<()> {
    window.with_webview(|view| {
        if let Some(settings) = WebViewExt::settings(&view.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })
}

pub(super) fn when_the_page_is_gone(
    window: &WebviewWindow,
    is_gone: impl Fn() -> bool + Send + 'static,
) -> tauri::Result<()> {
    window.with_webview(move |view| {
        view.inner().connect_web_process_terminated(move |view, _| {
            if is_gone() {
                view.reload();
            }
        });
    })
}

/// Its scheme is no network's; `tauri.localhost`, which Windows uses in its place, would be this computer here.
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
        for other in [
            "https://acme.my.salesforce.com/",
            "http://localhost:17177/",
            "http://tauri.localhost/",
            "https://tauri.localhost/",
            "tauri://other/",
            "data:text/html,x",
            "about:blank",
        ] {
            assert!(!is_own_page(&Url::parse(other).unwrap()), "{other} must not be shown");
        }
    }
}
