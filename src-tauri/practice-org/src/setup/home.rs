//! The two home pages: after a login, and of Setup.

use axum::response::Response;

use super::frame::Frame;
use super::visit::{APP_MANAGER, SETUP_HOME, USAGE, Visit};
use crate::http::paths::APP_LIST;

/// The page after a login. Setup is behind the gear.
pub(super) fn welcome(visit: &Visit<'_>, is_admin: bool) -> Response {
    let words = if is_admin {
        "<p>You are logged in to the practice org. Select the gear icon at the top right, then <strong>Setup</strong>.</p>"
    } else {
        "<p>You are logged in to the practice org. This user has no access to Setup.</p>"
    };
    Frame::new("Home", format!("<div class=\"card pad\">{words}</div>")).outside_setup().show(visit)
}

/// Setup Home.
pub(super) fn setup(visit: &Visit<'_>) -> Response {
    let pages = [
        (APP_LIST, "External Client App Manager", "Create External Client Apps, and look after them."),
        (USAGE, "External Client Apps OAuth Usage", "See who uses which app, and revoke access."),
        (APP_MANAGER, "App Manager", "See the apps of this org in one list."),
    ];
    let tiles = pages.map(|(path, title, words)| {
        format!("<li class=\"card pad\"><h2><a href=\"{path}\">{title}</a></h2><p>{words}</p></li>")
    });
    let body = format!("<ul class=\"tiles\">{}</ul>", tiles.concat());
    Frame::new("Home", body).at(SETUP_HOME).show(visit)
}
