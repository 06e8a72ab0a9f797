//! `dtx run`: a program with a token in its environment, for it alone.

use std::{fs, io::Write, process::Stdio};

use connect_core::explain::Code;
use connect_tests::{Desk, Terminal, stand_in_for_agent, token_of};
use serde_json::Value;

/// A desk whose agent hands out tokens.
fn desk() -> Desk {
    let desk = Desk::without_keyring();
    stand_in_for_agent(&desk, |_, params| {
        if params["name"] == "p" {
            return Ok(token_of("p"));
        }
        let message = "No connection is called that.";
        let failure =
            serde_json::json!({ "code": "name_unknown", "message": message, "fix": [], "retryable": false });
        Err(failure)
    });
    desk
}

#[tokio::test]
async fn a_program_has_the_token_in_its_environment_and_nothing_of_ours() {
    let desk = desk();
    let environment = [("DATATRAX_LOG", "error"), ("SF_USERNAME", "another"), ("KEPT", "yes")];
    let ended = desk.start_with(&["run", "p", "--", "env"], &environment).ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
    let token = token_of("p");
    for (name, field) in [
        ("SF_ACCESS_TOKEN", "access_token"),
        ("SF_INSTANCE_URL", "instance_url"),
        ("SF_ORG_ID", "org_id"),
        ("SF_USERNAME", "username"),
        ("SF_API_VERSION", "api_version"),
    ] {
        let line = format!("{name}={}", token[field].as_str().unwrap());
        let named = ended.output.lines().filter(|line| line.starts_with(&format!("{name}=")));
        assert_eq!(named.collect::<Vec<_>>(), [line], "once");
    }
    assert!(ended.output.contains("KEPT=yes"), "the rest is as it was");
    assert!(!ended.output.contains("DATATRAX_"), "but for what is ours: {}", ended.output);
}

/// A desk whose agent hands out a token that no other test has, and that token.
fn desk_with_own_token() -> (Desk, String) {
    let (desk, token) = (Desk::without_keyring(), token_of(&format!("p{}", std::process::id())));
    let own = token["access_token"].as_str().unwrap().to_owned();
    stand_in_for_agent(&desk, move |_, _| Ok(token.clone()));
    (desk, own)
}

/// The processes of which this tells the text.
fn processes_with(what: &str, text: &str) -> Vec<String> {
    let processes =
        fs::read_dir("/proc").unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let holds = |process: &String| {
        // Some end while this looks, and some are closed to it.
        let told = fs::read(format!("/proc/{process}/{what}")).unwrap_or_default();
        String::from_utf8_lossy(&told).contains(text)
    };
    processes.filter(|name| name.bytes().all(|byte| byte.is_ascii_digit())).filter(holds).collect()
}

#[tokio::test]
async fn no_argument_and_no_other_environment_of_any_process_holds_the_token() {
    let (desk, token) = desk_with_own_token();
    let mut dtx = desk.start(&["run", "p", "--", "sh", "-c", "echo $$; read line"]);
    let child = dtx.line().await.expect("the number of the program");
    assert_eq!(processes_with("environ", &token), [child], "the program has it, and nobody else");
    assert_eq!(processes_with("cmdline", &token), [""; 0], "in no argument");
    dtx.say("").await;
    assert_eq!(dtx.ended().await.code, 0);
}

#[tokio::test]
async fn a_token_that_a_shell_takes_over_is_not_in_its_history() {
    let (mut desk, token) = desk_with_own_token();
    let programs = desk.program("dtx").parent().unwrap().display().to_string();
    desk.set("PATH", &format!("{programs}:{}", std::env::var("PATH").unwrap()));
    let history = desk.folder().join("history");
    desk.set("HISTFILE", history.to_str().unwrap());
    let mut terminal = Terminal::start(&desk, "bash --norc -i");
    terminal.types("eval \"$(dtx token p --format env)\"").await;
    terminal.types("echo it has ${#SF_ACCESS_TOKEN} letters").await;
    terminal.sees(&format!("it has {} letters", token.len())).await;
    terminal.types("exit").await;
    let shown = terminal.ended().await;
    let kept = fs::read_to_string(history).unwrap();
    assert!(kept.contains("dtx token p --format env"), "what was typed is kept: {kept}");
    assert!(!kept.contains(&token), "and what it stood for is not: {kept}");
    assert!(!shown.contains(&token), "nor is it on the screen: {shown}");
}

