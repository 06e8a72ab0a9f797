//! Uses every connection now and then, so that none runs out while nobody looks.

use std::{sync::atomic::Ordering, time::Duration};

use tokio::sync::watch;

use super::Controller;
use crate::{
    explain::Code,
    health::{self, Tries},
    vault::{Tokens, Vault},
    view::Failure,
};

/// The clock is looked at this often, since timers stand still while a computer sleeps.
const LONGEST_SLEEP: Duration = Duration::from_secs(10 * 60);
/// An idle agent wakes up no more than once a minute.
const SHORTEST_SLEEP: Duration = Duration::from_secs(60);

impl Controller {
    /// Whether connections are left to themselves until somebody uses them.
    pub fn keep_alive_is_paused(&self) -> bool {
        self.0.keep_alive_is_paused.load(Ordering::Relaxed)
    }

    pub fn pause_keep_alive(&self, paused: bool) {
        self.0.keep_alive_is_paused.store(paused, Ordering::Relaxed);
    }

    /// Works until told to stop; a refresh that has begun is finished first.
    pub async fn keep_alive(&self, mut stop: watch::Receiver<bool>) {
        let mut tries = Tries::default();
        while !*stop.borrow() {
            let sleep = self.keep_alive_once(&mut tries, &stop).await;
            tokio::select! {
                () = self.0.clock.sleep(sleep) => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Refreshes what is due and says how long there is nothing to do.
    pub async fn keep_alive_once(&self, tries: &mut Tries, stop: &watch::Receiver<bool>) -> Duration {
        if self.keep_alive_is_paused() {
            return LONGEST_SLEEP;
        }
        let Ok(records) = self.vault(Vault::list).await else { return LONGEST_SLEEP };
        for id in health::plan(&records, tries, self.now()).due {
            if *stop.borrow() {
                break;
            }
            match self.keep(&id).await {
                Ok(()) => tries.worked(&id),
                Err(failure) => {
                    tries.failed(&id, self.now());
                    // Without a network the others would fail too.
                    if is_offline(failure.code) {
                        break;
                    }
                }
            }
        }
        let next = health::plan(&records, tries, self.now()).next;
        let wait =
            next.map_or(LONGEST_SLEEP, |next| (next - self.now()).try_into().unwrap_or(SHORTEST_SLEEP));
        wait.clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
    }

    async fn keep(&self, id: &str) -> Result<(), Failure> {
        let begun_at = self.now();
        let Some(record) = self.by_id_if_any(id).await? else { return Ok(()) };
        let seen = record.issued_at;
        // Somebody may have refreshed it since the plan was made.
        let wanted = |tokens: &Tokens, _| tokens.issued_at >= begun_at || Some(tokens.issued_at) != seen;
        self.refreshed(id, &record.alias, wanted).await.map(drop)
    }
}

fn is_offline(code: Code) -> bool {
    matches!(code, Code::NetworkDns | Code::NetworkConnect | Code::NetworkProxy)
}
