//! A connection in a given state, and the requests about it.

mod meeting;

use std::time::Duration;

use connect_core::{
    contract::{
        intent,
        view::{ConnectionDetail, Disconnected, Failure, Findings, LeavingView, Revoked, Status, Token},
    },
    explain::Code,
    lifecycle::health::Tries,
};
use connect_tests::Core;
use practice_org::{Endpoint, Event, Fault, Options, Org, RefreshPolicy, Switches, What};
use tokio::sync::watch;

use super::closed;

const HOUR: Duration = Duration::from_secs(3600);
/// The ports of sign-ins are fixed.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

/// The state of a connection when it meets the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// Its access token is valid, and used as it is.
    Good,
    /// Its access token has to be refreshed.
    Due,
    /// A refresh was cut off before its answer was stored, and never reached the org.
    CutOff,
    /// The org could not be reached the last time.
    Unreachable,
    /// It was unused for so long that it ends within a week.
    AtRisk,
    /// The org asked for a pause, which is not over.
    Paused,
    /// The org refuses calls until a setting is changed.
    CallsRefused,
    /// The org refuses the app until a setting is changed.
    Blocked,
    /// The org did not know the key, which may have been corrected since.
    KeyUnknown,
    /// Its sign-in has ended.
    Ended,
    /// The org replaced its token, and the new one was lost.
    Lost,
    /// The program was restarted, and the keychain is locked.
    Locked,
    /// It is disconnected here, and still to be revoked at its org.
    Leaving,
}

impl State {
    /// Whether rotation makes a difference: elsewhere a single table, with rotation, is enough.
    pub(crate) fn minds_rotation(self, ask: Ask) -> bool {
        let refreshed = [Self::Due, Self::CutOff, Self::Unreachable];
        ask == Ask::Token && refreshed.contains(&self)
    }
}

/// A request about the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ask {
    Token,
    KeepAlive,
    Check,
    Reconnect,
    Disconnect,
}

pub(crate) struct Connection {
    core: Core,
    org: Org,
    rotation: bool,
    /// The state that the last row has left it in.
    stays: Option<State>,
    /// Whether its sign-in is over, or its org another one: the next row then needs a new connection.
    pub(crate) is_spent: bool,
    switches: Switches,
}

impl Connection {
    pub(crate) async fn new(rotation: bool) -> Self {
        let org = Org::start(Options { rotation, ..Options::default() }).await.unwrap();
        // The pause before a busy token is tried again takes two seconds of the clock.
        let core = Core::new(20);
        {
            let _turn = TURN.lock().await;
            let mut sign_in = core.sign_in(&org, 0).await;
            sign_in.finish(&org).await;
        }
        // One connection lives through many rows, and years; that an app of today ends it after one has rows of its own.
        org.change(|switches| switches.refresh_policy = RefreshPolicy::UntilRevoked);
        let switches = org.switches();
        Self { core, org, rotation, stays: None, is_spent: false, switches }
    }

    /// Moves both clocks forward.
    fn advance(&self, by: Duration) {
        self.core.clock.advance(by);
        self.org.advance(by);
    }

    fn fault_once(&self, what: What) {
        self.org.fault(Fault::new(what).at(Endpoint::Token).times(1));
    }

