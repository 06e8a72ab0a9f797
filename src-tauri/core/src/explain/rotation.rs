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

/// What decides between two tables for one thing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Case {
    pub exposed: bool,
    /// Whether there is no sign-in that the org could take with the new pair.
    pub over: bool,
}

/// What is said beside a step or at the end of a rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// The sign-in was ended, and the org calls its tokens dead.
    EndDead,
    /// The sign-in was ended, and the org does not tell whether its tokens are dead.
    EndUntold,
    /// The org refused to end the sign-in.
    EndRefused,
    /// A pasted pair is no longer kept.
    PairLost,
    /// The org has refused the sign-in with the new pair once.
    Doubted,
    /// Other connections here have the same pair.
    Others,
    /// What the org says of the former pair.
    Former(FormerPair),
    /// The org accepts the former pair although its time is over.
    FormerLate,
    /// The former pair is no longer kept.
    FormerLost,
    /// It is over, and this is how the former pair is.
    Finished(FormerPair),
    /// It was taken back after its new pair had come into use.
    TakenBackProved,
    /// The offer to stage a pair by REST.
    OfferStage,
    /// The offer to put the staged pair in force by REST.
    OfferRotate,
    /// A step was not done by REST: the org says that it is not enabled.
    RestOff,
    /// The same: the org refuses it to the user.
    RestRefused,
    /// The same: the org does not have it.
    RestAbsent,
    /// The same: the app was not found.
    RestNotFound,
    /// The same: the answer is not understood.
    RestUnread,
    /// Whether the pair was put in force by REST cannot be told.
    RestUntold,
    /// The new pair was staged by REST.
    Staged,
    /// The new pair was taken by REST, and was staged before.
    StagedBefore,
}

/// A step in words, with its facts filled in.
pub fn step(step: RotationStep, case: Case, facts: &[(&str, &str)]) -> StepWords {
    words_of(name_of(step), case, facts)
}

/// What is said beside a step or at the end, with its facts filled in.
pub fn beside(beside: Beside, case: Case, facts: &[(&str, &str)]) -> StepWords {
    words_of(name_of_beside(beside), case, facts)
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
        RotationStep::Finished => "finished_dead",
        RotationStep::TakenBack => "taken_back",
    }
}

fn name_of_beside(beside: Beside) -> &'static str {
    match beside {
        Beside::EndDead => "end_dead",
        Beside::EndUntold => "end_untold",
        Beside::EndRefused => "end_refused",
        Beside::PairLost => "pair_lost",
        Beside::Doubted => "doubted",
        Beside::Others => "others",
        Beside::Former(FormerPair::Works) => "former_works",
        Beside::Former(FormerPair::Dead) => "former_dead",
        Beside::Former(FormerPair::Unknown) => "former_unknown",
        Beside::FormerLate => "former_late",
        Beside::FormerLost => "former_lost",
        Beside::Finished(FormerPair::Works) => "finished_works",
        Beside::Finished(FormerPair::Dead) => "finished_dead",
        Beside::Finished(FormerPair::Unknown) => "finished_unknown",
        Beside::TakenBackProved => "taken_back_proved",
        Beside::OfferStage => "offer_stage",
        Beside::OfferRotate => "offer_rotate",
        Beside::RestOff => "rest_off",
        Beside::RestRefused => "rest_refused",
        Beside::RestAbsent => "rest_absent",
        Beside::RestNotFound => "rest_not_found",
        Beside::RestUnread => "rest_unread",
        Beside::RestUntold => "rest_untold",
        Beside::Staged => "staged_by_rest",
        Beside::StagedBefore => "staged_before",
    }
}

