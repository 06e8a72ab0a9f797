//! The settings file: `settings.toml` in the home, described in `docs/settings.md`.
//!
//! The file holds only settings that were set. Unknown keys and all comments stay as they are.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};
use toml_edit::DocumentMut;
use url::Url;

use crate::{
    contract::view::Failure,
    explain::{self, Code},
    platform::{
        home::Home,
        paths::{self, Wanted},
        private,
    },
};

pub use crate::contract::view::{Change, LogLevel, Settings, Theme};

/// The longest time for which the log may be asked to tell more: it goes back by itself, and nobody has to think of it.
pub const LONGEST_DEBUG: Duration = Duration::hours(24);

/// The largest file read, in bytes. Settings take some hundred; the rest may be a person's notes.
const LARGEST_FILE: usize = 1024 * 1024;

impl Change {
    /// The setting's key in the file.
    fn key(&self) -> &'static str {
        match self {
            Self::StartAtLogin(_) => "start_at_login",
            Self::KeepAlive(_) => "keep_alive",
            Self::AskPrograms(_) => "ask_programs",
            Self::Theme(_) => "theme",
            Self::Log(_) => "log",
            Self::Proxy(_) => "proxy",
            Self::Authority(_) => "authority",
            Self::DebugUntil(_) => "debug_until",
        }
    }

    /// The change without the additions of pasting, if the value is valid.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn checked(self) -> Result<Self, Failure> {
        let trimmed =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        match self {
            Self::Proxy(proxy) => {
                let proxy = trimmed(proxy);
                proxy.as_deref().map_or(Ok(()), check_proxy)?;
                Ok(Self::Proxy(proxy))
            }
            Self::Authority(file) => {
                let Some(file) = trimmed(file) else { return Ok(Self::Authority(None)) };
                let whole =
                    paths::whole(file.as_ref()).and_then(|file| file.into_os_string().into_string().ok());
                whole
                    .map(|file| Self::Authority(Some(file)))
                    .ok_or_else(|| invalid("authority", &Wanted.to_string()))
            }
            Self::StartAtLogin(_)
            | Self::KeepAlive(_)
            | Self::AskPrograms(_)
            | Self::Theme(_)
            | Self::Log(_)
            | Self::DebugUntil(_) => Ok(self),
        }
    }
}

impl Settings {
    /// These settings with one of them changed.
    #[must_use]
    pub fn with(&self, change: &Change) -> Self {
        let mut changed = self.clone();
        match change.clone() {
            Change::StartAtLogin(wanted) => changed.start_at_login = wanted,
            Change::KeepAlive(wanted) => changed.keep_alive = wanted,
            Change::AskPrograms(wanted) => changed.ask_programs = wanted,
            Change::Theme(theme) => changed.theme = theme,
            Change::Log(level) => changed.log = level,
            Change::Proxy(proxy) => changed.proxy = proxy,
            Change::Authority(file) => changed.authority = file,
            Change::DebugUntil(until) => changed.debug_until = until,
        }
        changed
    }

    /// How much is logged now: more than is set while that was asked for, and only then.
    #[must_use]
    pub fn level(&self, now: OffsetDateTime) -> LogLevel {
        let is_more = self.debug_until.is_some_and(|until| until > now && until - now <= LONGEST_DEBUG);
        if is_more && !matches!(self.log, LogLevel::Trace) { LogLevel::Debug } else { self.log }
    }
}

/// The message when Salesforce is reached in another way than before; `None` when it is not. `counts` tells whether a
/// setting counts, or is overruled by the environment.
pub fn way_changed(before: &Settings, after: &Settings, counts: impl Fn(&str) -> bool) -> Option<String> {
    let proxy = (before.proxy != after.proxy && counts("proxy")).then(|| match &after.proxy {
        Some(proxy) => format!("Salesforce is reached through the proxy {proxy} now."),
        None => "Salesforce is reached without a proxy of the settings now.".to_owned(),
    });
    let authority = (before.authority != after.authority && counts("authority")).then(|| match &after.authority {
        Some(file) => format!(
            "The certificate authorities in {file} are trusted now: who holds their keys can read what is sent to Salesforce."
        ),
        None => "No certificate authorities are trusted now but the computer's own.".to_owned(),
    });
    let told: Vec<String> = [proxy, authority].into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// Checks host and port of an HTTP proxy. A password is refused: everyone with a copy of the file could read it.
fn check_proxy(text: &str) -> Result<(), Failure> {
    let form = || invalid("proxy", "an address such as http://proxy.example:8080");
    let url = Url::parse(text).map_err(|_| form())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(
            "proxy",
            "an address without user and password; those can be given in HTTPS_PROXY",
        ));
    }
    let is_plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let is_known = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    if is_plain && is_known { Ok(()) } else { Err(form()) }
}

fn invalid(setting: &str, wanted: &str) -> Failure {
    explain::failure(Code::SettingInvalid, &[("setting", setting), ("wanted", wanted)])
}

