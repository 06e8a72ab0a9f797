//! Reads the address that the browser ended on, pasted by hand, with the traces of a terminal, a mail or a browser.
//!
//! The `state` proves that the address belongs to the sign-in; path and `state` must match. The scheme, this computer's
//! name and the text around it may differ: some browsers turn every address into https.

mod wrapped;

use zeroize::Zeroizing;

use super::{Callback, CallbackError, callback::LONGEST_QUERY, read_callback};
use crate::{
    org::{
        address::{error_told, is_invisible, unbracketed},
        salesforce::CODE_PREFIX,
    },
    secret::Secret,
};

/// Quotes and brackets around an address in a text.
const AROUND: &[char] =
    &['"', '\'', '`', '<', '>', '(', ')', '[', ']', ',', ';', '“', '”', '„', '‘', '’', '«', '»'];
const SCHEMES: [&str; 2] = ["https://", "http://"];
/// Before the address of a page whose source is shown.
const SOURCE: &str = "view-source:";
/// What stands for a mark of an address in the source of a page, in JSON and scripts, at shells, and in markup.
const ESCAPED: [(&str, &str); 9] = [
    ("&amp;", "&"),
    ("\\u0026", "&"),
    ("\\x26", "&"),
    ("\\u003d", "="),
    ("\\u003D", "="),
    ("\\/", "/"),
    ("\\&", "&"),
    ("\\?", "?"),
    ("\\=", "="),
];
/// How often links may be wrapped in one another.
const LAYERS: usize = 3;

/// Reads a pasted address: the path of `redirect_uri` with a query.
///
/// # Errors
/// As [`read_callback`]; [`CallbackError::NotOurs`] for any other address, and what is missing from a part of ours.
pub fn read_pasted(text: &str, redirect_uri: &str, state: &Secret) -> Result<Callback, CallbackError> {
    if text.len() > 2 * LONGEST_QUERY {
        return Err(CallbackError::Unreadable);
    }
    let visible: Zeroizing<String> =
        Zeroizing::new(unbracketed(text).chars().filter(|character| !is_invisible(*character)).collect());
    let visible =
        ESCAPED.iter().fold(visible, |text, (written, meant)| Zeroizing::new(text.replace(written, meant)));
    let words = visible.split(|character: char| character.is_whitespace() || character.is_control());
    // A terminal or a mail may have wrapped the address. Other words of a sentence do not belong to it.
    let joined: Zeroizing<String> = Zeroizing::new(words.clone().collect());
    let whole = read_word(&joined, redirect_uri, state);
    let mut alone = words.clone().chain(parts_of(&visible)).map(|word| read_word(word, redirect_uri, state));
    let read = if whole.is_ok() { whole } else { alone.find(Result::is_ok).unwrap_or(whole) };
    let read = read.or_else(|error| {
        let mut links = std::iter::once(joined.as_str()).chain(parts_of(&visible));
        links.find_map(|link| unwrapped(link, redirect_uri, state)).ok_or(error)
    });
    read.or_else(|error| {
        let mut refusals =
            std::iter::once(joined.as_str()).chain(words).filter_map(|word| refusal(word, state));
        refusals.next().ok_or_else(|| named(error, &visible, &joined, (redirect_uri, state)))
    })
}

/// The parts of a text between white space, quotes and brackets: a link in markup may have the address twice.
fn parts_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|mark: char| {
        mark.is_whitespace() || mark.is_control() || mark == '|' || AROUND.contains(&mark)
    })
}

/// The answer in the address that a rewritten link leads to.
fn unwrapped(link: &str, redirect_uri: &str, state: &Secret) -> Option<Callback> {
    let mut layer = wrapped::within(link.trim_matches(AROUND));
    for _ in 0..LAYERS {
        if let Some(read) = layer.iter().find_map(|text| read_word(text, redirect_uri, state).ok()) {
            return Some(read);
        }
        layer = layer.iter().flat_map(|text| wrapped::within(text)).collect();
    }
    None
}

/// A refusal of this sign-in on a page that does not lead back here: the `state` proves it. A code is taken from no such page.
fn refusal(word: &str, state: &Secret) -> Option<Callback> {
    let (page, query) = word.trim_matches(AROUND).split_once('?')?;
    let query = query.split_once('#').map_or(query, |(query, _)| query);
    let read = page.contains("://").then(|| read_callback(query, state).ok()).flatten();
    read.filter(|callback| matches!(callback, Callback::Refused(..)))
}

