//! The encryption of one secret: XChaCha20-Poly1305 under the data key, bound to the place it is stored in.

use chacha20poly1305::{AeadInOut, Key, KeyInit, XChaCha20Poly1305, XNonce};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize as _, Zeroizing};

use super::{VaultError, record::Record};
use crate::secret::{Secret, hex};

pub(super) const KEY_LENGTH: usize = 32;
const NONCE_LENGTH: usize = 24;

/// The format of a connection's secrets: bound to their place, to their owner, and to the address they may be sent to.
/// The number is bound too, so a new format requires new encryption.
pub(super) const FORMAT: u8 = 2;

/// The format of values bound to their place only: the encrypted data key, its check, and secrets of older databases.
const BOUND_TO_FIELD: u8 = 1;

/// The versions of the keychain's entry: the key alone, and the key with the generation.
const KEY_ALONE: u8 = 1;
const KEY_AND_GENERATION: u8 = 2;

/// The name of the place to which an encrypted data key is bound.
const DATA_KEY: &str = "data_key";

/// A column of the table of secrets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Field {
    ConsumerKey,
    ConsumerSecret,
    AccessToken,
    RefreshToken,
    /// The pair that a rotation brings into use once it is proved.
    NextKey,
    NextSecret,
    /// The pair that a rotation has replaced.
    FormerKey,
    FormerSecret,
}

impl Field {
    pub(super) const ALL: [Self; 8] = [
        Self::ConsumerKey,
        Self::ConsumerSecret,
        Self::AccessToken,
        Self::RefreshToken,
        Self::NextKey,
        Self::NextSecret,
        Self::FormerKey,
        Self::FormerSecret,
    ];

    pub(super) fn word(self) -> &'static str {
        match self {
            Self::ConsumerKey => "consumer_key",
            Self::ConsumerSecret => "consumer_secret",
            Self::AccessToken => "access_token",
            Self::RefreshToken => "refresh_token",
            Self::NextKey => "next_consumer_key",
            Self::NextSecret => "next_consumer_secret",
            Self::FormerKey => "former_consumer_key",
            Self::FormerSecret => "former_consumer_secret",
        }
    }
}

