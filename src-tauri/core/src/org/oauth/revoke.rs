//! The revocation endpoint (RFC 7009).

use http::StatusCode;

use super::{
    Trouble,
    wire::{ErrorBody, form, refusal},
};
use crate::{
    explain::Code,
    org::{address::Address, salesforce},
    ports::Http,
    secret::Secret,
};

/// Revokes a token at the org; a refresh token's access tokens end with it.
///
/// The request is our own because the `oauth2` crate refuses to send it to a practice org's plain loopback address.
///
/// # Errors
/// The failure of the org or the network. An error does not prove that the token lives, nor a success that it is dead:
/// [`super::introspect()`] tells that.
pub async fn revoke(http: &dyn Http, address: &Address, token: &Secret) -> Result<(), Trouble> {
    // EXPOSE: the token to revoke goes to the revocation endpoint, in the form body.
    let url = address.endpoint(salesforce::REVOKE_PATH);
    let request = form(&url, &[("token", token.expose())])?;
    let response = http.send(request).await?;
    // Salesforce answers with nothing; a network's own page, which comes with 200 too, is no word of the org's.
    let body = response.body();
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    let is_page = body.trim_ascii_start().starts_with(b"<");
    if response.status() == StatusCode::OK && !is_page {
        return Ok(());
    }
    let trouble = refusal(&url, &response);
    // Salesforce refuses a token that it no longer knows, where RFC 7009 (section 2.2) prescribes 200.
    let unknown = trouble.code == Code::SalesforceRefused
        && ErrorBody::read(response.body())
            .is_some_and(|body| matches!(body.error.as_str(), "invalid_token" | "unsupported_token_type"));
    Err(if unknown { Trouble { code: Code::RefreshTokenDead, terminal: true, ..trouble } } else { trouble })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Scripted, practice};

    #[tokio::test]
    async fn a_revocation_sends_the_token_in_the_body_and_takes_200_for_yes() {
        let http = Scripted::json(200, "");
        revoke(&http, &practice(), &Secret::new("5Aep861a+b=")).await.expect("revoked");
        let sent = http.only_request();
        assert_eq!(sent.uri, "http://localhost:8080/services/oauth2/revoke", "no query");
        assert_eq!(sent.body, "token=5Aep861a%2Bb%3D", "encoded, and nothing else");
    }

    #[tokio::test]
    async fn a_revocation_that_failed_says_why() {
        for (http, code) in [
            (Scripted::html(503, "<html>"), Code::SalesforceUnavailable),
            (Scripted::html(302, ""), Code::SalesforceUnreadable),
            (Scripted::html(200, "\n<!DOCTYPE html>"), Code::SalesforceUnreadable),
            (Scripted::html(200, "\u{feff}<html>"), Code::SalesforceUnreadable),
            (Scripted::html(400, "error=invalid_token&error_description=x"), Code::RefreshTokenDead),
            (Scripted::html(400, "error=invalid_client_id&error_description=x"), Code::KeyUnknown),
            (Scripted::broken(crate::ports::HttpError::Dns), Code::NetworkDns),
        ] {
            let trouble = revoke(&http, &practice(), &Secret::new("t")).await.expect_err("trouble");
            assert_eq!(trouble.code, code, "{http:?}");
        }
    }
}
