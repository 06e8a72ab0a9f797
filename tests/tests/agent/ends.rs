//! The agent's end, on purpose, with the login, during a refresh or by hanging, and what its clients then do.

use std::{fs, time::Duration};

use connect_core::{
    explain::Code,
    platform::{home::Home, lock},
};
use connect_tests::{
    Desk, DesktopTray, Display, Dtx, Fault, INTEGRATION, PATIENCE, Person, Press, TOKEN, Tap, Window,
    one_at_a_time, told::is_told, until,
};
use futures_util::future::join_all;
use practice_org::{Options, Org};
use tokio::time::{Instant, sleep, timeout};

/// Far longer than any client waits before it starts an agent again.
const LONG_ENOUGH: Duration = Duration::from_secs(3);
const STOPPED: &str = "[data-testid=stopped]";

async fn stays_away(desk: &Desk) {
    sleep(LONG_ENOUGH).await;
    assert_eq!(desk.agent_pid().await, None, "nobody has started another");
}

/// Sends signals to all of them at once, as to a process group.
fn signal(signals: &[&str], pids: &[&str]) {
    for signal in signals {
        assert!(
            std::process::Command::new("kill").arg(signal).args(pids).status().unwrap().success(),
            "{pids:?}"
        );
    }
}

#[tokio::test]
async fn a_quit_in_the_tray_closes_the_window_and_the_agent_stays_away() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let mut tray = DesktopTray::on(&desk).await;
    let mut window = desk.start_window(&display, &["--settings"], &[]);
    let item = tray.item().await;
    until("the window's place is kept", async || desk.home().join("window.json").exists().then_some(()))
        .await;
    item.press(&["Quit"]).await;
    item.gone().await;
    let ended = timeout(PATIENCE, window.wait()).await.expect("the window closes too").unwrap();
    assert!(ended.success(), "in order: {ended}");
    stays_away(&desk).await;
    assert!(tray.is_empty(), "no other tray has come");
    let kept = fs::read_to_string(desk.home().join("window.json")).unwrap();
    assert!(kept.contains("settings"), "the next window begins where this one was: {kept}");
}

#[tokio::test]
async fn a_quit_during_a_sign_in_is_said_by_the_window() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let org = Org::start(Options::default()).await.unwrap();
    let mut tray = DesktopTray::on(&desk).await;
    let window = Window::open(&desk, &display).await;
    window.page.shows("h1", "Connect your first org").await;
    let item = tray.item().await;
    let mut signing_in = desk.connecting(&org, "acme", &[]).await;
    signing_in.event("authorize").await;
    item.press(&["Quit"]).await;
    item.gone().await;
    window.page.shows(STOPPED, "Datatrax Connect was quit").await;
    window.page.shows(STOPPED, "The sign-in for acme ended with it").await;
    assert_eq!(signing_in.ended().await.code, 3, "whoever asked for it is told");
    stays_away(&desk).await;
}

#[tokio::test]
async fn a_quit_that_ends_sign_ins_is_asked_about_in_the_window() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::without_keyring(), Display::start());
    let org = Org::start(Options::default()).await.unwrap();
    let mut tray = DesktopTray::on(&desk).await;
    let window = Window::open(&desk, &display).await;
    let item = tray.item().await;
    until("the agent", async || desk.agent_pid().await).await;
    assert_eq!(desk.dtx(&["vault", "session"]).await.code, 0, "the agent alone has the key");
    desk.connect(&org, "acme").await;
    let page = &window.page;
    page.shows("h1", "Connections").await;
    let asks = ["Quit …"];
    item.until(|menu| menu.iter().any(|line| line.path == asks)).await;

    item.press(&asks).await;
    page.shows("[data-testid=quit-dialog]", "the sign-in of one connection ends when you quit").await;
    page.look("quit-asked-about").await;
    page.click("[data-testid=quit-settings]").await;
    page.shows("[data-testid=screen-settings]", "Key of the vault").await;
    assert!(desk.token("acme").await.starts_with("00D"), "who does not want to keeps everything");

    item.press(&asks).await;
    page.shows("[data-testid=quit-dialog]", "Quit").await;
    // The window is gone before a driver could answer that it has clicked.
    page.evaluate(
        "setTimeout(() => document.querySelector(arguments[0]).click())",
        &["[data-testid=quit-sure]"],
    )
    .await;
    item.gone().await;
    let window_lock = desk.home().join("run/window.lock");
    let _closed = until("the window closes too", async || lock::try_exclusive(&window_lock).unwrap()).await;
    stays_away(&desk).await;
    let said = desk.dtx(&["vault"]).await.output;
    assert!(said.contains("One connection needs"), "what was is told: {said}");
}

