//! What a person reads at a terminal: it fits, has colours where they can be seen, and tells times as clocks here do.

use std::sync::{Arc, Mutex};

use connect_tests::{Desk, Terminal, stand_in_for_agent};
use serde_json::{Value, json};

const CHECKED_AT: &str = "2026-07-01T23:30:00Z";

fn connection(alias: &str, kind: &str, status: &str) -> Value {
    json!({
        "redacted": true, "alias": alias, "host": format!("{alias}.sandbox.my.salesforce.com"), "kind": kind,
        "org_id": "00DWR0000001abcEAA", "org_name": "A company with a long name and several sandboxes",
        "username": format!("integration.user@{alias}.example"), "instance_url": "https://acme.my.salesforce.com",
        "status": status, "reason": null, "safe_until": null, "checked_at": CHECKED_AT,
        "health": {
            "at_risk": false, "since": null, "causes": [], "needs": null,
            "text": "Connected. It is renewed by itself every day, and stays connected for as long as this computer is on now and then.",
        },
    })
}

/// A desk whose agent knows these connections, in this order.
fn desk(names: &'static [(&'static str, &'static str, &'static str)]) -> Desk {
    let mut desk = Desk::without_keyring();
    desk.set("TZ", "America/New_York");
    stand_in_for_agent(&desk, move |method, params| {
        let all = || names.iter().map(|(alias, kind, status)| connection(alias, kind, status));
        match method {
            "list" => Ok(all().collect()),
            "leaving" => Ok(json!([])),
            "show" => {
                let mut shown = all().find(|one| one["alias"] == params["name"]).unwrap();
                let text =
                    "Connected, and the tokens that came with the sign-in were stored on this computer.";
                shown["history"] = json!([{ "at": CHECKED_AT, "text": text }]);
                Ok(shown)
            }
            "check" => {
                let message = "The org knows the Consumer Key, and tells so to whoever asks it with an address of its own.";
                let fix = [
                    "Enter these lines in Callback URL, each on a line of its own:\nhttp://localhost:17177/callback",
                ];
                Ok(json!({ "checks": [
                    { "id": "key", "title": "Consumer Key", "state": "pass", "message": message, "fix": [], "code": null },
                    { "id": "callback", "title": "Callback URL", "state": "fail", "message": message, "fix": fix, "code": "callback_missing" },
                ]}))
            }
            "status" => Ok(json!({ "pid": 4711, "version": "0.1.0", "connections": 12, "tray": "missing" })),
            _ => Ok(Value::Null),
        }
    });
    desk
}

const NAMES: [(&str, &str, &str); 6] = [
    ("acme--s11", "sandbox", "connected"),
    ("acme--s2", "sandbox", "needs_you"),
    ("acme", "production", "connected"),
    ("acme--s1", "sandbox", "unreachable"),
    ("globex-with-a-name-that-is-long--uat", "sandbox", "connected"),
    ("practice", "practice", "connected"),
];

async fn shown(desk: &Desk, command: &str) -> String {
    let shown = Terminal::start(desk, command).ended().await.replace('\r', "");
    shown.rsplit_once("\n(").unwrap().0.to_owned()
}

fn fits(shown: &str, columns: usize) {
    for line in shown.lines() {
        assert!(line.chars().count() <= columns, "{columns}: {line:?} in {shown}");
    }
}

#[tokio::test]
async fn the_list_fits_the_terminal_under_a_heading_in_the_order_in_which_people_count() {
    let desk = desk(&NAMES);
    for columns in [60, 80, 100] {
        let list = shown(&desk, &format!("stty cols {columns}; dtx list")).await;
        fits(&list, columns);
        let names: Vec<&str> = list.lines().map(|line| line.split_whitespace().next().unwrap()).collect();
        assert_eq!(names[..5], ["NAME", "acme", "acme--s1", "acme--s2", "acme--s11"], "{list}");
        assert!(list.contains("PRODUCTION") && list.contains("6 connections, 1 needs you."), "{list}");
    }
    let piped = desk.dtx(&["list"]).await;
    assert_eq!(piped.output.lines().count(), 6, "a line each, where a program reads: {piped:?}");
    for (name, ..) in NAMES {
        for whole in
            [format!(" integration.user@{name}.example"), format!(" {name}.sandbox.my.salesforce.com")]
        {
            assert!(piped.output.contains(&whole), "and all of it: {piped:?}");
        }
    }
}

#[tokio::test]
async fn what_is_shown_of_a_connection_fits_the_terminal() {
    let desk = desk(&NAMES);
    for command in ["show acme", "check acme", "agent status"] {
        for columns in [60, 80] {
            let text = shown(&desk, &format!("stty cols {columns}; dtx {command}")).await;
            fits(&text, columns);
            assert!(text.lines().count() > 2, "{command}: {text}");
        }
        let piped = desk.dtx(&command.split(' ').collect::<Vec<_>>()).await.output;
        let longest = piped.lines().map(str::len).max().unwrap();
        assert!(longest > 96, "{command}: a program gets each text in one line: {piped}");
    }
    let check = shown(&desk, "stty cols 60; dtx check acme").await;
    assert!(check.contains("\n           http://localhost:17177/callback"), "a value stays whole: {check}");
}

