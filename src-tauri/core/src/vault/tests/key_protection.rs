//! The keepers of the key (the keychain, a passphrase, one session) and changes between them.

use super::*;
use crate::{
    contract::view::KeyProtection,
    platform::{lock, private::Unread, secret_file::NoSecret},
    ports::KeychainError,
};

const PASSPHRASE: &str = "correct horse battery";

fn passphrase(text: &str) -> NewProtection {
    NewProtection::Passphrase(Secret::new(text))
}

/// Changes the keeper as a person would who knows the passphrase, where there is one.
fn protect(vault: &Vault, wanted: &NewProtection, present: Option<&str>) -> Result<(), VaultError> {
    vault.protect(wanted, present.map(Secret::new).as_ref(), false, at(50))
}

fn protected_by(vault: &Vault) -> Option<KeyProtection> {
    vault.view().unwrap().protection
}

/// The encrypted form of each secret in the database.
fn sealed(vault: &Vault) -> Vec<Vec<u8>> {
    let database = vault.database().unwrap();
    let mut query = database.prepare("SELECT sealed FROM secret ORDER BY connection, field").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

#[test]
fn without_a_keychain_nothing_is_chosen_silently() {
    let house = House::new();
    house.keychain.fail(Some(KeychainError::Missing));
    let vault = house.open();
    assert_eq!(vault.ready(), Err(KeychainError::Missing.into()), "said");
    assert_eq!(protected_by(&vault), None, "and no other guard taken");
}

#[test]
fn a_passphrase_vault_needs_no_keychain_and_opens_with_its_passphrase_alone() {
    let house = House::new();
    house.keychain.fail(Some(KeychainError::Missing));
    let vault = house.open();
    protect(&vault, &passphrase(PASSPHRASE), None).unwrap();
    assert_eq!(protected_by(&vault), Some(KeyProtection::Passphrase), "as chosen");
    store(&vault, "a", "acme");
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "unlocked by the choice itself");

    let restarted = house.open();
    assert!(restarted.view().unwrap().locked, "a new process has not been told");
    assert_eq!(restarted.tokens("a"), Err(VaultError::PassphraseNeeded), "said");
    assert_eq!(restarted.start_over_key(), Err(VaultError::PassphraseNeeded), "locked is not lost");
    assert_eq!(restarted.list().unwrap().len(), 1, "what is not secret is listed");
    let wrong = restarted.unlock(&Secret::new("correct horse batterx"));
    assert_eq!(wrong, Err(VaultError::PassphraseWrong), "another passphrase");
    assert_eq!(restarted.tokens("a"), Err(VaultError::PassphraseNeeded), "opens nothing");
    restarted.unlock(&Secret::new(PASSPHRASE)).unwrap();
    assert_eq!(restarted.tokens("a").unwrap(), tokens("a"), "the right one");
    assert!(!restarted.view().unwrap().locked, "and stays unlocked");
    assert!(!house.contains(PASSPHRASE), "the passphrase stands nowhere");
    assert_eq!(house.keychain.inside().writes, 0, "no keychain was written to");
}

#[test]
fn a_file_with_the_passphrase_is_the_choice_for_a_new_vault_and_unlocks_it_later() {
    let house = House::new();
    let file = house.file(PASSPHRASE);
    let vault = house.open_with(&file);
    store(&vault, "a", "acme");
    assert_eq!(protected_by(&vault), Some(KeyProtection::Passphrase), "although a keychain answers");
    assert_eq!(house.open_with(&file).tokens("a").unwrap(), tokens("a"), "unlocks");
    let file = house.file("another passphrase");
    assert_eq!(house.open_with(&file).tokens("a"), Err(VaultError::PassphraseWrong), "another one");
    fs::remove_file(&file).unwrap();
    assert_eq!(
        house.open_with(&file).tokens("a"),
        Err(VaultError::PassphraseFile(Unread::Missing.into())),
        "none"
    );
    assert_eq!(house.open().tokens("a"), Err(VaultError::PassphraseNeeded), "none named");
}

#[test]
fn a_vault_of_the_keychain_stays_one_whatever_file_is_named() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    let vault = house.open_with(&house.file(PASSPHRASE));
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "opened with the keychain's key");
    assert_eq!(protected_by(&vault), Some(KeyProtection::Keychain), "as before");
}

