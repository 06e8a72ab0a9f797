use std::sync::{Arc, Mutex};

use time::OffsetDateTime;

use super::*;
use crate::{
    contract::view::{OrgKind, Status, Token},
    controller::{Ports, lock},
    org::address,
    platform::home::Home,
    ports::{BoxFuture, Http, HttpError, SystemClock},
    vault::{Pair, Vault, testing::MemoryKeychain},
};

const OLD: &str = "acme.my.salesforce.com";
const NEW: &str = "acme-group.my.salesforce.com";
const ORG: &str = "00D000000000001EAA";

/// An org that has moved: how its old host answers calls, and which org is at the new one.
struct Moved {
    answer: (u16, String),
    there: &'static str,
    asked: Mutex<Vec<String>>,
}

impl Http for Moved {
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, HttpError>> {
        let (host, path) = (request.uri().host().unwrap().to_owned(), request.uri().path().to_owned());
        lock(&self.asked).push(format!("{host}{path}"));
        let answer = http::Response::builder();
        let answer = if path.ends_with("/introspect") {
            answer.body(r#"{"active":true}"#.into())
        } else if host == OLD {
            let (status, location) = &self.answer;
            answer.status(*status).header("location", location).body(Vec::new())
        } else if path.ends_with("/query") {
            answer.body(format!(r#"{{"records":[{{"Id":"{}","IsSandbox":false}}]}}"#, self.there).into())
        } else {
            answer.body("{}".into())
        };
        Box::pin(std::future::ready(Ok(answer.unwrap())))
    }
}

fn record(now: OffsetDateTime) -> Record {
    Record {
        id: "a".to_owned(),
        alias: "acme".to_owned(),
        origin: format!("https://{OLD}"),
        kind: OrgKind::Production,
        org_id: ORG.to_owned(),
        org_name: None,
        user_id: "005000000000001AAA".to_owned(),
        username: "ada@acme.example".to_owned(),
        instance_url: format!("https://{OLD}"),
        api_version: "67.0".to_owned(),
        scope: "api refresh_token".to_owned(),
        created_at: now,
        status: Status::Connected,
        reason: None,
        checked_at: None,
        refresh_in_flight: None,
        issued_at: Some(now),
        expires_at: None,
        proved_at: None,
        rotates: true,
    }
}

fn tokens(now: OffsetDateTime, proved_at: Option<OffsetDateTime>) -> Tokens {
    Tokens {
        access: Secret::new("00D000000000001!x"),
        refresh: Secret::new("5Aep861.1"),
        issued_at: now,
        expires_at: None,
        proved_at,
    }
}

/// A call's result, the host of later calls, and the hosts that were asked.
async fn call(moved: Moved) -> (Result<ApiAccess, Code>, String, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(folder.path()).unwrap();
    let vault = Vault::open(&home, MemoryKeychain::new()).unwrap();
    let http = Arc::new(moved);
    let ports = Ports { http: http.clone(), clock: Arc::new(SystemClock) };
    let controller = Controller::new(home, vault, ports);
    let now = controller.now();
    let tokens = tokens(now, Some(now));
    let pair = Pair { key: Secret::new("3MVG9key"), secret: Secret::new("0123456789") };
    controller.0.vault.store_sign_in(&record(now), &pair, &tokens, "Connected.").unwrap();
    let token = Token {
        access_token: tokens.access.clone(),
        instance_url: format!("https://{OLD}"),
        org_id: ORG.to_owned(),
        username: "ada@acme.example".to_owned(),
        api_version: "67.0".to_owned(),
        issued_at: Some(now),
        expires_at: None,
    };
    let address = address::parse(OLD).unwrap();
    let (token, called) = controller.call(&record(now), &address, token).await;
    let stored = controller.0.vault.by_id("a").unwrap().unwrap();
    assert_eq!(stored.instance_url, token.instance_url, "handed out as it is stored");
    assert_eq!(controller.0.vault.tokens("a").unwrap(), tokens, "the tokens are as they were");
    let asked = lock(&http.asked).clone();
    (called.map_err(|trouble| trouble.code), stored.instance_url, asked)
}

#[tokio::test]
async fn a_redirect_to_a_listed_host_is_followed_once_the_same_org_is_proved_there() {
    let location = format!("https://{NEW}/services/data/v67.0/limits");
    for status in [301, 302, 307, 308] {
        let answer = (status, location.clone());
        let (called, instance, _) = call(Moved { answer, there: ORG, asked: Mutex::default() }).await;
        assert!(called.is_ok(), "the call is made there: {status}");
        assert_eq!(instance, format!("https://{NEW}"), "{status}: and goes there from then on");
    }
    let answer = (301, location);
    let moved = Moved { answer, there: "00D000000000002EAA", asked: Mutex::default() };
    let (called, instance, asked) = call(moved).await;
    assert_eq!((called, instance), (Err(Code::OrgMoved), format!("https://{OLD}")), "another org");
    assert!(asked.iter().any(|path| path.starts_with(NEW)), "which was found out there: {asked:?}");
}

#[tokio::test]
async fn no_other_host_is_asked_anything() {
    for location in [
        "https://evil.example/",
        "https://acme.my.salesforce.com.evil.example/",
        "http://acme-group.my.salesforce.com/",
        "https://acme-group.my.salesforce.com:8443/",
        "https://login.salesforce.com/",
        "/services/data",
        "",
    ] {
        let answer = (301, location.to_owned());
        let (called, instance, asked) = call(Moved { answer, there: ORG, asked: Mutex::default() }).await;
        assert_eq!(called, Err(Code::SalesforceUnreadable), "{location}");
        assert_eq!(instance, format!("https://{OLD}"), "{location}");
        assert!(asked.iter().all(|path| path.starts_with(OLD)), "{location}: {asked:?}");
    }
}

#[tokio::test]
async fn a_token_that_is_active_and_refused_twice_meets_a_policy() {
    let answer = (401, String::new());
    let (called, _, asked) = call(Moved { answer, there: ORG, asked: Mutex::default() }).await;
    assert_eq!(called, Err(Code::ApiRefused), "known by proof");
    assert_eq!(asked.len(), 3, "two calls and one question: {asked:?}");
}

#[tokio::test]
async fn an_answer_for_another_org_or_user_is_told_whichever_length_its_ids_have() {
    const USER: &str = "005000000000001AAA";
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(folder.path()).unwrap();
    let vault = Vault::open(&home, MemoryKeychain::new()).unwrap();
    let moved = Moved { answer: (200, String::new()), there: ORG, asked: Mutex::default() };
    let controller =
        Controller::new(home, vault, Ports { http: Arc::new(moved), clock: Arc::new(SystemClock) });
    let address = address::parse(OLD).unwrap();
    let now = controller.now();
    let tokens = tokens(now, None);
    let (other_org, other_user) = ("00D000000000002EAA", "005000000000002AAA");
    for (known, org, user, fits) in [
        (USER, Some(ORG), Some(USER), true),
        ("005000000000001", Some(ORG), Some(USER), true),
        (USER, Some(ORG), Some(other_user), false),
        ("005000000000001", Some(ORG), Some(other_user), false),
        (USER, Some(other_org), Some(USER), false),
        (USER, None, None, true),
        ("", Some(ORG), Some(other_user), true),
    ] {
        let record = Record { user_id: known.to_owned(), ..record(now) };
        let [orgs, users] = [org, user].map(|id| id.map(str::to_owned).into_iter().collect::<Vec<_>>());
        let beside = Beside { orgs, user: users.into_iter().next(), ..Beside::default() };
        let judged = controller.judge(&record, &address, &tokens, &beside).await;
        let expected = if fits { Ok(()) } else { Err(Code::RefreshedForAnother) };
        assert_eq!(judged.map_err(|trouble| trouble.code), expected, "{known} {org:?} {user:?}");
    }
}
