//! Groups of connections.

use super::*;
use crate::contract::view::{Colour, Group};

#[test]
fn a_group_has_one_name_and_colour_for_all_that_are_in_it_and_goes_with_the_last() {
    let house = House::new();
    let vault = house.open();
    for id in ["a", "b", "c"] {
        store(&vault, id, id);
    }
    let group = |name: &str, colour| Group { name: name.to_owned(), colour };
    vault.set_group("a", Some("Acme"), None).unwrap();
    vault.set_group("b", Some("Acme"), None).unwrap();
    vault.set_group("c", Some("Globex"), None).unwrap();
    let groups = house.open().groups().unwrap();
    let [first, second] = [Colour::ALL[0], Colour::ALL[1]];
    assert_eq!(groups.get("a"), Some(&group("Acme", first)));
    assert_eq!(groups.get("b"), Some(&group("Acme", first)), "the same group");
    assert_eq!(groups.get("c"), Some(&group("Globex", second)), "another one, another colour");
    vault.set_group("b", Some("Acme"), Some(Colour::Violet)).unwrap();
    assert_eq!(vault.groups().unwrap().get("a"), Some(&group("Acme", Colour::Violet)), "for all of them");
    vault.set_group("b", Some("Globex"), None).unwrap();
    vault.forget("a").unwrap();
    vault.set_group("c", None, None).unwrap();
    assert_eq!(
        vault.groups().unwrap().into_iter().collect::<Vec<_>>(),
        [("b".to_owned(), group("Globex", second))]
    );
    vault.set_group("b", Some("Acme"), None).unwrap();
    assert_eq!(vault.groups().unwrap().get("b"), Some(&group("Acme", first)), "a group that is new again");
    store(&vault, "b", "b");
    assert!(vault.groups().unwrap().contains_key("b"), "a new sign-in changes nothing of it");
}
