//! Stored connections: their state, and their history.

use serde::{Deserialize, Serialize, Serializer};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{BrowserChoice, Consent, Failure, Group, LastUse, RotationAt, Use};

/// The kind of the org, as its Organization record says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum OrgKind {
    Production,
    Sandbox,
    Developer,
    Scratch,
    Other,
    Practice,
}

impl OrgKind {
    /// The kind's name in the contract of `dtx list --json`.
    pub fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
            Self::Developer => "developer",
            Self::Scratch => "scratch",
            Self::Other => "other",
            Self::Practice => "practice",
        }
    }
}

/// The health of a connection in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Status {
    /// The last request to the org worked.
    Connected,
    /// A person has to sign in again or change a setting.
    NeedsYou,
    /// Signed out, or never signed in.
    NotConnected,
    /// The org could not be reached; nothing is lost.
    Unreachable,
}

/// One stored connection, as in `list` and `show`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct ConnectionView {
    /// Always `true`: secrets are left out.
    #[serde(serialize_with = "yes", skip_deserializing)]
    #[cfg_attr(feature = "types", ts(type = "true", optional))]
    pub redacted: (),
    pub alias: String,
    pub host: String,
    pub kind: OrgKind,
    pub org_id: String,
    pub org_name: Option<String>,
    pub username: String,
    pub instance_url: String,
    pub status: Status,
    /// Why it is not connected, if so.
    pub reason: Option<Failure>,
    /// The pause that the org has asked for, until it is over. The org was reached then, whatever its status says.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Pause>"))]
    pub pause: Option<Pause>,
    /// Until when no new sign-in is needed, as far as that is known.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub safe_until: Option<OffsetDateTime>,
    /// When the org last confirmed this connection.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub checked_at: Option<OffsetDateTime>,
    /// The state of the connection, with its reasons.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Health>"))]
    pub health: Health,
    /// Until when its Consumer Secret can be copied. Absent when that time is over.
    #[serde(with = "time::serde::rfc3339::option", default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(type = "string", optional))]
    pub secret_until: Option<OffsetDateTime>,
    /// When a program was given a token last, and which. Absent where no use is recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub last_use: Option<LastUse>,
    /// The group that it is in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub group: Option<Group>,
    /// The rotation of its key and secret, once one was begun and is not over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub rotation: Option<RotationAt>,
    /// In which browser its org's pages are opened. Absent: in the default one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub browser: Option<BrowserChoice>,
}

/// A pause that an org has asked for: "too many requests", or work on its servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Pause {
    /// When it is over, where the org has said so.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub until: Option<OffsetDateTime>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde requires a reference")]
fn yes<S: Serializer>(_: &(), serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bool(true)
}

/// The state of a connection in words.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Health {
    /// Whether the connection ends soon unless its org is reached.
    pub at_risk: bool,
    /// Since when it has not been connected, as far as that is known.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub since: Option<OffsetDateTime>,
    /// The state in one sentence.
    pub text: String,
    /// The most likely causes, likeliest first.
    pub causes: Vec<String>,
    /// What a person has to do about it. `None` while nothing is to be done.
    #[serde(default)]
    pub needs: Option<Needs>,
    /// How it is known that the sign-in ends next even if it is used. `None` if use keeps it alive.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional))]
    pub ends: Option<Ends>,
}

/// How it is known that a sign-in ends at a time, even if it is used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Ends {
    /// The org has named the time.
    Told,
    /// The default policy of a new app ends it then. An admin may have chosen another one.
    ByDefault,
}

/// What a person has to do for a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Needs {
    /// Sign in once more; the stored key and secret are right.
    SignIn,
    /// Paste Consumer Key and Consumer Secret anew, then sign in.
    NewPair,
    /// Change a setting in the org. The stored sign-in then works again.
    Setting,
}

/// A disconnected connection whose tokens are still to be revoked at its org.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct LeavingView {
    /// The name that the connection had.
    pub alias: String,
    pub host: String,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub since: OffsetDateTime,
}

/// What is kept for a while of a connection that was disconnected: its name and history, and neither key, secret nor tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct SetAsideView {
    /// Under this it is brought back.
    pub id: String,
    /// The name that the connection had.
    pub alias: String,
    pub host: String,
    pub kind: OrgKind,
    pub username: String,
    /// When it was disconnected.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub since: OffsetDateTime,
    /// Until when it is kept.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub until: OffsetDateTime,
}

/// One line of a connection's history, in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct HistoryLine {
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub at: OffsetDateTime,
    pub text: String,
}

/// A connection and its history, newest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct ConnectionDetail {
    #[serde(flatten)]
    pub connection: ConnectionView,
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Seen>"))]
    pub seen: Seen,
    /// The programs that were given its tokens, the latest first. Only the last few are kept.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Use>>"))]
    pub uses: Vec<Use>,
    /// What was said of programs that asked, the latest first.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<Vec<Consent>>"))]
    pub consents: Vec<Consent>,
    pub history: Vec<HistoryLine>,
}

/// The app's settings, as seen from what the org granted and how its tokens behave.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Seen {
    /// The scopes granted at the last sign-in.
    pub scopes: Vec<String>,
    /// Whether a refresh has returned another refresh token.
    pub rotates: bool,
    /// After how many seconds without use a sign-in ends, where that is known to be less than Salesforce's own limit.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub unused_limit: Option<u64>,
    /// When the sign-in ends, used or not, where that is known.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub ends_at: Option<OffsetDateTime>,
    /// When the default policy of a new app ends the sign-in, used or not. An admin may have chosen another one: `None`
    /// where the org has named an end, or the sign-in has outlived this one.
    #[serde(with = "time::serde::rfc3339::option", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null", optional))]
    pub ends_by_default: Option<OffsetDateTime>,
    /// The conclusion about the app's Refresh Token Policy, in one sentence.
    pub policy: String,
}

/// The answer to [`crate::contract::intent::CopyKey`] and [`crate::contract::intent::CopySecret`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Copied {
    /// After how many seconds the clipboard is emptied. `None` where that cannot be promised.
    #[cfg_attr(feature = "types", ts(type = "number | null"))]
    pub cleared_after_seconds: Option<u64>,
}

/// The event that a Consumer Secret was put on the clipboard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct SecretCopied {
    pub alias: String,
    /// How long the secret stays there, in words.
    pub text: String,
}

/// The answer to [`crate::contract::intent::Disconnect`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Disconnected {
    pub revoked: Revoked,
    /// When the org confirmed that the token no longer works.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub proved_at: Option<OffsetDateTime>,
    /// Whether it had no tokens: it was brought back after a disconnect, and nobody has signed in since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub had_no_tokens: bool,
    /// What is kept for a while, to be brought back. Absent where nothing is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub set_aside: Option<SetAsideView>,
}

/// Whether the org has revoked the tokens: `true`, `false` or `"later"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Revoked {
    Now(bool),
    Later(Later),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Later {
    Later,
}
