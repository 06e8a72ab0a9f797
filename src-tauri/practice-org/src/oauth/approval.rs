//! The page on which a user allows the app access, or denies it.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::http::call::Call;
use crate::http::pages::{Page, escape, found, items};
use crate::http::shared::Shared;
use crate::oauth::authorize::login_address;
use crate::oauth::errors;
use crate::world::apps::settings::scope_label;
use crate::world::grants::requests::AuthorizationRequest;
use crate::world::people::browsers::session_of;
use crate::world::state::State;

/// The page's path, as Salesforce names it.
pub(crate) const PATH: &str = "/setup/secur/RemoteAccessAuthorizationPage.apexp";

/// The page for one request.
pub(crate) fn path(source: &str) -> String {
    format!("{PATH}?source={source}")
}

/// The request a path of this page names.
pub(crate) fn source_of(path: &str) -> Option<String> {
    Some(path.strip_prefix(PATH)?.strip_prefix("?source=")?.to_owned())
}

/// A request that may be decided now, and by whom.
struct Decidable {
    source: String,
    request: AuthorizationRequest,
    session: String,
    user: usize,
    scope: String,
}

/// Where the browser goes when there is nothing to decide.
enum Elsewhere {
    NotOpen,
    At(String),
}

impl IntoResponse for Elsewhere {
    fn into_response(self) -> Response {
        match self {
            Self::NotOpen => not_open(),
            Self::At(address) => found(&address),
        }
    }
}

/// GET: the question.
pub(crate) fn show(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let query = call.query();
    match decidable(&mut state, shared, call, query.get("source").unwrap_or_default()) {
        Ok(decidable) if state.is_preauthorized(decidable.request.app) => allow(&mut state, &decidable),
        Ok(decidable) => question(&mut state, &decidable),
        Err(elsewhere) => elsewhere.into_response(),
    }
}

/// POST: the answer.
pub(crate) fn decide(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let fields = call.form();
    let open = match decidable(&mut state, shared, call, fields.get("source").unwrap_or_default()) {
        Ok(decidable) => decidable,
        Err(elsewhere) => return elsewhere.into_response(),
    };
    if !state.browsers.take_form(&open.session, fields.get("form").unwrap_or_default()) {
        return question(&mut state, &open);
    }
    let (callback, sent_state) = (&open.request.redirect_uri, open.request.state.as_deref());
    match fields.get("decision") {
        Some("allow") => allow(&mut state, &open),
        Some("deny") => {
            state.requests.close(&open.source);
            found(&errors::DENIED.at_callback(callback, sent_state))
        }
        _ => question(&mut state, &open),
    }
}

/// The code, at the callback.
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
    found(&errors::callback_with(&request.redirect_uri, &[("code", &code)], request.state.as_deref()))
}

fn decidable(state: &mut State, shared: &Shared, call: &Call, source: &str) -> Result<Decidable, Elsewhere> {
    let now = state.clock.now();
    let Some(request) = state.requests.get(source, now).cloned() else { return Err(Elsewhere::NotOpen) };
    let session = session_of(&call.headers, shared.port).unwrap_or_default();
    let logged_in_for_this = request.logged_in.as_ref() == Some(&session);
    let user = state.browsers.user(&session).filter(|_| logged_in_for_this || !request.login_required);
    let Some(user) = user else { return Err(Elsewhere::At(login_address(&call.base, &path(source)))) };
    let refuse = |state: &mut State, error: &errors::OauthError| {
        state.requests.close(source);
        Elsewhere::At(error.at_callback(&request.redirect_uri, request.state.as_deref()))
    };
    if state.user_is_frozen(user) {
        return Err(refuse(state, &errors::USER_INACTIVE));
    }
    if let Err(reason) = state.may_use(request.app, user) {
        return Err(refuse(state, &reason.at_callback()));
    }
    // ASSUMES: scope-after-login
    let mut scopes = state.settings(request.app).map(|settings| settings.scopes.clone()).unwrap_or_default();
    // This org signs no id_token, so it grants what would need one to nobody.
    scopes.retain(|scope| scope != "openid");
    let Some(scope) = selected(&scopes, request.scope.as_deref()) else {
        return Err(refuse(state, &errors::SCOPE));
    };
    if let Some(error) = state.switches.approval_error.clone() {
        return Err(refuse(state, &error));
    }
    Ok(Decidable { source: source.to_owned(), request, session, user, scope })
}

/// The scopes to grant: those asked for when all are selected on the app, all selected ones when none was asked for.
fn selected(on_app: &[String], asked: Option<&str>) -> Option<String> {
    let Some(asked) = asked else { return Some(on_app.join(" ")) };
    let canonical =
        |scope: &str| if scope == "offline_access" { "refresh_token".to_owned() } else { scope.to_owned() };
    let on_app: Vec<String> = on_app.iter().map(|scope| canonical(scope)).collect();
    let mut granted: Vec<String> = Vec::new();
    for scope in asked.split_whitespace().map(canonical) {
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
    let token = state.unguessable.next();
    state.browsers.show_form(&open.session, token.clone());
    let username = state.users.get(open.user).map(|user| escape(&user.username)).unwrap_or_default();
    let body = format!(
        "<h1>Allow Access?</h1>\n<p><strong>{app}</strong> is asking to:</p>\n<ul id=\"scopes\" class=\"asks\">{scopes}</ul>\n\
         <p>Do you want to allow access for <strong id=\"user\">{username}</strong>? \
         (<a href=\"{other}\">Not you?</a>)</p>\n\
         <form method=\"post\" action=\"{PATH}\">\n\
         <input type=\"hidden\" name=\"form\" value=\"{token}\">\n\
         <input type=\"hidden\" name=\"source\" value=\"{source}\">\n\
         <div class=\"pair\"><button id=\"oadeny\" name=\"decision\" value=\"deny\">Deny</button>\n\
         <button id=\"oaapprove\" name=\"decision\" value=\"allow\" class=\"brand\">Allow</button></div>\n</form>\n\
         <p class=\"weak\">To revoke access at any time, go to External Client Apps OAuth Usage in Setup.</p>",
        app = escape(state.apps.get(open.request.app).map_or("", |app| &app.basics.name)),
        scopes = items(open.scope.split(' ').map(scope_label)),
        other = escape(&login_address("", &path(&open.source))),
        source = escape(&open.source),
    );
    Page::new("Allow Access?", body).leading_to(Some(open.request.redirect_uri.clone())).into_response()
}

fn not_open() -> Response {
    let body = "<h1>This sign-in is no longer open</h1>\n\
                <p>It was already answered, or it waited longer than 15 minutes. Start it again from the application.</p>";
    Page::new("Sign-in ended", body.to_owned()).with_status(StatusCode::BAD_REQUEST).into_response()
}

impl State {
    /// The open request that a path leads to.
    pub(crate) fn request_behind(&self, path: &str) -> Option<&AuthorizationRequest> {
        self.requests.get(&source_of(path)?, self.clock.now())
    }
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

    #[test]
    fn a_source_is_read_from_the_page_it_was_put_into() {
        assert_eq!(source_of(&path("abc")).as_deref(), Some("abc"), "there and back");
        assert_eq!(source_of("/lightning/setup/home"), None, "another page has none");
    }
}
