//! The page of one External Client App, and its deletion.

use axum::response::Response;

use super::fields::{section, shown, shown_tick};
use super::frame::{self, Frame};
use super::policies_page;
use super::visit::{Visit, app_path};
use crate::http::clock_words::moment;
use crate::http::pages::{escape, items};
use crate::http::paths::{self, APP_LIST, APPS};
use crate::world::apps::app::{App, Edited};
use crate::world::apps::scopes;
use crate::world::apps::settings::Tick;
use crate::world::people::users::User;

/// GET: the tab Policies, which is first, or the tab Settings.
// ASSUMES: app-tabs
pub(super) fn show(visit: &Visit<'_>, number: usize) -> Response {
    let Some(app) = visit.state.apps.get(number) else { return frame::missing(visit) };
    let query = visit.call.query();
    let on_policies = query.get("tab") != Some("settings");
    let (tab, action) = if on_policies {
        (
            policies_page::shown(&app.policies),
            format!("<a class=\"button\" id=\"edit\" href=\"{APPS}/{}/policies\">Edit</a>", app.id),
        )
    } else {
        (
            settings(visit, app),
            format!("<a class=\"button\" id=\"edit\" href=\"{APPS}/{}/edit\">Edit</a>", app.id),
        )
    };
    let said = match (query.get("created"), query.get("saved")) {
        (Some(_), _) => Some(format!("External client app \"{}\" was created.", app.basics.name)),
        (None, Some(_)) => Some(format!("External client app \"{}\" was saved.", app.basics.name)),
        (None, None) => None,
    };
    let body = format!(
        "<p class=\"crumb\"><a href=\"{APP_LIST}\">External Client App Manager</a></p>\n{notice}<div class=\"card\">{tabs}{tab}</div>",
        notice = if query.get("created").is_some() || (said.is_some() && !on_policies) { NOTICE } else { "" },
        tabs = tabs(&app.id, on_policies),
    );
    Frame::new(&app.basics.name, body).with_actions(action).saying(said).show(visit)
}

const NOTICE: &str = "<p class=\"notice\" role=\"note\">Changes can take up to 10 minutes to take effect. Until then, requests \
                      with this app's Consumer Key can be refused.</p>\n";

fn tabs(id: &str, on_policies: bool) -> String {
    let path = app_path(id);
    let mark = |current: bool| if current { " aria-current=\"page\"" } else { "" };
    format!(
        "<nav class=\"tabs\" aria-label=\"External Client App\"><a id=\"tab-policies\" href=\"{path}?tab=policies\"{}>Policies</a>\
         <a id=\"tab-settings\" href=\"{path}?tab=settings\"{}>Settings</a></nav>\n",
        mark(on_policies),
        mark(!on_policies),
    )
}

fn settings(visit: &Visit<'_>, app: &App) -> String {
    let basics = &app.basics;
    let by = |edited: Edited| {
        let name = visit.state.users.get(edited.by).map(User::full_name).unwrap_or_default();
        format!("{name}, {}", moment(edited.at))
    };
    let rows = [
        shown("External Client App Name", &basics.name),
        shown("API Name", &basics.api_name),
        shown("Contact Email", &basics.contact_email),
        shown("Distribution State", basics.distribution.label()),
        shown("Contact Phone", &basics.contact_phone),
        shown("Info URL", &basics.info_url),
        shown("Logo Image URL", &basics.logo_url),
        shown("Icon URL", &basics.icon_url),
        shown("Description", &basics.description),
        shown("Created By", &by(app.created)),
        shown("Last Modified By", &by(app.modified)),
    ];
    let basics = section(
        "basic-information",
        "Basic Information",
        true,
        &format!("<dl class=\"two\">{}</dl>", rows.concat()),
    );
    format!("{basics}{}", section("oauth-settings", "OAuth Settings", false, &oauth(app)))
}

fn oauth(app: &App) -> String {
    let saved = app.saved();
    if !saved.enabled {
        return "<p>OAuth is not enabled for this app. Select Edit, expand API (Enable OAuth Settings), and select Enable \
                OAuth.</p>"
            .to_owned();
    }
    let ticks =
        |all: &[Tick]| all.iter().map(|one| shown_tick(one.label(), saved.has(*one))).collect::<String>();
    format!(
        "<h3>App Settings</h3>\n<p><a class=\"button\" id=\"consumer\" href=\"{consumer}\">Consumer Key and Secret</a></p>\n\
         <dl><div class=\"shown wide\"><dt>Callback URL</dt><dd><ul id=\"callbacks\">{callbacks}</ul></dd></div>\n\
         <div class=\"shown wide\"><dt>OAuth Scopes</dt><dd><ul id=\"scopes\">{scopes}</ul></dd></div>{settings}</dl>\n\
         <h3>Flow Enablement</h3><dl class=\"two\">{flows}</dl>\n<h3>Security</h3><dl class=\"two\">{security}</dl>",
        consumer = escape(&paths::consumer(&app.id)),
        callbacks = items(saved.callbacks.iter().map(String::as_str)),
        scopes = items(saved.scopes.iter().map(|scope| scopes::label(scope))),
        settings = ticks(&Tick::APP_SETTINGS),
        flows = ticks(&Tick::FLOWS),
        security = ticks(&Tick::SECURITY),
    )
}

/// Asks whether to delete an app, and deletes it.
pub(super) fn delete(visit: &mut Visit<'_>, number: usize) -> Response {
    let Some((id, name)) = visit.state.apps.get(number).map(|app| (app.id.clone(), app.basics.name.clone()))
    else {
        return frame::missing(visit);
    };
    if visit.is_post() {
        if !visit.form_is_fresh() {
            return frame::stale(visit);
        }
        visit.state.delete_app(number);
        return visit.go(&format!("{APP_LIST}?deleted=1"));
    }
    let body = format!(
        "<div class=\"card pad\"><p>Deleting <strong>{name}</strong> ends the access of everyone who uses it: its Consumer Key is \
         no longer known, and all of its tokens are revoked. This cannot be undone.</p>\n\
         <form method=\"post\" action=\"{APPS}/{id}/delete\">{token}<div class=\"foot\"><a class=\"button\" href=\"{APP_LIST}\">Cancel</a>\
         <button class=\"danger\" id=\"delete\">Delete</button></div></form></div>",
        name = escape(&name),
        token = visit.form_token(),
    );
    Frame::new("Delete External Client App", body).show(visit)
}
