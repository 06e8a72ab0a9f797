//! The agent's pipe, and whoever says to it what no client says.

use std::{
    io::{BufRead as _, BufReader, Write as _},
    path::Path,
    process::{Command, Stdio},
};

use connect_tests::{Changes, Desk, figures, one_at_a_time, org};

const CASES: usize = 300;
const SEED: u64 = 0x1234_5678_9ABC_DEF1;
const LAST: &str = r#"{"jsonrpc":"2.0","id":9,"method":"show","params":{"name":"p"}}"#;
const HELLO: &str = r#"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1,"version":"0.1.0"}}"#;

/// A desk whose agent takes what `say` says for the window's words: it answers the programs of its own folder alone.
fn desk_that_listens() -> Desk {
    let desk = Desk::of_windows();
    desk.install("dtx", "dtx");
    desk.install("examples/say", "datatrax-connect");
    desk
}

/// The name of the agent's pipe, and what the agent answers until it hangs up, each time in a conversation of its own. Between
/// two parts of one a line is awaited.
fn say(desk: &Desk, all: &[Vec<Vec<u8>>]) -> (String, Vec<String>) {
    say_by(desk, "datatrax-connect", all)
}

fn say_by(desk: &Desk, program: &str, all: &[Vec<Vec<u8>>]) -> (String, Vec<String>) {
    let mut said = desk.command(desk.program(program));
    let mut said = said.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    let mut input = said.stdin.take().unwrap();
    let line = |parts: &Vec<Vec<u8>>| parts.iter().map(|part| digits(part)).collect::<Vec<_>>().join(" ");
    let lines: String = all.iter().map(|parts| line(parts) + "\n").collect();
    let writing = std::thread::spawn(move || input.write_all(lines.as_bytes()));
    let output = said.wait_with_output().unwrap();
    writing.join().unwrap().unwrap();
    assert!(output.status.success(), "each was said");
    let output = String::from_utf8(output.stdout).unwrap();
    let mut lines = output.lines();
    (lines.next().unwrap().to_owned(), lines.map(text).collect())
}

fn digits(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |digits, byte| digits + &format!("{byte:02x}"))
}

