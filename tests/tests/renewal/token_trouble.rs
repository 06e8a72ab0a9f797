//! Tokens refused by an org, tokens of an org that is away, and programs that stop in the middle of a refresh.

use std::{pin::pin, time::Duration};

use connect_core::{
    contract::{
        intent,
        view::{Failure, Token},
    },
    explain::Code,
    lifecycle::health::Tries,
};
use connect_tests::{Core, Desk, Fault, TOKEN, Tap, Terminal, one_at_a_time};
use practice_org::{Endpoint, Options, Org, What};
use serde_json::json;
use tokio::sync::watch;

const INTROSPECT: &str = "/services/oauth2/introspect";
const LIMITS: &str = "/services/data/v67.0/limits";
const SESSION_OVER: &str = r#"[{"message":"Session expired or invalid","errorCode":"INVALID_SESSION_ID"}]"#;

async fn token(core: &Core, fresh: bool) -> Result<Token, Failure> {
    core.ask(intent::Token { name: "p".to_owned(), fresh, min_ttl: None, for_run: false }).await
}

fn says_dead(tap: &Tap) {
    tap.next(INTROSPECT, Fault::Answer(answer("200 OK", r#"{"active":false}"#)));
}

fn refuses(tap: &Tap) {
    says_dead(tap);
    tap.next(LIMITS, Fault::Answer(answer("401 Unauthorized", SESSION_OVER)));
}

fn answer(status: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_token_that_the_org_refuses_at_once_is_never_handed_out() {
    let _turn = one_at_a_time();
    let (org, tap) = Tap::before(Options::default()).await;
    let core = Core::connected(&org).await;
    refuses(&tap);
    let second = token(&core, true).await.unwrap();
    assert_eq!(org.counters().refreshes, 2, "refreshed once more");
    let kept = token(&core, false).await.unwrap();
    assert_eq!(kept.access_token, second.access_token, "the one that works is kept");
    refuses(&tap);
    refuses(&tap);
    assert_eq!(token(&core, true).await.unwrap_err().code, Code::TokenNotAccepted, "twice in a row");
    assert_eq!(org.counters().refreshes, 4, "and no more than twice");
    let next = token(&core, false).await.unwrap();
    assert_eq!(org.counters().refreshes, 5, "what is known to be dead is not trusted for a while either");
    // EXPOSE: checked at the org that issued it.
    assert!(org.token_status(next.access_token.expose()).alive, "and this one works");
}

#[tokio::test]
async fn a_token_that_introspection_alone_calls_dead_is_tried_and_handed_out_where_it_works() {
    let _turn = one_at_a_time();
    let (org, tap) = Tap::before(Options::default()).await;
    let core = Core::connected(&org).await;
    says_dead(&tap);
    assert!(token(&core, true).await.is_ok(), "a call with it was answered");
    assert_eq!(org.counters().refreshes, 1, "one refresh");
}

#[tokio::test]
async fn a_person_who_waits_long_for_a_token_is_told_that_it_goes_on() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), Tap::before(Options::default()).await);
    desk.connect(&org, "p").await;
    tap.next(TOKEN, Fault::HoldAnswer);
    let mut terminal = Terminal::start(&desk, "dtx token p --fresh");
    terminal.sees("Waiting for a token from Salesforce takes longer than usual and goes on by itself").await;
    tap.go_on();
    let shown = terminal.ended().await;
    assert!(shown.contains(&desk.token("p").await), "and then it is there: {shown}");
}

#[tokio::test]
async fn a_program_that_was_stopped_holds_up_no_other_without_end() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) =
        (Desk::new(), Tap::before(Options { rotation: true, ..Options::default() }).await);
    desk.connect(&org, "p").await;
    tap.next(TOKEN, Fault::HoldAnswer);
    let mut stopped = desk.start(&["token", "p", "--fresh"]);
    tap.answered().await;
    stopped.signal("-STOP").await;
    let other = Core::at(&desk.home(), 1);
    let (_keep, go_on) = watch::channel(false);
    other.clock.advance(Duration::from_secs(2 * 24 * 60 * 60));
    // From here on the two minutes pass at once.
    tokio::time::pause();
    let (mut tries, begun) = (Tries::default(), tokio::time::Instant::now());
    other.controller.keep_alive_once(&mut tries, &go_on).await;
    assert!(begun.elapsed() < Duration::from_secs(60), "keep-alive leaves it alone until later");
    // By whole seconds: with every look in between, the stopped program's own request could run out meanwhile.
    let mut asked = pin!(token(&other, true));
    let refused = loop {
        tokio::select! {
            biased;
            answer = &mut asked => break answer.unwrap_err(),
            () = tokio::time::advance(Duration::from_secs(1)) => {}
        }
    };
    tokio::time::resume();
    assert_eq!(refused.code, Code::ConnectionBusy, "said in words: {refused:?}");
    assert!(refused.fix.iter().any(|fix| fix.contains("Ctrl+Z")), "with what to do: {refused:?}");
    stopped.signal("-CONT").await;
    tap.go_on();
    let ended = stopped.ended().await;
    assert_eq!(ended.code, 0, "it goes on where it was: {ended:?}");
    assert_eq!(desk.token("p").await, ended.output.trim(), "and what it brought is stored");
}

#[tokio::test]
async fn what_a_check_or_a_token_at_hand_finds_out_is_said_from_then_on() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), Org::start(Options::default()).await.unwrap());
    desk.connect(&org, "p").await;
    let first = desk.token("p").await;
    let stands = async || {
        let detail = desk.json(&["show", "p"]).await;
        let newest = detail["history"][0]["text"].as_str().unwrap().to_owned();
        (detail["status"].clone(), detail["reason"]["code"].clone(), newest)
    };

    // The token is valid for hours: no refresh finds out that the org is away.
    org.change(|switches| switches.maintenance = true);
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 4, "away");
    let (status, reason, newest) = stands().await;
    assert_eq!((status, reason), (json!("unreachable"), json!("salesforce_unavailable")), "said so");
    assert!(newest.starts_with("Could not be reached."), "and noted: {newest}");
    assert_eq!(desk.token("p").await, first, "what is good is handed out");
    assert_eq!(stands().await.0, "unreachable", "which proves nothing");
    org.change(|switches| switches.maintenance = false);
    assert_eq!(desk.token("p").await, first, "the same token");
    let (status, _, newest) = stands().await;
    assert_eq!(status, "connected", "without an agent, and without a refresh");
    assert!(newest.starts_with("Reached again."), "and noted: {newest}");
    assert_eq!(org.counters().refreshes, 0, "without a refresh");

    // The org is back, but refuses the token.
    org.change(|switches| switches.maintenance = true);
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 4, "away");
    org.change(|switches| switches.maintenance = false);
    let body = SESSION_OVER.to_owned();
    let content_type = Some("application/json".to_owned());
    let over = What::Answer { status: 401, content_type, body, retry_after: None };
    org.fault(practice_org::Fault::new(over).at(Endpoint::Rest).times(1));
    assert_ne!(desk.token("p").await, first, "a token that the org refuses is not handed out");
    assert_eq!(stands().await.0, "connected", "and said so");
}
