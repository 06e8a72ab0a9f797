//! `dtx check`, and `--all`: what each line says of an org and a computer that were changed on purpose.

use std::{net::TcpListener, sync::Arc};

use connect_tests::{
    App, Desk, Ended, Fault as OnTheWay, INTEGRATION, INTEGRATION_USER, Person, Press, Tap, Terminal,
    one_at_a_time, org,
};
use practice_org::{Endpoint, Fault, NewApps, Options, What};
use serde_json::{Value, json};
use tokio::sync::Barrier;

const INTROSPECT: &str = "/services/oauth2/introspect";

/// The ids of all checks, in the order in which they are told.
fn ids(ended: &Ended) -> Vec<String> {
    let checks = ended.last()["checks"].clone();
    checks.as_array().unwrap().iter().map(|check| check["id"].as_str().unwrap().to_owned()).collect()
}

/// The line of a check with this id.
fn line(ended: &Ended, id: &str) -> Value {
    let checks = ended.last()["checks"].clone();
    let found = checks.as_array().unwrap().iter().find(|check| check["id"] == id).cloned();
    found.unwrap_or_else(|| panic!("no {id}: {ended:?}"))
}

#[tokio::test]
async fn what_was_changed_at_org_or_computer_shows_in_its_own_line() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let check = async || desk.dtx(&["check", "p", "--json"]).await;
    let told = |ended: &Ended, id: &str| {
        let found = line(ended, id);
        (found["state"].as_str().unwrap().to_owned(), found["message"].as_str().unwrap().to_owned())
    };

    let good = check().await;
    assert_eq!(good.code, 0, "{good:?}");
    let (state, words) = told(&good, "limits");
    assert!(state == "pass" && words.contains("of 15000 API requests"), "{words}");
    let (state, words) = told(&good, "refresh");
    assert!(state == "pass" && words.contains("refresh token works"), "{words}");

    org.change(|switches| {
        (switches.new_apps, switches.pkce_required) = (NewApps::Before, false);
        switches.hidden_objects = vec!["jobs".to_owned()];
    });
    org.fault(Fault::new(What::ClockSkew { seconds: -3600 }));
    let ports = [17177, 27177, 7177].map(|port| TcpListener::bind(("127.0.0.1", port)).unwrap());
    let changed = check().await;
    assert_eq!(changed.code, 0, "remarks end no script: {changed:?}");
    for (id, state, part) in [
        ("pkce", "warn", "takes a sign-in without PKCE"),
        ("clock", "warn", "60 minutes ahead of the org's"),
        ("ports", "warn", "Other programs use the ports"),
        ("bulk", "unknown", "could not be told"),
    ] {
        let (found, words) = told(&changed, id);
        assert_eq!(found, state, "{id}: {words}");
        assert!(words.contains(part), "{id}: {words}");
    }
    assert_eq!(line(&changed, "ports")["code"], "ports_taken");
    let pkce = line(&changed, "pkce");
    let fix = pkce["fix"][0].as_str().unwrap();
    assert!(
        fix.contains("Check Require Proof Key for Code Exchange (PKCE) extension"),
        "as in the guide: {pkce}"
    );
    assert_eq!(pkce["setup"]["label"], "External Client App Manager", "{pkce}");
    drop(ports);
    org.clear_faults();

    let lost = Fault::new(What::Maintenance).at(Endpoint::Introspect);
    org.fault(lost);
    assert_eq!(
        told(&check().await, "refresh").0,
        "unknown",
        "nothing is guessed of a token nobody speaks of"
    );
    org.clear_faults();
    org.change(|switches| switches.session_not_valid_for_rest = true);
    let refused = check().await;
    assert_eq!(refused.code, 6, "{refused:?}");
    for id in ["limits", "bulk"] {
        assert_eq!(told(&refused, id).0, "skip", "{id} comes after calls that work: {refused:?}");
    }
}

