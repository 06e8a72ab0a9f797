//! What is counted while the org runs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::endpoint::Endpoint;

/// What has happened since the org started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Requests by endpoint: `authorize`, `token`, `introspect`, `revoke`, `userinfo`, `identity`, `well_known`, `rest`,
    /// `setup`, `pages`.
    pub requests: BTreeMap<String, u64>,
    /// Refreshes that gave a new access token.
    pub refreshes: u64,
    /// Rotated refresh tokens that came back, each of which revoked its whole family.
    pub reuses_detected: u64,
    /// Second uses of an authorization code.
    pub code_reuses: u64,
    /// Requests that carried a secret, token or code in the query of an address, where logs keep it.
    pub secrets_in_query: u64,
    /// Access tokens that would be accepted now. Filled in when the counters are read.
    pub access_tokens_alive: usize,
    /// Refresh tokens that would be accepted now. Filled in when the counters are read.
    pub refresh_tokens_alive: usize,
}

impl Counters {
    /// Counts a request.
    pub(crate) fn count(&mut self, endpoint: Endpoint) {
        *self.requests.entry(endpoint.name().to_owned()).or_default() += 1;
    }

    /// How many requests there were.
    pub(crate) fn asked(&self, endpoint: Endpoint) -> u64 {
        self.requests.get(endpoint.name()).copied().unwrap_or_default()
    }
}