/// The key that encrypts all secrets of one installation.
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

    /// The key and the generation from a keychain's entry; `None` if the entry is not ours.
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

    /// The keychain's entry, 41 bytes: the version of its form, the key, and the generation of the database that the
    /// key was last used with.
    pub(super) fn entry(&self, generation: i64) -> Zeroizing<Vec<u8>> {
        let mut entry = Zeroizing::new(Vec::with_capacity(1 + KEY_LENGTH + size_of::<i64>()));
        entry.push(KEY_AND_GENERATION);
        entry.extend_from_slice(self.bytes.as_slice());
        entry.extend_from_slice(&generation.to_le_bytes());
        entry
    }

    /// This key encrypted with another one, bound to its account.
    pub(super) fn seal_with(&self, other: &Self) -> Result<Vec<u8>, VaultError> {
        other.seal_bytes(&self.account, DATA_KEY, self.bytes.as_slice())
    }

    /// The key of this one's account, decrypted with this one.
    pub(super) fn open_key(&self, sealed: &[u8]) -> Result<Self, VaultError> {
        self.open_other(&self.account, sealed)
    }

    /// The key of another account, decrypted with this one.
    pub(super) fn open_other(&self, account: &str, sealed: &[u8]) -> Result<Self, VaultError> {
        let bytes = self.open_bytes(account, DATA_KEY, sealed)?;
        let bytes = <&[u8; KEY_LENGTH]>::try_from(bytes.as_slice()).map_err(|_| VaultError::Unreadable)?;
        Ok(Self::from_bytes(bytes, &self.installation, account))
    }

    /// The keychain account of the key.
    pub(super) fn account(&self) -> &str {
        &self.account
    }

    pub(super) fn seal(&self, owner: &Record, field: Field, secret: &Secret) -> Result<Vec<u8>, VaultError> {
        // EXPOSE: encrypted in this buffer, which is large enough not to move while it holds the text.
        let sealed = self.encrypted(&self.bound(owner, field), secret.expose().as_bytes());
        overwrite_stack();
        sealed
    }

    /// Decrypts a secret that belongs to exactly this place of exactly this connection.
    pub(super) fn open(&self, owner: &Record, field: Field, sealed: &[u8]) -> Result<Secret, VaultError> {
        let opened = self.decrypted(&self.bound(owner, field), sealed);
        overwrite_stack();
        text(&opened?)
    }

    /// Decrypts a secret of a database before version 5, which was bound to its place only.
    pub(super) fn open_unbound(
        &self,
        owner: &Record,
        field: Field,
        sealed: &[u8],
    ) -> Result<Secret, VaultError> {
        text(&self.open_bytes(&owner.id, field.word(), sealed)?)
    }

    /// A value that only this key can make, by which the key is recognised before it decrypts anything.
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
        let sealed = self.encrypted(&self.associated_data(connection, field), text);
        overwrite_stack();
        sealed
    }

    pub(super) fn open_bytes(
        &self,
        connection: &str,
        field: &str,
        sealed: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let opened = self.decrypted(&self.associated_data(connection, field), sealed);
        overwrite_stack();
        opened
    }

    #[inline(never)]
    fn encrypted(&self, bound_to: &[u8], text: &[u8]) -> Result<Vec<u8>, VaultError> {
        const TAG_LENGTH: usize = 16;
        let mut nonce = [0; NONCE_LENGTH];
        fill(&mut nonce)?;
        let mut buffer = Vec::with_capacity(text.len() + TAG_LENGTH);
        buffer.extend_from_slice(text);
        self.cipher()
            .encrypt_in_place(&XNonce::from(nonce), bound_to, &mut buffer)
            .map_err(|_| VaultError::failed("the cipher"))?;
        Ok([&nonce, buffer.as_slice()].concat())
    }

    #[inline(never)]
    fn decrypted(&self, bound_to: &[u8], sealed: &[u8]) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let (nonce, body) = sealed.split_first_chunk::<NONCE_LENGTH>().ok_or(VaultError::Unreadable)?;
        let mut buffer = Zeroizing::new(body.to_vec());
        self.cipher()
            .decrypt_in_place(&XNonce::from(*nonce), bound_to, &mut *buffer)
            .map_err(|_| VaultError::Unreadable)?;
        Ok(buffer)
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(<&Key>::from(&*self.bytes))
    }

    fn associated_data(&self, connection: &str, field: &str) -> Vec<u8> {
        parts(BOUND_TO_FIELD, &[&self.installation, connection, field])
    }

    /// If somebody alters the owner or the address of a connection, its secrets can no longer be decrypted.
    fn bound(&self, owner: &Record, field: Field) -> Vec<u8> {
        let Record { id, origin, kind, org_id, user_id, instance_url, .. } = owner;
        let owner = [id, field.word(), origin, kind.word(), org_id, user_id, instance_url];
        parts(FORMAT, &[&[self.installation.as_str()], &owner[..]].concat())
    }
}

/// The data to which a value is bound. Each part follows its length, so that no two places look alike.
fn parts(format: u8, parts: &[&str]) -> Vec<u8> {
    let mut data = vec![format];
    for part in parts {
        data.extend_from_slice(&(part.len() as u64).to_le_bytes());
        data.extend_from_slice(part.as_bytes());
    }
    data
}

fn text(bytes: &[u8]) -> Result<Secret, VaultError> {
    std::str::from_utf8(bytes).map(Secret::new).map_err(|_| VaultError::Unreadable)
}

impl PartialEq for DataKey {
    fn eq(&self, other: &Self) -> bool {
        self.bytes.ct_eq(other.bytes.as_slice()).into()
    }
}

