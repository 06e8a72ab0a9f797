//! `dtx explain`: what a text says went wrong, told by a process that asks nobody.

use std::{
    fs,
    os::unix::{ffi::OsStrExt, fs::MetadataExt, fs::PermissionsExt},
    path::{Path, PathBuf},
    process::Stdio,
};

use connect_core::platform::{private, user};
use connect_tests::{Desk, Ended, Terminal, one_at_a_time, org, program, until_so};
use practice_org::{Endpoint, Fault, What};
use serde_json::{Value, json};

const PAGE: &str = "https://acme--uat.sandbox.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?\
    error=invalid_client&error_description=app+must+be+installed+into+org";
/// A text that gives much away, and says nothing.
const SECRETS: &str = "5Aep861hushhush1hushhush2hushhush3 and client_secret=HUSH12345678HUSH \
    https://acme.my.salesforce.com/secur/frontdoor.jsp?sid=00Dxx0000001gPL!AQhush1hush2hush3";

/// What stands in the home.
fn files(desk: &Desk) -> Vec<String> {
    let entries = fs::read_dir(desk.home()).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect()
}

/// Gives `dtx explain` a text through standard input.
async fn explained(desk: &Desk, text: &str, arguments: &[&str]) -> Ended {
    let mut dtx = desk.start(&[&["explain"], arguments].concat());
    for line in text.lines() {
        dtx.say(line).await;
    }
    dtx.end_input();
    dtx.ended().await
}

#[tokio::test]
async fn a_text_is_explained_from_an_argument_and_from_standard_input() {
    let desk = Desk::without_keyring();
    for ended in [
        desk.dtx(&["explain", PAGE]).await,
        explained(&desk, PAGE, &["-"]).await,
        explained(&desk, PAGE, &[]).await,
    ] {
        assert_eq!(ended.code, 0, "{ended:?}");
        for part in [
            "wants the app to be installed",
            "press Install",
            "An admin of the org can do this.",
            "Waiting does not help.",
        ] {
            assert!(ended.output.contains(part), "{part}: {ended:?}");
        }
        let link = "https://acme--uat.sandbox.my.salesforce-setup.com/lightning/setup/ExternalClientApplicationOauthUsage/home";
        assert!(ended.output.contains(link), "the way into that org's Setup: {ended:?}");
    }
}

#[tokio::test]
async fn an_explanation_is_json_of_one_form() {
    let desk = Desk::without_keyring();
    let told = explained(&desk, PAGE, &["-", "--json"]).await;
    let json = told.last();
    assert_eq!((told.code, &json["version"], &json["cut"]), (0, &json!(1), &json!(false)), "{told:?}");
    let cause = &json["causes"][0];
    assert_eq!(cause["code"], "app_not_installed", "{cause}");
    assert_eq!(
        (&cause["acts"], &cause["waiting"], &cause["known"]),
        (&json!("admin"), &json!(false), &json!(true)),
        "{cause}"
    );
    assert_eq!(cause["setup"]["label"], "External Client Apps OAuth Usage", "{cause}");
    assert!(told.error.is_empty(), "a person is told nothing: {told:?}");
}

#[tokio::test]
async fn a_secret_that_stands_alone_is_named_as_what_it_is_and_never_printed() {
    let desk = Desk::without_keyring();
    let secret = "0F3HUSH9".repeat(8);
    for (text, words) in [
        (secret.as_str(), "This text has a Consumer Secret."),
        ("5Aep861hushhush1HUSHhush2", "This text opens your org, and goes on doing so"),
    ] {
        let told = explained(&desk, text, &["-"]).await;
        assert_eq!((told.code, told.error.as_str()), (0, ""), "nothing else in it is missed: {told:?}");
        assert!(told.output.contains(words), "{told:?}");
        assert!(!told.output.to_lowercase().contains("hush"), "{told:?}");
    }
}

#[tokio::test]
async fn what_is_not_known_is_not_guessed_and_ends_with_exit_code_1() {
    let desk = Desk::without_keyring();
    let words = desk.dtx(&["explain", "Something went wrong."]).await;
    assert_eq!((words.code, words.output.as_str()), (1, ""), "{words:?}");
    assert!(words.error.contains("Nothing in this text is known here"), "{words:?}");
    let json = desk.dtx(&["explain", "Something went wrong.", "--json"]).await;
    assert_eq!((json.code, &json.last()["causes"]), (1, &json!([])), "{json:?}");
    let nothing = explained(&desk, " ", &["--json"]).await;
    nothing.failed(2, "value_missing");
}

#[tokio::test]
async fn secrets_in_a_text_are_named_and_never_printed() {
    let desk = Desk::without_keyring();
    for arguments in [&["-"][..], &["-", "--json"]] {
        let mut dtx = desk.start_with(&[&["explain"], arguments].concat(), &[("DATATRAX_LOG", "trace")]);
        dtx.say(SECRETS).await;
        dtx.end_input();
        let ended = dtx.ended().await;
        let all = format!("{}{}", ended.output, ended.error);
        assert!(!all.contains("hush") && !all.contains("HUSH"), "{ended:?}");
        for part in [
            "it has a refresh token",
            "has a Consumer Secret",
            "a link that signs its reader in",
            "Session Management",
        ] {
            assert!(ended.output.contains(part), "{part}: {ended:?}");
        }
    }
}

