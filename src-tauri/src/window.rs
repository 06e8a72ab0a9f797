//! The one window, and what it may show.

use std::path::PathBuf;

use connect_agent::Unread;
use connect_core::{
    contract::view::{Forward, Notice, Snapshot},
    platform::{home::Home, settings::Theme},
};
use tauri::{
    AppHandle, Emitter, Manager, RunEvent, Url, WebviewWindow, WebviewWindowBuilder, WindowEvent,
    webview::NewWindowResponse,
};

use crate::{
    agent::{self, Standing, Tell},
    arguments::Called,
    commands,
    events::{Event, NOTICE, PLACE, STANDING, Tells, UnreadNotice},
    remembered::{Frame, Remembered},
    turn::{self, Turn},
    watchdog::Watchdog,
};

/// The one window's name in `tauri.conf.json`.
const LABEL: &str = "main";

/// Why no window came up.
pub(crate) type Trouble = Box<dyn std::error::Error>;

/// Shows the window and returns when it was closed; at once when another one has come forward in its place.
pub(crate) fn show(called: Called) -> Result<(), Trouble> {
    let home = Home::from_environment()?;
    let program = agent::program_beside(&std::env::current_exe()?);
    let turn = tauri::async_runtime::block_on(turn::take(&home, &program, called))?;
    let Turn::Ours { held, place } = turn else { return Ok(()) };
    prepare_display()?;
    let remembered = Remembered::of(&home, place);
    let watchdog = Watchdog::default();
    let web_view = home.web_view();
    let (agent, keeper) = agent::agent(home, program);
    let app = tauri::Builder::default()
        .manage(agent)
        .manage(remembered.clone())
        .manage(watchdog.clone())
        .invoke_handler(tauri::generate_handler![
            commands::answer,
            commands::audit_callbacks,
            commands::beginning,
            commands::cancel,
            commands::check,
            commands::connect,
            commands::copy_key,
            commands::copy_secret,
            commands::disconnect,
            commands::go_to,
            commands::guide,
            commands::keep_on_top,
            commands::open_org,
            commands::open_portal,
            commands::open_setup,
            commands::open_sign_in,
            commands::paste_back,
            commands::protect,
            commands::ready,
            commands::reconnect,
            commands::remember,
            commands::remove_setup,
            commands::rename,
            commands::set,
            commands::set_up,
            commands::settings,
            commands::show,
            commands::snapshot,
            commands::standing,
            commands::start_again,
            commands::start_over,
            commands::step_done,
            commands::tray_note_read,
            commands::understand,
            commands::unlock,
            commands::validate,
            commands::vault,
        ])
        .setup(move |app| open(app.handle(), web_view))
        .build(tauri::generate_context!())?;
    watchdog.watch(app.handle(), remembered.clone());
    tauri::async_runtime::spawn(keeper.keep(Page(app.handle().clone())));
    tauri::async_runtime::spawn(remembered.clone().keep_writing());
    let mut held = Some(held);
    app.run(move |app, event| {
        let RunEvent::WindowEvent { event, .. } = event else { return };
        if matches!(event, WindowEvent::Resized(_) | WindowEvent::Moved(_))
            && let Some(frame) = frame_of(app)
        {
            remembered.keep_frame(frame);
        }
        if matches!(event, WindowEvent::CloseRequested { .. }) {
            remembered.write();
            // Whoever starts the window from now on gets a new one, not this one's last moment.
            drop(held.take());
        }
    });
    Ok(())
}

/// How the window stands; `None` while the toolkit does not tell.
fn frame_of(app: &AppHandle) -> Option<Frame> {
    let window = app.get_webview_window(LABEL)?;
    let scale = window.scale_factor().ok()?;
    let size = window.inner_size().ok()?.to_logical::<f64>(scale);
    let at = window.outer_position().ok().map(|at| at.to_logical::<f64>(scale)).map(|at| (at.x, at.y));
    Some(Frame { width: size.width, height: size.height, at, maximized: window.is_maximized().ok()? })
}

/// The web view keeps what it keeps (caches, settings of its own) in `web_view`; by itself it would in a folder that no
/// variable of ours moves.
fn open(app: &AppHandle, web_view: PathBuf) -> Result<(), Trouble> {
    let config = app.config().app.windows.first().ok_or("the configuration names no window")?;
    let remembered = app.state::<Remembered>();
    let mut builder = WebviewWindowBuilder::from_config(app, config)?
        .theme(theme(remembered.theme()))
        .data_directory(web_view);
    let frame = remembered.frame();
    if let Some(frame) = frame {
        builder = builder.inner_size(frame.width, frame.height).maximized(frame.maximized);
    }
    // One that is centred stands there whatever its position.
    builder = match frame.and_then(|frame| frame.at).filter(|at| is_on_a_monitor(app, *at)) {
        Some((x, y)) => builder.position(x, y),
        None => builder.center(),
    };
    let window = builder
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .on_download(|_, _| false)
        // The page knows which org it shows; its title says PRODUCTION or PRACTICE.
        .on_document_title_changed(|window, title| {
            if let Err(error) = window.set_title(&title) {
                tracing::warn!(%error, "the window's title stays as it was");
            }
        })
        .build()?;
    draw_plainly(&window)?;
    reload_after_a_crash(&window, app.state::<Watchdog>().inner().clone())
}

