//! The cause of a failed exchange, found by the types of its errors and never by their texts.

use std::{error::Error, io};

use rustls::CertificateError;

use super::resolver::NameUnknown;
use crate::ports::HttpError;

/// Through a proxy, only the proxy's name is resolved and only a connection to it is made here.
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

/// The first error in the chain whose type names the cause.
fn named_cause(error: &(dyn Error + 'static)) -> Option<HttpError> {
    let mut next = Some(error);
    while let Some(cause) = next {
        if cause.is::<NameUnknown>() {
            return Some(HttpError::Dns);
        }
        if let Some(tls) = cause.downcast_ref::<rustls::Error>() {
            return certificate_refused(tls);
        }
        // An I/O error's source skips the error that it wraps, so that one is looked at too.
        if let Some(inner) = cause.downcast_ref::<io::Error>().and_then(io::Error::get_ref)
            && let Some(named) = named_cause(inner)
        {
            return Some(named);
        }
        next = cause.source();
    }
    None
}

/// Whether a certificate was refused. Other TLS errors are broken connections, not a question of trust.
fn certificate_refused(error: &rustls::Error) -> Option<HttpError> {
    if let rustls::Error::InvalidCertificate(error) = error {
        return Some(unusable(error).map_or(HttpError::Tls, HttpError::CertificateUnusable));
    }
    let is_refusal = matches!(
        error,
        rustls::Error::NoCertificatesPresented
            | rustls::Error::UnsupportedNameType
            | rustls::Error::InvalidCertRevocationList(_)
    );
    is_refusal.then_some(HttpError::Tls)
}

/// What makes it one that cannot be used, whoever is trusted. One that nobody here vouches for, or that is of another time or
/// host, is not trusted.
fn unusable(error: &CertificateError) -> Option<&'static str> {
    use CertificateError as E;
    let is_weak = matches!(
        error,
        E::UnsupportedSignatureAlgorithmContext { .. }
            | E::UnsupportedSignatureAlgorithmForPublicKeyContext { .. }
    );
    if is_weak {
        Some("it is signed in a way that is not safe any more, such as with SHA-1 or a short key")
    } else if matches!(error, E::BadSignature) {
        Some(
            "the authority of that name has another key than the one that signed it, as after it was renewed",
        )
    } else if matches!(error, E::InvalidPurpose | E::InvalidPurposeContext { .. }) {
        Some("it was not issued for servers")
    } else if matches!(error, E::BadEncoding) {
        Some("it cannot be read")
    } else if matches!(error, E::UnhandledCriticalExtension) {
        Some("it has a condition in it that is not known here")
    } else if matches!(error, E::Other(_)) {
        // The libraries have no name of their own for these.
        Some(
            "it is an authority's own, or was not issued for servers, or its authority may not vouch for this host",
        )
    } else {
        None
    }
}
