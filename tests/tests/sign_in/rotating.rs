//! The rotation of a connection's key and secret with `dtx`: each call is a process of its own, so each goes on where the one
//! before was left.

use connect_tests::{Desk, Ended, INTEGRATION, Person, Press, Terminal, one_at_a_time, org};
use practice_org::{Event, Org};
use serde_json::Value;

/// A connection `p`, and its org.
pub(crate) async fn connected() -> (Desk, Org) {
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    (desk, org)
}

pub(crate) async fn say(desk: &Desk, what: &str) -> Value {
    desk.json(&["rotate", "p", "--say", what]).await
}

/// Gives the new pair, and signs in where `Some` person is to.
pub(crate) async fn paste(desk: &Desk, (key, secret): &(String, String), person: Option<Person>) -> Ended {
    let mut dtx = desk.start(&["rotate", "p", "--key", key, "--secret-stdin", "--no-browser", "--json"]);
    dtx.say(secret).await;
    if let Some(mut person) = person {
        dtx.sign_in(&mut person, Press::Allow).await;
    }
    dtx.end_input();
    dtx.ended().await
}

pub(crate) fn pair_of(org: &Org) -> (String, String) {
    (org.key(), org.secret())
}

/// The rotation of `p` up to the new pair, staged in Setup and pasted.
pub(crate) async fn up_to_the_paste(desk: &Desk, org: &Org) -> (String, String) {
    desk.json(&["rotate", "p"]).await;
    say(desk, "agree").await;
    org.stage();
    assert_eq!(say(desk, "staged").await["step"], "paste", "the pair is awaited");
    let staged = org.staged().expect("a staged pair");
    let pasted = paste(desk, &staged, None).await;
    assert_eq!((pasted.code, pasted.last()["step"].as_str()), (0, Some("rotate")), "{pasted:?}");
    staged
}

/// Asserts that the connection works, by a refresh.
pub(crate) async fn assert_works(desk: &Desk, org: &Org) {
    let token = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(token.code, 0, "{token:?}");
    assert!(org.token_status(token.output.trim()).alive, "a token that works");
}

pub(crate) async fn text_of(desk: &Desk) -> String {
    let shown = desk.json(&["show", "p"]).await;
    shown["history"].to_string()
}

#[tokio::test]
async fn a_pair_is_rotated_without_a_sign_in_and_the_former_one_is_proved_dead() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    let former = pair_of(&org);
    let begun = desk.json(&["rotate", "p"]).await;
    assert_eq!((begun["step"].as_str(), begun["exposed"].as_bool()), (Some("agree"), Some(false)), "{begun}");
    for whom in ["This computer", "The Datatrax portal", "another tool", "30 days at most"] {
        assert!(begun["says"].to_string().contains(whom), "{whom} in {begun}");
    }
    let staged = up_to_the_paste(&desk, &org).await;
    assert!(!begun.to_string().contains(&staged.1), "no secret is told");
    // What is pasted is not in use yet: a refresh meanwhile goes by the former pair, and takes nothing away.
    assert_works(&desk, &org).await;
    org.rotate_staged();
    assert_eq!(pair_of(&org), staged, "rotated");
    let refreshes = org.counters().refreshes;
    let proved = say(&desk, "rotated").await;
    assert_eq!(proved["step"], "hand_over", "the org takes the new pair: {proved}");
    assert_eq!(org.counters().refreshes, refreshes + 1, "proved by one refresh with it");
    assert!(proved["former_until"].as_str().is_some_and(|until| until.starts_with("20")), "{proved}");

    let looked = say(&desk, "handed-over").await;
    assert_eq!(
        (looked["step"].as_str(), looked["former"].as_str()),
        (Some("end_former"), Some("works")),
        "{looked}"
    );
    org.delete_former();
    assert_works(&desk, &org).await;
    assert_eq!(say(&desk, "look").await["former"], "dead", "proved");
    let over = say(&desk, "finish").await;
    assert_eq!((over["step"].as_str(), over["former"].as_str()), (Some("finished"), Some("dead")), "{over}");
    assert!(over["says"].to_string().contains("refuses the former one"), "and that is told: {over}");
    desk.dtx(&["rotate", "p", "--say", "look", "--json"]).await.failed(2, "rotation_unknown");
    let history = text_of(&desk).await;
    for line in ["a refresh with the new pair worked", "the org refuses the former pair"] {
        assert!(history.contains(line), "{line} in {history}");
    }
    assert_ne!(pair_of(&org), former, "both values are new");
}

