//! Guided set-ups.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{AddressView, CallbackAudit, Exact, Finding, KeyEnds, Verdict};

/// The guided set-up of one org: the person's step, and the org's answer about each. The reply to
/// [`crate::contract::intent::SetUp`] and to every request that changes a set-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct SetupView {
    pub host: String,
    pub address: AddressView,
    /// The text that names the org again wherever an address is accepted.
    pub pasted_address: String,
    /// The id of the person's present step.
    pub step: String,
    /// The mark of each step, in the guide's order.
    pub steps: Vec<StepMark>,
    /// When the person said that Create was pressed.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub created_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub updated_at: OffsetDateTime,
    /// The org's last answers. Empty before the first paste.
    pub findings: Vec<Finding>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub found_at: Option<OffsetDateTime>,
    /// The conclusion from them. Absent before the first paste, and from older agents.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub verdict: Option<Verdict>,
    /// The org's last answers about the callback lines.
    #[serde(default)]
    pub audit: Option<CallbackAudit>,
    #[serde(with = "time::serde::rfc3339::option", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub audited_at: Option<OffsetDateTime>,
    /// The connection that the set-up led to.
    pub alias: Option<String>,
    /// The sign-in under way for this org.
    pub attempt: Option<String>,
    /// Until when the pair of a failed sign-in can be tried again without another paste.
    #[serde(with = "time::serde::rfc3339::option", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub pair_until: Option<OffsetDateTime>,
    /// What can be shown of that pair's key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub pair_key: Option<KeyEnds>,
}

/// The state of one step of a set-up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct StepMark {
    pub id: String,
    pub mark: Mark,
    /// The org's objection, where the step is wrong or doubted.
    pub message: Option<String>,
    /// What to do about the objection.
    pub fix: Vec<String>,
    /// The values that `fix` asks for, letter for letter.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Exact>>"))]
    pub exact: Vec<Exact>,
}

/// Whether a step is done, and who says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Mark {
    /// The step is not done yet.
    Open,
    /// The person says that it is done.
    Said,
    /// The org's answers would be impossible without the step. They do not prove its every detail.
    Implied,
    /// The org's answers prove it.
    Proved,
    /// The org's answer should be looked at, but stops nobody.
    Doubted,
    /// The org's answer shows that the step is not done correctly.
    Wrong,
}
