//! `/services/oauth2/token`: tokens for a code, and tokens for a refresh token.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State as Extract;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::client::authenticate;
use super::errors;
use crate::http::call::{Call, Fields};
use crate::http::json::Json;
use crate::http::paths;
use crate::http::shared::Shared;
use crate::world::apps::permission::MayNot;
use crate::world::apps::settings::Tick;
use crate::world::grants::grant::Tokens;
use crate::world::grants::issuing::{CodeRefused, RefreshRefused};
use crate::world::grants::requests::Challenge;
use crate::world::refusals::OauthError;
use crate::world::state::State;

/// A token answer. Salesforce sends no `expires_in`, and `issued_at` as a text of milliseconds.
#[derive(Serialize)]
struct TokenAnswer {
    access_token: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<String>,
    signature: String,
    scope: String,
    instance_url: String,
    id: String,
    token_type: &'static str,
    issued_at: String,
}

/// POST, as a form.
pub(crate) async fn answer(Extract(shared): Extract<Arc<Shared>>, call: Call) -> Response {
    let form = call.form();
    let (app, delay) = match admitted(&shared, &call, &form) {
        Ok(admitted) => admitted,
        Err(error) => return error.json(StatusCode::BAD_REQUEST),
    };
    let refreshing = form.owned("refresh_token").filter(|_| form.get("grant_type") == Some("refresh_token"));
    let _held = match refreshing.map(|token| shared.in_process.hold(token)) {
        Some(None) => return errors::IN_PROCESS.json(StatusCode::BAD_REQUEST),
        Some(held) => held,
        None => None,
    };
    if !delay.is_zero() {
        tokio::time::sleep(delay).await;
    }
    let mut state = shared.lock();
    match issue(&mut state, app, &form) {
        Ok(issued) => Json(token_answer(&mut state, &call.base, issued)).into_response(),
        Err(error) => error.json(StatusCode::BAD_REQUEST),
    }
}

/// Checks key, secret and grant type; returns the app, and the delay of the answer.
// ASSUMES: client-before-grant
fn admitted(shared: &Shared, call: &Call, form: &Fields) -> Result<(usize, Duration), OauthError> {
    let mut state = shared.lock();
    let needed = if form.get("grant_type") == Some("refresh_token") {
        Tick::SecretForRefresh
    } else {
        Tick::SecretForWebServer
    };
    let app = authenticate(&state, call, form, needed)?;
    if form.get("scope").is_some() {
        return Err(errors::SCOPE_AT_TOKEN);
    }
    if let Some(error) = state.switches.next_token_error.take() {
        return Err(error);
    }
    match form.get("grant_type") {
        Some("authorization_code" | "refresh_token") => {
            Ok((app, Duration::from_millis(state.switches.token_delay_milliseconds)))
        }
        _ => Err(errors::GRANT_TYPE),
    }
}

fn issue(state: &mut State, app: usize, form: &Fields) -> Result<Tokens, OauthError> {
    if form.get("grant_type") == Some("refresh_token") {
        let token = form.get("refresh_token").unwrap_or_default();
        return state.refresh(app, token).map_err(|refused| match refused {
            RefreshRefused::Dead => errors::REFRESH_EXPIRED,
            RefreshRefused::UserInactive => errors::GRANT_USER_INACTIVE,
            RefreshRefused::MayNot(reason) => reason.at_token(),
        });
    }
    let code =
        state.spend_code(app, form.get("code").unwrap_or_default()).map_err(|refused| match refused {
            CodeRefused::Unknown => errors::CODE_INVALID,
            CodeRefused::Expired => errors::CODE_EXPIRED,
        })?;
    if form.get("redirect_uri") != Some(&code.redirect_uri) {
        return Err(errors::REDIRECT_MISMATCH);
    }
    verify(code.challenge.as_ref(), form.get("code_verifier"))?;
    if state.user_is_frozen(code.user) {
        return Err(errors::GRANT_USER_INACTIVE);
    }
    state.may_use(app, code.user).map_err(MayNot::at_token)?;
    Ok(state.approve(app, code.user, &code.scope))
}

/// Checks PKCE (RFC 7636 section 4.6), only S256. Verifiers of any length are accepted: clients that work with
/// Salesforce today send longer ones than the RFC's 128 characters.
fn verify(challenge: Option<&Challenge>, verifier: Option<&str>) -> Result<(), OauthError> {
    match (challenge, verifier) {
        (None, None) => Ok(()),
        // ASSUMES: verifier-unexpected
        (None, Some(_)) => Err(errors::VERIFIER_UNEXPECTED),
        // ASSUMES: verifier-missing
        (Some(_), None) => Err(errors::VERIFIER_INVALID),
        (Some(challenge), Some(verifier)) => {
            let hashed = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            // ASSUMES: method-missing
            if challenge.method.as_deref().unwrap_or("S256") == "S256" && challenge.value == hashed {
                Ok(())
            } else {
                Err(errors::VERIFIER_INVALID)
            }
        }
    }
}

fn token_answer(state: &mut State, base: &str, issued: Tokens) -> TokenAnswer {
    // ASSUMES: identity-host
    let id =
        state.switches.next_identity_url.take().unwrap_or_else(|| paths::identity(state, base, issued.user));
    let issued_at = issued.issued_at.to_string();
    TokenAnswer {
        signature: signature(state.pair(issued.app).map_or("", |pair| &pair.secret), &id, &issued_at),
        access_token: issued.access_token,
        refresh_token: issued.refresh_token,
        scope: issued.scope,
        instance_url: state.switches.next_instance_url.take().unwrap_or_else(|| base.to_owned()),
        id,
        token_type: "Bearer",
        issued_at,
    }
}

/// Base64 HMAC-SHA256 over `id` and `issued_at`, with the Consumer Secret as the key.
fn signature(secret: &str, id: &str, issued_at: &str) -> String {
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(secret.as_bytes()) else { return String::new() };
    mac.update(id.as_bytes());
    mac.update(issued_at.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn challenge(method: Option<&str>) -> Challenge {
        // The pair of RFC 7636 appendix B.
        let value = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM".to_owned();
        Challenge { value, method: method.map(str::to_owned) }
    }

    #[test]
    fn the_verifier_of_the_rfc_fits_its_challenge_and_nothing_else_does() {
        let verifier = Some("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk");
        let s256 = challenge(Some("S256"));
        assert_eq!(verify(Some(&s256), verifier), Ok(()), "RFC 7636 appendix B");
        assert_eq!(
            verify(Some(&challenge(None)), verifier),
            Ok(()),
            "without the method, as jsforce sends it"
        );
        for (challenge, verifier) in
            [(challenge(Some("plain")), verifier), (s256.clone(), Some("other")), (s256, None)]
        {
            assert_eq!(verify(Some(&challenge), verifier), Err(errors::VERIFIER_INVALID), "{verifier:?}");
        }
        assert_eq!(verify(None, verifier), Err(errors::VERIFIER_UNEXPECTED), "no challenge was sent");
    }

    #[test]
    fn the_signature_is_that_of_a_published_example() {
        // RFC 4231 test case 2, with its data cut in two.
        assert_eq!(
            signature("Jefe", "what do ya want ", "for nothing?"),
            "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM=",
            "HMAC-SHA256 over both parts joined"
        );
    }
}
