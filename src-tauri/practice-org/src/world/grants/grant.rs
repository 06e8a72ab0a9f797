//! What there is once a user allowed something: codes, approvals and tokens.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::requests::Challenge;

/// "expires after 15 minutes", in milliseconds.
// ASSUMES: code-lifetime
pub(crate) const CODE_LIVES: u64 = 15 * 60 * 1000;

/// Everything issued since the start. Nothing is forgotten: a token that died must be known as dead.
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

/// What a user allowed once: the family of all tokens that came of it.
pub(crate) struct Approval {
    pub(crate) app: usize,
    pub(crate) user: usize,
    pub(crate) scope: String,
    pub(crate) approved_at: u64,
    pub(crate) last_used_at: u64,
    pub(crate) revoked: bool,
    /// Whether a refresh token came of it.
    pub(super) refreshable: bool,
}

pub(crate) struct RefreshToken {
    pub(crate) approval: usize,
    /// Replaced by a newer one of the same family.
    pub(crate) rotated: bool,
}

pub(crate) struct AccessToken {
    pub(crate) approval: usize,
    pub(crate) issued_at: u64,
    pub(crate) expires_at: u64,
    pub(crate) revoked: bool,
}

/// What kind of value a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// A Bearer token for calls.
    AccessToken,
    /// A token to get access tokens with.
    RefreshToken,
    /// A code to get the first tokens with.
    AuthorizationCode,
}

/// Tokens just made.
pub(crate) struct Tokens {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) app: usize,
    pub(crate) user: usize,
    pub(crate) scope: String,
    pub(crate) issued_at: u64,
}
