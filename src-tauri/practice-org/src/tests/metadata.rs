//! Deploys over SOAP: what becomes of a package, and what is said of one that is wrong.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::StatusCode;

use super::client::{Answer, CALLBACK, Rehearsal, text};
use crate::http::paths::APP_LIST;
use crate::metadata::zip_of;

const SOAP: &str = "/services/Soap/m/67.0";

/// A file of the package: metadata type, folder, ending, the component's name, and its elements.
type Part<'a> = (&'a str, &'a str, &'a str, &'a str, String);

fn elements(all: &[(&str, &str)]) -> String {
    let elements = all.iter().map(|(name, text)| format!("<{name}>{text}</{name}>"));
    elements.collect::<Vec<_>>().concat()
}

fn app() -> Part<'static> {
    let values = [
        ("contactEmail", "ada@acme.example"),
        ("distributionState", "Local"),
        ("label", "R&amp;D &lt;App&gt;"),
    ];
    ("ExternalClientApplication", "externalClientApps", "eca", "Rnd", elements(&values))
}

fn global() -> Part<'static> {
    let callbacks = format!("{CALLBACK}\nhttps://acme.example/back");
    let values = [
        ("callbackUrl", callbacks.as_str()),
        ("externalClientApplication", "Rnd"),
        ("isConsumerSecretOptional", "false"),
        ("isPkceRequired", "false"),
        ("isSecretRequiredForRefreshToken", "true"),
        ("label", "OAuth"),
        ("shouldRotateConsumerKey", "false"),
    ];
    ("ExtlClntAppGlobalOauthSettings", "extlClntAppGlobalOauthSets", "ecaGlblOauth", "Rnd", elements(&values))
}

fn oauth() -> Part<'static> {
    let values = [
        ("commaSeparatedOauthScopes", "Api, RefreshToken"),
        ("externalClientApplication", "Rnd"),
        ("label", "OAuth"),
    ];
    ("ExtlClntAppOauthSettings", "extlClntAppOauthSettings", "ecaOauth", "Rnd", elements(&values))
}

fn policies() -> Part<'static> {
    let values = [
        ("externalClientApplication", "Rnd"),
        ("label", "Rnd_defaultPolicy"),
        ("permittedUsersPolicyType", "AllSelfAuthorized"),
        ("refreshTokenPolicyType", "SpecificInactivity"),
        ("refreshTokenValidityPeriod", "45"),
        ("refreshTokenValidityUnit", "Days"),
    ];
    let name = "ExtlClntAppOauthConfigurablePolicies";
    (name, "extlClntAppOauthPolicies", "ecaOauthPlcy", "Rnd_defaultPolicy", elements(&values))
}

/// The part with one text in place of another.
fn with<'a>(part: Part<'a>, from: &str, to: &str) -> Part<'a> {
    let (of, folder, ending, name, text) = part;
    assert!(text.contains(from), "{from} stands in {text}");
    (of, folder, ending, name, text.replace(from, to))
}

fn package(parts: &[Part<'_>]) -> Vec<(String, String)> {
    let named =
        |(of, _, _, name, _): &Part<'_>| format!("<types><members>{name}</members><name>{of}</name></types>");
    let types = parts.iter().map(named).collect::<Vec<_>>().concat();
    let manifest = format!("<Package>{types}<version>67.0</version></Package>");
    let file = |(of, folder, ending, name, body): &Part<'_>| {
        (format!("{folder}/{name}.{ending}"), format!("<?xml version=\"1.0\"?><{of}>{body}</{of}>"))
    };
    parts.iter().map(file).chain([("package.xml".to_owned(), manifest)]).collect()
}

impl Rehearsal {
    /// An access token of the admin, or of another user.
    async fn session(&self, user: usize) -> String {
        self.setup(APP_LIST, user).await;
        text(&self.tokens().await, "access_token").to_owned()
    }

    async fn soap(&self, session: &str, body: &str) -> Answer {
        let envelope = format!(
            "<soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Header><SessionHeader>\
             <sessionId>{session}</sessionId></SessionHeader></soapenv:Header><soapenv:Body>{body}</soapenv:Body></soapenv:Envelope>"
        );
        self.request("POST", SOAP, &[("content-type", "text/xml")], envelope.into_bytes()).await
    }

