//! Third-party clients sign in to the practice org and work with it as with any org.

use std::{fs, time::Duration};

use connect_tests::{
    App, Desk, INTEGRATION, Internet, Library, Person, Press, SalesforceCli, Terminal, one_at_a_time, python,
};
use practice_org::{Options, Org, OrgKind};
use serde_json::{Value, json};

/// The Callback URL line that Salesforce tells users of its CLI to register.
const SF_CALLBACK: &str = "http://localhost:1717/OauthRedirect";
const CALLBACK: &str = "http://localhost:17177/practice/callback";
const SOQL: &str = "SELECT Id, Name, IsSandbox FROM Organization";
/// Longer than a session: every access token has then ended.
const LATER: Duration = Duration::from_secs(3 * 60 * 60);

/// An org whose app has the CLI's callback and scopes.
async fn org(rotation: bool) -> Org {
    let options = Options {
        callbacks: vec![CALLBACK.to_owned(), SF_CALLBACK.to_owned()],
        scopes: ["api", "refresh_token", "web"].map(str::to_owned).to_vec(),
        rotation,
        ..Options::default()
    };
    Org::start(options).await.unwrap()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_else(|| panic!("no {name} in {value}"))
}

#[tokio::test]
async fn salesforce_cli_signs_in_works_refreshes_and_signs_out() {
    let _turn = one_at_a_time();
    let (org, sf) = (org(false).await, SalesforceCli::new());
    let username = org.users()[INTEGRATION].username.clone();
    let ended = sf.sign_in(&org, "p", &mut Person::of(&org, INTEGRATION)).await;
    assert_eq!(ended.code, 0, "signed in: {ended:?}");
    assert!(ended.output.contains(&format!("Successfully authorized {username}")), "{ended:?}");

    let list = sf.json(&["org", "list"]).await;
    let listed = &list["other"][0];
    assert_eq!((text(listed, "username"), text(listed, "alias")), (username.as_str(), "p"), "listed: {list}");
    assert_eq!(text(listed, "connectedStatus"), "Connected", "and connected: {listed}");

    let shown = sf.json(&["org", "display", "--target-org", "p"]).await;
    assert_eq!(
        (text(&shown, "id"), text(&shown, "instanceUrl")),
        (&*org.org_id(), &*org.address()),
        "{shown}"
    );
    assert_eq!((text(&shown, "clientId"), text(&shown, "apiVersion")), (&*org.key(), "68.0"), "{shown}");

    let query = ["data", "query", "--target-org", "p", "--query", SOQL];
    let found = sf.json(&query).await;
    assert_eq!(text(&found["records"][0], "Id"), org.org_id(), "a query: {found}");

    org.advance(LATER);
    let found = sf.json(&query).await;
    assert_eq!((&found["totalSize"], org.counters().refreshes), (&json!(1), 1), "by itself with a new token");

    let ended = sf.run(&["org", "logout", "--target-org", "p", "--no-prompt"]).await;
    assert_eq!(ended.code, 0, "signed out: {ended:?}");
    let list = sf.json(&["org", "list"]).await;
    assert_eq!(list["other"], json!([]), "and gone: {list}");
    assert_eq!(org.counters().secrets_in_query, 0, "nothing secret in an address");
}

/// Since its core library 9.4 the CLI stores a rotated refresh token; before, its second refresh ended the family.
#[tokio::test]
async fn salesforce_cli_lives_with_rotation() {
    let _turn = one_at_a_time();
    let (org, sf) = (org(true).await, SalesforceCli::new());
    let ended = sf.sign_in(&org, "p", &mut Person::of(&org, INTEGRATION)).await;
    assert_eq!(ended.code, 0, "signed in: {ended:?}");
    for refreshes in 1..=3 {
        org.advance(LATER);
        let found = sf.json(&["data", "query", "--target-org", "p", "--query", SOQL]).await;
        assert_eq!((&found["totalSize"], org.counters().refreshes), (&json!(1), refreshes), "{found}");
    }
    assert_eq!(org.counters().reuses_detected, 0, "each time with the newest token");
}

/// With a wrong key or secret, the CLI's message is the same as for a real org.
#[tokio::test]
async fn salesforce_cli_understands_a_wrong_secret() {
    let _turn = one_at_a_time();
    let (org, sf) = (org(false).await, SalesforceCli::new());
    let ended = sf.sign_in_with(&org, &"0".repeat(64), "p", &mut Person::of(&org, INTEGRATION)).await;
    assert_ne!(ended.code, 0, "refused: {ended:?}");
    assert!(ended.output.contains("invalid_client::invalid client credentials"), "and why: {ended:?}");
}

