//! Codes that no other flow produces, each from what really leads to it to the words and the exit code that a script sees.
//! docs/codes.md names for every code the test that produces it.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Command};

use connect_core::{contract::intent::Token, explain::Code, platform::home::Home};
use connect_tests::{
    Core, Desk, Ended, INTEGRATION, Person, Press, figures, one_at_a_time, org,
    told::{self, is_told},
    until_so,
};
use practice_org::{Endpoint, Fault, OauthError, Org, What};
use serde_json::json;

/// `dtx connect` with these values, to its end without a browser.
async fn connecting(desk: &Desk, org: &Org, alias: &str, (key, secret): (&str, &str)) -> Ended {
    desk.connecting_with(org, (key, secret), alias, &["--wait", "0"]).await.ended().await
}

#[tokio::test]
async fn values_of_a_sign_in_that_cannot_be_are_refused_and_odd_ones_remarked_on() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (key, secret) = (org.key(), org.secret());
    connecting(&desk, &org, "a\tb", (&key, &secret)).await.failed(2, "name_invalid");
    let callback = "http://localhost:17177/auth/salesforce/callback";
    desk.dtx(&["connect", callback, "--key", &key, "--json"]).await.failed(2, "address_is_callback");
    let (labelled, like_a_key) = (format!("clientId: {key} # production"), key.replace("3MVG9", "3MVG7"));
    let another_secret: String = secret.chars().rev().collect();
    for (pair, remark) in [
        (("no-generated-key", secret.as_str()), Code::KeyOdd),
        ((key.as_str(), "no-generated-secret"), Code::SecretOdd),
        ((key.as_str(), like_a_key.as_str()), Code::SecretLooksKey),
        ((labelled.as_str(), another_secret.as_str()), Code::ValueCleaned),
    ] {
        let ended = connecting(&desk, &org, "p", pair).await;
        assert!(is_told(remark, &ended.error), "{remark:?} is remarked on: {ended:?}");
        let stopped_by = ended.last()["code"].as_str().and_then(told::code_of).unwrap();
        assert_ne!(stopped_by, remark, "and a remark stops nothing: {ended:?}");
    }
    desk.assert_nothing_left(&org).await;
}

#[tokio::test]
async fn a_sign_in_without_the_challenge_that_the_app_wants_is_told_as_that() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    org.change(|switches| {
        switches.approval_error = Some(OauthError {
            error: "invalid_request".into(),
            error_description: "missing required code challenge".into(),
        });
    });
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    dtx.ended().await.failed(1, "challenge_missing");
}

#[tokio::test]
async fn an_org_that_is_late_busy_or_used_up_is_told_as_that() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let fresh = ["token", "--fresh", "p", "--json"];
    let busy =
        json!({"error": "invalid_grant", "error_description": "token request is already being processed"});
    let (content_type, body) = (Some("application/json".to_owned()), busy.to_string());
    let busy = What::Answer { status: 400, content_type, body, retry_after: None };
    org.fault(Fault::new(busy).at(Endpoint::Token).times(2));
    desk.dtx(&fresh).await.failed(4, "token_busy");
    org.fault(Fault::new(What::Late { milliseconds: 3_600_000 }).at(Endpoint::Token).times(1));
    desk.dtx(&fresh).await.failed(4, "network_timeout");
    org.change(|switches| switches.daily_api_requests = 0);
    let check = desk.dtx(&["check", "p", "--json"]).await;
    let checks = check.last()["checks"].clone();
    let found = checks.as_array().unwrap().iter().find(|check| check["code"] == "api_limit_reached");
    let found = found.unwrap_or_else(|| panic!("{check:?}"));
    assert!(is_told(Code::ApiLimitReached, found["message"].as_str().unwrap()), "{found}");
    assert_eq!(check.code, i32::from(Code::ApiLimitReached.exit()), "{check:?}");
}

#[tokio::test]
async fn a_keychain_that_answers_with_errors_is_told_as_that() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let bus = zbus::connection::Builder::address(desk.bus_address()).unwrap().build().await.unwrap();
    // It has the name of a keychain, and refuses whatever it is asked.
    let _ = bus.object_server();
    bus.request_name("org.freedesktop.secrets").await.unwrap();
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.end_input();
    let ended = dtx.ended().await;
    assert_eq!((ended.code, ended.last()["code"].as_str()), (5, Some("keychain_failed")), "{ended:?}");
    assert!(is_told(Code::KeychainFailed, &ended.error), "{ended:?}");
}

