//! The program itself: its settings, its window, its agent and its vault.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{Failure, Settings};

/// All settings as they stand: the answer to [`crate::contract::intent::Settings`] and [`crate::contract::intent::Set`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct SettingsView {
    #[serde(flatten)]
    pub settings: Settings,
    /// The file they are kept in.
    pub file: String,
    /// What is wrong with that file.
    pub trouble: Option<Failure>,
    /// The settings for which the environment decides.
    pub overruled: Vec<Overruled>,
    /// Whether the icon stands in the desktop's tray. An agent of before does not tell.
    #[serde(default)]
    pub tray: Tray,
}

/// Whether the agent's icon stands in the desktop's tray.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Tray {
    /// Nobody asked for it.
    #[default]
    Off,
    Shown,
    /// This desktop has no tray at the moment.
    Missing,
}

/// A setting that does not count at the moment, and the variable that counts in its place.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Overruled {
    pub setting: String,
    pub variable: String,
}

/// What the window shows when it is called.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Forward {
    /// `None` leaves it where it is.
    pub place: Option<Place>,
    /// The desktop's leave to come to the front.
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
}

/// Why the agent ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum End {
    /// Quit in the tray: the whole program.
    Quit,
    /// `dtx agent stop`.
    Stop,
    /// Another program takes its place.
    Newer,
    /// The login ends, or the system asks for it.
    Session,
}

/// Who keeps the key of the vault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum KeyProtection {
    /// The keychain of this computer.
    Keychain,
    /// Nobody: it is sealed with a passphrase.
    Passphrase,
    /// The agent, until it ends.
    Session,
}

/// The answer to [`crate::contract::intent::Vault`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct VaultView {
    /// `None` until the first key is made.
    #[serde(rename = "guard")]
    pub protection: Option<KeyProtection>,
    /// Whether the passphrase has to be told before anything secret can be read.
    pub locked: bool,
    /// What people call the keychain that keeps the key, as far as that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub keychain: Option<String>,
    /// Whether the key crosses to the keychain unencrypted, since that takes it no other way.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub plain: bool,
    /// The key before this one, while it still opens everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub former: Option<FormerKey>,
    /// How many connections wait for a key that was not there when it was looked for.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<usize>"))]
    pub out_of_sight: usize,
}

/// A key that was replaced, and is kept until it is certain that the keychain has the new one for good.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct FormerKey {
    /// A program that starts after this, and reads the new key from the keychain, ends it.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub until: OffsetDateTime,
}
