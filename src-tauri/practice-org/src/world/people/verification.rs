//! Verify Your Identity: a code is mailed, and the action goes on once the code was typed in.

use super::checks::{Check, PasskeyCheck, Purpose, Reveal};
use super::inbox::Mail;
use crate::world::state::State;

/// How long a code is valid, in milliseconds.
// ASSUMES: verification-code
const CODE_LIVES: u64 = 15 * 60 * 1000;
/// How long key and secret are shown afterwards, in milliseconds.
// ASSUMES: reveal-time
const REVEAL_LASTS: u64 = 5 * 60 * 1000;
/// How many wrong codes may be typed in.
const TRIES: u32 = 5;
/// How many open checks are kept.
const KEPT: usize = 64;

impl State {
    /// Mails a code to the user, and returns the id of the check that waits for it.
    pub(crate) fn begin_verification(&mut self, session: &str, purpose: Purpose) -> String {
        let id = self.unguessable.next();
        let code = self.mail_code(&purpose);
        if self.verifications.open.len() >= KEPT {
            self.verifications.open.remove(0);
        }
        let (session, sent_at) = (session.to_owned(), self.clock.now());
        self.verifications.open.push(Check { id: id.clone(), session, purpose, code, sent_at, tries: 0 });
        id
    }

    /// Lets a login wait for a passkey, and returns the id of the check.
    pub(crate) fn begin_passkey(&mut self, session: &str, user: usize, next: String) -> String {
        let id = self.unguessable.next();
        if self.verifications.passkeys.len() >= KEPT {
            self.verifications.passkeys.remove(0);
        }
        let (session, check) = (session.to_owned(), id.clone());
        self.verifications.passkeys.push(PasskeyCheck { id, session, user, next });
        check
    }

    /// The user whose login waits for a passkey, and the page after it.
    pub(crate) fn passkey_asked(&self, id: &str, session: &str) -> Option<(usize, String)> {
        let is_it = |check: &&PasskeyCheck| check.id == id && check.session == session;
        let found = self.verifications.passkeys.iter().find(is_it);
        found.map(|check| (check.user, check.next.clone()))
    }

    /// The same, and ends the check.
    pub(crate) fn take_passkey(&mut self, id: &str, session: &str) -> Option<(usize, String)> {
        let found = self.passkey_asked(id, session)?;
        self.verifications.passkeys.retain(|check| check.id != id);
        Some(found)
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

    /// The purpose of a session's open check.
    pub(crate) fn purpose_of(&self, id: &str, session: &str) -> Option<&Purpose> {
        let is_it = |check: &&Check| check.id == id && check.session == session;
        self.verifications.open.iter().find(is_it).map(|check| &check.purpose)
    }

    fn check(&mut self, id: &str, session: &str) -> Option<&mut Check> {
        self.verifications.open.iter_mut().find(|check| check.id == id && check.session == session)
    }

    /// Checks a code. Returns the purpose if it was right and in time.
    pub(crate) fn verify(&mut self, id: &str, session: &str, code: &str) -> Option<Purpose> {
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

    pub(crate) fn resend(&mut self, id: &str, session: &str) {
        let Some(purpose) = self.purpose_of(id, session).cloned() else { return };
        let (code, now) = (self.mail_code(&purpose), self.clock.now());
        if let Some(check) = self.check(id, session) {
            (check.code, check.sent_at, check.tries) = (code, now, 0);
        }
    }

    pub(crate) fn reveal(&mut self, session: &str, app: usize) {
        let until = self.clock.now().saturating_add(REVEAL_LASTS);
        self.verifications.reveals.retain(|reveal| reveal.session != session || reveal.app != app);
        self.verifications.reveals.push(Reveal { session: session.to_owned(), app, until });
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::Options;

    fn begun() -> (State, String, String) {
        let mut state = State::new(&Options::default()).unwrap();
        let id = state.begin_verification("session", Purpose::Consumer { user: 0, app: 0 });
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
}
