//! What this computer was found to be like: the answer of the doctor, a line for each thing that was looked at.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use crate::contract::code::Code;

/// How one thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum LookState {
    Good,
    /// Worth a look; it stops nothing.
    Look,
    Wrong,
    CannotTell,
}

/// The things that are looked at, in the order in which they are told. The names are a contract: only ever added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum LookId {
    Program,
    Copies,
    Agent,
    Files,
    Keychain,
    KeychainTried,
    /// One line for each port.
    Port,
    Browser,
    Proxy,
    Authorities,
    Salesforce,
    Certificate,
    Clock,
    Tray,
    Notifications,
    Links,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Look {
    pub id: LookId,
    pub title: String,
    pub state: LookState,
    pub message: String,
    pub fix: Vec<String>,
    /// Always there for what is wrong.
    pub code: Option<Code>,
}

/// Everything that was looked at. It names no org, no user and no password, so that it can be handed on as it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Computer {
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub looked_at: OffsetDateTime,
    /// The program's version.
    pub program_version: String,
    pub looks: Vec<Look>,
}

impl Computer {
    /// The first thing that is wrong.
    pub fn wrong(&self) -> Option<&Look> {
        self.looks.iter().find(|look| look.state == LookState::Wrong)
    }
}
