//! What the page may ask for. Each command forwards one intent.

#![expect(clippy::needless_pass_by_value, reason = "a Tauri command takes what the message held, by value")]

use connect_core::{
    contract::{
        intent::{Connect, Intent, Pasted, Protect, Reconnect},
        view::{
            AttemptStarted, CallbackAudit, ConnectionDetail, ConnectionView, Copied, Disconnected, Failure,
            Findings, Place, SettingsView, SetupView, Snapshot, Understanding, VaultView,
        },
    },
    explain::{Code, failure},
    guide::{self, Step},
    org::address,
    platform::settings::Change,
    secret::Secret,
};
use serde_json::value::RawValue;
use tauri::{State, WebviewWindow};

use crate::{
    agent::{Agent, Standing},
    browser,
    platform::web_view,
    remembered::{Beginning, Remembered},
    watchdog::Watchdog,
};

type Answer<T> = Result<T, Failure>;

#[tauri::command]
pub(crate) fn standing(agent: State<'_, Agent>) -> Standing {
    agent.standing()
}

/// Has an agent that was stopped started again.
#[tauri::command]
pub(crate) fn start_again(agent: State<'_, Agent>) {
    agent.start_again();
}

#[tauri::command]
pub(crate) async fn snapshot(agent: State<'_, Agent>) -> Answer<Box<RawValue>> {
    agent.snapshot().await
}

#[tauri::command]
pub(crate) async fn understand(agent: State<'_, Agent>, pasted: Pasted) -> Answer<Understanding> {
    agent.ask(Intent::Understand(pasted)).await
}

#[tauri::command]
pub(crate) async fn validate(agent: State<'_, Agent>, pasted: Pasted) -> Answer<Findings> {
    agent.ask(Intent::Validate(pasted)).await
}

/// Which lines of the callback block the app has.
#[tauri::command]
pub(crate) async fn audit_callbacks(
    agent: State<'_, Agent>,
    address: String,
    key: Secret,
) -> Answer<CallbackAudit> {
    agent.ask(Intent::AuditCallbacks { address, key }).await
}

#[tauri::command]
pub(crate) async fn set_up(agent: State<'_, Agent>, address: String) -> Answer<SetupView> {
    agent.ask(Intent::SetUp { address }).await
}

#[tauri::command]
pub(crate) async fn go_to(agent: State<'_, Agent>, host: String, step: String) -> Answer<SetupView> {
    agent.ask(Intent::GoTo { host, step }).await
}

#[tauri::command]
pub(crate) async fn step_done(
    agent: State<'_, Agent>,
    host: String,
    step: String,
    done: bool,
) -> Answer<SetupView> {
    agent.ask(Intent::StepDone { host, step, done }).await
}

#[tauri::command]
pub(crate) async fn start_over(agent: State<'_, Agent>, host: String) -> Answer<SetupView> {
    agent.ask(Intent::StartOver { host }).await
}

#[tauri::command]
pub(crate) async fn remove_setup(agent: State<'_, Agent>, host: String) -> Answer<()> {
    agent.ask(Intent::RemoveSetup { host }).await
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
pub(crate) async fn rename(agent: State<'_, Agent>, old: String, new: String) -> Answer<ConnectionView> {
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

/// Who keeps the vault's key.
#[tauri::command]
pub(crate) async fn vault(agent: State<'_, Agent>) -> Answer<VaultView> {
    agent.ask(Intent::Vault).await
}

#[tauri::command]
pub(crate) async fn unlock(agent: State<'_, Agent>, passphrase: Secret) -> Answer<()> {
    agent.ask(Intent::Unlock { passphrase }).await
}

#[tauri::command]
pub(crate) async fn protect(agent: State<'_, Agent>, protect: Protect) -> Answer<VaultView> {
    agent.ask(Intent::Protect(protect)).await
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

/// Somebody has read that this desktop shows no tray: it is not said again.
#[tauri::command]
pub(crate) fn tray_note_read(remembered: State<'_, Remembered>) {
    remembered.tray_note_is_read();
}

/// The page has drawn itself, as far as it can tell. Now the window looks.
#[tauri::command]
pub(crate) fn ready(window: WebviewWindow, watchdog: State<'_, Watchdog>) {
    watchdog.page_is_ready();
    let (waiting, told) = (watchdog.inner().clone(), watchdog.inner().clone());
    let looks = web_view::look(&window, move || waiting.waits_for_a_picture(), move |seen| told.sees(seen));
    if let Err(error) = looks {
        tracing::warn!(%error, "nobody looks at the page");
    }
}

/// Keeps the window above all others, beside the browser, or lets it go again. Desktops that do not know that (Wayland)
/// leave it where it is.
#[tauri::command]
pub(crate) fn keep_on_top(window: WebviewWindow, keep: bool) -> Answer<()> {
    window.set_always_on_top(keep).map_err(|error| {
        tracing::warn!(%error, "the window could not be kept on top");
        failure(Code::Unexpected, &[])
    })
}

/// The guide, its values made for the org of `address` when that can be read.
#[tauri::command]
pub(crate) fn guide(address: String) -> Vec<Step> {
    guide::steps(address::parse(&address).ok().as_ref())
}

/// Puts the Consumer Key of a connection on the clipboard. The agent does: the value never comes here.
#[tauri::command]
pub(crate) async fn copy_key(agent: State<'_, Agent>, name: String) -> Answer<Copied> {
    agent.ask(Intent::CopyKey { name }).await
}

/// The same of its Consumer Secret, while that may be copied.
#[tauri::command]
pub(crate) async fn copy_secret(agent: State<'_, Agent>, name: String) -> Answer<Copied> {
    agent.ask(Intent::CopySecret { name }).await
}

/// Opens the Datatrax portal.
#[tauri::command]
pub(crate) fn open_portal() -> Answer<()> {
    browser::open_portal()
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

/// Opens a connected org. The agent says where that is, not the page.
#[tauri::command]
pub(crate) async fn open_org(agent: State<'_, Agent>, name: String) -> Answer<()> {
    let detail: ConnectionDetail = agent.ask(Intent::Show { name }).await?;
    browser::open(&detail.connection.instance_url)
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
