//! The effects of clicks in the tray.

use std::{io, sync::Arc};

use connect_core::{
    contract::{
        intent::{Check, HandOut, Reconnect, Show, SignInOptions},
        view::{AttemptEvent, BrowserChoice, Findings, Notice, Place, Status},
    },
    controller::Controller,
    explain::{self, Code},
    org::address,
    platform::{browsers, settings::Change},
};
use tokio::sync::{broadcast::error::RecvError, watch};

use super::Surroundings;
use crate::{
    platform::clipboard,
    shown::{
        menu::{Action, Click},
        note::{self, Note},
    },
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
                tokio::spawn(async move { task.open_org(&name, &instance_url, activation_token).await });
            }
            Action::CopyAddress { instance_url } => {
                let address = instance_url.clone();
                clipboard::copy(instance_url, move || task.tell(note::not_copied(&address)));
            }
            Action::OpenWindow => task.show(&Place::Connections, activation_token),
            Action::AddOrg => task.show(&Place::Add, activation_token),
            Action::PauseKeepAlive(paused) => {
                tokio::spawn(async move { task.pause(paused, activation_token).await });
            }
            Action::HandOut(wanted) => {
                tokio::spawn(async move { task.hand_out(wanted, activation_token).await });
            }
            Action::AskToQuit(_) if task.surroundings.window.is_installed() => {
                task.show(&Place::Quit, activation_token);
            }
            // After a second click the channel is full already.
            Action::Quit | Action::AskToQuit(_) => drop(task.surroundings.quit.try_send(())),
        }
    }
}

impl Task {
    fn show(&self, place: &Place, activation_token: Option<String>) {
        if !self.surroundings.window.open(Some(place), activation_token) {
            self.tell(note::no_window(place.clone()));
        }
    }

    /// Says why a line came to nothing, which is in no state of a connection, and opens the window at its place.
    fn say(&self, note: &Note, activation_token: Option<String>) {
        self.tell(note.clone());
        if self.surroundings.window.is_installed() {
            self.show(&note.place, activation_token);
        }
    }

    /// Shows a failure: in the window, at its place; if none is installed, as a note.
    fn help(&self, note: Note, activation_token: Option<String>) {
        if self.surroundings.window.is_installed() {
            self.show(&note.place, activation_token);
        } else {
            self.tell(note);
        }
    }

    fn tell(&self, note: Note) {
        if self.surroundings.notes.try_send(note).is_err() {
            tracing::debug!("a note found others waiting");
        }
    }

    async fn pause(&self, paused: bool, activation_token: Option<String>) {
        if let Err(failure) = self.controller.set(Change::KeepAlive(!paused)).await {
            tracing::warn!(code = ?failure.code, "keep-alive stays as it was");
            self.say(&note::not_set("Keep connections alive", &failure.message), activation_token);
        }
    }

    async fn hand_out(&self, wanted: bool, activation_token: Option<String>) {
        if let Err(failure) = self.controller.handle(HandOut { wanted: Some(wanted) }).await {
            tracing::warn!(code = ?failure.code, "whether programs are given tokens stays as it was");
            self.say(&note::not_set("Give tokens to programs", &failure.message), activation_token);
        }
    }

    /// Opens the org in its browser. A menu cannot ask in which: the window does, where the connection is shown.
    async fn open_org(&self, name: &str, instance_url: &str, activation_token: Option<String>) {
        let known = self.controller.handle(Show { name: name.to_owned() }).await;
        let choice = known.ok().and_then(|detail| detail.connection.browser).unwrap_or_default();
        if self.has_to_ask(&choice) {
            return self.show(&Place::Connection { alias: name.to_owned() }, activation_token);
        }
        match browse(instance_url, &choice) {
            Ok(Some(why)) => self.tell(note::of_connection("Opened in the default browser", name, &why)),
            Ok(None) => {}
            Err(_) => {
                let text = format!("No browser could be opened here. The org is at {instance_url}.");
                self.say(&note::of_connection("Could not open", name, &text), activation_token);
            }
        }
    }

    fn has_to_ask(&self, choice: &BrowserChoice) -> bool {
        *choice == BrowserChoice::Ask && self.surroundings.window.is_installed()
    }

    /// Opens the sign-in in its browser. `Some` where none was opened: the window shows the address, and asks where it has to.
    fn sign_in_at(&self, url: &str, choice: &BrowserChoice, name: &str, attempt: String) -> Option<Note> {
        let at_the_sign_in = |title: &str, text: &str| {
            let note = note::of_connection(title, name, text);
            Some(Note { place: Place::Attempt { id: attempt }, ..note })
        };
        if self.has_to_ask(choice) {
            return at_the_sign_in("Choose the browser", "The window asks in which browser to sign in.");
        }
        let Ok(why) = browse(url, choice) else {
            let typed = explain::typed(name);
            let text = format!("No browser could be opened here. In a terminal: dtx reconnect {typed}");
            return at_the_sign_in("Could not reconnect", &text);
        };
        if let Some(why) = why {
            self.tell(note::of_connection("Opened in the default browser", name, &why));
        }
        None
    }

