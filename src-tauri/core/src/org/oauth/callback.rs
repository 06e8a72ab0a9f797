//! Strict parsing of what the browser brings back: any program may have sent it.

use std::borrow::Cow;

use url::form_urlencoded;
use zeroize::Zeroizing;

use super::FIRST_OF_STATE;
use crate::{
    explain::{self, Code, Said},
    org::address::LINK_CALLBACK,
    secret::Secret,
};

/// The longest query, in bytes. Salesforce's callbacks have a few hundred.
pub(super) const LONGEST_QUERY: usize = 8 * 1024;
const LONGEST_CODE: usize = 2 * 1024;
const LONGEST_STATE: usize = 256;
const MOST_PARAMETERS: usize = 32;

/// The org's answer to a sign-in.
#[derive(Clone, Debug)]
pub enum Callback {
    Code(Secret),
    /// Refused, with the org's own words, made fit to show.
    Refused(Code, Option<Said>),
}

/// Why a callback does not answer the sign-in. It neither ends the sign-in nor moves it on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallbackError {
    #[error("this is not an answer to a sign-in of this program")]
    NotOurs,
    #[error("this answers another sign-in")]
    WrongState,
    #[error("this cannot be read as an answer to a sign-in")]
    Unreadable,
    /// A part of the answer to this sign-in, pasted by hand.
    #[error("a part of the address is missing")]
    Cut,
    #[error("this is the code without its state")]
    OnlyCode,
    /// A page, pasted by hand, that names an error. It proves nothing, and ends nothing.
    #[error("this says why a sign-in was refused")]
    Told(Code),
}

/// Reads the query of a callback address: the text between `?` and `#`.
///
/// The parameters of RFC 6749, section 4.1.2, may occur once each; others are ignored.
///
/// # Errors
/// Anything but one well-formed answer with the issued `state`.
pub fn read_callback(query: &str, state: &Secret) -> Result<Callback, CallbackError> {
    let fields = Fields::read(query).ok_or(CallbackError::Unreadable)?;
    if fields.state_of_ours()? != *state {
        return Err(CallbackError::WrongState);
    }
    fields.callback()
}

/// The `state` of a well-formed answer, to whichever sign-in it is.
pub(super) fn state_of(query: &str) -> Option<Secret> {
    let fields = Fields::read(query)?;
    let state = fields.state_of_ours().ok()?;
    fields.callback().is_ok().then_some(state)
}

/// Whether a text can be a link of ours: exactly our address, with a query, and no longer than allowed. Any program may
/// have made it.
pub fn is_link(text: &str) -> bool {
    query_of_link(text).is_some()
}

/// Reads the address of a link: [`LINK_CALLBACK`] with a query.
///
/// # Errors
/// As [`read_callback`]; [`CallbackError::NotOurs`] for anything that [`is_link`] refuses.
pub fn read_link(text: &str, state: &Secret) -> Result<Callback, CallbackError> {
    read_callback(&query_of_link(text).ok_or(CallbackError::NotOurs)?, state)
}

/// The query of a link, encoded again: KDE's opener decodes spaces and letters beyond ASCII.
fn query_of_link(text: &str) -> Option<Zeroizing<String>> {
    let rest = text.strip_prefix(LINK_CALLBACK)?.strip_prefix('?')?;
    let (query, fragment) = rest.split_once('#').unwrap_or((rest, ""));
    let was_decoded = |character: char| character == ' ' || !(character.is_ascii() || character.is_control());
    let fits = |character: char| character.is_ascii_graphic() || was_decoded(character);
    if text.len() > 2 * LONGEST_QUERY || !query.chars().all(fits) || !is_printable(fragment) {
        return None;
    }
    // Allocated at its final size, so that no copy is left in memory.
    let mut encoded = Zeroizing::new(String::with_capacity(3 * query.len()));
    for character in query.chars() {
        if was_decoded(character) {
            encoded.extend(form_urlencoded::byte_serialize(character.encode_utf8(&mut [0; 4]).as_bytes()));
        } else {
            encoded.push(character);
        }
    }
    Some(encoded)
}

/// The known parameters, decoded once.
#[derive(Default)]
struct Fields<'a> {
    code: Option<Cow<'a, str>>,
    state: Option<Cow<'a, str>>,
    error: Option<Cow<'a, str>>,
    error_description: Option<Cow<'a, str>>,
}

impl<'a> Fields<'a> {
    /// `None` for a query that is too long, badly encoded, or repeats a known parameter.
    fn read(query: &'a str) -> Option<Self> {
        if query.len() > LONGEST_QUERY || !is_well_encoded(query) {
            return None;
        }
        let mut fields = Self::default();
        for (index, (name, value)) in form_urlencoded::parse(query.as_bytes()).enumerate() {
            if index == MOST_PARAMETERS {
                return None;
            }
            let field = match name.as_ref() {
                "code" => &mut fields.code,
                "state" => &mut fields.state,
                "error" => &mut fields.error,
                "error_description" => &mut fields.error_description,
                _ => continue,
            };
            if field.replace(value).is_some() {
                return None;
            }
        }
        Some(fields)
    }

