//! The settings, and the desktop that they reach.

use std::{sync::Arc, time::Duration};

use time::OffsetDateTime;

use super::{Controller, lock};
use crate::{
    contract::view::{Failure, Forward, Notice, SettingsView, Tray},
    explain::{self, Code},
    platform::settings::{self, Change, Settings},
    ports::Desktop,
};

/// How long an answer of the desktop about links holds: it asks several programs, and changes with an installation.
const LINKS_HOLD: Duration = Duration::from_secs(5 * 60);
/// A desktop that does not say within this time whether it opens our links does not open them.
const PATIENCE: Duration = Duration::from_secs(3);

impl Controller {
    /// Gives this controller a desktop, once, and makes the settings true there.
    pub async fn join(&self, desktop: Arc<dyn Desktop>) {
        if self.0.desktop.set(desktop).is_err() {
            return;
        }
        let settings = self.settings();
        if let Err(failure) = self.apply(settings).await {
            tracing::warn!(code = ?failure.code, "a setting cannot hold");
            *lock(&self.0.setting_trouble) = Some(failure);
        }
    }

    /// The settings as they stand.
    pub fn settings(&self) -> Settings {
        lock(&self.0.settings).settings().clone()
    }

    /// Whether connections are left to themselves until somebody uses them.
    pub fn keep_alive_is_paused(&self) -> bool {
        !lock(&self.0.settings).settings().keep_alive
    }

    /// Told by whoever shows the tray's icon. Every face hears of it, with the settings.
    pub fn tray_is(&self, tray: Tray) {
        let before = std::mem::replace(&mut *lock(&self.0.tray), tray);
        if before != tray {
            self.tell(Notice::Settings(self.shown_settings()));
        }
    }

    /// Whether the icon stands in the desktop's tray.
    pub fn tray(&self) -> Tray {
        *lock(&self.0.tray)
    }

    /// Takes in what was written to the file by hand, and shows it.
    pub(super) async fn settings_view(&self) -> Result<SettingsView, Failure> {
        let before = self.settings();
        lock(&self.0.settings).read_again();
        let after = self.settings();
        if before != after {
            match self.apply(after.clone()).await {
                Ok(()) => self.tell_way(&before, &after).await,
                // Shown with the settings, which can be changed back there.
                Err(failure) => *lock(&self.0.setting_trouble) = Some(failure),
            }
            self.tell_settings();
        }
        Ok(self.shown_settings())
    }

    /// Changes one setting: first outside, then in the file. What does not work outside is not kept.
    ///
    /// # Errors
    /// The value cannot hold, or the file cannot be written. Then nothing has changed.
    pub async fn set(&self, change: Change) -> Result<SettingsView, Failure> {
        let change = change.checked()?;
        let (read_before, before) = (self.settings(), lock(&self.0.settings).read_anew());
        let after = before.with(&change);
        self.apply(after.clone()).await?;
        let kept = lock(&self.0.settings).change(&change);
        if let Err(failure) = kept {
            self.apply(before).await?;
            return Err(failure);
        }
        self.tell_way(&read_before, &after).await;
        self.tell_settings();
        Ok(self.shown_settings())
    }

    /// Tells every window to come forward.
    pub(super) fn come_forward(&self, forward: Forward) {
        self.tell(Notice::ComeForward(forward));
    }

    /// Whether a link of ours leads back to this process.
    pub(super) async fn opens_links(&self) -> bool {
        let Some(desktop) = self.0.desktop.get() else { return false };
        let now = self.now();
        if let Some((asked_at, answer)) = *lock(&self.0.links)
            && is_recent(asked_at, now)
        {
            return answer;
        }
        let answer = tokio::time::timeout(PATIENCE, desktop.opens_links()).await.unwrap_or_default();
        *lock(&self.0.links) = Some((now, answer));
        answer
    }

    async fn apply(&self, settings: Settings) -> Result<(), Failure> {
        let Some(desktop) = self.0.desktop.get().cloned() else { return Ok(()) };
        let applied = tokio::task::spawn_blocking(move || desktop.apply(&settings)).await;
        applied.unwrap_or_else(|_| Err(explain::failure(Code::Unexpected, &[])))?;
        *lock(&self.0.setting_trouble) = None;
        Ok(())
    }

    fn shown_settings(&self) -> SettingsView {
        let kept = lock(&self.0.settings);
        SettingsView {
            settings: kept.settings().clone(),
            file: kept.file().display().to_string(),
            trouble: kept.trouble().cloned().or_else(|| lock(&self.0.setting_trouble).clone()),
            tray: self.tray(),
            overruled: self.0.desktop.get().map(|desktop| desktop.overruled()).unwrap_or_default(),
        }
    }

    /// Another proxy, or another authority that is trusted, can be the way of somebody who wants to read what goes to
    /// Salesforce: a person is told, and the histories tell it too.
    async fn tell_way(&self, before: &Settings, after: &Settings) {
        let overruled = self.0.desktop.get().map(|desktop| desktop.overruled()).unwrap_or_default();
        let counts = |setting: &str| !overruled.iter().any(|overruled| overruled.setting == setting);
        let Some(text) = settings::way_changed(before, after, counts) else { return };
        let (now, line) = (self.now(), text.clone());
        let noted = self.vault(move |vault| {
            vault.list()?.iter().try_for_each(|record| vault.note(&record.id, now, &line))
        });
        if let Err(failure) = noted.await {
            tracing::warn!(code = ?failure.code, "the changed way to Salesforce stands in no history");
        }
        self.tell(Notice::WayChanged { text });
    }

    fn tell_settings(&self) {
        self.0.setting_changed.notify_one();
        // Nobody may be listening.
        let _ = self.0.notices.send(Notice::Settings(self.shown_settings()));
    }
}

fn is_recent(asked_at: OffsetDateTime, now: OffsetDateTime) -> bool {
    now >= asked_at && now - asked_at < LINKS_HOLD
}
