//! The introspection endpoint (RFC 7662): whether a token is active, and until when.

use http::StatusCode;
use time::{Duration, OffsetDateTime};

use super::{
    Trouble,
    answer::Answer,
    wire::{form, refusal},
};
use crate::{
    explain::Code,
    org::{address::Address, salesforce},
    ports::Http,
    secret::Secret,
};

/// The longest life believed: longer than any policy, so a longer one is an error.
const LONGEST_LIFE: Duration = Duration::days(100 * 366);
const LAST_YEAR: i32 = 2200;

/// The kind of token asked about.
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

/// The org's answer about a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Introspected {
    pub active: bool,
    /// From `iat` to `exp`, both by the org's clock, so that a wrong clock here does no harm. The only source for it:
    /// Salesforce sends no `expires_in` with a token.
    pub life: Option<Duration>,
    /// When the token ends (`exp`), by the org's clock.
    pub ends_at: Option<OffsetDateTime>,
}

/// Asks the org about a token of this app.
///
/// # Errors
/// The failure of the org or the network. A 401 without a known error is [`Code::SecretWrong`], not terminal: key or
/// secret is refused, and [`crate::org::preflight::probe_token`] may tell which.
pub async fn introspect(
    http: &dyn Http,
    address: &Address,
    key: &Secret,
    secret: &Secret,
    token: &Secret,
    hint: TokenKind,
) -> Result<Introspected, Trouble> {
    // EXPOSE: pair and token go to the introspection endpoint, in the form body.
    let (key, secret, token) = (key.expose(), secret.expose(), token.expose());
    let fields =
        [("token", token), ("token_type_hint", hint.hint()), ("client_id", key), ("client_secret", secret)];
    let url = address.endpoint(salesforce::INTROSPECT_PATH);
    let response = http.send(form(&url, &fields)?).await?;
    let answer = Answer::read(response.body());
    if let Some(active) = answer.flag("active").filter(|_| response.status().is_success()) {
        let (ends, begins) = (answer.number("exp"), answer.number("iat"));
        let life =
            ends.zip(begins).and_then(|(ends, begins)| ends.checked_sub(begins)).map(Duration::seconds);
        let ends_at = ends.and_then(|ends| OffsetDateTime::from_unix_timestamp(ends).ok());
        return Ok(Introspected {
            active,
            life: life.filter(|life| life.is_positive() && *life <= LONGEST_LIFE),
            ends_at: ends_at.filter(|at| at.year() < LAST_YEAR),
        });
    }
    let trouble = refusal(&url, &response);
    let unexplained = trouble.code == Code::SalesforceUnreadable;
    let refused = unexplained && response.status() == StatusCode::UNAUTHORIZED;
    Err(if refused { Trouble::passing(Code::SecretWrong) } else { trouble })
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
    async fn introspection_says_whether_a_token_lives_and_until_when() {
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
    async fn odd_times_cost_nothing_but_themselves() {
        let (hours, none) = (Some(Duration::hours(2)), None);
        for (times, life) in [
            (r#""exp":"1736537386","iat":"1736530186""#, hours),
            (r#""exp":1736537386.0,"iat":1736530186"#, hours),
            (r#""exp":null,"iat":1736530186"#, none),
            (r#""exp":-1,"iat":1736530186"#, none),
            (r#""exp":9223372036854775807,"iat":-9223372036854775808"#, none),
            (r#""exp":9223372036854775807,"iat":0"#, none),
            (r#""exp":1e999,"iat":0"#, none),
            (r#""exp":253402300799,"iat":253402300000"#, Some(Duration::seconds(799))),
        ] {
            let found = ask(&Scripted::json(200, &format!(r#"{{"active":true,{times}}}"#))).await;
            let found = found.expect(times);
            assert_eq!((found.active, found.life), (true, life), "{times}");
            assert!(
                found.ends_at.is_none_or(|at| at.year() < LAST_YEAR),
                "a time that can be counted with: {times}"
            );
        }
    }

    #[tokio::test]
    async fn introspection_sends_the_pair_in_the_body_alone() {
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
    async fn introspection_tells_a_refused_pair_from_passing_trouble() {
        for (http, code, terminal) in [
            (
                Scripted::json(
                    401,
                    r#"{"error":"invalid_client","error_description":"invalid client credentials"}"#,
                ),
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
