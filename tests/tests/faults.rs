//! Every fault that a practice org has, met by a connection in every state it can be in: what comes of it, and that no
//! credential is lost by it.

#![expect(clippy::panic, clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use connect_core::{
    explain::Code,
    intent::{Intent, Token},
    view::{AttemptEvent, ConnectionDetail, Failure, Findings, Status},
};
use connect_tests::{Core, INTEGRATION, Person, Press, one_at_a_time};
use practice_org::{Endpoint, Event, Fault, OauthError, Options, Org, RefreshPolicy, What};

/// How a connection stands when it meets the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Its access token is good, and asked for as it is.
    Good,
    /// Its access token has to be refreshed.
    Due,
    /// A refresh was cut off before its answer was stored. The org never got it.
    CutOff,
    /// The org could not be reached last time.
    Unreachable,
    /// The org refuses calls until somebody changes a setting.
    Setting,
    /// Its sign-in has ended.
    Ended,
}

const STATES: [State; 6] =
    [State::Good, State::Due, State::CutOff, State::Unreachable, State::Setting, State::Ended];

/// What comes of a refresh that meets the fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Outcome {
    /// Nothing: a token that works.
    Works,
    /// No token this time. Once the fault is over the same sign-in works.
    Passes(Code),
    /// Somebody has to change a setting; after that the same sign-in works.
    WaitsForSetting(Code),
    /// The org ended the sign-in itself.
    Ends(Code),
    /// The org did its work, and its answer never arrived whole. Without rotation that passes. With rotation the org
    /// has replaced the token, and nobody here was told the new one.
    AnswerLost(Code),
}

use Outcome::{AnswerLost, Ends, Passes, WaitsForSetting, Works};

struct Row {
    name: &'static str,
    begin: fn(&Org),
    /// Undoes it. What cannot be undone has nothing to do here.
    end: fn(&Org),
    outcome: Outcome,
}

fn row(name: &'static str, begin: fn(&Org), end: fn(&Org), outcome: Outcome) -> Row {
    Row { name, begin, end, outcome }
}

/// A fault of the token endpoint that lasts until it is taken away.
macro_rules! at_token {
    ($name:literal, $what:expr, $outcome:expr) => {
        row($name, |org| org.fault(Fault::new($what).at(Endpoint::Token)), Org::clear_faults, $outcome)
    };
}

/// An error that the token endpoint answers with, once.
macro_rules! answers {
    ($error:literal, $description:literal, $outcome:expr) => {
        row(
            concat!($error, ": ", $description),
            |org| {
                let (error, error_description) = ($error.into(), $description.into());
                org.change(|switches| {
                    switches.next_token_error = Some(OauthError { error, error_description });
                });
            },
            |org| org.change(|switches| switches.next_token_error = None),
            $outcome,
        )
    };
}

fn nothing(_: &Org) {}

fn rows() -> Vec<Row> {
    [on_the_way(), answered(), in_the_org()].into_iter().flatten().collect()
}

/// What happens to requests and answers between the org and us.
fn on_the_way() -> Vec<Row> {
    let unreadable = Code::SalesforceUnreadable;
    vec![
        at_token!("a maintenance page", What::Maintenance, Passes(Code::SalesforceUnavailable)),
        row(
            "maintenance everywhere",
            |org| org.change(|switches| switches.maintenance = true),
            |org| org.change(|switches| switches.maintenance = false),
            Passes(Code::SalesforceUnavailable),
        ),
        at_token!("a network's sign-in page", What::ProxySignIn, Passes(unreadable)),
        at_token!("a gateway", answer(502, None), Passes(Code::SalesforceUnavailable)),
        at_token!("too many requests", answer(429, None), Passes(Code::RateLimited)),
        at_token!("too many requests, wait", answer(429, Some(60)), Passes(Code::RateLimited)),
        at_token!("a page that is not there", answer(404, None), Passes(unreadable)),
        at_token!("an empty yes", answer(200, None), Passes(unreadable)),
        at_token!("a cut line", What::Cut, Passes(Code::NetworkCut)),
        at_token!("an answer that never leaves", What::Undelivered, AnswerLost(Code::NetworkCut)),
        at_token!("an answer cut in the middle", What::CutAfter { bytes: 100 }, AnswerLost(Code::NetworkCut)),
        at_token!("an answer that ends early", What::Truncated { bytes: 100 }, AnswerLost(unreadable)),
        at_token!("an answer without an end", What::Huge { bytes: 8 << 20 }, AnswerLost(unreadable)),
        at_token!("a slow answer", What::Slow { milliseconds_per_byte: 1 }, Works),
        at_token!("a late answer", What::Late { milliseconds: 300 }, Works),
        at_token!("an answer of no type", What::ContentType { value: None }, Works),
        at_token!("a clock that is behind", What::ClockSkew { seconds: -400 * 24 * 3600 }, Works),
        at_token!("a clock that is ahead", What::ClockSkew { seconds: 400 * 24 * 3600 }, Works),
        row(
            "no introspection",
            |org| org.fault(Fault::new(What::Cut).at(Endpoint::Introspect)),
            Org::clear_faults,
            Works,
        ),
        row(
            "introspection in maintenance",
            |org| org.fault(Fault::new(What::Maintenance).at(Endpoint::Introspect)),
            Org::clear_faults,
            Works,
        ),
    ]
}

