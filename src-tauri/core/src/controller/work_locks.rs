//! Locks that let one task at a time, in any process, work on a connection; and the end of all work.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::time::{Instant, timeout_at};

use super::{Controller, lock};
use crate::{
    contract::view::Failure,
    explain::{self, Code},
    platform::lock::{Held, try_exclusive},
    vault::VaultError,
};

/// Work that takes longer was stopped: a refresh that is sent twice, at 30 seconds each, and has trouble to store its
/// answer takes less, and so does a disconnect with its three requests.
pub(super) const LONGEST_WORK: Duration = Duration::from_secs(120);
/// For work that is tried again later anyway.
pub(super) const NO_WAIT: Duration = Duration::ZERO;

/// The pause between two looks at whether another process still works on the connection.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Exclusive work on a connection while this value lives.
#[must_use = "the lock is released when this is dropped"]
pub(super) struct WorkLock {
    _process: Held,
    _task: tokio::sync::OwnedMutexGuard<()>,
}

/// The connections that this process works on.
#[derive(Default)]
pub(super) struct WorkLocks {
    /// A lock for each connection, by its id, for the tasks of this process.
    tasks: Mutex<BTreeMap<String, Arc<tokio::sync::Mutex<()>>>>,
    /// Whether no new work may begin.
    closed: AtomicBool,
}

impl Controller {
    /// Waits, at most this long, for exclusive work on the connection, in this process and others.
    ///
    /// # Errors
    /// [`Code::ConnectionBusy`] when other work goes on, or this process is ending.
    pub(super) async fn work_lock(&self, id: &str, at_most: Duration) -> Result<WorkLock, Failure> {
        let give_up_at = Instant::now() + at_most;
        let task = lock(&self.0.work_locks.tasks).entry(id.to_owned()).or_default().clone();
        let task = timeout_at(give_up_at, task.lock_owned()).await.map_err(|_| busy())?;
        loop {
            if self.0.work_locks.closed.load(Ordering::SeqCst) {
                return Err(busy());
            }
            let path = self.0.home.work_lock(id);
            match tokio::task::spawn_blocking(move || try_exclusive(&path)).await {
                Ok(Ok(Some(process))) => return Ok(WorkLock { _process: process, _task: task }),
                Ok(Ok(None)) if Instant::now() >= give_up_at => return Err(busy()),
                Ok(Ok(None)) => tokio::time::sleep(LOOK_AGAIN).await,
                Ok(Err(error)) => return Err(explain::failure(VaultError::from(error).code(), &[])),
                Err(_) => return Err(explain::unexpected("a task ended early")),
            }
        }
    }

    /// Returns once no work goes on: the answer to every refresh is stored, or none has come within a request's time.
    pub async fn settled(&self) {
        let tasks: Vec<_> = lock(&self.0.work_locks.tasks).values().cloned().collect();
        for task in tasks {
            drop(task.lock().await);
        }
    }

    /// Refuses new work, and returns once all present work is done.
    pub async fn close(&self) {
        self.0.work_locks.closed.store(true, Ordering::SeqCst);
        self.settled().await;
    }
}

fn busy() -> Failure {
    explain::failure(Code::ConnectionBusy, &[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        controller::Ports,
        platform::home::Home,
        ports::SystemClock,
        testing::Scripted,
        vault::{Vault, testing::MemoryKeychain},
    };

    fn controller(home: &Home) -> Controller {
        let vault = Vault::open(home, Arc::new(MemoryKeychain::default())).unwrap();
        let ports = Ports { http: Arc::new(Scripted::json(200, "")), clock: Arc::new(SystemClock) };
        Controller::new(home.clone(), vault, ports)
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_does_not_finish_is_not_waited_for_without_end() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path()).unwrap();
        let controller = controller(&home);
        let stopped = try_exclusive(&home.work_lock("a")).unwrap().unwrap();
        for at_most in [NO_WAIT, LONGEST_WORK] {
            let refused = controller.work_lock("a", at_most).await.err().map(|failure| failure.code);
            assert_eq!(refused, Some(Code::ConnectionBusy), "another process, waited for {at_most:?}");
        }
        assert!(controller.work_lock("b", NO_WAIT).await.is_ok(), "others are not held up");
        drop(stopped);
        let working = controller.work_lock("a", NO_WAIT).await.unwrap();
        let refused = controller.work_lock("a", LONGEST_WORK).await.err().map(|failure| failure.code);
        assert_eq!(refused, Some(Code::ConnectionBusy), "another task of this process");
        drop(working);
        assert!(controller.work_lock("a", NO_WAIT).await.is_ok(), "free again");
    }

    #[tokio::test]
    async fn at_the_end_nobody_begins_and_whoever_had_begun_is_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path()).unwrap();
        let controller = controller(&home);
        let begun = controller.work_lock("a", NO_WAIT).await.unwrap();
        let ending = tokio::spawn({
            let controller = controller.clone();
            async move { controller.close().await }
        });
        tokio::task::yield_now().await;
        let refused = controller.work_lock("b", NO_WAIT).await.err().map(|failure| failure.code);
        assert_eq!(refused, Some(Code::ConnectionBusy), "also on another connection");
        assert!(!ending.is_finished(), "the first is still at work");
        drop(begun);
        ending.await.unwrap();
    }
}
