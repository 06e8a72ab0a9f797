//! How `dtx … --json` tells a program that something failed: in one form, whatever was asked for and wherever it failed.

use std::{fs::OpenOptions, net::TcpListener, process::Stdio};

use connect_core::explain::Code;
use connect_tests::{Desk, Ended, INTEGRATION, Person, Press, Terminal, one_at_a_time, org, told::is_told};
use practice_org::{Endpoint, Fault, What};
use serde_json::{Value, json};
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

/// The names of its fields, sorted. A failure about which something is done in Setup also says where.
const FORM: [&str; 8] = ["acts", "code", "event", "fix", "message", "retry_at", "retryable", "version"];

/// The failure that a command ended with, which is the last line of its output.
fn failure(command: &str, ended: &Ended) -> Value {
    let told = ended.last();
    let names = told.as_object().unwrap().keys().map(String::as_str);
    let names: Vec<&str> = names.filter(|name| *name != "setup").collect();
    assert_eq!(names, FORM, "{command}: {ended:?}");
    assert_eq!((&told["version"], &told["event"]), (&json!(1), &json!("failed")), "{command}: {told}");
    told
}

/// What is done about it in Setup has its page there, in words and in JSON, wherever the failure is told.
#[tokio::test]
async fn a_failure_names_the_page_of_setup_where_something_is_done_about_it() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let page = format!("{}/lightning/setup/ManageExternalClientApplication/home", org.address());
    let path = desk.closed_file("secret", "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF");
    let key = org.key();
    let address = org.address();
    let command = ["connect", &address, "--key", &key, "--secret-file", &path, "--no-browser"];
    let told = failure("connect", &desk.dtx(&[&command[..], &["--json"]].concat()).await);
    assert_eq!((&told["code"], &told["acts"]), (&json!("secret_wrong"), &json!("admin")), "{told}");
    let setup = &told["setup"];
    assert_eq!(
        (&setup["page"], &setup["label"], &setup["url"]),
        (&json!("external_client_apps"), &json!("External Client App Manager"), &json!(page)),
        "{told}"
    );
    let words = desk.dtx(&command).await;
    assert!(words.error.contains(&format!("In Setup: External Client App Manager: {page}")), "{words:?}");

    desk.connect(&org, "p").await;
    org.revoke_all();
    let token = desk.dtx(&["token", "p", "--fresh"]).await;
    assert!(token.error.contains(&page), "{token:?}");
    let shown = desk.dtx(&["show", "p"]).await;
    assert!(shown.output.contains(&page), "{shown:?}");
    let shown = desk.dtx(&["show", "p", "--json"]).await;
    assert_eq!(shown.last()["reason"]["setup"]["url"], json!(page), "{shown:?}");
    let checked = desk.dtx(&["check", "p", "--json"]).await;
    let checks = checked.last()["checks"].as_array().unwrap().clone();
    assert!(checks.iter().any(|check| check["setup"]["url"] == json!(page)), "{checked:?}");

    let mistyped = desk.dtx(&["connect", "login.salesforce.com"]).await;
    assert!(mistyped.error.contains("In Setup: My Domain (in your org,"), "no org is known: {mistyped:?}");
    let away = failure("token", &desk.dtx(&["token", "nobody", "--json"]).await);
    assert!(away.get("setup").is_none(), "nothing is done there: {away}");
}

