//! A connection's state after a request to its org: status, reason and the line of history.

use time::OffsetDateTime;

use super::Controller;
use crate::{
    contract::view::{Failure, LeavingView, Status},
    explain::{self, Code},
    lifecycle::{health, renewal},
    org::{oauth::Trouble, rest::ApiAccess},
    vault::{Change, HealthRecord, Record},
};

impl Controller {
    /// Records a request that failed. A passing fault leaves a connection that needs a person as it was.
    pub(super) async fn came_to_nothing(
        &self,
        record: &Record,
        status: Status,
        reason: Failure,
    ) -> Result<(), Failure> {
        if record.status == Status::NeedsYou && status == Status::Unreachable {
            return Ok(());
        }
        let same = (record.status, record.reason.filter(|_| status == Status::NeedsYou))
            == (status, Some(reason.code).filter(|_| status == Status::NeedsYou));
        let line = (!same).then(|| match status {
            Status::NeedsYou => reason.message,
            Status::Connected | Status::NotConnected | Status::Unreachable => {
                format!("Could not be reached. {}", reason.message)
            }
        });
        self.change(record, status, Some(reason.code), false, line).await
    }

    /// Records a call of the org's API with a valid token.
    pub(super) async fn called(&self, record: &Record, result: Result<ApiAccess, Trouble>) {
        let Ok(Some(current)) = self.by_id_if_any(&record.id).await else { return };
        let changed = match result {
            // A plain 403 may be a proxy's.
            Ok(ApiAccess::CannotTell) => Ok(()),
            Ok(ApiAccess::Proven { .. }) => self.call_worked(&current).await,
            Err(trouble) => self.call_came_to_nothing(&current, &trouble).await,
        };
        if let Err(failure) = changed {
            tracing::warn!(code = ?failure.code, "what a call came to was not stored");
        }
    }

    async fn call_worked(&self, record: &Record) -> Result<(), Failure> {
        let line = match record.status {
            Status::NeedsYou => Some("Works again.".to_owned()),
            Status::Unreachable => Some(self.reached_again(record).await?),
            Status::Connected | Status::NotConnected => None,
        };
        self.change(record, Status::Connected, None, true, line).await
    }

    async fn call_came_to_nothing(&self, record: &Record, trouble: &Trouble) -> Result<(), Failure> {
        let Some(status) = renewal::after_failed_call(trouble.code) else { return Ok(()) };
        let host = super::stored::address_of(record).map(|address| address.host().to_owned());
        let host = host.unwrap_or_default();
        let facts = [("alias", record.alias.as_str()), ("user", record.username.as_str()), ("host", &host)];
        let reason = self.with_hindrance(trouble.failure(&facts, self.now()));
        if status == Status::Unreachable {
            return self.came_to_nothing(record, status, reason).await;
        }
        let line = (record.reason != Some(trouble.code)).then_some(reason.message);
        self.change(record, status, Some(trouble.code), false, line).await
    }

    /// Adds a line to the history for a refresh that worked after one that did not.
    pub(super) async fn note_recovery(&self, before: &Record) -> Result<(), Failure> {
        let line = match before.status {
            Status::Unreachable => self.reached_again(before).await?,
            Status::NeedsYou if !before.reason.is_some_and(renewal::is_of_calls) => "Works again.".to_owned(),
            Status::NeedsYou | Status::Connected | Status::NotConnected => return Ok(()),
        };
        let (id, now) = (before.id.clone(), self.now());
        self.vault(move |vault| vault.note(&id, now, &line)).await
    }

    async fn reached_again(&self, before: &Record) -> Result<String, Failure> {
        let since = self.health_record(&before.id).await?.since.map(health::minute);
        let since = since.map(|since| format!(" It could not be reached since {since}."));
        Ok(format!("Reached again.{}", since.unwrap_or_default()))
    }

    /// Keeps the pause that an org asked for, if any, for all processes of this user.
    pub(super) async fn pause_as_asked(&self, id: &str, trouble: &Trouble, now: OffsetDateTime) {
        let Some(until) = trouble.retry_at(now) else { return };
        let id = id.to_owned();
        if let Err(failure) = self.vault(move |vault| vault.set_not_before(&id, Some(until))).await {
            tracing::warn!(code = ?failure.code, "the pause that an org asked for was not stored");
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

    pub(super) async fn health_record(&self, id: &str) -> Result<HealthRecord, Failure> {
        let id = id.to_owned();
        self.vault(move |vault| vault.health_record(&id)).await
    }

    /// The connections whose tokens are still to be revoked.
    pub(super) async fn leaving(&self) -> Result<Vec<LeavingView>, Failure> {
        let leaving = self.vault(crate::vault::Vault::leaving).await?;
        let view = |leaving: crate::vault::Leaving| LeavingView {
            host: super::stored::address_of(&leaving.record)
                .map(|address| address.host().to_owned())
                .unwrap_or_default(),
            alias: leaving.alias,
            since: leaving.since,
        };
        Ok(leaving.into_iter().map(view).collect())
    }

    async fn change(
        &self,
        record: &Record,
        status: Status,
        reason: Option<Code>,
        confirmed: bool,
        line: Option<String>,
    ) -> Result<(), Failure> {
        let (id, change) = (record.id.clone(), Change { status, reason, at: self.now(), confirmed, line });
        self.vault(move |vault| vault.change_status(&id, &change)).await
    }
}