/// What the org says no with.
fn answered() -> Vec<Row> {
    vec![
        answers!("invalid_grant", "expired access/refresh token", Ends(Code::RefreshTokenDead)),
        answers!("invalid_client_id", "client identifier invalid", Ends(Code::KeyUnknown)),
        answers!("invalid_client", "invalid client credentials", Ends(Code::SecretWrong)),
        answers!(
            "app_not_found",
            "External client app is not installed in this org",
            Ends(Code::AppNotInOrg)
        ),
        answers!("inactive_user", "User is inactive", WaitsForSetting(Code::InactiveUser)),
        answers!("inactive_org", "Org is locked, closed, or suspended", WaitsForSetting(Code::InactiveOrg)),
        answers!(
            "invalid_app_access",
            "user is not admin approved to access this app",
            WaitsForSetting(Code::UserNotPermitted)
        ),
        answers!("invalid_grant", "token request is already being processed", Works),
        answers!("invalid_grant", "ip restricted", Passes(Code::LoginRestricted)),
        answers!("invalid_grant", "something new", Passes(Code::SalesforceUnreadable)),
        answers!("something_new", "never seen", Passes(Code::SalesforceUnreadable)),
        answers!("rate_limit_exceeded", "Number of logins exceeded", Passes(Code::RateLimited)),
        answers!("server_error", "retry your request", Passes(Code::SalesforceUnavailable)),
        answers!("unknown_error", "retry your request", Passes(Code::SalesforceUnavailable)),
        answers!("unsupported_grant_type", "grant type not supported", Passes(Code::Unexpected)),
    ]
}

/// What somebody does in the org.
fn in_the_org() -> Vec<Row> {
    vec![
        row(
            "everything is revoked",
            |org| org.happen(Event::RevokeAll),
            nothing,
            Ends(Code::RefreshTokenDead),
        ),
        row(
            "the sandbox is refreshed",
            |org| org.happen(Event::SandboxRefresh),
            nothing,
            Ends(Code::KeyUnknown),
        ),
        row("the app is deleted", |org| org.happen(Event::DeleteApp), nothing, Ends(Code::KeyUnknown)),
        row(
            "key and secret are rotated",
            |org| org.happen(Event::RotateCredentials { keep_former: false }),
            nothing,
            Ends(Code::KeyUnknown),
        ),
        row(
            "key and secret are rotated, the former kept",
            |org| org.happen(Event::RotateCredentials { keep_former: true }),
            nothing,
            Works,
        ),
        row(
            "the app is blocked",
            |org| org.happen(Event::BlockApp { blocked: true }),
            |org| org.happen(Event::BlockApp { blocked: false }),
            WaitsForSetting(Code::AppBlocked),
        ),
        row(
            "the user is frozen",
            |org| org.change(|switches| switches.frozen = vec!["integration@practice.example".to_owned()]),
            |org| org.change(|switches| switches.frozen.clear()),
            WaitsForSetting(Code::InactiveUser),
        ),
        row(
            "sign-ins end at once",
            |org| org.change(|switches| switches.refresh_policy = RefreshPolicy::Immediately),
            nothing,
            Ends(Code::RefreshTokenDead),
        ),
        row(
            "unused sign-ins end",
            |org| {
                org.change(|switches| switches.refresh_policy = RefreshPolicy::IfNotUsed { seconds: 60 });
                org.advance(Duration::from_secs(61));
            },
            nothing,
            Ends(Code::RefreshTokenDead),
        ),
        row(
            "an answer that names another address",
            |org| org.change(|switches| switches.next_instance_url = Some("https://evil.example".to_owned())),
            nothing,
            Works,
        ),
        row(
            "an answer that names another identity",
            |org| {
                org.change(|switches| {
                    switches.next_identity_url = Some("https://evil.example/id/a/b".to_owned());
                });
            },
            nothing,
            Works,
        ),
        row(
            "calls are refused",
            |org| org.change(|switches| switches.session_not_valid_for_rest = true),
            |org| org.change(|switches| switches.session_not_valid_for_rest = false),
            Works,
        ),
    ]
}

