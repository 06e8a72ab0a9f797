//! The background process: one per user and home, the only one that listens.

use std::{io, path::PathBuf, sync::Arc, time::Duration};

use connect_core::{
    contract::view::{End, Failure, Notice},
    controller::Controller,
    explain::{self, Code},
    platform::{home::Home, lock, silence::Silence},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch},
    task::{JoinHandle, JoinSet},
    time::{Instant, sleep, timeout, timeout_at},
};

use crate::{
    client::{self, Client, Met},
    holder::{Holder, silent},
    notify,
    of_agent::StopWhenIdle,
    place::{self, Place},
    platform::{clipboard, computer, session, signals::AskedToEnd, socket},
    server::converse,
    service::Service,
    tray::{self, Surroundings},
    window::Window,
};

/// Clients served at the same time; further ones wait to be accepted.
const MOST_CLIENTS: usize = 512;

/// How long everybody waits for work under way once the agent was asked to end.
const TIME_TO_FINISH: Duration = Duration::from_secs(4);

/// Notes about clicks in the tray that may wait while an earlier one is shown.
const NOTES_AHEAD: usize = 16;

/// The pause after a failed accept, which means that this computer is short of something.
const BREATH: Duration = Duration::from_millis(100);

/// How long another agent may do nothing at all while it begins or ends.
const LONGEST_CHANGE: Duration = Duration::from_secs(8);

/// The pause between two looks at whether an agent that is about to end has ended.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    /// In the product's words, which name it.
    #[error("an agent is already running for this user")]
    AlreadyRunning(Failure),
    #[error("the agent's socket cannot be made: {0}")]
    Socket(#[from] io::Error),
}

impl AgentError {
    /// The error as a failure in words.
    pub fn failure(self) -> Failure {
        match self {
            Self::AlreadyRunning(failure) => failure,
            Self::Socket(error) => client::foreign(&error)
                .unwrap_or_else(|| explain::failure(Code::AgentSocket, &[("place", socket::WHERE_TO_LOOK)])),
        }
    }
}

/// How an agent serves.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// Whether the agent shows itself on the desktop: in the tray, and with notifications.
    pub tray: bool,
    /// The window's program, where it is installed.
    pub window: Option<PathBuf>,
    /// Whether to replace an agent of another desktop session, whose tray and windows cannot be seen from here.
    pub take_over: bool,
}

/// Serves the faces until a client, a person, a signal or the end of the session asks for the end.
///
/// # Errors
/// Another agent holds the lock, or the socket cannot be made.
pub async fn run(home: &Home, controller: Controller, manner: Manner) -> Result<(), AgentError> {
    let alone = take_over(home, manner.take_over).await?;
    let mut place = Place::take(home, alone).await?;
    let service = Arc::new(Service::new(controller));
    let controller = &service.controller;
    let mut asked = AskedToEnd::listen();
    tracing::info!(pid = std::process::id(), "the agent is ready");
    let (stop, stopped) = watch::channel(false);
    let keeping = keep_alive(controller.clone(), &stopped);
    let looking_after = tokio::spawn(place::keep_database(home.clone(), controller.clone()));
    let (quit, mut quitting) = mpsc::channel(1);
    let tray = manner.tray.then(|| show(controller, manner.window, quit, &stopped));
    let mut conversations = JoinSet::new();
    let why = tokio::select! {
        why = serve(&mut place, &service, &mut conversations) => why,
        Some(()) = quitting.recv() => End::Quit,
        () = asked.next() => End::Session,
        () = session::closed(), if manner.tray || session::ENDS_ALL => {
            tracing::info!("the session on this desktop has ended");
            // The signals of the session's end still follow; they are not a second request.
            asked.expect_one();
            End::Session
        }
    };
    let end_at = Instant::now() + TIME_TO_FINISH;
    let sign_ins_ended = controller.ends_with_this_process().await;
    controller.tell(Notice::Ending { why, sign_ins_ended });
    // Keep-alive finishes what it has begun; `finish` waits for that.
    stop.send_replace(true);
    // A client that comes now finds no socket and starts the next agent, which waits only for the lock.
    let alone = place.leave();
    controller.finish(TIME_TO_FINISH).await;
    if let Some(tray) = tray {
        // A desktop that does not answer is not waited for.
        let _ = timeout_at(end_at, tray).await;
    }
    // Requests that were accepted are answered, and clients are told how a sign-in ended.
    service.ending.send_replace(true);
    let answered = timeout_at(end_at, async { while conversations.join_next().await.is_some() {} }).await;
    if answered.is_err() {
        tracing::warn!("ended before everybody had an answer");
    }
    // What else is recorded of them is lost, and not waited for.
    let _ = timeout_at(end_at, controller.write_uses()).await;
    // This process has nothing left to finish, and the next agent may begin.
    drop(conversations);
    drop(alone);
    wait_for_answers(controller, asked).await;
    keeping.abort();
    looking_after.abort();
    clipboard::take_off();
    tracing::info!("the agent has ended");
    Ok(())
}

