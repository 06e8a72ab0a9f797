//! A missing key is not lost: the keychain is another one today, writes late, or has ended.

use super::*;
use crate::{contract::view::KeyProtection, ports::KeychainError, vault::testing::Inside};

/// Replaces the keychain with another one; the former keeps its entries.
fn replace(house: &House, name: &str, entries: std::collections::BTreeMap<String, Vec<u8>>) -> Inside {
    let mut inside = house.keychain.inside();
    std::mem::replace(&mut *inside, Inside { name: name.to_owned(), entries, ..Inside::default() })
}

#[test]
fn what_another_keychain_protects_stays_and_opens_there_again() {
    let house = House::new();
    house.keychain.inside().name = "GNOME Keyring".to_owned();
    store(&house.open(), "a", "acme");
    store(&house.open(), "b", "beta");
    let gnome = replace(&house, "KWallet", [].into()).entries;

    let vault = house.open();
    assert_eq!(vault.ready(), Err(VaultError::KeyElsewhere), "another keychain took it");
    assert_eq!(vault.keychains(), (Some("GNOME Keyring".to_owned()), Some("KWallet".to_owned())), "by name");
    let refused = vault.store_sign_in(&record("c", "third"), &pair(), &tokens("c"), "Signed in");
    assert_eq!(refused, Err(VaultError::KeyElsewhere), "nothing is stored before that is asked about");
    vault.protect(&NewProtection::Keychain, None, true, at(3)).unwrap();
    store(&vault, "c", "third");
    assert_eq!(house.open().tokens("c").unwrap(), tokens("c"), "with a key of its own");
    assert_eq!(house.open().tokens("a"), Err(VaultError::KeyElsewhere), "the others wait");
    assert_eq!(house.open().view().unwrap().out_of_sight, 2, "which is told");

    let kwallet = replace(&house, "GNOME Keyring", gnome).entries;
    for id in ["a", "b"] {
        assert_eq!(house.open().tokens(id).unwrap(), tokens(id), "{id} works again");
    }
    assert_eq!(house.open().tokens("c"), Err(VaultError::KeyElsewhere), "and this one waits now");
    store(&house.open(), "d", "fourth");
    assert_eq!(house.open().tokens("d").unwrap(), tokens("d"), "the key that is there serves a new one");

    let gnome = replace(&house, "KWallet", kwallet).entries;
    assert_eq!(house.open().tokens("c").unwrap(), tokens("c"), "there again");
    house.open().commit_refresh("c", &tokens("c2"), at(9), answered()).unwrap();
    assert_eq!(house.open().tokens("c").unwrap(), tokens("c2"), "and refreshed with the key that it has");
    replace(&house, "GNOME Keyring", gnome);
    for id in ["a", "b", "d"] {
        assert_eq!(house.open().tokens(id).unwrap(), tokens(id), "{id}, in the end");
    }
}

#[test]
fn what_is_told_of_a_connection_follows_from_whether_its_key_is_there() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    let missing = |vault: &Vault| {
        let all = vault.health_records().unwrap().get("a").and_then(|health_record| health_record.missing);
        assert_eq!(vault.health_record("a").unwrap().missing, all, "one and all say the same");
        all
    };
    assert_eq!(missing(&house.open()), None, "nothing is known");
    let kept = std::mem::take(&mut house.keychain.inside().entries);
    assert_eq!(house.open().tokens("a"), Err(VaultError::KeyLost), "looked for");
    assert_eq!(missing(&house.open()), Some(Code::VaultKeyLost), "and told from then on");
    house.keychain.inside().entries = kept;
    assert_eq!(missing(&house.open()), Some(Code::VaultKeyLost), "until it is looked for again");
    house.open().tokens("a").unwrap();
    assert_eq!(missing(&house.open()), None, "and found");
}

#[test]
fn a_keychain_that_writes_late_loses_no_sign_in_with_its_end() {
    let house = House::new();
    house.keychain.inside().late = true;
    store(&house.open(), "a", "acme");
    let written = house.keychain.inside().entries.clone();
    house.open().protect(&NewProtection::Keychain, None, false, at(3)).unwrap();
    house.open().commit_refresh("a", &tokens("a2"), at(9), answered()).unwrap();
    // The keychain ends before it has written the new key.
    house.keychain.inside().entries = written;

    assert_eq!(house.open().tokens("a").unwrap(), tokens("a2"), "the former key opens the new one");
    assert_eq!(house.keychain.inside().entries.len(), 2, "and the keychain is given that again");
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a2"), "from where it is read");
}

