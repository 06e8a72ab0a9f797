//! The words of `words/rotation.toml`.

use serde::Deserialize;

use super::{fill::fill, words::section};
use crate::contract::view::{FormerPair, RotationStep, SetupPage};

/// The words of a step of a rotation.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StepWords {
    #[serde(default)]
    pub short: String,
    #[serde(default)]
    pub title: String,
    pub says: Vec<String>,
    #[serde(default)]
    pub does: String,
    #[serde(default)]
    pub page: Option<SetupPage>,
}

/// A step in words, with its facts filled in.
pub fn step(step: RotationStep, exposed: bool, facts: &[(&str, &str)]) -> StepWords {
    words_of(name_of(step), exposed, facts)
}

/// What the org says of the former pair, in words.
pub fn former(former: FormerPair, exposed: bool, facts: &[(&str, &str)]) -> Vec<String> {
    let name = match former {
        FormerPair::Works => "former_works",
        FormerPair::Dead => "former_dead",
        FormerPair::Unknown => "former_unknown",
    };
    words_of(name, exposed, facts).says
}

/// The end of a rotation that was taken back after its new pair had come into use.
pub fn taken_back_after_proof(facts: &[(&str, &str)]) -> StepWords {
    words_of("taken_back_proved", false, facts)
}

fn name_of(step: RotationStep) -> &'static str {
    match step {
        RotationStep::Agree => "agree",
        RotationStep::EndSignIn => "end_sign_in",
        RotationStep::Stage => "stage",
        RotationStep::Paste => "paste",
        RotationStep::Rotate => "rotate",
        RotationStep::Prove => "prove",
        RotationStep::SignIn => "sign_in",
        RotationStep::HandOver => "hand_over",
        RotationStep::EndFormer => "end_former",
        RotationStep::Finished => "finished",
        RotationStep::TakenBack => "taken_back",
    }
}

fn words_of(name: &str, exposed: bool, facts: &[(&str, &str)]) -> StepWords {
    let file = concat!("\n", include_str!("../words/rotation.toml"));
    let special = exposed.then(|| section(file, &format!("{name}_exposed"))).flatten();
    let found: Option<StepWords> = special.or_else(|| section(file, name));
    let StepWords { short, title, says, does, page } = found.unwrap_or_default();
    let filled = |words: String| {
        fill(&words, |fact| facts.iter().find(|(given, _)| *given == fact).map(|(_, value)| *value))
    };
    StepWords { says: says.into_iter().map(filled).collect(), short, title, does, page }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const STEPS: [RotationStep; 11] = [
        RotationStep::Agree,
        RotationStep::EndSignIn,
        RotationStep::Stage,
        RotationStep::Paste,
        RotationStep::Rotate,
        RotationStep::Prove,
        RotationStep::SignIn,
        RotationStep::HandOver,
        RotationStep::EndFormer,
        RotationStep::Finished,
        RotationStep::TakenBack,
    ];
    const FACTS: [(&str, &str); 3] = [("alias", "uat"), ("host", "acme.example"), ("until", "some day")];

    #[test]
    fn every_step_has_words_and_no_words_are_dead() {
        let file: BTreeMap<String, StepWords> =
            toml::from_str(include_str!("../words/rotation.toml")).expect("rotation.toml reads");
        let mut used: Vec<String> = STEPS.map(|step| name_of(step).to_owned()).to_vec();
        used.extend(
            ["former_works", "former_dead", "former_unknown", "taken_back_proved"].map(str::to_owned),
        );
        for name in &used {
            assert!(file.contains_key(name), "no words for {name}");
        }
        for name in file.keys() {
            let plain = name.strip_suffix("_exposed").unwrap_or(name);
            assert!(used.iter().any(|used| used == plain), "{name} is used nowhere");
        }
    }

    #[test]
    fn the_words_are_sentences_with_every_fact_filled_in() {
        for exposed in [false, true] {
            let formers = [FormerPair::Works, FormerPair::Dead, FormerPair::Unknown];
            let mut said: Vec<String> =
                formers.iter().flat_map(|one| former(*one, exposed, &FACTS)).collect();
            said.extend(taken_back_after_proof(&FACTS).says);
            for one in STEPS {
                let words = step(one, exposed, &FACTS);
                assert!(!words.title.is_empty(), "{one:?} has a heading");
                assert!(!words.says.is_empty() || one == RotationStep::EndFormer, "{one:?} says something");
                said.extend(words.says);
            }
            for text in said {
                assert!(text.ends_with('.') && !text.contains(['{', '}', '!']), "{text}");
            }
        }
    }

    #[test]
    fn an_exposed_pair_has_words_of_its_own() {
        for (one, words) in [
            (RotationStep::Agree, "is ended at acme.example first"),
            (RotationStep::Stage, "rotate at once"),
            (RotationStep::SignIn, "is over"),
        ] {
            let said = |exposed| step(one, exposed, &FACTS).says.join(" ");
            assert!(said(true).contains(words), "{}", said(true));
            assert!(!said(false).contains(words), "{}", said(false));
        }
    }
}
