//! Salesforce's own tools read and deploy what `dtx app files` writes; the practice org has the app then.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use connect_tests::{Desk, INTEGRATION, Person, Press, SalesforceCli, one_at_a_time};
use practice_org::{Options, Org};
use serde_json::{Value, json};

const ADMIN: usize = 0;
const CALLBACKS: [&str; 2] =
    ["http://localhost:17177/practice/callback", "http://localhost:1717/OauthRedirect"];
const APP_LIST: &str = "/lightning/setup/ManageExternalClientApplication/home";
/// The metadata types with the names that the components of an app called Datatrax have.
const COMPONENTS: [(&str, &str); 5] = [
    ("ExternalClientApplication", "Datatrax"),
    ("ExtlClntAppConfigurablePolicies", "Datatrax_defaultPolicy"),
    ("ExtlClntAppGlobalOauthSettings", "Datatrax"),
    ("ExtlClntAppOauthConfigurablePolicies", "Datatrax_defaultPolicy"),
    ("ExtlClntAppOauthSettings", "Datatrax"),
];

/// The folder with the app's files for the org at this address.
async fn written(desk: &Desk, org: &str, name: &str) -> PathBuf {
    let folder = desk.folder().join("app files");
    let dir = folder.to_str().unwrap();
    let command = ["app", "files", dir, "--org", org, "--name", name, "--email", "ada@acme.example"];
    assert_eq!(desk.dtx(&command).await.code, 0, "the files are written");
    folder
}

/// An org in which Salesforce CLI is signed in as the admin.
async fn signed_in(sf: &SalesforceCli) -> Org {
    let options = Options {
        callbacks: CALLBACKS.map(str::to_owned).to_vec(),
        scopes: ["api", "refresh_token", "web"].map(str::to_owned).to_vec(),
        rotation: false,
        ..Options::default()
    };
    let org = Org::start(options).await.unwrap();
    let ended = sf.sign_in(&org, "practice", &mut Person::of(&org, ADMIN)).await;
    assert_eq!(ended.code, 0, "signed in: {ended:?}");
    org
}

/// The text between two marks of a page.
fn between<'a>(page: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = page.split_once(before).unwrap_or_else(|| panic!("no {before} in {page}"));
    rest.split_once(after).unwrap().0
}

/// Puts a text in place of another in the file of that ending.
fn change(folder: &Path, ending: &str, from: &str, to: &str) {
    let below = folder.join("force-app/main/default");
    let files = fs::read_dir(below).unwrap().flat_map(|entry| fs::read_dir(entry.unwrap().path()).unwrap());
    let mut paths = files.map(|file| file.unwrap().path());
    let path = paths.find(|path| path.to_str().unwrap().ends_with(ending)).expect("a file of that ending");
    let text = fs::read_to_string(&path).unwrap();
    assert!(text.contains(from), "{from} stands in {text}");
    fs::File::create(path).unwrap().write_all(text.replace(from, to).as_bytes()).unwrap();
}

#[tokio::test]
async fn salesforces_own_library_reads_the_five_components_without_a_warning() {
    let _turn = one_at_a_time();
    let (desk, sf) = (Desk::new(), SalesforceCli::new());
    let folder = written(&desk, "acme--uat", "Datatrax").await;
    let read = sf.components(&folder).await;
    assert_eq!((&read["warnings"], &read["without_source"]), (&json!([]), &json!([])), "{read}");
    let components = read["components"].as_array().unwrap();
    let names: Vec<(&str, &str)> = components
        .iter()
        .map(|one| (one["type"].as_str().unwrap(), one["fullName"].as_str().unwrap()))
        .collect();
    assert_eq!(names, COMPONENTS, "{read}");
    let content = |of: usize| &components[of]["content"];
    assert_eq!(content(0)["label"], "Datatrax", "{read}");
    assert_eq!(content(0)["distributionState"], "Local", "{read}");
    assert_eq!(content(1)["isOauthPluginEnabled"], "true", "{read}");
    let lines = content(2)["callbackUrl"].as_str().unwrap();
    assert!(lines.starts_with("https://www.getdatatrax.com/") && lines.lines().count() == 5, "{lines}");
    for (element, value) in [
        ("isConsumerSecretOptional", "false"),
        ("isSecretRequiredForRefreshToken", "true"),
        ("isPkceRequired", "true"),
    ] {
        assert_eq!(content(2)[element], value, "{element}: {read}");
    }
    assert_eq!(content(3)["permittedUsersPolicyType"], "AllSelfAuthorized", "{read}");
    assert_eq!(content(4)["commaSeparatedOauthScopes"], "Api, RefreshToken", "{read}");
}

