//! Stored values can be read back, all of them or none.

use std::thread;

use super::*;
use crate::platform::private::testing::{keeps_others_out, new_files_are_closed};

#[test]
fn a_sign_in_comes_back_whole_after_a_restart() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    let vault = house.open();
    assert_eq!(vault.find("acme").unwrap(), Some(record("a", "acme")), "the record, by alias");
    assert_eq!(vault.by_id("a").unwrap(), Some(record("a", "acme")), "the record, by id");
    assert_eq!(vault.pair("a").unwrap(), pair(), "the pair");
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "the tokens");
    let history = vec![HistoryLine { at: at(1), text: "Signed in".to_owned() }];
    assert_eq!(vault.history("a").unwrap(), history, "the history");
}

#[test]
fn what_is_not_there_is_said_to_be_gone() {
    let house = House::new();
    let vault = house.open();
    assert_eq!(vault.find("nobody").unwrap(), None, "no record");
    assert_eq!(vault.pair("nobody"), Err(VaultError::Gone), "no pair");
    assert_eq!(vault.tokens("nobody"), Err(VaultError::Gone), "no tokens");
    assert_eq!(vault.mark_refresh("nobody", at(0)), Err(VaultError::Gone), "no mark");
    assert_eq!(
        vault.commit_refresh("nobody", &tokens("x"), at(0), answered()),
        Err(VaultError::Gone),
        "no refresh"
    );
    assert_eq!(vault.rename("nobody", "b"), Err(VaultError::Gone), "no rename");
    assert_eq!(vault.note("nobody", at(0), "line"), Err(VaultError::Gone), "no note");
    assert_eq!(vault.forget("nobody"), Ok(()), "nothing to forget");
    assert!(house.bytes().windows(5).all(|window| window != b"00Dpl"), "and nothing was half-stored");
}

#[test]
fn no_secret_stands_in_the_files_and_others_cannot_open_them() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    vault.commit_refresh("a", &tokens("second"), at(9), answered()).unwrap();
    assert!(house.contains("acme@acme.example"), "the search finds what is not secret");
    for planted in ["planted", "PLANTED", "3MVG9", "5Aep861"] {
        assert!(!house.contains(planted), "{planted} stands in the database or its journal");
    }
    for entry in fs::read_dir(house.home.data()).unwrap() {
        let entry = entry.unwrap();
        assert!(
            keeps_others_out(&entry.path()) || !new_files_are_closed(),
            "{} is open to others",
            entry.path().display()
        );
    }
    let key = house.keychain.inside().entries.values().next().unwrap().clone();
    assert!(key.len() < 100, "every keychain has room for it");
    let key = &key[1..];
    assert!(house.bytes().windows(key.len()).all(|window| window != key), "the data key stands in the files");
}

#[test]
fn signing_in_again_replaces_everything_but_the_history() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    vault.mark_refresh("a", at(3)).unwrap();
    let renewed = Record {
        username: "other@acme.example".to_owned(),
        kind: OrgKind::Production,
        ..record("a", "acme")
    };
    let new_pair = Pair { key: Secret::new("key"), secret: Secret::new("secret") };
    let new_tokens = Tokens { issued_at: at(50), expires_at: None, proved_at: None, ..tokens("again") };
    vault.store_sign_in(&renewed, &new_pair, &new_tokens, "Signed in again").unwrap();

    let expected = Record { issued_at: Some(at(50)), expires_at: None, proved_at: None, ..renewed };
    assert_eq!(vault.by_id("a").unwrap(), Some(expected), "the new record, its mark cleared");
    assert_eq!(vault.pair("a").unwrap(), new_pair, "the new pair");
    assert_eq!(vault.tokens("a").unwrap(), new_tokens, "the new tokens");
    let lines: Vec<_> = vault.history("a").unwrap().into_iter().map(|line| line.text).collect();
    assert_eq!(lines, ["Signed in again", "Signed in"], "newest first");
}

#[test]
fn a_name_has_one_connection() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "beta");
    let taken = vault.store_sign_in(&record("c", "acme"), &pair(), &tokens("c"), "Signed in");
    assert_eq!(taken, Err(VaultError::NameTaken), "a third with the first one's name");
    assert_eq!(vault.by_id("c").unwrap(), None, "nothing of it stays");
    let moved = vault.store_sign_in(&record("b", "acme"), &pair(), &tokens("x"), "Signed in");
    assert_eq!(moved, Err(VaultError::NameTaken), "the second under the first one's name");
    assert_eq!(vault.tokens("b").unwrap(), tokens("b"), "keeps what it had");
    assert_eq!(vault.rename("b", "acme"), Err(VaultError::NameTaken), "renamed to the first one's name");
    vault.rename("b", "gamma").unwrap();
    vault.rename("b", "gamma").unwrap();
    assert_eq!(vault.find("gamma").unwrap().map(|record| record.id), Some("b".to_owned()), "the new name");
    assert_eq!(vault.find("beta").unwrap(), None, "the old one is free");
    assert_eq!(vault.pair("b").unwrap(), pair(), "a rename leaves the secrets");
}

