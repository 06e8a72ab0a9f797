//! The steps of a rotation that the program does by REST in place of a person in Setup, and what follows where the org says no.

use std::{fs, path::Path};

use connect_tests::{Desk, INTEGRATION_USER, Terminal, one_at_a_time};
use practice_org::{Endpoint, Fault, Org, What};
use serde_json::Value;

use crate::rotating::{assert_works, connected, pair_of, paste, say, text_of, up_to_the_paste};

/// What is asked before the call that changes something: the versions, the apps, the consumer, and what is staged.
const BEFORE: u32 = 4;

/// A connection `p` whose rotation was agreed to.
async fn agreed() -> (Desk, Org) {
    let (desk, org) = connected().await;
    desk.json(&["rotate", "p"]).await;
    say(&desk, "agree").await;
    (desk, org)
}

/// The same with a pair that was staged by REST.
async fn staged() -> (Desk, Org) {
    let (desk, org) = agreed().await;
    let told = say(&desk, "by-rest").await;
    assert_eq!(told["step"], "rotate", "{told}");
    (desk, org)
}

/// Loses the answers to the call that changes something, and to so many in all.
fn lose(org: &Org, answers: u32) {
    org.fault(Fault::new(What::Undelivered).at(Endpoint::Rest).after(BEFORE).times(answers));
}

/// Asserts that no file below a folder has a text in it.
fn assert_nowhere(folder: &Path, text: &str) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assert_nowhere(&path, text);
        } else if let Ok(bytes) = fs::read(&path) {
            let found = bytes.windows(text.len()).any(|window| window == text.as_bytes());
            assert!(!found, "{} has a secret in it", path.display());
        }
    }
}

fn has(view: &Value, words: &str) -> bool {
    view["says"].to_string().contains(words)
}

#[tokio::test]
async fn a_pair_is_staged_and_rotated_by_the_program_and_nobody_sees_it() {
    let _turn = one_at_a_time();
    let (desk, org) = agreed().await;
    let former = pair_of(&org);
    let offered = desk.json(&["rotate", "p"]).await;
    let offer = offered["by_rest"].to_string();
    for words in ["with no other right", INTEGRATION_USER, "not shown", "no second one is staged"] {
        assert!(offer.contains(words), "told before: {words} in {offer}");
    }
    assert!(org.staged().is_none(), "nothing is done without a yes");
    let told = desk.dtx(&["rotate", "p", "--say", "by-rest", "--json"]).await;
    assert_eq!((told.code, told.last()["step"].as_str()), (0, Some("rotate")), "{told:?}");
    let (key, secret) = org.staged().expect("staged at the org");
    assert!(
        told.last()["by_rest"].to_string().contains("nobody can tell before"),
        "of the sign-in: {told:?}"
    );
    assert_works(&desk, &org).await;
    let proved = desk.dtx(&["rotate", "p", "--say", "by-rest", "--json"]).await;
    assert_eq!((proved.code, proved.last()["step"].as_str()), (0, Some("hand_over")), "{proved:?}");
    assert_eq!(pair_of(&org), (key.clone(), secret.clone()), "rotated");
    assert_works(&desk, &org).await;
    assert_eq!(say(&desk, "handed-over").await["former"], "works", "both work for a while");
    org.delete_former();
    assert_eq!(say(&desk, "finish").await["former"], "dead");
    let history = text_of(&desk).await;
    assert!(
        history.contains("was staged at the org") && history.contains("put in force at the org"),
        "{history}"
    );
    for (who, value) in [("the new one", &secret), ("the former one", &former.1)] {
        let printed = format!("{offered} {told:?} {proved:?} {history}");
        assert!(!printed.contains(value.as_str()), "{who} is told to nobody");
        assert_nowhere(&desk.home(), value);
    }
    assert!(!format!("{told:?} {proved:?}").contains(&key), "nor is the key");
}

