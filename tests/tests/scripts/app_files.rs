//! `dtx app files`: the guide's app as files.

use std::{collections::BTreeMap, fs, path::Path};

use connect_tests::Desk;
use serde_json::json;

const SANDBOX: &str = "https://acme--uat.sandbox.lightning.force.com/lightning/setup/SetupOneHome/home";

/// Every file below the folder, by its path with `/` between the names.
fn read(folder: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        if path.is_dir() {
            files.extend(read(&path).into_iter().map(|(below, text)| (format!("{name}/{below}"), text)));
        } else {
            files.insert(name, fs::read_to_string(path).unwrap());
        }
    }
    files
}

#[tokio::test]
async fn the_app_of_the_guide_is_written_as_files_without_key_and_secret() {
    let desk = Desk::new();
    let (one, other) = (desk.folder().join("one"), desk.folder().join("other"));
    let command = |folder: &Path| {
        let dir = folder.to_str().unwrap().to_owned();
        ["app", "files", &dir, "--org", SANDBOX, "--name", "R&D <Datatrax>", "--email", "ada@acme.example"]
            .map(str::to_owned)
            .to_vec()
    };
    let words = command(&one);
    let told = desk.json(&words.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!(told["org"], "https://acme--uat.sandbox.my.salesforce.com", "{told}");
    assert_eq!(
        (&told["name"], &told["api_name"]),
        (&json!("R&D <Datatrax>"), &json!("R_D_Datatrax")),
        "{told}"
    );
    assert_eq!(told["contact_email"], "ada@acme.example", "{told}");
    let files = read(&one);
    let named: Vec<&str> =
        told["files"].as_array().unwrap().iter().map(|path| path.as_str().unwrap()).collect();
    assert_eq!(named.len(), files.len(), "every file, and no other: {files:?}");
    assert!(named.iter().all(|path| files.contains_key(*path)), "{told}");
    for command in told["commands"].as_array().unwrap() {
        assert!(files["README.md"].contains(command.as_str().unwrap()), "the README has it: {command}");
    }

    let words = command(&other);
    let ended = desk.dtx(&words.iter().map(String::as_str).collect::<Vec<_>>()).await;
    assert_eq!((ended.code, ended.error.as_str()), (0, ""), "{ended:?}");
    assert!(ended.output.contains("sf project deploy start --manifest manifest/package.xml"), "{ended:?}");
    assert_eq!(read(&other), files, "the same input, the same bytes");
    let all: String = files.into_values().collect();
    assert!(!all.contains("consumerKey") && !all.contains("consumerSecret"), "neither key nor secret");
}

#[tokio::test]
async fn a_folder_with_something_in_it_is_refused_by_name_and_stays_as_it_is() {
    let desk = Desk::new();
    let full = desk.folder().join("full");
    fs::create_dir(&full).unwrap();
    fs::File::create(full.join("mine")).unwrap();
    let dir = full.to_str().unwrap();
    let ended = desk.dtx(&["app", "files", dir, "--org", "acme"]).await;
    assert_eq!((ended.code, ended.output.as_str()), (2, ""), "{ended:?}");
    assert!(
        ended.error.contains(dir) && ended.error.contains("an empty one"),
        "named, and what to do: {ended:?}"
    );
    let ended = desk.dtx(&["app", "files", dir, "--org", "acme", "--json"]).await;
    assert!(ended.output.contains("\"code\":\"folder_taken\""), "{ended:?}");
    assert_eq!(read(&full).into_keys().collect::<Vec<_>>(), ["mine"], "as it was");

    let below = full.join("mine/below");
    let ended = desk.dtx(&["app", "files", below.to_str().unwrap(), "--org", "acme", "--json"]).await;
    assert!(ended.code != 0 && ended.output.contains("\"event\":\"failed\""), "{ended:?}");
}

#[tokio::test]
async fn a_name_an_address_or_an_email_that_cannot_be_is_refused_before_anything_is_written() {
    let desk = Desk::new();
    let dir = desk.folder().join("new");
    for (given, what) in [
        (&["--org", "acme", "--name", "データ"][..], "--name"),
        (&["--org", "acme", "--name", "aux"], "--name"),
        (&["--org", "acme", "--email", "Ada"], "--email"),
        (&["--org", "login.salesforce.com"], "login.salesforce.com"),
        (&["--org", "nonsense with spaces"], "address"),
        (&[], "--org"),
    ] {
        let ended = desk.dtx(&[&["app", "files", dir.to_str().unwrap()], given].concat()).await;
        assert_eq!((ended.code, ended.output.as_str()), (2, ""), "{given:?}: {ended:?}");
        assert!(ended.error.contains(what), "{given:?}: {ended:?}");
        assert!(!dir.exists(), "{given:?}: nothing is written");
    }
    let ended = desk.dtx(&["app", "files", dir.to_str().unwrap(), "--org", "acme"]).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    assert!(ended.error.contains("your.address@company.example"), "the stand-in is told: {ended:?}");
}