#[tokio::test]
async fn nobody_is_asked_and_nothing_is_kept() {
    let desk = Desk::without_keyring();
    let before = files(&desk);
    let ended = explained(&desk, PAGE, &["-"]).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(files(&desk), before, "no agent, no vault, no log, not even a folder");
}

#[tokio::test]
async fn a_text_beyond_a_megabyte_is_cut_and_that_is_said() {
    let desk = Desk::without_keyring();
    let path = desk.folder().join("long");
    let text = format!("{PAGE}\n\n{}", "nothing to see here\n".repeat(80_000));
    private::replace(&path, text.as_bytes()).unwrap();
    let mut dtx = desk.command(desk.program("dtx"));
    dtx.args(["explain", "-"])
        .stdin(fs::File::open(&path).unwrap())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let ended = dtx.spawn().unwrap().wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert_eq!(ended.status.code(), Some(0), "its beginning is explained: {said}");
    assert!(said.contains("longer than 1 MB"), "{said}");
}

#[tokio::test]
async fn on_a_terminal_the_text_is_asked_for_and_not_shown() {
    let desk = Desk::without_keyring();
    for command in ["dtx explain", "dtx explain -"] {
        let mut terminal = Terminal::start(&desk, command);
        terminal.sees("Paste the text, then press").await;
        terminal.types("error=invalid_client_id&error_description=client%20identifier%20invalid client_secret=HUSH12345678HUSH").await;
        terminal.types("\u{4}").await;
        terminal.sees("does not know this Consumer Key").await;
        let shown = terminal.ended().await;
        assert!(!shown.contains("HUSH12345678"), "{command}: {shown}");
        assert!(shown.contains("exit status: 0"), "{command}: {shown}");
    }
}

/// What the token endpoint says, the code of it, and the exit code.
const REFUSALS: [(&str, &str, &str, i32); 10] = [
    ("invalid_client", "app must be installed into org", "app_not_installed", 3),
    ("invalid_grant", "ip restricted", "login_restricted", 3),
    ("invalid_app_access", "user is not admin approved to access this app", "user_not_permitted", 3),
    ("app_blocked", "this app is blocked by admin", "app_blocked", 3),
    (
        "invalid_grant",
        "Cross-org OAuth flows are not supported for this external client app",
        "browser_elsewhere",
        3,
    ),
    ("client_blocked", "app attestation failed", "attestation_wanted", 3),
    ("invalid_grant", "no valid scopes defined", "scope_missing", 6),
    ("invalid_grant", "request not supported on this domain", "salesforce_refused", 4),
    ("something_new", "a text nobody has seen", "salesforce_refused", 4),
    ("server_error", "", "salesforce_unavailable", 4),
];

#[tokio::test]
async fn a_refusal_means_the_same_where_it_happens_and_where_it_is_pasted() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    for (error, description, code, exit) in REFUSALS {
        let body = json!({"error": error, "error_description": description}).to_string();
        let content_type = Some("application/json".to_owned());
        let answer = What::Answer { status: 400, content_type, body: body.clone(), retry_after: None };
        org.fault(Fault::new(answer).at(Endpoint::Token));
        let met = desk.dtx(&["token", "--fresh", "p", "--json"]).await;
        org.clear_faults();
        let failed = met.last();
        assert_eq!((met.code, &failed["code"]), (exit, &json!(code)), "{error}, {description}: {met:?}");
        let pasted = explained(&desk, &body, &["-", "--json"]).await;
        let cause: &Value = &pasted.last()["causes"][0];
        assert_eq!((pasted.code, &cause["code"]), (0, &json!(code)), "{error}, {description}: {pasted:?}");
        let has_steps = cause["fix"].as_array().is_some_and(|fix| !fix.is_empty());
        assert!(has_steps, "{cause}");
        if code == "salesforce_refused" && error == "something_new" {
            assert_eq!(cause["quoted"], "something_new: a text nobody has seen", "{cause}");
            assert!(
                failed["message"].as_str().unwrap().contains("something_new: a text nobody has seen"),
                "{failed}"
            );
            assert!(
                !met.error.contains("hotel"),
                "it is Salesforce's own, and no page of a network's: {met:?}"
            );
        }
    }
    assert_eq!(desk.dtx(&["token", "--fresh", "p"]).await.code, 0, "none of it has cost the connection");
}

/// The kernel gives the files of a process whose memory is closed to root.
#[tokio::test]
async fn the_memory_of_a_dtx_that_waits_for_a_text_is_closed_to_others() {
    let desk = Desk::without_keyring();
    let dtx = desk.folder().join("dtx");
    fs::copy(program("dtx"), &dtx).unwrap();
    fs::set_permissions(desk.folder(), fs::Permissions::from_mode(0o711)).unwrap();
    let is_root = user::number() == 0;
    let mut command = desk.command(if is_root { Path::new("setpriv") } else { &dtx });
    if is_root {
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(&dtx);
    }
    command.args(["explain", "-"]).stdin(Stdio::piped()).stdout(Stdio::null());
    let waiting = tokio::process::Command::from(command).kill_on_drop(true).spawn().unwrap();
    let entry = PathBuf::from(format!("/proc/{}", waiting.id().unwrap()));
    until_so("its memory is closed", async || {
        let is_dtx =
            fs::read(entry.join("cmdline")).is_ok_and(|words| words.starts_with(dtx.as_os_str().as_bytes()));
        is_dtx && fs::metadata(entry.join("environ")).is_ok_and(|file| file.uid() == 0)
    })
    .await;
}
