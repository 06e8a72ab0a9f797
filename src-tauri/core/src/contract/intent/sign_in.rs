//! The requests that start a sign-in.

use serde::{Deserialize, Serialize};

use crate::{
    contract::view::BrowserChoice,
    secret::{Secret, onto_private_socket_if_any},
};

/// Starts a sign-in to an org named by its address; notices tell its progress.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Connect {
    pub address: String,
    pub alias: Option<String>,
    /// Absent when the stored pair is kept on a reconnect, when a set-up tries its last pair again, and when a sign-in
    /// under way begins anew, such as for another user.
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub key: Option<Secret>,
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub secret: Option<Secret>,
    #[serde(flatten)]
    pub options: SignInOptions,
}

/// Starts a sign-in for an existing connection.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct Reconnect {
    pub name: String,
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub key: Option<Secret>,
    #[serde(serialize_with = "onto_private_socket_if_any", default)]
    #[cfg_attr(feature = "types", ts(type = "string | null"))]
    pub secret: Option<Secret>,
    #[serde(flatten)]
    pub options: SignInOptions,
}

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "types", derive(ts_rs::TS))]
pub struct SignInOptions {
    /// The username expected to sign in.
    #[serde(default)]
    pub user: Option<String>,
    /// A username to accept although another was expected.
    #[serde(default)]
    pub accept_user: Option<String>,
    /// Whether somebody is there to be asked about a user whom nobody named. A script is never asked.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub may_ask: bool,
    /// Whether the sign-in may return through Datatrax's own page, where no other callback line is registered.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub hosted: bool,
    /// Whether to sign in although the org has asked for a pause that is not over yet.
    #[serde(default)]
    #[cfg_attr(feature = "types", ts(optional, as = "Option<bool>"))]
    pub despite_pause: bool,
    /// How long to wait for an app that may not be active yet, in seconds. Absent: as long as Salesforce may take.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional, type = "number"))]
    pub wait_seconds: Option<u64>,
    /// In which browser the sign-in is opened, and from then on the org's pages. Absent: as it is chosen for the connection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "types", ts(optional))]
    pub browser: Option<BrowserChoice>,
}
