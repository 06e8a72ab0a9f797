//! Which token is handed out, when it is refreshed, and that only a confirmed end costs a sign-in.

use std::time::Duration;

use connect_core::{
    contract::{
        intent,
        view::{AttemptEvent, ConnectionView, Failure, Status, Token},
    },
    explain::Code,
    ports::Clock,
};
use connect_tests::{Core, Desk, Fault, INTEGRATION, Person, Press, TOKEN, Tap, one_at_a_time, org};
use practice_org::{Event, OauthError, Options, Org};
use serde_json::json;

const INTROSPECT: &str = "/services/oauth2/introspect";

async fn rotating() -> (Org, Tap) {
    Tap::before(Options { rotation: true, ..Options::default() }).await
}

async fn token(core: &Core, fresh: bool) -> Result<Token, Failure> {
    core.ask(intent::Token { name: "p".to_owned(), fresh, min_ttl: None, for_run: false }).await
}

async fn text(core: &Core) -> String {
    token(core, false).await.unwrap().access_token.expose().to_owned()
}

async fn shown(core: &Core) -> ConnectionView {
    core.ask(intent::List).await.unwrap().remove(0)
}

/// An answer of this status, for [`Fault::Answer`].
fn answer(status: &str, kind: &str, body: &str) -> String {
    format!(
        "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    )
}

#[tokio::test]
async fn a_token_is_handed_out_until_two_minutes_before_its_end() {
    let _turn = one_at_a_time();
    let org = org().await;
    let core = Core::connected(&org).await;
    let given = token(&core, false).await.unwrap();
    let life = given.expires_at.unwrap() - given.issued_at.unwrap();
    let life = life.whole_seconds();
    assert!(
        (7199..=7201).contains(&life),
        "introspection told how long it lives: {life} s, the org's whole second"
    );
    let first = text(&core).await;
    core.clock.advance(Duration::from_secs(7200 - 120 - 100));
    assert_eq!(text(&core).await, first, "more than two minutes are left");
    core.clock.advance(Duration::from_secs(101));
    assert_ne!(text(&core).await, first, "less than two minutes are left");
    assert_eq!(org.counters().refreshes, 1, "one refresh");
    let next = token(&core, false).await.unwrap();
    assert!(
        next.issued_at.unwrap() > given.issued_at.unwrap() + Duration::from_secs(7000),
        "by the clock of here"
    );
}

#[tokio::test]
async fn a_token_that_ends_before_the_time_that_is_wanted_is_replaced_and_never_a_short_one_handed_out() {
    let _turn = one_at_a_time();
    let org = org().await;
    let core = Core::connected(&org).await;
    let lasting = async |seconds| {
        core.ask(intent::Token { name: "p".to_owned(), fresh: false, min_ttl: Some(seconds), for_run: false })
            .await
    };
    let first = text(&core).await;
    let given = lasting(7000).await.unwrap();
    assert_eq!(given.access_token.expose(), first, "the present one lasts so long");
    core.clock.advance(Duration::from_secs(300));
    let next = lasting(7000).await.unwrap();
    assert_ne!(next.access_token.expose(), first, "now only a new one does");
    assert_eq!(org.counters().refreshes, 1, "one refresh");
    assert_eq!(text(&core).await, next.access_token.expose(), "which is the present one then");
    for seconds in [7300, u64::MAX] {
        let refused = lasting(seconds).await.unwrap_err();
        assert_eq!((refused.code, refused.code.exit()), (Code::TokenTooShort, 4), "{refused:?}");
        assert!(refused.message.contains("ends at 20"), "until when one would last: {refused:?}");
    }
    assert_eq!(org.counters().refreshes, 1, "the org is not asked at each request for what it has not");
    core.clock.advance(Duration::from_secs(3700));
    assert_eq!(lasting(7300).await.unwrap_err().code, Code::TokenTooShort);
    assert_eq!(org.counters().refreshes, 2, "but again later: it may have been set otherwise");
    assert_eq!(lasting(0).await.unwrap().access_token.expose(), text(&core).await, "and any other does");
}

#[tokio::test]
async fn the_short_life_of_a_token_is_used_up_to_its_half() {
    let _turn = one_at_a_time();
    let org = Org::start(Options { session: Duration::from_secs(120), ..Options::default() }).await.unwrap();
    let core = Core::connected(&org).await;
    let first = text(&core).await;
    core.clock.advance(Duration::from_secs(5));
    assert_eq!(text(&core).await, first, "less than two minutes are left, and not half of it is over");
    core.clock.advance(Duration::from_secs(57));
    assert_ne!(text(&core).await, first, "half of it is over");
}

#[tokio::test]
async fn a_token_without_a_known_end_is_trusted_for_ten_minutes() {
    let _turn = one_at_a_time();
    let (org, tap) = Tap::before(Options::default()).await;
    let no_end = || Fault::Replace("\"exp\"".to_owned(), "\"ex\"".to_owned());
    let core = Core::new(1);
    let mut sign_in = core.sign_in(&org, 0).await;
    let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
    tap.next(INTROSPECT, no_end());
    Person::of(&org, INTEGRATION).sign_in(&url, Press::Allow).await;
    assert!(matches!(sign_in.next().await, AttemptEvent::Connected { .. }), "connected");
    let given = token(&core, false).await.unwrap();
    assert_eq!(given.expires_at, None, "nobody knows");
    let first = text(&core).await;
    core.clock.advance(Duration::from_secs(500));
    assert_eq!(text(&core).await, first, "within ten minutes");
    core.clock.advance(Duration::from_secs(110));
    tap.next(INTROSPECT, no_end());
    assert_ne!(text(&core).await, first, "after ten minutes");
}

#[tokio::test]
async fn a_fresh_token_is_one_of_any_refresh_begun_after_the_call() {
    let _turn = one_at_a_time();
    let (org, tap) = rotating().await;
    let core = Core::connected(&org).await;
    tap.next(TOKEN, Fault::HoldAnswer);
    let first = token(&core, true);
    let others = async {
        tap.answered().await;
        // These ask during the first refresh, which began before.
        let others = async {
            tokio::join!(token(&core, true), token(&core, true), token(&core, true), token(&core, true))
        };
        let let_go = async {
            tokio::time::sleep(Duration::from_millis(50)).await;
            tap.go_on();
        };
        tokio::join!(others, let_go).0
    };
    let (first, others) = tokio::join!(first, others);
    let first = first.unwrap().access_token;
    let (a, b, c, d) = others;
    let others = [a, b, c, d].map(|token| token.unwrap().access_token);
    assert_eq!(org.counters().refreshes, 2, "one for the first, one for the four after it");
    assert!(others.iter().all(|token| *token == others[0] && *token != first), "the four share the second");
}

#[tokio::test]
async fn a_dead_sign_in_needs_somebody_and_is_not_asked_about_again() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    org.revoke_all();
    let dead = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!((dead.code, dead.output.as_str()), (3, ""), "{dead:?}");
    assert!(dead.error.contains("no longer accepts"), "in words: {dead:?}");
    let asked = org.counters().requests["token"];
    for arguments in [&["token", "p"][..], &["token", "p", "--json"], &["token", "p", "--fresh"]] {
        assert_eq!(desk.dtx(arguments).await.code, 3, "{arguments:?}");
    }
    assert_eq!(org.counters().requests["token"], asked, "a dead token is not offered again");
    let detail = desk.json(&["show", "p"]).await;
    assert_eq!(
        (&detail["status"], &detail["reason"]["code"]),
        (&json!("needs_you"), &json!("refresh_token_dead")),
        "{detail}"
    );
    assert!(detail["history"][0]["text"].as_str().unwrap().contains("no longer accepts"), "noted: {detail}");
    let check = desk.dtx(&["check", "p", "--json"]).await;
    assert_eq!(check.code, 3, "a check says the same: {check:?}");

    let mut dtx = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "signing in again cures it");
    assert_eq!(desk.json(&["show", "p"]).await["status"], "connected", "and that is shown");
    assert!(org.token_status(&desk.token("p").await).alive, "the token works");
}

