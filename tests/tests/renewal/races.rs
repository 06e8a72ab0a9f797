//! Many programs ask at once for an expired token of an org with rotation: one of them refreshes, and all get the same
//! answer.

#![expect(clippy::print_stdout, reason = "figures for people")]

use std::{
    process::Stdio,
    time::{Duration, Instant},
};

use connect_tests::{Desk, one_at_a_time};
use practice_org::{Options, Org};

/// The processes that ask at once. `DATATRAX_RACERS` sets another number.
const ASKERS: usize = 200;

/// The life of the first access token, within which a sign-in has to end; it is refreshed from half of that on.
const SHORT: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_an_agent_one_of_a_crowd_refreshes() {
    let _turn = one_at_a_time();
    race(false).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn with_an_agent_one_of_a_crowd_refreshes() {
    let _turn = one_at_a_time();
    race(true).await;
}

async fn race(with_agent: bool) {
    let desk = Desk::new();
    let org = Org::start(Options { rotation: true, session: SHORT, ..Options::default() }).await.unwrap();
    let askers = std::env::var("DATATRAX_RACERS").map_or(ASKERS, |askers| askers.parse().unwrap());
    desk.connect(&org, "p").await;
    let agent = with_agent.then(|| desk.start(&["agent"]));
    if with_agent {
        desk.until_agent_runs().await;
    }
    // Tokens refreshed from here on live long; the stored one has expired.
    org.change(|switches| switches.session_seconds = 7200);
    tokio::time::sleep(SHORT).await;
    let (before, began) = (org.counters(), Instant::now());
    let running = (0..askers).map(|_| {
        let mut dtx = tokio::process::Command::from(desk.command(desk.program("dtx")));
        dtx.args(["token", "p"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        dtx.spawn().unwrap().wait_with_output()
    });
    let running: Vec<_> = running.collect::<Vec<_>>().into_iter().map(tokio::spawn).collect();
    let mut answers = Vec::new();
    for asker in running {
        let output = asker.await.unwrap().unwrap();
        assert!(output.status.success(), "a token: {}", String::from_utf8_lossy(&output.stderr));
        answers.push(String::from_utf8(output.stdout).unwrap());
    }
    println!(
        "{askers} processes, {} an agent: all answered after {:?}",
        if with_agent { "with" } else { "without" },
        began.elapsed()
    );
    let after = org.counters();
    assert_eq!(after.refreshes, before.refreshes + 1, "exactly one refresh");
    assert_eq!(after.requests["token"], before.requests["token"] + 1, "and no other try at one");
    assert_eq!(after.reuses_detected, 0, "no token is used twice");
    answers.dedup();
    assert_eq!(answers.len(), 1, "the same answer for all");
    assert!(org.token_status(answers[0].trim()).alive, "one that works");
    drop(agent);
}