/// After such a sign-in every address that the CLI makes begins with two slashes.
#[tokio::test]
async fn salesforce_cli_works_with_a_token_of_dtx() {
    let _turn = one_at_a_time();
    let (desk, org, sf) = (Desk::new(), org(false).await, SalesforceCli::new());
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let ended = sf.sign_in_with_token(&org, &token, "p").await;
    assert_eq!(ended.code, 0, "signed in: {ended:?}");
    let shown = sf.json(&["org", "display", "--target-org", "p"]).await;
    assert_eq!(text(&shown, "connectedStatus"), "Connected", "{shown}");
    assert_eq!(text(&shown, "id"), org.org_id(), "{shown}");
    let found = sf.json(&["data", "query", "--target-org", "p", "--query", SOQL]).await;
    assert_eq!(text(&found["records"][0], "Id"), org.org_id(), "a query: {found}");
}

#[tokio::test]
async fn what_salesforce_cli_knows_is_listed_and_set_up_here() {
    let _turn = one_at_a_time();
    let (mut desk, other, org, sf) = (Desk::new(), Desk::new(), org(false).await, SalesforceCli::new());
    let own = sf.home().to_str().unwrap().to_owned();
    desk.set("HOME", &own);
    let nothing = desk.json(&["import", "sf"]).await;
    assert_eq!(
        (&nothing["orgs"], &nothing["unread"]),
        (&json!([]), &json!(0)),
        "it was never used: {nothing}"
    );
    other.connect(&org, "p").await;
    let token = other.token("p").await;
    assert_eq!(sf.sign_in_with_token(&org, &token, "uat").await.code, 0, "signed in");
    sf.json(&["config", "set", "target-org=uat", "--global"]).await;

    let told = desk.json(&["import", "sf"]).await;
    let username = org.users()[INTEGRATION].username.clone();
    let expected = json!([{
        "alias": "uat", "aliases": ["uat"], "username": username, "org_id": org.org_id(), "address": org.address(),
        "kind": "practice", "default": true, "connected_as": null,
    }]);
    assert_eq!(told["orgs"], expected, "{told}");
    assert_eq!(told["folder"], format!("{own}/.sfdx"), "and where that stands");
    let key = fs::read_to_string(sf.home().join(".sfdx/key.json")).unwrap();
    let key: Value = serde_json::from_str(&key).unwrap();
    for secret in [token.as_str(), text(&key, "key")] {
        assert!(!told.to_string().contains(secret), "nothing secret of it: {told}");
    }
    assert!(!desk.home().join("connections.db").exists(), "a look makes nothing");

    let mut terminal = Terminal::start(&desk, "dtx import sf");
    terminal.sees("its default").await;
    terminal.sees("Its number, or Enter for none: ").await;
    terminal.types("7").await;
    terminal.sees("none of these").await;
    terminal.types("1").await;
    terminal.sees("Connecting Practice org").await;
    terminal.sees("[q] leave").await;
    terminal.types("q").await;
    let shown = terminal.ended().await;
    assert!(shown.contains("--alias uat"), "its alias goes along: {shown}");

    desk.connect(&org, "mine").await;
    assert_eq!(desk.json(&["import", "sf"]).await["orgs"][0]["connected_as"], "mine", "known here by now");
}

/// The CLI tells orgs apart by the names of their users.
#[tokio::test]
async fn salesforce_cli_keeps_two_practice_orgs_apart() {
    let _turn = one_at_a_time();
    let (desk, sf) = (Desk::new(), SalesforceCli::new());
    let second = Options { seed: 2, ..Options::default() };
    let orgs = [org(false).await, Org::start(second).await.unwrap()];
    for (org, alias) in orgs.iter().zip(["one", "two"]) {
        desk.connect(org, alias).await;
        let ended = sf.sign_in_with_token(org, &desk.token(alias).await, alias).await;
        assert_eq!(ended.code, 0, "signed in to {alias}: {ended:?}");
    }
    for (org, alias) in orgs.iter().zip(["one", "two"]) {
        let shown = sf.json(&["org", "display", "--target-org", alias]).await;
        assert_eq!(text(&shown, "id"), org.org_id(), "{alias}: {shown}");
        let address = text(&shown, "instanceUrl").trim_end_matches('/');
        assert_eq!(address, org.address(), "{alias}: {shown}");
    }
}

