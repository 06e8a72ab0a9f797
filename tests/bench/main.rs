//! `./dev bench`: how fast and how small the built programs are, each figure beside its peer from the same run.
//!
//! Computers differ and are busy, so the ratios are what counts. No figure fails a run.

#![expect(
    clippy::print_stderr,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "prints figures, and ends on any error"
)]

mod commands;
mod core;
mod crowd;
mod explain;
mod figures;
mod fill;
mod idle;
mod machine;
mod on_windows;
mod processes;
mod screen;
mod sizes;
mod windows;

use std::{process::ExitCode, time::Duration};

use connect_tests::{Desk, INTEGRATION, Person, Press};
use figures::Figures;
use practice_org::{Options, Org};

const MANY: usize = 1000;

/// How often each measurement is repeated.
struct Effort {
    commands: usize,
    windows: usize,
    cli: usize,
    races: usize,
    refreshes: usize,
    /// How long an idle agent is watched.
    idle: Duration,
}

const USUAL: Effort =
    Effort { commands: 200, windows: 10, cli: 7, races: 5, refreshes: 100, idle: Duration::from_secs(120) };
const QUICK: Effort =
    Effort { commands: 30, windows: 2, cli: 1, races: 1, refreshes: 10, idle: Duration::from_secs(10) };

/// The parts that can be measured separately.
const PARTS: [&str; 9] = ["sizes", "explain", "token", "race", "refresh", "list", "core", "window", "idle"];
/// Measured only where it is asked for, since it wants the programs for Windows and a Wine.
const OF_WINDOWS: &str = "windows";

fn main() -> ExitCode {
    let mut wanted: Vec<String> = std::env::args().skip(1).collect();
    if let [fill, count] = &*wanted
        && fill == "fill"
    {
        // This program started itself, inside a desk, with that desk's keyring.
        fill::fill(count.parse().unwrap());
        return ExitCode::SUCCESS;
    }
    let is_quick = wanted.iter().any(|argument| argument == "--quick");
    wanted.retain(|argument| argument != "--quick");
    if let Some(unknown) = wanted.iter().find(|part| !PARTS.contains(&part.as_str()) && *part != OF_WINDOWS) {
        eprintln!(
            "{unknown} cannot be measured. What can: {}, all of it with no name; {OF_WINDOWS}; --quick",
            PARTS.join(", ")
        );
        return ExitCode::from(2);
    }
    measure(if is_quick { &QUICK } else { &USUAL }, |part| {
        wanted.is_empty() && part != OF_WINDOWS || wanted.iter().any(|name| name == part)
    });
    ExitCode::SUCCESS
}

#[tokio::main]
async fn measure(effort: &Effort, is_wanted: impl Fn(&str) -> bool) {
    println!("{}", machine::kind());
    let mut figures = Figures::default();
    if is_wanted("sizes") {
        sizes::measure(&mut figures);
    }
    if is_wanted("explain") {
        explain::measure(&mut figures, effort.commands);
    }
    if is_wanted("token") {
        commands::tokens(&mut figures, effort.commands, effort.cli).await;
    }
    if is_wanted("race") {
        crowd::measure(&mut figures, effort.races).await;
    }
    if is_wanted("refresh") {
        commands::storing(&mut figures, effort.refreshes).await;
    }
    if ["token", "list", "core", "window", "idle"].into_iter().any(&is_wanted) {
        with_connections(&mut figures, effort, &is_wanted).await;
    }
    if is_wanted(OF_WINDOWS) {
        on_windows::measure(&mut figures, effort.commands / 2).await;
    }
    figures.sum_up();
}

/// The measurements with one connection, and with a thousand.
async fn with_connections(figures: &mut Figures, effort: &Effort, is_wanted: impl Fn(&str) -> bool) {
    let (one, thousand) = (Desk::new(), Desk::new());
    let org = Org::start(Options::default()).await.unwrap();
    connect(&one, &org).await;
    fill::run(&thousand, MANY);
    if is_wanted("token") {
        commands::tokens_of_many(figures, &one, &thousand, effort.commands).await;
        commands::completions(figures, &thousand, effort.commands / 2).await;
    }
    if is_wanted("list") {
        commands::list(figures, &one, &thousand, effort.commands / 2).await;
    }
    if is_wanted("core") {
        core::plan(figures, effort.commands);
        core::validation(figures, &one, &thousand, effort.commands / 2).await;
    }
    if is_wanted("window") {
        windows::measure(figures, &one, &thousand, effort.windows).await;
    }
    if is_wanted("idle") {
        idle::measure(figures, &one, &thousand, effort.idle, effort.windows).await;
    }
}

async fn connect(desk: &Desk, org: &Org) {
    let mut dtx = desk.connecting(org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "connected");
}
