//! How one secret is sealed: XChaCha20-Poly1305 under the data key, bound to the place it is stored in.

use chacha20poly1305::{AeadInOut, Key, KeyInit, XChaCha20Poly1305, XNonce};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize as _, Zeroizing};

use super::VaultError;
use crate::secret::{Secret, hex};

pub(super) const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;

/// Version of the sealed form. Part of what every secret is bound to, so a change seals everything anew.
const FORMAT: u8 = 1;

/// Versions of the keychain's entry: the key alone, and the key with the generation.
const KEY_ALONE: u8 = 1;
const KEY_AND_GENERATION: u8 = 2;

/// What a sealed data key is bound to in place of a field.
const DATA_KEY: &str = "data_key";

/// A column of the secrets' table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    ConsumerKey,
    ConsumerSecret,
    AccessToken,
    RefreshToken,
}

impl Field {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::ConsumerKey => "consumer_key",
            Self::ConsumerSecret => "consumer_secret",
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
        }
    }
}

/// The key that all secrets of one installation are sealed with.
pub(super) struct DataKey {
    bytes: Zeroizing<[u8; KEY_LENGTH]>,
    installation: String,
    account: String,
}

impl DataKey {
    /// A new key, to be kept in the keychain under a new account.
    pub(super) fn random(installation: &str) -> Result<Self, VaultError> {
        let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
        fill(bytes.as_mut_slice())?;
        Ok(Self { bytes, installation: installation.to_owned(), account: random_name()? })
    }

    /// The key and the generation as the keychain gave them, or nothing when that is no entry of ours.
    pub(super) fn from_entry(entry: &[u8], installation: &str, account: &str) -> Option<(Self, i64)> {
        let (format, rest) = entry.split_first()?;
        let (bytes, rest) = rest.split_first_chunk::<KEY_LENGTH>()?;
        let generation = match (*format, rest) {
            (KEY_ALONE, []) => 0,
            (KEY_AND_GENERATION, rest) => i64::from_le_bytes(rest.try_into().ok()?),
            _ => return None,
        };
        Some((Self::from_bytes(bytes, installation, account), generation))
    }

    pub(super) fn from_bytes(bytes: &[u8; KEY_LENGTH], installation: &str, account: &str) -> Self {
        let mut own = Zeroizing::new([0; KEY_LENGTH]);
        own.copy_from_slice(bytes);
        Self { bytes: own, installation: installation.to_owned(), account: account.to_owned() }
    }

    /// What the keychain keeps: the version of the form, the key, and the generation of the database that the key was
    /// last used for. 41 bytes.
    pub(super) fn entry(&self, generation: i64) -> Zeroizing<Vec<u8>> {
        let mut entry = Zeroizing::new(Vec::with_capacity(1 + KEY_LENGTH + size_of::<i64>()));
        entry.push(KEY_AND_GENERATION);
        entry.extend_from_slice(self.bytes.as_slice());
        entry.extend_from_slice(&generation.to_le_bytes());
        entry
    }

    /// This key, sealed with another one, bound to its account.
    pub(super) fn seal_with(&self, other: &Self) -> Result<Vec<u8>, VaultError> {
        other.seal_bytes(&self.account, DATA_KEY, self.bytes.as_slice())
    }

    /// The key of this one's account that was sealed with this one.
    pub(super) fn open_key(&self, sealed: &[u8]) -> Result<Self, VaultError> {
        let bytes = self.open_bytes(&self.account, DATA_KEY, sealed)?;
        let bytes = <&[u8; KEY_LENGTH]>::try_from(bytes.as_slice()).map_err(|_| VaultError::Unreadable)?;
        Ok(Self::from_bytes(bytes, &self.installation, &self.account))
    }

    /// The keychain account the key is kept under.
    pub(super) fn account(&self) -> &str {
        &self.account
    }

    pub(super) fn seal(
        &self,
        connection: &str,
        field: Field,
        secret: &Secret,
    ) -> Result<Vec<u8>, VaultError> {
        // EXPOSE: encrypted in this buffer, which is too large to move while it holds the text.
        self.seal_bytes(connection, field.word(), secret.expose().as_bytes())
    }

    /// The secret that was sealed for exactly this place.
    pub(super) fn open(&self, connection: &str, field: Field, sealed: &[u8]) -> Result<Secret, VaultError> {
        let text = self.open_bytes(connection, field.word(), sealed)?;
        let text = std::str::from_utf8(&text).map_err(|_| VaultError::Unreadable)?;
        Ok(Secret::new(text))
    }

    /// A value that only this key can have made, by which another key is recognised before anything is opened with it.
    pub(super) fn check_value(&self) -> Result<Vec<u8>, VaultError> {
        self.seal_bytes("", "key_check", &[])
    }

    pub(super) fn made(&self, check_value: &[u8]) -> bool {
        self.open_bytes("", "key_check", check_value).is_ok()
    }

    pub(super) fn seal_bytes(
        &self,
        connection: &str,
        field: &str,
        text: &[u8],
    ) -> Result<Vec<u8>, VaultError> {
        let sealed = self.encrypted(connection, field, text);
        overwrite_stack();
        sealed
    }

    pub(super) fn open_bytes(
        &self,
        connection: &str,
        field: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let opened = self.decrypted(connection, field, sealed);
        overwrite_stack();
        opened
    }