#[tokio::test]
async fn a_dead_sign_in_can_be_disconnected() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    org.revoke_all();
    let gone = desk.json(&["disconnect", "p"]).await;
    assert_eq!(gone["revoked"], true, "it is dead, and that is proved: {gone}");
    assert!(gone["proved_at"].is_string(), "{gone}");

    desk.connect(&org, "p").await;
    org.revoke_all();
    org.happen(Event::RotateCredentials { keep_former: false });
    let gone = desk.json(&["disconnect", "p"]).await;
    assert_eq!(
        (&gone["revoked"], &gone["proved_at"]),
        (&json!(false), &json!(null)),
        "the org tells nothing: {gone}"
    );
    assert!(desk.aliases().await.is_empty(), "and it is forgotten all the same");
}

#[tokio::test]
async fn passing_faults_never_cost_a_sign_in() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), Tap::before(Options::default()).await);
    desk.connect(&org, "p").await;
    let html = "<html><title>We are down for maintenance</title>error=invalid_grant expired access/refresh token</html>";
    let dead = r#"{"error":"invalid_grant","error_description":"expired access/refresh token"}"#;
    let json = "application/json";
    let faults = [
        ("a maintenance page", answer("503 Service Unavailable", "text/html", html)),
        ("a page with a good status", answer("200 OK", "text/html", html)),
        ("a page with a bad status", answer("400 Bad Request", "text/html", html)),
        ("an error of the server, whatever it says", answer("500 Internal Server Error", json, dead)),
        ("a gateway", answer("502 Bad Gateway", "text/plain", "")),
        ("too many requests", answer("429 Too Many Requests", json, dead)),
        ("a redirect", "HTTP/1.1 302 Found\r\nlocation: https://evil.example/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()),
        ("nothing", answer("200 OK", json, "")),
        ("half an answer", answer("200 OK", json, "{\"access_token\":")),
        ("an answer without a token", answer("200 OK", json, "{}")),
        ("a cut connection", "HTTP/1.1 200 OK\r\ncontent-length: 1000\r\n\r\n{".to_owned()),
        ("a hung up connection", String::new()),
        ("an unknown error", answer("400 Bad Request", json, r#"{"error":"something_new","error_description":"x"}"#)),
        ("an unknown reason", answer("400 Bad Request", json, r#"{"error":"invalid_grant","error_description":"x"}"#)),
        ("another place", answer("404 Not Found", "text/html", html)),
    ];
    for (what, fault) in faults {
        let before = desk.token("p").await;
        tap.next(TOKEN, Fault::Answer(fault));
        let failed = desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!((failed.code, failed.output.as_str()), (4, ""), "{what}: {failed:?}");
        assert!(
            !failed.error.contains("maintenance") && !failed.error.contains("html"),
            "{what}: {failed:?}"
        );
        let detail = desk.json(&["show", "p"]).await;
        assert_eq!(detail["status"], "unreachable", "{what}: nobody is asked for anything: {detail}");
        assert_eq!(desk.token("p").await, before, "{what}: what is still good is still handed out");
        let after = desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!(after.code, 0, "{what}: it works again without a sign-in: {after:?}");
        assert_eq!(desk.json(&["show", "p"]).await["status"], "connected", "{what}: and says so");
    }
    assert_eq!(org.counters().refresh_tokens_alive, 1, "still the first sign-in");
}

#[tokio::test]
async fn an_org_that_is_away_is_unreachable_and_comes_back() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = org().await;
    desk.connect(&org, "p").await;
    org.change(|switches| switches.maintenance = true);
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 4, "temporary");
    let check = desk.dtx(&["check", "p", "--json"]).await;
    assert_eq!(check.code, 4, "temporary, and nobody is asked to sign in: {check:?}");
    assert_eq!(desk.json(&["show", "p"]).await["status"], "unreachable", "said so");
    org.change(|switches| switches.maintenance = false);
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "back again");
    assert_eq!(desk.json(&["show", "p"]).await["status"], "connected", "and said so");
}

#[tokio::test]
async fn a_pause_that_was_asked_for_is_kept() {
    let _turn = one_at_a_time();
    let (org, tap) = Tap::before(Options::default()).await;
    let core = Core::connected(&org).await;
    tap.next(TOKEN, Fault::Answer("HTTP/1.1 429 Too Many Requests\r\nretry-after: 600\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned()));
    assert_eq!(token(&core, true).await.unwrap_err().code, Code::RateLimited, "told to wait");
    let asked = tap.heard().len();
    assert_eq!(token(&core, true).await.unwrap_err().code, Code::RateLimited, "still waiting");
    assert_eq!(tap.heard().len(), asked, "nothing was sent");
    assert!(token(&core, false).await.is_ok(), "the stored token is still handed out");
    core.clock.advance(Duration::from_secs(601));
    assert!(token(&core, true).await.is_ok(), "after the pause");
}

#[tokio::test]
async fn a_refresh_that_met_another_one_is_tried_again() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let busy = OauthError {
        error: "invalid_grant".into(),
        error_description: "token request is already being processed".into(),
    };
    org.change(|switches| switches.next_token_error = Some(busy));
    let ended = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(ended.code, 0, "once more was enough: {ended:?}");
}

#[tokio::test]
async fn a_rotated_token_is_stored_whatever_else_the_answer_says() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), rotating().await);
    desk.connect(&org, "p").await;
    for _ in 0..3 {
        let before = desk.token("p").await;
        let fresh = desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!(fresh.code, 0, "{fresh:?}");
        assert_ne!(before, desk.token("p").await, "each time another one");
    }
    let seen = desk.json(&["show", "p"]).await["seen"].take();
    assert_eq!(seen["rotates"], true, "that they rotate was seen: {seen}");
    assert_eq!(seen["scopes"], json!(["api", "refresh_token"]), "with what was granted");
    let shown = desk.dtx(&["show", "p"]).await.output;
    let address = org.address();
    for words in [address.as_str(), "a refresh replaces them", "api refresh_token", "however often"] {
        assert!(shown.contains(words), "{words}, in words: {shown}");
    }
    org.change(|switches| switches.next_instance_url = Some("https://evil.example".to_owned()));
    let fresh = desk.json(&["token", "p", "--fresh"]).await;
    assert_eq!(fresh["instance_url"], org.address(), "where calls go was settled by the sign-in");
    tap.next(TOKEN, Fault::Replace("\"instance_url\"".to_owned(), "\"other\"".to_owned()));
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "nor does it have to be there");
    // Every request about the expiry may fail.
    tap.next(INTROSPECT, Fault::LoseAnswer);
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "not knowing the end is no failure");
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "and the next one works");
    let counters = org.counters();
    assert_eq!(
        (counters.reuses_detected, counters.refresh_tokens_alive),
        (0, 1),
        "no rotated token came back"
    );
}