#[test]
fn the_list_is_by_alias_whatever_its_case() {
    let house = House::new();
    let vault = house.open();
    for (id, alias) in [("1", "beta"), ("2", "Gamma"), ("3", "Alpha"), ("4", "alpha")] {
        store(&vault, id, alias);
    }
    let aliases: Vec<_> = vault.list().unwrap().into_iter().map(|record| record.alias).collect();
    assert_eq!(aliases, ["Alpha", "alpha", "beta", "Gamma"], "sorted as a person would");
}

#[test]
fn a_refresh_is_marked_committed_and_the_mark_gone() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    vault.change_status("a", &health_records::change(Status::Unreachable, 9, None)).unwrap();
    vault.mark_refresh("a", at(10)).unwrap();
    let marked = house.open().by_id("a").unwrap().unwrap();
    assert_eq!(marked.refresh_in_flight, Some(at(10)), "another process sees the mark");
    assert_eq!(
        (marked.status, marked.reason),
        (Status::Unreachable, Some(Code::NetworkDns)),
        "and the health"
    );
    assert_eq!(marked.checked_at, Some(at(2)), "not being reachable is no confirmation");

    let renewed = Tokens { refresh: tokens("a").refresh, issued_at: at(11), ..tokens("new") };
    vault.commit_refresh("a", &renewed, at(12), answered()).unwrap();
    let after = house.open().by_id("a").unwrap().unwrap();
    assert_eq!(after.refresh_in_flight, None, "no mark");
    assert_eq!((after.status, after.reason), (Status::Connected, None), "healthy");
    assert_eq!((after.checked_at, after.issued_at), (Some(at(12)), Some(at(11))), "and when");
    assert!(!after.rotates, "the same refresh token came back");
    assert_eq!(house.open().tokens("a").unwrap(), renewed, "the new tokens");

    vault.commit_refresh("a", &tokens("rotated"), at(13), answered()).unwrap();
    assert!(vault.by_id("a").unwrap().unwrap().rotates, "another refresh token came");
    vault.commit_refresh("a", &tokens("rotated"), at(14), answered()).unwrap();
    assert!(vault.by_id("a").unwrap().unwrap().rotates, "once seen is remembered");

    vault.mark_refresh("a", at(20)).unwrap();
    vault.clear_refresh_mark("a").unwrap();
    assert_eq!(vault.by_id("a").unwrap().unwrap().refresh_in_flight, None, "taken back");
}

/// The state after a power cut: the files as they are while the vault is still open.
fn after_a_power_cut(house: &House) -> House {
    let after = House { keychain: house.keychain.clone(), ..House::new() };
    for name in ["connections.db", "connections.db-wal"] {
        fs::copy(house.home.data().join(name), after.home.data().join(name)).unwrap();
    }
    after
}

#[test]
fn whatever_returned_is_there_after_a_power_cut() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    assert_eq!(after_a_power_cut(&house).open().pair("a").unwrap(), pair(), "a sign-in");
    vault.mark_refresh("a", at(10)).unwrap();
    let marked = after_a_power_cut(&house).open().by_id("a").unwrap().unwrap();
    assert_eq!(marked.refresh_in_flight, Some(at(10)), "the mark");
    vault.commit_refresh("a", &tokens("rotated"), at(11), answered()).unwrap();
    let after = after_a_power_cut(&house);
    assert_eq!(after.open().tokens("a").unwrap(), tokens("rotated"), "the rotated token");
    assert_eq!(
        after.open().by_id("a").unwrap().unwrap().refresh_in_flight,
        None,
        "and its mark gone with it"
    );
}

/// A copy of the files cannot show what had reached the disk; whether a commit waits for the disk can be checked.
/// (<https://www.sqlite.org/pragma.html#pragma_synchronous>)
#[test]
fn a_commit_waits_until_it_is_on_the_disk() {
    let house = House::new();
    drop(house.open());
    for (vault, which) in [(house.open(), "one that was there"), (House::new().open(), "a new one")] {
        let pragma = |name| {
            let read = |row: &rusqlite::Row<'_>| row.get::<_, rusqlite::types::Value>(0);
            vault.database().unwrap().pragma_query_value(None, name, read).unwrap()
        };
        assert_eq!(pragma("synchronous"), 2_i64.into(), "{which}: FULL");
        assert_eq!(
            pragma("journal_mode"),
            "wal".to_owned().into(),
            "{which}: which FULL syncs at each commit"
        );
    }
}

#[test]
fn expiry_is_set_as_given() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    vault.set_expiry("a", None, Some(at(99))).unwrap();
    let stored = vault.tokens("a").unwrap();
    assert_eq!((stored.expires_at, stored.proved_at), (None, Some(at(99))), "both, the absent one too");
}

