//! The pauses that orgs ask for: kept, respected, and told until they are over.

use std::{collections::BTreeMap, sync::Mutex};

use time::OffsetDateTime;

use super::{Controller, lock};
use crate::{
    contract::view::Failure,
    explain::{self, Code},
    lifecycle::{health, renewal},
    org::{address::Address, oauth::Trouble},
    vault::Record,
};

/// Until when the orgs of sign-ins that came to nothing asked for a pause, by host: there may be no connection to keep
/// it with.
#[derive(Default)]
pub(super) struct Pauses(Mutex<BTreeMap<String, OffsetDateTime>>);

impl Controller {
    /// Keeps the pause that an org asked for, if any, for all processes of this user.
    pub(super) async fn pause_as_asked(&self, id: &str, trouble: &Trouble, now: OffsetDateTime) {
        if let Some(until) = trouble.retry_at(now) {
            self.keep_pause(id, until).await;
        }
    }

    async fn keep_pause(&self, id: &str, until: OffsetDateTime) {
        let id = id.to_owned();
        if let Err(failure) = self.vault(move |vault| vault.set_not_before(&id, Some(until))).await {
            tracing::warn!(code = ?failure.code, "the pause that an org asked for was not stored");
        }
    }

    /// Keeps the pause that an org asked for at a sign-in. `replaces`: the connection that it was for.
    pub(super) async fn paused_sign_in(&self, host: &str, replaces: Option<&Record>, until: OffsetDateTime) {
        lock(&self.0.pauses.0).insert(host.to_owned(), until);
        if let Some(record) = replaces {
            self.keep_pause(&record.id, until).await;
        }
    }

    pub(super) async fn respect_pause(&self, record: &Record) -> Result<(), Failure> {
        let not_before = self.health_record(&record.id).await?.not_before;
        let now = self.now();
        match renewal::paused_until(not_before, now) {
            Some(until) => {
                // Not every pause is for too many requests.
                let code = record.reason.filter(|reason| *reason == Code::SalesforceUnavailable);
                let (code, facts) = (code.unwrap_or(Code::RateLimited), [("alias", record.alias.as_str())]);
                Err(explain::failure_until(code, &facts, until, now))
            }
            None => Ok(()),
        }
    }

    /// With which code the org asked for the pause that is not over yet: it stands until then, whatever else is found.
    pub(super) async fn asked_for(&self, record: &Record) -> Result<Option<Code>, Failure> {
        let code = record.reason.filter(|code| renewal::is_of_pauses(*code));
        if code.is_none() {
            return Ok(None);
        }
        let not_before = self.health_record(&record.id).await?.not_before;
        Ok(code.filter(|_| renewal::paused_until(not_before, self.now()).is_some()))
    }

    /// Refuses a sign-in before anything is opened while its org asks for a pause: it would fail after the browser.
    pub(super) async fn refuse_in_pause(&self, address: &Address) -> Result<(), Failure> {
        let now = self.now();
        let origin = address.origin().to_string();
        let of_connections = self
            .vault(move |vault| {
                let health_records = vault.health_records()?;
                let of_org = vault.list()?.into_iter().filter(|record| record.origin == origin);
                let not_before = of_org.filter_map(|record| health_records.get(&record.id)?.not_before);
                Ok(not_before.filter_map(|until| renewal::paused_until(Some(until), now)).max())
            })
            .await?;
        let of_sign_in = lock(&self.0.pauses.0).get(address.host()).copied();
        let Some(until) = of_connections.max(renewal::paused_until(of_sign_in, now)) else { return Ok(()) };
        let facts = [("host", address.host()), ("until", &health::minute_after(until))];
        Err(explain::failure_until(Code::PauseAsked, &facts, until, now))
    }

    /// Forgets the pause of an org that has just given tokens.
    pub(super) fn pause_is_over(&self, host: &str) {
        lock(&self.0.pauses.0).remove(host);
    }
}
