//! The owner of a token: `/services/oauth2/userinfo` and the identity address `/id/ORG/USER`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Value, json};

use crate::http::call::Call;
use crate::http::json::Json;
use crate::http::paths;
use crate::http::shared::Shared;
use crate::world::grants::alive::Alive;
use crate::world::people::users::User;
use crate::world::seeded::same_id;
use crate::world::state::State;

const BAD_TOKEN: &str = "Bad_OAuth_Token";

/// GET or POST `/services/oauth2/userinfo`.
pub(crate) fn userinfo(shared: &Shared, call: &Call) -> Response {
    answer(userinfo_of(&mut shared.lock(), call))
}

fn userinfo_of(state: &mut State, call: &Call) -> Result<Value, &'static str> {
    let (alive, user) = owner(state, call)?;
    // ASSUMES: userinfo-scope
    let has_identity_scope = alive.has_one_of(&["openid", "id", "profile", "web", "full"]);
    if state.switches.userinfo_refuses_api_scope && !has_identity_scope {
        return Err(BAD_TOKEN);
    }
    let identity = paths::identity(state, &call.base, alive.user);
    let own = json!({
        "sub": identity,
        "preferred_username": user.username,
        "nickname": user.username.split('@').next(),
        "name": user.full_name(),
        "given_name": user.first_name,
        "family_name": user.last_name,
        "zoneinfo": "Europe/London",
        "profile": format!("{}/{}", call.base, user.id),
        "is_salesforce_integration_user": false,
    });
    Ok(joined(common(state, call, &user), own))
}

/// GET `/id/ORG/USER`.
pub(crate) fn identity(shared: &Shared, call: &Call) -> Response {
    answer(identity_of(&mut shared.lock(), call))
}

fn identity_of(state: &mut State, call: &Call) -> Result<Value, &'static str> {
    let (alive, user) = owner(state, call)?;
    let mut segments = call.path().trim_start_matches("/id/").split('/');
    let (org, asked) = (segments.next().unwrap_or_default(), segments.next().unwrap_or_default());
    if !same_id(org, &state.org.id) {
        return Err("Wrong_Org");
    }
    if !same_id(asked, &user.id) || segments.next().is_some() {
        return Err(BAD_TOKEN);
    }
    let own = json!({
        "id": paths::identity(state, &call.base, alive.user),
        "asserted_user": true,
        "username": user.username,
        "nick_name": user.username.split('@').next(),
        "display_name": user.full_name(),
        "first_name": user.first_name,
        "last_name": user.last_name,
        "timezone": "Europe/London",
    });
    Ok(joined(common(state, call, &user), own))
}

fn owner(state: &mut State, call: &Call) -> Result<(Alive, User), &'static str> {
    // ASSUMES: identity-refusals
    let token = call.bearer().ok_or("Missing_OAuth_Token")?;
    let alive = state.use_access_token(token).ok_or(BAD_TOKEN)?;
    let user = state.users.get(alive.user).cloned().ok_or(BAD_TOKEN)?;
    Ok((alive, user))
}

/// The facts about a user in both answers.
fn common(state: &State, call: &Call, user: &User) -> Value {
    json!({
        "user_id": user.id,
        "organization_id": state.org.id,
        "email": user.username,
        "email_verified": true,
        "urls": urls(&call.base, &state.org.id, &user.id),
        "active": true,
        "user_type": "STANDARD",
        "language": "en_US",
        "locale": "en_GB",
        "utcOffset": 0,
        "is_app_installed": true,
    })
}

/// Both objects as one.
fn joined(mut one: Value, other: Value) -> Value {
    if let (Some(members), Value::Object(further)) = (one.as_object_mut(), other) {
        members.extend(further);
    }
    one
}

fn answer(about: Result<Value, &'static str>) -> Response {
    about.map_or_else(
        |words| (StatusCode::FORBIDDEN, words).into_response(),
        |about| Json(about).into_response(),
    )
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
