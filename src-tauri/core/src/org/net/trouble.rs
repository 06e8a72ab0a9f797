//! What a failed exchange failed of, told by the types of its causes and never by their texts.

use std::{error::Error, io};

use super::resolver::NameUnknown;
use crate::ports::HttpError;

/// With a proxy in between, no name but the proxy's is looked up and no connection but the one to it is made here.
pub(super) fn classify(error: &reqwest::Error, through_proxy: bool) -> HttpError {
    if error.is_timeout() {
        return HttpError::Timeout;
    }
    let cause = named_cause(error).unwrap_or_else(|| {
        if error.is_builder() {
            HttpError::Refused
        } else if error.is_connect() {
            HttpError::Connect
        } else {
            HttpError::Cut
        }
    });
    let unreached = matches!(cause, HttpError::Dns | HttpError::Connect);
    if unreached && through_proxy { HttpError::Proxy } else { cause }
}

/// The first cause whose type says what happened.
fn named_cause(error: &(dyn Error + 'static)) -> Option<HttpError> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if cause.is::<NameUnknown>() {
            return Some(HttpError::Dns);
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return certificate_refused(tls).then_some(HttpError::Tls);
        }
        // An I/O error's source is the source of what it wraps, so the wrapped error itself is looked at too.
        if let Some(inner) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
            && let Some(named) = named_cause(inner)
        {
            return Some(named);
        }
        next = cause.source();
    }
    None
}

/// Other TLS errors are broken connections, not a question of trust.
fn certificate_refused(error: &rustls::Error) -> bool {
    matches!(
        error,
        rustls::Error::InvalidCertificate(_)
            | rustls::Error::NoCertificatesPresented
            | rustls::Error::UnsupportedNameType
            | rustls::Error::InvalidCertRevocationList(_)
    )
}
