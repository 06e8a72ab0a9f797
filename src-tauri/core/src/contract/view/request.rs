//! Requests to somebody with the rights: that they make the app and send its key and secret back, sealed.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
#[cfg(feature = "types")]
use ts_rs::TS;

use super::{AddressView, KeyEnds, PasteNote};

/// A request, with all that its page is made from. The private half of its key is never in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct AdminRequestView {
    pub id: String,
    /// What people call it by.
    pub number: String,
    pub host: String,
    pub address: AddressView,
    /// Who asks, as they call themselves.
    pub asked_by: String,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub asked_at: OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub expires_at: OffsetDateTime,
    /// The public half of its key: an uncompressed point of P-256, in base 64.
    pub public_key: String,
    pub standing: RequestStanding,
    /// When it ended. Absent while it can be answered.
    #[serde(with = "time::serde::rfc3339::option")]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub ended_at: Option<OffsetDateTime>,
    /// Until when the key and the secret of an answer that was opened are kept for a sign-in. Absent where none are.
    #[serde(default, with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "string"))]
    pub opened_until: Option<OffsetDateTime>,
}

/// Whether a request can be answered, and why not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "types", derive(TS))]
pub enum RequestStanding {
    Open,
    Answered,
    Withdrawn,
    Expired,
    /// Its private key was encrypted with one that was kept for a session, which is over.
    Lost,
}

/// An answer that was opened. Its key and secret are kept for the next sign-in to the org, and not told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(TS))]
pub struct AnswerOpened {
    pub request: AdminRequestView,
    /// What can be shown of the key.
    pub key: KeyEnds,
    /// Whether the two stood in each other's place, and were exchanged.
    pub exchanged: bool,
    /// Remarks on the two values.
    pub notes: Vec<PasteNote>,
    /// Until when they are kept.
    #[serde(with = "time::serde::rfc3339")]
    #[cfg_attr(feature = "types", ts(type = "string"))]
    pub until: OffsetDateTime,
}
