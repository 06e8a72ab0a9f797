//! Who a token belongs to: `/services/oauth2/userinfo` and the identity address `/id/ORG/USER`.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::http::call::Call;
use crate::http::shared::Shared;
use crate::world::grants::alive::Alive;
use crate::world::seeded::same_id;
use crate::world::state::{State, User};

/// `BASE/id/ORG/USER`, both ids with 18 characters.
pub(crate) fn identity_url(state: &State, base: &str, user: usize) -> String {
    let user_id = state.users.get(user).map_or("", |user| user.id.as_str());
    format!("{base}/id/{}/{user_id}", state.org.id)
}

/// GET or POST `/services/oauth2/userinfo`.
pub(crate) fn userinfo(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let (alive, user) = match owner(&mut state, call) {
        Ok(owner) => owner,
        Err(words) => return refused(words),
    };
    // ASSUMES: userinfo-scope
    let identity_scopes = ["openid", "id", "profile", "web", "full"];
    let has_identity_scope = alive.scope.split(' ').any(|scope| identity_scopes.contains(&scope));
    if state.switches.userinfo_refuses_api_scope && !has_identity_scope {
        return refused("Bad_OAuth_Token");
    }
    let identity = identity_url(&state, &call.base, alive.user);
    Json(json!({
        "sub": identity,
        "user_id": user.id,
        "organization_id": state.org.id,
        "preferred_username": user.username,
        "nickname": user.username.split('@').next(),
        "name": user.full_name(),
        "email": user.username,
        "email_verified": true,
        "given_name": user.first_name,
        "family_name": user.last_name,
        "zoneinfo": "Europe/London",
        "profile": format!("{}/{}", call.base, user.id),
        "is_salesforce_integration_user": false,
        "urls": urls(&call.base, &state.org.id, &user.id),
        "active": true,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_GB",
        "utcOffset": 0,
        "is_app_installed": true,
    }))
    .into_response()
}

/// GET `/id/ORG/USER`.
pub(crate) fn identity(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let (_, user) = match owner(&mut state, call) {
        Ok(owner) => owner,
        Err(words) => return refused(words),
    };
    let mut segments = call.path().trim_start_matches("/id/").split('/');
    let (org, asked) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    if !same_id(org, &state.org.id) {
        return refused("Wrong_Org");
    }
    if !same_id(asked, &user.id) || segments.next().is_some() {
        return refused("Bad_OAuth_Token");
    }
    Json(json!({
        "id": format!("{}/id/{}/{}", call.base, state.org.id, user.id),
        "asserted_user": true,
        "user_id": user.id,
        "organization_id": state.org.id,
        "username": user.username,
        "nick_name": user.username.split('@').next(),
        "display_name": user.full_name(),
        "email": user.username,
        "email_verified": true,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "timezone": "Europe/London",
        "urls": urls(&call.base, &state.org.id, &user.id),
        "active": true,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_GB",
        "utcOffset": 0,
        "is_app_installed": true,
    }))
    .into_response()
}

fn owner(state: &mut State, call: &Call) -> Result<(Alive, User), &'static str> {
    // ASSUMES: identity-refusals
    let token = call.bearer().ok_or("Missing_OAuth_Token")?;
    let alive = state.use_access_token(token).ok_or("Bad_OAuth_Token")?;
    let user = state.users.get(alive.user).cloned().ok_or("Bad_OAuth_Token")?;
    Ok((alive, user))
}

fn refused(words: &'static str) -> Response {
    (StatusCode::FORBIDDEN, words).into_response()
}

fn urls(base: &str, org_id: &str, user_id: &str) -> Value {
    let data = format!("{base}/services/data/v{{version}}/");
    json!({
        "enterprise": format!("{base}/services/Soap/c/{{version}}/{org_id}"),
        "metadata": format!("{base}/services/Soap/m/{{version}}/{org_id}"),
        "partner": format!("{base}/services/Soap/u/{{version}}/{org_id}"),
        "rest": data,
        "sobjects": format!("{data}sobjects/"),
        "search": format!("{data}search/"),
        "query": format!("{data}query/"),
        "recent": format!("{data}recent/"),
        "tooling_soap": format!("{base}/services/Soap/T/{{version}}/{org_id}"),
        "tooling_rest": format!("{data}tooling/"),
        "profile": format!("{base}/{user_id}"),
        "custom_domain": base,
    })
}