/// What `dtx token --json` gives: an address and a token, of which jsforce knows no user.
#[tokio::test]
async fn jsforce_works_with_a_token_of_dtx() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org(false).await);
    desk.connect(&org, "p").await;
    let given = desk.json(&["token", "p"]).await;
    let address = text(&given, "instance_url").to_owned();
    for address in [address.clone(), format!("{address}/")] {
        let mut jsforce = Library::jsforce_with_token(&address, text(&given, "access_token")).await;
        let identity = jsforce.ask("identity", json!(null)).await;
        assert_eq!(text(&identity, "username"), text(&given, "username"), "at {address}: {identity}");
        let found = jsforce.ask("query", json!(SOQL)).await;
        assert_eq!(text(&found["records"][0], "Id"), org.org_id(), "at {address}: {found}");
    }
}

/// As Salesforce does. No client here minds, and one that somebody writes may.
#[tokio::test]
async fn json_says_its_character_set() {
    let _turn = one_at_a_time();
    let org = org(false).await;
    let app = App::of(&org);
    let tokens = app.tokens(&mut Person::of(&org, INTEGRATION)).await;
    for path in ["data", "data/v67.0", "data/v67.0/limits", "data/v67.0/nothing", "oauth2/userinfo"] {
        let answer = app.get_with_token(&format!("/services/{path}"), text(&tokens, "access_token")).await;
        assert_eq!(answer.header("content-type"), "application/json;charset=UTF-8", "{path}");
    }
}

#[tokio::test]
async fn jsforce_is_told_in_words_what_a_practice_org_does_not_do() {
    let _turn = one_at_a_time();
    let org = org(false).await;
    let (mut jsforce, _) = signed_in(&org).await;
    for (what, code, words) in [
        ("create", "METHOD_NOT_ALLOWED", "this org can be read, and does not write"),
        ("bulk2", "METHOD_NOT_ALLOWED", "this org can be read, and does not write"),
        ("bulk", "FeatureNotEnabled", "this org has no Bulk API"),
        ("soap", "sf:API_DISABLED_FOR_ORG", "this org has no SOAP API"),
    ] {
        let refused = jsforce.ask(what, json!({ "LastName": "x" })).await;
        assert_eq!(refused["error"]["code"], code, "{what}: {refused}");
        assert!(text(&refused["error"], "message").contains(words), "{what}: {refused}");
    }
}

/// Signs in with jsforce as the integration user. Returns the result of `authorize`.
async fn signed_in(org: &Org) -> (Library, Value) {
    let mut jsforce = Library::jsforce(org, CALLBACK).await;
    let address = jsforce.ask("address", json!("api refresh_token")).await;
    let mut person = Person::of(org, INTEGRATION);
    let back = person.answer(address.as_str().expect("an address to open"), Press::Allow).await;
    let code = back.query_pairs().find(|(name, _)| name == "code").expect("a code").1.into_owned();
    let signed_in = jsforce.ask("authorize", json!(code)).await;
    assert_eq!(text(&signed_in["user"], "organizationId"), org.org_id(), "{signed_in}");
    (jsforce, signed_in)
}

#[tokio::test]
async fn jsforce_signs_in_reads_refreshes_and_signs_out() {
    let _turn = one_at_a_time();
    let org = org(false).await;
    let user = org.users()[INTEGRATION].username.clone();
    let (mut jsforce, signed_in) = signed_in(&org).await;

    let found = jsforce.ask("query", json!(SOQL)).await;
    assert_eq!(text(&found["records"][0], "Id"), org.org_id(), "a query: {found}");
    let identity = jsforce.ask("identity", json!(null)).await;
    assert_eq!(text(&identity, "username"), user, "who it is: {identity}");
    let record = jsforce.ask("user", signed_in["user"]["id"].clone()).await;
    assert_eq!(text(&record, "Username"), user, "the record of the user: {record}");
    let limits = jsforce.ask("limits", json!(null)).await;
    assert_eq!(limits["DailyApiRequests"]["Max"], 15_000, "limits: {limits}");
    let usage = jsforce.ask("usage", json!(null)).await;
    assert_eq!(usage["apiUsage"]["limit"], 15_000, "the header of limits: {usage}");
    let refused = jsforce.ask("query", json!("SELECT Nothing FROM User")).await;
    assert_eq!(refused["error"]["code"], "INVALID_FIELD", "errors are understood: {refused}");

    for refreshes in 1..=2 {
        org.advance(LATER);
        let found = jsforce.ask("query", json!(SOQL)).await;
        assert_eq!(found["totalSize"], 1, "after the session: {found}");
        assert_eq!(org.counters().refreshes, refreshes, "with a new access token");
        let refreshed = jsforce.ask("refreshed", json!(null)).await;
        assert_eq!(refreshed["refreshToken"], json!(null), "no new refresh token without rotation");
    }
    assert!(org.token_status(text(&signed_in, "refreshToken")).alive, "the refresh token lives");
    let out = jsforce.ask("logout", json!(null)).await;
    assert_eq!(out, json!({}), "signed out");
    assert!(!org.token_status(text(&signed_in, "refreshToken")).alive, "and the refresh token is revoked");
}