#[test]
fn history_keeps_the_newest_lines_of_each_connection() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "beta");
    for number in 0..510 {
        vault.note("a", at(10 + number), &format!("line {number}")).unwrap();
    }
    let lines = vault.history("a").unwrap();
    assert_eq!(lines.len(), 500, "five hundred");
    assert_eq!(lines.first().map(|line| line.text.as_str()), Some("line 509"), "the newest first");
    assert_eq!(vault.history("b").unwrap().len(), 1, "another's is untouched");
}

#[test]
fn forgetting_leaves_no_trace_in_the_files() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "beta");
    vault.note("a", at(5), "a line about acme-only").unwrap();
    vault.forget("a").unwrap();
    assert_eq!(vault.by_id("a").unwrap(), None, "no record");
    assert_eq!(vault.history("a").unwrap(), [], "no history");
    assert_eq!(vault.tokens("a"), Err(VaultError::Gone), "no tokens");
    assert!(!house.contains("acme-only") && !house.contains("acme@acme.example"), "nor in the files");
    assert_eq!(vault.tokens("b").unwrap(), tokens("b"), "the other is whole");
}

#[test]
fn the_key_of_a_real_org_is_recognised() {
    let house = House::new();
    let vault = house.open();
    let key = pair().key;
    assert_eq!(vault.key_used_by_real_org(&key), Ok(false), "nothing is stored");
    assert_eq!(house.keychain.inside().reads, 0, "and the keychain is left alone for that");
    let practice = Record { kind: OrgKind::Practice, ..record("p", "rehearsal") };
    vault.store_sign_in(&practice, &pair(), &tokens("p"), "Signed in").unwrap();
    assert_eq!(vault.key_used_by_real_org(&key), Ok(false), "a practice org's own");
    store(&vault, "a", "acme");
    assert_eq!(vault.key_used_by_real_org(&key), Ok(true), "a real org's");
    assert_eq!(vault.key_used_by_real_org(&Secret::new("3MVG9.another")), Ok(false), "nobody's");
}

#[test]
fn a_key_that_was_compared_is_known_by_what_is_stored_now() {
    let house = House::new();
    let (vault, other) = (house.open(), house.open());
    let (first, second) = (pair(), Pair { key: Secret::new("3MVG9.second"), ..pair() });
    let known = |key: &Secret| {
        let owners = vault.owners_of_key(key).unwrap().into_iter().map(|owner| owner.alias);
        (vault.key_used_by_real_org(key).unwrap(), owners.collect::<Vec<_>>())
    };
    let nobody = (false, Vec::new());
    let used_by = |alias: &str| (true, vec![alias.to_owned()]);
    store(&vault, "a", "acme");
    for _ in 0..2 {
        assert_eq!(known(&first.key), used_by("acme"), "the same, however often it is asked");
        assert_eq!(known(&second.key), nobody);
    }
    other.store_sign_in(&record("b", "beta"), &second, &tokens("b"), "Signed in").unwrap();
    assert_eq!(known(&second.key), used_by("beta"), "what another process stores counts at once");
    other.rename("a", "acme 2").unwrap();
    assert_eq!(known(&first.key), used_by("acme 2"));
    vault.store_sign_in(&record("a", "acme"), &second, &tokens("a"), "Signed in").unwrap();
    assert_eq!(known(&first.key), nobody, "and what this one stores");
    vault.forget("a").unwrap();
    assert_eq!(known(&second.key), used_by("beta"));
    other.forget("b").unwrap();
    assert_eq!(known(&second.key), nobody);
}

#[test]
fn two_vaults_on_one_file_lose_nothing() {
    let house = House::new();
    thread::scope(|scope| {
        for writer in ["x", "y", "z"] {
            let house = &house;
            scope.spawn(move || {
                let vault = house.open();
                for number in 0..20 {
                    let id = format!("{writer}{number}");
                    store(&vault, &id, &format!("alias-{id}"));
                    vault.mark_refresh(&id, at(3)).unwrap();
                    vault.commit_refresh(&id, &tokens("rotated"), at(4), answered()).unwrap();
                    assert_eq!(vault.tokens(&id).unwrap(), tokens("rotated"), "its own is there at once");
                }
            });
        }
    });
    let vault = house.open();
    assert_eq!(vault.list().unwrap().len(), 60, "every connection");
    for record in vault.list().unwrap() {
        assert_eq!(vault.tokens(&record.id).unwrap(), tokens("rotated"), "tokens of {}", record.id);
        assert_eq!(record.refresh_in_flight, None, "no mark on {}", record.id);
    }
}

#[test]
fn opening_and_closing_at_once_never_fails() {
    let house = House::new();
    thread::scope(|scope| {
        for worker in 0..6 {
            let house = &house;
            scope.spawn(move || {
                for round in 0..25 {
                    let vault = house.open();
                    vault.ready().unwrap();
                    store(&vault, &format!("{worker}"), &format!("alias-{worker}"));
                    assert!(!vault.list().unwrap().is_empty(), "round {round} of {worker}");
                }
            });
        }
    });
    assert_eq!(house.keychain.inside().entries.len(), 1, "one installation, one key");
}
