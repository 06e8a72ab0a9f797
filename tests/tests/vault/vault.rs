//! The vault from its users' point of view: who keeps its key, how that is changed, and what happens when the key is
//! missing. At most a sign-in is lost, and the text says so.

use std::{fs, time::Duration};

use connect_agent::Client;
use connect_core::{
    contract::{
        intent::{self, Protect},
        view::{KeyProtection, Notice},
    },
    explain::Code,
    platform::home::Home,
    secret::Secret,
};
use connect_tests::{Desk, INTEGRATION, PASSPHRASE, Person, Press, Terminal, one_at_a_time, org};
use serde_json::{Value, json};

#[tokio::test]
async fn without_a_keychain_both_other_ways_are_named_and_none_is_taken() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    dtx.end_input();
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 5, "{ended:?}");
    let told = ended.last();
    assert_eq!(told["code"], "keychain_missing", "{told}");
    let fix = told["fix"].to_string();
    for way in ["dtx vault passphrase", "DATATRAX_PASSPHRASE_FILE", "dtx vault session"] {
        assert!(fix.contains(way), "{way} is named: {fix}");
    }
    assert_eq!(desk.json(&["vault"]).await["guard"], Value::Null, "nothing was chosen");
    assert_eq!(org.counters().requests.get("token"), None, "and the org was not asked for anything");
}

#[tokio::test]
async fn without_a_keychain_nothing_is_asked_and_nothing_is_stored_in_plain_text() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let ended = desk.connecting(&org, "p", &[]).await.ended().await;
    let failed = ended.last();
    assert_eq!((ended.code, &failed["code"]), (5, &json!("keychain_missing")), "{ended:?}");
    assert_eq!(ended.json().len(), 1, "before any sign-in: {ended:?}");
    assert!(org.counters().requests.is_empty(), "the org was asked nothing: {:?}", org.counters());
    assert_eq!(desk.aliases().await, Vec::<String>::new(), "nothing is stored");
}

#[tokio::test]
async fn a_file_with_a_passphrase_serves_where_there_is_no_keychain() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    let connected = desk.connect_with_passphrase(&org, &passphrase).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    let token = desk.dtx_with_passphrase(&passphrase, &["token", "p"]).await;
    assert_eq!(token.code, 0, "{token:?}");

    let wrong = desk.closed_file("wrong", "another passphrase");
    for (ended, expected) in [
        (desk.dtx(&["token", "p"]).await, "passphrase, which has not been told"),
        (desk.dtx_with_passphrase(&wrong, &["token", "p"]).await, "not the passphrase of the vault"),
        (desk.dtx_with_passphrase("/nonexistent", &["token", "p"]).await, "cannot be read"),
    ] {
        assert_eq!(ended.code, 5, "{ended:?}");
        assert!(ended.error.contains(expected), "{expected}: {}", ended.error);
        assert!(!format!("{}{}", ended.output, ended.error).contains(PASSPHRASE), "never shown");
    }
    assert_eq!(desk.aliases().await, ["p"], "what is not secret needs no passphrase");
    assert_eq!(desk.json(&["vault"]).await["guard"], "passphrase", "as chosen");

    let agent = desk.agent(&[]).await;
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 5, "an agent that was not told needs it too");
    let told = desk.dtx_with_passphrase(&passphrase, &["token", "p"]).await;
    assert_eq!(told.output, token.output, "whoever has the file tells it: {told:?}");
    assert_eq!(desk.dtx(&["token", "p"]).await.output, token.output, "and the agent knows it from then on");
    desk.stop(agent).await;
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 5, "until it ends");
    let ended = desk.dtx_with_passphrase(&passphrase, &["disconnect", "p"]).await;
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[tokio::test]
async fn somebody_at_a_terminal_is_offered_a_passphrase_and_asked_for_it_later() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let secret = desk.closed_file("secret", &org.secret());
    let command = format!(
        "dtx connect {} --alias p --key {} --secret-file {secret} --no-browser",
        org.address(),
        org.key()
    );
    let mut terminal = Terminal::start(&desk, &command);
    terminal.sees("offers no keychain").await;
    terminal.sees("Your choice").await;
    terminal.types("p").await;
    terminal.sees("New passphrase").await;
    terminal.types(PASSPHRASE).await;
    terminal.sees("once more").await;
    terminal.types(PASSPHRASE).await;
    let address = terminal.sees("http://localhost:").await;
    let address = address.split_whitespace().find(|word| word.contains("/authorize?")).unwrap().to_owned();
    Person::of(&org, INTEGRATION).sign_in(&address, Press::Allow).await;
    terminal.sees("Connected p").await;
    let all = terminal.ended().await;
    assert!(!all.contains(PASSPHRASE), "the passphrase was not shown while it was typed: {all}");

    let mut terminal = Terminal::start(&desk, "dtx token p");
    terminal.sees("Passphrase of the vault").await;
    terminal.types(PASSPHRASE).await;
    assert!(terminal.ended().await.contains("00D"), "a token");
}

