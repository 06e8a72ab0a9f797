//! The notifications of the desktop.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(windows)]
mod windows;

use tokio::sync::mpsc;

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(windows)]
use self::windows as system;
use crate::shown::note::{Click, Note};

/// What shows notifications here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Shower {
    /// By the name that it gives itself.
    Named(String),
    Nobody,
    /// The system does not tell before one is shown.
    Unknown,
}

/// Asks which program that is, and shows nothing.
pub(crate) async fn shower() -> Shower {
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
