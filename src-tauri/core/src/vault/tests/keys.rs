//! The data key: made once, fetched once, and the consequences of its loss.

use std::{
    sync::Barrier,
    thread,
    time::{Duration, Instant},
};

use super::*;
use crate::ports::KeychainError;

#[test]
fn opening_and_looking_never_ask_the_keychain() {
    let house = House::new();
    house.keychain.fail(Some(KeychainError::Missing));
    let vault = house.open();
    assert_eq!(vault.list().unwrap(), [], "an empty list");
    let inside = house.keychain.inside();
    assert_eq!((inside.reads, inside.writes), (0, 0), "calls to the keychain");
}

#[test]
fn every_trouble_of_the_keychain_has_its_own_code_and_passes_with_its_cause() {
    let house = House::new();
    let vault = house.open();
    let troubles = [
        (KeychainError::Missing, Code::KeychainMissing),
        (KeychainError::Locked, Code::KeychainLocked),
        (KeychainError::Slow, Code::KeychainSlow),
        (KeychainError::Failed, Code::KeychainFailed),
    ];
    for (trouble, code) in troubles {
        house.keychain.fail(Some(trouble));
        assert_eq!(vault.ready().map_err(VaultError::code), Err(code), "{trouble}");
        let kept = vault.store_sign_in(&record("a", "acme"), &pair(), &tokens("a"), "Signed in");
        assert_eq!(kept.map_err(VaultError::code), Err(code), "{trouble}");
        assert_eq!(vault.list().unwrap(), [], "nothing is half-stored");
    }
    house.keychain.fail(None);
    assert_eq!(vault.ready(), Ok(()), "the same vault, once the keychain is there");
    store(&vault, "a", "acme");
    house.keychain.fail(Some(KeychainError::Locked));
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "the key was read before");
    let restarted = house.open();
    assert_eq!(restarted.tokens("a").map_err(VaultError::code), Err(Code::KeychainLocked), "after a restart");
    assert_eq!(restarted.list().unwrap().len(), 1, "what is not secret is still listed");
}

#[test]
fn many_at_once_make_one_key_and_read_it_once_each_process() {
    let house = House::new();
    house.keychain.inside().delay = Duration::from_millis(20);
    let (processes, start) = ([house.open(), house.open(), house.open()], Barrier::new(24));
    thread::scope(|scope| {
        for vault in &processes {
            for _ in 0..8 {
                scope.spawn(|| {
                    start.wait();
                    vault.ready().unwrap();
                });
            }
        }
    });
    let inside = house.keychain.inside();
    assert_eq!((inside.entries.len(), inside.writes), (1, 1), "one key");
    assert!(inside.reads <= 3, "{} reads for three processes", inside.reads);
}

#[test]
fn a_keychain_that_hangs_is_slow_for_everybody_and_its_late_answer_is_used() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    let vault = house.hasty();
    house.keychain.inside().delay = Duration::from_secs(10);
    let begun = Instant::now();
    thread::scope(|scope| {
        for _ in 0..4 {
            scope
                .spawn(|| assert_eq!(vault.tokens("a"), Err(KeychainError::Slow.into()), "within the limit"));
        }
    });
    let waited = begun.elapsed();
    assert!(waited < Duration::from_secs(9), "all four waited together: {waited:?}");
    assert_eq!(vault.list().unwrap().len(), 1, "nothing else waits");
    let reads = house.keychain.inside().reads;
    house.keychain.inside().delay = Duration::ZERO;
    while Instant::now() < begun + Duration::from_secs(300) {
        if vault.tokens("a").is_ok() {
            break;
        }
    }
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "once it answered");
    assert!(house.keychain.inside().reads <= reads + 1, "no second prompt was raised");
}

#[test]
fn a_key_that_a_glance_shows_is_not_asked_for() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    house.keychain.inside().open = true;
    let reads = house.keychain.inside().reads;
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "opened with it");
    assert_eq!(house.keychain.inside().reads, reads, "without a question");

    house.keychain.inside().entries.values_mut().for_each(|entry| entry.fill(7));
    assert_eq!(house.open().tokens("a").map_err(VaultError::code), Err(Code::VaultKeyLost), "another key");
    assert_eq!(house.keychain.inside().reads, reads + 1, "is told only after it was asked for in earnest");
}

