//! Who issued the certificate that a host shows. It is looked at in a handshake that is given up at once, so that it is seen
//! also where it is not trusted, and nothing is ever sent to whoever showed it.

use std::sync::{Arc, Mutex, PoisonError};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::ring,
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use webpki::EndEntityCert;

use crate::ports::Issuer;

/// The authorities whose certificates servers on the internet show, by the organisation in their name. Another one may be as
/// good, and is then told to be looked at: only what is known not to read along is called so.
const PUBLIC: [&str; 14] = [
    "Amazon",
    "Certum",
    "DigiCert Inc",
    "DigiCert, Inc.",
    "Entrust, Inc.",
    "GlobalSign nv-sa",
    "GoDaddy.com, Inc.",
    "Google Trust Services",
    "Google Trust Services LLC",
    "IdenTrust",
    "Let's Encrypt",
    "Microsoft Corporation",
    "SSL Corporation",
    "Sectigo Limited",
];

/// The numbers of the attributes of a name (X.520), as DER has them.
const ORGANISATION: [u8; 3] = [0x55, 0x04, 0x0a];
const COMMON_NAME: [u8; 3] = [0x55, 0x04, 0x03];

/// The longest name that is told, in characters.
const LONGEST: usize = 80;

const SEQUENCE: u8 = 0x30;
const SET: u8 = 0x31;
const NUMBER: u8 = 0x06;
/// Kinds of text: UTF-8, printable, teletex, ASCII.
const TEXTS: [u8; 4] = [0x0c, 0x13, 0x14, 0x16];
const WIDE_TEXT: u8 = 0x1e;

/// What a handshake has shown.
#[derive(Clone, Debug, Default)]
pub(super) struct Seen(Arc<Mutex<Option<Issuer>>>);

impl Seen {
    pub(super) fn issuer(&self) -> Option<Issuer> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// A configuration of TLS with which no handshake is ever finished, and the place where the issuer is noted.
pub(super) fn seeing() -> (ClientConfig, Seen) {
    let seen = Seen::default();
    let looker = Arc::new(Looker(seen.clone()));
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap_or_else(|_| ClientConfig::builder())
        .dangerous()
        .with_custom_certificate_verifier(looker)
        .with_no_client_auth();
    (config, seen)
}

/// Notes the issuer and refuses the certificate, whatever it is.
#[derive(Debug)]
struct Looker(Seen);

impl ServerCertVerifier for Looker {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        *self.0.0.lock().unwrap_or_else(PoisonError::into_inner) = Some(issuer(end_entity));
        Err(refused())
    }

    fn verify_tls12_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(refused())
    }

    fn verify_tls13_signature(
        &self,
        _message: &[u8],
        _cert: &CertificateDer<'_>,
        _dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        Err(refused())
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        ring::default_provider().signature_verification_algorithms.supported_schemes()
    }
}

fn refused() -> Error {
    Error::General("it was only looked at".to_owned())
}

fn issuer(certificate: &CertificateDer<'_>) -> Issuer {
    let name = EndEntityCert::try_from(certificate).ok().and_then(|read| name(read.issuer()));
    let is_public = name.as_deref().is_some_and(|name| PUBLIC.contains(&name));
    Issuer { name, is_public }
}

/// The organisation in a distinguished name, else its common name.
fn name(attributes: &[u8]) -> Option<String> {
    attribute(attributes, ORGANISATION).or_else(|| attribute(attributes, COMMON_NAME))
}

/// The first value of this attribute: a name is a row of sets, each of pairs of a number and a value.
fn attribute(mut sets: &[u8], wanted: [u8; 3]) -> Option<String> {
    while let Some((SET, mut pairs, rest)) = part(sets) {
        while let Some((SEQUENCE, pair, others)) = part(pairs) {
            if let Some((NUMBER, number, value)) = part(pair)
                && number == wanted
            {
                return part(value).and_then(|(kind, text, _)| read(kind, text));
            }
            pairs = others;
        }
        sets = rest;
    }
    None
}