#[tokio::test]
async fn every_command_that_fails_says_so_in_json_of_one_form() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let commands: [(&[&str], i32, &str); 20] = [
        (&["connect", "nonsense with spaces"], 2, "address_invalid"),
        (&["connect"], 2, "value_missing"),
        (&["reconnect", "nobody"], 2, "name_unknown"),
        (&["rotate", "nobody"], 2, "name_unknown"),
        (&["show", "nobody"], 2, "name_unknown"),
        (&["check", "nobody"], 2, "name_unknown"),
        (&["disconnect", "nobody"], 2, "name_unknown"),
        (&["disconnect", "nobody", "--forget"], 2, "name_unknown"),
        (&["disconnect", "nobody", "--undo"], 2, "set_aside_unknown"),
        (&["token", "nobody"], 2, "name_unknown"),
        (&["token", "nobody", "--fresh"], 2, "name_unknown"),
        (&["token"], 2, "value_missing"),
        (&["token", "one", "two"], 2, "usage_invalid"),
        (&["list", "--nonsense"], 2, "usage_invalid"),
        (&["guide", "--step", "nonsense"], 2, "usage_invalid"),
        (&["nonsense"], 2, "usage_invalid"),
        (&["app", "files", "/", "--org", "acme"], 2, "folder_taken"),
        (&["vault", "session"], 5, "agent_missing"),
        (&["practice", "--port", &port], 4, "ports_taken"),
        (&["practice", "--scenario", "nonsense"], 2, "usage_invalid"),
    ];
    for (command, code, expected) in commands {
        let ended = desk.dtx(&[command, &["--json"]].concat()).await;
        let name = command.join(" ");
        let told = failure(&name, &ended);
        assert_eq!((ended.code, &told["code"]), (code, &json!(expected)), "{name}: {ended:?}");
        assert!(told["fix"].as_array().is_some_and(|fix| !fix.is_empty()), "{name}: what to do: {told}");
        assert!(!ended.error.trim().is_empty(), "{name}: in words as well");
        let words = desk.dtx(command).await;
        assert_eq!(
            (words.code, words.output.as_str()),
            (code, ""),
            "{name}: words alone where no JSON is asked for"
        );
    }
    let odd = desk.dtx(&["token", "p", "5Aep861secret", "--json"]).await;
    assert!(!odd.output.contains("5Aep861secret"), "what was typed is not repeated: {odd:?}");
    let command = ["agent", "status", "--json"];
    let broken = desk.start_with(&command, &[("DATATRAX_HOME", "/dev/null/nowhere")]).ended().await;
    assert_eq!(
        (broken.code, &failure("agent status", &broken)["code"]),
        (5, &json!("home_unusable")),
        "{broken:?}"
    );
}

#[tokio::test]
async fn a_failure_that_cannot_be_written_is_one_more() {
    let desk = Desk::new();
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut dtx = desk.command(desk.program("dtx"));
    dtx.args(["token", "nobody", "--json"]).stdin(Stdio::null()).stdout(full).stderr(Stdio::piped());
    let ended = dtx.spawn().unwrap().wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(1), "{said}");
    assert!(said.contains("nobody") && is_told(Code::OutputUnwritable, &said), "both: {said}");
}

#[tokio::test]
async fn a_pause_that_salesforce_asks_for_is_told_with_its_end() {
    let _turn = one_at_a_time();
    for (status, code) in [(429, "rate_limited"), (503, "salesforce_unavailable")] {
        let (desk, org) = (Desk::new(), org().await);
        desk.connect(&org, "p").await;
        let (content_type, body) = (None, String::new());
        let pause = What::Answer { status, content_type, body, retry_after: Some(600) };
        org.fault(Fault::new(pause).at(Endpoint::Token).times(1));
        let before = OffsetDateTime::now_utc();
        let first = desk.dtx(&["token", "--fresh", "p", "--json"]).await;
        let told = failure("token", &first);
        assert_eq!((first.code, told["code"].as_str()), (4, Some(code)), "{first:?}");
        let retry_at = OffsetDateTime::parse(told["retry_at"].as_str().unwrap(), &Rfc3339).unwrap();
        let (pause, last) = (Duration::seconds(600), OffsetDateTime::now_utc() + Duration::SECOND);
        assert!((before..=last).contains(&(retry_at - pause)), "as it was asked for: {told}");
        let asked = org.counters().requests["token"];
        let again = desk.dtx(&["token", "--fresh", "p", "--json"]).await;
        assert_eq!(failure("token", &again)["retry_at"], told["retry_at"], "the same end: {again:?}");
        assert_eq!(org.counters().requests["token"], asked, "and nothing is sent before it");
        let shown = desk.json(&["show", "p"]).await;
        assert_eq!(shown["reason"]["retry_at"], told["retry_at"], "{shown}");

        let (hour, minute, second) = retry_at.time().as_hms();
        let when = format!("Try again after {} {hour:02}:{minute:02}:{second:02} UTC", retry_at.date());
        for told in [&first.error, &again.error, &desk.dtx(&["show", "p"]).await.output] {
            assert!(told.contains(&when), "{when} in words: {told}");
            assert!(!told.contains("15 to 30 minutes") && !told.contains("in a few minutes"), "{told}");
        }
    }
}