#[tokio::test]
async fn colours_are_seen_at_terminals_alone_and_no_color_is_heeded() {
    let desk = desk(&NAMES);
    for (command, painted) in [
        ("list", "\x1b[1;31mPRODUCTION\x1b[0m"),
        ("list", "\x1b[32mconnected\x1b[0m"),
        ("show acme", "\x1b[1;31mPRODUCTION\x1b[0m"),
        ("check acme", "\x1b[1;31mFAILED\x1b[0m"),
    ] {
        let colourful = shown(&desk, &format!("TERM=xterm dtx {command}")).await;
        assert!(colourful.contains(painted), "{command}: {colourful:?}");
        for plain in ["TERM=xterm NO_COLOR=1 dtx", "TERM=dumb dtx", "dtx"] {
            let plain = shown(&desk, &format!("{plain} {command}")).await;
            assert!(!plain.contains('\x1b'), "{command}: {plain:?}");
        }
    }
    assert!(!desk.dtx(&["list"]).await.output.contains('\x1b'), "and none in a pipe");
}

#[tokio::test]
async fn times_are_those_of_the_clocks_here_and_json_has_utc() {
    let desk = desk(&NAMES);
    let shown = desk.dtx(&["show", "acme"]).await.output;
    assert!(shown.contains("Last checked     1 Jul, 19:30\n"), "New York, in summer: {shown}");
    assert!(shown.contains("1 Jul, 19:30  Connected, and"), "in the history too: {shown}");
    assert_eq!(desk.json(&["show", "acme"]).await["checked_at"], CHECKED_AT);
    let utc = desk.start_with(&["show", "acme"], &[("TZ", "UTC")]).ended().await.output;
    assert!(utc.contains("1 Jul, 23:30 UTC"), "which is said where it is the clocks': {utc}");
}

#[tokio::test]
async fn a_mistyped_name_is_answered_with_the_nearest() {
    let _turn = connect_tests::one_at_a_time();
    let (desk, org) = (Desk::new(), connect_tests::org().await);
    desk.connect(&org, "acme--uat").await;
    for command in [&["token", "acme-uat"][..], &["show", "amce--uat"], &["run", "uat", "--", "true"]] {
        let ended = desk.dtx(command).await;
        assert_eq!(ended.code, 2, "{command:?}: {ended:?}");
        assert!(ended.error.contains("Did you mean acme--uat?"), "{command:?}: {ended:?}");
    }
    let json = desk.dtx(&["token", "acme-uat", "--json"]).await.last();
    assert_eq!(json["fix"][0], "Did you mean acme--uat?", "{json}");
    let far = desk.dtx(&["token", "globex"]).await;
    assert!(!far.error.contains("Did you mean"), "nothing is near: {far:?}");
    for (typed, meant) in [("lits", "list"), ("tokne", "token"), ("conect", "connect")] {
        let ended = desk.dtx(&[typed]).await;
        assert!(ended.error.contains(&format!("Did you mean {meant}?")), "{typed}: {ended:?}");
    }
}

#[tokio::test]
async fn production_is_disconnected_only_once_its_name_is_typed_and_another_org_after_a_yes() {
    let mut desk = Desk::without_keyring();
    desk.set("NO_COLOR", "1");
    let ended = Arc::<Mutex<Vec<String>>>::default();
    let seen = Arc::clone(&ended);
    stand_in_for_agent(&desk, move |method, params| match method {
        "list" => Ok(json!([
            connection("acme", "production", "connected"),
            connection("acme--uat", "sandbox", "connected"),
        ])),
        "disconnect" => {
            seen.lock().unwrap().push(params["name"].as_str().unwrap().to_owned());
            Ok(json!({ "revoked": true, "proved_at": CHECKED_AT }))
        }
        _ => Ok(json!([])),
    });
    for (name, typed, goes_on) in [
        ("acme", "", false),
        ("acme", "y", false),
        ("acme", "yes", false),
        ("acme", "acme--uat", false),
        ("acme", "acme", true),
        ("acme--uat", "", false),
        ("acme--uat", "y", true),
    ] {
        let mut terminal = Terminal::start(&desk, &format!("dtx disconnect {name}"));
        terminal.sees(&format!("{name}.sandbox.my.salesforce.com")).await;
        terminal.sees(&format!("integration.user@{name}.example")).await;
        terminal.sees("The Datatrax portal has a sign-in of its own, which this does not end.").await;
        terminal.sees(&format!("Revoke {name} at Salesforce")).await;
        terminal.sees(if name == "acme" { "type its name to go on: " } else { "[y/N]: " }).await;
        terminal.types(typed).await;
        let said = terminal.ended().await;
        assert_eq!(said.contains("is disconnected"), goes_on, "{name}, {typed:?}: {said}");
        assert_eq!(said.contains("Nothing was changed."), !goes_on, "{name}, {typed:?}: {said}");
    }
    assert_eq!(*ended.lock().unwrap(), ["acme", "acme--uat"], "and nothing else was asked of the agent");
}

#[tokio::test]
async fn how_many_connections_are_checked_is_said_first_where_a_person_waits() {
    const FIVE: [(&str, &str, &str); 5] = [NAMES[0], NAMES[1], NAMES[2], NAMES[3], NAMES[4]];
    const FOUR: [(&str, &str, &str); 4] = [NAMES[0], NAMES[1], NAMES[2], NAMES[3]];
    let five = desk(&FIVE);
    let mut terminal = Terminal::start(&five, "dtx check --all");
    terminal.sees("Checking 5 connections, 4 at a time.").await;
    terminal.sees("FAILED").await;
    terminal.sees("5 of 5 not in order").await;
    let ended = terminal.ended().await;
    assert!(ended.contains("(exit status: 6)"), "{ended}");

    let piped = five.dtx(&["check", "--all"]).await;
    assert_eq!((piped.code, piped.output.lines().count()), (6, 5), "{piped:?}");
    assert!(!piped.error.contains("Checking"), "nobody reads along: {piped:?}");
    let four = desk(&FOUR);
    let few = shown(&four, "dtx check --all").await;
    assert!(!few.contains("Checking") && few.contains("4 of 4 not in order"), "not worth a word: {few}");
}
