//! The whole path through `dtx`: address, pair, sign-in, stored connection, and everything done with it afterwards, each
//! in a process of its own.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{fs, io::Write, os::unix::fs::PermissionsExt};

use connect_tests::{Desk, Dtx, INTEGRATION, Person, Press, one_at_a_time, org};
use practice_org::{Event, Options, Org};
use serde_json::{Value, json};
use url::Url;

const INTEGRATION_USER: &str = "integration@practice.example";
const OTHER_USER: &str = "admin@practice.example";

/// Whether this is a time as the contract has them: RFC 3339 in UTC.
fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() >= 20 && text.contains('T') && text.ends_with('Z'))
}

fn texts<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap()).collect()
}

#[tokio::test]
async fn connects_and_tells_each_step_as_the_contract_says() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let authorize = dtx.event("authorize").await;
    assert_eq!(authorize["version"], 1, "each line has the version: {authorize}");
    let url: Url = authorize["url"].as_str().unwrap().parse().unwrap();
    assert_eq!(url.path(), "/services/oauth2/authorize", "the address to open");
    let asked =
        |name: &str| url.query_pairs().find(|(field, _)| field == name).map(|(_, value)| value.into_owned());
    assert_eq!(asked("response_type").as_deref(), Some("code"), "the web server flow");
    assert_eq!(asked("scope").as_deref(), Some("api refresh_token"), "exactly these scopes");
    assert_eq!(asked("code_challenge_method").as_deref(), Some("S256"), "PKCE");
    assert!(
        asked("state").is_some_and(|state| state.starts_with("dtxc1.")),
        "a state that a page can tell as ours"
    );
    assert_eq!(asked("redirect_uri").as_deref(), authorize["redirect_uri"].as_str(), "both tell the same");
    assert_eq!(
        authorize["redirect_uri"], "http://localhost:17177/practice/callback",
        "a callback of practice orgs"
    );
    assert_eq!(asked("prompt"), None, "a browser that is signed in may answer at once");

    let page = Person::of(&org, INTEGRATION).sign_in(url.as_str(), Press::Allow).await;
    assert!(page.contains("close"), "the browser's last page says that it may be closed: {page}");
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
    let connected = ended.last();
    let expected = json!({
        "version": 1, "event": "connected", "alias": "p", "org_id": org.org_id(), "username": INTEGRATION_USER,
        "instance_url": org.address(), "kind": "practice",
    });
    assert_eq!(connected, expected, "all that is known");
    assert_eq!(ended.json().len(), 2, "authorize and connected, nothing else: {}", ended.output);
    assert_eq!(org.counters().secrets_in_query, 0, "no secret in any address");
}

#[tokio::test]
async fn everything_else_works_in_new_processes() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;

    let list = desk.json(&["list"]).await;
    assert_eq!(list["version"], 1, "{list}");
    let shown = &list["connections"][0];
    for (field, expected) in [
        ("alias", json!("p")),
        ("host", json!(format!("localhost:{}", org.port()))),
        ("kind", json!("practice")),
        ("org_id", json!(org.org_id())),
        ("username", json!(INTEGRATION_USER)),
        ("status", json!("connected")),
    ] {
        assert_eq!(shown[field], expected, "{field} of {shown}");
    }
    assert!(is_time(&shown["checked_at"]), "{shown}");
    assert!(is_time(&shown["safe_until"]) || shown["safe_until"].is_null(), "a time or null: {shown}");

    let renamed = desk.dtx(&["rename", "p", "Übung eins"]).await;
    assert_eq!((renamed.code, renamed.output.as_str()), (0, ""), "hints go to standard error: {renamed:?}");
    assert_eq!(desk.dtx(&["show", "p"]).await.code, 2, "the old name is gone");
    let detail = desk.json(&["show", "Übung eins"]).await;
    assert_eq!((&detail["version"], &detail["alias"]), (&json!(1), &json!("Übung eins")), "{detail}");
    let history = texts(&detail["history"], "text");
    assert_eq!(history.len(), 2, "connected, renamed: {history:?}");
    assert!(
        history[0].contains("Renamed") && history[1].contains(INTEGRATION_USER),
        "newest first: {history:?}"
    );
    assert!(is_time(&detail["history"][0]["at"]), "{detail}");

    let checks = desk.json(&["check", "Übung eins"]).await;
    let mut ids = texts(&checks["checks"], "id");
    ids.sort_unstable();
    assert_eq!(ids, ["address", "api", "callback", "key", "org", "scopes", "secret", "tls"], "{checks}");
    for check in checks["checks"].as_array().unwrap() {
        let expected = if check["id"] == "tls" { "skip" } else { "pass" };
        assert_eq!(check["state"], expected, "{check}");
        assert!(
            check["title"].is_string() && check["message"].is_string() && check["fix"].is_array(),
            "{check}"
        );
        assert!(check.as_object().unwrap().contains_key("code"), "a code or null: {check}");
    }
}

