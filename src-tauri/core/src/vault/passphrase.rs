//! A passphrase instead of a keychain: the data key is encrypted with a key that Argon2id derives from it.
//!
//! (RFC 9106; the parameters are stored with the salt, so that later versions can raise them.)

use std::path::Path;

use argon2::{Algorithm, Argon2, Params, Version};
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use zeroize::Zeroizing;

use super::{
    VaultError,
    cipher::{DataKey, KEY_LENGTH, fill, overwrite_stack},
};
use crate::{
    platform::secret_file::{self, NoSecret, meant_by},
    secret::Secret,
};

/// The shortest passphrase for a new vault, in characters. Each guess costs 64 MiB and some tenths of a second, too
/// little to protect a shorter one.
const SHORTEST: usize = 12;

const SALT_LENGTH: usize = 16;

/// The cost of a guess.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cost {
    pub(super) memory_kib: u32,
    pub(super) passes: u32,
    pub(super) lanes: u32,
}

/// RFC 9106, section 4: the second recommended option, for computers with little memory.
const COST: Cost = Cost { memory_kib: 64 * 1024, passes: 3, lanes: 4 };

/// The highest cost accepted: an altered database could otherwise keep us busy.
const MOST: Cost = Cost { memory_kib: 1024 * 1024, passes: 64, lanes: 64 };

/// The encrypted data key in the database of a passphrase vault.
#[derive(Clone, Debug)]
pub(super) struct SealedKey {
    pub(super) salt: Vec<u8>,
    pub(super) cost: Cost,
    pub(super) sealed: Vec<u8>,
}

impl SealedKey {
    /// # Errors
    /// [`VaultError::PassphraseShort`] for one that protects too little.
    pub(super) fn seal(key: &DataKey, installation: &str, passphrase: &Secret) -> Result<Self, VaultError> {
        // EXPOSE: read as it is meant, as the same kind of secret, and counted.
        let passphrase = Secret::new(meant_by(passphrase.expose()));
        // EXPOSE: only counted.
        if passphrase.expose().chars().count() < SHORTEST {
            return Err(VaultError::PassphraseShort);
        }
        let mut salt = vec![0; SALT_LENGTH];
        fill(&mut salt)?;
        let outer = stretch(&passphrase, &salt, COST, installation, key.account())?;
        Ok(Self { salt, cost: COST, sealed: key.seal_with(&outer)? })
    }

    /// # Errors
    /// [`VaultError::PassphraseWrong`], also for an altered row.
    pub(super) fn open(
        &self,
        installation: &str,
        account: &str,
        passphrase: &Secret,
    ) -> Result<DataKey, VaultError> {
        let outer = stretch(passphrase, &self.salt, self.cost, installation, account)?;
        outer.open_key(&self.sealed).map_err(|_| VaultError::PassphraseWrong)
    }
}

/// The passphrase in the first line of a file. It is not read as it is meant before it is used: a vault may have been given it as
/// it stands there.
///
/// # Errors
/// [`VaultError::PassphraseFile`] when it cannot be read, [`VaultError::PassphraseFileOpen`] when others may read it.
pub fn passphrase_in(file: &Path) -> Result<Secret, VaultError> {
    secret_file::first_line_as_before(file).map_err(|why| {
        if why == NoSecret::Open { VaultError::PassphraseFileOpen } else { VaultError::PassphraseFile(why) }
    })
}

/// The facts for the words about a file with the passphrase: which one it is, and what is wrong with it.
pub fn facts_of_file(file: &Path, error: VaultError) -> Vec<(&'static str, String)> {
    let path = ("path", file.display().to_string());
    if let VaultError::PassphraseFile(why) = error {
        return vec![path, ("reason", why.to_string())];
    }
    let how_to_close = secret_file::how_to_close().map(|(fact, words)| (fact, words.to_owned()));
    std::iter::once(path).chain(how_to_close).collect()
}

