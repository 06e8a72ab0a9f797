//! Takes the host out of pasted text.

use super::error::AddressError;

/// Longer than any address of a Setup page with its query.
const LONGEST_PASTE: usize = 8192;

/// What the text names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Named {
    /// A host in lower case, or one word without a dot. Not yet known to be Salesforce's.
    Host(String),
    Practice {
        host: &'static str,
        port: u16,
    },
}

pub(super) fn read(text: &str) -> Result<Named, AddressError> {
    if text.len() > LONGEST_PASTE {
        return Err(AddressError::TooLong);
    }
    let cleaned: String = text.chars().filter(|character| !is_invisible(*character)).collect();
    let mut words = cleaned.split_whitespace().map(without_wrapping).filter(|word| !word.is_empty());
    let Some(first) = words.next() else { return Err(AddressError::Empty) };
    let others: Vec<&str> = words.collect();
    if others.is_empty() {
        return read_word(first);
    }
    // "My Domain: acme.my.salesforce.com" is clear, two addresses side by side are not.
    let mut addresses = std::iter::once(first).chain(others).filter(|word| looks_like_address(word));
    match (addresses.next(), addresses.next()) {
        (Some(only), None) => read_word(only),
        _ => Err(AddressError::Unreadable),
    }
}

fn read_word(word: &str) -> Result<Named, AddressError> {
    let (scheme, rest) = split_scheme(word)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        let is_name = scheme.is_none() && !authority.contains(':');
        return Err(if is_name { AddressError::Username } else { AddressError::Unreadable });
    }
    if authority.starts_with('[') {
        return Err(AddressError::PracticeForm);
    }
    let (host, port) = match authority.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (authority, None),
    };
    if !host.is_ascii() {
        // Shown in the form that no look-alike letter can hide in.
        let host = url::Host::parse(host).map_err(|_| AddressError::Unreadable)?.to_string();
        return Err(AddressError::NotSalesforce { host });
    }
    let host = host.to_ascii_lowercase();
    if is_loopback(&host) {
        return practice(scheme, &host, port);
    }
    let host = host.strip_suffix('.').unwrap_or(&host).to_owned();
    match port {
        None => {}
        Some("443") if scheme != Some(Scheme::Http) => {}
        Some(port) if is_host(&host) && host.contains('.') && is_number(port) => {
            return Err(AddressError::Port { host });
        }
        Some(_) => return Err(AddressError::Unreadable),
    }
    if !is_host(&host) || (scheme.is_some() && !host.contains('.')) {
        return Err(AddressError::Unreadable);
    }
    Ok(Named::Host(host))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Scheme {
    Http,
    Https,
}

fn split_scheme(word: &str) -> Result<(Option<Scheme>, &str), AddressError> {
    let Some((scheme, rest)) = word.split_once("://") else { return Ok((None, word)) };
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Ok((Some(Scheme::Https), rest)),
        "http" => Ok((Some(Scheme::Http), rest)),
        // A path or query may carry an address of its own: `acme.my.salesforce.com/?to=https://…`.
        before if before.contains(['/', '?', '#']) => Ok((None, word)),
        _ => Err(AddressError::Unreadable),
    }
}

fn is_loopback(host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    host == "localhost" || host.ends_with(".localhost") || host.starts_with("127.")
}

/// Port 80 is left out because an address cannot tell it from no port at all.
fn practice(scheme: Option<Scheme>, host: &str, port: Option<&str>) -> Result<Named, AddressError> {
    let host = match host {
        "localhost" => "localhost",
        "127.0.0.1" => "127.0.0.1",
        _ => return Err(AddressError::PracticeForm),
    };
    let digits = port.filter(|port| !port.starts_with('0') && is_number(port));
    let port = digits.and_then(|port| port.parse::<u16>().ok()).filter(|port| *port != 80);
    match (scheme, port) {
        (Some(Scheme::Http), Some(port)) => Ok(Named::Practice { host, port }),
        _ => Err(AddressError::PracticeForm),
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Labels of letters, digits and inner hyphens (RFC 1123, section 2.1); none in the encoding of other alphabets.
pub(super) fn is_host(host: &str) -> bool {
    host.len() <= 253 && host.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
        && !label.starts_with("xn--")
}

fn looks_like_address(word: &str) -> bool {
    word.contains("://") || word.trim_matches('.').contains('.')
}

/// Quotes, brackets and the punctuation of a sentence around an address.
fn without_wrapping(word: &str) -> &str {
    const AROUND: &[char] = &[
        '"', '\'', '`', '<', '>', '(', ')', '[', ']', '“', '”', '„', '‘', '’', '‚', '«', '»', '‹', '›', ',',
        ';',
    ];
    word.trim_matches(AROUND)
}

/// What copying brings along and nobody sees.
pub(crate) fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2064}' | '\u{feff}'
    )
}
