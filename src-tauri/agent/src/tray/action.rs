//! What a click in the tray does.

use std::sync::Arc;

use connect_core::{
    contract::{
        intent::{Check, Reconnect, SignInOptions},
        view::{AttemptEvent, Notice, Place},
    },
    controller::Controller,
    explain::Code,
    org::address,
    platform::settings::Change,
};
use tokio::sync::watch;

use super::Surroundings;
use crate::{
    platform::clipboard,
    shown::menu::{Action, Click},
};

/// Carries clicks out, each in a task of its own so that the menu stays alive.
#[derive(Clone)]
pub(super) struct Hands(Arc<Task>);

struct Task {
    controller: Controller,
    surroundings: Surroundings,
    /// The connections that are being checked on a click.
    checking: watch::Sender<Vec<String>>,
}

impl Hands {
    pub(super) fn new(controller: Controller, surroundings: Surroundings) -> Self {
        Self(Arc::new(Task { controller, surroundings, checking: watch::Sender::default() }))
    }

    /// The names of the connections that are being checked.
    pub(super) fn checking(&self) -> watch::Receiver<Vec<String>> {
        self.0.checking.subscribe()
    }

    pub(super) fn take(&self, click: Click) {
        let Click { action, activation_token } = click;
        let task = self.0.clone();
        match action {
            Action::Reconnect(name) => {
                tokio::spawn(async move { task.reconnect(name, activation_token).await });
            }
            Action::Check(name) => {
                tokio::spawn(async move { task.check(name, activation_token).await });
            }
            Action::OpenOrg { name, instance_url } => {
                if !browse(&instance_url) {
                    task.show(&Place::Connection { alias: name }, activation_token);
                }
            }
            Action::CopyAddress { instance_url } => clipboard::copy(instance_url),
            Action::OpenWindow => task.surroundings.window.open(None, activation_token),
            Action::AddOrg => task.show(&Place::Add, activation_token),
            Action::PauseKeepAlive(paused) => {
                tokio::spawn(async move { task.pause(paused).await });
            }
            // A second click finds the first one's word already said.
            Action::Quit => drop(task.surroundings.quit.try_send(())),
        }
    }
}

impl Task {
    fn show(&self, place: &Place, activation_token: Option<String>) {
        self.surroundings.window.open(Some(place), activation_token);
    }

    async fn pause(&self, paused: bool) {
        if let Err(failure) = self.controller.set(Change::KeepAlive(!paused)).await {
            tracing::warn!(code = ?failure.code, "keep-alive stays as it was");
        }
    }

    /// Signs in again; the tray took the click, so it opens the browser. A menu has no room for words, so what keeps the
    /// browser from opening is told by the window, at that connection.
    async fn reconnect(&self, name: String, activation_token: Option<String>) {
        let Some(place) = self.begin(&name).await else { return };
        self.show(&place, activation_token);
    }

    /// Goes on to where the browser opens, or until somebody was told otherwise. `Some` is where the window has to help.
    async fn begin(&self, name: &str) -> Option<Place> {
        let connection = Place::Connection { alias: name.to_owned() };
        let mut notices = self.controller.notices();
        let options = SignInOptions::default();
        let reconnect = Reconnect { name: name.to_owned(), key: None, secret: None, options };
        let started = match self.controller.handle(reconnect).await {
            Ok(started) => started,
            Err(failure) => {
                tracing::info!(code = ?failure.code, "the sign-in could not begin");
                return Some(connection);
            }
        };
        let mut waited = false;
        while let Ok(notice) = notices.recv().await {
            let Notice::Attempt { attempt, event, .. } = notice else { continue };
            if attempt != started.attempt {
                continue;
            }
            match event {
                AttemptEvent::Authorize { url, .. } if browse(&url) => return None,
                // The window shows the address.
                AttemptEvent::Authorize { .. } => return Some(Place::Attempt { id: attempt }),
                // Who cancelled it, or began anew elsewhere, knows; the end of a long wait is a notification.
                AttemptEvent::Failed(failure)
                    if waited || matches!(failure.code, Code::Cancelled | Code::Replaced) =>
                {
                    return None;
                }
                AttemptEvent::Failed(_) => return Some(connection),
                AttemptEvent::Connected { .. } => return None,
                AttemptEvent::Waiting { .. } => waited = true,
                AttemptEvent::Confirm { .. } => {}
            }
        }
        None
    }

    async fn check(&self, name: String, activation_token: Option<String>) {
        self.checking.send_modify(|checking| checking.push(name.clone()));
        let asked = self.controller.handle(Check { name: name.clone() }).await;
        self.checking.send_modify(|checking| {
            if let Some(at) = checking.iter().position(|checked| *checked == name) {
                checking.remove(at);
            }
        });
        // What was found stands in the snapshot that every face gets.
        if let Err(failure) = asked {
            tracing::info!(code = ?failure.code, "the check could not be made");
            self.show(&Place::Connection { alias: name }, activation_token);
        }
    }
}

/// Whether the browser has been asked to open it.
fn browse(address: &str) -> bool {
    if !address::may_open(address) {
        tracing::error!("an address that is no org's was not opened");
        return false;
    }
    open::that_detached(address)
        .inspect_err(|error| tracing::warn!(kind = %error.kind(), "no browser could be started"))
        .is_ok()
}
