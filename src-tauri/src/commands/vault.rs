//! Who keeps the key of the vault.

use connect_core::{
    contract::intent::{self, Protect},
    secret::Secret,
};
use tauri::State;

use super::Reply;
use crate::agent::Agent;

/// Who keeps the vault's key.
#[tauri::command]
pub(crate) async fn vault(agent: State<'_, Agent>) -> Reply<intent::Vault> {
    agent.ask(intent::Vault).await
}

#[tauri::command]
pub(crate) async fn unlock(agent: State<'_, Agent>, passphrase: Secret) -> Reply<intent::Unlock> {
    agent.ask(intent::Unlock { passphrase }).await
}

#[tauri::command]
pub(crate) async fn protect(agent: State<'_, Agent>, protect: Protect) -> Reply<intent::Protect> {
    agent.ask(protect).await
}

/// Ends the key before the present one, which still opens everything.
#[tauri::command]
pub(crate) async fn end_former_key(agent: State<'_, Agent>) -> Reply<intent::EndFormerKey> {
    agent.ask(intent::EndFormerKey).await
}

/// Says that the files were moved here, and what they may be a copy of is used no more.
#[tauri::command]
pub(crate) async fn settle_here(agent: State<'_, Agent>) -> Reply<intent::SettleHere> {
    agent.ask(intent::SettleHere).await
}
