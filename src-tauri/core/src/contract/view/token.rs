//! The one reply that holds a secret.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::secret::{Secret, onto_private_socket};

/// An access token for a program that is allowed to have it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Token {
    #[serde(serialize_with = "onto_private_socket")]
    pub access_token: Secret,
    pub instance_url: String,
    pub org_id: String,
    pub username: String,
    pub api_version: String,
    #[serde(with = "time::serde::rfc3339::option")]
    pub issued_at: Option<OffsetDateTime>,
    #[serde(with = "time::serde::rfc3339::option")]
    pub expires_at: Option<OffsetDateTime>,
}
