//! `/services/oauth2/authorize`: tests a request for authorization and leads the browser to the login or the approval.

use axum::http::Method;
use axum::response::Response;

use super::errors;
use crate::http::call::{Call, Fields};
use crate::http::cookie::session_of;
use crate::http::pages::redirect;
use crate::http::paths;
use crate::http::shared::Shared;
use crate::world::apps::settings::Tick;
use crate::world::grants::requests::{AuthorizationRequest, Challenge};
use crate::world::refusals::OauthError;
use crate::world::state::State;

/// Why a request is refused.
enum Refusal {
    /// On a bare page, because the callback cannot be trusted.
    Bare(OauthError),
    /// In an answer at the callback.
    AtCallback(OauthError),
}

/// GET, by a browser or a probe.
pub(crate) fn begin(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    if call.method != Method::GET {
        return errors::MUST_USE_GET.bare();
    }
    if let Some(elsewhere) = &state.switches.authorize_redirect {
        let query = call.uri.query().unwrap_or_default();
        return redirect(&format!("{}{}?{query}", elsewhere.trim_end_matches('/'), call.path()));
    }
    let query = call.query();
    match examine(&state, &query) {
        Ok(request) => open(&mut state, shared, call, request),
        Err(Refusal::Bare(error)) => error.bare(),
        Err(Refusal::AtCallback(error)) => {
            redirect(&error.at_callback(query.get("redirect_uri").unwrap_or_default(), query.get("state")))
        }
    }
}

fn examine(state: &State, query: &Fields) -> Result<AuthorizationRequest, Refusal> {
    // ASSUMES: key-missing
    let app = query.get("client_id").and_then(|key| state.app_by_key(key));
    let app = app.ok_or(Refusal::Bare(errors::KEY_UNKNOWN))?;
    let redirect_uri = query.owned("redirect_uri").ok_or(Refusal::Bare(errors::REDIRECT_MISSING))?;
    // ASSUMES: callback-literal
    if !state.settings(app).is_some_and(|settings| settings.callbacks.contains(&redirect_uri)) {
        return Err(Refusal::Bare(errors::REDIRECT_MISMATCH));
    }
    if query.get("response_type") != Some("code") {
        return Err(Refusal::AtCallback(errors::RESPONSE_TYPE));
    }
    let challenge = query
        .owned("code_challenge")
        .map(|value| Challenge { value, method: query.owned("code_challenge_method") });
    if challenge.is_none() && state.ticked(app, Tick::Pkce) {
        return Err(Refusal::AtCallback(errors::CHALLENGE_MISSING));
    }
    if query.get("immediate") == Some("true") {
        return Err(Refusal::AtCallback(errors::IMMEDIATE));
    }
    // ASSUMES: prompt-values
    let prompts = query.get("prompt").unwrap_or_default();
    let login_required = prompts.split(' ').any(|prompt| prompt == "login" || prompt == "select_account");
    Ok(AuthorizationRequest {
        app,
        redirect_uri,
        state: query.owned("state"),
        scope: query.owned("scope"),
        challenge,
        login_hint: query.owned("login_hint"),
        login_required,
        logged_in: None,
        opened_at: state.clock.now(),
    })
}

/// A valid request: continues at the login, or with a session at the approval.
fn open(state: &mut State, shared: &Shared, call: &Call, request: AuthorizationRequest) -> Response {
    let session = session_of(shared, call);
    let user = session.and_then(|session| state.browsers.user(&session));
    let straight_on = user.is_some() && !request.login_required;
    let source = state.unguessable.next();
    state.requests.open(source.clone(), request);
    let approval = paths::approval(&source);
    // ASSUMES: probe-redirect
    if straight_on { call.redirect(&approval) } else { redirect(&paths::login(&call.base, &approval)) }
}
