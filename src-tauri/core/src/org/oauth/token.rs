//! The token endpoint: a code or a refresh token becomes an access token.

use oauth2::{
    AuthType, AuthorizationCode, Client, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    ExtraTokenFields, PkceCodeVerifier, RedirectUrl, RefreshToken, StandardRevocableToken,
    StandardTokenResponse, TokenResponse, TokenUrl,
    basic::{
        BasicErrorResponse, BasicRevocationErrorResponse, BasicTokenIntrospectionResponse, BasicTokenType,
    },
};
use serde::{Deserialize, Serialize};
use time::OffsetDateTime;
use url::Url;

use super::{Trouble, revoke, wire::Wire};
use crate::{
    explain::Code,
    org::{address::Address, salesforce},
    ports::Http,
    secret::Secret,
};

/// In bytes. Opaque tokens have 112, JWTs a few thousand.
const LONGEST_TOKEN: usize = 16 * 1024;

/// What the org granted.
#[derive(Clone, Debug)]
pub struct Granted {
    pub access: Secret,
    /// Absent when the app may not have one.
    pub refresh: Option<Secret>,
    /// The scopes granted, which may be fewer than asked for. Empty when the answer names none.
    pub scope: Vec<String>,
    /// Where API calls go. Checked against the address.
    pub instance_url: Url,
    /// The identity address; its last two segments are org and user. Checked against the address.
    pub id: Url,
    /// By the org's clock.
    pub issued_at: Option<OffsetDateTime>,
}

/// What a refresh brought.
#[derive(Clone, Debug)]
pub struct Refreshed {
    pub access: Secret,
    /// The token that replaces the one that was sent, when there is one.
    pub rotated: Option<Secret>,
}

/// The fields Salesforce adds to those of RFC 6749, section 5.1. It sends no `expires_in`.
#[derive(Debug, Deserialize, Serialize)]
struct SalesforceFields {
    #[serde(default)]
    instance_url: String,
    #[serde(default)]
    id: String,
    /// Milliseconds since 1970, as text.
    #[serde(default)]
    issued_at: serde_json::Value,
}

impl ExtraTokenFields for SalesforceFields {}

type Answer = StandardTokenResponse<SalesforceFields, BasicTokenType>;

type SalesforceClient = Client<
    BasicErrorResponse,
    Answer,
    BasicTokenIntrospectionResponse,
    StandardRevocableToken,
    BasicRevocationErrorResponse,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointSet,
>;

/// Exchanges the code of a callback. A code works once: a failed exchange is never repeated.
///
/// # Errors
/// What the org or the network answered; [`Code::InstanceElsewhere`] when the answer names an address that the tokens of
/// `address` must not go to.
pub async fn exchange(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    secret: &Secret,
    code: &Secret,
    verifier: &Secret,
    redirect_uri: &str,
) -> Result<Granted, Trouble> {
    let redirect_uri =
        RedirectUrl::new(redirect_uri.to_owned()).map_err(|_| Trouble::passing(Code::Unexpected))?;
    let client = client(address, key, secret).set_redirect_uri(redirect_uri);
    let wire = Wire::new(http);
    let answer = client
        // EXPOSE: code and verifier go to the token endpoint, in the form body.
        .exchange_code(AuthorizationCode::new(code.expose().to_owned()))
        .set_pkce_verifier(PkceCodeVerifier::new(verifier.expose().to_owned()))
        .request_async(&wire)
        .await
        .map_err(|error| wire.trouble(&error))?;
    let read = granted(&answer, address);
    if read.is_err() {
        give_back(http, address, &answer).await;
    }
    read
}

/// Ends tokens that came with an answer nobody can use. When that fails they stay until they expire.
async fn give_back(http: &dyn Http, address: &Address, answer: &Answer) {
    // EXPOSE: moved from the library's type into ours.
    let token = answer.refresh_token().map_or_else(|| answer.access_token().secret(), |token| token.secret());
    if let Err(trouble) = revoke(http, address, &Secret::new(token.as_str())).await {
        tracing::warn!(code = ?trouble.code, "tokens of an answer that cannot be used could not be revoked");
    }
}

/// Asks for a fresh access token.
///
/// # Errors
/// What the org or the network answered. Only a [`Trouble::terminal`] one means that the refresh token is dead.
pub async fn refresh(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    secret: &Secret,
    refresh_token: &Secret,
) -> Result<Refreshed, Trouble> {
    let client = client(address, key, secret);
    let wire = Wire::new(http);
    // EXPOSE: the refresh token goes to the token endpoint, in the form body.
    let sent = RefreshToken::new(refresh_token.expose().to_owned());
    let request = client.exchange_refresh_token(&sent);
    let answer = request.request_async(&wire).await.map_err(|error| wire.trouble(&error))?;
    // Where calls go was settled by the sign-in. What this answer says of it is not looked at: a rotated token must not
    // be lost over that.
    let (access, rotated) = tokens(&answer)?;
    Ok(Refreshed { access, rotated: rotated.filter(|rotated| rotated != refresh_token) })
}

fn client(address: &Address, key: &Secret, secret: &Secret) -> SalesforceClient {
    // EXPOSE: the pair goes to the token endpoint in the form body, which Salesforce documents; a library that sent it
    // as HTTP Basic was refused.
    Client::new(ClientId::new(key.expose().to_owned()))
        .set_client_secret(ClientSecret::new(secret.expose().to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::from_url(address.endpoint(salesforce::TOKEN_PATH)))
}

fn granted(answer: &Answer, address: &Address) -> Result<Granted, Trouble> {
    let fields = answer.extra_fields();
    let (access, refresh) = tokens(answer)?;
    Ok(Granted {
        access,
        refresh,
        scope: answer.scopes().into_iter().flatten().map(|scope| scope.to_string()).collect(),
        instance_url: admitted(&fields.instance_url, address)?,
        id: admitted(&fields.id, address)?,
        issued_at: issued_at(&fields.issued_at),
    })
}

/// The access token, and the refresh token when there is one.
fn tokens(answer: &Answer) -> Result<(Secret, Option<Secret>), Trouble> {
    // EXPOSE: moved from the library's type into ours.
    let access = token(answer.access_token().secret())?;
    let refresh = answer.refresh_token().map(|refresh| token(refresh.secret())).transpose()?;
    Ok((access, refresh))
}

/// A token must be fit for a header: RFC 6750, section 2.1, and no longer than any seen.
fn token(text: &str) -> Result<Secret, Trouble> {
    let fits = (1..=LONGEST_TOKEN).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(Secret::new(text)) } else { Err(Trouble::passing(Code::SalesforceUnreadable)) }
}

/// An address in an answer, once it is certain that tokens may go there.
fn admitted(text: &str, address: &Address) -> Result<Url, Trouble> {
    let url = Url::parse(text).map_err(|_| Trouble::passing(Code::SalesforceUnreadable))?;
    if address.admits(&url) { Ok(url) } else { Err(Trouble::passing(Code::InstanceElsewhere)) }
}

fn issued_at(value: &serde_json::Value) -> Option<OffsetDateTime> {
    let milliseconds = value.as_i64().or_else(|| value.as_str()?.parse().ok())?;
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000).ok()
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
