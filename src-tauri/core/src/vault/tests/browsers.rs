//! The browser of each connection.

use super::{trouble::vandal, *};
use crate::contract::view::BrowserChoice;

#[test]
fn a_browser_is_kept_with_its_connection_through_a_new_sign_in_and_goes_with_it() {
    let house = House::new();
    let vault = house.open();
    for id in ["a", "b", "c"] {
        store(&vault, id, id);
    }
    let work = BrowserChoice::In {
        browser: "chrome".to_owned(),
        profile: Some("Profile 1".to_owned()),
        private: true,
    };
    vault.set_browser("a", &work).unwrap();
    vault.set_browser("b", &BrowserChoice::Ask).unwrap();
    vault.set_browser("c", &BrowserChoice::Ask).unwrap();
    vault.set_browser("c", &BrowserChoice::Default).unwrap();
    store(&vault, "a", "a");
    let again = house.open();
    let kept: Vec<_> = again.browsers().unwrap().into_iter().collect();
    assert_eq!(kept, [("a".to_owned(), work.clone()), ("b".to_owned(), BrowserChoice::Ask)]);
    assert_eq!(again.browser("a").unwrap(), Some(work));
    assert_eq!(again.browser("c").unwrap(), None, "the default is none");
    again.forget("a").unwrap();
    assert_eq!(again.browser("a").unwrap(), None, "gone with its connection");
}

#[test]
fn a_choice_that_only_a_newer_program_knows_is_the_default_and_nothing_worse() {
    let house = House::new();
    let vault = house.open();
    store(&vault, "a", "a");
    let newer = "UPDATE connection SET browser = '{\"opens\":\"on_the_telephone\"}'";
    vandal(&house).execute(newer, []).unwrap();
    assert_eq!(vault.browser("a").unwrap(), None);
    assert!(vault.browsers().unwrap().is_empty());
    assert_eq!(vault.list().unwrap().len(), 1, "the connection can be read");
}
