//! The settings, and their changes.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

/// How the window looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Theme {
    /// As the desktop is set.
    #[default]
    System,
    Light,
    Dark,
}

/// How much is logged. No level logs secrets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum LogLevel {
    Error,
    Warn,
    #[default]
    Info,
    Debug,
    Trace,
}

/// All settings, each with its default.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Settings {
    /// Whether the agent starts at login.
    pub start_at_login: bool,
    /// Whether unused connections are refreshed so that they do not expire.
    pub keep_alive: bool,
    /// Whether a person is asked before a program is given tokens of a connection for the first time.
    pub ask_programs: bool,
    pub theme: Theme,
    pub log: LogLevel,
    /// The proxy for Salesforce's hosts, such as `http://proxy.example:8080`. Never with a password.
    pub proxy: Option<String>,
    /// A file of PEM certificates to trust besides the system's.
    pub authority: Option<String>,
    /// Until when the log tells more than is set. It goes back by itself.
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "string"))]
    pub debug_until: Option<OffsetDateTime>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            start_at_login: false,
            keep_alive: true,
            ask_programs: false,
            theme: Theme::default(),
            log: LogLevel::default(),
            proxy: None,
            authority: None,
            debug_until: None,
        }
    }
}

/// One setting with its new value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "setting", content = "value", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Change {
    StartAtLogin(bool),
    KeepAlive(bool),
    AskPrograms(bool),
    Theme(Theme),
    Log(LogLevel),
    Proxy(Option<String>),
    Authority(Option<String>),
    /// Has the log tell more until then, a day ahead at most; `null` ends that.
    DebugUntil(
        #[serde(with = "time::serde::rfc3339::option")]
        #[cfg_attr(feature = "types", ts(type = "string | null"))]
        Option<OffsetDateTime>,
    ),
}
