use std::{
    process::{Command, Output, Stdio},
    thread,
    time::{Duration, Instant},
};

use connect_tests::{
    App, Desk, INTEGRATION, Person,
    hostile::{self, Slow, request},
};
use practice_org::{Options, Org};
use serde_json::json;

use crate::{
    connect,
    figures::{Figures, Times, Unit, Wanted, milliseconds, number},
    processes::{Agent, FORMER, former},
};

/// Programs that ask at once for one expired token.
const ASKERS: usize = 200;
/// The life of a token that expires soon.
const SHORT: Duration = Duration::from_secs(2);
/// How often the org's own answer is timed.
const REFRESHES: usize = 20;
/// The longest wait in milliseconds, beyond the org's own time.
const MOST: f64 = 1000.0;

/// Races at one desk, with an org of its own.
struct Races {
    desk: Desk,
    org: Org,
    _agent: Option<Agent>,
    took: Times,
    refreshes: Vec<u64>,
    /// The fewest right answers in a race.
    right: Option<usize>,
}

pub(crate) async fn measure(figures: &mut Figures, races: usize) {
    figures.heading(&format!(
        "{ASKERS} programs ask at once for one token that has run out; the org rotates its refresh tokens"
    ));
    for (with_agent, most) in [(true, 0.5), (false, 0.6)] {
        let mut all = Races::at(Desk::new(), with_agent).await;
        let mut before = match former() {
            Some(desk) => Some(Races::at(desk, with_agent).await),
            None => None,
        };
        for _ in 0..races {
            all.run().await;
            if let Some(before) = &mut before {
                before.run().await;
            }
        }
        let whose = if with_agent { "with the agent" } else { "without an agent" };
        figures.times(&format!("{whose}, until all have it"), &all.took, Wanted::Anything);
        match before {
            Some(before) => {
                let ratio = Wanted::AtMost(most);
                figures.times("  the former build, by turns with it", &before.took, Wanted::Anything);
                figures.ratio("  over the former build", &all.took, &before.took, ratio);
            }
            None => figures.without("  the former build", &format!("{FORMER} names no dtx")),
        }
        let answer = answers(&all.org).await;
        figures.times("  the org's own answer to a refresh", &answer, Wanted::Anything);
        let beyond = all.took.median().saturating_sub(answer.median());
        figures.add("  beyond that", milliseconds(beyond), Unit::Milliseconds, Wanted::AtMost(MOST));
        for (what, count, wanted) in [
            ("  refreshes at the org, most in one race", all.refreshes.iter().max().copied(), 1.0),
            (
                "  right answers, fewest in one race",
                all.right.map(|right| right as u64),
                number(ASKERS as u64),
            ),
        ] {
            figures.add(what, count.map_or(0.0, number), Unit::Count, Wanted::Exactly(wanted));
        }
    }
    held_up(figures, races).await;
}

/// Times programs that ask for a good token while one client never reads and another sends a byte a second.
async fn held_up(figures: &mut Figures, races: usize) {
    figures.heading(&format!("{ASKERS} programs ask at once for a good token, of an agent that is held up"));
    let (desk, org) = (Desk::new(), Org::start(Options::default()).await.unwrap());
    connect(&desk, &org).await;
    let agent = Agent::start(&desk, &["--no-tray"]).await;
    let (mut usual, mut held) = (Times::default(), Times::default());
    for race in 0..=races {
        let alone = served(&desk);
        let deaf = hostile::deaf(&desk).await;
        let words = request(1, "token", &json!({ "name": "p", "fresh": false }));
        let slow = Slow::start(&desk, words).await;
        let beside = served(&desk);
        slow.hurries().await;
        drop(deaf);
        if race > 0 {
            usual.push(alone);
            held.push(beside);
        }
    }
    drop(agent);
    figures.times("until all have it", &usual, Wanted::Anything);
    figures.times("beside a deaf client and a slow one", &held, Wanted::Anything);
    figures.ratio("  over the usual time", &held, &usual, Wanted::AtMost(2.0));
}

/// How long it takes until all have a token.
fn served(desk: &Desk) -> Duration {
    let started = Instant::now();
    let answers = ask(desk);
    let took = started.elapsed();
    assert!(answers.iter().all(|answer| answer.status.success()), "all have a token");
    took
}

impl Races {
    async fn at(desk: Desk, with_agent: bool) -> Self {
        let org = Org::start(Options { rotation: true, ..Options::default() }).await.unwrap();
        connect(&desk, &org).await;
        let agent = if with_agent { Some(Agent::start(&desk, &["--no-tray"]).await) } else { None };
        Self { desk, org, _agent: agent, took: Times::default(), refreshes: Vec::new(), right: None }
    }

    async fn run(&mut self) {
        let Self { desk, org, .. } = self;
        org.change(|switches| switches.session_seconds = SHORT.as_secs());
        let shortened = desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!(shortened.code, 0, "{shortened:?}");
        org.change(|switches| switches.session_seconds = 7200);
        tokio::time::sleep(SHORT).await;
        let before = org.counters().refreshes;
        let started = Instant::now();
        let answers = ask(desk);
        self.took.push(started.elapsed());
        self.refreshes.push(org.counters().refreshes - before);
        let token = answers.first().map(|output| output.stdout.clone()).unwrap_or_default();
        let is_right = org.token_status(String::from_utf8_lossy(&token).trim()).alive;
        let right = answers.iter().filter(|output| is_right && output.stdout == token).count();
        self.right = Some(self.right.map_or(right, |fewest| fewest.min(right)));
    }
}

/// Times the org's answer to a refresh with rotation, for a single client.
async fn answers(org: &Org) -> Times {
    let app = App::of(org);
    let mut token = app.tokens(&mut Person::of(org, INTEGRATION)).await["refresh_token"].clone();
    let mut times = Times::default();
    for _ in 0..REFRESHES {
        let started = Instant::now();
        let answer = app.refresh(token.as_str().unwrap_or_default(), &[]).await;
        times.push(started.elapsed());
        token = answer.json()["refresh_token"].clone();
    }
    times
}

fn ask(desk: &Desk) -> Vec<Output> {
    let dtx = desk.program("dtx");
    let command = || -> Command {
        let mut command = desk.command(&dtx);
        command.args(["token", "p"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        command
    };
    let started: Vec<_> = (0..ASKERS).map(|_| command().spawn().unwrap()).collect();
    let waiting: Vec<_> =
        started.into_iter().map(|child| thread::spawn(move || child.wait_with_output().unwrap())).collect();
    waiting.into_iter().map(|thread| thread.join().unwrap()).collect()
}
