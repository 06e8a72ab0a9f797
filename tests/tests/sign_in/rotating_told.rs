//! What a rotation tells of where one stands: beside its connection, at each step, and of what the org's answers mean.

use connect_tests::{INTEGRATION_USER, one_at_a_time};
use practice_org::{Endpoint, Fault, What};

use crate::rotating::{assert_works, connected, pair_of, paste, say, up_to_the_paste};

#[tokio::test]
async fn a_rotation_under_way_is_told_beside_its_connection_with_the_way_on_and_one_that_was_looked_at_is_not()
 {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    desk.json(&["rotate", "p"]).await;
    assert!(desk.json(&["show", "p"]).await["rotation"].is_null(), "nothing was agreed to");
    say(&desk, "agree").await;
    let at = desk.json(&["list"]).await["connections"][0]["rotation"].clone();
    assert_eq!((at["step"].as_str(), at["exposed"].as_bool()), (Some("stage"), Some(false)), "{at}");
    assert_eq!(at["title"], "Stage a new pair in Setup", "in words");
    let shown = desk.dtx(&["show", "p"]).await.output;
    assert!(shown.contains("Rotation") && shown.contains("Go on with dtx rotate p"), "{shown}");
    // Without a terminal the next words are told.
    let told = desk.dtx(&["rotate", "p"]).await;
    for next in ["dtx rotate p --say staged", "dtx rotate p --say take-back"] {
        assert!(told.error.contains(next), "{next}: {told:?}");
    }
    assert_works(&desk, &org).await;
}

#[tokio::test]
async fn other_connections_with_the_same_pair_are_named_before_and_after() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    desk.connect(&org, "q").await;
    let begun = desk.json(&["rotate", "p"]).await;
    assert!(begun["says"].to_string().contains("also that of: q."), "to whom it happens: {begun}");
    let staged = up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    let proved = say(&desk, "rotated").await;
    assert!(
        proved["says"].to_string().contains("also that of: q."),
        "who still has the former one: {proved}"
    );
    desk.json(&["rotate", "q"]).await;
    desk.json(&["rotate", "q", "--say", "agree"]).await;
    let mut dtx = desk.start(&["rotate", "q", "--key", &staged.0, "--secret-stdin", "--json"]);
    dtx.say(&staged.1).await;
    dtx.end_input();
    assert_eq!(dtx.ended().await.last()["step"], "rotate", "the same new pair");
    let other = desk.json(&["rotate", "q", "--say", "rotated"]).await;
    assert_eq!(other["step"], "hand_over", "works for it too: {other}");
    let now = desk.json(&["rotate", "p"]).await;
    assert!(!now["says"].to_string().contains("also that of"), "nobody here has the former one: {now}");
}

#[tokio::test]
async fn the_end_of_a_rotation_names_the_end_of_a_former_pair_that_works() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    say(&desk, "rotated").await;
    assert_eq!(say(&desk, "handed-over").await["former"], "works");
    // What was said of the former pair stands where the org cannot be asked again.
    org.fault(Fault::new(What::Cut));
    let over = say(&desk, "finish").await;
    org.clear_faults();
    let until = over["former_until"].as_str().expect("its end").get(..10).unwrap().to_owned();
    let says = over["says"].to_string();
    assert!(says.contains("still accepts the former one, until 20"), "{over}");
    assert!(!until.is_empty() && over["step"] == "finished", "{over}");
}

#[tokio::test]
async fn an_org_that_cannot_be_asked_has_said_nothing_of_the_former_pair() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    say(&desk, "rotated").await;
    org.fault(Fault::new(What::Cut));
    desk.dtx(&["rotate", "p", "--say", "handed-over", "--json"]).await.failed(4, "network_cut");
    desk.dtx(&["rotate", "p", "--say", "finish", "--json"]).await.failed(4, "network_cut");
    org.clear_faults();
    assert_eq!(desk.json(&["rotate", "p"]).await["former"], "works", "asked again, and it has");
}

#[tokio::test]
async fn one_refusal_that_nothing_confirms_is_told_and_asked_about_again() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    let body = r#"{"error":"invalid_grant","error_description":"expired access/refresh token"}"#;
    let content_type = Some("application/json".to_owned());
    let refusal = What::Answer { status: 400, content_type, body: body.to_owned(), retry_after: None };
    org.fault(Fault::new(refusal).at(Endpoint::Token).times(1));
    let doubted = desk.dtx(&["rotate", "p", "--say", "rotated", "--json"]).await;
    assert_eq!(doubted.last()["step"], "prove", "one server's word: {doubted:?}");
    assert!(
        doubted.last()["says"].to_string().contains("refused the sign-in with it once"),
        "told: {doubted:?}"
    );
    assert_eq!(desk.json(&["rotate", "p"]).await["step"], "hand_over", "asked again, it works");
    assert_works(&desk, &org).await;
}

#[tokio::test]
async fn a_setting_in_the_way_of_the_proof_is_named_and_asks_for_no_sign_in() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    org.change(|switches| switches.frozen = vec![INTEGRATION_USER.to_owned()]);
    desk.dtx(&["rotate", "p", "--say", "rotated", "--json"]).await.failed(3, "inactive_user");
    desk.dtx(&["rotate", "p", "--json"]).await.failed(3, "inactive_user");
    org.change(|switches| switches.frozen.clear());
    assert_eq!(desk.json(&["rotate", "p"]).await["step"], "hand_over", "no sign-in was needed");
    assert_works(&desk, &org).await;
}

#[tokio::test]
async fn a_pair_that_ended_in_setup_while_it_is_rotated_is_told_as_that_and_the_rotation_leads_on() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_paste(&desk, &org).await;
    org.change(|switches| switches.rotation_overlap = false);
    org.rotate_staged();
    for _ in 0..2 {
        assert_ne!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "the former pair is over");
    }
    let shown = desk.json(&["show", "p"]).await;
    assert_eq!(shown["status"], "needs_you", "{shown}");
    let text = shown["health"].to_string();
    assert!(text.contains("is being rotated from here") && text.contains("Go on with that"), "{shown}");
    assert_eq!(say(&desk, "rotated").await["step"], "hand_over", "it leads on");
    assert_works(&desk, &org).await;
    let shown = desk.json(&["show", "p"]).await;
    assert!(!shown["health"].to_string().contains("is being rotated from here"), "{shown}");
}

#[tokio::test]
async fn the_secret_that_was_pasted_for_a_rotation_is_not_copied_once_that_is_taken_back() {
    let _turn = one_at_a_time();
    let (desk, org) = connected().await;
    up_to_the_paste(&desk, &org).await;
    org.rotate_staged();
    say(&desk, "rotated").await;
    assert!(!desk.json(&["show", "p"]).await["secret_until"].is_null(), "the new one can be handed on");
    say(&desk, "take-back").await;
    let shown = desk.json(&["show", "p"]).await;
    assert!(shown["secret_until"].is_null(), "the former one was pasted long ago: {shown}");
    // It can be begun again, with the pair that is in force in Setup by now.
    desk.json(&["rotate", "p"]).await;
    say(&desk, "agree").await;
    let pasted = paste(&desk, &pair_of(&org), None).await;
    assert_eq!(pasted.last()["step"], "rotate", "{pasted:?}");
    assert_eq!(say(&desk, "rotated").await["step"], "hand_over");
}