fn words_of(name: &str, case: Case, facts: &[(&str, &str)]) -> StepWords {
    let file = concat!("\n", include_str!("../words/rotation.toml"));
    let special = |is_so: bool, suffix: &str| {
        is_so.then(|| section::<StepWords>(file, &format!("{name}_{suffix}"))).flatten()
    };
    let found = special(case.over, "over").or_else(|| special(case.exposed, "exposed"));
    let StepWords { short, title, says, does, page } =
        found.or_else(|| section(file, name)).unwrap_or_default();
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
    const BESIDE: [Beside; 25] = [
        Beside::EndDead,
        Beside::EndUntold,
        Beside::EndRefused,
        Beside::PairLost,
        Beside::Doubted,
        Beside::Others,
        Beside::Former(FormerPair::Works),
        Beside::Former(FormerPair::Dead),
        Beside::Former(FormerPair::Unknown),
        Beside::FormerLate,
        Beside::FormerLost,
        Beside::Finished(FormerPair::Works),
        Beside::Finished(FormerPair::Dead),
        Beside::Finished(FormerPair::Unknown),
        Beside::TakenBackProved,
        Beside::OfferStage,
        Beside::OfferRotate,
        Beside::RestOff,
        Beside::RestRefused,
        Beside::RestAbsent,
        Beside::RestNotFound,
        Beside::RestUnread,
        Beside::RestUntold,
        Beside::Staged,
        Beside::StagedBefore,
    ];
    const FACTS: [(&str, &str); 5] = [
        ("alias", "uat"),
        ("host", "acme.example"),
        ("until", "some day"),
        ("others", "one, two"),
        ("user", "ada@acme.example"),
    ];

    fn cases() -> impl Iterator<Item = Case> {
        let both = [false, true];
        both.into_iter().flat_map(move |exposed| both.map(|over| Case { exposed, over }))
    }

    #[test]
    fn every_step_has_words_and_no_words_are_dead() {
        let file: BTreeMap<String, StepWords> =
            toml::from_str(include_str!("../words/rotation.toml")).expect("rotation.toml reads");
        let mut used = STEPS.map(name_of).to_vec();
        used.extend(BESIDE.map(name_of_beside));
        for name in &used {
            assert!(file.contains_key(*name), "no words for {name}");
        }
        for name in file.keys() {
            let names = [Some(name.as_str()), name.strip_suffix("_exposed"), name.strip_suffix("_over")];
            assert!(names.into_iter().flatten().any(|name| used.contains(&name)), "{name} is used nowhere");
        }
    }

    #[test]
    fn the_words_are_sentences_with_every_fact_filled_in() {
        for case in cases() {
            let mut said: Vec<String> =
                BESIDE.iter().flat_map(|one| beside(*one, case, &FACTS).says).collect();
            for one in STEPS {
                let words = step(one, case, &FACTS);
                assert!(!words.title.is_empty() && !words.says.is_empty(), "{one:?} in {case:?}");
                said.extend(words.says);
            }
            for text in said {
                assert!(text.ends_with('.') && !text.contains(['{', '}', '!']), "{text}");
            }
        }
    }

    #[test]
    fn an_exposed_pair_and_a_sign_in_that_is_over_have_words_of_their_own() {
        let exposed = Case { exposed: true, over: false };
        let over = Case { exposed: true, over: true };
        for (one, case, words) in [
            (RotationStep::Agree, exposed, "is ended at acme.example first"),
            (RotationStep::Stage, exposed, "rotate at once"),
            (RotationStep::HandOver, exposed, "may work still"),
            (RotationStep::TakenBack, exposed, "can use it as before"),
            (RotationStep::TakenBack, over, "no sign-in"),
            (RotationStep::Prove, over, "you sign in with it"),
            (RotationStep::SignIn, over, "is over"),
        ] {
            let said = |case| step(one, case, &FACTS).says.join(" ");
            assert!(said(case).contains(words), "{}", said(case));
            assert!(!said(Case::default()).contains(words), "{}", said(Case::default()));
        }
    }

    #[test]
    fn no_words_say_that_it_is_over_while_an_exposed_pair_works_or_may_work() {
        let exposed = Case { exposed: true, over: false };
        let works = beside(Beside::Former(FormerPair::Works), exposed, &FACTS);
        assert!(works.says.join(" ").contains("not over before it is dead"), "{works:?}");
        assert_eq!(works.does, "Ask the org again", "what leads on");
        let unknown = beside(Beside::Finished(FormerPair::Unknown), exposed, &FACTS);
        assert!(!unknown.title.contains("is over") && unknown.title.contains("not proved"), "{unknown:?}");
    }
}
