//! Crashes and second starts of agent and window, and a page that does not load. How the agent ends is in `ends.rs`.

use std::{fs, time::Duration};

use connect_agent::Client;
use connect_core::{
    contract::{
        intent,
        view::{Forward, Notice, Place},
    },
    platform::home::Home,
};
use connect_tests::{Desk, Display, PATIENCE, Window, one_at_a_time, until, until_so};
use serde_json::{Value, json};
use tokio::time::{sleep, timeout};

fn signal(pid: &str, signal: &str) {
    std::process::Command::new("kill").args([signal, pid]).status().unwrap();
}

/// The descendants of this process with this name, such as the page's process.
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
    let first = until("the agent", async || desk.agent_pid().await).await;
    signal(&first, "-KILL");
    let second = until("another agent", async || desk.agent_pid().await.filter(|pid| *pid != first)).await;
    assert_ne!(first, second, "started again");
    let page = &window.page;
    page.until(
        "the page goes on",
        "return document.querySelector('[data-testid=agent-state]') === null",
        &[],
    )
    .await;
    page.click("[data-testid=nav-settings]").await;
    page.shows("h1", "Settings").await;
}

/// The number of the signal of a broken pipe.
const BROKEN_PIPE: u32 = 13;

#[tokio::test]
async fn an_agent_whose_streams_were_closed_has_some_that_lead_nowhere() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let mut shell = desk.command("sh");
    shell.args(["-c", "exec \"$0\" agent --no-tray <&- >&- 2>&-"]).arg(desk.program("dtx"));
    let mut agent = shell.spawn().unwrap();
    let pid = until("the agent", async || desk.agent_pid().await).await;
    for stream in 0..3 {
        let leads_to = fs::read_link(format!("/proc/{pid}/fd/{stream}")).unwrap();
        assert_eq!(leads_to.to_str(), Some("/dev/null"), "{stream}: no file of the vault's");
    }
    // Whoever reads what it says may end: that is an error of the write, as everywhere.
    let status = fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let ignored = status.lines().find_map(|line| line.strip_prefix("SigIgn:")).unwrap().trim();
    let ignored = u64::from_str_radix(ignored, 16).unwrap();
    assert_ne!(ignored >> (BROKEN_PIPE - 1) & 1, 0, "{status}");
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0);
    assert!(agent.wait().unwrap().success());
}

#[tokio::test]
async fn an_agent_of_the_login_is_started_again_after_a_crash_and_ends_when_asked() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let mut supervisor = desk.start(&["agent", "--restart", "--no-tray"]);
    let first = until("the agent", async || desk.agent_pid().await).await;
    assert_ne!(first, supervisor.id().to_string(), "a process of its own");
    signal(&first, "-ABRT");
    let second = until("another agent", async || desk.agent_pid().await.filter(|pid| *pid != first)).await;
    supervisor.signal("-TERM").await;
    assert_eq!(supervisor.ended().await.code, 0, "asked to end");
    assert_eq!(desk.agent_pid().await, None, "and {second} with it");

    let supervisor = desk.start(&["agent", "--restart", "--no-tray"]);
    until("the agent", async || desk.agent_pid().await).await;
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    assert_eq!(supervisor.ended().await.code, 0, "what was stopped stays stopped");
}

#[tokio::test]
async fn a_second_start_hands_over_and_ends() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let window = Window::open(&desk, &display).await;
    let page = &window.page;
    page.shows("h1", "Connect your first org").await;
    until("the agent", async || desk.agent_pid().await).await;
    let face = Client::open(&Home::at(&desk.home()).unwrap()).await.unwrap().expect("the agent runs");
    let mut notices = face.notices();
    face.call(intent::Snapshot).await.unwrap();
    for (argument, place, heading) in [
        ("--add", Place::Add, "Name the org you want to connect"),
        ("--settings", Place::Settings, "Settings"),
    ] {
        let leave = [("XDG_ACTIVATION_TOKEN", "datatrax_TIME12345")];
        let mut second = desk.start_window(&display, &[argument], &leave);
        let ended = timeout(PATIENCE, second.wait()).await.expect("the second start ends").unwrap();
        assert!(ended.success(), "{argument}: {ended}");
        page.shows("h1", heading).await;
        let told = loop {
            if let Notice::ComeForward(forward) = notices.recv().await.unwrap() {
                break forward;
            }
        };
        let activation_token = Some("datatrax_TIME12345".to_owned());
        assert_eq!(told, Forward { place: Some(place), activation_token }, "with the desktop's leave");
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
    // A change of size that comes while the toolkit is busy may be lost on its way.
    until_so("the window takes a size", async || {
        window.page.resize(720, 610).await;
        window.page.evaluate("return innerWidth", &[]).await == 720
    })
    .await;
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
    // Stopped as soon as it exists, as by a broken graphics driver.
    let first = until("the page's process", async || below(pid, "WebKitWebProces").pop()).await;
    signal(&first, "-STOP");
    let plain = "WEBKIT_DISABLE_COMPOSITING_MODE=1";
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
    // The window's frame, and the message in front of it.
    let named = || display.titles().iter().filter(|title| *title == "Datatrax Connect").count();
    assert_eq!(named(), 1, "nothing is said too early: {:?}", display.titles());
    until("words", async || (named() == 2).then_some(())).await;
    assert!(window.try_wait().unwrap().is_none(), "they stay until they are read");
    says_why_and_ends(&desk, &display, &mut window).await;
    signal(&second, "-KILL");
}

/// Reads the window's message box, closes it, and waits until the window ends for lack of a page.
async fn says_why_and_ends(desk: &Desk, display: &Display, window: &mut tokio::process::Child) {
    until("a message box to be closed", async || (display.close_messages() == 1).then_some(())).await;
    // A window that is still starting does not receive its close button.
    let ended = until("the end of the window", async || {
        display.close_messages();
        window.try_wait().unwrap()
    })
    .await;
    assert_eq!(ended.code(), Some(1), "without having been of use");
    let said = fs::read_to_string(desk.folder().join("window.log")).unwrap();
    for words in
        ["could not draw its window", "connections are kept", "In a terminal, dtx does the same work"]
    {
        assert!(said.contains(words), "{words:?} in what was said: {said}");
    }
}

#[tokio::test]
async fn a_page_that_crashes_again_and_again_is_tried_plainly_and_then_said() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let mut window = desk.start_window(&display, &[], &[]);
    let pid = window.id().unwrap();
    let mut last = String::new();
    let environment = || fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
    let is_plain = || String::from_utf8_lossy(&environment()).contains("WEBKIT_DISABLE_COMPOSITING_MODE=1");
    for plainly in [false, true] {
        until("its way of drawing", async || (is_plain() == plainly).then_some(())).await;
        for _ in 0..3 {
            let next = until("a process of the page", async || {
                below(pid, "WebKitWebProces").into_iter().find(|found| *found != last)
            })
            .await;
            // By now the page has loaded, as far as can be seen from outside.
            sleep(Duration::from_secs(3)).await;
            signal(&next, "-KILL");
            last = next;
        }
    }
    says_why_and_ends(&desk, &display, &mut window).await;
}
