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
    view::{Failure, Forward, Notice, Snapshot},
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

/// Whether the agent can be asked.
#[derive(Clone)]
enum Reach {
    Starting,
    Ready(Arc<Client>),
    Lost(Failure),
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
}

/// Where news goes: to the page.
pub(crate) trait Tell: Send + Sync + 'static {
    fn notice(&self, notice: &Notice);
    fn standing(&self, standing: &Standing);
    fn come_forward(&self, forward: &Forward);
}

/// Answers intents through whichever agent runs at the moment.
pub(crate) struct Agent {
    reach: watch::Receiver<Reach>,
}

/// The other half of an [`Agent`]: keeps it reachable.
pub(crate) struct Keeper {
    reach: watch::Sender<Reach>,
    home: Home,
    program: PathBuf,
}

/// The agent of `home`; `program` (`dtx`) is what starts one.
pub(crate) fn agent(home: Home, program: PathBuf) -> (Agent, Keeper) {
    let (sender, receiver) = watch::channel(Reach::Starting);
    (Agent { reach: receiver }, Keeper { reach: sender, home, program })
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
        }
    }

    async fn client(&self) -> Result<Arc<Client>, Failure> {
        let mut reach = self.reach.clone();
        let known = timeout(PATIENCE, reach.wait_for(|reach| !matches!(reach, Reach::Starting))).await;
        match known.ok().and_then(Result::ok).as_deref() {
            Some(Reach::Ready(client)) => Ok(client.clone()),
            Some(Reach::Lost(failure)) => Err(failure.clone()),
            Some(Reach::Starting) | None => Err(failure(Code::AgentBusy, &[])),
        }
    }
}

impl Keeper {
    /// Stays with the agent as long as the window lives.
    pub(crate) async fn keep(self, tell: impl Tell) {
        let mut pause = SHORTEST_PAUSE;
        loop {
            match Client::open_or_renew(&self.home, &self.program).await {
                Ok(client) => {
                    pause = SHORTEST_PAUSE;
                    self.stay_with(Arc::new(client), &tell).await;
                    self.reach.send_replace(Reach::Starting);
                    tell.standing(&Standing::Starting);
                }
                Err(failure) => {
                    self.reach.send_replace(Reach::Lost(failure.clone()));
                    tell.standing(&Standing::Lost { failure });
                }
            }
            sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// Passes on what the agent tells, until it goes away.
    async fn stay_with(&self, client: Arc<Client>, tell: &impl Tell) {
        let mut notices = client.notices();
        self.reach.send_replace(Reach::Ready(client.clone()));
        if ask_for_notices(&client, tell).await.is_err() {
            return;
        }
        tell.standing(&Standing::Ready);
        loop {
            tokio::select! {
                notice = notices.recv() => match notice {
                    Ok(Notice::ComeForward(forward)) => tell.come_forward(&forward),
                    Ok(notice) => tell.notice(&notice),
                    Err(RecvError::Lagged(_)) => {
                        if ask_for_notices(&client, tell).await.is_err() {
                            return;
                        }
                    }
                    Err(RecvError::Closed) => return,
                },
                () = client.closed() => return,
            }
        }
    }
}

/// A client that asked for a snapshot is told of every later change.
async fn ask_for_notices(client: &Client, tell: &impl Tell) -> Result<(), Failure> {
    let snapshot: Snapshot = client.call(Intent::Snapshot).await?;
    tell.notice(&Notice::Snapshot(snapshot));
    Ok(())
}
