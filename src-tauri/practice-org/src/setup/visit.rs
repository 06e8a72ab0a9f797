//! An admin's visit to a page of Setup, and the addresses of the pages.

use axum::http::Method;
use axum::response::Response;

use crate::http::call::Call;
use crate::http::forms;
use crate::http::paths::APPS;
use crate::world::state::State;

pub(super) const NEW: &str = "/lightning/setup/ManageExternalClientApplication/new";
pub(super) const SETUP_HOME: &str = "/lightning/setup/SetupOneHome/home";
pub(super) const APP_MANAGER: &str = "/lightning/setup/NavigationMenus/home";
// ASSUMES: usage-path
pub(super) const USAGE: &str = "/lightning/setup/ExternalClientAppsOAuthUsage/home";

/// The page of an app.
pub(super) fn app_path(id: &str) -> String {
    format!("{APPS}/{id}/detail")
}

/// One admin's visit to one page.
pub(super) struct Visit<'a> {
    pub(super) state: &'a mut State,
    pub(super) call: &'a Call,
    pub(super) session: String,
    pub(super) user: usize,
}

impl Visit<'_> {
    pub(super) fn is_post(&self) -> bool {
        self.call.method == Method::POST
    }

    /// A hidden field with the token of a form about to be shown.
    pub(super) fn form_token(&mut self) -> String {
        forms::token_field(self.state, &self.session)
    }

    /// Whether the form was shown to this browser and is sent for the first time.
    pub(super) fn form_is_fresh(&mut self) -> bool {
        forms::is_fresh(self.state, &self.session, &self.call.form())
    }

    pub(super) fn go(&self, path: &str) -> Response {
        self.call.redirect(path)
    }
}
