//! The org's answers after the browser has come back: refusals, another org's name, too little, unreadable ones. Each
//! has its own words, a code is sent once, and useless tokens are revoked.

use connect_tests::{Desk, Fault, INTEGRATION, Person, Press, TOKEN, Tap, arrive, asked, one_at_a_time, org};
use practice_org::{OauthError, Options, Org, RefreshPolicy};

#[tokio::test]
async fn a_spent_code_is_said_to_be_spent() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for (error, description, code, failure) in [
        ("invalid_grant", "expired authorization code", 3, "code_spent"),
        ("invalid_grant", "invalid authorization code", 3, "code_spent"),
        ("invalid_grant", "invalid code verifier", 3, "verifier_refused"),
        ("invalid_grant", "ip restricted", 3, "login_restricted"),
        ("invalid_app_access", "user is not admin approved to access this app", 3, "user_not_permitted"),
        ("server_error", "try later", 4, "salesforce_unavailable"),
        ("unknown_error", "retry your request", 3, "browser_elsewhere"),
        ("something_new", "never seen", 4, "salesforce_refused"),
    ] {
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        let back = dtx.way_back(&org).await;
        let refusal = OauthError { error: error.into(), error_description: description.into() };
        org.change(|switches| switches.next_token_error = Some(refusal));
        arrive(back).await;
        let ended = dtx.ended().await;
        let told = ended.last();
        assert_eq!((ended.code, told["code"].as_str()), (code, Some(failure)), "{description}: {told}");
        let repeated = failure == "salesforce_refused";
        assert_eq!(ended.output.contains("never seen"), repeated, "only what has no words here: {ended:?}");
    }
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn an_answer_that_names_another_org_is_not_believed() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let other = Org::start(Options { seed: 2, ..Options::default() }).await.unwrap();
    let identity = |base: &str, org_id: &str| format!("{base}/id/{org_id}/005000000000001AAA");
    let (here, there) = (org.address(), other.address());
    let table = [
        ("instance_url", there.clone(), 6, "instance_elsewhere"),
        ("instance_url", here.replace("localhost", "127.0.0.1"), 6, "instance_elsewhere"),
        ("instance_url", "https://acme.my.salesforce.com".to_owned(), 6, "instance_elsewhere"),
        ("instance_url", "https://acme.my.salesforce.com.evil.example".to_owned(), 6, "instance_elsewhere"),
        ("instance_url", "nonsense".to_owned(), 4, "salesforce_unreadable"),
        ("id", identity(&there, &org.org_id()), 6, "instance_elsewhere"),
        ("id", identity(&here, &other.org_id()), 6, "instance_elsewhere"),
        ("id", format!("{here}/id/nobody"), 4, "salesforce_unreadable"),
    ];
    for (field, value, code, failure) in table {
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        let back = dtx.way_back(&org).await;
        org.change(|switches| match field {
            "id" => switches.next_identity_url = Some(value.clone()),
            _ => switches.next_instance_url = Some(value.clone()),
        });
        arrive(back).await;
        dtx.ended().await.failed(code, failure);
        assert!(other.counters().requests.is_empty(), "no token went there: {field} {value}");
        desk.assert_nothing_left(&org).await;
    }
}

#[tokio::test]
async fn too_little_granted_is_given_back() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| switches.granted_scope = Some("id refresh_token".to_owned()));
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    let told = dtx.ended().await.failed(6, "scope_missing");
    assert!(told["message"].as_str().unwrap().contains("api"), "which one is missing: {told}");
    desk.assert_nothing_left(&org).await;

    org.change(|switches| {
        switches.granted_scope = None;
        switches.omit_refresh_token = true;
    });
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    dtx.ended().await.failed(6, "refresh_token_missing");
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_user_who_may_not_use_the_api_is_found_out() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, 2), Press::Allow).await;
    dtx.ended().await.failed(6, "api_disabled");
    desk.assert_nothing_left(&org).await;

    org.change(|switches| switches.session_not_valid_for_rest = true);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    dtx.ended().await.failed(6, "api_refused");
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_refresh_token_that_is_dead_on_arrival_is_found_out_at_the_first_refresh() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| switches.refresh_policy = RefreshPolicy::Immediately);
    desk.connect(&org, "p").await;
    let ended = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(ended.code, 3, "{ended:?}");
    assert!(ended.error.contains("Refresh Token Policy"), "where to look is told: {ended:?}");
    assert_eq!(desk.json(&["show", "p"]).await["status"], "needs_you", "and shown");
}

#[tokio::test]
async fn an_answer_that_is_lost_is_not_asked_for_twice() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), Tap::before(Options::default()).await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
    tap.next(TOKEN, Fault::LoseAnswer);
    arrive(back).await;
    dtx.ended().await.failed(4, "network_cut");
    assert_eq!(asked(&org, "token"), 1, "a code is never sent twice");
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");
}

#[tokio::test]
async fn a_page_of_the_network_in_place_of_the_org_is_told_as_such() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), Tap::before(Options::default()).await);
    let page = "<html><body>Sign in to the hotel's network</body></html>";
    let portal = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{page}",
        page.len()
    );
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
    tap.next(TOKEN, Fault::Answer(portal));
    arrive(back).await;
    let told = dtx.ended().await.failed(4, "salesforce_unreadable");
    assert!(!told.to_string().contains("hotel's network"), "the page is not repeated: {told}");
    desk.assert_nothing_left(&org).await;
}
