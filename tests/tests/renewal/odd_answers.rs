//! Malformed and unexpected answers of an org: nothing is lost by them, a single refusal ends nothing, and the reports
//! are true.

use connect_core::explain::Code;
use connect_tests::{
    App, Desk, Fault, INTEGRATION, OnlineDesk, Person, Press, TOKEN, Tap, one_at_a_time, org,
};
use practice_org::{Endpoint, Fault as OrgFault, OauthError, Options, Org, OrgKind, RestRefusal, What};

const SANDBOX: &str = "acme--uat.sandbox.my.salesforce.com";

fn says(org: &Org, error: &str, description: &str) {
    let refusal =
        OauthError { error: error.to_owned().into(), error_description: description.to_owned().into() };
    org.change(|switches| switches.next_token_error = Some(refusal));
}

#[tokio::test]
async fn an_odd_field_beside_a_replaced_token_costs_nothing() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) =
        (Desk::new(), Tap::before(Options { rotation: true, ..Options::default() }).await);
    desk.connect(&org, "p").await;
    for (field, odd) in [
        ("\"token_type\"", "\"expires_in\":\"7200\",\"token_type\""),
        ("\"token_type\"", "\"expires_in\":-1e999,\"token_type\""),
        ("\"token_type\":\"Bearer\"", "\"token_type\":null"),
        ("\"id\":\"", "\"id\":null,\"x\":\""),
        ("\"issued_at\":\"", "\"issued_at\":[],\"x\":\""),
        ("\"scope\":\"", "\"scope\":7,\"x\":\""),
        ("\"instance_url\":\"", "\"instance_url\":null,\"x\":\""),
        ("\"instance_url\":\"", "\"instance_url\":{\"a\":[1]},\"x\":\""),
    ] {
        tap.next(TOKEN, Fault::Replace(field.to_owned(), odd.to_owned()));
        let fresh = desk.json(&["token", "p", "--fresh"]).await;
        assert_eq!(fresh["instance_url"], org.address(), "{odd}");
        assert!(org.token_status(fresh["access_token"].as_str().unwrap()).alive, "{odd}");
    }
    // Its access token is useless, but the refresh token beside it is kept.
    tap.next(
        TOKEN,
        Fault::Replace("\"access_token\":\"".to_owned(), "\"access_token\":null,\"x\":\"".to_owned()),
    );
    let ended = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!((ended.code, ended.output.as_str()), (4, ""), "nothing is handed out: {ended:?}");
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "and the next refresh brings one");
    let counters = org.counters();
    assert_eq!((counters.reuses_detected, counters.refresh_tokens_alive), (0, 1), "no token was lost");
}

#[tokio::test]
async fn an_answer_that_names_another_org_or_user_is_kept_and_handed_to_nobody() {
    let _turn = one_at_a_time();
    let (desk, (org, _tap)) =
        (Desk::new(), Tap::before(Options { rotation: true, ..Options::default() }).await);
    desk.connect(&org, "p").await;
    let other_user = format!("{}/id/{}/005000000000009AAA", org.address(), org.org_id());
    let other_org = format!("{}/id/00D000000000009EAA/005000000000001AAA", org.address());
    for other in [other_user, other_org] {
        org.change(|switches| switches.next_identity_url = Some(other.clone()));
        let ended = desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!((ended.code, ended.output.as_str()), (6, ""), "nothing is handed out: {other}: {ended:?}");
        ended.said(Code::RefreshedForAnother);
    }
    let fresh = desk.json(&["token", "p"]).await;
    assert!(
        org.token_status(fresh["access_token"].as_str().unwrap()).alive,
        "the next answer is right again"
    );
    assert_eq!(org.counters().reuses_detected, 0, "and no replaced token was lost");
}

