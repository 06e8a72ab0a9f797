use std::collections::BTreeSet;

use super::{words::WORDS, *};

mod coverage;
mod languages;

fn rows() -> impl Iterator<Item = &'static Sign> {
    PLACES.into_iter().flat_map(at)
}

#[test]
fn every_row_has_words_that_can_be_read_and_no_words_are_left_over() {
    for sign in rows() {
        let Told { message, fix, .. } = told(sign, &[("host", "acme.example")]);
        assert!(!message.is_empty() && !fix.is_empty(), "{} says what is so and what to do", sign.id);
        let whole = format!("{message} {}", fix.join(" "));
        assert!(!whole.contains(['{', '}']), "{}: {whole}", sign.id);
        assert!(fix.len() <= 4, "{}: nobody reads more than four", sign.id);
    }
    let ids: BTreeSet<&str> = rows().map(|sign| sign.id).collect();
    let tables: toml::Table = toml::from_str(WORDS).unwrap();
    for (id, words) in tables {
        assert!(ids.contains(id.as_str()), "{id} has words and no row");
        let sign = rows().find(|sign| sign.id == id).unwrap();
        assert_eq!(
            told(sign, &[]).message.get(..12),
            words["message"].as_str().unwrap().get(..12),
            "{id} is read"
        );
    }
}

#[test]
fn words_of_rows_and_secrets_keep_the_style() {
    for file in [WORDS, include_str!("../../words/secrets.toml")] {
        let tables: toml::Table = toml::from_str(file).unwrap();
        for (id, words) in tables {
            let fix = words["fix"].as_array().unwrap();
            for text in std::iter::once(&words["message"]).chain(fix) {
                let text = text.as_str().unwrap();
                assert!(text.ends_with('.'), "{id}: a sentence: {text}");
                let lower = text.to_lowercase();
                for unwanted in [
                    "!",
                    "simply",
                    "please",
                    "contact your",
                    "oops",
                    "just ",
                    "obviously",
                    "  ",
                    "salesforce says",
                ] {
                    assert!(!lower.contains(unwanted), "{id}: {text:?} has {unwanted}");
                }
            }
        }
    }
}

#[test]
fn rows_are_written_in_the_form_in_which_answers_are_compared() {
    for sign in rows() {
        for error in sign.errors {
            assert_eq!(plain(error), *error, "{}: an error in small letters", sign.id);
        }
        for said in sign.says {
            for part in said.split('…') {
                assert_eq!(
                    words_of(part).replace('_', " "),
                    part.replace('_', " "),
                    "{}: words alone",
                    sign.id
                );
            }
        }
        assert!(!sign.source.is_empty(), "{}: a source", sign.id);
    }
}

#[test]
fn what_the_description_decides_stands_before_what_the_error_decides() {
    for place in [At::Authorize, At::Token] {
        for (error, description, code) in [
            ("access_denied", "Cross-org OAuth flows are not supported", Code::BrowserElsewhere),
            ("invalid_client", "app must be installed into org", Code::AppNotInstalled),
            ("something_new", "app must be installed into org", Code::AppNotInstalled),
        ] {
            let found = find(place, error, &words_of(description)).map(|sign| sign.code);
            assert_eq!(found, Some(code), "{place:?} {error}: {description}");
        }
    }
}

#[test]
fn a_row_of_one_name_means_the_same_wherever_it_is_said() {
    for sign in rows() {
        let others: BTreeSet<bool> =
            rows().filter(|other| other.id == sign.id).map(|other| other.code == sign.code).collect();
        let may_differ = [
            "secret_wrong",
            "call_refused",
            "call_failed",
            "password_expired",
            "login_failed",
            "salesforce_down",
            "callback_not_sent",
            "other_flow",
            "attestation_passing",
            "request_of_program",
        ];
        assert!(others.len() == 1 || may_differ.contains(&sign.id), "{} has two codes", sign.id);
    }
}
