//! What the help screen shows, and what goes wrong elsewhere.

use connect_agent::doctor;
use connect_core::{contract::view, doctor::Asked, secret::Secret};
use tauri::State;

use super::Answer;
use crate::{
    agent::Agent,
    browser,
    help::{self, About, Exported, Help, Licences},
    pasted::{self, Explained},
};

/// About this program.
#[tauri::command]
pub(crate) fn about(help: State<'_, Help>) -> About {
    help.about()
}

/// The licences of this program and of the libraries inside.
#[tauri::command]
pub(crate) fn licences() -> Licences {
    help::licences()
}

/// Looks at this computer; with `network` one host of Salesforce's is asked, with `keychain` a test entry is written.
#[tauri::command]
pub(crate) async fn examine(
    agent: State<'_, Agent>,
    help: State<'_, Help>,
    network: bool,
    keychain: bool,
) -> Answer<view::Computer> {
    let host = if network { Some(doctor::host_to_ask(&agent.connections_if_any().await)) } else { None };
    let protection = agent.key_protection().await;
    help.examine(Asked { host, keychain, protection }).await
}

/// What a pasted text says went wrong. It is read in this process, and goes no further.
#[tauri::command]
pub(crate) async fn explain(text: Secret) -> Explained {
    pasted::explained(&text)
}

/// Writes what helps to help into a new file among the downloads.
#[tauri::command]
pub(crate) async fn export_diagnostics(
    agent: State<'_, Agent>,
    help: State<'_, Help>,
    names: bool,
) -> Answer<Exported> {
    help.export(&agent.connections_if_any().await, agent.key_protection().await, names).await
}

/// Opens the folder with the exported files.
#[tauri::command]
pub(crate) fn open_exported() -> Answer<()> {
    browser::open_folder(&Help::exported_to()?)
}

/// Opens the folder of the log.
#[tauri::command]
pub(crate) fn open_logs(help: State<'_, Help>) -> Answer<()> {
    browser::open_folder(&help.logs()?)
}
