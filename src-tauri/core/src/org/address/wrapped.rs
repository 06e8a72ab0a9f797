//! Addresses of orgs inside other text: in links rewritten by a mail filter, a search engine or a chat, and in the text
//! around a host. An org found here is only ever asked about.

use base64::{
    Engine, alphabet,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
};

use super::{Address, residue::decoded};

/// Base64 with or without padding.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::URL_SAFE,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);
/// "http" in Base64, the beginning of an encoded address.
const HTTP_IN_BASE64: &str = "aHR0c";

/// How often links may be wrapped in one another.
const LAYERS: usize = 3;
/// The most runs looked at, more than any link has.
const MOST_RUNS: usize = 256;

/// The orgs whose whole host is in a text, each once.
pub(super) fn orgs(text: &str) -> Vec<Address> {
    let mut found: Vec<Address> = Vec::new();
    let mut layer = text.to_owned();
    for _ in 0..LAYERS {
        for written in [layer.as_str(), &proofpoint(&layer), &from_base64(&layer)] {
            let addresses = runs(written).filter_map(|run| Address::of_whole_host(&run));
            for address in addresses {
                if !found.contains(&address) {
                    found.push(address);
                }
            }
        }
        let inner = decoded(&layer);
        if inner == layer {
            break;
        }
        layer = inner;
    }
    found
}

/// The texts between characters that end a host; those with other characters are left out.
fn runs(text: &str) -> impl Iterator<Item = String> {
    text.split(|character: char| {
        character.is_whitespace()
            || matches!(
                character,
                '/' | '\\'
                    | '?'
                    | '#'
                    | '&'
                    | '='
                    | ':'
                    | ';'
                    | ','
                    | '|'
                    | '<'
                    | '>'
                    | '"'
                    | '\''
                    | '('
                    | ')'
                    | '['
                    | ']'
                    | '{'
                    | '}'
                    | '@'
                    | '!'
                    | '$'
                    | '*'
                    | '`'
            )
    })
    .filter(|run| run.contains('.'))
    .take(MOST_RUNS)
    .map(|run| run.trim_end_matches(['.', '_', '~']).to_ascii_lowercase())
}

/// The second form of Proofpoint's links, which writes `-3A__` for `://` and `_` for a slash.
fn proofpoint(text: &str) -> String {
    if text.contains("-3A__") {
        text.replace("-3A", ":").replace("-2D", "-").replace("-2E", ".").replace('_', "/")
    } else {
        String::new()
    }
}

/// The decoded addresses among the parameters in Base64.
fn from_base64(text: &str) -> String {
    let parameters =
        text.split(['?', '&', '=', '/', '#', '.']).filter(|value| value.starts_with(HTTP_IN_BASE64));
    let read = parameters.filter_map(|value| BASE64.decode(value.replace('+', "-")).ok());
    read.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).collect::<Vec<_>>().join(" ")
}
