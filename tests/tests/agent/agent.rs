//! The agent: one for each user and home, private, and harmless when it starts, ends or dies.

use std::{
    os::unix::fs::{FileTypeExt, PermissionsExt},
    path::PathBuf,
    time::Duration,
};

use connect_core::explain::Code;
use connect_tests::{
    Desk, Ended, Fault, INTEGRATION, Person, Press, TOKEN, Tap, one_at_a_time, org, until_so,
};
use practice_org::{Options, Org};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::UnixStream,
};

/// Programs that ask at once and are all served by one refresh.
const HERD: usize = 30;
/// How long the first access token lives: longer than it takes to connect.
const SESSION: Duration = Duration::from_secs(5);

fn socket(desk: &Desk) -> PathBuf {
    desk.home().join("run/agent.sock")
}

async fn status(desk: &Desk) -> Value {
    desk.json(&["agent", "status"]).await
}

/// Sends these bytes to the agent and returns its answer until it hangs up.
async fn say(desk: &Desk, bytes: &[u8]) -> String {
    let mut stream = UnixStream::connect(socket(desk)).await.unwrap();
    // The agent may hang up early.
    let _ = stream.write_all(bytes).await;
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

#[tokio::test]
async fn an_agent_is_private_and_tells_how_it_is() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let nobody = status(&desk).await;
    let expected =
        json!({"version": 1, "running": false, "pid": null, "program_version": null, "connections": null});
    assert_eq!(nobody, expected, "none runs");

    let agent = desk.agent(&[]).await;
    let folder = socket(&desk).parent().unwrap().metadata().unwrap();
    assert_eq!(folder.permissions().mode() & 0o777, 0o700, "nobody else may enter the socket's folder");
    assert!(socket(&desk).metadata().unwrap().file_type().is_socket(), "the socket");
    desk.connect(&org, "p").await;
    let running = status(&desk).await;
    for (field, expected) in [
        ("version", json!(1)),
        ("running", json!(true)),
        ("pid", json!(agent.id())),
        ("program_version", json!(env!("CARGO_PKG_VERSION"))),
        ("connections", json!(1)),
    ] {
        assert_eq!(running[field], expected, "{field} of {running}");
    }
    let log = std::fs::metadata(desk.home().join("logs/agent.log")).expect("the agent keeps a log");
    assert_eq!(log.permissions().mode() & 0o777, 0o600, "for this user alone");
}

#[tokio::test]
async fn a_second_agent_names_the_one_that_works() {
    let _turn = one_at_a_time();
    let desk = Desk::without_keyring();
    // One of both begins while the other one does: whichever is second says so all the same.
    let (one, other) = (desk.start(&["agent", "--no-tray"]), desk.start(&["agent", "--no-tray"]));
    let running = connect_tests::until("one of them listens", async || desk.agent_pid().await).await;
    let (first, second) = if one.id().to_string() == running { (one, other) } else { (other, one) };
    let version = format!("version {}", env!("CARGO_PKG_VERSION"));
    for second in [second, desk.start(&["agent", "--no-tray"]), desk.start(&["agent", "--take-over"])] {
        let said = second.ended().await;
        said.said(Code::AgentRunning);
        for part in
            ["is running already", &format!("process {running}"), &version, "Nothing needs to be done"]
        {
            assert!(said.error.contains(part), "{part}: {said:?}");
        }
        assert!(!said.error.contains("cannot be spoken to"), "it can: {said:?}");
    }
    assert_eq!(desk.agent_pid().await, Some(running), "and the first one goes on");
    desk.stop(first).await;
}

#[tokio::test]
async fn there_is_one_agent_for_a_home() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let first = desk.agent(&[]).await;
    let second = desk.dtx(&["agent"]).await;
    assert_eq!(second.code, 4, "{second:?}");
    assert!(
        second.error.contains("already running") || second.error.contains("is running"),
        "says why: {second:?}"
    );
    assert_eq!(status(&desk).await["pid"], first.id(), "the first one stays");

    let stopped = desk.dtx(&["agent", "stop"]).await;
    assert_eq!(stopped.code, 0, "{stopped:?}");
    assert_eq!(first.ended().await.code, 0, "it ends well");
    assert!(!socket(&desk).exists(), "and takes its socket with it");
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopping what is not there is no error");
}

