//! Who keeps the vault's key, and how a person changes that.

use tokio::sync::broadcast::error::RecvError;

use super::Controller;
use crate::{
    contract::{
        intent::Protect,
        view::{Failure, KeyProtection, Notice, VaultView},
    },
    explain::{self, Code},
    lifecycle::health,
    secret::Secret,
    vault::{self, NewProtection, Record, Vault, VaultError},
};

/// The failure for an error of the vault, in words that name the keychains.
pub(super) fn told(vault: &Vault, error: VaultError) -> Failure {
    let (took, answers) = if error.code().is_about_keychain() { vault.keychains() } else { (None, None) };
    let names = [("took", took), ("keychain", answers)];
    let mut facts: Vec<_> = names.into_iter().filter_map(|(fact, name)| Some((fact, name?))).collect();
    if let Some(file) = vault.passphrase_file() {
        facts.extend(vault::facts_of_file(file, error));
    }
    let facts: Vec<_> = facts.iter().map(|(fact, text)| (*fact, text.as_str())).collect();
    explain::failure(error.code(), &facts)
}

impl Controller {
    pub(super) async fn vault_view(&self) -> Result<VaultView, Failure> {
        let (view, beside) = self.vault(|vault| Ok((vault.view()?, vault.is_beside_another()?))).await?;
        Ok(VaultView { beside, copied: self.copied().await?.len(), ..view })
    }

    /// The number of connections whose sign-in ends with this process; none where that cannot be read.
    pub async fn ends_with_this_process(&self) -> usize {
        self.vault(Vault::session_only).await.unwrap_or_else(|failure| {
            tracing::warn!(code = ?failure.code, "which sign-ins end with the agent could not be read");
            0
        })
    }

    /// Returns once another process may take this one's place: no sign-in is under way, and none ends with this process.
    pub async fn can_make_way(&self) {
        let mut notices = self.notices();
        loop {
            self.idle().await;
            if self.ends_with_this_process().await == 0 {
                return;
            }
            if let Err(RecvError::Closed) = notices.recv().await {
                return;
            }
        }
    }

    /// The ids of the connections whose tokens may be a copy's.
    async fn copied(&self) -> Result<Vec<String>, Failure> {
        let (records, health_records) =
            self.vault(|vault| Ok((vault.list()?, vault.health_records()?))).await?;
        let is_copied = |record: &Record| {
            health_records.get(&record.id).is_some_and(|known| health::may_be_copied(record, known))
        };
        Ok(records.into_iter().filter(is_copied).map(|record| record.id).collect())
    }

    /// Looks whether the database is still where others find it, and puts it back where it was deleted. Every face then draws
    /// what is stored now.
    pub async fn look_after_database(&self) {
        match self.vault(Vault::look_after).await {
            Ok(false) => {}
            Ok(true) => self.tell_snapshot().await,
            Err(failure) => tracing::warn!(code = ?failure.code, "the database cannot be gone on with"),
        }
    }

    pub(super) async fn unlock(&self, passphrase: Secret) -> Result<(), Failure> {
        self.vault(move |vault| vault.unlock(&passphrase)).await?;
        self.tell_snapshot().await;
        Ok(())
    }

    pub(super) async fn protect(&self, protect: Protect) -> Result<VaultView, Failure> {
        let Protect { protection, passphrase, present, start_over } = protect;
        let wanted = match (protection, passphrase) {
            (KeyProtection::Keychain, _) => NewProtection::Keychain,
            (KeyProtection::Session, _) => NewProtection::Session,
            (KeyProtection::Passphrase, Some(passphrase)) => NewProtection::Passphrase(passphrase),
            (KeyProtection::Passphrase, None) => return Err(explain::failure(Code::PassphraseNeeded, &[])),
        };
        let now = self.now();
        self.vault(move |vault| vault.protect(&wanted, present.as_ref(), start_over, now)).await?;
        // A person who did not ask for the change learns of it; the histories record it too.
        self.tell(Notice::GuardChanged { protection });
        self.tell_snapshot().await;
        self.vault_view().await
    }

    /// Ends the former key at once.
    pub(super) async fn end_former_key(&self) -> Result<VaultView, Failure> {
        self.vault(Vault::end_former).await?;
        self.tell_snapshot().await;
        self.vault_view().await
    }

    pub(super) async fn accept_plain(&self) -> Result<VaultView, Failure> {
        self.vault(Vault::accept_plain).await?;
        self.vault_view().await
    }

    pub(super) async fn settle_here(&self) -> Result<VaultView, Failure> {
        const LINE: &str =
            "Somebody has said that these files were moved here, so it goes on with their tokens.";
        let (copied, now) = (self.copied().await?, self.now());
        self.vault(move |vault| {
            vault.settle_here()?;
            copied.iter().try_for_each(|id| vault.note(id, now, LINE))
        })
        .await?;
        self.tell_snapshot().await;
        self.vault_view().await
    }

    /// What keeps all secrets from being read, as far as that is known without a prompt.
    pub(super) async fn vault_trouble(&self) -> Option<Failure> {
        let view = self.vault(Vault::view).await;
        let locked = |view: VaultView| view.locked.then(|| explain::failure(Code::PassphraseNeeded, &[]));
        view.map_or_else(Some, locked)
    }
}