#[tokio::test]
async fn an_agent_whose_socket_was_removed_finishes_all_the_same() {
    let desk = Desk::new();
    let agent = desk.start(&["agent", "--no-tray"]);
    let pid = until("the agent", async || desk.agent_pid().await).await;
    fs::remove_file(Home::at(&desk.home()).unwrap().socket().name()).unwrap();
    signal(&["-TERM"], &[&pid]);
    let ended = agent.ended().await;
    assert_eq!(ended.code, 0, "in order: {ended:?}");
    let log = fs::read_to_string(desk.home().join("logs/agent.log")).unwrap();
    assert!(log.contains("the agent has ended"), "after it has finished: {log}");
}

#[tokio::test]
async fn an_agent_that_was_stopped_stays_away_until_the_window_is_told_otherwise() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.shows("h1", "Connect your first org").await;
    for asked_by in ["stop", "signal"] {
        let first = until("the agent", async || desk.agent_pid().await).await;
        if asked_by == "stop" {
            let stopped = desk.dtx(&["agent", "stop"]).await;
            assert_eq!(stopped.code, 0, "{stopped:?}");
        } else {
            signal(&["-TERM"], &[&first]);
        }
        page.shows(STOPPED, "was stopped").await;
        let asked = page.promise("window.__TAURI_INTERNALS__.invoke('snapshot')", &[]).await;
        assert!(is_told(Code::AgentStopped, &asked.to_string()), "whatever is asked meanwhile: {asked}");
        page.look(&format!("stopped-by-{asked_by}")).await;
        stays_away(&desk).await;
        page.click("[data-testid=start-again]").await;
        until("another agent", async || desk.agent_pid().await.filter(|pid| *pid != first)).await;
        // With the other agent, and not only on the way to it.
        let is_over =
            "return document.querySelector('[data-testid=stopped], [data-testid=agent-state]') === null";
        page.until("the window goes on", is_over, &[]).await;
    }
    // Starting the window again also asks for an agent.
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    page.shows(STOPPED, "was stopped").await;
    let mut second = desk.start_window(&display, &["--add"], &[]);
    let ended = timeout(PATIENCE, second.wait()).await.expect("the second start ends").unwrap();
    assert!(ended.success(), "handed over: {ended}");
    page.shows("h1", "Name the org you want to connect").await;
}

#[tokio::test]
async fn an_agent_that_the_window_started_outlives_it_and_a_crash() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let mut window = desk.start_window(&display, &[], &[]);
    let first = until("the agent", async || desk.agent_pid().await).await;
    // A window that is still starting does not receive its close button.
    let ended = until("the end of a window that is closed", async || {
        display.close_windows("Datatrax Connect");
        window.try_wait().unwrap()
    })
    .await;
    assert!(ended.success(), "in order: {ended}");
    assert_eq!(desk.agent_pid().await.as_ref(), Some(&first), "the agent goes on");
    signal(&["-KILL"], &[&first]);
    until("another agent", async || desk.agent_pid().await.filter(|pid| *pid != first)).await;
}

/// An agent, and an org that holds back the answer to a refresh.
struct Ending {
    desk: Desk,
    org: Org,
    tap: Tap,
    agent: Dtx,
    asking: Dtx,
}

impl Ending {
    async fn of(agent: &[&str], environment: &[(&str, &str)]) -> Self {
        let desk = Desk::new();
        let (org, tap) = Tap::before(Options { rotation: true, ..Options::default() }).await;
        let agent = desk.start_with(agent, environment);
        until("the agent", async || desk.agent_pid().await).await;
        desk.connect(&org, "p").await;
        tap.next(TOKEN, Fault::HoldAnswer);
        let asking = desk.start(&["token", "p", "--fresh"]);
        tap.answered().await;
        Self { desk, org, tap, agent, asking }
    }

    async fn asked_to_end() -> Self {
        let mut ending = Self::of(&["agent", "--no-tray"], &[]).await;
        ending.agent.signal("-TERM").await;
        ending
    }

