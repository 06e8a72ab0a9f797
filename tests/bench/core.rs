//! Decisions of the core for which somebody waits.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use connect_agent::Client;
use connect_core::{
    contract::{
        intent::{self, Pasted},
        view::CheckState,
    },
    lifecycle::health::{self, Tries},
    platform::home::Home,
    ports::Machine,
    secret::Secret,
};
use connect_tests::{Desk, stored};
use practice_org::{Options, Org};
use time::OffsetDateTime;

use crate::{
    figures::{Figures, Times, Wanted},
    processes::Agent,
};

/// Times the plan for a thousand connections: which to use now, and when the next one.
pub(crate) fn plan(figures: &mut Figures, runs: usize) {
    figures.heading("The keep-alive plan of 1,000 connections");
    let (now, used) = (OffsetDateTime::now_utc(), time::Duration::hours(22));
    let records: Vec<_> = (0..1000).map(|number| stored(number, now - used).0).collect();
    let (health_records, tries) = (BTreeMap::new(), Tries::default());
    let times = (0..runs).map(|_| {
        let started = Instant::now();
        std::hint::black_box(health::plan(&records, &health_records, &tries, Machine::default(), now));
        started.elapsed()
    });
    figures.times("which are due now, and when the next one is", &times.collect(), Wanted::AtMost(10.0));
}

/// Times a validation with an org on this computer, whose own answers are included.
pub(crate) async fn validation(figures: &mut Figures, one: &Desk, thousand: &Desk, runs: usize) {
    figures.heading("Checking a pasted pair, with the answers of an org on this computer");
    let org = Org::start(Options::default()).await.unwrap();
    let mut few: Option<Times> = None;
    for (desk, with) in [(one, "1 connection"), (thousand, "1,000 connections")] {
        let agent = Agent::start(desk, &["--no-tray"]).await;
        let client =
            Client::open(&Home::at(&desk.home()).unwrap()).await.unwrap().expect("the agent answers");
        let mut times = Times::default();
        for _ in 0..runs {
            times.push(check(&client, &org).await);
        }
        figures.times(&format!("{with} stored"), &times, Wanted::AtMost(20.0));
        if let Some(few) = &few {
            figures.ratio("  over 1 connection", &times, few, Wanted::AtMost(1.5));
        }
        few = Some(times);
        drop(agent);
    }
}

async fn check(client: &Client, org: &Org) -> Duration {
    let (key, secret) = (Secret::new(org.key()), Secret::new(org.secret()));
    let pasted = Pasted { address: org.address(), key, secret };
    let started = Instant::now();
    let findings = client.call(intent::Validate(pasted)).await.unwrap();
    let took = started.elapsed();
    let right = findings.checks.iter().filter(|finding| finding.state == CheckState::Pass).count();
    assert!(right >= 3, "address, key, secret: {findings:?}");
    took
}