#[tokio::test]
async fn a_kill_during_a_refresh_loses_nothing_where_tokens_stay() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) =
        (Desk::new(), Tap::before(Options { rotation: false, ..Options::default() }).await);
    desk.connect(&org, "p").await;
    for fault in [Fault::HoldAnswer, Fault::LoseAnswer] {
        tap.next(TOKEN, fault.clone());
        let mut dtx = desk.start(&["token", "p", "--fresh"]);
        tap.answered().await;
        dtx.signal("-KILL").await;
        tap.go_on();
        dtx.ended().await;
        let ended = desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!(ended.code, 0, "{fault:?}: the next one works, without a sign-in: {ended:?}");
        assert_eq!(desk.json(&["show", "p"]).await["status"], "connected", "{fault:?}");
    }
    assert_eq!(org.counters().refresh_tokens_alive, 1, "still the first sign-in");
}

#[tokio::test]
async fn after_a_kill_between_the_orgs_answer_and_its_storing_the_truth_is_told() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), rotating().await);
    desk.connect(&org, "p").await;
    tap.next(TOKEN, Fault::HoldAnswer);
    let mut dtx = desk.start(&["token", "p", "--fresh"]);
    tap.answered().await;
    dtx.signal("-KILL").await;
    tap.go_on();
    let killed = dtx.ended().await;
    assert_eq!(killed.output, "", "nothing was handed out before it was stored");
    // The org has rotated; its answer is lost with the process. The old token is tried only once.
    let ended = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(ended.code, 3, "{ended:?}");
    let asked = org.counters().requests["token"];
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 3, "and told again");
    assert_eq!(org.counters().requests["token"], asked, "without asking the org again");
    let detail = desk.json(&["show", "p"]).await;
    let line = detail["history"][0]["text"].as_str().unwrap();
    assert!(line.contains("before its answer could be stored"), "what happened is told: {line}");
    assert_eq!(detail["status"], "needs_you", "{detail}");
}

