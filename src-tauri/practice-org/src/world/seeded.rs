//! Generated values that look like Salesforce's own and depend only on the seed.

use sha2::{Digest, Sha256};

use super::apps::consumer::Pair;

const ALPHANUMERIC: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const KEY: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz._";
const UPPER_HEX: &[u8] = b"0123456789ABCDEF";

/// The source of all generated values. Named values are constant for one seed; numbered ones form a sequence.
pub(crate) struct Seeded {
    seed: u64,
    issued: u64,
}

impl Seeded {
    pub(crate) fn new(seed: u64) -> Self {
        Self { seed, issued: 0 }
    }

    /// What the user names of the org end in. Salesforce knows a user name once, and clients tell orgs apart by it.
    pub(crate) fn domain(&self) -> String {
        match self.seed {
            1 => "practice.example".to_owned(),
            seed => format!("practice-{seed}.example"),
        }
    }

    /// The key and the secret of the org's own app.
    pub(crate) fn pair(&self) -> Pair {
        Pair { key: self.consumer_key(), secret: self.consumer_secret() }
    }

    /// `3MVG9` and 80 further characters: 85 in all, as generated keys have.
    fn consumer_key(&self) -> String {
        format!("3MVG9{}", self.text("consumer key", KEY, 80))
    }

    /// 64 upper-case hexadecimal digits.
    fn consumer_secret(&self) -> String {
        self.text("consumer secret", UPPER_HEX, 64)
    }

    /// The key and the secret of an app in another org.
    pub(crate) fn pair_elsewhere(&self) -> Pair {
        let key = format!("3MVG9{}", self.text("consumer key elsewhere", KEY, 80));
        Pair { key, secret: self.text("consumer secret elsewhere", UPPER_HEX, 64) }
    }

    /// The six digits of a verification code.
    pub(crate) fn verification_code(&mut self) -> String {
        self.next("verification code", b"0123456789", 6)
    }

    /// A new key and secret, as after a rotation.
    pub(crate) fn next_pair(&mut self) -> Pair {
        let key = format!("3MVG9{}", self.next("consumer key", KEY, 80));
        Pair { key, secret: self.next("consumer secret", UPPER_HEX, 64) }
    }

    /// A 15-character id: the object's prefix and twelve characters.
    pub(crate) fn id(&self, prefix: &str, name: &str) -> String {
        format!("{prefix}{}", self.text(&format!("id {prefix} {name}"), ALPHANUMERIC, 12))
    }

    pub(crate) fn password(&self, username: &str) -> String {
        format!("practice-{}", self.text(&format!("password {username}"), ALPHANUMERIC, 10))
    }

    /// `00D…!…`: the 15-character org id, then 96 characters.
    pub(crate) fn access_token(&mut self, org_id: &str) -> String {
        format!("{org_id}!AQ{}", self.next("access token", KEY, 94))
    }

    pub(crate) fn refresh_token(&mut self) -> String {
        format!("5Aep861{}", self.next("refresh token", KEY, 80))
    }

    /// An authorization code. It ends in `==`, to expose clients that decode it twice or not at all.
    pub(crate) fn code(&mut self) -> String {
        format!("aPrx{}==", self.next("authorization code", KEY, 80))
    }

    fn next(&mut self, name: &str, alphabet: &[u8], length: usize) -> String {
        self.issued += 1;
        self.text(&format!("{name} {}", self.issued), alphabet, length)
    }

    fn text(&self, name: &str, alphabet: &[u8], length: usize) -> String {
        let mut text = String::with_capacity(length);
        for block in 0_u64.. {
            let mut hash = Sha256::new();
            hash.update(self.seed.to_be_bytes());
            hash.update(block.to_be_bytes());
            hash.update(name.as_bytes());
            for byte in hash.finalize() {
                if text.len() == length {
                    return text;
                }
                text.push(char::from(alphabet[usize::from(byte) % alphabet.len()]));
            }
        }
        text
    }
}

