use std::time::Duration;

use reqwest::StatusCode;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::client::Rehearsal;
use crate::{Options, Org};

const PATHS: &[&str] = &[
    "/",
    "/services/oauth2/authorize",
    "/services/oauth2/token",
    "/services/oauth2/introspect",
    "/services/oauth2/revoke",
    "/services/oauth2/userinfo",
    "/setup/secur/RemoteAccessAuthorizationPage.apexp",
    "/id/00D/005/../x",
    "/id/%00/%ff",
    "/services/data/v67.0/query",
    "/services/data//",
    "/services/data/v99999999999999999999.0/limits",
    "/__practice/switches",
    "/__practice/",
    "/nowhere",
];

fn odd_texts() -> Vec<Vec<u8>> {
    let mut texts: Vec<Vec<u8>> = [
        "",
        "&",
        "=",
        "&&==&",
        "%",
        "%%%",
        "%f",
        "%ff%fe",
        "a",
        "grant_type",
        "+",
        "client_id=%00",
        "q=%27",
        "q=SELECT",
        "source=%F0%9F%92%A9&form=1&decision=allow",
        "startURL=//evil&username=%&pw=",
        "{}",
        "[[[[",
        "\"",
        "null",
        "state=%0d%0aSet-Cookie:x&redirect_uri=%0d%0a&client_id=%0d%0a",
        "prompt=login&prompt=none&scope=%20%20",
        "grant_type=refresh_token&refresh_token=%00&client_id=&client_secret=",
        "code=%3D%3D&code=%253D",
    ]
    .map(|text| text.as_bytes().to_vec())
    .to_vec();
    texts.push(vec![0xff; 300]);
    texts.push((0..=255).collect());
    texts.push(b"a=".repeat(20_000));
    texts
}

#[tokio::test]
async fn no_body_and_no_query_brings_it_down() {
    let it = Rehearsal::ready().await;
    let control = it.org.control();
    for path in PATHS {
        for text in odd_texts() {
            for content_type in
                ["application/x-www-form-urlencoded", "application/json", "x", "multipart/form-data"]
            {
                let headers = [
                    ("content-type", content_type),
                    ("authorization", "Bearer \u{a0}"),
                    ("cookie", ";;=;practice_sid_="),
                    (control.header.as_str(), control.value.as_str()),
                ];
                let answer = it.request("POST", path, &headers, text.clone()).await;
                assert!(answer.status.as_u16() < 500, "{path} answers {}", answer.status);
            }
            let Ok(query) = String::from_utf8(text) else { continue };
            if query.len() < 1000 && query.bytes().all(|byte| byte.is_ascii_graphic()) {
                let answer = it.request("GET", &format!("{path}?{query}"), &[], Vec::new()).await;
                assert!(answer.status.as_u16() < 500, "{path}?{query} answers {}", answer.status);
            }
        }
    }
    it.tokens().await;
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_refused() {
    let it = Rehearsal::ready().await;
    let answer = it.request("POST", "/services/oauth2/token", &[], vec![b'a'; 1024 * 1024 + 1]).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "one byte too many");
}

#[tokio::test]
async fn a_body_may_come_in_chunks_and_a_host_must_come() {
    let it = Rehearsal::ready().await;
    let port = it.org.port();
    let form =
        format!("grant_type=refresh_token&client_id={}&client_secret={}", it.org.key(), it.org.secret());
    let (head, tail) = form.split_at(20);
    let chunked = format!(
        "POST /services/oauth2/token HTTP/1.1\r\nHost: localhost:{port}\r\nConnection: close\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n\
         {:x}\r\n{head}\r\n{:x}\r\n{tail}\r\n0\r\n\r\n",
        head.len(),
        tail.len(),
    );
    let answer = raw(port, &chunked).await;
    assert!(
        answer.contains("expired access/refresh token"),
        "key and secret were read from the chunks: {answer}"
    );
    let no_host = raw(port, "GET / HTTP/1.1\r\nConnection: close\r\n\r\n").await;
    assert!(no_host.starts_with("HTTP/1.1 4"), "refused: {no_host}");
    let garbage = raw(port, "\0\u{1}\u{2} nonsense\r\n\r\n").await;
    assert!(garbage.is_empty() || garbage.starts_with("HTTP/1.1 4"), "refused: {garbage}");
}

#[tokio::test]
async fn a_taken_port_is_an_error_and_a_stopped_org_frees_its_own() {
    let first = Org::start(Options::default()).await.unwrap();
    let port = first.port();
    let second = Org::start(Options { port, ..Options::default() }).await;
    assert_eq!(
        second.err().map(|error| error.kind()),
        Some(std::io::ErrorKind::AddrInUse),
        "the port is taken"
    );
    first.stop().await;
    let third = Org::start(Options { port, ..Options::default() }).await.unwrap();
    drop(third);
    let freed = async {
        while Org::start(Options { port, ..Options::default() }).await.is_err() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    assert!(
        tokio::time::timeout(Duration::from_secs(300), freed).await.is_ok(),
        "a dropped org frees its port"
    );
}

#[tokio::test]
async fn the_same_seed_gives_the_same_app_and_another_control_value() {
    let one = Org::start(Options { seed: 9, ..Options::default() }).await.unwrap();
    let other = Org::start(Options { seed: 9, ..Options::default() }).await.unwrap();
    assert_eq!(
        (one.key(), one.secret(), one.org_id()),
        (other.key(), other.secret(), other.org_id()),
        "seeded"
    );
    assert!(one.control().value != other.control().value, "not seeded");
    assert!(one.key().starts_with("3MVG9") && one.key().len() == 85, "the shape of a key");
}

async fn raw(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.unwrap();
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}