/// The passphrase and its equivalents, the likeliest first: as a file means it, without white space around it from a paste or a
/// file, with its accents as letters of their own or as one with their letter (a keyboard and a file may differ in that), and
/// with a Windows byte order mark, which an earlier version took for a part of it.
pub(super) fn as_it_may_have_been_meant(passphrase: &Secret) -> Vec<Secret> {
    // EXPOSE: compared and reassembled, as the same kind of secret.
    let given = passphrase.expose();
    let read = meant_by(given);
    let (composed, decomposed) =
        (ComposingNormalizerBorrowed::new_nfc(), DecomposingNormalizerBorrowed::new_nfd());
    let forms = [
        composed.normalize(&read).into_owned(),
        decomposed.normalize(&read).into_owned(),
        read.trim().to_owned(),
        given.to_owned(),
        format!("\u{feff}{read}"),
    ]
    .map(Zeroizing::new);
    let mut meant = vec![Zeroizing::new(read)];
    for form in forms {
        if !meant.contains(&form) {
            meant.push(form);
        }
    }
    meant.into_iter().map(|form| Secret::new(form.as_str())).collect()
}

fn stretch(
    passphrase: &Secret,
    salt: &[u8],
    cost: Cost,
    installation: &str,
    account: &str,
) -> Result<DataKey, VaultError> {
    let Cost { memory_kib, passes, lanes } = cost;
    if memory_kib > MOST.memory_kib || passes > MOST.passes || lanes > MOST.lanes {
        return Err(VaultError::Unreadable);
    }
    let parameters =
        Params::new(memory_kib, passes, lanes, Some(KEY_LENGTH)).map_err(|_| VaultError::Unreadable)?;
    let mut bytes = Zeroizing::new([0; KEY_LENGTH]);
    let stretched = Argon2::new(Algorithm::Argon2id, Version::V0x13, parameters)
        // EXPOSE: a key is derived from it.
        .hash_password_into(passphrase.expose().as_bytes(), salt, bytes.as_mut_slice());
    overwrite_stack();
    stretched.map_err(|_| VaultError::Unreadable)?;
    Ok(DataKey::from_bytes(&bytes, installation, account))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSPHRASE: &str = "correct horse battery";

    fn sealed() -> (DataKey, SealedKey) {
        let key = DataKey::random("installation").unwrap();
        let sealed = SealedKey::seal(&key, "installation", &Secret::new(PASSPHRASE)).unwrap();
        (key, sealed)
    }

    #[test]
    fn only_the_passphrase_opens_a_sealed_key_and_only_for_its_own_account() {
        let (key, sealed) = sealed();
        let open = |installation: &str, account: &str, passphrase: &str| {
            sealed.open(installation, account, &Secret::new(passphrase))
        };
        let opened = open("installation", key.account(), PASSPHRASE).unwrap();
        assert!(opened == key, "the same key");
        for (installation, account, passphrase) in [
            ("installation", key.account(), "correct horse batterz"),
            ("installation", key.account(), ""),
            ("other", key.account(), PASSPHRASE),
            ("installation", "other", PASSPHRASE),
        ] {
            let refused = open(installation, account, passphrase).err();
            assert_eq!(refused, Some(VaultError::PassphraseWrong), "{installation} {account} {passphrase}");
        }
    }

    #[test]
    fn a_cost_that_was_altered_is_refused_or_opens_nothing() {
        let (key, sealed) = sealed();
        let with = |cost| SealedKey { cost, ..sealed.clone() };
        let open = |sealed: SealedKey| sealed.open("installation", key.account(), &Secret::new(PASSPHRASE));
        let cheaper = open(with(Cost { passes: 1, memory_kib: 64, ..COST }));
        assert_eq!(cheaper.err(), Some(VaultError::PassphraseWrong), "another key comes of it");
        for cost in [
            Cost { memory_kib: u32::MAX, ..COST },
            Cost { passes: u32::MAX, ..COST },
            Cost { lanes: u32::MAX, ..COST },
            Cost { memory_kib: 0, ..COST },
        ] {
            assert_eq!(open(with(cost)).err(), Some(VaultError::Unreadable), "{cost:?} is not even tried");
        }
    }

    #[test]
    fn a_short_passphrase_makes_no_vault() {
        let key = DataKey::random("installation").unwrap();
        for (passphrase, expected) in
            [("", false), ("elevenchars", false), ("twelve chars", true), ("zwölf Zeichä", true)]
        {
            let sealed = SealedKey::seal(&key, "installation", &Secret::new(passphrase)).map(drop);
            let refused = Err(VaultError::PassphraseShort);
            assert_eq!(sealed, if expected { Ok(()) } else { refused }, "{passphrase:?}");
        }
    }

    /// As a version before sealed it: with the text as it was read.
    fn sealed_before(key: &DataKey, passphrase: &str) -> SealedKey {
        let cost = Cost { memory_kib: 64, passes: 1, lanes: 1 };
        let mut salt = vec![0; SALT_LENGTH];
        fill(&mut salt).unwrap();
        let outer = stretch(&Secret::new(passphrase), &salt, cost, "installation", key.account()).unwrap();
        SealedKey { salt, cost, sealed: key.seal_with(&outer).unwrap() }
    }

    /// As UTF-16 looks where each of its bytes is taken for a letter.
    fn wide(text: &str) -> String {
        text.chars().flat_map(|letter| [letter, '\0']).collect()
    }

    #[test]
    fn whatever_opened_a_vault_before_opens_it_still_and_so_does_what_is_meant_by_it() {
        let key = DataKey::random("installation").unwrap();
        let (composed, decomposed) = ("Zw\u{f6}lf Boxk\u{e4}mpfer", "Zwo\u{308}lf Boxka\u{308}mpfer");
        let (narrow, with_end) = (wide(PASSPHRASE), wide(&format!("{PASSPHRASE}\r")));
        let other_way = format!("\0{narrow}");
        let (marked, spaced) = (format!("\u{feff}{PASSPHRASE}"), format!(" {PASSPHRASE} "));
        let lines = format!("{PASSPHRASE}\rsecond");
        for (sealed_with, given, opens) in [
            (PASSPHRASE, PASSPHRASE, true),
            (&marked, PASSPHRASE, true),
            (PASSPHRASE, &spaced, true),
            (&spaced, &spaced, true),
            (composed, decomposed, true),
            (decomposed, composed, true),
            (decomposed, decomposed, true),
            (&narrow, &narrow, true),
            (&with_end, &with_end, true),
            (&other_way, &other_way, true),
            (&lines, &lines, true),
            // The same file, saved otherwise.
            (PASSPHRASE, &narrow, true),
            (PASSPHRASE, &with_end, true),
            (PASSPHRASE, &other_way, true),
            (PASSPHRASE, &lines, true),
            // Letters that only look alike, and other letters.
            ("\u{fb01}ve of a kind", "five of a kind", false),
            (PASSPHRASE, "Correct Horse Battery", false),
            (PASSPHRASE, "correct horse batter", false),
        ] {
            let sealed = sealed_before(&key, sealed_with);
            let meant = as_it_may_have_been_meant(&Secret::new(given));
            let is_opened =
                meant.iter().any(|meant| sealed.open("installation", key.account(), meant).is_ok());
            assert_eq!(is_opened, opens, "{sealed_with:?} by {given:?}");
            assert!(meant.len() <= 5, "each costs a guess: {given:?}");
        }
    }

    #[test]
    fn a_new_vault_takes_the_passphrase_as_it_is_meant() {
        let key = DataKey::random("installation").unwrap();
        let sealed = SealedKey::seal(&key, "installation", &Secret::new(wide(PASSPHRASE))).unwrap();
        assert!(sealed.open("installation", key.account(), &Secret::new(PASSPHRASE)).is_ok());
        let short = SealedKey::seal(&key, "installation", &Secret::new(wide("six words"))).map(drop);
        assert_eq!(short, Err(VaultError::PassphraseShort), "its letters count, and not their bytes");
    }
}