#[tokio::test]
async fn hands_out_a_token_that_works_and_ends_it_for_good() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;

    let printed = desk.token("p").await;
    assert!(org.token_status(&printed).alive, "the token and nothing else");
    let told = desk.json(&["token", "p"]).await;
    for (field, expected) in [
        ("version", json!(1)),
        ("access_token", json!(printed)),
        ("instance_url", json!(org.address())),
        ("org_id", json!(org.org_id())),
        ("username", json!(INTEGRATION_USER)),
    ] {
        assert_eq!(told[field], expected, "{field}");
    }
    assert!(is_time(&told["issued_at"]) && is_time(&told["expires_at"]), "both times are known by now");
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let version = told["api_version"].as_str().unwrap();
    let limits =
        client.get(format!("{}/services/data/v{version}/limits", org.address())).bearer_auth(&printed);
    assert_eq!(limits.send().await.unwrap().status(), 200, "a call with what was handed out");

    let disconnected = desk.json(&["disconnect", "p"]).await;
    assert_eq!(
        (&disconnected["version"], &disconnected["revoked"]),
        (&json!(1), &json!(true)),
        "{disconnected}"
    );
    assert!(is_time(&disconnected["proved_at"]), "{disconnected}");
    assert!(!org.token_status(&printed).alive, "the access token is dead");
    let counters = org.counters();
    assert_eq!((counters.access_tokens_alive, counters.refresh_tokens_alive), (0, 0), "all tokens are dead");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is left");
    for command in
        [&["show", "p"][..], &["token", "p"], &["check", "p"], &["disconnect", "p"], &["reconnect", "p"]]
    {
        assert_eq!(desk.dtx(command).await.code, 2, "{command:?} of what is not there");
    }
}

#[tokio::test]
async fn a_reconnect_keeps_name_and_history_and_revokes_what_it_replaces() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let before = desk.token("p").await;

    let mut dtx = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    let authorize = dtx.event("authorize").await;
    let url = authorize["url"].as_str().unwrap();
    assert!(url.contains("prompt=login"), "the browser's session may be another user's: {url}");
    Person::of(&org, INTEGRATION).sign_in(url, Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["event"]), (0, &json!("connected")), "{ended:?}");

    let after = desk.token("p").await;
    assert_ne!(before, after, "a new token");
    assert!(!org.token_status(&before).alive, "the replaced one is revoked");
    assert!(org.token_status(&after).alive, "the new one lives");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "one sign-in, one refresh token");
    let detail = desk.json(&["show", "p"]).await;
    assert_eq!(detail["history"].as_array().unwrap().len(), 2, "both sign-ins: {detail}");
    assert_eq!(desk.aliases().await, ["p"], "still one connection");
}

#[tokio::test]
async fn connecting_an_existing_name_again_takes_the_new_pair() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    org.happen(Event::RotateCredentials { keep_former: false });
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 4, "the org knows the stored key no longer");
    desk.connect(&org, "p").await;
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "the new pair is");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "the old sign-in is revoked");
    let detail = desk.json(&["show", "p"]).await;
    assert_eq!(detail["history"].as_array().unwrap().len(), 2, "the history goes on: {detail}");

    // Without any value, the stored ones serve.
    let mut dtx = desk.start(&["connect", &org.address(), "--alias", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "with the stored pair");
}

