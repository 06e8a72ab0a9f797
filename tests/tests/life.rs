//! The life of agent and window: crashes, second starts, other versions, a page that does not come up, a slow org at the
//! end.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::net::{UnixListener, UnixStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use connect_core::{home::Home, lock};
use connect_tests::{Desk, Display, Dtx, Fault, Tap, Window, one_at_a_time};
use practice_org::{Options, Org};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

const PATIENCE: Duration = Duration::from_secs(60);
const TOKEN: &str = "/services/oauth2/token";

async fn until<T>(what: &str, mut look: impl AsyncFnMut() -> Option<T>) -> T {
    let give_up_at = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look().await {
            return found;
        }
        assert!(Instant::now() < give_up_at, "{what} has not come");
        sleep(Duration::from_millis(30)).await;
    }
}

async fn agent_pid(desk: &Desk) -> Option<String> {
    let status = desk.dtx(&["agent", "status", "--json"]).await;
    let status = status.json().pop()?;
    (status["running"] == true).then(|| status["pid"].to_string())
}

fn signal(pid: &str, signal: &str) {
    std::process::Command::new("kill").args([signal, pid]).status().unwrap();
}

/// The processes below this one that have this name, such as the page's.
fn below(pid: u32, name: &str) -> Vec<String> {
    let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    let mut found = Vec::new();
    for child in children.split_whitespace() {
        let named = fs::read_to_string(format!("/proc/{child}/comm")).unwrap_or_default();
        if named.trim().starts_with(name) {
            found.push(child.to_owned());
        }
        found.extend(below(child.parse().unwrap(), name));
    }
    found
}

#[tokio::test]
async fn an_agent_that_was_killed_is_started_again_by_the_window() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let window = Window::open(&desk, &display).await;
    window.page.shows("h1", "Connect your first org").await;
    let first = until("the agent", async || agent_pid(&desk).await).await;
    signal(&first, "-KILL");
    let second = until("another agent", async || agent_pid(&desk).await.filter(|pid| *pid != first)).await;
    assert_ne!(first, second, "started again");
    let page = &window.page;
    page.until("the page goes on", "return document.querySelector('[data-testid=standing]') === null", &[])
        .await;
    page.click("[data-testid=nav-settings]").await;
    page.shows("h1", "Settings").await;
}

#[tokio::test]
async fn an_agent_of_the_login_is_started_again_after_a_crash_and_ends_when_asked() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let mut keeper = desk.start(&["agent", "--restart", "--no-tray"]);
    let first = until("the agent", async || agent_pid(&desk).await).await;
    assert_ne!(first, keeper.id().to_string(), "a process of its own");
    signal(&first, "-ABRT");
    let second = until("another agent", async || agent_pid(&desk).await.filter(|pid| *pid != first)).await;
    keeper.signal("-TERM").await;
    assert_eq!(keeper.ended().await.code, 0, "asked to end");
    assert_eq!(agent_pid(&desk).await, None, "and {second} with it");

    let keeper = desk.start(&["agent", "--restart", "--no-tray"]);
    until("the agent", async || agent_pid(&desk).await).await;
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    assert_eq!(keeper.ended().await.code, 0, "what was stopped stays stopped");
}

#[tokio::test]
async fn a_second_start_hands_over_and_ends() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.shows("h1", "Connect your first org").await;
    until("the agent", async || agent_pid(&desk).await).await;
    for (argument, heading) in [("--add", "Name the org you want to connect"), ("--settings", "Settings")] {
        let leave = [("XDG_ACTIVATION_TOKEN", "datatrax_TIME12345")];
        let mut second = desk.start_window(&display, &[argument], &leave);
        let ended = timeout(PATIENCE, second.wait()).await.expect("the second start ends").unwrap();
        assert!(ended.success(), "{argument}: {ended}");
        page.shows("h1", heading).await;
    }
    let windows = display.titles().iter().filter(|title| title.contains("Datatrax Connect")).count();
    assert_eq!(windows, 1, "one window: {:?}", display.titles());
}

#[tokio::test]
async fn of_two_started_at_once_one_stays() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let mut windows = [desk.start_window(&display, &[], &[]), desk.start_window(&display, &["--add"], &[])];
    let ended = until("the end of one of them", async || {
        windows.iter_mut().find_map(|window| window.try_wait().unwrap())
    })
    .await;
    assert!(ended.success(), "handed over: {ended}");
    sleep(Duration::from_secs(2)).await;
    let running =
        windows.iter_mut().filter_map(|window| window.try_wait().unwrap().is_none().then_some(())).count();
    assert_eq!(running, 1, "the other is the window");
}

