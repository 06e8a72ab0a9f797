//! The connections, one by one, and which programs are given their tokens.

use connect_agent::Unread;
use connect_core::contract::{
    intent,
    view::{self, BrowserChoice, Colour},
};
use tauri::State;

use super::{Answer, Reply};
use crate::agent::Agent;

#[tauri::command]
pub(crate) async fn snapshot(agent: State<'_, Agent>) -> Answer<Unread<view::Snapshot>> {
    agent.snapshot().await
}

#[tauri::command]
pub(crate) async fn show(agent: State<'_, Agent>, name: String) -> Reply<intent::Show> {
    agent.ask(intent::Show { name }).await
}

#[tauri::command]
pub(crate) async fn rename(agent: State<'_, Agent>, old: String, new: String) -> Reply<intent::Rename> {
    agent.ask(intent::Rename { old, new }).await
}

#[tauri::command]
pub(crate) async fn check(agent: State<'_, Agent>, name: String) -> Reply<intent::Check> {
    agent.ask(intent::Check::of(name)).await
}

/// Checks a connection and, beside the guide, its app.
#[tauri::command]
pub(crate) async fn check_app(
    agent: State<'_, Agent>,
    name: String,
    secretless: bool,
) -> Reply<intent::Check> {
    agent.ask(intent::Check { name, audit: true, without_secret: secretless }).await
}

#[tauri::command]
pub(crate) async fn disconnect(agent: State<'_, Agent>, name: String) -> Reply<intent::Disconnect> {
    agent.ask(intent::Disconnect { name }).await
}

/// Brings back a connection that was disconnected a while ago, with its name and history.
#[tauri::command]
pub(crate) async fn bring_back(agent: State<'_, Agent>, id: String) -> Reply<intent::BringBack> {
    agent.ask(intent::BringBack { id }).await
}

/// Forgets at once what is kept of a connection that was disconnected.
#[tauri::command]
pub(crate) async fn forget_set_aside(agent: State<'_, Agent>, id: String) -> Reply<intent::ForgetSetAside> {
    agent.ask(intent::ForgetSetAside { id }).await
}

/// Puts a connection into a group, or into none.
#[tauri::command]
pub(crate) async fn group(
    agent: State<'_, Agent>,
    name: String,
    group: Option<String>,
    colour: Option<Colour>,
) -> Reply<intent::Group> {
    agent.ask(intent::Group { name, group, colour }).await
}

/// Has programs be given tokens, or none.
#[tauri::command]
pub(crate) async fn hand_out(agent: State<'_, Agent>, wanted: bool) -> Reply<intent::HandOut> {
    agent.ask(intent::HandOut { wanted: Some(wanted) }).await
}

/// Allows a program the tokens of a connection, refuses them, or takes back what was said.
#[tauri::command]
pub(crate) async fn consent(
    agent: State<'_, Agent>,
    name: String,
    program: Option<String>,
    allowed: Option<bool>,
) -> Reply<intent::Consent> {
    agent.ask(intent::Consent { name, program, allowed }).await
}

/// Has the agent copy the Consumer Key of a connection: the value never comes into this process.
#[tauri::command]
pub(crate) async fn copy_key(agent: State<'_, Agent>, name: String) -> Reply<intent::CopyKey> {
    agent.ask(intent::CopyKey { name }).await
}

/// Has the agent copy the Consumer Secret of a connection, while that may be copied.
#[tauri::command]
pub(crate) async fn copy_secret(agent: State<'_, Agent>, name: String) -> Reply<intent::CopySecret> {
    agent.ask(intent::CopySecret { name }).await
}

/// Has the pages of a connection's org opened in a browser from now on.
#[tauri::command]
pub(crate) async fn set_browser(
    agent: State<'_, Agent>,
    name: String,
    browser: BrowserChoice,
) -> Reply<intent::Browser> {
    agent.ask(intent::Browser { name, browser }).await
}
