//! The place on the desktop for an icon with a menu.

#[cfg(any(windows, target_os = "macos"))]
mod built;
#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use tokio::sync::{mpsc, watch};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;
use crate::shown::menu::{Click, Model};

/// Shows a [`Model`] and tells what was clicked.
pub(crate) trait TrayHost {
    /// Shows the model in place of the one before.
    async fn show(&self, model: Model);
    async fn close(self);
}

/// Whether this desktop has a place for icons at present. `None` where that is not told.
pub(crate) async fn is_there() -> Option<bool> {
    system::is_there().await
}

/// What adds a place for icons to a desktop that has none.
pub const HOW_TO_HAVE_ONE: &str = system::HOW_TO_HAVE_ONE;

/// The tray of this desktop, shown while this value lives. A desktop without a tray may get one later, and may lose it
/// again: `online` is told.
///
/// # Errors
/// There is no desktop. The text says only that.
pub(crate) async fn open(
    model: Model,
    clicked: mpsc::Sender<Click>,
    online: watch::Sender<bool>,
) -> Result<system::Item, String> {
    system::Item::open(model, clicked, online).await
}