/// Without the graphics card: a page of forms and lists gains nothing from it, and its driver takes memory and time.
fn draw_plainly(window: &WebviewWindow) -> Result<(), Trouble> {
    use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};
    window.with_webview(|view| {
        if let Some(settings) = WebViewExt::settings(&view.inner()) {
            settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
        }
    })?;
    Ok(())
}

fn theme(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

/// A monitor may have been unplugged since. The point is a little inside, where the title bar can be caught.
fn is_on_a_monitor(app: &AppHandle, (x, y): (f64, f64)) -> bool {
    const INSIDE: f64 = 40.0;
    let monitors = app.available_monitors().unwrap_or_default();
    monitors.iter().any(|monitor| {
        let scale = monitor.scale_factor();
        let (from, size) =
            (monitor.position().to_logical::<f64>(scale), monitor.size().to_logical::<f64>(scale));
        (from.x..from.x + size.width).contains(&(x + INSIDE))
            && (from.y..from.y + size.height).contains(&(y + INSIDE))
    })
}

/// The page is drawn by a process of its own; without it the window would stay blank.
fn reload_after_a_crash(window: &WebviewWindow, watchdog: Watchdog) -> Result<(), Trouble> {
    window.with_webview(move |view| {
        use webkit2gtk::WebViewExt;
        view.inner().connect_web_process_terminated(move |view, _| {
            if watchdog.page_is_gone() {
                view.reload();
            }
        });
    })?;
    Ok(())
}

/// Only the page that ships with the window: everything else belongs into the system browser.
/// Its scheme is no network's; `tauri.localhost`, which Windows uses in its place, would be this computer here.
fn is_own_page(url: &Url) -> bool {
    url.scheme() == "tauri" && url.host_str() == Some("localhost")
}

/// The toolkit aborts the process when there is no display, so that is found out before.
fn prepare_display() -> Result<(), Trouble> {
    gtk::init().map_err(|_| {
        "no window can be shown, because this session has no display. In a terminal, `dtx` does the same work.".into()
    })
}

/// The page, as the one who is told.
struct Page(AppHandle);

impl Tell for Page {
    fn notice(&self, notice: &Notice) {
        if let Notice::Settings(view) = notice
            && let Some(window) = self.0.get_webview_window(LABEL)
            && let Err(error) = window.set_theme(theme(view.settings.theme))
        {
            tracing::warn!(%error, "the window's frame keeps its theme");
        }
        self.emit(&NOTICE, notice);
    }

    fn snapshot(&self, snapshot: &Unread<Snapshot>) {
        self.emit(&NOTICE, &UnreadNotice::of(snapshot));
    }

    fn standing(&self, standing: &Standing) {
        self.emit(&STANDING, standing);
    }

    fn come_forward(&self, forward: &Forward) {
        if let Some(place) = &forward.place {
            // A page that is still loading begins there.
            self.0.state::<Remembered>().place(place.clone());
            self.emit(&PLACE, place);
        }
        let (app, token) = (self.0.clone(), forward.activation_token.clone());
        let shown = self.0.run_on_main_thread(move || raise(&app, token.as_deref()));
        if let Err(error) = shown {
            tracing::warn!(%error, "the window could not come forward");
        }
    }

    fn close(&self) {
        // As a person closes it: what is kept of it is written first.
        if let Some(window) = self.0.get_webview_window(LABEL)
            && let Err(error) = window.close()
        {
            tracing::warn!(%error, "the window stays open");
        }
    }
}

impl Page {
    fn emit<T>(&self, event: &Event<T>, told: &impl Tells<T>) {
        if let Err(error) = self.0.emit(event.name, told) {
            tracing::warn!(%error, event = event.name, "the page was not told");
        }
    }
}

/// Brings the window to the front, as far as the desktop lets it.
fn raise(app: &AppHandle, token: Option<&str>) {
    use gtk::prelude::GtkWindowExt;
    let Some(window) = app.get_webview_window(LABEL) else { return };
    let result = window.unminimize().and_then(|()| window.show()).and_then(|()| {
        let toolkit = window.gtk_window()?;
        if let Some(token) = token {
            // Under X11 it holds the time of the click, under Wayland the leave itself.
            toolkit.set_startup_id(token);
        }
        toolkit.present();
        window.set_focus()
    });
    if let Err(error) = result {
        tracing::warn!(%error, "the window could not come forward");
    }
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
