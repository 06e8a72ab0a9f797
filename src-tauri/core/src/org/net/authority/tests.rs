use std::io::Write as _;

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

use super::*;

fn authority() -> (String, Vec<u8>) {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let made = CertifiedIssuer::self_signed(parameters, KeyPair::generate().unwrap()).unwrap();
    (made.pem(), made.der().to_vec())
}

/// How many authorities a file with these bytes has.
fn read_from(bytes: &[u8]) -> Result<usize, NetError> {
    read(file_of(bytes).path()).map(|found| found.len())
}

fn file_of(bytes: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    file
}

fn wide(text: &str, write: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(write).collect()
}

#[test]
fn an_authority_is_read_in_whatever_form_it_was_saved() {
    let (pem, der) = authority();
    let dos = pem.replace('\n', "\r\n");
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    for (about, bytes, of) in [
        ("PEM", pem.clone().into_bytes(), 1),
        ("a byte order mark", [b"\xef\xbb\xbf", dos.as_bytes()].concat(), 1),
        ("UTF-16, as PowerShell writes", [&[0xff, 0xfe][..], &wide(&dos, u16::to_le_bytes)].concat(), 1),
        ("the other UTF-16", [&[0xfe, 0xff][..], &wide(&dos, u16::to_be_bytes)].concat(), 1),
        ("UTF-16 without its mark", wide(&pem, u16::to_le_bytes), 1),
        ("DER", der.clone(), 1),
        ("line ends of old Macs", pem.replace('\n', "\r").into_bytes(), 1),
        ("set in", pem.replace('\n', "\n    ").into_bytes(), 1),
        ("on one line of a settings file", format!("\"{}\"", pem.replace('\n', "\\n")).into_bytes(), 1),
        ("base64 alone", body.into_bytes(), 1),
        (
            "a bundle with words in Latin-1",
            [b"# \xc4mter\n", pem.as_bytes(), b"\n", dos.as_bytes()].concat(),
            2,
        ),
        (
            "with a key beside it",
            format!("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n{pem}").into_bytes(),
            1,
        ),
    ] {
        assert_eq!(read_from(&bytes), Ok(of), "{about}");
    }
}

#[test]
fn what_else_a_file_holds_is_named() {
    let labelled =
        |label: &str| format!("-----BEGIN {label}-----\nMIIB\n-----END {label}-----\n").into_bytes();
    // As openssl writes their beginnings.
    let pkcs12 = [0x30, 0x82, 0x04, 0x4e, 0x02, 0x01, 0x03, 0x30, 0x82, 0x04, 0x04, 0x06, 0x09, 0x2a];
    let pkcs7 = [&[0x30, 0x82, 0x01, 0xb6][..], &SIGNED_DATA, &[0xa0, 0x82]].concat();
    for (bytes, part) in [
        (pkcs12.to_vec(), "PKCS #12"),
        (pkcs7, "PKCS #7"),
        (labelled("PKCS7"), "PKCS #7"),
        (labelled("CERTIFICATE REQUEST"), "request"),
        (labelled("TRUSTED CERTIFICATE"), "OpenSSL"),
        (labelled("EC PRIVATE KEY"), "private key"),
        (labelled("ENCRYPTED PRIVATE KEY"), "private key"),
        (vec![0xfe, 0xed, 0xfe, 0xed, 0, 0, 0, 2], "Java"),
        (b"PK\x03\x04".to_vec(), "archive"),
        (b"\xef\xbb\xbf\r\n<!DOCTYPE html>".to_vec(), "web page"),
    ] {
        let said = read_from(&bytes).unwrap_err();
        assert!(matches!(said, NetError::AuthorityIs(words) if words.contains(part)), "{part}: {said}");
        let told = NotTrusted { file: "/ca.pem".into(), why: said }.failure().message;
        assert!(told.contains(part) && told.contains("/ca.pem"), "{part} in the product's words: {told}");
    }
    assert_eq!(read_from(b" \n"), Err(NetError::AuthorityEmpty), "nothing at all");
    for nothing in [&b"words"[..], b"\xff\xfe", b"\xef\xbb\xbf", b"-----BEGIN CERTIFICATE-----"] {
        assert_eq!(read_from(nothing), Err(NetError::AuthorityNotPem), "{nothing:?}");
    }
}

#[test]
fn an_authority_that_cannot_be_used_is_told_by_its_number() {
    let (pem, mut der) = authority();
    let damaged = "-----BEGIN CERTIFICATE-----\nMIIBAAAA\n-----END CERTIFICATE-----\n";
    let both = format!("{pem}{damaged}");
    assert_eq!(
        read_from(both.as_bytes()),
        Err(NetError::AuthorityDamaged { number: 2, of: 2 }),
        "the second"
    );
    der.truncate(der.len() / 2);
    assert_eq!(read_from(&der), Err(NetError::AuthorityDamaged { number: 1, of: 1 }), "half of one");
}
