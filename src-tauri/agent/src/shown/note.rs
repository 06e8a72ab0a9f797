//! Which of the controller's notices are worth a notification.

use std::collections::BTreeSet;

use connect_core::{
    contract::view::{
        AttemptEvent, CheckState, ConnectionView, Failure, Finding, KeyProtection, Notice, Place,
        ProgramAsks, SecretCopied, Status,
    },
    controller::Warning,
    explain::{self, Code},
};

use super::bounded::without_middle;

/// The longest title in columns: it has one line, and a button is as wide as its text.
const LONGEST_NAME: usize = 36;
const LONGEST_ON_BUTTON: usize = 24;

/// One notification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    pub title: String,
    pub text: String,
    /// Where a click leads.
    pub place: Place,
}

impl Note {
    /// The label of the button that some desktops show for the click.
    pub(crate) fn button(&self) -> String {
        match &self.place {
            Place::Connection { alias } => format!("Open {}", without_middle(alias, LONGEST_ON_BUTTON)),
            Place::Attempt { .. } => "Open the sign-in".to_owned(),
            Place::SetUp { .. } => "Open the set-up".to_owned(),
            Place::Settings => "Open the settings".to_owned(),
            Place::Connections
            | Place::Add
            | Place::Quit
            | Place::Help
            | Place::Computer
            | Place::Explain
            | Place::Requests => "Open Datatrax Connect".to_owned(),
        }
    }
}

/// A click on a note, and the desktop's activation token, where it gave one.
pub(crate) struct Click {
    pub(crate) place: Place,
    pub(crate) activation_token: Option<String>,
}

/// The memory of what was told so far.
#[derive(Debug, Default)]
pub struct Model {
    /// Sign-ins that had to wait until Salesforce knew the app.
    waited: BTreeSet<String>,
    /// The connections that need a person.
    needy: BTreeSet<String>,
}

impl Model {
    /// Whether other connections than before need a person. The controller knows which of them were told.
    pub fn ends_differ(&mut self, notice: &Notice) -> bool {
        let Notice::Snapshot(snapshot) = notice else { return false };
        let needy = |connection: &&ConnectionView| connection.status == Status::NeedsYou;
        let needy = snapshot.connections.iter().filter(needy).map(|connection| connection.alias.clone());
        let needy: BTreeSet<String> = needy.collect();
        let differ = needy != self.needy;
        self.needy = needy;
        differ
    }

    /// The note for this notice, if it is worth one. `alias` names the connection of a sign-in.
    pub fn note(&mut self, notice: &Notice, alias: impl Fn(&str) -> Option<String>) -> Option<Note> {
        match notice {
            Notice::SecretCopied(SecretCopied { alias, text }) => Some(Note {
                title: titled("Consumer Secret copied", alias),
                text: text.clone(),
                place: Place::Connection { alias: alias.clone() },
            }),
            Notice::GuardChanged { protection } => Some(key_protection_changed(*protection)),
            Notice::WayChanged { text } => Some(Note {
                title: "The way to Salesforce was changed".to_owned(),
                text: format!("{text} If nobody here asked for that, change it back in the settings."),
                place: Place::Settings,
            }),
            Notice::ProgramAsks(asks) => Some(program_asks(asks)),
            Notice::Attempt { attempt, event, .. } => self.attempt(attempt, event, alias),
            Notice::Snapshot(_) | Notice::Settings(_) | Notice::ComeForward(_) | Notice::Ending { .. } => {
                None
            }
        }
    }

    fn attempt(
        &mut self,
        id: &str,
        event: &AttemptEvent,
        alias: impl Fn(&str) -> Option<String>,
    ) -> Option<Note> {
        let named = |words: &str| match alias(id) {
            Some(alias) => titled(words, &alias),
            None => words.to_owned(),
        };
        let note = |title: &str, text: &str| {
            Some(Note {
                title: named(title),
                text: text.to_owned(),
                place: Place::Attempt { id: id.to_owned() },
            })
        };
        match event {
            AttemptEvent::Waiting { .. } => {
                self.waited.insert(id.to_owned());
                None
            }
            AttemptEvent::Authorize { .. } if self.waited.remove(id) => {
                note("Salesforce knows the app now", "Sign in in the browser to finish the connection.")
            }
            AttemptEvent::Confirm { question, .. } => {
                note("One question before it is stored", &question.message)
            }
            AttemptEvent::Failed(failure) if self.waited.remove(id) && is_news(failure) => {
                note("The wait has ended without a connection", &failure.message)
            }
            AttemptEvent::Authorize { .. } | AttemptEvent::Connected { .. } | AttemptEvent::Failed(_) => {
                self.waited.remove(id);
                None
            }
        }
    }
}

/// Whether a failure is news: the person who cancelled knows about it.
fn is_news(failure: &Failure) -> bool {
    !matches!(failure.code, Code::Cancelled | Code::Replaced)
}

