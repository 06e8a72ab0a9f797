//! OAuth 2.0 with an org: the authorize address, the callback, and the requests with codes and tokens.
//!
//! The web-server flow of RFC 6749 (section 4.1) with PKCE (RFC 7636) and the client's secret in the form body.

pub(crate) mod answer;
mod authorize;
mod callback;
mod introspect;
pub mod loopback;
mod owner;
mod pasted;
mod revoke;
mod token;
pub(crate) mod wire;

use std::time::Duration;

use time::OffsetDateTime;

use crate::{
    contract::view::Failure,
    explain::{self, Code, Said, TokenTrouble},
    ports::HttpError,
};

use self::authorize::FIRST_OF_STATE;
pub(crate) use self::authorize::authorize_url;
pub use self::{
    authorize::{SignInRequest, authorize, redirect_uri_of},
    callback::{Callback, CallbackError, is_link, read_callback, read_link},
    introspect::{Introspected, TokenKind, introspect},
    owner::{Owner, org_of_token, to_18},
    pasted::read_pasted,
    revoke::revoke,
    token::{Beside, Granted, Refreshed, exchange, refresh, refresh_without_secret},
};

/// Why a request to the org brought no usable answer. Holds no text from the wire that is not fit to show.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code:?}")]
pub struct Trouble {
    pub code: Code,
    /// Whether the answer confirms that the same request will never work again. All other trouble may pass.
    pub terminal: bool,
    /// How long the server asks for no further requests.
    pub retry_after: Option<Duration>,
    /// The org's own words; where the org moved, the host it named.
    pub said: Option<Said>,
}

impl Trouble {
    /// Trouble that may pass by itself, or at least proves nothing.
    pub(crate) fn passing(code: Code) -> Self {
        Self { code, terminal: false, retry_after: None, said: None }
    }

    /// An unforeseen error; its cause's kind goes to the log.
    #[track_caller]
    pub(crate) fn unexpected(kind: &'static str) -> Self {
        Self::passing(explain::unexpected(kind).code)
    }

    /// It in words, with what the org said in them, and until when it asked to be left alone.
    pub(crate) fn failure(&self, facts: &[(&str, &str)], now: OffsetDateTime) -> Failure {
        let said = self.said.as_ref().map(|said| ("said", said.as_str()));
        let facts: Vec<(&str, &str)> = facts.iter().copied().chain(said).collect();
        match self.retry_at(now) {
            Some(at) => explain::failure_until(self.code, &facts, at, now),
            None => explain::failure(self.code, &facts),
        }
    }

    /// When it may be tried again, where the server said so just now: a whole second, as it is kept and told.
    pub(crate) fn retry_at(&self, now: OffsetDateTime) -> Option<OffsetDateTime> {
        let at = now + self.retry_after? + Duration::from_nanos(999_999_999);
        at.replace_nanosecond(0).ok()
    }
}

impl From<HttpError> for Trouble {
    fn from(error: HttpError) -> Self {
        let code = match error {
            HttpError::Dns => Code::NetworkDns,
            HttpError::Connect => Code::NetworkConnect,
            HttpError::Proxy => Code::NetworkProxy,
            HttpError::Tls => Code::NetworkTls,
            HttpError::CertificateUnusable(_) => Code::CertificateUnusable,
            HttpError::Timeout => Code::NetworkTimeout,
            HttpError::Cut => Code::NetworkCut,
            HttpError::TooLarge => Code::SalesforceUnreadable,
            HttpError::Refused => Code::AddressNotSalesforce,
            HttpError::NoAuthorities(_) => Code::AuthoritiesMissing,
            HttpError::ProxyUnreadable { .. } => Code::ProxyUnreadable,
        };
        let said = if let HttpError::NoAuthorities(Some(variable)) = error {
            Said::of("", &format!("The variable {variable} is set, and what it names has none"))
        } else if matches!(code, Code::ProxyUnreadable | Code::CertificateUnusable) {
            Said::of("", &error.to_string())
        } else {
            None
        };
        Self { said, ..Self::passing(code) }
    }
}

impl From<TokenTrouble> for Trouble {
    fn from(trouble: TokenTrouble) -> Self {
        Self { terminal: trouble.terminal, ..Self::passing(trouble.code) }
    }
}