#[tokio::test]
async fn what_needs_no_other_answer_is_asked_side_by_side_and_told_in_its_order() {
    let _turn = one_at_a_time();
    let (org, tap) = Tap::before(Options::default()).await;
    let desk = Desk::new();
    desk.connect(&org, "p").await;
    let usual = desk.dtx(&["check", "p", "--json"]).await;
    assert_eq!(usual.code, 0, "{usual:?}");
    let asked: Vec<String> = tap.heard().iter().map(|exchange| exchange.request.clone()).collect();
    let path = |end: &str| {
        let mut paths = asked.iter().filter_map(|request| request.split([' ', '?']).nth(1));
        paths.rfind(|path| path.ends_with(end)).unwrap_or_else(|| panic!("no {end}")).to_owned()
    };
    // One is of the pair, and one of the token. Neither is answered before the other was asked.
    let both = Arc::new(Barrier::new(2));
    for path in [path("/oauth2/authorize"), path("/limits")] {
        tap.next(&path, OnTheWay::Meet(both.clone()));
    }
    let met = desk.dtx(&["check", "p", "--json"]).await;
    assert_eq!(met.code, 0, "each had its answer: {met:?}");
    assert_eq!(ids(&met), ids(&usual), "the same lines, in the same order");
    assert!(!met.last()["checks"].to_string().contains("network_timeout"), "{met:?}");
}

#[tokio::test]
async fn all_connections_are_checked_with_one_line_each_and_one_exit_code() {
    let _turn = one_at_a_time();
    let (desk, good, other) = (Desk::new(), org().await, org().await);
    let nothing = desk.dtx(&["check", "--all", "--json"]).await;
    assert_eq!((nothing.code, nothing.output.as_str()), (0, ""), "nothing to check: {nothing:?}");
    desk.connect(&good, "good").await;
    desk.connect(&other, "other").await;
    let all = desk.dtx(&["check", "--all"]).await;
    assert_eq!((all.code, all.output.lines().count()), (0, 2), "{all:?}");

    other.change(|switches| switches.callbacks = Vec::new());
    let all = desk.dtx(&["check", "--all", "--json"]).await;
    let lines = all.json();
    let exits: Vec<(&str, i64)> =
        lines.iter().map(|line| (line["alias"].as_str().unwrap(), line["exit"].as_i64().unwrap())).collect();
    assert_eq!((all.code, exits), (6, vec![("good", 0), ("other", 6)]), "{all:?}");
    assert!(lines.iter().all(|line| line["version"] == 1 && line["checks"].is_array()), "{all:?}");
    let words = desk.dtx(&["check", "--all"]).await;
    let other_line = words.output.lines().find(|line| line.contains("other")).unwrap();
    assert!(other_line.starts_with("FAILED") && other_line.contains("Callback URL: "), "{words:?}");
    assert!(words.error.contains("1 of 2 not in order"), "and where to go on: {words:?}");

    for (wrong, code) in [(&["check"][..], "value_missing"), (&["check", "good", "--all"], "usage_invalid")] {
        let refused = desk.dtx(&[wrong, &["--json"]].concat()).await;
        assert_eq!((refused.code, &refused.last()["code"]), (2, &json!(code)), "{refused:?}");
    }
}

#[tokio::test]
async fn a_person_who_waits_long_for_a_check_is_told_for_what() {
    let _turn = one_at_a_time();
    let (org, tap) = Tap::before(Options::default()).await;
    let desk = Desk::new();
    desk.connect(&org, "p").await;
    for (command, told) in [("dtx check p", "the org answers"), ("dtx check --all", "the org of p answers")] {
        tap.next(INTROSPECT, OnTheWay::HoldAnswer);
        let mut terminal = Terminal::start(&desk, command);
        terminal
            .sees(&format!("Waiting for what {told} takes longer than usual and goes on by itself."))
            .await;
        tap.go_on();
        let shown = terminal.ended().await;
        assert!(shown.contains("ok "), "and then it is told: {shown}");
    }
}

