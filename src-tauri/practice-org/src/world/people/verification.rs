//! Verify Your Identity: a code is mailed, and what was asked for goes on once it was typed in.

use axum::response::{IntoResponse, Response};

use crate::http::call::Call;
use crate::http::pages::{Page, escape, found};
use crate::http::shared::Shared;
use crate::login::form as login;
use crate::oauth::authorize::login_address;
use crate::setup;
use crate::world::people::browsers::session_of;
use crate::world::people::inbox::{self, Mail};
use crate::world::state::State;

/// The page's path, as Salesforce names it.
pub(crate) const PATH: &str = "/_ui/identity/verification/method/EmailVerificationFinishUi/e";
/// How long a code is good, in milliseconds.
// ASSUMES: verification-code
const CODE_LIVES: u64 = 15 * 60 * 1000;
/// How long key and secret can be seen afterwards, in milliseconds.
// ASSUMES: reveal-time
const REVEAL_LASTS: u64 = 5 * 60 * 1000;
/// How often a wrong code may be typed in.
const TRIES: u32 = 5;
/// How many open checks are kept.
const KEPT: usize = 64;

const WRONG: &str = "The verification code is invalid or expired. Check the newest mail in the practice inbox, or select Resend Code.";
const SENT_AGAIN: &str = "We sent a new code. The former one no longer works.";

/// What goes on after the check.
#[derive(Clone)]
pub(crate) enum Purpose {
    /// A login, and the page it leads to.
    LogIn { user: usize, next: String },
    /// Seeing an app's Consumer Key and Secret.
    Consumer { user: usize, app: usize },
}

impl Purpose {
    const fn user(&self) -> usize {
        match self {
            Self::LogIn { user, .. } | Self::Consumer { user, .. } => *user,
        }
    }

    const fn words(&self) -> &'static str {
        match self {
            Self::LogIn { .. } => "Log In to the Practice Org",
            Self::Consumer { .. } => "View External Client App Consumer Details",
        }
    }
}

/// The open checks, and who may see which app's key and secret.
#[derive(Default)]
pub(crate) struct Verifications {
    open: Vec<Check>,
    reveals: Vec<Reveal>,
}

struct Check {
    id: String,
    session: String,
    purpose: Purpose,
    code: String,
    sent_at: u64,
    tries: u32,
}

struct Reveal {
    session: String,
    app: usize,
    until: u64,
}

impl State {
    /// Mails a code to the user, and gives the path of the page that asks for it.
    pub(crate) fn begin_verification(&mut self, session: &str, purpose: Purpose) -> String {
        let id = self.unguessable.next();
        let code = self.mail_code(&purpose);
        if self.verifications.open.len() >= KEPT {
            self.verifications.open.remove(0);
        }
        let (session, sent_at) = (session.to_owned(), self.clock.now());
        self.verifications.open.push(Check { id: id.clone(), session, purpose, code, sent_at, tries: 0 });
        format!("{PATH}?id={id}")
    }

    /// Until when a session may see an app's key and secret; `None` when it has to verify first.
    pub(crate) fn revealed_until(&self, session: &str, app: usize) -> Option<u64> {
        let now = self.clock.now();
        let mine = |reveal: &&Reveal| reveal.session == session && reveal.app == app && now < reveal.until;
        self.verifications.reveals.iter().find(mine).map(|reveal| reveal.until)
    }

    fn mail_code(&mut self, purpose: &Purpose) -> String {
        let code = self.seeded.verification_code();
        let to = self.users.get(purpose.user()).map(|user| user.username.clone()).unwrap_or_default();
        self.inbox.deliver(Mail {
            to,
            subject: "Verify your identity in the practice org".to_owned(),
            text: format!(
                "You are trying to {}. Enter this code where you are asked for it.",
                purpose.words()
            ),
            code: code.clone(),
            sent_at: self.clock.now(),
        });
        code
    }

