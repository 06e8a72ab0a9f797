//! The Setup pages, in the look of Lightning Setup: where an admin creates an External Client App and looks after it.

mod app_draft;
mod app_editor;
mod app_list;
mod app_manager;
mod app_page;
mod consumer_page;
mod fields;
mod frame;
mod home;
mod policies_page;
mod scope_picker;
mod usage_page;

use axum::http::{Method, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::http::call::Call;
use crate::http::pages::found;
use crate::http::shared::Shared;
use crate::oauth::authorize::login_address;
use crate::world::people::browsers::session_of;
use crate::world::state::{Role, State};
use frame::Frame;

/// The External Client App Manager, as Salesforce names it.
pub(crate) const PATH: &str = "/lightning/setup/ManageExternalClientApplication/home";
/// Where a login without a destination leads.
pub(crate) const HOME: &str = "/lightning/page/home";
/// Every path below it is a page that needs a login.
pub(crate) const EVERY_PATH: &str = "/lightning/{*page}";

const APPS: &str = "/lightning/setup/ManageExternalClientApplication";
const NEW: &str = "/lightning/setup/ManageExternalClientApplication/new";
const SETUP_HOME: &str = "/lightning/setup/SetupOneHome/home";
const APP_MANAGER: &str = "/lightning/setup/NavigationMenus/home";
// ASSUMES: usage-path
const USAGE: &str = "/lightning/setup/ExternalClientAppsOAuthUsage/home";

/// The page of an app.
pub(crate) fn app_path(id: &str) -> String {
    format!("{APPS}/{id}/detail")
}

/// The page with an app's Consumer Key and Secret.
pub(crate) fn consumer_path(id: &str) -> String {
    format!("{APPS}/{id}/consumer")
}

/// One admin's visit to one page.
struct Visit<'a> {
    state: &'a mut State,
    call: &'a Call,
    session: String,
    user: usize,
}

impl Visit<'_> {
    fn is_post(&self) -> bool {
        self.call.method == Method::POST
    }

    /// The token of a form about to be shown, as a hidden field.
    fn form_token(&mut self) -> String {
        let token = self.state.unguessable.next();
        self.state.browsers.show_form(&self.session, token.clone());
        format!("<input type=\"hidden\" name=\"form\" value=\"{token}\">")
    }

    /// Whether the form sent is one this browser was shown, for the first time.
    fn form_is_fresh(&mut self) -> bool {
        let token = self.call.form().owned("form").unwrap_or_default();
        self.state.browsers.take_form(&self.session, &token)
    }

    fn go(&self, path: &str) -> Response {
        found(&format!("{}{path}", self.call.base))
    }
}

/// GET or POST of any page.
pub(crate) fn answer(shared: &Shared, call: &Call) -> Response {
    let mut state = shared.lock();
    let session = session_of(&call.headers, shared.port).unwrap_or_default();
    let user = state.browsers.user(&session).filter(|user| !state.user_is_frozen(*user));
    let Some(user) = user else {
        let asked = call.uri.path_and_query().map_or(PATH, |asked| asked.as_str());
        return found(&login_address(&call.base, if call.method == Method::POST { PATH } else { asked }));
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