/// The note about a program that waits for an answer, which is given in the window.
fn program_asks(asks: &ProgramAsks) -> Note {
    let ProgramAsks { alias, host, by, .. } = asks;
    let program = by.program.as_deref().unwrap_or("A program that this computer does not tell");
    let text = format!(
        "{program} asks for the first time for a token of {alias} ({host}), and waits. Answer in the window."
    );
    of_connection("May a program use it?", alias, &text)
}

fn key_protection_changed(protection: KeyProtection) -> Note {
    let now = &explain::names::key_protection(protection).now;
    let text =
        format!("{now} If nobody here asked for that, reconnect each connection with a new Consumer Secret.");
    Note { title: "The key of the vault was changed".to_owned(), text, place: Place::Settings }
}

/// The note about a connection that ends.
pub fn ending(Warning { alias, days, text }: &Warning) -> Note {
    let words = match days {
        0 => "Needs you".to_owned(),
        1 => "Ends within a day".to_owned(),
        days => format!("Ends within {days} days"),
    };
    of_connection(&words, alias, text)
}

/// The note about all connections that ended with the session that the key of the vault was kept for.
pub fn ended_with_session(ended: &[&Warning]) -> Note {
    const NAMED: usize = 3;
    const WHY: &str = "The key of the vault was kept for that session alone, as was chosen.";
    if let [Warning { alias, text, .. }] = ended {
        return of_connection("The sign-in ended with the last session", alias, &format!("{WHY} {text}"));
    }
    let names: Vec<_> =
        ended.iter().take(NAMED).map(|end| without_middle(&end.alias, LONGEST_NAME)).collect();
    let more = ended.len().checked_sub(NAMED).filter(|more| *more > 0);
    let more = more.map(|more| format!(" and {more} more")).unwrap_or_default();
    Note {
        title: format!("{} sign-ins ended with the last session", ended.len()),
        text: format!(
            "{}{more}. {WHY} Each needs its Consumer Key and Consumer Secret pasted again, and one sign-in. Names, settings \
             and history stay.",
            names.join(", ")
        ),
        place: Place::Connections,
    }
}

/// The note for a check, asked for by a person, that found nothing wrong.
pub(crate) fn is_well(alias: &str) -> Note {
    of_connection(
        "All is well",
        alias,
        "The check found nothing wrong: the org answers, and the sign-in works.",
    )
}

/// The note for a window whose program could not be started.
pub(crate) fn no_window(place: Place) -> Note {
    Note {
        title: "The window could not be opened".to_owned(),
        text: "Its program is not where it was, or cannot be run. Install Datatrax Connect again, or use dtx in a terminal."
            .to_owned(),
        place,
    }
}

/// The note for an address that could not be copied.
pub(crate) fn not_copied(address: &str) -> Note {
    Note {
        title: "Could not copy the address".to_owned(),
        text: format!("No clipboard could be reached here. The address is {address}"),
        place: Place::Connections,
    }
}

/// The note for a setting that stays as it was, with the reason.
pub(crate) fn not_set(what: &str, reason: &str) -> Note {
    Note { title: format!("Could not change {what}"), text: reason.to_owned(), place: Place::Settings }
}

/// The note for a request that failed, or found something.
pub(crate) fn of_connection(words: &str, alias: &str, text: &str) -> Note {
    let place = Place::Connection { alias: alias.to_owned() };
    Note { title: titled(words, alias), text: text.to_owned(), place }
}

/// The finding of a check that a person has to look at, if any: an unknown one counts if it keeps the connection from
/// being used.
pub(crate) fn trouble(checks: &[Finding]) -> Option<&Finding> {
    const TRY_LATER: u8 = 4;
    let failed = checks.iter().find(|finding| finding.state == CheckState::Fail);
    let is_away = |finding: &&Finding| {
        finding.state == CheckState::Unknown && finding.code.is_some_and(|code| code.exit() == TRY_LATER)
    };
    failed.or_else(|| checks.iter().find(is_away))
}

/// The text before the name: a desktop cuts a title at its end.
fn titled(words: &str, alias: &str) -> String {
    format!("{words}: {}", without_middle(alias, LONGEST_NAME))
}

#[cfg(test)]
mod tests {
    use connect_core::{
        contract::view::{Awaited, CheckId},
        explain::failure,
    };

    use super::*;

    fn waiting() -> AttemptEvent {
        AttemptEvent::Waiting { what: Awaited::Activation, next_check_at: time::OffsetDateTime::UNIX_EPOCH }
    }

    fn authorize() -> AttemptEvent {
        AttemptEvent::Authorize {
            url: "https://x".to_owned(),
            redirect_uri: "http://x".to_owned(),
            browser: None,
        }
    }

    fn said(model: &mut Model, event: AttemptEvent) -> Option<String> {
        let notice = Notice::Attempt { attempt: "a1".to_owned(), event, after: None };
        model.note(&notice, |_| Some("acme".to_owned())).map(|note| note.title)
    }

    #[test]
    fn only_a_sign_in_that_had_to_wait_is_told_about_once() {
        let mut model = Model::default();
        assert_eq!(said(&mut model, authorize()), None, "the person who clicked sees the browser");
        assert_eq!(said(&mut model, waiting()), None, "waiting asks for no action");
        assert_eq!(said(&mut model, waiting()), None, "however long");
        assert_eq!(
            said(&mut model, authorize()).as_deref(),
            Some("Salesforce knows the app now: acme"),
            "activated"
        );
        assert_eq!(said(&mut model, authorize()), None, "once");
    }

