//! The way to the agent: found or started, found again when it goes away.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use connect_agent::client::Client;
use connect_core::{
    explain::{Code, failure},
    home::Home,
    intent::Intent,
    view::{End, Failure, Forward, Notice, Snapshot},
};
use serde::{Serialize, de::DeserializeOwned};
use tokio::{
    sync::{broadcast::error::RecvError, watch},
    time::{sleep, timeout},
};

/// How long an intent waits for an agent that is being started.
const PATIENCE: Duration = Duration::from_secs(15);
const SHORTEST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(20);

/// While none is to be started from here, how often it is looked whether somebody else has started one.
const LOOK_FOR_ANOTHER: Duration = Duration::from_millis(500);

/// Whether the agent can be asked.
#[derive(Clone)]
enum Reach {
    Starting,
    Ready(Arc<Client>),
    Lost(Failure),
    Stopped(Stopped),
}

/// An agent that was ended on purpose, and is not started again by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Stopped {
    /// By Quit in the tray, which means the whole program.
    quit: bool,
    /// The names of the sign-ins that ended with it.
    sign_ins: Vec<String>,
}

/// What the page is told about the agent itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum Standing {
    Starting,
    Ready,
    /// It cannot be reached; it is tried again.
    Lost {
        failure: Failure,
    },
    /// It was ended on purpose, and stays so until somebody wants it back.
    Stopped(Stopped),
}

/// Where news goes: to the page.
pub(crate) trait Tell: Send + Sync + 'static {
    fn notice(&self, notice: &Notice);
    fn standing(&self, standing: &Standing);
    fn come_forward(&self, forward: &Forward);
    /// The whole program was quit.
    fn close(&self);
}

/// Answers intents through whichever agent runs at the moment.
pub(crate) struct Agent {
    reach: Arc<watch::Sender<Reach>>,
}

/// The other half of an [`Agent`]: keeps it reachable.
pub(crate) struct Keeper {
    reach: Arc<watch::Sender<Reach>>,
    home: Home,
    program: PathBuf,
}

/// The agent of `home`; `program` (`dtx`) is what starts one.
pub(crate) fn agent(home: Home, program: PathBuf) -> (Agent, Keeper) {
    let reach = Arc::new(watch::Sender::new(Reach::Starting));
    (Agent { reach: reach.clone() }, Keeper { reach, home, program })
}

/// `dtx` lies beside the window's own executable.
pub(crate) fn program_beside(executable: &Path) -> PathBuf {
    executable.with_file_name(format!("dtx{}", std::env::consts::EXE_SUFFIX))
}

impl Agent {
    /// Sends an intent, waiting for an agent that is being started.
    pub(crate) async fn ask<T: DeserializeOwned>(&self, intent: Intent) -> Result<T, Failure> {
        self.client().await?.call(intent).await
    }

    /// How the agent stands at this moment.
    pub(crate) fn standing(&self) -> Standing {
        match &*self.reach.borrow() {
            Reach::Starting => Standing::Starting,
            Reach::Ready(_) => Standing::Ready,
            Reach::Lost(failure) => Standing::Lost { failure: failure.clone() },
            Reach::Stopped(stopped) => Standing::Stopped(stopped.clone()),
        }
    }

    /// Has an agent that was stopped started again.
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
        let known = timeout(PATIENCE, reach.wait_for(|reach| !matches!(reach, Reach::Starting))).await;
        match known.ok().and_then(Result::ok).as_deref() {
            Some(Reach::Ready(client)) => Ok(client.clone()),
            Some(Reach::Lost(failure)) => Err(failure.clone()),
            Some(Reach::Stopped(_)) => Err(failure(Code::AgentStopped, &[])),
            Some(Reach::Starting) | None => Err(failure(Code::AgentBusy, &[])),
        }
    }
}

impl Keeper {
    /// Stays with the agent as long as the window lives.
    pub(crate) async fn keep(self, tell: impl Tell) {
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
                    if let Some(stopped) = self.stay_with(Arc::new(client), &tell).await {
                        found = self.rest(stopped, &tell).await;
                    }
                    self.reach.send_replace(Reach::Starting);
                    tell.standing(&Standing::Starting);
                }
                Err(failure) => {
                    self.reach.send_replace(Reach::Lost(failure.clone()));
                    tell.standing(&Standing::Lost { failure });
                }
            }
            if found.is_none() {
                sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }

    /// Passes on what the agent tells, until it goes away. Says how, when it was ended on purpose; one that makes place
    /// for another, or says nothing, is followed by the next.
    async fn stay_with(&self, client: Arc<Client>, tell: &impl Tell) -> Option<Stopped> {
        let mut notices = client.notices();
        self.reach.send_replace(Reach::Ready(client.clone()));
        let mut sign_ins = names(&ask_for_notices(&client, tell).await.ok()?);
        tell.standing(&Standing::Ready);
        let mut stopped = None;
        loop {
            let notice = tokio::select! {
                // What it said before it went comes first.
                biased;
                notice = notices.recv() => notice,
                () = client.closed() => return stopped,
            };
            match notice {
                Ok(Notice::ComeForward(forward)) => tell.come_forward(&forward),
                Ok(Notice::Ending { why: End::Newer }) => {}
                Ok(Notice::Ending { why }) => {
                    // Somebody who is signing in is told what became of it.
                    if why == End::Quit && sign_ins.is_empty() {
                        tell.close();
                    }
                    let sign_ins = sign_ins.clone();
                    stopped = Some(Stopped { quit: why == End::Quit, sign_ins });
                }
                Ok(notice) => {
                    if let Notice::Snapshot(snapshot) = &notice {
                        sign_ins = names(snapshot);
                    }
                    tell.notice(&notice);
                }
                Err(RecvError::Lagged(_)) => sign_ins = names(&ask_for_notices(&client, tell).await.ok()?),
                Err(RecvError::Closed) => return stopped,
            }
        }
    }

    /// Starts nothing until it is asked to, or until somebody else has: then with that agent.
    async fn rest(&self, stopped: Stopped, tell: &impl Tell) -> Option<Client> {
        self.reach.send_replace(Reach::Stopped(stopped.clone()));
        tell.standing(&Standing::Stopped(stopped));
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

/// What the sign-ins under way are called.
fn names(snapshot: &Snapshot) -> Vec<String> {
    snapshot.attempts.iter().map(|attempt| attempt.alias.clone()).collect()
}

/// A client that asked for a snapshot is told of every later change.
async fn ask_for_notices(client: &Client, tell: &impl Tell) -> Result<Snapshot, Failure> {
    let snapshot: Snapshot = client.call(Intent::Snapshot).await?;
    tell.notice(&Notice::Snapshot(snapshot.clone()));
    Ok(snapshot)
}
