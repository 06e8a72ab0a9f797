//! The file of certificate authorities that a person names: read in whatever form administrators and systems save it, or told
//! what it is instead.

use std::{
    borrow::Cow,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::Certificate;
use rustls::{
    RootCertStore,
    pki_types::{CertificateDer, pem::PemObject},
};

use crate::{
    contract::view::Failure,
    explain::{self, Code},
    platform::private::{self, Unread},
};

/// The largest file of authorities, in bytes. All that systems trust take a quarter of it.
const LARGEST: usize = 1024 * 1024;

/// Why the additional certificate authorities cannot be trusted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    #[error(transparent)]
    AuthorityUnread(#[from] Unread),
    #[error("it is empty")]
    AuthorityEmpty,
    #[error("it holds no certificate in PEM or DER form")]
    AuthorityNotPem,
    /// Something else, in words.
    #[error("it holds {0}")]
    AuthorityIs(&'static str),
    /// Counted from 1, of so many.
    #[error("certificate {number} of {of} in it is damaged, or not of a kind that can be used")]
    AuthorityDamaged { number: usize, of: usize },
}

/// The file that cannot be trusted, and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {why}", .file.display())]
pub struct NotTrusted {
    pub file: PathBuf,
    pub why: NetError,
}

impl NotTrusted {
    /// The error as a failure in words.
    pub fn failure(&self) -> Failure {
        explain::failure(Code::AuthorityUnusable, &[("reason", &self.to_string())])
    }
}

/// What begins or labels a file that has no certificate as it is needed here.
const OTHER_BINARY: [(&[u8], &str); 3] = [
    (&[0xfe, 0xed, 0xfe, 0xed], JAVA),
    (&[0xce, 0xce, 0xce, 0xce], JAVA),
    (b"PK", "an archive (.zip): unpack it, and name the file in it"),
];
const JAVA: &str = "a keystore of Java: export the certificate from it with keytool -exportcert -rfc";
const PKCS12: &str = "a key store (PKCS #12, .pfx or .p12): export the certificate alone, with openssl pkcs12 -nokeys -cacerts";
const PKCS7: &str = "a chain in PKCS #7 form (.p7b): have it written as PEM, with openssl pkcs7 -print_certs";
const PRIVATE: &str = "a private key and no certificate: nothing of that belongs here";
const OTHER_LABELS: [(&str, &str); 5] = [
    ("PKCS7", PKCS7),
    ("CMS", PKCS7),
    ("CERTIFICATE REQUEST", "a request for a certificate, and not the certificate that came of it"),
    (
        "TRUSTED CERTIFICATE",
        "a certificate in a form of OpenSSL's own: have it written as PEM, with openssl x509",
    ),
    ("PRIVATE KEY", PRIVATE),
];

/// The number of PKCS #7's signed data, as DER has it.
const SIGNED_DATA: [u8; 11] = [0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x07, 0x02];

/// The certificates in a file.
///
/// # Errors
/// Says what is in it instead, or which of them cannot be used.
pub(super) fn read(path: &Path) -> Result<Vec<Certificate>, NetError> {
    let bytes = private::read_named(path, LARGEST)?;
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Err(NetError::AuthorityEmpty);
    }
    let found = certificates(&bytes)?;
    let of = found.len();
    for (at, certificate) in found.iter().enumerate() {
        let number = at + 1;
        RootCertStore::empty()
            .add(certificate.clone())
            .map_err(|_| NetError::AuthorityDamaged { number, of })?;
    }
    found.iter().map(|found| Certificate::from_der(found).map_err(|_| NetError::AuthorityNotPem)).collect()
}

fn certificates(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, NetError> {
    if let Some((_, other)) = OTHER_BINARY.iter().find(|(begins, _)| bytes.starts_with(begins)) {
        return Err(NetError::AuthorityIs(other));
    }
    if is_sequence(bytes) {
        return binary(bytes);
    }
    let text = text(bytes).ok_or(NetError::AuthorityNotPem)?;
    let found: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(text.as_bytes()).collect();
    match found {
        Ok(found) if !found.is_empty() => Ok(found),
        _ => Err(other_text(&text)).or_else(|other| bare(&text).ok_or(other)),
    }
}

/// DER: one certificate, or what looks like one.
fn binary(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, NetError> {
    let begins = bytes.get(..32).unwrap_or(bytes);
    if begins.windows(SIGNED_DATA.len()).any(|part| part == SIGNED_DATA) {
        return Err(NetError::AuthorityIs(PKCS7));
    }
    // A version before anything else: 3.
    if begins.get(2..9).is_some_and(|part| part.windows(3).any(|part| part == [0x02, 0x01, 0x03])) {
        return Err(NetError::AuthorityIs(PKCS12));
    }
    Ok(vec![CertificateDer::from(bytes.to_vec())])
}

/// As long as it says it is, in more bytes than one tells.
fn is_sequence(bytes: &[u8]) -> bool {
    matches!(bytes, [0x30, 0x80..=0x84, ..])
}

/// The text in UTF-8 or UTF-16, with line ends as they are needed, and without what a settings file puts around it.
fn text(bytes: &[u8]) -> Option<String> {
    let wide = |bytes: &[u8], read: fn([u8; 2]) -> u16| {
        let units: Vec<u16> =
            bytes.chunks_exact(2).filter_map(|pair| pair.try_into().ok()).map(read).collect();
        String::from_utf16(&units).ok()
    };
    let text = match bytes {
        [0xef, 0xbb, 0xbf, rest @ ..] => Cow::from(std::str::from_utf8(rest).ok()?),
        [0xff, 0xfe, rest @ ..] => Cow::from(wide(rest, u16::from_le_bytes)?),
        [0xfe, 0xff, rest @ ..] => Cow::from(wide(rest, u16::from_be_bytes)?),
        [b'-', 0, ..] => Cow::from(wide(bytes, u16::from_le_bytes)?),
        [0, b'-', ..] => Cow::from(wide(bytes, u16::from_be_bytes)?),
        // Only the lines of the certificates have to be text: some files tell in another one whose they are.
        _ => String::from_utf8_lossy(bytes),
    };
    let text = text.replace("\\r\\n", "\n").replace("\\n", "\n");
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let around = |sign: char| sign.is_whitespace() || matches!(sign, '"' | '\'' | ',' | '\u{feff}');
    let mut lines: Vec<&str> = text.lines().map(|line| line.trim_matches(around)).collect();
    lines.push("");
    Some(lines.join("\n"))
}

/// A certificate in base64 without the lines that say so.
fn bare(text: &str) -> Option<Vec<CertificateDer<'static>>> {
    let packed: String = text.split_whitespace().collect();
    let bytes = STANDARD.decode(packed).ok().filter(|bytes| is_sequence(bytes))?;
    binary(&bytes).ok()
}

fn other_text(text: &str) -> NetError {
    if text.trim_start().starts_with('<') {
        return NetError::AuthorityIs("a web page and no certificate, as a browser saves a sign-in page");
    }
    let labelled = |label: &str| text.contains(&format!("{label}-----"));
    let other = OTHER_LABELS.iter().find(|(label, _)| labelled(label)).map(|(_, other)| *other);
    other.map_or(NetError::AuthorityNotPem, NetError::AuthorityIs)
}

#[cfg(test)]
mod tests;
