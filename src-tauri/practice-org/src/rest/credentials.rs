//! Key and secret of the org's apps by REST: the apps, their consumers, and a pair that is staged and put in force.

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use super::refusal::error;
use super::{is_version, not_found};
use crate::http::call::Call;
use crate::http::json::Json;
use crate::http::paths;
use crate::world::apps::app::App;
use crate::world::apps::consumer::{Consumer, Pair};
use crate::world::seeded::{long_id, same_id};
use crate::world::state::State;

/// The first version with staged pairs.
const STAGED_SINCE: u32 = 65;
const LARGEST_PAGE: usize = 100;

/// A request for something below `apps/oauth`.
pub(super) struct Asked<'a> {
    version: &'a str,
    path: Vec<&'a str>,
}

/// What is asked for, if it is below `apps/oauth`.
pub(super) fn asked(call: &Call) -> Option<Asked<'_>> {
    let path: Vec<&str> = call.path().split('/').skip(3).filter(|segment| !segment.is_empty()).collect();
    match path.as_slice() {
        [version, "apps", "oauth", rest @ ..] if is_version(version) => {
            Some(Asked { version, path: rest.to_vec() })
        }
        _ => None,
    }
}

pub(super) fn answer(state: &mut State, call: &Call, caller: usize, asked: &Asked<'_>) -> Response {
    let base = format!("{}/{}/apps/oauth", paths::REST, asked.version);
    match asked.path.as_slice() {
        ["usage"] if call.method == Method::GET => usage(state, call, &base),
        ["credentials", app, rest @ ..] => credentials(state, call, caller, asked, &base, app, rest),
        _ => not_found(),
    }
}

/// The apps, a page at a time, with ids of 15 characters.
// ASSUMES: credentials-ids
fn usage(state: &State, call: &Call, base: &str) -> Response {
    let number = |name: &str| call.query().get(name).and_then(|text| text.parse::<usize>().ok());
    let size = number("pageSize").unwrap_or(LARGEST_PAGE).clamp(1, LARGEST_PAGE);
    let page = number("page").unwrap_or_default();
    let apps: Vec<&App> =
        state.listed_apps().map(|(_, app)| app).filter(|app| app.consumer.is_some()).collect();
    let shown = apps.iter().skip(page.saturating_mul(size)).take(size).map(|app| {
        let short = app.id.get(..15).unwrap_or_default();
        json!({
            "identifier": short,
            "developerName": app.basics.api_name,
            "label": app.basics.name,
            "isFromPackage": false,
            "usageDetailsUrl": format!("{base}/usage/{short}/users"),
        })
    });
    let url = |page: usize| format!("{base}/usage?page={page}&pageSize={size}");
    let has_more = apps.len() > page.saturating_add(1).saturating_mul(size);
    Json(json!({
        "apps": shown.collect::<Vec<_>>(),
        "currentPageUrl": url(page),
        "nextPageUrl": has_more.then(|| url(page + 1)),
    }))
    .into_response()
}

fn credentials(
    state: &mut State,
    call: &Call,
    caller: usize,
    asked: &Asked<'_>,
    base: &str,
    app_id: &str,
    rest: &[&str],
) -> Response {
    if let Some(refusal) = refused(state, caller) {
        return refusal;
    }
    let found = state.listed_apps().find(|(_, app)| same_id(&app.id, app_id)).map(|(number, _)| number);
    let Some(number) = found.filter(|number| state.pair(*number).is_some()) else { return not_found() };
    let own_id = state.apps.get(number).map(|app| app.id.clone()).unwrap_or_default();
    let consumer_id = long_id(&state.seeded.id("888", &own_id));
    let url = format!("{base}/credentials/{own_id}/{consumer_id}");
    let is_own = rest.first().is_none_or(|id| same_id(id, &consumer_id));
    let has_staged =
        asked.version.trim_start_matches('v').split('.').next().and_then(|text| text.parse().ok())
            >= Some(STAGED_SINCE);
    match (&call.method, rest) {
        _ if !is_own => not_found(),
        (&Method::GET, []) => Json(json!({
            "consumers": [{
                "id": consumer_id,
                "key": state.pair(number).map(|pair| pair.key.clone()),
                "name": state.apps.get(number).map(|app| app.basics.name.clone()),
                "url": url,
                "stagedCredentialsUrl": format!("{url}/staged"),
            }],
            "currentPageUrl": format!("{base}/credentials/{own_id}"),
            "nextPageUrl": null,
        }))
        .into_response(),
        (&Method::GET, [_]) => {
            let pair = state.pair(number).map(|pair| json!({"key": pair.key, "secret": pair.secret}));
            Json(pair).into_response()
        }
        (_, [_, "staged", ..]) if !has_staged => not_found(),
        (&Method::GET, [_, "staged"]) => listed(state, number, &url, StatusCode::OK),
        (&Method::POST, [_, "staged"]) => stage(state, number, &url),
        (&Method::PATCH, [_, "staged", id]) => rotate(state, call, number, &url, id),
        (&Method::DELETE, [_, "staged", id]) if is_staged(state, number, id) => {
            state.delete_staged_pair(number);
            StatusCode::NO_CONTENT.into_response()
        }
        _ => not_found(),
    }
}

