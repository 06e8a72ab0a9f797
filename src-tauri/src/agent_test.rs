//! The supervisor beside a real agent in this process: found, lost, found again.

use std::{path::Path, sync::Arc, time::Duration};

use connect_agent::{
    Unread,
    agent::Manner,
    of_agent::{Status, Stop, StopWhenIdle},
};
use connect_core::{
    contract::{
        intent,
        view::{Forward, Notice, Snapshot},
    },
    controller::{Controller, Ports},
    explain::Code,
    platform::home::Home,
    ports::{BoxFuture, Entry, Fits, Http, HttpError, Keychain, KeychainError, SystemClock},
    vault::Vault,
};
use tokio::{sync::mpsc, time::timeout};

use crate::agent::{self, Agent, AgentState, Tell};

struct NoNetwork;

impl Http for NoNetwork {
    fn send(&self, _: http::Request<Vec<u8>>) -> BoxFuture<'_, Result<http::Response<Vec<u8>>, HttpError>> {
        Box::pin(async { Err(HttpError::Connect) })
    }
}

struct NoKeychain;

impl Keychain for NoKeychain {
    fn read(&self, _: &str, _: &Fits<'_>) -> Result<Option<Entry>, KeychainError> {
        Err(KeychainError::Missing)
    }

    fn store(&self, _: &str, _: &[u8]) -> Result<(), KeychainError> {
        Err(KeychainError::Missing)
    }

    fn update(&self, _: &str, _: &[u8]) -> Result<(), KeychainError> {
        Err(KeychainError::Missing)
    }

    fn delete(&self, _: &str) -> Result<(), KeychainError> {
        Err(KeychainError::Missing)
    }
}

/// The calls that the page received, in order.
#[derive(Debug, PartialEq)]
enum Told {
    Snapshot,
    Starting,
    Ready,
    Lost,
    Stopped,
    Closed,
}

struct Page(mpsc::UnboundedSender<Told>);

impl Tell for Page {
    fn notice(&self, notice: &Notice) {
        if matches!(notice, Notice::Snapshot(_)) {
            self.0.send(Told::Snapshot).unwrap();
        }
    }

    fn snapshot(&self, _: &Unread<Snapshot>) {
        self.0.send(Told::Snapshot).unwrap();
    }

    fn come_forward(&self, _: &Forward) {}

    fn close(&self) {
        self.0.send(Told::Closed).unwrap();
    }

    fn agent_state(&self, state: &AgentState) {
        let told = match state {
            AgentState::Starting => Told::Starting,
            AgentState::Ready => Told::Ready,
            AgentState::Lost { .. } => Told::Lost,
            AgentState::Stopped(_) => Told::Stopped,
        };
        self.0.send(told).unwrap();
    }
}

struct Window {
    agent: Agent,
    told: mpsc::UnboundedReceiver<Told>,
}

impl Window {
    /// A window that finds agents but cannot start one.
    fn open(home: &Home) -> Self {
        let (agent, supervisor) = agent::agent(home.clone(), "/nonexistent/dtx".into());
        let (sender, told) = mpsc::unbounded_channel();
        tokio::spawn(supervisor.run(Page(sender)));
        Self { agent, told }
    }

    async fn until(&mut self, wanted: &Told) {
        let wait = async { while self.told.recv().await.as_ref() != Some(wanted) {} };
        timeout(Duration::from_secs(300), wait)
            .await
            .unwrap_or_else(|_| panic!("the page is never told {wanted:?}"));
    }
}

fn home() -> (tempfile::TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(folder.path()).unwrap();
    (folder, home)
}

fn start_agent(home: &Home) {
    let vault = Vault::open(home, Arc::new(NoKeychain)).unwrap();
    let ports = Ports { http: Arc::new(NoNetwork), clock: Arc::new(SystemClock) };
    let (home, controller) = (home.clone(), Controller::new(home.clone(), vault, ports));
    tokio::spawn(
        async move { connect_agent::agent::run(&home, controller, Manner::default()).await.unwrap() },
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_cannot_be_started_is_said_to_be_lost() {
    let (_folder, home) = home();
    let mut window = Window::open(&home);
    window.until(&Told::Lost).await;
    assert!(matches!(window.agent.state(), AgentState::Lost { .. }), "a page that loads later hears it too");
    let failure = window.agent.ask(Status).await.unwrap_err();
    assert!(!failure.message.is_empty(), "an intent ends in words at once: {:?}", failure.code);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_went_away_is_found_again() {
    let (_folder, home) = home();
    start_agent(&home);
    let mut window = Window::open(&home);
    window.until(&Told::Snapshot).await;
    window.until(&Told::Ready).await;
    let status = window.agent.ask(Status).await.unwrap();
    assert_eq!(status.connections, 0, "the agent answers");

    // This makes the agent give way to a newer one.
    window.agent.ask(StopWhenIdle).await.unwrap();
    window.until(&Told::Starting).await;
    window.until(&Told::Lost).await;
    start_agent(&home);
    window.until(&Told::Snapshot).await;
    window.until(&Told::Ready).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_snapshot_that_found_the_agent_is_shown_until_something_is_told() {
    const HOST: &str = "acme--uat.sandbox.my.salesforce.com";
    let (_folder, home) = home();
    start_agent(&home);
    let mut window = Window::open(&home);
    window.until(&Told::Ready).await;
    let shown = text_shown(&window).await;
    assert!(!shown.contains(HOST), "nothing is set up yet: {shown}");

    let mut later = Window::open(&home);
    later.until(&Told::Ready).await;
    window.agent.ask(intent::SetUp { address: HOST.to_owned() }).await.unwrap();
    later.until(&Told::Snapshot).await;
    let shown = text_shown(&later).await;
    assert!(shown.contains(HOST), "what was told since is not kept back: {shown}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_was_stopped_is_not_started_until_somebody_wants_it_back() {
    let (_folder, home) = home();
    start_agent(&home);
    let mut window = Window::open(&home);
    window.until(&Told::Ready).await;
    window.agent.ask(Stop).await.unwrap();
    window.until(&Told::Stopped).await;
    let failure = window.agent.ask(Status).await.unwrap_err();
    assert_eq!(failure.code, Code::AgentStopped, "what the page asks meanwhile ends in words");
    assert!(window.told.try_recv().is_err(), "and starts none");
    window.agent.start_again();
    // The window tries to start an agent, cannot, and says so.
    window.until(&Told::Lost).await;

    start_agent(&home);
    window.until(&Told::Ready).await;
    window.agent.ask(Stop).await.unwrap();
    window.until(&Told::Stopped).await;
    start_agent(&home);
    window.until(&Told::Ready).await;
}

/// The text of the snapshot for the page.
async fn text_shown(window: &Window) -> String {
    serde_json::to_string(&window.agent.snapshot().await.unwrap()).unwrap()
}

#[test]
fn dtx_lies_beside_the_window() {
    let program = agent::program_beside(Path::new("/opt/datatrax/datatrax-connect"));
    assert_eq!(program.parent(), Some(Path::new("/opt/datatrax")), "in the same folder");
    assert_eq!(program.file_stem().and_then(|name| name.to_str()), Some("dtx"), "under its own name");
}
