//! Many requests, and clients that hold back or hold up: nobody else notices them, and nothing of them stays.

use std::fs;

use connect_agent::Client;
use connect_core::{contract::intent, platform::home::Home};
use connect_tests::{
    Desk, PATIENCE,
    hostile::{self, Slow, request},
    one_at_a_time, org,
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
    task::JoinSet,
    time::timeout,
};

/// Requests after which memory is looked at.
const MANY: usize = 10_000;
/// Requests before that: what is made once is made by then.
const FIRST: usize = 2_000;
/// What so many requests may leave behind, in kilobytes: less than 200 bytes for each.
const LEFT: u64 = 1_900;

const OTHERS: usize = 200;

fn socket(desk: &Desk) -> std::path::PathBuf {
    desk.home().join("run/agent.sock")
}

/// The memory of a process that is no file's, in kilobytes.
fn memory(process: u32) -> u64 {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("RssAnon:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

/// So many requests of every kind that programs send, a hundred in each conversation.
async fn ask(desk: &Desk, requests: usize) {
    for round in 0..requests / 100 {
        let mut stream = BufReader::new(UnixStream::connect(socket(desk)).await.unwrap());
        let mut answer = String::new();
        for number in 0..100 {
            let (method, params, is_answered) = match number % 10 {
                0 => ("hello", json!({ "protocol": 1, "version": "0.1.0" }), true),
                1 => ("list", Value::Null, true),
                2 => ("show", json!({ "name": "p" }), true),
                3 => ("token", json!({ "name": format!("no-{round}-{number}"), "fresh": false }), false),
                _ => ("token", json!({ "name": "p", "fresh": false }), true),
            };
            stream.write_all(&request(number, method, &params)).await.unwrap();
            answer.clear();
            stream.read_line(&mut answer).await.unwrap();
            assert_eq!(answer.contains("\"result\""), is_answered, "{method}: {answer}");
        }
    }
}

#[tokio::test]
async fn ten_thousand_requests_leave_nothing_in_memory() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let agent = desk.agent(&[]).await;
    desk.connect(&org, "p").await;
    ask(&desk, FIRST).await;
    let before = memory(agent.id());
    ask(&desk, MANY).await;
    let after = memory(agent.id());
    assert!(after < before + LEFT, "{before} kB before, {after} kB after {MANY} requests");
    desk.stop(agent).await;
}

#[tokio::test]
async fn neither_a_client_that_never_reads_nor_one_that_sends_a_byte_a_second_holds_up_two_hundred_others() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let agent = desk.agent(&[]).await;
    desk.connect(&org, "p").await;

    let mut deaf = hostile::deaf(&desk).await;
    let slow = Slow::start(&desk, request(7, "token", &json!({ "name": "p", "fresh": false }))).await;
    let home = Home::at(&desk.home()).unwrap();
    let mut others = JoinSet::new();
    for _ in 0..OTHERS {
        let home = home.clone();
        others.spawn(async move {
            let client = Client::open(&home).await.unwrap().expect("the agent runs");
            client
                .call(intent::Token { name: "p".to_owned(), fresh: false, min_ttl: None, for_run: false })
                .await
        });
    }
    let mut served = 0;
    while let Some(token) = timeout(PATIENCE, others.join_next()).await.expect("all are served") {
        token.unwrap().expect("a token");
        served += 1;
    }
    assert_eq!(served, OTHERS, "while both are still there");
    let answer = slow.hurries().await;
    assert!(answer.contains("access_token"), "the slow one is served as well, once it has asked: {answer}");
    let mut first = [0; 1];
    timeout(PATIENCE, deaf.read_exact(&mut first)).await.expect("its answers wait").unwrap();
    assert_eq!(&first, b"{", "the deaf one has lost nothing, should it read after all");
    drop(deaf);
    desk.stop(agent).await;
}
