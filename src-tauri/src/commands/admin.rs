//! Key and secret from an admin: requests, and the sealed answers to them.

use connect_core::{contract::intent, sealed, secret::Secret};
use tauri::State;

use super::{Answer, Reply};
use crate::{
    agent::Agent,
    asked::{self, PageWritten},
};

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