/// Why this user gets neither key nor secret by REST.
// ASSUMES: credentials-refused
fn refused(state: &State, caller: usize) -> Option<Response> {
    if !state.switches.credentials_by_rest {
        let words = "This feature is not currently enabled for this user.";
        return Some(error(StatusCode::FORBIDDEN, "FUNCTIONALITY_NOT_ENABLED", words));
    }
    let username = state.users.get(caller).map(|user| user.username.as_str());
    let is_hidden =
        state.switches.client_secret_hidden_from.iter().any(|hidden| Some(hidden.as_str()) == username);
    is_hidden.then(|| {
        let words = "You do not have the level of access necessary to perform the operation you requested.";
        error(StatusCode::FORBIDDEN, "INSUFFICIENT_ACCESS", words)
    })
}

/// The pair that is staged, and the one in force if it was.
// ASSUMES: staged-list
fn listed(state: &State, number: usize, url: &str, status: StatusCode) -> Response {
    let now = state.clock.now();
    let Some(consumer) = consumer_of(state, number) else { return not_found() };
    let staged = consumer.staged(now).map(|dated| (&dated.pair, "Active"));
    let rotated = consumer.rotated(now).map(|_| (&consumer.pair, "Rotated"));
    let all: Vec<Value> = staged
        .into_iter()
        .chain(rotated)
        .map(|(pair, what)| {
            let id = staged_id(state, pair);
            json!({
                "id": id, "key": pair.key, "secret": pair.secret, "state": what, "url": format!("{url}/staged/{id}"),
            })
        })
        .collect();
    (status, Json(json!({"stagedCredentials": all, "url": format!("{url}/staged")}))).into_response()
}

/// There is one at a time.
// ASSUMES: staged-twice
fn stage(state: &mut State, number: usize, url: &str) -> Response {
    if consumer_of(state, number).is_some_and(|consumer| consumer.staged(state.clock.now()).is_some()) {
        let words = "PRACTICE: a key and a secret are staged already.";
        return error(StatusCode::BAD_REQUEST, "INVALID_OPERATION", words);
    }
    state.stage_pair(number);
    listed(state, number, url, StatusCode::CREATED)
}

fn rotate(state: &mut State, call: &Call, number: usize, url: &str, id: &str) -> Response {
    let body: Value = serde_json::from_slice(&call.body).unwrap_or_default();
    if body.get("command").and_then(Value::as_str) != Some("rotate") {
        return error(
            StatusCode::BAD_REQUEST,
            "JSON_PARSER_ERROR",
            "PRACTICE: the command rotate was expected.",
        );
    }
    if !is_staged(state, number, id) {
        return not_found();
    }
    state.rotate_pair(number);
    listed(state, number, url, StatusCode::OK)
}

fn is_staged(state: &State, number: usize, id: &str) -> bool {
    let staged = consumer_of(state, number).and_then(|consumer| consumer.staged(state.clock.now()));
    staged.is_some_and(|dated| same_id(&staged_id(state, &dated.pair), id))
}

fn consumer_of(state: &State, number: usize) -> Option<&Consumer> {
    state.apps.get(number)?.consumer.as_ref()
}

/// A staged pair's id, which it keeps.
fn staged_id(state: &State, pair: &Pair) -> String {
    long_id(&state.seeded.id("888", &pair.key))
}
