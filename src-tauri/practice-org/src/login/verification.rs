//! The page Verify Your Identity, which asks for a mailed code.

use axum::response::{IntoResponse, Response};

use super::form::{log_in, request_behind};
use crate::http::call::Call;
use crate::http::cookie::session_of;
use crate::http::forms;
use crate::http::pages::{Page, escape, redirect};
use crate::http::paths;
use crate::http::shared::Shared;
use crate::world::people::checks::Purpose;
use crate::world::state::State;

const WRONG: &str = "The verification code is invalid or expired. Check the newest mail in the practice inbox, or select Resend Code.";
const SENT_AGAIN: &str = "We sent a new code. The former one no longer works.";

/// GET: asks for the code.
pub(crate) fn show(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let session = session_of(shared, call).unwrap_or_default();
    let query = call.query();
    ask(&mut state, call, &session, query.get("id").unwrap_or_default(), None)
}

/// POST: accepts the code, or sends another one.
pub(crate) fn submit(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let session = session_of(shared, call).unwrap_or_default();
    let fields = call.form();
    let id = fields.get("id").unwrap_or_default();
    if !forms::is_fresh(&mut state, &session, &fields) {
        return ask(&mut state, call, &session, id, None);
    }
    if fields.get("resend").is_some() {
        state.resend(id, &session);
        return ask(&mut state, call, &session, id, Some(&Notice::Said(SENT_AGAIN)));
    }
    match state.verify(id, &session, fields.get("emc").unwrap_or_default()) {
        Some(Purpose::LogIn { user, next }) => {
            state.browsers.close(&session);
            log_in(&mut state, shared, call, user, &next)
        }
        Some(Purpose::Consumer { app, .. }) => {
            state.reveal(&session, app);
            let path = state.apps.get(app).map(|app| paths::consumer(&app.id)).unwrap_or_default();
            call.redirect(&path)
        }
        None => ask(&mut state, call, &session, id, Some(&Notice::Wrong)),
    }
}

/// The text above the field.
enum Notice {
    Wrong,
    Said(&'static str),
}

fn ask(state: &mut State, call: &Call, session: &str, id: &str, notice: Option<&Notice>) -> Response {
    let Some(purpose) = state.purpose_of(id, session).cloned() else {
        return redirect(&paths::login(&call.base, paths::APP_LIST));
    };
    let to = state.users.get(purpose.user()).map(|user| veiled(&user.username)).unwrap_or_default();
    let token = forms::token_field(state, session);
    let (above, invalid) = match notice {
        None => (String::new(), ""),
        Some(Notice::Said(words)) => (format!("<p role=\"status\" class=\"said\">{words}</p>"), ""),
        Some(Notice::Wrong) => (
            format!("<p id=\"error\" role=\"alert\">{WRONG}</p>"),
            " aria-invalid=\"true\" aria-describedby=\"error\"",
        ),
    };
    let request = match &purpose {
        Purpose::LogIn { next, .. } => {
            request_behind(state, next).map(|request| request.redirect_uri.clone())
        }
        Purpose::Consumer { .. } => None,
    };
    let body = format!(
        "<h1>Verify Your Identity</h1>\n\
         <p>You're trying to <strong>{words}</strong>. To make sure your account is secure, we have to verify your identity.</p>\n\
         <p>Enter the verification code we emailed to {to}.</p>\n{above}\n\
         <form method=\"post\" action=\"{path}\">\n\
         {token}\n\
         <input type=\"hidden\" name=\"id\" value=\"{id}\">\n\
         <label for=\"emc\">Verification Code</label>\n\
         <input id=\"emc\" name=\"emc\" inputmode=\"numeric\" autocomplete=\"one-time-code\" autofocus{invalid}>\n\
         <button id=\"save\" name=\"save\" value=\"1\" class=\"brand\">Verify</button>\n\
         <button id=\"resend\" name=\"resend\" value=\"1\" class=\"plain\">Resend Code</button>\n</form>\n\
         <p class=\"rehearsal\">In this rehearsal the mail is in the <a href=\"{inbox}\" target=\"_blank\" \
         rel=\"noopener\">practice inbox (opens a new tab)</a>.</p>",
        words = purpose.words(),
        to = escape(&to),
        path = paths::VERIFICATION,
        id = escape(id),
        inbox = paths::INBOX,
    );
    Page::new("Verify Your Identity", body).leading_to(request).into_response()
}

/// `a***@practice.example`: enough for the owner to recognise, too little for an onlooker.
fn veiled(address: &str) -> String {
    let (name, host) = address.split_once('@').unwrap_or((address, ""));
    format!("{}***@{host}", name.chars().take(1).collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_veiled() {
        assert_eq!(veiled("admin@practice.example"), "a***@practice.example", "one letter and the host");
    }
}
