//! Commands, timed from exec to exit.

use std::{
    path::Path,
    time::{Duration, Instant},
};

use connect_tests::{Desk, INTEGRATION, Person, SalesforceCli};
use practice_org::{Options, Org};

use crate::{
    connect,
    figures::{Figures, Times, Wanted},
    processes::{Agent, FORMER, Timed, by_turns, former},
};

/// The Callback URL line that Salesforce CLI needs.
const CLI_CALLBACK: &str = "http://localhost:1717/OauthRedirect";
/// Salesforce CLI's own command for an access token.
const CLI_TOKEN: [&str; 5] = ["org", "auth", "show-access-token", "--target-org", "p"];

pub(crate) async fn tokens(figures: &mut Figures, runs: usize, cli_runs: usize) {
    figures.heading("dtx token, the token stored and good, from exec to exit");
    let (desk, org) = (Desk::new(), org().await);
    connect(&desk, &org).await;
    let nothing = || Timed::new(&desk, "/bin/true", &[]);
    let token = || Timed::dtx(&desk, &["token", "p"]);
    let agent = Agent::start(&desk, &["--no-tray"]).await;
    let [least, asked] = by_turns([nothing(), token()], runs);
    let cli = cli(&org, &desk, cli_runs).await;
    drop(agent);
    let agent = Agent::start(&desk, &["--no-tray"]).await;
    let former = match former() {
        Some(former) => {
            connect(&former, &org).await;
            let _agent = Agent::start(&former, &["--no-tray"]).await;
            Some(by_turns([token(), Timed::dtx(&former, &["token", "p"])], runs))
        }
        None => None,
    };
    drop(agent);
    let [least_alone, alone] = by_turns([nothing(), token()], runs / 2);
    figures.times("/bin/true", &least, Wanted::Anything);
    figures.times("with the agent", &asked, Wanted::AtMost(3.0));
    figures.ratio("  over /bin/true", &asked, &least, Wanted::AtMost(1.6));
    match former {
        Some([asked, former]) => {
            figures.times("with the agent, the former build", &former, Wanted::Anything);
            figures.ratio("  over this one by turns with it", &former, &asked, Wanted::AtLeast(1.75));
        }
        None => figures.without("with the agent, the former build", &format!("{FORMER} names no dtx")),
    }
    match cli {
        Some((cli, between)) => {
            figures.times("Salesforce CLI's sf org auth show-access-token", &cli, Wanted::Anything);
            figures.ratio("  over dtx token by turns with it", &cli, &between, Wanted::Anything);
        }
        None => figures.without("Salesforce CLI's own command", "npm ci --prefix tests/clients installs it"),
    }
    figures.times("without an agent, the key read from the keyring", &alone, Wanted::AtMost(20.0));
    figures.ratio("  over /bin/true", &alone, &least_alone, Wanted::AtMost(6.0));
}

/// Times a token of one connection out of one, and out of a thousand.
pub(crate) async fn tokens_of_many(figures: &mut Figures, one: &Desk, thousand: &Desk, runs: usize) {
    figures.heading("dtx token with 1,000 connections, beside one");
    let commands = || [Timed::dtx(one, &["token", "p"]), Timed::dtx(thousand, &["token", "acme--s500"])];
    let agents = (Agent::start(one, &["--no-tray"]).await, Agent::start(thousand, &["--no-tray"]).await);
    let asked = by_turns(commands(), runs);
    drop(agents);
    let alone = by_turns(commands(), runs / 2);
    for (how, [few, many]) in [("with the agent", asked), ("without an agent", alone)] {
        figures.times(&format!("{how}, 1,000 connections"), &many, Wanted::Anything);
        figures.ratio("  over 1 connection", &many, &few, Wanted::AtMost(1.1));
    }
}

