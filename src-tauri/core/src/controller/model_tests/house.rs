//! A controller over a real database, and the invariants that hold in every case.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use time::OffsetDateTime;
use tokio::sync::{Notify, watch};

use super::{
    Rotating, Step,
    org::{ACCESS, Network, Org, Wire, name, number, number_of, pair},
};
use crate::{
    contract::view::{Failure, FormerPair, OrgKind, RotationMove, RotationView, Status, Token},
    controller::{Controller, Ports, lock, work_locks::LONGEST_WORK},
    explain::Code,
    guide::rotation::Plan,
    lifecycle::health::Tries,
    platform::home::Home,
    ports::{BoxFuture, Clock},
    secret::Secret,
    vault::{Pair, Record, Tokens, Vault, testing::MemoryKeychain},
};

/// A clock that moves on by a second at each look; sleeps take no time.
pub(super) struct Ticking(pub(super) Mutex<i64>);

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

pub(super) struct House {
    home: Home,
    keychain: Arc<MemoryKeychain>,
    pub(super) clock: Arc<Ticking>,
    pub(super) org: Arc<Mutex<Org>>,
    pub(super) controller: Controller,
    pub(super) dying: Arc<Notify>,
    /// The answers that replaced a token at the org and were never stored.
    pub(super) lost: u32,
}

