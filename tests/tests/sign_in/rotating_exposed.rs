//! The rotation of a pair that was exposed: its sign-in is ended by intent, which has no other cause afterwards, and it is over only
//! once the former pair is dead.

use connect_tests::{Desk, INTEGRATION, Person, Press, Terminal, one_at_a_time};
use practice_org::{Endpoint, Event, Fault, Org, What};
use serde_json::Value;

use crate::rotating::{assert_works, connected, pair_of, paste, say, text_of, up_to_the_paste};

/// The rotation of `p`, whose pair was exposed, up to the end of its sign-in.
async fn up_to_the_end_of_the_sign_in(desk: &Desk) -> Value {
    desk.json(&["rotate", "p", "--exposed"]).await;
    say(desk, "agree").await;
    say(desk, "end-sign-in").await
}

/// The same, up to its last step.
async fn up_to_the_former_pair(desk: &Desk, org: &Org) {
    up_to_the_end_of_the_sign_in(desk).await;
    org.stage();
    org.rotate_staged();
    say(desk, "staged").await;
    let pasted = paste(desk, &pair_of(org), Some(Person::of(org, INTEGRATION))).await;
    assert_eq!((pasted.code, pasted.last()["step"].as_str()), (0, Some("hand_over")), "{pasted:?}");
    assert_eq!(say(desk, "handed-over").await["former"], "works", "which it does");
}

async fn finish(desk: &Desk) -> connect_tests::Ended {
    desk.dtx(&["rotate", "p", "--say", "finish", "--json"]).await
}

#[tokio::test]
async fn an_exposed_pair_that_still_works_lets_nothing_be_called_over_and_one_that_is_dead_does() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_former_pair(&desk, &org).await;
    let told = finish(&desk).await;
    let told = told.failed(3, "former_works");
    assert!(told["message"].as_str().unwrap().contains("still accepts the former key"), "what works: {told}");
    assert!(told["fix"].to_string().contains("Delete the former pair in Setup"), "and what to do: {told}");
    let waiting = desk.json(&["show", "p"]).await;
    assert_eq!(waiting["rotation"]["step"], "end_former", "it waits, and is told: {waiting}");
    let looked = desk.dtx(&["rotate", "p", "--say", "look", "--json"]).await.last();
    assert_eq!(looked["waits"], true, "nothing leads on before it is dead: {looked}");
    assert!(!text_of(&desk).await.contains("The rotation is over"), "nothing says that it is over");
    // What was asked a while ago is asked again, and an org that cannot be asked has said nothing.
    org.delete_former();
    org.fault(Fault::new(What::Cut));
    finish(&desk).await.failed(4, "network_cut");
    org.clear_faults();
    let over = finish(&desk).await;
    assert_eq!((over.code, over.last()["step"].as_str()), (0, Some("finished")), "dead: {over:?}");
    assert!(over.output.contains("nobody can use it any more"), "and proved so: {over:?}");
    assert!(desk.json(&["show", "p"]).await["rotation"].is_null(), "nothing is under way");
}

#[tokio::test]
async fn a_pair_that_is_known_only_at_the_end_to_have_been_exposed_has_to_be_dead_too() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    say(&desk, "rotated").await;
    let exposed = desk.json(&["rotate", "p", "--exposed"]).await;
    assert_eq!(
        (exposed["step"].as_str(), exposed["exposed"].as_bool()),
        (Some("hand_over"), Some(true)),
        "{exposed}"
    );
    assert!(exposed["says"].to_string().contains("was exposed"), "{exposed}");
    let looked = say(&desk, "handed-over").await;
    assert!(looked["says"].to_string().contains("not over before it is dead"), "{looked}");
    finish(&desk).await.failed(3, "former_works");
    assert_works(&desk, &org).await;
    org.delete_former();
    assert_eq!(finish(&desk).await.code, 0, "over");
}

