//! Uses every connection now and then, so that none runs out while nobody looks.

use std::time::Duration;

use tokio::sync::watch;

use super::{Controller, stored};
use crate::{
    connection::keep,
    explain::{self, Code},
    health::{self, Tries},
    vault::Tokens,
    view::Failure,
};

/// The clock is looked at this often, since timers stand still while a computer sleeps.
const LONGEST_SLEEP: Duration = Duration::from_secs(10 * 60);
/// An idle agent wakes up no more than once a minute.
const SHORTEST_SLEEP: Duration = Duration::from_secs(60);

impl Controller {
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
        if let Err(failure) = self.warn().await {
            tracing::warn!(code = ?failure.code, "nobody was told of connections that end");
        }
        if self.keep_alive_is_paused() {
            return LONGEST_SLEEP;
        }
        let Ok((records, standings)) = self.vault(|vault| Ok((vault.list()?, vault.standings()?))).await
        else {
            return LONGEST_SLEEP;
        };
        let mut not_found = 0;
        for id in health::plan(&records, &standings, tries, self.now()).due {
            if *stop.borrow() {
                break;
            }
            match self.keep(&id).await {
                Ok(()) => tries.worked(&id),
                Err(failure) => {
                    tries.failed(&id, self.now());
                    not_found += u8::from(is_offline(failure.code));
                    // Two orgs that cannot be found mean that there is no network: the others would fail too.
                    if not_found > 1 {
                        return LONGEST_SLEEP;
                    }
                }
            }
        }
        let leaving_next = self.finish_leaving(tries, stop).await;
        let next = health::plan(&records, &standings, tries, self.now()).next;
        let wait = next
            .into_iter()
            .chain(leaving_next)
            .min()
            .map_or(LONGEST_SLEEP, |next| (next - self.now()).try_into().unwrap_or(SHORTEST_SLEEP));
        wait.clamp(SHORTEST_SLEEP, LONGEST_SLEEP)
    }

    async fn keep(&self, id: &str) -> Result<(), Failure> {
        let begun_at = self.now();
        let Some(record) = self.by_id_if_any(id).await? else { return Ok(()) };
        let seen = record.issued_at;
        // Somebody may have refreshed it since the plan was made.
        let wanted = |tokens: &Tokens, _| tokens.issued_at >= begun_at || Some(tokens.issued_at) != seen;
        let token = self.refreshed(id, &record.alias, false, wanted).await?;
        let called = self.call(&stored::address_of(&record)?, &token).await;
        self.called(&record, called).await;
        self.tell_snapshot().await;
        match called {
            // The sign-in is kept; what stands in the way is looked at again later.
            Err(trouble) if keep::is_of_calls(trouble.code) => {
                Err(explain::failure(trouble.code, &[("alias", &record.alias)]))
            }
            _ => Ok(()),
        }
    }
}

fn is_offline(code: Code) -> bool {
    matches!(code, Code::NetworkDns | Code::NetworkConnect | Code::NetworkProxy)
}
