//! Whether a text shows that another service than Salesforce says what it says: then its standard errors mean what they mean
//! there, and nothing is known of them here.

use super::{beginning, decide::names_salesforce};

/// Errors that the standards of OAuth have, or that many services use, in the form of the rows.
const STANDARD: [&str; 14] = [
    "access_denied",
    "authorization_pending",
    "invalid_client",
    "invalid_grant",
    "invalid_request",
    "invalid_scope",
    "invalid_token",
    "login_error",
    "redirect_uri_mismatch",
    "server_error",
    "slow_down",
    "temporarily_unavailable",
    "unsupported_grant_type",
    "unsupported_response_type",
];
/// Where a sign-in of ours ends: what stands in such an address, Salesforce said.
const OURS: &str = "getdatatrax.com";
/// Hosts of Salesforce's that its name is not in.
const SITES: &str = ".my.site.com";
/// The longest host.
const LONGEST_HOST: usize = 253;

/// Whether an error may be one of another service.
pub(super) fn may_say(error: &str) -> bool {
    STANDARD.contains(&error)
}

/// Whether these words have a code of Microsoft Entra's, such as `AADSTS7000215`.
pub(super) fn is_of_entra(words: &str) -> bool {
    let mut behind = words.split("AADSTS").skip(1);
    behind.any(|behind| behind.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// Whether these words end within a description of Microsoft Entra's.
pub(super) fn ends_within_entras(words: &str) -> bool {
    words
        .rfind("AADSTS")
        .and_then(|at| words.get(at..))
        .is_some_and(|description| is_of_entra(description) && !description.contains(['"', '\n', '\r']))
}

/// Whether an error stands in an address of another host, or says itself that it is one of another service's. `before` and
/// `after` are the words around it.
pub(super) fn is_said_by_one(before: &str, after: &str) -> bool {
    is_in_address(before) || [before, after].iter().any(|words| names_one(words))
}

/// Whether the words end within the query of an address of another host. A terminal may have wrapped it.
fn is_in_address(before: &str) -> bool {
    let whole: String = before.split(['\r', '\n']).map(|line| line.trim_start_matches(' ')).collect();
    let Some((_, address)) = whole.rsplit_once("://") else { return false };
    let goes_on = !address.contains(|letter: char| letter.is_whitespace() || "\"'<>".contains(letter));
    goes_on && address.contains(['?', '#']) && is_foreign(address)
}

/// Whether a field beside the error names another service: `error_uri` its page, or `provider` itself.
fn names_one(words: &str) -> bool {
    let uri = value_of(words, "\"error_uri\"").and_then(|value| value.split_once("://"));
    uri.is_some_and(|(_, address)| is_foreign(address))
        || value_of(words, "\"provider\"").is_some_and(|name| !name.is_empty())
}

/// What stands between the quotation marks behind a field's name.
fn value_of<'a>(words: &'a str, name: &str) -> Option<&'a str> {
    let (_, behind) = words.split_once(name)?;
    let value = behind.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    value.split('"').next()
}

/// Whether the host of an address without its scheme is neither this computer, nor ours, nor Salesforce's.
fn is_foreign(address: &str) -> bool {
    let host = address.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let host = beginning(host, LONGEST_HOST).to_ascii_lowercase();
    let is_ours = host.strip_suffix(OURS).is_some_and(|before| before.is_empty() || before.ends_with('.'));
    let ends_in_letters = host.rsplit_once('.').is_some_and(|(before, last)| {
        !before.is_empty() && last.len() > 1 && last.bytes().all(|byte| byte.is_ascii_alphabetic())
    });
    ends_in_letters && !is_ours && !host.ends_with(SITES) && !names_salesforce(address)
}