#[tokio::test]
async fn the_window_begins_where_the_last_one_was() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let window = Window::open(&desk, &display).await;
    window.page.click("[data-testid=nav-settings]").await;
    window.page.shows("h1", "Settings").await;
    window.page.resize(720, 610).await;
    let kept = desk.home().join("window.json");
    let size = until("the size is kept", async || {
        let text = fs::read_to_string(&kept).ok()?;
        let window: Value = serde_json::from_str(&text).unwrap();
        let frame = &window["frame"];
        (frame["width"] == 720.0 && window["place"] == json!({ "name": "settings" }))
            .then(|| frame["height"].clone())
    })
    .await;
    drop(window);
    let window = Window::open(&desk, &display).await;
    window.page.shows("h1", "Settings").await;
    let now = window.page.evaluate("return [innerWidth, innerHeight]", &[]).await;
    assert_eq!(now[1].as_f64(), size.as_f64(), "as high as it was");
    assert_eq!(now[0], 720, "and as wide");
}

/// An agent of another version, as far as a client can tell.
struct OtherAgent {
    asked_to_leave: Arc<AtomicBool>,
    may_leave: Arc<AtomicBool>,
    serving: Option<thread::JoinHandle<()>>,
}

impl OtherAgent {
    fn start(desk: &Desk, protocol: u32, version: &'static str) -> Self {
        let home = Home::at(&desk.home()).unwrap();
        let held = lock::try_exclusive(&home.agent_lock()).unwrap().expect("no agent runs");
        let listener = UnixListener::bind(home.socket()).unwrap();
        listener.set_nonblocking(true).unwrap();
        let (asked_to_leave, may_leave) =
            (Arc::new(AtomicBool::new(false)), Arc::new(AtomicBool::new(false)));
        let (asked, may) = (asked_to_leave.clone(), may_leave.clone());
        let serving = thread::spawn(move || {
            let mut open = Vec::new();
            while !(asked.load(Ordering::SeqCst) && may.load(Ordering::SeqCst)) {
                if let Ok((stream, _)) = listener.accept() {
                    stream.set_nonblocking(false).unwrap();
                    open.push(stream.try_clone().unwrap());
                    let asked = asked.clone();
                    thread::spawn(move || converse(&stream, protocol, version, &asked));
                }
                thread::sleep(Duration::from_millis(5));
            }
            fs::remove_file(home.socket()).unwrap();
            for stream in open {
                let _ = stream.shutdown(std::net::Shutdown::Both);
            }
            drop(held);
        });
        Self { asked_to_leave, may_leave, serving: Some(serving) }
    }

    fn was_asked_to_leave(&self) -> bool {
        self.asked_to_leave.load(Ordering::SeqCst)
    }

    fn leave(&self) {
        self.may_leave.store(true, Ordering::SeqCst);
    }
}

impl Drop for OtherAgent {
    fn drop(&mut self) {
        self.asked_to_leave.store(true, Ordering::SeqCst);
        self.leave();
        let _ = self.serving.take().unwrap().join();
    }
}

fn converse(stream: &UnixStream, protocol: u32, version: &str, asked: &AtomicBool) {
    for line in BufReader::new(stream).lines() {
        let Ok(line) = line else { return };
        let request: Value = serde_json::from_str(&line).unwrap();
        let result = match request["method"].as_str().unwrap() {
            "hello" => {
                json!({ "protocol": protocol, "version": version, "pid": 1, "more": "of another version" })
            }
            "stop_when_idle" => {
                asked.store(true, Ordering::SeqCst);
                Value::Null
            }
            "snapshot" => json!({ "connections": [], "attempts": [], "vault_trouble": null }),
            _ => Value::Null,
        };
        let answer = json!({ "jsonrpc": "2.0", "id": request["id"], "result": result });
        // A client that left needs no answer.
        let _ = writeln!(&mut &*stream, "{answer}");
    }
}

#[tokio::test]
async fn a_newer_window_uses_an_older_agent_until_that_is_idle() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let older = OtherAgent::start(&desk, 1, "0.0.9");
    let window = Window::open(&desk, &display).await;
    window.page.shows("h1", "Connect your first org").await;
    until("the older agent is asked to leave", async || older.was_asked_to_leave().then_some(())).await;
    let standing = window.page.evaluate("return document.querySelector('[data-testid=standing]')", &[]).await;
    assert_eq!(standing, Value::Null, "the window works with it meanwhile");
    older.leave();
    let status = until("our agent", async || {
        desk.dtx(&["agent", "status", "--json"]).await.json().pop().filter(|status| status["running"] == true)
    })
    .await;
    assert_eq!(status["program_version"], env!("CARGO_PKG_VERSION"), "the newer one");
}

#[tokio::test]
async fn a_newer_agent_waits_for_an_older_one_and_takes_over() {
    let _turn = one_at_a_time();
    for protocol in [0, 1] {
        let desk = Desk::new();
        let older = OtherAgent::start(&desk, protocol, "0.0.9");
        let newer = desk.start(&["agent", "--no-tray"]);
        until("the older agent is asked to leave", async || older.was_asked_to_leave().then_some(())).await;
        sleep(Duration::from_millis(300)).await;
        older.leave();
        let pid = newer.id().to_string();
        until("the newer agent answers", async || agent_pid(&desk).await.filter(|found| *found == pid)).await;
    }
}

