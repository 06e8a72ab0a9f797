//! The meeting of a connection in its state with a fault, and the connection afterwards.

use std::time::Duration;

use connect_core::{
    contract::{
        intent::{self, Reconnect, SignInOptions},
        view::{AttemptEvent, AttemptStarted, Status},
    },
    explain::Code,
};
use connect_tests::{INTEGRATION, Person, Press, SignIn};
use practice_org::Endpoint;

use super::{Ask, Connection, HOUR, State, TURN};
use crate::faults::rows::{
    Cause,
    Outcome::{AnswerLost, Ends, Passes, WaitsForSetting, Works},
    Row,
};

impl Connection {
    /// Uses the connection with the fault; returns whether the fault was met.
    pub(crate) async fn meet(&mut self, row: &Row, state: State, ask: Ask) -> bool {
        let what = format!("{} / {state:?} / {ask:?} / rotation {}", row.name, self.rotation);
        let (reuses, asked) = (self.org.counters().reuses_detected, self.requests(row.at));
        row.begin(&self.org).await;
        match ask {
            Ask::Reconnect => self.reconnect(row, state, &what).await,
            Ask::Disconnect => self.leave(row, &what).await,
            Ask::Token | Ask::KeepAlive | Ask::Check => self.used(row, state, ask, &what).await,
        }
        let met = self.requests(row.at) > asked;
        self.over(row);
        self.is_spent |= row.is_for_good();
        let again = self.org.counters().reuses_detected - reuses;
        assert!(again <= u64::from(self.is_spent), "{what}: no token is used twice, but after a lost answer");
        met
    }

    fn over(&self, row: &Row) {
        row.end(&self.org, &self.switches);
        // The org's pause is over by then.
        self.core.clock.advance(Duration::from_secs(700));
    }

    async fn used(&mut self, row: &Row, state: State, ask: Ask, what: &str) {
        let asked = self.requests(Endpoint::Token);
        let not_asked = match state {
            State::Good => {
                assert!(self.token(false).await.is_ok(), "{what}: the token at hand is good");
                assert_eq!(self.requests(Endpoint::Token), asked, "{what}: and nobody is asked");
                return;
            }
            State::Ended => Some(Code::RefreshTokenDead),
            State::Lost => Some(Code::RefreshLost),
            State::KeyUnknown if ask == Ask::Token => Some(Code::KeyUnknown),
            State::Leaving => {
                self.fails(Code::NameUnknown, what).await;
                self.look().await;
                self.over(row);
                return self.is_left(row, what).await;
            }
            State::Locked => {
                self.fails(Code::KeychainLocked, what).await;
                assert_eq!(self.requests(Endpoint::Token), asked, "{what}: and nobody is asked");
                self.core.unlock();
                None
            }
            State::Paused => {
                self.fails(Code::RateLimited, what).await;
                assert_eq!(self.requests(Endpoint::Token), asked, "{what}: and nobody is asked");
                self.core.clock.advance(Duration::from_secs(700));
                None
            }
            State::Due
            | State::CutOff
            | State::Unreachable
            | State::AtRisk
            | State::CallsRefused
            | State::Blocked
            | State::KeyUnknown => None,
        };
        match not_asked {
            Some(code) => {
                self.has_ended(code, what).await;
                self.stays = Some(state);
            }
            None => self.refresh_meets(row, state, ask, what).await,
        }
    }

    /// Uses the connection, with a refresh if one is possible.
    async fn try_once(&self, ask: Ask, expected: Option<Code>, what: &str) {
        match ask {
            Ask::KeepAlive => {
                self.advance(26 * HOUR);
                self.look().await;
            }
            Ask::Check => {
                self.advance(3 * HOUR);
                let found: Vec<Option<Code>> =
                    self.check().await.checks.iter().map(|check| check.code).collect();
                let is_told = expected.is_none() || found.contains(&expected);
                assert!(is_told, "{what}: {expected:?} is told: {found:?}");
            }
            Ask::Token | Ask::Reconnect | Ask::Disconnect => match expected {
                Some(code) => self.fails(code, what).await,
                None => self.works(what).await,
            },
        }
    }

