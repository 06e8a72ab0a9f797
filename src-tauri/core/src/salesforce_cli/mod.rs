//! The orgs that Salesforce CLI knows on this computer: its files are read as they are, nothing is written, and of what is in
//! them neither tokens nor keys are taken.

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use serde::Deserialize;

use crate::{
    contract::view::OrgKind,
    explain,
    org::address::{self, Address},
    platform::private,
};

/// Its folder in a person's own, with a file for each user and one with all aliases.
const STATE: &str = ".sfdx";
const ALIASES: &str = "alias.json";
const USER_ENDING: &str = ".json";

/// The files with settings, below a person's folder or a project's, and what the default org is called in them.
const SETTINGS: [(&str, &str); 2] =
    [(".sf/config.json", "target-org"), (".sfdx/sfdx-config.json", "defaultusername")];

/// What makes a folder a project of Salesforce's.
const PROJECT: &str = "sfdx-project.json";

/// The longest of its files, in bytes: they have one org, or a line for each alias.
const LONGEST: usize = 256 * 1024;

/// The most users that are looked at.
const MOST: usize = 1000;

/// Where the files are looked for, and what else decides over the default org.
#[derive(Debug)]
pub struct Place<'a> {
    /// The person's own folder.
    pub home: &'a Path,
    /// The folder in which the command was typed.
    pub here: &'a Path,
    /// The default org by a variable of the environment.
    pub named: Option<&'a str>,
}

/// What was found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// The default org first.
    pub orgs: Vec<KnownOrg>,
    /// How many files of users could not be read, or have another form.
    pub unread: usize,
}

/// An org as one of its users is signed in to it.
#[derive(Debug, PartialEq, Eq)]
pub struct KnownOrg {
    /// All its aliases; the one that the default org is named by first.
    pub aliases: Vec<String>,
    pub username: String,
    pub org_id: Option<String>,
    /// `None` where the address there names no org for certain.
    pub address: Option<Address>,
    pub kind: OrgKind,
    pub is_default: bool,
}

/// The part of a user's file that is taken.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User {
    username: String,
    org_id: Option<String>,
    instance_url: Option<String>,
    login_url: Option<String>,
    is_sandbox: Option<bool>,
    is_scratch: Option<bool>,
    dev_hub_username: Option<String>,
}

#[derive(Default, Deserialize)]
struct Aliases {
    #[serde(default)]
    orgs: BTreeMap<String, String>,
}

/// The folder with the files of users.
pub fn folder(home: &Path) -> PathBuf {
    home.join(STATE)
}

/// Reads what Salesforce CLI knows. Where it was never used, that is nothing.
pub fn read(place: &Place<'_>) -> Found {
    let state = folder(place.home);
    let aliases = json::<Aliases>(&state.join(ALIASES)).unwrap_or_default();
    let default = default_org(place);
    let mut found = Found::default();
    for file in users(&state) {
        match json::<User>(&file).filter(|user| is_shown_as_it_is(&user.username)) {
            Some(user) => found.orgs.push(org(user, &aliases, default.as_deref())),
            None => found.unread += 1,
        }
    }
    found.orgs.sort_by_cached_key(|org| (!org.is_default, org.name().to_lowercase(), org.username.clone()));
    found
}

impl KnownOrg {
    /// What it is called there.
    pub fn name(&self) -> &str {
        self.aliases.first().unwrap_or(&self.username)
    }
}

/// The files of users: they are called like the user.
fn users(state: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(state).into_iter().flatten().flatten();
    let named = entries.filter(|entry| {
        let name = entry.file_name();
        name.to_str().is_some_and(|name| name.contains('@') && name.ends_with(USER_ENDING))
    });
    named.map(|entry| entry.path()).take(MOST).collect()
}

fn json<T: for<'a> Deserialize<'a>>(file: &Path) -> Option<T> {
    serde_json::from_slice(&private::read_short(file, LONGEST).ok()?).ok()
}

/// The default org, by its alias or its user: what the environment says, then the project, then the person's own settings.
fn default_org(place: &Place<'_>) -> Option<String> {
    if let Some(named) = place.named.filter(|named| !named.is_empty()) {
        return Some(named.to_owned());
    }
    let project = place.here.ancestors().find(|folder| folder.join(PROJECT).is_file());
    let set_in = |folder: &Path| {
        SETTINGS.iter().find_map(|(file, key)| {
            let settings = json::<BTreeMap<String, serde_json::Value>>(&folder.join(file))?;
            settings.get(*key)?.as_str().map(str::to_owned)
        })
    };
    project.and_then(set_in).or_else(|| set_in(place.home))
}

fn org(user: User, aliases: &Aliases, default: Option<&str>) -> KnownOrg {
    let mut addresses = [&user.instance_url, &user.login_url].into_iter().flatten();
    let address = addresses.find_map(|address| address::parse(address).ok());
    let of_user = aliases.orgs.iter().filter(|(alias, of)| **of == user.username && is_shown_as_it_is(alias));
    let mut names: Vec<String> = of_user.map(|(alias, _)| alias.clone()).collect();
    let is_alias = default.is_some_and(|default| aliases.orgs.contains_key(default));
    names.sort_by_key(|alias| Some(alias.as_str()) != default);
    let is_default = match default {
        Some(default) if is_alias => names.iter().any(|alias| alias == default),
        Some(default) => default == user.username,
        None => false,
    };
    let org_id = user.org_id.clone().filter(|id| is_org_id(id));
    KnownOrg {
        kind: kind(&user, address.as_ref()),
        username: user.username,
        aliases: names,
        org_id,
        address,
        is_default,
    }
}

/// The kind by the org's address where that tells it for certain, else as the file has it.
fn kind(user: &User, address: Option<&Address>) -> OrgKind {
    match address {
        Some(address) if address.promises_kind() => address.kind(),
        _ if user.is_scratch == Some(true) || user.dev_hub_username.is_some() => OrgKind::Scratch,
        _ if user.is_sandbox == Some(true) => OrgKind::Sandbox,
        Some(address) => address.kind(),
        None => OrgKind::Other,
    }
}

fn is_org_id(id: &str) -> bool {
    matches!(id.len(), 15 | 18)
        && id.starts_with("00D")
        && id.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

/// Whether a name can be shown as it is: a file may hold anything.
fn is_shown_as_it_is(name: &str) -> bool {
    let misleads = |letter: char| letter.is_control() || explain::is_bidi_or_invisible(letter);
    !name.is_empty() && !name.chars().any(misleads)
}
