//! The parts of an org that can be counted, and made to fail, separately.

use serde::{Deserialize, Serialize};

/// The target of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Endpoint {
    /// `/services/oauth2/authorize`
    Authorize,
    /// `/services/oauth2/token`
    Token,
    /// `/services/oauth2/introspect`
    Introspect,
    /// `/services/oauth2/revoke`
    Revoke,
    /// `/services/oauth2/userinfo`
    Userinfo,
    /// `/id/ORG/USER`
    Identity,
    /// `/.well-known/openid-configuration`
    WellKnown,
    /// Everything below `/services/data`
    Rest,
    /// The Setup pages
    Setup,
    /// The login page, the Allow page, and every other address
    Pages,
}

impl Endpoint {
    /// Its name in the control API and in the counters.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Authorize => "authorize",
            Self::Token => "token",
            Self::Introspect => "introspect",
            Self::Revoke => "revoke",
            Self::Userinfo => "userinfo",
            Self::Identity => "identity",
            Self::WellKnown => "well_known",
            Self::Rest => "rest",
            Self::Setup => "setup",
            Self::Pages => "pages",
        }
    }
}