impl House {
    pub(super) fn new(folder: &std::path::Path) -> Self {
        let home = Home::at(folder).unwrap();
        let keychain = MemoryKeychain::new();
        let clock = Arc::new(Ticking(Mutex::new(0)));
        let org = Arc::new(Mutex::new(Org::new()));
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

    pub(super) fn restart(&mut self) {
        let wire = Wire(self.org.clone(), self.dying.clone());
        self.controller = Self::start(&self.home, &self.keychain, &self.clock, wire);
    }

    pub(super) fn sign_in(&self) {
        let (number, (key, secret)) = {
            let mut org = lock(&self.org);
            org.newest += 1;
            (org.dead, org.blocked, org.refused, org.doubts) = (false, false, false, 0);
            (org.received, org.received_with, org.revoked_here) = (org.newest, org.pair, false);
            (org.newest, pair(org.pair))
        };
        let now = self.clock.now();
        let tokens = Tokens {
            access: Secret::new(format!("{ACCESS}{number}")),
            refresh: Secret::new(name(number)),
            issued_at: now,
            expires_at: None,
            proved_at: Some(now),
        };
        let pair = Pair { key: Secret::new(key), secret: Secret::new(secret) };
        self.controller.0.vault.store_sign_in(&record(now), &pair, &tokens, "Connected.").unwrap();
    }

    pub(super) fn stored(&self) -> (Record, u32) {
        let vault = &self.controller.0.vault;
        let token = vault.tokens("a").unwrap().refresh;
        // EXPOSE: this model's own number.
        let number = number(token.expose()).unwrap();
        (vault.by_id("a").unwrap().unwrap(), number)
    }

    /// The number of the pair in use.
    pub(super) fn in_use(&self) -> u32 {
        let pair = self.controller.0.vault.pair("a").unwrap();
        // EXPOSE: this model's own number.
        number_of(pair.key.expose()).unwrap()
    }

    /// The plan of the rotation, and the number of the former pair that is kept for it.
    pub(super) fn rotation(&self) -> (Option<Plan>, Option<u32>) {
        let vault = &self.controller.0.vault;
        let former = vault.former_pair("a").unwrap();
        // EXPOSE: this model's own number.
        (vault.rotation("a").unwrap(), former.and_then(|pair| number_of(pair.key.expose())))
    }

    /// Goes on with a rotation, with a fault at the first request or at the refresh.
    pub(super) async fn rotate(&self, what: Rotating, network: Network) -> Result<RotationView, Failure> {
        {
            let mut org = lock(&self.org);
            (org.next, org.keeps_for_refresh) = (network, what == Rotating::Say(RotationMove::Prove));
        }
        let result = match what {
            Rotating::Begin { exposed } => self.controller.rotate("p", exposed).await,
            Rotating::Say(what) => self.controller.rotate_on("p", what).await,
            Rotating::Paste => {
                let (key, secret) = {
                    let org = lock(&self.org);
                    pair(org.staged.unwrap_or(org.pair))
                };
                self.controller.rotate_paste("p", &Secret::new(key), &Secret::new(secret)).await
            }
        };
        let mut org = lock(&self.org);
        (org.next, org.keeps_for_refresh) = (Network::Fine, false);
        result
    }

    /// Checks the end of a rotation: what is called dead is, and an exposed pair that works keeps it open.
    pub(super) fn check_end(
        &self,
        what: Rotating,
        over: Result<RotationView, Failure>,
        (plan, former): &(Option<Plan>, Option<u32>),
    ) {
        let mut org = lock(&self.org);
        if what == Rotating::Say(RotationMove::TakeBack) && over.is_ok() {
            // Whose end it was is known to the plan alone, and that may be gone with an org that could not be asked.
            org.revoked_here = false;
        }
        let (Some(plan), Some(former), Ok(view)) = (plan, former, over) else { return };
        if what != Rotating::Say(RotationMove::Finish) {
            return;
        }
        let works = org.takes(*former);
        assert!(view.former != Some(FormerPair::Dead) || !works, "it is dead: {view:?}");
        assert!(!plan.exposed() || view.former != Some(FormerPair::Works), "an exposed one works: {view:?}");
    }

    /// Checks what a rotation may do.
    pub(super) fn check_rotation(&self, step: Step, before: &(Option<Plan>, Option<u32>), used_before: u32) {
        let (after, used) = (self.rotation(), self.in_use());
        let org = lock(&self.org);
        let may_end = matches!(
            step,
            Step::Disconnect(_)
                | Step::Rotate(Rotating::Say(RotationMove::Finish | RotationMove::TakeBack), _)
                | Step::RotateCrash(Rotating::Say(RotationMove::Finish | RotationMove::TakeBack), _)
        );
        assert!(before.0.is_none() || after.0.is_some() || may_end, "{step:?}: the plan is never lost");
        // A pair comes into use by the tokens that prove it, and the former one back by a word of the org's alone.
        let is_taken_back = matches!(
            step,
            Step::Rotate(Rotating::Say(RotationMove::TakeBack), _)
                | Step::RotateCrash(Rotating::Say(RotationMove::TakeBack), _)
        );
        let is_proved = org.received_with == used || (is_taken_back && org.takes(used));
        assert!(used == used_before || is_proved, "{step:?}: {used} came into use unproved: {org:?}");
        let (record, _) = self.stored();
        if org.revoked_here && !matches!(step, Step::Disconnect(_)) {
            let by_others = [Some(Code::RefreshTokenDead), Some(Code::RefreshLost)];
            assert!(!by_others.contains(&record.reason), "{step:?}: we ended it ourselves: {record:?}");
        }
    }

    pub(super) async fn refresh(&self, network: Network) -> Result<Token, Failure> {
        lock(&self.org).next = network;
        let result = self.controller.token("p", true).await;
        lock(&self.org).next = Network::Fine;
        result
    }

    /// Waits until a write of a dying program is over, done or not, before anything else runs. Its threads take turns.
    pub(super) async fn settled(&self) {
        self.controller.vault(|_| Ok(())).await.unwrap();
        drop(self.controller.work_lock("a", LONGEST_WORK).await);
    }

    pub(super) async fn look(&self) {
        let ((_keep, go_on), mut tries) = (watch::channel(false), Tries::default());
        self.controller.keep_alive_once(&mut tries, &go_on).await;
    }

    /// Disconnects until nothing is left, then signs in anew. Nothing is forgotten that the org still accepts.
    pub(super) async fn disconnect(&self, network: Network) {
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

    /// Checks the invariants.
    pub(super) fn check(&mut self, step: Step, before: &(Record, u32), asked_before: u32) {
        let (record, durable) = self.stored();
        let org = lock(&self.org);
        assert!(org.most_in_flight <= 1, "{step:?}: one refresh at a time: {org:?}");
        assert!(durable >= before.1, "{step:?}: never an older token: {} after {}", durable, before.1);
        assert!(durable <= org.received, "{step:?}: only what was received is stored");
        assert_eq!(durable, org.received, "{step:?}: the newest received is the one that is stored");
        if record.status == Status::NeedsYou && record.reason != Some(Code::SignInEnded) {
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
            // A sign-in whose newest token was lost is let go of with the one before it.
            let is_lost = record.reason == Some(Code::SignInEnded) && org.received != org.newest;
            let is_over = org.dead || is_lost || !org.takes(self.in_use());
            assert!(
                is_over,
                "{step:?}: a person is needed only when the org has ended the sign-in: {record:?}"
            );
        }
        // Disconnecting and checking also ask about a connection that has ended.
        let asks = matches!(
            step,
            Step::SignIn | Step::Disconnect(_) | Step::Check(_) | Step::Rotate(..) | Step::RotateCrash(..)
        );
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