    fn state_of_ours(&self) -> Result<Secret, CallbackError> {
        let given = self.state.as_deref().unwrap_or_default();
        if !given.starts_with(FIRST_OF_STATE) {
            return Err(CallbackError::NotOurs);
        }
        if given.len() > LONGEST_STATE { Err(CallbackError::WrongState) } else { Ok(Secret::new(given)) }
    }

    fn callback(self) -> Result<Callback, CallbackError> {
        match (self.code, self.error) {
            (Some(code), None) if is_printable(&code) && !code.is_empty() && code.len() <= LONGEST_CODE => {
                Ok(Callback::Code(Secret::new(code)))
            }
            (None, Some(error)) if is_printable(&error) && !error.is_empty() => {
                let description = self.error_description.unwrap_or_default();
                let code = explain::authorize_error(&error, &description);
                Ok(Callback::Refused(code, Said::of(&error, &description)))
            }
            _ => Err(CallbackError::Unreadable),
        }
    }
}

/// Whether all is printable ASCII, and every `%` starts an escape.
fn is_well_encoded(query: &str) -> bool {
    let mut bytes = query.bytes();
    while let Some(byte) = bytes.next() {
        let is_escape = byte == b'%';
        if !byte.is_ascii_graphic() || byte == b'#' {
            return false;
        }
        if is_escape && !(is_hex(bytes.next()) && is_hex(bytes.next())) {
            return false;
        }
    }
    true
}

fn is_hex(byte: Option<u8>) -> bool {
    byte.is_some_and(|byte| byte.is_ascii_hexdigit())
}

