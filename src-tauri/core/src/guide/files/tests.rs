use std::collections::BTreeSet;

use super::*;
use crate::org::{address::parse, salesforce};

const FOLDERS: [(&str, &str); 5] = [
    ("externalClientApps", ".eca-meta.xml"),
    ("extlClntAppPolicies", "_defaultPolicy.ecaPlcy-meta.xml"),
    ("extlClntAppGlobalOauthSets", ".ecaGlblOauth-meta.xml"),
    ("extlClntAppOauthPolicies", "_defaultPolicy.ecaOauthPlcy-meta.xml"),
    ("extlClntAppOauthSettings", ".ecaOauth-meta.xml"),
];

fn written(address: &str, name: &str, email: Option<&str>) -> Vec<File> {
    files(App { org: &parse(address).unwrap(), name: &AppName::read(name).unwrap(), email })
}

fn text<'a>(files: &'a [File], ending: &str) -> &'a str {
    let found = files.iter().find(|file| file.path.ends_with(ending));
    found.map_or_else(|| panic!("no file {ending}"), |file| file.text.as_str())
}

#[test]
fn the_folder_has_five_metadata_files_a_manifest_a_readme_and_the_project_last() {
    let files = written("acme--uat", "Datatrax Connect", None);
    let paths: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let of_metadata =
        FOLDERS.map(|(folder, ending)| format!("force-app/main/default/{folder}/Datatrax_Connect{ending}"));
    let others = ["manifest/package.xml", "README.md", "sfdx-project.json"].map(str::to_owned);
    assert_eq!(paths, [of_metadata.to_vec(), others.to_vec()].concat());
    let manifest = text(&files, "package.xml");
    assert_eq!(manifest.matches("<types>").count(), 5, "{manifest}");
    assert!(manifest.contains(&format!("    <version>{}</version>\n", salesforce::METADATA_VERSION)));
}

#[test]
fn every_value_of_the_guides_form_is_in_the_files() {
    let address = parse("acme").unwrap();
    let name = AppName::of_guide().expect("the guide's own name is a name");
    let files = files(App { org: &address, name: &name, email: None });
    let all: String =
        files.iter().filter(|file| file.path.contains("force-app/")).map(|file| file.text.as_str()).collect();
    let boxes: BTreeSet<&str> = metadata::boxes().collect();
    for value in form::Form::of(&address).values() {
        let is_in = match value.label.as_str() {
            "External Client App Name" => all.contains(&format!("<label>{}</label>", value.value)),
            "API Name" => all.contains(&format!("<externalClientApplication>{}<", value.value)),
            "Description" => all.contains(&format!("<description>{}<", value.value)),
            "Distribution State" => all.contains(&format!("<distributionState>{}<", value.value)),
            "Callback URL" => all.contains(&format!("<callbackUrl>{}</callbackUrl>", value.value)),
            "First scope" | "Second scope" => {
                metadata::SCOPES.iter().any(|(label, word)| *label == value.value && all.contains(word))
            }
            "Check" | "Stays checked" => boxes.contains(value.value.as_str()),
            // Either will do, so the org decides.
            "Checked or not" => !all.contains("isRefreshTokenRotationEnabled"),
            other => panic!("the guide wants {other}, and no file knows it"),
        };
        assert!(is_in, "{}: {}", value.label, value.value);
    }
    assert_eq!(
        form::Form::of(&address).values().iter().filter(|value| value.label.contains("heck")).count(),
        4
    );
}

#[test]
fn the_metadata_says_what_setup_would_show() {
    let files = written("acme", "Datatrax", Some("ada@acme.example"));
    let global = text(&files, ".ecaGlblOauth-meta.xml");
    let elements: Vec<&str> =
        global.lines().filter(|line| line.starts_with("    <is")).map(str::trim).collect();
    assert_eq!(
        elements,
        [
            "<isClientCredentialsFlowEnabled>false</isClientCredentialsFlowEnabled>",
            "<isCodeCredFlowEnabled>false</isCodeCredFlowEnabled>",
            "<isConsumerSecretOptional>false</isConsumerSecretOptional>",
            "<isDeviceFlowEnabled>false</isDeviceFlowEnabled>",
            "<isIntrospectAllTokens>false</isIntrospectAllTokens>",
            "<isNamedUserJwtEnabled>false</isNamedUserJwtEnabled>",
            "<isPkceRequired>true</isPkceRequired>",
            "<isSecretRequiredForRefreshToken>true</isSecretRequiredForRefreshToken>",
            "<isTokenExchangeEnabled>false</isTokenExchangeEnabled>",
        ],
        "both secrets, PKCE, and no flow"
    );
    assert!(text(&files, ".ecaOauth-meta.xml").contains(">Api, RefreshToken<"), "two scopes");
    assert_eq!(
        text(&files, ".ecaPlcy-meta.xml"),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>
<ExtlClntAppConfigurablePolicies xmlns=\"http://soap.sforce.com/2006/04/metadata\">
    <externalClientApplication>Datatrax</externalClientApplication>
    <isEnabled>true</isEnabled>
    <isOauthPluginEnabled>true</isOauthPluginEnabled>
    <label>Datatrax_defaultPolicy</label>
</ExtlClntAppConfigurablePolicies>
"
    );
    let policies = text(&files, ".ecaOauthPlcy-meta.xml");
    for element in [
        "<permittedUsersPolicyType>AllSelfAuthorized<",
        "<refreshTokenPolicyType>SpecificLifetime<",
        "<refreshTokenValidityPeriod>365<",
        "<refreshTokenValidityUnit>Days<",
    ] {
        assert!(policies.contains(element), "{element}: {policies}");
    }
    assert!(text(&files, ".eca-meta.xml").contains("<contactEmail>ada@acme.example<"));
}