#[tokio::test]
async fn an_org_that_says_no_is_gone_on_with_in_setup_at_the_same_step() {
    for (is_off, words) in [(true, "not enabled in the org"), (false, "refused this to integration@")] {
        let _turn = one_at_a_time();
        let (desk, org) = agreed().await;
        org.change(|switches| {
            switches.credentials_by_rest = !is_off;
            switches.client_secret_hidden_from = vec![INTEGRATION_USER.to_owned()];
        });
        let refused = say(&desk, "by-rest").await;
        assert_eq!(refused["step"], "stage", "the same step: {refused}");
        assert!(has(&refused, words), "{words}: {refused}");
        assert!(org.staged().is_none(), "nothing was staged");
        let again = desk.json(&["rotate", "p"]).await;
        assert_eq!(again["says"], refused["says"], "it is told later as well");
        org.stage();
        assert!(!has(&say(&desk, "staged").await, words), "and no longer than at its step");
        let pasted = paste(&desk, &org.staged().unwrap(), None).await;
        assert_eq!(pasted.last()["step"], "rotate", "{pasted:?}");
        let refused = say(&desk, "by-rest").await;
        assert_eq!(refused["step"], "rotate", "the same step: {refused}");
        assert!(has(&refused, words), "{words}: {refused}");
        org.rotate_staged();
        assert_eq!(say(&desk, "rotated").await["step"], "hand_over", "nothing is lost");
        assert_works(&desk, &org).await;
    }
}

#[tokio::test]
async fn a_pair_whose_answer_was_lost_is_found_at_the_org_and_not_staged_twice() {
    let _turn = one_at_a_time();
    let (desk, org) = agreed().await;
    lose(&org, 1);
    let told = say(&desk, "by-rest").await;
    assert_eq!(told["step"], "rotate", "asked once more what is there: {told}");
    say(&desk, "take-back").await;

    let (desk, org) = agreed().await;
    lose(&org, 2);
    let lost = desk.dtx(&["rotate", "p", "--say", "by-rest", "--json"]).await;
    assert_ne!(lost.code, 0, "nothing is known: {lost:?}");
    let staged = org.staged().expect("the org has staged it");
    assert_eq!(desk.json(&["rotate", "p"]).await["step"], "stage", "the step stays");
    let told = say(&desk, "by-rest").await;
    assert_eq!(told["step"], "rotate", "{told}");
    assert!(!has(&told, "somebody else may be rotating"), "it is ours: {told}");
    assert_eq!(org.staged(), Some(staged.clone()), "and the only one");
    assert_eq!(say(&desk, "by-rest").await["step"], "hand_over");
    assert_eq!(pair_of(&org), staged, "that one is in force");
}

#[tokio::test]
async fn a_rotation_whose_answer_was_lost_is_settled_or_said_not_to_be_known() {
    let _turn = one_at_a_time();
    let (desk, org) = staged().await;
    lose(&org, 1);
    assert_eq!(say(&desk, "by-rest").await["step"], "hand_over", "the org has it as the app's own");
    assert_works(&desk, &org).await;

    let (desk, org) = staged().await;
    lose(&org, 2);
    let untold = say(&desk, "by-rest").await;
    assert_eq!(untold["step"], "rotate", "{untold}");
    for words in ["cannot be told", "rotate it there", "go on here"] {
        assert!(has(&untold, words), "both are said: {words} in {untold}");
    }
    assert_works(&desk, &org).await;
    assert_eq!(say(&desk, "by-rest").await["step"], "hand_over", "asked once more, it is known");

    // A call that never arrived has done nothing, and that is known as well.
    let (desk, org) = staged().await;
    org.fault(Fault::new(What::Cut).at(Endpoint::Rest).after(BEFORE).times(1));
    let cut = desk.dtx(&["rotate", "p", "--say", "by-rest", "--json"]).await;
    assert_ne!(cut.code, 0, "{cut:?}");
    assert!(org.staged().is_some(), "it is staged still");
    assert_eq!(say(&desk, "by-rest").await["step"], "hand_over");
    assert_works(&desk, &org).await;
}

