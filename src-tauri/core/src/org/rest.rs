//! The few REST calls that show what a connection leads to and whether it works, and those that rotate its app's pair.

pub mod own_app;

use http::{Response, StatusCode};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};
use url::Url;

use crate::{
    contract::view::OrgKind,
    explain::{self, Code},
    org::{
        address::Address,
        oauth::{
            Owner, Trouble,
            answer::Answer,
            wire::{ErrorBody, get, moved, moved_to, passing_trouble},
        },
        salesforce,
    },
    ports::Http,
    secret::Secret,
};

/// The newest API version this program was tested with (Summer '26). Orgs with newer ones still offer it.
pub const NEWEST_TESTED_VERSION: u32 = 67;

/// The fields by which sfdx-core tells kinds of orgs apart, and the id.
const ORGANIZATION_QUERY: &str = "SELECT Id, Name, InstanceName, IsSandbox, TrialExpirationDate, NamespacePrefix, \
                                  OrganizationType FROM Organization";
/// The longest text shown, in characters; Salesforce allows 80 for both. Longer ones are cut.
const LONGEST_SHOWN: usize = 120;

/// Why a call brought no usable answer.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{trouble}")]
pub struct ApiError {
    pub trouble: Trouble,
    /// Whether a new access token may help. Never true for a policy: refreshing would go on for ever.
    pub curable: bool,
}

impl From<Trouble> for ApiError {
    fn from(trouble: Trouble) -> Self {
        Self { trouble, curable: false }
    }
}

impl From<ApiError> for Trouble {
    fn from(error: ApiError) -> Self {
        error.trouble
    }
}

/// The limits call's answer about API access.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ApiAccess {
    /// A call was answered. `daily`: the calls of the last 24 hours, where the org tells.
    Proven { daily: Option<DailyCalls> },
    /// This user may not see the limits, which says nothing about other calls.
    CannotTell,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DailyCalls {
    pub max: u64,
    pub remaining: u64,
}

/// The org's own record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organization {
    /// The id as given: 15 or 18 characters.
    pub id: String,
    pub name: Option<String>,
    /// `None` where the user may not see the fields that tell it.
    pub kind: Option<OrgKind>,
}

/// A sign-in with some app, as the org lists it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignIn {
    /// The app's label.
    pub app: String,
    pub made_at: OffsetDateTime,
    /// `None` where the org does not tell.
    pub used_at: Option<OffsetDateTime>,
}

/// An org's API, with a token that may go there.
#[derive(Clone, Copy)]
pub struct Api<'a> {
    http: &'a dyn Http,
    instance: &'a Url,
    access: &'a Secret,
}

impl<'a> Api<'a> {
    /// # Errors
    /// [`Code::InstanceElsewhere`] when tokens of `address` may not go to `instance`.
    pub fn new(
        http: &'a dyn Http,
        address: &Address,
        instance: &'a Url,
        access: &'a Secret,
    ) -> Result<Self, Trouble> {
        if address.admits(instance) {
            Ok(Self { http, instance, access })
        } else {
            Err(Trouble::passing(Code::InstanceElsewhere))
        }
    }

    /// The newest version of the API that both sides know, such as `67.0`.
    pub async fn version(&self) -> Result<String, ApiError> {
        // Sent without the token, which is not needed.
        let body = self.ask(self.url(salesforce::VERSIONS_PATH), None).await?;
        let versions = Answer::list(&body).unwrap_or_default();
        let versions: Vec<String> = versions.iter().filter_map(|version| version.text("version")).collect();
        newest(versions.iter().map(String::as_str))
            .ok_or_else(|| Trouble::passing(Code::SalesforceUnreadable).into())
    }

    /// Proves that API calls work, and returns how many are left.
    pub async fn limits(&self, version: &str) -> Result<ApiAccess, ApiError> {
        let path = format!("{}/v{version}/limits", salesforce::VERSIONS_PATH);
        match self.document(&path).await {
            Ok(limits) => {
                Ok(ApiAccess::Proven { daily: DailyCalls::read(&limits.within("DailyApiRequests")) })
            }
            // Some editions show the limits only to users who may see Setup: a refusal without a known cause proves nothing.
            Err(error) if is_untold(error.trouble.code) => Ok(ApiAccess::CannotTell),
            Err(error) => Err(error),
        }
    }

