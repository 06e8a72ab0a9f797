//! Who signed in, and to which org.

use crate::{
    contract::view::{Identity, OrgKind},
    explain::Code,
    org::{
        address::Address,
        oauth::{Granted, Owner, Trouble, answer::Answer, org_of_token, to_18},
        rest::{Api, ApiError, shown},
        salesforce,
    },
    ports::Http,
};

/// The org and user that a sign-in turned out to be of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// For a practice org the kind is [`OrgKind::Practice`], whatever it simulates.
    pub identity: Identity,
    /// The kind that the org itself reports.
    pub reported: OrgKind,
    /// The base of API calls, without a slash at the end.
    pub instance_url: String,
    /// The API version, such as `67.0`.
    pub api_version: String,
    /// A remark that stops nothing.
    pub remark: Option<Code>,
}

/// The org that answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The expected org, by its own record.
    Same,
    /// The expected org, by the identity address: the user may not read the org's record.
    SameByIdentity,
    Other,
    /// Neither of them tells.
    CannotTell,
}

/// Asks the org whose tokens these are, and whether all its answers agree.
///
/// # Errors
/// The failure of the org or the network; [`Code::InstanceElsewhere`] when the answers name different orgs or users.
pub async fn identify(http: &dyn Http, address: &Address, granted: &Granted) -> Result<Known, Trouble> {
    let api = Api::new(http, address, &granted.instance_url, &granted.access)?;
    let of_token = org_of_token(&granted.access);
    if let (Some(owner), Some(of_token)) = (&granted.owner, &of_token)
        && owner.org_id != *of_token
    {
        return Err(Trouble::passing(Code::InstanceElsewhere));
    }
    let api_version = api.version().await?;
    let claims = claims(&api, granted.owner.as_ref()).await?;
    let owner = claims.settle(granted.owner.as_ref(), of_token.as_deref())?;
    let (username, user_is_hidden) = match api.username(&api_version, &owner.user_id).await {
        Ok(username) => (username, false),
        // The username in userinfo is not used where the user's own record can be read.
        Err(error) if is_hidden_or_refused(&error, &claims) => {
            (claims.username.as_deref().map_or_else(|| owner.user_id.clone(), shown), is_hidden(&error))
        }
        Err(error) => return Err(just_signed_in(error)),
    };
    let organization = match api.organization(&api_version).await {
        Ok(organization) if to_18(&organization.id).as_ref() == Some(&owner.org_id) => Some(organization),
        Ok(_) => return Err(Trouble::passing(Code::InstanceElsewhere)),
        Err(error) if is_hidden(&error) => None,
        Err(error) => return Err(just_signed_in(error)),
    };
    let remark = (user_is_hidden || organization.is_none()).then_some(Code::RecordHidden);
    // Whatever keeps this answer away, the sign-in goes on: then it is not known.
    let modifies_all_data = api.modifies_all_data(&api_version).await.ok();
    let reported = organization.as_ref().and_then(|org| org.kind).unwrap_or_else(|| address.kind());
    let kind = if address.is_practice() { OrgKind::Practice } else { reported };
    let Owner { org_id, user_id } = owner;
    Ok(Known {
        identity: Identity {
            org_id,
            org_name: organization.and_then(|org| org.name),
            user_id,
            username,
            kind,
            modifies_all_data,
        },
        reported,
        instance_url: granted.instance_url.origin().ascii_serialization(),
        api_version,
        remark,
    })
}

/// Whether the answering org is that of `owner`.
///
/// # Errors
/// The failure of the org or the network.
pub async fn prove(api: &Api<'_>, version: &str, owner: &Owner) -> Result<Proof, ApiError> {
    match api.organization(version).await {
        Ok(organization) if to_18(&organization.id).as_ref() == Some(&owner.org_id) => {
            return Ok(Proof::Same);
        }
        Ok(_) => return Ok(Proof::Other),
        Err(error) if is_hidden(&error) => {}
        Err(error) => return Err(error),
    }
    let claims = match api.document(&owner.path()).await {
        Ok(answer) => Claims::read(&answer),
        Err(error) if may_pass(error.trouble.code) => return Err(error),
        Err(_) => return Ok(Proof::CannotTell),
    };
    Ok(match claims.org_id {
        Some(org_id) if org_id == owner.org_id => Proof::SameByIdentity,
        Some(_) => Proof::Other,
        None => Proof::CannotTell,
    })
}