    /// Whether the agent can no longer be found.
    async fn is_out_of_the_way(&self) {
        let socket = self.desk.home().join("run/agent.sock");
        until("the end of the socket", async || (!socket.exists()).then_some(())).await;
        let home = Home::at(&self.desk.home()).unwrap();
        let _free =
            until("the agent's lock", async || lock::try_exclusive(&home.agent_lock()).unwrap()).await;
    }

    async fn stores_the_answer_after_the_end(self, about: String) {
        self.is_out_of_the_way().await;
        self.stores_the_answer(&about).await;
    }

    /// Releases the org's answer, for which the agent has waited.
    async fn stores_the_answer(self, about: &str) {
        // Long enough that another signal counts as a second request.
        sleep(Duration::from_secs(1)).await;
        self.tap.go_on();
        assert_eq!(self.agent.ended().await.code, 0, "{about}: an orderly end");
        assert_eq!(self.asking.ended().await.code, 4, "{about}: who asked did not wait");
        let refreshes = self.org.counters().refreshes;
        let token = self.desk.token("p").await;
        assert!(self.org.token_status(&token).alive, "{about}: the rotated token was stored");
        assert_eq!(self.org.counters().refreshes, refreshes, "{about}: and is as good as any");
        assert_eq!(self.org.counters().reuses_detected, 0, "{about}: no token is used twice");
    }
}

#[tokio::test]
async fn a_refresh_under_way_is_answered_before_the_end() {
    let _turn = one_at_a_time();
    let Ending { desk, org, tap, agent, asking } = Ending::asked_to_end().await;
    sleep(Duration::from_secs(1)).await;
    tap.go_on();
    assert_eq!(agent.ended().await.code, 0, "an orderly end");
    let token = asking.ended().await;
    assert_eq!(token.code, 0, "who asked before has its answer: {token:?}");
    assert!(org.token_status(token.output.trim()).alive, "a good one");
    assert_eq!(desk.token("p").await, token.output.trim(), "the rotated token was stored");
}

#[tokio::test]
async fn an_answer_that_comes_after_the_end_is_stored_all_the_same() {
    let _turn = one_at_a_time();
    let ending = Ending::asked_to_end().await;
    let began = Instant::now();
    ending.is_out_of_the_way().await;
    println!("asked to end while an org holds back an answer: out of the way after {:?}", began.elapsed());
    ending.stores_the_answer("asked once").await;
}

#[tokio::test]
async fn the_signals_of_one_end_are_one_word() {
    let _turn = one_at_a_time();
    // Each takes time to end, and none of it affects the others.
    let mut endings = Vec::new();
    for signals in [&["-HUP"][..], &["-TERM", "-HUP"]] {
        let ending = Ending::of(&["agent", "--no-tray"], &[]).await;
        signal(signals, &[&ending.agent.id().to_string()]);
        endings.push(ending.stores_the_answer_after_the_end(format!("{signals:?}")));
    }
    // The agent and its parent, since the end of a login signals all its processes.
    for signals in [&["-TERM"][..], &["-TERM", "-HUP"]] {
        let ending = Ending::of(&["agent", "--restart", "--no-tray"], &[]).await;
        let agent = ending.desk.agent_pid().await.unwrap();
        signal(signals, &[&ending.agent.id().to_string(), &agent]);
        endings.push(ending.stores_the_answer_after_the_end(format!("{signals:?} to parent and agent")));
    }
    join_all(endings).await;
}

#[tokio::test]
async fn an_agent_asked_to_end_again_ends_at_once_and_what_that_cost_is_said() {
    let _turn = one_at_a_time();
    for signal in ["-TERM", "-KILL"] {
        let mut ending = Ending::asked_to_end().await;
        ending.is_out_of_the_way().await;
        ending.agent.signal(signal).await;
        let Ending { desk, org, tap, agent, .. } = ending;
        let ended = agent.ended().await;
        assert_eq!(ended.code, if signal == "-TERM" { 0 } else { -1 }, "{signal}: {ended:?}");
        tap.go_on();
        tap.quiet().await;
        let token_requests = || org.counters().requests["token"];
        let asked = token_requests();
        assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 3, "{signal}: only a person can go on");
        assert_eq!(token_requests(), asked + 1, "{signal}: one try with the old token");
        assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 3, "{signal}: and no other");
        assert_eq!((token_requests(), org.counters().reuses_detected), (asked + 1, 1), "{signal}");
        let shown = desk.json(&["show", "p"]).await;
        assert_eq!(shown["reason"]["code"], "refresh_lost", "{signal}: named as what it is: {shown}");
    }
}

