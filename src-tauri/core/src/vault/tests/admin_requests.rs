//! Requests and their private keys.

use super::*;
use crate::contract::view::RequestStanding;

const PRIVATE: &[u8] = b"PLANTED-PRIVATE-KEY-OF-A-REQUEST";

fn request(id: &str, expires_at: OffsetDateTime) -> AdminRequest {
    AdminRequest {
        id: id.to_owned(),
        origin: "https://acme.my.salesforce.com".to_owned(),
        asked_by: "Ada".to_owned(),
        asked_at: at(0),
        expires_at,
        public_key: "BA==".to_owned(),
        standing: RequestStanding::Open,
        ended_at: None,
    }
}

fn key_of(vault: &Vault, id: &str) -> Option<Vec<u8>> {
    vault.request_key(id).unwrap().map(|key| key.to_vec())
}

#[test]
fn a_private_key_is_never_on_the_disk_in_the_clear_and_gone_once_its_request_ends() {
    let house = House::in_memory();
    let vault = house.open();
    vault.add_request(&request("a", at(100)), PRIVATE).unwrap();
    assert!(!house.contains("PLANTED-PRIVATE"), "encrypted");
    assert_eq!(key_of(&house.open(), "a").as_deref(), Some(PRIVATE), "also for another process");
    for (id, standing) in [("a", RequestStanding::Answered), ("b", RequestStanding::Withdrawn)] {
        if id == "b" {
            vault.add_request(&request(id, at(100)), PRIVATE).unwrap();
        }
        assert!(vault.end_request(id, standing, at(5)).unwrap(), "this ends it");
        assert!(!vault.end_request(id, RequestStanding::Expired, at(6)).unwrap(), "and nothing after it");
        assert_eq!(key_of(&vault, id), None);
        let ended = vault.request(id).unwrap().unwrap();
        assert_eq!((ended.standing, ended.ended_at), (standing, Some(at(5))), "it is known how and when");
    }
}

#[test]
fn a_request_ends_in_the_step_that_stores_what_its_answer_has_led_to() {
    let house = House::in_memory();
    let vault = house.open();
    for id in ["a", "b"] {
        vault.add_request(&request(id, at(100)), PRIVATE).unwrap();
    }
    store(&vault, "other", "taken");
    let sign_in = |id: &str, alias: &str, answered: &str| {
        let along = Along { answered: Some(answered), ..Along::default() };
        vault.replace_sign_in(&record(id, alias), &pair(), &tokens("a"), "Connected", &along)
    };
    assert!(sign_in("c", "taken", "a").is_err(), "the name is another connection's");
    assert_eq!(key_of(&vault, "a").as_deref(), Some(PRIVATE), "nothing was stored, and nothing ended");
    sign_in("c", "acme", "a").unwrap();
    assert_eq!((key_of(&vault, "a"), key_of(&vault, "b").as_deref()), (None, Some(PRIVATE)));
    assert_eq!(vault.request("a").unwrap().unwrap().standing, RequestStanding::Answered);
    vault.end_request("b", RequestStanding::Withdrawn, at(1)).unwrap();
    sign_in("c", "acme", "b").unwrap();
    assert_eq!(vault.request("b").unwrap().unwrap().standing, RequestStanding::Withdrawn, "as it ended");
}

#[test]
fn a_request_ends_with_its_time_also_when_no_program_ran_then() {
    let house = House::in_memory();
    house.open().add_request(&request("a", at(100)), PRIVATE).unwrap();
    let vault = house.open();
    assert!(!vault.end_expired_requests(at(99)).unwrap(), "not before");
    assert_eq!(key_of(&vault, "a").as_deref(), Some(PRIVATE));
    assert!(vault.end_expired_requests(at(100)).unwrap(), "then");
    assert_eq!(key_of(&vault, "a"), None, "the key is destroyed");
    assert_eq!(vault.request("a").unwrap().unwrap().standing, RequestStanding::Expired);
    let later = at(100) + time::Duration::days(181);
    assert!(vault.end_expired_requests(later).unwrap(), "and in the end it is forgotten");
    assert_eq!(vault.requests().unwrap(), []);
}

