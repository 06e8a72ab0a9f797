//! Guided set-ups: stored beside the connections, and readable while secrets are not.

use std::thread;

use super::*;
use crate::{
    guide::{StepId, setup::Setup},
    ports::KeychainError,
    vault::setups::MOST,
};

const HOST: &str = "acme--uat.sandbox.my.salesforce.com";
const ORIGIN: &str = "https://acme--uat.sandbox.my.salesforce.com";

fn begin(vault: &Vault, host: &str) -> Result<KeptSetup, VaultError> {
    vault.begin_setup((host, &format!("https://{host}")), &Setup::default(), at(0))
}

fn step(vault: &Vault, host: &str) -> StepId {
    vault.setup(host).unwrap().expect("a set-up").setup.step(false)
}

#[test]
fn a_set_up_is_begun_once_and_comes_back_as_it_was_left() {
    let house = House::new();
    let vault = house.open();
    let begun = begin(&vault, HOST).unwrap();
    assert_eq!(
        (begun.host.as_str(), begun.origin.as_str(), begun.updated_at),
        (HOST, ORIGIN, at(0)),
        "begun"
    );
    begin(&vault, "acme.my.salesforce.com").unwrap();
    let change = |setup: &mut Setup, _| setup.say(StepId::Security, true, false, at(5));
    let changed = vault.change_setup(HOST, at(5), change).unwrap().expect("it is there");
    assert_eq!(changed.updated_at, at(5), "when it changed");

    let again = house.open();
    assert_eq!(begin(&again, HOST).unwrap(), changed, "the one there is, not a new one");
    assert_eq!(step(&again, HOST), StepId::Copy, "at the step where it was left");
    assert_eq!(step(&again, "acme.my.salesforce.com"), StepId::Before, "the other at its own");
    assert_eq!(again.setups().unwrap().len(), 2, "both");
    again.remove_setup(HOST).unwrap();
    again.remove_setup(HOST).unwrap();
    assert_eq!(vault.setup(HOST).unwrap(), None, "removed, and again");
    assert_eq!(vault.change_setup(HOST, at(6), |_, _| ()).unwrap(), None, "nothing to change");
}

#[test]
fn set_ups_need_no_keychain_and_no_passphrase() {
    let house = House::new();
    house.keychain.fail(Some(KeychainError::Locked));
    let vault = house.open();
    begin(&vault, HOST).unwrap();
    vault.change_setup(HOST, at(1), |setup, _| setup.go_to(StepId::Paste)).unwrap();
    assert_eq!(step(&house.open(), HOST), StepId::Paste, "read while the keychain is locked");
    assert_eq!(house.keychain.inside().reads, 0, "which was never asked");
}

#[test]
fn a_set_up_follows_its_connection_and_outlives_it() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    begin(&vault, HOST).unwrap();
    let alias = || vault.setup(HOST).unwrap().unwrap().alias;
    assert_eq!(alias(), None, "not connected yet");
    vault.link_setup(HOST, Some("nobody")).unwrap();
    assert_eq!(alias(), None, "a name that is nobody's");
    vault.link_setup(HOST, Some("acme")).unwrap();
    assert_eq!(alias().as_deref(), Some("acme"), "what it led to");
    vault.rename("a", "acme-uat").unwrap();
    assert_eq!(alias().as_deref(), Some("acme-uat"), "by the name it has now");
    vault.leave_later("a", at(3)).unwrap();
    assert_eq!(alias(), None, "disconnected, and still to be revoked");
    vault.forget("a").unwrap();
    assert_eq!(vault.setups().unwrap().len(), 1, "the set-up stays");
    assert_eq!(alias(), None, "without a connection");
}

#[test]
fn as_many_set_ups_are_stored_as_there_may_be_and_none_is_pushed_out() {
    let house = House::new();
    let vault = house.open();
    {
        let database = vault.database().unwrap();
        let known = serde_json::to_string(&Setup::default()).unwrap();
        let fill = "WITH RECURSIVE number (n) AS (SELECT 2 UNION ALL SELECT n + 1 FROM number WHERE n < ?1)
                    INSERT INTO setup (host, origin, updated_at, known) SELECT 'o' || n, 'https://o', 1, ?2 FROM number";
        database.execute(fill, rusqlite::params![MOST, known]).unwrap();
    }
    begin(&vault, HOST).unwrap();
    assert_eq!(begin(&vault, "one-more.my.salesforce.com"), Err(VaultError::SetupsFull), "one too many");
    assert!(begin(&vault, HOST).is_ok(), "one that is kept is found");
    vault.remove_setup("o2").unwrap();
    assert!(begin(&vault, "one-more.my.salesforce.com").is_ok(), "there is room again");
}

#[test]
fn changes_of_two_processes_are_both_kept() {
    let house = House::new();
    begin(&house.open(), HOST).unwrap();
    let steps = [StepId::Before, StepId::Open, StepId::Details, StepId::Oauth];
    thread::scope(|scope| {
        for step in steps {
            let vault = house.open();
            scope.spawn(move || {
                vault.change_setup(HOST, at(1), |setup, _| setup.say(step, true, false, at(1))).unwrap();
            });
        }
    });
    let kept = house.open().setup(HOST).unwrap().unwrap();
    let said = kept
        .setup
        .marks(false)
        .into_iter()
        .filter(|mark| mark.mark == crate::contract::view::Mark::Said)
        .count();
    assert_eq!(said, steps.len() + 1, "nobody's word is lost, and the org was named");
}

#[test]
fn what_cannot_be_read_costs_the_marks_and_not_the_set_up() {
    let house = House::new();
    let vault = house.open();
    begin(&vault, HOST).unwrap();
    for known in ["", "[]", "{\"step\":\"nowhere\"}", "\u{202e}{{{"] {
        vault.database().unwrap().execute("UPDATE setup SET known = ?1", [known]).unwrap();
        assert_eq!(vault.setup(HOST).unwrap().unwrap().setup, Setup::default(), "{known:?} is as begun");
    }
}

#[test]
fn the_copy_beside_the_database_has_them_until_they_are_removed() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    begin(&vault, HOST).unwrap();
    vault.link_setup(HOST, Some("acme")).unwrap();
    drop(vault);
    for file in ["connections.db", "connections.db-wal", "connections.db-shm"] {
        let _ = fs::remove_file(house.home.data().join(file));
    }
    let brought_back = house.open();
    let kept = brought_back.setup(HOST).unwrap().expect("the set-up is in the copy");
    assert_eq!(kept.alias.as_deref(), Some("acme"), "with what it led to");
    brought_back.remove_setup(HOST).unwrap();
    let copy = fs::read(house.home.database_copy()).unwrap();
    let setups: i64 = rusqlite::Connection::open(house.home.database_copy())
        .unwrap()
        .query_row("SELECT count(*) FROM setup", [], |row| row.get(0))
        .unwrap();
    assert!(!copy.is_empty() && setups == 0, "removed there too");
}