fn text(digits: &str) -> String {
    let byte = |at: usize| u8::from_str_radix(digits.get(at..at + 2).unwrap(), 16).unwrap();
    let bytes: Vec<u8> = (0..digits.len()).step_by(2).map(byte).collect();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn nonsense_on_the_pipe_is_let_go_and_hurts_nobody_else() {
    let _turn = one_at_a_time();
    let (desk, org) = (desk_that_listens(), org().await);
    desk.connect(&org, "p").await;
    let agent = desk.agent(&[]).await;
    let pid = desk.agent_pid().await;
    let nonsense: Vec<Vec<u8>> = vec![
        b"\n".to_vec(),
        b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_vec(),
        vec![0xff; 4096],
        vec![0; 4096],
        vec![b'a'; 2 * 1024 * 1024],
        b"{}\n".to_vec(),
        b"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"drop_tables\"}\n".to_vec(),
        format!("{{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":{}\n", "[".repeat(100_000)).into_bytes(),
    ];
    let nonsense: Vec<_> =
        nonsense.into_iter().map(|bytes| vec![[bytes.as_slice(), b"\n"].concat()]).collect();
    let (_, answers) = say(&desk, &nonsense);
    assert_eq!(answers, vec![String::new(); nonsense.len()], "let go without a word");

    let other = HELLO.replace("\"protocol\":1", "\"protocol\":99");
    let (_, answers) = say(&desk, &[vec![format!("{other}\n").into_bytes(), b"\x01\n".to_vec()]]);
    assert!(answers[0].contains("\"protocol\":1"), "another version is told which this is: {answers:?}");

    assert_eq!(desk.agent_pid().await, pid, "the agent is as it was");
    assert!(org.token_status(&desk.token("p").await).alive, "and answers");
    desk.stop(agent).await;
}

#[tokio::test]
async fn an_agent_outlives_whatever_is_said_to_its_pipe() {
    let _turn = one_at_a_time();
    let (desk, org) = (desk_that_listens(), org().await);
    desk.connect(&org, "p").await;
    let agent = desk.agent(&[]).await;
    let pid = desk.agent_pid().await;
    let good = [
        HELLO,
        r#"{"jsonrpc":"2.0","id":2,"method":"snapshot"}"#,
        r#"{"jsonrpc":"2.0","id":3,"method":"token","params":{"name":"p","fresh":false}}"#,
        r#"{"jsonrpc":"2.0","id":4,"method":"show","params":{"name":"p"}}"#,
    ];
    let mut changes = Changes::of_seed(SEED);
    let cases: Vec<_> = (0..CASES)
        .map(|_| {
            let odd = [changes.of(&good).as_slice(), b"\n", LAST.as_bytes(), b"\n"].concat();
            // It hangs up at the last line, if not before.
            vec![format!("{HELLO}\n").into_bytes(), odd, b"\x01\n".to_vec()]
        })
        .collect();
    let (_, answers) = say(&desk, &cases);
    assert_eq!(answers.len(), CASES);
    assert!(answers.iter().all(|answer| answer.contains("\"protocol\":1")), "each greeting is answered");
    let more = answers.iter().filter(|answer| answer.lines().count() > 1).count();
    assert!(more > 0, "some are good still");
    figures(&format!("the pipe: {CASES} cases of seed {SEED:#x}, {more} of them answered"));
    assert_eq!(desk.agent_pid().await, pid, "the same agent");
    desk.stop(agent).await;
}

/// Though it is the same user's: it may be anything.
#[tokio::test]
async fn a_program_of_another_folder_is_turned_away_without_a_word() {
    let _turn = one_at_a_time();
    let (desk, org) = (desk_that_listens(), org().await);
    desk.connect(&org, "p").await;
    let agent = desk.agent(&[]).await;
    let hello = vec![vec![format!("{HELLO}\n").into_bytes(), b"\x01\n".to_vec()]];
    let (name, answers) = say(&desk, &hello);
    assert!(answers[0].contains("\"protocol\":1"), "one of its own folder is greeted: {answers:?}");
    let (same, answers) = say_by(&desk, "examples/say", &hello);
    assert_eq!(same, name, "the same pipe");
    assert_eq!(answers, [String::new()], "turned away");
    assert!(org.token_status(&desk.token("p").await).alive, "and nobody else suffers");
    desk.stop(agent).await;
}

/// As another program may do before the agent starts, or while it does not run.
#[tokio::test]
async fn to_a_pipe_that_another_program_made_first_nothing_is_said() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::of_windows(), org().await);
    desk.connect(&org, "p").await;
    let program = desk.folder().join("foreign.exe");
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/windows/foreign.c");
    let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
    compiler.args(["-Wall", "-Werror", "-o"]).args([&program, &source]).arg("-ladvapi32");
    assert!(compiler.status().unwrap().success(), "it compiles");
    let (name, _) = say_by(&desk, "examples/say", &[]);
    let mut foreign = desk.command(&program).arg(&name).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = BufReader::new(foreign.stdout.take().unwrap()).lines().map(Result::unwrap);
    assert_eq!(said.next().as_deref(), Some("made"), "everybody may open it");

    for command in [&["token", "p"][..], &["list"], &["agent"]] {
        let ended = desk.dtx(command).await;
        assert_ne!(ended.code, 0, "{command:?} goes no further: {ended:?}");
        assert!(ended.error.contains("foreign.exe"), "{command:?} names the program: {ended:?}");
        assert_eq!(said.next().as_deref(), Some("0 bytes"), "{command:?} said nothing to it");
    }
    foreign.kill().unwrap();
    foreign.wait().unwrap();
    assert!(org.token_status(&desk.token("p").await).alive, "once it has gone all is well");
}
