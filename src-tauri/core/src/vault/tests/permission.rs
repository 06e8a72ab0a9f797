//! Whether programs may be given tokens.

use super::*;

#[test]
fn a_pause_holds_for_every_process_until_it_is_ended_and_keeps_its_begin() {
    let house = House::new();
    let vault = house.open();
    assert_eq!(vault.paused_since().unwrap(), None, "nobody has asked for one");
    vault.pause(Some(at(5))).unwrap();
    vault.pause(Some(at(9))).unwrap();
    assert_eq!(house.open().paused_since().unwrap(), Some(at(5)), "asked for twice it is the same one");
    vault.pause(None).unwrap();
    vault.pause(None).unwrap();
    assert_eq!(house.open().paused_since().unwrap(), None, "ended");
}

#[test]
fn what_was_said_of_a_program_holds_for_one_connection_and_can_be_taken_back() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "acme");
    store(&vault, "b", "bmw");
    let (make, unknown) = (Some("/usr/bin/make"), None);
    assert_eq!(vault.consent("a", make).unwrap(), None, "nothing was said");
    vault.set_consent("a", make, Some(false), at(1)).unwrap();
    vault.set_consent("a", unknown, Some(false), at(2)).unwrap();
    vault.set_consent("a", make, Some(true), at(3)).unwrap();
    let vault = house.open();
    assert_eq!(vault.consent("a", make).unwrap(), Some(true), "what was said last, in every process");
    assert_eq!(vault.consent("a", unknown).unwrap(), Some(false));
    assert_eq!(vault.consent("b", make).unwrap(), None, "another connection is another question");
    assert_eq!(vault.consent("a", Some("/usr/bin/make2")).unwrap(), None, "and so is another program");
    let said: Vec<_> =
        vault.consents("a").unwrap().into_iter().map(|said| (said.program, said.allowed)).collect();
    assert_eq!(said, [(make.map(str::to_owned), true), (None, false)]);
    vault.set_consent("a", make, None, at(4)).unwrap();
    assert_eq!(vault.consent("a", make).unwrap(), None, "taken back");
    vault.forget("a").unwrap();
    assert!(vault.consents("a").unwrap().is_empty(), "forgotten with the connection");
}