    fn check(&mut self, id: &str, session: &str) -> Option<&mut Check> {
        self.verifications.open.iter_mut().find(|check| check.id == id && check.session == session)
    }

    /// Takes a code. The purpose, when it was the right one in time.
    fn verify(&mut self, id: &str, session: &str, code: &str) -> Option<Purpose> {
        let now = self.clock.now();
        let check = self.check(id, session)?;
        check.tries += 1;
        let is_good = check.code == code.trim()
            && check.tries <= TRIES
            && now < check.sent_at.saturating_add(CODE_LIVES);
        if !is_good {
            return None;
        }
        let purpose = check.purpose.clone();
        self.verifications.open.retain(|check| check.id != id);
        Some(purpose)
    }

    fn resend(&mut self, id: &str, session: &str) {
        let Some(purpose) = self.check(id, session).map(|check| check.purpose.clone()) else { return };
        let (code, now) = (self.mail_code(&purpose), self.clock.now());
        if let Some(check) = self.check(id, session) {
            (check.code, check.sent_at, check.tries) = (code, now, 0);
        }
    }

    fn reveal(&mut self, session: &str, app: usize) {
        let until = self.clock.now().saturating_add(REVEAL_LASTS);
        self.verifications.reveals.retain(|reveal| reveal.session != session || reveal.app != app);
        self.verifications.reveals.push(Reveal { session: session.to_owned(), app, until });
    }
}

/// GET: asks for the code.
pub(crate) fn show(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let session = session_of(&call.headers, shared.port).unwrap_or_default();
    let query = call.query();
    ask(&mut state, call, &session, query.get("id").unwrap_or_default(), None)
}

/// POST: takes the code, or sends another one.
pub(crate) fn submit(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let session = session_of(&call.headers, shared.port).unwrap_or_default();
    let fields = call.form();
    let id = fields.get("id").unwrap_or_default();
    if !state.browsers.take_form(&session, fields.get("form").unwrap_or_default()) {
        return ask(&mut state, call, &session, id, None);
    }
    if fields.get("resend").is_some() {
        state.resend(id, &session);
        return ask(&mut state, call, &session, id, Some(&Notice::Said(SENT_AGAIN)));
    }
    match state.verify(id, &session, fields.get("emc").unwrap_or_default()) {
        Some(Purpose::LogIn { user, next }) => {
            state.browsers.close(&session);
            login::log_in(&mut state, shared, user, &format!("{}{next}", call.base), &next)
        }
        Some(Purpose::Consumer { app, .. }) => {
            state.reveal(&session, app);
            let path = state.apps.get(app).map(|app| setup::consumer_path(&app.id)).unwrap_or_default();
            found(&format!("{}{path}", call.base))
        }
        None => ask(&mut state, call, &session, id, Some(&Notice::Wrong)),
    }
}