    /// The org's own record, which decides the kind of org.
    ///
    /// # Errors
    /// [`Code::RecordHidden`] also where the answer is empty, as for a user who may see no record.
    pub async fn organization(&self, version: &str) -> Result<Organization, ApiError> {
        let record = self.query(version, ORGANIZATION_QUERY).await?;
        let id = record.text("Id").ok_or_else(|| Trouble::passing(Code::RecordHidden))?;
        Ok(Organization { kind: kind(&record), name: record.text("Name").as_deref().map(shown), id })
    }

    /// A user's username, which is not taken from a token answer's claims.
    ///
    /// # Errors
    /// [`Code::RecordHidden`] also where the answer has no username.
    pub async fn username(&self, version: &str, user_id: &str) -> Result<String, ApiError> {
        let path = format!("{}/v{version}/sobjects/User/{user_id}", salesforce::VERSIONS_PATH);
        let user = self.document(&path).await?;
        let username = user.text("Username").ok_or_else(|| Trouble::passing(Code::RecordHidden))?;
        Ok(shown(&username))
    }

    /// Whether the user may change all data of the org, whatever record it is.
    ///
    /// # Errors
    /// [`Code::RecordHidden`] also where the answer does not tell.
    pub async fn modifies_all_data(&self, version: &str) -> Result<bool, ApiError> {
        let record = self.query(version, salesforce::POWERS_QUERY).await?;
        record.flag("PermissionsModifyAllData").ok_or_else(|| Trouble::passing(Code::RecordHidden).into())
    }

    /// Proves that the Bulk API answers: the list of its query jobs, which may be empty.
    ///
    /// # Errors
    /// As for any call.
    pub async fn bulk(&self, version: &str) -> Result<(), ApiError> {
        let path = format!("{}/v{version}/{}", salesforce::VERSIONS_PATH, salesforce::BULK_QUERY_JOBS);
        self.document(&path).await.map(drop)
    }

    /// The sign-ins of a user that stand, with whichever app.
    ///
    /// # Errors
    /// [`Code::RecordHidden`] also where the answer is no whole list of them.
    pub async fn sign_ins(&self, version: &str, owner: &Owner) -> Result<Vec<SignIn>, ApiError> {
        let soql = format!("{} WHERE UserId = '{}'", salesforce::SIGN_INS_QUERY, owner.user_id);
        let answer = self.found(version, &soql).await?;
        let all = answer.list_within("records").filter(|_| answer.flag("done") == Some(true));
        let read = all.and_then(|all| all.iter().map(SignIn::read).collect());
        read.ok_or_else(|| Trouble::passing(Code::RecordHidden).into())
    }

    /// The first record that a query finds.
    async fn query(&self, version: &str, soql: &str) -> Result<Answer, ApiError> {
        Ok(self.found(version, soql).await?.within("records"))
    }

    /// The answer to a query.
    async fn found(&self, version: &str, soql: &str) -> Result<Answer, ApiError> {
        let mut url = self.url(&format!("{}/v{version}/query", salesforce::VERSIONS_PATH));
        url.query_pairs_mut().append_pair("q", soql);
        self.read(url).await
    }

    /// A JSON document of this org, requested with the token.
    pub(crate) async fn document(&self, path: &str) -> Result<Answer, ApiError> {
        self.read(self.url(path)).await
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.instance.clone();
        url.set_query(None);
        url.set_path(path);
        url
    }

    /// A JSON object.
    async fn read(&self, url: Url) -> Result<Answer, ApiError> {
        let body = self.ask(url, Some(self.access)).await?;
        let answer = Answer::read(&body);
        let is_object = answer.is_whole() && !body.trim_ascii_start().starts_with(b"<");
        if is_object { Ok(answer) } else { Err(Trouble::passing(Code::SalesforceUnreadable).into()) }
    }

    async fn ask(&self, url: Url, access: Option<&Secret>) -> Result<Vec<u8>, ApiError> {
        let response = self.http.send(get(&url, access)?).await.map_err(Trouble::from)?;
        if response.status() == StatusCode::OK {
            Ok(response.into_body())
        } else {
            Err(refusal(&url, &response))
        }
    }
}

