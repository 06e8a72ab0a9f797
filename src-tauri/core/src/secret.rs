//! A value that must never be printed, logged or serialised.

use std::fmt::{self, Write as _};

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer, Serializer};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Text that is zeroed when dropped, prints as `[redacted]` and has no `Serialize`.
///
/// A comparison takes the same time wherever the first difference is.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    pub fn new(text: impl Into<String>) -> Self {
        Self(SecretString::from(text.into()))
    }

    /// The text itself. Every caller states its reason in a comment that starts with `EXPOSE:`.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }

    pub fn is_empty(&self) -> bool {
        // EXPOSE: only its emptiness is returned.
        self.expose().is_empty()
    }

    /// Eight hexadecimal digits of the SHA-256, enough to distinguish two values in a log and useless for guessing.
    pub fn fingerprint(&self) -> String {
        // EXPOSE: hashed, and only four bytes of the hash are returned.
        hex(Sha256::digest(self.expose()).get(..4).unwrap_or_default())
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("[redacted]")
    }
}

impl PartialEq for Secret {
    fn eq(&self, other: &Self) -> bool {
        // EXPOSE: compared in constant time.
        self.expose().as_bytes().ct_eq(other.expose().as_bytes()).into()
    }
}

impl Eq for Secret {}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// For the page a secret is a string.
#[cfg(feature = "types")]
impl ts_rs::TS for Secret {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "string".to_owned()
    }

    fn inline(config: &ts_rs::Config) -> String {
        Self::name(config)
    }
}

/// For `#[serde(serialize_with)]` on the fields of a message for the private socket.
pub fn onto_private_socket<S: Serializer>(secret: &Secret, serializer: S) -> Result<S::Ok, S::Error> {
    // EXPOSE: the socket belongs to this user alone and both ends have checked that.
    serializer.serialize_str(secret.expose())
}

/// As [`onto_private_socket`], for a value that may be absent.
pub fn onto_private_socket_if_any<S: Serializer>(
    secret: &Option<Secret>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    match secret {
        Some(secret) => onto_private_socket(secret, serializer),
        None => serializer.serialize_none(),
    }
}

/// Two hexadecimal digits for each byte.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_prints_its_text() {
        let secret = Secret::new("hunter2");
        assert_eq!(format!("{secret:?}"), "[redacted]", "Debug must redact");
    }

    #[test]
    fn a_fingerprint_tells_values_apart_without_showing_them() {
        let (one, other) = (Secret::new("one"), Secret::new("other"));
        assert_ne!(one.fingerprint(), other.fingerprint(), "different values, different fingerprints");
        assert_eq!(one.fingerprint().len(), 8, "eight digits");
    }
}
