//! The routes of the org.

use std::sync::Arc;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::StatusCode;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodFilter, on, post};

use crate::http::assets;
use crate::http::call::{Call, route};
use crate::http::pages::Page;
use crate::http::paths;
use crate::http::shared::Shared;
use crate::login::{form, inbox, passkey, verification};
use crate::oauth::{approval, authorize, errors, identity, introspect, revoke, token, well_known};
use crate::rehearsal::control;
use crate::rehearsal::rehearsed::Rehearsed;
use crate::{guard, metadata, rest, setup};

/// The largest body, far above any client's; a larger one gets 413.
const LARGEST_BODY: usize = 1024 * 1024;

const GET: MethodFilter = MethodFilter::GET;
const POST: MethodFilter = MethodFilter::POST;
const EVERY: MethodFilter = MethodFilter::GET
    .or(MethodFilter::POST)
    .or(MethodFilter::PUT)
    .or(MethodFilter::PATCH)
    .or(MethodFilter::DELETE)
    .or(MethodFilter::OPTIONS);

pub(crate) fn router(rehearsed: Arc<Rehearsed>) -> Router {
    let shared = Arc::clone(&rehearsed.shared);
    let control = Router::new().route("/__practice/{*name}", on(EVERY, control::answer));
    let routes = org(shared)
        .merge(control.with_state(Arc::clone(&rehearsed)))
        .layer(DefaultBodyLimit::max(LARGEST_BODY))
        .layer(from_fn_with_state(rehearsed, guard::around));
    // Around all routes, since a layer of theirs comes after one was chosen.
    Router::new().fallback_service(routes).layer(from_fn(guard::with_one_slash))
}

/// The org's own routes, without those of a rehearsal.
fn org(shared: Arc<Shared>) -> Router {
    Router::new()
        .route(paths::WELL_KNOWN, route(GET, well_known::show))
        .route(paths::AUTHORIZE, route(EVERY, authorize::begin))
        .route(paths::TOKEN, post(token::answer))
        .route(paths::INTROSPECT, route(POST, introspect::answer))
        .route(paths::REVOKE, route(POST, revoke::answer))
        .route(paths::USERINFO, route(GET.or(POST), identity::userinfo))
        .route("/id/{*ids}", route(GET, identity::identity))
        .route(paths::REST, route(EVERY, rest::versions))
        .route("/services/data/", route(EVERY, rest::versions))
        .route("/services/data/{*resource}", route(EVERY, rest::resource))
        .route("/services/async/{*resource}", route(EVERY, rest::absent::bulk))
        .route(metadata::EVERY_PATH, route(POST, metadata::answer))
        .route("/services/Soap/{*resource}", route(EVERY, rest::absent::soap))
        .route("/", route(GET, form::show).merge(route(POST, form::submit)))
        .route(paths::LOG_OUT, route(GET, form::log_out))
        .route(paths::APPROVAL, route(GET, approval::show).merge(route(POST, approval::decide)))
        .route(paths::VERIFICATION, route(GET, verification::show).merge(route(POST, verification::submit)))
        .route(paths::PASSKEY, route(GET, passkey::show).merge(route(POST, passkey::submit)))
        .route(paths::ERROR_PAGE, route(GET, errors::page))
        .route(paths::INBOX, route(GET, inbox::show))
        .route(setup::EVERY_PATH, route(GET.or(POST), setup::answer))
        .route("/practice.css", route(GET, assets::style))
        .route("/practice.svg", route(GET, assets::icon))
        .route("/setup.css", route(GET, setup::assets::style))
        .route("/setup.js", route(GET, setup::assets::script))
        .fallback(route(EVERY, not_found))
        .with_state(shared)
}

/// The answer to an unknown address.
fn not_found(_: &Shared, _: &Call) -> Response {
    let body = "<h1>URL No Longer Exists</h1><p>This practice org has no page at this address.</p>";
    Page::new("URL No Longer Exists", body.to_owned()).with_status(StatusCode::NOT_FOUND).into_response()
}
