//! The org's counters.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::endpoint::Endpoint;

/// The counts since the org started.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counters {
    /// Requests by endpoint: `authorize`, `token`, `introspect`, `revoke`, `userinfo`, `identity`, `well_known`,
    /// `rest`, `setup`, `pages`.
    pub requests: BTreeMap<String, u64>,
    /// Refreshes that issued a new access token.
    pub refreshes: u64,
    /// Uses of a rotated refresh token, each of which revoked its whole family.
    pub reuses_detected: u64,
    /// Second uses of an authorization code.
    pub code_reuses: u64,
    /// Requests with a secret, token or code in an address's query, which logs record.
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

    /// The number of requests to an endpoint.
    pub(crate) fn asked(&self, endpoint: Endpoint) -> u64 {
        self.requests.get(endpoint.name()).copied().unwrap_or_default()
    }
}
