//! Splits a pasted text into pieces, and a piece into the place of a host and the text before and after it.
//!
//! Nothing is decided here, and no host is known yet. Text that cannot be a host, such as a word of a path, is never
//! put in the place of one.

/// Quotes, brackets and marks that separate pieces of a text. None of them is part of a host.
const AROUND: &[char] = &[
    '"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', '|', ',', ';', '*', '“', '”', '„', '‘', '’', '‚',
    '«', '»', '‹', '›',
];
/// The punctuation of a sentence.
const PUNCTUATION: &[char] = &['.', ',', ';', ':', '!', '?', '…', '~', '_'];

/// The text before a host, with its colon and slashes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    None,
    Http,
    Https,
    /// `force://…@host`: the form in which the Salesforce CLI exports a sign-in.
    Session,
    /// The broken beginning of an address: a colon or a slash is missing.
    Mangled,
    Other,
}

/// A piece of text with something in the place of a host.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub(super) scheme: Scheme,
    /// The text before an `@`, if any.
    pub(super) user: Option<&'a str>,
    pub(super) host: &'a str,
    pub(super) port: Option<&'a str>,
    /// Path, query and fragment.
    pub(super) tail: &'a str,
}

/// The pieces of a text that are not empty.
pub(super) fn pieces(text: &str) -> Vec<&str> {
    text.split(|character: char| character.is_whitespace() || AROUND.contains(&character))
        .map(|piece| piece.trim_matches(PUNCTUATION))
        .filter(|piece| piece.contains(char::is_alphanumeric))
        .collect()
}

/// The parts of a piece; `None` if nothing in it looks like a host.
pub(super) fn head(piece: &str) -> Option<Head<'_>> {
    let (scheme, is_whole, rest) = without_beginning(piece);
    let (authority, tail) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
    let (user, place) = match authority.rsplit_once('@') {
        Some((user, place)) => (Some(user), place),
        None => (None, authority),
    };
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (place, None),
    };
    let is_one = !place.is_empty() && (is_whole || user.is_some() || looks_like_host(host));
    is_one.then_some(Head { scheme, user, host, port, tail })
}

/// The piece without schemes, labels and words before the host's place, and whether the last was a whole `scheme://`.
fn without_beginning(piece: &str) -> (Scheme, bool, &str) {
    let (mut scheme, mut is_whole, mut rest) = (Scheme::None, false, piece);
    while let Some((mark, at)) =
        rest.find([':', '/', '?', '#', '=', '@']).and_then(|at| Some((rest.get(at..)?, at)))
    {
        let (before, after) = (rest.get(..at).unwrap_or_default(), mark.get(1..).unwrap_or_default());
        let before = before.trim_end_matches('.');
        if let Some(host) = mark.strip_prefix("://") {
            let named = scheme_of(before);
            scheme = if matches!(named, Scheme::Other) && scheme != Scheme::None { scheme } else { named };
            (is_whole, rest) = (true, host.trim_start_matches('/'));
            continue;
        }
        let is_word = !before.contains('.') && !is_loopback(before);
        let skips = match mark.chars().next() {
            // `https:acme…` and `Address:acme…`, but not a host's port.
            Some(':') => is_word && !is_whole && !starts_with_port(after),
            // `instanceUrl=https://…`
            Some('=') => is_word && !is_whole && !before.is_empty(),
            // `https//acme…` and `Salesforce/acme…`: the host follows the slashes, if one does.
            Some('/') => is_word && !is_whole && a_host_follows(after),
            _ => false,
        };
        if !skips {
            break;
        }
        if matches!(scheme_of(before), Scheme::Http | Scheme::Https) {
            scheme = Scheme::Mangled;
        }
        rest = after;
    }
    (scheme, is_whole, rest)
}

fn scheme_of(text: &str) -> Scheme {
    match text.to_ascii_lowercase().as_str() {
        "https" => Scheme::Https,
        "http" => Scheme::Http,
        "force" => Scheme::Session,
        "" => Scheme::Mangled,
        _ => Scheme::Other,
    }
}

fn starts_with_port(text: &str) -> bool {
    let port = text.split(['/', '?', '#']).next().unwrap_or_default();
    port.bytes().all(|byte| byte.is_ascii_digit()) && !(port.is_empty() && text.starts_with('/'))
}

/// Whether one of the next parts between slashes looks like a host.
fn a_host_follows(rest: &str) -> bool {
    let path = rest.split(['?', '#']).next().unwrap_or_default();
    path.split('/').any(|part| {
        let place = part.rsplit('@').next().unwrap_or_default();
        looks_like_host(place.split(':').next().unwrap_or_default())
    })
}

/// Whether the text is labels with dots, the last not a number; or this computer.
fn looks_like_host(text: &str) -> bool {
    let text = text.strip_suffix('.').unwrap_or(text);
    let Some((_, last)) = text.rsplit_once('.') else { return is_loopback(text) };
    let is_name = last.chars().count() >= 2 && last.chars().any(char::is_alphabetic);
    is_name || text.contains('%') || is_loopback(text) || is_ipv4(text)
}

/// Whether the text is an address of four numbers.
pub(super) fn is_ipv4(text: &str) -> bool {
    text.parse::<std::net::Ipv4Addr>().is_ok()
}

/// Whether the host is this computer, under any of its names.
pub(super) fn is_loopback(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.")
}
