//! Certificates.

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa, KeyPair,
    KeyUsagePurpose, date_time_ymd,
};
use rustls::{ServerConfig, pki_types::PrivateKeyDer};

/// The certificate that a host shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shown {
    Trusted,
    /// A valid one, from an authority that is not trusted.
    OfAStranger,
    /// From the trusted authority, for another host.
    ForAnotherHost,
    /// From the trusted authority, but expired.
    Expired,
    /// Of the trusted authority, and itself one.
    AsAuthority,
    /// Of the trusted authority, for programs that are no servers.
    ForClients,
    /// Of an authority that has the trusted one's name, and another key.
    OfARenewedAuthority,
}

/// A certificate authority.
pub(super) struct Authority(CertifiedIssuer<'static, KeyPair>);

impl Authority {
    pub(super) fn new(name: &str) -> Self {
        let mut parameters = CertificateParams::default();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        parameters.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        Self(CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap())
    }

    pub(super) fn pem(&self) -> String {
        self.0.pem()
    }

    /// The TLS configuration of a server for `host`.
    pub(super) fn server(&self, host: &str, shown: Shown) -> ServerConfig {
        let name = if shown == Shown::ForAnotherHost { "other.my.salesforce.com" } else { host };
        let mut parameters = CertificateParams::new([name.to_owned()]).unwrap();
        parameters.distinguished_name.push(DnType::CommonName, name);
        parameters.use_authority_key_identifier_extension = true;
        parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        if shown == Shown::Expired {
            parameters.not_after = date_time_ymd(2020, 1, 1);
        }
        if shown == Shown::AsAuthority {
            parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        }
        if shown == Shown::ForClients {
            parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        }
        let key = KeyPair::generate().unwrap();
        let certificate = parameters.signed_by(&key, &self.0).unwrap();
        let key = PrivateKeyDer::try_from(key.serialize_der()).unwrap();
        let server = ServerConfig::builder().with_no_client_auth();
        server.with_single_cert(vec![certificate.der().clone()], key).unwrap()
    }
}
