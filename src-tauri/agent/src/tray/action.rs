//! What a click in the tray does.

use std::sync::Arc;

use connect_core::{
    controller::Controller,
    intent::{Intent, Reconnect, SignInOptions},
    settings::Change,
    view::{AttemptEvent, AttemptStarted, Failure, Notice, Place},
};
use serde::de::DeserializeOwned;

use super::{Click, Surroundings, model::Action};

/// How long an unknown key is asked about after Reconnect, in seconds.
const WAIT: u64 = 30 * 60;

/// Carries clicks out, each in a task of its own so that the menu stays alive.
pub(super) struct Hands {
    controller: Controller,
    surroundings: Arc<Surroundings>,
}

impl Hands {
    pub(super) fn new(controller: Controller, surroundings: Surroundings) -> Self {
        Self { controller, surroundings: Arc::new(surroundings) }
    }

    pub(super) fn take(&self, click: Click) {
        let token = click.activation_token;
        match click.action {
            Action::Reconnect(name) => drop(tokio::spawn(reconnect(self.controller.clone(), name))),
            Action::Check(name) => drop(tokio::spawn(check(self.controller.clone(), name))),
            Action::OpenOrg { instance_url } => browse(&instance_url),
            Action::CopyAddress { instance_url } => copy(instance_url),
            Action::OpenWindow => self.surroundings.window.open(None, token),
            Action::AddOrg => self.surroundings.window.open(Some(&Place::Add), token),
            Action::PauseKeepAlive(paused) => drop(tokio::spawn(pause(self.controller.clone(), paused))),
            // A second click finds the first one's word already said.
            Action::Quit => drop(self.surroundings.quit.try_send(())),
        }
    }
}

async fn pause(controller: Controller, paused: bool) {
    if let Err(failure) = controller.set(Change::KeepAlive(!paused)).await {
        tracing::warn!(code = ?failure.code, "keep-alive stays as it was");
    }
}

/// Signs in again; the tray took the click, so it opens the browser.
async fn reconnect(controller: Controller, name: String) {
    let mut notices = controller.notices();
    let options = SignInOptions { wait_seconds: WAIT, ..SignInOptions::default() };
    let intent = Intent::Reconnect(Reconnect { name, key: None, secret: None, options });
    let started: AttemptStarted = match ask(&controller, intent).await {
        Ok(started) => started,
        Err(failure) => return tracing::info!(code = ?failure.code, "the sign-in could not begin"),
    };
    while let Ok(notice) = notices.recv().await {
        let Notice::Attempt { attempt, event } = notice else { continue };
        if attempt != started.attempt {
            continue;
        }
        match event {
            AttemptEvent::Authorize { url, .. } => return browse(&url),
            AttemptEvent::Connected { .. } | AttemptEvent::Failed(_) => return,
            AttemptEvent::Waiting { .. } | AttemptEvent::Confirm { .. } => {}
        }
    }
}

async fn check(controller: Controller, name: String) {
    // What was found stands in the snapshot that every face gets.
    if let Err(failure) = ask::<serde_json::Value>(&controller, Intent::Check { name }).await {
        tracing::info!(code = ?failure.code, "the check could not be made");
    }
}

async fn ask<T: DeserializeOwned>(controller: &Controller, intent: Intent) -> Result<T, Failure> {
    use connect_core::explain::{Code, failure};
    let reply = controller.handle(intent).await?;
    serde_json::from_str(reply.get()).map_err(|_| failure(Code::Unexpected, &[]))
}

fn browse(address: &str) {
    if let Err(error) = open::that_detached(address) {
        tracing::warn!(kind = %error.kind(), "no browser could be started");
    }
}

/// Puts the address on the clipboard and serves it from a thread until something else is copied.
fn copy(text: String) {
    std::thread::spawn(move || {
        use arboard::SetExtLinux;
        let copied = arboard::Clipboard::new().and_then(|mut clipboard| clipboard.set().wait().text(text));
        if copied.is_err() {
            tracing::warn!("the clipboard cannot be reached");
        }
    });
}