#[tokio::test]
async fn a_name_never_moves_to_another_host() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let other = Org::start(Options { seed: 2, ..Options::default() }).await.unwrap();
    let ended = desk.connecting(&other, "p", &[]).await.ended().await;
    assert_eq!((ended.code, &ended.last()["code"]), (2, &json!("name_other_host")), "{ended:?}");
    assert_eq!(other.counters().requests.get("token"), None, "nothing was asked of the other org");
    assert_eq!(desk.token("p").await, token, "the connection is as it was");

    // Without a name, the other org gets one of its own.
    let mut dtx = desk.start(&[
        "connect",
        &other.address(),
        "--key",
        &other.key(),
        "--secret-stdin",
        "--no-browser",
        "--json",
    ]);
    dtx.say(&other.secret()).await;
    dtx.sign_in(&mut Person::of(&other, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    let alias = ended.last()["alias"].as_str().unwrap().to_owned();
    assert_ne!(alias, "p", "{ended:?}");
    assert_eq!(desk.aliases().await.len(), 2, "two connections");
    // And the same address again, without a name, is the same connection.
    let mut dtx = desk.start(&[
        "connect",
        &other.address(),
        "--key",
        &other.key(),
        "--secret-stdin",
        "--no-browser",
        "--json",
    ]);
    dtx.say(&other.secret()).await;
    dtx.sign_in(&mut Person::of(&other, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.last()["alias"], alias.as_str(), "one connection per org and user: {ended:?}");
    assert_eq!(desk.aliases().await.len(), 2, "still two");
    assert_eq!(desk.dtx(&["rename", &alias, "p"]).await.code, 2, "a name that is taken");
}

async fn address_ended_on(dtx: &mut Dtx, org: &Org) -> Url {
    let authorize = dtx.event("authorize").await;
    Person::of(org, INTEGRATION).answer(authorize["url"].as_str().unwrap(), Press::Allow).await
}

#[tokio::test]
async fn the_address_the_browser_ended_on_can_be_pasted() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = address_ended_on(&mut dtx, &org).await;
    dtx.say("").await;
    dtx.say(&format!("  {back}  ")).await;
    // What stands on standard input after the one line that counted is not an answer to anything.
    dtx.say("and something else").await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["event"]), (0, &json!("connected")), "{ended:?}");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "one sign-in");
}

#[tokio::test]
async fn a_pasted_refusal_says_why() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let authorize = dtx.event("authorize").await;
    let back = Person::of(&org, INTEGRATION).answer(authorize["url"].as_str().unwrap(), Press::Deny).await;
    dtx.say(back.as_str()).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["code"]), (3, &json!("denied")), "{ended:?}");
}

#[tokio::test]
async fn the_end_of_input_is_no_error() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.end_input();
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "the browser came back by itself");
}

#[tokio::test]
async fn the_expected_user_is_the_only_one_accepted() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &["--user", OTHER_USER]).await;
    let authorize = dtx.event("authorize").await;
    let url = authorize["url"].as_str().unwrap();
    assert!(url.contains("prompt=login"), "somebody was named: {url}");
    assert!(url.contains("login_hint=admin%40practice.example"), "and may find the name filled in: {url}");
    Person::of(&org, INTEGRATION).sign_in(url, Press::Allow).await;
    let ended = dtx.ended().await;
    let failed = ended.last();
    assert_eq!((ended.code, &failed["code"]), (3, &json!("identity_mismatch")), "{ended:?}");
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains(INTEGRATION_USER) && message.contains(OTHER_USER), "both are named: {message}");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");
    assert_eq!(org.counters().refresh_tokens_alive, 0, "the tokens were given back");

    for accepting in [
        &["--user", "INTEGRATION@practice.example"][..],
        &["--user", OTHER_USER, "--accept-user", INTEGRATION_USER],
    ] {
        let mut dtx = desk.connecting(&org, "p", accepting).await;
        dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
        assert_eq!(dtx.ended().await.code, 0, "{accepting:?}");
    }
}

