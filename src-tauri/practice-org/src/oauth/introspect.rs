//! `/services/oauth2/introspect` (RFC 7662): describes a token to the app that it was issued to.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::json;

use super::client::authenticate;
use super::errors;
use crate::http::call::Call;
use crate::http::json::Json;
use crate::http::paths;
use crate::http::shared::Shared;
use crate::world::apps::settings::Tick;
use crate::world::grants::alive::Alive;
use crate::world::grants::grant::TokenKind;
use crate::world::state::State;

/// The answer about a valid token. Times are seconds since 1970.
#[derive(Serialize)]
struct Description<'a> {
    active: bool,
    scope: &'a str,
    client_id: &'a str,
    username: &'a str,
    sub: String,
    token_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<u64>,
    iat: u64,
    nbf: u64,
}

/// POST, as a form.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Response {
    let state = shared.lock();
    let form = call.form();
    // ASSUMES: introspect-401-body, introspect-not-active-yet
    let Ok(app) = authenticate(&state, call, &form, Tick::SecretForWebServer) else {
        return errors::SECRET_WRONG.json(StatusCode::UNAUTHORIZED);
    };
    let Some(token) = form.get("token") else { return errors::TOKEN_MISSING.json(StatusCode::BAD_REQUEST) };
    match state.alive(token) {
        Some(alive) if alive.kind != TokenKind::AuthorizationCode && alive.app == app => {
            active(&state, &call.base, &alive)
        }
        // ASSUMES: introspect-unknown
        Some(_) | None if state.switches.introspect_unknown_is_bad_request => {
            errors::TOKEN_UNKNOWN.json(StatusCode::BAD_REQUEST)
        }
        Some(_) | None => Json(json!({"active": false})).into_response(),
    }
}

fn active(state: &State, base: &str, alive: &Alive) -> Response {
    let issued_at = alive.issued_at / 1000;
    let names_end = alive.kind == TokenKind::AccessToken || !state.switches.introspect_names_no_end;
    let answer = Description {
        active: true,
        scope: &alive.scope,
        client_id: state.pair(alive.app).map_or("", |pair| pair.key.as_str()),
        username: state.users.get(alive.user).map_or("", |user| user.username.as_str()),
        sub: paths::identity(state, base, alive.user),
        // ASSUMES: introspect-refresh-token
        token_type: if alive.kind == TokenKind::AccessToken { "access_token" } else { "refresh_token" },
        exp: alive.expires_at.filter(|_| names_end).map(|end| end / 1000),
        iat: issued_at,
        nbf: issued_at,
    };
    Json(answer).into_response()
}
