//! The orgs that Salesforce CLI knows on this computer, offered where an address is asked for. Read in this process, from its files.

use std::env;

use connect_core::{
    contract::view::OrgKind,
    platform::paths,
    salesforce_cli::{self, KnownOrg, Place},
};
use serde::Serialize;

/// The most that are offered; `dtx import sf` lists all.
const MOST: usize = 12;

/// An org, as one of its users is signed in to it there.
#[derive(Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct KnownToCli {
    /// Its alias there, else its user.
    name: String,
    username: String,
    /// The org's address.
    address: String,
    host: String,
    kind: OrgKind,
}

/// Its default org first. Those without a certain address cannot be set up from here.
pub(crate) fn orgs() -> Vec<KnownToCli> {
    let Some(home) = paths::own_folder() else { return Vec::new() };
    // A window has no folder that somebody stands in.
    let found = salesforce_cli::read(&Place { home: &home, here: &home, named: default_org().as_deref() });
    found.orgs.iter().filter_map(offered).take(MOST).collect()
}

/// The variable with which Salesforce CLI is told its default org.
fn default_org() -> Option<String> {
    env::var("SF_TARGET_ORG").ok()
}

fn offered(org: &KnownOrg) -> Option<KnownToCli> {
    let address = org.address.as_ref()?;
    Some(KnownToCli {
        name: org.name().to_owned(),
        username: org.username.clone(),
        address: address.view().origin,
        host: address.host().to_owned(),
        kind: org.kind,
    })
}

#[cfg(test)]
mod tests {
    use connect_core::org::address;

    use super::*;

    #[test]
    fn an_org_is_offered_by_its_alias_and_not_without_a_certain_address() {
        let org = |aliases: &[&str], address| KnownOrg {
            aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
            username: "ada@acme.example".to_owned(),
            org_id: None,
            address,
            kind: OrgKind::Sandbox,
            is_default: false,
        };
        let address = || address::parse("acme--uat.sandbox.my.salesforce.com").ok();
        let told = offered(&org(&["uat", "other"], address())).unwrap();
        assert_eq!((told.name.as_str(), told.host.as_str()), ("uat", "acme--uat.sandbox.my.salesforce.com"));
        assert_eq!(told.address, "https://acme--uat.sandbox.my.salesforce.com", "as it is set up");
        assert_eq!(offered(&org(&[], address())).unwrap().name, "ada@acme.example", "one without an alias");
        assert_eq!(offered(&org(&["uat"], None)), None, "nothing is certain of it");
    }
}
