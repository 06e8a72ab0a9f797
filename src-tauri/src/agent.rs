//! The window's connection to the agent: finds or starts it, and finds it again after it went away.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use connect_agent::{Ask, Client, PartOf, Unread};
use connect_core::{
    contract::{
        intent,
        view::{AttemptView, ConnectionView, End, Failure, Forward, KeyProtection, Notice, Snapshot},
    },
    explain::{Code, failure},
    platform::{home::Home, process, silence::Silence},
};
use serde::{Deserialize, Serialize};
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    time::{sleep, timeout},
};

/// How long a request waits for an agent that is being started.
const PATIENCE: Duration = Duration::from_secs(15);
const SHORTEST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// While no agent is to be started from here, how often to look for one that another program started.
const LOOK_FOR_ANOTHER: Duration = Duration::from_millis(500);

/// Whether the agent can be reached.
#[derive(Clone)]
enum Reach {
    Starting,
    Ready(Arc<Client>),
    Lost(Failure),
    Stopped(Stopped),
}

/// An agent that was ended on purpose, and is not started again by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Stopped {
    /// Whether it was ended by Quit, which ends the whole program.
    quit: bool,
    /// The names of the sign-ins that were cut off.
    sign_ins: Vec<String>,
    /// The number of stored sign-ins that ended with it, because it alone had the key of the vault.
    ended: usize,
}

/// The state of the agent, for the page.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) enum AgentState {
    Starting,
    Ready,
    /// The agent cannot be reached; another try follows.
    Lost {
        failure: Failure,
    },
    /// The agent was ended on purpose, and stays so until a person starts it again.
    Stopped(Stopped),
}

/// The receiver of news: the page.
pub(crate) trait Tell: Send + Sync + 'static {
    fn notice(&self, notice: &Notice);
    /// A `Snapshot`, unparsed.
    fn snapshot(&self, snapshot: &Unread<Snapshot>);
    fn agent_state(&self, state: &AgentState);
    fn come_forward(&self, forward: &Forward);
    /// The whole program was quit.
    fn close(&self);
}

/// Sends requests to the running agent.
pub(crate) struct Agent {
    reach: Arc<watch::Sender<Reach>>,
    first: First,
}

/// The first snapshot from the agent, until it is taken or replaced by a later notice. The page loads later, and a
/// thousand connections need not be sent twice.
type First = Arc<Mutex<Option<Unread<Snapshot>>>>;

/// The other half of an [`Agent`], which keeps it reachable.
pub(crate) struct Supervisor {
    reach: Arc<watch::Sender<Reach>>,
    first: First,
    home: Home,
    program: PathBuf,
}

/// The agent of `home`, started with `program` (`dtx`).
pub(crate) fn agent(home: Home, program: PathBuf) -> (Agent, Supervisor) {
    let reach = Arc::new(watch::Sender::new(Reach::Starting));
    let first = First::default();
    (Agent { reach: reach.clone(), first: first.clone() }, Supervisor { reach, first, home, program })
}

/// The path of `dtx`, beside the window's executable.
pub(crate) fn program_beside(executable: &Path) -> PathBuf {
    process::beside(executable, "dtx")
}

impl Agent {
    /// Sends a request, waiting for an agent that is being started.
    pub(crate) async fn ask<R: Ask>(&self, request: R) -> Result<R::Reply, Failure> {
        self.client().await?.call(request).await
    }

    /// A `Snapshot`, unparsed: only the page reads it.
    pub(crate) async fn snapshot(&self) -> Result<Unread<Snapshot>, Failure> {
        match take(&self.first) {
            Some(first) => Ok(first),
            None => self.client().await?.pass_on(intent::Snapshot).await,
        }
    }

    /// The connections, where the agent can be asked for them now: what helps in trouble waits for nobody.
    pub(crate) async fn connections_if_any(&self) -> Vec<ConnectionView> {
        let Reach::Ready(client) = self.reach.borrow().clone() else { return Vec::new() };
        let asked = timeout(PATIENCE, client.call(intent::List)).await;
        asked.ok().and_then(Result::ok).unwrap_or_default()
    }

    /// What protects the key of the vault, as far as the agent says so now.
    pub(crate) async fn key_protection(&self) -> Option<KeyProtection> {
        let Reach::Ready(client) = self.reach.borrow().clone() else { return None };
        let asked = timeout(PATIENCE, client.call(intent::Vault)).await;
        asked.ok().and_then(Result::ok).and_then(|vault| vault.protection)
    }

    /// The present state of the agent.
    pub(crate) fn state(&self) -> AgentState {
        match &*self.reach.borrow() {
            Reach::Starting => AgentState::Starting,
            Reach::Ready(_) => AgentState::Ready,
            Reach::Lost(failure) => AgentState::Lost { failure: failure.clone() },
            Reach::Stopped(stopped) => AgentState::Stopped(stopped.clone()),
        }
    }

    /// Starts a stopped agent again.
    pub(crate) fn start_again(&self) {
        self.reach.send_if_modified(|reach| {
            let was_stopped = matches!(reach, Reach::Stopped(_));
            if was_stopped {
                *reach = Reach::Starting;
            }
            was_stopped
        });
    }

