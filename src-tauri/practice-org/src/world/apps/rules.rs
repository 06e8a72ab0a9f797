//! What the fields of an app may hold, whichever way they come: by Setup or by a deploy.

use url::Url;

use crate::world::switches::CallbackForm;

/// The documented limit: "cumulative limit 2000 characters".
const CALLBACK_LIMIT: usize = 2000;

/// Setup's rule: "the URL must use secure HTTPS or a custom URI scheme". `http://localhost` is accepted. `text` is the field as
/// it was given, `refused` a form that is switched off.
// ASSUMES: callback-forms
pub(crate) fn callbacks_are_good(
    text: &str,
    lines: &[String],
    refused: Option<CallbackForm>,
) -> Result<(), String> {
    if text.replace('\r', "").chars().count() > CALLBACK_LIMIT {
        return Err(format!("The callback URLs together can have up to {CALLBACK_LIMIT} characters."));
    }
    for line in lines {
        match form_of(line) {
            Some(form) if Some(form) != refused => {}
            _ => return Err(format!("{line}: The URL must use secure HTTPS or a custom URI scheme.")),
        }
    }
    Ok(())
}

/// The lines of the field Callback URL.
pub(crate) fn lines_of(text: &str) -> Vec<String> {
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// The form of a Callback URL line; `None` when Setup refuses it.
fn form_of(line: &str) -> Option<CallbackForm> {
    let address = Url::parse(line).ok()?;
    if line.contains(char::is_whitespace) || address.fragment().is_some() {
        return None;
    }
    match address.scheme() {
        "https" => Some(CallbackForm::Https),
        "http" if address.host_str() == Some("localhost") => Some(CallbackForm::Localhost),
        "http" | "javascript" | "data" | "file" => None,
        _ => Some(CallbackForm::CustomScheme),
    }
}

/// Setup's rule: "letters/digits/underscore, starts with a letter, no trailing or double underscore".
pub(crate) fn is_api_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.ends_with('_')
        && !name.contains("__")
}

pub(crate) fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let is_word =
        |word: &str| !word.is_empty() && !word.contains(|one: char| one.is_whitespace() || one == '@');
    is_word(name) && is_word(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
}

pub(crate) fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|address| matches!(address.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn api_names_follow_the_rule() {
        for name in ["1up", "_up", "up_", "u__p", "u p", "u-p", "ü"] {
            assert!(!is_api_name(name), "{name} breaks the rule");
        }
        assert!(is_api_name("Datatrax_Connect_2"), "letters, digits, single underscores");
    }

    #[test]
    fn callback_lines_are_https_a_custom_scheme_or_localhost() {
        for (line, form) in [
            ("https://www.getdatatrax.com/auth/salesforce/callback", Some(CallbackForm::Https)),
            ("http://localhost:17177/auth/salesforce/callback", Some(CallbackForm::Localhost)),
            ("com.getdatatrax.connect://auth/salesforce/callback", Some(CallbackForm::CustomScheme)),
            ("http://www.getdatatrax.com/callback", None),
            ("http://127.0.0.1:17177/callback", None),
            ("www.getdatatrax.com", None),
            ("https://a.example/ https://b.example/", None),
            ("javascript:alert(1)", None),
        ] {
            assert_eq!(form_of(line), form, "{line}");
        }
    }
}
