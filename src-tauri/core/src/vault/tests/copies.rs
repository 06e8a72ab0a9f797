//! Older, damaged and outdated databases: each costs a sign-in and nothing more.

use std::thread;

use rusqlite::params;

use super::*;

const FIRST_SCHEMA: &str = include_str!("../schema/1.sql");

/// The files of the database, as a backup program would copy them at rest.
fn take_copy(house: &House) -> Vec<u8> {
    fs::read(house.home.database()).unwrap()
}

fn put_back(house: &House, copy: &[u8]) {
    for ending in ["-wal", "-shm"] {
        let _ = fs::remove_file(house.home.data().join(format!("connections.db{ending}")));
    }
    overwrite(&house.home.database(), copy);
}

fn health(vault: &Vault, alias: &str) -> (Status, Option<Code>) {
    let record = vault.find(alias).unwrap().unwrap();
    (record.status, record.reason)
}

#[test]
fn the_rotated_token_of_a_restored_database_is_never_used() {
    let house = House::new();
    store(&house.open(), "r", "rotating");
    store(&house.open(), "s", "steady");
    store(&house.open(), "n", "never-refreshed");
    let same = Tokens { refresh: tokens("s").refresh, ..tokens("second") };
    house.open().commit_refresh("s", &same, at(9), answered()).unwrap();
    house.open().commit_refresh("r", &tokens("first"), at(9), answered()).unwrap();
    let copy = take_copy(&house);
    house.open().commit_refresh("r", &tokens("newest"), at(10), answered()).unwrap();
    put_back(&house, &copy);

    let vault = house.open();
    assert_eq!(vault.tokens("r"), Err(VaultError::Restored), "the replaced token is not given out");
    assert_eq!(health(&vault, "rotating"), (Status::NeedsYou, Some(Code::VaultRestored)), "and why is said");
    assert_eq!(vault.pair("r").unwrap(), pair(), "key and secret are as good as ever");
    assert_eq!(vault.tokens("s"), Err(VaultError::Restored), "that none was replaced so far proves nothing");
    assert_eq!(vault.tokens("n"), Err(VaultError::Restored), "of one that was never refreshed nobody knows");
    assert_eq!(vault.history("r").unwrap().len(), 1, "the history stays");

    store(&vault, "r", "rotating");
    let again = house.open();
    assert_eq!(again.tokens("r").unwrap(), tokens("r"), "signed in again");
    again.commit_refresh("r", &tokens("later"), at(11), answered()).unwrap();
    assert_eq!(house.open().tokens("r").unwrap(), tokens("later"), "and it goes on");
}

#[test]
fn a_token_that_an_org_began_to_replace_after_the_copy_is_never_used() {
    let house = House::new();
    store(&house.open(), "s", "steady");
    let same = Tokens { refresh: tokens("s").refresh, ..tokens("second") };
    house.open().commit_refresh("s", &same, at(9), answered()).unwrap();
    let copy = take_copy(&house);
    // From here on the org rotates its refresh tokens.
    house.open().commit_refresh("s", &tokens("replaced"), at(10), answered()).unwrap();
    put_back(&house, &copy);
    assert_eq!(house.open().tokens("s"), Err(VaultError::Restored), "the token from before is let go of");
}

#[test]
fn another_key_for_an_older_copy_makes_it_no_newer() {
    let house = House::new();
    store(&house.open(), "r", "rotating");
    let copy = take_copy(&house);
    house.open().commit_refresh("r", &tokens("first"), at(9), answered()).unwrap();
    put_back(&house, &copy);
    house.open().protect(&NewProtection::Keychain, None, false, at(10)).unwrap();
    assert_eq!(house.open().tokens("r"), Err(VaultError::Restored), "it is let go of on the way");
}

#[test]
fn a_copy_is_recognised_whatever_is_done_first() {
    let house = House::new();
    store(&house.open(), "r", "rotating");
    let copy = take_copy(&house);
    house.open().commit_refresh("r", &tokens("first"), at(9), answered()).unwrap();
    put_back(&house, &copy);
    let vault = house.open();
    store(&vault, "b", "beta");
    assert_eq!(vault.tokens("b").unwrap(), tokens("b"), "the new sign-in is not taken for an old one");
    assert_eq!(vault.tokens("r"), Err(VaultError::Restored), "the old one is let go of");
}

#[test]
fn the_newest_database_is_never_taken_for_a_copy() {
    let house = House::new();
    store(&house.open(), "r", "rotating");
    let (one, other) = (house.open(), house.open());
    for number in 0..6 {
        let renewed = tokens(&number.to_string());
        let writer = if number % 2 == 0 { &one } else { &other };
        // At times the keychain does not store the number; a later write makes up for it.
        house.keychain.fail((number % 3 == 0).then_some(crate::ports::KeychainError::Locked));
        let known = writer.commit_refresh("r", &renewed, at(9 + number), answered());
        house.keychain.fail(None);
        if known.is_ok() {
            for reader in [&one, &other, &house.open()] {
                assert_eq!(reader.tokens("r").unwrap(), renewed, "after refresh {number}");
            }
        }
    }
    thread::scope(|scope| {
        for vault in [&one, &other] {
            scope.spawn(move || {
                for number in 0..20 {
                    vault.commit_refresh("r", &tokens(&format!("n{number}")), at(20), answered()).unwrap();
                    vault.tokens("r").unwrap();
                }
            });
        }
    });
    assert_eq!(health(&one, "rotating").0, Status::Connected, "still connected");
}

