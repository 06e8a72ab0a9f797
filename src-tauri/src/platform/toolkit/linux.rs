//! Linux: GTK.

use gtk::{glib, prelude::*};
use tauri::WebviewWindow;

/// The name by which a window belongs to a desktop entry, whose icon and name are then shown for it: under X11 its
/// class, under Wayland its `app_id`.
const ENTRY: &str = "com.getdatatrax.connect";

/// Checks for a display first, because the toolkit aborts the process without one.
pub(super) fn prepare() -> Result<(), &'static str> {
    glib::set_prgname(Some(ENTRY));
    gtk::init().map_err(|_| {
        "no window can be shown, because this session has no display. In a terminal, `dtx` does the same work."
    })
}

pub(super) fn say(words: &str) {
    if gtk::init().is_err() {
        return;
    }
    let dialog = gtk::MessageDialog::new(
        None::<&gtk::Window>,
        gtk::DialogFlags::MODAL,
        gtk::MessageType::Error,
        gtk::ButtonsType::Close,
        words,
    );
    dialog.set_title("Datatrax Connect");
    dialog.run();
    dialog.close();
}

/// The activation token stands in the message.
pub(super) fn hand_on_the_front() {}

pub(super) fn bring_forward(window: &WebviewWindow, leave: Option<&str>) -> tauri::Result<()> {
    let toolkit = window.gtk_window()?;
    if let Some(leave) = leave {
        // Under X11 this token holds the time of the click, under Wayland the permission itself.
        toolkit.set_startup_id(leave);
    }
    toolkit.present();
    Ok(())
}
