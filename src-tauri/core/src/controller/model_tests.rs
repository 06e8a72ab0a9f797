//! The keeping of a connection against a model of an org that rotates its refresh tokens, under any order of faults,
//! crashes and callers: the real controller over a real database.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::{Pin, pin},
    sync::{Arc, Mutex},
    task::{Context, Poll},
    time::Duration,
};

use proptest::prelude::*;
use time::OffsetDateTime;
use tokio::sync::{Notify, watch};
use url::form_urlencoded;

use super::{Controller, Ports, lock};
use crate::{
    explain::Code,
    health::Tries,
    home::Home,
    intent::Token,
    ports::{BoxFuture, Clock, Http, HttpError},
    secret::Secret,
    vault::{Pair, Record, Tokens, Vault, testing::MemoryKeychain},
    view::{Failure, OrgKind, Status},
};

/// What happens to the next refresh on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Network {
    Fine,
    NoName,
    Stranger,
    TooSlow,
    RequestLost,
    AnswerLost,
    Maintenance,
    Busy,
    TooMany,
    Restricted,
    Page,
}

#[derive(Clone, Copy, Debug)]
enum Step {
    /// A caller who wants a fresh token.
    Refresh(Network),
    /// Somebody asks for a check.
    Check(Network),
    /// The agent looks after a connection that nobody used for a day.
    KeepAlive(Network),
    /// Somebody disconnects, and signs in anew once that is done.
    Disconnect(Network),
    /// Two at once.
    Two(Network),
    /// A caller whose program dies at its so-many-th step.
    Crash(Network, usize),
    /// A caller whose program dies with the answer in its hands: it is read, and nothing of it is stored.
    DiesAnswered,
    /// A caller whose program dies once the answer is stored, before it is used.
    DiesStored,
    /// An admin blocks the app, or unblocks it.
    Block(bool),
    /// An admin revokes the sign-in.
    Revoke,
    /// Somebody signs in again.
    SignIn,
}

fn network() -> impl Strategy<Value = Network> {
    use Network::{
        AnswerLost, Busy, Fine, Maintenance, NoName, Page, RequestLost, Restricted, Stranger, TooMany,
        TooSlow,
    };
    let passing = vec![NoName, Stranger, TooSlow, RequestLost, Maintenance, Busy, TooMany, Restricted, Page];
    prop_oneof![
        8 => Just(Fine),
        4 => prop::sample::select(passing),
        1 => Just(AnswerLost),
    ]
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => network().prop_map(Step::Refresh),
        3 => network().prop_map(Step::Two),
        6 => (network(), 0_usize..24).prop_map(|(network, after)| Step::Crash(network, after)),
        2 => Just(Step::DiesAnswered),
        2 => Just(Step::DiesStored),
        3 => network().prop_map(Step::Check),
        3 => network().prop_map(Step::KeepAlive),
        2 => network().prop_map(Step::Disconnect),
        2 => any::<bool>().prop_map(Step::Block),
        1 => Just(Step::Revoke),
        3 => Just(Step::SignIn),
    ];
    prop::collection::vec(step, 1..16)
}

/// The org, as far as refreshes go. Its refresh tokens are numbered.
#[derive(Debug)]
struct Org {
    newest: u32,
    dead: bool,
    blocked: bool,
    /// Whether it has said, since the last sign-in or the last token that was received, that a person has to do
    /// something.
    refused: bool,
    /// The next answer to this, once it is made, finds nobody: its asker is gone.
    dies_at: Option<&'static str>,
    next: Network,
    in_flight: u32,
    most_in_flight: u32,
    requests: u32,
    reuses: u32,
    /// The newest token that was handed over whole.
    received: u32,
}

/// The way to the org, and who is told that a program waits there to die.
struct Wire(Arc<Mutex<Org>>, Arc<Notify>);

impl Wire {
    fn answer(&self, token: Option<u32>) -> Result<http::Response<Vec<u8>>, HttpError> {
        let mut org = lock(&self.0);
        let network = std::mem::replace(&mut org.next, Network::Fine);
        org.requests += 1;
        match network {
            Network::NoName => return Err(HttpError::Dns),
            Network::Stranger => return Err(HttpError::Tls),
            Network::TooSlow => return Err(HttpError::Timeout),
            Network::RequestLost => return Err(HttpError::Cut),
            Network::Maintenance => return Ok(response(503, "<html>")),
            Network::Page => return Ok(response(200, "<html>")),
            Network::TooMany => return Ok(response(429, "")),
            Network::Busy => return Ok(refused("invalid_grant", "token request is already being processed")),
            Network::Restricted => return Ok(refused("invalid_grant", "ip restricted")),
            Network::Fine | Network::AnswerLost => {}
        }
        if org.blocked {
            org.refused = true;
            return Ok(refused("app_blocked", "this app is blocked by admin"));
        }
        if org.dead || token != Some(org.newest) {
            org.reuses += u32::from(!org.dead);
            (org.dead, org.refused) = (true, true);
            return Ok(refused("invalid_grant", "expired access/refresh token"));
        }
        org.newest += 1;
        if network == Network::AnswerLost {
            return Err(HttpError::Cut);
        }
        if org.dies_at != Some(TOKEN) {
            (org.received, org.refused) = (org.newest, false);
        }
        let number = org.newest;
        Ok(response(
            200,
            &format!(
                r#"{{"access_token":"{ACCESS}{number}","refresh_token":"{}","token_type":"Bearer"}}"#,
                name(number)
            ),
        ))
    }
}

