//! Encrypts a secret on the bus, with a key that both ends agree on for the session.
//!
//! (Secret Service API 0.2, "Transfer of Secrets": `dh-ietf1024-sha256-aes128-cbc-pkcs7`)

use aes::Aes128;
use cbc::{
    Decryptor, Encryptor,
    cipher::{BlockModeDecrypt, BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7},
};
use hkdf::Hkdf;
use num_bigint::BigUint;
use sha2::Sha256;
use zeroize::Zeroizing;

pub(super) const ALGORITHM: &str = "dh-ietf1024-sha256-aes128-cbc-pkcs7";
/// Without encryption: a reader of the bus's memory reads the secret.
pub(super) const PLAIN: &str = "plain";

/// The Second Oakley Group (RFC 2409, section 6.2), whose generator is 2.
const PRIME: &str = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74\
    020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B302B0A6DF25F1437\
    4FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED\
    EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF";
const PRIME_LENGTH: usize = 128;
/// The length of the exponent in bytes: more than twice the strength of the group.
const EXPONENT_LENGTH: usize = 32;
const KEY_LENGTH: usize = 16;

/// The key that encrypts a session's secrets.
pub(super) type SessionKey = Zeroizing<[u8; KEY_LENGTH]>;

/// A Diffie-Hellman exchange.
pub(super) struct Exchange {
    prime: BigUint,
    exponent: BigUint,
    /// The number for the other end.
    public: Vec<u8>,
}

impl Exchange {
    pub(super) fn begin() -> Option<Self> {
        let mut exponent = Zeroizing::new([0; EXPONENT_LENGTH]);
        getrandom::fill(exponent.as_mut_slice()).ok()?;
        let prime = BigUint::parse_bytes(PRIME.as_bytes(), 16)?;
        let exponent = BigUint::from_bytes_be(exponent.as_slice());
        let public = BigUint::from(2_u8).modpow(&exponent, &prime).to_bytes_be();
        Some(Self { prime, exponent, public })
    }

    pub(super) fn public(&self) -> &[u8] {
        &self.public
    }

    /// The key from the other end's number. `None` for a number that would reveal the key.
    pub(super) fn key(&self, theirs: &[u8]) -> Option<SessionKey> {
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

/// The initialisation vector, and the text encrypted with it.
pub(super) fn encrypted(key: &SessionKey, text: &[u8]) -> Option<(Vec<u8>, Vec<u8>)> {
    const BLOCK: usize = 16;
    let mut vector = vec![0; BLOCK];
    getrandom::fill(&mut vector).ok()?;
    let mut buffer = vec![0; text.len() + BLOCK];
    buffer.get_mut(..text.len())?.copy_from_slice(text);
    let cipher = Encryptor::<Aes128>::new_from_slices(key.as_slice(), &vector).ok()?;
    let length = cipher.encrypt_padded::<Pkcs7>(&mut buffer, text.len()).ok()?.len();
    buffer.truncate(length);
    Some((vector, buffer))
}

pub(super) fn decrypted(key: &SessionKey, vector: &[u8], text: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let mut buffer = Zeroizing::new(text.to_vec());
    let cipher = Decryptor::<Aes128>::new_from_slices(key.as_slice(), vector).ok()?;
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
        let key = one.key(other.public()).unwrap();
        assert_eq!(key, other.key(one.public()).unwrap(), "the same key at both ends");
        assert_ne!(key, third.key(one.public()).unwrap(), "another one with another end");
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
    fn what_one_end_encrypts_the_other_reads() {
        let key = Zeroizing::new([7; KEY_LENGTH]);
        for text in [&b""[..], b"fifteen bytes..", b"sixteen bytes...", &[9; 41]] {
            let (vector, sealed) = encrypted(&key, text).unwrap();
            assert_eq!(*decrypted(&key, &vector, &sealed).unwrap(), text, "{} bytes", text.len());
        }
    }

    #[test]
    fn a_text_that_is_none_of_ours_is_no_key() {
        let key = Zeroizing::new([7; KEY_LENGTH]);
        for (vector, text) in
            [(&[0; 16][..], &[0; 15][..]), (&[0; 15], &[0; 16]), (&[0; 16], &[]), (&[], &[])]
        {
            assert!(decrypted(&key, vector, text).is_none(), "{} and {} bytes", vector.len(), text.len());
        }
    }
}
