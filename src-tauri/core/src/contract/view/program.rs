//! The program's own views: settings, window, agent and vault.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{Failure, Settings};

/// All present settings: the answer to [`crate::contract::intent::Settings`] and [`crate::contract::intent::Set`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct SettingsView {
    #[serde(flatten)]
    pub settings: Settings,
    /// The settings file.
    pub file: String,
    /// Why that file cannot be read, if so.
    pub trouble: Option<Failure>,
    /// The settings that an environment variable overrules.
    pub overruled: Vec<Overruled>,
    /// Whether the icon is in the desktop's tray. Absent from older agents.
    #[serde(default)]
    pub tray: Tray,
}

/// Whether the agent's icon is in the desktop's tray.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Tray {
    /// The icon is switched off.
    #[default]
    Off,
    Shown,
    /// This desktop has no tray at present.
    Missing,
}

/// An overruled setting, and the variable that counts instead.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Overruled {
    pub setting: String,
    pub variable: String,
}

/// Whether programs are given tokens: the answer to [`crate::contract::intent::HandOut`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct HandingOut {
    /// Since when none is, because a person has paused it.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub paused_since: Option<OffsetDateTime>,
}

/// A call to the window to come to the front.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Forward {
    /// The screen to show; `None` for the present one.
    pub place: Option<Place>,
    /// The desktop's activation token, which lets the window come to the front.
    pub activation_token: Option<String>,
}

/// A screen of the window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "name", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Place {
    Connections,
    Connection {
        alias: String,
    },
    Add,
    /// The guided set-up of this org.
    SetUp {
        host: String,
    },
    Attempt {
        id: String,
    },
    Settings,
    /// The question whether to quit, above the screen that is shown.
    Quit,
    /// About, the log, diagnostics.
    Help,
    /// What the doctor says of this computer.
    Computer,
    /// What a pasted text says went wrong.
    Explain,
    /// Requests to admins, and their sealed answers.
    Requests,
}

/// Why the agent ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum End {
    /// Quit, in the tray or in the window, which ends the whole program.
    Quit,
    /// `dtx agent stop`.
    Stop,
    /// A newer program replaces the agent.
    Newer,
    /// The login ends, or the system asks the agent to end.
    Session,
}

/// Who keeps the key of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum KeyProtection {
    /// The keychain of this computer.
    Keychain,
    /// The person: the key is encrypted with a passphrase.
    Passphrase,
    /// The agent, until it ends.
    Session,
}

/// The answer to [`crate::contract::intent::Vault`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct VaultView {
    /// `None` until the first key exists.
    #[serde(rename = "guard")]
    pub protection: Option<KeyProtection>,
    /// Whether the passphrase must be given before secrets can be read.
    pub locked: bool,
    /// The common name of the keychain that keeps the key, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub keychain: Option<String>,
    /// Whether the key crosses to the keychain unencrypted, because that accepts it no other way.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub plain: bool,
    /// The key before the present one, while it still opens everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub former: Option<FormerKey>,
    /// The number of connections whose key was missing at the last attempt.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<usize>"))]
    pub out_of_sight: usize,
    /// The number of connections whose sign-in ends with the agent, because its key is in that memory alone.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<usize>"))]
    pub session_only: usize,
    /// The number of connections that need a new sign-in because such a session is over.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<usize>"))]
    pub session_ended: usize,
    /// The number of connections whose tokens may be a copy's: their orgs are sent nothing before somebody says what the
    /// files are.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<usize>"))]
    pub copied: usize,
    /// Whether the files are others than the ones that were used last on this computer.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub beside: bool,
}

/// A replaced key, kept until the keychain certainly has the new one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct FormerKey {
    /// Ended by the first program that starts after this time and reads the new key from the keychain.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub until: OffsetDateTime,
}
