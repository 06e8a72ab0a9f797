//! What was pasted and what the org says about it: addresses, notes and checks.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{Exact, Lines, Looks, OrgKind, Verdict};
use crate::contract::code::Code;

/// Something that went wrong, in words, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Failure {
    pub code: Code,
    pub message: String,
    pub fix: Vec<String>,
    /// Whether the same request may work later without anybody changing anything.
    pub retryable: bool,
    /// From when on it may be tried again, where that was told.
    #[serde(with = "time::serde::rfc3339::option", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null", optional))]
    pub retry_at: Option<OffsetDateTime>,
}

/// The result of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum CheckState {
    Pass,
    Warn,
    Fail,
    /// Could not be told; never holds anybody up.
    Unknown,
    Skip,
}

/// The things that are checked. The words are a contract: only ever added to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum CheckId {
    Address,
    Tls,
    Key,
    Secret,
    Callback,
    Scopes,
    Org,
    Api,
}

/// One thing checked, and what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Finding {
    pub id: CheckId,
    pub title: String,
    pub state: CheckState,
    pub message: String,
    pub fix: Vec<String>,
    pub code: Option<Code>,
    /// What `fix` wants entered, letter for letter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Exact>>"))]
    pub exact: Vec<Exact>,
}

/// What a pasted address was understood as.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct AddressView {
    /// The origin every request goes to, such as `https://acme--uat.sandbox.my.salesforce.com`.
    pub origin: String,
    pub host: String,
    /// What the host's name promises; the org itself has the last word.
    pub kind: OrgKind,
    /// In words, such as "Sandbox uat of acme".
    pub words: String,
    /// The page of External Client App Manager in this org's Setup.
    pub setup_url: String,
    /// The lines to paste into Callback URL, in order.
    pub callbacks: Vec<String>,
}

/// What paste hygiene found in one field, without asking anybody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct PasteNote {
    pub field: Field,
    /// `true` when the value cannot be used as it is.
    pub blocks: bool,
    pub code: Code,
    pub message: String,
    /// What to do about it, most likely first.
    #[serde(default)]
    pub fix: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Field {
    Address,
    Key,
    Secret,
    Alias,
}

/// The answer to [`crate::contract::intent::Understand`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Understanding {
    /// The org that is certainly meant.
    pub address: Option<AddressView>,
    /// The orgs that may be meant, where only a person can say which. None of them is contacted before.
    #[serde(default)]
    pub meant: Vec<AddressView>,
    pub notes: Vec<PasteNote>,
    /// How many characters are left of each value once what pasting added is gone.
    pub key_length: usize,
    pub secret_length: usize,
    /// What follows from all of it. An agent of before does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub looks: Option<Looks>,
}

/// The answer to [`crate::contract::intent::Validate`] and [`crate::contract::intent::Check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Findings {
    pub checks: Vec<Finding>,
    /// What follows for the sign-in. Of a pasted pair alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub verdict: Option<Verdict>,
}

/// The answer to [`crate::contract::intent::AuditCallbacks`]: each line of the block, in its order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct CallbackAudit {
    pub lines: Vec<CallbackLine>,
    /// What they come to. Worked out anew each time, and kept nowhere.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub told: Option<Lines>,
}

/// Whether the app has one line in its Callback URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct CallbackLine {
    pub line: String,
    /// [`CheckState::Skip`] where the org was not asked about it yet.
    pub state: CheckState,
    /// What the app has in its place: the line with a slip that people make.
    pub registered_as: Option<String>,
    pub message: String,
}
