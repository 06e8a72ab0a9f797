//! The Setup pages, in the look of Lightning Setup: here an admin creates and maintains an External Client App.

mod app_draft;
mod app_editor;
mod app_list;
mod app_manager;
mod app_page;
pub(crate) mod assets;
mod consumer_page;
mod fields;
mod frame;
mod home;
mod policies_page;
mod scope_picker;
mod usage_page;
mod visit;

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::http::call::Call;
use crate::http::cookie::session_of;
use crate::http::pages::redirect;
use crate::http::paths::{self, APP_LIST};
use crate::http::shared::Shared;
use crate::world::people::users::Role;
use frame::Frame;
use visit::Visit;

/// The paths of pages that need a login.
pub(crate) const EVERY_PATH: &str = "/lightning/{*page}";

/// GET or POST of any page.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let session = session_of(shared, call).unwrap_or_default();
    let user = state.browsers.user(&session).filter(|user| !state.user_is_frozen(*user));
    let Some(user) = user else {
        let asked = call.uri.path_and_query().map_or(APP_LIST, |asked| asked.as_str());
        return redirect(&paths::login(
            &call.base,
            if call.method == Method::POST { APP_LIST } else { asked },
        ));
    };
    let is_admin = state.users.get(user).is_some_and(|user| user.role == Role::Admin);
    let mut visit = Visit { state: &mut state, call, session, user };
    let segments: Vec<&str> = call.path().trim_matches('/').split('/').skip(1).collect();
    match segments.as_slice() {
        ["page", "home"] => home::welcome(&visit, is_admin),
        ["setup", ..] if !is_admin => no_access(&visit),
        ["setup", "SetupOneHome", "home"] => home::setup(&visit),
        ["setup", "ManageExternalClientApplication", rest @ ..] => apps(&mut visit, rest),
        ["setup", "NavigationMenus", "home"] => app_manager::show(&visit),
        ["setup", "ExternalClientAppsOAuthUsage", "home"] => usage_page::answer(&mut visit),
        _ => frame::missing(&visit),
    }
}

fn apps(visit: &mut Visit<'_>, rest: &[&str]) -> Response {
    let (id, page) = match rest {
        ["home"] => return app_list::show(visit),
        ["new"] => return app_editor::create(visit),
        [id, page] => (*id, *page),
        _ => return frame::missing(visit),
    };
    let Some(app) = visit.state.app_by_id(id) else { return frame::missing(visit) };
    match page {
        "detail" => app_page::show(visit, app),
        "edit" => app_editor::edit(visit, app),
        "policies" => policies_page::answer(visit, app),
        "consumer" => consumer_page::answer(visit, app),
        "delete" => app_page::delete(visit, app),
        _ => frame::missing(visit),
    }
}

fn no_access(visit: &Visit<'_>) -> Response {
    let body = "<div class=\"card pad\"><p>You do not have the level of access necessary to perform the operation you \
                requested.</p><p class=\"rehearsal\">Setup of this practice org is open to its admin. Log out, then log in \
                as the admin.</p></div>";
    Frame::new("Insufficient Privileges", body.to_owned())
        .with_status(StatusCode::FORBIDDEN)
        .outside_setup()
        .show(visit)
        .into_response()
}
