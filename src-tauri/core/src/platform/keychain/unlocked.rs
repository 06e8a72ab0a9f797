//! One entry of an unlocked keyring, the quick way: `dtx` asks for it whenever no agent runs.
//!
//! The library beside this does all there is to a keyring, and its key exchange alone takes longer than the rest of the
//! program. Whatever is out of the ordinary here, a locked keyring first of all, is left to it.
//! (Secret Service API 0.2, "Transfer of Secrets": `dh-ietf1024-sha256-aes128-cbc-pkcs7`)

use std::{collections::HashMap, time::Duration};

use aes::Aes128;
use cbc::{
    Decryptor,
    cipher::{BlockModeDecrypt, KeyIvInit, block_padding::Pkcs7},
};
use hkdf::Hkdf;
use num_bigint::BigUint;
use sha2::Sha256;
use tokio::time::timeout;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};
use zeroize::Zeroizing;

use super::bus::{self, NAME, PATH, SERVICE};

const ITEM: &str = "org.freedesktop.Secret.Item";
const ALGORITHM: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";

/// The Second Oakley Group (RFC 2409, section 6.2), whose generator is 2.
const PRIME: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
    020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
    4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";
const PRIME_LENGTH: usize = 128;
/// In bytes. More than twice the strength of the group.
const EXPONENT_LENGTH: usize = 32;
const KEY_LENGTH: usize = 16;

/// A keyring that does not answer so soon has to be asked in earnest.
const PATIENCE: Duration = Duration::from_secs(1);

/// What the Secret Service tells of a secret: the session, the initialisation vector, the encrypted text and its type.
type Sent = (OwnedObjectPath, Vec<u8>, Vec<u8>, String);

/// The entry, when the keyring is there and unlocked and has exactly one.
pub(super) fn read(service: &str, account: &str) -> Option<Zeroizing<Vec<u8>>> {
    // On this thread alone: threads of a larger runtime take longer to start than the answer takes to come.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
    let attributes = HashMap::from([("service", service), ("username", account)]);
    let asked = async { timeout(PATIENCE, ask(&attributes)).await };
    runtime.block_on(asked).ok()?.ok().flatten()
}

async fn ask(attributes: &HashMap<&str, &str>) -> zbus::Result<Option<Zeroizing<Vec<u8>>>> {
    let bus = bus::greeted().await?;
    let Some(exchange) = Exchange::begin() else { return Ok(None) };
    let ours = (ALGORITHM, Value::from(exchange.public()));
    let searched = (attributes,);
    let (opened, found) = tokio::try_join!(
        bus.call_method(Some(NAME), PATH, Some(SERVICE), "OpenSession", &ours),
        bus.call_method(Some(NAME), PATH, Some(SERVICE), "SearchItems", &searched),
    )?;
    let (theirs, session): (OwnedValue, OwnedObjectPath) = opened.body().deserialize()?;
    let (unlocked, locked): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = found.body().deserialize()?;
    let ([entry], []) = (&*unlocked, &*locked) else { return Ok(None) };
    let told = bus.call_method(Some(NAME), entry, Some(ITEM), "GetSecret", &(&session,)).await?;
    let (_, vector, text, _): Sent = told.body().deserialize()?;
    let theirs = Vec::<u8>::try_from(theirs)?;
    Ok(exchange.key(&theirs).and_then(|key| decrypted(&key, &vector, &text)))
}

/// A Diffie-Hellman exchange.
struct Exchange {
    prime: BigUint,
    exponent: BigUint,
}

impl Exchange {
    fn begin() -> Option<Self> {
        let mut exponent = Zeroizing::new([0; EXPONENT_LENGTH]);
        getrandom::fill(exponent.as_mut_slice()).ok()?;
        let prime = BigUint::parse_bytes(PRIME.as_bytes(), 16)?;
        Some(Self { prime, exponent: BigUint::from_bytes_be(exponent.as_slice()) })
    }

    fn public(&self) -> Vec<u8> {
        BigUint::from(2_u8).modpow(&self.exponent, &self.prime).to_bytes_be()
    }

    /// What both ends make of the other's number. `None` for a number that gives the key away.
    fn key(&self, theirs: &[u8]) -> Option<Zeroizing<[u8; KEY_LENGTH]>> {
        let theirs = BigUint::from_bytes_be(theirs);
        let last = &self.prime - 1_u8;
        if theirs <= BigUint::from(1_u8) || theirs >= last {
            return None;
        }
        let common = Zeroizing::new(theirs.modpow(&self.exponent, &self.prime).to_bytes_be());
        let mut padded = Zeroizing::new([0; PRIME_LENGTH]);
        padded.get_mut(PRIME_LENGTH.checked_sub(common.len())?..)?.copy_from_slice(&common);
        let mut key = Zeroizing::new([0; KEY_LENGTH]);
        Hkdf::<Sha256>::new(None, padded.as_slice()).expand(&[], key.as_mut_slice()).ok()?;
        Some(key)
    }
}

fn decrypted(key: &[u8; KEY_LENGTH], vector: &[u8], text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(text.to_vec());
    let cipher = Decryptor::<Aes128>::new_from_slices(key, vector).ok()?;
    let length = cipher.decrypt_padded::<Pkcs7>(&mut buffer).ok()?.len();
    buffer.truncate(length);
    Some(buffer)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ends_make_the_same_key_and_no_third_does() {
        let [one, other, third] = [(); 3].map(|()| Exchange::begin().unwrap());
        let key = one.key(&other.public()).unwrap();
        assert_eq!(key, other.key(&one.public()).unwrap(), "the same key at both ends");
        assert_ne!(key, third.key(&one.public()).unwrap(), "another one with another end");
    }

    #[test]
    fn a_number_that_gives_the_key_away_is_refused() {
        let exchange = Exchange::begin().unwrap();
        let last = (&exchange.prime - 1_u8).to_bytes_be();
        let prime = exchange.prime.to_bytes_be();
        for number in [&[][..], &[0], &[1], &last, &prime] {
            assert!(exchange.key(number).is_none(), "{number:?}");
        }
    }

    #[test]
    fn a_text_that_is_none_of_ours_is_no_key() {
        let key = [7; KEY_LENGTH];
        for (vector, text) in
            [(&[0; 16][..], &[0; 15][..]), (&[0; 15], &[0; 16]), (&[0; 16], &[]), (&[], &[])]
        {
            assert!(decrypted(&key, vector, text).is_none(), "{} and {} bytes", vector.len(), text.len());
        }
    }
}
