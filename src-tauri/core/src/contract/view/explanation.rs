//! What a pasted text says went wrong.

use serde::{Deserialize, Serialize};
#[cfg(feature = "types")]
use ts_rs::TS;

use crate::contract::code::Code;

/// The answer to a pasted text. With no cause in it, the text says nothing that is known.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Explanation {
    /// What the text says went wrong, in the order in which it says it.
    pub causes: Vec<Cause>,
    /// What the text would give away to whoever reads it.
    pub secrets: Vec<GivenAway>,
    /// Whether the text was longer than what is read of it.
    pub cut: bool,
}

/// One thing that went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct Cause {
    /// Its name in the table of causes.
    pub cause: String,
    pub code: Code,
    /// `false` for an error of Salesforce's that is well formed, and of which nothing is known.
    pub known: bool,
    pub message: String,
    pub fix: Vec<String>,
    /// Who can do something about it.
    pub acts: Acts,
    /// Whether waiting may help.
    pub waiting: bool,
    pub sure: Sure,
    /// Where the meaning is from.
    pub source: String,
    /// The page of the org's Setup where it is done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub setup: Option<SetupLink>,
    /// The text's own words, where nothing else is known: one line, without links.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub quoted: Option<String>,
}

/// Who can do something about a failure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Acts {
    You,
    /// An admin of the org.
    Admin,
    /// Whoever looks after the network and the computers.
    It,
    /// Nobody: it passes, or it does not.
    Nobody,
}

/// How sure a meaning is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum Sure {
    /// An official page, or the source of a client in wide use, says exactly this.
    Certain,
    /// Third parties say so.
    Reported,
    /// An inference, or sources disagree.
    Uncertain,
}

/// A page of an org's Setup.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum SetupPage {
    ExternalClientApps,
    OauthUsage,
    LoginHistory,
    Users,
    Profiles,
    SessionSettings,
    SessionManagement,
    MyDomain,
    CompanyInformation,
    Deliverability,
}

/// The way to a page of Setup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct SetupLink {
    pub page: SetupPage,
    /// What Quick Find calls it.
    pub label: String,
    pub path: String,
    /// The org, where one is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub host: Option<String>,
    /// The whole address, where the org is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub url: Option<String>,
}

/// What a text gives away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct GivenAway {
    pub kind: SecretKind,
    pub message: String,
    pub fix: Vec<String>,
}

/// Kinds of secrets that stand in pasted texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum SecretKind {
    /// An access token or a session's id.
    AccessToken,
    RefreshToken,
    /// A link that signs its reader in.
    SessionLink,
    /// `force://…`: a whole sign-in, as Salesforce CLI exports it.
    SignInUrl,
    ConsumerSecret,
    AuthorizationCode,
    /// A signed token that proves who somebody is.
    Jwt,
    PrivateKey,
    Password,
}
