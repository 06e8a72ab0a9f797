//! What the guide asks: the org, the pair and the steps.

use connect_core::{
    contract::intent::{self, Pasted},
    explain::unexpected,
    guide::{self, Step},
    org::address,
    secret::Secret,
};
use tauri::State;

use super::{Answer, Reply};
use crate::{
    agent::Agent,
    app_files::{self, AppFiles},
    known::{self, KnownToCli},
};

#[tauri::command]
pub(crate) async fn understand(agent: State<'_, Agent>, pasted: Pasted) -> Reply<intent::Understand> {
    agent.ask(intent::Understand(pasted)).await
}

#[tauri::command]
pub(crate) async fn validate(agent: State<'_, Agent>, pasted: Pasted) -> Reply<intent::Validate> {
    agent.ask(intent::Validate(pasted)).await
}

/// Whether the org of an address is there.
#[tauri::command]
pub(crate) async fn reach(agent: State<'_, Agent>, address: String) -> Reply<intent::Reach> {
    agent.ask(intent::Reach { address }).await
}

/// Which lines of the callback block the app has.
#[tauri::command]
pub(crate) async fn audit_callbacks(
    agent: State<'_, Agent>,
    address: String,
    key: Secret,
) -> Reply<intent::AuditCallbacks> {
    agent.ask(intent::AuditCallbacks { address, key }).await
}

#[tauri::command]
pub(crate) async fn set_up(agent: State<'_, Agent>, address: String) -> Reply<intent::SetUp> {
    agent.ask(intent::SetUp { address }).await
}

#[tauri::command]
pub(crate) async fn go_to(agent: State<'_, Agent>, host: String, step: String) -> Reply<intent::GoTo> {
    agent.ask(intent::GoTo { host, step }).await
}

#[tauri::command]
pub(crate) async fn step_done(
    agent: State<'_, Agent>,
    host: String,
    step: String,
    done: bool,
) -> Reply<intent::StepDone> {
    agent.ask(intent::StepDone { host, step, done }).await
}

#[tauri::command]
pub(crate) async fn start_over(agent: State<'_, Agent>, host: String) -> Reply<intent::StartOver> {
    agent.ask(intent::StartOver { host }).await
}

#[tauri::command]
pub(crate) async fn remove_setup(agent: State<'_, Agent>, host: String) -> Reply<intent::RemoveSetup> {
    agent.ask(intent::RemoveSetup { host }).await
}

/// Brings back a set-up that was removed a short while ago.
#[tauri::command]
pub(crate) async fn restore_setup(agent: State<'_, Agent>, host: String) -> Reply<intent::RestoreSetup> {
    agent.ask(intent::RestoreSetup { host }).await
}

/// The guide, its values filled in for the org of `address` when that can be read.
#[tauri::command]
pub(crate) fn guide(address: String) -> Vec<Step> {
    guide::steps_in_window(address::parse(&address).ok().as_ref())
}

/// Writes the app of the guide, for the org that `address` names, as files into a new folder among the downloads.
#[tauri::command]
pub(crate) async fn write_app_files(address: String) -> Answer<AppFiles> {
    let org = address::parse(&address).map_err(|error| error.failure())?;
    match tauri::async_runtime::spawn_blocking(move || app_files::write(&org)).await {
        Ok(written) => written,
        Err(_) => Err(unexpected("a task ended early")),
    }
}

/// The orgs that Salesforce CLI knows on this computer.
#[tauri::command]
pub(crate) async fn known_orgs() -> Vec<KnownToCli> {
    // Files that do not answer keep nobody from typing an address.
    tauri::async_runtime::spawn_blocking(known::orgs).await.unwrap_or_default()
}
