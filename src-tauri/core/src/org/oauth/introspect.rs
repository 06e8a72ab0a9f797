//! The introspection endpoint (RFC 7662): whether a token lives, and until when.

use oauth2::{
    AccessToken, AuthType, ClientId, ClientSecret, IntrospectionUrl, TokenIntrospectionResponse,
    basic::BasicClient,
};
use time::{Duration, OffsetDateTime};

use super::{Trouble, wire::Wire};
use crate::{
    explain::Code,
    org::{address::Address, salesforce},
    ports::Http,
    secret::Secret,
};

/// Which kind of token is asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    Access,
    Refresh,
}

impl TokenKind {
    /// RFC 7009, section 2.1.
    pub(crate) fn hint(self) -> &'static str {
        match self {
            Self::Access => "access_token",
            Self::Refresh => "refresh_token",
        }
    }
}

/// What the org says about a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Introspected {
    pub active: bool,
    /// From `iat` to `exp`, both of the org's clock, so that a wrong clock here does no harm. The only way to learn it:
    /// Salesforce sends no `expires_in` with a token.
    pub life: Option<Duration>,
    /// When it ends (`exp`), by the org's clock.
    pub ends_at: Option<OffsetDateTime>,
}

/// Asks the org about a token of this app.
///
/// # Errors
/// What the org or the network answered. A 401 whose body does not say more is [`Code::SecretWrong`], not terminal: key or
/// secret are refused, and [`crate::org::preflight::probe_token`] may tell which.
pub async fn introspect(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    secret: &Secret,
    token: &Secret,
    hint: TokenKind,
) -> Result<Introspected, Trouble> {
    // EXPOSE: pair and token go to the introspection endpoint, in the form body.
    let client = BasicClient::new(ClientId::new(key.expose().to_owned()))
        .set_client_secret(ClientSecret::new(secret.expose().to_owned()))
        .set_auth_type(AuthType::RequestBody)
        .set_introspection_url(IntrospectionUrl::from_url(address.endpoint(salesforce::INTROSPECT_PATH)));
    let wire = Wire::new(http);
    // EXPOSE: the same.
    let token = AccessToken::new(token.expose().to_owned());
    let request = client.introspect(&token).set_token_type_hint(hint.hint());
    let answer = request.request_async(&wire).await.map_err(|error| {
        let trouble = wire.trouble(&error);
        let unexplained = trouble.code == Code::SalesforceUnreadable;
        if unexplained && wire.status() == Some(http::StatusCode::UNAUTHORIZED) {
            Trouble::passing(Code::SecretWrong)
        } else {
            trouble
        }
    })?;
    let life = answer.exp().zip(answer.iat()).map(|(exp, iat)| Duration::seconds((exp - iat).num_seconds()));
    let ends_at = answer.exp().and_then(|exp| OffsetDateTime::from_unix_timestamp(exp.timestamp()).ok());
    Ok(Introspected { active: answer.active(), life: life.filter(|life| life.is_positive()), ends_at })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Scripted, practice, secrets};

    async fn ask(http: &Scripted) -> Result<Introspected, Trouble> {
        let (key, secret) = secrets();
        introspect(http, &practice(), &key, &secret, &Secret::new("5Aep861token"), TokenKind::Refresh).await
    }

    #[tokio::test]
    async fn learns_whether_a_token_lives_and_until_when() {
        let http = Scripted::json(
            200,
            r#"{"active":true,"scope":"api refresh_token","client_id":"x","username":"u",
            "sub":"https://login.salesforce.com/id/a/b","token_type":"access_token","exp":1736537386,"iat":1736530186,"nbf":1736530186}"#,
        );
        let found = ask(&http).await.expect("an answer");
        assert!(found.active, "active");
        assert_eq!(found.life, Some(Duration::hours(2)), "exp less iat");
        assert_eq!(found.ends_at.map(OffsetDateTime::unix_timestamp), Some(1_736_537_386), "exp");

        let http = Scripted::json(200, r#"{"active":false}"#);
        let dead = Introspected { active: false, life: None, ends_at: None };
        assert_eq!(ask(&http).await.expect("an answer"), dead, "dead");
    }

    #[tokio::test]
    async fn sends_the_pair_in_the_body_alone() {
        let http = Scripted::json(200, r#"{"active":false}"#);
        ask(&http).await.expect("an answer");
        let sent = http.only_request();
        assert_eq!(sent.uri, "http://localhost:8080/services/oauth2/introspect", "no query");
        assert_eq!(sent.field("token"), Some("5Aep861token".to_owned()), "the token");
        assert_eq!(sent.field("token_type_hint"), Some("refresh_token".to_owned()), "the hint");
        let (key, secret) = secrets();
        assert_eq!(sent.field("client_id").as_deref(), Some(key.expose()), "the key");
        assert_eq!(sent.field("client_secret").as_deref(), Some(secret.expose()), "the secret");
        assert!(!sent.headers.contains_key("authorization"), "no HTTP Basic");
    }

    #[tokio::test]
    async fn tells_a_refused_pair_from_passing_trouble() {
        for (http, code, terminal) in [
            (
                Scripted::json(401, r#"{"error":"invalid_client","error_description":"x"}"#),
                Code::SecretWrong,
                true,
            ),
            (
                Scripted::json(401, r#"{"error":"invalid_client_id","error_description":"x"}"#),
                Code::KeyUnknown,
                true,
            ),
            (Scripted::json(401, ""), Code::SecretWrong, false),
            (Scripted::html(200, "<html>"), Code::SalesforceUnreadable, false),
            (Scripted::html(503, "<html>"), Code::SalesforceUnavailable, false),
            (Scripted::json(200, r#"{"active":"yes"}"#), Code::SalesforceUnreadable, false),
        ] {
            let trouble = ask(&http).await.expect_err("trouble");
            assert_eq!((trouble.code, trouble.terminal), (code, terminal), "{http:?}");
        }
    }
}
