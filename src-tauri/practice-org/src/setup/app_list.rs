//! External Client App Manager: the list.

use std::fmt::Write;

use axum::response::Response;

use super::frame::Frame;
use super::visit::{NEW, Visit, app_path};
use crate::http::clock_words::moment;
use crate::http::pages::escape;
use crate::http::paths::APPS;

/// GET: the apps of this org.
pub(super) fn show(visit: &Visit<'_>) -> Response {
    let mut apps: Vec<_> = visit.state.listed_apps().map(|(_, app)| app).collect();
    apps.sort_by_key(|app| app.basics.name.to_lowercase());
    let mut rows = String::new();
    for app in &apps {
        let name = escape(&app.basics.name);
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\"><a href=\"{path}\">{name}</a></th><td>{api_name}</td><td>{email}</td><td>{state}</td>\
             <td>{modified}</td><td class=\"more\"><details class=\"menu row\"><summary aria-label=\"Show actions for {name}\">\
             <span aria-hidden=\"true\">▾</span></summary><ul><li><a href=\"{APPS}/{id}/edit\">Edit Settings</a></li>\
             <li><a href=\"{APPS}/{id}/policies\">Edit Policies</a></li><li><a href=\"{APPS}/{id}/delete\">Delete</a></li></ul>\
             </details></td></tr>",
            path = app_path(&app.id),
            api_name = escape(&app.basics.api_name),
            email = escape(&app.basics.contact_email),
            state = app.basics.distribution.label(),
            modified = moment(app.modified.at),
            id = app.id,
        );
    }
    if apps.is_empty() {
        rows.push_str("<tr><td colspan=\"6\">No items to display.</td></tr>");
    }
    let count = apps.len();
    let body = format!(
        "<div class=\"card\"><p class=\"count\">{count} {items}, sorted by External Client App Name</p>\n\
         <div class=\"scroll\" role=\"region\" aria-label=\"External Client Apps\" tabindex=\"0\"><table>\n\
         <thead><tr><th scope=\"col\">External Client App Name</th><th scope=\"col\">API Name</th>\
         <th scope=\"col\">Contact Email</th><th scope=\"col\">Distribution State</th><th scope=\"col\">Last Modified Date</th>\
         <th scope=\"col\"><span class=\"assistive\">Actions</span></th></tr></thead>\n<tbody>{rows}</tbody></table></div></div>",
        items = if count == 1 { "item" } else { "items" },
    );
    let said = visit.call.query().get("deleted").map(|_| "External client app was deleted.".to_owned());
    Frame::new("External Client App Manager", body)
        .with_actions(format!("<a class=\"button brand\" href=\"{NEW}\">New External Client App</a>"))
        .saying(said)
        .show(visit)
}