#[tokio::test]
async fn what_is_not_a_new_pair_is_said_to_be_that_and_what_belongs_to_another_step_does_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    desk.json(&["rotate", "p"]).await;
    let moved = desk.dtx(&["rotate", "p", "--say", "rotated", "--json"]).await;
    let told = moved.failed(2, "rotation_moved");
    assert!(told["message"].as_str().unwrap().contains("What will happen"), "it says where it is: {told}");
    say(&desk, "agree").await;
    org.stage();
    let (key, secret) = org.staged().unwrap();
    let former = pair_of(&org);
    for (mixed, what) in [
        (former.clone(), "this pair"),
        ((former.0.clone(), secret.clone()), "this Consumer Key"),
        ((key.clone(), former.1.clone()), "this Consumer Secret"),
    ] {
        let refused = paste(&desk, &mixed, None).await;
        let told = refused.failed(6, "pair_not_new");
        assert!(told["message"].as_str().unwrap().contains(what), "{what}: {told}");
        assert!(
            !refused.output.contains(&former.1) && !refused.output.contains(&secret),
            "no secret is told"
        );
    }
    paste(&desk, &(secret, key), None).await.failed(6, "swapped");
    assert_works(&desk, &org).await;
}

#[tokio::test]
async fn a_rotation_goes_on_where_it_was_left_and_is_taken_back_at_every_step() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    let former = pair_of(&org);
    for steps in 0..4 {
        desk.json(&["rotate", "p"]).await;
        let said = ["agree", "staged"];
        for what in said.iter().take(steps) {
            say(&desk, what).await;
        }
        if steps == 3 {
            org.stage();
            paste(&desk, &org.staged().unwrap(), None).await;
        }
        let before = desk.json(&["rotate", "p"]).await;
        let expected = ["agree", "stage", "paste", "rotate"][steps];
        assert_eq!(before["step"], expected, "where it was left");
        assert_eq!(say(&desk, "take-back").await["step"], "taken_back", "{expected}");
        assert_works(&desk, &org).await;
    }
    // After the new pair came into use, too: the org takes the sign-in with the former one still.
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    say(&desk, "rotated").await;
    assert_eq!(say(&desk, "take-back").await["step"], "taken_back", "the former pair is back");
    assert_works(&desk, &org).await;
    org.delete_former();
    let ended = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_ne!(ended.code, 0, "it was the former pair that was used: {ended:?}");
    assert_ne!(pair_of(&org), former, "the org has the new one");
}

/// The sign-in is another program's, which nobody tells.
#[tokio::test]
async fn a_sign_in_that_began_before_a_rotation_was_taken_back_does_not_bring_its_pair_into_use() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    say(&desk, "rotated").await;
    let mut dtx = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    let authorize = dtx.event("authorize").await;
    assert_eq!(say(&desk, "take-back").await["step"], "taken_back", "the former pair is back");
    let url = authorize["url"].as_str().unwrap();
    Person::of(&org, INTEGRATION).sign_in(url, Press::Allow).await;
    dtx.ended().await.failed(3, "cancelled");
    assert_works(&desk, &org).await;
    org.delete_former();
    let ended = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_ne!(ended.code, 0, "it was the former pair that was used: {ended:?}");
}

#[tokio::test]
async fn a_rotation_whose_former_pair_is_over_is_not_taken_back() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    say(&desk, "rotated").await;
    org.delete_former();
    desk.dtx(&["rotate", "p", "--say", "take-back", "--json"]).await.failed(3, "no_way_back");
    assert_works(&desk, &org).await;
    assert_eq!(desk.json(&["rotate", "p"]).await["step"], "hand_over", "it goes on");
}

#[tokio::test]
async fn an_exposed_pair_has_its_sign_in_ended_first_and_made_anew() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    let token = desk.token("p").await;
    let begun = desk.json(&["rotate", "p", "--exposed"]).await;
    assert!(begun["says"].to_string().contains("is ended at"), "told first: {begun}");
    assert!(org.token_status(&token).alive, "and nothing is done before");
    assert_eq!(say(&desk, "agree").await["step"], "end_sign_in");
    assert_eq!(say(&desk, "end-sign-in").await["step"], "stage", "ended");
    assert!(!org.token_status(&token).alive, "at the org");
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 3, "programs get no token");
    org.stage();
    org.rotate_staged();
    assert_eq!(say(&desk, "staged").await["step"], "paste", "staged and rotated in one visit");
    let pasted = paste(&desk, &pair_of(&org), Some(Person::of(&org, INTEGRATION))).await;
    assert_eq!((pasted.code, pasted.last()["step"].as_str()), (0, Some("hand_over")), "{pasted:?}");
    assert_works(&desk, &org).await;
    let looked = say(&desk, "handed-over").await;
    assert!(looked["says"].to_string().contains("which was exposed. Delete it now"), "{looked}");
    org.delete_former();
    assert_eq!(say(&desk, "look").await["former"], "dead");
    assert_eq!(say(&desk, "finish").await["step"], "finished");
    assert!(text_of(&desk).await.contains("was ended on purpose"), "it is told");
}