#[test]
fn a_short_passphrase_or_an_empty_file_makes_no_vault() {
    let house = House::new();
    let short = protect(&house.open(), &passphrase("short"), None);
    assert_eq!(short, Err(VaultError::PassphraseShort), "short");
    assert_eq!(house.open_with(&house.file("short")).ready(), Err(VaultError::PassphraseShort), "in a file");
    assert_eq!(
        house.open_with(&house.file("")).ready(),
        Err(VaultError::PassphraseFile(NoSecret::Empty)),
        "empty"
    );
    assert_eq!(protected_by(&house.open()), None, "nothing was made");
}

#[test]
fn everything_is_sealed_anew_on_the_way_from_one_key_protection_to_another() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "beta");
    let ways = [
        (passphrase(PASSPHRASE), None, KeyProtection::Passphrase, 0),
        (passphrase("another passphrase"), Some(PASSPHRASE), KeyProtection::Passphrase, 0),
        (NewProtection::Session, Some("another passphrase"), KeyProtection::Session, 0),
        (NewProtection::Keychain, None, KeyProtection::Keychain, 1),
        (NewProtection::Keychain, None, KeyProtection::Keychain, 2),
    ];
    for (protection, present, expected, entries) in ways {
        let before = sealed(&vault);
        protect(&vault, &protection, present).unwrap();
        assert_eq!(protected_by(&vault), Some(expected), "the new guard");
        for id in ["a", "b"] {
            assert_eq!((vault.pair(id), vault.tokens(id)), (Ok(pair()), Ok(tokens(id))), "{expected:?}");
        }
        let after = sealed(&vault);
        assert!(after.iter().all(|sealed| !before.contains(sealed)), "{expected:?}: another key");
        let bytes = house.bytes();
        for old in before {
            assert!(bytes.windows(old.len()).all(|window| window != old), "{expected:?}: the old is gone");
        }
        assert_eq!(house.keychain.inside().entries.len(), entries, "{expected:?}: entries in the keychain");
    }
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "and after a restart");
    assert_eq!(
        house.keychain.inside().entries.len(),
        1,
        "which has read the new key, so the former one is gone"
    );
}

#[test]
fn a_process_that_knew_the_former_key_goes_over_to_the_new_one() {
    let house = House::new();
    let agent = house.open();
    store(&agent, "a", "acme");
    protect(&house.open(), &NewProtection::Keychain, None).unwrap();
    agent.commit_refresh("a", &tokens("new"), at(9), answered()).unwrap();
    assert_eq!(agent.tokens("a").unwrap(), tokens("new"), "written and read with the new key");
    protect(&house.open(), &passphrase(PASSPHRASE), None).unwrap();
    assert_eq!(agent.tokens("a"), Err(VaultError::PassphraseNeeded), "which it has to be told");
    let mark = agent.commit_refresh("a", &tokens("later"), at(10), answered());
    assert_eq!(mark, Err(VaultError::PassphraseNeeded), "and nothing is sealed with the former one");
}

#[test]
fn whoever_does_not_know_the_passphrase_changes_nothing_although_the_vault_is_open() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    protect(&vault, &passphrase(PASSPHRASE), None).unwrap();
    let before = sealed(&vault);
    for wanted in [passphrase("chosen by a stranger"), NewProtection::Keychain, NewProtection::Session] {
        let nothing = protect(&vault, &wanted, None);
        assert_eq!(nothing, Err(VaultError::PassphraseNeeded), "{wanted:?} without the passphrase");
        for give_up in [false, true] {
            let wrong = vault.protect(&wanted, Some(&Secret::new("a wrong passphrase")), give_up, at(50));
            assert_eq!(wrong, Err(VaultError::PassphraseWrong), "{wanted:?} with another one");
        }
    }
    assert_eq!(sealed(&vault), before, "nothing was sealed anew");
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "nothing is lost");
    let restarted = house.open();
    restarted.unlock(&Secret::new(PASSPHRASE)).unwrap();
    assert_eq!(restarted.tokens("a").unwrap(), tokens("a"), "and the passphrase is the one it was");

    vault.protect(&passphrase("for a new beginning"), None, true, at(51)).unwrap();
    let restarted = house.open();
    restarted.unlock(&Secret::new("for a new beginning")).unwrap();
    assert_eq!(restarted.tokens("a"), Err(VaultError::KeyLost), "who starts over without it opens nothing");
    let file = house.file(PASSPHRASE);
    assert_eq!(house.open_with(&file).tokens("a").unwrap(), tokens("a"), "who has it again does");
}