#[tokio::test]
async fn an_org_that_is_away_is_told_once_and_not_with_each_check() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    org.fault(Fault::new(What::Cut));
    let away = desk.dtx(&["check", "p"]).await;
    assert_eq!(away.code, 4, "{away:?}");
    assert_eq!(away.output.matches("unknown").count(), 1, "its cause, once: {}", away.output);
    assert!(away.output.contains("So nothing else could be asked about."), "{}", away.output);
    let all = desk.dtx(&["check", "p", "--json"]).await;
    assert!(ids(&all).len() > 10, "a script gets every line: {all:?}");
    org.clear_faults();
    let back = desk.dtx(&["check", "p"]).await;
    assert!(back.output.matches("ok ").count() > 5, "{}", back.output);
}

#[tokio::test]
async fn the_sign_ins_used_of_five_are_told_and_which_one_the_next_ends() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let slots = async || line(&desk.dtx(&["check", "p", "--json"]).await, "slots");
    let state_of = |found: &Value| found["state"].as_str().unwrap().to_owned();
    let used =
        |count: usize| format!("{count} of 5 are used: those of {INTEGRATION_USER} with Datatrax Connect.");

    let first = slots().await;
    assert_eq!((state_of(&first), first["fix"].clone()), ("pass".to_owned(), json!([])), "{first}");
    assert!(first["message"].as_str().unwrap().starts_with(&used(1)), "{first}");

    let (app, mut person) = (App::of(&org), Person::of(&org, INTEGRATION));
    for _ in 0..4 {
        app.tokens(&mut person).await;
    }
    let oldest = desk.token("p").await;
    let listed = "/services/data/v67.0/query?q=SELECT+CreatedDate+FROM+OauthToken+ORDER+BY+CreatedDate";
    let listed = app.get_with_token(listed, &oldest).await.json();
    assert_eq!(listed["totalSize"], 5, "as the org lists them: {listed}");
    let made = listed["records"][0]["CreatedDate"].as_str().unwrap();
    let (day, minute) = (made.get(..10).unwrap(), made.get(11..16).unwrap());

    let full = slots().await;
    let message = full["message"].as_str().unwrap();
    assert_eq!((state_of(&full), full["code"].clone()), ("warn".to_owned(), Value::Null), "{full}");
    assert!(message.starts_with(&used(5)), "{full}");
    assert!(
        message
            .contains(&format!("the next sign-in ends the oldest: that of {day} {minute} UTC, last used ")),
        "{full}"
    );
    assert_eq!(full["setup"]["label"], "External Client Apps OAuth Usage", "{full}");
    let text = desk.dtx(&["check", "p"]).await;
    assert_eq!(text.code, 0, "a remark ends no script: {text:?}");
    assert!(text.output.contains(&used(5)) && text.output.contains("a user of its own"), "{}", text.output);

    org.change(|switches| switches.hidden_objects = vec!["OauthToken".to_owned()]);
    let hidden = slots().await;
    assert_eq!(state_of(&hidden), "unknown", "{hidden}");
    assert!(hidden["message"].as_str().unwrap().contains("does not show"), "{hidden}");
    org.change(|switches| switches.hidden_objects = Vec::new());

    // What was foretold comes true.
    app.tokens(&mut person).await;
    assert!(!org.token_status(&oldest).alive, "the sixth has ended the oldest: this connection's");
    // An admin sees everybody's: only those of the connection's user count.
    let mut dtx = desk.connecting(&org, "a", &["--user", "admin@practice.example"]).await;
    dtx.sign_in(&mut Person::of(&org, 0), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0);
    let of_admin = line(&desk.dtx(&["check", "a", "--json"]).await, "slots");
    assert!(of_admin["message"].as_str().unwrap().starts_with("1 of 5"), "{of_admin}");
}
