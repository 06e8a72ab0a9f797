//! `/.well-known/openid-configuration`.

use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::http::call::Call;
use crate::http::json::Json;
use crate::http::paths;
use crate::http::shared::Shared;

/// GET, without any credential. The names are those of Salesforce's own document, also for missing endpoints.
// ASSUMES: well-known-names
pub(crate) fn show(_: &Shared, call: &Call) -> Response {
    let base = &call.base;
    Json(json!({
        "issuer": base,
        "authorization_endpoint": format!("{base}{}", paths::AUTHORIZE),
        "token_endpoint": format!("{base}{}", paths::TOKEN),
        "revocation_endpoint": format!("{base}{}", paths::REVOKE),
        "userinfo_endpoint": format!("{base}{}", paths::USERINFO),
        "jwks_uri": format!("{base}/id/keys"),
        "register_endpoint": format!("{base}/services/oauth2/register"),
        "introspection_endpoint": format!("{base}{}", paths::INTROSPECT),
        "scopes_supported": ["api", "full", "id", "offline_access", "openid", "profile", "refresh_token", "web"],
        "response_types_supported": ["code", "token", "token id_token"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic", "private_key_jwt"],
    }))
    .into_response()
}
