//! The login page.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};

use crate::http::call::Call;
use crate::http::cookie::{session_of, with_session};
use crate::http::forms;
use crate::http::pages::{Page, escape};
use crate::http::paths;
use crate::http::shared::Shared;
use crate::world::grants::requests::AuthorizationRequest;
use crate::world::people::checks::Purpose;
use crate::world::people::users::{Role, User};
use crate::world::state::State;

const BAD_PASSWORD: &str = "Check the username and password, and try again.";
const STALE_FORM: &str = "This page was open too long or was sent twice. Log in again.";
const FROZEN: &str = "This user is frozen and cannot log in. Log in as another user.";

/// GET `/`: the form.
pub(crate) fn show(shared: &Shared, call: &Call) -> Response {
    let query = call.query();
    let next = local_path(query.get("startURL"));
    form(shared, call, &next, None, None)
}

/// POST `/`: the form that was filled in.
pub(crate) fn submit(shared: &Shared, call: &Call) -> Response {
    let fields = call.form();
    let next = local_path(fields.get("startURL"));
    let username = fields.get("username").unwrap_or_default();
    let problem = {
        let mut state = shared.lock();
        let session = session_of(shared, call).unwrap_or_default();
        if !forms::is_fresh(&mut state, &session, &fields) {
            STALE_FORM
        } else if let Some(user) = find_user(&state, username, fields.get("pw").unwrap_or_default()) {
            if !state.user_is_frozen(user) {
                // ASSUMES: admin-passkey
                let is_admin = state.users.get(user).is_some_and(|user| user.role == Role::Admin);
                if is_admin && state.switches.admin_passkey {
                    let id = state.begin_passkey(&session, user, next);
                    return call.redirect(&paths::passkey(&id));
                }
                if state.switches.identity_code {
                    let id = state.begin_verification(&session, Purpose::LogIn { user, next });
                    return call.redirect(&paths::verification(&id));
                }
                state.browsers.close(&session);
                return log_in(&mut state, shared, call, user, &next);
            }
            FROZEN
        } else {
            BAD_PASSWORD
        }
    };
    form(shared, call, &next, Some(username), Some(problem))
}

/// GET `/secur/logout.jsp`: ends the session.
pub(crate) fn log_out(shared: &Shared, call: &Call) -> Response {
    if let Some(session) = session_of(shared, call) {
        shared.lock().browsers.close(&session);
    }
    call.redirect("/")
}

fn find_user(state: &State, username: &str, password: &str) -> Option<usize> {
    let matches = |user: &User| user.username.eq_ignore_ascii_case(username) && user.password == password;
    state.users.iter().position(matches)
}

/// Logs in under a new session name, so that a cookie planted before the login is useless after it.
pub(super) fn log_in(state: &mut State, shared: &Shared, call: &Call, user: usize, next: &str) -> Response {
    let session = state.unguessable.next();
    state.browsers.open(session.clone(), Some(user));
    if let Some(source) = paths::source_of(next) {
        state.requests.mark_logged_in(&source, &session);
    }
    with_session(call.redirect(next), shared, &session)
}

/// The open request for authorization that a path leads to.
pub(super) fn request_behind<'a>(state: &'a State, path: &str) -> Option<&'a AuthorizationRequest> {
    state.requests.get(&paths::source_of(path)?, state.clock.now())
}

fn form(shared: &Shared, call: &Call, next: &str, username: Option<&str>, problem: Option<&str>) -> Response {
    let mut state = shared.lock();
    let known = session_of(shared, call).filter(|session| state.browsers.knows(session));
    let session = known.clone().unwrap_or_else(|| {
        let session = state.unguessable.next();
        state.browsers.open(session.clone(), None);
        session
    });
    let token = forms::token_field(&mut state, &session);
    let request = request_behind(&state, next).cloned();
    let hint = request.as_ref().and_then(|request| request.login_hint.as_deref());
    let body = body(&state, &token, next, username.or(hint).unwrap_or_default(), problem);
    let page = Page::new("Login", body).wide().leading_to(request.map(|request| request.redirect_uri));
    let status = if problem == Some(STALE_FORM) { StatusCode::FORBIDDEN } else { StatusCode::OK };
    let response = page.with_status(status).into_response();
    if known.is_some() { response } else { with_session(response, shared, &session) }
}

fn body(state: &State, token: &str, next: &str, username: &str, problem: Option<&str>) -> String {
    let problem =
        problem.map_or_else(String::new, |words| format!("<p id=\"error\" role=\"alert\">{words}</p>"));
    let users = state.users.iter().map(|user| {
        format!(
            "<tr><th scope=\"row\"><code>{}</code></th><td><code>{}</code></td><td>{}</td></tr>",
            escape(&user.username),
            escape(&user.password),
            user.role.words()
        )
    });
    format!(
        "<h1>Log in to the practice org</h1>\n{problem}\n\
         <form method=\"post\" action=\"/\">\n\
         {token}\n\
         <input type=\"hidden\" name=\"startURL\" value=\"{next}\">\n\
         <label for=\"username\">Username</label>\n\
         <input id=\"username\" name=\"username\" value=\"{username}\" autocomplete=\"username\" autocapitalize=\"none\" \
         spellcheck=\"false\" required>\n\
         <label for=\"password\">Password</label>\n\
         <input id=\"password\" name=\"pw\" type=\"password\" autocomplete=\"current-password\" required>\n\
         <button id=\"Login\" type=\"submit\" class=\"brand\">Log In</button>\n</form>\n\
         <div class=\"rehearsal\"><table class=\"users\"><caption>Users of this practice org</caption><thead><tr>\
         <th scope=\"col\">Username</th><th scope=\"col\">Password</th><th scope=\"col\">Who</th></tr></thead>\
         <tbody>{users}</tbody></table></div>",
        next = escape(next),
        username = escape(username),
        users = users.collect::<String>(),
    )
}

/// The page after the login: a path of this org, else the home page. Never another site.
fn local_path(asked: Option<&str>) -> String {
    let is_local = |path: &&str| {
        let rest = path.strip_prefix('/');
        rest.is_some_and(|rest| !rest.starts_with(['/', '\\']))
            && path.bytes().all(|byte| byte.is_ascii_graphic())
    };
    asked.filter(is_local).unwrap_or(paths::HOME).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn after_the_login_nobody_is_sent_to_another_site() {
        assert_eq!(local_path(Some("/setup/x?source=1")), "/setup/x?source=1", "a path of this org");
        for strange in ["//evil.example", "/\\evil.example", "https://evil.example", "", "/a\r\nb", "/a b"] {
            assert_eq!(local_path(Some(strange)), paths::HOME, "{strange:?} is not followed");
        }
    }
}
