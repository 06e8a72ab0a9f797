//! Signing in, also with the new pair of a rotation.

use connect_core::{
    contract::{
        intent::{self, Connect, Reconnect, RotateSignIn},
        view::RotationMove,
    },
    secret::Secret,
};
use tauri::State;

use super::Reply;
use crate::agent::Agent;

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