impl SignIn {
    fn read(record: &Answer) -> Option<Self> {
        let at = |name| record.text(name).as_deref().and_then(moment);
        let app = shown(&record.text("AppName")?);
        Some(Self { app, made_at: at("CreatedDate")?, used_at: at("LastUsedDate") })
    }
}

/// Whether a refusal says nothing of other calls.
fn is_untold(code: Code) -> bool {
    matches!(code, Code::ApiRefused | Code::RecordHidden | Code::SalesforceRefused)
}

impl DailyCalls {
    /// An org may have used more than its limit; an invalid number does not make the call a failure.
    fn read(limit: &Answer) -> Option<Self> {
        let number = |name| limit.number(name).map(|number| u64::try_from(number).unwrap_or(0));
        Some(Self { max: number("Max")?, remaining: number("Remaining")? })
    }
}

/// The meaning of an unsuccessful answer. Its text may be in the user's language, so it is not interpreted.
fn refusal(asked: &Url, response: &Response<Vec<u8>>) -> ApiError {
    if let Some(passing) = passing_trouble(response.status(), response.headers()) {
        return passing.into();
    }
    if let Some(target) = moved_to(asked, response) {
        return moved(&target).into();
    }
    let body = ErrorBody::read(response.body()).unwrap_or_default();
    let meaning = explain::api_error(response.status().as_u16(), &body.error);
    // The org's text about a move is not the new address.
    let said = body.said().filter(|_| meaning.code != Code::OrgMoved);
    ApiError { trouble: Trouble { said, ..Trouble::passing(meaning.code) }, curable: meaning.refresh }
}

/// Text from the org made fit to show: one line, without characters that control a terminal or turn text.
pub(crate) fn shown(text: &str) -> String {
    let steers = |character: char| character.is_control() || explain::is_bidi_or_invisible(character);
    text.chars().filter(|character| !steers(*character)).take(LONGEST_SHOWN).collect()
}

/// A time as the API writes it: `2026-07-01T23:30:00.000+0000`, whose offset has no colon.
fn moment(text: &str) -> Option<OffsetDateTime> {
    let (date_and_hours, minutes) = text.split_at_checked(text.len().checked_sub(2)?)?;
    OffsetDateTime::parse(&format!("{date_and_hours}:{minutes}"), &Rfc3339).ok()
}

fn newest<'a>(versions: impl Iterator<Item = &'a str>) -> Option<String> {
    let known = versions.filter_map(|version| Some((major(version)?, version)));
    known.filter(|(major, _)| *major <= NEWEST_TESTED_VERSION).max().map(|(_, version)| version.to_owned())
}

/// `67` from `67.0`; `None` if the text is no version.
fn major(version: &str) -> Option<u32> {
    version.strip_suffix(".0")?.parse().ok()
}