#[tokio::test]
async fn a_sign_in_that_was_ended_by_intent_has_no_other_cause_wherever_it_is_told() {
    let _turn = one_at_a_time();
    let (desk, _org) = connected().await;
    let ended = up_to_the_end_of_the_sign_in(&desk).await;
    assert!(ended["says"].to_string().contains("says that its tokens are dead"), "proved: {ended}");
    assert_eq!(
        (ended["sign_in_ended"].as_bool(), ended["back"].as_bool()),
        (Some(true), Some(false)),
        "{ended}"
    );
    let told_right = |told: &Value, place: &str| {
        let text = told.to_string();
        assert!(text.contains("on purpose"), "{place}: {text}");
        for other in [
            "Somebody ended it in Setup",
            "Refresh Token Policy ended it",
            "pushed out",
            "signed in to the same app",
        ] {
            assert!(!text.contains(other), "{place} names no other cause: {text}");
        }
    };
    let shown = desk.json(&["show", "p"]).await;
    assert_eq!(
        (shown["status"].as_str(), shown["reason"]["code"].as_str()),
        (Some("needs_you"), Some("sign_in_ended"))
    );
    assert_eq!(shown["health"]["causes"].as_array().map(Vec::len), Some(0), "{shown}");
    assert_eq!(shown["rotation"]["step"], "stage", "and what leads on: {shown}");
    assert_eq!(shown["rotation"]["helps"], true, "which is what helps: {shown}");
    told_right(&shown, "show");
    let listed = desk.json(&["list"]).await;
    told_right(&listed["connections"][0], "list");
    told_right(&desk.dtx(&["token", "p", "--json"]).await.failed(3, "sign_in_ended"), "token");
    let checked = desk.dtx(&["check", "p", "--json"]).await;
    assert_eq!(checked.code, 3, "{checked:?}");
    told_right(&checked.last(), "check");
    told_right(&desk.json(&["show", "p"]).await, "show after a check");
    let words = desk.dtx(&["show", "p"]).await.output;
    assert!(words.contains("Go on with dtx rotate p") && words.contains("on purpose"), "in words: {words}");
    let listing = desk.dtx(&["list"]).await;
    assert!(listing.error.contains("being rotated"), "and beside the list: {listing:?}");
}

#[tokio::test]
async fn nobody_signs_in_with_the_exposed_pair_by_accident_and_with_the_new_one_at_its_step() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_end_of_the_sign_in(&desk).await;
    let reconnecting = ["reconnect", "p", "--no-browser", "--json"];
    desk.dtx(&reconnecting).await.failed(3, "sign_in_ended");
    org.stage();
    org.rotate_staged();
    say(&desk, "staged").await;
    let (key, secret) = pair_of(&org);
    let mut dtx = desk.start(&["rotate", "p", "--key", &key, "--secret-stdin", "--no-browser", "--json"]);
    dtx.say(&secret).await;
    dtx.event("authorize").await;
    dtx.kill().await;
    assert_eq!(desk.json(&["show", "p"]).await["rotation"]["step"], "sign_in", "left before the sign-in");
    let mut dtx = desk.start(&reconnecting);
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "connected again");
    assert_eq!(
        desk.json(&["rotate", "p"]).await["step"],
        "hand_over",
        "with the new pair, which that proves"
    );
    org.delete_former();
    assert_works(&desk, &org).await;
}

#[tokio::test]
async fn what_is_taken_back_says_that_the_sign_in_stays_ended_and_the_pair_exposed() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_end_of_the_sign_in(&desk).await;
    let back = say(&desk, "take-back").await;
    for words in ["stays ended", "which was exposed", "Only a rotation ends it"] {
        assert!(back["says"].to_string().contains(words), "{words}: {back}");
    }
    let shown = desk.json(&["show", "p"]).await;
    assert_eq!(shown["reason"]["code"], "sign_in_ended", "still by intent: {shown}");
    assert!(
        shown["health"]["text"].as_str().unwrap().contains("only a rotation ends the exposed pair"),
        "{shown}"
    );
    let mut dtx = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "as it was before");
    assert_works(&desk, &org).await;
}

#[tokio::test]
async fn an_end_of_a_sign_in_that_was_cut_off_is_told_as_ours_and_gone_on_with() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    desk.json(&["rotate", "p", "--exposed"]).await;
    say(&desk, "agree").await;
    // The org ends it, and neither that nor a later word of it arrives.
    org.fault(Fault::new(What::Undelivered).at(Endpoint::Revoke));
    org.fault(Fault::new(What::Cut).at(Endpoint::Introspect));
    let cut = desk.dtx(&["rotate", "p", "--say", "end-sign-in", "--json"]).await;
    cut.failed(4, "network_cut");
    org.clear_faults();
    desk.dtx(&["token", "p", "--fresh", "--json"]).await.failed(3, "sign_in_ended");
    let shown = desk.json(&["show", "p"]).await;
    assert_eq!(shown["reason"]["code"], "sign_in_ended", "nobody else did it: {shown}");
    assert_eq!(shown["rotation"]["step"], "end_sign_in", "where it was left: {shown}");
    assert_eq!(say(&desk, "end-sign-in").await["step"], "stage", "and goes on");
    assert!(text_of(&desk).await.contains("The org says that it is dead."), "with its proof");
}

