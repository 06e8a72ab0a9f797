//! Damaged, foreign, newer, full and read-only files: each is reported, none causes a panic.

use std::{sync::mpsc, thread};

use rusqlite::params;

use super::*;
use crate::platform::private::testing::{keeps_others_out, let_others_in};

/// A second connection to the same file, for tampering.
pub(super) fn vandal(house: &House) -> rusqlite::Connection {
    rusqlite::Connection::open(house.home.database()).unwrap()
}

fn refusal(house: &House) -> Option<VaultError> {
    Vault::open(&house.home, house.keychain.clone()).err()
}

#[test]
fn a_secret_moved_to_another_row_or_field_does_not_open() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "beta");
    let fields = ["consumer_key", "consumer_secret", "access_token", "refresh_token"];
    let places: Vec<_> = ["a", "b"].iter().flat_map(|id| fields.map(|field| (*id, field))).collect();
    let door = vandal(&house);
    let read = |(id, field): (&str, &str)| -> Vec<u8> {
        let query = "SELECT sealed FROM secret WHERE connection = ?1 AND field = ?2";
        door.query_row(query, [id, field], |row| row.get(0)).unwrap()
    };
    let write = |(id, field): (&str, &str), sealed: &[u8]| {
        let change = "UPDATE secret SET sealed = ?3 WHERE connection = ?1 AND field = ?2";
        assert_eq!(door.execute(change, params![id, field, sealed]).unwrap(), 1, "one row");
    };
    for from in &places {
        for to in &places {
            let original = read(*to);
            write(*to, &read(*from));
            let opened = if to.1.starts_with("consumer") {
                vault.pair(to.0).map(|_| ())
            } else {
                vault.tokens(to.0).map(|_| ())
            };
            let expected = if from == to { Ok(()) } else { Err(VaultError::Unreadable) };
            assert_eq!(opened, expected, "{from:?} in the place of {to:?}");
            write(*to, &original);
        }
    }
}

#[test]
fn whoever_alters_where_a_connection_leads_to_or_whose_it_is_gets_no_secret_of_it() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "beta");
    let door = vandal(&house);
    for (column, altered) in [
        ("origin", "http://localhost:9999/"),
        ("kind", "practice"),
        ("org_id", "00D000000000002EAA"),
        ("user_id", "005000000000002AAA"),
        ("instance_url", "https://elsewhere.my.salesforce.com"),
    ] {
        let query = format!("SELECT {column} FROM connection WHERE id = 'a'");
        let original: String = door.query_row(&query, [], |row| row.get(0)).unwrap();
        let change = format!("UPDATE connection SET {column} = ?1 WHERE id = 'a'");
        door.execute(&change, [altered]).unwrap();
        for opened in [&vault, &house.open()] {
            assert_eq!(opened.tokens("a"), Err(VaultError::Unreadable), "{column}: no token");
            assert_eq!(opened.pair("a"), Err(VaultError::Unreadable), "{column}: no key and secret");
            let late = opened.commit_refresh("a", &tokens("late"), at(9), answered());
            assert_eq!(late, Err(VaultError::Unreadable), "{column}: nothing is sealed for it either");
            let real = opened.key_used_by_real_org(&pair().key);
            assert_eq!(real, Err(VaultError::Unreadable), "{column}: and it passes for no practice org");
        }
        assert_eq!(vault.tokens("b").unwrap(), tokens("b"), "{column}: the other is whole");
        door.execute(&change, [original]).unwrap();
        assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "{column}: put back, it opens");
    }
}

#[test]
fn a_database_with_anything_in_it_that_is_not_ours_is_refused_and_does_nothing() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    let planted = house.home.data().join("planted");
    let attach = format!("ATTACH '{}' AS x", planted.display());
    for part in [
        "CREATE TRIGGER t AFTER UPDATE ON connection BEGIN DELETE FROM history; END".to_owned(),
        "CREATE VIEW v AS SELECT 1".to_owned(),
        "CREATE TABLE other (one)".to_owned(),
        format!("CREATE TABLE \"history SELECT 1, 1, 1, 1; {attach}; --\" (one)"),
    ] {
        let whole = fs::read(house.home.database()).unwrap();
        vandal(&house).execute_batch(&part).unwrap();
        assert_eq!(refusal(&house), Some(VaultError::Unreadable), "{part}");
        assert!(!planted.exists(), "{part}: nothing of it was carried out");
        overwrite(&house.home.database(), &whole);
    }
    vandal(&house).execute_batch("ANALYZE").unwrap();
    assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "what SQLite itself adds does no harm");
}