#[tokio::test]
async fn the_vault_goes_from_the_keychain_to_a_passphrase_and_back_and_loses_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    let short = desk.closed_file("short", "short");
    let refused = desk.dtx_with_passphrase(&short, &["vault", "passphrase"]).await;
    assert_eq!(refused.code, 2, "too short: {refused:?}");
    assert_eq!(desk.dtx(&["vault", "passphrase"]).await.code, 2, "nobody to ask for one");
    assert_eq!(desk.dtx(&["vault", "session"]).await.code, 5, "nobody who could remember a key");

    let changed = desk.dtx_with_passphrase(&passphrase, &["vault", "passphrase", "--json"]).await;
    assert_eq!(changed.code, 0, "{changed:?}");
    assert_eq!(changed.last()["guard"], "passphrase", "as asked");
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 5, "the keychain opens it no more");
    assert_eq!(
        desk.dtx_with_passphrase(&passphrase, &["token", "p"]).await.output.trim(),
        token,
        "the passphrase does"
    );

    let back = desk.dtx_with_passphrase(&passphrase, &["vault", "keychain"]).await;
    assert_eq!(back.code, 0, "{back:?}");
    assert_eq!(desk.token("p").await, token, "the keychain again");
    assert_eq!(desk.dtx(&["vault", "keychain"]).await.code, 0, "another key in the same place");
    assert_eq!(desk.token("p").await, token, "opens it too");
    assert_eq!(org.counters().refreshes, 0, "all that without the org");
}

#[tokio::test]
async fn whoever_has_the_key_kept_another_way_tells_the_passphrase_that_holds() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    let agent = desk.agent(&[("DATATRAX_PASSPHRASE_FILE", &passphrase)]).await;
    desk.connect(&org, "p").await;
    assert!(desk.token("p").await.starts_with("00D"), "the agent has the vault open");
    let client = Client::open(&Home::at(&desk.home()).unwrap()).await.unwrap().unwrap();
    let mut notices = client.notices();
    client.call(intent::Snapshot).await.unwrap();
    let protect = |present: Option<&str>| {
        let (chosen, present) = (Secret::new("chosen by a stranger"), present.map(Secret::new));
        let protection = KeyProtection::Passphrase;
        Protect { protection, passphrase: Some(chosen), present, start_over: false }
    };
    for (present, code) in
        [(None, Code::PassphraseNeeded), (Some("a wrong passphrase"), Code::PassphraseWrong)]
    {
        let refused = client.call(protect(present)).await.unwrap_err();
        assert_eq!(refused.code, code, "{present:?}: {}", refused.message);
    }
    assert_eq!(desk.dtx_with_passphrase(&passphrase, &["token", "p"]).await.code, 0, "nothing has changed");
    let changed = client.call(protect(Some(PASSPHRASE))).await.unwrap();
    assert_eq!(changed.protection, Some(KeyProtection::Passphrase), "whoever tells it may");
    loop {
        let notice = tokio::time::timeout(Duration::from_secs(300), notices.recv()).await.unwrap().unwrap();
        if notice == (Notice::GuardChanged { protection: KeyProtection::Passphrase }) {
            break;
        }
    }
    let history = desk.json(&["show", "p"]).await["history"].to_string();
    assert!(history.contains("is protected with a passphrase"), "told in the history: {history}");
    drop(client);
    desk.stop(agent).await;
    let former = desk.dtx_with_passphrase(&passphrase, &["token", "p"]).await;
    assert!(former.code == 5 && former.error.contains("not the passphrase"), "{former:?}");
}

#[tokio::test]
async fn a_key_for_one_session_ends_with_the_agent_and_that_is_said() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let first = desk.agent(&[]).await;
    let chosen = desk.dtx(&["vault", "session"]).await;
    assert!(chosen.code == 0 && chosen.output.contains("every connection needs a new sign-in"), "{chosen:?}");
    desk.connect(&org, "p").await;
    assert!(desk.token("p").await.starts_with("00D"), "while the agent runs");
    let vault = desk.json(&["vault"]).await;
    assert_eq!(vault["session_only"], 1, "what would end is told before: {vault}");
    assert_eq!(vault["session_ended"], 0, "and what has ended: {vault}");
    desk.stop(first).await;

    let said = desk.dtx(&["vault"]).await.output;
    for part in ["was kept for one session", "One connection needs", "new sign-in"] {
        assert!(said.contains(part), "{part}: what was is told: {said}");
    }
    let next = desk.agent(&[]).await;
    let connection = desk.json(&["show", "p"]).await;
    assert_eq!(connection["status"], "needs_you", "{connection}");
    assert_eq!(connection["reason"]["code"], "vault_session_ended", "{connection}");
    assert!(!connection["history"].as_array().unwrap().is_empty(), "the history stays: {connection}");
    let refused = desk.dtx(&["token", "p"]).await;
    assert_eq!(refused.code, 5, "{refused:?}");
    assert!(refused.error.contains("that session is over"), "said: {}", refused.error);
    assert_eq!(desk.json(&["vault"]).await["guard"], Value::Null, "the next key is chosen anew");
    desk.stop(next).await;
}

