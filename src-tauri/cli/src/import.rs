//! `dtx import`: orgs that another program on this computer knows, offered to be set up here.

use std::env;

use connect_agent::Client;
use connect_core::{
    contract::{
        intent,
        view::{ConnectionView, Failure, OrgKind},
    },
    platform::{home::Home, paths},
    salesforce_cli::{self, Found, KnownOrg, Place},
};
use serde::Serialize;

use crate::{
    arguments::{Connect, Import, ImportCommand, SignIn},
    connect,
    connections::kind_badge,
    output, session, terminal,
    text::Page,
};

/// The variable with which Salesforce CLI is told its default org.
const DEFAULT_ORG: &str = "SF_TARGET_ORG";

/// The output of `import sf --json`.
#[derive(Serialize)]
struct Told<'a> {
    folder: String,
    orgs: Vec<ToldOrg<'a>>,
    unread: usize,
}

#[derive(Serialize)]
struct ToldOrg<'a> {
    alias: Option<&'a str>,
    aliases: &'a [String],
    username: &'a str,
    org_id: Option<&'a str>,
    /// Null where the address there names no org for certain.
    address: Option<String>,
    kind: OrgKind,
    default: bool,
    /// The connection to the same host, if there is one.
    connected_as: Option<&'a str>,
}

pub(crate) async fn import(command: Import) -> Result<u8, Failure> {
    let ImportCommand::Sf { json } = command.command;
    let Some(own) = paths::own_folder() else {
        return Err(terminal::missing("the home folder of this account"));
    };
    let here = env::current_dir().unwrap_or_else(|_| own.clone());
    let named = env::var(DEFAULT_ORG).ok();
    let found = salesforce_cli::read(&Place { home: &own, here: &here, named: named.as_deref() });
    let connections = connections().await;
    let connected = |org: &KnownOrg| connected_as(org, &connections);
    if json.json {
        let orgs = found.orgs.iter().map(|org| told(org, connected(org))).collect();
        let folder = salesforce_cli::folder(&own).display().to_string();
        output::json(&Told { folder, orgs, unread: found.unread })?;
        return Ok(0);
    }
    if found.orgs.is_empty() {
        output::hint("Salesforce CLI knows no org on this computer, as far as its files in .sfdx tell.");
    }
    let page = Page::of_results();
    for (org, number) in found.orgs.iter().zip(1..) {
        output::line(&line(page, number, org, connected(org)));
    }
    say_unread(&found);
    if found.orgs.is_empty() || !terminal::is_present() {
        return Ok(0);
    }
    match chosen(&found.orgs).await? {
        Some(org) => set_up(org, &connections).await,
        None => Ok(0),
    }
}

fn told<'a>(org: &'a KnownOrg, connected_as: Option<&'a str>) -> ToldOrg<'a> {
    ToldOrg {
        alias: org.aliases.first().map(String::as_str),
        aliases: &org.aliases,
        username: &org.username,
        org_id: org.org_id.as_deref(),
        address: org.address.as_ref().map(|address| address.view().origin),
        kind: org.kind,
        default: org.is_default,
        connected_as,
    }
}

/// One org, as it is listed: its number, what it is called, what and where it is, and what is to be said of it.
fn line(page: Page, number: usize, org: &KnownOrg, connected_as: Option<&str>) -> String {
    let place = org.address.as_ref().map_or("no certain address", |address| address.host());
    let mut facts = vec![kind_badge(org.kind).to_owned(), place.to_owned()];
    if !org.aliases.is_empty() {
        facts.push(org.username.clone());
    }
    if org.is_default {
        facts.push("its default org".to_owned());
    }
    facts.extend(connected_as.map(|alias| format!("connected here as {alias}")));
    page.in_lines(&format!("{number:>3}  "), &format!("{}: {}", org.name(), facts.join(", ")))
}

fn say_unread(found: &Found) {
    match found.unread {
        0 => {}
        1 => output::hint("One of its files has another form, and is not in this list."),
        several => {
            output::hint(&format!("{several} of its files have another form, and are not in this list."));
        }
    }
}

/// Asks which org is to be set up, until one is named or none.
async fn chosen(orgs: &[KnownOrg]) -> Result<Option<&KnownOrg>, Failure> {
    loop {
        let answer = terminal::ask("\nSet one of them up? Its number, or Enter for none").await?;
        if answer.is_empty() {
            return Ok(None);
        }
        match answer.parse::<usize>().ok().and_then(|number| orgs.get(number.checked_sub(1)?)) {
            Some(org) if org.address.is_none() => output::hint(
                "Its files have no address that names it for certain. Copy one from the browser: dtx connect ADDRESS",
            ),
            Some(org) => return Ok(Some(org)),
            None => output::hint("That is none of these numbers."),
        }
    }
}

/// Goes on as `dtx connect` with the org's address, and with its alias where that is free.
async fn set_up(org: &KnownOrg, connections: &[ConnectionView]) -> Result<u8, Failure> {
    let host = org.address.as_ref().map(|address| address.host().to_owned());
    let alias = org.aliases.first().filter(|alias| {
        let of_another = |one: &ConnectionView| one.alias == **alias && Some(&one.host) != host.as_ref();
        !connections.iter().any(of_another)
    });
    let address = org.address.as_ref().map(|address| address.view().origin);
    connect::connect(Connect { address, alias: alias.cloned(), sign_in: SignIn::default() }).await
}

fn connected_as<'a>(org: &KnownOrg, connections: &'a [ConnectionView]) -> Option<&'a str> {
    let host = org.address.as_ref()?.host();
    connections.iter().find(|one| one.host == host).map(|one| one.alias.as_str())
}

/// The connections there are. A look makes no database where there is none, and what keeps it from being read is told by what
/// needs it.
async fn connections() -> Vec<ConnectionView> {
    let read = async {
        if !Home::is_there() {
            return Ok(Vec::new());
        }
        let home = session::home()?;
        let client = match Client::open(&home).await? {
            Some(client) => client,
            None if !home.database().is_file() => return Ok(Vec::new()),
            None => Client::in_process(session::controller(home)?),
        };
        client.call(intent::List).await
    };
    read.await.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use connect_core::org::address;

    use super::*;

    #[test]
    fn a_line_says_what_an_org_is_called_and_is_and_what_is_special_about_it() {
        let org = KnownOrg {
            aliases: vec!["uat".to_owned()],
            username: "ada@acme.example".to_owned(),
            org_id: None,
            address: address::parse("acme--uat.sandbox.my.salesforce.com").ok(),
            kind: OrgKind::Sandbox,
            is_default: true,
        };
        assert_eq!(
            line(Page::piped(), 1, &org, Some("mine")),
            "  1  uat: Sandbox, acme--uat.sandbox.my.salesforce.com, ada@acme.example, its default org, connected here as mine"
        );
        let nameless = KnownOrg { aliases: Vec::new(), address: None, is_default: false, ..org };
        assert_eq!(
            line(Page::piped(), 12, &nameless, None),
            " 12  ada@acme.example: Sandbox, no certain address"
        );
    }
}
