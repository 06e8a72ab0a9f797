//! The pasted Consumer Key and Consumer Secret, without the additions of pasting, and the conclusions from their form.
//!
//! The form never refuses a value: custom keys and secrets may have any form. Only a text that cannot be a value, and
//! two swapped values, are stopped before the org is asked.

mod around;
mod clean;
mod form;

use self::{
    clean::{Cleaned, Label},
    form::Form,
};
use crate::{
    contract::view::{Failure, Field, KeyEnds, PasteNote},
    explain::{self, Code},
    org::salesforce::KEY_PREFIX,
    secret::Secret,
};

/// A pair of pasted values, cleaned, with remarks.
#[derive(Debug)]
pub struct Examined {
    pub key: Secret,
    pub secret: Secret,
    pub notes: Vec<Note>,
    pub key_looks: KeyLooks,
}

/// The form of a key, which decides how it may be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLooks {
    /// A generated key. Its form proves that it is no secret: it may stand in an address.
    Generated,
    /// A custom key, or a part of one: first asked about by POST.
    Odd,
    /// A secret or a token, or the same text as in the other field: not sent in an address before the org knows it as a
    /// key.
    Secret,
}

/// How many characters of a key are shown at each end.
const SHOWN_AT_EACH_END: usize = 6;

/// What can be shown of a key: its ends, where its form says that it is no secret, and its length.
pub fn ends_of(key: &Secret) -> KeyEnds {
    // EXPOSE: the beginning and the end of what begins as a generated key does, which is the public name of an app.
    let value = key.expose();
    let characters: Vec<char> = value.chars().collect();
    let is_shown = value.starts_with(KEY_PREFIX) && characters.len() > 3 * SHOWN_AT_EACH_END;
    let part = |of: &[char]| if is_shown { of.iter().collect() } else { String::new() };
    let cut = SHOWN_AT_EACH_END.min(characters.len());
    KeyEnds {
        start: part(characters.get(..cut).unwrap_or_default()),
        end: part(characters.get(characters.len() - cut..).unwrap_or_default()),
        length: characters.len(),
    }
}

/// A remark on one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    pub field: Field,
    pub code: Code,
    /// Whether the value cannot be used as it is.
    pub blocks: bool,
}

/// Cleans both values and looks at their form. Empty fields get no remark.
pub fn examine(key: &Secret, secret: &Secret) -> Examined {
    let mut notes = Vec::new();
    let key = clean(key, Field::Key, &mut notes);
    let secret = clean(secret, Field::Secret, &mut notes);
    let (key_form, secret_form) = (form::of(&key), form::of(&secret));
    let same = !key.value.is_empty() && key.value == secret.value;

    if key_form.is_secret() && secret_form.is_key() {
        notes.extend([Field::Key, Field::Secret].map(|field| Note {
            field,
            code: Code::Swapped,
            blocks: true,
        }));
    } else {
        if same {
            notes.push(Note { field: Field::Secret, code: Code::SameValue, blocks: true });
        }
        notes.extend(remark_on_key(key_form));
        notes.extend(remark_on_secret(secret_form).filter(|_| !same));
    }
    let key_looks = match key_form {
        _ if same => KeyLooks::Secret,
        Form::Key => KeyLooks::Generated,
        Form::Secret | Form::Token => KeyLooks::Secret,
        Form::Empty | Form::AlmostKey | Form::Masked | Form::Odd => KeyLooks::Odd,
    };
    Examined { key: key.value, secret: secret.value, notes, key_looks }
}

/// The shortest text that is taken for a secret although it has the form of none: longer than any name of an org.
const LONG: usize = 35;

/// Whether a text is a secret or a token by its form: nothing that somebody would call a connection.
pub fn is_secret(text: &str) -> bool {
    let cleaned = clean(&Secret::new(text), Field::Secret, &mut Vec::new());
    matches!(form::of(&cleaned), Form::Secret | Form::Token)
}

/// Whether a text that was typed in plain sight should not stay there: a secret, a token, or something that may be one.
pub fn is_not_to_be_seen(text: &str) -> bool {
    let cleaned = clean(&Secret::new(text), Field::Secret, &mut Vec::new());
    let value = text.trim();
    let is_one_word = value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/=_!.-".contains(&byte));
    let is_mixed = value.bytes().any(|byte| byte.is_ascii_digit()) && !value.contains("://");
    let may_be_one = value.len() >= LONG && is_one_word && is_mixed && !is_host(value);
    match form::of(&cleaned) {
        Form::Secret | Form::Token => true,
        Form::Odd => may_be_one,
        Form::Empty | Form::Key | Form::AlmostKey | Form::Masked => false,
    }
}

/// Whether a text is the name of a host: labels of letters, digits and hyphens between single dots.
fn is_host(text: &str) -> bool {
    let is_label = |label: &str| {
        !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let host = text.split('/').next().unwrap_or_default();
    host.contains('.') && host.split('.').all(is_label)
}

impl Examined {
    /// Whether each value has the form of the other, so that exchanging them helps.
    pub fn swapped(&self) -> bool {
        self.notes.iter().any(|note| note.code == Code::Swapped)
    }

    /// The notes in words.
    pub fn paste_notes(&self) -> Vec<PasteNote> {
        let in_words = |note: &Note| {
            let Failure { message, fix, .. } = note.failure();
            PasteNote { field: note.field, blocks: note.blocks, code: note.code, message, fix }
        };
        self.notes.iter().map(in_words).collect()
    }
}

impl Note {
    /// The note as a failure that stops the request.
    pub fn failure(&self) -> Failure {
        explain::failure(self.code, &[("what", field_name(self.field))])
    }
}

fn remark_on_key(form: Form) -> Option<Note> {
    let (code, blocks) = match form {
        Form::Empty | Form::Key => return None,
        Form::Masked => (Code::ValueMasked, true),
        Form::Secret | Form::Token => (Code::KeyLooksSecret, false),
        Form::AlmostKey | Form::Odd => (Code::KeyOdd, false),
    };
    Some(Note { field: Field::Key, code, blocks })
}

fn remark_on_secret(form: Form) -> Option<Note> {
    let (code, blocks) = match form {
        Form::Empty | Form::Secret => return None,
        Form::Masked => (Code::ValueMasked, true),
        Form::Key | Form::AlmostKey => (Code::SecretLooksKey, false),
        Form::Token | Form::Odd => (Code::SecretOdd, false),
    };
    Some(Note { field: Field::Secret, code, blocks })
}

/// The cleaned value; empty, with a note that blocks, when it is too long.
fn clean(pasted: &Secret, field: Field, notes: &mut Vec<Note>) -> Cleaned {
    let wanted = if field == Field::Secret { Label::Secret } else { Label::Key };
    let cleaned = clean::value(pasted, wanted);
    let remark = match &cleaned {
        None => Some((Code::ValueTooLong, true)),
        Some(cleaned) => cleaned.is_stripped.then_some((Code::ValueCleaned, false)),
    };
    notes.extend(remark.map(|(code, blocks)| Note { field, code, blocks }));
    cleaned.unwrap_or_default()
}

fn field_name(field: Field) -> &'static str {
    match field {
        Field::Key => "Consumer Key",
        Field::Secret => "Consumer Secret",
        Field::Address => "address",
        Field::Alias => "name",
    }
}

#[cfg(test)]
mod tests;
