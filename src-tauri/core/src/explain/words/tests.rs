use super::*;
use crate::explain::{causes, contract::CHECKS};

fn failures() -> BTreeMap<Code, FailureWords> {
    toml::from_str(include_str!("../../words/failures.toml")).expect("failures.toml reads")
}

fn checks() -> BTreeMap<CheckId, CheckWords> {
    toml::from_str(include_str!("../../words/checks.toml")).expect("checks.toml reads")
}

/// The names in braces.
fn placeholders(text: &str) -> Vec<&str> {
    text.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

fn all_text(words: &FailureWords) -> Vec<&String> {
    std::iter::once(&words.message).chain(&words.fix).chain(&words.fix_if_said).collect()
}

#[test]
fn every_code_has_words_and_no_words_are_dead() {
    // A table for a code that does not exist fails to parse.
    let failures = failures();
    let missing: Vec<_> = Code::ALL.iter().filter(|code| !failures.contains_key(code)).collect();
    assert!(missing.is_empty(), "no words for {missing:?}");
    assert_eq!(failures.len(), Code::ALL.len(), "as many words as codes");
}

#[test]
fn every_placeholder_is_declared_and_every_declared_fact_used() {
    for (code, words) in failures() {
        let used: Vec<&str> = all_text(&words).into_iter().flat_map(|text| placeholders(text)).collect();
        for name in &used {
            assert!(words.facts.contains_key(*name), "{code:?} uses {{{name}}} and does not declare it");
        }
        for name in words.facts.keys() {
            assert!(used.contains(&name.as_str()), "{code:?} declares {name} and does not use it");
        }
    }
}

#[test]
fn no_placeholder_is_left_with_all_facts_or_none() {
    for (code, words) in failures() {
        let given: Vec<(&str, &str)> = words.facts.keys().map(|name| (name.as_str(), "FACT")).collect();
        for facts in [given.as_slice(), &[]] {
            let failure = failure(code, facts);
            let text = format!("{} {}", failure.message, failure.fix.join(" "));
            assert!(!text.contains(['{', '}']), "{code:?} leaves a placeholder: {text}");
            assert_eq!(text.contains("FACT"), !facts.is_empty(), "{code:?} uses what it is given: {text}");
        }
    }
}

#[test]
fn a_fix_that_only_a_command_carries_out_is_marked_and_keeps_its_place() {
    // Each of these names another way too.
    let have_another_way = [Code::StartAtLoginRefused, Code::ProgramRefused];
    for (code, words) in failures() {
        let has_option =
            |fix: &String| fix.split_whitespace().any(|word| word.trim_start_matches('(').starts_with("--"));
        let with_option: Vec<usize> =
            words.fix.iter().enumerate().filter(|(_, fix)| has_option(fix)).map(|(at, _)| at).collect();
        let expected = if have_another_way.contains(&code) { Vec::new() } else { with_option };
        assert_eq!(words.typed, expected, "{code:?}");
    }
    // A row with words of its own has other fixes at the places of its code's.
    for sign in causes::PLACES.into_iter().flat_map(causes::at) {
        let told = causes::told(sign, &[]);
        let is_of_code = told == causes::told_of_code(sign.code, &[]);
        let left_out = typed_fixes(sign.code).iter().any(|at| *at < told.fix.len());
        assert!(is_of_code || !left_out, "{}: {:?}", sign.id, told.fix);
    }
}

#[test]
fn what_is_to_be_entered_is_told_as_data_and_word_for_word() {
    let facts = [("lines", "http://a/callback\napp://b"), ("host", "acme.example")];
    for code in Code::ALL {
        let fix = failure(*code, &facts).fix;
        for Exact { of, text, lines, scopes } in exact(*code, &facts) {
            let whole = [std::slice::from_ref(&text), &lines].concat().join("\n");
            assert_eq!(fix[of], whole, "{code:?}: the fix, its lines apart");
            assert!(scopes.iter().all(|scope| text.contains(scope)), "{code:?}: {scopes:?} in {text}");
        }
    }
    let entered = |code| exact(code, &facts).into_iter().flat_map(|exact| exact.lines).count();
    let callbacks = [Code::CallbackMissing, Code::CallbackHostedOnly, Code::CallbackHostedMissing];
    for code in Code::ALL {
        assert_eq!(entered(*code), if callbacks.contains(code) { 2 } else { 0 }, "{code:?}");
    }
    assert_eq!(exact(Code::CallbackMissing, &[]), [], "general words are no lines");
}

#[test]
fn every_scope_of_the_words_stands_in_a_fix_of_theirs() {
    for (code, words) in failures() {
        for scope in &words.scopes {
            assert!(words.fix.iter().any(|fix| fix.contains(scope)), "{code:?} wants {scope} in no fix");
        }
    }
}

#[test]
fn every_check_has_words_for_every_state() {
    let ids: Vec<CheckId> =
        CHECKS.iter().map(|name| serde_json::from_value((*name).into()).expect("a check")).collect();
    assert_eq!(checks().into_keys().collect::<Vec<_>>(), ids, "words for each check, in order");
    let states =
        [CheckState::Pass, CheckState::Warn, CheckState::Fail, CheckState::Unknown, CheckState::Skip];
    for id in ids {
        let mut messages: Vec<String> =
            states.iter().map(|state| finding(id, *state, None, &[]).message).collect();
        messages.sort();
        messages.dedup();
        assert_eq!(messages.len(), states.len(), "{id:?} has words of its own for each state");
        assert!(messages.iter().all(|message| message.ends_with('.')), "{id:?} speaks in sentences");
        assert!(!finding(id, CheckState::Pass, None, &[]).title.is_empty(), "{id:?} has a title");
    }
}

#[test]
fn a_finding_with_a_code_speaks_its_words() {
    let finding =
        finding(CheckId::Key, CheckState::Unknown, Some(Code::KeyUnknown), &[("host", "acme.example")]);
    assert_eq!(finding.title, "Consumer Key", "Salesforce's label");
    assert_eq!(finding.state, CheckState::Unknown, "the state is the caller's");
    assert!(finding.message.starts_with("acme.example does not know"), "{}", finding.message);
    assert!(finding.fix.len() > 1 && finding.code == Some(Code::KeyUnknown), "the fixes of the code");
}

#[test]
fn facts_are_cleaned_and_unknown_ones_put_in_general_words() {
    let hostile = failure(Code::AddressNotSalesforce, &[("host", "evil\u{1b}]0;x\u{7}\n{lines}")]);
    assert!(hostile.message.starts_with("evil ]0;x {lines} is not"), "{}", hostile.message);
    let general = failure(Code::KeyUnknown, &[("host", "  "), ("unheard", "of")]);
    assert!(general.message.starts_with("The org does not know"), "{}", general.message);
}

#[test]
fn a_pause_is_told_with_its_end_and_in_general_words_only_without_one() {
    let now = OffsetDateTime::UNIX_EPOCH;
    for (code, general) in
        [(Code::RateLimited, "in 15 to 30 minutes"), (Code::SalesforceUnavailable, "in a few minutes")]
    {
        let unknown = failure(code, &[]);
        assert!(unknown.fix[0].contains(general) && unknown.retry_at.is_none(), "{unknown:?}");
        for (pause, when) in [
            (Duration::seconds(30), "Try again after 1970-01-01 00:00:30 UTC."),
            (Duration::milliseconds(86_399_001), "Try again after 1970-01-02 00:00:00 UTC."),
            (Duration::ZERO, "Try again now."),
            (-Duration::HOUR, "Try again now."),
        ] {
            let told = failure_until(code, &[], now + pause, now);
            assert_eq!((told.fix[0].as_str(), told.retry_at), (when, Some(now + pause)), "{code:?}");
        }
    }
}

#[test]
fn the_portals_reading_of_a_missing_challenge_stands_beside_salesforces() {
    let failure = failure(Code::ChallengeMissing, &[]);
    assert!(failure.message.contains("known and active"), "what Salesforce says: {}", failure.message);
    assert!(failure.fix.join(" ").contains("5 to 10 minutes"), "what the portal says: {:?}", failure.fix);
}

const UNWANTED: [&str; 12] = [
    "!",
    "simply",
    "please",
    "contact your administrator",
    "your administrator",
    "oops",
    "just ",
    "obviously",
    "of course",
    "invalid value",
    "an error occurred",
    "  ",
];

/// What only some systems have. Words that stand here hold on every one: what differs is a fact of whoever knows the system.
const OF_SOME_SYSTEMS: [&str; 8] =
    ["chmod", " sh ", "XDG_", "<(", "AppIndicator", "systemctl", "powershell", "Explorer"];

#[test]
fn advice_that_holds_on_one_system_alone_is_not_given_on_every() {
    let files = [include_str!("../../words/failures.toml"), include_str!("../../words/doctor.toml")];
    for line in files.iter().flat_map(|file| file.lines()) {
        let found: Vec<_> = OF_SOME_SYSTEMS.iter().filter(|name| line.contains(**name)).collect();
        assert!(found.is_empty(), "{found:?}: {line}");
    }
    let told = failure(Code::ProgramNotRun, &[("script", "Name it.")]);
    assert!(
        told.fix.contains(&"Name it.".to_owned()),
        "who knows the system says what to do there: {told:?}"
    );
}

/// The house style: plain, kind, exact.
#[test]
fn words_keep_the_style() {
    let mut texts = Vec::new();
    for (code, words) in failures() {
        assert!(words.message.ends_with('.'), "{code:?}: a message is a sentence");
        assert!(words.fix.iter().all(|fix| fix.ends_with(['.', '}'])), "{code:?}: a fix is a sentence");
        assert!(words.fix.len() <= 4, "{code:?}: nobody reads more than four");
        texts.extend(all_text(&words).into_iter().cloned());
    }
    for words in checks().into_values() {
        texts.extend([words.title, words.pass, words.warn, words.fail, words.unknown, words.skip]);
    }
    for step in crate::guide::steps(None) {
        texts.extend([step.title, step.why, step.proof.text]);
        texts.extend(step.actions);
        texts.extend(step.notes.into_iter().flat_map(|note| [note.title, note.text]));
        texts.extend(step.variants.into_iter().flat_map(|variant| [variant.when, variant.action]));
    }
    for text in texts {
        let lower = text.to_lowercase();
        let found: Vec<_> = UNWANTED.iter().filter(|word| lower.contains(**word)).collect();
        assert!(found.is_empty(), "{text:?} has {found:?}");
    }
}
