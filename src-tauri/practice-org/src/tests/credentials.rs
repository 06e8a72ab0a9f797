use reqwest::StatusCode;
use serde_json::Value;

use super::client::{Answer, Rehearsal, text};

const APPS: &str = "/services/data/v67.0/apps/oauth";

struct Caller {
    it: Rehearsal,
    token: String,
}

impl Caller {
    async fn ready() -> Self {
        let it = Rehearsal::ready().await;
        let token = text(&it.tokens().await, "access_token").to_owned();
        Self { it, token }
    }

    async fn asks(&self, method: &str, path: &str, body: &str) -> Answer {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        self.it.request(method, path, &headers, body.as_bytes().to_vec()).await
    }

    /// The path of the staged pairs of the app's consumer.
    async fn staged(&self) -> String {
        let usage = self.asks("GET", &format!("{APPS}/usage?page=0&pageSize=100"), "").await;
        let usage = usage.json(StatusCode::OK);
        let id = text(&usage["apps"][0], "identifier").to_owned();
        assert_eq!(id.len(), 15, "as the list has it: {usage}");
        let consumers = self.asks("GET", &format!("{APPS}/credentials/{id}"), "").await.json(StatusCode::OK);
        let consumer = &consumers["consumers"][0];
        assert_eq!(text(consumer, "key"), self.it.org.key(), "known by its key");
        text(consumer, "stagedCredentialsUrl").to_owned()
    }
}

fn first(answer: &Answer, status: StatusCode) -> Value {
    answer.json(status)["stagedCredentials"][0].clone()
}

#[tokio::test]
async fn a_pair_is_staged_once_put_in_force_and_works_beside_the_former_one() {
    let caller = Caller::ready().await;
    let (former, staged) = (caller.it.org.key(), caller.staged().await);
    let made = first(&caller.asks("POST", &staged, "{}").await, StatusCode::CREATED);
    assert_eq!(text(&made, "state"), "Active");
    assert_eq!(caller.it.org.staged().unwrap().1, text(&made, "secret"), "the one that Setup shows");
    assert_eq!(caller.asks("POST", &staged, "{}").await.status, StatusCode::BAD_REQUEST, "one at a time");
    assert_eq!(first(&caller.asks("GET", &staged, "").await, StatusCode::OK), made, "as it was made");
    let one = format!("{staged}/{}", text(&made, "id"));
    assert_eq!(caller.asks("PATCH", &one, "{}").await.status, StatusCode::BAD_REQUEST, "without a command");
    let rotated = first(&caller.asks("PATCH", &one, r#"{"command":"rotate"}"#).await, StatusCode::OK);
    assert_eq!((text(&rotated, "state"), text(&rotated, "id")), ("Rotated", text(&made, "id")));
    assert_eq!(caller.it.org.key(), text(&made, "key"), "it is the app's own now");
    assert_ne!(caller.it.org.key(), former);
    assert_eq!(caller.asks("DELETE", &one, "").await.status, StatusCode::NOT_FOUND, "nothing is staged");
    let again = first(&caller.asks("POST", &staged, "{}").await, StatusCode::CREATED);
    let one = format!("{staged}/{}", text(&again, "id"));
    assert_eq!(caller.asks("DELETE", &one, "").await.status, StatusCode::NO_CONTENT, "deleted");
    assert!(caller.it.org.staged().is_none());
}

#[tokio::test]
async fn without_the_setting_or_the_permission_nothing_is_shown_or_done() {
    let caller = Caller::ready().await;
    let staged = caller.staged().await;
    let older = staged.replace("v67.0", "v64.0");
    assert_eq!(caller.asks("POST", &older, "{}").await.status, StatusCode::NOT_FOUND, "from version 65 on");
    caller.it.org.change(|switches| switches.credentials_by_rest = false);
    let refused = caller.asks("POST", &staged, "{}").await;
    assert_eq!(refused.status, StatusCode::FORBIDDEN);
    assert!(refused.body.contains("not currently enabled"), "{}", refused.body);
    caller.it.org.change(|switches| {
        switches.credentials_by_rest = true;
        switches.client_secret_hidden_from = vec!["integration@practice.example".to_owned()];
    });
    let refused = caller.asks("POST", &staged, "{}").await;
    assert!(refused.body.contains("INSUFFICIENT_ACCESS"), "{}", refused.body);
    assert!(caller.it.org.staged().is_none(), "nothing was staged");
}

#[tokio::test]
async fn tokens_end_with_a_rotation_where_the_switch_says_so() {
    let caller = Caller::ready().await;
    let staged = caller.staged().await;
    caller.it.org.change(|switches| switches.rotation_keeps_tokens = false);
    let made = first(&caller.asks("POST", &staged, "{}").await, StatusCode::CREATED);
    let one = format!("{staged}/{}", text(&made, "id"));
    let rotated = caller.asks("PATCH", &one, r#"{"command":"rotate"}"#).await;
    assert_eq!(rotated.status, StatusCode::OK, "its own answer comes");
    assert_eq!(caller.asks("GET", &staged, "").await.status, StatusCode::UNAUTHORIZED, "and no other");
}
