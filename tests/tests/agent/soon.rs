//! A question that the agent answers at once, before `dtx` has made whatever a longer wait needs: it is the same question, asked
//! once, and has the same answer.

use std::fs;

use connect_tests::{Desk, Ended, Fault, TOKEN, Tap, one_at_a_time, org, until, until_so};
use practice_org::Options;

/// Has `dtx` make everything first, as it does where it is to keep a log.
const USUAL: (&str, &str) = ("DATATRAX_LOG", "off");

async fn ended(desk: &Desk, arguments: &[&str], environment: &[(&str, &str)]) -> (i32, String, String) {
    let mut dtx = desk.start_with(arguments, environment);
    dtx.end_input();
    let Ended { code, output, error } = dtx.ended().await;
    (code, output, error)
}

/// Asks both ways, and returns the exit code.
async fn both_ways(desk: &Desk, arguments: &[&str]) -> i32 {
    let (soon, usual) = (ended(desk, arguments, &[]).await, ended(desk, arguments, &[USUAL]).await);
    assert_eq!(soon, usual, "{arguments:?}");
    soon.0
}

#[tokio::test]
async fn an_answer_at_once_is_that_of_the_usual_way() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let agent = desk.agent(&[]).await;
    let forms: [&[&str]; 8] = [
        &[],
        &["--json"],
        &["--format", "token"],
        &["--format", "json"],
        &["--format", "env"],
        &["--format", "header"],
        &["--format", "exec-credential"],
        &["--min-ttl", "60"],
    ];
    for form in forms {
        for (name, code) in [("p", 0), ("q", 2)] {
            let arguments = [&["token", name][..], form].concat();
            assert_eq!(both_ways(&desk, &arguments).await, code, "{arguments:?}");
        }
    }
    assert_eq!(
        both_ways(&desk, &["token", "p", "--json", "--format", "env"]).await,
        2,
        "one excludes the other"
    );
    desk.dtx(&["pause"]).await;
    assert_eq!(both_ways(&desk, &["token", "p"]).await, 3, "paused");
    assert_eq!(both_ways(&desk, &["token", "p", "--json"]).await, 3, "paused");
    desk.dtx(&["resume"]).await;
    desk.stop(agent).await;
    assert_eq!(both_ways(&desk, &["token", "p", "--json"]).await, 0, "and where no agent runs");
}

/// Whether a process has signals wait.
fn has_requests_wait(pid: u32) -> bool {
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let waiting = status.lines().find_map(|line| line.strip_prefix("SigBlk:")).unwrap();
    waiting.trim().bytes().any(|digit| digit != b'0')
}

#[tokio::test]
async fn a_question_that_takes_longer_is_asked_once_and_ends_as_asked() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) = (Desk::new(), Tap::before(Options::default()).await);
    desk.connect(&org, "p").await;
    let _agent = desk.agent(&[]).await;
    let before = org.counters().refreshes;
    for (signal, code) in [(None, 0), (Some("-INT"), 130), (Some("-TERM"), 130), (Some("-HUP"), 130)] {
        tap.next(TOKEN, Fault::HoldAnswer);
        let mut dtx = desk.start(&["token", "p", "--fresh"]);
        dtx.end_input();
        tap.answered().await;
        if let Some(signal) = signal {
            dtx.signal(signal).await;
        }
        // The moment is over in which nothing else is made.
        until_so("requests to end still wait", async || !has_requests_wait(dtx.id())).await;
        tap.go_on();
        let ended = dtx.ended().await;
        assert_eq!(ended.code, code, "{signal:?}: {ended:?}");
        assert_eq!(ended.output.is_empty(), code != 0, "{signal:?}: {ended:?}");
    }
    assert_eq!(org.counters().refreshes - before, 4, "one for each question");
    // What the agent is just writing down is not shown at that moment.
    let uses = until("the record of each", async || {
        let uses = desk.json(&["show", "p"]).await["uses"].take();
        (uses[0]["fresh"] == 4).then_some(uses)
    })
    .await;
    assert!(uses[1].is_null(), "each is recorded once: {uses}");
}