#[tokio::test]
async fn a_reconnect_as_somebody_else_is_asked_for() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let before = desk.token("p").await;
    let mut dtx = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, 0), Press::Allow).await;
    let ended = dtx.ended().await;
    let failed = ended.last();
    assert_eq!((ended.code, &failed["code"]), (3, &json!("identity_mismatch")), "{ended:?}");
    let message = failed["message"].as_str().unwrap();
    assert!(message.contains(INTEGRATION_USER), "the user of the connection is named: {message}");
    assert_eq!(desk.token("p").await, before, "the connection is as it was");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "and the stranger's tokens are given back");

    let mut dtx = desk.start(&["reconnect", "p", "--accept-user", OTHER_USER, "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, 0), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["username"]), (0, &json!(OTHER_USER)), "{ended:?}");
    assert_eq!(desk.json(&["show", "p"]).await["username"], OTHER_USER, "the new user is stored");
    assert!(!org.token_status(&before).alive, "and the old one's token revoked");
}

#[tokio::test]
async fn the_secret_can_come_from_a_file() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let file = desk.folder().join("secret");
    let path = file.to_str().unwrap();
    fs::File::create(&file).unwrap().write_all(format!("{}\n", org.secret()).as_bytes()).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o600)).unwrap();
    let mut dtx = desk.start(&[
        "connect",
        &org.address(),
        "--alias",
        "p",
        "--key",
        &org.key(),
        "--secret-file",
        path,
        "--no-browser",
        "--json",
    ]);
    let back = address_ended_on(&mut dtx, &org).await;
    dtx.say(back.as_str()).await;
    assert_eq!(dtx.ended().await.code, 0, "standard input is free for pasting");

    fs::remove_file(&file).unwrap();
    let gone =
        desk.dtx(&["connect", &org.address(), "--key", &org.key(), "--secret-file", path, "--json"]).await;
    assert_eq!((gone.code, &gone.last()["code"]), (2, &json!("value_missing")), "{gone:?}");
    assert!(gone.last()["message"].as_str().unwrap().contains(path), "the file is named: {gone:?}");
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_a_usage_error() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (address, key) = (org.address(), org.key());
    let table: &[(&[&str], &str)] = &[
        (&["connect"], ""),
        (&["connect", "--json"], ""),
        (&["connect", &address, "--secret-stdin", "--json"], "value_missing"),
        (&["connect", &address, "--key", &key, "--json"], "value_missing"),
        (&["connect", &address, "--key", &key, "--secret-stdin", "--json"], "value_missing"),
        (&["connect", &address, "--key", "", "--secret-stdin", "--json"], "value_missing"),
        (&["connect", "https://example.com", "--key", &key, "--json"], "address_not_salesforce"),
        (&["connect", "https://login.salesforce.com", "--key", &key, "--json"], "address_needs_my_domain"),
        (&["connect", "https://acme.my.salesforce.com:8443", "--key", &key, "--json"], "address_has_port"),
        (&["connect", "avery@acme.example", "--key", &key, "--json"], "address_is_username"),
        (&["connect", "http://[::1]:8080", "--key", &key, "--json"], "address_practice_form"),
        (&["connect", "", "--key", &key, "--json"], "value_missing"),
        (&["connect", &address, "--alias", "", "--key", &key, "--secret-stdin", "--json"], ""),
        (&["connect", &address, "--secret-stdin", "--secret-file", "x"], ""),
        (&["connect", &address, "--wait", "soon"], ""),
        (&["reconnect", "nobody", "--json"], "name_unknown"),
        (&["reconnect"], ""),
        (&["show", "nobody", "--json"], ""),
        (&["check", "nobody"], ""),
        (&["token", "nobody"], ""),
        (&["disconnect", "nobody"], ""),
        (&["rename", "nobody", "somebody"], ""),
        (&["rename", "nobody"], ""),
        (&["list", "--everything"], ""),
        (&["explain"], ""),
        (&[], ""),
    ];
    for (arguments, code) in table {
        let ended = desk.dtx(arguments).await;
        assert_eq!(ended.code, 2, "dtx {arguments:?}: {ended:?}");
        if code.is_empty() {
            assert!(!ended.error.is_empty() || arguments.contains(&"--json"), "dtx {arguments:?} says why");
        } else {
            let failed = ended.last();
            assert_eq!(failed["version"], 1, "{failed}");
            assert_eq!(
                (&failed["event"], failed["code"].as_str()),
                (&json!("failed"), Some(*code)),
                "{arguments:?}"
            );
            assert!(failed["message"].is_string() && failed["retryable"].is_boolean(), "{failed}");
            assert!(failed["fix"].as_array().is_some_and(|fix| !fix.is_empty()), "something to do: {failed}");
        }
        assert!(!ended.error.contains(&key), "not even the key is repeated: {ended:?}");
    }
    assert_eq!(org.counters().requests.get("authorize"), None, "the org was asked nothing");
    assert_eq!(desk.dtx(&["--help"]).await.code, 0, "help is no error");
    assert_eq!(desk.dtx(&["--version"]).await.code, 0, "nor is the version");
}

