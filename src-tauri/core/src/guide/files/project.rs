//! What stands around the metadata: the manifest, the project file, and a text for whoever opens the folder.

use std::sync::LazyLock;

use serde::Deserialize;

use super::{App, EMAIL_STAND_IN, File, metadata::Component, xml::Document};
use crate::org::{address::Address, salesforce};

const MANIFEST: &str = "manifest/package.xml";

#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    readme: String,
    /// How Salesforce CLI signs in to a real org.
    real_org: String,
    practice_org: String,
    /// Said where no Contact Email was given.
    without_email: String,
}

static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../../words/app-files.toml")).unwrap_or_default());

/// `package.xml`: what the folder deploys, by name.
pub(super) fn manifest(components: &[Component]) -> File {
    let mut document = Document::of("Package");
    for component in components {
        document.group("types", |types| {
            types.element("members", &component.full_name);
            types.element("name", component.of);
        });
    }
    document.element("version", salesforce::METADATA_VERSION);
    File { path: MANIFEST.to_owned(), text: document.end() }
}

/// `sfdx-project.json`: makes a project of the folder, in which Salesforce CLI signs in at the org's own address. In a project
/// with an address that is not Salesforce's it refuses to deploy.
pub(super) fn project(app: App<'_>) -> File {
    let sign_in = if app.org.is_practice() {
        String::new()
    } else {
        format!("\n  \"sfdcLoginUrl\": \"{}\",", app.org.origin_text())
    };
    // No value has a character that JSON writes in another way: letters, digits, and an address.
    let text = format!(
        r#"{{
  "packageDirectories": [
    {{
      "path": "force-app",
      "default": true
    }}
  ],
  "name": "{}",
  "namespace": "",{sign_in}
  "sourceApiVersion": "{}"
}}
"#,
        app.name.api(),
        salesforce::METADATA_VERSION,
    );
    File { path: "sfdx-project.json".to_owned(), text }
}

pub(super) fn commands(org: &Address) -> [String; 2] {
    let (origin, alias) = (org.origin_text(), org.default_alias());
    let sign_in = if org.is_practice() {
        format!(
            "SF_ACCESS_TOKEN=$(dtx token {alias}) sf org login access-token --instance-url {origin} --no-prompt \
             --alias {alias}"
        )
    } else {
        format!("sf org login web --instance-url {origin} --alias {alias}")
    };
    [sign_in, format!("sf project deploy start --manifest {MANIFEST} --target-org {alias}")]
}

pub(super) fn readme(app: App<'_>) -> File {
    let [sign_in, deploy] = commands(app.org);
    let (origin, setup) = (app.org.origin_text(), app.org.setup_url());
    let facts = [
        ("sign_in", if app.org.is_practice() { &WORDS.practice_org } else { &WORDS.real_org }.as_str()),
        ("email", if app.email.is_some() { "" } else { &WORDS.without_email }),
        ("stand_in", EMAIL_STAND_IN),
        ("sign_in_command", &sign_in),
        ("deploy_command", &deploy),
        ("api_name", app.name.api()),
        ("words", &app.org.words()),
        ("host", app.org.host()),
        ("origin", &origin),
        ("setup_url", setup.as_str()),
        ("version", salesforce::METADATA_VERSION),
    ];
    // In this order: the first two have names of the others in them.
    let fill = |text: String, (name, value): (&str, &str)| text.replace(&format!("{{{name}}}"), value);
    let text = facts.into_iter().fold(WORDS.readme.clone(), fill);
    File { path: "README.md".to_owned(), text }
}