fn answer(status: u16, retry_after: Option<u32>) -> What {
    What::Answer { status, content_type: None, body: String::new(), retry_after }
}

struct Connection {
    core: Core,
    org: Org,
    rotation: bool,
}

impl Connection {
    async fn in_state(state: State, rotation: bool) -> Self {
        let org = Org::start(Options { rotation, ..Options::default() }).await.unwrap();
        // The pause before a busy token is asked for again takes two of the clock's seconds.
        let connection = Self { core: Core::new(20), org, rotation };
        connection.sign_in().await;
        let (core, org) = (&connection.core, &connection.org);
        match state {
            State::Good | State::Due => {}
            State::CutOff => {
                org.fault(Fault::new(What::Cut).at(Endpoint::Token).times(1));
                assert_eq!(connection.token(true).await.unwrap_err().code, Code::NetworkCut, "cut off");
            }
            State::Unreachable => {
                org.fault(Fault::new(What::Maintenance).at(Endpoint::Token).times(1));
                assert_eq!(
                    connection.token(true).await.unwrap_err().code,
                    Code::SalesforceUnavailable,
                    "away"
                );
            }
            State::Setting => {
                org.change(|switches| switches.session_not_valid_for_rest = true);
                let _: Findings = core.ask(Intent::Check { name: "p".to_owned() }).await.unwrap();
                org.change(|switches| switches.session_not_valid_for_rest = false);
                assert_eq!(connection.stands().await, (Status::NeedsYou, Some(Code::ApiRefused)), "refused");
            }
            State::Ended => {
                org.revoke_all();
                assert_eq!(connection.token(true).await.unwrap_err().code, Code::RefreshTokenDead, "ended");
            }
        }
        connection
    }

    async fn sign_in(&self) {
        // The ports are fixed.
        static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
        let _turn = TURN.lock().await;
        let mut sign_in = self.core.sign_in(&self.org, 0).await;
        let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
        Person::of(&self.org, INTEGRATION).sign_in(&url, Press::Allow).await;
        let connected = sign_in.next().await;
        assert!(matches!(connected, AttemptEvent::Connected { .. }), "{connected:?}");
    }

    async fn token(&self, fresh: bool) -> Result<Token, Failure> {
        self.core.ask(Intent::Token { name: "p".to_owned(), fresh }).await
    }

    async fn detail(&self) -> ConnectionDetail {
        self.core.ask(Intent::Show { name: "p".to_owned() }).await.unwrap()
    }

    async fn stands(&self) -> (Status, Option<Code>) {
        let connection = self.detail().await.connection;
        (connection.status, connection.reason.map(|reason| reason.code))
    }

    fn token_requests(&self) -> u64 {
        self.org.counters().requests.get("token").copied().unwrap_or_default()
    }

    /// A token that the org accepts.
    async fn works(&self, what: &str) {
        let token = self.token(true).await.unwrap_or_else(|failure| panic!("{what}: {failure:?}"));
        // EXPOSE: asked about at the org that issued it.
        assert!(self.org.token_status(token.access_token.expose()).alive, "{what}: a token that works");
    }