#[tokio::test]
async fn one_refusal_ends_nothing_and_what_is_wrong_is_decided_by_its_words() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    for (error, description, code, words) in [
        ("invalid_client", "app must be installed into org", 3, "press Install"),
        ("invalid_client", "something new", 4, "something new"),
        ("invalid_client", "invalid client credentials", 6, "Consumer Secret"),
        ("invalid_client_id", "client identifier invalid", 4, "Consumer Key"),
        ("invalid_grant", "expired access/refresh token", 4, "will be tried again"),
        ("invalid_grant", "no valid scopes defined", 6, "no valid scopes defined"),
        ("invalid_grant", "request not supported on this domain", 4, "request not supported on this domain"),
        ("invalid_grant", "token validity expired", 4, "will be tried again"),
        ("invalid_request", "scope parameter not supported", 4, "scope parameter not supported"),
        ("client_blocked", "app attestation failed", 3, "take app attestation away"),
        ("app_attest_failed", "app attestation failed", 3, "take app attestation away"),
        ("client_blocked_retry", "app attestation failed", 4, "app attestation failed"),
        ("app_not_found", "External client app is not installed in this org", 3, "created in this very org"),
    ] {
        says(&org, error, description);
        let ended = desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!(ended.code, code, "{error}: {description}: {ended:?}");
        assert!(ended.error.contains(words), "{error}: {description}: {ended:?}");
        assert_eq!(
            desk.json(&["show", "p"]).await["status"],
            "unreachable",
            "{description}: nothing has ended"
        );
        assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "{description}: and then it works");
        assert_eq!(desk.json(&["show", "p"]).await["status"], "connected", "{description}: and says so");
    }
    says(&org, "invalid_client", "app must be installed into org");
    let told = desk.dtx(&["token", "p", "--fresh"]).await.error;
    assert!(!told.contains("does not belong") && !told.contains("hotel"), "no secret is blamed: {told}");
    says(&org, "invalid_client", "app must be installed into org");
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 3, "said again");
    assert_eq!(
        desk.json(&["show", "p"]).await["status"],
        "unreachable",
        "at once, which proves nothing more"
    );
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "and no sign-in is needed after that");
}

#[tokio::test]
async fn salesforces_own_words_are_shown_cleaned_where_there_are_none_here() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let long = "word ".repeat(100);
    for (error, description, words) in [
        ("restricted_access", String::new(), "restricted_access"),
        ("new_error", "see https://evil.example/x now".to_owned(), "new_error: see … now"),
        ("new_error", format!("one\r\ntwo \u{1b}[31m{long}"), "new_error: one two"),
    ] {
        let refusal = OauthError { error: error.into(), error_description: description.clone().into() };
        org.change(|switches| switches.approval_error = Some(refusal));
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
        let told = dtx.ended().await.failed(3, "authorize_refused");
        let message = told["message"].as_str().unwrap();
        assert!(message.contains(words) && !message.contains("evil"), "{description}: {message}");
        assert!(message.chars().count() < 300 && !message.contains('\u{1b}'), "{description}: {message}");
        assert!(!told.to_string().contains("hotel"), "no network is blamed: {told}");
    }
}

#[tokio::test]
async fn a_browser_signed_in_to_another_org_is_told_and_no_policy_is_to_be_opened() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let cross = "Cross-org OAuth flows are not supported for this external client app";
    for (error, description) in [
        ("OAUTH_AUTHORIZATION_BLOCKED", cross),
        ("OAUTH_AUTHORIZATION_BLOCKED", ""),
        ("access_denied", cross),
    ] {
        let refusal = OauthError { error: error.into(), error_description: description.into() };
        org.change(|switches| switches.approval_error = Some(refusal));
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
        let told = dtx.ended().await.failed(3, "browser_elsewhere");
        let host = org.address().replace("http://", "");
        assert!(told["message"].as_str().unwrap().contains(&host), "which org was expected: {told}");
        let fix = told["fix"].to_string();
        assert!(fix.contains("private window") && fix.contains("Sign out"), "what helps: {fix}");
        assert!(!fix.contains("self-authorize") && !fix.contains("Permitted Users"), "no policy: {fix}");
    }
}

