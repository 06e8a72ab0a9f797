//! `./dev bench`: how fast and how small the built programs are, each figure beside its peer from the same run.
//!
//! Machines differ and are busy: what counts are the ratios. Nothing here is asserted.

#![expect(
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a program that prints figures and ends when it cannot"
)]

mod figures;
mod fill;
mod processes;

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use connect_core::health::{self, Tries};
use connect_tests::{Desk, DesktopTray, INTEGRATION, Person, Press};
use figures::Figures;
use practice_org::{Options, Org};
use processes::{Agent, Timed};
use time::OffsetDateTime;

/// Runs of a command whose median is taken.
const RUNS: usize = 200;
/// Programs that ask at once for one expired token.
const CROWD: usize = 200;
/// How long an idle agent is watched.
const IDLE: Duration = Duration::from_secs(20);

fn main() {
    let mut arguments = std::env::args().skip(1);
    match arguments.next().as_deref() {
        // Started again by itself, inside a desk, with that desk's keyring.
        Some("fill") => fill::fill(arguments.next().and_then(|count| count.parse().ok()).unwrap()),
        _ => tokio::runtime::Runtime::new().unwrap().block_on(measure()),
    }
}

async fn measure() {
    let mut figures = Figures::default();
    sizes(&mut figures);
    tokens(&mut figures).await;
    for connections in [1, 1000] {
        idle(&mut figures, connections).await;
    }
    plan(&mut figures);
    crowd(&mut figures).await;
    figures.print();
}

fn sizes(figures: &mut Figures) {
    for name in ["dtx", "datatrax-connect"] {
        let bytes = processes::program(name).metadata().map(|file| file.len());
        if let Ok(bytes) = bytes {
            figures.add(&format!("{name}, the program"), figures::megabytes(bytes), "");
        }
    }
}

async fn tokens(figures: &mut Figures) {
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    connect(&desk, &org).await;
    let nothing = Timed::new(&desk, "/bin/true", &[]).runs(RUNS);
    let alone = Timed::new(&desk, processes::program("dtx"), &["token", "p"]).runs(RUNS / 4);
    let agent = Agent::start(&desk, &["agent", "--no-tray"]).await;
    let asked = Timed::new(&desk, processes::program("dtx"), &["token", "p"]).runs(RUNS);
    drop(agent);
    let times = |figure: Duration| format!("{:.1} x /bin/true", figure.as_secs_f64() / nothing.as_secs_f64());
    figures.add("/bin/true, exec to exit", figures::milliseconds(nothing), "");
    figures.add("dtx token, cached, agent running", figures::milliseconds(asked), &times(asked));
    figures.add("dtx token, cached, no agent", figures::milliseconds(alone), &times(alone));
}

/// An agent with nothing to do.
async fn idle(figures: &mut Figures, connections: usize) {
    let desk = Desk::new();
    let started = Instant::now();
    fill::run(&desk, connections);
    let filled = started.elapsed();
    let mut tray = DesktopTray::on(&desk).await;
    let started = Instant::now();
    let agent = Agent::start_at_once(&desk, &["agent"]);
    let item = tray.item().await;
    let ready = started.elapsed();
    let list = Timed::new(&desk, processes::program("dtx"), &["list"]).runs(RUNS / 4);
    item.menu().await;
    let before = agent.wake_ups();
    tokio::time::sleep(IDLE).await;
    let wake_ups = agent.wake_ups() - before;
    let what = format!("with {connections} connection{}", if connections == 1 { "" } else { "s" });
    figures.add(&format!("agent, exec to tray ready, {what}"), figures::milliseconds(ready), "");
    figures.add(&format!("agent, idle, PSS, {what}"), figures::megabytes(agent.pss()), "");
    figures.add(&format!("agent, idle, wake-ups in {} s, {what}", IDLE.as_secs()), wake_ups.to_string(), "");
    figures.add(&format!("dtx list, {what}"), figures::milliseconds(list), "");
    figures.add(
        &format!("storing a sign-in, {what}"),
        figures::milliseconds(filled / u32::try_from(connections).unwrap()),
        "",
    );
}

/// Which of a thousand connections are to be used now, and when the next one is.
fn plan(figures: &mut Figures) {
    let (now, used) = (OffsetDateTime::now_utc(), time::Duration::hours(22));
    let records: Vec<_> = (0..1000).map(|number| fill::record(number, now - used)).collect();
    let (standings, tries) = (BTreeMap::new(), Tries::default());
    let started = Instant::now();
    let plan = health::plan(&records, &standings, &tries, now);
    let took = started.elapsed();
    figures.add(
        "keep-alive plan of 1,000 connections",
        figures::milliseconds(took),
        &format!("{} due", plan.due.len()),
    );
}

/// Many programs want one token that has just expired.
async fn crowd(figures: &mut Figures) {
    for with_agent in [true, false] {
        let desk = Desk::new();
        let org = Org::start(Options { rotation: true, ..Options::default() }).await.unwrap();
        connect(&desk, &org).await;
        let agent = if with_agent { Some(Agent::start(&desk, &["agent", "--no-tray"]).await) } else { None };
        let one = Timed::new(&desk, processes::program("dtx"), &["token", "p", "--fresh"]).runs(5);
        let before = org.counters();
        let started = Instant::now();
        let answers = processes::crowd(&desk, &["token", "p", "--fresh"], CROWD);
        let took = started.elapsed();
        let refreshes = org.counters().refreshes - before.refreshes;
        let whose = if agent.is_some() { "with the agent" } else { "without an agent" };
        let note = format!(
            "{answers} of {CROWD} answered, {refreshes} refreshes; one alone took {}",
            figures::milliseconds(one)
        );
        figures.add(
            &format!("{CROWD} x dtx token --fresh at once, {whose}"),
            figures::milliseconds(took),
            &note,
        );
    }
}

async fn connect(desk: &Desk, org: &Org) {
    let mut dtx = desk.connecting(org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "connected");
}
