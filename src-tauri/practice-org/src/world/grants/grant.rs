//! The results of a user's approval: codes, approvals and tokens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::requests::Challenge;

/// The documented life of a code: "expires after 15 minutes", in milliseconds.
// ASSUMES: code-lifetime
pub(crate) const CODE_LIVES: u64 = 15 * 60 * 1000;

/// All grants since the start. None is removed: a dead token must be recognised.
#[derive(Default)]
pub(crate) struct Grants {
    pub(crate) codes: BTreeMap<String, Code>,
    pub(crate) approvals: Vec<Approval>,
    pub(crate) refresh_tokens: BTreeMap<String, RefreshToken>,
    pub(crate) access_tokens: BTreeMap<String, AccessToken>,
}

/// An authorization code.
#[derive(Clone)]
pub(crate) struct Code {
    pub(crate) app: usize,
    pub(crate) user: usize,
    pub(crate) redirect_uri: String,
    pub(crate) scope: String,
    pub(crate) challenge: Option<Challenge>,
    pub(crate) issued_at: u64,
    pub(crate) used: bool,
}

/// A user's approval: the family of all its tokens.
pub(crate) struct Approval {
    pub(crate) app: usize,
    pub(crate) user: usize,
    pub(crate) scope: String,
    pub(crate) approved_at: u64,
    pub(crate) last_used_at: u64,
    pub(crate) revoked: bool,
    /// Whether the family has a refresh token.
    pub(super) refreshable: bool,
}

pub(crate) struct RefreshToken {
    pub(crate) approval: usize,
    /// Whether a newer token of the family replaced it.
    pub(crate) rotated: bool,
}

pub(crate) struct AccessToken {
    pub(crate) approval: usize,
    pub(crate) issued_at: u64,
    pub(crate) expires_at: u64,
    pub(crate) revoked: bool,
}

/// The kind of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// A Bearer token for calls.
    AccessToken,
    /// A token for getting access tokens.
    RefreshToken,
    /// A code for getting the first tokens.
    AuthorizationCode,
}

/// New tokens.
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) app: usize,
    pub(crate) user: usize,
    pub(crate) scope: String,
    pub(crate) issued_at: u64,
}