/// The settings file as it was last read.
#[derive(Debug)]
pub struct SettingsFile {
    file: PathBuf,
    document: DocumentMut,
    settings: Settings,
    trouble: Option<Failure>,
}

impl SettingsFile {
    /// Reads the home's file. One that is no TOML is moved aside, an invalid value is skipped; both are reported.
    pub fn read(home: &Home) -> Self {
        let mut kept = Self {
            file: home.settings(),
            document: DocumentMut::new(),
            settings: Settings::default(),
            trouble: None,
        };
        kept.read_again();
        kept
    }

    /// Reads changes made by hand. An error in the file stays reported until the file is written anew.
    pub fn read_again(&mut self) {
        let read = private::read_short(&self.file, LARGEST_FILE);
        let text = match read.and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.take(DocumentMut::new());
                let aside = self.aside();
                self.trouble = aside.exists().then(|| broken(&aside));
                return;
            }
            Err(error) => {
                let is_broken = matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::Other);
                return self.set_aside(is_broken);
            }
        };
        match text.parse::<DocumentMut>() {
            Ok(document) => {
                self.trouble = None;
                self.take(document);
            }
            Err(_) => self.set_aside(true),
        }
    }

    /// As [`Self::read_again`], and returns the settings.
    pub fn read_anew(&mut self) -> Settings {
        self.read_again();
        self.settings.clone()
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What is wrong with the file.
    pub fn trouble(&self) -> Option<&Failure> {
        self.trouble.as_ref()
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Makes a checked change and replaces the file, whole or not at all.
    ///
    /// # Errors
    /// The file cannot be written; then nothing has changed.
    pub fn change(&mut self, change: &Change) -> Result<(), Failure> {
        let mut document = self.document.clone();
        let value = serde_json::to_value(change).unwrap_or_default();
        match value.get("value") {
            Some(serde_json::Value::Bool(wanted)) => document.insert(change.key(), toml_edit::value(*wanted)),
            Some(serde_json::Value::String(text)) => document.insert(change.key(), toml_edit::value(text)),
            _ => document.remove(change.key()),
        };
        private::replace(&self.file, document.to_string().as_bytes()).map_err(|error| {
            tracing::warn!(kind = %error.kind(), "the settings cannot be written");
            explain::failure(Code::SettingsUnwritable, &[("file", &self.file.display().to_string())])
        })?;
        self.trouble = None;
        self.take(document);
        Ok(())
    }

    fn take(&mut self, document: DocumentMut) {
        self.settings = Settings::default();
        for (key, wanted, read) in CHANGES {
            let Some(item) = document.get(key) else { continue };
            match read(item).map(Change::checked) {
                Some(Ok(change)) => self.settings = self.settings.with(&change),
                Some(Err(failure)) => self.trouble = Some(failure),
                None => self.trouble = Some(invalid(key, wanted)),
            }
        }
        self.document = document;
    }

    fn set_aside(&mut self, is_broken: bool) {
        let aside = self.aside();
        let moved = is_broken && fs::rename(&self.file, &aside).is_ok();
        tracing::warn!(moved, "the settings cannot be read");
        let file = if moved { aside } else { self.file.clone() };
        self.take(DocumentMut::new());
        self.trouble = Some(broken(&file));
    }

    /// The new name of a file that cannot be read. While it exists without a new settings file, that is reported.
    fn aside(&self) -> PathBuf {
        self.file.with_extension("broken.toml")
    }
}

fn broken(file: &Path) -> Failure {
    explain::failure(Code::SettingsBroken, &[("file", &file.display().to_string())])
}

type Read = fn(&toml_edit::Item) -> Option<Change>;

/// For each key: the values it takes, in words, and how they are read.
const CHANGES: [(&str, &str, Read); 8] = [
    ("start_at_login", "true or false, without quotes", |item| item.as_bool().map(Change::StartAtLogin)),
    ("keep_alive", "true or false, without quotes", |item| item.as_bool().map(Change::KeepAlive)),
    ("ask_programs", "true or false, without quotes", |item| item.as_bool().map(Change::AskPrograms)),
    ("theme", "one of \"system\", \"light\" and \"dark\"", |item| word(item).map(Change::Theme)),
    ("log", "one of \"error\", \"warn\", \"info\", \"debug\" and \"trace\"", |item| {
        word(item).map(Change::Log)
    }),
    ("proxy", "an address in quotes", |item| Some(Change::Proxy(Some(item.as_str()?.to_owned())))),
    ("authority", "a path in quotes", |item| Some(Change::Authority(Some(item.as_str()?.to_owned())))),
    ("debug_until", "a time such as \"2026-11-30T10:00:00Z\"", |item| {
        OffsetDateTime::parse(item.as_str()?, &Rfc3339).ok().map(|until| Change::DebugUntil(Some(until)))
    }),
];

/// A word of a closed set.
fn word<T: for<'de> Deserialize<'de>>(item: &toml_edit::Item) -> Option<T> {
    serde_json::from_value(item.as_str()?.into()).ok()
}

#[cfg(test)]
#[path = "settings_tests.rs"]
mod tests;
