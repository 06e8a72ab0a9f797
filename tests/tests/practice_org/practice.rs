//! `dtx practice` with a scenario, as in a rehearsal: the file has the events, and the clock is moved from outside.

use std::io::Write;

use connect_tests::{Desk, Dtx};
use reqwest::{Client, RequestBuilder, StatusCode};
use serde_json::{Value, json};

fn http() -> Client {
    // Fails only if a provider is installed already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().build().unwrap()
}

/// Starts an org, and returns it with its announcement.
async fn practice(desk: &Desk, scenario: &str) -> (Dtx, Value) {
    let mut dtx = desk.start(&["practice", "--json", "--scenario", scenario]);
    let announced = dtx.line().await.expect("an announcement");
    (dtx, serde_json::from_str(&announced).unwrap())
}

fn controlled(request: RequestBuilder, announced: &Value, body: &Value) -> RequestBuilder {
    let control = &announced["control"];
    request
        .header(control["header"].as_str().unwrap(), control["value"].as_str().unwrap())
        .header("content-type", "application/json")
        .body(body.to_string())
}

#[tokio::test]
async fn an_included_scenario_goes_on_with_the_clock() {
    let desk = Desk::new();
    let (mut dtx, announced) = practice(&desk, "maintenance").await;
    let (http, address) = (http(), announced["address"].as_str().unwrap());
    let mut seen = Vec::new();
    for _ in 0..3 {
        seen.push(http.get(format!("{address}/services/data")).send().await.unwrap().status());
        let advance = http.post(format!("{}advance", announced["control"]["url"].as_str().unwrap()));
        let advance = controlled(advance, &announced, &json!({"seconds": 200})).send().await.unwrap();
        assert_eq!(advance.status(), StatusCode::OK, "the clock was moved");
    }
    assert_eq!(
        seen,
        [StatusCode::OK, StatusCode::SERVICE_UNAVAILABLE, StatusCode::OK],
        "fine, down for maintenance, and fine again"
    );
    dtx.interrupt().await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "it ends when asked to: {ended:?}");
    assert!(
        ended.error.contains("After a minute the org is down"),
        "and had said what was rehearsed: {ended:?}"
    );
}

#[tokio::test]
async fn a_scenario_file_is_read_and_a_broken_one_refused_with_the_reason() {
    let desk = Desk::new();
    let mut file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap().to_owned();
    let fault = json!({"what": {"type": "answer", "status": 418, "body": "tea"}, "at": ["rest"]});
    let scenario = json!({"version": 1, "title": "Tea", "steps": [{"faults": [fault]}]});
    file.write_all(scenario.to_string().as_bytes()).unwrap();
    let (mut dtx, announced) = practice(&desk, &path).await;
    let address = announced["address"].as_str().unwrap();
    let answer = http().get(format!("{address}/services/data")).send().await.unwrap();
    assert_eq!(
        (answer.status().as_u16(), answer.text().await.unwrap().as_str()),
        (418, "tea"),
        "as the file says"
    );
    dtx.interrupt().await;
    dtx.ended().await;

    file.write_all(b"}").unwrap();
    let ended = desk.dtx(&["practice", "--scenario", &path]).await;
    assert_eq!(ended.code, 2, "a usage error: {ended:?}");
    assert!(ended.error.contains("trailing characters"), "with the reason: {ended:?}");
}
