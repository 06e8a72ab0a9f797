//! Remarks on a pasted text besides the org it names: that it opens a session, or is a page with an error.

use url::form_urlencoded;

use super::residue::decoded;
use crate::{
    contract::view::Failure,
    explain::{self, Code, causes::PROVIDER_PAGE},
    org::salesforce::ORG_ID_PREFIX,
};

const LONGEST_TEXT: usize = 16 * 1024;
const LONGEST_ERROR: usize = 100;
/// The parameters whose value lets its reader into the org.
const SESSION_PARAMETERS: [&str; 9] = [
    "sid",
    "otp",
    "session_id",
    "sessionid",
    "access_token",
    "refresh_token",
    "id_token",
    "samlresponse",
    "pw",
];

/// The remarks on a text pasted as an address.
pub fn remarks(text: &str) -> Vec<Failure> {
    let session = opens_session(text).then_some(Code::AddressOpensSession);
    let page = error_told(text);
    session.into_iter().chain(page).map(|code| explain::failure(code, &[])).collect()
}

/// Whether a text lets its reader into an org: a link to a session, a session's id, a login URL of the Salesforce CLI.
fn opens_session(text: &str) -> bool {
    let written: String = text.chars().take(LONGEST_TEXT).collect();
    let once = decoded(&written);
    let twice = decoded(&once);
    [written, once, twice].iter().any(|text| {
        let lower = text.to_ascii_lowercase();
        lower.contains("force://")
            || parameters(&lower).any(is_session_parameter)
            || words(text).any(is_session_id)
    })
}

/// The meaning of `error=`, or `ErrorCode=`, in a pasted text: a page of Salesforce's that does not lead back to this computer, or
/// the address that a sign-in ended on.
pub(crate) fn error_told(text: &str) -> Option<Code> {
    if text.len() > LONGEST_TEXT {
        return None;
    }
    let text: String = text.chars().filter(|character| !character.is_control()).collect();
    let once = decoded(&text);
    [text, once].iter().find_map(|text| error_in(text))
}

fn error_in(text: &str) -> Option<Code> {
    let query = text.split_once(['?', '#']).map_or(text, |(_, query)| query);
    let query = query.trim_start_matches(|character: char| !character.is_alphanumeric());
    let (mut error, mut description) = (None, String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()).take(32) {
        match name.as_ref() {
            "error" | "ErrorCode" => error = error.or(Some(value.trim().to_owned())),
            "error_description" | "ErrorDescription" => description = value.into_owned(),
            _ => {}
        }
    }
    let is_word = |error: &String| {
        (1..=LONGEST_ERROR).contains(&error.len()) && error.bytes().all(|byte| byte.is_ascii_graphic())
    };
    let error = error.filter(is_word)?;
    // What another system said to the org has no meaning of its own here.
    let is_of_provider = text.to_ascii_lowercase().contains(PROVIDER_PAGE);
    Some(if is_of_provider { Code::AuthorizeRefused } else { explain::authorize_error(&error, &description) })
}

fn parameters(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| {
        character.is_whitespace() || matches!(character, '?' | '&' | '#' | ';' | '"' | '\'')
    })
}

fn is_session_parameter(parameter: &str) -> bool {
    parameter
        .split_once('=')
        .is_some_and(|(name, value)| SESSION_PARAMETERS.contains(&name) && !value.is_empty())
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|character: char| !(character.is_ascii_alphanumeric() || matches!(character, '!' | '.' | '_')))
}

/// Whether the word is an org's id, `!`, and a rest.
fn is_session_id(word: &str) -> bool {
    word.split_once('!').is_some_and(|(org, rest)| {
        org.starts_with(ORG_ID_PREFIX) && matches!(org.len(), 15 | 18) && rest.len() >= 10
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_says_its_error_under_either_name_and_of_another_system_nothing_is_guessed() {
        let org = "https://acme.my.salesforce.com";
        let provider = "/_nc_external/identity/sso/ui/AuthorizationError";
        for (page, fields, code) in [
            ("/x", "error=invalid_client_id&error_description=x", Some(Code::KeyUnknown)),
            ("/x", "ErrorCode=invalid_client_id&ErrorDescription=x", Some(Code::KeyUnknown)),
            (
                "/x",
                "ErrorDescription=app+must+be+installed&ErrorCode=invalid_client",
                Some(Code::AppNotInstalled),
            ),
            ("/x", "ErrorCode=something_new", Some(Code::AuthorizeRefused)),
            ("/x", "ErrorCode=", None),
            ("/x", "ErrorDescription=x", None),
            (provider, "ErrorCode=access_denied&ErrorDescription=x", Some(Code::AuthorizeRefused)),
        ] {
            assert_eq!(error_told(&format!("{org}{page}?{fields}")), code, "{page} {fields}");
        }
    }
}