#[test]
fn every_change_of_the_key_protection_stands_in_every_history() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "beta");
    protect(&vault, &passphrase(PASSPHRASE), None).unwrap();
    protect(&vault, &NewProtection::Keychain, Some(PASSPHRASE)).unwrap();
    for id in ["a", "b"] {
        let lines: Vec<_> = vault.history(id).unwrap().into_iter().map(|line| (line.at, line.text)).collect();
        let texts: Vec<_> = lines.iter().map(|(_, text)| text.as_str()).collect();
        let expected = [
            "The key of the vault was changed. The keychain of this computer keeps the key of the vault.",
            "The key of the vault was changed. The key of the vault is protected with a passphrase.",
            "Signed in",
        ];
        assert_eq!(texts, expected, "of {id}");
        assert_eq!(lines[0].0, at(50), "when");
    }
}

#[test]
fn what_windows_puts_around_a_passphrase_never_counts() {
    let house = House::new();
    store(&house.open_with(&house.file("\u{feff}correct horse battery\r\n")), "a", "acme");
    for text in ["correct horse battery", "correct horse battery \n", "\u{feff}correct horse battery\r\n"] {
        let vault = house.open_with(&house.file(text));
        assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "{text:?}");
    }
    // An earlier version took the byte order mark for a part of it.
    let vault = House::new();
    let earlier = vault.open();
    protect(&earlier, &passphrase("\u{feff}correct horse battery"), None).unwrap();
    store(&earlier, "a", "acme");
    let later = vault.open();
    later.unlock(&Secret::new("correct horse battery")).unwrap();
    assert_eq!(later.tokens("a").unwrap(), tokens("a"), "opened without it too");
}

#[test]
fn secrets_that_cannot_be_opened_are_set_aside_only_when_that_is_said() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    house.keychain.fail(Some(KeychainError::Missing));
    let vault = house.open();
    let refused = protect(&vault, &passphrase(PASSPHRASE), None);
    assert_eq!(refused, Err(KeychainError::Missing.into()), "the former key cannot be asked for");
    assert_eq!(protected_by(&vault), Some(KeyProtection::Keychain), "nothing was changed");
    vault.protect(&passphrase(PASSPHRASE), None, true, at(50)).unwrap();
    assert_eq!(vault.health_record("a").unwrap().missing, Some(Code::VaultKeyLost), "it waits for its key");
    assert_eq!(vault.tokens("a"), Err(VaultError::KeyLost), "which is not there");
    house.keychain.fail(None);
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "and opens it once it is");
    store(&vault, "a", "acme");
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "signed in again");
}

#[test]
fn a_session_ends_with_the_agent_and_costs_a_sign_in_and_nothing_else() {
    let house = House::new();
    let running = lock::try_exclusive(&house.home.agent_lock()).unwrap();
    let agent = house.open();
    protect(&agent, &NewProtection::Session, None).unwrap();
    store(&agent, "a", "acme");
    assert_eq!(agent.tokens("a").unwrap(), tokens("a"), "while the agent runs");
    assert_eq!(house.keychain.inside().writes, 0, "the key is nowhere else");
    let other = house.open();
    assert_eq!(other.tokens("a"), Err(VaultError::SessionEnded), "another process has no key");
    assert_eq!(agent.tokens("a").unwrap(), tokens("a"), "and takes nothing from the agent");

    drop((agent, running));
    let next = house.open();
    let record = next.find("acme").unwrap().unwrap();
    assert_eq!((record.status, record.reason), (Status::NeedsYou, Some(Code::VaultSessionEnded)), "said");
    assert_eq!(next.tokens("a"), Err(VaultError::SessionEnded), "and said again when asked");
    assert_eq!(next.history("a").unwrap().len(), 1, "the history stays");
    assert_eq!(protected_by(&next), None, "who keeps the next key is chosen anew");
    assert_eq!(sealed(&next).len(), 0, "what was sealed is gone");
    store(&next, "a", "acme");
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "signed in again");
}

#[test]
fn a_keychain_that_takes_encrypted_keys_gets_no_other_whatever_is_accepted() {
    let house = House::new();
    let vault = house.open();
    vault.accept_plain().expect("without a key there is nothing to accept");
    store(&vault, "a", "acme");
    vault.accept_plain().unwrap();
    assert!(!vault.view().unwrap().plain, "there was nothing to accept");
}
