//! The values typed into the form of an External Client App, and Setup's checks of them.

use url::Url;

use super::fields::{COMPLETE, Errors};
use crate::http::call::Fields;
use crate::world::apps::app::{App, api_name};
use crate::world::apps::scopes;
use crate::world::apps::settings::{Basics, Distribution, OauthSettings, Tick};
use crate::world::state::State;
use crate::world::switches::{CallbackForm, NewApps};

/// The rule for API names, as Setup words it.
// ASSUMES: setup-texts
const API_NAME_RULE: &str = "The API Name can only contain underscores and alphanumeric characters. It must be unique, begin \
                             with a letter, not include spaces, not end with an underscore, and not contain two consecutive \
                             underscores.";
const FORMAT: &str = "You have entered an invalid format.";
/// The documented limit: "cumulative limit 2000 characters".
const CALLBACK_LIMIT: usize = 2000;

/// The form's values as typed.
pub(super) struct Draft {
    pub(super) basics: Basics,
    pub(super) oauth: OauthSettings,
    /// The field "Callback URL", all lines.
    pub(super) callback_text: String,
}

impl Draft {
    /// The empty form, in which only the contact's address is filled in.
    pub(super) fn blank(apps: NewApps) -> Self {
        Self { basics: Basics::default(), oauth: OauthSettings::of_new(apps), callback_text: String::new() }
    }

    pub(super) fn of(app: &App) -> Self {
        let oauth = app.saved().clone();
        Self { basics: app.basics.clone(), callback_text: oauth.callbacks.join("\n"), oauth }
    }

    /// The form as sent. A locked box counts as ticked.
    pub(super) fn read(form: &Fields, apps: NewApps) -> Self {
        let distribution =
            Distribution::ALL.into_iter().find(|one| form.get("distributionState") == Some(one.label()));
        let mut basics = Basics {
            name: form.trimmed("label"),
            api_name: form.trimmed("apiName"),
            contact_email: form.trimmed("contactEmail"),
            distribution: distribution.unwrap_or_default(),
            contact_phone: form.trimmed("contactPhone"),
            info_url: form.trimmed("infoUrl"),
            logo_url: form.trimmed("logoUrl"),
            icon_url: form.trimmed("iconUrl"),
            description: form.trimmed("description"),
        };
        // Without scripts, a browser cannot derive it while the name is typed.
        if basics.api_name.is_empty() && form.get("derive").is_some() {
            basics.api_name = api_name(&basics.name);
        }
        let callback_text = form.get("callbackUrl").unwrap_or_default().to_owned();
        let lines = callback_text.lines().map(str::trim).filter(|line| !line.is_empty());
        let chosen: Vec<&str> = form.all("scope").collect();
        let mut oauth = OauthSettings {
            enabled: form.get("isOauthEnabled").is_some(),
            callbacks: lines.map(str::to_owned).collect(),
            scopes: scopes::in_order(|name| chosen.contains(&name)),
            ticked: Tick::all().filter(|tick| form.get(tick.field()).is_some()).collect(),
        };
        // ASSUMES: pkce-locked
        if apps.locks_pkce() {
            oauth.set(Tick::Pkce, true);
        }
        Self { basics, oauth, callback_text }
    }

    /// The errors in the form. `app` is the app being edited, `None` for a new one.
    pub(super) fn errors(&self, state: &State, app: Option<usize>) -> Errors {
        let mut errors = Errors::new();
        let mut refuse = |name, words: &str| {
            errors.entry(name).or_insert_with(|| words.to_owned());
        };
        if self.basics.name.is_empty() {
            refuse("label", COMPLETE);
        }
        if self.basics.api_name.is_empty() {
            refuse("apiName", COMPLETE);
        } else if !is_api_name(&self.basics.api_name) || self.is_taken(state, app) {
            refuse("apiName", API_NAME_RULE);
        }
        if self.basics.contact_email.is_empty() {
            refuse("contactEmail", COMPLETE);
        } else if !is_email(&self.basics.contact_email) {
            refuse("contactEmail", FORMAT);
        }
        for (name, value) in [
            ("infoUrl", &self.basics.info_url),
            ("logoUrl", &self.basics.logo_url),
            ("iconUrl", &self.basics.icon_url),
        ] {
            if !value.is_empty() && !is_web_address(value) {
                refuse(name, FORMAT);
            }
        }
        if self.oauth.enabled
            && let Err(words) = self.callbacks_are_good(state.switches.refuse_callback_form)
        {
            refuse("callbackUrl", &words);
        }
        errors
    }

