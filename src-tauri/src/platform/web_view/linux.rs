//! Linux: `WebKitGTK`.

use std::{cell::Cell, rc::Rc, time::Duration};

use connect_core::platform::settings::Theme;
use gtk::{
    cairo::{Context, Format, ImageSurface},
    glib::{self, ControlFlow, Propagation},
    prelude::*,
};
use tauri::{Builder, Manager, Runtime, Url, WebviewWindow, WebviewWindowBuilder};
use webkit2gtk::{WebView, WebViewExt};

use super::Seen;

/// The pause between two looks at the page. A picture comes some milliseconds after the page is ready.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

pub(crate) const WHAT_OFTEN_HELPS: &str = "A newer version of the system's WebKitGTK often cures this.";

/// It is a library that the window is linked with: without it nothing starts.
#[expect(clippy::unnecessary_wraps, reason = "elsewhere it may be missing")]
pub(super) fn prepare() -> Result<(), &'static str> {
    Ok(())
}

/// It is told to the window.
pub(super) fn listening<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
}

/// Nothing: the window has the ground of the toolkit's theme.
pub(super) fn before_the_page<R: Runtime, M: Manager<R>>(
    builder: WebviewWindowBuilder<'_, R, M>,
    _: Theme,
) -> WebviewWindowBuilder<'_, R, M> {
    builder
}

pub(super) fn look(
    window: &WebviewWindow,
    is_waited_for: impl Fn() -> bool + Send + 'static,
    tell: impl Fn(Seen) + Send + 'static,
) -> tauri::Result<()> {
    window.with_webview(move |view| {
        let view = view.inner();
        let is_shown = Rc::new(Cell::new(false));
        let shown = Rc::clone(&is_shown);
        let mut handler = Some(view.connect_draw(move |_, _| {
            shown.set(true);
            Propagation::Proceed
        }));
        view.queue_draw();
        glib::timeout_add_local(LOOK_AGAIN, move || {
            if !is_waited_for() {
                handler.take().into_iter().for_each(|handler| view.disconnect(handler));
                return ControlFlow::Break;
            }
            // The toolkit draws only what the desktop shows. Whether it did is known at the next look.
            let seen = if is_shown.get() { draw_once_more(&view) } else { Seen::OutOfSight };
            is_shown.set(false);
            view.queue_draw();
            tell(seen);
            ControlFlow::Continue
        });
    })
}

/// Makes the view draw what has arrived from the page's process. A snapshot would prove nothing: for that, the page's
/// process draws anew.
fn draw_once_more(view: &WebView) -> Seen {
    let is_blank = || {
        let size = (view.allocated_width(), view.allocated_height());
        let mut surface = ImageSurface::create(Format::ARgb32, size.0, size.1).ok()?;
        view.draw(&Context::new(&surface).ok()?);
        let pixels = surface.data().ok()?;
        Some(is_one_colour(&pixels))
    };
    match is_blank() {
        Some(true) => Seen::Blank,
        Some(false) => Seen::Drawn,
        None => Seen::OutOfSight,
    }
}

fn is_one_colour(pixels: &[u8]) -> bool {
    let mut pixels = pixels.chunks_exact(4);
    let first = pixels.next();
    pixels.all(|pixel| Some(pixel) == first)
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

    #[test]
    fn a_page_of_one_colour_is_blank() {
        assert!(is_one_colour(&[]), "nothing at all");
        assert!(is_one_colour(&[7, 7, 7, 255].repeat(100)), "one grey");
        let mut page = [255; 4].repeat(100);
        page[161] = 0;
        assert!(!is_one_colour(&page), "something stands there");
    }
}
