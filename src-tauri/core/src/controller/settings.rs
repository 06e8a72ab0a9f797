//! The settings, and how they are applied outside the core.

use std::{
    sync::{Mutex, MutexGuard},
    time::Duration,
};

use time::OffsetDateTime;
use tokio::sync::{Notify, futures::Notified};

use super::{Controller, lock};
use crate::{
    contract::view::{Failure, Notice, SettingsView},
    explain::{self, Code},
    platform::{
        home::Home,
        settings::{self, Change, Settings, SettingsFile},
    },
};

/// Between two looks at the clock while the log tells more than is set.
const LOOK_AGAIN: Duration = Duration::from_secs(60);

/// The settings in force, and what keeps them from being applied.
pub(super) struct SettingsInForce {
    file: Mutex<SettingsFile>,
    /// Wakes keep-alive after a change.
    changed: Notify,
    /// Why they could not be applied outside the core.
    trouble: Mutex<Option<Failure>>,
    /// The end of the time for which the log tells more, where somebody waits for it.
    watched: Mutex<Option<OffsetDateTime>>,
}

impl SettingsInForce {
    pub(super) fn of(home: &Home) -> Self {
        let file = Mutex::new(SettingsFile::read(home));
        Self { file, changed: Notify::new(), trouble: Mutex::default(), watched: Mutex::default() }
    }

    pub(super) fn changed(&self) -> Notified<'_> {
        self.changed.notified()
    }

    fn file(&self) -> MutexGuard<'_, SettingsFile> {
        lock(&self.file)
    }

    pub(super) fn is_in_trouble(&self, trouble: Option<Failure>) {
        *lock(&self.trouble) = trouble;
    }
}

impl Controller {
    /// The settings as they stand.
    pub fn settings(&self) -> Settings {
        self.0.settings.file().settings().clone()
    }

    /// Whether unused connections are left alone.
    pub fn keep_alive_is_paused(&self) -> bool {
        !self.0.settings.file().settings().keep_alive
    }

    /// Reads changes made to the file by hand, and returns the settings.
    pub(super) async fn settings_view(&self) -> Result<SettingsView, Failure> {
        let before = self.settings();
        self.0.settings.file().read_again();
        let after = self.settings();
        if before != after {
            match self.apply(after.clone()).await {
                Ok(()) => self.tell_way(&before, &after).await,
                // The failure is shown with the settings, which can be changed back there.
                Err(failure) => self.0.settings.is_in_trouble(Some(failure)),
            }
            self.tell_settings();
        }
        Ok(self.shown_settings())
    }

    /// Changes one setting: first it is applied outside, then written. A setting that cannot be applied is not kept.
    ///
    /// # Errors
    /// The value is invalid, or the file cannot be written. Then nothing has changed.
    pub async fn set(&self, change: Change) -> Result<SettingsView, Failure> {
        let change = self.within_a_day(change.checked()?)?;
        let (read_before, before) = (self.settings(), self.0.settings.file().read_anew());
        let after = before.with(&change);
        self.apply(after.clone()).await?;
        let kept = self.0.settings.file().change(&change);
        if let Err(failure) = kept {
            self.apply(before).await?;
            return Err(failure);
        }
        self.tell_way(&read_before, &after).await;
        self.tell_settings();
        Ok(self.shown_settings())
    }

    pub(super) async fn apply(&self, settings: Settings) -> Result<(), Failure> {
        let Some(desktop) = self.0.desktop.joined.get().cloned() else { return Ok(()) };
        let applied = tokio::task::spawn_blocking(move || desktop.apply(&settings)).await;
        applied.unwrap_or_else(|_| Err(explain::unexpected("a task ended early")))?;
        self.0.settings.is_in_trouble(None);
        Ok(())
    }

    /// The log tells more for a day at most.
    fn within_a_day(&self, change: Change) -> Result<Change, Failure> {
        if let Change::DebugUntil(Some(until)) = change
            && until - self.now() > settings::LONGEST_DEBUG
        {
            let facts = [("setting", "debug_until"), ("wanted", "a time within the next 24 hours")];
            return Err(explain::failure(Code::SettingInvalid, &facts));
        }
        Ok(change)
    }

    /// Has the log go back to what is set when the time has come for which more was asked for. The clock is looked at once a
    /// minute, since timers stand still while a computer sleeps.
    pub(super) fn end_debug_in_time(&self) {
        let Some(until) = self.0.settings.file().settings().debug_until else { return };
        if lock(&self.0.settings.watched).replace(until) == Some(until) {
            return;
        }
        let controller = self.clone();
        tokio::spawn(async move {
            while controller.settings().debug_until == Some(until) {
                let left = until - controller.now();
                let Ok(left) = left.try_into() else { return controller.debug_ends().await };
                controller.0.clock.sleep(LOOK_AGAIN.min(left)).await;
            }
        });
    }

    async fn debug_ends(&self) {
        if let Err(failure) = self.set(Change::DebugUntil(None)).await {
            tracing::warn!(code = ?failure.code, "that the log tells more than is set stays in the settings");
        }
    }

    pub(super) fn shown_settings(&self) -> SettingsView {
        let kept = self.0.settings.file();
        SettingsView {
            settings: kept.settings().clone(),
            file: kept.file().display().to_string(),
            trouble: kept.trouble().cloned().or_else(|| lock(&self.0.settings.trouble).clone()),
            tray: self.tray(),
            overruled: self.0.desktop.joined.get().map(|desktop| desktop.overruled()).unwrap_or_default(),
        }
    }

    /// Another proxy or trusted authority may let somebody read the traffic with Salesforce: a person is told, and the
    /// histories record it.
    async fn tell_way(&self, before: &Settings, after: &Settings) {
        let overruled = self.0.desktop.joined.get().map(|desktop| desktop.overruled()).unwrap_or_default();
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
        self.end_debug_in_time();
        self.0.settings.changed.notify_one();
        self.tell(Notice::Settings(self.shown_settings()));
    }
}