#[tokio::test]
async fn a_pause_stays_said_until_it_is_over_and_no_browser_opens_before_somebody_wants_it() {
    let _turn = one_at_a_time();
    for (status, words) in [(429, "Salesforce asks for a pause"), (503, "is not available at the moment")] {
        let (desk, org) = (Desk::new(), org().await);
        desk.connect(&org, "p").await;
        let (content_type, body) = (None, String::new());
        let pause = What::Answer { status, content_type, body, retry_after: Some(3600) };
        org.fault(Fault::new(pause).at(Endpoint::Token).times(1));
        let asked = desk.dtx(&["token", "--fresh", "p", "--json"]).await;
        let end = failure("token", &asked)["retry_at"].clone();
        for checked in [false, true, true] {
            if checked {
                let check = desk.dtx(&["check", "p"]).await;
                assert_eq!(check.code, 0, "calls work: {check:?}");
                assert!(check.output.contains(words), "and the pause is said: {check:?}");
            }
            let shown = desk.json(&["show", "p"]).await;
            assert_eq!(shown["pause"]["until"], end, "checked: {checked}: {shown}");
            assert_eq!(shown["reason"]["retry_at"], end, "checked: {checked}: {shown}");
            assert_eq!(
                desk.json(&["list"]).await["connections"][0]["pause"]["until"],
                end,
                "in the list, too"
            );
            let list = desk.dtx(&["list"]).await;
            assert!(list.output.contains("asks for a pause"), "{list:?}");
            assert!(list.error.contains("asked for a pause for p until"), "with its end: {list:?}");
            let show = desk.dtx(&["show", "p"]).await.output;
            let told = show.lines().filter(|line| line.contains("asked for a pause until")).count();
            assert!(told >= 1, "{show}");
            for text in [&list.output, &show] {
                assert!(!text.to_lowercase().contains("reach"), "the org has answered: {text}");
            }
        }

        let requests = org.counters().requests;
        for command in
            [vec!["reconnect", "p"], vec!["connect", &org.address(), "--alias", "q", "--key", &org.key()]]
        {
            let secret = desk.closed_file("secret", &org.secret());
            let given = if command[0] == "connect" { vec!["--secret-file", &secret] } else { Vec::new() };
            let refused = desk.dtx(&[command, given, vec!["--json"]].concat()).await;
            let told = failure("sign-in", &refused);
            assert_eq!((refused.code, &told["code"]), (4, &json!("pause_asked")), "{refused:?}");
            assert_eq!(told["retry_at"], end, "until when: {refused:?}");
            assert!(!refused.output.contains("authorize"), "nothing to open: {refused:?}");
        }
        assert_eq!(org.counters().requests, requests, "and nobody is asked");

        let mut dtx = desk.start(&["reconnect", "p", "--despite-pause", "--no-browser", "--json"]);
        dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
        assert_eq!(dtx.ended().await.code, 0, "who wants it can");
        assert_eq!(desk.json(&["show", "p"]).await["pause"], Value::Null, "tokens came, so it is over");
        assert_eq!(desk.dtx(&["token", "--fresh", "p"]).await.code, 0, "and new ones are fetched");
    }
}