/// Whether the user may not see this one record.
fn is_hidden(error: &ApiError) -> bool {
    error.trouble.code == Code::RecordHidden
}

fn is_hidden_or_refused(error: &ApiError, claims: &Claims) -> bool {
    let is_refused = matches!(error.trouble.code, Code::ApiRefused | Code::SalesforceRefused);
    is_hidden(error) || (is_refused && claims.username.is_some())
}

/// The trouble when a token is refused right after it was issued: a policy refuses it, and no refresh would help.
fn just_signed_in(error: ApiError) -> Trouble {
    if error.curable && error.trouble.code == Code::RefreshTokenDead {
        Trouble { code: Code::ApiRefused, terminal: true, ..error.trouble }
    } else {
        error.trouble
    }
}

/// The claims of userinfo and the identity address. Each is used only for what it must tell.
#[derive(Debug, Default)]
struct Claims {
    org_id: Option<String>,
    user_id: Option<String>,
    username: Option<String>,
}

impl Claims {
    fn read(answer: &Answer) -> Self {
        let id = |name| answer.text(name).as_deref().and_then(to_18);
        let username = answer.text("username").or_else(|| answer.text("preferred_username"));
        Self { org_id: id("organization_id"), user_id: id("user_id"), username }
    }

    /// Org and user, if all sources agree: the token answer's identity address, these claims, the access token.
    fn settle(&self, granted: Option<&Owner>, of_token: Option<&str>) -> Result<Owner, Trouble> {
        let unknown = || Trouble::passing(Code::SalesforceUnreadable);
        let owner = if let Some(owner) = granted {
            owner.clone()
        } else {
            let org_id = self.org_id.as_deref().or(of_token).ok_or_else(unknown)?;
            let user_id = self.user_id.as_deref().ok_or_else(unknown)?;
            Owner::of_ids(org_id, user_id).ok_or_else(unknown)?
        };
        let agrees = |claimed: Option<&str>, known: &str| claimed.is_none_or(|claimed| claimed == known);
        let same = agrees(self.org_id.as_deref(), &owner.org_id)
            && agrees(self.user_id.as_deref(), &owner.user_id)
            && agrees(of_token, &owner.org_id);
        if same { Ok(owner) } else { Err(Trouble::passing(Code::InstanceElsewhere)) }
    }
}

/// The claims of userinfo, else of the identity address, where the app's scopes do not include userinfo. Empty when
/// both refuse: the API calls show whether the token is good.
async fn claims(api: &Api<'_>, owner: Option<&Owner>) -> Result<Claims, Trouble> {
    // Asked on the org's own host: the address may name a login host that only redirects.
    let paths = [Some(salesforce::USERINFO_PATH.to_owned()), owner.map(Owner::path)];
    for path in paths.into_iter().flatten() {
        match api.document(&path).await {
            Ok(answer) if !answer.is_empty() => return Ok(Claims::read(&answer)),
            Err(error) if may_pass(error.trouble.code) => return Err(error.trouble),
            Ok(_) | Err(_) => {}
        }
    }
    Ok(Claims::default())
}

/// Whether the trouble is the network's or the server's. An unreadable answer counts as a refusal here: its form
/// varies, and the next source may tell.
fn may_pass(code: Code) -> bool {
    code.is_passing() && !matches!(code, Code::SalesforceUnreadable | Code::SalesforceRefused)
}

#[cfg(test)]
mod tests {
    use url::Url;

    use super::*;
    use crate::{
        secret::Secret,
        testing::{Scripted, practice, sandbox},
    };

