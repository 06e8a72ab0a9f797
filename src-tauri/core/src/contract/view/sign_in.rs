//! Sign-ins under way.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{After, Awaited, BrowserChoice, Failure, KeyEnds, Lacking, OrgKind};

/// The phase of a sign-in attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Phase {
    /// The key, the callback and the secret are being checked.
    Checking,
    /// Salesforce does not know the key, or any callback line, yet; it is asked again.
    Waiting,
    /// The person is signing in in the browser.
    Browser,
    /// The code is being exchanged and the answer checked.
    Finishing,
    /// A person has to say whether the org and user found are the right ones.
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
    /// The address to open in the browser, in [`Phase::Browser`].
    pub authorize_url: Option<String>,
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub next_check_at: Option<OffsetDateTime>,
    /// When the wait for the person ends, in [`Phase::Browser`] and [`Phase::Confirming`].
    #[serde(with = "time::serde::rfc3339::option", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null", optional))]
    pub ends_at: Option<OffsetDateTime>,
    /// What can be shown of the key that is asked about.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub key: Option<KeyEnds>,
    /// Why the sign-in waits, in words, in [`Phase::Waiting`]: the key is not known yet, or no callback line is.
    #[serde(default)]
    pub waits_for: Option<Failure>,
    /// What arrived instead of the browser's answer, and how to go on, in [`Phase::Browser`].
    #[serde(default)]
    pub noticed: Option<Failure>,
    /// What the sign-in waits for, and what to enter, in [`Phase::Waiting`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub lacks: Option<Lacking>,
    /// Who signed in, according to the org, in [`Phase::Confirming`].
    pub found: Option<Identity>,
    /// Why the person is asked, in [`Phase::Confirming`].
    pub question: Option<Failure>,
    /// In which browser `authorize_url` is opened. Absent: in the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub browser: Option<BrowserChoice>,
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
    /// Whether the user may change all data of the org. `None` where the org does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub modifies_all_data: Option<bool>,
}

/// An event of a sign-in attempt. One JSON object a line in `dtx connect --json`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum AttemptEvent {
    /// Open `url` in a browser.
    Authorize {
        url: String,
        redirect_uri: String,
        /// In which browser. Absent: in the default one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        browser: Option<BrowserChoice>,
    },
    /// The org does not know the key yet (`activation`), or any of the callback lines (`callback`).
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
        /// A remark on the connection that stops nothing.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[cfg_attr(feature = "types", ts(optional))]
        remark: Option<Failure>,
    },
    Failed(Failure),
}

/// A sign-in that is over, and how it ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct AttemptEnded {
    pub id: String,
    /// [`AttemptEvent::Connected`] or [`AttemptEvent::Failed`].
    pub event: AttemptEvent,
    /// Present with [`AttemptEvent::Failed`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub after: Option<After>,
}

/// The answer to [`crate::contract::intent::Link`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkTaken {
    /// The sign-in that the link belongs to, if any.
    pub attempt: Option<String>,
}

/// The answer to [`crate::contract::intent::Connect`] and [`crate::contract::intent::Reconnect`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct AttemptStarted {
    pub attempt: String,
    pub alias: String,
}