/// Whether a code or an error has only its allowed characters: RFC 6749, appendix A, without the space.
fn is_printable(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const CALLBACK: &str = "http://localhost:17177/auth/salesforce/callback";

    fn state() -> Secret {
        Secret::new("dtxc1.hGq0Zk3xYb7PpW2vN5tRcA")
    }

    fn with_state(rest: &str) -> String {
        format!("{rest}&state={}", state().expose())
    }

    fn code_of(result: Result<Callback, CallbackError>) -> String {
        match result.expect("an answer") {
            Callback::Code(code) => code.expose().to_owned(),
            Callback::Refused(code, _) => panic!("refused: {code:?}"),
        }
    }

    #[test]
    fn the_code_of_a_callback_is_decoded_exactly_once() {
        let once = read_callback(&with_state("code=aPrx.abc_%3D%3D"), &state());
        assert_eq!(code_of(once), "aPrx.abc_==", "Salesforce's codes end in escaped equals signs");
        let not_twice = read_callback(&with_state("code=a%253D"), &state());
        assert_eq!(code_of(not_twice), "a%3D", "what was escaped twice stays escaped once");
    }

    #[test]
    fn unknown_parameters_of_a_callback_are_ignored() {
        let query = with_state("sfdc_community_url=https%3A%2F%2Fx&code=abc&display=page&display=page");
        assert_eq!(code_of(read_callback(&query, &state())), "abc", "unknown parameters, even twice");
    }

    #[test]
    fn refusals_in_a_callback_are_told_apart() {
        for (query, expected) in [
            ("error=access_denied&error_description=end-user+denied+authorization", Code::Denied),
            ("error=access-denied", Code::Denied),
            ("error=OAUTH_EC_APP_NOT_FOUND&error_description=x", Code::AppNotInOrg),
            ("error=something_new", Code::AuthorizeRefused),
        ] {
            match read_callback(&with_state(query), &state()).expect("an answer") {
                Callback::Refused(code, _) => assert_eq!(code, expected, "{query}"),
                Callback::Code(_) => panic!("no code in {query}"),
            }
        }
    }

    #[test]
    fn any_other_request_is_no_answer_of_the_org() {
        use CallbackError::{NotOurs, Unreadable, WrongState};
        let ours = format!("state={}", state().expose());
        let table = [
            (String::new(), NotOurs),
            ("code=abc".to_owned(), NotOurs),
            ("code=abc&state=".to_owned(), NotOurs),
            ("code=abc&state=other".to_owned(), NotOurs),
            ("code=abc&state=dtxc1.".to_owned(), WrongState),
            ("code=abc&state=dtxc1.hGq0Zk3xYb7PpW2vN5tRcB".to_owned(), WrongState),
            (format!("code=abc&{ours}x"), WrongState),
            (format!("code=abc&state=DTXC1.{}", "hGq0Zk3xYb7PpW2vN5tRcA"), NotOurs),
            (format!("code=abc&state=dtxc1.{}", "a".repeat(300)), WrongState),
            (ours.clone(), Unreadable),
            (format!("code=&{ours}"), Unreadable),
            (format!("code=abc&code=abc&{ours}"), Unreadable),
            (format!("code=abc&{ours}&{ours}"), Unreadable),
            (format!("code=abc&error=access_denied&{ours}"), Unreadable),
            (format!("error=&{ours}"), Unreadable),
            (format!("code=a%0Ab&{ours}"), Unreadable),
            (format!("code=a%20b&{ours}"), Unreadable),
            (format!("code=a%C3%A9&{ours}"), Unreadable),
            (format!("code=a%ZZ&{ours}"), Unreadable),
            (format!("code=abc%&{ours}"), Unreadable),
            (format!("code=a b&{ours}"), Unreadable),
            (format!("code=é&{ours}"), Unreadable),
            (format!("code=abc&{ours}#fragment"), Unreadable),
            (format!("code={}&{ours}", "a".repeat(LONGEST_CODE + 1)), Unreadable),
            (format!("code=abc&{ours}&x={}", "a".repeat(LONGEST_QUERY)), Unreadable),
            (format!("{ours}&{}", "x=1&".repeat(MOST_PARAMETERS)), Unreadable),
        ];
        for (query, expected) in table {
            let error = read_callback(&query, &state()).expect_err(&query);
            assert_eq!(error, expected, "{query}");
        }
    }

    #[test]
    fn a_link_is_our_address_to_the_letter() {
        let good = format!("{LINK_CALLBACK}?{}", with_state("code=abc%3D"));
        assert_eq!(code_of(read_link(&good, &state())), "abc=", "the code");
        for bad in [
            format!(" {good}"),
            format!("{good}\n"),
            format!("{good}#x y"),
            good.replace("com.", "COM."),
            good.replace("://", ":///"),
            good.replace("callback", "callback/"),
            good.replace("auth/", "user@auth/"),
            LINK_CALLBACK.to_owned(),
            format!("{good}&x={}", "a".repeat(3 * LONGEST_QUERY)),
            format!("{CALLBACK}?{}", with_state("code=abc")),
        ] {
            assert!(read_link(&bad, &state()).is_err(), "{bad:.120}");
        }
    }

    #[test]
    fn what_an_opener_has_decoded_is_read_as_it_was_and_in_links_alone() {
        let link = |query: &str| format!("{LINK_CALLBACK}?{}", with_state(query));
        let described = "error=access_denied&error_description=";
        for words in
            ["end-user denied authorization", "Zugriff verweigert: Müller", "アクセス拒否 ", "50%25 é"]
        {
            let query = format!("{described}{words}");
            let Ok(Callback::Refused(code, _)) = read_link(&link(&query), &state()) else {
                panic!("{words} is read")
            };
            assert_eq!(code, Code::Denied, "{words}");
            assert!(read_callback(&with_state(&query), &state()).is_err(), "{words}: no browser sends that");
        }
        for (mean, other) in [("code=abc def", "a code has no space"), ("code=abcé", "nor such a letter")] {
            assert!(read_link(&link(mean), &state()).is_err(), "{other}");
        }
        for steers in ["a\nb", "a\tb", "a\u{85}b", "a\u{7f}b"] {
            assert!(!is_link(&link(&format!("{described}{steers}"))), "{steers:?} is in no address");
        }
        let long = "é".repeat(LONGEST_QUERY / 4);
        assert!(read_link(&link(&format!("{described}{long}")), &state()).is_err(), "encoded it is too long");
    }

    proptest! {
        #[test]
        fn never_panics_and_takes_no_state_but_the_issued_one(
            query in "([a-z_]{0,8}|code|state|error|error_description|dtxc1\\.|[%&=+#?.]|%[0-9a-fA-F]{2}|\\PC){0,24}"
        ) {
            prop_assert!(read_callback(&query, &state()).is_err(), "no random text has the state");
        }

        #[test]
        fn a_link_is_taken_with_the_issued_state_only(
            link in "(com\\.getdatatrax\\.connect://auth/salesforce/callback\\?)?([a-z_]{0,8}|code|state|dtxc1\\.|[%&=+#?./: ]|\\PC){0,24}"
        ) {
            prop_assert!(read_link(&link, &state()).is_err(), "no random link has the state");
            prop_assert!(!is_link(&link) || link.starts_with(LINK_CALLBACK), "only our own address is one");
        }

        #[test]
        fn any_other_state_is_refused(other in "dtxc1\\.[!-~]{0,40}", code in "[A-Za-z0-9._]{1,60}") {
            prop_assume!(other != state().expose());
            let query: String =
                form_urlencoded::Serializer::new(String::new()).append_pair("code", &code).append_pair("state", &other).finish();
            prop_assert_eq!(read_callback(&query, &state()).err(), Some(CallbackError::WrongState));
        }

        #[test]
        fn any_code_comes_through_unchanged(code in "[!-~]{1,200}") {
            let query: String = form_urlencoded::Serializer::new(String::new())
                .append_pair("code", &code)
                .append_pair("state", state().expose())
                .finish();
            prop_assert_eq!(code_of(read_callback(&query, &state())), code);
        }
    }
}
