//! What is kept for a while of connections that were disconnected: shown, brought back, and forgotten.

use super::{Controller, stored};
use crate::{
    contract::view::{ConnectionView, Disconnected, Failure, SetAsideView},
    explain::{self, Code},
    vault::SetAside,
};

impl Controller {
    /// What can be brought back, the latest first.
    pub(super) async fn set_aside(&self) -> Result<Vec<SetAsideView>, Failure> {
        let now = self.now();
        let kept = self.vault(move |vault| vault.set_aside(now)).await?;
        Ok(kept.into_iter().map(view).collect())
    }

    /// Brings back a connection with its name and history: to be signed in to, with key and secret entered anew.
    pub(super) async fn bring_back(&self, id: &str) -> Result<ConnectionView, Failure> {
        let (id, now) = (id.to_owned(), self.now());
        let back = self.vault(move |vault| vault.bring_back(&id, now)).await?;
        let alias = back.ok_or_else(unknown)?.alias;
        tracing::info!("a connection that was disconnected is brought back");
        self.tell_snapshot().await;
        Ok(self.show(&alias).await?.connection)
    }

    /// Forgets at once what is set aside under this id.
    pub(super) async fn forget_set_aside(&self, id: &str) -> Result<(), Failure> {
        if !self.drop_set_aside(id).await? {
            return Err(unknown());
        }
        self.tell_snapshot().await;
        Ok(())
    }

    /// Forgets what is set aside under this id, or of the connection that had it. Returns whether there was any.
    pub(super) async fn drop_set_aside(&self, id: &str) -> Result<bool, Failure> {
        let id = id.to_owned();
        self.vault(move |vault| vault.forget_set_aside(&id)).await
    }

    /// Forgets what was kept long enough.
    pub(super) async fn forget_old_set_aside(&self) -> Result<(), Failure> {
        let now = self.now();
        if self.vault(move |vault| vault.forget_old_set_aside(now)).await? {
            self.tell_snapshot().await;
        }
        Ok(())
    }

    /// The answer to a disconnect, with what is set aside of the connection that had this id.
    pub(super) async fn with_set_aside(&self, id: &str, done: Disconnected) -> Disconnected {
        let now = self.now();
        let kept = self.vault(move |vault| vault.set_aside(now)).await.unwrap_or_default();
        let set_aside = kept.into_iter().find(|one| one.was == id).map(view);
        Disconnected { set_aside, ..done }
    }
}

fn view(kept: SetAside) -> SetAsideView {
    let (since, until) = (kept.since, kept.until());
    SetAsideView {
        host: stored::address_of(&kept.record).map(|address| address.host().to_owned()).unwrap_or_default(),
        id: kept.record.id,
        alias: kept.alias,
        kind: kept.record.kind,
        username: kept.record.username,
        since,
        until,
    }
}

fn unknown() -> Failure {
    explain::failure(Code::SetAsideUnknown, &[])
}
