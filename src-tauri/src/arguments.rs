//! The window's arguments. They may hold anything: a link on a web page can start the window.

use std::ffi::OsString;

use connect_agent::window;
use connect_core::{contract::view::Place, org::oauth, secret::Secret};

/// The window's task, as its arguments name it.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Called {
    /// The address of a link of ours. Any program may have made it.
    pub(crate) link: Option<Secret>,
    pub(crate) place: Option<Place>,
}

/// Reads the arguments after the program's name. A single valid one is used; any other number, or an invalid one, only
/// opens the window.
pub(crate) fn read(arguments: impl Iterator<Item = OsString>) -> Called {
    let mut arguments = arguments.fuse();
    let (first, second) = (arguments.next(), arguments.next());
    let Some(only) = first.filter(|_| second.is_none()) else { return Called::default() };
    let Some(text) = only.to_str() else { return Called::default() };
    if oauth::is_link(text) {
        return Called { link: Some(Secret::new(text)), place: None };
    }
    Called { link: None, place: window::place(text) }
}

#[cfg(test)]
mod tests {
    use connect_core::org::address::LINK_TO_WINDOW;
    use proptest::prelude::*;

    use super::*;

    const LINK: &str = "com.getdatatrax.connect://auth/salesforce/callback?code=a&state=dtxc1.b";

    fn called(arguments: &[&str]) -> Called {
        read(arguments.iter().map(OsString::from))
    }

    #[test]
    fn one_argument_names_a_place_or_none() {
        assert_eq!(called(&["--settings"]).place, Some(Place::Settings), "a place");
        assert_eq!(called(&[]), Called::default(), "the window, wherever it was");
    }

    #[test]
    fn a_link_is_the_only_argument_or_none() {
        assert!(called(&[LINK]).link.is_some(), "a link");
        for arguments in [
            vec![LINK, "--add"],
            vec!["--add", LINK],
            vec![LINK, "--settings", ""],
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
    fn a_link_without_an_answer_only_brings_the_window_forward() {
        assert_eq!(called(&[LINK_TO_WINDOW]), Called::default(), "wherever it was");
    }

    #[test]
    fn bytes_that_are_no_text_call_the_window_only() {
        assert_eq!(read([no_text()].into_iter()), Called::default(), "no text");
    }

    #[cfg(unix)]
    fn no_text() -> OsString {
        std::os::unix::ffi::OsStringExt::from_vec(vec![0x2d, 0xff, 0xfe])
    }

    #[cfg(windows)]
    fn no_text() -> OsString {
        std::os::windows::ffi::OsStringExt::from_wide(&[0x2d, 0xd800])
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