#[test]
fn a_database_is_brought_to_the_newest_tables_and_what_it_was_is_copied_without_its_secrets() {
    let house = House::new();
    let first = rusqlite::Connection::open(house.home.database()).unwrap();
    first.execute_batch(FIRST_SCHEMA).unwrap();
    first.execute("INSERT INTO installation (one, id) VALUES (1, 'installation')", []).unwrap();
    let key = DataKey::random("installation").unwrap();
    // The first version's keychain entry.
    let entry = [&[1], &key.entry(0)[1..33]].concat();
    house.keychain.inside().entries.insert(key.account().to_owned(), entry);
    let change = "UPDATE installation SET key_account = ?1, key_check = ?2";
    first.execute(change, params![key.account(), key.check_value().unwrap()]).unwrap();
    first
        .execute(
            "INSERT INTO connection (id, alias, origin, kind, org_id, user_id, username, instance_url, api_version, scope,
             created_at, status, issued_at, rotates) VALUES ('a', 'acme', 'https://acme.my.salesforce.com',
             'production', '00D', '005', 'a@b.example', 'https://acme.my.salesforce.com', '64.0', 'api', 1, 'connected',
             1, 0)",
            [],
        )
        .unwrap();
    for (field, secret) in [
        (Field::ConsumerKey, pair().key),
        (Field::ConsumerSecret, pair().secret),
        (Field::AccessToken, tokens("a").access),
        (Field::RefreshToken, tokens("a").refresh),
    ] {
        // The encryption before version 5.
        let sealed = key.seal_bytes("a", field.word(), secret.expose().as_bytes()).unwrap();
        let values = params!["a", field.word(), sealed];
        first.execute("INSERT INTO secret (connection, field, sealed) VALUES (?1, ?2, ?3)", values).unwrap();
    }
    first.execute("INSERT INTO history (connection, at, line) VALUES ('a', 1, 'Signed in')", []).unwrap();
    first.pragma_update(None, "user_version", 1).unwrap();
    let secrets: Vec<Vec<u8>> = {
        let mut query = first.prepare("SELECT sealed FROM secret").unwrap();
        query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    };
    drop(first);

    let vault = house.open();
    assert_eq!(vault.tokens("a").unwrap().refresh, tokens("a").refresh, "the tokens are there");
    assert_eq!(vault.pair("a").unwrap(), pair(), "the pair is there");
    let bytes = house.bytes();
    for sealed in &secrets {
        assert!(
            bytes.windows(sealed.len()).all(|window| window != sealed),
            "sealed anew, in the newest form"
        );
    }
    assert_eq!(vault.history("a").unwrap().len(), 1, "the history is there");
    vault.commit_refresh("a", &tokens("rotated"), at(9), answered()).unwrap();
    assert_eq!(house.open().tokens("a").unwrap(), tokens("rotated"), "and it goes on");

    let copy = house.home.database_before(schema::NEWEST);
    let bytes = fs::read(&copy).unwrap();
    for sealed in &secrets {
        assert!(bytes.windows(sealed.len()).all(|window| window != sealed), "no secret, not even sealed");
    }
    let copy = rusqlite::Connection::open(copy).unwrap();
    let aliases: i64 = copy.query_row("SELECT count(*) FROM connection", [], |row| row.get(0)).unwrap();
    let version: i64 = copy.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!((aliases, version), (1, 1), "the names, in the form they had");
}

#[test]
fn a_damaged_database_costs_a_sign_in_and_nothing_else() {
    let none = b"this is not a database, and long enough to be looked at ".repeat(100);
    let cut = |bytes: &[u8], length| bytes.get(..length).unwrap().to_vec();
    for damage in ["no database", "cut in half", "cut in a page", "nothing left", "zeroes"] {
        let house = House::new();
        store(&house.open(), "a", "acme");
        house.open().note("a", at(5), "a later line").unwrap();
        store(&house.open(), "b", "beta");
        let whole = take_copy(&house);
        let left = match damage {
            "no database" => none.clone(),
            "cut in half" => cut(&whole, whole.len() / 2),
            "cut in a page" => cut(&whole, 5000),
            "nothing left" => Vec::new(),
            _ => vec![0; whole.len()],
        };
        put_back(&house, &left);

        let vault = house.open();
        let aliases: Vec<_> = vault.list().unwrap().into_iter().map(|record| record.alias).collect();
        assert_eq!(aliases, ["acme", "beta"], "{damage}: the names are there");
        assert_eq!(health(&vault, "acme"), (Status::NeedsYou, Some(Code::VaultDamaged)), "{damage}: said");
        assert_eq!(vault.tokens("a"), Err(VaultError::Damaged), "{damage}: and said when asked");
        assert_eq!(vault.history("a").unwrap().len(), 2, "{damage}: the history too");
        store(&vault, "a", "acme");
        assert_eq!(house.open().tokens("a").unwrap(), tokens("a"), "{damage}: signed in again");
        let aside: Vec<_> = fs::read_dir(house.home.data())
            .unwrap()
            .map(|file| file.unwrap().path())
            .filter(|path| path.to_str().unwrap().contains("damaged"))
            .collect();
        if left.is_empty() {
            assert!(aside.is_empty(), "{damage}: nothing to set aside");
        } else {
            assert_eq!(fs::read(&aside[0]).unwrap(), left, "{damage}: set aside as it was");
        }
    }
}

