//! The files that pages load: their common style sheet, and the tab's icon.

use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::call::Call;
use super::shared::Shared;

const STYLE: &str = include_str!("practice.css");
const ICON: &str = include_str!("practice.svg");

/// GET `/practice.css`.
pub(crate) fn style(_: &Shared, _: &Call) -> Response {
    css(STYLE)
}

/// GET `/practice.svg`.
pub(crate) fn icon(_: &Shared, _: &Call) -> Response {
    ([(header::CONTENT_TYPE, "image/svg+xml")], ICON).into_response()
}

/// A style sheet.
pub(crate) fn css(style: &'static str) -> Response {
    ([(header::CONTENT_TYPE, "text/css;charset=utf-8")], style).into_response()
}
