//! Who signed in, and to which org.

use serde::Deserialize;
use url::Url;

use crate::{
    contract::view::{Identity, OrgKind},
    explain::Code,
    org::{
        address::Address,
        oauth::{Granted, Trouble},
        rest::{Api, shown},
        salesforce,
    },
    ports::Http,
};

/// The characters of a record id that are significant; the other three repeat their case.
const ID_LENGTH: usize = 15;
const USER_ID_PREFIX: &str = "005";

/// What a sign-in turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// A practice org's kind is [`OrgKind::Practice`], whatever it plays.
    pub identity: Identity,
    /// The kind the org itself reports.
    pub reported: OrgKind,
    /// Where API calls go, without a slash at the end.
    pub instance_url: String,
    /// Such as `67.0`.
    pub api_version: String,
}

/// Asks the org who was granted these tokens, and whether all it says agrees.
///
/// # Errors
/// What the org or the network answered; [`Code::InstanceElsewhere`] when the answers name different orgs or users.
pub async fn identify(http: &dyn Http, address: &Address, granted: &Granted) -> Result<Known, Trouble> {
    let api = Api::new(http, address, &granted.instance_url, &granted.access)?;
    let (org_id, user_id) = owner(&granted.id).ok_or(Trouble::passing(Code::SalesforceUnreadable))?;
    if org_of_token(granted).is_some_and(|org| org != org_id) {
        return Err(Trouble::passing(Code::InstanceElsewhere));
    }
    let api_version = api.version().await?;
    let claims = claims(&api, granted).await?;
    if let Some(claims) = &claims {
        claims.agree_with(&org_id, &user_id)?;
    }
    let username = username(&api, &api_version, &user_id, claims).await?;
    let organization = api.organization(&api_version).await?;
    if to_18(&organization.id).as_ref() != Some(&org_id) {
        return Err(Trouble::passing(Code::InstanceElsewhere));
    }
    let reported = organization.kind;
    let kind = if address.is_practice() { OrgKind::Practice } else { reported };
    Ok(Known {
        identity: Identity { org_id, org_name: organization.name, user_id, username, kind },
        reported,
        instance_url: granted.instance_url.origin().ascii_serialization(),
        api_version,
    })
}

/// The 18-character form of a record id; `None` for what is no id.
///
/// Three characters say which of each five before are capitals, as bits from the right (Salesforce help, article
/// 000385585).
pub fn to_18(id: &str) -> Option<String> {
    let fits = matches!(id.len(), ID_LENGTH | 18) && id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !fits {
        return None;
    }
    let significant: Vec<char> = id.chars().take(ID_LENGTH).collect();
    let suffix = significant.chunks(5).map(|five| {
        let capitals = five
            .iter()
            .rev()
            .fold(0_u8, |bits, character| bits << 1 | u8::from(character.is_ascii_uppercase()));
        char::from(if capitals < 26 { b'A' + capitals } else { b'0' + (capitals - 26) })
    });
    Some(significant.iter().copied().chain(suffix).collect())
}

/// What userinfo and the identity address say. Neither is asked for more than it must tell.
#[derive(Debug, Deserialize)]
struct Claims {
    user_id: String,
    organization_id: String,
    #[serde(alias = "preferred_username")]
    username: Option<String>,
}

impl Claims {
    fn agree_with(&self, org_id: &str, user_id: &str) -> Result<(), Trouble> {
        let same = |claimed: &str, known: &str| to_18(claimed).as_deref() == Some(known);
        if same(&self.organization_id, org_id) && same(&self.user_id, user_id) {
            Ok(())
        } else {
            Err(Trouble::passing(Code::InstanceElsewhere))
        }
    }
}

/// Org and user of an identity address: its last two segments.
fn owner(id: &Url) -> Option<(String, String)> {
    let segments: Vec<&str> = id.path_segments()?.collect();
    let ["id", org, user] = segments.as_slice() else { return None };
    let (org, user) = (to_18(org)?, to_18(user)?);
    (org.starts_with(salesforce::ORG_ID_PREFIX) && user.starts_with(USER_ID_PREFIX)).then_some((org, user))
}

/// The org an opaque access token names; `None` for a JWT.
fn org_of_token(granted: &Granted) -> Option<String> {
    // EXPOSE: only the org id that stands before the exclamation mark is read.
    let (org, _) = granted.access.expose().split_once('!')?;
    to_18(org)
}