#[test]
fn the_same_app_is_written_in_the_same_bytes_and_holds_neither_key_nor_secret() {
    for (address, email) in
        [("acme", None), ("acme--uat", Some("ada@acme.example")), ("http://localhost:8080", None)]
    {
        let files = written(address, "Datatrax", email);
        assert_eq!(files, written(address, "Datatrax", email), "{address}");
        for File { path, text } in &files {
            assert!(!text.contains("consumerKey") && !text.contains("consumerSecret"), "{path}");
            assert!(text.ends_with('\n') && !text.contains('\r') && !text.contains(" \n"), "{path}");
        }
    }
}

#[test]
fn a_name_with_marks_of_xml_is_escaped_and_stays_out_of_the_readme() {
    let files = written("acme", "R&D <\"Ada's\"> `x`", None);
    let label = "<label>R&amp;D &lt;&quot;Ada&apos;s&quot;&gt; `x`</label>";
    assert!(text(&files, "R_D_Ada_s_x.eca-meta.xml").contains(label), "{files:?}");
    assert!(!text(&files, "README.md").contains("Ada's"), "the API Name stands there");
}

#[test]
fn the_readme_has_the_commands_and_what_is_to_be_done_for_that_org() {
    let real = written("acme--uat", "Datatrax", None);
    let readme = text(&real, "README.md");
    for part in [
        "sf org login web --instance-url https://acme--uat.sandbox.my.salesforce.com --alias acme--uat\n",
        "sf project deploy start --manifest manifest/package.xml --target-org acme--uat\n",
        EMAIL_STAND_IN,
        "## What only your org can settle\n",
        "Approve Uninstalled\nConnected Apps",
        parse("acme--uat").unwrap().setup_url().as_str(),
    ] {
        assert!(readme.contains(part), "{part}: {readme}");
    }
    let practice = written("http://localhost:8080", "Datatrax", Some("ada@acme.example"));
    let readme = text(&practice, "README.md");
    assert!(readme.contains("SF_ACCESS_TOKEN=$(dtx token practice) sf org login access-token"), "{readme}");
    assert!(!readme.contains(EMAIL_STAND_IN) && !readme.contains("Approve Uninstalled"), "{readme}");
    for files in [&real, &practice] {
        let all: String = files.iter().map(|file| file.text.as_str()).collect();
        let unfilled = all.split('{').skip(1).filter_map(|rest| rest.split_once('}')).map(|(name, _)| name);
        let unfilled: Vec<&str> =
            unfilled.filter(|name| !name.contains(|one: char| one.is_whitespace() || one == '"')).collect();
        assert_eq!(unfilled, [""; 0], "everything is filled in");
    }
}

#[test]
fn the_project_file_is_json_for_that_org() {
    let files = written("acme", "Datatrax Connect", None);
    let project: serde_json::Value = serde_json::from_str(text(&files, "sfdx-project.json")).unwrap();
    assert_eq!(project["sfdcLoginUrl"], "https://acme.my.salesforce.com");
    assert_eq!(project["packageDirectories"][0]["path"], "force-app");
    assert_eq!(project["sourceApiVersion"], salesforce::METADATA_VERSION);
    let practice = written("http://localhost:8080", "Datatrax", None);
    let project: serde_json::Value = serde_json::from_str(text(&practice, "sfdx-project.json")).unwrap();
    assert_eq!(
        project["sfdcLoginUrl"],
        serde_json::Value::Null,
        "Salesforce CLI takes none but Salesforce's own"
    );
}
