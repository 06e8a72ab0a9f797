//! What was pasted as Consumer Key and Consumer Secret, freed from what pasting added, and what can be told from its looks.
//!
//! Looks never refuse a value: keys and secrets of one's own choosing may have any form. Only what cannot be a value at all,
//! and two values that each have the other's form, stop before the org was asked.

mod around;
mod clean;
mod form;

use self::{
    clean::{Cleaned, Label},
    form::Form,
};
use crate::{
    contract::view::{Failure, Field, PasteNote},
    explain::{self, Code},
    secret::Secret,
};

/// A pair of pasted values, cleaned, and what was noticed.
#[derive(Debug)]
pub struct Examined {
    pub key: Secret,
    pub secret: Secret,
    pub notes: Vec<Note>,
    pub key_looks: KeyLooks,
}

/// What the form of a key says of how it may be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyLooks {
    /// A generated key. Its form is proof enough that it is no secret: it may stand in an address.
    Generated,
    /// A key of one's own choosing, or half of one: first asked about by POST.
    Odd,
    /// A secret or a token, or the very text that stands in the other field: in no address before the org has said that
    /// it is a key.
    Secret,
}

/// One thing noticed in one field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    pub field: Field,
    pub code: Code,
    /// Whether the value cannot be used as it is.
    pub blocks: bool,
}

/// Cleans both values and looks at their form. An empty field is not remarked on.
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

impl Examined {
    /// Whether each value has the form of the other, so that exchanging them is the cure.
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
    /// The note in words, for whoever cannot go on because of it.
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

/// The cleaned value; nothing, with a note that blocks, when it is too long to be one.
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
