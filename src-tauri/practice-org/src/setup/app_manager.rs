//! App Manager: the older way in.

use std::fmt::Write;

use axum::response::Response;

use super::frame::Frame;
use super::visit::{APP_MANAGER, NEW, Visit, app_path};
use crate::http::clock_words::moment;
use crate::http::pages::escape;

/// GET: the apps of every kind. There is no button for connected apps, which cannot be created since Spring '26.
pub(super) fn show(visit: &Visit<'_>) -> Response {
    let mut rows = String::new();
    for (_, app) in visit.state.listed_apps() {
        let _ = writeln!(
            rows,
            "<tr><th scope=\"row\"><a href=\"{}\">{}</a></th><td>{}</td><td>External Client App</td><td>{}</td></tr>",
            app_path(&app.id),
            escape(&app.basics.name),
            escape(&app.basics.api_name),
            moment(app.modified.at),
        );
    }
    let body = format!(
        "<p class=\"notice\" role=\"note\">New connected apps can no longer be created as of Spring '26. Create an External \
         Client App in place of one: the fields are the same. Connected apps that exist keep working.</p>\n\
         <div class=\"card\"><div class=\"scroll\" role=\"region\" aria-label=\"Apps\" tabindex=\"0\"><table><thead><tr>\
         <th scope=\"col\">App Name</th><th scope=\"col\">Developer Name</th><th scope=\"col\">App Type</th>\
         <th scope=\"col\">Last Modified Date</th></tr></thead>\n<tbody>{rows}</tbody></table></div></div>"
    );
    Frame::new("App Manager", body)
        .at(APP_MANAGER)
        .with_actions(format!("<a class=\"button brand\" href=\"{NEW}\">New External Client App</a>"))
        .show(visit)
}
