//! The messages of the socket: JSON-RPC 2.0, one a line.

use connect_core::{
    contract::{
        intent::Intent,
        view::{Failure, Notice},
    },
    explain,
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::value::{RawValue, to_raw_value};

use crate::of_agent::OfAgent;

/// Raised whenever a message changes its meaning. `hello` and its answer, `stop` and `stop_when_idle` never change:
/// with them programs of any two versions compare themselves, and the newer replaces the older.
pub const PROTOCOL: u32 = 1;

/// The longest line a client may send, in bytes: a request with the longest pasted texts.
pub const LONGEST_REQUEST: usize = 256 * 1024;

/// The longest line an agent may send, in bytes: a snapshot of some thousand connections.
pub const LONGEST_ANSWER: usize = 16 * 1024 * 1024;

/// JSON-RPC's code for a server error; the reason is the [`Failure`] in `data`.
const COULD_NOT: i32 = -32000;

#[derive(Debug, Serialize, Deserialize)]
pub struct Request<T> {
    jsonrpc: Version,
    pub id: u64,
    #[serde(flatten)]
    pub call: T,
}

impl<T> Request<T> {
    pub fn new(id: u64, call: T) -> Self {
        Self { jsonrpc: Version, id, call }
    }
}

/// All that a client may call: the greeting, the requests about the agent itself, and every intent.
#[derive(Debug, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Call {
    Hello(Hello),
    OfAgent(OfAgent),
    Intent(Box<Intent>),
}

/// The first message in each direction, by which programs of different versions learn that they differ.
#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "method", content = "params", rename_all = "snake_case")]
pub enum Hello {
    Hello { protocol: u32, version: String },
}

impl Hello {
    pub(crate) fn of_this_program() -> Self {
        Self::Hello { protocol: PROTOCOL, version: env!("CARGO_PKG_VERSION").to_owned() }
    }
}

/// The agent's answer to [`Hello`].
#[derive(Debug, Serialize, Deserialize)]
pub struct Welcome {
    pub protocol: u32,
    pub version: String,
    pub pid: u32,
    /// The desktop session in which the agent shows its tray and windows, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session: Option<String>,
}

impl Welcome {
    pub fn speaks_our_protocol(&self) -> bool {
        self.protocol == PROTOCOL
    }

    /// Whether this program is newer than the other end. Of two equal versions neither is.
    pub fn is_older(&self) -> bool {
        numbers(&self.version) < numbers(env!("CARGO_PKG_VERSION"))
    }
}

/// The numbers of a version such as 0.1.0, without any suffix.
fn numbers(version: &str) -> [u64; 3] {
    let core = version.split(['-', '+']).next().unwrap_or_default();
    let mut numbers = core.split('.').map(|number| number.parse().unwrap_or(0));
    std::array::from_fn(|_| numbers.next().unwrap_or(0))
}

/// The answer to the request of the same `id`: a result, or a failure.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    jsonrpc: Version,
    pub id: u64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    result: Option<Box<RawValue>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    error: Option<Refusal>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Refusal {
    code: i32,
    message: String,
    data: Failure,
}

impl Answer {
    pub fn new(id: u64, outcome: Result<Box<RawValue>, Failure>) -> Self {
        let (result, error) = match outcome {
            Ok(result) => (Some(result), None),
            Err(data) => (None, Some(Refusal { code: COULD_NOT, message: data.message.clone(), data })),
        };
        Self { jsonrpc: Version, id, result, error }
    }

    /// The result, unparsed.
    ///
    /// # Errors
    /// The failure that the other end sent.
    pub fn outcome(self) -> Result<Box<RawValue>, Failure> {
        match self.error {
            Some(refusal) => Err(refusal.data),
            None => Ok(self.result.unwrap_or_else(|| RawValue::NULL.to_owned())),
        }
    }
}

/// The result of `method`, parsed.
///
/// # Errors
/// [`Code::Unexpected`](explain::Code::Unexpected) for a result of another shape.
pub(crate) fn read<T: DeserializeOwned>(method: &str, result: &RawValue) -> Result<T, Failure> {
    serde_json::from_str(result.get()).map_err(|error| {
        // The error itself is left out: it may quote what it could not read.
        let (category, line, column) = (error.classify(), error.line(), error.column());
        tracing::warn!(method, line, column, "an answer could not be read");
        explain::unexpected(category)
    })
}