#[tokio::test]
async fn a_user_who_may_not_see_the_records_is_connected_with_a_hint() {
    let _turn = one_at_a_time();
    for hidden in [vec!["Organization"], vec!["User"], vec!["Organization", "User"]] {
        let (desk, org) = (Desk::new(), org().await);
        let hidden: Vec<String> = hidden.into_iter().map(str::to_owned).collect();
        org.change(|switches| switches.hidden_objects = hidden.clone());
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
        let ended = dtx.ended().await;
        let connected = ended.last();
        assert_eq!(
            (ended.code, connected["event"].as_str()),
            (0, Some("connected")),
            "{hidden:?}: {connected}"
        );
        assert_eq!(connected["org_id"], org.org_id(), "{hidden:?}: by the identity address");
        assert_eq!(connected["remark"]["code"], "record_hidden", "{hidden:?}: with a hint: {connected}");
        let checked = desk.dtx(&["check", "p", "--json"]).await;
        assert_eq!(checked.code, 0, "{hidden:?}: {checked:?}");
        let checks = checked.last()["checks"].as_array().unwrap().clone();
        let about_org = checks.iter().find(|check| check["id"] == "org").unwrap().clone();
        let expected = if hidden.contains(&"Organization".to_owned()) { "warn" } else { "pass" };
        assert_eq!(about_org["state"], expected, "{hidden:?}: {about_org}");
        assert_eq!(desk.json(&["show", "p"]).await["status"], "connected", "{hidden:?}");
    }
}

#[tokio::test]
async fn a_refusal_of_calls_in_any_language_is_known_by_proof() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let body =
        r#"[{"message":"このセッションは REST API では使用できません","errorCode":"INVALID_SESSION_ID"}]"#;
    let refused = What::Answer {
        status: 401,
        content_type: Some("application/json".to_owned()),
        body: body.to_owned(),
        retry_after: None,
    };
    org.fault(OrgFault::new(refused).at(Endpoint::Rest));
    let before = org.counters().refreshes;
    let checked = desk.dtx(&["check", "p", "--json"]).await;
    let checks = checked.last()["checks"].as_array().unwrap().clone();
    let api = checks.iter().find(|check| check["id"] == "api").unwrap().clone();
    assert_eq!((&api["state"], &api["code"]), (&"fail".into(), &"api_refused".into()), "{api}");
    assert_eq!(
        org.counters().refreshes,
        before + 1,
        "one fresh token is the proof, and no more are asked for"
    );
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "the sign-in is good, and no new one is asked for");
    org.clear_faults();
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "once the setting is changed");
    assert_eq!(desk.json(&["show", "p"]).await["status"], "connected", "it says so");
}

#[tokio::test]
async fn an_org_that_says_it_moved_is_told_as_that_and_works_again_by_itself() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    org.change(|switches| switches.rest_refusal = Some(RestRefusal::UrlNotReset));
    let checked = desk.dtx(&["check", "p", "--json"]).await;
    let checks = checked.last()["checks"].as_array().unwrap().clone();
    let api = checks.iter().find(|check| check["id"] == "api").unwrap().clone();
    assert_eq!(api["code"], "org_moved", "{api}");
    assert!(!api.to_string().contains("hotel"), "no network is blamed: {api}");
    org.change(|switches| switches.rest_refusal = None);
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "over");
}

#[tokio::test]
async fn an_org_that_answers_at_another_listed_host_is_followed_there_once_it_is_proved_the_same() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    assert_eq!(online.connect(SANDBOX, &org).await.code, 0, "connected");
    let new = "acme-group--uat.sandbox.my.salesforce.com";
    online.internet.serve(new, &org);
    let new_address = format!("https://{new}");
    org.change(|switches| switches.next_instance_url = Some(new_address.clone()));
    let fresh = online.dtx(&["token", "acme--uat", "--fresh", "--json"]).await.last();
    assert_eq!(fresh["instance_url"], new_address, "the new address is handed out with the token");
    assert_eq!(online.connections().await[0]["instance_url"], new_address, "and stored");
    let shown = online.dtx(&["show", "acme--uat"]).await.output;
    assert!(shown.contains(new), "the history tells: {shown}");
    let again = online.dtx(&["token", "acme--uat", "--json"]).await.last();
    assert_eq!(again["access_token"], fresh["access_token"], "its secrets are as they were");

    // Another org, the general login host, and a host that is not Salesforce's.
    let strange = online.served("other--uat.sandbox.my.salesforce.com", OrgKind::Sandbox).await;
    for elsewhere in
        [strange.address(), "https://login.salesforce.com".to_owned(), "https://evil.example".to_owned()]
    {
        org.change(|switches| switches.next_instance_url = Some(elsewhere.clone()));
        let fresh = online.dtx(&["token", "acme--uat", "--fresh", "--json"]).await;
        assert_eq!(fresh.code, 0, "{elsewhere}: {fresh:?}");
        let fresh = fresh.last();
        let was =
            [&new_address, &org.address()].contains(&&fresh["instance_url"].as_str().unwrap().to_owned());
        assert!(was, "never {elsewhere}: {fresh}");
    }
    let hosts = online.internet.hosts_asked_for();
    assert!(!hosts.iter().any(|host| host.contains("evil") || host.starts_with("login")), "{hosts:?}");
}

