//! The desktop session around the agent, as the adapter of [`connect_core::ports::Desktop`]: who opens our links, what
//! starts at login, and the settings of this process. The computer beneath it is heard in `platform::computer`.

use std::{
    env,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use connect_core::{
    contract::view::{Failure, Overruled},
    explain::{self, Code},
    org::net::{self, Net},
    platform::{home::Home, logging, paths, settings::Settings},
    ports::{self, BoxFuture, Clock as _, SystemClock},
    secret::Secret,
};

use crate::platform::{autostart::Autostart, clipboard::Clipboard, links};

/// Names one more certificate authority, in place of the setting.
pub const AUTHORITY_VARIABLE: &str = "DATATRAX_CA_FILE";

/// The file of one more certificate authority: the environment's, else the setting's.
///
/// # Errors
/// The environment's is no whole path.
pub fn authority(settings: &Settings) -> Result<Option<PathBuf>, Failure> {
    let named = paths::named_by(AUTHORITY_VARIABLE).map_err(|error| error.failure())?;
    Ok(named.or_else(|| settings.authority.as_ref().map(PathBuf::from)))
}

/// The desktop of this session.
pub struct Desktop {
    window: PathBuf,
    autostart: Autostart,
    net: Arc<Net>,
    /// Absent until the settings were applied for the first time.
    applied: Mutex<Option<Settings>>,
    clipboard: Clipboard,
}

impl Desktop {
    /// `agent` is this process's own program, `window` the one that links belong to.
    pub fn new(home: &Home, agent: &Path, window: &Path, net: Arc<Net>) -> Self {
        let autostart = Autostart::new(home, agent);
        Self {
            window: window.to_owned(),
            autostart,
            net,
            applied: Mutex::default(),
            clipboard: Clipboard::default(),
        }
    }
}

impl ports::Desktop for Desktop {
    fn opens_links(&self) -> BoxFuture<'_, bool> {
        Box::pin(links::lead_to(&self.window))
    }

    fn apply(&self, settings: &Settings) -> Result<(), Failure> {
        let mut applied = self.applied.lock().unwrap_or_else(PoisonError::into_inner);
        let before = applied.as_ref();
        let way = |settings: &Settings| (settings.proxy.clone(), settings.authority.clone());
        if before.is_none_or(|before| way(before) != way(settings)) {
            let authority = authority(settings)?;
            self.net
                .change(authority.as_deref(), settings.proxy.as_deref())
                .map_err(|error| error.failure())?;
        }
        let asked_before = before.map(|before| before.start_at_login);
        self.autostart.set(settings.start_at_login, asked_before).map_err(|error| {
            tracing::warn!(kind = %error.kind(), "the entry for the login cannot be written");
            explain::failure(Code::StartAtLoginRefused, &[])
        })?;
        logging::set_level(settings.level(SystemClock.now()));
        *applied = Some(settings.clone());
        Ok(())
    }

    fn overruled(&self) -> Vec<Overruled> {
        let is_set = |name: &&str| env::var_os(name).is_some_and(|value| !value.is_empty());
        let named = [
            ("log", Some(logging::VARIABLE).filter(is_set)),
            ("proxy", net::proxy_variable()),
            ("authority", Some(AUTHORITY_VARIABLE).filter(is_set)),
        ];
        let overruled = |(setting, variable): (&str, Option<&str>)| {
            Some(Overruled { setting: setting.to_owned(), variable: variable?.to_owned() })
        };
        named.into_iter().filter_map(overruled).collect()
    }

    fn copy(&self, text: &Secret, keep: Duration) -> Result<bool, Failure> {
        self.clipboard.copy(text, keep).map_err(|error| {
            // The error is about the way to the clipboard; it never holds the copied text.
            tracing::info!(%error, "the clipboard cannot be reached");
            explain::failure(Code::ClipboardMissing, &[])
        })
    }
}
