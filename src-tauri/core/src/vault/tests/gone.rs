//! A database that is deleted, replaced or moved away while it is open: nothing is stored where nobody finds it.

use super::*;

fn file(home: &Home, ending: &str) -> PathBuf {
    home.data().join(format!("connections.db{ending}"))
}

/// What another program finds, which opens the database by its name.
fn found_by_another(house: &House, id: &str) -> Result<Tokens, VaultError> {
    house.open().tokens(id)
}

/// A house whose home can be moved.
fn movable() -> (House, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(&folder.path().join("home")).unwrap();
    let elsewhere = home.data().with_file_name("elsewhere");
    (House { _folder: folder, home, keychain: MemoryKeychain::new() }, elsewhere)
}

#[test]
fn a_deleted_database_is_put_back_with_everything_before_anything_is_stored_in_it() {
    for endings in [&[""][..], &["", "-wal"], &["", "-wal", "-shm"]] {
        let house = House::new();
        let vault = house.open();
        store(&vault, "a", "acme");
        vault.commit_refresh("a", &tokens("rotated"), at(9), answered()).unwrap();
        for ending in endings {
            fs::remove_file(file(&house.home, ending)).unwrap();
        }
        let _held = vault.hold_for_refresh().unwrap();
        vault.mark_refresh("a", at(10)).unwrap();
        vault.commit_refresh("a", &tokens("newest"), at(11), answered()).unwrap();
        assert_eq!(found_by_another(&house, "a"), Ok(tokens("newest")), "{endings:?}: everybody finds it");
        let history = house.open().history("a").unwrap();
        assert!(history.iter().any(|line| line.text.contains("put back")), "{endings:?}: {history:?}");
        drop(vault);
        assert_eq!(
            found_by_another(&house, "a"),
            Ok(tokens("newest")),
            "{endings:?}: also once it is closed"
        );
    }
}

/// The one who has it open sees the deletion before anybody else can make another one, where that is looked for at once.
#[test]
fn whoever_looks_after_a_database_puts_it_back_without_being_asked_for_anything() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    assert_eq!(vault.look_after(), Ok(false), "nothing has happened");
    fs::remove_file(house.home.database()).unwrap();
    assert_eq!(vault.look_after(), Ok(true), "it was not where it belongs");
    assert_eq!(vault.look_after(), Ok(false), "and is now");
    assert_eq!(found_by_another(&house, "a"), Ok(tokens("a")), "with everything");
}

#[test]
fn a_database_that_was_put_back_is_not_taken_for_a_copy() {
    let house = House::new();
    let vault = house.open();
    let passphrase = NewProtection::Passphrase(Secret::new("correct horse battery"));
    vault.protect(&passphrase, None, true, at(8)).unwrap();
    store(&vault, "a", "acme");
    fs::remove_file(house.home.database()).unwrap();
    assert_eq!(vault.is_copied("a"), Ok(false), "its number is another one, and its tokens are the same");
}

#[test]
fn what_was_put_in_the_place_of_a_database_is_used_by_whoever_had_the_former_one_open() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    let kept = house.home.data().join("kept");
    fs::copy(house.home.database(), &kept).unwrap();
    let vault = house.open();
    store(&vault, "b", "beta");
    // With the log of the former one left beside it.
    fs::rename(&kept, house.home.database()).unwrap();
    assert_eq!(vault.list().unwrap().len(), 1, "the new one, without what stood in the former one's log");
    let another = house.open();
    store(&another, "c", "gamma");
    let names =
        |vault: &Vault| vault.list().unwrap().into_iter().map(|record| record.alias).collect::<Vec<_>>();
    assert_eq!(names(&vault), ["acme", "gamma"], "as everybody else");
    store(&vault, "d", "delta");
    assert_eq!(names(&another), ["acme", "delta", "gamma"], "and the other way round");
    drop(vault);
    assert!(file(&house.home, "-wal").exists(), "whoever ends removes no log that others use");
    store(&another, "e", "epsilon");
    drop(another);
    assert_eq!(names(&house.open()), ["acme", "delta", "epsilon", "gamma"], "and nothing is lost");
    fs::rename(house.home.data().join("connections.replaced.db"), house.home.database()).unwrap();
    assert_eq!(names(&house.open()), ["acme", "beta"], "nor is what stood in the former one");
}

#[test]
fn a_log_that_was_deleted_is_begun_anew_and_what_stood_in_it_is_kept() {
    for gone in [&["-wal"][..], &["-shm"], &["-wal", "-shm"]] {
        let house = House::new();
        let vault = house.open();
        store(&vault, "a", "acme");
        for ending in gone {
            fs::remove_file(file(&house.home, ending)).unwrap();
        }
        vault.commit_refresh("a", &tokens("newest"), at(11), answered()).unwrap();
        assert_eq!(found_by_another(&house, "a"), Ok(tokens("newest")), "{gone:?}");
        drop(vault);
        assert_eq!(found_by_another(&house, "a"), Ok(tokens("newest")), "{gone:?}: once it is closed");
    }
}

#[test]
fn no_refresh_begins_where_the_home_is_gone_and_the_answer_to_one_goes_with_it() {
    let (house, elsewhere) = movable();
    let vault = house.open();
    store(&vault, "a", "acme");
    let held = vault.hold_for_refresh().unwrap();
    vault.mark_refresh("a", at(10)).unwrap();
    fs::rename(house.home.data(), &elsewhere).unwrap();
    vault.commit_refresh("a", &tokens("newest"), at(11), answered()).unwrap();
    drop(held);
    assert_eq!(vault.hold_for_refresh().err(), Some(VaultError::HomeGone), "no other one is sent");
    let refused = vault.store_sign_in(&record("b", "beta"), &pair(), &tokens("b"), "Signed in");
    assert_eq!(refused, Err(VaultError::HomeGone), "nothing new is stored");
    assert!(vault.list().is_err(), "and nothing is shown that nobody else sees");
    drop(vault);

    let moved = House { home: Home::at(&elsewhere).unwrap(), ..house };
    assert_eq!(
        found_by_another(&moved, "a"),
        Ok(tokens("newest")),
        "what Salesforce sent is in the moved home"
    );
}

#[test]
fn another_home_in_the_place_of_a_moved_one_is_left_alone() {
    let (house, elsewhere) = movable();
    let vault = house.open();
    store(&vault, "a", "acme");
    fs::rename(house.home.data(), &elsewhere).unwrap();
    let other = House { home: Home::at(house.home.data()).unwrap(), ..house };
    let theirs = other.open();
    store(&theirs, "b", "beta");
    assert_eq!(vault.tokens("a").err(), Some(VaultError::HomeGone), "it is another one");
    drop(vault);
    assert!(file(&other.home, "-wal").exists(), "whoever ends removes nothing of it");
    store(&theirs, "c", "gamma");
    drop(theirs);
    assert_eq!(found_by_another(&other, "c"), Ok(tokens("c")), "and nothing of it is lost");
}