#[tokio::test]
async fn a_stop_is_answered_and_the_next_one_may_start_at_once() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    for round in 0..10 {
        let running = desk.agent(&[]).await;
        let stopped = desk.dtx(&["agent", "stop"]).await;
        assert_eq!(stopped.code, 0, "round {round}: {stopped:?}");
        // The next one comes before the last one has ended completely.
        let next = desk.agent(&[]).await;
        assert_eq!(running.ended().await.code, 0, "round {round}");
        assert_eq!(status(&desk).await["pid"], next.id(), "round {round}");
        assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "round {round}");
        next.ended().await;
    }
}

#[tokio::test]
async fn an_agent_does_the_work_of_a_dtx_that_asked_for_it() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let _agent = desk.agent(&[]).await;
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let authorize = dtx.event("authorize").await;
    // The client is gone; the sign-in is the agent's and goes on.
    dtx.signal("-KILL").await;
    dtx.ended().await;
    Person::of(&org, INTEGRATION).sign_in(authorize["url"].as_str().unwrap(), Press::Allow).await;
    until_so("the agent stores the connection", async || desk.aliases().await == ["p"]).await;
    let through = desk.token("p").await;
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "checked through the agent");
    desk.dtx(&["agent", "stop"]).await;
    assert_eq!(desk.token("p").await, through, "and without one the same connection is there");
    assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "checked without an agent");
}

#[tokio::test]
async fn failures_and_paste_back_are_the_same_through_an_agent() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let _agent = desk.agent(&[]).await;
    for (arguments, code) in
        [(&["show", "x"][..], 2), (&["token", "x"], 2), (&["connect", "nonsense with spaces"], 2)]
    {
        let ended = desk.dtx(arguments).await;
        assert_eq!(ended.code, code, "{arguments:?}: {ended:?}");
    }
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let authorize = dtx.event("authorize").await;
    let back = Person::of(&org, INTEGRATION).answer(authorize["url"].as_str().unwrap(), Press::Allow).await;
    dtx.say(back.as_str()).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["event"]), (0, &json!("connected")), "{ended:?}");
}

#[tokio::test]
async fn a_newer_sign_in_for_the_same_connection_takes_the_place_of_the_older() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let _agent = desk.agent(&[]).await;
    let mut older = desk.connecting(&org, "p", &[]).await;
    let old = older.event("authorize").await;
    let mut newer = desk.connecting(&org, "p", &[]).await;
    let ended = older.ended().await;
    assert_eq!((ended.code, &ended.last()["code"]), (3, &json!("replaced")), "{ended:?}");
    let url = newer.event("authorize").await["url"].as_str().unwrap().to_owned();
    assert_ne!(old["url"], url.as_str(), "a state of its own");
    Person::of(&org, INTEGRATION).sign_in(&url, Press::Allow).await;
    assert_eq!(newer.ended().await.code, 0, "the newer one goes on");
    assert_eq!(org.counters().refresh_tokens_alive, 1, "one sign-in");
}

#[tokio::test]
async fn a_killed_agent_leaves_everything_usable() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut first = desk.agent(&[]).await;
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    first.signal("-KILL").await;
    first.ended().await;
    assert!(socket(&desk).exists(), "its socket is left behind");
    assert_eq!(desk.token("p").await, token, "the next dtx does the work itself");
    assert_eq!(status(&desk).await["running"], false, "and knows that none runs");
    let next = desk.agent(&[]).await;
    assert_eq!(status(&desk).await["pid"], next.id(), "the next agent takes over");
    assert_eq!(desk.token("p").await, token, "with the same connections");
}

