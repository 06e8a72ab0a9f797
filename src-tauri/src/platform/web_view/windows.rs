//! Windows: `WebView2`.

use std::{thread, time::Duration};

use connect_core::platform::settings::Theme;
use connect_windows::{picture, web_view};
use tauri::{Builder, Manager, Runtime, Url, WebviewWindow, WebviewWindowBuilder, window::Color};
use windows_registry::CURRENT_USER;

use super::Seen;

/// The pause between two looks at the page. A picture comes some milliseconds after the page is ready.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

pub(crate) const WHAT_OFTEN_HELPS: &str =
    "A newer version of Microsoft's WebView2 Runtime often cures this: Windows Update brings it.";

/// The first version with all that the page is written with (`light-dark` in its colours).
const OLDEST: u32 = 123;

const MISSING: &str = "The window needs Microsoft's WebView2 Runtime, which this computer does not have. Download the Evergreen \
    Bootstrapper from https://developer.microsoft.com/microsoft-edge/webview2/ and run it, then open Datatrax Connect again. \
    The connections are kept all the same. In a terminal, dtx does the same work as this window.";

const TOO_OLD: &str = "The window needs version 123 or newer of Microsoft's WebView2 Runtime; this computer has an older one. \
    Windows Update brings a newer one. So does the Evergreen Bootstrapper from https://developer.microsoft.com/microsoft-edge/webview2/: \
    run it, then open Datatrax Connect again. The connections are kept all the same. In a terminal, dtx does the same work as this window.";

/// The page's own grounds, `--canvas` in `ui/css/tokens.css`.
const LIGHT: Color = Color(250, 250, 247, 255);
const DARK: Color = Color(18, 21, 26, 255);

/// Looks at which version there is: `WebView2` is no part of the window, and of Windows only since Windows 11.
pub(super) fn prepare() -> Result<(), &'static str> {
    serves(tauri::webview_version().ok().as_deref())
}

fn serves(version: Option<&str>) -> Result<(), &'static str> {
    let major = version.ok_or(MISSING)?.split('.').next().unwrap_or_default();
    // A number that cannot be read is no reason to refuse.
    match major.parse::<u32>() {
        Ok(major) if major < OLDEST => Err(TOO_OLD),
        Ok(_) | Err(_) => Ok(()),
    }
}

/// It is told to the window.
pub(super) fn listening<R: Runtime>(builder: Builder<R>) -> Builder<R> {
    builder
}

/// Until the page is drawn the window has its ground, or it would be white for a moment. What is typed is kept by no one.
pub(super) fn before_the_page<R: Runtime, M: Manager<R>>(
    builder: WebviewWindowBuilder<'_, R, M>,
    theme: Theme,
) -> WebviewWindowBuilder<'_, R, M> {
    builder.background_color(ground(theme)).general_autofill_enabled(false)
}

fn ground(theme: Theme) -> Color {
    match theme {
        Theme::Dark => DARK,
        Theme::System if system_is_dark() => DARK,
        Theme::Light | Theme::System => LIGHT,
    }
}

fn system_is_dark() -> bool {
    let colours = CURRENT_USER.open(r"Software\Microsoft\Windows\CurrentVersion\Themes\Personalize");
    colours.and_then(|colours| colours.get_u32("AppsUseLightTheme")).is_ok_and(|is_light| is_light == 0)
}

/// What the desktop has of the window is looked at: not what the page's process would draw if it were asked.
pub(super) fn look(
    window: &WebviewWindow,
    is_waited_for: impl Fn() -> bool + Send + 'static,
    tell: impl Fn(Seen) + Send + 'static,
) -> tauri::Result<()> {
    let window = window.hwnd()?.0.addr();
    thread::spawn(move || {
        loop {
            thread::sleep(LOOK_AGAIN);
            if !is_waited_for() {
                return;
            }
            tell(seen(picture::of(window).as_deref()));
        }
    });
    Ok(())
}

/// Blank is one of the grounds that the window has before its page, all over. Any other single colour, such as the black of a
/// picture that the system did not draw, tells nothing.
fn seen(picture: Option<&[u8]>) -> Seen {
    let colours = picture.unwrap_or_default().chunks_exact(4).map(|pixel| [pixel[2], pixel[1], pixel[0]]);
    let Some(first) = colours.clone().next() else { return Seen::OutOfSight };
    if colours.clone().any(|colour| colour != first) {
        return Seen::Drawn;
    }
    let is_ground = [LIGHT, DARK].iter().any(|ground| [ground.0, ground.1, ground.2] == first);
    if is_ground { Seen::Blank } else { Seen::OutOfSight }
}