#[tokio::test]
async fn a_passphrase_or_a_file_with_a_secret_that_cannot_be_used_is_told_as_that() {
    let desk = Desk::without_keyring();
    let short = desk.closed_file("short", "abc");
    desk.dtx_with_passphrase(&short, &["vault", "passphrase"]).await.said(Code::PassphraseShort);
    let nowhere = desk.folder().join("nowhere");
    desk.dtx_with_passphrase(nowhere.to_str().unwrap(), &["vault", "passphrase"])
        .await
        .said(Code::PassphraseFile);
    let open = desk.closed_file("open", "a secret");
    fs::set_permissions(&open, fs::Permissions::from_mode(0o644)).unwrap();
    let connect = ["connect", "acme", "--key", "3MVG9", "--secret-file", &open, "--json"];
    desk.dtx(&connect).await.failed(2, "secret_file_open");
}

#[tokio::test]
async fn a_database_that_another_program_keeps_to_itself_is_told_as_that() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let other = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    desk.dtx(&["rename", "p", "q"]).await.said(Code::VaultBusy);
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(desk.dtx(&["rename", "p", "q"]).await.code, 0, "and it works once it is free");
}

#[tokio::test]
async fn what_cannot_be_written_or_is_not_known_is_told_as_that() {
    let desk = Desk::without_keyring();
    desk.dtx(&["app", "files", "/proc/app", "--org", "acme"]).await.said(Code::FolderUnwritable);
    desk.dtx(&["explain", "the printer is on fire"]).await.said(Code::NotExplained);
    let in_the_way = Home::at(&desk.home()).unwrap().socket().name().to_owned();
    fs::create_dir_all(Path::new(&in_the_way).join("something")).unwrap();
    desk.dtx(&["agent", "--no-tray"]).await.said(Code::AgentSocket);
}

/// Needs to be root, who can have programs of several users.
#[tokio::test]
async fn another_users_program_in_the_place_of_the_agent_is_told_as_that() {
    let desk = Desk::without_keyring();
    let theirs = tempfile::tempdir_in("/tmp").unwrap();
    fs::set_permissions(theirs.path(), fs::Permissions::from_mode(0o777)).unwrap();
    let socket = theirs.path().join("agent.sock");
    let listens =
        "use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new(Local => shift, Listen => 5) or die; sleep 600";
    let perl = ["--reuid", "12345", "--clear-groups", "perl", "-e", listens];
    let Ok(mut other) = Command::new("setpriv").args(perl).arg(&socket).spawn() else {
        figures("no program to become another user with: not looked at");
        return;
    };
    until_so("it listens or has not been let", async || {
        socket.exists() || other.try_wait().unwrap().is_some()
    })
    .await;
    if socket.exists() {
        fs::rename(&socket, Home::at(&desk.home()).unwrap().socket().name()).unwrap();
        desk.dtx(&["agent", "status"]).await.said(Code::AgentForeign);
    } else {
        figures("only root can become another user: not looked at");
    }
    let _ = other.kill();
    other.wait().unwrap();
}

#[tokio::test]
async fn settings_that_cannot_be_written_are_told_as_that() {
    let desk = Desk::without_keyring();
    assert_eq!(desk.dtx(&["list"]).await.code, 0, "the home is made");
    // What is mounted somewhere cannot be replaced there.
    let script = r#"touch "$1" && mount --bind "$1" "$1" && exec "$2" logs debug"#;
    let mut command = desk.command("unshare");
    command.args(["--mount", "--map-root-user", "sh", "-c", script, "sh"]);
    let said = command.arg(desk.home().join("settings.toml")).arg(desk.program("dtx")).output().unwrap();
    let words = String::from_utf8_lossy(&said.stderr).into_owned();
    assert_eq!(said.status.code(), Some(i32::from(Code::SettingsUnwritable.exit())), "{words}");
    assert!(is_told(Code::SettingsUnwritable, &words), "{words}");
}

/// In this process: an agent ends with its home, and a `dtx` is over too soon to outlive one.
#[tokio::test]
async fn a_home_that_is_gone_is_told_as_that() {
    let _turn = one_at_a_time();
    let (folder, org) = (tempfile::tempdir().unwrap(), org().await);
    let home = folder.path().join("home");
    let core = Core::at(&home, 1);
    core.connect(&org).await;
    fs::rename(&home, folder.path().join("moved")).unwrap();
    let fresh = Token { name: "p".to_owned(), fresh: true, min_ttl: None, for_run: false };
    let refused = core.ask(fresh).await.unwrap_err();
    assert_eq!(refused.code, Code::HomeGone, "{refused:?}");
    assert!(is_told(refused.code, &refused.message), "{refused:?}");
}
