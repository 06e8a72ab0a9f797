//! `/__practice/`: changes the running org in a rehearsal or a test. JSON in both directions, and never for a web page.
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
//! | GET `counters` | shows the [`Counters`](crate::Counters) |
//! | POST `token` | `{"token": "…"}`: shows the [`TokenStatus`](crate::TokenStatus) |

use std::sync::Arc;
use std::time::Duration;

use axum::Json;
use axum::extract::State as Extract;
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::rehearsed::Rehearsed;
use crate::http::call::Call;

pub(crate) const PATH: &str = "/__practice/";

/// The header that proves that the caller knows the control value.
pub const CONTROL_HEADER: &str = "X-Practice-Control";

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

/// Answers any method below `/__practice/`.
pub(crate) async fn answer(Extract(rehearsed): Extract<Arc<Rehearsed>>, call: Call) -> Response {
    if let Err(words) = admit(&rehearsed, &call) {
        return refuse(StatusCode::FORBIDDEN, words);
    }
    match respond(&rehearsed, &call) {
        Ok(response) => response,
        Err(words) => refuse(StatusCode::BAD_REQUEST, &words),
    }
}

/// A web page can make a browser send requests here, but not with this header, and not without `Origin`.
fn admit(rehearsed: &Rehearsed, call: &Call) -> Result<(), &'static str> {
    if call.headers.contains_key(header::ORIGIN) {
        return Err("requests of web pages are refused");
    }
    if call.header(CONTROL_HEADER) == Some(&rehearsed.control_value) {
        Ok(())
    } else {
        Err("the control header is missing or wrong")
    }
}

fn respond(rehearsed: &Rehearsed, call: &Call) -> Result<Response, String> {
    let name = call.path().strip_prefix(PATH).unwrap_or_default();
    match (call.method.as_str(), name) {
        ("GET", "faults") => {}
        ("POST", "faults") => rehearsed.faults.set(read(call)?),
        ("DELETE", "faults") => rehearsed.faults.clear(),
        ("POST", "scenario") => rehearsed.play(read(call)?)?,
        _ => return respond_from_state(rehearsed, call, name),
    }
    Ok(Json(rehearsed.faults.shown()).into_response())
}

fn respond_from_state(rehearsed: &Rehearsed, call: &Call, name: &str) -> Result<Response, String> {
    let mut state = rehearsed.shared.lock();
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
