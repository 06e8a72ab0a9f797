//! Which programs were given tokens.

use super::*;
use crate::{
    contract::view::{Asker, LastUse, Purpose, Use},
    vault::uses::KEPT,
};

fn by(program: Option<&str>, through_dtx: bool) -> Asker {
    Asker { program: program.map(str::to_owned), through_dtx }
}

fn once(by: &Asker, purpose: Purpose, seconds: i64) -> Use {
    Use::once(by.clone(), purpose, at(seconds))
}

#[test]
fn uses_are_counted_by_program_and_end_with_their_connection() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "bmw");
    let (make, itself, unknown) =
        (by(Some("/usr/bin/make"), true), by(Some("/usr/bin/make"), false), by(None, true));
    let of_a = |used| ("a".to_owned(), used);
    let uses = [
        of_a(once(&make, Purpose::Token, 10)),
        of_a(once(&make, Purpose::Run, 30)),
        of_a(once(&make, Purpose::Token, 20)),
        of_a(once(&itself, Purpose::Fresh, 25)),
        of_a(once(&unknown, Purpose::Token, 5)),
        ("b".to_owned(), once(&unknown, Purpose::Fresh, 7)),
        ("gone".to_owned(), once(&make, Purpose::Token, 40)),
    ];
    vault.add_uses(&uses).unwrap();
    vault.add_uses(&uses[..1]).unwrap();
    let expected = [
        Use { by: make.clone(), first_at: at(10), last_at: at(30), token: 3, fresh: 0, run: 1 },
        once(&itself, Purpose::Fresh, 25),
        once(&unknown, Purpose::Token, 5),
    ];
    assert_eq!(house.open().uses("a").unwrap(), expected, "the latest first, also in another process");
    let last = vault.last_uses().unwrap();
    assert_eq!(last.get("a"), Some(&LastUse { by: make, at: at(30) }));
    assert_eq!(last.get("b"), Some(&LastUse { by: unknown, at: at(7) }));
    assert_eq!(last.len(), 2, "and none of what is gone");
    vault.rename("a", "renamed").unwrap();
    store(&vault, "a", "renamed");
    assert_eq!(vault.uses("a").unwrap(), expected, "a new name and a new sign-in change nothing of it");
    vault.forget("a").unwrap();
    assert!(vault.uses("a").unwrap().is_empty() && !house.contains("/usr/bin/make"), "forgotten with it");
}

#[test]
fn a_few_programs_are_kept_and_the_oldest_go_first() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    let many = i64::from(KEPT) + 5;
    for number in 0..many {
        let program = by(Some(&format!("/bin/{number}")), false);
        vault.add_uses(&[("a".to_owned(), once(&program, Purpose::Token, number))]).unwrap();
    }
    let kept: Vec<_> = vault.uses("a").unwrap().into_iter().filter_map(|used| used.by.program).collect();
    let expected: Vec<_> = (5..many).rev().map(|number| format!("/bin/{number}")).collect();
    assert_eq!(kept, expected);
}

#[test]
fn what_another_process_writes_is_not_waited_for() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    let mut other = rusqlite::Connection::open(house.home.database()).unwrap();
    let writing = other.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate).unwrap();
    let used = ("a".to_owned(), once(&by(None, false), Purpose::Token, 1));
    assert_eq!(vault.add_uses(std::slice::from_ref(&used)), Err(VaultError::Busy), "and nothing is written");
    drop(writing);
    vault.add_uses(&[used]).unwrap();
    assert_eq!(vault.uses("a").unwrap().len(), 1, "later it is");
}
