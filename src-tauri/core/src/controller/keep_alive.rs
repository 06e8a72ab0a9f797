//! Uses every connection now and then, so that none expires unnoticed.

use std::{collections::BTreeSet, time::Duration};

use time::OffsetDateTime;
use tokio::sync::watch;

use super::{Controller, stored, work_locks::NO_WAIT};
use crate::{
    contract::view::Failure,
    explain::Code,
    lifecycle::{
        health::{self, Plan, Tries},
        renewal,
    },
    ports::Machine,
    vault::{Tokens, Vault},
};

/// The longest time between two looks at the clock, since timers stand still while a computer sleeps.
const LONGEST_SLEEP: Duration = Duration::from_secs(10 * 60);
/// The shortest: an idle agent wakes up no more than once a minute.
const SHORTEST_SLEEP: Duration = Duration::from_secs(60);
/// The pause between two looks while a computer that came back catches up.
const CATCHING_UP: Duration = Duration::from_secs(1);

/// The sign that there is no network.
struct Offline;

impl Controller {
    /// Works until told to stop; a refresh that has begun is finished first.
    pub async fn keep_alive(&self, mut stop: watch::Receiver<bool>) {
        let mut tries = Tries::default();
        let mut machine = self.0.desktop.machine.subscribe();
        while !*stop.borrow() {
            let sleep = self.keep_alive_once(&mut tries, &stop).await;
            tokio::select! {
                () = self.0.clock.sleep(sleep) => {}
                // When a pause is lifted, work goes on at once.
                () = self.0.settings.changed() => {}
                // The sender is the controller's own, so this cannot fail.
                _ = machine.changed() => {}
                _ = stop.changed() => {}
            }
        }
    }

    /// Called with whether the computer's network is metered. Routine work then waits; requests of a person do not.
    pub fn network_is_metered(&self, is_metered: bool) {
        self.0
            .desktop
            .machine
            .send_if_modified(|machine| std::mem::replace(&mut machine.is_metered, is_metered) != is_metered);
    }

    /// Called when the computer woke up, or came to a network. Missed work is done now.
    pub fn computer_is_back(&self) {
        let now = self.now();
        self.sweep_pending_pairs();
        self.0.desktop.machine.send_modify(|machine| machine.returned_at = Some(now));
    }

    /// Refreshes what is due, revokes what is left to revoke, and returns how long there is nothing to do.
    pub async fn keep_alive_once(&self, tries: &mut Tries, stop: &watch::Receiver<bool>) -> Duration {
        let back_for = self.machine().returned_at.map(|at| {
            tries.returned(at);
            self.now() - at
        });
        let catches_up = back_for.is_some_and(|time| !time.is_negative() && time < health::SETTLE);
        if catches_up {
            // Connections that ended while the computer slept are shown before anybody relies on them.
            self.tell_snapshot().await;
        }
        // A vault that cannot be read now is read at the next look.
        let _ = self.end_expired_requests().await;
        let _ = self.forget_old_set_aside().await;
        let renewed = self.renew_due(tries, stop).await;
        // Only now, since a connection that was just reached needs no warning.
        self.0.expiry.has_looked();
        // The network may come up a moment after the computer.
        let later = if catches_up { SHORTEST_SLEEP } else { LONGEST_SLEEP };
        let keep_next = renewed.unwrap_or_else(|Offline| Some(self.now() + later));
        // Disconnecting is finished also while the other connections are left alone.
        let leaving_next = self.finish_leaving(tries, stop).await;
        let wait = keep_next
            .into_iter()
            .chain(leaving_next)
            .min()
            .map_or(LONGEST_SLEEP, |next| (next - self.now()).try_into().unwrap_or(SHORTEST_SLEEP));
        wait.clamp(if catches_up { CATCHING_UP } else { SHORTEST_SLEEP }, LONGEST_SLEEP)
    }

    /// Refreshes what is due, and returns when something is next. While keep-alive is paused nothing is due.
    async fn renew_due(
        &self,
        tries: &mut Tries,
        stop: &watch::Receiver<bool>,
    ) -> Result<Option<OffsetDateTime>, Offline> {
        if self.keep_alive_is_paused() {
            return Ok(None);
        }
        let mut not_found = 0;
        let due = self.plan(tries).await.due;
        let at_hand = if due.is_empty() { BTreeSet::new() } else { self.at_hand().await };
        for id in due {
            if *stop.borrow() || self.keep_alive_is_paused() {
                break;
            }
            // Routine work never prompts for a key.
            if !at_hand.contains(&id) {
                tries.failed(&id, Code::KeychainLocked, self.now());
                continue;
            }
            match self.renew(&id).await {
                Ok(()) => tries.worked(&id),
                Err(failure) => {
                    tries.failed(&id, failure.code, self.now());
                    not_found += u8::from(failure.code.is_offline());
                    // If two orgs' names cannot be resolved there is no network: the others would fail too.
                    if not_found > 1 {
                        return Err(Offline);
                    }
                }
            }
        }
        Ok(self.plan(tries).await.next)
    }

    /// The connections whose secrets can be decrypted without a prompt.
    pub(super) async fn at_hand(&self) -> BTreeSet<String> {
        self.vault(Vault::at_hand).await.unwrap_or_default()
    }

    fn machine(&self) -> Machine {
        *self.0.desktop.machine.borrow()
    }

    /// The plan; empty while the vault cannot be read, which is tried again later.
    async fn plan(&self, tries: &Tries) -> Plan {
        let known = self.vault(|vault| Ok((vault.list()?, vault.health_records()?))).await;
        let (records, health_records) = known.unwrap_or_default();
        health::plan(&records, &health_records, tries, self.machine(), self.now())
    }

    async fn renew(&self, id: &str) -> Result<(), Failure> {
        let Some(record) = self.by_id_if_any(id).await? else { return Ok(()) };
        let seen = record.issued_at;
        // Another process may have refreshed the connection since the plan was made.
        let wanted = |tokens: &Tokens, _| Some(tokens.issued_at) != seen;
        let token = self.refreshed(id, &record.alias, false, NO_WAIT, wanted).await?;
        if let Ok(tokens) = self.tokens(&record).await {
            self.learn_limits(&record, &tokens).await;
        }
        let (_, called) = self.call(&record, &stored::address_of(&record)?, token).await;
        self.called(&record, called.clone()).await;
        self.tell_snapshot().await;
        match called {
            // The sign-in is kept; the obstacle is looked at again later.
            Err(trouble) if renewal::after_failed_call(trouble.code).is_some() => {
                Err(trouble.failure(&[("alias", &record.alias)], self.now()))
            }
            _ => Ok(()),
        }
    }
}
