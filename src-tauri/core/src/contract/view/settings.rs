//! What a person may set.

use serde::{Deserialize, Serialize};
#[cfg(feature = "types")]
use ts_rs::TS;

/// How the window looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Theme {
    /// As the desktop says.
    #[default]
    System,
    Light,
    Dark,
}

/// How much the log tells. It never tells a secret, whatever the level.
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

/// All settings, each with the value that holds when nothing is set.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Settings {
    /// Whether the agent starts with the login.
    pub start_at_login: bool,
    /// Whether connections that nobody uses are refreshed so that they do not run out.
    pub keep_alive: bool,
    pub theme: Theme,
    pub log: LogLevel,
    /// The proxy for Salesforce's hosts, such as `http://proxy.example:8080`. Never one with a password.
    pub proxy: Option<String>,
    /// A file of PEM certificates that are trusted besides the system's.
    pub authority: Option<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            start_at_login: false,
            keep_alive: true,
            theme: Theme::default(),
            log: LogLevel::default(),
            proxy: None,
            authority: None,
        }
    }
}

/// One setting, with the value it is to have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "setting", content = "value", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Change {
    StartAtLogin(bool),
    KeepAlive(bool),
    Theme(Theme),
    Log(LogLevel),
    Proxy(Option<String>),
    Authority(Option<String>),
}
