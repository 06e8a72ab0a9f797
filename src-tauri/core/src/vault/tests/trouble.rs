//! Damaged, foreign, newer, full and closed files: each said, none a panic.

use std::os::unix::fs::PermissionsExt;

use rusqlite::params;

use super::*;

/// The same file through a door of its own, as a vandal would.
fn vandal(house: &House) -> rusqlite::Connection {
    rusqlite::Connection::open(house.home.database()).unwrap()
}

fn refusal(house: &House) -> Option<VaultError> {
    Vault::open(&house.home, house.keychain.clone()).err()
}

#[test]
fn a_secret_moved_to_another_row_or_field_does_not_open() {
    let house = House::new();
    let vault = house.open();
    keep(&vault, "a", "acme");
    keep(&vault, "b", "beta");
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
fn a_damaged_secret_or_fact_is_unreadable() {
    let house = House::new();
    let vault = house.open();
    keep(&vault, "a", "acme");
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
        keep(&vault, &format!("{number}"), &format!("alias-{number}"));
    }
    drop(vault);
    let path = house.home.database();
    let whole = fs::read(&path).unwrap();
    let mut refused = 0;
    for page in 0..whole.len() / 4096 {
        let mut damaged = whole.clone();
        // The first page keeps its header, or it would be no database at all.
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

#[test]
fn what_a_newer_program_wrote_is_left_alone() {
    let house = House::new();
    keep(&house.open(), "a", "acme");
    let running = house.open();
    vandal(&house).pragma_update(None, "user_version", schema::NEWEST + 1).unwrap();
    assert_eq!(refusal(&house).map(VaultError::code), Some(Code::VaultNewer), "said");
    let late = running.commit_refresh("a", &tokens("late"), at(9));
    assert_eq!(late, Err(VaultError::Newer), "a program that was there before changes nothing any more");
    vandal(&house).pragma_update(None, "user_version", schema::NEWEST).unwrap();
    assert_eq!(running.tokens("a").unwrap(), tokens("a"), "and has changed nothing");
}

#[test]
fn a_full_disk_is_said_and_nothing_is_half_stored() {
    let house = House::new();
    let vault = house.open();
    keep(&vault, "a", "acme");
    let pages: i64 = vault.database().pragma_query_value(None, "page_count", |row| row.get(0)).unwrap();
    vault.database().pragma_update(None, "max_page_count", pages).unwrap();
    let large = Tokens { access: Secret::new("x".repeat(100_000)), ..tokens("a") };
    let kept = vault.keep_sign_in(&record("b", "beta"), &pair(), &large, "Signed in");
    assert_eq!(kept.map_err(VaultError::code), Err(Code::VaultFull), "said");
    assert_eq!(vault.by_id("b").unwrap(), None, "nothing of it stays");
    assert_eq!(vault.commit_refresh("a", &large, at(9)), Err(VaultError::Full), "a refresh neither");
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "what was there is whole");
}

#[test]
fn a_database_that_stands_open_is_closed_to_others() {
    let house = House::new();
    drop(house.open());
    fs::set_permissions(house.home.database(), fs::Permissions::from_mode(0o644)).unwrap();
    drop(house.open());
    let mode = fs::metadata(house.home.database()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600, "mode of the database");
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
    keep(&vault, "a", "acme");
    let taken = vault.keep_sign_in(&record("b", "acme"), &pair(), &tokens("b"), "Signed in").unwrap_err();
    let text = format!("{taken:?} {taken} {:?} {:?}", pair(), tokens("b"));
    assert!(!text.to_lowercase().contains("planted"), "{text}");
}
