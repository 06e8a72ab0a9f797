//! What a text that somebody pasted says went wrong: any text, read offline, in time that grows with its length.
//!
//! Nothing of the text is kept, sent or logged. What leaves here are words of ours; of the text's own only an error of
//! Salesforce's that nobody knows, as a quotation, with anything that may be a secret taken out first.

mod another;
mod blocks;
mod clean;
mod decide;
mod phrases;
mod scan;
mod secrets;
mod where_to;

use std::borrow::Cow;

pub use self::secrets::masked;
use crate::contract::view::{Explanation, Failure, GivenAway, SecretKind};

/// As much as is read of a text, in bytes.
pub const LONGEST: usize = 1024 * 1024;
/// As much as the window takes.
pub const LONGEST_IN_WINDOW: usize = 200 * 1024;
/// The words of the names that secrets have.
const OF_NAMES: [&str; 14] = [
    "client",
    "consumer",
    "app",
    "secret",
    "access",
    "refresh",
    "token",
    "code",
    "bearer",
    "authorization",
    "session",
    "id",
    "sid",
    "password",
];
/// The most causes told: whoever pastes a whole terminal wants the first ones.
const MOST_CAUSES: usize = 4;

/// What `text` says went wrong, and what it gives away. No more than `longest` bytes of it are read.
pub fn explain(text: &str, longest: usize) -> Explanation {
    let read = beginning(text, longest);
    let clean = clean::clean(read);
    let (mut secrets, mut known) = (secrets::Search::of(&clean), scan::Search::of(&clean));
    for block in blocks::of(&clean) {
        secrets.look_at(&block);
        known.look_at(&block);
    }
    let mut kinds = secrets::kinds_of(secrets.found());
    if let Cow::Owned(_) = &clean {
        kinds.extend(secrets::kinds(read));
    }
    let mut causes = decide::causes(&clean, &known.found());
    causes.truncate(MOST_CAUSES);
    Explanation { causes, secrets: kinds.into_iter().map(given_away).collect(), cut: read.len() < text.len() }
}

/// `text` as it may be seen again: with its secrets masked. Where one of them is seen only once the noise of copying is taken
/// away, so is the rest. No more than `longest` bytes of it are read.
pub fn shown(text: &str, longest: usize) -> String {
    let masked = masked(beginning(text, longest));
    let again = {
        let clean = clean::clean(&masked);
        (!secrets::kinds(&clean).is_empty()).then(|| secrets::masked(&clean))
    };
    again.unwrap_or(masked)
}

/// Whether all that there is to say of a text is said: what it says went wrong, or that it is a secret and nothing else.
pub fn is_told(explanation: &Explanation, text: &str, longest: usize) -> bool {
    if !explanation.causes.is_empty() || explanation.secrets.is_empty() {
        return !explanation.causes.is_empty();
    }
    let rest = shown(text, longest).replace(secrets::MASK, "").to_lowercase();
    let mut words =
        rest.split(|character: char| !character.is_alphanumeric()).filter(|word| !word.is_empty());
    words.all(|word| OF_NAMES.contains(&word))
}

/// A failure in the words of a text that somebody pasted: who wrote that, nobody knows.
pub fn of_paste(failure: Failure) -> Failure {
    let fix = failure.fix.iter().map(|fix| decide::of_paste(fix)).collect();
    Failure { message: decide::of_paste(&failure.message), fix, ..failure }
}

/// The beginning of a text, in whole characters.
pub fn beginning(text: &str, longest: usize) -> &str {
    let mut end = longest.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.get(..end).unwrap_or(text)
}

#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    message: String,
    fix: Vec<String>,
}

/// A kind of secret in words.
fn given_away(kind: SecretKind) -> GivenAway {
    let name = serde_json::to_value(kind).unwrap_or_default();
    let words = crate::explain::section::<Words>(
        include_str!("../words/secrets.toml"),
        name.as_str().unwrap_or_default(),
    );
    let (message, fix) = words.map(|words| (words.message, words.fix)).unwrap_or_default();
    GivenAway { kind, message, fix }
}

#[cfg(test)]
mod tests;