#[tokio::test]
async fn an_agent_that_is_asked_to_end_is_out_of_the_way_within_five_seconds() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) =
        (Desk::new(), Tap::before(Options { rotation: true, ..Options::default() }).await);
    desk.connect(&org, "p").await;
    for signal in ["-TERM", "-INT"] {
        let mut agent = desk.agent(&[]).await;
        // One client listens, one is silent, one signs in, one waits for a refresh.
        let _silent = UnixStream::connect(socket(&desk)).await.unwrap();
        let mut signing_in = desk.connecting(&org, "other", &[]).await;
        signing_in.event("authorize").await;
        tap.next(TOKEN, Fault::HoldAnswer);
        let refreshing = desk.start(&["token", "p", "--fresh"]);
        tap.answered().await;
        agent.signal(signal).await;
        let cancelled = signing_in.ended().await;
        assert_eq!(
            (cancelled.code, &cancelled.last()["code"]),
            (3, &json!("cancelled")),
            "{signal}: {cancelled:?}"
        );
        tap.go_on();
        let refreshed = refreshing.ended().await;
        assert_eq!(refreshed.code, 0, "{signal}: what was asked before the end is answered: {refreshed:?}");
        let ended = agent.ended().await;
        assert_eq!(ended.code, 0, "{signal}: {ended:?}");
        assert!(!socket(&desk).exists(), "{signal}: the socket is gone");
        assert_eq!(desk.token("p").await, refreshed.output.trim(), "{signal}: the rotated token was stored");
    }

    // An org that answers late holds up no other request, and its answer is stored when it comes.
    let mut first = desk.agent(&[]).await;
    tap.next(TOKEN, Fault::HoldAnswer);
    let refreshing = desk.start(&["token", "p", "--fresh"]);
    tap.answered().await;
    first.signal("-TERM").await;
    let cut = refreshing.ended().await;
    assert_eq!(cut.code, 4, "a temporary fault: {cut:?}");
    let second = desk.agent(&[]).await;
    let state = std::fs::read_to_string(format!("/proc/{}/stat", first.id())).unwrap();
    assert!(!state.contains(") Z"), "its process waits for the answer: {state}");
    tap.go_on();
    assert_eq!(first.ended().await.code, 0, "in order");
    let token = desk.token("p").await;
    assert!(org.token_status(&token).alive, "the rotated token was stored");
    assert_eq!(org.counters().reuses_detected, 0, "and the old one not used again");
    drop(second);
}

#[tokio::test]
async fn clients_that_misbehave_hurt_nobody_else() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let agent = desk.agent(&[]).await;
    let hello = r#"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1,"version":"0"}}"#;
    let garbage: Vec<Vec<u8>> = vec![
        b"\n".to_vec(),
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        vec![0xff; 4096],
        vec![0; 4096],
        vec![b'a'; 2 * 1024 * 1024],
        b"{}\n".to_vec(),
        b"[]\n".to_vec(),
        b"{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"list\"}\n".to_vec(),
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"drop_tables\"}\n".to_vec(),
        b"{\"jsonrpc\":\"2.0\",\"id\":-1,\"method\":\"list\"}\n".to_vec(),
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"show\",\"params\":{\"name\":7}}\n".to_vec(),
        format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":{}", "[".repeat(100_000)).into_bytes(),
    ];
    for bytes in &garbage {
        let shown = String::from_utf8_lossy(bytes).chars().take(60).collect::<String>();
        assert_eq!(
            say(&desk, &[bytes.as_slice(), b"\n"].concat()).await,
            "",
            "let go without a word: {shown}"
        );
    }
    let mut other = BufReader::new(UnixStream::connect(socket(&desk)).await.unwrap());
    other
        .write_all(format!("{}\n", hello.replace("\"protocol\":1", "\"protocol\":99")).as_bytes())
        .await
        .unwrap();
    let mut answer = String::new();
    other.read_line(&mut answer).await.unwrap();
    assert!(answer.contains("\"protocol\":1"), "another version is told which this is: {answer}");

    // A silent client, half a line, and a request whose answer is not waited for.
    let _silent = UnixStream::connect(socket(&desk)).await.unwrap();
    let mut half = UnixStream::connect(socket(&desk)).await.unwrap();
    half.write_all(b"{\"jsonrpc\":\"2.0\",").await.unwrap();
    for method in ["list", "check", "token"] {
        let mut gone = UnixStream::connect(socket(&desk)).await.unwrap();
        let request =
            json!({"jsonrpc": "2.0", "id": 2, "method": method, "params": {"name": "p", "fresh": true}});
        gone.write_all(format!("{request}\n").as_bytes()).await.unwrap();
    }
    // A client that asks without end and reads nothing.
    let mut deaf = UnixStream::connect(socket(&desk)).await.unwrap();
    let list = "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"list\"}\n".repeat(1000);
    let flood = async {
        for _ in 0..200 {
            deaf.write_all(list.as_bytes()).await.unwrap();
        }
    };
    let _ = tokio::time::timeout(Duration::from_millis(500), flood).await;

    assert_eq!(status(&desk).await["pid"], agent.id(), "the agent is as it was");
    assert!(org.token_status(&desk.token("p").await).alive, "and answers");
}

