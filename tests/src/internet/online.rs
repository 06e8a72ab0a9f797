//! A desk on its own internet, and connections to real addresses from there.

use connect_core::org::address::callbacks_of_real_orgs;
use practice_org::{Options, Org, OrgKind};
use serde_json::Value;

use super::Internet;
use crate::{Desk, Dtx, Ended, INTEGRATION, Press};

/// An org that has this host of Salesforce's, with all lines of a real org's Callback URL.
pub async fn real_org(host: &str, kind: OrgKind) -> Org {
    let options = Options {
        kind,
        origin: Some(format!("https://{host}")),
        callbacks: callbacks_of_real_orgs(),
        // Each host's org has its own key, secret and id.
        seed: host.bytes().fold(0, |seed, byte| seed * 31 % 1_000_003 + u64::from(byte)),
        ..Options::default()
    };
    Org::start(options).await.unwrap()
}

/// A desk whose programs have proxy and authority in their environment.
pub struct OnlineDesk {
    pub desk: Desk,
    pub internet: Internet,
}

impl OnlineDesk {
    pub async fn new() -> Self {
        Self { desk: Desk::new(), internet: Internet::new().await }
    }

    /// Starts a [`real_org`] behind its host.
    pub async fn served(&self, host: &str, kind: OrgKind) -> Org {
        let org = real_org(host, kind).await;
        self.internet.serve(host, &org);
        org
    }

    /// Runs `dtx` to its end, with empty standard input.
    pub async fn dtx(&self, arguments: &[&str]) -> Ended {
        self.dtx_with(arguments, &[]).await
    }

    /// As [`OnlineDesk::dtx`], with `changes` to the environment: an empty value removes a variable.
    pub async fn dtx_with(&self, arguments: &[&str], changes: &[(&str, &str)]) -> Ended {
        let mut dtx = self.desk.start_on(&self.internet, arguments, changes);
        dtx.end_input();
        dtx.ended().await
    }

    /// Starts `dtx connect` with the org's pair.
    pub async fn connecting(&self, address: &str, org: &Org, changes: &[(&str, &str)]) -> Dtx {
        self.connecting_with(address, org, &[], changes).await
    }

    /// As [`OnlineDesk::connecting`], with more arguments.
    pub async fn connecting_with(
        &self,
        address: &str,
        org: &Org,
        more: &[&str],
        changes: &[(&str, &str)],
    ) -> Dtx {
        let key = org.key();
        let mut arguments =
            vec!["connect", address, "--key", &key, "--secret-stdin", "--no-browser", "--json"];
        arguments.extend(more);
        let mut dtx = self.desk.start_on(&self.internet, &arguments, changes);
        dtx.say(&org.secret()).await;
        dtx
    }

    /// Connects, with the org's integration user signing in.
    pub async fn connect(&self, address: &str, org: &Org) -> Ended {
        let mut dtx = self.connecting(address, org, &[]).await;
        dtx.sign_in(&mut self.internet.person(org, INTEGRATION), Press::Allow).await;
        dtx.ended().await
    }

    /// Runs a `dtx connect` that ends before a sign-in.
    pub async fn refused(&self, address: &str, org: &Org, changes: &[(&str, &str)]) -> Ended {
        let mut dtx = self.connecting(address, org, changes).await;
        dtx.end_input();
        dtx.ended().await
    }

    /// The connections in `dtx list`.
    pub async fn connections(&self) -> Vec<Value> {
        let listed = self.dtx(&["list", "--json"]).await;
        listed.last()["connections"].as_array().unwrap().clone()
    }
}

impl Ended {
    /// Asserts that a `connect --json` ended with this exit code, and this code last.
    #[track_caller]
    pub fn assert_failed(&self, exit: i32, code: &str, about: &str) {
        let last = self.last();
        assert_eq!(
            (self.code, last["event"].as_str(), last["code"].as_str()),
            (exit, Some("failed"), Some(code)),
            "{about}: {self:?}"
        );
    }
}