    #[test]
    fn a_wait_in_vain_is_told_and_a_cancelled_one_is_not() {
        for (code, told) in [(Code::KeyUnknown, true), (Code::Cancelled, false), (Code::Replaced, false)] {
            let mut model = Model::default();
            said(&mut model, waiting());
            let event = AttemptEvent::Failed(failure(code, &[]));
            assert_eq!(said(&mut model, event).is_some(), told, "{code:?}");
        }
        let not_waited = AttemptEvent::Failed(failure(Code::Denied, &[]));
        assert_eq!(said(&mut Model::default(), not_waited), None, "the person who denied knows it");
    }

    #[test]
    fn another_key_of_the_vault_is_told_and_leads_to_the_settings() {
        for (protection, kept) in [
            (KeyProtection::Keychain, "The keychain of this computer keeps the key"),
            (KeyProtection::Passphrase, "The key of the vault is protected with a passphrase."),
            (KeyProtection::Session, "The key of the vault is kept for this session only."),
        ] {
            let note = Model::default().note(&Notice::GuardChanged { protection }, |_| None).unwrap();
            assert!(note.text.starts_with(kept), "{protection:?}: {}", note.text);
            assert_eq!(note.place, Place::Settings, "where it can be changed back");
        }
    }

    #[test]
    fn another_way_to_salesforce_is_told_and_leads_to_the_settings() {
        let notice = Notice::WayChanged { text: "Another proxy.".to_owned() };
        let note = Model::default().note(&notice, |_| None).unwrap();
        assert!(note.text.starts_with("Another proxy. If nobody here asked"), "{}", note.text);
        assert_eq!(note.place, Place::Settings, "where it can be changed back");
    }

    #[test]
    fn an_ending_connection_leads_to_itself() {
        for (days, title) in
            [(0, "Needs you: acme"), (1, "Ends within a day: acme"), (7, "Ends within 7 days: acme")]
        {
            let warning = Warning { alias: "acme".to_owned(), days, text: "why".to_owned() };
            let note = ending(&warning);
            let place = Place::Connection { alias: "acme".to_owned() };
            assert_eq!(note, Note { title: title.to_owned(), text: "why".to_owned(), place }, "{days} days");
        }
    }

    #[test]
    fn what_ended_with_a_session_is_one_note_however_many_it_were() {
        let warning =
            |alias: &str| Warning { alias: alias.to_owned(), days: 0, text: "what to do".to_owned() };
        let all = ["a", "b", "c", "d", "e"].map(warning);
        let all: Vec<_> = all.iter().collect();
        let one = ended_with_session(&all[..1]);
        assert_eq!(
            (one.title.as_str(), one.text.ends_with("as was chosen. what to do")),
            ("The sign-in ended with the last session: a", true)
        );
        assert_eq!(one.place, Place::Connection { alias: "a".to_owned() }, "it leads to itself");
        for (count, names) in
            [(2, "a, b. The key"), (3, "a, b, c. The key"), (5, "a, b, c and 2 more. The key")]
        {
            let several = ended_with_session(&all[..count]);
            assert_eq!(several.title, format!("{count} sign-ins ended with the last session"));
            assert!(several.text.starts_with(names), "{}", several.text);
            assert_eq!(several.place, Place::Connections, "where all of them are");
        }
    }

    #[test]
    fn a_long_name_takes_no_words_from_a_title_and_says_where_a_button_leads() {
        let alias = "acme-international-holdings--uat-2acme-international-holdings--u";
        let warning = Warning { alias: alias.to_owned(), days: 0, text: "why".to_owned() };
        let note = ending(&warning);
        assert_eq!(note.title, "Needs you: acme-international…ional-holdings--u");
        assert_eq!(note.button(), "Open acme-interna…holdings--u");
        let settings = key_protection_changed(KeyProtection::Keychain);
        assert_eq!(settings.button(), "Open the settings", "and elsewhere");
    }

    #[test]
    fn what_a_check_found_is_told_where_somebody_can_do_something_about_it() {
        let finding =
            |state, code: Option<Code>| connect_core::explain::finding(CheckId::Api, state, code, &[]);
        let (well, hint) =
            (finding(CheckState::Pass, None), finding(CheckState::Warn, Some(Code::RecordHidden)));
        let (open, away) =
            (finding(CheckState::Unknown, None), finding(CheckState::Unknown, Some(Code::NetworkConnect)));
        let wrong = finding(CheckState::Fail, Some(Code::ApiDisabled));
        let table = [
            (vec![well.clone(), hint, open.clone()], None),
            (vec![well, away.clone(), open], Some(&away)),
            (vec![away.clone(), wrong.clone()], Some(&wrong)),
        ];
        for (checks, expected) in table {
            assert_eq!(trouble(&checks), expected, "{checks:?}");
        }
    }
}
