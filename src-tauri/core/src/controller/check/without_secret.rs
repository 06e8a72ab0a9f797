//! Whether the app requires its secret at a refresh: one refresh is sent without it, and only where a person asked for that. It is
//! a refresh as any other in all that can be lost by one: the lock, the mark before it, and its tokens stored first.

use super::around::as_in_the_guide;
use crate::{
    contract::view::{CheckId, CheckState, Failure, Finding},
    controller::{Controller, stored, work_locks::LONGEST_WORK},
    explain::{self, Code},
    guide::StepId,
    lifecycle::renewal,
    org::oauth::{self, Trouble},
    vault::Record,
};

const BOX: &str = "Require secret for Refresh Token Flow";

/// What a refresh without the secret showed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Shown {
    /// The org refused it for want of the secret.
    Required,
    /// It brought tokens, which are stored as those of every refresh.
    NotRequired,
    /// Refused for another reason, or not answered clearly.
    CannotTell(Code),
    /// Not sent.
    NotTried,
}

impl Controller {
    /// Sends one refresh without the secret, at most. It is never sent again, whatever is answered.
    pub(super) async fn secret_at_refresh(&self, record: &Record, host: &str) -> Finding {
        let facts = [("host", host), ("alias", record.alias.as_str())];
        let say = |state| explain::finding(CheckId::SecretAtRefresh, state, None, &facts);
        match self.try_without_secret(record).await {
            Ok(Shown::Required) => say(CheckState::Pass),
            Ok(Shown::NotRequired) => {
                as_in_the_guide(say(CheckState::Warn), StepId::Security, &format!("Check {BOX}."), host)
            }
            Ok(Shown::CannotTell(code)) => {
                let told = explain::failure(code, &facts).message;
                let facts = [("answer", told.as_str())];
                explain::finding(CheckId::SecretAtRefresh, CheckState::Unknown, None, &facts)
            }
            Ok(Shown::NotTried) => say(CheckState::Skip),
            Err(Failure { code, message, fix, retryable, .. }) => {
                let state = if retryable { CheckState::Unknown } else { CheckState::Fail };
                Finding {
                    message,
                    fix,
                    ..explain::finding(CheckId::SecretAtRefresh, state, Some(code), &facts)
                }
            }
        }
    }

    async fn try_without_secret(&self, record: &Record) -> Result<Shown, Failure> {
        let working = self.work_lock(&record.id, LONGEST_WORK).await?;
        // Another process may have refreshed or removed the connection meanwhile.
        let record = self.by_id(&record.id, &record.alias).await?;
        // Where the answer to an earlier refresh may be lost, no token is risked for a question.
        if stored::needs_sign_in(&record).is_some() || record.refresh_in_flight.is_some() {
            return Ok(Shown::NotTried);
        }
        let tokens = self.tokens(&record).await?;
        let begun = self.begin_refresh(&record).await?;
        let answer =
            oauth::refresh_without_secret(self.http(), &begun.address, &begun.pair.key, &tokens.refresh)
                .await;
        let taken = match answer {
            Ok(refreshed) => self.take(&record, &begun, &tokens, refreshed).await?,
            Err(trouble) => return self.refused_without_secret(&record, &trouble).await,
        };
        drop((begun, working));
        self.learn_expiry(&record, taken).await;
        Ok(Shown::NotRequired)
    }

    /// The connection stays as it was: what the refusal says else, the next refresh with the secret finds out. After an answer that
    /// is not clear the mark stays, as after every refresh: the token may have been replaced.
    async fn refused_without_secret(&self, record: &Record, trouble: &Trouble) -> Result<Shown, Failure> {
        self.pause_as_asked(&record.id, trouble, self.now()).await;
        if renewal::leaves_the_token(trouble.code, trouble.terminal) {
            let id = record.id.clone();
            self.vault(move |vault| vault.clear_refresh_mark(&id)).await?;
        }
        let is_missed = renewal::misses_the_secret(trouble);
        Ok(if is_missed { Shown::Required } else { Shown::CannotTell(trouble.code) })
    }
}
