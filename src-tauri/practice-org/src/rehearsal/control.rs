//! `/__practice/`: how a rehearsal or a test changes the running org. JSON both ways, and never for a web page.
//!
//! | method and path | does |
//! |---|---|
//! | GET `switches` | shows the [`Switches`](crate::Switches) |
//! | PATCH `switches` | puts the members of the body over them, and shows them |
//! | POST `advance` | `{"seconds": N}`: moves the org's clock on |
//! | POST `event` | an [`Event`](crate::Event): makes it happen |
//! | GET `faults` | shows the [`Fault`](crate::Fault)s that are set |
//! | POST `faults` | sets one more, and shows them |
//! | DELETE `faults` | ends them all |
//! | POST `scenario` | begins a [`Scenario`](crate::Scenario) |
//! | GET `counters` | shows the [`Counters`] |
//! | POST `token` | `{"token": "…"}`: shows the [`TokenStatus`] |

use std::time::Duration;

use axum::Json;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::http::call::Call;
use crate::http::shared::Shared;
use crate::world::grants::issuing::TokenKind;
use crate::world::state::{Counters, State};

pub(crate) const PATH: &str = "/__practice/";

/// The header that proves the caller was told the control value.
pub const CONTROL_HEADER: &str = "X-Practice-Control";

/// What the org knows about one token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenStatus {
    /// Whether it would be accepted now.
    pub alive: bool,
    /// What it is, while it lives.
    pub kind: Option<TokenKind>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Asked {
    token: String,
}

/// Any method below `/__practice/`.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Response {
    if let Err(words) = admit(shared, call) {
        return refuse(StatusCode::FORBIDDEN, words);
    }
    match respond(shared, call) {
        Ok(response) => response,
        Err(words) => refuse(StatusCode::BAD_REQUEST, &words),
    }
}

/// A page of any site can make a browser send requests here, but not with this header, and not without `Origin`.
fn admit(shared: &Shared, call: &Call) -> Result<(), &'static str> {
    if call.headers.contains_key(header::ORIGIN) {
        return Err("requests of web pages are refused");
    }
    if call.header(CONTROL_HEADER) == Some(&shared.control_value) {
        Ok(())
    } else {
        Err("the control header is missing or wrong")
    }
}

fn respond(shared: &Shared, call: &Call) -> Result<Response, String> {
    let name = call.path().strip_prefix(PATH).unwrap_or_default();
    match (call.method.as_str(), name) {
        ("GET", "faults") => {}
        ("POST", "faults") => shared.faults.set(read(call)?),
        ("DELETE", "faults") => shared.faults.clear(),
        ("POST", "scenario") => shared.play(read(call)?)?,
        _ => return respond_from_state(shared, call, name),
    }
    Ok(Json(shared.faults.shown()).into_response())
}

fn respond_from_state(shared: &Shared, call: &Call, name: &str) -> Result<Response, String> {
    let mut state = shared.lock();
    match (call.method.as_str(), name) {
        ("GET", "switches") => Ok(Json(state.switches_now()).into_response()),
        ("PATCH", "switches") => {
            let change: Value = read(call)?;
            let switches = state.switches_now().with(&change)?;
            state.set_switches(switches);
            Ok(Json(state.switches_now()).into_response())
        }
        ("POST", "advance") => {
            let Advance { seconds } = read(call)?;
            state.clock.advance(Duration::from_secs(seconds));
            Ok(Json(json!({"now": state.clock.now()})).into_response())
        }
        ("POST", "event") => {
            state.happen(read(call)?);
            Ok(Json(json!({})).into_response())
        }
        ("GET", "counters") => Ok(Json(state.counters_now()).into_response()),
        ("POST", "token") => {
            let Asked { token } = read(call)?;
            Ok(Json(state.token_status(&token)).into_response())
        }
        _ => Err(format!("the control API has no {} {name}", Method::as_str(&call.method))),
    }
}

fn read<T: DeserializeOwned>(call: &Call) -> Result<T, String> {
    let media_type = call.header(header::CONTENT_TYPE.as_str()).unwrap_or_default();
    if !media_type.starts_with("application/json") {
        return Err("a body of type application/json was expected".to_owned());
    }
    serde_json::from_slice(&call.body).map_err(|error| error.to_string())
}

fn refuse(status: StatusCode, words: &str) -> Response {
    (status, Json(json!({"error": words}))).into_response()
}

impl State {
    /// The counters, with the living tokens counted.
    pub(crate) fn counters_now(&self) -> Counters {
        let (access_tokens_alive, refresh_tokens_alive) = self.count_alive();
        Counters { access_tokens_alive, refresh_tokens_alive, ..self.counters.clone() }
    }

    pub(crate) fn token_status(&self, token: &str) -> TokenStatus {
        let kind = self.alive(token).map(|alive| alive.kind);
        TokenStatus { alive: kind.is_some(), kind }
    }
}
