//! The agent at rest.

use std::time::{Duration, Instant};

use connect_tests::{Desk, DesktopTray};

use crate::{
    figures::{Figures, Times, Unit, Wanted, number},
    processes::{Agent, memory},
};

/// Time after which a new agent is at rest.
const SETTLED: Duration = Duration::from_secs(2);

/// An agent, and the desktop that shows its item.
struct Idle {
    agent: Agent,
    _tray: DesktopTray,
    memory: Option<u64>,
}

pub(crate) async fn measure(
    figures: &mut Figures,
    one: &Desk,
    thousand: &Desk,
    watched: Duration,
    runs: usize,
) {
    figures.heading("The agent in the tray, with nothing to do");
    let kinds = [(one, "1 connection", 7.0), (thousand, "1,000 connections", 9.0)];
    for (desk, with, _) in kinds {
        let ready = ready(desk, runs).await;
        figures.times(&format!("exec to tray ready, {with}"), &ready, Wanted::AtMost(100.0));
    }
    // One after the other, since memory shared by two counts half.
    let mut idle = Vec::new();
    for (desk, ..) in kinds {
        let alone = start(desk).await;
        idle.push(alone.memory);
    }
    for ((_, with, most), memory) in kinds.into_iter().zip(idle) {
        let what = format!("PSS, {with}");
        match memory {
            Some(bytes) => figures.add(&what, number(bytes) / 1e6, Unit::Megabytes, Wanted::AtMost(most)),
            None => figures.without(&what, "not readable without root"),
        }
    }
    let both = [start(one).await, start(thousand).await];
    let before = both.each_ref().map(|idle| idle.agent.wake_ups());
    tokio::time::sleep(watched).await;
    let minutes = watched.as_secs_f64() / 60.0;
    for ((idle, before), (_, with, _)) in both.iter().zip(before).zip(kinds) {
        let wake_ups = number(idle.agent.wake_ups() - before) / minutes;
        let around = format!("watched for {} s", watched.as_secs());
        figures.row(
            &format!("wake-ups a minute, {with}"),
            wake_ups,
            Unit::Count,
            Wanted::AtMost(1.0),
            around,
        );
    }
}

/// Times the start, from exec until the desktop has the item.
async fn ready(desk: &Desk, runs: usize) -> Times {
    let mut tray = DesktopTray::on(desk).await;
    let mut times = Times::default();
    for run in 0..=runs {
        let started = Instant::now();
        let agent = Agent::start_at_once(desk, &[]);
        tray.item().await;
        let took = started.elapsed();
        drop(agent);
        if run > 0 {
            times.push(took);
        }
    }
    times
}

async fn start(desk: &Desk) -> Idle {
    let mut tray = DesktopTray::on(desk).await;
    let agent = Agent::start(desk, &[]).await;
    // A desktop reads the menu that it shows.
    tray.item().await.menu().await;
    tokio::time::sleep(SETTLED).await;
    let memory = memory(agent.id());
    Idle { agent, _tray: tray, memory }
}
