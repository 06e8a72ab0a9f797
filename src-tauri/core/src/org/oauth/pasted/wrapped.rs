//! The address of a sign-in inside another one: as a mail filter, a chat or a search engine rewrites links. Whatever is found
//! has to be the callback line with the issued `state`, like any other paste, so nothing is guessed, and nobody is asked.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};
use url::form_urlencoded;
use zeroize::Zeroizing;

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);
/// "http" in Base64, the beginning of an encoded address.
const HTTP_IN_BASE64: &str = "aHR0c";
/// The most parameters and parts of a path that are looked at, more than any link has.
const MOST: usize = 64;
/// How long a run of characters each letter stands for in Proofpoint's third form, from two on.
const RUNS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The texts that this address has within it, each decoded once.
pub(super) fn within(address: &str) -> Vec<Zeroizing<String>> {
    let Some((_, rest)) = address.split_once("://") else { return Vec::new() };
    let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
    let mut found: Vec<_> = proofpoint(rest).into_iter().collect();
    // As a parameter, like Microsoft's and Google's, or as a part of the path.
    let parts = path.split('/').skip(1).filter(|part| part.contains('%')).map(unescaped);
    let parameters =
        form_urlencoded::parse(query.as_bytes()).map(|(_, value)| Zeroizing::new(value.into_owned()));
    for value in parts.chain(parameters).take(MOST) {
        // Some have it in Base64.
        let bytes = value
            .starts_with(HTTP_IN_BASE64)
            .then(|| BASE64.decode(value.replace('+', "-").replace('/', "_")));
        let text = bytes.and_then(Result::ok).and_then(|bytes| String::from_utf8(bytes).ok());
        found.push(text.map_or(value, Zeroizing::new));
    }
    found
}

/// The text with each `%` escape decoded once.
fn unescaped(text: &str) -> Zeroizing<String> {
    // The library decodes queries, so their separators are escaped first.
    let name = Zeroizing::new(text.replace('+', "%2B").replace('&', "%26").replace('=', "%3D"));
    let decoded = form_urlencoded::parse(name.as_bytes()).next().map(|(name, _)| name.into_owned());
    Zeroizing::new(decoded.unwrap_or_default())
}

/// The address in the second or third form of Proofpoint's links.
fn proofpoint(link: &str) -> Option<Zeroizing<String>> {
    let (host, rest) = link.split_once('/')?;
    if !matches!(host, "urldefense.proofpoint.com" | "urldefense.com" | "urldefense.us") {
        return None;
    }
    if let Some(query) = rest.strip_prefix("v2/url?") {
        let value = query.split('&').find_map(|field| field.strip_prefix("u="))?;
        return Some(unescaped(&value.replace('-', "%").replace('_', "/")));
    }
    let (address, rest) = rest.strip_prefix("v3/__")?.rsplit_once("__;")?;
    let hidden = String::from_utf8(BASE64.decode(rest.split('!').next()?).ok()?).ok()?;
    put_back(address, &hidden)
}

/// The third form with the hidden characters where a star stands for one of them, or two stars and a letter for several.
fn put_back(address: &str, hidden: &str) -> Option<Zeroizing<String>> {
    let (mut from, mut hidden) = (address.chars().peekable(), hidden.chars());
    let mut whole = Zeroizing::new(String::with_capacity(2 * address.len()));
    while let Some(character) = from.next() {
        if character != '*' {
            whole.push(character);
            continue;
        }
        let count = match from.next_if_eq(&'*') {
            Some(_) => RUNS.find(from.next()?)? + 2,
            None => 1,
        };
        for _ in 0..count {
            whole.push(hidden.next()?);
        }
    }
    Some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_as_each_rewrites_it() {
        let wanted = "http://localhost:17177/x?code=a_b-c%3D%3D&state=s";
        let escaped: String = form_urlencoded::byte_serialize(wanted.as_bytes()).collect();
        let encoded = BASE64.encode(wanted);
        for wrapped in [
            format!("https://nam02.safelinks.protection.outlook.com/?url={escaped}&data=05%7C01&reserved=0"),
            format!("https://www.google.com/url?q={escaped}&sa=D"),
            format!("https://guard.example/url?a={escaped}&c=E,1,x&typo=1"),
            format!("https://urldefense.proofpoint.com/v1/url?u={escaped}&k=x"),
            "https://urldefense.proofpoint.com/v2/url?u=http-3A__localhost-3A17177_x-3Fcode-3Da-5Fb-2Dc-253D-253D-26state-3Ds&d=x".to_owned(),
            "https://urldefense.com/v3/__http://localhost:17177/x?code=a_b-c*3D*3D&state=s__;JSU!!x!y$".to_owned(),
            format!("https://guard.example/1abc-def/{escaped}"),
            format!("https://guard.example?d=localhost&u={encoded}&i=x"),
        ] {
            let found = within(&wrapped);
            assert!(found.iter().any(|found| found.as_str() == wanted), "{wrapped}: {found:?}");
        }
        let hidden = put_back("a**Cb*c", "1234%").map(|whole| whole.to_string());
        assert_eq!(hidden.as_deref(), Some("a1234b%c"), "a run and one");
        assert_eq!(put_back("a**", ""), None, "cut off");
        assert_eq!(put_back("a*", ""), None, "nothing hidden");
    }
}
