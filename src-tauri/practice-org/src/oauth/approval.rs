//! The page on which a user allows the app access, or denies it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use super::errors;
use crate::http::call::Call;
use crate::http::cookie::session_of;
use crate::http::forms;
use crate::http::pages::{Page, escape, items, redirect};
use crate::http::paths;
use crate::http::shared::Shared;
use crate::world::apps::scopes;
use crate::world::grants::requests::AuthorizationRequest;
use crate::world::refusals::OauthError;
use crate::world::state::State;

/// A request that can be decided now, with its user.
struct Decidable {
    source: String,
    request: AuthorizationRequest,
    session: String,
    user: usize,
    scope: String,
}

/// Where the browser goes when there is nothing to decide.
enum Away {
    NotOpen,
    To(String),
}

impl IntoResponse for Away {
    fn into_response(self) -> Response {
        match self {
            Self::NotOpen => not_open(),
            Self::To(address) => redirect(&address),
        }
    }
}

/// GET: the question about access.
pub(crate) fn show(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let query = call.query();
    match decidable(&mut state, shared, call, query.get("source").unwrap_or_default()) {
        Ok(decidable) if state.is_preauthorized(decidable.request.app) => allow(&mut state, &decidable),
        Ok(decidable) => question(&mut state, &decidable),
        Err(away) => away.into_response(),
    }
}

/// POST: the user's answer.
pub(crate) fn decide(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let fields = call.form();
    let open = match decidable(&mut state, shared, call, fields.get("source").unwrap_or_default()) {
        Ok(decidable) => decidable,
        Err(away) => return away.into_response(),
    };
    if !forms::is_fresh(&mut state, &open.session, &fields) {
        return question(&mut state, &open);
    }
    let (callback, sent_state) = (&open.request.redirect_uri, open.request.state.as_deref());
    match fields.get("decision") {
        Some("allow") => allow(&mut state, &open),
        Some("deny") => {
            state.requests.close(&open.source);
            redirect(&errors::DENIED.at_callback(callback, sent_state))
        }
        _ => question(&mut state, &open),
    }
}

/// Sends the code to the callback.
fn allow(state: &mut State, open: &Decidable) -> Response {
    state.requests.close(&open.source);
    let request = &open.request;
    let code = state.issue_code(
        request.app,
        open.user,
        &request.redirect_uri,
        &open.scope,
        request.challenge.clone(),
    );
    redirect(&errors::callback_with(&request.redirect_uri, &[("code", &code)], request.state.as_deref()))
}

fn decidable(state: &mut State, shared: &Shared, call: &Call, source: &str) -> Result<Decidable, Away> {
    let now = state.clock.now();
    let Some(request) = state.requests.get(source, now).cloned() else { return Err(Away::NotOpen) };
    let session = session_of(shared, call).unwrap_or_default();
    let logged_in_for_this = request.logged_in.as_ref() == Some(&session);
    let user = state.browsers.user(&session).filter(|_| logged_in_for_this || !request.login_required);
    let Some(user) = user else { return Err(Away::To(paths::login(&call.base, &paths::approval(source)))) };
    let refuse = |state: &mut State, error: &OauthError| {
        state.requests.close(source);
        Away::To(if state.switches.refusals_stay_on_page {
            format!("{}{}", call.base, error.on_page())
        } else {
            error.at_callback(&request.redirect_uri, request.state.as_deref())
        })
    };
    if state.user_is_frozen(user) {
        return Err(refuse(state, &errors::USER_INACTIVE));
    }
    if let Err(reason) = state.may_use(request.app, user) {
        return Err(refuse(state, &reason.at_callback()));
    }
    // ASSUMES: scope-after-login
    let mut scopes = state.settings(request.app).map(|settings| settings.scopes.clone()).unwrap_or_default();
    // This org issues no id_token, so the scope for one is not granted.
    scopes.retain(|scope| scope != "openid");
    let Some(scope) = selected(&scopes, request.scope.as_deref()) else {
        return Err(refuse(state, &errors::SCOPE));
    };
    if let Some(error) = state.switches.approval_error.clone() {
        return Err(refuse(state, &error));
    }
    Ok(Decidable { source: source.to_owned(), request, session, user, scope })
}

/// The scopes to grant: the requested ones if the app has all of them; without a request, all of the app's.
fn selected(on_app: &[String], asked: Option<&str>) -> Option<String> {
    let Some(asked) = asked else { return Some(on_app.join(" ")) };
    let on_app: Vec<&str> = on_app.iter().map(|scope| scopes::canonical(scope)).collect();
    let mut granted: Vec<&str> = Vec::new();
    for scope in asked.split_whitespace().map(scopes::canonical) {
        if !on_app.contains(&scope) {
            return None;
        }
        if !granted.contains(&scope) {
            granted.push(scope);
        }
    }
    Some(granted.join(" "))
}

// ASSUMES: always-asks
fn question(state: &mut State, open: &Decidable) -> Response {
    let token = forms::token_field(state, &open.session);
    let username = state.users.get(open.user).map(|user| escape(&user.username)).unwrap_or_default();
    let body = format!(
        "<h1>Allow Access?</h1>\n<p><strong>{app}</strong> is asking to:</p>\n<ul id=\"scopes\" class=\"asks\">{scopes}</ul>\n\
         <p>Do you want to allow access for <strong id=\"user\">{username}</strong>? \
         (<a href=\"{other}\">Not you?</a>)</p>\n\
         <form method=\"post\" action=\"{path}\">\n\
         {token}\n\
         <input type=\"hidden\" name=\"source\" value=\"{source}\">\n\
         <div class=\"pair\"><button id=\"oadeny\" name=\"decision\" value=\"deny\">Deny</button>\n\
         <button id=\"oaapprove\" name=\"decision\" value=\"allow\" class=\"brand\">Allow</button></div>\n</form>\n\
         <p class=\"weak\">To revoke access at any time, go to External Client Apps OAuth Usage in Setup.</p>",
        path = paths::APPROVAL,
        app = escape(state.apps.get(open.request.app).map_or("", |app| &app.basics.name)),
        scopes = items(open.scope.split(' ').map(scopes::label)),
        other = escape(&paths::login("", &paths::approval(&open.source))),
        source = escape(&open.source),
    );
    Page::new("Allow Access?", body).leading_to(Some(open.request.redirect_uri.clone())).into_response()
}

fn not_open() -> Response {
    let body = "<h1>This sign-in is no longer open</h1>\n\
                <p>It was already answered, or it waited longer than 15 minutes. Start it again from the application.</p>";
    Page::new("Sign-in ended", body.to_owned()).with_status(StatusCode::BAD_REQUEST).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_selected_scopes_are_granted() {
        let on_app = ["api".to_owned(), "refresh_token".to_owned()];
        assert_eq!(
            selected(&on_app, None).as_deref(),
            Some("api refresh_token"),
            "none asked: what the app has"
        );
        assert_eq!(selected(&on_app, Some("api")).as_deref(), Some("api"), "fewer");
        assert_eq!(
            selected(&on_app, Some("offline_access api api")).as_deref(),
            Some("refresh_token api"),
            "one choice"
        );
        assert_eq!(selected(&on_app, Some("api web")), None, "one that is not selected spoils the request");
    }
}