#[tokio::test]
async fn a_crowd_of_clients_does_not_end_an_agent() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    // With few files to open, as on a computer that is short of them.
    let mut command = desk.command("sh");
    let dtx = connect_tests::program("dtx");
    command.args(["-c", "ulimit -n 48; exec \"$0\" agent", dtx.to_str().unwrap()]);
    let mut running = tokio::process::Command::from(command).kill_on_drop(true).spawn().unwrap();
    until_so("the agent listens", async || status(&desk).await["running"] == true).await;
    let mut crowd = Vec::new();
    for _ in 0..100 {
        // Beyond the system's queue, connecting does not block.
        let connecting = tokio::time::timeout(Duration::from_millis(50), UnixStream::connect(socket(&desk)));
        crowd.extend(connecting.await.ok());
    }
    assert!(crowd.len() > 48, "more than it can have open: {}", crowd.len());
    assert!(running.try_wait().unwrap().is_none(), "it goes on");
    drop(crowd);
    assert_eq!(status(&desk).await["running"], true, "and lets the next ones in");
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "it still does what it is asked");
    assert!(running.wait().await.unwrap().success(), "and ends well");
}

/// A connection whose stored token has expired, to an org with rotation.
async fn with_expired_token(desk: &Desk) -> Org {
    let options = Options { rotation: true, session: SESSION, ..Options::default() };
    let org = Org::start(options).await.unwrap();
    desk.connect(&org, "p").await;
    org.change(|switches| {
        switches.session_seconds = 7200;
        // Long enough that all have asked before the answer.
        switches.token_delay_milliseconds = 500;
    });
    tokio::time::sleep(SESSION).await;
    org
}

async fn all_at_once(desk: &Desk) -> Vec<Ended> {
    let running: Vec<_> = (0..HERD).map(|_| desk.start(&["token", "p"])).collect();
    let mut ended = Vec::new();
    for dtx in running {
        ended.push(dtx.ended().await);
    }
    ended
}

#[tokio::test]
async fn many_processes_share_one_refresh_with_an_agent_and_without() {
    let _turn = one_at_a_time();
    for with_agent in [false, true] {
        let desk = Desk::new();
        let org = with_expired_token(&desk).await;
        let _agent = if with_agent { Some(desk.agent(&[]).await) } else { None };
        let before = org.counters().refreshes;
        let ended = all_at_once(&desk).await;
        let first = ended[0].output.clone();
        for one in &ended {
            assert_eq!(
                (one.code, &one.output),
                (0, &first),
                "agent: {with_agent}; the same token for all: {one:?}"
            );
        }
        assert!(org.token_status(first.trim()).alive, "agent: {with_agent}; and it works");
        let counters = org.counters();
        assert_eq!(counters.refreshes - before, 1, "agent: {with_agent}; exactly one refresh");
        assert_eq!(counters.reuses_detected, 0, "agent: {with_agent}; no rotated token was used twice");
    }
}

#[tokio::test]
async fn an_agent_and_a_dtx_of_before_it_share_one_refresh() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = with_expired_token(&desk).await;
    let before = org.counters().requests["token"];
    // This one found no agent and refreshes by itself, slowly.
    let alone = desk.start(&["token", "p"]);
    until_so("the org is asked", async || org.counters().requests["token"] > before).await;
    let _agent = desk.agent(&[]).await;
    let through = desk.dtx(&["token", "p"]).await;
    let alone = alone.ended().await;
    assert_eq!((alone.code, through.code), (0, 0), "{alone:?} {through:?}");
    assert_eq!(alone.output, through.output, "the agent waited for it");
    assert_eq!(org.counters().requests["token"], before + 1, "one refresh");
}
