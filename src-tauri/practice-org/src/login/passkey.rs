//! The page in place of the question for a passkey, which Salesforce asks of every admin since July 2026. A practice
//! org has no passkeys: pressing the button counts as one.

use axum::response::{IntoResponse, Response};

use super::form::{log_in, request_behind};
use crate::http::call::Call;
use crate::http::cookie::session_of;
use crate::http::forms;
use crate::http::pages::{Page, escape, redirect};
use crate::http::paths;
use crate::http::shared::Shared;
use crate::world::state::State;

/// GET: asks for the passkey.
pub(crate) fn show(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let session = session_of(shared, call).unwrap_or_default();
    ask(&mut state, call, &session, call.query().get("id").unwrap_or_default())
}

/// POST: accepts it.
pub(crate) fn submit(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let session = session_of(shared, call).unwrap_or_default();
    let fields = call.form();
    let id = fields.get("id").unwrap_or_default();
    if !forms::is_fresh(&mut state, &session, &fields) {
        return ask(&mut state, call, &session, id);
    }
    let Some((user, next)) = state.take_passkey(id, &session) else {
        return redirect(&paths::login(&call.base, paths::HOME));
    };
    state.browsers.close(&session);
    log_in(&mut state, shared, call, user, &next)
}

fn ask(state: &mut State, call: &Call, session: &str, id: &str) -> Response {
    let Some((_, next)) = state.passkey_asked(id, session) else {
        return redirect(&paths::login(&call.base, paths::HOME));
    };
    let callback = request_behind(state, &next).map(|request| request.redirect_uri.clone());
    let body = format!(
        "<h1>Passkey</h1>\n\
         <p class=\"rehearsal\">Salesforce asks every admin for a passkey here: the fingerprint, face or PIN of this computer, or a \
         security key. A code from an app or an e-mail does not count. In this rehearsal a press on the button stands for it.</p>\n\
         <form method=\"post\" action=\"{path}\">\n{token}\n<input type=\"hidden\" name=\"id\" value=\"{id}\">\n\
         <button id=\"passkey\" class=\"brand\" autofocus>Use the passkey</button>\n</form>",
        path = paths::PASSKEY,
        token = forms::token_field(state, session),
        id = escape(id),
    );
    Page::new("Passkey", body).leading_to(callback).into_response()
}
