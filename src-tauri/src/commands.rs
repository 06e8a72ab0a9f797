//! The commands that the page may call. One that only forwards a request has that request's answer.

#![expect(clippy::needless_pass_by_value, reason = "a Tauri command gets its arguments by value")]

use connect_agent::{Unread, doctor, of_agent::Quit};
use connect_core::{
    contract::{
        intent::{self, Connect, Pasted, Protect, Reconnect, Request, RotateSignIn},
        view::{self, Browser, BrowserChoice, Colour, Failure, Instead, Place, RotationMove, SetupPage},
    },
    doctor::Asked,
    explain::{Code, failure, setup, unexpected},
    guide::{self, Step},
    org::address,
    platform::{browsers, settings::Change},
    sealed,
    secret::Secret,
};
use tauri::{State, WebviewWindow};

use crate::{
    agent::{Agent, AgentState},
    app_files::{self, AppFiles},
    asked::{self, PageWritten},
    browser,
    closing::Closing,
    help::{self, About, Exported, Help, Licences},
    known::{self, KnownToCli},
    pasted::{self, Explained},
    platform::web_view,
    practice::{Practice, PracticeOrg},
    remembered::{Appearance, Beginning, Remembered},
    watchdog::Watchdog,
};

type Answer<T> = Result<T, Failure>;

/// The answer to a forwarded request.
type Reply<R> = Answer<<R as Request>::Reply>;

#[tauri::command]
pub(crate) fn agent_state(agent: State<'_, Agent>) -> AgentState {
    agent.state()
}

/// Starts a stopped agent again.
#[tauri::command]
pub(crate) fn start_again(agent: State<'_, Agent>) {
    agent.start_again();
}

#[tauri::command]
pub(crate) async fn snapshot(agent: State<'_, Agent>) -> Answer<Unread<view::Snapshot>> {
    agent.snapshot().await
}

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

#[tauri::command]
pub(crate) async fn connect(agent: State<'_, Agent>, request: Connect) -> Reply<intent::Connect> {
    agent.ask(request).await
}

#[tauri::command]
pub(crate) async fn reconnect(agent: State<'_, Agent>, request: Reconnect) -> Reply<intent::Reconnect> {
    agent.ask(request).await
}

/// Begins the rotation of a connection's key and secret, or finds the one under way.
#[tauri::command]
pub(crate) async fn rotate(agent: State<'_, Agent>, name: String, exposed: bool) -> Reply<intent::Rotate> {
    agent.ask(intent::Rotate { name, exposed }).await
}

#[tauri::command]
pub(crate) async fn rotate_on(
    agent: State<'_, Agent>,
    name: String,
    what: RotationMove,
) -> Reply<intent::RotateOn> {
    agent.ask(intent::RotateOn { name, what }).await
}

#[tauri::command]
pub(crate) async fn rotate_paste(
    agent: State<'_, Agent>,
    name: String,
    key: Secret,
    secret: Secret,
) -> Reply<intent::RotatePaste> {
    agent.ask(intent::RotatePaste { name, key, secret }).await
}

#[tauri::command]
pub(crate) async fn rotate_sign_in(
    agent: State<'_, Agent>,
    request: RotateSignIn,
) -> Reply<intent::RotateSignIn> {
    agent.ask(request).await
}

#[tauri::command]
pub(crate) async fn paste_back(
    agent: State<'_, Agent>,
    attempt: String,
    address: Secret,
    ends: bool,
) -> Reply<intent::PasteBack> {
    agent.ask(intent::PasteBack { attempt, address, ends }).await
}

#[tauri::command]
pub(crate) async fn answer(agent: State<'_, Agent>, attempt: String, accept: bool) -> Reply<intent::Answer> {
    agent.ask(intent::Answer { attempt, accept }).await
}

