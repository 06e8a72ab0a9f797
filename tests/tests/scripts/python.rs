//! Third-party programs work with the tokens that `dtx` hands out.

use std::path::Path;

use connect_tests::{Desk, INTEGRATION, OnlineDesk, one_at_a_time, program, python};
use practice_org::{Options, Org, OrgKind};
use serde_json::Value;

/// Runs a program of `tests/python` for the connection of this name and reads the JSON it prints.
async fn run(desk: &Desk, name: &str, connection: &str, environment: &[(&str, String)]) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("python").join(name);
    let mut command = desk.command(python());
    command.arg(path).arg(program("dtx")).arg(connection);
    command.envs(environment.iter().map(|(name, value)| (name, value)));
    let ended = tokio::process::Command::from(command).output().await.unwrap();
    let error = String::from_utf8_lossy(&ended.stderr).into_owned();
    assert!(ended.status.success(), "{name} failed: {error}");
    let printed = serde_json::from_slice(&ended.stdout);
    assert!(printed.is_ok(), "{name} printed no JSON: {error}");
    printed.unwrap()
}

/// simple-salesforce uses only https, so the org is behind TLS and the proxy.
#[tokio::test]
async fn simple_salesforce_runs_a_query_with_the_token() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let host = "acme--uat.sandbox.my.salesforce.com";
    let org = online.served(host, OrgKind::Sandbox).await;
    let ended = online.connect(host, &org).await;
    assert_eq!(ended.code, 0, "connected: {ended:?}");

    let mut environment = online.internet.environment();
    let authority = online.internet.authority_file().to_str().unwrap().to_owned();
    environment.push(("REQUESTS_CA_BUNDLE", authority));
    let found = run(&online.desk, "query.py", "acme--uat", &environment).await;
    assert_eq!(found["organizations"]["totalSize"], 1, "{found}");
    assert_eq!(found["organizations"]["records"][0]["Id"], org.org_id(), "the org that was connected");
    assert_eq!(found["is_sandbox"], true, "a sandbox");
    let usernames = found["usernames"].as_array().unwrap();
    let integration = Value::from(org.users().swap_remove(INTEGRATION).username);
    assert!(usernames.len() > 1 && usernames.contains(&integration), "several records: {found}");
    assert!(found["calls_left"].as_u64().is_some_and(|left| left > 0), "limits: {found}");
    assert_eq!(found["cut_token"], "INVALID_SESSION_ID", "another token is refused, so the above can fail");
}

#[tokio::test]
async fn the_bare_token_is_all_that_plain_python_needs() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "p").await;
    let found = run(&desk, "plain.py", "p", &[]).await;
    assert_eq!(found["records"][0]["Id"], org.org_id(), "the org that was connected: {found}");
}