#[tokio::test]
async fn an_org_that_ends_sign_ins_with_a_rotation_is_signed_in_to_with_the_new_pair() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    org.change(|switches| switches.rotation_keeps_tokens = false);
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    let refused = say(&desk, "rotated").await;
    assert_eq!(refused["step"], "sign_in", "the org refuses the former sign-in: {refused}");
    let mut dtx = desk.start(&["rotate", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    dtx.end_input();
    let ended = dtx.ended().await;
    assert_eq!((ended.code, ended.last()["step"].as_str()), (0, Some("hand_over")), "{ended:?}");
    assert_works(&desk, &org).await;
    assert!(text_of(&desk).await.contains("the sign-in with the new pair worked"), "it is told");
}

#[tokio::test]
async fn a_pair_that_somebody_else_rotated_meanwhile_is_told_and_the_present_one_is_pasted() {
    for keep_former in [true, false] {
        let _turn = one_at_a_time();
        let (desk, org) = connected().await;
        up_to_the_paste(&desk, &org).await;
        org.happen(Event::RotateCredentials { keep_former });
        let told = desk.dtx(&["rotate", "p", "--say", "rotated", "--json"]).await;
        assert_eq!((told.code, told.last()["step"].as_str()), (4, Some("prove")), "not known: {told:?}");
        assert!(told.last()["findings"].to_string().contains("key_unknown"), "and why: {told:?}");
        if keep_former {
            assert_works(&desk, &org).await;
        } else {
            assert_ne!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "its pair is over");
        }
        let pasted = paste(&desk, &pair_of(&org), None).await;
        assert_eq!((pasted.code, pasted.last()["step"].as_str()), (0, Some("hand_over")), "{pasted:?}");
        assert_works(&desk, &org).await;
        assert_eq!(desk.json(&["show", "p"]).await["status"], "connected", "without a sign-in");
    }
}

#[tokio::test]
async fn an_org_without_an_overlap_is_gone_on_with_at_once() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    org.change(|switches| switches.rotation_overlap = false);
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    assert_eq!(say(&desk, "rotated").await["step"], "hand_over", "the new pair works");
    assert_works(&desk, &org).await;
    assert_eq!(say(&desk, "handed-over").await["former"], "dead", "and the former one does not");
}

/// The page of Setup where an app's key and secret are shown and rotated.
async fn consumer_page(admin: &mut Person, org: &Org) -> String {
    let apps = admin.setup(org, "/lightning/setup/ManageExternalClientApplication/home").await;
    let (_, rest) = apps.split_once("/lightning/setup/ManageExternalClientApplication/0xI").expect("an app");
    let id = rest.split('/').next().unwrap();
    format!("/lightning/setup/ManageExternalClientApplication/0xI{id}/consumer")
}

#[tokio::test]
async fn a_terminal_leads_through_setup_and_waits_at_every_step() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    let former = pair_of(&org);
    let mut admin = Person::of(&org, 0);
    let page = consumer_page(&mut admin, &org).await;
    let mut terminal = Terminal::start(&desk, "dtx rotate p --no-browser");
    terminal.sees("Step 1 of 7. What will happen").await;
    terminal.sees("The Datatrax portal").await;
    terminal.sees("[Enter] Begin").await;
    terminal.types("").await;
    terminal.sees("Step 2 of 7. Stage a new pair in Setup").await;
    terminal.sees("http://localhost:").await;
    terminal.types("q").await;
    terminal.sees("dtx rotate p").await;
    assert!(terminal.ended().await.contains("(exit status: 3)"), "left, and a person goes on");

    let mut terminal = Terminal::start(&desk, "dtx rotate p --no-browser");
    terminal.sees("Step 2 of 7.").await;
    admin.press_in_setup(&org, &page, "stage").await;
    let staged = org.staged().expect("staged in Setup");
    terminal.types("").await;
    terminal.sees("Step 3 of 7. Copy the staged pair").await;
    for (key, secret, sees) in
        [(&former.0, &former.1, "This is not a new pair"), (&staged.0, &staged.1, "Step 4 of 7")]
    {
        terminal.sees("Consumer Key: ").await;
        terminal.types(key).await;
        terminal.sees("Consumer Secret (not shown").await;
        terminal.types(secret).await;
        terminal.sees(sees).await;
    }
    admin.press_in_setup(&org, &page, "rotate").await;
    terminal.types("").await;
    terminal.sees("Step 6 of 7. Hand the new pair on").await;
    assert_works(&desk, &org).await;
    terminal.sees("[Enter] It is handed on").await;
    terminal.types("").await;
    terminal.sees("still accepts the former pair").await;
    terminal.sees("[a] ask the org again").await;
    admin.press_in_setup(&org, &page, "delete-rotated").await;
    terminal.types("a").await;
    terminal.sees("refuses the former pair").await;
    terminal.sees("[Enter] Finish").await;
    terminal.types("").await;
    terminal.sees("The rotation is over").await;
    let all = terminal.ended().await;
    assert!(all.contains("(exit status: 0)"), "{all}");
    assert!(!all.contains(&staged.1) && !all.contains(&former.1), "no secret was shown");
}
