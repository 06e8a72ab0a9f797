use std::time::Duration;

use connect_core::{
    contract::{
        intent::{self, Reconnect, SignInOptions},
        view::{AttemptEvent, ConnectionDetail, Disconnected, Failure, Findings, LeavingView, Status, Token},
    },
    controller::Warning,
    explain::Code,
    lifecycle::health::Tries,
};
use practice_org::{Options, Org};
use tokio::sync::watch;

use crate::{Core, INTEGRATION, Person, Press, SignIn, asked};

pub const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// A connection `p` to a practice org, kept by the core in the test's process, and both clocks.
pub struct Kept {
    pub core: Core,
    pub org: Org,
    tries: Tries,
    told: Vec<u8>,
}

impl Kept {
    pub async fn new() -> Self {
        Self::at_speed(20).await
    }

    /// With a clock that runs `speed` times as fast as real time.
    pub async fn at_speed(speed: u32) -> Self {
        let (core, org) = (Core::new(speed), Org::start(Options::default()).await.unwrap());
        let mut sign_in = core.sign_in(&org, 0).await;
        sign_in.finish(&org).await;
        Self { core, org, tries: Tries::default(), told: Vec::new() }
    }

    /// The agent's work at each wake-up, on a desktop that shows notifications.
    pub async fn look(&mut self) {
        self.look_unseen().await;
        for end in self.core.controller.untold().await.unwrap().ends {
            let Warning { alias, days, text } = &end.warning;
            assert!(alias == "p" && text.ends_with('.'), "in words: {text}");
            self.told.push(*days);
            self.core.controller.told(end).await.unwrap();
        }
    }

    /// The same where no notification can be shown.
    pub async fn look_unseen(&mut self) {
        let (_keep, go_on) = watch::channel(false);
        self.core.controller.keep_alive_once(&mut self.tries, &go_on).await;
    }

    /// Moves both clocks forward.
    pub fn advance(&self, by: Duration) {
        self.core.clock.advance(by);
        self.org.advance(by);
    }

    pub async fn check(&self) -> Findings {
        self.core.ask(intent::Check::of("p")).await.unwrap()
    }

    pub async fn token(&self, fresh: bool) -> Result<Token, Failure> {
        self.core.ask(intent::Token { name: "p".to_owned(), fresh, min_ttl: None, for_run: false }).await
    }

    pub async fn detail(&self) -> ConnectionDetail {
        self.core.ask(intent::Show { name: "p".to_owned() }).await.unwrap()
    }

    pub async fn history(&self) -> Vec<String> {
        self.detail().await.history.into_iter().map(|line| line.text).collect()
    }

    pub async fn stands(&self) -> (Status, Option<Code>) {
        let connection = self.detail().await.connection;
        (connection.status, connection.reason.map(|reason| reason.code))
    }

    pub async fn leaving(&self) -> Vec<LeavingView> {
        self.core.ask(intent::Leaving).await.unwrap()
    }

    pub async fn disconnect(&self) -> Disconnected {
        self.core.ask(intent::Disconnect { name: "p".to_owned() }).await.unwrap()
    }

    /// Begins a new sign-in.
    pub async fn reconnect(&self) -> SignIn {
        let notices = self.core.controller.notices();
        let options = SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() };
        let reconnect = Reconnect { name: "p".to_owned(), key: None, secret: None, options };
        let started = self.core.ask(reconnect).await.unwrap();
        SignIn { attempt: started.attempt, notices }
    }

    /// The days left in each warning shown.
    pub fn warnings(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.told)
    }

    pub fn asked(&self, endpoint: &str) -> u64 {
        asked(&self.org, endpoint)
    }
}

impl SignIn {
    /// The org's integration user signs in and presses Allow.
    pub async fn finish(&mut self, org: &Org) {
        let AttemptEvent::Authorize { url, .. } = self.next().await else { panic!("an address to open") };
        Person::of(org, INTEGRATION).sign_in(&url, Press::Allow).await;
        let connected = self.next().await;
        assert!(matches!(connected, AttemptEvent::Connected { .. }), "{connected:?}");
    }
}