    #[inline(never)]
    fn encrypted(&self, connection: &str, field: &str, text: &[u8]) -> Result<Vec<u8>, VaultError> {
        const TAG_LENGTH: usize = 16;
        let mut nonce = [0; NONCE_LENGTH];
        fill(&mut nonce)?;
        let mut buffer = Vec::with_capacity(text.len() + TAG_LENGTH);
        buffer.extend_from_slice(text);
        self.cipher()
            .encrypt_in_place(&XNonce::from(nonce), &self.place(connection, field), &mut buffer)
            .map_err(|_| VaultError::Failed)?;
        Ok([&nonce, buffer.as_slice()].concat())
    }

    #[inline(never)]
    fn decrypted(
        &self,
        connection: &str,
        field: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or(VaultError::Unreadable)?;
        let mut buffer = Zeroizing::new(body.to_vec());
        self.cipher()
            .decrypt_in_place(&XNonce::from(*nonce), &self.place(connection, field), &mut *buffer)
            .map_err(|_| VaultError::Unreadable)?;
        Ok(buffer)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(<&Key>::from(&*self.bytes))
    }

    /// What a sealed value is bound to. Each part is preceded by its length, so that no two places look alike.
    fn place(&self, connection: &str, field: &str) -> Vec<u8> {
        let mut place = vec![FORMAT];
        for part in [&self.installation, connection, field] {
            place.extend_from_slice(&(part.len() as u64).to_le_bytes());
            place.extend_from_slice(part.as_bytes());
        }
        place
    }
}

impl PartialEq for DataKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes.ct_eq(other.bytes.as_slice()).into()
    }
}

/// Writes over the part of the stack that a function just called has used: ciphers and hashes leave the block they
/// worked on there, and the thread may rest for long.
#[inline(never)]
pub(super) fn overwrite_stack() {
    const DEEPER_THAN_ANY: usize = 16 * 1024;
    let mut used = [0_u8; DEEPER_THAN_ANY];
    used.zeroize();
    std::hint::black_box(&mut used);
}

/// A name that nobody can guess and nobody else has: 32 hexadecimal digits.
pub(super) fn random_name() -> Result<String, VaultError> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(hex(&bytes))
}

pub(super) fn fill(bytes: &mut [u8]) -> Result<(), VaultError> {
    getrandom::fill(bytes).map_err(|_| VaultError::Failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const FIELDS: [Field; 4] =
        [Field::ConsumerKey, Field::ConsumerSecret, Field::AccessToken, Field::RefreshToken];

    #[test]
    fn opens_in_its_own_place_and_nowhere_else() {
        let key = DataKey::random("installation").unwrap();
        let elsewhere = DataKey { installation: "other".to_owned(), ..DataKey::random("").unwrap() };
        let copied = DataKey { bytes: key.bytes.clone(), ..elsewhere };
        let secret = Secret::new("top secret");
        let connections = ["a", "b", "", "ab"];
        for home in connections {
            for field in FIELDS {
                let sealed = key.seal(home, field, &secret).unwrap();
                for place in connections {
                    for other in FIELDS {
                        let opened = key.open(place, other, &sealed);
                        if (place, other) == (home, field) {
                            assert_eq!(opened, Ok(secret.clone()), "its own place");
                        } else {
                            assert_eq!(opened, Err(VaultError::Unreadable), "moved to {place:?} {other:?}");
                        }
                    }
                }
                let moved = copied.open(home, field, &sealed);
                assert_eq!(moved, Err(VaultError::Unreadable), "another installation with the same key");
            }
        }
    }

    #[test]
    fn any_altered_or_missing_byte_is_noticed() {
        let key = DataKey::random("installation").unwrap();
        let sealed = key.seal("a", Field::AccessToken, &Secret::new("00Dxx!token")).unwrap();
        for position in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[position] ^= 1;
            let opened = key.open("a", Field::AccessToken, &altered);
            assert_eq!(opened, Err(VaultError::Unreadable), "byte {position} altered");
            let opened = key.open("a", Field::AccessToken, &sealed[..position]);
            assert_eq!(opened, Err(VaultError::Unreadable), "cut at {position}");
        }
    }

    #[test]
    fn the_same_secret_never_looks_the_same_twice() {
        let key = DataKey::random("installation").unwrap();
        let seal = || key.seal("a", Field::AccessToken, &Secret::new("token")).unwrap();
        assert_ne!(seal(), seal(), "a new nonce each time");
    }

    #[test]
    fn the_keychain_s_entry_gives_the_same_key_and_nothing_else_gives_one() {
        let key = DataKey::random("installation").unwrap();
        let entry = key.entry(7);
        let (again, generation) = DataKey::from_entry(&entry, "installation", key.account()).unwrap();
        assert!(again == key, "the same key");
        assert_eq!(generation, 7, "and the generation");
        assert!(again.made(&key.check_value().unwrap()), "and recognised as such");
        let earlier = [&[KEY_ALONE], &entry[1..33]].concat();
        let (again, generation) = DataKey::from_entry(&earlier, "installation", key.account()).unwrap();
        assert!(again == key && generation == 0, "an entry of the first version");
        let other = DataKey::random("installation").unwrap();
        assert!(!other.made(&key.check_value().unwrap()), "another key is not");
        for wrong in [&entry[1..], &entry[..33], &[], &[2; 33], &[1; 41], &[3; 33]] {
            assert!(DataKey::from_entry(wrong, "installation", "a").is_none(), "{} bytes", wrong.len());
        }
    }
}