/// The same with a person at the terminal.
#[tokio::test]
async fn on_a_terminal_a_sign_in_in_a_pause_is_asked_about() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let (content_type, body) = (None, String::new());
    let pause = What::Answer { status: 429, content_type, body, retry_after: Some(600) };
    org.fault(Fault::new(pause).at(Endpoint::Token).times(1));
    assert_eq!(desk.dtx(&["token", "--fresh", "p"]).await.code, 4, "a pause");
    let command = "dtx reconnect p --no-browser";
    let mut terminal = Terminal::start(&desk, command);
    terminal.sees("has asked for a pause until").await;
    terminal.sees("Sign in now all the same?").await;
    terminal.types("n").await;
    let shown = terminal.ended().await;
    assert!(!shown.contains("authorize") && shown.contains("exit status: 4"), "{shown}");
    let mut terminal = Terminal::start(&desk, command);
    terminal.sees("Sign in now all the same?").await;
    terminal.types("y").await;
    terminal.sees("/authorize?").await;
    terminal.interrupts().await;
    terminal.ended().await;
}

#[tokio::test]
async fn each_mistake_in_a_command_is_told_by_a_sentence_of_its_own() {
    let desk = Desk::new();
    for (command, message, to_type) in [
        ("token", "dtx token needs the NAME of a connection", "Type: dtx token [OPTIONS] <NAME>"),
        ("token a b", "dtx token was given a word more than it takes", "Type: dtx token [OPTIONS] <NAME>"),
        ("lst", "dtx has no command of that name", "Did you mean list?"),
        ("connect a --secret-stdin --secret-file x", "cannot be used together", "Give one of them."),
        ("practice --port 99999", "--port cannot take the value that was given", "from 0 to 65535"),
        ("connect a --wait", "--wait was given without its value", "a whole number of seconds"),
        ("vault --moved=3", "--moved takes no value", "Type --moved alone"),
    ] {
        let mut arguments: Vec<&str> = command.split(' ').collect();
        let words = desk.dtx(&arguments).await;
        assert!(words.error.contains(message) && words.error.contains(to_type), "{command}: {}", words.error);
        assert!(words.error.contains("--help"), "{command}: {}", words.error);
        arguments.insert(1, "--json");
        let told = failure(command, &desk.dtx(&arguments).await);
        assert!(told["message"].as_str().unwrap().contains(message), "{command}: {told}");
        assert!(told["fix"][0].as_str().unwrap().contains(to_type), "{command}: {told}");
    }
    let misspelt = desk.dtx(&["list", "--jsn"]).await;
    assert!(misspelt.error.contains("dtx list has no option --jsn"), "{}", misspelt.error);
    assert!(misspelt.error.contains("Did you mean --json?"), "{}", misspelt.error);
}

#[tokio::test]
async fn what_may_be_a_secret_is_not_repeated_by_a_usage_error() {
    let desk = Desk::new();
    let secret = "6FB5A1D0C9E84F7733B0AA5512CD9E01";
    for arguments in [
        vec!["connect", "acme", "--secret", secret],
        vec!["connect", "acme", &format!("--secret-stdin={secret}")],
        vec!["list", secret],
        vec!["connect", "acme", "--wait", secret],
    ] {
        let ended = desk.dtx(&arguments).await;
        assert_eq!(ended.code, 2, "{}", ended.error);
        assert!(!format!("{ended:?}").contains(secret), "{}", ended.error);
        assert!(
            ended.error.contains("Usage") || ended.error.contains("--help"),
            "what helps: {}",
            ended.error
        );
    }
    let misspelt = desk.dtx(&["list", "--jsn"]).await;
    assert!(misspelt.error.contains("--jsn"), "what is no secret is said: {}", misspelt.error);
}