#[test]
fn a_key_stored_too_late_harms_nobody() {
    let house = House::new();
    house.keychain.inside().delay = Duration::from_secs(5);
    assert_eq!(house.hasty().ready(), Err(KeychainError::Slow.into()), "gave up");
    house.keychain.inside().delay = Duration::ZERO;
    let other = house.open();
    store(&other, "a", "acme");
    let begun = Instant::now();
    while house.keychain.inside().entries.len() < 2 && begun.elapsed() < Duration::from_secs(300) {
        thread::sleep(Duration::from_millis(20));
    }
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "the late one did not replace the one in use");
    assert_eq!(house.keychain.inside().entries.len(), 2, "and opens nothing");
}

#[test]
fn a_keychain_that_keeps_nothing_is_found_out_before_anything_is_sealed() {
    let house = House::new();
    house.keychain.inside().forgetful = true;
    let vault = house.open();
    assert_eq!(vault.ready(), Err(KeychainError::Failed.into()), "what was written is read back first");
    house.keychain.inside().forgetful = false;
    assert_eq!(vault.ready(), Ok(()), "and nothing stands in the way later");
}

#[test]
fn a_lost_key_costs_a_sign_in_and_nothing_else() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    store(&house.open(), "b", "beta");
    house.open().change_status("b", &health_records::change(Status::NotConnected, 9, None)).unwrap();
    house.keychain.inside().entries.clear();

    let vault = house.open();
    assert_eq!(vault.ready(), Err(VaultError::KeyLost), "said");
    assert_eq!(vault.tokens("a"), Err(VaultError::KeyLost), "said of the tokens");
    let kept = vault.store_sign_in(&record("c", "new"), &pair(), &tokens("c"), "Signed in");
    assert_eq!(kept, Err(VaultError::KeyLost), "no second key beside secrets of the first");
    assert_eq!(vault.list().unwrap().len(), 2, "aliases are listed");
    assert_eq!(vault.history("a").unwrap().len(), 1, "history too");
    assert!(house.keychain.inside().entries.is_empty(), "and no key was made behind anybody's back");

    vault.start_over_key().unwrap();
    assert_eq!(vault.ready(), Ok(()), "a new key");
    assert_eq!(vault.health_record("a").unwrap().missing, Some(Code::VaultKeyLost), "needs a sign-in");
    assert_eq!(vault.pair("a"), Err(VaultError::KeyLost), "the old pair opens no more");
    assert_eq!(vault.history("a").unwrap().len(), 1, "the history is not");
    store(&vault, "a", "acme");
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "signed in again");
}

#[test]
fn starting_over_does_nothing_while_the_key_is_there_or_cannot_be_asked_for() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    house.open().start_over_key().unwrap();
    house.keychain.fail(Some(KeychainError::Locked));
    assert_eq!(house.open().start_over_key(), Err(KeychainError::Locked.into()), "locked is not lost");
    house.keychain.fail(None);
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "everything is there");
}

#[test]
fn a_lost_key_that_nothing_was_sealed_with_is_replaced_quietly() {
    let house = House::new();
    house.open().ready().unwrap();
    house.keychain.inside().entries.clear();
    assert_eq!(house.open().ready(), Ok(()), "nothing was lost");
    assert_eq!(house.keychain.inside().entries.len(), 1, "one key");
}

#[test]
fn another_key_under_our_name_is_a_lost_key() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    for entry in [vec![1; 33], vec![9; 33], vec![], vec![1; 500]] {
        house.keychain.inside().entries.values_mut().for_each(|stored| stored.clone_from(&entry));
        assert_eq!(house.open().ready(), Err(VaultError::KeyLost), "{} bytes", entry.len());
    }
}

#[test]
fn a_process_with_the_old_key_in_memory_goes_over_to_the_new_one() {
    let house = House::new();
    let agent = house.open();
    store(&agent, "a", "acme");
    house.keychain.inside().entries.clear();
    house.open().start_over_key().unwrap();
    agent.commit_refresh("a", &tokens("late"), at(9), answered()).unwrap();
    assert_eq!(agent.tokens("a").unwrap(), tokens("late"), "what it can still open it goes on with");
    assert_eq!(house.open().tokens("a"), Err(VaultError::KeyLost), "and nobody else");
    store(&agent, "b", "beta");
    assert_eq!(house.open().tokens("b").unwrap(), tokens("b"), "sealed with the new key");
    assert_eq!(agent.tokens("b").unwrap(), tokens("b"), "and read with it");
}