/// jsforce reports a rotated token and does not store it: a program that does not either is locked out.
#[tokio::test]
async fn jsforce_lives_with_rotation_when_the_new_token_is_kept_and_only_then() {
    let _turn = one_at_a_time();
    let org = org(true).await;
    let (mut jsforce, _) = signed_in(&org).await;
    for refreshes in 1..=2 {
        org.advance(LATER);
        let found = jsforce.ask("query", json!(SOQL)).await;
        assert_eq!((&found["totalSize"], org.counters().refreshes), (&json!(1), refreshes), "{found}");
        let refreshed = jsforce.ask("refreshed", json!(null)).await;
        jsforce.ask("keep", refreshed["refreshToken"].clone()).await;
    }
    for expected in [json!(1), json!(null)] {
        org.advance(LATER);
        let found = jsforce.ask("query", json!(SOQL)).await;
        assert_eq!(
            found["totalSize"], expected,
            "the second time with a token that was rotated out: {found}"
        );
    }
    assert_eq!(org.counters().reuses_detected, 1, "which ended the whole family");
}

/// simple-salesforce uses only https, so the org is behind TLS and the proxy.
#[tokio::test]
async fn simple_salesforce_takes_a_token_reads_and_goes_on_with_a_refreshed_one() {
    let _turn = one_at_a_time();
    let internet = Internet::new().await;
    let host = "acme.my.salesforce.com";
    let address = format!("https://{host}");
    let options = Options { kind: OrgKind::Production, origin: Some(address.clone()), ..Options::default() };
    let org = Org::start(options).await.unwrap();
    internet.serve(host, &org);
    let mut environment = internet.environment();
    environment.push(("REQUESTS_CA_BUNDLE", internet.authority_file().to_str().unwrap().to_owned()));
    let mut library = Library::simple_salesforce(&python(), &environment);
    let own = App::with_client(&org, internet.client());
    let tokens = own.tokens(&mut internet.person(&org, INTEGRATION)).await;
    let mut refresh_token = text(&tokens, "refresh_token").to_owned();
    for rotation in [false, true] {
        org.change(|switches| switches.rotation = rotation);
        for _ in 0..2 {
            let app = json!({
                "address": address, "key": org.key(), "secret": org.secret(), "refresh_token": refresh_token,
            });
            let refreshed = library.ask("refresh", app).await;
            assert_eq!(refreshed["status"], 200, "refreshed: {refreshed}");
            let tokens = &refreshed["body"];
            assert_eq!(
                tokens["refresh_token"].is_string(),
                rotation,
                "a new one only with rotation: {tokens}"
            );
            refresh_token = tokens["refresh_token"].as_str().unwrap_or(&refresh_token).to_owned();
            library.ask("take", tokens.clone()).await;
            let found = library.ask("query", json!(SOQL)).await;
            assert_eq!(text(&found["records"][0], "Id"), org.org_id(), "a query: {found}");
            org.advance(LATER);
            let ended = library.ask("query", json!(SOQL)).await;
            assert_eq!(ended["error"]["name"], "SalesforceExpiredSession", "understood as expired: {ended}");
        }
    }
    let app =
        json!({"address": address, "key": org.key(), "secret": org.secret(), "refresh_token": refresh_token});
    let refreshed = library.ask("refresh", app).await;
    library.ask("take", refreshed["body"].clone()).await;
    let user = org.users()[INTEGRATION].username.clone();
    let rows = library
        .ask("query_all", json!(format!("SELECT Id, Username FROM User WHERE Username = '{user}'")))
        .await;
    assert_eq!(text(&rows[0], "Username"), user, "one row: {rows}");
    let record = library.ask("user", rows[0]["Id"].clone()).await;
    assert_eq!(text(&record, "Username"), user, "the record: {record}");
    let limits = library.ask("limits", json!(null)).await;
    assert_eq!(limits["DailyApiRequests"]["Max"], 15_000, "limits: {limits}");
    let usage = library.ask("usage", json!(null)).await;
    assert_eq!(usage["total"], 15_000, "the header of limits: {usage}");
    let refused = library.ask("query", json!("SELECT Id FROM Nothing")).await;
    assert_eq!(refused["error"]["name"], "SalesforceMalformedRequest", "errors are understood: {refused}");
}