pub(super) fn when_the_page_is_gone(
    window: &WebviewWindow,
    is_gone: impl Fn() -> bool + Send + 'static,
) -> tauri::Result<()> {
    window.with_webview(move |view| {
        if let Err(error) = web_view::when_the_page_is_gone(&view.controller(), is_gone) {
            tracing::warn!(%error, "a crash of the page will not be heard of");
        }
    })
}

/// `WebView2` has no schemes of a program's own: the page has a host's address, which never leaves the web view.
pub(super) fn is_own_page(url: &Url) -> bool {
    url.scheme() == "http" && url.host_str() == Some("tauri.localhost") && url.port().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_only_its_own_page() {
        for own in ["http://tauri.localhost/", "http://tauri.localhost/index.html"] {
            assert!(is_own_page(&Url::parse(own).unwrap()), "{own} is the page");
        }
        for other in [
            "https://acme.my.salesforce.com/",
            "http://localhost:17177/",
            "http://tauri.localhost:17177/",
            "https://tauri.localhost/",
            "tauri://localhost/",
            "http://tauri.localhost.example.com/",
            "data:text/html,x",
            "about:blank",
        ] {
            assert!(!is_own_page(&Url::parse(other).unwrap()), "{other} must not be shown");
        }
    }

    #[test]
    fn a_web_view_that_is_missing_or_too_old_is_said_with_what_to_do() {
        assert_eq!(serves(None), Err(MISSING));
        for (version, expected) in [
            ("86.0.616.0", Err(TOO_OLD)),
            ("122.0.2365.106", Err(TOO_OLD)),
            ("123.0.2420.47", Ok(())),
            ("150.0.1.0 beta", Ok(())),
            ("unheard of", Ok(())),
        ] {
            assert_eq!(serves(Some(version)), expected, "{version}");
        }
        for words in [MISSING, TOO_OLD] {
            assert!(words.contains("https://developer.microsoft.com/"), "where to get it");
            assert!(words.contains("open Datatrax Connect again"), "and what then");
        }
        assert!(TOO_OLD.contains(&format!("version {OLDEST} or newer")), "how old is too old");
    }

    #[test]
    fn only_the_ground_all_over_is_blank() {
        let of = |colours: &[[u8; 3]]| -> Vec<u8> {
            colours.iter().cycle().take(400).flat_map(|[red, green, blue]| [*blue, *green, *red, 0]).collect()
        };
        let (light, dark) = ([250, 250, 247], [18, 21, 26]);
        assert_eq!(seen(None), Seen::OutOfSight, "minimized");
        assert_eq!(seen(Some(&[])), Seen::OutOfSight, "no pixel");
        assert_eq!(seen(Some(&of(&[[0, 0, 0]]))), Seen::OutOfSight, "the system has drawn nothing");
        assert_eq!(seen(Some(&of(&[light]))), Seen::Blank, "the light ground");
        assert_eq!(seen(Some(&of(&[dark]))), Seen::Blank, "the dark ground");
        assert_eq!(seen(Some(&of(&[light, dark]))), Seen::Drawn, "something stands on it");
    }

    #[test]
    fn the_ground_before_the_page_is_the_page_s_own() {
        let tokens = include_str!("../../../../ui/css/tokens.css");
        let (_, canvas) = tokens.split_once("--canvas: light-dark(").unwrap();
        let mut written = canvas.split("oklch(").skip(1).map(|colour| {
            let numbers = colour.split_once(')').unwrap().0.replace('%', "");
            let numbers: Vec<f64> = numbers.split(' ').map(|number| number.parse().unwrap()).collect();
            in_bytes(numbers[0] / 100.0, numbers[1], numbers[2])
        });
        for ground in [LIGHT, DARK] {
            assert_eq!(written.next(), Some([ground.0, ground.1, ground.2].map(f64::from)));
        }
    }

    /// A colour of CSS (oklch) as red, green and blue: <https://www.w3.org/TR/css-color-4/#ok-lab>.
    fn in_bytes(lightness: f64, chroma: f64, hue: f64) -> [f64; 3] {
        let (a, b) = (chroma * hue.to_radians().cos(), chroma * hue.to_radians().sin());
        let long = (lightness + 0.396_337_777_4 * a + 0.215_803_757_3 * b).powi(3);
        let middle = (lightness - 0.105_561_345_8 * a - 0.063_854_172_8 * b).powi(3);
        let short = (lightness - 0.089_484_177_5 * a - 1.291_485_548 * b).powi(3);
        [
            4.076_741_662_1 * long - 3.307_711_591_3 * middle + 0.230_969_929_2 * short,
            -1.268_438_004_6 * long + 2.609_757_401_1 * middle - 0.341_319_396_5 * short,
            -0.004_196_086_3 * long - 0.703_418_614_7 * middle + 1.707_614_701 * short,
        ]
        .map(|light| {
            let value =
                if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
            (value * 255.0).round()
        })
    }
}