#[tokio::test]
async fn a_refresh_that_was_never_received_leaves_no_suspicion() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), rotating().await);
    desk.connect(&org, "p").await;
    tap.next(TOKEN, Fault::Answer(String::new()));
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 4, "cut");
    let ended = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(ended.code, 0, "the token was not used up: {ended:?}");
    assert_eq!(org.counters().reuses_detected, 0, "no rotated token came back");
}

#[tokio::test]
async fn a_disconnect_waits_for_a_refresh_and_ends_what_came_of_it() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), rotating().await);
    desk.connect(&org, "p").await;
    tap.next(TOKEN, Fault::HoldAnswer);
    let refreshing = desk.start(&["token", "p", "--fresh"]);
    tap.answered().await;
    let disconnecting = desk.start(&["disconnect", "p", "--json"]);
    tokio::time::sleep(Duration::from_millis(100)).await;
    tap.go_on();
    let (refreshed, disconnected) = (refreshing.ended().await, disconnecting.ended().await);
    assert_eq!((disconnected.code, &disconnected.last()["revoked"]), (0, &json!(true)), "{disconnected:?}");
    assert!(
        matches!(refreshed.code, 0 | 2),
        "a token that is dead by now, or the news that nothing is left: {refreshed:?}"
    );
    let counters = org.counters();
    assert_eq!((counters.access_tokens_alive, counters.refresh_tokens_alive), (0, 0), "nothing lives on");
    assert!(desk.aliases().await.is_empty(), "and nothing is stored");
}