fn read(kind: u8, text: &[u8]) -> Option<String> {
    let read = if TEXTS.contains(&kind) {
        String::from_utf8_lossy(text).into_owned()
    } else if kind == WIDE_TEXT {
        let wide = text.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(u16::from_be_bytes);
        char::decode_utf16(wide).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    } else {
        return None;
    };
    let read: String = read.trim().chars().take(LONGEST).collect();
    (!read.is_empty()).then_some(read)
}

/// A part of DER: its kind, its content, and what follows.
fn part(bytes: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let (kind, rest) = bytes.split_first()?;
    let (first, rest) = rest.split_first()?;
    let (length, rest) = match first {
        ..=0x7f => (usize::from(*first), rest),
        0x81 => rest.split_first().map(|(one, rest)| (usize::from(*one), rest))?,
        0x82 => {
            let (two, rest) = rest.split_first_chunk::<2>()?;
            (usize::from(u16::from_be_bytes(*two)), rest)
        }
        _ => return None,
    };
    let (content, rest) = rest.split_at_checked(length)?;
    Some((*kind, content, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rcgen::{CertificateParams, DistinguishedName, DnType, Issuer as Authority, KeyPair};

    use super::*;

    /// The issuer's names, what it is called by, and whether it is a public one.
    type Case = (&'static [(DnType, &'static str)], Option<&'static str>, bool);

    /// A certificate that an authority of these names issued.
    fn issued_by(names: &[(DnType, &str)]) -> CertificateDer<'static> {
        let mut params = CertificateParams::default();
        params.distinguished_name = DistinguishedName::new();
        for (kind, value) in names {
            params.distinguished_name.push(kind.clone(), *value);
        }
        let authority = Authority::new(params, KeyPair::generate().unwrap());
        let own = CertificateParams::new(["acme.my.salesforce.com".to_owned()]).unwrap();
        own.signed_by(&KeyPair::generate().unwrap(), &authority).unwrap().der().clone()
    }

    #[test]
    fn the_issuer_is_called_by_its_organisation_or_by_its_name() {
        use DnType::{CommonName, CountryName, OrganizationName};
        let cases: [Case; 4] = [
            (
                &[
                    (CountryName, "US"),
                    (OrganizationName, "DigiCert Inc"),
                    (CommonName, "DigiCert Global G2 TLS RSA SHA256 2020 CA1"),
                ],
                Some("DigiCert Inc"),
                true,
            ),
            (
                &[(CommonName, "Zürich proxy"), (OrganizationName, "Acme AG, Zürich")],
                Some("Acme AG, Zürich"),
                false,
            ),
            (&[(CommonName, "DigiCert Inc")], Some("DigiCert Inc"), true),
            (&[(CountryName, "US")], None, false),
        ];
        for (names, expected, is_public) in cases {
            let found = issuer(&issued_by(names));
            assert_eq!((found.name.as_deref(), found.is_public), (expected, is_public), "{names:?}");
        }
    }

    #[test]
    fn what_is_no_certificate_has_no_issuer() {
        for bytes in [&b""[..], b"x", &[0x30, 0x82, 0xff, 0xff]] {
            assert_eq!(issuer(&CertificateDer::from(bytes)).name, None, "{bytes:?}");
        }
    }

    #[test]
    fn a_handshake_that_is_looked_at_is_never_finished() {
        let looker = Looker(Seen::default());
        let name = ServerName::try_from("acme.my.salesforce.com").unwrap();
        let certificate = issued_by(&[(DnType::OrganizationName, "Acme AG")]);
        let verified = looker.verify_server_cert(&certificate, &[], &name, &[], UnixTime::now());
        assert!(verified.is_err(), "refused, whatever it is");
        assert_eq!(looker.0.issuer().and_then(|seen| seen.name).as_deref(), Some("Acme AG"), "and seen");
    }

    proptest! {
        #[test]
        fn whatever_a_name_holds_is_read_without_harm(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = name(&bytes);
        }
    }
}