/// What stands above the field.
enum Notice {
    Wrong,
    Said(&'static str),
}

fn ask(state: &mut State, call: &Call, session: &str, id: &str, notice: Option<&Notice>) -> Response {
    let Some(check) = state.check(id, session) else { return found(&login_address(&call.base, setup::PATH)) };
    let purpose = check.purpose.clone();
    let to = state.users.get(purpose.user()).map(|user| veiled(&user.username)).unwrap_or_default();
    let token = state.unguessable.next();
    state.browsers.show_form(session, token.clone());
    let (above, invalid) = match notice {
        None => (String::new(), ""),
        Some(Notice::Said(words)) => (format!("<p role=\"status\" class=\"said\">{words}</p>"), ""),
        Some(Notice::Wrong) => (
            format!("<p id=\"error\" role=\"alert\">{WRONG}</p>"),
            " aria-invalid=\"true\" aria-describedby=\"error\"",
        ),
    };
    let request = match &purpose {
        Purpose::LogIn { next, .. } => state.request_behind(next).map(|request| request.redirect_uri.clone()),
        Purpose::Consumer { .. } => None,
    };
    let body = format!(
        "<h1>Verify Your Identity</h1>\n\
         <p>You're trying to <strong>{words}</strong>. To make sure your account is secure, we have to verify your identity.</p>\n\
         <p>Enter the verification code we emailed to {to}.</p>\n{above}\n\
         <form method=\"post\" action=\"{PATH}\">\n\
         <input type=\"hidden\" name=\"form\" value=\"{token}\">\n\
         <input type=\"hidden\" name=\"id\" value=\"{id}\">\n\
         <label for=\"emc\">Verification Code</label>\n\
         <input id=\"emc\" name=\"emc\" inputmode=\"numeric\" autocomplete=\"one-time-code\" autofocus{invalid}>\n\
         <button id=\"save\" name=\"save\" value=\"1\" class=\"brand\">Verify</button>\n\
         <button id=\"resend\" name=\"resend\" value=\"1\" class=\"plain\">Resend Code</button>\n</form>\n\
         <p class=\"rehearsal\">In this rehearsal the mail is in the <a href=\"{inbox}\" target=\"_blank\" \
         rel=\"noopener\">practice inbox (opens a new tab)</a>.</p>",
        words = purpose.words(),
        to = escape(&to),
        id = escape(id),
        inbox = inbox::PATH,
    );
    Page::new("Verify Your Identity", body).leading_to(request).into_response()
}

/// `a***@practice.example`: who may read the page knows the address, who looks over the shoulder does not.
fn veiled(address: &str) -> String {
    let (name, host) = address.split_once('@').unwrap_or((address, ""));
    format!("{}***@{host}", name.chars().take(1).collect::<String>())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Options;

    fn begun() -> (State, String, String) {
        let mut state = State::new(&Options::default()).unwrap();
        let path = state.begin_verification("session", Purpose::Consumer { user: 0, app: 0 });
        let id = path.split_once("?id=").unwrap().1.to_owned();
        let code = state.inbox.newest_code().unwrap().to_owned();
        (state, id, code)
    }

    #[test]
    fn the_mailed_code_counts_once_for_the_session_that_asked() {
        let (mut state, id, code) = begun();
        assert!(state.verify(&id, "other", &code).is_none(), "another session");
        assert!(state.verify(&id, "session", " 12 ").is_none(), "another code");
        assert!(state.verify(&id, "session", &format!(" {code} ")).is_some(), "the code, spaces around it");
        assert!(state.verify(&id, "session", &code).is_none(), "it is spent");
    }

    #[test]
    fn a_code_ends_with_time_with_tries_and_with_a_newer_one() {
        let (mut state, id, code) = begun();
        state.clock.advance(Duration::from_millis(CODE_LIVES));
        assert!(state.verify(&id, "session", &code).is_none(), "too late");
        state.resend(&id, "session");
        let newer = state.inbox.newest_code().unwrap().to_owned();
        assert_ne!(newer, code, "another code");
        assert!(state.verify(&id, "session", &code).is_none(), "the former code no longer works");
        for _ in 0..TRIES {
            assert!(state.verify(&id, "session", "000").is_none(), "guessing");
        }
        assert!(state.verify(&id, "session", &newer).is_none(), "too many guesses end the code");
    }

    #[test]
    fn key_and_secret_can_be_seen_for_five_minutes() {
        let (mut state, _, _) = begun();
        assert_eq!(state.revealed_until("session", 0), None, "not yet");
        state.reveal("session", 0);
        assert!(state.revealed_until("session", 0).is_some(), "now");
        assert_eq!(state.revealed_until("other", 0), None, "by this session alone");
        assert_eq!(state.revealed_until("session", 1), None, "of this app alone");
        state.clock.advance(Duration::from_millis(REVEAL_LASTS));
        assert_eq!(state.revealed_until("session", 0), None, "over");
    }

    #[test]
    fn an_address_is_shown_veiled() {
        assert_eq!(veiled("admin@practice.example"), "a***@practice.example", "one letter and the host");
    }
}