/// The result of `method` as JSON for the socket.
///
/// # Errors
/// [`Code::Unexpected`](explain::Code::Unexpected) where the result cannot be written as JSON.
pub(crate) fn write(method: &str, result: &impl Serialize) -> Result<Box<RawValue>, Failure> {
    to_raw_value(result).map_err(|error| {
        tracing::warn!(method, "an answer could not be written");
        explain::unexpected(error.classify())
    })
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Announcement {
    jsonrpc: Version,
    #[serde(flatten)]
    pub notice: Notice,
}

impl Announcement {
    pub fn new(notice: Notice) -> Self {
        Self { jsonrpc: Version, notice }
    }
}

/// The `"2.0"` that every message carries.
#[derive(Clone, Copy, Debug)]
struct Version;

impl Serialize for Version {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str("2.0")
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "2.0" { Ok(Self) } else { Err(serde::de::Error::custom("not JSON-RPC 2.0")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ask::Ask,
        of_agent::{Status, Stop, StopWhenIdle},
    };
    use connect_core::contract::{
        intent,
        view::{Change, Forward, Place},
    };

    #[test]
    fn versions_are_compared_by_their_numbers() {
        let ascending = ["", "0.0.9", "0.1.0", "0.2.0", "0.10.0", "1.0.0", "1.0.1", "10.0.0"];
        for pair in ascending.windows(2) {
            assert!(numbers(pair[0]) < numbers(pair[1]), "{pair:?}");
        }
        assert_eq!(numbers("1.2.3-beta+5"), [1, 2, 3], "only the numbers count");
        assert_eq!(numbers("not a version"), [0, 0, 0], "not a version at all");
    }

    #[test]
    fn what_all_versions_understand_never_changes() {
        let hello = Request::new(1, Hello::Hello { protocol: 1, version: "0.1.0".to_owned() });
        let stop = Request::new(2, Stop.call());
        let stop_when_idle = Request::new(3, StopWhenIdle.call());
        let lines = [
            (
                serde_json::to_string(&hello),
                r#"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1,"version":"0.1.0"}}"#,
            ),
            (serde_json::to_string(&stop), r#"{"jsonrpc":"2.0","id":2,"method":"stop"}"#),
            (serde_json::to_string(&stop_when_idle), r#"{"jsonrpc":"2.0","id":3,"method":"stop_when_idle"}"#),
        ];
        for (line, wanted) in lines {
            assert_eq!(line.unwrap(), wanted, "older agents are in use");
        }
        let welcome: Welcome =
            serde_json::from_str(r#"{"protocol":7,"version":"9.1.0","pid":1,"more":true}"#).unwrap();
        assert!(!welcome.speaks_our_protocol() && !welcome.is_older(), "a newer agent is recognised");
    }

    #[test]
    fn requests_look_as_they_always_did() {
        let rename = intent::Rename { old: "p".to_owned(), new: "q".to_owned() };
        let forward = Forward { place: Some(Place::Add), activation_token: None };
        let table = [
            (intent::List.call(), r#""method":"list""#),
            (rename.call(), r#""method":"rename","params":{"old":"p","new":"q"}"#),
            (
                intent::Set(Change::KeepAlive(true)).call(),
                r#""method":"set","params":{"setting":"keep_alive","value":true}"#,
            ),
            (
                intent::ComeForward(forward).call(),
                r#""method":"come_forward","params":{"place":{"name":"add"},"activation_token":null}"#,
            ),
            (Status.call(), r#""method":"status""#),
        ];
        for (call, wanted) in table {
            let line = serde_json::to_string(&Request::new(7, call)).unwrap();
            assert_eq!(line, format!(r#"{{"jsonrpc":"2.0","id":7,{wanted}}}"#));
            let read: Request<Call> = serde_json::from_str(&line).unwrap();
            assert_eq!(serde_json::to_string(&read).unwrap(), line, "and it is understood");
        }
        for (params, is_understood) in [(r#","params":null"#, true), (r#","params":{}"#, false)] {
            for method in ["list", "status"] {
                let line = format!(r#"{{"jsonrpc":"2.0","id":7,"method":"{method}"{params}}}"#);
                let read = serde_json::from_str::<Request<Call>>(&line);
                assert_eq!(read.is_ok(), is_understood, "{line}");
            }
        }
    }
}
