//! The one window, and what it may show.

use connect_core::{home::Home, view::Notice};
use tauri::{AppHandle, Emitter, Url, WebviewWindowBuilder, webview::NewWindowResponse};

use crate::{
    agent::{self, Standing, Tell},
    commands,
};

/// Why no window came up.
pub(crate) type Trouble = Box<dyn std::error::Error>;

/// Shows the window and returns when it was closed.
pub(crate) fn show() -> Result<(), Trouble> {
    let home = Home::from_environment()?;
    let program = agent::program_beside(&std::env::current_exe()?);
    prepare_display()?;
    let (agent, keeper) = agent::agent(home, program);
    let app = tauri::Builder::default()
        .manage(agent)
        .invoke_handler(tauri::generate_handler![
            commands::answer,
            commands::cancel,
            commands::check,
            commands::connect,
            commands::disconnect,
            commands::guide,
            commands::open_setup,
            commands::open_sign_in,
            commands::paste_back,
            commands::reconnect,
            commands::rename,
            commands::show,
            commands::snapshot,
            commands::standing,
            commands::understand,
            commands::validate,
        ])
        .setup(|app| open(app.handle()))
        .build(tauri::generate_context!())?;
    tauri::async_runtime::spawn(keeper.keep(Page(app.handle().clone())));
    app.run(|_, _| {});
    Ok(())
}

fn open(app: &AppHandle) -> Result<(), Trouble> {
    let config = app.config().app.windows.first().ok_or("the configuration names no window")?;
    WebviewWindowBuilder::from_config(app, config)?
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
    Ok(())
}

/// Only the page that ships with the window: everything else belongs into the system browser.
fn is_own_page(url: &Url) -> bool {
    let served_as_http =
        matches!(url.scheme(), "http" | "https") && url.host_str() == Some("tauri.localhost");
    (url.scheme() == "tauri" && url.host_str() == Some("localhost")) || served_as_http
}

/// The toolkit aborts the process when there is no display, so that is found out before.
#[cfg(target_os = "linux")]
fn prepare_display() -> Result<(), Trouble> {
    gtk::init().map_err(|_| {
        "no window can be shown, because this session has no display. In a terminal, `dtx` does the same work.".into()
    })
}

#[cfg(not(target_os = "linux"))]
fn prepare_display() -> Result<(), Trouble> {
    Ok(())
}

/// The page, as the one who is told.
struct Page(AppHandle);

impl Tell for Page {
    fn notice(&self, notice: &Notice) {
        self.emit("notice", notice);
    }

    fn standing(&self, standing: &Standing) {
        self.emit("standing", standing);
    }
}

impl Page {
    fn emit(&self, event: &str, payload: &(impl serde::Serialize + Clone)) {
        if let Err(error) = self.0.emit(event, payload) {
            tracing::warn!(%error, event, "the page was not told");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_shows_only_its_own_page() {
        for own in ["tauri://localhost/", "tauri://localhost/index.html", "http://tauri.localhost/"] {
            assert!(is_own_page(&Url::parse(own).unwrap()), "{own} is the page");
        }
        for other in [
            "https://acme.my.salesforce.com/",
            "http://localhost:17177/",
            "tauri://other/",
            "data:text/html,x",
            "about:blank",
        ] {
            assert!(!is_own_page(&Url::parse(other).unwrap()), "{other} must not be shown");
        }
    }
}