    /// Signs in again; the tray opens the browser.
    async fn reconnect(&self, name: String, activation_token: Option<String>) {
        let Some(note) = self.begin(&name).await else { return };
        self.say(&note, activation_token);
    }

    /// Waits until the browser opens or the sign-in ends. `Some` is the reason why no browser opened, which a menu has
    /// no room for.
    async fn begin(&self, name: &str) -> Option<Note> {
        let came_to_nothing = |text: &str| Some(note::of_connection("Could not reconnect", name, text));
        let mut notices = self.controller.notices();
        let options = SignInOptions::default();
        let reconnect = Reconnect { name: name.to_owned(), key: None, secret: None, options };
        let started = match self.controller.handle(reconnect).await {
            Ok(started) => started,
            Err(failure) => {
                tracing::info!(code = ?failure.code, "the sign-in could not begin");
                return came_to_nothing(&failure.message);
            }
        };
        let mut waited = false;
        loop {
            let event = match notices.recv().await {
                Ok(Notice::Attempt { attempt, event, .. }) if attempt == started.attempt => event,
                Ok(_) => continue,
                Err(RecvError::Closed) => return None,
                // The address, or the end, may be among what was missed: each is kept.
                Err(RecvError::Lagged(_)) => {
                    let attempts = self.controller.attempts();
                    if let Some(ours) = attempts.into_iter().find(|attempt| attempt.id == started.attempt) {
                        let Some(url) = ours.authorize_url else { continue };
                        let choice = ours.browser.unwrap_or_default();
                        return self.sign_in_at(&url, &choice, name, started.attempt);
                    }
                    let over = self.controller.attempts_over().into_iter();
                    over.rev().find(|over| over.id == started.attempt)?.event
                }
            };
            match event {
                AttemptEvent::Authorize { url, browser, .. } => {
                    return self.sign_in_at(&url, &browser.unwrap_or_default(), name, started.attempt);
                }
                // The person who cancelled, or began anew elsewhere, knows; the end of a long wait is a notification.
                AttemptEvent::Failed(failure)
                    if waited || matches!(failure.code, Code::Cancelled | Code::Replaced) =>
                {
                    return None;
                }
                AttemptEvent::Failed(failure) => return came_to_nothing(&failure.message),
                AttemptEvent::Connected { .. } => return None,
                AttemptEvent::Waiting { .. } => waited = true,
                AttemptEvent::Confirm { .. } => {}
            }
        }
    }

    async fn check(&self, name: String, activation_token: Option<String>) {
        self.checking.send_modify(|checking| checking.push(name.clone()));
        let asked = self.controller.handle(Check::of(name.clone())).await;
        self.checking.send_modify(|checking| {
            if let Some(at) = checking.iter().position(|checked| *checked == name) {
                checking.remove(at);
            }
        });
        match asked {
            Ok(findings) => self.tell_found(&name, &findings, activation_token).await,
            Err(failure) => {
                tracing::info!(code = ?failure.code, "the check could not be made");
                self.say(&note::of_connection("Could not check", &name, &failure.message), activation_token);
            }
        }
    }

    /// The menu is closed by now, so the result is shown: as a note if all is well, else in the window.
    async fn tell_found(&self, name: &str, found: &Findings, activation_token: Option<String>) {
        let Some(trouble) = note::trouble(&found.checks) else { return self.tell(note::is_well(name)) };
        let note = note::of_connection("The check found something", name, &trouble.message);
        let snapshot = self.controller.snapshot().await;
        let now = snapshot.connections.iter().find(|connection| connection.alias == name);
        // A failure that is not in the connection's state is not in the window before its check, either.
        if now.is_some_and(|now| now.status == Status::Connected) && self.surroundings.window.is_installed() {
            self.tell(note.clone());
        }
        self.help(note, activation_token);
    }
}

/// Opens the address as it is chosen. `Some` where it is the default browser instead, and why.
fn browse(address: &str, choice: &BrowserChoice) -> io::Result<Option<String>> {
    if !address::may_open(address) {
        tracing::error!("an address that is no org's was not opened");
        return Err(io::ErrorKind::PermissionDenied.into());
    }
    let opened = browsers::open(choice, address, |_| {}, |address| open::that_detached(address));
    opened.inspect_err(|error| tracing::warn!(kind = %error.kind(), "no browser could be started"))
}