#[tokio::test]
async fn a_vault_whose_passphrase_is_in_a_file_is_not_called_locked() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    let wrong = desk.closed_file("wrong", "another horse altogether");
    assert_eq!(desk.connect_with_passphrase(&org, &passphrase).await.code, 0, "connected");
    let locked = async |file: &str| {
        let told = desk.dtx_with_passphrase(file, &["vault", "--json"]).await;
        assert_eq!(told.code, 0, "{told:?}");
        (told.last()["locked"].as_bool().unwrap(), told.error)
    };
    assert!(desk.json(&["vault"]).await["locked"].as_bool().unwrap(), "nobody has told it");
    assert!(!locked(&passphrase).await.0, "the file has it");
    let (is_locked, why) = locked(&wrong).await;
    assert!(is_locked && why.contains("not the passphrase"), "another one does not open it: {why}");
    let (is_locked, why) = locked("/nonexistent/passphrase").await;
    assert!(is_locked && why.contains("/nonexistent/passphrase"), "nor does none: {why}");

    let agent = desk.agent(&[("DATATRAX_PASSPHRASE_FILE", &passphrase)]).await;
    assert!(!desk.json(&["vault"]).await["locked"].as_bool().unwrap(), "an agent that has the file is open");
    let client = Client::open(&Home::at(&desk.home()).unwrap()).await.unwrap().unwrap();
    let snapshot = client.call(intent::Snapshot).await.unwrap();
    assert_eq!(snapshot.vault_trouble, None, "and no window asks anybody");
    drop(client);
    desk.stop(agent).await;

    let agent = desk.agent(&[]).await;
    assert!(desk.json(&["vault"]).await["locked"].as_bool().unwrap(), "one that has none is not");
    assert!(!locked(&passphrase).await.0, "until somebody who has it asks");
    desk.stop(agent).await;
}

#[tokio::test]
async fn who_stops_an_agent_that_alone_has_the_key_is_told_what_ends_with_it() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let agent = desk.agent(&[]).await;
    desk.dtx(&["vault", "session"]).await;
    let idle = desk.json(&["vault"]).await;
    assert_eq!(idle["session_only"], 0, "nothing would end yet: {idle}");
    for alias in ["p", "q"] {
        desk.connect(&org, alias).await;
    }
    let mut terminal = Terminal::start(&desk, "dtx agent stop");
    for part in [
        "for this session alone",
        "2 connections",
        "dtx vault keychain",
        "dtx vault passphrase",
        "p  PRACTICE  localhost:",
        "q  PRACTICE  localhost:",
        "[y/N]",
    ] {
        terminal.sees(part).await;
    }
    terminal.types("n").await;
    terminal.sees("goes on").await;
    terminal.ended().await;
    assert!(desk.token("p").await.starts_with("00D"), "who says no keeps everything");

    let stopped = desk.dtx(&["agent", "stop", "--json"]).await;
    assert_eq!(stopped.code, 0, "{stopped:?}");
    let expected = json!({"version": 1, "stopped": true, "sign_ins_ended": 2});
    assert_eq!(stopped.last(), expected, "a script is not asked");
    assert_eq!(agent.ended().await.code, 0, "stopped");
    let again = desk.dtx(&["agent", "stop", "--json"]).await;
    let expected = json!({"version": 1, "stopped": false, "sign_ins_ended": 0});
    assert_eq!(again.last(), expected, "there was none: {again:?}");
    let said = desk.dtx(&["vault"]).await.output;
    assert!(said.contains("2 connections need"), "and what ended is told afterwards: {said}");

    let agent = desk.agent(&[]).await;
    let stopped = desk.dtx(&["agent", "stop"]).await;
    assert!(!stopped.error.contains("for this session alone"), "nothing is left to end: {stopped:?}");
    agent.ended().await;
}

#[tokio::test]
async fn a_lost_keychain_costs_a_sign_in_and_nothing_else() {
    let _turn = one_at_a_time();
    let (mut desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    desk.stop_keyring();
    let ended = desk.dtx(&["token", "p"]).await;
    assert_eq!((ended.code, ended.output.as_str()), (5, ""), "no keychain, no token: {ended:?}");
    assert_eq!(desk.aliases().await, ["p"], "the connection is still shown");

    // The keyring is deleted with all its entries.
    fs::remove_dir_all(desk.folder().join("user/data/keyrings")).unwrap();
    desk.start_keyring();
    let ended = desk.dtx(&["token", "p"]).await;
    assert_eq!(ended.code, 5, "{ended:?}");
    let mut asks = desk.connecting(&org, "p", &[]).await;
    asks.end_input();
    assert_eq!(asks.ended().await.last()["code"], "vault_key_lost", "nothing is dropped unasked");
    let mut dtx = desk.connecting(&org, "p", &["--start-over"]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "with a new key");
    let detail = desk.json(&["show", "p"]).await;
    assert_eq!(detail["status"], "connected", "{detail}");
    assert!(detail["history"].as_array().unwrap().len() >= 2, "the history is kept: {detail}");
    assert!(org.token_status(&desk.token("p").await).alive, "and it works");
}
