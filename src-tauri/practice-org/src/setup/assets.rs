//! The style sheet and script of Setup's pages.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use crate::http::assets::css;
use crate::http::call::Call;
use crate::http::shared::Shared;

/// The style sheet, one for the browser. Later rules override earlier ones.
const STYLE: &str = concat!(
    include_str!("frame.css"),
    "\n",
    include_str!("page.css"),
    "\n",
    include_str!("fields.css"),
    "\n",
    include_str!("messages.css"),
    "\n",
    include_str!("tables.css"),
    "\n",
    include_str!("narrow.css"),
);
const SCRIPT: &str = include_str!("setup.js");

/// GET `/setup.css`.
pub(crate) fn style(_: &Shared, _: &Call) -> Response {
    css(STYLE)
}

/// GET `/setup.js`. No other page has a script.
pub(crate) fn script(_: &Shared, _: &Call) -> Response {
    ([(header::CONTENT_TYPE, "text/javascript;charset=utf-8")], SCRIPT).into_response()
}