#[test]
fn a_passphrase_opens_what_a_keychain_took_and_lost() {
    let house = House::new();
    house.keychain.inside().late = true;
    let vault = house.open();
    vault
        .protect(&NewProtection::Passphrase(Secret::new("correct horse battery")), None, false, at(2))
        .unwrap();
    store(&vault, "a", "acme");
    let present = Secret::new("correct horse battery");
    vault.protect(&NewProtection::Keychain, Some(&present), false, at(3)).unwrap();
    house.keychain.inside().entries.clear();

    let restarted = house.open();
    assert_eq!(restarted.view().unwrap().protection, Some(KeyProtection::Keychain), "as chosen");
    assert_eq!(
        restarted.tokens("a"),
        Err(VaultError::PassphraseNeeded),
        "the former passphrase is asked for"
    );
    restarted.unlock(&present).unwrap();
    assert_eq!(restarted.tokens("a").unwrap(), tokens("a"), "and opens it");
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "once: the keychain has it again");
}

#[test]
fn a_former_key_opens_everything_until_a_later_process_has_read_the_new_one_or_somebody_ends_it() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    let changed = house.open();
    changed.protect(&NewProtection::Keychain, None, false, at(3)).unwrap();
    changed.tokens("a").unwrap();
    assert!(changed.view().unwrap().former.is_some(), "whoever made the new key has not read it");
    assert_eq!(house.keychain.inside().entries.len(), 2, "so both are there");
    house.open().tokens("a").unwrap();
    assert_eq!(changed.view().unwrap().former, None, "a later process has");
    assert_eq!(house.keychain.inside().entries.len(), 1, "and the former one is gone");

    house.keychain.inside().late = true;
    changed.protect(&NewProtection::Keychain, None, false, at(4)).unwrap();
    house.open().tokens("a").unwrap();
    assert!(
        changed.view().unwrap().former.is_some(),
        "where a keychain writes late, reading it soon proves nothing"
    );
    changed.end_former().unwrap();
    assert_eq!(changed.view().unwrap().former, None, "it leaked: it goes at once");
    assert_eq!(house.keychain.inside().entries.len(), 1, "out of the keychain too");
    house.keychain.inside().entries.clear();
    assert_eq!(house.open().tokens("a"), Err(VaultError::KeyLost), "which may cost what was said");
}

#[test]
fn who_said_no_is_not_asked_again_before_somebody_acts() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    house.keychain.fail(Some(KeychainError::Declined));
    let reads = || house.keychain.inside().reads;
    let before = reads();
    assert_eq!(house.open().tokens("a"), Err(KeychainError::Declined.into()), "a person said no");
    house.keychain.fail(None);
    for _ in 0..3 {
        assert_eq!(house.open().tokens("a"), Err(KeychainError::Declined.into()), "said, and not asked");
    }
    assert_eq!(reads(), before + 1, "one question");
    house.keychain.inside().open = true;
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "unlocked by the person, it is seen");
    house.keychain.inside().open = false;
    assert_eq!(house.open().ready(), Ok(()), "and who acts is asked");
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "from then on");
}

#[test]
fn routine_work_looks_and_never_asks() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    store(&house.open(), "b", "beta");
    let before = house.keychain.inside().reads;
    assert!(house.open().at_hand().unwrap().is_empty(), "locked: nothing is at hand");
    assert_eq!(house.keychain.inside().reads, before, "and nobody was asked");
    house.keychain.inside().open = true;
    let at_hand: Vec<_> = house.open().at_hand().unwrap().into_iter().collect();
    assert_eq!(at_hand, ["a", "b"], "open: everything is");
    assert_eq!(house.keychain.inside().reads, before, "still without a question");
}

#[test]
fn a_key_that_is_kept_after_whoever_wanted_it_gave_up_is_taken_by_the_next() {
    let house = House::new();
    let vault = house.hasty();
    house.keychain.inside().delay = Duration::from_secs(5);
    assert_eq!(vault.ready(), Err(KeychainError::Slow.into()), "it takes its time");
    house.keychain.inside().delay = Duration::ZERO;
    while vault.ready().is_err() {}
    assert_eq!(house.keychain.inside().entries.len(), 1, "one entry, not one for each try");
}

#[test]
fn a_key_that_the_keychain_does_not_prove_to_keep_leaves_no_entry_and_no_other_is_touched() {
    let house = House::new();
    let used = b"of another home".to_vec();
    house.keychain.inside().entries.insert("another".to_owned(), used.clone());
    house.keychain.inside().garbled = Some(b"something else".to_vec());
    let vault = house.open();
    for _ in 0..3 {
        assert_eq!(vault.ready(), Err(KeychainError::Failed.into()), "it keeps something else");
    }
    let entries = house.keychain.inside().entries.clone();
    assert_eq!(entries, [("another".to_owned(), used)].into(), "none of three tries is left");
    house.keychain.inside().garbled = None;
    assert_eq!(vault.ready(), Ok(()), "and the next one succeeds");
    assert_eq!(house.keychain.inside().entries.len(), 2, "with one entry");
}
