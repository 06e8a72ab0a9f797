//! The values typed into the form of an External Client App, and Setup's checks of them.

use super::fields::{COMPLETE, Errors};
use crate::http::call::Fields;
use crate::world::apps::app::{App, api_name};
use crate::world::apps::rules::{self, is_api_name, is_email, is_web_address};
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
        let chosen: Vec<&str> = form.all("scope").collect();
        let mut oauth = OauthSettings {
            enabled: form.get("isOauthEnabled").is_some(),
            callbacks: rules::lines_of(&callback_text),
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

    fn callbacks_are_good(&self, refused: Option<CallbackForm>) -> Result<(), String> {
        if self.oauth.callbacks.is_empty() {
            return Err(COMPLETE.to_owned());
        }
        rules::callbacks_are_good(&self.callback_text, &self.oauth.callbacks, refused)
    }
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
    fn an_api_name_is_there_once() {
        let state = State::new(&Options::default()).unwrap();
        let mut draft = good();
        "datatrax_connect".clone_into(&mut draft.basics.api_name);
        assert!(draft.errors(&state, None).contains_key("apiName"), "the seeded app has this name");
        assert!(draft.errors(&state, Some(0)).is_empty(), "which it may keep");
    }

    #[test]
    fn callbacks_are_refused_when_missing_too_long_or_of_a_form_that_is_switched_off() {
        let mut state = State::new(&Options::default()).unwrap();
        let said = |draft: &Draft, state: &State| draft.errors(state, None).remove("callbackUrl");
        assert_eq!(said(&with_callbacks(""), &state).as_deref(), Some(COMPLETE), "none");
        let long = format!("https://a.example/{}", "x".repeat(2000));
        assert!(said(&with_callbacks(&long), &state).unwrap().contains("2000"), "too long");
        let three = "https://a.example/\nhttp://localhost:1/\ncom.example.app://back";
        assert_eq!(said(&with_callbacks(three), &state), None, "one of each form");
        state.switches.refuse_callback_form = Some(CallbackForm::CustomScheme);
        let words = said(&with_callbacks(three), &state).unwrap();
        assert!(words.starts_with("com.example.app://back"), "the line is named: {words}");
    }
}
