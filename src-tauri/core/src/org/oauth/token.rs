//! The token endpoint: exchanges a code or a refresh token for an access token.

use http::Response;
use time::OffsetDateTime;
use url::Url;

use super::{
    Owner, Trouble,
    answer::Answer,
    org_of_token, revoke,
    wire::{form, refusal},
};
use crate::{
    explain::{self, Code},
    org::{address::Address, salesforce},
    ports::{BrokenOff, Http},
    secret::Secret,
};

/// The longest access token, in bytes. Opaque tokens have 112, JWTs a few thousand.
const LONGEST_ACCESS: usize = 16 * 1024;
/// The longest refresh token, in bytes. It is only ever sent in a form.
const LONGEST_REFRESH: usize = 256 * 1024;

/// The tokens and facts that the org granted.
#[derive(Clone, Debug)]
pub struct Granted {
    pub access: Secret,
    /// Absent when the app may not have a refresh token.
    pub refresh: Option<Secret>,
    /// The granted scopes, perhaps fewer than requested. Empty when the answer names none.
    pub scope: Vec<String>,
    /// The base of API calls, checked against the org's address.
    pub instance_url: Url,
    /// The user who signed in, if the answer has an identity address. No request goes to its host.
    pub owner: Option<Owner>,
    /// The time by the org's clock.
    pub issued_at: Option<OffsetDateTime>,
}

/// The result of a refresh: at least one of the two tokens.
#[derive(Clone, Debug)]
pub struct Refreshed {
    pub access: Option<Secret>,
    /// The token that replaces the one sent, if any.
    pub rotated: Option<Secret>,
    pub beside: Beside,
}

/// The other facts in a refresh's answer. They are judged only after its tokens are stored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Beside {
    /// The base of API calls now, if tokens may go there.
    pub instance_url: Option<Url>,
    /// The orgs named by the identity address, and by the access token.
    pub orgs: Vec<String>,
    /// The user named by the identity address.
    pub user: Option<String>,
}

/// Exchanges the code of a callback. A code works once: a failed exchange is never repeated.
///
/// # Errors
/// The failure of the org or the network; [`Code::InstanceElsewhere`] when the answer names an address that tokens of
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
    let fields = [
        ("grant_type", "authorization_code"),
        // EXPOSE: code and verifier go to the token endpoint, in the form body.
        ("code", code.expose()),
        ("code_verifier", verifier.expose()),
        ("redirect_uri", redirect_uri),
    ];
    let (url, response, broken_off) = post(http, address, (key, Some(secret)), &fields).await?;
    let Some(answer) = tokens_in(&response, None) else {
        give_back(http, address, &Answer::read_for_tokens(response.body())).await;
        return Err(broken_off.unwrap_or_else(|| exchange_refused(&url, &response)));
    };
    // The part that did not come may have held the refresh token.
    let is_short = refresh_token(&answer).is_none() && !answer.is_whole();
    let read = match broken_off.filter(|_| is_short) {
        Some(trouble) => Err(trouble),
        None => granted(&answer, address),
    };
    if read.is_err() {
        give_back(http, address, &answer).await;
    }
    read
}

/// After a sign-in, a request to try again most likely means that the browser was in another org.
fn exchange_refused(url: &Url, response: &Response<Vec<u8>>) -> Trouble {
    let trouble = refusal(url, response);
    let asks_again = trouble.said.as_ref().is_some_and(|said| explain::asks_to_retry(said.as_str()));
    if asks_again { Trouble { code: Code::BrowserElsewhere, ..trouble } } else { trouble }
}

/// Revokes tokens from an answer that cannot be used. If that fails they last until they expire.
async fn give_back(http: &dyn Http, address: &Address, answer: &Answer) {
    let Some(token) = refresh_token(answer).or_else(|| access_token(answer)) else { return };
    if let Err(trouble) = revoke(http, address, &token).await {
        tracing::warn!(code = ?trouble.code, "tokens of an answer that cannot be used could not be revoked");
    }
}

/// Requests a new access token.
///
/// # Errors
/// The failure of the org or the network. Only a [`Trouble::terminal`] one means that the refresh token is dead.
pub async fn refresh(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    secret: &Secret,
    refresh_token: &Secret,
) -> Result<Refreshed, Trouble> {
    refresh_as(http, address, (key, Some(secret)), refresh_token).await
}

/// Requests a new access token as an app without a secret would. One that is not made to show it gets tokens as by any refresh.
///
/// # Errors
/// The failure of the org or the network. None of them means that the refresh token is dead.
pub async fn refresh_without_secret(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    refresh_token: &Secret,
) -> Result<Refreshed, Trouble> {
    refresh_as(http, address, (key, None), refresh_token).await
}

async fn refresh_as(
    http: &dyn Http,
    address: &Address,
    pair: (&Secret, Option<&Secret>),
    refresh_token: &Secret,
) -> Result<Refreshed, Trouble> {
    // EXPOSE: the refresh token goes to the token endpoint, in the form body.
    let fields = [("grant_type", "refresh_token"), ("refresh_token", refresh_token.expose())];
    let (url, response, broken_off) = post(http, address, pair, &fields).await?;
    let Some(answer) = tokens_in(&response, Some(refresh_token)) else {
        return Err(broken_off.unwrap_or_else(|| refusal(&url, &response)));
    };
    let access = access_token(&answer);
    let named = self::refresh_token(&answer);
    // If the answer breaks off, the missing part may hold the token that replaces the one sent.
    let is_told = named.is_some()
        || answer.is_whole()
        || (broken_off.is_none() && ends_without_refresh_token(response.body()));
    let rotated = named.filter(|token| token != refresh_token);
    if rotated.is_none() && (access.is_none() || !is_told) {
        return Err(broken_off.unwrap_or_else(|| Trouble::passing(Code::SalesforceUnreadable)));
    }
    let beside = beside(&answer, address, access.as_ref());
    Ok(Refreshed { access, rotated, beside })
}