    /// The org accepts no token of this sign-in any more, and we say so with this code and ask no further.
    async fn has_ended(&self, code: Code, what: &str) {
        assert_eq!(self.stands().await, (Status::NeedsYou, Some(code)), "{what}: a person is needed");
        let asked = self.token_requests();
        assert!(self.token(true).await.is_err() && self.token(false).await.is_err(), "{what}: no token");
        assert_eq!(self.token_requests(), asked, "{what}: and nobody is asked for one");
        let history = self.detail().await.history;
        let reason = self.detail().await.connection.reason.unwrap();
        assert!(history[0].text.contains(&reason.message), "{what}: the history says why: {history:?}");
    }

    async fn meet(&self, row: &Row, state: State) {
        let what = format!("{} / {state:?} / rotation {}", row.name, self.rotation);
        let (before, reuses) = (self.stands().await, self.org.counters().reuses_detected);
        (row.begin)(&self.org);
        match state {
            State::Good => {
                let asked = self.token_requests();
                assert!(self.token(false).await.is_ok(), "{what}: the token at hand is good");
                assert_eq!(self.token_requests(), asked, "{what}: and nobody is asked");
            }
            State::Ended => self.has_ended(Code::RefreshTokenDead, &what).await,
            State::Due | State::CutOff | State::Unreachable | State::Setting => {
                self.refresh_meets(row, state, before, &what).await;
            }
        }
        let lost = self.rotation && matches!(row.outcome, AnswerLost(_));
        let tried = matches!(state, State::Due | State::CutOff | State::Unreachable | State::Setting);
        assert_eq!(
            self.org.counters().reuses_detected - reuses,
            u64::from(lost && tried),
            "{what}: no token is used twice, but the one try after a lost answer"
        );
    }

    async fn refresh_meets(&self, row: &Row, state: State, before: (Status, Option<Code>), what: &str) {
        // A fault that passes changes nothing where somebody is waited for anyway.
        let away = |code| if state == State::Setting { before } else { (Status::Unreachable, Some(code)) };
        match row.outcome {
            Works => {
                self.works(what).await;
                let expected = if state == State::Setting { before } else { (Status::Connected, None) };
                assert_eq!(self.stands().await, expected, "{what}");
            }
            Passes(code) => {
                self.fails(code, what).await;
                assert_eq!(self.stands().await, away(code), "{what}: the sign-in is kept");
                self.over(row);
                self.works(what).await;
            }
            WaitsForSetting(code) => {
                self.fails(code, what).await;
                assert_eq!(self.stands().await, (Status::NeedsYou, Some(code)), "{what}: a person is needed");
                self.over(row);
                self.works(what).await;
                assert_eq!(self.stands().await, (Status::Connected, None), "{what}: and then no longer");
            }
            Ends(code) => {
                // Whether the refresh that came to nothing had replaced the token, nobody here can tell.
                let lost =
                    matches!(state, State::CutOff | State::Unreachable) && code == Code::RefreshTokenDead;
                let code = if lost { Code::RefreshLost } else { code };
                self.fails(code, what).await;
                self.has_ended(code, what).await;
            }
            AnswerLost(code) => {
                self.fails(code, what).await;
                assert_eq!(self.stands().await, away(code), "{what}: the sign-in is kept");
                self.over(row);
                if self.rotation {
                    self.fails(Code::RefreshLost, what).await;
                    self.has_ended(Code::RefreshLost, what).await;
                } else {
                    self.works(what).await;
                }
            }
        }
    }

    async fn fails(&self, code: Code, what: &str) {
        let failure = self.token(true).await.err().unwrap_or_else(|| panic!("{what}: no token"));
        assert_eq!(failure.code, code, "{what}");
    }

    fn over(&self, row: &Row) {
        (row.end)(&self.org);
        // An org that asked for a pause gets it.
        self.core.clock.advance(Duration::from_secs(120));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_fault_in_every_state_ends_as_it_should_and_loses_nothing() {
    let _turn = one_at_a_time();
    let with_and_without = [false, true].map(|rotation| {
        tokio::spawn(async move {
            let mut met = 0;
            for row in &rows() {
                for state in STATES {
                    Connection::in_state(state, rotation).await.meet(row, state).await;
                    met += 1;
                }
            }
            met
        })
    });
    let mut met = 0;
    for rotation in with_and_without {
        met += rotation.await.unwrap();
    }
    let faults = rows().len();
    println!(
        "{faults} faults in {} states, with and without rotation: {met} met, 0 credentials lost",
        STATES.len()
    );
    assert_eq!(met, faults * STATES.len() * 2, "each fault in each state");
}