    const VERSIONS: &str = r#"[{"version":"66.0"},{"version":"67.0"}]"#;
    const USERINFO: &str = r#"{"sub":"x","user_id":"005xx000001Sv6AAAS","organization_id":"00Dxx0000001gPLEAY",
        "preferred_username":"claimed@acme.example"}"#;
    const POWERS: &str = r#"{"totalSize":1,"done":true,"records":[{"PermissionsModifyAllData":true}]}"#;
    const USER: &str = r#"{"attributes":{},"Username":"ada@acme.example"}"#;
    const ORGANIZATION: &str = r#"{"records":[{"Id":"00Dxx0000001gPLEAY","Name":"Acme","IsSandbox":true,
        "TrialExpirationDate":null,"OrganizationType":"Enterprise Edition"}]}"#;

    fn granted(instance: &str, token: &str) -> Granted {
        Granted {
            access: Secret::new(token),
            refresh: None,
            scope: Vec::new(),
            instance_url: Url::parse(instance).expect("a URL"),
            owner: Owner::of_ids("00Dxx0000001gPLEAY", "005xx000001Sv6AAAS"),
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
            .then_json(200, POWERS)
    }

    #[tokio::test]
    async fn an_identity_has_org_user_and_kind() {
        let http = script(USERINFO, USER, ORGANIZATION);
        let known = identify(&http, &practice(), &local()).await.expect("known");
        assert_eq!(known.identity.username, "ada@acme.example", "the user's record, not the claim");
        assert_eq!(known.identity.org_id, "00Dxx0000001gPLEAY", "long form");
        assert_eq!(known.identity.modifies_all_data, Some(true), "as the org says");
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
    async fn an_identity_is_known_without_userinfo_and_without_the_users_record() {
        let refused = r#"[{"message":"no","errorCode":"INSUFFICIENT_ACCESS"}]"#;
        let identity = USERINFO.replace("preferred_username", "username");
        let http = Scripted::json(200, VERSIONS)
            .then(403, &[], "Bad_OAuth_Token")
            .then_json(200, &identity)
            .then_json(403, refused)
            .then_json(200, ORGANIZATION)
            .then_json(200, POWERS);
        let known = identify(&http, &practice(), &local()).await.expect("known");
        assert_eq!(known.identity.username, "claimed@acme.example", "the identity address serves");
        let asked = http.requests().into_iter().map(|sent| sent.uri).nth(2);
        let identity_address = "http://localhost:8080/id/00Dxx0000001gPLEAY/005xx000001Sv6AAAS";
        assert_eq!(asked.as_deref(), Some(identity_address), "asked on the instance's host");

        let http = Scripted::json(200, VERSIONS)
            .then(403, &[], "Missing_OAuth_Token")
            .then(404, &[], "")
            .then_json(200, USER)
            .then_json(200, ORGANIZATION)
            .then_json(200, POWERS);
        let known = identify(&http, &practice(), &local()).await.expect("known");
        assert_eq!(known.identity.username, "ada@acme.example", "the user's record alone serves");
    }

    #[tokio::test]
    async fn a_user_who_may_not_see_the_records_is_known_by_the_identity_address() {
        let error = |code: &str| format!(r#"[{{"message":"x","errorCode":"{code}"}}]"#);
        let none = r#"{"totalSize":0,"done":true,"records":[]}"#.to_owned();
        for (status, body) in [
            (400, error("INVALID_TYPE")),
            (400, error("INVALID_FIELD")),
            (403, error("INSUFFICIENT_ACCESS_OR_READONLY")),
            (404, error("NOT_FOUND")),
            (200, none),
            (200, r#"{"records":[{"Id":null,"Name":"Acme"}]}"#.to_owned()),
        ] {
            let http = Scripted::json(200, VERSIONS)
                .then_json(200, USERINFO)
                .then_json(200, USER)
                .then_json(status, &body)
                .then_json(400, &error("INVALID_TYPE"));
            let known = identify(&http, &practice(), &local()).await.expect(&body);
            let found = &known.identity;
            assert_eq!(
                (found.org_id.as_str(), found.user_id.as_str()),
                ("00Dxx0000001gPLEAY", "005xx000001Sv6AAAS"),
                "{body}"
            );
            assert_eq!(known.remark, Some(Code::RecordHidden), "with a hint: {body}");
            assert_eq!(found.modifies_all_data, None, "the org does not tell: {body}");

            let http = Scripted::json(200, VERSIONS)
                .then(403, &[], "Bad_OAuth_Token")
                .then(403, &[], "Bad_OAuth_Token")
                .then_json(status, &body)
                .then_json(status, &body)
                .then(503, &[], "");
            let known = identify(&http, &practice(), &local()).await.expect(&body);
            assert_eq!(known.identity.username, "005xx000001Sv6AAAS", "nothing says more: {body}");
        }
        let http = script(USERINFO, USER, r#"{"records":[{"Id":"00Dxx0000001gPLEAY","IsSandbox":null}]}"#);
        let instance = "https://acme--uat.sandbox.my.salesforce.com";
        let known =
            identify(&http, &sandbox(), &granted(instance, "00Dxx0000001gPL!x")).await.expect("known");
        assert_eq!(
            (known.identity.kind, known.remark),
            (OrgKind::Sandbox, None),
            "the address says which kind"
        );
    }

    #[tokio::test]
    async fn an_answer_without_an_identity_address_is_settled_by_userinfo() {
        let unnamed = Granted { owner: None, ..local() };
        let http = script(USERINFO, USER, ORGANIZATION);
        let known = identify(&http, &practice(), &unnamed).await.expect("known");
        assert_eq!(known.identity.user_id, "005xx000001Sv6AAAS", "by userinfo");
        let other = USERINFO.replace("00Dxx0000001gPLEAY", "00Dxx0000001gPMEAY");
        let trouble =
            identify(&script(&other, USER, ORGANIZATION), &practice(), &unnamed).await.expect_err("refused");
        assert_eq!(trouble.code, Code::InstanceElsewhere, "the token names another org");
        let http = Scripted::json(200, VERSIONS).then(403, &[], "Bad_OAuth_Token");
        let trouble = identify(&http, &practice(), &unnamed).await.expect_err("refused");
        assert_eq!(trouble.code, Code::SalesforceUnreadable, "nobody says who");
    }

    #[tokio::test]
    async fn the_same_org_is_proved_by_its_record_or_by_the_identity_address() {
        let owner = Owner::of_ids("00Dxx0000001gPLEAY", "005xx000001Sv6AAAS").expect("an owner");
        let (instance, access) = (Url::parse("http://localhost:8080").expect("a URL"), Secret::new("00Da!b"));
        let hidden = r#"[{"message":"x","errorCode":"INVALID_TYPE"}]"#;
        let other = |text: &str| text.replace("00Dxx0000001gPLEAY", "00Dxx0000001gPMEAY");
        for (http, expected) in [
            (Scripted::json(200, ORGANIZATION), Proof::Same),
            (Scripted::json(200, &other(ORGANIZATION)), Proof::Other),
            (Scripted::json(400, hidden).then_json(200, USERINFO), Proof::SameByIdentity),
            (Scripted::json(400, hidden).then_json(200, &other(USERINFO)), Proof::Other),
            (Scripted::json(400, hidden).then(403, &[], "Wrong_Org"), Proof::CannotTell),
            (Scripted::json(400, hidden).then_json(200, "{}"), Proof::CannotTell),
        ] {
            let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
            assert_eq!(prove(&api, "67.0", &owner).await.expect("an answer"), expected, "{http:?}");
        }
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
            (
                401,
                "[{\"message\":\"このセッションは使用できません\",\"errorCode\":\"INVALID_SESSION_ID\"}]",
                Code::ApiRefused,
            ),
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