/// Keeps the connections alive until told to stop.
fn keep_alive(controller: Controller, stopped: &watch::Receiver<bool>) -> JoinHandle<()> {
    let (silence, told) = oneshot::channel();
    tokio::spawn(computer::watch(controller.clone(), silence, stopped.clone()));
    let stopped = stopped.clone();
    tokio::spawn(async move {
        // A `dtx` that worked without an agent may have left some.
        controller.write_uses().await;
        // Keep-alive does not begin on a network before it is known whether that is metered.
        let _ = timeout(computer::PATIENCE, told).await;
        controller.keep_alive(stopped).await;
    })
}

/// Shows the agent on the desktop. The returned task ends when the tray is gone.
fn show(
    controller: &Controller,
    window: Option<PathBuf>,
    quit: mpsc::Sender<()>,
    stopped: &watch::Receiver<bool>,
) -> JoinHandle<()> {
    let window = Window::new(window);
    let (notes, to_show) = mpsc::channel(NOTES_AHEAD);
    tokio::spawn(notify::run(controller.clone(), window.clone(), to_show, stopped.clone()));
    let surroundings = Surroundings { window, notes, quit };
    tokio::spawn(tray::run(controller.clone(), surroundings, stopped.clone()))
}

/// Waits for the answer that an org still owes to a refresh, as long as a request may take: where refresh tokens
/// rotate, it may hold the only copy of the new one. A second request to end is obeyed at once.
async fn wait_for_answers(controller: &Controller, mut again: AskedToEnd) {
    tokio::select! {
        biased;
        () = controller.close() => {}
        () = again.next() => tracing::warn!("ended before an org has answered a refresh"),
    }
}

/// Takes the agent's lock. A running agent keeps it, unless that is older than this one, or belongs to another session
/// than this one is to serve: then it is asked to end once it is idle. An agent that holds the lock without listening
/// begins, ends, or puts its socket back. All are waited for, but not one of another computer.
async fn take_over(home: &Home, from_another_session: bool) -> Result<lock::Held, AgentError> {
    loop {
        let holder = Holder::noted(home).map(|holder| holder.pid);
        let Met { client, welcome } = match Silence::within(LONGEST_CHANGE, holder, lock_of(home)).await {
            None => {
                return Err(AgentError::AlreadyRunning(silent(Holder::noted(home).map(|holder| holder.pid))));
            }
            Some(Lock::Ours(held)) => return Ok(held),
            Some(Lock::Unusable(error)) => return Err(error.into()),
            Some(Lock::Elsewhere(holder)) => return Err(AgentError::AlreadyRunning(holder.out_of_reach())),
            Some(Lock::Strangers(failure)) => return Err(AgentError::AlreadyRunning(failure)),
            Some(Lock::Anothers(met)) => met,
        };
        let is_elsewhere = from_another_session
            && welcome.version == env!("CARGO_PKG_VERSION")
            && session::name().is_some_and(|ours| welcome.session != Some(ours));
        if !(welcome.is_older() || is_elsewhere) {
            let facts = [("pid", &*welcome.pid.to_string()), ("version", &welcome.version)];
            let failure = explain::failure(Code::AgentRunning, &facts);
            return Err(AgentError::AlreadyRunning(failure));
        }
        tracing::info!(version = welcome.version, is_elsewhere, "waiting until the other agent has finished");
        // An agent that hangs up instead of answering has ended.
        let _ = client.call(StopWhenIdle).await;
        client.closed().await;
    }
}

