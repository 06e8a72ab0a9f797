//! What was missed of a sign-in: by a terminal that was stopped (Ctrl+Z) for longer than the agent keeps notices, or waits for a
//! reader. The state as it is now stands for all of it: what the sign-in waits for, or how it ended.

use connect_core::{
    contract::{
        intent,
        view::{AttemptEnded, AttemptEvent, AttemptView, Failure, Notice, Snapshot},
    },
    explain::{self, Code},
    org::oauth,
};
use tokio::sync::broadcast;

use super::Follower;
use crate::session;

impl Follower<'_> {
    /// Talks to the agent anew, once it has hung up on a reader that had stopped.
    pub(super) async fn come_back(&self) -> Result<broadcast::Receiver<Notice>, Failure> {
        self.client.come_back(&session::home()?).await?;
        Ok(self.client.notices())
    }

    /// Asks how the sign-in stands now. An agent that does not know it is another one than began it.
    pub(super) async fn catch_up(&mut self) -> Result<Option<u8>, Failure> {
        let now = match self.client.call(intent::Snapshot).await {
            // The agent has hung up, which is seen next.
            Err(failure) if failure.code == Code::AgentBusy => return Ok(None),
            now => now?,
        };
        let is_known = now.attempts.iter().any(|view| view.id == self.attempt)
            || now.ended.iter().any(|ended| ended.id == self.attempt);
        if is_known { self.stands(now).await } else { Err(explain::failure(Code::AgentBusy, &[])) }
    }

    /// Tells what of this was not told yet. `Some` exit code when the sign-in has ended.
    pub(super) async fn stands(&mut self, now: Snapshot) -> Result<Option<u8>, Failure> {
        let is_ours = |ended: &AttemptEnded| ended.id == self.attempt;
        if let Some(ended) = now.ended.into_iter().find(is_ours) {
            return self.event(ended.event).await;
        }
        let ours = now.attempts.into_iter().find(|view| view.id == self.attempt);
        let Some(AttemptView { host, key, authorize_url, found, question, noticed, browser, .. }) = ours
        else {
            return Ok(None);
        };
        (self.host, self.key) = (host, key);
        if let Some(url) = authorize_url {
            let redirect_uri = oauth::redirect_uri_of(&url).unwrap_or_default();
            self.event(AttemptEvent::Authorize { url, redirect_uri, browser }).await?;
        }
        if let (Some(found), Some(question)) = (found, question) {
            self.event(AttemptEvent::Confirm { found, question }).await?;
        }
        noticed.map_or(Ok(()), |noticed| self.tell(&noticed))?;
        Ok(None)
    }

    /// Whether this was told before: notices that were kept come after the state that had it.
    pub(super) fn is_told(&self, event: &AttemptEvent) -> bool {
        match event {
            AttemptEvent::Authorize { url, .. } => self.address.as_ref() == Some(url),
            AttemptEvent::Confirm { found, .. } => self.answered.as_ref() == Some(found),
            AttemptEvent::Waiting { .. } | AttemptEvent::Connected { .. } | AttemptEvent::Failed(_) => false,
        }
    }
}
