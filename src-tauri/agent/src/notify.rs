//! Notifies a person on the desktop, and only when there is something to do or an awaited result.
//!
//! `shown::note` decides what is told; `platform::notifications` shows it.

use std::time::Duration;

use connect_core::{
    contract::view::{AttemptView, Notice},
    controller::{Controller, UntoldEnd},
};
use tokio::{
    sync::{
        broadcast::{self, error::RecvError},
        mpsc, watch,
    },
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

/// What was decided to be told.
enum Told {
    /// A note, and the question that it asks, where it asks one.
    Note(Note, Option<String>),
    /// Other connections than before end.
    Ends,
}

/// Shows notes until told to stop: those about notices, and those that come through `to_show`.
pub(crate) async fn run(
    controller: Controller,
    window: Window,
    to_show: mpsc::Receiver<Note>,
    stop: watch::Receiver<bool>,
) {
    let _listens = controller.listens();
    let (tell, told) = mpsc::unbounded_channel();
    let deciding = decide(controller.notices(), |id| alias_of(&controller.attempts(), id), tell);
    tokio::select! {
        () = deciding => {}
        () = show(&controller, window, told, to_show, stop) => {}
    }
}

/// Decides as soon as a notice comes: it would be gone by the time that a slow notification service has shown the one before.
async fn decide(
    mut notices: broadcast::Receiver<Notice>,
    alias: impl Fn(&str) -> Option<String>,
    tell: mpsc::UnboundedSender<Told>,
) {
    let mut model = Model::default();
    loop {
        let notice = match notices.recv().await {
            Ok(notice) => notice,
            Err(RecvError::Lagged(_)) => continue,
            Err(RecvError::Closed) => return,
        };
        if model.ends_differ(&notice) && tell.send(Told::Ends).is_err() {
            return;
        }
        let Some(note) = model.note(&notice, &alias) else { continue };
        let question = if let Notice::ProgramAsks(asks) = notice { Some(asks.question) } else { None };
        if tell.send(Told::Note(note, question)).is_err() {
            return;
        }
    }
}

async fn show(
    controller: &Controller,
    window: Window,
    mut told: mpsc::UnboundedReceiver<Told>,
    mut to_show: mpsc::Receiver<Note>,
    mut stop: watch::Receiver<bool>,
) {
    let mut looked = controller.looked();
    // Whether a note could not be shown and is still to be told.
    let mut waits = false;
    let (clicked, mut clicks) = mpsc::channel(CLICKS_AHEAD);
    let mut notifier = notifications::of_this_desktop(clicked, window.is_installed());
    let mut said = false;
    loop {
        let mut question = None;
        let note = tokio::select! {
            now = told.recv() => match now {
                Some(Told::Note(note, asked)) => {
                    question = asked;
                    Some(note)
                }
                Some(Told::Ends) => {
                    waits = !tell_ends(controller, &mut notifier).await;
                    None
                }
                None => return,
            },
            Some(note) = to_show.recv() => Some(note),
            Some(click) = clicks.recv() => {
                let opened = window.open(Some(&click.place), click.activation_token);
                (!opened).then(|| note::no_window(click.place))
            }
            // The sender is the controller's own, so this cannot fail.
            _ = looked.changed() => {
                waits = !tell_ends(controller, &mut notifier).await;
                None
            }
            () = notifier.comes(), if waits => {
                waits = !tell_ends(controller, &mut notifier).await;
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

#[cfg(test)]
mod tests {
    use connect_core::{
        contract::view::{AttemptEvent, Awaited},
        explain::{self, Code},
    };

    use time::OffsetDateTime;

    use super::*;

    #[tokio::test]
    async fn what_came_while_a_notification_was_being_shown_is_told_after_it() {
        let (notices, receiver) = broadcast::channel(4);
        let (tell, mut told) = mpsc::unbounded_channel();
        let deciding = tokio::spawn(decide(receiver, |id| Some(format!("alias of {id}")), tell));
        let attempt = |event| Notice::Attempt { attempt: "1".to_owned(), event, after: None };
        let waiting =
            AttemptEvent::Waiting { what: Awaited::Activation, next_check_at: OffsetDateTime::UNIX_EPOCH };
        // Nobody takes a note meanwhile, as when the notification service does not answer.
        for _ in 0..100 {
            notices.send(attempt(waiting.clone())).unwrap();
            tokio::task::yield_now().await;
        }
        notices.send(attempt(AttemptEvent::Failed(explain::failure(Code::KeyUnknown, &[])))).unwrap();
        drop(notices);
        deciding.await.unwrap();
        let Some(Told::Note(note, None)) = told.recv().await else { panic!("nothing was told") };
        assert_eq!(note.title, "The wait has ended without a connection: alias of 1");
        assert!(told.recv().await.is_none(), "once");
    }
}
