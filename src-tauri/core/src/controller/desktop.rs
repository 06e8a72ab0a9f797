//! The desktop around this process: whether its tray shows, whether links lead here, how the computer is doing.

use std::{
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use time::OffsetDateTime;
use tokio::sync::watch;

use super::{Controller, lock};
use crate::{
    contract::view::{Forward, Notice, Tray},
    platform::silence::Silence,
    ports::{Desktop, Machine},
};

/// How long the desktop's answer about links is kept: asking runs several programs, and it seldom changes.
const LINKS_HOLD: Duration = Duration::from_secs(5 * 60);
/// How long the desktop may take to say whether it opens our links; no answer means that it does not.
const PATIENCE: Duration = Duration::from_secs(3);

/// The desktop of this process. Empty for a `dtx` that works without the agent.
#[derive(Default)]
pub(super) struct DesktopAround {
    pub(super) joined: OnceLock<Arc<dyn Desktop>>,
    pub(super) machine: watch::Sender<Machine>,
    tray: Mutex<Tray>,
    /// When the desktop was last asked whether it opens our links, and its answer.
    links: Mutex<Option<(OffsetDateTime, bool)>>,
}

impl Controller {
    /// Gives this controller a desktop, once, and applies the settings there.
    pub async fn join(&self, desktop: Arc<dyn Desktop>) {
        if self.0.desktop.joined.set(desktop).is_err() {
            return;
        }
        let settings = self.settings();
        if let Err(failure) = self.apply(settings).await {
            tracing::warn!(code = ?failure.code, "a setting cannot hold");
            self.0.settings.is_in_trouble(Some(failure));
        }
        self.end_debug_in_time();
    }

    /// Called by the tray with its state. Every face is told, with the settings.
    pub fn tray_is(&self, tray: Tray) {
        let before = std::mem::replace(&mut *lock(&self.0.desktop.tray), tray);
        if before != tray {
            self.tell(Notice::Settings(self.shown_settings()));
        }
    }

    /// Whether the icon is in the desktop's tray.
    pub fn tray(&self) -> Tray {
        *lock(&self.0.desktop.tray)
    }

    /// Tells every window to come to the front.
    pub(super) fn come_forward(&self, forward: Forward) {
        self.tell(Notice::ComeForward(forward));
    }

    /// Whether a link of our scheme leads back to this process.
    pub(super) async fn opens_links(&self) -> bool {
        let Some(desktop) = self.0.desktop.joined.get() else { return false };
        let now = self.now();
        if let Some((asked_at, answer)) = *lock(&self.0.desktop.links)
            && is_recent(asked_at, now)
        {
            return answer;
        }
        let answer = Silence::within(PATIENCE, None, desktop.opens_links()).await.unwrap_or_default();
        *lock(&self.0.desktop.links) = Some((now, answer));
        answer
    }
}

fn is_recent(asked_at: OffsetDateTime, now: OffsetDateTime) -> bool {
    now >= asked_at && now - asked_at < LINKS_HOLD
}
