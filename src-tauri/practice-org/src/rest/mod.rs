//! The part of the REST API that proves a connection: versions, limits, records, queries; and key and secret of an app.

pub(crate) mod absent;
mod credentials;
mod query;
mod records;
mod refusal;
mod soql;

use std::collections::BTreeMap;

use axum::http::{HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::http::call::Call;
use crate::http::json::Json;
use crate::http::paths;
use crate::http::shared::Shared;
use crate::world::endpoint::Endpoint;
use crate::world::people::users::Role;
use crate::world::refusals::RestRefusal;
use crate::world::seeded::same_id;
use crate::world::state::State;
use refusal::error;

// ASSUMES: versions
const OLDEST: u32 = 31;
const NEWEST: u32 = 68;

/// GET `/services/data`: the versions, without a token.
pub(crate) fn versions(_: &Shared, call: &Call) -> Response {
    if !reads(call) {
        return refusal::read_only(&call.method);
    }
    let versions = (OLDEST..=NEWEST).map(|number| {
        json!({"label": release(number), "url": format!("{}/v{number}.0", paths::REST), "version": format!("{number}.0")})
    });
    Json(versions.collect::<Value>()).into_response()
}

/// Below `/services/data/`, for a token that may use the API. All of it can only be read, but for a staged key and secret.
pub(crate) fn resource(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let caller = match admit(&mut state, call) {
        Ok(caller) => caller,
        Err(refusal) => return refusal.into_response(),
    };
    let mut response = match credentials::asked(call) {
        Some(asked) => credentials::answer(&mut state, call, caller, &asked),
        None if reads(call) => route(&state, call, caller),
        None => refusal::read_only(&call.method),
    };
    let (used, most) = (calls(&state), state.switches.daily_api_requests);
    if let Ok(usage) = HeaderValue::from_str(&format!("api-usage={used}/{most}")) {
        response.headers_mut().insert("sforce-limit-info", usage);
    }
    response
}

fn reads(call: &Call) -> bool {
    matches!(call.method, Method::GET | Method::HEAD)
}

/// Whose token it is, by the number among the org's users.
fn admit(state: &mut State, call: &Call) -> Result<usize, RestRefusal> {
    let alive = call.bearer().and_then(|token| state.use_access_token(token));
    let alive = alive.ok_or(RestRefusal::SessionExpired)?;
    if !alive.has_one_of(&["api", "full"]) || state.switches.session_not_valid_for_rest {
        return Err(RestRefusal::SessionNotValid);
    }
    if let Some(refusal) = state.switches.rest_refusal {
        return Err(refusal);
    }
    if state.users.get(alive.user).is_none_or(|user| user.role == Role::WithoutApi) {
        return Err(RestRefusal::ApiDisabled);
    }
    if calls(state) > state.switches.daily_api_requests {
        return Err(RestRefusal::RequestLimit);
    }
    Ok(alive.user)
}

/// The number of REST calls. Days are not distinguished.
fn calls(state: &State) -> u64 {
    state.counters.asked(Endpoint::Rest)
}

fn route(state: &State, call: &Call, caller: usize) -> Response {
    let path: Vec<&str> = call.path().split('/').skip(3).filter(|segment| !segment.is_empty()).collect();
    let Some((version, rest)) = path.split_first().filter(|(version, _)| is_version(version)) else {
        return not_found();
    };
    let base = format!("{}/{version}", paths::REST);
    match rest {
        // ASSUMES: identity-resource
        [] => Json(json!({
            "identity": paths::identity(state, &call.base, caller),
            "limits": format!("{base}/limits"),
            "query": format!("{base}/query"),
            "sobjects": format!("{base}/sobjects"),
        }))
        .into_response(),
        ["limits"] => limits(state),
        ["query"] => query::answer(state, call, version, caller),
        // ASSUMES: bulk-query-jobs
        ["jobs", "query"] if !state.switches.hidden_objects.iter().any(|hidden| hidden == "jobs") => {
            Json(json!({"done": true, "records": [], "nextRecordsUrl": null})).into_response()
        }
        ["sobjects", object, id] => record(state, version, caller, (object, id)),
        _ => not_found(),
    }
}

/// Whether it is a version of the API, as `v67.0`.
pub(crate) fn is_version(text: &str) -> bool {
    let number = text.strip_prefix('v').and_then(|text| text.strip_suffix(".0"));
    number
        .and_then(|number| number.parse().ok())
        .is_some_and(|number: u32| (OLDEST..=NEWEST).contains(&number))
}

fn not_found() -> Response {
    error(StatusCode::NOT_FOUND, "NOT_FOUND", "The requested resource does not exist")
}

fn limits(state: &State) -> Response {
    let most = state.switches.daily_api_requests;
    let limit = |max: u64, remaining: u64| json!({"Max": max, "Remaining": remaining});
    Json(BTreeMap::from([
        ("DailyApiRequests", limit(most, most.saturating_sub(calls(state)))),
        ("DailyBulkV2QueryJobs", limit(10_000, 10_000)),
        ("DataStorageMB", limit(1024, 1024)),
        ("FileStorageMB", limit(1024, 1024)),
    ]))
    .into_response()
}

fn record(state: &State, version: &str, caller: usize, (object, id): (&str, &str)) -> Response {
    let Some(table) = records::table(state, caller, object) else { return not_found() };
    let found = table.rows.iter().find(|record| same_id(record.id(), id));
    found.map_or_else(not_found, |record| {
        Json(record.json(version, table.name, &table.columns)).into_response()
    })
}

/// The name of a version's release. There are three a year: 31 was Summer '14.
fn release(version: u32) -> String {
    let since = version.saturating_sub(OLDEST);
    let (season, year) = match since % 3 {
        0 => ("Summer", 14 + since / 3),
        1 => ("Winter", 15 + since / 3),
        _ => ("Spring", 15 + since / 3),
    };
    format!("{season} '{year}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_named_as_salesforce_names_them() {
        assert_eq!(release(31), "Summer '14", "the oldest");
        assert_eq!(release(63), "Spring '25", "one in between");
        assert_eq!(release(65), "Winter '26", "winters belong to the year they end in");
        assert_eq!(release(67), "Summer '26", "one more");
        assert_eq!(release(68), "Winter '27", "the newest");
    }

    #[test]
    fn only_versions_that_exist_are_versions() {
        assert!(is_version("v31.0") && is_version("v68.0"), "both ends");
        for strange in ["v30.0", "v69.0", "67.0", "v67", "v67.1", "v", "latest"] {
            assert!(!is_version(strange), "{strange} is none");
        }
    }
}