/// The kind, as in sfdx-core's `determineOrg.ts`: a scratch org calls itself a sandbox too, but expires.
fn kind(record: &Answer) -> Option<OrgKind> {
    Some(match (record.flag("IsSandbox")?, record.text("TrialExpirationDate")) {
        (true, Some(_)) => OrgKind::Scratch,
        (true, None) => OrgKind::Sandbox,
        (false, _) if record.text("OrganizationType").as_deref() == Some("Developer Edition") => {
            OrgKind::Developer
        }
        (false, _) => OrgKind::Production,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Scripted, practice, sandbox};

    fn url(text: &str) -> Url {
        Url::parse(text).expect("a URL")
    }

    fn record(is_sandbox: bool, trial: &str, edition: &str) -> String {
        format!(
            r#"{{"totalSize":1,"done":true,"records":[{{"attributes":{{"type":"Organization"}},"Id":"00Dxx0000001gPLEAY",
            "Name":"Acme \u001b[31mInc","InstanceName":"EU1","IsSandbox":{is_sandbox},"TrialExpirationDate":{trial},
            "NamespacePrefix":null,"OrganizationType":"{edition}"}}]}}"#
        )
    }

    #[test]
    fn the_newest_version_that_was_tested_is_taken() {
        for (offered, chosen) in [
            (&["31.0", "66.0", "67.0"][..], Some("67.0")),
            (&["31.0", "67.0", "68.0", "100.0"][..], Some("67.0")),
            (&["9.0", "62.0", "59.0"][..], Some("62.0")),
            (&["99.0"][..], None),
            (&["67", "v67.0", "../67.0", "67.0/x"][..], None),
            (&[][..], None),
        ] {
            assert_eq!(newest(offered.iter().copied()).as_deref(), chosen, "{offered:?}");
        }
    }

    #[tokio::test]
    async fn versions_are_asked_for_without_the_token() {
        let http =
            Scripted::json(200, r#"[{"label":"Summer '26","url":"/services/data/v67.0","version":"67.0"}]"#);
        let (instance, access) = (url("http://localhost:8080/"), Secret::new("00Da!b"));
        let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
        assert_eq!(api.version().await.expect("a version"), "67.0", "chosen");
        assert!(!http.only_request().headers.contains_key("authorization"), "no token");
    }

    #[tokio::test]
    async fn a_token_goes_nowhere_else() {
        let http = Scripted::default();
        let (elsewhere, access) = (url("http://localhost:8081/"), Secret::new("00Da!b"));
        let refused = Api::new(&http, &practice(), &elsewhere, &access).err().map(|trouble| trouble.code);
        assert_eq!(refused, Some(Code::InstanceElsewhere), "another port is another org");
        let evil = url("https://evil.example");
        assert!(Api::new(&http, &sandbox(), &evil, &access).is_err(), "not on the list");
    }

    #[tokio::test]
    async fn kinds_of_orgs_are_told_apart_and_the_name_is_cleaned() {
        let (instance, access) = (url("http://localhost:8080/"), Secret::new("00Da!b"));
        for (answer, kind) in [
            (record(false, "null", "Enterprise Edition"), OrgKind::Production),
            (record(false, "\"2026-12-01T00:00:00.000+0000\"", "Enterprise Edition"), OrgKind::Production),
            (record(true, "null", "Enterprise Edition"), OrgKind::Sandbox),
            (record(true, "null", "Developer Edition"), OrgKind::Sandbox),
            (record(true, "\"2026-12-01T00:00:00.000+0000\"", "Developer Edition"), OrgKind::Scratch),
            (record(false, "null", "Developer Edition"), OrgKind::Developer),
        ] {
            let http = Scripted::json(200, &answer);
            let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
            let found = api.organization("67.0").await.expect("a record");
            assert_eq!(found.kind, Some(kind), "{answer}");
            assert_eq!(found.name.as_deref(), Some("Acme [31mInc"), "no escape reaches a terminal");
            let sent = http.only_request();
            assert!(
                sent.uri.starts_with("http://localhost:8080/services/data/v67.0/query?q=SELECT"),
                "{}",
                sent.uri
            );
            assert_eq!(sent.headers["authorization"], "Bearer 00Da!b", "the token");
        }
    }

    #[tokio::test]
    async fn the_sign_ins_of_a_user_are_a_whole_list_or_not_told() {
        let owner = Owner::of_ids("00Dxx0000001gPLEAY", "005xx000001Sv6AAAS").expect("an owner");
        let (instance, access) = (url("http://localhost:8080/"), Secret::new("00Da!b"));
        let record = r#"{"attributes":{},"AppName":"Datatrax \u001b[31m","CreatedDate":"2026-07-01T23:30:00.000+0000","LastUsedDate":null}"#;
        let listed =
            |done: bool, records: &str| format!(r#"{{"totalSize":1,"done":{done},"records":[{records}]}}"#);
        let asked = async |body: &str| {
            let http = Scripted::json(200, body);
            let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
            let found = api.sign_ins("67.0", &owner).await;
            (found.map_err(|error| error.trouble.code), http.only_request().uri)
        };
        let (found, sent) = asked(&listed(true, record)).await;
        let [only] = <[SignIn; 1]>::try_from(found.expect("a list")).expect("one");
        assert_eq!(only.app, "Datatrax [31m", "no escape reaches a terminal");
        assert_eq!((only.made_at.unix_timestamp(), only.used_at), (1_782_948_600, None));
        assert!(sent.ends_with("WHERE+UserId+%3D+%27005xx000001Sv6AAAS%27"), "{sent}");
        assert!(
            !sent.contains("AccessToken") && !sent.contains("DeleteToken"),
            "no secret is asked for: {sent}"
        );
        assert_eq!(asked(&listed(true, "")).await.0, Ok(Vec::new()));
        let untimed = record.replace("+0000", "");
        for broken in [listed(false, record), listed(true, &untimed), r#"{"done":true}"#.to_owned()] {
            assert_eq!(asked(&broken).await.0, Err(Code::RecordHidden), "{broken}");
        }
    }

    #[tokio::test]
    async fn limits_prove_api_access_and_a_plain_403_proves_nothing() {
        let (instance, access) = (url("http://localhost:8080/"), Secret::new("00Da!b"));
        let error = |code: &str, text: &str| format!(r#"[{{"message":"{text}","errorCode":"{code}"}}]"#);
        let daily =
            r#"{"DailyApiRequests":{"Max":15000,"Remaining":14998},"DataStorageMB":{"Max":5,"Remaining":5}}"#;
        let daily_calls = DailyCalls { max: 15000, remaining: 14998 };
        let expired = error("INVALID_SESSION_ID", "Session expired or invalid");
        let policy = error("INVALID_SESSION_ID", "This session is not valid for use with the REST API");
        let agent = error("INVALID_SESSION_ID", "Connected app is not attached to Agent");
        for (status, body, expected) in [
            (200, daily.to_owned(), Ok(ApiAccess::Proven { daily: Some(daily_calls) })),
            (200, "{}".to_owned(), Ok(ApiAccess::Proven { daily: None })),
            (
                200,
                daily.replace("14998", "-3"),
                Ok(ApiAccess::Proven { daily: Some(DailyCalls { max: 15000, remaining: 0 }) }),
            ),
            (200, daily.replace("14998", "\"14998\""), Ok(ApiAccess::Proven { daily: Some(daily_calls) })),
            (200, daily.replace("14998", "14998.0"), Ok(ApiAccess::Proven { daily: Some(daily_calls) })),
            (200, daily.replace("14998", "1e999"), Ok(ApiAccess::Proven { daily: None })),
            (200, daily.replace("14998", "null"), Ok(ApiAccess::Proven { daily: None })),
            (
                200,
                daily.replace(":5,", ":-9223372036854775809,"),
                Ok(ApiAccess::Proven { daily: Some(daily_calls) }),
            ),
            (403, error("INSUFFICIENT_ACCESS", "x"), Ok(ApiAccess::CannotTell)),
            (403, "<html>".to_owned(), Ok(ApiAccess::CannotTell)),
            (403, error("API_DISABLED_FOR_ORG", "x"), Err((Code::ApiDisabled, false))),
            (403, error("REQUEST_LIMIT_EXCEEDED", "x"), Err((Code::ApiLimitReached, false))),
            (401, expired, Err((Code::RefreshTokenDead, true))),
            (401, policy, Err((Code::RefreshTokenDead, true))),
            (401, agent, Err((Code::RefreshTokenDead, true))),
            (400, error("URL_NOT_RESET", "x"), Err((Code::OrgMoved, true))),
            (
                404,
                "<?xml version=\"1.0\"?><Errors><Error><errorCode>URL_NOT_RESET</errorCode></Error></Errors>"
                    .to_owned(),
                Err((Code::OrgMoved, true)),
            ),
            (400, error("SOMETHING_NEW", "x"), Ok(ApiAccess::CannotTell)),
            (403, error("SOMETHING_NEW", "x"), Ok(ApiAccess::CannotTell)),
            (503, error("SERVER_UNAVAILABLE", "x"), Err((Code::SalesforceUnavailable, false))),
            (200, "<html>".to_owned(), Err((Code::SalesforceUnreadable, false))),
        ] {
            let http = Scripted::json(status, &body);
            let api = Api::new(&http, &practice(), &instance, &access).expect("the same place");
            let found = api.limits("67.0").await.map_err(|error| (error.trouble.code, error.curable));
            assert_eq!(found, expected, "{status} {body}");
        }
    }
}