#[tokio::test]
async fn a_setting_that_was_put_right_is_noticed_by_a_check() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    org.change(|switches| switches.frozen = vec!["integration@practice.example".to_owned()]);
    let frozen = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(frozen.code, 3, "only somebody in Setup can help: {frozen:?}");
    assert_eq!(desk.json(&["show", "p"]).await["reason"]["code"], "inactive_user", "and this is why");
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 3, "still");
    org.change(|switches| switches.frozen = Vec::new());
    let check = desk.dtx(&["check", "p"]).await;
    assert_eq!(check.code, 0, "the user is active again: {check:?}");
    assert_eq!(desk.json(&["show", "p"]).await["status"], "connected", "without a sign-in");
}

#[tokio::test]
async fn a_token_that_died_early_is_replaced_by_a_check() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let before = desk.token("p").await;
    org.advance(Duration::from_secs(3 * 60 * 60));
    let check = desk.dtx(&["check", "p", "--json"]).await;
    assert_eq!(check.code, 0, "one refresh cures it: {check:?}");
    let after = desk.token("p").await;
    assert!(after != before && org.token_status(&after).alive, "a token that works");
}

#[tokio::test]
async fn an_expiry_is_measured_by_the_clock_of_here() {
    let _turn = one_at_a_time();
    let org = org().await;
    // With an org whose clock is an hour ahead, the token's life counts, not its end.
    org.advance(Duration::from_secs(3600));
    let core = Core::connected(&org).await;
    let given = token(&core, false).await.unwrap();
    assert!((given.expires_at.unwrap() - core.clock.now()).whole_minutes() <= 120, "two hours from now");
    assert_eq!(shown(&core).await.status, Status::Connected, "and all is well");
}
