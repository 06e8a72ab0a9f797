//! HPKE (RFC 9180) in its base mode: DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. The suite that a browser can do
//! by itself.

use hpke::{
    Deserializable, Kem as _, OpModeR, Serializable, aead::AesGcm256, kdf::HkdfSha256, kem::DhP256HkdfSha256,
};
use zeroize::Zeroizing;

type Private = <DhP256HkdfSha256 as hpke::Kem>::PrivateKey;
type Encapped = <DhP256HkdfSha256 as hpke::Kem>::EncappedKey;

/// The bytes that a key pair is derived from.
const SEED: usize = 32;

/// A key pair for one request.
pub struct KeyPair {
    pub private: Zeroizing<Vec<u8>>,
    /// An uncompressed point, 65 bytes.
    pub public: Vec<u8>,
}

/// The system gave no random numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no random numbers")]
pub struct NoRandom;

impl KeyPair {
    pub fn random() -> Result<Self, NoRandom> {
        let mut seed = Zeroizing::new([0; SEED]);
        getrandom::fill(seed.as_mut_slice()).map_err(|_| NoRandom)?;
        Ok(Self::of(seed.as_slice()))
    }

    /// `DeriveKeyPair` of RFC 9180.
    pub(super) fn of(seed: &[u8]) -> Self {
        let (private, public) = DhP256HkdfSha256::derive_keypair(seed);
        Self { private: Zeroizing::new(private.to_bytes().to_vec()), public: public.to_bytes().to_vec() }
    }
}

/// Opens what was sealed to this private key. `None` where anything of it is another.
pub(super) fn open(private: &[u8], enc: &[u8], info: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    opened(private, enc, info, sealed, b"")
}

fn opened(private: &[u8], enc: &[u8], info: &[u8], sealed: &[u8], aad: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
    let private = Private::from_bytes(private).ok()?;
    let enc = Encapped::from_bytes(enc).ok()?;
    hpke::single_shot_open::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(
        &OpModeR::Base,
        &private,
        &enc,
        info,
        sealed,
        aad,
    )
    .ok()
    .map(Zeroizing::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The published vector of exactly this suite (mode 0, KEM 16, KDF 1, AEAD 2): github.com/cfrg/draft-irtf-cfrg-hpke,
    /// test-vectors.json. The RFC's own appendix prints this KEM with AES-128-GCM only.
    const SEED_OF_RECIPIENT: &str = "a0ce15d49e28bd47a18a97e147582d814b08cbe00109fed5ec27d1b4e9f6f5e3";
    const PRIVATE: &str = "317f915db7bc629c48fe765587897e01e282d3e8445f79f27f65d031a88082b2";
    const PUBLIC: &str = "04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f853148544876de76c0f2ef99cdc3a05ccf5ded7860c7c021238f9e2073d2356c";
    const ENC: &str = "04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e0b21bd31a86c6048af3cb2d98e0d3bf01da5cc4c39ff5370d331a4f1f7d5a4e0";
    const INFO: &str = "4f6465206f6e2061204772656369616e2055726e";
    const AAD: &str = "436f756e742d30";
    const SEALED: &str =
        "58c61a45059d0c5704560e9d88b564a8b63f1364b8d1fcb3c4c6ddc1d291742465e902cd216f8908da49f8f96f";
    const TEXT: &str = "4265617574792069732074727574682c20747275746820626561757479";

    fn bytes(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> =
            hex.chars().map(|digit| u8::try_from(digit.to_digit(16).unwrap()).unwrap()).collect();
        digits.chunks_exact(2).map(|pair| (pair[0] << 4) | pair[1]).collect()
    }

    fn published(sealed: &[u8], info: &[u8], aad: &[u8]) -> Option<Vec<u8>> {
        opened(&bytes(PRIVATE), &bytes(ENC), info, sealed, aad).map(|text| text.to_vec())
    }

    #[test]
    fn the_published_vector_of_this_suite_is_met() {
        let pair = KeyPair::of(&bytes(SEED_OF_RECIPIENT));
        assert_eq!(pair.private.as_slice(), bytes(PRIVATE), "DeriveKeyPair");
        assert_eq!(pair.public, bytes(PUBLIC), "as an uncompressed point");
        assert_eq!(published(&bytes(SEALED), &bytes(INFO), &bytes(AAD)), Some(bytes(TEXT)), "opened");
    }

    #[test]
    fn whatever_is_altered_or_cut_does_not_open() {
        let (sealed, info, aad) = (bytes(SEALED), bytes(INFO), bytes(AAD));
        for at in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[at] ^= 1;
            assert_eq!(published(&altered, &info, &aad), None, "byte {at} altered");
            assert_eq!(published(&sealed[..at], &info, &aad), None, "cut at {at}");
        }
        assert_eq!(published(&sealed, b"another", &aad), None, "another info");
        assert_eq!(published(&sealed, &info, b""), None, "another aad");
        let enc = bytes(ENC);
        for at in 0..enc.len() {
            let mut altered = enc.clone();
            altered[at] ^= 1;
            assert_eq!(
                opened(&bytes(PRIVATE), &altered, &info, &sealed, &aad),
                None,
                "point altered at {at}"
            );
            assert_eq!(opened(&bytes(PRIVATE), &enc[..at], &info, &sealed, &aad), None, "point cut at {at}");
        }
        for private in [&[0; 32][..], &[0xff; 32], &[1; 31], &[]] {
            assert_eq!(opened(private, &enc, &info, &sealed, &aad), None, "no private key, or another");
        }
    }

    #[test]
    fn no_two_requests_have_the_same_key() {
        let (one, other) = (KeyPair::random().unwrap(), KeyPair::random().unwrap());
        assert_ne!(one.public, other.public);
        assert_eq!((one.public.len(), one.private.len()), (65, 32));
    }
}
