//! Checks key, secret and callback before a browser opens.
//!
//! Three probes, none of which issues a token or needs a flow to be enabled, and a pure table that weighs their
//! answers. An uncertain result is "cannot tell", which never stops a sign-in.

mod approval;
mod findings;
mod inquiry;
mod pause;
mod verdict;

use http::{Response, StatusCode, header::LOCATION};
use oauth2::PkceCodeChallenge;
use url::Url;

use crate::{
    explain::{self, Code},
    org::{
        address::{Address, is_listed},
        oauth::{
            TokenKind, Trouble, authorize_url,
            wire::{ErrorBody, form, get, passing_trouble},
        },
        salesforce,
    },
    ports::Http,
    secret::Secret,
};

pub use findings::of_line;
pub use inquiry::{Answers, ask};
use verdict::{KeyWord, LineWord, SecretWord, read};
pub use verdict::{Verdict, is_key, judge};

/// The `state` of a probe. No callback with it is accepted, and it does not begin as ours do.
const PROBE_STATE: &str = "probe";
/// Has the form of a refresh token and a code, and is neither.
const DUMMY_TOKEN: &str = "5Aep861probe.made.up.by.Datatrax.Connect";
const DUMMY_CODE: &str = "aPrxprobe.made.up.by.Datatrax.Connect";

/// The authorize endpoint's answer about a key and a callback.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AuthorizeAnswer {
    /// The org knows the key, and the callback line is registered.
    Known,
    /// The org does not know the key, or not yet.
    KeyUnknown,
    /// The org knows the key, and the callback line is not registered, or not yet.
    CallbackMismatch,
    /// The org is at this other listed host; for a practice org, at this other origin.
    Moved(String),
    CannotTell(Code),
}

/// The introspection endpoint's answer about a key and a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PairAnswer {
    Right,
    /// Key or secret is wrong; [`probe_token`] tells which.
    Wrong,
    CannotTell(Code),
}

/// The token endpoint's answer about a key and a secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenAnswer {
    KeyUnknown,
    SecretWrong,
    /// An inference: key and secret are checked before the code.
    PairRight,
    CannotTell(Code),
}

/// Asks for the list of API versions, which everybody may read. What kept the answer away, if anything did: an org that
/// answers with an error is there.
pub async fn reach(http: &dyn Http, address: &Address) -> Option<Code> {
    let request = get(&address.endpoint(salesforce::VERSIONS_PATH), None);
    let request = match request {
        Ok(request) => request,
        Err(trouble) => return Some(trouble.code),
    };
    http.send(request).await.err().map(|error| Trouble::from(error).code)
}

/// Asks as a browser would, with a state and a challenge that belong to no sign-in.
///
/// The key goes into the query: a value that looks like a secret must first be asked about with [`probe_token`].
pub async fn probe_authorize(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    redirect_uri: &str,
) -> AuthorizeAnswer {
    let (challenge, _) = PkceCodeChallenge::new_random_sha256();
    let url = authorize_url(address, key, redirect_uri, PROBE_STATE, &challenge, &[]);
    let request = match get(&url, None) {
        Ok(request) => request,
        Err(trouble) => return AuthorizeAnswer::CannotTell(trouble.code),
    };
    match http.send(request).await {
        Ok(response) => read_authorize(address, redirect_uri, &response),
        Err(error) => AuthorizeAnswer::CannotTell(Trouble::from(error).code),
    }
}

/// Asks once more, without the proof of who started a sign-in. `None` where the answer does not tell whether it is wanted.
pub async fn probe_challenge(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    redirect_uri: &str,
) -> Option<bool> {
    let (challenge, _) = PkceCodeChallenge::new_random_sha256();
    let mut url = authorize_url(address, key, redirect_uri, PROBE_STATE, &challenge, &[]);
    let kept: Vec<&str> =
        url.query()?.split('&').filter(|field| !field.starts_with("code_challenge")).collect();
    let query = kept.join("&");
    url.set_query(Some(&query));
    let response = http.send(get(&url, None).ok()?).await.ok()?;
    match read_authorize(address, redirect_uri, &response) {
        AuthorizeAnswer::Known => Some(false),
        AuthorizeAnswer::CannotTell(Code::ChallengeMissing) => Some(true),
        AuthorizeAnswer::KeyUnknown
        | AuthorizeAnswer::CallbackMismatch
        | AuthorizeAnswer::Moved(_)
        | AuthorizeAnswer::CannotTell(_) => None,
    }
}