#[tauri::command]
pub(crate) async fn cancel(agent: State<'_, Agent>, attempt: String) -> Reply<intent::Cancel> {
    agent.ask(intent::Cancel { attempt }).await
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

/// Asks an admin to make the app, and writes the page to send.
#[tauri::command]
pub(crate) async fn ask_admin(
    agent: State<'_, Agent>,
    address: String,
    name: String,
    days: u16,
) -> Answer<PageWritten> {
    let request = agent.ask(intent::AskAdmin { address, asked_by: name, days }).await?;
    let id = request.id.clone();
    match asked::written(request) {
        Err(failure) => {
            // Nobody has its page.
            agent.ask(intent::WithdrawRequest { id }).await?;
            Err(failure)
        }
        written => written,
    }
}

/// The requests to admins.
#[tauri::command]
pub(crate) async fn admin_requests(agent: State<'_, Agent>) -> Reply<intent::AdminRequests> {
    agent.ask(intent::AdminRequests).await
}

/// Writes the page of a request once more.
#[tauri::command]
pub(crate) async fn save_request(agent: State<'_, Agent>, id: String) -> Answer<PageWritten> {
    asked::written(agent.ask(intent::RequestPage { id }).await?)
}

#[tauri::command]
pub(crate) async fn withdraw_request(agent: State<'_, Agent>, id: String) -> Reply<intent::WithdrawRequest> {
    agent.ask(intent::WithdrawRequest { id }).await
}

/// Opens the sealed answer in a text, of which nothing else is handed on. Its key and secret stay with the agent.
#[tauri::command]
pub(crate) async fn open_answer(
    agent: State<'_, Agent>,
    text: Secret,
    host: Option<String>,
) -> Reply<intent::OpenAnswer> {
    let text = sealed::alone(&text).map_err(sealed::NoAnswer::failure)?;
    agent.ask(intent::OpenAnswer { text, host, request: None }).await
}

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

#[tauri::command]
pub(crate) async fn settings(agent: State<'_, Agent>) -> Reply<intent::Settings> {
    agent.ask(intent::Settings).await
}

#[tauri::command]
pub(crate) async fn set(agent: State<'_, Agent>, change: Change) -> Reply<intent::Set> {
    agent.ask(intent::Set(change)).await
}

/// The screen to begin with, and how it looks until the agent answers.
#[tauri::command]
pub(crate) fn beginning(remembered: State<'_, Remembered>) -> Beginning {
    remembered.beginning()
}

/// Remembers the screen shown: the next window begins there.
#[tauri::command]
pub(crate) fn remember(remembered: State<'_, Remembered>, place: Place) {
    remembered.place(place);
}

/// Remembers how a person has the page look.
#[tauri::command]
pub(crate) fn remember_appearance(remembered: State<'_, Remembered>, appearance: Appearance) {
    remembered.appearance(appearance);
}

/// Remembers that a person was told what goes on once the window is closed.
#[tauri::command]
pub(crate) fn closing_told(remembered: State<'_, Remembered>) {
    remembered.closing_is_told();
}

/// Closes the window. The agent goes on.
#[tauri::command]
pub(crate) fn close_window(window: WebviewWindow, closing: State<'_, Closing>) -> Answer<()> {
    close(&window, &closing)
}

/// Ends the agent, and with it the whole program. One that is not there is ended already.
#[tauri::command]
pub(crate) async fn quit(
    window: WebviewWindow,
    agent: State<'_, Agent>,
    closing: State<'_, Closing>,
) -> Answer<()> {
    if matches!(agent.state(), AgentState::Ready) {
        agent.ask(Quit).await?;
    }
    close(&window, &closing)
}

fn close(window: &WebviewWindow, closing: &Closing) -> Answer<()> {
    closing.is_settled();
    window.close().map_err(|error| {
        tracing::warn!(%error, "the window stays open");
        unexpected("the toolkit")
    })
}

/// The practice org that this window runs, if any.
#[tauri::command]
pub(crate) fn practice(practice: State<'_, PracticeOrg>) -> Option<Practice> {
    practice.running()
}

/// Starts a practice org, which runs until it is stopped or the window is closed.
#[tauri::command]
pub(crate) async fn start_practice(practice: State<'_, PracticeOrg>) -> Answer<Practice> {
    let practice = practice.inner().clone();
    match tauri::async_runtime::spawn_blocking(move || practice.start()).await {
        Ok(started) => started,
        Err(_) => Err(unexpected("a task ended early")),
    }
}

#[tauri::command]
pub(crate) fn stop_practice(practice: State<'_, PracticeOrg>) {
    practice.stop();
}

/// The page says that it has drawn itself. The window now looks at its picture.
#[tauri::command]
pub(crate) fn ready(window: WebviewWindow, watchdog: State<'_, Watchdog>) {
    watchdog.page_is_ready();
    let (waiting, told) = (watchdog.inner().clone(), watchdog.inner().clone());
    let looks = web_view::look(&window, move || waiting.waits_for_a_picture(), move |seen| told.sees(seen));
    if let Err(error) = looks {
        tracing::warn!(%error, "nobody looks at the page");
    }
}

/// Keeps the window above all others, beside the browser, or stops that. Desktops without the feature (Wayland) ignore
/// it.
#[tauri::command]
pub(crate) fn keep_on_top(window: WebviewWindow, keep: bool) -> Answer<()> {
    window.set_always_on_top(keep).map_err(|error| {
        tracing::warn!(%error, "the window could not be kept on top");
        unexpected("the toolkit")
    })
}

/// The guide, its values filled in for the org of `address` when that can be read.
#[tauri::command]
pub(crate) fn guide(address: String) -> Vec<Step> {
    guide::steps_in_window(address::parse(&address).ok().as_ref())
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
    let without_keychain = agent.works_without_keychain().await;
    help.examine(Asked { host, keychain, without_keychain }).await
}

/// What a pasted text says went wrong. It is read in this process, and goes no further.
#[tauri::command]
pub(crate) async fn explain(text: Secret) -> Explained {
    pasted::explained(&text)
}

/// The orgs that Salesforce CLI knows on this computer.
#[tauri::command]
pub(crate) async fn known_orgs() -> Vec<KnownToCli> {
    // Files that do not answer keep nobody from typing an address.
    tauri::async_runtime::spawn_blocking(known::orgs).await.unwrap_or_default()
}

/// Writes what helps to help into a new file among the downloads.
#[tauri::command]
pub(crate) async fn export_diagnostics(
    agent: State<'_, Agent>,
    help: State<'_, Help>,
    names: bool,
) -> Answer<Exported> {
    help.export(&agent.connections_if_any().await, names).await
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

/// Opens the Datatrax portal.
#[tauri::command]
pub(crate) fn open_portal() -> Answer<()> {
    browser::open_portal()
}

/// The browsers of this computer, with their profiles.
#[tauri::command]
pub(crate) async fn browsers() -> Vec<Browser> {
    // Lists that do not answer keep nobody from the default browser.
    tauri::async_runtime::spawn_blocking(browsers::installed).await.unwrap_or_default()
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

/// Opens the sign-in page of an attempt, by the address that the agent has, not the page: in the browser that a person chose for this
/// time, else in the one that is chosen for the sign-in.
#[tauri::command]
pub(crate) async fn open_sign_in(
    agent: State<'_, Agent>,
    attempt: String,
    browser: Option<BrowserChoice>,
) -> Answer<Option<Instead>> {
    let snapshot = agent.ask(intent::Snapshot).await?;
    let found = snapshot.attempts.into_iter().find(|view| view.id == attempt);
    let known = found.and_then(|view| Some((view.authorize_url?, browser.or(view.browser))));
    match known {
        Some((url, choice)) => browser::open(&url, &choice.unwrap_or_default()),
        None => Err(failure(Code::NothingUnderWay, &[])),
    }
}

/// Opens a connected org, by the address that the agent has, not the page.
#[tauri::command]
pub(crate) async fn open_org(
    agent: State<'_, Agent>,
    name: String,
    browser: Option<BrowserChoice>,
) -> Answer<Option<Instead>> {
    let known = agent.ask(intent::Show { name }).await?.connection;
    browser::open(&known.instance_url, &browser.or(known.browser).unwrap_or_default())
}

/// Opens a page in the Setup of the org that `address` names: External Client App Manager where no other is wanted. The browser is that
/// of its connection; of several, the first one's that has one.
#[tauri::command]
pub(crate) async fn open_setup(
    agent: State<'_, Agent>,
    address: String,
    page: Option<SetupPage>,
    browser: Option<BrowserChoice>,
) -> Answer<Option<Instead>> {
    let org = match address::at_host(&address) {
        Some(org) => org,
        None => address::parse(&address).map_err(|error| error.failure())?,
    };
    let (_, path) = setup::page(page.unwrap_or(SetupPage::ExternalClientApps));
    let choice = if browser.is_some() {
        browser
    } else {
        let connections = agent.connections_if_any().await.into_iter();
        connections.filter(|known| known.host == org.host()).find_map(|known| known.browser)
    };
    browser::open(org.page_of_setup(path).as_str(), &choice.unwrap_or_default())
}
