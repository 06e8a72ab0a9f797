//! Guided set-ups.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{AddressView, CallbackAudit, Exact, Finding, Verdict};

/// The guided set-up of one org: where the person is in it, and what the org says of each step. The answer to
/// [`crate::contract::intent::SetUp`] and to whatever changes a set-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct SetupView {
    pub host: String,
    pub address: AddressView,
    /// What names the org again wherever an address is taken.
    pub pasted_address: String,
    /// The id of the guide's step that the person is at.
    pub step: String,
    /// One for each step of the guide, in its order.
    pub steps: Vec<StepMark>,
    /// When the person said that Create was pressed.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub created_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub updated_at: OffsetDateTime,
    /// What the org was last found to say. None before the first paste.
    pub findings: Vec<Finding>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub found_at: Option<OffsetDateTime>,
    /// What follows from that. None before the first paste, and from an agent of before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub verdict: Option<Verdict>,
    /// What the org was last found to say of the callback lines.
    #[serde(default)]
    pub audit: Option<CallbackAudit>,
    #[serde(with = "time::serde::rfc3339::option", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub audited_at: Option<OffsetDateTime>,
    /// The connection it led to.
    pub alias: Option<String>,
    /// The sign-in under way for this org.
    pub attempt: Option<String>,
    /// Until when the pair of a sign-in that did not work is there for another try, without being pasted again.
    #[serde(with = "time::serde::rfc3339::option", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub pair_until: Option<OffsetDateTime>,
}

/// How far one step of a set-up is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct StepMark {
    pub id: String,
    pub mark: Mark,
    /// What the org says of it: the difference, where it is wrong or doubted.
    pub message: Option<String>,
    /// What to do about that.
    pub fix: Vec<String>,
    /// What `fix` wants entered, letter for letter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Exact>>"))]
    pub exact: Vec<Exact>,
}

/// Who says that a step is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Mark {
    /// Nobody yet.
    Open,
    /// The person.
    Said,
    /// Nobody, but what the org says could not be without it. Whether it is done in every detail, the org does not tell.
    Implied,
    /// The org.
    Proved,
    /// The org says something of it that should be looked at, and that stops nobody.
    Doubted,
    /// The org says that it is not done as it has to be.
    Wrong,
}