    async fn client(&self) -> Result<Arc<Client>, Failure> {
        let mut reach = self.reach.subscribe();
        let known = reach.wait_for(|reach| !matches!(reach, Reach::Starting));
        match Silence::within(PATIENCE, None, known).await.and_then(Result::ok).as_deref() {
            Some(Reach::Ready(client)) => Ok(client.clone()),
            Some(Reach::Lost(failure)) => Err(failure.clone()),
            Some(Reach::Stopped(_)) => Err(failure(Code::AgentStopped, &[])),
            Some(Reach::Starting) | None => Err(failure(Code::AgentBusy, &[])),
        }
    }
}

impl Supervisor {
    /// Keeps the window connected for as long as it lives.
    pub(crate) async fn run(self, tell: impl Tell) {
        let mut pause = SHORTEST_PAUSE;
        let mut found = None;
        loop {
            let reached = match found.take() {
                Some(client) => Ok(client),
                None => Client::open_or_renew(&self.home, &self.program).await,
            };
            match reached {
                Ok(client) => {
                    pause = SHORTEST_PAUSE;
                    let stopped = self.stay_with(Arc::new(client), &tell).await;
                    take(&self.first);
                    if let Some(stopped) = stopped {
                        found = self.rest(stopped, &tell).await;
                    }
                    self.reach.send_replace(Reach::Starting);
                    tell.agent_state(&AgentState::Starting);
                }
                Err(failure) => {
                    self.reach.send_replace(Reach::Lost(failure.clone()));
                    tell.agent_state(&AgentState::Lost { failure });
                }
            }
            if found.is_none() {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }

    /// Passes on the agent's notices until it goes away. `Some` when it was ended on purpose; an agent that was
    /// replaced, or crashed, is followed by the next one.
    async fn stay_with(&self, client: Arc<Client>, tell: &impl Tell) -> Option<Stopped> {
        let mut notices = client.notices();
        self.reach.send_replace(Reach::Ready(client.clone()));
        let (mut sign_ins, first) = ask_for_notices(&client, tell).await.ok()?;
        *lock(&self.first) = Some(first);
        tell.agent_state(&AgentState::Ready);
        let mut stopped = None;
        loop {
            let notice = tokio::select! {
                // What the agent said before it went is read first.
                biased;
                notice = notices.recv() => notice,
                () = client.closed() => return stopped,
            };
            // The first snapshot is outdated now.
            take(&self.first);
            match notice {
                Ok(Notice::ComeForward(forward)) => tell.come_forward(&forward),
                Ok(Notice::Ending { why: End::Newer, .. }) => {}
                Ok(Notice::Ending { why, sign_ins_ended: ended }) => {
                    // A person who is signing in is told that it was cut off.
                    if why == End::Quit && sign_ins.is_empty() {
                        tell.close();
                    }
                    let sign_ins = sign_ins.clone();
                    stopped = Some(Stopped { quit: why == End::Quit, sign_ins, ended });
                }
                Ok(notice) => {
                    if let Notice::Snapshot(snapshot) = &notice {
                        sign_ins = names(&snapshot.attempts);
                    }
                    tell.notice(&notice);
                }
                Err(RecvError::Lagged(_)) => (sign_ins, _) = ask_for_notices(&client, tell).await.ok()?,
                Err(RecvError::Closed) => return stopped,
            }
        }
    }

    /// Waits until an agent is to be started, or until another program has started one: returns that one.
    async fn rest(&self, stopped: Stopped, tell: &impl Tell) -> Option<Client> {
        self.reach.send_replace(Reach::Stopped(stopped.clone()));
        tell.agent_state(&AgentState::Stopped(stopped));
        let mut reach = self.reach.subscribe();
        loop {
            let is_wanted = reach.wait_for(|reach| !matches!(reach, Reach::Stopped(_)));
            if timeout(LOOK_FOR_ANOTHER, is_wanted).await.is_ok() {
                return None;
            }
            if let Ok(Some(client)) = Client::open(&self.home).await {
                return Some(client);
            }
        }
    }
}

/// The names of the sign-ins under way.
fn names(attempts: &[AttemptView]) -> Vec<String> {
    attempts.iter().map(|attempt| attempt.alias.clone()).collect()
}

/// The fields of a `Snapshot` that the window reads before it goes to the page.
#[derive(Deserialize)]
struct UnderWay {
    attempts: Vec<AttemptView>,
}

impl PartOf<Snapshot> for UnderWay {
    fn of(whole: Snapshot) -> Self {
        Self { attempts: whole.attempts }
    }
}

/// Asks for a snapshot, after which the agent sends every later notice.
async fn ask_for_notices(
    client: &Client,
    tell: &impl Tell,
) -> Result<(Vec<String>, Unread<Snapshot>), Failure> {
    let snapshot = client.pass_on(intent::Snapshot).await?;
    let under_way: UnderWay = snapshot.part()?;
    tell.snapshot(&snapshot);
    Ok((names(&under_way.attempts), snapshot))
}

fn take(first: &First) -> Option<Unread<Snapshot>> {
    lock(first).take()
}

fn lock(first: &First) -> MutexGuard<'_, Option<Unread<Snapshot>>> {
    first.lock().unwrap_or_else(PoisonError::into_inner)
}