/// The 18-character form of a 15-character id: the last three characters encode which of the others are upper case.
pub(crate) fn long_id(short: &str) -> String {
    let suffix = short.as_bytes().chunks(5).map(|chunk| {
        let capitals = chunk
            .iter()
            .enumerate()
            .filter(|(_, byte)| byte.is_ascii_uppercase())
            .fold(0, |sum, (at, _)| sum | 1 << at);
        char::from(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ012345"[capitals & 31])
    });
    short.chars().chain(suffix).collect()
}

/// Whether two ids, in either form, name the same record.
pub(crate) fn same_id(one: &str, other: &str) -> bool {
    let long = |id: &str| match id.len() {
        15 if id.is_ascii() => Some(long_id(id)),
        18 if id.is_ascii() => Some(id.to_owned()),
        _ => None,
    };
    long(one).is_some() && long(one) == long(other)
}

/// Unguessable values (session cookies, form tokens), which do not depend on the seed.
pub(crate) struct Unguessable {
    root: [u8; 32],
    issued: u64,
}

impl Unguessable {
    pub(crate) fn new() -> std::io::Result<Self> {
        let mut root = [0; 32];
        getrandom::fill(&mut root).map_err(std::io::Error::other)?;
        Ok(Self { root, issued: 0 })
    }

    /// 64 hexadecimal digits, new each time.
    pub(crate) fn next(&mut self) -> String {
        self.issued += 1;
        let mut hash = Sha256::new();
        hash.update(self.root);
        hash.update(self.issued.to_be_bytes());
        hash.finalize().iter().fold(String::new(), |text, byte| format!("{text}{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_have_the_shapes_salesforce_gives_them() {
        let mut seeded = Seeded::new(7);
        let key = seeded.consumer_key();
        assert!(key.starts_with("3MVG9") && key.len() == 85, "a key is 3MVG9 and 80 more, this is {key}");
        let secret = seeded.consumer_secret();
        assert!(
            secret.len() == 64 && secret.bytes().all(|b| UPPER_HEX.contains(&b)),
            "64 upper hex, not {secret}"
        );
        let org = seeded.id("00D", "org");
        assert_eq!(org.len(), 15, "the short form has 15 characters");
        let access = seeded.access_token(&org);
        assert_eq!(access.len(), 15 + 1 + 96, "org id, exclamation mark, 96 characters");
        assert!(seeded.refresh_token().starts_with("5Aep861"), "refresh tokens are known by their prefix");
        let code = seeded.code();
        assert!(
            code.starts_with("aPrx") && code.ends_with("=="),
            "codes end in two equals signs, not {code}"
        );
    }

    #[test]
    fn the_same_seed_gives_the_same_values_and_another_gives_others() {
        let (mut one, mut same, other) = (Seeded::new(3), Seeded::new(3), Seeded::new(4));
        assert_eq!(one.consumer_key(), same.consumer_key(), "one seed, one key");
        assert_ne!(one.consumer_key(), other.consumer_key(), "another seed, another key");
        let first = one.refresh_token();
        assert_eq!(first, same.refresh_token(), "the first token of one seed");
        assert_ne!(first, one.refresh_token(), "the second token differs from the first");
    }

    #[test]
    fn long_ids_carry_the_known_check_characters() {
        assert_eq!(long_id("001000000000000"), "001000000000000AAA", "no capitals");
        assert_eq!(
            long_id("00DE0000000ABCD"),
            "00DE0000000ABCDMA4",
            "capitals counted by fives from the right"
        );
        assert!(same_id("00DE0000000ABCD", "00DE0000000ABCDMA4"), "both forms name one record");
        assert!(!same_id("00DE0000000ABCD", "00dE0000000ABCD"), "case tells short ids apart");
        assert!(!same_id("short", "short"), "a text of another length is no id");
    }

    #[test]
    fn unguessable_values_differ_between_two_orgs_of_one_seed() {
        let (mut one, mut other) = (Unguessable::new().unwrap(), Unguessable::new().unwrap());
        assert_ne!(one.next(), other.next(), "they must not follow from the seed");
        assert_ne!(one.next(), one.next(), "each is new");
    }
}