#[tokio::test]
async fn an_org_whose_identity_address_is_on_the_host_of_its_cloud_is_connected() {
    let _turn = one_at_a_time();
    for (host, common) in [
        ("acme.my.sfcrmproducts.cn", "login.sfcrmproducts.cn"),
        ("acme--uat.sandbox.my.sfcrmproducts.cn", "test.sfcrmproducts.cn"),
        ("acme.my.salesforce.mil", "login.salesforce.mil"),
    ] {
        let online = OnlineDesk::new().await;
        let kind = if host.contains("sandbox") { OrgKind::Sandbox } else { OrgKind::Production };
        let org = online.served(host, kind).await;
        let mut person = online.internet.person(&org, INTEGRATION);
        let tokens = App::with_client(&org, online.internet.client()).tokens(&mut person).await;
        let identity = tokens["id"].as_str().unwrap().replace(host, common);
        org.change(|switches| switches.next_identity_url = Some(identity));
        let ended = online.connect(host, &org).await;
        assert_eq!(ended.code, 0, "{host}: {ended:?}");
        assert_eq!(online.internet.hosts_asked_for(), [host], "nothing is sent to {common}");
    }
}

#[tokio::test]
async fn a_replaced_token_in_a_broken_answer_is_kept() {
    let _turn = one_at_a_time();
    let rotating = Options { rotation: true, ..Options::default() };
    let (desk, (org, tap)) = (Desk::new(), Tap::before(rotating.clone()).await);
    desk.connect(&org, "p").await;
    let mut answers = tap.heard().into_iter().map(|exchange| exchange.answer);
    let answer = answers.rfind(|answer| answer.contains("\"refresh_token\":\"")).unwrap();
    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
    for odd in ["\"expires_in\":NaN,\"token_type\"", "\"x\":\"a\nb\",\"token_type\""] {
        tap.next(TOKEN, Fault::Replace("\"token_type\"".to_owned(), odd.to_owned()));
        assert_kept(&desk, &org, odd).await;
    }

    // Where both tokens have ended in an answer. Those of another org are as long.
    let ends = ["access_token", "refresh_token"].map(|name| {
        let (before, after) = body.split_once(&format!("\"{name}\":\"")).unwrap();
        let (token, _) = after.split_once('"').unwrap();
        before.len() + name.len() + 5 + token.len()
    });
    let bytes = ends.into_iter().max().unwrap() + 1;
    assert!(bytes < body.len(), "something is cut off");
    let (desk, org) = (Desk::new(), Org::start(rotating).await.unwrap());
    desk.connect(&org, "p").await;
    for what in [What::CutAfter { bytes }, What::Truncated { bytes }, What::Huge { bytes: 8 << 20 }] {
        let name = format!("{what:?}");
        org.fault(OrgFault::new(what).at(Endpoint::Token).times(1));
        assert_kept(&desk, &org, &name).await;
    }
}

/// The next refresh brings a token, and so does the one after it: no replaced token was lost.
async fn assert_kept(desk: &Desk, org: &Org, what: &str) {
    for _ in 0..2 {
        let fresh = desk.json(&["token", "p", "--fresh"]).await;
        assert!(org.token_status(fresh["access_token"].as_str().unwrap()).alive, "{what}");
    }
    let counters = org.counters();
    assert_eq!((counters.reuses_detected, counters.refresh_tokens_alive), (0, 1), "{what}");
}
