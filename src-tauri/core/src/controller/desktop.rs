//! The desktop around this process: who it is, whether the tray shows, whether links lead here, how the computer fares.

use std::{
    sync::{Arc, Mutex, OnceLock},
    time::Duration,
};

use time::OffsetDateTime;
use tokio::sync::watch;

use super::{Controller, lock};
use crate::{
    contract::view::{Forward, Notice, Tray},
    ports::{Desktop, Machine},
};

/// How long an answer of the desktop about links holds: it asks several programs, and changes with an installation.
const LINKS_HOLD: Duration = Duration::from_secs(5 * 60);
/// A desktop that does not say within this time whether it opens our links does not open them.
const PATIENCE: Duration = Duration::from_secs(3);

/// What is known of it. Nothing of it is there for a `dtx` that works by itself.
#[derive(Default)]
pub(super) struct DesktopAround {
    pub(super) joined: OnceLock<Arc<dyn Desktop>>,
    pub(super) machine: watch::Sender<Machine>,
    tray: Mutex<Tray>,
    /// When it was last asked whether it opens our links, and what it said.
    links: Mutex<Option<(OffsetDateTime, bool)>>,
}

impl Controller {
    /// Gives this controller a desktop, once, and makes the settings true there.
    pub async fn join(&self, desktop: Arc<dyn Desktop>) {
        if self.0.desktop.joined.set(desktop).is_err() {
            return;
        }
        let settings = self.settings();
        if let Err(failure) = self.apply(settings).await {
            tracing::warn!(code = ?failure.code, "a setting cannot hold");
            self.0.settings.is_in_trouble(Some(failure));
        }
    }

    /// Told by whoever shows the tray's icon. Every face hears of it, with the settings.
    pub fn tray_is(&self, tray: Tray) {
        let before = std::mem::replace(&mut *lock(&self.0.desktop.tray), tray);
        if before != tray {
            self.tell(Notice::Settings(self.shown_settings()));
        }
    }

    /// Whether the icon stands in the desktop's tray.
    pub fn tray(&self) -> Tray {
        *lock(&self.0.desktop.tray)
    }

    /// Tells every window to come forward.
    pub(super) fn come_forward(&self, forward: Forward) {
        self.tell(Notice::ComeForward(forward));
    }

    /// Whether a link of ours leads back to this process.
    pub(super) async fn opens_links(&self) -> bool {
        let Some(desktop) = self.0.desktop.joined.get() else { return false };
        let now = self.now();
        if let Some((asked_at, answer)) = *lock(&self.0.desktop.links)
            && is_recent(asked_at, now)
        {
            return answer;
        }
        let answer = tokio::time::timeout(PATIENCE, desktop.opens_links()).await.unwrap_or_default();
        *lock(&self.0.desktop.links) = Some((now, answer));
        answer
    }
}

fn is_recent(asked_at: OffsetDateTime, now: OffsetDateTime) -> bool {
    now >= asked_at && now - asked_at < LINKS_HOLD
}