    async fn refresh_meets(&mut self, row: &Row, state: State, ask: Ask, what: &str) {
        let before = self.stands().await;
        let called = row.refresh == Works && ask != Ask::Token;
        // A refresh that works has cured whatever a refused call had not been told by.
        let is_cured = called && state != State::CallsRefused;
        let needs = before.0 == Status::NeedsYou && !is_cured;
        // A passing fault changes nothing on a connection that needs a person.
        let away = |code| if needs { before } else { (Status::Unreachable, Some(code)) };
        let fine = (Status::Connected, None);
        match if called { row.call } else { row.refresh } {
            Works => {
                self.try_once(ask, None, what).await;
                let expected = if state == State::CallsRefused { before } else { fine };
                assert_eq!(self.stands().await, expected, "{what}");
                self.over(row);
                self.works(what).await;
            }
            Passes(code) => {
                self.try_once(ask, Some(code), what).await;
                assert_eq!(self.stands().await, away(code), "{what}: the sign-in is kept");
                self.over(row);
                self.recovers(state, ask, what).await;
            }
            WaitsForSetting(code) => {
                self.try_once(ask, Some(code), what).await;
                assert_eq!(self.stands().await, (Status::NeedsYou, Some(code)), "{what}: a person is needed");
                if called {
                    self.works(what).await;
                }
                self.over(row);
                self.try_once(ask, None, what).await;
                assert_eq!(self.stands().await, fine, "{what}: and then no longer");
            }
            Ends(code) => {
                // Whether the failed refresh had replaced the token cannot be known here.
                let lost =
                    matches!(state, State::CutOff | State::Unreachable) && code == Code::RefreshTokenDead;
                let code = if lost { Code::RefreshLost } else { code };
                self.try_once(ask, (ask == Ask::Token).then_some(code), what).await;
                self.has_ended(code, what).await;
                self.is_spent = true;
            }
            AnswerLost(code) => {
                self.try_once(ask, Some(code), what).await;
                assert_eq!(self.stands().await, away(code), "{what}: the sign-in is kept");
                self.over(row);
                if self.rotation {
                    let again = if state == State::KeyUnknown {
                        (Ask::Check, None)
                    } else {
                        (Ask::Token, Some(Code::RefreshLost))
                    };
                    self.try_once(again.0, again.1, what).await;
                    self.has_ended(Code::RefreshLost, what).await;
                    self.is_spent = true;
                } else {
                    self.recovers(state, ask, what).await;
                }
            }
        }
        let (status, reason) = self.stands().await;
        let ended =
            status == Status::NeedsYou && matches!(reason, Some(Code::RefreshTokenDead | Code::RefreshLost));
        let alive = self.org.counters().refresh_tokens_alive;
        let is_said = matches!(row.causes[..], [Cause::Says(..)]);
        assert!(!ended || alive == row.others() || is_said, "{what}: {alive} alive");
    }

    /// Asserts that the same sign-in works again, and is shown so.
    async fn recovers(&self, state: State, ask: Ask, what: &str) {
        if state == State::KeyUnknown {
            // Only a person's check assumes that the cause was corrected.
            return self.try_once(Ask::Check, None, what).await;
        }
        self.works(what).await;
        if state == State::CallsRefused {
            self.try_once(Ask::Check, None, what).await;
        } else if ask == Ask::Check {
            self.try_once(ask, None, what).await;
        }
        assert_eq!(self.stands().await, (Status::Connected, None), "{what}: and is said to");
    }

    /// Disconnects, until it is revoked and nothing is left to do.
    async fn leave(&mut self, row: &Row, what: &str) {
        self.is_spent = true;
        let done = self.disconnect().await;
        self.over(row);
        match done {
            Ok(_) => self.is_left(row, what).await,
            // Nothing is forgotten while the org may still accept it.
            Err(failure) => {
                assert_eq!(failure.code, Code::StillActive, "{what}");
                self.works(what).await;
            }
        }
    }

    async fn is_left(&mut self, row: &Row, what: &str) {
        self.is_spent = true;
        self.fails(Code::NameUnknown, what).await;
        self.advance(2 * HOUR);
        self.look().await;
        assert!(self.leaving().await.is_empty(), "{what}: nothing is left to do");
        assert_eq!(
            self.org.counters().refresh_tokens_alive,
            row.others(),
            "{what}: and nothing alive at the org"
        );
    }

    /// Signs in anew: that works, or the old sign-in is as it was.
    async fn reconnect(&mut self, row: &Row, state: State, what: &str) {
        let before = self.stands().await;
        let connected = {
            let _turn = TURN.lock().await;
            let connected = self.sign_in_again(row).await;
            self.core.controller.idle().await;
            connected
        };
        if let Some(expected) = row.sign_in {
            assert_eq!(connected, expected, "{what}: a sign-in");
        }
        self.over(row);
        if connected {
            assert_eq!(self.stands().await.0, Status::Connected, "{what}: signed in");
        } else {
            assert_eq!(self.stands().await, before, "{what}: as it was");
        }
        let ends = matches!(row.refresh, Ends(_)) && row.is_for_good();
        if connected && !row.is_for_good() || (state == State::Due && !ends) {
            self.works(what).await;
        }
        self.stays = (state == State::Ended && !connected).then_some(state);
        self.advance(2 * HOUR);
        self.look().await;
        assert!(self.leaving().await.is_empty() || row.is_for_good(), "{what}: what was replaced is revoked");
    }

    async fn sign_in_again(&self, row: &Row) -> bool {
        let notices = self.core.controller.notices();
        // Somebody signs in all the same.
        let options =
            SignInOptions { wait_seconds: Some(0), despite_pause: true, ..SignInOptions::default() };
        let reconnect = Reconnect { name: "p".to_owned(), key: None, secret: None, options };
        let begun = self.core.ask(reconnect).await;
        let Ok(AttemptStarted { attempt, .. }) = begun else { return false };
        let mut sign_in = SignIn { attempt, notices };
        loop {
            match sign_in.next().await {
                AttemptEvent::Authorize { url, .. } if row.browser => {
                    Person::of(&self.org, INTEGRATION).sign_in(&url, Press::Allow).await;
                }
                AttemptEvent::Authorize { .. } | AttemptEvent::Waiting { .. } => {
                    let cancel = intent::Cancel { attempt: sign_in.attempt.clone() };
                    // The sign-in may have ended by itself meanwhile.
                    let _ = self.core.ask(cancel).await;
                }
                AttemptEvent::Confirm { .. } => panic!("nothing to be asked"),
                AttemptEvent::Connected { .. } => return true,
                AttemptEvent::Failed(_) => return false,
            }
        }
    }
}