    fn is_taken(&self, state: &State, own: Option<usize>) -> bool {
        state.listed_apps().any(|(index, app)| {
            Some(index) != own && app.basics.api_name.eq_ignore_ascii_case(&self.basics.api_name)
        })
    }

    /// Setup's rule: "the URL must use secure HTTPS or a custom URI scheme". `http://localhost` is accepted.
    // ASSUMES: callback-forms
    fn callbacks_are_good(&self, refused: Option<CallbackForm>) -> Result<(), String> {
        if self.oauth.callbacks.is_empty() {
            return Err(COMPLETE.to_owned());
        }
        if self.callback_text.replace('\r', "").chars().count() > CALLBACK_LIMIT {
            return Err(format!("The callback URLs together can have up to {CALLBACK_LIMIT} characters."));
        }
        for line in &self.oauth.callbacks {
            match form_of(line) {
                Some(form) if Some(form) != refused => {}
                _ => return Err(format!("{line}: The URL must use secure HTTPS or a custom URI scheme.")),
            }
        }
        Ok(())
    }
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
fn is_api_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && !name.ends_with('_')
        && !name.contains("__")
}

fn is_email(text: &str) -> bool {
    let Some((name, host)) = text.split_once('@') else { return false };
    let is_word =
        |word: &str| !word.is_empty() && !word.contains(|one: char| one.is_whitespace() || one == '@');
    is_word(name) && is_word(host) && host.contains('.') && !host.starts_with('.') && !host.ends_with('.')
}

fn is_web_address(text: &str) -> bool {
    Url::parse(text).is_ok_and(|address| matches!(address.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Options;

    fn good() -> Draft {
        let basics = Basics {
            name: "Another".to_owned(),
            api_name: "Another".to_owned(),
            contact_email: "admin@practice.example".to_owned(),
            ..Basics::default()
        };
        Draft { basics, ..Draft::blank(NewApps::November2026) }
    }

    fn with_callbacks(text: &str) -> Draft {
        let mut draft = good();
        draft.oauth.enabled = true;
        text.clone_into(&mut draft.callback_text);
        draft.oauth.callbacks = text.lines().map(str::to_owned).collect();
        draft
    }

    #[test]
    fn required_fields_are_asked_for_and_a_good_form_is_taken() {
        let state = State::new(&Options::default()).unwrap();
        let errors = Draft::blank(NewApps::November2026).errors(&state, None);
        let named: Vec<&str> = errors.keys().copied().collect();
        assert_eq!(named, ["apiName", "contactEmail", "label"], "the three that have no value");
        assert!(errors.values().all(|words| words == COMPLETE), "with Setup's words: {errors:?}");
        assert_eq!(good().errors(&state, None), Errors::new(), "nothing to say against this");
    }

    #[test]
    fn api_names_follow_the_rule_and_are_unique() {
        for name in ["1up", "_up", "up_", "u__p", "u p", "u-p", "ü"] {
            assert!(!is_api_name(name), "{name} breaks the rule");
        }
        assert!(is_api_name("Datatrax_Connect_2"), "letters, digits, single underscores");
        let state = State::new(&Options::default()).unwrap();
        let mut draft = good();
        "datatrax_connect".clone_into(&mut draft.basics.api_name);
        assert!(draft.errors(&state, None).contains_key("apiName"), "the seeded app has this name");
        assert!(draft.errors(&state, Some(0)).is_empty(), "which it may keep");
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

    #[test]
    fn callbacks_are_refused_when_missing_too_long_or_of_a_form_that_is_switched_off() {
        let mut state = State::new(&Options::default()).unwrap();
        let said = |draft: &Draft, state: &State| draft.errors(state, None).remove("callbackUrl");
        assert_eq!(said(&with_callbacks(""), &state).as_deref(), Some(COMPLETE), "none");
        let long = format!("https://a.example/{}", "x".repeat(CALLBACK_LIMIT));
        assert!(said(&with_callbacks(&long), &state).unwrap().contains("2000"), "too long");
        let three = "https://a.example/\nhttp://localhost:1/\ncom.example.app://back";
        assert_eq!(said(&with_callbacks(three), &state), None, "one of each form");
        state.switches.refuse_callback_form = Some(CallbackForm::CustomScheme);
        let words = said(&with_callbacks(three), &state).unwrap();
        assert!(words.starts_with("com.example.app://back"), "the line is named: {words}");
    }
}
