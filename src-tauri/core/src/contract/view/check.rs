//! Pasted values, and the org's answers about them: addresses, notes and checks.

use std::fmt;

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{Acts, Exact, Lines, Looks, OrgKind, SetupLink, Verdict};
use crate::contract::code::Code;

/// A failure in words, with what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Failure {
    pub code: Code,
    pub message: String,
    pub fix: Vec<String>,
    /// Whether the same request may work later without any change.
    pub retryable: bool,
    /// From when on it may be tried again, where that was told.
    #[serde(with = "time::serde::rfc3339::option", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null", optional))]
    pub retry_at: Option<OffsetDateTime>,
    /// Who can do something about it. Absent from older agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub acts: Option<Acts>,
    /// The page of the org's Setup where that is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub setup: Option<Box<SetupLink>>,
}

/// The result of one check.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum CheckState {
    Pass,
    Warn,
    Fail,
    /// The check gave no answer. It never stops a sign-in.
    Unknown,
    Skip,
}

/// The things that are checked. The names are a contract: only ever added to.
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
    /// This computer's clock, beside the org's.
    Clock,
    /// The ports that a browser comes back to.
    Ports,
    /// Whether the app requires the proof of who started a sign-in.
    Pkce,
    /// Whether the refresh token works, and how long it lasts.
    Refresh,
    Limits,
    Bulk,
    /// Who issued the certificate that the org shows.
    Issuer,
    /// The vault that keeps the connection.
    Vault,
    /// Whether key and secret look like such.
    Form,
    /// The last sign-in.
    SignIn,
    /// Whether refreshes replace the refresh token.
    Rotation,
    /// How long a sign-in lives.
    Life,
    /// Every line of Callback URL, where that was asked for.
    Lines,
    /// Whether the app requires the secret at a refresh, where that was tried.
    SecretAtRefresh,
    /// How many of the sign-ins that an app can have of one user are used.
    Slots,
}

/// The result of one check.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Finding {
    pub id: CheckId,
    pub title: String,
    pub state: CheckState,
    pub message: String,
    pub fix: Vec<String>,
    pub code: Option<Code>,
    /// The values that `fix` asks for, letter for letter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Exact>>"))]
    pub exact: Vec<Exact>,
    /// The page of the org's Setup where something is done about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub setup: Option<Box<SetupLink>>,
}

/// How a pasted address was understood.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct AddressView {
    /// The origin of every request, such as `https://acme--uat.sandbox.my.salesforce.com`.
    pub origin: String,
    pub host: String,
    /// The kind that the host's name suggests; the org's own record decides.
    pub kind: OrgKind,
    /// A description, such as "Sandbox uat of acme".
    pub words: String,
    /// The page of External Client App Manager in this org's Setup.
    pub setup_url: String,
    /// The lines to paste into Callback URL, in order.
    pub callbacks: Vec<String>,
}

/// A remark on the text of one field, made without the network.
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
    /// The org, where it is certain.
    pub address: Option<AddressView>,
    /// The orgs that the text may mean, where a person has to choose. None of them is contacted before.
    #[serde(default)]
    pub meant: Vec<AddressView>,
    pub notes: Vec<PasteNote>,
    /// What can be shown of the key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub key: Option<KeyEnds>,
    /// The number of characters of each value without what pasting added.
    pub key_length: usize,
    pub secret_length: usize,
    /// The conclusion from all of it. Absent from older agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub looks: Option<Looks>,
}

/// What a person compares a Consumer Key by. Beginning and end are empty where the value may be a secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct KeyEnds {
    pub start: String,
    pub end: String,
    /// The number of its characters.
    pub length: usize,
}

impl fmt::Display for KeyEnds {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { start, end, length } = self;
        if start.is_empty() {
            write!(text, "{length} characters")
        } else {
            write!(text, "{start}…{end}, {length} characters")
        }
    }
}

/// The answer to [`crate::contract::intent::Validate`] and [`crate::contract::intent::Check`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Findings {
    pub checks: Vec<Finding>,
    /// The conclusion for the sign-in. Present for a pasted pair only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub verdict: Option<Verdict>,
    /// The check that says what kept every answer of the org's away, where none has come: the others of the org's then say no more.
    /// Absent from older agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub away: Option<CheckId>,
}

/// The answer to [`crate::contract::intent::AuditCallbacks`]: each line of the block, in order.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct CallbackAudit {
    pub lines: Vec<CallbackLine>,
    /// The conclusion from all lines. Computed for each answer, never stored.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub told: Option<Lines>,
}

/// Whether the app has one line in its Callback URL.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct CallbackLine {
    pub line: String,
    /// [`CheckState::Skip`] where the org was not asked about the line yet.
    pub state: CheckState,
    /// The line as the app has it, with a common slip.
    pub registered_as: Option<String>,
    pub message: String,
}