#[test]
fn a_request_that_was_altered_opens_nothing() {
    let house = House::in_memory();
    let vault = house.open();
    vault.add_request(&request("a", at(100)), PRIVATE).unwrap();
    vault.add_request(&request("b", at(100)), PRIVATE).unwrap();
    for change in [
        "UPDATE admin_request SET expires_at = expires_at + 1 WHERE id = 'a'",
        "UPDATE admin_request SET origin = 'https://evil.my.salesforce.com', expires_at = expires_at - 1 WHERE id = 'a'",
        "UPDATE admin_request SET public_key = 'x' WHERE id = 'b'",
    ] {
        vault.database().unwrap().execute(change, []).unwrap();
        let id = if change.contains("'b'") { "b" } else { "a" };
        assert_eq!(vault.request_key(id).map(|_| ()), Err(VaultError::Unreadable), "{change}");
    }
}

#[test]
fn another_key_of_the_vault_keeps_the_requests_and_the_end_of_a_session_ends_them() {
    let house = House::in_memory();
    let vault = house.open();
    vault.add_request(&request("a", at(100)), PRIVATE).unwrap();
    vault.protect(&NewProtection::Keychain, None, false, at(1)).unwrap();
    assert_eq!(key_of(&house.open(), "a").as_deref(), Some(PRIVATE), "encrypted anew");
    vault.protect(&NewProtection::Session, None, false, at(2)).unwrap();
    assert_eq!(key_of(&vault, "a").as_deref(), Some(PRIVATE), "the agent has its key");
    drop(vault);
    let later = house.open();
    assert_eq!(key_of(&later, "a"), None, "gone with the session");
    assert_eq!(later.request("a").unwrap().unwrap().standing, RequestStanding::Lost);
}

#[test]
fn a_keychain_without_the_key_makes_no_new_one_behind_the_back_of_an_open_request() {
    let house = House::in_memory();
    house.open().add_request(&request("a", at(100)), PRIVATE).unwrap();
    let kept = std::mem::take(&mut house.keychain.inside().entries);
    let vault = house.open();
    assert_eq!(vault.request_key("a").map(|_| ()), Err(VaultError::KeyLost), "said, and not lost");
    assert!(vault.ready().is_err(), "a new key is asked about first");
    house.keychain.inside().entries = kept;
    assert_eq!(key_of(&house.open(), "a").as_deref(), Some(PRIVATE), "it works again with its key");
}

#[test]
fn only_so_many_requests_are_open_at_a_time() {
    let house = House::in_memory();
    let vault = house.open();
    for number in 0..crate::vault::admin_requests::MOST_OPEN {
        vault.add_request(&request(&number.to_string(), at(100)), PRIVATE).unwrap();
    }
    assert_eq!(vault.add_request(&request("x", at(100)), PRIVATE), Err(VaultError::RequestsFull));
    vault.end_request("0", RequestStanding::Withdrawn, at(1)).unwrap();
    vault.add_request(&request("x", at(100)), PRIVATE).unwrap();
    assert_eq!(vault.requests().unwrap().len(), 101, "what has ended is known for a while");
}

#[test]
fn the_copy_of_the_database_holds_no_request() {
    let house = House::in_memory();
    let vault = house.open();
    vault.add_request(&request("a", at(100)), PRIVATE).unwrap();
    store(&vault, "c", "acme");
    let copy = rusqlite::Connection::open(house.home.database_copy()).unwrap();
    let count = |table: &str| -> i64 {
        copy.query_row(&format!("SELECT count(*) FROM {table}"), [], |row| row.get(0)).unwrap()
    };
    assert_eq!((count("connection"), count("admin_request")), (1, 0), "nobody could answer it");
}
