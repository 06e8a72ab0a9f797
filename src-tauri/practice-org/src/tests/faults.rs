use std::time::{Duration, Instant};

use reqwest::StatusCode;
use reqwest::header::{CONTENT_TYPE, DATE, RETRY_AFTER};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::client::{Rehearsal, text};
use crate::{Endpoint, Fault, Options, What};

const VERSIONS: &str = "/services/data";

/// The text of an answer to GET that arrives, however the transfer ends.
async fn arrives(it: &Rehearsal, path: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", it.org.port())).await.unwrap();
    let request =
        format!("GET {path} HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n\r\n", it.org.port());
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8(answer).unwrap()
}

#[tokio::test]
async fn pages_come_in_place_of_answers_as_often_as_asked_and_only_there() {
    let it = Rehearsal::ready().await;
    it.org.fault(Fault::new(What::Maintenance).at(Endpoint::Rest).times(1));
    it.org.fault(Fault::new(What::ProxySignIn).at(Endpoint::WellKnown).times(1));
    let maintenance = it.request("GET", VERSIONS, &[], Vec::new()).await;
    assert_eq!(maintenance.status, StatusCode::SERVICE_UNAVAILABLE, "down");
    assert!(maintenance.body.contains("<html") && maintenance.body.contains("PRACTICE"), "a marked page");
    let discovery = "/.well-known/openid-configuration";
    let sign_in = it.request("GET", discovery, &[], Vec::new()).await;
    assert_eq!(sign_in.status, StatusCode::OK, "a network's sign-in page comes with 200");
    assert!(sign_in.headers[CONTENT_TYPE].to_str().unwrap().starts_with("text/html"), "and is HTML");
    it.request("GET", VERSIONS, &[], Vec::new()).await.json(StatusCode::OK);
    it.request("GET", discovery, &[], Vec::new()).await.json(StatusCode::OK);
}

#[tokio::test]
async fn an_answer_of_ones_own_carries_its_retry_after() {
    let it = Rehearsal::ready().await;
    let tokens = it.tokens().await;
    let busy = What::Answer {
        status: 429,
        content_type: Some("text/plain".to_owned()),
        body: "slow down".to_owned(),
        retry_after: Some(7),
    };
    it.org.fault(Fault::new(busy).at(Endpoint::Token).times(2));
    for _ in 0..2 {
        let answer = it.refresh(text(&tokens, "refresh_token")).await;
        assert_eq!((answer.status.as_u16(), answer.body.as_str()), (429, "slow down"), "as set");
        assert_eq!(answer.headers[RETRY_AFTER], "7", "when to come back");
    }
    assert_eq!(it.org.counters().refreshes, 0, "the endpoint did nothing");
    it.refresh(text(&tokens, "refresh_token")).await.json(StatusCode::OK);
}

#[tokio::test]
async fn a_cut_request_does_nothing_and_an_undelivered_answer_has_done_everything() {
    let it = Rehearsal::start(Options { rotation: true, ..Options::default() }).await;
    let tokens = it.tokens().await;
    let refresh_token = text(&tokens, "refresh_token");
    it.org.fault(Fault::new(What::Cut).at(Endpoint::Rest).times(1));
    assert_eq!(arrives(&it, VERSIONS).await, "", "not a byte of a cut request's answer");
    it.org.fault(Fault::new(What::Undelivered).at(Endpoint::Rest).times(1));
    assert_eq!(arrives(&it, VERSIONS).await, "", "nor of an undelivered one");
    for (what, refreshes) in [(What::Cut, 0), (What::Undelivered, 1)] {
        it.org.fault(Fault::new(what.clone()).at(Endpoint::Token).times(1));
        let answer = it.fails("POST", "/services/oauth2/token", &it.refresh_form(refresh_token)).await;
        assert!(answer, "{what:?}: the client sees the connection end");
        assert_eq!(it.org.counters().refreshes, refreshes, "{what:?}: refreshes");
    }
    it.refresh(refresh_token).await.is_error(
        StatusCode::BAD_REQUEST,
        "invalid_grant",
        "expired access/refresh token",
    );
    assert_eq!(
        it.org.counters().reuses_detected,
        1,
        "the old token was rotated out by the answer that got lost"
    );
}

#[tokio::test]
async fn bodies_are_cut_truncated_and_blown_up() {
    let it = Rehearsal::ready().await;
    let whole = it.request("GET", VERSIONS, &[], Vec::new()).await.body;
    let length = |answer: &str| answer.split_once("\r\n\r\n").map_or(0, |(_, body)| body.len());
    it.org.fault(Fault::new(What::CutAfter { bytes: 10 }).times(1));
    let answer = arrives(&it, VERSIONS).await;
    let promised = format!("content-length: {}\r\n", whole.len());
    assert!(answer.contains(&promised), "the whole length is promised: {answer}");
    assert_eq!(length(&answer), 10, "and ten bytes arrive");
    it.org.fault(Fault::new(What::Truncated { bytes: 10 }).times(1));
    let answer = it.request("GET", VERSIONS, &[], Vec::new()).await;
    assert_eq!(Some(answer.body.as_str()), whole.get(..10), "a proper answer, and no JSON");
    it.org.fault(Fault::new(What::Huge { bytes: 3_000_001 }).times(1));
    let answer = it.request("GET", VERSIONS, &[], Vec::new()).await;
    assert_eq!(answer.body.len(), 3_000_001, "padded");
    assert!(answer.body.starts_with(&whole), "with the true body first");
}

#[tokio::test]
async fn answers_can_be_slow_late_mislabelled_and_misdated() {
    let it = Rehearsal::ready().await;
    let began = Instant::now();
    it.org.fault(Fault::new(What::Truncated { bytes: 20 }).times(1));
    it.org.fault(Fault::new(What::Slow { milliseconds_per_byte: 5 }).times(1));
    assert_eq!(it.request("GET", VERSIONS, &[], Vec::new()).await.body.len(), 20, "all of it in the end");
    assert!(began.elapsed() >= Duration::from_millis(100), "twenty bytes, five milliseconds each");
    let began = Instant::now();
    it.org.fault(Fault::new(What::Late { milliseconds: 80 }).times(1));
    it.request("GET", VERSIONS, &[], Vec::new()).await.json(StatusCode::OK);
    assert!(began.elapsed() >= Duration::from_millis(80), "late");
    for value in [Some("text/html"), None] {
        it.org.fault(Fault::new(What::ContentType { value: value.map(str::to_owned) }).times(1));
        let answer = it.request("GET", VERSIONS, &[], Vec::new()).await;
        let shown = answer.headers.get(CONTENT_TYPE).map(|value| value.to_str().unwrap());
        assert_eq!(shown, value, "the media type");
        answer.json(StatusCode::OK);
    }
    it.org.fault(Fault::new(What::ClockSkew { seconds: -31_536_000 }).times(1));
    let answer = it.request("GET", VERSIONS, &[], Vec::new()).await;
    let skewed = answer.headers[DATE].to_str().unwrap().to_owned();
    let now = it.request("GET", VERSIONS, &[], Vec::new()).await.headers[DATE].to_str().unwrap().to_owned();
    assert_eq!(skewed.len(), now.len(), "{skewed} is a date of HTTP, as {now} is");
    assert!(
        skewed.ends_with(" GMT") && skewed.get(12..16) != now.get(12..16),
        "{skewed} is another year than {now}"
    );
}
