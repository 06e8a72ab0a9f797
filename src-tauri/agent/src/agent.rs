//! The background process: one per user and home, the only one that listens.

use std::{io, sync::Arc, time::Duration};

use connect_core::{controller::Controller, home::Home, lock};
use tokio::{
    net::UnixListener,
    signal::unix::{SignalKind, signal},
    sync::{Notify, Semaphore, watch},
    task::JoinSet,
};

use crate::{
    server::{Service, converse},
    socket,
};

/// Faces that may talk at the same time; more wait to be accepted.
const MOST_CLIENTS: usize = 512;

/// How long work under way may take once the end was asked for.
const TIME_TO_FINISH: Duration = Duration::from_secs(5);

#[derive(Debug, thiserror::Error)]
pub enum AgentError {
    #[error("an agent is already running for this user")]
    AlreadyRunning,
    #[error("the agent's socket cannot be made: {0}")]
    Socket(#[from] io::Error),
}

/// Serves the faces until a client or a signal asks for the end.
///
/// # Errors
/// Another agent holds the lock, or the socket cannot be made.
pub async fn run(home: &Home, controller: Controller) -> Result<(), AgentError> {
    let Some(_held) = lock::try_exclusive(&home.agent_lock())? else {
        return Err(AgentError::AlreadyRunning);
    };
    let listener = socket::listen(&home.socket())?;
    let service = Arc::new(Service { controller, stop: Notify::new() });
    tracing::info!(pid = std::process::id(), "the agent is ready");
    let (stop, stopped) = watch::channel(false);
    let keeper = service.controller.clone();
    let keeping = tokio::spawn(async move { keeper.keep_alive(stopped).await });
    let served = serve(&listener, &service).await;
    // The keeper finishes what it has begun; `finish` waits for that.
    stop.send_replace(true);
    served?;
    // Whoever comes now finds no socket and starts the next agent, which waits for nothing but the lock.
    std::fs::remove_file(home.socket())?;
    drop(listener);
    service.controller.finish(TIME_TO_FINISH).await;
    keeping.abort();
    tracing::info!("the agent has ended");
    Ok(())
}

async fn serve(listener: &UnixListener, service: &Arc<Service>) -> io::Result<()> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let places = Arc::new(Semaphore::new(MOST_CLIENTS));
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            accepted = socket::accept(listener) => {
                let stream = accepted?;
                let (service, places) = (service.clone(), places.clone());
                conversations.spawn(async move {
                    let Ok(_place) = places.acquire().await else { return };
                    if let Err(error) = converse(stream, service).await {
                        tracing::debug!(kind = %error.kind(), "a conversation ended early");
                    }
                });
            }
            Some(_) = conversations.join_next() => {}
            () = service.stop.notified() => return Ok(()),
            _ = terminate.recv() => return Ok(()),
            _ = interrupt.recv() => return Ok(()),
        }
    }
}
