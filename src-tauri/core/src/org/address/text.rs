//! Splits a pasted text into pieces, and a piece into the place of a host and the text before and after it.
//!
//! Nothing is decided here, and no host is known yet. Text that cannot be a host, such as a word of a path, is never
//! put in the place of one.

/// Quotes, brackets and marks that separate pieces of a text. None of them is part of a host.
const AROUND: &[char] = &[
    '"', '\'', '`', '<', '>', '(', ')', '[', ']', '{', '}', '|', ',', ';', '*', '“', '”', '„', '‘', '’', '‚',
    '«', '»', '‹', '›',
];
/// Marks that stand within a name where somebody has mistyped it: `o'neil`.
const WITHIN: &[char] = &['|', '\'', '`', '‘', '’'];
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

/// A piece of a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Piece<'a> {
    pub(super) text: &'a str,
    /// Whether a name may begin before it: at a hyphen at the end of a line, or a mark within a word.
    is_torn: bool,
}

/// A piece of text with something in the place of a host.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Head<'a> {
    pub(super) scheme: Scheme,
    pub(super) is_torn: bool,
    /// The text before the last `://`, where a host stands in it.
    pub(super) before: &'a str,
    /// The text before an `@`, if any.
    pub(super) user: Option<&'a str>,
    pub(super) host: &'a str,
    pub(super) port: Option<&'a str>,
    /// Path, query and fragment.
    pub(super) tail: &'a str,
}

/// The pieces of a text that are not empty.
pub(super) fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut at = 0;
    text.split(|character: char| character.is_whitespace() || AROUND.contains(&character))
        .map(|piece| {
            let before = text.get(..at).unwrap_or_default();
            at += piece.len()
                + text.get(at + piece.len()..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
            Piece { text: piece.trim_matches(PUNCTUATION), is_torn: ends_within_a_name(before) }
        })
        .filter(|piece| piece.text.contains(char::is_alphanumeric))
        .collect()
}

fn ends_within_a_name(before: &str) -> bool {
    let is_name = |text: &str| text.ends_with(char::is_alphanumeric);
    let line = before.trim_end();
    line.strip_suffix('-').is_some_and(|line| is_name(line.trim_end_matches('-')))
        || before.strip_suffix(WITHIN).is_some_and(is_name)
}

/// The parts of a piece; `None` if nothing in it looks like a host.
pub(super) fn head(piece: Piece<'_>) -> Option<Head<'_>> {
    let Beginning { scheme, is_whole, before, rest } = beginning(piece.text);
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
    is_one.then_some(Head { scheme, is_torn: piece.is_torn, before, user, host, port, tail })
}

/// What stands before the place of a host.
struct Beginning<'a> {
    scheme: Scheme,
    /// Whether the last of it was a whole `scheme://`.
    is_whole: bool,
    /// As in [`Head`].
    before: &'a str,
    rest: &'a str,
}

/// Schemes, labels and words before the host's place.
fn beginning(piece: &str) -> Beginning<'_> {
    let (mut scheme, mut is_whole, mut second, mut rest) = (Scheme::None, false, "", piece);
    while let Some((mark, at)) =
        rest.find([':', '/', '?', '#', '=', '@']).and_then(|at| Some((rest.get(at..)?, at)))
    {
        let (before, after) = (rest.get(..at).unwrap_or_default(), mark.get(1..).unwrap_or_default());
        let before = before.trim_end_matches('.');
        if let Some(host) = mark.strip_prefix("://") {
            let named = scheme_of(before);
            if before.contains('.') || is_loopback(before) || (is_whole && matches!(named, Scheme::Other)) {
                second = piece.get(..piece.len() - mark.len()).unwrap_or_default();
            }
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
    Beginning { scheme, is_whole, before: second, rest }
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
