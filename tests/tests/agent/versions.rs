//! Programs and agents of two versions side by side: which one stays, which one waits, and what is said.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::net::{UnixListener, UnixStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use connect_core::{
    explain::Code,
    platform::{home::Home, lock},
};
use connect_tests::{Desk, Display, INTEGRATION, Person, Press, Window, one_at_a_time, org, until};
use serde_json::{Value, json};
use tokio::time::sleep;

/// An agent of another version, from a client's point of view.
struct OtherAgent {
    asked_to_leave: Arc<AtomicBool>,
    may_leave: Arc<AtomicBool>,
    serving: Option<thread::JoinHandle<()>>,
}

impl OtherAgent {
    fn start(desk: &Desk, protocol: u32, version: &'static str) -> Self {
        let home = Home::at(&desk.home()).unwrap();
        let held = lock::try_exclusive(&home.agent_lock()).unwrap().expect("no agent runs");
        let listener = UnixListener::bind(home.socket().name()).unwrap();
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
            fs::remove_file(home.socket().name()).unwrap();
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
    let works = "return document.querySelector('[data-testid=agent-state]') === null";
    window.page.until("the window works with it meanwhile", works, &[]).await;
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
        until("the newer agent answers", async || desk.agent_pid().await.filter(|found| *found == pid)).await;
    }
}

#[tokio::test]
async fn a_program_that_is_older_than_the_agent_says_so_only_when_it_must() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let newer = OtherAgent::start(&desk, 2, "9.0.0");
    let ended = desk.dtx(&["list"]).await;
    ended.said(Code::AgentNewer);
    assert!(!newer.was_asked_to_leave(), "the newer one stays");

    let desk = Desk::new();
    let newer = OtherAgent::start(&desk, 1, "9.0.0");
    let second = desk.dtx(&["agent", "--no-tray"]).await;
    assert_eq!(second.code, 4, "the newer agent stays: {second:?}");
    assert!(!newer.was_asked_to_leave(), "of the same protocol too");
}

#[tokio::test]
async fn a_newer_window_waits_for_an_older_agent_that_it_cannot_speak_to() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let older = OtherAgent::start(&desk, 0, "0.0.1");
    let window = Window::open(&desk, &display).await;
    window.page.shows("[data-testid=agent-failure]", "cannot be spoken to").await;
    let script = desk.dtx(&["list"]).await;
    // A script is told the same.
    script.said(Code::AgentBusy);
    until("the older agent is asked to leave", async || older.was_asked_to_leave().then_some(())).await;
    older.leave();
    window.page.shows("h1", "Connect your first org").await;
    let status = desk.json(&["agent", "status"]).await;
    assert_eq!(status["program_version"], env!("CARGO_PKG_VERSION"), "the newer one is there");
}

#[tokio::test]
async fn an_agent_that_is_to_make_way_finishes_the_sign_in_under_way() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let agent = desk.agent(&[]).await;
    let mut signing_in = desk.connecting(&org, "p", &[]).await;
    let url = signing_in.event("authorize").await["url"].as_str().unwrap().to_owned();
    ask_to_make_way(&desk);
    Person::of(&org, INTEGRATION).sign_in(&url, Press::Allow).await;
    assert_eq!(signing_in.ended().await.code, 0, "the sign-in is finished in peace");
    assert_eq!(agent.ended().await.code, 0, "then the agent ends in order");
}

#[tokio::test]
async fn an_agent_that_is_to_make_way_ends_no_sign_in_that_it_alone_keeps() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let agent = desk.agent(&[]).await;
    assert_eq!(desk.dtx(&["vault", "session"]).await.code, 0, "the agent alone has the key");
    desk.connect(&org, "p").await;
    ask_to_make_way(&desk);
    assert!(desk.token("p").await.starts_with("00D"), "it goes on");
    assert_eq!(desk.json(&["agent", "status"]).await["running"], true, "and stays where it is");
    assert_eq!(desk.dtx(&["vault", "keychain"]).await.code, 0, "until the key is kept another way");
    assert_eq!(agent.ended().await.code, 0, "then the agent ends in order");
    assert!(desk.token("p").await.starts_with("00D"), "and nothing is lost");
}

/// Asks the agent of a desk as a newer one does, whichever protocol it speaks besides.
fn ask_to_make_way(desk: &Desk) {
    let stream = UnixStream::connect(Home::at(&desk.home()).unwrap().socket().name()).unwrap();
    let mut answers = BufReader::new(&stream);
    for asked in [
        r#"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1,"version":"9.0.0"}}"#,
        r#"{"jsonrpc":"2.0","id":2,"method":"stop_when_idle"}"#,
    ] {
        writeln!(&mut &stream, "{asked}").unwrap();
        let mut answer = String::new();
        answers.read_line(&mut answer).unwrap();
        assert!(answer.contains("result"), "{asked}: {answer}");
    }
}