impl Wire {
    async fn die<T>(&self) -> T {
        self.1.notify_one();
        std::future::pending().await
    }

    /// What is asked beside refreshes: about a token, to end one, and of the API.
    fn other(&self, path: &str, token: Option<u32>) -> Result<http::Response<Vec<u8>>, HttpError> {
        let mut org = lock(&self.0);
        match std::mem::replace(&mut org.next, Network::Fine) {
            Network::Fine => {}
            Network::NoName => return Err(HttpError::Dns),
            Network::Stranger => return Err(HttpError::Tls),
            Network::TooSlow => return Err(HttpError::Timeout),
            Network::RequestLost => return Err(HttpError::Cut),
            Network::AnswerLost => {
                org.dead |= path.ends_with("/revoke") && token == Some(org.newest);
                return Err(HttpError::Cut);
            }
            Network::TooMany => return Ok(response(429, "")),
            Network::Maintenance | Network::Busy | Network::Restricted => return Ok(response(503, "<html>")),
            Network::Page => return Ok(response(200, "<html>")),
        }
        let alive = !org.dead && token == Some(org.newest);
        if path.ends_with("/revoke") {
            org.dead |= alive;
            return Ok(if alive { response(200, "") } else { refused("invalid_token", "invalid token") });
        }
        if path.ends_with("/introspect") {
            let active = r#"{"active":true,"exp":7200,"iat":0}"#;
            return Ok(response(200, if alive { active } else { r#"{"active":false}"# }));
        }
        Ok(response(200, "{}"))
    }
}

impl Http for Wire {
    fn send(
        &self,
        request: http::Request<Vec<u8>>,
    ) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, HttpError>> {
        Box::pin(async move {
            let form: BTreeMap<String, String> =
                form_urlencoded::parse(request.body()).into_owned().collect();
            let number = |field: &str| -> Option<u32> { number(form.get(field)?) };
            let path = request.uri().path();
            if !path.ends_with(TOKEN) {
                if lock(&self.0).dies_at == Some("") {
                    return self.die().await;
                }
                return self.other(path, number("token"));
            }
            let _in_flight = InFlight::begin(&self.0);
            tokio::task::yield_now().await;
            let answer = self.answer(number("refresh_token"));
            if lock(&self.0).dies_at == Some(TOKEN) {
                return self.die().await;
            }
            answer
        })
    }
}

const TOKEN: &str = "/token";

/// Of a token of this model's own.
fn number(token: &str) -> Option<u32> {
    token.trim_start_matches(ACCESS).rsplit('.').next()?.parse().ok()
}

struct InFlight(Arc<Mutex<Org>>);

impl InFlight {
    fn begin(org: &Arc<Mutex<Org>>) -> Self {
        let mut now = lock(org);
        now.in_flight += 1;
        now.most_in_flight = now.most_in_flight.max(now.in_flight);
        Self(org.clone())
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        lock(&self.0).in_flight -= 1;
    }
}

fn response(status: u16, body: &str) -> http::Response<Vec<u8>> {
    let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
    http::Response::builder().status(status).header("content-type", kind).body(body.into()).unwrap()
}

fn refused(error: &str, description: &str) -> http::Response<Vec<u8>> {
    response(400, &format!(r#"{{"error":"{error}","error_description":"{description}"}}"#))
}

const ACCESS: &str = "00Daccess";

fn name(number: u32) -> String {
    format!("5Aep861.{number}")
}

/// A second passes between any two looks at it, and no sleep takes any time.
struct Ticking(Mutex<i64>);

impl Clock for Ticking {
    fn now(&self) -> OffsetDateTime {
        let mut seconds = lock(&self.0);
        *seconds += 1;
        OffsetDateTime::UNIX_EPOCH + time::Duration::seconds(*seconds)
    }

    fn sleep(&self, _: Duration) -> BoxFuture<'_, ()> {
        Box::pin(tokio::task::yield_now())
    }
}

/// A future that is dropped before its so-many-th step, as a program is that dies.
struct Dies<F> {
    left: usize,
    inner: Pin<Box<F>>,
}

impl<F: Future> Future for Dies<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        self.left -= 1;
        self.inner.as_mut().poll(context).map(Some)
    }
}

struct House {
    home: Home,
    keychain: Arc<MemoryKeychain>,
    clock: Arc<Ticking>,
    org: Arc<Mutex<Org>>,
    controller: Controller,
    dying: Arc<Notify>,
    /// Answers of the org that replaced a token and that nobody stored.
    lost: u32,
}

impl House {
    fn new(folder: &std::path::Path) -> Self {
        let home = Home::at(folder).unwrap();
        let keychain = MemoryKeychain::new();
        let clock = Arc::new(Ticking(Mutex::new(0)));
        let org = Arc::new(Mutex::new(Org {
            newest: 0,
            dead: true,
            blocked: false,
            refused: false,
            dies_at: None,
            next: Network::Fine,
            in_flight: 0,
            most_in_flight: 0,
            requests: 0,
            reuses: 0,
            received: 0,
        }));
        let dying = Arc::<Notify>::default();
        let controller = Self::start(&home, &keychain, &clock, Wire(org.clone(), dying.clone()));
        let house = Self { home, keychain, clock, org, controller, dying, lost: 0 };
        house.sign_in();
        house
    }

    fn start(home: &Home, keychain: &Arc<MemoryKeychain>, clock: &Arc<Ticking>, wire: Wire) -> Controller {
        let vault = Vault::open(home, keychain.clone()).unwrap();
        Controller::new(home.clone(), vault, Ports { http: Arc::new(wire), clock: clock.clone() })
    }

    fn restart(&mut self) {
        let wire = Wire(self.org.clone(), self.dying.clone());
        self.controller = Self::start(&self.home, &self.keychain, &self.clock, wire);
    }

    fn sign_in(&self) {
        let number = {
            let mut org = lock(&self.org);
            org.newest += 1;
            (org.dead, org.blocked, org.refused) = (false, false, false);
            org.received = org.newest;
            org.newest
        };
        let now = self.clock.now();
        let tokens = Tokens {
            access: Secret::new(format!("{ACCESS}{number}")),
            refresh: Secret::new(name(number)),
            issued_at: now,
            expires_at: None,
            proved_at: Some(now),
        };
        let pair = Pair { key: Secret::new("3MVG9key"), secret: Secret::new("0123456789") };
        self.controller.0.vault.keep_sign_in(&record(now), &pair, &tokens, "Connected.").unwrap();
    }

    fn stored(&self) -> (Record, u32) {
        let vault = &self.controller.0.vault;
        let token = vault.tokens("a").unwrap().refresh;
        // EXPOSE: a number of this model's own.
        let number = number(token.expose()).unwrap();
        (vault.by_id("a").unwrap().unwrap(), number)
    }

    async fn refresh(&self, network: Network) -> Result<Token, Failure> {
        lock(&self.org).next = network;
        let result = self.controller.token("p", true).await;
        lock(&self.org).next = Network::Fine;
        result
    }

    /// What a program was writing when it died is written, or it is not; nobody comes in between. Its threads take turns.
    async fn settled(&self) {
        self.controller.vault(|_| Ok(())).await.unwrap();
        drop(self.controller.turn("a", super::work::LONGEST_TURN).await);
    }

    async fn look(&self) {
        let ((_keep, go_on), mut tries) = (watch::channel(false), Tries::default());
        self.controller.keep_alive_once(&mut tries, &go_on).await;
    }

    /// Until nothing is left of it, and then with a new sign-in. Nothing is forgotten that the org still accepts.
    async fn disconnect(&self, network: Network) {
        lock(&self.org).next = network;
        let done = self.controller.disconnect("p").await;
        lock(&self.org).next = Network::Fine;
        let vault = &self.controller.0.vault;
        if let Err(failure) = &done {
            assert!(vault.by_id("a").unwrap().is_some(), "kept, since it could not be ended: {failure:?}");
            self.controller.disconnect("p").await.unwrap();
        }
        for _ in 0..3 {
            if !vault.leaving().unwrap().is_empty() {
                *lock(&self.clock.0) += 2 * 24 * 60 * 60;
                self.look().await;
            }
        }
        assert!(vault.leaving().unwrap().is_empty(), "nothing is left to do");
        assert!(vault.by_id("a").unwrap().is_none(), "and it is forgotten");
        let org = lock(&self.org);
        let is_known = self.lost == 0 || org.received == org.newest;
        assert!(org.dead || !is_known, "and dead at the org: {org:?}");
        drop(org);
        self.sign_in();
    }

    /// What holds whatever has happened.
    fn check(&mut self, step: Step, before: &(Record, u32), asked_before: u32) {
        let (record, durable) = self.stored();
        let org = lock(&self.org);
        assert!(org.most_in_flight <= 1, "{step:?}: one refresh at a time: {org:?}");
        assert!(durable >= before.1, "{step:?}: never an older token: {} after {}", durable, before.1);
        assert!(durable <= org.received, "{step:?}: only what was received is stored");
        assert_eq!(durable, org.received, "{step:?}: the newest received is the one that is stored");
        if record.status == Status::NeedsYou {
            assert!(org.refused, "{step:?}: a passing fault never needs a person: {record:?}, {org:?}");
        }
        assert!(
            org.reuses <= self.lost,
            "{step:?}: a token is used twice only after its answer was lost: {org:?}"
        );
        let is_ended = |record: &Record| {
            record.status == Status::NeedsYou && !record.reason.is_some_and(Code::waits_for_a_setting)
        };
        if is_ended(&record) {
            assert!(
                org.dead,
                "{step:?}: a person is needed only when the org has ended the sign-in: {record:?}"
            );
        }
        // Disconnecting asks about what is left of it, and so does a check.
        let asks = matches!(step, Step::SignIn | Step::Disconnect(_) | Step::Check(_));
        if is_ended(&before.0) && !asks {
            assert_eq!(org.requests, asked_before, "{step:?}: and then the org is not asked again");
        }
    }
}

fn record(now: OffsetDateTime) -> Record {
    Record {
        id: "a".to_owned(),
        alias: "p".to_owned(),
        origin: "http://localhost:8080".to_owned(),
        kind: OrgKind::Practice,
        org_id: "00D000000000001EAA".to_owned(),
        org_name: None,
        user_id: "005000000000001AAA".to_owned(),
        username: "ada@acme.example".to_owned(),
        instance_url: "http://localhost:8080".to_owned(),
        api_version: "67.0".to_owned(),
        scope: "api refresh_token".to_owned(),
        created_at: now,
        status: Status::Connected,
        reason: None,
        checked_at: None,
        refresh_in_flight: None,
        issued_at: Some(now),
        expires_at: None,
        proved_at: None,
        rotates: true,
    }
}

async fn live(house: &mut House, steps: Vec<Step>) {
    for step in steps {
        let before = house.stored();
        let asked = lock(&house.org).requests;
        let newest = lock(&house.org).newest;
        match step {
            Step::Refresh(network) => drop(house.refresh(network).await),
            Step::Two(network) => {
                lock(&house.org).next = network;
                let both = (house.controller.token("p", true), house.controller.token("p", true));
                drop(tokio::join!(both.0, both.1));
                lock(&house.org).next = Network::Fine;
            }
            Step::Crash(network, left) => {
                drop(pin!(Dies { left, inner: Box::pin(house.refresh(network)) }).await);
                lock(&house.org).next = Network::Fine;
                house.settled().await;
                house.restart();
            }
            Step::DiesAnswered | Step::DiesStored => {
                let at = if matches!(step, Step::DiesAnswered) { TOKEN } else { "" };
                lock(&house.org).dies_at = Some(at);
                let dying = house.dying.clone();
                tokio::select! {
                    _ = house.refresh(Network::Fine) => {}
                    () = dying.notified() => {}
                }
                lock(&house.org).dies_at = None;
                house.settled().await;
                house.restart();
            }
            Step::Check(network) => {
                lock(&house.org).next = network;
                drop(house.controller.check("p").await);
                lock(&house.org).next = Network::Fine;
            }
            Step::KeepAlive(network) => {
                *lock(&house.clock.0) += 26 * 60 * 60;
                lock(&house.org).next = network;
                house.look().await;
                lock(&house.org).next = Network::Fine;
            }
            Step::Disconnect(network) => house.disconnect(network).await,
            Step::Block(blocked) => lock(&house.org).blocked = blocked,
            Step::Revoke => lock(&house.org).dead = true,
            Step::SignIn => house.sign_in(),
        }
        let now = lock(&house.org).newest;
        house.lost += u32::from(now > newest && house.stored().1 != now);
        house.check(step, &before, asked);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, ..ProptestConfig::default() })]

    #[test]
    fn no_order_of_faults_and_crashes_loses_what_was_stored(steps in steps()) {
        let folder = tempfile::tempdir().unwrap();
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_all().max_blocking_threads(1).build().unwrap();
        runtime.block_on(async {
            let mut house = House::new(folder.path());
            live(&mut house, steps).await;
        });
    }
}
