//! The background process: one per user and home, the only one that listens.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use connect_core::{controller::Controller, home::Home, intent::Intent, lock};
use tokio::{
    net::{UnixListener, UnixStream},
    sync::{Notify, OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch},
    task::JoinSet,
    time::{Instant, sleep, timeout, timeout_at},
};

use crate::{
    client::{Client, Met},
    desktop::machine,
    notify,
    server::{Service, converse},
    signals::Signals,
    socket,
    tray::{self, Surroundings},
    window::Window,
};

/// Faces that may talk at the same time; more wait to be accepted.
const MOST_CLIENTS: usize = 512;

/// How long everybody is kept waiting for work under way once the end was asked for.
const TIME_TO_FINISH: Duration = Duration::from_secs(4);

/// After a failed accept, which means that this computer is short of something.
const BREATH: Duration = Duration::from_millis(100);

/// Between two looks at whether an agent that is about to end has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    #[error("an agent is already running for this user")]
    AlreadyRunning,
    #[error("the agent's socket cannot be made: {0}")]
    Socket(#[from] io::Error),
}

/// Serves the faces until a client or a signal asks for the end. With the program of the `window` there is a tray, which
/// can open it.
///
/// # Errors
/// Another agent holds the lock, or the socket cannot be made.
pub async fn run(home: &Home, controller: Controller, window: Option<PathBuf>) -> Result<(), AgentError> {
    let alone = take_over(home).await?;
    let listener = socket::listen(&home.socket())?;
    let (ending, _) = watch::channel(false);
    let service = Arc::new(Service { controller, stop: Notify::new(), ending });
    tracing::info!(pid = std::process::id(), "the agent is ready");
    let (stop, stopped) = watch::channel(false);
    let keeper = service.controller.clone();
    let (silence, told) = oneshot::channel();
    tokio::spawn(machine::watch(service.controller.clone(), silence, stop.subscribe()));
    let keeping = tokio::spawn(async move {
        // Not begun on a metered network before that is known.
        let _ = timeout(machine::PATIENCE, told).await;
        keeper.keep_alive(stopped).await;
    });
    let (quit, mut quitting) = mpsc::channel(1);
    let window = window.map(Window::new);
    if let Some(window) = window.clone() {
        tokio::spawn(notify::run(service.controller.clone(), window, stop.subscribe()));
    }
    let tray = window.map(|window| {
        let surroundings = Surroundings { window, quit };
        tokio::spawn(tray::run(service.controller.clone(), surroundings, stop.subscribe()))
    });
    let mut conversations = JoinSet::new();
    let mut signals = Signals::listen()?;
    tokio::select! {
        () = serve(&listener, &service, &mut conversations) => {}
        () = signals.next() => {}
        Some(()) = quitting.recv() => {}
    }
    let end_at = Instant::now() + TIME_TO_FINISH;
    // The keeper finishes what it has begun; `finish` waits for that.
    stop.send_replace(true);
    // Whoever comes now finds no socket and starts the next agent, which waits for nothing but the lock.
    std::fs::remove_file(home.socket())?;
    drop(listener);
    service.controller.finish(TIME_TO_FINISH).await;
    if let Some(tray) = tray {
        // A desktop that does not answer is not waited for.
        let _ = timeout_at(end_at, tray).await;
    }
    // What was asked before is answered, and the end of a sign-in told.
    service.ending.send_replace(true);
    let answered = timeout_at(end_at, async { while conversations.join_next().await.is_some() {} }).await;
    if answered.is_err() {
        tracing::warn!("ended before everybody had an answer");
    }
    // Nobody waits for this process any more, and the next agent may begin.
    drop(conversations);
    drop(alone);
    wait_for_answers(&service.controller, signals).await;
    keeping.abort();
    tracing::info!("the agent has ended");
    Ok(())
}

/// The answer that an org still owes to a refresh is waited for, as long as a request may take: where refresh tokens
/// rotate, it may hold the only copy of the new one. Whoever asks for the end once more gets it.
async fn wait_for_answers(controller: &Controller, mut again: Signals) {
    tokio::select! {
        biased;
        () = controller.settled() => {}
        () = again.next() => tracing::warn!("ended before an org has answered a refresh"),
    }
}

/// The agent's lock. An agent that holds it and listens is there to stay, unless it is older than this one: then it is
/// asked to end once it is idle. One that does not listen is about to begin or to end. Both are waited for.
async fn take_over(home: &Home) -> Result<lock::Held, AgentError> {
    let mut give_up_at = Instant::now() + TIME_TO_FINISH + TIME_TO_FINISH;
    loop {
        if let Some(held) = lock::try_exclusive(&home.agent_lock())? {
            return Ok(held);
        }
        if let Ok(Some(Met { client, welcome })) = Client::meet(home).await {
            if !welcome.is_older() {
                return Err(AgentError::AlreadyRunning);
            }
            tracing::info!(version = welcome.version, "waiting until the older agent has finished");
            // One that hangs up instead of answering has ended.
            let _ = client.call::<()>(Intent::StopWhenIdle).await;
            client.closed().await;
            give_up_at = Instant::now() + TIME_TO_FINISH + TIME_TO_FINISH;
        }
        if Instant::now() >= give_up_at {
            return Err(AgentError::AlreadyRunning);
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// Until a client asks for the end.
async fn serve(listener: &UnixListener, service: &Arc<Service>, conversations: &mut JoinSet<()>) {
    let places = Arc::new(Semaphore::new(MOST_CLIENTS));
    loop {
        tokio::select! {
            guest = next_guest(listener, &places) => {
                let (stream, place) = guest;
                let service = service.clone();
                conversations.spawn(async move {
                    if let Err(error) = converse(stream, service).await {
                        tracing::debug!(kind = %error.kind(), "a conversation ended early");
                    }
                    drop(place);
                });
            }
            Some(_) = conversations.join_next() => {}
            () = service.stop.notified() => return,
        }
    }
}

/// Lets the next client in as soon as there is a place for it.
async fn next_guest(
    listener: &UnixListener,
    places: &Arc<Semaphore>,
) -> (UnixStream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so there always is a place in the end.
    let place = places.clone().acquire_owned().await.ok();
    loop {
        match socket::accept(listener).await {
            Ok(stream) => return (stream, place),
            Err(error) => {
                tracing::warn!(kind = %error.kind(), "a client could not be let in");
                sleep(BREATH).await;
            }
        }
    }
}