fn read_word(word: &str, redirect_uri: &str, state: &Secret) -> Result<Callback, CallbackError> {
    let word = word.trim_matches(AROUND);
    let word = if starts_with(word, SOURCE) { word.get(SOURCE.len()..).unwrap_or_default() } else { word };
    let rest = after_path(word, redirect_uri).ok_or(CallbackError::NotOurs)?;
    let query = match rest.strip_prefix('?') {
        Some(query) => query.split_once('#').map_or(query, |(query, _)| query),
        None if rest.is_empty() => return Err(CallbackError::Cut),
        // A page may have moved the answer behind the `#`.
        None => rest.strip_prefix('#').ok_or(CallbackError::NotOurs)?,
    };
    let read = read_callback(query, state);
    // The full stop may be a sentence's.
    match (read, query.strip_suffix('.')) {
        (Err(_), Some(sentence)) => read_callback(sentence, state),
        (read, _) => read,
    }
}

/// The text after the callback line's path, if the address is that line, under any name of this computer.
fn after_path<'a>(word: &'a str, redirect_uri: &str) -> Option<&'a str> {
    if let Some(rest) = word.strip_prefix(redirect_uri) {
        return Some(rest);
    }
    let line = SCHEMES.iter().find_map(|scheme| redirect_uri.strip_prefix(scheme))?;
    let (authority, path) = line.split_at(line.find('/')?);
    let scheme = SCHEMES.iter().find(|scheme| starts_with(word, scheme));
    let place = word.get(scheme.map_or(0, |scheme| scheme.len())..)?;
    let (named, rest) = place.split_at(place.find('/')?);
    let fits = match authority.rsplit_once(':') {
        Some(("localhost", port)) => (named.is_empty() && scheme.is_none()) || is_loopback(named, port),
        _ => named.eq_ignore_ascii_case(authority),
    };
    fits.then(|| rest.strip_prefix(path)).flatten()
}

/// Whether the text names this computer, with this port or none.
fn is_loopback(named: &str, port: &str) -> bool {
    let host = named.strip_suffix(port).and_then(|before| before.strip_suffix(':')).unwrap_or(named);
    let host = host.to_ascii_lowercase();
    let host = host.strip_suffix('.').unwrap_or(&host);
    let is_v4 = host.parse::<std::net::Ipv4Addr>().is_ok_and(|address| address.is_loopback());
    host == "localhost" || host == "[::1]" || is_v4
}

fn starts_with(text: &str, start: &str) -> bool {
    text.get(..start.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(start))
}

/// The more exact error for this text. `joined`: the text without white space.
fn named(
    error: CallbackError,
    text: &str,
    joined: &str,
    (redirect_uri, state): (&str, &Secret),
) -> CallbackError {
    if let (CallbackError::NotOurs, Some(code)) = (error, error_told(text)) {
        return CallbackError::Told(code);
    }
    let joined = joined.trim_matches(AROUND);
    // Not even the path is complete.
    let path =
        joined.split_once("://").and_then(|(_, place)| place.split_once('/')).map_or("", |(_, path)| path);
    if !path.is_empty() && redirect_uri.starts_with(joined) {
        return CallbackError::Cut;
    }
    let is_line = |rest: &str| rest.is_empty() || rest.starts_with(['?', '#']);
    let is_elsewhere = joined.contains("://") && !after_path(joined, redirect_uri).is_some_and(is_line);
    let given = |name: &str| {
        let mut fields = joined.split(['?', '&', '#']);
        fields.find_map(|field| field.strip_prefix(name)?.strip_prefix('=')).filter(|value| !value.is_empty())
    };
    // EXPOSE: compared only, with a beginning of it. The person pasting sees it in the sign-in address anyway.
    let is_cut = |given: &str| given != state.expose() && state.expose().starts_with(given);
    let is_code = joined.starts_with(CODE_PREFIX) && !joined.contains(['/', '&']);
    match (given("code"), given("state")) {
        _ if is_elsewhere => error,
        (None, None) if is_code => CallbackError::OnlyCode,
        (Some(_), None) if joined.starts_with("code=") => CallbackError::OnlyCode,
        (Some(_), None) => CallbackError::Cut,
        (_, Some(given)) if is_cut(given) => CallbackError::Cut,
        // Only the end of the address was pasted.
        (_, Some(given)) if error == CallbackError::NotOurs && Secret::new(given) == *state => {
            CallbackError::Cut
        }
        (None, Some(_)) if error == CallbackError::Unreadable && given("error").is_none() => {
            CallbackError::Cut
        }
        _ => error,
    }
}

#[cfg(test)]
mod tests;
