//! The Setup page that shows the External Client App.

use axum::response::{IntoResponse, Response};

use crate::app_settings::scope_label;
use crate::apps::SEEDED;
use crate::call::Call;
use crate::pages::{Page, escape, items};
use crate::shared::Shared;

/// Its path, as Salesforce names it.
pub(crate) const PATH: &str = "/lightning/setup/ManageExternalClientApplication/home";

/// The app's facts. A rehearsal org may show its key and secret to whoever sits at this computer.
pub(crate) fn show(shared: &Shared, _: &Call) -> Response {
    let state = shared.lock();
    let switches = state.switches_now();
    let callbacks = items(switches.callbacks.iter().map(String::as_str));
    let scopes = items(switches.scopes.iter().map(|scope| scope_label(scope)));
    let body = format!(
        "<h1>External Client App Manager</h1>\n<h2>{name}</h2>\n<dl>\n\
         <dt>Callback URL</dt><dd><ul id=\"callbacks\">{callbacks}</ul></dd>\n\
         <dt>OAuth Scopes</dt><dd><ul id=\"scopes\">{scopes}</ul></dd>\n\
         <dt>Consumer Key</dt><dd><code id=\"consumer-key\">{key}</code></dd>\n\
         <dt>Consumer Secret</dt><dd><code id=\"consumer-secret\">{secret}</code></dd>\n</dl>",
        name = escape(state.apps.get(SEEDED).map_or("", |app| &app.basics.name)),
        key = escape(state.pair(SEEDED).map_or("", |pair| &pair.key)),
        secret = escape(state.pair(SEEDED).map_or("", |pair| &pair.secret)),
    );
    Page::new("External Client App Manager", body).into_response()
}