/// Whose the agent's lock is.
enum Lock {
    Ours(lock::Held),
    /// It can be spoken to.
    Anothers(Met),
    /// On another computer that uses the same home.
    Elsewhere(Holder),
    /// Whoever answers in its place is not to be spoken to.
    Strangers(Failure),
    Unusable(io::Error),
}

/// Looks until that is known.
async fn lock_of(home: &Home) -> Lock {
    loop {
        match lock::try_exclusive(&home.agent_lock()) {
            Ok(Some(mut held)) => {
                Holder::here().note(&mut held);
                return Lock::Ours(held);
            }
            Ok(None) => {}
            Err(error) => return Lock::Unusable(error),
        }
        if let Some(holder) = Holder::elsewhere_with(home).await {
            return Lock::Elsewhere(holder);
        }
        match Client::meet(home).await {
            Ok(Some(met)) => return Lock::Anothers(met),
            Err(failure) if failure.code == Code::AgentForeign => return Lock::Strangers(failure),
            Ok(None) | Err(_) => {}
        }
        sleep(LOOK_AGAIN).await;
    }
}

/// Serves until a client asks for the end, or nothing is left to serve; says why. It stays reachable.
async fn serve(place: &mut Place, service: &Arc<Service>, conversations: &mut JoinSet<()>) -> End {
    let permits = Arc::new(Semaphore::new(MOST_CLIENTS));
    loop {
        let why = tokio::select! {
            why = serve_here(place, service, &permits, conversations) => why,
            () = place.is_lost() => place.put_back().await,
        };
        if let Some(why) = why {
            return why;
        }
    }
}

/// Serves at this place. It is watched by whoever calls, all the time: to end a watch and to begin another one takes the system
/// twenty milliseconds, for which every client would wait.
async fn serve_here(
    place: &Place,
    service: &Arc<Service>,
    permits: &Arc<Semaphore>,
    conversations: &mut JoinSet<()>,
) -> Option<End> {
    let mut stop = service.stop.subscribe();
    loop {
        tokio::select! {
            guest = next_guest(place.listener(), permits) => {
                let (stream, permit) = guest;
                let service = service.clone();
                conversations.spawn(async move {
                    if let Err(error) = converse(stream, service).await {
                        tracing::debug!(kind = %error.kind(), "a conversation ended early");
                    }
                    drop(permit);
                });
            }
            Some(_) = conversations.join_next() => {}
            Ok(why) = async { stop.wait_for(Option::is_some).await.map(|why| *why) } => {
                return Some(why.unwrap_or(End::Stop));
            }
        }
    }
}

/// Lets the next client in as soon as there is a place for it.
async fn next_guest(
    listener: &socket::Listener,
    permits: &Arc<Semaphore>,
) -> (socket::Stream, Option<OwnedSemaphorePermit>) {
    // The semaphore is never closed, so a place comes free in the end.
    let permit = permits.clone().acquire_owned().await.ok();
    loop {
        match socket::accept(listener).await {
            Ok(stream) => return (stream, permit),
            Err(error) => {
                tracing::warn!(kind = %error.kind(), "a client could not be let in");
                sleep(BREATH).await;
            }
        }
    }
}
