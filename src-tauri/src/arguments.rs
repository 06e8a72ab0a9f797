//! What the window is called with. Anybody may call it, with anything: a link on a web page does.

use std::ffi::OsString;

use connect_core::{oauth, secret::Secret, view::Place};

/// In bytes. The longest alias has 64 characters, the number of a sign-in 32.
const LONGEST_NAME: usize = 256;

/// What is wanted of the window.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Called {
    /// The address of a link of ours. Says nothing about who made it.
    pub(crate) link: Option<Secret>,
    pub(crate) place: Option<Place>,
}

/// Reads the arguments after the program's own name. One is taken; more than one, or one that is not understood, calls
/// the window and nothing else.
pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Called {
    let mut arguments = arguments.fuse();
    let (first, second) = (arguments.next(), arguments.next());
    let Some(only) = first.filter(|_| second.is_none()) else { return Called::default() };
    let Some(text) = only.to_str() else { return Called::default() };
    if oauth::is_link(text) {
        return Called { link: Some(Secret::new(text)), place: None };
    }
    Called { link: None, place: place(text) }
}

fn place(argument: &str) -> Option<Place> {
    match argument {
        "--add" => return Some(Place::Add),
        "--settings" => return Some(Place::Settings),
        _ => {}
    }
    let is_name =
        |name: &&str| !name.is_empty() && name.len() <= LONGEST_NAME && !name.chars().any(char::is_control);
    if let Some(alias) = argument.strip_prefix("--connection=").filter(is_name) {
        return Some(Place::Connection { alias: alias.to_owned() });
    }
    if let Some(host) = argument.strip_prefix("--set-up=").filter(is_name) {
        return Some(Place::SetUp { host: host.to_owned() });
    }
    let id = argument.strip_prefix("--attempt=").filter(is_name)?;
    let is_number = id.chars().all(|digit| digit.is_ascii_hexdigit());
    is_number.then(|| Place::Attempt { id: id.to_owned() })
}

/// How the window is called for a place, as [`read`] reads it.
pub(crate) fn write(place: &Place) -> Option<String> {
    match place {
        Place::Connections => None,
        Place::Connection { alias } => Some(format!("--connection={alias}")),
        Place::Add => Some("--add".to_owned()),
        Place::SetUp { host } => Some(format!("--set-up={host}")),
        Place::Attempt { id } => Some(format!("--attempt={id}")),
        Place::Settings => Some("--settings".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::ffi::OsStringExt;

    use proptest::prelude::*;

    use super::*;

    const LINK: &str = "com.getdatatrax.connect://auth/salesforce/callback?code=a&state=dtxc1.b";

    fn called(arguments: &[&str]) -> Called {
        read(arguments.iter().map(OsString::from))
    }

    #[test]
    fn each_place_can_be_called_for() {
        let connection = Place::Connection { alias: "Acme, uat".to_owned() };
        let setup = Place::SetUp { host: "acme--uat.sandbox.my.salesforce.com".to_owned() };
        let attempt = Place::Attempt { id: "0a1b".to_owned() };
        for place in [Place::Add, Place::Settings, connection, setup, attempt] {
            let argument = write(&place).unwrap();
            assert_eq!(called(&[&argument]).place, Some(place), "{argument}");
        }
        assert_eq!(called(&[]), Called::default(), "the window, wherever it was");
    }

    #[test]
    fn a_link_is_the_only_argument_or_none() {
        assert!(called(&[LINK]).link.is_some(), "a link");
        for arguments in [
            vec![LINK, "--add"],
            vec!["--add", LINK],
            vec!["com.getdatatrax.connect:"],
            vec!["com.getdatatrax.connect://other?code=a&state=dtxc1.b"],
            vec!["https://example.com/"],
            vec!["--connection="],
            vec!["--connection=a\nb"],
            vec!["--set-up="],
            vec!["--attempt=../x"],
            vec!["--help"],
            vec![""],
        ] {
            assert_eq!(called(&arguments), Called::default(), "{arguments:?}");
        }
    }

    #[test]
    fn bytes_that_are_no_text_call_the_window_only() {
        let bytes = OsString::from_vec(vec![0x2d, 0xff, 0xfe]);
        assert_eq!(read([bytes].into_iter()), Called::default(), "no text");
    }

    proptest! {
        #[test]
        fn any_argument_is_read_without_harm(argument in "(--add|--connection=|--set-up=|--attempt=|com\\.getdatatrax\\.connect://auth/salesforce/callback\\?)?\\PC{0,80}") {
            let Called { link, place } = called(&[&argument]);
            prop_assert!(link.is_none() || place.is_none(), "one of them at most");
            prop_assert_eq!(link.is_some(), oauth::is_link(&argument));
        }
    }
}