fn read_authorize(address: &Address, redirect_uri: &str, response: &Response<Vec<u8>>) -> AuthorizeAnswer {
    if let Some(trouble) = passing_trouble(response.status(), response.headers()) {
        return AuthorizeAnswer::CannotTell(trouble.code);
    }
    if response.status().is_redirection() {
        let target = response.headers().get(LOCATION).and_then(|location| location.to_str().ok());
        return match target {
            Some(target) => read_redirect(address, redirect_uri, target),
            None => AuthorizeAnswer::CannotTell(Code::SalesforceUnreadable),
        };
    }
    let body = String::from_utf8_lossy(response.body());
    // An error page leads nowhere, so it is looked for first, and only if the status is no success.
    if let Some(error) = approval::error_on_page(&body) {
        return read_error(&error);
    }
    match approval::way_on_page(&body) {
        Some(target) if response.status() == StatusCode::OK => read_redirect(address, redirect_uri, &target),
        _ => AuthorizeAnswer::CannotTell(Code::SalesforceUnreadable),
    }
}

/// The answer in a redirect of the browser.
fn read_redirect(address: &Address, redirect_uri: &str, target: &str) -> AuthorizeAnswer {
    if let Some(query) = target.strip_prefix(redirect_uri).and_then(|rest| rest.strip_prefix('?')) {
        // Only a registered callback gets a redirect; its error tells what else is wrong.
        let error = ErrorBody::read(query.as_bytes()).unwrap_or_default();
        return AuthorizeAnswer::CannotTell(explain::authorize_error(&error.error, &error.error_description));
    }
    let Ok(target) = address.endpoint(salesforce::AUTHORIZE_PATH).join(target) else {
        return AuthorizeAnswer::CannotTell(Code::SalesforceUnreadable);
    };
    if target.origin() == address.origin().origin() && target.path().contains(salesforce::ERROR_PAGE) {
        return read_error(
            &ErrorBody::read(target.query().unwrap_or_default().as_bytes()).unwrap_or_default(),
        );
    }
    if target.origin() == address.origin().origin() {
        return if approval::leads_to_approval(&target) {
            AuthorizeAnswer::Known
        } else {
            AuthorizeAnswer::CannotTell(Code::SalesforceUnreadable)
        };
    }
    match elsewhere(address, &target) {
        Some(place) => AuthorizeAnswer::Moved(place),
        None => AuthorizeAnswer::CannotTell(Code::SalesforceUnreadable),
    }
}

/// The address that an org may have moved to; `None` if it may get no requests.
fn elsewhere(address: &Address, target: &Url) -> Option<String> {
    if address.is_practice() {
        let is_local =
            target.scheme() == "http" && matches!(target.host_str(), Some("localhost" | "127.0.0.1"));
        return is_local.then(|| target.origin().ascii_serialization());
    }
    // The generic hosts belong to no single org.
    let host = target.host_str().filter(|host| !salesforce::GENERIC_HOSTS.contains(host))?;
    is_listed(target).then(|| host.to_owned())
}

fn read_error(error: &ErrorBody) -> AuthorizeAnswer {
    let code = explain::authorize_error(&error.error, &error.error_description);
    if code == Code::KeyUnknown {
        AuthorizeAnswer::KeyUnknown
    } else if code == Code::CallbackMissing {
        AuthorizeAnswer::CallbackMismatch
    } else {
        AuthorizeAnswer::CannotTell(code)
    }
}

/// Asks about a made-up token: a refused pair gets 401, an accepted one 400 or 200.
pub async fn probe_pair(http: &dyn Http, address: &Address, key: &Secret, secret: &Secret) -> PairAnswer {
    let fields = [
        ("token", DUMMY_TOKEN),
        ("token_type_hint", TokenKind::Refresh.hint()),
        // EXPOSE: the pair goes to the introspection endpoint, in the form body.
        ("client_id", key.expose()),
        ("client_secret", secret.expose()),
    ];
    match post(http, address, salesforce::INTROSPECT_PATH, &fields).await {
        Ok(response) => read_pair(&response),
        Err(trouble) => PairAnswer::CannotTell(trouble.code),
    }
}

