//! The form of a value. It is a hint: no value is refused for its form alone.

use super::clean::{Cleaned, Label};
use crate::org::salesforce::{
    CODE_PREFIX, KEY_LENGTH, KEY_PREFIX, OLD_SECRET_LENGTHS, ORG_ID_PREFIX, REFRESH_TOKEN_PREFIX,
    SECRET_LENGTH,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Empty,
    /// A generated Consumer Key: prefix, letters and length.
    Key,
    /// A key by its prefix or label, but not of the usual form.
    AlmostKey,
    /// A generated Consumer Secret, or a value labelled as one.
    Secret,
    /// An access token, a refresh token or a code.
    Token,
    /// Dots or stars, as shown for a hidden value.
    Masked,
    Odd,
}

impl Form {
    pub(super) fn is_key(self) -> bool {
        matches!(self, Self::Key | Self::AlmostKey)
    }

    pub(super) fn is_secret(self) -> bool {
        self == Self::Secret
    }
}

pub(super) fn of(cleaned: &Cleaned) -> Form {
    // EXPOSE: examined, and only its form is returned.
    let value = cleaned.value.expose();
    match (by_looks(value), cleaned.label) {
        (Form::Odd, Some(Label::Secret)) => Form::Secret,
        (Form::Odd, Some(Label::Key)) | (Form::Key, Some(Label::Secret)) => Form::AlmostKey,
        (form, _) => form,
    }
}

fn by_looks(value: &str) -> Form {
    let is_token = value.starts_with(REFRESH_TOKEN_PREFIX)
        || value.starts_with(CODE_PREFIX)
        || (value.starts_with(ORG_ID_PREFIX) && value.contains('!'));
    if value.is_empty() {
        Form::Empty
    } else if value.chars().all(|character| matches!(character, '•' | '●' | '∙' | '·' | '⬤' | '*')) {
        Form::Masked
    } else if value.starts_with(KEY_PREFIX) {
        if is_generated_key(value) { Form::Key } else { Form::AlmostKey }
    } else if is_token {
        Form::Token
    } else if is_generated_secret(value) {
        Form::Secret
    } else {
        Form::Odd
    }
}

/// Whether a value has the exact form of a generated key or secret.
pub(super) fn is_generated(value: &str) -> bool {
    is_generated_key(value) || is_generated_secret(value)
}

pub(super) fn is_generated_key(value: &str) -> bool {
    value.starts_with(KEY_PREFIX)
        && value.len() == KEY_LENGTH
        && value.bytes().all(|byte| is_word(byte) || byte == b'.')
}

/// Whether a secret has the form of all examples: hexadecimal, or a number.
pub(super) fn is_plain_secret(value: &str) -> bool {
    is_generated_secret(value) && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn is_generated_secret(value: &str) -> bool {
    let is_new = value.len() == SECRET_LENGTH
        && value.bytes().all(|byte| is_word(byte) || matches!(byte, b'.' | b'+' | b'/' | b'='));
    is_new || (OLD_SECRET_LENGTHS.contains(&value.len()) && value.bytes().all(|byte| byte.is_ascii_digit()))
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