/// Userinfo; where the app's scopes do not reach it, the identity address. `None` when both refuse: whether the token is
/// good is for the API calls to tell.
async fn claims(api: &Api<'_>, granted: &Granted) -> Result<Option<Claims>, Trouble> {
    // On the org's own host, not on the one the address names: that may be a login host which only redirects.
    for path in [salesforce::USERINFO_PATH, granted.id.path()] {
        match api.document::<Claims>(path).await {
            Ok(claims) => return Ok(Some(claims)),
            Err(error) if may_pass(error.trouble.code) => return Err(error.trouble),
            Err(_) => {}
        }
    }
    Ok(None)
}

/// Userinfo's `preferred_username` is not trusted where the user's own record can be read.
async fn username(
    api: &Api<'_>,
    version: &str,
    user_id: &str,
    claims: Option<Claims>,
) -> Result<String, Trouble> {
    let claimed = claims.and_then(|claims| claims.username);
    match (api.username(version, user_id).await, claimed) {
        (Ok(username), _) => Ok(username),
        (Err(error), Some(claimed)) if error.trouble.code == Code::ApiRefused && !error.trouble.terminal => {
            Ok(shown(&claimed))
        }
        (Err(error), _) => Err(error.trouble),
    }
}

/// Whether the trouble is the network's or the server's. An answer that cannot be read is a refusal here: userinfo words
/// its own as it likes, and the next place may tell.
fn may_pass(code: Code) -> bool {
    code.is_passing() && code != Code::SalesforceUnreadable
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        secret::Secret,
        testing::{Scripted, practice, sandbox},
    };

    const VERSIONS: &str = r#"[{"version":"66.0"},{"version":"67.0"}]"#;
    const USERINFO: &str = r#"{"sub":"x","user_id":"005xx000001Sv6AAAS","organization_id":"00Dxx0000001gPLEAY",
        "preferred_username":"claimed@acme.example"}"#;
    const USER: &str = r#"{"attributes":{},"Username":"ada@acme.example"}"#;
    const ORGANIZATION: &str = r#"{"records":[{"Id":"00Dxx0000001gPLEAY","Name":"Acme","IsSandbox":true,
        "TrialExpirationDate":null,"OrganizationType":"Enterprise Edition"}]}"#;

    fn granted(instance: &str, token: &str) -> Granted {
        Granted {
            access: Secret::new(token),
            refresh: None,
            scope: Vec::new(),
            instance_url: Url::parse(instance).expect("a URL"),
            id: Url::parse("https://test.salesforce.com/id/00Dxx0000001gPLEAY/005xx000001Sv6AAAS")
                .expect("a URL"),
            issued_at: None,
        }
    }

    fn local() -> Granted {
        granted("http://localhost:8080/", "00Dxx0000001gPL!x")
    }

    fn script(userinfo: &str, user: &str, organization: &str) -> Scripted {
        Scripted::json(200, VERSIONS)
            .then_json(200, userinfo)
            .then_json(200, user)
            .then_json(200, organization)
    }

    #[test]
    fn ids_have_one_long_form() {
        for (id, long) in [
            ("00Dxx0000001gPL", Some("00Dxx0000001gPLEAY")),
            ("00Dxx0000001gPLEAY", Some("00Dxx0000001gPLEAY")),
            ("005xx000001Sv6A", Some("005xx000001Sv6AAAS")),
            ("000000000000000", Some("000000000000000AAA")),
            ("ABCDEFGHIJKLMNO", Some("ABCDEFGHIJKLMNO555")),
            ("00Dxx0000001gP", None),
            ("00Dxx0000001gPLEA", None),
            ("00Dxx0000001gP!", None),
            ("00Dxx0000001gPé", None),
            ("", None),
        ] {
            assert_eq!(to_18(id).as_deref(), long, "{id}");
        }
    }

    #[tokio::test]
    async fn knows_org_user_and_kind() {
        let http = script(USERINFO, USER, ORGANIZATION);
        let known = identify(&http, &practice(), &local()).await.expect("known");
        assert_eq!(known.identity.username, "ada@acme.example", "the user's record, not the claim");
        assert_eq!(known.identity.org_id, "00Dxx0000001gPLEAY", "long form");
        assert_eq!(
            (known.identity.kind, known.reported),
            (OrgKind::Practice, OrgKind::Sandbox),
            "both kinds"
        );
        assert_eq!(
            (known.instance_url.as_str(), known.api_version.as_str()),
            ("http://localhost:8080", "67.0"),
            "API"
        );

        let instance = "https://acme--uat.sandbox.my.salesforce.com";
        let http = script(USERINFO, USER, ORGANIZATION);
        let known =
            identify(&http, &sandbox(), &granted(instance, "00Dxx0000001gPL!x")).await.expect("known");
        assert_eq!(known.identity.kind, OrgKind::Sandbox, "a real org is what it says");
        let asked: Vec<String> = http.requests().into_iter().map(|sent| sent.uri).collect();
        assert!(
            asked.iter().all(|uri| uri.starts_with(instance)),
            "the token went to the instance alone: {asked:?}"
        );
    }

    #[tokio::test]
    async fn does_without_userinfo_and_without_the_users_record() {
        let refused = r#"[{"message":"no","errorCode":"INSUFFICIENT_ACCESS"}]"#;
        let identity = USERINFO.replace("preferred_username", "username");
        let http = Scripted::json(200, VERSIONS)
            .then(403, &[], "Bad_OAuth_Token")
            .then_json(200, &identity)
            .then_json(403, refused)
            .then_json(200, ORGANIZATION);
        let known = identify(&http, &practice(), &local()).await.expect("known");
        assert_eq!(known.identity.username, "claimed@acme.example", "the identity address serves");
        let asked = http.requests().into_iter().map(|sent| sent.uri).nth(2);
        let identity_address = "http://localhost:8080/id/00Dxx0000001gPLEAY/005xx000001Sv6AAAS";
        assert_eq!(asked.as_deref(), Some(identity_address), "asked on the instance's host");

        let http = Scripted::json(200, VERSIONS)
            .then(403, &[], "Missing_OAuth_Token")
            .then(404, &[], "")
            .then_json(200, USER)
            .then_json(200, ORGANIZATION);
        let known = identify(&http, &practice(), &local()).await.expect("known");
        assert_eq!(known.identity.username, "ada@acme.example", "the user's record alone serves");
    }

    #[tokio::test]
    async fn answers_that_disagree_are_refused() {
        let other_org = USERINFO.replace("00Dxx0000001gPLEAY", "00Dxx0000001gPMEAY");
        let other_user = USERINFO.replace("005xx000001Sv6AAAS", "005xx000001Sv6BAAS");
        let other_record = ORGANIZATION.replace("00Dxx0000001gPLEAY", "00Dxx0000001gPm");
        for http in [
            script(&other_org, USER, ORGANIZATION),
            script(&other_user, USER, ORGANIZATION),
            script(USERINFO, USER, &other_record),
        ] {
            let trouble = identify(&http, &practice(), &local()).await.expect_err("refused");
            assert_eq!(trouble.code, Code::InstanceElsewhere, "{:?}", http.requests().len());
        }
        let other_token = granted("http://localhost:8080/", "00Dxx0000001gPM!x");
        let trouble = identify(&Scripted::default(), &practice(), &other_token).await.expect_err("refused");
        assert_eq!(trouble.code, Code::InstanceElsewhere, "before anything was asked");
    }

    #[tokio::test]
    async fn a_jwt_names_no_org_and_is_fine() {
        let http = script(USERINFO, USER, ORGANIZATION);
        assert!(
            identify(&http, &practice(), &granted("http://localhost:8080/", "eyJ.a.b")).await.is_ok(),
            "no prefix"
        );
    }

    #[tokio::test]
    async fn refusals_keep_their_meaning() {
        let disabled = r#"[{"message":"The REST API is not enabled for this Organization.","errorCode":"API_DISABLED_FOR_ORG"}]"#;
        let policy = r#"[{"message":"This session is not valid for use with the REST API","errorCode":"INVALID_SESSION_ID"}]"#;
        for (status, body, code) in [
            (403, disabled, Code::ApiDisabled),
            (401, policy, Code::ApiRefused),
            (503, "", Code::SalesforceUnavailable),
        ] {
            let http = Scripted::json(200, VERSIONS).then_json(200, USERINFO).then_json(status, body);
            let trouble = identify(&http, &practice(), &local()).await.expect_err("refused");
            assert_eq!(trouble.code, code, "{status}");
        }
        let http = Scripted::json(200, VERSIONS).then(503, &[], "");
        let trouble = identify(&http, &practice(), &local()).await.expect_err("down");
        assert_eq!(trouble.code, Code::SalesforceUnavailable, "no fallback while the server is down");
    }
}
