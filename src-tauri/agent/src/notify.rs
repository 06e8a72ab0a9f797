//! Notifies a person on the desktop, and only when there is something to do or an awaited result.
//!
//! `shown::note` decides what is told; `platform::notifications` shows it.

use std::time::Duration;

use connect_core::{
    contract::view::{AttemptView, Notice},
    controller::{Controller, UntoldEnd},
};
use tokio::{
    sync::{broadcast::error::RecvError, mpsc, watch},
    time::timeout,
};

use crate::{
    platform::notifications::{self, Notifier},
    shown::note::{self, Model, Note},
    window::Window,
};

/// Clicks that may wait while an earlier one is carried out.
const CLICKS_AHEAD: usize = 16;

/// How long a notification service may take to show a note: the usual timeout of desktops.
const PATIENCE: Duration = Duration::from_secs(25);

/// Shows notes until told to stop: those about notices, and those that come through `to_show`.
pub(crate) async fn run(
    controller: Controller,
    window: Window,
    mut to_show: mpsc::Receiver<Note>,
    mut stop: watch::Receiver<bool>,
) {
    let mut notices = controller.notices();
    let mut looked = controller.looked();
    // Whether a note could not be shown and is still to be told.
    let mut waits = false;
    let (clicked, mut clicks) = mpsc::channel(CLICKS_AHEAD);
    let mut notifier = notifications::of_this_desktop(clicked, window.is_installed());
    let mut model = Model::default();
    let mut said = false;
    let _listens = controller.listens();
    loop {
        let mut question = None;
        let note = tokio::select! {
            notice = notices.recv() => match notice {
                Ok(notice) => {
                    if let Notice::ProgramAsks(asks) = &notice {
                        question = Some(asks.question.clone());
                    }
                    if model.ends_differ(&notice) {
                        waits = !tell_ends(&controller, &mut notifier).await;
                    }
                    model.note(&notice, |id| alias_of(&controller.attempts(), id))
                }
                Err(RecvError::Lagged(_)) => None,
                Err(RecvError::Closed) => return,
            },
            Some(note) = to_show.recv() => Some(note),
            Some(click) = clicks.recv() => {
                let opened = window.open(Some(&click.place), click.activation_token);
                (!opened).then(|| note::no_window(click.place))
            }
            // The sender is the controller's own, so this cannot fail.
            _ = looked.changed() => {
                waits = !tell_ends(&controller, &mut notifier).await;
                None
            }
            () = notifier.comes(), if waits => {
                waits = !tell_ends(&controller, &mut notifier).await;
                None
            }
            _ = stop.changed() => return,
        };
        let Some(note) = note else { continue };
        let result = shown(&mut notifier, note).await;
        if let Some(question) = question.filter(|_| result.is_err()) {
            controller.was_not_shown(&question);
        }
        match result {
            Ok(()) => said = false,
            Err(reason) if !said => {
                tracing::info!(%reason, "no notifications are shown here; tray, window and dtx tell the same");
                said = true;
            }
            Err(_) => {}
        }
    }
}

/// Shows which connections end, and says whether all could be shown. The others stay to be told.
async fn tell_ends(controller: &Controller, notifier: &mut impl Notifier) -> bool {
    let mut untold = match controller.untold().await {
        Ok(untold) => untold,
        Err(failure) => {
            tracing::warn!(code = ?failure.code, "which connections end could not be read");
            return false;
        }
    };
    for (note, ends) in notes_about(std::mem::take(&mut untold.ends)) {
        if let Err(reason) = shown(notifier, note).await {
            tracing::info!(%reason, "that a connection ends is told once somebody shows it");
            return false;
        }
        for end in ends {
            if let Err(failure) = controller.told(end).await {
                tracing::warn!(code = ?failure.code, "that somebody was told was not noted");
            }
        }
    }
    true
}

/// A note for each end, and one for all that came with the end of a session.
fn notes_about(ends: Vec<UntoldEnd>) -> Vec<(Note, Vec<UntoldEnd>)> {
    let (with_session, others): (Vec<_>, Vec<_>) = ends.into_iter().partition(|end| end.ended_with_session);
    let mut notes: Vec<_> = others.into_iter().map(|end| (note::ending(&end.warning), vec![end])).collect();
    if !with_session.is_empty() {
        let warnings: Vec<_> = with_session.iter().map(|end| &end.warning).collect();
        notes.push((note::ended_with_session(&warnings), with_session));
    }
    notes
}

async fn shown(notifier: &mut impl Notifier, note: Note) -> Result<(), String> {
    let showing = notifier.show(note);
    timeout(PATIENCE, showing).await.unwrap_or_else(|_| Err("it does not answer".to_owned()))
}

fn alias_of(attempts: &[AttemptView], id: &str) -> Option<String> {
    attempts.iter().find(|attempt| attempt.id == id).map(|attempt| attempt.alias.clone())
}
