use std::{fs, io::Write};

use super::*;

/// A person's folder with these files, as Salesforce CLI writes them.
fn home(files: &[(&str, &str)]) -> tempfile::TempDir {
    let home = tempfile::tempdir().unwrap();
    for (name, text) in files {
        let file = home.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::File::create(file).unwrap().write_all(text.as_bytes()).unwrap();
    }
    home
}

fn found(home: &tempfile::TempDir, named: Option<&str>) -> Found {
    read(&Place { home: home.path(), here: home.path(), named })
}

const UAT: (&str, &str) = (
    ".sfdx/ada@acme.example.uat.json",
    r#"{"accessToken": "c0ffee", "refreshToken": "c0ffee", "instanceUrl": "https://acme--uat.sandbox.my.salesforce.com/",
        "loginUrl": "https://test.salesforce.com", "orgId": "00D5g00000AbCdEEAV", "username": "ada@acme.example.uat", "isSandbox": true}"#,
);
const PRODUCTION: (&str, &str) = (
    ".sfdx/ada@acme.example.json",
    r#"{"instanceUrl": "https://acme.my.salesforce.com", "orgId": "short", "username": "ada@acme.example"}"#,
);

#[test]
fn each_org_has_its_aliases_address_kind_and_whether_it_is_the_default() {
    let home = home(&[
        UAT,
        PRODUCTION,
        (
            ".sfdx/alias.json",
            r#"{"orgs": {"a": "ada@acme.example.uat", "uat": "ada@acme.example.uat", "gone": "no@body.example"}}"#,
        ),
        (".sfdx/key.json", r#"{"key": "c0ffee"}"#),
        (".sf/config.json", r#"{"target-org": "uat"}"#),
    ]);
    let Found { orgs, unread } = found(&home, None);
    assert_eq!((orgs.len(), unread), (2, 0), "{orgs:?}");
    assert_eq!(orgs[0].aliases, ["uat", "a"], "the default's own alias first");
    assert_eq!((orgs[0].kind, orgs[0].is_default), (OrgKind::Sandbox, true));
    assert_eq!(orgs[0].address.as_ref().unwrap().host(), "acme--uat.sandbox.my.salesforce.com");
    assert_eq!(orgs[0].org_id.as_deref(), Some("00D5g00000AbCdEEAV"));
    assert_eq!((orgs[1].name(), orgs[1].is_default), ("ada@acme.example", false));
    assert_eq!((orgs[1].kind, orgs[1].org_id.as_deref()), (OrgKind::Production, None), "no id, no guess");
    assert!(!format!("{orgs:?}").contains("c0ffee"), "no secret is taken: {orgs:?}");
}

#[test]
fn the_default_is_the_environments_then_the_projects_then_the_persons() {
    let files = [
        UAT,
        PRODUCTION,
        (".sfdx/sfdx-config.json", r#"{"defaultusername": "ada@acme.example"}"#),
        ("work/sfdx-project.json", "{}"),
        ("work/.sf/config.json", r#"{"target-org": "ada@acme.example.uat"}"#),
        ("work/deep/down/x", ""),
    ];
    let home = home(&files);
    let default = |here: &str, named| {
        let here = home.path().join(here);
        let found = read(&Place { home: home.path(), here: &here, named });
        let default: Vec<String> =
            found.orgs.into_iter().filter(|org| org.is_default).map(|org| org.username).collect();
        default
    };
    assert_eq!(default("", None), ["ada@acme.example"], "a person's own, in the older file");
    assert_eq!(default("work/deep/down", None), ["ada@acme.example.uat"], "the project's");
    assert_eq!(default("work", Some("ada@acme.example")), ["ada@acme.example"], "the environment's");
    assert!(default("", Some("another")).is_empty(), "one that is not known");
}

#[test]
fn files_of_another_form_are_counted_and_harm_nothing() {
    let huge = format!(r#"{{"username": "a@b.example", "x": "{}"}}"#, "x".repeat(LONGEST));
    let home = home(&[
        UAT,
        (".sfdx/a@b.example.json", "{"),
        (".sfdx/c@b.example.json", r#"{"username": ["c"]}"#),
        (".sfdx/d@b.example.json", "{\"username\": \"d\\u001b[2J@b.example\"}"),
        (".sfdx/e@b.example.json", &huge),
        (".sfdx/f@b.example.json/x", "a folder"),
        (".sfdx/alias.json", "{\"orgs\": {\"u\\u001bat\": \"ada@acme.example.uat\"}}"),
        (".sf/config.json", "[]"),
    ]);
    let Found { orgs, unread } = found(&home, None);
    assert_eq!((orgs.len(), unread), (1, 5), "{orgs:?}");
    assert_eq!(orgs[0].aliases, [""; 0], "no alias that commands a terminal");
    assert_eq!(found(&tempfile::tempdir().unwrap(), None), Found::default(), "it was never used here");
}

#[test]
fn an_address_that_names_no_org_for_certain_is_none() {
    let user = |name: &str, address: &str, more: &str| {
        (
            format!(".sfdx/{name}@b.example.json"),
            format!(r#"{{"username": "{name}", "instanceUrl": "{address}"{more}}}"#),
        )
    };
    let files = [
        user("a", "https://na139.salesforce.com", ""),
        user("b", "https://evil.example", r#", "isSandbox": true"#),
        user("c", "https://x.example", r#", "loginUrl": "https://acme.my.salesforce.com""#),
        user("d", "https://force-able-1-dev-ed.scratch.my.salesforce.com", r#", "isScratch": true"#),
    ];
    let files: Vec<(&str, &str)> = files.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
    let orgs = found(&home(&files), None).orgs;
    let told: Vec<(Option<&str>, OrgKind)> =
        orgs.iter().map(|org| (org.address.as_ref().map(Address::host), org.kind)).collect();
    assert_eq!(told[..2], [(None, OrgKind::Other), (None, OrgKind::Sandbox)], "{told:?}");
    assert_eq!(told[2], (Some("acme.my.salesforce.com"), OrgKind::Production), "the other address");
    assert_eq!(told[3].1, OrgKind::Scratch);
}
