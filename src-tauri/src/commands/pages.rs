//! Pages in a browser. Their addresses are those that the agent has, never the page's own.

use connect_core::{
    contract::{
        intent,
        view::{Browser, BrowserChoice, Instead, SetupPage},
    },
    explain::{Code, failure, setup},
    org::address,
    platform::browsers,
};
use tauri::State;

use super::Answer;
use crate::{agent::Agent, browser};

/// The browsers of this computer, with their profiles.
#[tauri::command]
pub(crate) async fn browsers() -> Vec<Browser> {
    // Lists that do not answer keep nobody from the default browser.
    tauri::async_runtime::spawn_blocking(browsers::installed).await.unwrap_or_default()
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

/// Opens the Datatrax portal.
#[tauri::command]
pub(crate) fn open_portal() -> Answer<()> {
    browser::open_portal()
}