#[test]
fn the_copy_beside_has_nothing_secret_and_forgets_what_is_forgotten() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "beta");
    vault.rename("b", "gamma").unwrap();
    let copy = rusqlite::Connection::open(house.home.database_copy()).unwrap();
    let count = |query: &str| -> i64 { copy.query_row(query, [], |row| row.get(0)).unwrap() };
    assert_eq!(count("SELECT count(*) FROM secret"), 0, "no secrets");
    assert_eq!(count("SELECT count(*) FROM passphrase"), 0, "no key");
    assert_eq!(count("SELECT count(*) FROM installation WHERE key_account IS NOT NULL"), 0, "nor its name");
    assert_eq!(count("SELECT count(*) FROM connection WHERE alias IN ('acme', 'gamma')"), 2, "the names");
    assert_eq!(count("SELECT count(*) FROM history"), 2, "the history");
    // Windows replaces no file that somebody has open.
    drop(copy);
    vault.forget("a").unwrap();
    let bytes = fs::read(house.home.database_copy()).unwrap();
    let forgotten = b"acme@acme.example";
    assert!(!bytes.windows(forgotten.len()).any(|window| window == forgotten), "forgotten there too");
}

/// As on another computer: its number is not the one that was stored.
fn carry_away(house: &House) {
    let door = rusqlite::Connection::open(house.home.database()).unwrap();
    door.execute("UPDATE standing SET computer = 'another' WHERE computer IS NOT NULL", []).unwrap();
}

#[test]
fn what_was_stored_on_another_computer_is_a_copy_until_somebody_says_otherwise() {
    let house = House::new();
    if crate::platform::machine::id().is_none() {
        eprintln!("this computer has no number: not looked at");
        return;
    }
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "beta");
    assert_eq!(vault.is_copied("a"), Ok(false), "stored here");
    carry_away(&house);
    assert_eq!((vault.is_copied("a"), vault.is_copied("b")), (Ok(true), Ok(true)), "stored elsewhere");
    store(&vault, "a", "acme");
    assert_eq!((vault.is_copied("a"), vault.is_copied("b")), (Ok(false), Ok(true)), "signed in to here");
    vault.settle_here().unwrap();
    assert_eq!(vault.is_copied("b"), Ok(false), "somebody says that it was moved");
    carry_away(&house);
    vault.commit_refresh("a", &tokens("later"), at(9), answered()).unwrap();
    assert_eq!((vault.is_copied("a"), vault.is_copied("b")), (Ok(false), Ok(true)), "refreshed here");
    assert_eq!(vault.is_copied("nobody"), Ok(false), "of what is not there nothing is said");
}

#[test]
fn another_file_of_the_same_computer_is_a_copy_where_nothing_else_tells() {
    let house = House::new();
    if crate::platform::machine::file_number(house.home.data()).is_none() {
        eprintln!("this file system numbers nothing for good: not looked at");
        return;
    }
    let passphrase = NewProtection::Passphrase(Secret::new("correct horse battery"));
    for (protection, is_copied) in [(NewProtection::Keychain, false), (passphrase, true)] {
        let vault = house.open();
        let _ = vault.protect(&protection, None, true, at(8));
        store(&vault, "a", "acme");
        assert_eq!(vault.is_copied("a"), Ok(false), "{protection:?}: the same file");
        drop(vault);
        let (database, copy) = (house.home.database(), house.home.data().join("copy"));
        fs::copy(&database, &copy).unwrap();
        fs::rename(&copy, &database).unwrap();
        assert_eq!(house.open().is_copied("a"), Ok(is_copied), "{protection:?}: a copy of it");
        assert_eq!(
            house.open().is_beside_another(),
            Ok(!is_copied),
            "{protection:?}: else it is said what it is"
        );
        if !is_copied {
            house.open().commit_refresh("a", &tokens("later"), at(9), answered()).unwrap();
            assert_eq!(house.open().is_beside_another(), Ok(false), "once it is used here no more");
        }
    }
}
