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