#[tokio::test]
async fn salesforce_cli_deploys_the_files_and_the_product_connects_to_the_app() {
    let _turn = one_at_a_time();
    let (desk, sf) = (Desk::new(), SalesforceCli::new());
    let org = signed_in(&sf).await;
    let folder = written(&desk, &org.address(), "R&D <Datatrax>").await;
    let (code, deployed) = sf.deploy(&folder, "practice").await;
    let result = &deployed["result"];
    assert_eq!((code, &result["status"]), (0, &json!("Succeeded")), "{deployed}");
    assert_eq!(
        (&result["numberComponentsDeployed"], &deployed["warnings"]),
        (&json!(5), &json!([])),
        "{deployed}"
    );

    let mut admin = Person::of(&org, ADMIN);
    let list = admin.setup(&org, APP_LIST).await;
    assert!(list.contains("R&amp;D &lt;Datatrax&gt;") && list.contains("R_D_Datatrax"), "{list}");
    let app = between(&list, "", "R&amp;D &lt;Datatrax&gt;</a>");
    let (_, link) = app.rsplit_once("href=\"").unwrap();
    let page = link.split_once('"').unwrap().0.replace("/detail", "");
    let form = admin.setup(&org, &format!("{page}/edit")).await;
    for part in [
        "ada@acme.example",
        "http://localhost:7177/practice/callback",
        "OAuth app for Datatrax data loader integration.",
    ] {
        assert!(form.contains(part), "{part}: {form}");
    }
    for (tick, on) in [
        ("isOauthEnabled", true),
        ("isSecretRequiredForWebServer", true),
        ("isSecretRequiredForRefreshToken", true),
        ("isPkceRequired", true),
        ("isRefreshTokenRotationEnabled", true),
        ("isCodeCredFlowEnabled", false),
        ("isNamedUserJwtEnabled", false),
    ] {
        let (_, input) =
            form.split_once(&format!("id=\"{tick}\"")).unwrap_or_else(|| panic!("no {tick}: {form}"));
        assert_eq!(input.split_once('>').unwrap().0.contains("checked"), on, "{tick}: {form}");
    }
    let details = admin.setup(&org, &format!("{page}/consumer")).await;
    let value = |id: &str| between(&details, &format!("id=\"{id}\" value=\""), "\"").to_owned();
    let pair = (value("consumer-key"), value("consumer-secret"));
    assert_ne!(pair.0, org.key(), "its own");
    let mut dtx = desk.connecting_with(&org, (&pair.0, &pair.1), "files", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["event"]), (0, &json!("connected")), "{ended:?}");
}

/// The files as they were written, with one thing wrong.
#[tokio::test]
async fn salesforce_cli_shows_salesforces_errors_for_wrong_files() {
    let _turn = one_at_a_time();
    let (desk, sf) = (Desk::new(), SalesforceCli::new());
    let org = signed_in(&sf).await;
    let folder = written(&desk, &org.address(), "Datatrax").await;
    let problems = async |expected: &str| {
        let (code, told) = sf.deploy(&folder, "practice").await;
        assert_eq!(code, 1, "{expected}: {told}");
        let failures = &told["result"]["details"]["componentFailures"];
        let problems: Vec<&Value> =
            failures.as_array().unwrap().iter().map(|failure| &failure["problem"]).collect();
        assert!(
            problems.iter().any(|problem| problem.as_str().unwrap().contains(expected)),
            "{expected}: {problems:?}"
        );
    };
    let wrong = "AdminApproved<";
    change(&folder, ".ecaOauthPlcy-meta.xml", "AllSelfAuthorized<", wrong);
    problems("'AdminApproved' is not a valid value for the enum 'PermittedUsersPolicyType'").await;
    change(&folder, ".ecaOauthPlcy-meta.xml", wrong, "AllSelfAuthorized<");
    change(&folder, ".ecaOauth-meta.xml", "Application>Datatrax<", "Application>Other<");
    problems("INVALID_CROSS_REFERENCE_KEY").await;

    let manifest = folder.join("manifest/package.xml");
    let alone = "<Package xmlns=\"http://soap.sforce.com/2006/04/metadata\"><types><members>Datatrax</members>\
                 <name>ExtlClntAppGlobalOauthSettings</name></types><version>67.0</version></Package>";
    fs::File::create(manifest).unwrap().write_all(alone.as_bytes()).unwrap();
    problems("doesn't have a valid OAuth settings configuration.").await;
    let list = Person::of(&org, ADMIN).setup(&org, APP_LIST).await;
    assert!(!list.contains("Datatrax</a>"), "nothing of it is there: {list}");
}
