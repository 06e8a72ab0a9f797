//! The practice org still answers under load, after nonsense and after faults.

use std::{sync::Arc, time::Duration};

use connect_tests::{Answer, App, INTEGRATION, Person};
use practice_org::{Fault, Options, Org, What};
use proptest::{
    collection::vec,
    prelude::{Strategy, any, prop_oneof},
    sample::select,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use reqwest::Method;
use tokio::task::JoinSet;

const AT_ONCE: usize = 200;
const NONSENSE: u32 = 1500;

async fn stage() -> (Org, Arc<App>, serde_json::Value) {
    let org = Org::start(Options::default()).await.unwrap();
    let app = Arc::new(App::of(&org));
    let tokens = app.tokens(&mut Person::of(&org, INTEGRATION)).await;
    (org, app, tokens)
}

/// Asks 200 times at once, each time on a new connection.
async fn at_once<F>(ask: impl Fn(usize) -> F) -> Vec<Answer>
where
    F: Future<Output = Answer> + Send + 'static,
{
    let mut asking = JoinSet::new();
    for number in 0..AT_ONCE {
        asking.spawn(ask(number));
    }
    let answers = tokio::time::timeout(Duration::from_secs(300), asking.join_all()).await;
    answers.expect("all of them are answered")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_requests_at_once_are_all_answered_rightly() {
    let (org, app, tokens) = stage().await;
    let (access, refresh) = (tokens["access_token"].clone(), tokens["refresh_token"].clone());
    let answers = at_once(|number| {
        let (app, access, refresh) = (Arc::clone(&app), access.clone(), refresh.clone());
        async move {
            let (access, refresh) = (access.as_str().unwrap(), refresh.as_str().unwrap());
            match number % 4 {
                0 => app.get_with_token("/services/data/v67.0/query?q=SELECT+Id+FROM+User", access).await,
                1 => app.post("/services/oauth2/introspect", &[("token", refresh)], &[]).await,
                2 => app.get(&app.authorize(&[])).await,
                _ => app.get_with_token("/services/oauth2/userinfo", access).await,
            }
        }
    })
    .await;
    let count = |status: u16| answers.iter().filter(|answer| answer.status == status).count();
    assert_eq!((count(200), count(302)), (150, 50), "{AT_ONCE} right answers");
    assert_eq!(org.counters().requests["rest"], 50, "each was counted");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_hundred_refreshes_with_one_rotating_token_one_gets_through() {
    let (org, app, tokens) = stage().await;
    org.change(|switches| {
        switches.rotation = true;
        // Long enough that all have asked before the answer.
        switches.token_delay_milliseconds = 15_000;
    });
    let answers = at_once(|_| {
        let (app, token) = (Arc::clone(&app), tokens["refresh_token"].clone());
        async move { app.refresh(token.as_str().unwrap(), &[]).await }
    })
    .await;
    let (good, refused): (Vec<_>, Vec<_>) = answers.iter().partition(|answer| answer.status == 200);
    assert_eq!((good.len(), org.counters().refreshes), (1, 1), "one");
    assert_eq!(refused.len(), AT_ONCE - 1, "and all others are refused");
    for answer in refused {
        assert_eq!(answer.json()["error_description"], "token request is already being processed", "so");
    }
    assert!(org.token_status(good[0].json()["refresh_token"].as_str().unwrap()).alive, "the new token lives");
}

/// Paths of every part of the org.
const PATHS: &[&str] = &[
    "/",
    "/.well-known/openid-configuration",
    "/__practice/faults",
    "/__practice/scenario",
    "/_ui/identity/verification/method/EmailVerificationFinishUi/e",
    "/id/00D/005",
    "/lightning/setup/ManageExternalClientApplication/home",
    "/secur/logout.jsp",
    "/services/data/v67.0/query",
    "/services/data/v67.0/sobjects/User/005",
    "/services/oauth2/authorize",
    "/services/oauth2/introspect",
    "/services/oauth2/revoke",
    "/services/oauth2/token",
    "/services/oauth2/userinfo",
    "/setup/secur/RemoteAccessAuthorizationPage.apexp",
];

const NAMES: &[&str] = &[
    "action",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "columns",
    "decision",
    "ec",
    "form",
    "grant_type",
    "prompt",
    "pw",
    "q",
    "redirect_uri",
    "refresh_token",
    "response_type",
    "scope",
    "source",
    "startURL",
    "state",
    "token",
    "username",
];

/// Values that pass an endpoint's first check.
const TELLING: &[&str] = &[
    "",
    "S256",
    "SELECT Id FROM User WHERE Id = '",
    "SELECT COUNT() FROM User ORDER BY Id",
    "aPrx%3D%3D",
    "allow",
    "api refresh_token",
    "authorization_code",
    "http://localhost:17177/practice/callback",
    "login",
    "refresh_token",
    "\r\nSet-Cookie: x",
    "%",
    "%ff%00",
];

/// A form or query of real names with real and made-up values, not always encoded.
fn form(key: String, secret: String) -> impl Strategy<Value = String> {
    let value = prop_oneof![
        3 => select(TELLING).prop_map(str::to_owned),
        1 => select(vec![key, secret]),
        2 => any::<String>(),
        1 => vec(any::<char>(), 0..2000).prop_map(|characters| characters.into_iter().collect()),
    ];
    let pair = (select(NAMES), value, any::<bool>()).prop_map(|(name, value, encoded)| {
        let encode = |value: &str| url::form_urlencoded::byte_serialize(value.as_bytes()).collect::<String>();
        format!("{name}={}", if encoded { encode(&value) } else { value })
    });
    vec(pair, 0..12).prop_map(|pairs| pairs.join("&"))
}

#[tokio::test]
async fn no_form_and_no_query_brings_it_down() {
    let (org, app, tokens) = stage().await;
    let control = org.control();
    let mut runner = TestRunner::new(Config { cases: NONSENSE, ..Config::default() });
    let case = (select(PATHS), form(org.key(), org.secret()), any::<bool>(), any::<bool>());
    let token = format!("Bearer {}", tokens["access_token"].as_str().unwrap());
    for _ in 0..NONSENSE {
        let (path, form, as_query, as_json) = case.new_tree(&mut runner).unwrap().current();
        let media_type = if as_json { "application/json" } else { "application/x-www-form-urlencoded" };
        let headers =
            [("content-type", media_type), (&control.header, &control.value), ("authorization", &token)];
        let answer = if as_query {
            let safe: String = form.chars().filter(|one| one.is_ascii_graphic() && *one != '#').collect();
            app.ask(Method::GET, &format!("{path}?{safe}"), &headers, String::new()).await
        } else {
            app.ask(Method::POST, path, &headers, form.clone()).await
        };
        assert!(answer.status < 500, "{path} with {form:?} (query: {as_query}): {answer:?}");
    }
    app.tokens(&mut Person::of(&org, INTEGRATION)).await;
}

#[tokio::test]
async fn faults_upon_faults_do_not_outlast_themselves() {
    let (org, app, _) = stage().await;
    let faults = [
        What::ClockSkew { seconds: i64::MAX },
        What::ClockSkew { seconds: i64::MIN },
        What::ContentType { value: Some("text/plain\r\nx: y".to_owned()) },
        What::Answer {
            status: 99,
            content_type: Some("\0".to_owned()),
            body: String::new(),
            retry_after: None,
        },
        What::Huge { bytes: 200_000 },
        What::Slow { milliseconds_per_byte: 0 },
        What::Truncated { bytes: usize::MAX },
        What::CutAfter { bytes: usize::MAX },
        What::Huge { bytes: u64::MAX },
        What::Slow { milliseconds_per_byte: 0 },
        What::Undelivered,
        What::Huge { bytes: u64::MAX },
        What::Cut,
        What::ProxySignIn,
        What::Maintenance,
    ];
    for count in 1..=faults.len() {
        for what in &faults[..count] {
            org.fault(Fault::new(what.clone()));
        }
        let http = reqwest::Client::builder().no_proxy().timeout(Duration::from_millis(300)).build().unwrap();
        // The answer, if any, does not matter.
        let _ = http.get(format!("{}/services/data", org.address())).send().await;
        org.clear_faults();
        assert_eq!(app.get("/services/data").await.status, 200, "after {count} faults it answers again");
    }
}
