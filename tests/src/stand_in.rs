use std::{
    io::{BufRead, BufReader, Write},
    os::unix::net::{UnixListener, UnixStream},
    sync::Arc,
    thread,
};

use connect_core::platform::{home::Home, lock};
use serde_json::{Value, json};

use crate::Desk;

/// What a stand-in for the agent says to a request, given its name and its parameters.
type Says = dyn Fn(&str, &Value) -> Result<Value, Value> + Send + Sync;

/// Stands in for the agent of this desk until the test ends, and answers with whatever the test wants.
pub fn stand_in_for_agent(
    desk: &Desk,
    says: impl Fn(&str, &Value) -> Result<Value, Value> + Send + Sync + 'static,
) {
    let home = Home::at(&desk.home()).unwrap();
    let held = lock::try_exclusive(&home.agent_lock()).unwrap().expect("no agent runs");
    let listener = UnixListener::bind(home.socket().name()).unwrap();
    let says: Arc<Says> = Arc::new(says);
    thread::spawn(move || {
        let _held = held;
        for stream in listener.incoming() {
            let says = says.clone();
            thread::spawn(move || converse(&stream.unwrap(), &*says));
        }
    });
}

fn converse(stream: &UnixStream, says: &Says) {
    let mut writer = stream;
    for line in BufReader::new(stream).lines().map_while(Result::ok) {
        let request: Value = serde_json::from_str(&line).unwrap();
        let (method, id) = (request["method"].as_str().unwrap(), &request["id"]);
        let said = if method == "hello" {
            Ok(json!({ "protocol": 1, "version": env!("CARGO_PKG_VERSION"), "pid": 1 }))
        } else {
            says(method, &request["params"])
        };
        let answer = match said {
            Ok(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
            Err(data) => {
                let error = json!({ "code": -32000, "message": "No.", "data": data });
                json!({ "jsonrpc": "2.0", "id": id, "error": error })
            }
        };
        // A client that has gone needs no answer.
        let _ = writeln!(writer, "{answer}");
        // As an agent that ends: whoever asked it to waits until it has hung up.
        if method == "stop" {
            return;
        }
    }
}

/// An answer to a request for the token of a connection. Its end is far away.
pub fn token_of(name: &str) -> Value {
    json!({
        "access_token": format!("00DWR00000{name}!AQEAQ.x_7"),
        "instance_url": "https://acme--uat.sandbox.my.salesforce.com",
        "org_id": "00DWR0000001abcEAA",
        "username": format!("{name}@acme.example"),
        "api_version": "67.0",
        "issued_at": "2026-11-30T04:00:00Z",
        "expires_at": "2126-11-30T06:00:00.5Z",
    })
}