#[test]
fn the_copy_is_made_of_our_tables_alone_whatever_a_running_program_finds() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    let planted = house.home.data().join("planted");
    let name = format!("x AS SELECT 1; ATTACH '{}' AS y; --", planted.display());
    vandal(&house).execute_batch(&format!("CREATE TABLE \"{name}\" (one)")).unwrap();
    vault.rename("a", "gamma").unwrap();
    assert!(!planted.exists(), "a name is not carried out");
    let copy = rusqlite::Connection::open(house.home.database_copy()).unwrap();
    let count = |query: &str| -> i64 { copy.query_row(query, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("SELECT count(*) FROM connection WHERE alias = 'gamma'"), 1, "the copy was renewed");
    assert_eq!(count("SELECT count(*) FROM sqlite_schema WHERE name LIKE 'x AS%'"), 0, "without it");
}

#[test]
fn a_damaged_secret_or_fact_is_unreadable() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    let door = vandal(&house);
    door.execute("UPDATE secret SET sealed = x'00' WHERE field = 'access_token'", []).unwrap();
    assert_eq!(vault.tokens("a"), Err(VaultError::Unreadable), "a cut secret");
    assert_eq!(vault.pair("a").unwrap(), pair(), "the others are whole");
    door.execute("UPDATE connection SET reason = 'invented_later'", []).unwrap();
    assert_eq!(vault.by_id("a").unwrap().unwrap().reason, None, "an unknown reason is no reason");
    door.execute("UPDATE connection SET status = 'asleep'", []).unwrap();
    assert_eq!(vault.list(), Err(VaultError::Unreadable), "an unknown status");
}

#[test]
fn a_database_with_damaged_pages_is_unreadable_and_never_a_panic() {
    let house = House::new();
    let vault = house.open();
    for number in 0..40 {
        store(&vault, &format!("{number}"), &format!("alias-{number}"));
    }
    drop(vault);
    let path = house.home.database();
    let whole = fs::read(&path).unwrap();
    let mut refused = 0;
    for page in 0..whole.len() / 4096 {
        let mut damaged = whole.clone();
        // The first page keeps its header, without which the file would be no database.
        damaged[page * 4096 + 100..(page + 1) * 4096].fill(0xA5);
        overwrite(&path, &damaged);
        let outcome = Vault::open(&house.home, house.keychain.clone()).and_then(|vault| {
            vault.list()?;
            (0..40).try_for_each(|number| vault.tokens(&number.to_string()).map(drop))
        });
        if let Err(error) = outcome {
            assert!(matches!(error, VaultError::Unreadable | VaultError::Failed), "page {page}: {error}");
            refused += 1;
        }
    }
    assert!(refused >= 2, "damage to the pages that are read is noticed: {refused}");
}

/// Gives the database the older form. Its secrets stay as they are.
fn make_older(house: &House) {
    let door = vandal(house);
    door.execute_batch("ALTER TABLE connection DROP COLUMN browser").unwrap();
    door.pragma_update(None, "user_version", schema::NEWEST - 1).unwrap();
}