/// Times what a shell runs for the names of a thousand connections.
pub(crate) async fn completions(figures: &mut Figures, thousand: &Desk, runs: usize) {
    figures.heading("Completing one of 1,000 names, from exec to exit");
    let complete = || Timed::dtx(thousand, &["complete", "--", "token", ""]);
    let [alone] = by_turns([complete()], runs);
    let agent = Agent::start(thousand, &["--no-tray"]).await;
    let [asked] = by_turns([complete()], runs);
    drop(agent);
    figures.times("with the agent", &asked, Wanted::AtMost(20.0));
    figures.times("without an agent", &alone, Wanted::AtMost(20.0));
}

/// Times Salesforce CLI and `dtx token` by turns, each asked for a token of the same org.
async fn cli(org: &Org, desk: &Desk, runs: usize) -> Option<(Times, Times)> {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/node_modules/@salesforce/cli");
    if !package.exists() {
        return None;
    }
    let cli = SalesforceCli::new();
    let ended = cli.sign_in(org, "p", &mut Person::of(org, INTEGRATION)).await;
    assert_eq!(ended.code, 0, "Salesforce CLI is signed in: {ended:?}");
    let (mut theirs, mut ours) = (Times::default(), Times::default());
    for run in 0..=runs {
        let [between] = by_turns([Timed::dtx(desk, &["token", "p"])], 5);
        let started = Instant::now();
        let shown = cli.json(&CLI_TOKEN).await;
        let took = started.elapsed();
        assert!(shown["accessToken"].is_string(), "it shows a token");
        if run > 0 {
            theirs.push(took);
            ours.push(between.median());
        }
    }
    Some((theirs, ours))
}

pub(crate) async fn list(figures: &mut Figures, one: &Desk, thousand: &Desk, runs: usize) {
    figures.heading("dtx list, from exec to exit");
    let most = Wanted::AtMost(10.0);
    let list = |desk| Timed::dtx(desk, &["list"]);
    let [few, many, many_json] =
        by_turns([list(one), list(thousand), Timed::dtx(thousand, &["list", "--json"])], runs);
    figures.times("without an agent, 1 connection", &few, most);
    figures.times("without an agent, 1,000 connections", &many, most);
    figures.times("without an agent, 1,000 connections, as JSON", &many_json, most);
    let agents = (Agent::start(one, &["--no-tray"]).await, Agent::start(thousand, &["--no-tray"]).await);
    let [few, many, many_json] =
        by_turns([list(one), list(thousand), Timed::dtx(thousand, &["list", "--json"])], runs);
    drop(agents);
    figures.times("with the agent, 1 connection", &few, most);
    figures.times("with the agent, 1,000 connections", &many, most);
    figures.times("with the agent, 1,000 connections, as JSON", &many_json, most);
}

/// How long refreshed tokens are in memory only, where a kill loses them.
pub(crate) async fn storing(figures: &mut Figures, runs: usize) {
    figures.heading("A refresh with rotation, from its answer read to its tokens on the disk");
    let (desk, org) =
        (Desk::new(), Org::start(Options { rotation: true, ..Options::default() }).await.unwrap());
    connect(&desk, &org).await;
    let mut times = Times::default();
    for _ in 0..runs {
        let mut dtx = desk.start_with(&["token", "p", "--fresh"], &[("DATATRAX_LOG", "connect_core=debug")]);
        dtx.end_input();
        let ended = dtx.ended().await;
        assert_eq!(ended.code, 0, "refreshed: {ended:?}");
        let told = told(&ended.error);
        times.push(told.expect("the program tells how long it took"));
    }
    figures.times("what a kill can lose lies within", &times, Wanted::Anything);
    figures.times("  the longest", &Times::from_iter([times.at(100)]), Wanted::Anything);
}

fn told(log: &str) -> Option<Duration> {
    let (_, after) = log.split_once("microseconds=")?;
    let digits = after.split(|character: char| !character.is_ascii_digit()).next()?;
    digits.parse().ok().map(Duration::from_micros)
}

async fn org() -> Org {
    let options = Options::default();
    let callbacks = [options.callbacks.clone(), vec![CLI_CALLBACK.to_owned()]].concat();
    let scopes = ["api", "refresh_token", "web"].map(str::to_owned).to_vec();
    Org::start(Options { callbacks, scopes, ..options }).await.unwrap()
}
