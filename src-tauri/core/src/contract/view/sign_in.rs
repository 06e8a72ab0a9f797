//! Sign-ins under way.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{Awaited, Failure, Lacking, OrgKind};

/// Where a sign-in attempt stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Phase {
    /// The key, the callback and the secret are being checked.
    Checking,
    /// Salesforce does not know the key yet, or none of the callback lines; it is asked again.
    Waiting,
    /// The browser has the word.
    Browser,
    /// The code is being exchanged and the answer checked.
    Finishing,
    /// Somebody has to say whether the org and user found are the right ones.
    Confirming,
}

/// A sign-in attempt under way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct AttemptView {
    pub id: String,
    pub alias: String,
    pub host: String,
    pub kind: OrgKind,
    pub phase: Phase,
    /// The address to open in the browser, while [`Phase::Browser`].
    pub authorize_url: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub next_check_at: Option<OffsetDateTime>,
    /// What is still lacking, while [`Phase::Waiting`]: the key is not known yet, or no callback line is.
    #[serde(default)]
    pub waits_for: Option<Failure>,
    /// What came to this computer in place of the browser's answer, and how to go on, while [`Phase::Browser`].
    #[serde(default)]
    pub noticed: Option<Failure>,
    /// Which of the two that is, and what is to be entered, while [`Phase::Waiting`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub lacks: Option<Lacking>,
    /// Whom the org says signed in, while [`Phase::Confirming`].
    pub found: Option<Identity>,
    /// Why that has to be asked, while [`Phase::Confirming`].
    pub question: Option<Failure>,
}

/// Who signed in, and to which org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Identity {
    pub org_id: String,
    pub org_name: Option<String>,
    pub user_id: String,
    pub username: String,
    pub kind: OrgKind,
}

/// What happens in a sign-in attempt. One JSON object a line in `dtx connect --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum AttemptEvent {
    /// Open `url` in a browser.
    Authorize {
        url: String,
        redirect_uri: String,
    },
    /// The org does not know the key yet (`activation`), or none of the callback lines (`callback`).
    Waiting {
        #[serde(rename = "for")]
        what: Awaited,
        #[serde(with = "time::serde::rfc3339")]
        #[cfg_attr(feature = "types", ts(type = "string"))]
        next_check_at: OffsetDateTime,
    },
    /// Another user or org than expected signed in: answer with [`crate::contract::intent::Answer`].
    Confirm {
        found: Identity,
        question: Failure,
    },
    Connected {
        alias: String,
        org_id: String,
        username: String,
        instance_url: String,
        kind: OrgKind,
        /// Something to know of it that stands in nobody's way.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        remark: Option<Failure>,
    },
    Failed(Failure),
}

/// The answer to [`crate::contract::intent::Link`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkTaken {
    /// The sign-in that the link belongs to, if there is one.
    pub attempt: Option<String>,
}

/// The answer to [`crate::contract::intent::Connect`] and [`crate::contract::intent::Reconnect`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct AttemptStarted {
    pub attempt: String,
    pub alias: String,
}