/// Whether a text that is no JSON came to its end, and names no refresh token.
fn ends_without_refresh_token(body: &[u8]) -> bool {
    let name = br#""refresh_token""#;
    body.trim_ascii_end().ends_with(b"}") && !body.windows(name.len()).any(|part| part == name)
}

/// Sends one request to the token endpoint; also returns its address, and why the answer is not whole, if so: the tokens
/// in it exist nowhere else, so each part of it counts.
async fn post(
    http: &dyn Http,
    address: &Address,
    (key, secret): (&Secret, Option<&Secret>),
    fields: &[(&str, &str)],
) -> Result<(Url, Response<Vec<u8>>, Option<Trouble>), Trouble> {
    let url = address.endpoint(salesforce::TOKEN_PATH);
    // EXPOSE: the pair goes to the token endpoint in the form body, as Salesforce documents; a library that sent it as
    // HTTP Basic was refused.
    let pair = [Some(("client_id", key.expose())), secret.map(|secret| ("client_secret", secret.expose()))];
    let fields: Vec<(&str, &str)> = fields.iter().copied().chain(pair.into_iter().flatten()).collect();
    let response = http.send_and_keep_what_comes(form(&url, &fields)?).await?;
    let broken_off = response.extensions().get().map(|BrokenOff(why)| Trouble::from(*why));
    Ok((url, response, broken_off))
}

/// The answer, if it holds a token. A token counts whatever the status and the other fields; beside a refusal only one that
/// replaces the token sent does. It exists nowhere else, and has to look like one: it takes the place of one that may live.
fn tokens_in(response: &Response<Vec<u8>>, sent: Option<&Secret>) -> Option<Answer> {
    let answer = Answer::read_for_tokens(response.body());
    let named = refresh_token(&answer);
    let has_tokens = access_token(&answer).is_some() || named.is_some();
    let is_refusal = !response.status().is_success() && answer.text("error").is_some();
    // EXPOSE: compared only, with how Salesforce's refresh tokens begin.
    let is_one = |token: &Secret| token.expose().starts_with(salesforce::REFRESH_TOKEN_PREFIX);
    let replaces = sent.is_some_and(|sent| named.is_some_and(|token| token != *sent && is_one(&token)));
    (has_tokens && (!is_refusal || replaces)).then_some(answer)
}

fn granted(answer: &Answer, address: &Address) -> Result<Granted, Trouble> {
    let instance_url = match answer.text("instance_url") {
        Some(text) => admitted(&text, address)?,
        // The My Domain also serves the API.
        None => address.origin().clone(),
    };
    let owner = answer.text("id").map(|id| owner(&id, address)).transpose()?;
    Ok(Granted {
        access: access_token(answer).ok_or_else(|| Trouble::passing(Code::SalesforceUnreadable))?,
        refresh: refresh_token(answer),
        scope: answer.words("scope"),
        instance_url,
        owner,
        issued_at: answer.text("issued_at").as_deref().and_then(issued_at),
    })
}

fn beside(answer: &Answer, address: &Address, access: Option<&Secret>) -> Beside {
    let instance_url = answer.text("instance_url").and_then(|text| admitted(&text, address).ok());
    let owner = answer.text("id").and_then(|id| owner(&id, address).ok());
    let (org, user) = owner.map(|owner| (owner.org_id, owner.user_id)).unzip();
    let orgs = org.into_iter().chain(access.and_then(org_of_token)).collect();
    Beside { instance_url, orgs, user }
}

/// An access token must be fit for a header (RFC 6750, section 2.1), and of plausible length.
fn access_token(answer: &Answer) -> Option<Secret> {
    answer.secret("access_token", LONGEST_ACCESS, |byte| byte.is_ascii_graphic())
}

/// A refresh token is of printable ASCII (RFC 6749, appendix A.17): one that was damaged on its way is none.
fn refresh_token(answer: &Answer) -> Option<Secret> {
    answer.secret("refresh_token", LONGEST_REFRESH, |byte| matches!(byte, b' '..=b'~'))
}

/// An address in an answer, if tokens may go there.
fn admitted(text: &str, address: &Address) -> Result<Url, Trouble> {
    let url = Url::parse(text).map_err(|_| Trouble::passing(Code::SalesforceUnreadable))?;
    if address.admits(&url) { Ok(url) } else { Err(Trouble::passing(Code::InstanceElsewhere)) }
}

/// Org and user of an identity address, whose host all orgs of a cloud may share.
fn owner(text: &str, address: &Address) -> Result<Owner, Trouble> {
    let url = Url::parse(text).map_err(|_| Trouble::passing(Code::SalesforceUnreadable))?;
    if !address.admits_identity(&url) {
        return Err(Trouble::passing(Code::InstanceElsewhere));
    }
    Owner::of_identity(&url).ok_or_else(|| Trouble::passing(Code::SalesforceUnreadable))
}

fn issued_at(text: &str) -> Option<OffsetDateTime> {
    let milliseconds: i64 = text.parse().ok()?;
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000).ok()
}

#[cfg(test)]
#[path = "token_tests.rs"]
mod tests;
