//! Requests about guided set-ups to the agent, and the set-ups' state.

use std::fmt::Debug;

use connect_agent::{Ask, Client};
use connect_core::{
    contract::{
        intent::{self, Pasted},
        view::{CallbackAudit, CheckId, CheckState, Findings, Mark, SetupView, StepMark},
    },
    explain::Code,
    platform::home::Home,
    secret::Secret,
};
use practice_org::Org;

use crate::{Desk, Dtx, OnlineDesk, until};

/// An agent, and a client of it.
pub async fn agent(desk: &Desk) -> (Dtx, Client) {
    let agent = desk.start(&["agent", "--no-tray"]);
    (agent, reached(desk).await)
}

/// As [`agent`], on this internet.
pub async fn agent_online(online: &OnlineDesk) -> (Dtx, Client) {
    let agent = online.desk.start_on(&online.internet, &["agent", "--no-tray"], &[]);
    (agent, reached(&online.desk).await)
}

/// A client of the agent that is starting.
pub async fn reached(desk: &Desk) -> Client {
    let home = Home::at(&desk.home()).unwrap();
    until("the agent", async || Client::open(&home).await.unwrap()).await
}

/// The host that names the set-up of this practice org.
pub fn host(org: &Org) -> String {
    org.address().replace("http://", "")
}

/// Begins the set-up of this org, or returns the present one.
pub async fn set_up(client: &Client, org: &Org) -> SetupView {
    client.call(intent::SetUp { address: org.address() }).await.expect("a set-up begins")
}

/// Marks a step as done.
pub async fn done(client: &Client, setup: &SetupView, step: &str) -> SetupView {
    let said = intent::StepDone { host: setup.host.clone(), step: step.to_owned(), done: true };
    client.call(said).await.expect("said")
}

/// Marks all steps before the paste as done.
pub async fn up_to_the_paste(client: &Client, org: &Org) -> SetupView {
    let mut setup = set_up(client, org).await;
    for step in ["before", "open", "details", "oauth", "security", "copy"] {
        setup = done(client, &setup, step).await;
    }
    assert_eq!(setup.step, "paste", "what is left to do");
    setup
}

/// The org's own pair, as pasted.
pub fn pasted(org: &Org) -> Pasted {
    Pasted { address: org.address(), key: Secret::new(org.key()), secret: Secret::new(org.secret()) }
}

/// Asks the org about its own pair.
pub async fn validate(client: &Client, org: &Org) -> Findings {
    client.call(intent::Validate(pasted(org))).await.expect("findings")
}

/// Compares each callback line of the org's app with the needed ones.
pub async fn audit(client: &Client, org: &Org) -> CallbackAudit {
    let audit = intent::AuditCallbacks { address: org.address(), key: Secret::new(org.key()) };
    client.call(audit).await.expect("an audit")
}

/// The set-up in the snapshot.
pub async fn shown(client: &Client, host: &str) -> SetupView {
    let snapshot = client.call(intent::Snapshot).await.unwrap();
    snapshot.setups.into_iter().find(|setup| setup.host == host).expect("the set-up is in the snapshot")
}

/// The mark of a step.
pub fn mark<'a>(setup: &'a SetupView, step: &str) -> &'a StepMark {
    setup.steps.iter().find(|mark| mark.id == step).expect("a mark for each step")
}

/// The steps with this mark, in order.
pub fn with_mark(setup: &SetupView, mark: Mark) -> Vec<&str> {
    setup.steps.iter().filter(|step| step.mark == mark).map(|step| step.id.as_str()).collect()
}

/// The finding about the callback lines.
pub fn callback(findings: &Findings) -> (CheckState, Option<Code>) {
    let found = findings.checks.iter().find(|finding| finding.id == CheckId::Callback).unwrap();
    (found.state, found.code)
}

/// The code with which the agent refuses this request.
pub async fn refused<R: Ask<Reply: Debug>>(client: &Client, request: R) -> Code {
    client.call(request).await.expect_err("refused").code
}