#[tokio::test]
async fn a_program_that_is_older_than_the_agent_says_so_only_when_it_must() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let newer = OtherAgent::start(&desk, 2, "9.0.0");
    let ended = desk.dtx(&["list"]).await;
    assert_eq!(ended.code, 4, "{ended:?}");
    assert!(ended.error.contains("A newer version of Datatrax Connect"), "in words: {}", ended.error);
    assert!(!newer.was_asked_to_leave(), "the newer one stays");

    let desk = Desk::new();
    let newer = OtherAgent::start(&desk, 1, "9.0.0");
    let second = desk.dtx(&["agent", "--no-tray"]).await;
    assert_eq!(second.code, 4, "the newer agent stays: {second:?}");
    assert!(!newer.was_asked_to_leave(), "of the same protocol too");
}

#[tokio::test]
async fn a_page_that_crashes_is_loaded_again() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let window = desk.start_window(&display, &[], &[]);
    let pid = window.id().unwrap();
    let first = until("the page's process", async || below(pid, "WebKitWebProces").pop()).await;
    sleep(Duration::from_secs(3)).await;
    signal(&first, "-KILL");
    until("another process of the page", async || {
        below(pid, "WebKitWebProces").into_iter().find(|found| *found != first)
    })
    .await;
}

#[tokio::test]
async fn a_page_that_does_not_come_up_is_tried_plainly_and_then_said() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let mut window = desk.start_window(&display, &["--settings"], &[]);
    let pid = window.id().unwrap();
    // Held still as soon as it is there, as by a broken graphics driver.
    let first = until("the page's process", async || below(pid, "WebKitWebProces").pop()).await;
    signal(&first, "-STOP");
    let plain = "WEBKIT_DISABLE_DMABUF_RENDERER=1";
    let environment = || fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    until("plain drawing", async || String::from_utf8_lossy(&environment()).contains(plain).then_some(()))
        .await;
    let called = fs::read_to_string(format!("/proc/{pid}/cmdline")).unwrap();
    assert!(called.ends_with("--settings\0"), "the same place: {called:?}");
    let second = until("the page's next process", async || {
        below(pid, "WebKitWebProces").into_iter().find(|found| *found != first)
    })
    .await;
    signal(&second, "-STOP");
    signal(&first, "-KILL");
    // The window's frame, and the message that stands before it.
    let named = || display.titles().iter().filter(|title| *title == "Datatrax Connect").count();
    sleep(Duration::from_secs(5)).await;
    assert_eq!(named(), 1, "nothing is said too early: {:?}", display.titles());
    until("words", async || (named() == 2).then_some(())).await;
    assert!(window.try_wait().unwrap().is_none(), "they stay until they are read");
    signal(&second, "-KILL");
}

/// An agent that was asked to end while an org holds back the answer to a refresh.
struct Ending {
    desk: Desk,
    org: Org,
    tap: Tap,
    agent: Dtx,
    asking: Dtx,
}

impl Ending {
    async fn new() -> Self {
        let desk = Desk::new();
        let (org, tap) = Tap::before(Options { rotation: true, ..Options::default() }).await;
        let mut agent = desk.start(&["agent", "--no-tray"]);
        until("the agent", async || agent_pid(&desk).await).await;
        desk.connect(&org, "p").await;
        tap.next(TOKEN, Fault::HoldAnswer);
        let asking = desk.start(&["token", "p", "--fresh"]);
        tap.answered().await;
        agent.signal("-TERM").await;
        Self { desk, org, tap, agent, asking }
    }

    /// Once this is so, nobody finds the agent any more.
    async fn is_out_of_the_way(&self) {
        let socket = self.desk.home().join("run/agent.sock");
        until("the end of the socket", async || (!socket.exists()).then_some(())).await;
        let home = Home::at(&self.desk.home()).unwrap();
        let _free =
            until("the agent's lock", async || lock::try_exclusive(&home.agent_lock()).unwrap()).await;
    }
}

#[tokio::test]
async fn a_refresh_under_way_is_answered_before_the_end() {
    let _turn = one_at_a_time();
    let Ending { desk, org, tap, agent, asking } = Ending::new().await;
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
    let ending = Ending::new().await;
    let began = Instant::now();
    ending.is_out_of_the_way().await;
    println!("asked to end while an org holds back an answer: out of the way after {:?}", began.elapsed());
    ending.tap.go_on();
    assert_eq!(ending.agent.ended().await.code, 0, "an orderly end");
    assert_eq!(ending.asking.ended().await.code, 4, "who asked did not wait");
    let refreshes = ending.org.counters().refreshes;
    let token = ending.desk.token("p").await;
    assert!(ending.org.token_status(&token).alive, "the rotated token was stored");
    assert_eq!(ending.org.counters().refreshes, refreshes, "and is as good as any");
    assert_eq!(ending.org.counters().reuses_detected, 0, "no token is used twice");
}

#[tokio::test]
async fn asked_to_end_again_it_ends_at_once_and_what_that_cost_is_said() {
    let _turn = one_at_a_time();
    for signal in ["-TERM", "-KILL"] {
        let mut ending = Ending::new().await;
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
