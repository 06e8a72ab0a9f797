//! What is kept for a while of a connection that was disconnected: what belongs to its name, and nothing that was ever sealed.

use std::thread;

use time::Duration;

use super::*;
use crate::{
    contract::view::{Asker, BrowserChoice, RotationMove, Use},
    guide::{rotation::Plan, setup::Setup},
    vault::set_aside::{KEPT_FOR, MOST, SetAside},
};

const HOST: &str = "acme--uat.sandbox.my.salesforce.com";
const PROGRAM: &str = "/usr/bin/make";

/// A connection with all that a connection can have.
fn full(vault: &Vault, id: &str, alias: &str) {
    store(vault, id, alias);
    vault.note(id, at(5), "A line of its own.").unwrap();
    vault.set_group(id, Some("Acme, Inc."), None).unwrap();
    vault.set_browser(id, &BrowserChoice::Ask).unwrap();
    let by = Asker { program: Some(PROGRAM.to_owned()), through_dtx: true };
    let used = Use { by, first_at: at(3), last_at: at(4), token: 2, fresh: 1, run: 0 };
    vault.add_uses(&[(id.to_owned(), used)]).unwrap();
    vault.set_consent(id, Some(PROGRAM), Some(true), at(4)).unwrap();
    vault.set_pasted(id, at(2)).unwrap();
    vault.begin_setup((HOST, &format!("https://{HOST}")), &Setup::default(), at(0)).unwrap();
    vault.link_setup(HOST, Some(alias)).unwrap();
    vault.begin_rotation(id, &Plan::new(false, at(6))).unwrap();
    vault.change_rotation(id, |plan| plan.said(RotationMove::Agree, at(6))).unwrap();
    let next = Pair { key: Secret::new("3MVG9.planted.next.key"), secret: Secret::new("PLANTED-NEXT") };
    vault.keep_next_pair(id, &next, |plan| plan.pasted(at(7)).is_ok()).unwrap();
}

/// Disconnects it: its tokens are revoked at once.
fn disconnect(vault: &Vault, id: &str, seconds: i64) -> SetAside {
    vault.leave_later(id, at(seconds)).unwrap();
    vault.forget(id).unwrap();
    let kept = vault.set_aside(at(seconds)).unwrap();
    kept.into_iter().find(|one| one.was == id).expect("it is set aside")
}