#[tokio::test]
async fn an_org_that_asks_for_a_pause_has_not_called_the_sign_in_dead() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    desk.json(&["rotate", "p", "--exposed"]).await;
    say(&desk, "agree").await;
    let (content_type, body) = (None, String::new());
    let pause = What::Answer { status: 429, content_type, body, retry_after: None };
    org.fault(Fault::new(pause).at(Endpoint::Introspect).times(1));
    let asked = desk.dtx(&["rotate", "p", "--say", "end-sign-in", "--json"]).await;
    asked.failed(4, "rate_limited");
    let shown = desk.json(&["show", "p"]).await;
    assert_eq!(shown["rotation"]["step"], "end_sign_in", "without a proof it stays there: {shown}");
    assert!(!text_of(&desk).await.contains("ended on purpose"), "nothing is called ended");
    let ended = say(&desk, "end-sign-in").await;
    assert_eq!(ended["step"], "stage", "asked again, the org tells: {ended}");
    assert!(text_of(&desk).await.contains("The org says that it is dead."), "with its proof");
}

#[tokio::test]
async fn at_a_terminal_a_rotation_becomes_that_of_an_exposed_pair_by_a_key_and_is_taken_back_by_another() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    let token = desk.token("p").await;
    let mut terminal = Terminal::start(&desk, "dtx rotate p --no-browser");
    terminal.sees("Step 1 of 7. What will happen").await;
    terminal.sees("[e] it was exposed: the faster way").await;
    terminal.types("e").await;
    // Shorter, and the sign-in is ended first: told before it is done.
    terminal.sees("Step 1 of 7. What will happen").await;
    terminal.sees("Somebody may have").await;
    terminal.sees("[Enter]").await;
    terminal.types("").await;
    terminal.sees("Step 2 of 7. End the sign-in now").await;
    assert!(org.token_status(&token).alive, "nothing is done before a word of the person");
    terminal.sees("[Enter]").await;
    terminal.types("").await;
    terminal.sees("Step 3 of 7.").await;
    assert!(!org.token_status(&token).alive, "ended at the org");
    terminal.sees("[t] take it back").await;
    terminal.types("t").await;
    terminal.sees("The sign-in that was ended stays ended").await;
    terminal.types("").await;
    terminal.sees("[t] take it back").await;
    assert_eq!(desk.json(&["show", "p"]).await["rotation"]["step"], "stage", "Enter is no yes");
    terminal.types("t").await;
    terminal.sees("[y/N]").await;
    terminal.types("y").await;
    let told = terminal.ended().await;
    assert!(told.contains("(exit status: 0)"), "{told}");
    assert_eq!(told.matches("[e] it was exposed").count(), 1, "once said, it is known: {told}");
    assert!(desk.json(&["show", "p"]).await["rotation"].is_null(), "taken back");
}

#[tokio::test]
async fn at_a_terminal_a_pair_that_somebody_else_rotated_meanwhile_is_told_and_the_present_one_is_pasted() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    let staged = up_to_the_paste(&desk, &org).await;
    org.happen(Event::RotateCredentials { keep_former: true });
    let mut terminal = Terminal::start(&desk, "dtx rotate p --no-browser");
    terminal.sees("Step 4 of 7.").await;
    terminal.types("").await;
    terminal.sees("Asking localhost:").await;
    terminal.sees("Step 5 of 7.").await;
    terminal.sees("Consumer Key     ").await;
    terminal.sees("[b] paste once more").await;
    assert_works(&desk, &org).await;
    terminal.types("b").await;
    let (key, secret) = pair_of(&org);
    terminal.sees("Consumer Key: ").await;
    terminal.types(&key).await;
    terminal.sees("Consumer Secret (not shown").await;
    terminal.types(&secret).await;
    terminal.sees("Step 4 of 7.").await;
    terminal.types("").await;
    terminal.sees("Step 6 of 7. Hand the new pair on").await;
    assert_works(&desk, &org).await;
    terminal.types("q").await;
    let told = terminal.ended().await;
    assert!(!told.contains(&secret) && !told.contains(&staged.1), "no secret was shown: {told}");
}
