//! The notifications of the desktop.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use tokio::sync::mpsc;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;
use crate::shown::note::{Click, Note};

/// The system does not tell before a notification is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct NotTold;

/// The program that shows notifications here, by the name that it gives itself, if there is one. Shows nothing.
///
/// # Errors
/// That is not told.
pub(crate) async fn shower() -> Result<Option<String>, NotTold> {
    system::shower().await
}

/// Shows a [`Note`] and tells when it was clicked.
pub(crate) trait Notifier {
    /// # Errors
    /// No program shows notifications here. The text says only that.
    async fn show(&mut self, note: Note) -> Result<(), String>;

    /// Returns once a program begins to show notifications here.
    async fn comes(&mut self);
}

/// The notifications of this desktop. `has_window` says whether there is one for a click to open.
pub(crate) fn of_this_desktop(clicked: mpsc::Sender<Click>, has_window: bool) -> system::Desktop {
    system::Desktop::new(clicked, has_window)
}