fn read_pair(response: &Response<Vec<u8>>) -> PairAnswer {
    if let Some(trouble) = passing_trouble(response.status(), response.headers()) {
        return PairAnswer::CannotTell(trouble.code);
    }
    if is_page(response) {
        // The answer came from elsewhere: a gateway, a captive portal.
        return PairAnswer::CannotTell(Code::SalesforceUnreadable);
    }
    let error = ErrorBody::read(response.body()).map(|body| body.error);
    if let Some(code) = not_of_the_pair(response.body()) {
        return PairAnswer::CannotTell(code);
    }
    match (response.status(), error.as_deref()) {
        (StatusCode::UNAUTHORIZED, _)
        | (
            StatusCode::BAD_REQUEST,
            Some("invalid_client" | "invalid_client_id" | "invalid_client_credentials"),
        ) => PairAnswer::Wrong,
        (StatusCode::BAD_REQUEST, _) => PairAnswer::Right,
        (StatusCode::OK, _) if says_whether_active(response.body()) => PairAnswer::Right,
        _ => PairAnswer::CannotTell(Code::SalesforceUnreadable),
    }
}

/// The meaning of `invalid_client` with words that do not concern key and secret.
fn not_of_the_pair(body: &[u8]) -> Option<Code> {
    let body = ErrorBody::read(body).filter(|body| body.error.starts_with("invalid_client"))?;
    let code = explain::token_error(&body.error, &body.error_description).code;
    (!matches!(code, Code::SecretWrong | Code::KeyUnknown)).then_some(code)
}

/// Sends a made-up code: key and secret are checked before the code.
pub async fn probe_token(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    secret: &Secret,
    redirect_uri: &str,
) -> TokenAnswer {
    let (_, verifier) = PkceCodeChallenge::new_random_sha256();
    let fields = [
        ("grant_type", "authorization_code"),
        ("code", DUMMY_CODE),
        ("redirect_uri", redirect_uri),
        ("code_verifier", verifier.secret()),
        // EXPOSE: the pair goes to the token endpoint, in the form body.
        ("client_id", key.expose()),
        ("client_secret", secret.expose()),
    ];
    match post(http, address, salesforce::TOKEN_PATH, &fields).await {
        Ok(response) => read_token(&response),
        Err(trouble) => TokenAnswer::CannotTell(trouble.code),
    }
}

fn read_token(response: &Response<Vec<u8>>) -> TokenAnswer {
    if let Some(trouble) = passing_trouble(response.status(), response.headers()) {
        return TokenAnswer::CannotTell(trouble.code);
    }
    let is_error = matches!(response.status(), StatusCode::BAD_REQUEST | StatusCode::UNAUTHORIZED);
    let Some(body) = ErrorBody::read(response.body()).filter(|_| is_error && !is_page(response)) else {
        return TokenAnswer::CannotTell(Code::SalesforceUnreadable);
    };
    let code = explain::token_error(&body.error, &body.error_description).code;
    match body.error.as_str() {
        "invalid_client_id" => TokenAnswer::KeyUnknown,
        "invalid_client" | "invalid_client_credentials" if code == Code::KeyUnknown => {
            TokenAnswer::KeyUnknown
        }
        "invalid_client" | "invalid_client_credentials" if code == Code::SecretWrong => {
            TokenAnswer::SecretWrong
        }
        // Only an error about the code or its verifier shows that the pair was accepted.
        "invalid_grant" if matches!(code, Code::CodeSpent | Code::VerifierRefused) => TokenAnswer::PairRight,
        _ => TokenAnswer::CannotTell(code),
    }
}

async fn post(
    http: &dyn Http,
    address: &Address,
    path: &str,
    fields: &[(&str, &str)],
) -> Result<Response<Vec<u8>>, Trouble> {
    Ok(http.send(form(&address.endpoint(path), fields)?).await?)
}

/// Whether the answer is a page for people.
fn is_page(response: &Response<Vec<u8>>) -> bool {
    response.body().trim_ascii_start().starts_with(b"<")
}

fn says_whether_active(body: &[u8]) -> bool {
    serde_json::from_slice::<serde_json::Value>(body).is_ok_and(|answer| answer["active"].is_boolean())
}

#[cfg(test)]
mod tests;