/// Everything that is sealed in the database.
fn sealed(house: &House) -> Vec<Vec<u8>> {
    let database = rusqlite::Connection::open(house.home.database()).unwrap();
    let mut query = database.prepare("SELECT sealed FROM secret").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn lines(vault: &Vault, id: &str) -> Vec<String> {
    vault.history(id).unwrap().into_iter().map(|line| line.text).collect()
}

#[test]
fn what_belongs_to_the_name_is_set_aside_and_nothing_that_was_sealed() {
    let house = House::new();
    let vault = house.open();
    full(&vault, "a", "acme");
    let before = sealed(&house);
    assert!(before.len() >= 6, "pair, tokens, and the next pair: {}", before.len());
    let kept = disconnect(&vault, "a", 9);
    assert_eq!((kept.alias.as_str(), kept.since, kept.until()), ("acme", at(9), at(9) + KEPT_FOR));
    assert_eq!(
        (kept.record.username.as_str(), &*kept.record.org_id),
        ("acme@acme.example", "00D000000000001EAA")
    );
    assert_ne!(kept.record.id, "a", "under an id that no secret was ever bound to");
    assert!(vault.list().unwrap().is_empty(), "it is no connection");
    assert_eq!(vault.find("acme").unwrap(), None, "and its name is free");
    assert_eq!(vault.by_id(&kept.record.id).unwrap(), None, "nobody refreshes it");
    assert!(vault.leaving().unwrap().is_empty() && !vault.has_secrets(&kept.record.id).unwrap());
    assert_eq!(sealed(&house), Vec::<Vec<u8>>::new(), "nothing sealed");
    let bytes = house.bytes();
    for sealed in &before {
        assert!(bytes.windows(sealed.len()).all(|window| window != sealed), "nor anywhere in the files");
    }
    assert_eq!(vault.rotation(&kept.record.id).unwrap(), None, "a rotation ends with its pair");
    assert_eq!(vault.setup(HOST).unwrap().unwrap().alias, None, "its set-up leads nowhere for now");
}

#[test]
fn brought_back_it_has_name_history_group_and_set_up_and_needs_its_pair() {
    let house = House::new();
    let vault = house.open();
    full(&vault, "a", "acme");
    let kept = disconnect(&vault, "a", 9);
    let id = kept.record.id.as_str();
    let back = house.open().bring_back(id, at(20)).unwrap().expect("in another process, too");
    assert_eq!((back.alias.as_str(), back.status), ("acme", Status::NotConnected));
    assert_eq!((back.reason, back.issued_at), (Some(Code::BroughtBack), None));
    assert_eq!(vault.find("acme").unwrap().as_ref(), Some(&back), "in the list again");
    assert_eq!(vault.health_record(id).unwrap().since, Some(at(20)), "since then");
    let told = lines(&vault, id);
    let [brought_back, disconnected, own, signed_in] = told.as_slice() else { panic!("{told:?}") };
    assert!(
        brought_back.starts_with("Brought back.") && disconnected.starts_with("Disconnected."),
        "{told:?}"
    );
    assert_eq!((own.as_str(), signed_in.as_str()), ("A line of its own.", "Signed in"));
    assert_eq!(vault.groups().unwrap().get(id).map(|group| group.name.as_str()), Some("Acme, Inc."));
    assert_eq!(vault.browser(id).unwrap(), Some(BrowserChoice::Ask), "where its pages open");
    assert_eq!(vault.uses(id).unwrap().len(), 1, "which programs had its tokens");
    assert!(vault.consents(id).unwrap().is_empty(), "and none that may have them");
    assert_eq!(vault.setup(HOST).unwrap().unwrap().alias.as_deref(), Some("acme"), "its set-up");
    assert_eq!(vault.pair(id), Err(VaultError::BroughtBack), "key and secret are gone");
    assert_eq!(vault.tokens(id), Err(VaultError::BroughtBack), "and so are the tokens");
    assert_eq!(vault.bring_back(id, at(21)).unwrap(), None, "once");
    assert!(vault.set_aside(at(21)).unwrap().is_empty() && !vault.forget_set_aside(id).unwrap());

    store(&vault, id, "acme");
    assert_eq!(vault.tokens(id).unwrap(), tokens(id), "signed in to, it works");
    assert_eq!(lines(&vault, id).len(), 5, "with its history");
}

#[test]
fn a_name_that_is_taken_meanwhile_gets_the_first_free_number() {
    let house = House::new();
    let vault = house.open();
    let mut kept = Vec::new();
    for id in ["a", "b"] {
        store(&vault, id, "acme");
        kept.push(disconnect(&vault, id, 9));
    }
    store(&vault, "c", "acme");
    store(&vault, "d", "acme-2");
    let back = |kept: &SetAside| vault.bring_back(&kept.record.id, at(20)).unwrap().unwrap();
    let (first, second) = (back(&kept[0]), back(&kept[1]));
    assert_eq!((first.alias.as_str(), second.alias.as_str()), ("acme-3", "acme-4"));
    assert_eq!(vault.find("acme").unwrap().unwrap().id, "c", "nobody's name is taken away");
    assert!(lines(&vault, &first.id)[0].contains("another connection is called acme now"));
}

#[test]
fn it_is_kept_for_thirty_days_and_then_gone_from_the_files() {
    let house = House::new();
    let vault = house.open();
    full(&vault, "a", "acme");
    let kept = disconnect(&vault, "a", 9);
    let (id, end) = (kept.record.id.as_str(), at(9) + KEPT_FOR);
    let last = end - Duration::SECOND;
    assert!(!vault.forget_old_set_aside(last).unwrap(), "in time");
    assert_eq!(vault.set_aside(last).unwrap().len(), 1);
    assert_eq!(
        vault.set_aside(at(9) - Duration::HOUR).unwrap().len(),
        1,
        "also by a clock that was put back"
    );
    assert_eq!(vault.set_aside(at(9) - KEPT_FOR), Ok(Vec::new()), "not by one that was months ahead");
    assert_eq!(vault.set_aside(end), Ok(Vec::new()), "over, before anybody has tidied up");
    assert_eq!(vault.bring_back(id, end).unwrap(), None, "too late");
    assert!(house.contains("acme@acme.example"), "it is there until then");
    assert!(vault.forget_old_set_aside(end).unwrap(), "tidied up");
    assert!(!vault.forget_old_set_aside(end).unwrap(), "once");
    for trace in ["acme@acme.example", "A line of its own.", "Acme, Inc.", PROGRAM] {
        assert!(!house.contains(trace), "{trace} is in no file, nor in the copy");
    }
}

#[test]
fn forgotten_at_once_it_is_gone_from_the_files() {
    let house = House::new();
    let vault = house.open();
    for by_former_id in [false, true] {
        full(&vault, "a", "acme");
        let kept = disconnect(&vault, "a", 9);
        let id = if by_former_id { "a" } else { kept.record.id.as_str() };
        assert!(vault.forget_set_aside(id).unwrap(), "there was one");
        assert!(!vault.forget_set_aside(id).unwrap(), "and none any more");
        assert_eq!(vault.bring_back(&kept.record.id, at(10)).unwrap(), None);
        for trace in ["acme@acme.example", "A line of its own.", "Acme, Inc.", PROGRAM] {
            assert!(!house.contains(trace), "{trace} is in no file, nor in the copy");
        }
    }
    full(&vault, "a", "acme");
    vault.leave_later("a", at(9)).unwrap();
    let copy = || fs::read(house.home.database_copy()).unwrap_or_default();
    let has = |trace: &str| copy().windows(trace.len()).any(|bytes| bytes == trace.as_bytes());
    assert!(!has("A line of its own."), "nor in the copy while its tokens wait");
    store(&vault, "b", "beta");
    assert!(!vault.forget_set_aside("b").unwrap(), "a connection in use is none");
    assert!(vault.by_id("b").unwrap().is_some());
}

#[test]
fn what_stays_or_is_signed_in_to_after_all_has_all_of_it_again() {
    let house = House::new();
    let vault = house.open();
    full(&vault, "a", "acme");
    for signs_in in [false, true] {
        let before = lines(&vault, "a");
        vault.leave_later("a", at(9)).unwrap();
        assert_eq!(lines(&vault, "a"), Vec::<String>::new(), "set aside");
        if signs_in {
            store(&vault, "a", "acme");
        } else {
            vault.stay("a").unwrap();
        }
        assert_eq!(lines(&vault, "a").len(), before.len() + usize::from(signs_in), "its history");
        assert_eq!(vault.groups().unwrap().len(), 1, "its group");
        assert_eq!(vault.setup(HOST).unwrap().unwrap().alias.as_deref(), Some("acme"), "its set-up");
        assert_eq!(vault.uses("a").unwrap().len(), 1);
        assert!(
            vault.consents("a").unwrap().len() == 1 && vault.rotation("a").unwrap().is_some(),
            "and what never left"
        );
        assert_eq!(vault.set_aside(at(9)), Ok(Vec::new()), "nothing is set aside");
        assert_eq!(vault.tokens("a").unwrap(), tokens("a"));
    }
}

#[test]
fn the_name_comes_back_while_the_tokens_are_still_to_be_revoked() {
    let house = House::new();
    let vault = house.open();
    full(&vault, "a", "acme");
    vault.leave_later("a", at(9)).unwrap();
    let kept = vault.set_aside(at(9)).unwrap().remove(0);
    let back = vault.bring_back(&kept.record.id, at(10)).unwrap().unwrap();
    assert_eq!(vault.pair(&back.id), Err(VaultError::BroughtBack), "without what is to be revoked");
    assert_eq!(vault.leaving().unwrap()[0].record.id, "a", "which is still to be revoked");
    assert_eq!(vault.tokens("a").unwrap(), tokens("a"), "with its tokens");
    vault.stay("a").unwrap();
    assert_eq!(vault.leaving().unwrap().len(), 1, "it cannot stay: its name is in use again");
    vault.forget("a").unwrap();
    assert_eq!(vault.list().unwrap(), [back], "revoked and forgotten, it takes nothing along");
    assert_eq!(sealed(&house), Vec::<Vec<u8>>::new());
}

#[test]
fn replaced_tokens_leave_nothing_to_bring_back() {
    let house = House::new();
    let vault = house.open();
    full(&vault, "a", "acme");
    let replaced = Replaced { id: "old".to_owned(), pair: pair(), tokens: tokens("old") };
    let along = Along { replaced: Some(&replaced), ..Along::default() };
    vault.replace_sign_in(&record("a", "acme"), &pair(), &tokens("a"), "Again", &along).unwrap();
    vault.forget("old").unwrap();
    assert_eq!(vault.set_aside(at(9)), Ok(Vec::new()));
    assert_eq!(lines(&vault, "a").len(), 3, "all of it is the connection's");
}

#[test]
fn of_several_who_bring_it_back_at_once_one_does() {
    let house = House::new();
    store(&house.open(), "a", "acme");
    let kept = disconnect(&house.open(), "a", 9);
    let back: usize = thread::scope(|scope| {
        let tries: Vec<_> = (0..4)
            .map(|_| {
                let (vault, id) = (house.open(), kept.record.id.clone());
                scope.spawn(move || usize::from(vault.bring_back(&id, at(10)).unwrap().is_some()))
            })
            .collect();
        tries.into_iter().map(|tried| tried.join().unwrap()).sum()
    });
    assert_eq!((back, house.open().list().unwrap().len()), (1, 1));
}

#[test]
fn only_the_last_ones_are_kept() {
    let house = House::in_memory();
    let vault = house.open();
    for number in 0..=MOST {
        let id = number.to_string();
        store(&vault, &id, &format!("acme-{id}"));
        vault.leave_later(&id, at(number.into())).unwrap();
    }
    let kept = vault.set_aside(at(MOST.into())).unwrap();
    assert_eq!((kept.len(), kept[0].alias.as_str()), (MOST.try_into().unwrap(), &*format!("acme-{MOST}")));
    assert!(kept.iter().all(|one| one.alias != "acme-0"), "the oldest has gone");
    assert_eq!(vault.leaving().unwrap().len(), kept.len() + 1, "and is still to be revoked");
}

#[test]
fn the_copy_beside_the_database_has_nothing_of_it() {
    let house = House::new();
    let vault = house.open();
    full(&vault, "a", "acme");
    store(&vault, "b", "beta");
    let kept = disconnect(&vault, "a", 9);
    let is_in_copy = |text: &str| {
        let copy = fs::read(house.home.database_copy()).unwrap();
        copy.windows(text.len()).any(|window| window == text.as_bytes())
    };
    for trace in ["acme@acme.example", "A line of its own.", "Acme, Inc.", PROGRAM] {
        assert!(house.contains(trace) && !is_in_copy(trace), "{trace} is kept in the database alone");
    }
    assert!(is_in_copy("beta@acme.example"), "which has the others");
    vault.bring_back(&kept.record.id, at(10)).unwrap();
    assert!(is_in_copy("acme@acme.example"), "and this one once it is back");
}