#[tokio::test]
async fn without_a_keychain_nothing_is_asked_and_nothing_is_stored_in_plain_text() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let ended = desk.connecting(&org, "p", &[]).await.ended().await;
    let failed = ended.last();
    assert_eq!((ended.code, &failed["code"]), (5, &json!("keychain_missing")), "{ended:?}");
    assert_eq!(ended.json().len(), 1, "before any sign-in: {ended:?}");
    assert!(org.counters().requests.is_empty(), "the org was asked nothing: {:?}", org.counters());
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");
}

#[tokio::test]
async fn a_lost_keychain_costs_a_sign_in_and_nothing_else() {
    let _turn = one_at_a_time();
    let (mut desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    desk.stop_keyring();
    let ended = desk.dtx(&["token", "p"]).await;
    assert_eq!((ended.code, ended.output.as_str()), (5, ""), "no keychain, no token: {ended:?}");
    assert_eq!(desk.aliases().await, ["p"], "the connection is still shown");

    // A keyring that was thrown away with everything in it.
    fs::remove_dir_all(desk.folder().join("user/data/keyrings")).unwrap();
    desk.start_keyring();
    let ended = desk.dtx(&["token", "p"]).await;
    assert_eq!(ended.code, 5, "{ended:?}");
    desk.connect(&org, "p").await;
    let detail = desk.json(&["show", "p"]).await;
    assert_eq!(detail["status"], "connected", "{detail}");
    assert!(detail["history"].as_array().unwrap().len() >= 2, "the history is kept: {detail}");
    assert!(org.token_status(&desk.token("p").await).alive, "and it works");
}

#[tokio::test]
async fn an_interrupted_sign_in_leaves_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for signal in ["-INT", "-TERM", "-HUP"] {
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        let back = address_ended_on(&mut dtx, &org).await;
        dtx.signal(signal).await;
        let ended = dtx.ended().await;
        assert_eq!((ended.code, &ended.last()["code"]), (3, &json!("cancelled")), "{signal}: {ended:?}");
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        assert!(client.get(back).send().await.is_err(), "nobody listens any more after {signal}");
    }
    assert_eq!(org.counters().refresh_tokens_alive, 0, "no token was ever made");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");

    // While the code is being exchanged: the tokens that come are given back.
    org.change(|switches| switches.token_delay_milliseconds = 300);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    dtx.signal("-TERM").await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["code"]), (3, &json!("cancelled")), "{ended:?}");
    assert_eq!(org.counters().refresh_tokens_alive, 0, "the tokens that came are revoked");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");
}

#[tokio::test]
async fn everything_below_the_home_is_closed_to_others() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let mut folders = vec![desk.home()];
    while let Some(folder) = folders.pop() {
        assert_eq!(
            fs::metadata(&folder).unwrap().permissions().mode() & 0o777,
            0o700,
            "{}",
            folder.display()
        );
        for entry in fs::read_dir(&folder).unwrap().map(Result::unwrap) {
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path());
            } else {
                assert_eq!(mode, 0o600, "{}", entry.path().display());
            }
        }
    }
}

#[tokio::test]
async fn people_are_told_in_words() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (address, key) = (org.address(), org.key());
    let mut dtx =
        desk.start(&["connect", &address, "--alias", "p", "--key", &key, "--secret-stdin", "--no-browser"]);
    dtx.say(&org.secret()).await;
    let url = dtx.hint("/services/oauth2/authorize").await;
    Person::of(&org, INTEGRATION).sign_in(&url, Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.output.contains("Connected p (PRACTICE) as integration@practice.example"), "{ended:?}");
    assert_eq!(ended.output.lines().count(), 1, "one result: {ended:?}");

    let list = desk.dtx(&["list"]).await.output;
    assert!(list.contains("PRACTICE") && list.contains("connected"), "{list}");
    let show = desk.dtx(&["show", "p"]).await.output;
    assert!(show.contains(&org.org_id()) && show.contains("Connected as"), "{show}");
    let check = desk.dtx(&["check", "p"]).await.output;
    assert_eq!(check.lines().filter(|line| line.starts_with("ok")).count(), 7, "{check}");
    let gone = desk.dtx(&["disconnect", "p"]).await;
    assert!(gone.error.contains("confirmed"), "{gone:?}");
}