/// Overwrites the stack of the function called before: ciphers and hashes leave their last block there, and the thread
/// may then be idle for long.
#[inline(never)]
pub(super) fn overwrite_stack() {
    const DEEPER_THAN_ANY: usize = 16 * 1024;
    // Each element is written by itself: by eight bytes it takes an eighth of the time.
    let mut used = [0_u64; DEEPER_THAN_ANY / size_of::<u64>()];
    used.zeroize();
    std::hint::black_box(&mut used);
}

/// An unguessable, unique name: 32 hexadecimal digits.
pub(super) fn random_name() -> Result<String, VaultError> {
    let mut bytes = [0; 16];
    fill(&mut bytes)?;
    Ok(hex(&bytes))
}

pub(super) fn fill(bytes: &mut [u8]) -> Result<(), VaultError> {
    getrandom::fill(bytes).map_err(|_| VaultError::failed("no random numbers"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contract::view::OrgKind, vault::tests};

    #[test]
    fn a_sealed_field_opens_as_that_field_of_its_own_connection_and_nowhere_else() {
        let key = DataKey::random("installation").unwrap();
        let elsewhere = DataKey { installation: "other".to_owned(), ..DataKey::random("").unwrap() };
        let copied = DataKey { bytes: key.bytes.clone(), ..elsewhere };
        let secret = Secret::new("top secret");
        let owner = tests::record("a", "acme");
        let owners = [
            owner.clone(),
            Record { id: "b".to_owned(), ..owner.clone() },
            Record { id: String::new(), ..owner.clone() },
            Record { origin: "http://localhost:9999/".to_owned(), ..owner.clone() },
            Record { kind: OrgKind::Practice, ..owner.clone() },
            Record { org_id: "00D000000000002EAA".to_owned(), ..owner.clone() },
            Record { user_id: "005000000000002AAA".to_owned(), ..owner.clone() },
            Record { instance_url: "https://evil.example".to_owned(), ..owner },
        ];
        for (home, field) in owners.iter().flat_map(|home| Field::ALL.map(|field| (home, field))) {
            let sealed = key.seal(home, field, &secret).unwrap();
            for (place, other) in owners.iter().flat_map(|place| Field::ALL.map(|field| (place, field))) {
                let opened = key.open(place, other, &sealed);
                let own = (place, other) == (home, field);
                let expected = if own { Ok(secret.clone()) } else { Err(VaultError::Unreadable) };
                assert_eq!(opened, expected, "{field:?} of {home:?}, opened as {other:?} of {place:?}");
            }
            let moved = copied.open(home, field, &sealed);
            assert_eq!(moved, Err(VaultError::Unreadable), "another installation with the same key");
            let older = key.open_unbound(home, field, &sealed);
            assert_eq!(older, Err(VaultError::Unreadable), "it passes for no older form");
        }
        let renamed = Record { alias: "other".to_owned(), username: "x".to_owned(), ..owners[0].clone() };
        let sealed = key.seal(&owners[0], Field::AccessToken, &secret).unwrap();
        assert_eq!(key.open(&renamed, Field::AccessToken, &sealed), Ok(secret), "a name may change");
    }

    #[test]
    fn any_altered_or_missing_byte_is_noticed() {
        let key = DataKey::random("installation").unwrap();
        let owner = tests::record("a", "acme");
        let sealed = key.seal(&owner, Field::AccessToken, &Secret::new("00Dxx!token")).unwrap();
        for position in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[position] ^= 1;
            let opened = key.open(&owner, Field::AccessToken, &altered);
            assert_eq!(opened, Err(VaultError::Unreadable), "byte {position} altered");
            let opened = key.open(&owner, Field::AccessToken, &sealed[..position]);
            assert_eq!(opened, Err(VaultError::Unreadable), "cut at {position}");
        }
    }

    #[test]
    fn the_same_secret_never_looks_the_same_twice() {
        let key = DataKey::random("installation").unwrap();
        let owner = tests::record("a", "acme");
        let seal = || key.seal(&owner, Field::AccessToken, &Secret::new("token")).unwrap();
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
