//! The whole path through `dtx`: address, pair, sign-in, stored connection, and all commands on it afterwards, each in
//! its own process. The input is in `connect_input.rs`, connecting again in `names_and_users.rs`.

use connect_tests::{Desk, INTEGRATION, INTEGRATION_USER, Person, Press, one_at_a_time, org};
use serde_json::{Value, json};
use url::Url;

#[tokio::test]
async fn dtx_connects_and_tells_each_step_as_the_contract_says() {
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
    assert_eq!(asked("prompt").as_deref(), Some("login"), "whoever the browser is signed in as");

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
async fn what_follows_a_sign_in_works_in_new_processes() {
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
    let all = [
        "address", "api", "bulk", "callback", "clock", "form", "issuer", "key", "life", "limits", "org",
        "pkce", "ports", "refresh", "rotation", "scopes", "secret", "sign_in", "slots", "tls", "vault",
    ];
    assert_eq!(ids, all, "{checks}");
    for check in checks["checks"].as_array().unwrap() {
        let expected = if check["id"] == "tls" || check["id"] == "issuer" { "skip" } else { "pass" };
        assert_eq!(check["state"], expected, "{check}");
        assert!(
            check["title"].is_string() && check["message"].is_string() && check["fix"].is_array(),
            "{check}"
        );
        assert!(check.as_object().unwrap().contains_key("code"), "a code or null: {check}");
    }
}

#[tokio::test]
async fn dtx_hands_out_a_token_that_works_and_ends_it_for_good() {
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
    assert_eq!(check.lines().filter(|line| line.starts_with("ok")).count(), 19, "{check}");
    let gone = desk.dtx(&["disconnect", "p"]).await;
    assert!(gone.error.contains("confirmed"), "{gone:?}");
}

/// Whether this is a time as in the contract: RFC 3339 in UTC.
fn is_time(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.len() >= 20 && text.contains('T') && text.ends_with('Z'))
}

fn texts<'a>(list: &'a Value, field: &str) -> Vec<&'a str> {
    list.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap()).collect()
}
