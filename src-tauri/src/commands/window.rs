//! The window itself: its agent, its settings, what it remembers, and its end.

use connect_agent::of_agent::Quit;
use connect_core::{
    contract::{intent, view::Place},
    explain::unexpected,
    platform::settings::Change,
};
use tauri::{State, WebviewWindow};

use super::{Answer, Reply};
use crate::{
    agent::{Agent, AgentState},
    closing::Closing,
    platform::web_view,
    remembered::{Appearance, Beginning, Remembered},
    watchdog::Watchdog,
};

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