#[tokio::test]
async fn a_sign_in_that_ends_with_the_rotation_it_asked_for_is_made_anew() {
    let _turn = one_at_a_time();
    for lost in [false, true] {
        let (desk, org) = staged().await;
        org.change(|switches| switches.rotation_keeps_tokens = false);
        if lost {
            lose(&org, 1);
        }
        let told = say(&desk, "by-rest").await;
        // Without an answer, and with a sign-in that is over, the org cannot be asked.
        let told = if lost {
            assert!(has(&told, "cannot be told"), "{told}");
            say(&desk, "rotated").await
        } else {
            told
        };
        assert_eq!(told["step"], "sign_in", "a new sign-in is the proof: {told}");
        assert_eq!(told["by_rest"], Value::Null, "nothing more is offered");
    }
}

#[tokio::test]
async fn a_pair_that_stands_there_already_is_taken_and_said_to_have_been_there() {
    let _turn = one_at_a_time();
    let (desk, org) = agreed().await;
    org.stage();
    let there = org.staged();
    let told = say(&desk, "by-rest").await;
    assert_eq!((told["step"].as_str(), org.staged()), (Some("rotate"), there), "{told}");
    assert!(has(&told, "somebody else may be rotating"), "{told}");
    // What is kept here is rotated, and nothing else.
    org.rotate_staged();
    org.stage();
    assert_eq!(say(&desk, "by-rest").await["step"], "hand_over", "it was rotated meanwhile");
    assert!(org.staged().is_some(), "what another has staged stays that");

    let (desk, org) = connected().await;
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    org.delete_former();
    let told = desk.dtx(&["rotate", "p", "--say", "by-rest", "--json"]).await;
    assert_eq!(
        (told.code, told.last()["step"].as_str()),
        (0, Some("hand_over")),
        "rotated by a person: {told:?}"
    );
}

#[tokio::test]
async fn of_an_exposed_pair_nothing_is_done_by_rest() {
    let _turn = one_at_a_time();
    let (desk, org) = agreed().await;
    assert!(!desk.json(&["rotate", "p"]).await["by_rest"].is_null(), "offered");
    desk.json(&["rotate", "p", "--exposed"]).await;
    say(&desk, "keep-sign-in").await;
    assert_eq!(desk.json(&["rotate", "p"]).await["by_rest"], Value::Null, "not of an exposed one");
    desk.dtx(&["rotate", "p", "--say", "by-rest", "--json"]).await.failed(2, "rotation_moved");
    assert!(org.staged().is_none());
}

#[tokio::test]
async fn at_a_terminal_it_is_asked_first() {
    let _turn = one_at_a_time();
    let (desk, org) = agreed().await;
    let mut terminal = Terminal::start(&desk, "dtx rotate p --no-browser");
    terminal.sees("Step 2 of 7.").await;
    terminal.sees("[r] let Datatrax Connect do this step").await;
    terminal.types("r").await;
    terminal.sees("Where localhost").await;
    terminal.sees("Let Datatrax Connect do this step? [y/N]").await;
    terminal.types("").await;
    terminal.sees("[r] let Datatrax Connect do this step").await;
    assert!(org.staged().is_none(), "Enter is no yes");
    terminal.types("r").await;
    terminal.sees("[y/N]").await;
    terminal.types("y").await;
    terminal.sees("Step 4 of 7. Rotate in Setup").await;
    terminal.sees("The new pair is staged at").await;
    terminal.sees("[r] let Datatrax Connect do this step").await;
    let (_, secret) = org.staged().expect("staged");
    terminal.types("r").await;
    terminal.sees("That sign-in is one of the app").await;
    terminal.sees("[y/N]").await;
    terminal.types("y").await;
    terminal.sees("Step 6 of 7. Hand the new pair on").await;
    assert_works(&desk, &org).await;
    terminal.sees("[q] leave").await;
    terminal.types("q").await;
    assert!(!terminal.ended().await.contains(&secret), "the secret is never on the screen");
}