#[tokio::test]
async fn the_exit_code_is_that_of_the_program_and_before_its_start_that_of_dtx() {
    let desk = desk();
    let file = desk.closed_file("no-program", "nothing");
    let folder = desk.folder().to_str().unwrap().to_owned();
    let cases: [(&[&str], i32, bool); 15] = [
        (&["p", "--", "true"], 0, false),
        (&["p", "--", "sh", "-c", "exit 3"], 3, false),
        (&["p", "--", "sh", "-c", "exit 255"], 255, false),
        (&["p", "--", "sh", "-c", "kill -TERM $$"], 143, false),
        (&["p", "--", "sh", "-c", "kill -KILL $$"], 137, false),
        (&["p", "--", "sh", "-c", "kill -INT $$"], 130, false),
        (&["p", "--", "no-such-program"], 127, true),
        (&["p", "--", "/no/such/program"], 127, true),
        (&["p", "--", &file], 126, true),
        (&["p", "--", &folder], 126, true),
        (&["nobody", "--", "true"], 2, true),
        (&["p"], 2, true),
        (&["p", "--"], 2, true),
        (&["p", "true"], 2, true),
        (&["--", "true"], 2, true),
    ];
    for (arguments, code, by_dtx) in cases {
        let ended = desk.dtx(&[&["run"], arguments].concat()).await;
        assert_eq!((ended.code, ended.output.as_str()), (code, ""), "{arguments:?}: {ended:?}");
        let spoken = ended.error.lines().filter(|line| line.starts_with("dtx: ")).count();
        assert_eq!(spoken, usize::from(by_dtx), "{arguments:?}: who says so: {ended:?}");
        match code {
            126 => {
                ended.said(Code::ProgramNotRun);
                assert!(
                    ended.error.contains("dtx run NAME -- sh SCRIPT"),
                    "as this system has it: {ended:?}"
                );
            }
            127 => ended.said(Code::ProgramNotFound),
            _ => {}
        }
    }
}

#[tokio::test]
async fn what_the_program_reads_and_says_is_its_own() {
    let desk = desk();
    let mut dtx = desk.start(&["run", "p", "--", "sh", "-c", "cat; echo to the side >&2"]);
    dtx.say("a line").await;
    dtx.end_input();
    let ended = dtx.ended().await;
    assert_eq!((ended.output.as_str(), ended.error.as_str()), ("a line\n", "to the side\n"), "{ended:?}");
}

#[tokio::test]
async fn signals_are_passed_on_to_the_program() {
    let desk = desk();
    let script =
        "for s in HUP INT QUIT TERM USR1 USR2 ALRM WINCH; do trap \"echo $s\" $s; done; trap 'exit 7' TERM
                  echo ready; while :; do sleep 0.05; done";
    let mut dtx = desk.start(&["run", "p", "--", "bash", "-c", script]);
    assert_eq!(dtx.line().await.as_deref(), Some("ready"));
    for signal in ["HUP", "INT", "QUIT", "USR1", "USR2", "ALRM", "WINCH"] {
        dtx.signal(&format!("-{signal}")).await;
        assert_eq!(dtx.line().await.as_deref(), Some(signal), "it hears {signal}, once");
    }
    dtx.signal("-TERM").await;
    assert_eq!(dtx.ended().await.code, 7, "and ends as it wants to");
}

#[tokio::test]
async fn at_a_terminal_the_program_is_interrupted_once() {
    let desk = desk();
    let script = r#"trap "echo interrupted" INT; echo ready; read line; sleep 0.3; echo over"#;
    let mut terminal = Terminal::start(&desk, &format!("dtx run p -- bash -c '{script}'"));
    terminal.sees("ready").await;
    terminal.interrupts().await;
    terminal.sees("interrupted").await;
    terminal.types("").await;
    let shown = terminal.ended().await;
    assert_eq!(shown.matches("interrupted").count(), 1, "once: {shown}");
    assert!(shown.contains("over"), "and goes on as it likes: {shown}");
}

#[tokio::test]
async fn what_a_program_was_started_to_ignore_stays_ignored() {
    let desk = desk();
    let dtx = desk.program("dtx");
    let script =
        format!("trap '' HUP INT; exec {} run p -- grep SigIgn /proc/self/status", dtx.to_str().unwrap());
    let mut shell = desk.command("bash");
    let told = shell.args(["-c", &script]).output().unwrap();
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let mask = u64::from_str_radix(told.trim_start_matches("SigIgn:").trim(), 16);
    let mask = mask.unwrap_or_else(|_| panic!("a mask: {told}"));
    assert_eq!(mask & 0b11, 0b11, "hangup and interrupt, as with nohup and in the background: {told}");
}

#[tokio::test]
async fn a_value_that_no_variable_can_hold_starts_nothing() {
    let desk = Desk::without_keyring();
    stand_in_for_agent(&desk, |_, _| {
        let mut token = token_of("p");
        token["username"] = Value::from("a\nb");
        Ok(token)
    });
    let ended = desk.dtx(&["run", "p", "--", "echo", "started"]).await;
    assert_eq!((ended.code, ended.output.as_str()), (1, ""), "{ended:?}");
    ended.said(Code::ValueUnquotable);
    assert!(ended.error.starts_with("dtx: The user name"), "and which: {ended:?}");
}

#[tokio::test]
async fn a_full_disk_of_the_program_is_its_own_affair() {
    let desk = desk();
    let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let mut dtx = desk.command(desk.program("dtx"));
    dtx.args(["run", "p", "--", "true"]).stdin(Stdio::piped()).stdout(full);
    let mut child = dtx.spawn().unwrap();
    // Nobody may read it any more.
    let _ = child.stdin.take().unwrap().write_all(b"x");
    assert_eq!(child.wait().unwrap().code(), Some(0), "dtx itself has no result to write");
}