#[tokio::test]
async fn an_agent_ends_with_the_session_of_its_desktop_and_the_next_login_has_its_tray() {
    let _turn = one_at_a_time();
    let mut ending = Ending::of(&["agent", "--restart"], &[("DISPLAY", ":71")]).await;
    ending.desk.end_session();
    ending.is_out_of_the_way().await;
    // The signals of the same end come a little later.
    signal(&["-TERM"], &[&ending.agent.id().to_string()]);
    ending.desk.begin_session();
    let mut tray = DesktopTray::on(&ending.desk).await;
    let next = ending.desk.start_with(&["agent", "--restart"], &[("DISPLAY", ":71")]);
    assert_eq!(tray.item().await.status().await, "Active", "the next login has its tray");
    drop(next);
    ending.stores_the_answer("with the session").await;
}

#[tokio::test]
async fn the_agent_of_a_login_takes_the_place_of_one_of_another_session() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    // For example from a server's terminal, or from a login whose bus has stayed.
    for other in [&[][..], &[("DISPLAY", ":70")]] {
        let older = desk.start_with(&["agent"], other);
        let first = until("an agent", async || desk.agent_pid().await).await;
        let same = desk.start_with(&["agent", "--restart"], other);
        assert_eq!(same.ended().await.code, 4, "one of the same session stays");
        let without = desk.start(&["agent", "--restart", "--no-tray"]);
        assert_eq!(without.ended().await.code, 4, "and so it does for a login without a desktop");
        assert_eq!(desk.agent_pid().await.as_ref(), Some(&first), "the first one");

        // The end waits for a sign-in under way.
        let mut signing_in = desk.connecting(&org, "p", &[]).await;
        let url = signing_in.event("authorize").await["url"].as_str().unwrap().to_owned();
        let newer = desk.start_with(&["agent", "--restart"], &[("DISPLAY", ":71")]);
        sleep(Duration::from_secs(1)).await;
        assert_eq!(desk.agent_pid().await.as_ref(), Some(&first), "not before the sign-in is done");
        Person::of(&org, INTEGRATION).sign_in(&url, Press::Allow).await;
        assert_eq!(signing_in.ended().await.code, 0, "and it is");
        assert_eq!(older.ended().await.code, 0, "then it ends in order");
        until("the login's agent", async || desk.agent_pid().await.filter(|pid| *pid != first)).await;
        assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
        newer.ended().await;
    }
}

#[tokio::test]
async fn an_agent_that_hangs_is_said_and_hangs_nobody() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let _agent = desk.start(&["agent", "--no-tray"]);
    let agent = until("the agent", async || desk.agent_pid().await).await;
    signal(&["-STOP"], &[&agent]);
    // All at once, since each waits a while for an answer.
    let commands = [&["token", "p"][..], &["list"], &["agent", "status"], &["agent", "stop"], &["agent"]];
    for (command, ended) in commands.iter().zip(join_all(commands.iter().map(|words| desk.dtx(words))).await)
    {
        assert_eq!(ended.code, 4, "{command:?}: temporary: {ended:?}");
        assert!(!ended.error.is_empty(), "{command:?}: in words");
    }
    let said = desk.dtx(&["list"]).await.error;
    assert!(
        said.contains("does not answer") && said.contains(&format!("process {agent}")),
        "which one: {said}"
    );

    let link = "com.getdatatrax.connect://auth/salesforce/callback?code=a&state=dtxc1.hGq0Zk3xYb7PpW2vN5tRcA";
    let window = Window::open_with(&desk, &display, &[link], &[]).await;
    window.page.shows("[data-testid=agent-failure]", "does not answer").await;
    window.page.look("agent-hangs").await;
    let mut second = desk.start_window(&display, &["--add"], &[]);
    until("words", async || display.titles().iter().any(|title| title == "Datatrax Connect").then_some(()))
        .await;
    let ended = until("the end of the second start", async || {
        display.close_messages();
        second.try_wait().unwrap()
    })
    .await;
    assert!(!ended.success(), "it has reached nobody");
    let said = fs::read_to_string(desk.folder().join("window.log")).unwrap();
    assert!(said.contains("does not answer"), "in words: {said}");

    signal(&["-CONT"], &[&agent]);
    let is_over = "return document.querySelector('[data-testid=agent-failure]') === null";
    window.page.until("the window goes on with it", is_over, &[]).await;
    assert_eq!(desk.agent_pid().await, Some(agent), "the same agent");
}