    /// Deploys the files and returns the result.
    async fn deploy(&self, session: &str, files: &[(String, String)], options: &str) -> String {
        let zip = STANDARD.encode(zip_of(files));
        let deploy =
            format!("<deploy><ZipFile>{zip}</ZipFile><DeployOptions>{options}</DeployOptions></deploy>");
        let begun = self.soap(session, &deploy).await;
        assert_eq!(begun.status, StatusCode::OK, "{}", begun.body);
        let id = between(&begun.body, "<id>", "</id>");
        assert!(id.starts_with("0Af") && id.len() == 18, "{id}");
        let asked = format!(
            "<checkDeployStatus><asyncProcessId>{id}</asyncProcessId><includeDetails>true</includeDetails></checkDeployStatus>"
        );
        self.soap(session, &asked).await.body
    }

    /// The problems that a deploy of these parts is refused with.
    async fn problems(&self, session: &str, parts: &[Part<'_>]) -> Vec<String> {
        let result = self.deploy(session, &package(parts), "").await;
        assert_eq!(between(&result, "<status>", "</status>"), "Failed", "{result}");
        let parts = result.split("<problem>").skip(1);
        parts.map(|rest| rest.split_once("</problem>").unwrap().0.replace("&apos;", "'")).collect()
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before} in {text}"));
    rest.split_once(after).unwrap().0
}

#[tokio::test]
async fn a_deployed_app_stands_in_setup_as_one_made_by_hand() {
    let it = Rehearsal::ready().await;
    let session = it.session(0).await;
    let parts = [app(), global(), oauth(), policies()];
    let looked = it.deploy(&session, &package(&parts), "<checkOnly>true</checkOnly>").await;
    assert!(
        looked.contains("<checkOnly>true</checkOnly>") && looked.contains("<success>true</success>"),
        "{looked}"
    );
    assert!(!it.open(APP_LIST).await.answer.body.contains("R&amp;D"), "it was looked at only");

    let result = it.deploy(&session, &package(&parts), "").await;
    assert_eq!(between(&result, "<status>", "</status>"), "Succeeded", "{result}");
    assert_eq!(between(&result, "<numberComponentsDeployed>", "</"), "4", "{result}");
    assert_eq!(result.matches("<created>true</created>").count(), 4, "{result}");
    let id = between(between(&result, "<fullName>Rnd</fullName>", "<success>"), "<id>", "</id>").to_owned();
    let list = it.open(APP_LIST).await.answer.body;
    assert!(list.contains("R&amp;D &lt;App&gt;") && list.contains(&id), "{list}");
    let page = it.open(&format!("{}/{id}/edit", crate::http::paths::APPS)).await.answer.body;
    for part in [
        "value=\"Rnd\"",
        CALLBACK,
        "https://acme.example/back",
        "ada@acme.example",
        "Manage user data via APIs (api)",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    let policies = it.open(&format!("{}/{id}/policies", crate::http::paths::APPS)).await.answer.body;
    assert!(policies.contains("value=\"45\""), "{policies}");

    let changed = [with(app(), "ada@acme.example", "bob@acme.example")];
    let result = it.deploy(&session, &package(&changed), "").await;
    assert!(
        result.contains("<created>false</created>") && result.contains("<changed>true</changed>"),
        "{result}"
    );
    let page = it.open(&format!("{}/{id}/edit", crate::http::paths::APPS)).await.answer.body;
    assert!(page.contains("bob@acme.example") && page.contains(CALLBACK), "the rest stays: {page}");
}

#[tokio::test]
async fn wrong_files_get_salesforces_errors_and_change_nothing() {
    let it = Rehearsal::ready().await;
    let session = it.session(0).await;
    let alone = "The external client app configured in your global OAuth Settings doesn't have a valid OAuth settings configuration.";
    let enumeration = "'AdminApproved' is not a valid value for the enum 'PermittedUsersPolicyType'";
    let element = "Error parsing file: Element {http://soap.sforce.com/2006/04/metadata}scopes invalid at this location in type \
                   ExtlClntAppOauthSettings";
    let cases: [(&str, Vec<Part<'_>>, &str); 11] = [
        ("a global file alone", vec![global()], alone),
        ("an app and its global file", vec![app(), global()], alone),
        (
            "a file for another app",
            vec![app(), global(), with(oauth(), ">Rnd<", ">Other<")],
            "INVALID_CROSS_REFERENCE_KEY",
        ),
        ("policies without an app", vec![policies()], "INVALID_CROSS_REFERENCE_KEY"),
        (
            "an unknown enum value",
            vec![app(), global(), oauth(), with(policies(), "AllSelfAuthorized", "AdminApproved")],
            enumeration,
        ),
        (
            "an invented element",
            vec![app(), global(), with(oauth(), "commaSeparatedOauthScopes", "scopes")],
            element,
        ),
        (
            "a scope by its technical name",
            vec![app(), global(), with(oauth(), "Api,", "api,")],
            "api is no scope",
        ),
        (
            "a box that is neither",
            vec![app(), with(global(), ">true<", ">yes<"), oauth()],
            "'yes' is not a valid value for the type xsd:boolean",
        ),
        ("no label", vec![with(app(), "R&amp;D &lt;App&gt;", "")], "Required field is missing: label"),
        (
            "a callback by http",
            vec![app(), with(global(), "https://acme", "http://acme"), oauth()],
            "http://acme.example/back: The URL must use secure HTTPS or a custom URI scheme.",
        ),
        (
            "a key of one's own",
            vec![app(), with(global(), "<label>", "<consumerKey>x</consumerKey><label>"), oauth()],
            "PRACTICE: this org cannot keep consumerKey",
        ),
    ];
    for (what, parts, expected) in cases {
        let problems = it.problems(&session, &parts).await;
        assert!(problems.iter().any(|problem| problem.contains(expected)), "{what}: {problems:?}");
    }
    assert!(!it.open(APP_LIST).await.answer.body.contains("R&amp;D"), "nothing of them is there");
}

#[tokio::test]
async fn a_package_that_does_not_fit_its_manifest_is_refused() {
    let it = Rehearsal::ready().await;
    let session = it.session(0).await;
    let whole = package(&[app(), global(), oauth()]);
    let without = |path: &str| -> Vec<(String, String)> {
        whole.iter().filter(|(name, _)| !name.starts_with(path)).cloned().collect()
    };
    let changed = |from: &str, to: &str| -> Vec<(String, String)> {
        whole.iter().map(|(name, text)| (name.clone(), text.replace(from, to))).collect()
    };
    for (files, expected) in [
        (without("package.xml"), "No package.xml found"),
        (
            without("externalClientApps/"),
            "An object &apos;Rnd&apos; of type ExternalClientApplication was named in package.xml, but was not found in zipped directory",
        ),
        (
            changed("<name>ExternalClientApplication</name>", "<name>Nonsense</name>"),
            "a type that this org does not know",
        ),
        (
            changed("<types><members>Rnd</members><name>ExternalClientApplication</name></types>", ""),
            "Not in package.xml",
        ),
        (changed("<version>67.0", "<version>99.0"), "no such API version"),
        (changed("</Package>", "<"), "Error parsing file"),
        (vec![], "No package.xml found"),
    ] {
        let result = it.deploy(&session, &files, "").await;
        assert!(
            result.contains("<status>Failed</status>") && result.contains(expected),
            "{expected}: {result}"
        );
    }
}

#[tokio::test]
async fn the_metadata_api_is_for_admins_with_a_session_and_says_so_in_faults() {
    let it = Rehearsal::ready().await;
    let session = it.session(0).await;
    let integration = Rehearsal::ready().await;
    let user = text(&integration.tokens().await, "access_token").to_owned();
    let deploy = "<deploy><ZipFile>!</ZipFile></deploy>";
    let describe = "<describeMetadata/>";
    for (answer, code) in [
        (it.soap("nonsense", deploy).await, "sf:INVALID_SESSION_ID"),
        (integration.soap(&user, deploy).await, "sf:INSUFFICIENT_ACCESS"),
        (it.soap(&session, deploy).await, "soapenv:Client"),
        (it.soap(&session, describe).await, "sf:API_DISABLED_FOR_ORG"),
        (it.soap(&session, "<checkDeployStatus/>").await, "sf:INVALID_ID_FIELD"),
        (it.request("POST", SOAP, &[], b"x".to_vec()).await, "soapenv:Client"),
        (it.request("POST", "/services/Soap/m/9.0", &[], Vec::new()).await, "sf:UNSUPPORTED_API_VERSION"),
    ] {
        assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR, "as faults of SOAP 1.1 are");
        assert_eq!(between(&answer.body, "<faultcode>", "</faultcode>"), code, "{}", answer.body);
    }
}
