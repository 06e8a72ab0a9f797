//! OAuth 2.0 with an org: the authorize address, the way back, and what is asked with codes and tokens.
//!
//! The web-server flow of RFC 6749 (section 4.1) with PKCE (RFC 7636) and the client's secret in the form body.

mod authorize;
mod callback;
mod introspect;
pub mod loopback;
mod pasted;
mod revoke;
mod token;
pub(crate) mod wire;

use std::time::Duration;

use crate::{
    explain::{Code, TokenTrouble},
    ports::HttpError,
};

use self::authorize::FIRST_OF_STATE;
pub(crate) use self::authorize::authorize_url;
pub use self::{
    authorize::{SignInRequest, authorize},
    callback::{Callback, CallbackError, is_link, read_callback, read_link},
    introspect::{Introspected, TokenKind, introspect},
    pasted::read_pasted,
    revoke::revoke,
    token::{Granted, Refreshed, exchange, refresh},
};

/// Why a request to the org brought no usable answer. Carries no text from the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code:?}")]
pub struct Trouble {
    pub code: Code,
    /// Whether the answer confirms that the same request will never work again. Everything else may pass.
    pub terminal: bool,
    /// How long the server asks to be left alone.
    pub retry_after: Option<Duration>,
}

impl Trouble {
    /// Trouble that may pass by itself, or at least proves nothing.
    pub(crate) fn passing(code: Code) -> Self {
        Self { code, terminal: false, retry_after: None }
    }
}

impl From<HttpError> for Trouble {
    fn from(error: HttpError) -> Self {
        Self::passing(match error {
            HttpError::Dns => Code::NetworkDns,
            HttpError::Connect => Code::NetworkConnect,
            HttpError::Proxy => Code::NetworkProxy,
            HttpError::Tls => Code::NetworkTls,
            HttpError::Timeout => Code::NetworkTimeout,
            HttpError::Cut => Code::NetworkCut,
            HttpError::TooLarge => Code::SalesforceUnreadable,
            HttpError::Refused => Code::AddressNotSalesforce,
        })
    }
}

impl From<TokenTrouble> for Trouble {
    fn from(trouble: TokenTrouble) -> Self {
        Self { code: trouble.code, terminal: trouble.terminal, retry_after: None }
    }
}
