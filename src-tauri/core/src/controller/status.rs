//! A connection's state after a request to its org: status, reason and the line of history.

use super::Controller;
use crate::{
    contract::view::{Failure, LeavingView, Status},
    explain::Code,
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
        let asked_for = self.asked_for(record).await?;
        let code = asked_for.filter(|_| status == Status::Unreachable && !renewal::is_of_pauses(reason.code));
        let same = (record.status, record.reason.filter(|_| status == Status::NeedsYou))
            == (status, Some(reason.code).filter(|_| status == Status::NeedsYou));
        let line = (!same).then(|| match status {
            Status::NeedsYou => reason.message,
            // An org that asks for a pause has answered.
            Status::Unreachable if reason.code == Code::RateLimited || reason.retry_at.is_some() => {
                let until =
                    reason.retry_at.map(|at| format!(" The pause lasts until {}.", health::minute_after(at)));
                format!("{}{}", reason.message, until.unwrap_or_default())
            }
            Status::Connected | Status::NotConnected | Status::Unreachable => {
                format!("Could not be reached. {}", reason.message)
            }
        });
        self.change(record, status, Some(code.unwrap_or(reason.code)), false, line).await
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
        let asked_for = self.asked_for(record).await?;
        let line = match record.status {
            Status::NeedsYou => Some("Works again.".to_owned()),
            Status::Unreachable if asked_for.is_some() => {
                Some("A call worked. The pause that Salesforce asked for is not over yet.".to_owned())
            }
            Status::Unreachable => Some(self.reached_again(record).await?),
            Status::Connected | Status::NotConnected => None,
        };
        self.change(record, Status::Connected, asked_for, true, line).await
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
        if before.reason == Some(Code::RateLimited) {
            return Ok("Works again, after a pause that Salesforce asked for.".to_owned());
        }
        let since = self.health_record(&before.id).await?.since.map(health::minute);
        let since = since.map(|since| format!(" It could not be reached since {since}."));
        Ok(format!("Reached again.{}", since.unwrap_or_default()))
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
