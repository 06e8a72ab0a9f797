//! Tells a person on the desktop, and only when one can act or has waited for something.
//!
//! `model` says what is told; `linux` tells it. Another platform adds a module beside it.

#[cfg(target_os = "linux")]
mod linux;
pub mod model;

use connect_core::{
    controller::Controller,
    view::{AttemptView, Place},
};
use tokio::sync::{broadcast::error::RecvError, mpsc, watch};

use self::model::{Model, Note};
use crate::window::Window;

/// Clicks that may wait while an earlier one is carried out.
const CLICKS_AHEAD: usize = 16;

/// A place that shows a [`Note`] and tells when it was clicked.
trait Notifier {
    /// # Errors
    /// Nobody shows notifications here. The text carries nothing but that.
    async fn show(&mut self, note: Note) -> Result<(), String>;
}

/// A note that was clicked, and the desktop's leave to bring a window to the front, where it gave one.
struct Click {
    place: Place,
    activation_token: Option<String>,
}

/// Shows notes until told to stop.
pub(crate) async fn run(controller: Controller, window: Window, mut stop: watch::Receiver<bool>) {
    let mut notices = controller.notices();
    let (clicked, mut clicks) = mpsc::channel(CLICKS_AHEAD);
    let mut notifier = linux::Desktop::new(clicked);
    let mut model = Model::default();
    let mut said = false;
    loop {
        let notice = tokio::select! {
            notice = notices.recv() => match notice {
                Ok(notice) => notice,
                Err(RecvError::Lagged(_)) => continue,
                Err(RecvError::Closed) => return,
            },
            Some(click) = clicks.recv() => {
                window.open(Some(&click.place), click.activation_token);
                continue;
            }
            _ = stop.changed() => return,
        };
        if model.ends_differ(&notice)
            && let Err(failure) = controller.warn().await
        {
            tracing::warn!(code = ?failure.code, "nobody was told of connections that end");
        }
        let alias = |id: &str| alias_of(&controller.attempts(), id);
        let Some(note) = model.note(&notice, alias) else { continue };
        match notifier.show(note).await {
            Ok(()) => said = false,
            Err(reason) if !said => {
                tracing::info!(%reason, "no notifications are shown here; tray, window and dtx tell the same");
                said = true;
            }
            Err(_) => {}
        }
    }
}

fn alias_of(attempts: &[AttemptView], id: &str) -> Option<String> {
    attempts.iter().find(|attempt| attempt.id == id).map(|attempt| attempt.alias.clone())
}