fn version_of(house: &House) -> i64 {
    vandal(house).pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
fn the_form_changes_only_once_no_refresh_is_under_way() {
    let house = House::new();
    let running = house.open();
    store(&running, "a", "acme");
    let refresh = running.hold_for_refresh().unwrap();
    make_older(&house);
    thread::scope(|scope| {
        let (opened, opening) = mpsc::channel();
        let house = &house;
        scope.spawn(move || {
            drop(house.open());
            opened.send(())
        });
        let early = opening.recv_timeout(Duration::from_millis(500)).is_ok();
        assert!(!early, "the newer program waits for the answer to the refresh");
        assert_eq!(version_of(house), schema::NEWEST - 1, "and has changed nothing");
        drop(refresh);
        opening.recv().unwrap();
        assert_eq!(version_of(house), schema::NEWEST, "then it goes on");
    });
    make_older(&house);
    drop((house.open(), house.open().hold_for_refresh().unwrap()));
    assert_eq!(version_of(&house), schema::NEWEST, "without one nobody waits");
}

#[test]
fn another_key_is_made_only_once_no_refresh_is_under_way() {
    let house = House::new();
    let refreshing = house.open();
    store(&refreshing, "a", "acme");
    let refresh = refreshing.hold_for_refresh().unwrap();
    thread::scope(|scope| {
        let (changed, changing) = mpsc::channel();
        let passphrase = NewProtection::Passphrase(Secret::new("correct horse battery"));
        let other = house.open();
        scope.spawn(move || changed.send(other.protect(&passphrase, None, false, at(8))));
        let early = changing.recv_timeout(Duration::from_millis(500)).is_ok();
        assert!(!early, "the other program waits for the answer to the refresh");
        refreshing.commit_refresh("a", &tokens("rotated"), at(9), answered()).unwrap();
        drop(refresh);
        changing.recv().unwrap().unwrap();
    });
    let restarted = house.open();
    restarted.unlock(&Secret::new("correct horse battery")).unwrap();
    assert_eq!(
        restarted.tokens("a").unwrap(),
        tokens("rotated"),
        "the rotated token went over to the new key"
    );
}

#[test]
fn what_a_newer_program_wrote_is_left_alone() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    let running = house.open();
    vandal(&house).pragma_update(None, "user_version", schema::NEWEST + 1).unwrap();
    assert_eq!(refusal(&house).map(VaultError::code), Some(Code::VaultNewer), "said");
    let mark = running.mark_refresh("a", at(9));
    assert_eq!(mark, Err(VaultError::Newer), "a program that was there before sends no refresh any more");
    let late = running.commit_refresh("a", &tokens("late"), at(9), answered());
    assert_eq!(late, Err(VaultError::Newer), "and changes nothing");
    vandal(&house).pragma_update(None, "user_version", schema::NEWEST).unwrap();
    assert_eq!(running.tokens("a").unwrap(), tokens("a"), "and has changed nothing");
}

#[test]
fn a_full_disk_is_said_and_nothing_is_half_stored() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    let pages: i64 =
        vault.database().unwrap().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    vault.database().unwrap().pragma_update(None, "max_page_count", pages).unwrap();
    let large = Tokens { access: Secret::new("x".repeat(100_000)), ..tokens("a") };
    let kept = vault.store_sign_in(&record("b", "beta"), &pair(), &large, "Signed in");
    assert_eq!(kept.map_err(VaultError::code), Err(Code::VaultFull), "said");
    assert_eq!(vault.by_id("b").unwrap(), None, "nothing of it stays");
    assert_eq!(
        vault.commit_refresh("a", &large, at(9), answered()),
        Err(VaultError::Full),
        "a refresh neither"
    );
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "what was there is whole");
}

#[test]
fn a_database_that_stands_open_is_closed_to_others() {
    let house = House::new();
    drop(house.open());
    let_others_in(&house.home.database());
    assert!(!keeps_others_out(&house.home.database()), "it stands open");
    drop(house.open());
    assert!(keeps_others_out(&house.home.database()), "and is closed");
}

#[test]
fn a_folder_in_the_place_of_the_database_is_said() {
    let house = House::new();
    fs::create_dir(house.home.database()).unwrap();
    assert_eq!(refusal(&house), Some(VaultError::Unwritable), "not a panic");
}

#[test]
fn no_error_shows_what_was_stored() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    let taken = vault.store_sign_in(&record("b", "acme"), &pair(), &tokens("b"), "Signed in").unwrap_err();
    let text = format!("{taken:?} {taken} {:?} {:?}", pair(), tokens("b"));
    assert!(!text.to_lowercase().contains("planted"), "{text}");
}
