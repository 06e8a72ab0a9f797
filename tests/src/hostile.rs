//! Clients of the agent that hold back, or hold up.

use std::{sync::Arc, time::Duration};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
    sync::Notify,
    task::JoinHandle,
    time::timeout,
};

use crate::{Desk, PATIENCE};

/// After so long without room for another request, a client is taken for one from which nothing is taken any more.
const FULL: Duration = Duration::from_millis(500);

/// A request as a client sends it.
pub fn request(id: usize, method: &str, params: &Value) -> Vec<u8> {
    let mut line =
        json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params }).to_string().into_bytes();
    line.push(b'\n');
    line
}

/// A client that asks and never reads: its answers fill all the room there is, and then its requests do.
pub async fn deaf(desk: &Desk) -> UnixStream {
    let deaf = to_the_agent(desk).await;
    let mut sent = 0;
    loop {
        deaf.writable().await.unwrap();
        match deaf.try_write(&request(sent, "snapshot", &Value::Null)) {
            Ok(_) => sent += 1,
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                if timeout(FULL, deaf.writable()).await.is_err() {
                    return deaf;
                }
            }
            Err(error) => panic!("the agent hung up after {sent} requests: {error}"),
        }
    }
}

/// A client that sends a byte a second.
pub struct Slow {
    hurry: Arc<Notify>,
    answer: JoinHandle<String>,
}

impl Slow {
    pub async fn start(desk: &Desk, request: Vec<u8>) -> Self {
        let (mut stream, hurry) = (BufReader::new(to_the_agent(desk).await), Arc::new(Notify::new()));
        let told = Arc::clone(&hurry);
        let answer = tokio::spawn(async move {
            let mut bytes = request.iter();
            for byte in bytes.by_ref() {
                stream.write_all(&[*byte]).await.unwrap();
                if timeout(Duration::from_secs(1), told.notified()).await.is_ok() {
                    break;
                }
            }
            stream.write_all(bytes.as_slice()).await.unwrap();
            let mut answer = String::new();
            stream.read_line(&mut answer).await.unwrap();
            answer
        });
        Self { hurry, answer }
    }

    /// Has it send all the rest at once. Returns the answer.
    pub async fn hurries(self) -> String {
        self.hurry.notify_one();
        timeout(PATIENCE, self.answer).await.expect("an answer").unwrap()
    }
}

async fn to_the_agent(desk: &Desk) -> UnixStream {
    UnixStream::connect(desk.home().join("run/agent.sock")).await.unwrap()
}
