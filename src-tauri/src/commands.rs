//! What the page may ask for. Each command forwards one intent.

#![expect(clippy::needless_pass_by_value, reason = "a Tauri command takes what the message held, by value")]

use connect_core::{
    address,
    explain::{Code, failure},
    guide::{self, Step},
    intent::{Connect, Intent, Pasted, Reconnect},
    secret::Secret,
    settings::Change,
    view::{
        AttemptStarted, ConnectionDetail, Disconnected, Failure, Findings, Place, SettingsView, Snapshot,
        Understanding,
    },
};
use tauri::State;

use crate::{
    agent::{Agent, Standing},
    browser,
    remembered::{Beginning, Remembered},
    watchdog::Watchdog,
};

type Answer<T> = Result<T, Failure>;

#[tauri::command]
pub(crate) fn standing(agent: State<'_, Agent>) -> Standing {
    agent.standing()
}

#[tauri::command]
pub(crate) async fn snapshot(agent: State<'_, Agent>) -> Answer<Snapshot> {
    agent.ask(Intent::Snapshot).await
}

#[tauri::command]
pub(crate) async fn understand(agent: State<'_, Agent>, pasted: Pasted) -> Answer<Understanding> {
    agent.ask(Intent::Understand(pasted)).await
}

#[tauri::command]
pub(crate) async fn validate(agent: State<'_, Agent>, pasted: Pasted) -> Answer<Findings> {
    agent.ask(Intent::Validate(pasted)).await
}

#[tauri::command]
pub(crate) async fn connect(agent: State<'_, Agent>, request: Connect) -> Answer<AttemptStarted> {
    agent.ask(Intent::Connect(request)).await
}

#[tauri::command]
pub(crate) async fn reconnect(agent: State<'_, Agent>, request: Reconnect) -> Answer<AttemptStarted> {
    agent.ask(Intent::Reconnect(request)).await
}

#[tauri::command]
pub(crate) async fn paste_back(agent: State<'_, Agent>, attempt: String, address: Secret) -> Answer<()> {
    agent.ask(Intent::PasteBack { attempt, address }).await
}

#[tauri::command]
pub(crate) async fn answer(agent: State<'_, Agent>, attempt: String, accept: bool) -> Answer<()> {
    agent.ask(Intent::Answer { attempt, accept }).await
}

#[tauri::command]
pub(crate) async fn cancel(agent: State<'_, Agent>, attempt: String) -> Answer<()> {
    agent.ask(Intent::Cancel { attempt }).await
}

#[tauri::command]
pub(crate) async fn show(agent: State<'_, Agent>, name: String) -> Answer<ConnectionDetail> {
    agent.ask(Intent::Show { name }).await
}

#[tauri::command]
pub(crate) async fn rename(agent: State<'_, Agent>, old: String, new: String) -> Answer<()> {
    agent.ask(Intent::Rename { old, new }).await
}

#[tauri::command]
pub(crate) async fn check(agent: State<'_, Agent>, name: String) -> Answer<Findings> {
    agent.ask(Intent::Check { name }).await
}

#[tauri::command]
pub(crate) async fn disconnect(agent: State<'_, Agent>, name: String) -> Answer<Disconnected> {
    agent.ask(Intent::Disconnect { name }).await
}

#[tauri::command]
pub(crate) async fn settings(agent: State<'_, Agent>) -> Answer<SettingsView> {
    agent.ask(Intent::Settings).await
}

#[tauri::command]
pub(crate) async fn set(agent: State<'_, Agent>, change: Change) -> Answer<SettingsView> {
    agent.ask(Intent::Set(change)).await
}

/// Where the page begins, and how it looks until the agent tells.
#[tauri::command]
pub(crate) fn beginning(remembered: State<'_, Remembered>) -> Beginning {
    remembered.beginning()
}

/// The page shows this screen: the next window begins there.
#[tauri::command]
pub(crate) fn remember(remembered: State<'_, Remembered>, place: Place) {
    remembered.place(place);
}

/// The page has drawn itself.
#[tauri::command]
pub(crate) fn ready(watchdog: State<'_, Watchdog>) {
    watchdog.page_is_ready();
}

/// The guide, its values made for the org of `address` when that can be read.
#[tauri::command]
pub(crate) fn guide(address: String) -> Vec<Step> {
    guide::steps(address::parse(&address).ok().as_ref())
}

/// Opens the sign-in page of an attempt. The agent says which that is, not the page.
#[tauri::command]
pub(crate) async fn open_sign_in(agent: State<'_, Agent>, attempt: String) -> Answer<()> {
    let snapshot: Snapshot = agent.ask(Intent::Snapshot).await?;
    let found = snapshot.attempts.into_iter().find(|view| view.id == attempt);
    match found.and_then(|view| view.authorize_url) {
        Some(url) => browser::open(&url),
        None => Err(failure(Code::NothingUnderWay, &[])),
    }
}

/// Opens External Client App Manager in the Setup of the org that `address` names.
#[tauri::command]
pub(crate) async fn open_setup(agent: State<'_, Agent>, address: String) -> Answer<()> {
    let pasted = Pasted { address, key: Secret::new(""), secret: Secret::new("") };
    let understood: Understanding = agent.ask(Intent::Understand(pasted)).await?;
    match understood.address {
        Some(org) => browser::open(&org.setup_url),
        None => Err(failure(Code::AddressInvalid, &[])),
    }
}
