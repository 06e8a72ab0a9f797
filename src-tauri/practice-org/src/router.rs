//! Which address is whose.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodFilter, post};

use crate::guard;
use crate::http::call::route;
use crate::http::pages;
use crate::http::shared::Shared;
use crate::login::form as login;
use crate::oauth::approval;
use crate::oauth::authorize;
use crate::oauth::identity;
use crate::oauth::introspect;
use crate::oauth::revoke;
use crate::oauth::token;
use crate::oauth::well_known;
use crate::rehearsal::control;
use crate::rest;
use crate::setup;
use crate::world::people::inbox;
use crate::world::people::verification;

/// No request of a client is anywhere near this; what is, answers 413.
const LARGEST_BODY: usize = 1024 * 1024;

const GET: MethodFilter = MethodFilter::GET;
const POST: MethodFilter = MethodFilter::POST;
const EVERY: MethodFilter = MethodFilter::GET
    .or(MethodFilter::POST)
    .or(MethodFilter::PUT)
    .or(MethodFilter::PATCH)
    .or(MethodFilter::DELETE)
    .or(MethodFilter::OPTIONS);

pub(crate) fn router(shared: Arc<Shared>) -> Router {
    Router::new()
        .route("/.well-known/openid-configuration", route(GET, well_known::show))
        .route("/services/oauth2/authorize", route(EVERY, authorize::begin))
        .route("/services/oauth2/token", post(token::answer))
        .route("/services/oauth2/introspect", route(POST, introspect::answer))
        .route("/services/oauth2/revoke", route(POST, revoke::answer))
        .route("/services/oauth2/userinfo", route(GET.or(POST), identity::userinfo))
        .route("/id/{*ids}", route(GET, identity::identity))
        .route("/services/data", route(GET, rest::versions))
        .route("/services/data/", route(GET, rest::versions))
        .route("/services/data/{*resource}", route(GET, rest::resource))
        .route("/", route(GET, login::show).merge(route(POST, login::submit)))
        .route("/secur/logout.jsp", route(GET, login::log_out))
        .route(approval::PATH, route(GET, approval::show).merge(route(POST, approval::decide)))
        .route(verification::PATH, route(GET, verification::show).merge(route(POST, verification::submit)))
        .route(inbox::PATH, route(GET, inbox::show))
        .route(setup::EVERY_PATH, route(GET.or(POST), setup::answer))
        .route("/practice.css", route(GET, pages::style))
        .route("/practice.svg", route(GET, pages::icon))
        .route("/setup.css", route(GET, pages::style))
        .route("/setup.js", route(GET, pages::script))
        .route("/__practice/{*name}", route(EVERY, control::answer))
        .fallback(route(EVERY, pages::not_found))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(Arc::clone(&shared), guard::around))
        .with_state(shared)
}