    pub(crate) async fn come_to(&mut self, state: State) {
        if self.stays == Some(state) {
            return;
        }
        let why = |code| (Status::NeedsYou, Some(code));
        let expected = match state {
            State::Good | State::Due => {
                self.works("before").await;
                (Status::Connected, None)
            }
            State::CutOff => {
                self.fault_once(What::Cut);
                self.fails(Code::NetworkCut, "cut off").await;
                (Status::Unreachable, Some(Code::NetworkCut))
            }
            State::Unreachable => {
                self.fault_once(What::Maintenance);
                self.fails(Code::SalesforceUnavailable, "away").await;
                (Status::Unreachable, Some(Code::SalesforceUnavailable))
            }
            State::AtRisk => {
                self.works("before").await;
                self.advance(25 * 24 * HOUR);
                assert!(self.detail().await.connection.health.at_risk, "unused for 25 of 30 days");
                (Status::Connected, None)
            }
            State::Paused => {
                let (content_type, body) = (None, String::new());
                self.fault_once(What::Answer { status: 429, content_type, body, retry_after: Some(600) });
                self.fails(Code::RateLimited, "a pause").await;
                (Status::Unreachable, Some(Code::RateLimited))
            }
            State::CallsRefused => {
                self.org.change(|switches| switches.session_not_valid_for_rest = true);
                self.check().await;
                self.restore();
                why(Code::ApiRefused)
            }
            State::Blocked => {
                self.org.happen(Event::BlockApp { blocked: true });
                self.fails(Code::AppBlocked, "blocked").await;
                self.org.happen(Event::BlockApp { blocked: false });
                why(Code::AppBlocked)
            }
            State::KeyUnknown => {
                self.org.change(|switches| switches.activation_seconds = 1_000_000_000);
                self.fails(Code::KeyUnknown, "key unknown").await;
                self.restore();
                why(Code::KeyUnknown)
            }
            State::Ended => {
                self.org.revoke_all();
                self.fails(Code::RefreshTokenDead, "ended").await;
                why(Code::RefreshTokenDead)
            }
            State::Lost => {
                self.fault_once(What::Undelivered);
                self.fails(Code::NetworkCut, "never arrived").await;
                self.fails(Code::RefreshLost, "lost").await;
                why(Code::RefreshLost)
            }
            State::Locked => {
                self.core.restart_locked();
                (Status::Connected, None)
            }
            State::Leaving => {
                self.org.change(|switches| switches.maintenance = true);
                assert!(matches!(self.disconnect().await.unwrap().revoked, Revoked::Later(_)), "away");
                self.restore();
                return;
            }
        };
        assert_eq!(self.stands().await, expected, "{state:?}");
    }

    fn restore(&self) {
        self.org.change(|switches| *switches = self.switches.clone());
    }

    async fn token(&self, fresh: bool) -> Result<Token, Failure> {
        self.core.ask(intent::Token { name: "p".to_owned(), fresh, min_ttl: None, for_run: false }).await
    }

    async fn check(&self) -> Findings {
        self.core.ask(intent::Check::of("p")).await.unwrap()
    }

    async fn disconnect(&self) -> Result<Disconnected, Failure> {
        self.core.ask(intent::Disconnect { name: "p".to_owned() }).await
    }

    async fn leaving(&self) -> Vec<LeavingView> {
        self.core.ask(intent::Leaving).await.unwrap()
    }

    /// The agent's work at each wake-up.
    async fn look(&self) {
        let ((_keep, go_on), mut tries) = (watch::channel(false), Tries::default());
        self.core.controller.keep_alive_once(&mut tries, &go_on).await;
    }

    async fn detail(&self) -> ConnectionDetail {
        self.core.ask(intent::Show { name: "p".to_owned() }).await.unwrap()
    }

    async fn stands(&self) -> (Status, Option<Code>) {
        let connection = self.detail().await.connection;
        (connection.status, connection.reason.map(|reason| reason.code))
    }

    fn requests(&self, endpoint: Endpoint) -> u64 {
        self.org.counters().requests.get(closed::endpoint(&endpoint)).copied().unwrap_or_default()
    }

    /// Asserts that the org accepts the token.
    async fn works(&self, what: &str) {
        let token = self.token(true).await.unwrap_or_else(|failure| panic!("{what}: {failure:?}"));
        // EXPOSE: checked at the org that issued it.
        assert!(self.org.token_status(token.access_token.expose()).alive, "{what}: a token that works");
    }

    async fn fails(&self, code: Code, what: &str) {
        let failure = self.token(true).await.err().unwrap_or_else(|| panic!("{what}: no token"));
        assert_eq!(failure.code, code, "{what}");
    }

    /// Asserts that its sign-in counts as over, with this code, and that the org is not asked again.
    async fn has_ended(&self, code: Code, what: &str) {
        assert_eq!(self.stands().await, (Status::NeedsYou, Some(code)), "{what}: a person is needed");
        let asked = self.requests(Endpoint::Token);
        assert!(self.token(true).await.is_err() && self.token(false).await.is_err(), "{what}: no token");
        assert_eq!(self.requests(Endpoint::Token), asked, "{what}: and nobody is asked for one");
        let detail = self.detail().await;
        let reason = detail.connection.reason.unwrap().message;
        let said = detail.history.iter().any(|line| line.text.contains(&reason));
        assert!(said, "{what}: the history says why: {:?}", detail.history);
    }
}
