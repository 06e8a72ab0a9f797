//! Debian's keychains as packaged: GNOME Keyring, `KWallet` and `KeePassXC`, one after another and replacing each
//! other. The tested combinations and versions are listed in `docs/keyrings.md`.

use std::{fs, path::Path};

use connect_core::{explain::Code, platform::keychain};
use connect_tests::{
    Desk, Display, ForgetfulKeychain, INTEGRATION, Keyring, PATIENCE, Person, Press, Terminal,
    lock_databases, one_at_a_time, open_database, org, until,
};
use futures_util::StreamExt;
use serde_json::{Value, json};
use time::OffsetDateTime;
use tokio::time::{sleep, timeout};
use zbus::{MessageStream, connection, fdo, message::Type};

/// Where the button of `KeePassXC`'s dialog is that lets a program read what it asks for.
const ALLOW: (&str, &str) = ("83", "247");

/// A connection's entry in the list.
async fn status(desk: &Desk, alias: &str) -> Value {
    desk.json(&["show", alias]).await["status"].clone()
}

/// The result of a sign-in that begins without a person to ask and is refused.
async fn refused(desk: &Desk, org: &practice_org::Org, alias: &str) -> Value {
    let mut dtx = desk.connecting(org, alias, &[]).await;
    dtx.end_input();
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 5, "{ended:?}");
    ended.last()
}

async fn works(desk: &Desk, alias: &str) {
    let token = desk.dtx(&["token", alias]).await;
    assert!(token.code == 0 && token.output.starts_with("00D"), "{alias}: {token:?}");
    assert_eq!(status(desk, alias).await, "connected", "and is said to");
}

async fn token_fails(desk: &Desk, alias: &str, codes: &[&str]) {
    let ended = desk.dtx(&["token", alias, "--json"]).await;
    assert_eq!(ended.code, 5, "{ended:?}");
    let words = format!("{}{}", ended.output, ended.error);
    let code = desk.json(&["show", alias]).await["reason"]["code"].clone();
    assert!(
        codes.iter().any(|expected| code == *expected || words.contains(expected)),
        "{codes:?}: {code} {words}"
    );
}

#[tokio::test]
async fn a_key_in_another_keychain_is_not_lost_and_nothing_is_dropped_before_that_is_asked() {
    let _turn = one_at_a_time();
    let (mut desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "one").await;
    desk.connect(&org, "two").await;
    desk.stop_keyring();
    let kwallet = Keyring::kwallet(&desk);

    let told = refused(&desk, &org, "three").await;
    assert_eq!(told["code"], "vault_key_elsewhere", "{told}");
    let message = told["message"].as_str().unwrap();
    assert!(message.contains("GNOME Keyring") && message.contains("KWallet"), "by name: {message}");
    assert!(told["fix"].to_string().contains("--start-over"), "with the way on: {told}");
    token_fails(&desk, "one", &["vault_key_elsewhere"]).await;
    assert_eq!(status(&desk, "one").await, "needs_you", "as it is");
    assert_eq!(desk.json(&["show", "one"]).await["safe_until"], Value::Null, "and nothing is promised");

    let mut dtx = desk.connecting(&org, "three", &["--start-over"]).await;
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
    works(&desk, "three").await;
    let left = desk.json(&["disconnect", "two"]).await;
    assert_eq!(left["revoked"], "later", "what cannot be opened now is revoked when it can: {left}");
    kwallet.end();

    desk.start_keyring();
    works(&desk, "one").await;
    token_fails(&desk, "three", &["vault_key_elsewhere"]).await;
    desk.stop_keyring();
    let _kwallet = Keyring::kwallet(&desk);
    works(&desk, "three").await;
}

#[tokio::test]
async fn kwallet_that_ends_before_it_has_written_a_new_key_loses_no_connection() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let kwallet = Keyring::kwallet(&desk);
    desk.connect(&org, "p").await;
    kwallet.has_written();
    let changed = desk.json(&["vault", "keychain"]).await;
    assert_eq!(changed["keychain"], "KWallet", "{changed}");
    assert!(changed["former"]["until"].is_string(), "until when the former key opens: {changed}");
    kwallet.kill();

    let kwallet = Keyring::kwallet(&desk);
    works(&desk, "p").await;
    let told = desk.dtx(&["vault"]).await;
    assert!(told.output.contains("The key before it still opens everything"), "why: {told:?}");
    let ended = desk.dtx(&["vault", "--leaked"]).await;
    assert!(ended.error.contains("ends now"), "what it may cost: {ended:?}");
    assert_eq!(desk.json(&["vault"]).await.get("former"), None, "and it is gone");
    works(&desk, "p").await;
    kwallet.end();
}

#[tokio::test]
async fn kwallet_that_takes_no_encrypted_key_is_used_that_is_said_and_a_fall_to_it_is_asked_about() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    Keyring::kwallet(&desk).end();
    let plain = Keyring::kwallet_plain(&desk);
    desk.connect(&org, "p").await;
    works(&desk, "p").await;
    assert_eq!(desk.json(&["vault"]).await["plain"], true, "told");
    let told = desk.dtx(&["vault"]).await;
    assert!(told.output.contains("unencrypted"), "in words: {told:?}");
    plain.has_written();
    plain.end();

    let encrypted = Keyring::kwallet(&desk);
    assert_eq!(desk.dtx(&["vault", "keychain"]).await.code, 0, "encrypted from now on");
    assert_eq!(desk.json(&["vault"]).await["plain"], false, "which is told too");
    encrypted.has_written();
    encrypted.end();

    let _plain = Keyring::kwallet_plain(&desk);
    let ended = desk.dtx(&["token", "p"]).await;
    ended.said(Code::KeychainPlain);
    assert_eq!(desk.dtx(&["vault", "--accept-plain"]).await.code, 0, "somebody says yes");
    works(&desk, "p").await;
}

#[tokio::test]
async fn a_keychain_with_nothing_to_keep_a_key_in_is_said_to_be_that() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let _kwallet = Keyring::kwallet_without_wallet(&desk);
    let told = refused(&desk, &org, "p").await;
    assert_eq!(told["code"], "keychain_empty", "{told}");
    assert!(told["fix"].to_string().contains("dtx vault passphrase"), "with the other way: {told}");
}

#[tokio::test]
async fn kwallet_that_nobody_has_started_yet_is_started() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    Keyring::kwallet(&desk).end();
    let kwallet = Keyring::kwallet_when_asked(&desk);
    desk.connect(&org, "p").await;
    works(&desk, "p").await;
    let process = kwallet.process().expect("the bus has started it");
    drop(kwallet);
    until("nothing of it is left", async || (!Path::new(&format!("/proc/{process}")).exists()).then_some(()))
        .await;
}

#[tokio::test]
async fn the_first_connection_is_made_with_keepassxc_as_it_comes() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let _keepassxc = Keyring::keepassxc(&desk, true);
    let agent = desk.agent(&[]).await;
    desk.connect(&org, "p").await;
    works(&desk, "p").await;
    assert_eq!(desk.json(&["vault"]).await["keychain"], "KeePassXC", "by name");
    desk.connect(&org, "q").await;
    works(&desk, "q").await;
    desk.stop(agent).await;
}

#[tokio::test]
async fn a_no_in_the_dialog_of_keepassxc_is_called_a_no_and_not_locked() {
    let _turn = one_at_a_time();
    let (desk, org, display) = (Desk::without_keyring(), org().await, Display::start());
    let _keepassxc = Keyring::keepassxc_on(&desk, &display);
    desk.connect(&org, "p").await;
    let declined = async || {
        until("the answer", async || {
            let asked = desk.dtx(&["token", "p", "--json"]).await.last();
            assert_ne!(asked["code"], "keychain_locked", "nothing is: {asked}");
            (asked["code"] == "keychain_declined").then_some(())
        })
        .await;
    };
    let somebody_acts = || fs::remove_file(desk.home().join("run/keychain-declined")).unwrap();
    let (close, deny): (&[&str], &[&str]) =
        (&["key", "--window", "0", "Escape"], &["click", "--window", "0", "1"]);
    // Closed without an answer; and Deny All & Future, which it remembers.
    for (place, what, is_remembered) in [(("20", "20"), close, false), (("516", "247"), deny, true)] {
        let agent = desk.agent(&[]).await;
        let asked = desk.dtx(&["token", "p", "--json"]).await;
        assert_eq!(asked.last()["code"], "keychain_slow", "somebody is asked: {asked:?}");
        display.act("Access Request", place, what).await;
        declined().await;
        somebody_acts();
        if is_remembered {
            declined().await;
            somebody_acts();
        }
        desk.stop(agent).await;
    }
}

#[tokio::test]
async fn a_locked_database_is_locked_and_not_a_lost_key() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let _keepassxc = Keyring::keepassxc(&desk, false);
    desk.connect(&org, "p").await;
    works(&desk, "p").await;
    lock_databases(&desk);
    let told = refused(&desk, &org, "q").await;
    assert!(told["code"] == "keychain_slow" || told["code"] == "keychain_locked", "{told}");
    open_database(&desk);
    until("it works again", async || {
        let token = desk.dtx(&["token", "p"]).await;
        (token.code == 0).then_some(())
    })
    .await;
    works(&desk, "p").await;
}

#[tokio::test]
async fn a_keychain_that_ends_while_it_asks_leaves_the_agent_deaf_to_nobody() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let keepassxc = Keyring::keepassxc(&desk, true);
    desk.connect(&org, "p").await;
    let agent = desk.agent(&[]).await;
    let asked = desk.dtx(&["token", "p"]).await;
    assert!(asked.code == 5 && asked.error.contains("did not answer in time"), "it asks a person: {asked:?}");
    keepassxc.kill();

    let _keepassxc = Keyring::keepassxc(&desk, false);
    until("the same agent has its answer", async || {
        let token = desk.dtx(&["token", "p"]).await;
        (token.code == 0).then_some(())
    })
    .await;
    desk.stop(agent).await;
}

#[tokio::test]
async fn what_the_list_says_follows_from_whether_the_key_is_there() {
    let _turn = one_at_a_time();
    let (mut desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    works(&desk, "p").await;
    let keyrings = desk.folder().join("user/data/keyrings");
    let aside = desk.folder().join("aside");
    desk.stop_keyring();
    fs::rename(&keyrings, &aside).unwrap();
    desk.start_keyring();
    token_fails(&desk, "p", &["vault_key_lost"]).await;
    assert_eq!(status(&desk, "p").await, "needs_you", "its key is not there");
    let listed = desk.json(&["list"]).await["connections"][0].clone();
    assert_eq!((&listed["status"], &listed["safe_until"]), (&json!("needs_you"), &Value::Null), "{listed}");

    desk.stop_keyring();
    fs::remove_dir_all(&keyrings).unwrap();
    fs::rename(&aside, &keyrings).unwrap();
    desk.start_keyring();
    works(&desk, "p").await;
}

#[tokio::test]
async fn of_two_entries_under_one_name_the_right_one_is_taken() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    desk.add_entries_like_ours(&[b"another secret", b""]).await;
    assert_eq!(desk.token("p").await, token, "whichever of them comes first");
}

#[tokio::test]
async fn of_entries_that_hold_the_same_key_any_is_taken() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    desk.double_our_entry().await;
    works(&desk, "p").await;
    assert_eq!(desk.dtx(&["vault", "keychain"]).await.code, 0, "and another key takes the place of all");
    works(&desk, "p").await;
    desk.connect(&org, "q").await;
    works(&desk, "q").await;
}

#[tokio::test]
async fn kwallet_that_was_started_anew_between_two_calls_is_spoken_to_anew() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let mut kwallet = Keyring::kwallet(&desk);
    let agent = desk.agent(&[]).await;
    desk.connect(&org, "p").await;
    for about in ["once", "and once more"] {
        kwallet.has_written();
        kwallet.end();
        kwallet = Keyring::kwallet(&desk);
        let changed = desk.dtx(&["vault", "keychain"]).await;
        assert_eq!(changed.code, 0, "{about}, at the first try: {changed:?}");
        works(&desk, "p").await;
        assert_eq!(desk.json(&["vault"]).await["plain"], false, "as encrypted as before");
    }
    desk.stop(agent).await;
}

#[tokio::test]
async fn a_keychain_that_lets_go_of_its_sessions_is_spoken_to_in_another() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let keychain = ForgetfulKeychain::on(&desk).await;
    let agent = desk.agent(&[]).await;
    desk.connect(&org, "p").await;
    for times in 1..=3 {
        keychain.forgets(times).await;
        let changed = desk.dtx(&["vault", "keychain"]).await;
        assert_eq!(changed.code, 0, "{times} in a row, at the first try: {changed:?}");
        works(&desk, "p").await;
    }
    desk.stop(agent).await;
}

#[tokio::test]
async fn a_keychain_that_is_locked_and_can_ask_nobody_is_called_locked() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let keychain = ForgetfulKeychain::on(&desk).await;
    desk.connect(&org, "p").await;
    works(&desk, "p").await;
    keychain.locks().await;
    desk.dtx(&["token", "p"]).await.said(Code::KeychainLocked);
}

#[tokio::test]
async fn no_other_error_leads_to_a_plain_session() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let keychain = ForgetfulKeychain::on(&desk).await;
    desk.connect(&org, "p").await;
    works(&desk, "p").await;
    let before = keychain.plain_sessions().await;
    assert!(before > 0, "it is unencrypted here, since the keychain itself wants it so");
    let (no_reply, failed) = (fdo::Error::NoReply("late".to_owned()), fdo::Error::Failed("no".to_owned()));
    for refusal in [Some(no_reply), Some(failed), None] {
        keychain.refuses_with(refusal.clone()).await;
        let ended = desk.dtx(&["token", "p"]).await;
        assert_eq!(ended.code, 5, "{refusal:?}: {ended:?}");
        assert_eq!(keychain.plain_sessions().await, before, "{refusal:?}: none was asked for");
    }
    keychain.refuses_with(Some(fdo::Error::InvalidArgs("as KWallet says it".to_owned()))).await;
    works(&desk, "p").await;
    assert!(keychain.plain_sessions().await > before, "and that refusal is one");
}

/// Which methods were called on a desk's bus since this began.
struct Overheard {
    said: MessageStream,
    called: Vec<String>,
}

impl Overheard {
    async fn on(desk: &Desk) -> Self {
        let bus = connection::Builder::address(desk.bus_address()).unwrap().build().await.unwrap();
        fdo::MonitoringProxy::new(&bus).await.unwrap().become_monitor(&[], 0).await.unwrap();
        Self { said: MessageStream::from(&bus), called: Vec::new() }
    }

    fn times(&self, method: &str) -> usize {
        self.called.iter().filter(|called| *called == method).count()
    }

    /// Hears on until this was called so often.
    async fn hears(&mut self, method: &str, times: usize) {
        while self.times(method) < times {
            let said = timeout(PATIENCE, self.said.next()).await;
            assert!(said.is_ok(), "no {method}: {:?}", self.called);
            let message = said.unwrap().unwrap().unwrap();
            if message.message_type() == Type::MethodCall {
                self.called.extend(message.header().member().map(ToString::to_string));
            }
        }
    }

    /// Hears all that was called up to now.
    async fn hears_the_rest(&mut self, desk: &Desk) {
        const LAST: &str = "NobodyHasThisMethod";
        let bus = connection::Builder::address(desk.bus_address()).unwrap().build().await.unwrap();
        let daemon = Some("org.freedesktop.DBus");
        bus.call_method(daemon, "/", None::<&str>, LAST, &()).await.unwrap_err();
        self.hears(LAST, 1).await;
    }
}

#[tokio::test]
async fn what_is_due_by_itself_raises_no_dialog() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), org().await);
    let _keepassxc = Keyring::keepassxc(&desk, false);
    desk.connect(&org, "p").await;
    let due = OffsetDateTime::now_utc() - time::Duration::days(2);
    let due = i64::try_from(due.unix_timestamp_nanos()).unwrap();
    let database = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
    assert_eq!(database.execute("UPDATE connection SET issued_at = ?1", [due]).unwrap(), 1, "p is there");
    drop(database);
    lock_databases(&desk);

    let (mut overheard, before) = (Overheard::on(&desk).await, org.counters().refreshes);
    let agent = desk.agent(&[]).await;
    // With this the look for an open wallet ends, at a keychain that has one by no name.
    overheard.hears("isOpen", 2).await;
    desk.stop(agent).await;
    overheard.hears_the_rest(&desk).await;
    for raises in ["Unlock", "Prompt", "SearchItems", "CreateItem", "CreateCollection"] {
        assert_eq!(overheard.times(raises), 0, "{raises} may raise a dialog: {:?}", overheard.called);
    }
    assert_eq!(org.counters().refreshes, before, "and without the key nothing was refreshed");
}

#[tokio::test]
async fn at_a_terminal_one_dialog_stands_as_long_as_a_person_needs() {
    let _turn = one_at_a_time();
    let (desk, org, display) = (Desk::without_keyring(), org().await, Display::start());
    let _keepassxc = Keyring::keepassxc_on(&desk, &display);
    desk.connect(&org, "p").await;
    let mut overheard = Overheard::on(&desk).await;
    let mut terminal = Terminal::start(&desk, "dtx token p");
    terminal.sees("The keychain has not answered yet.").await;
    // Longer than a question without a person would stand, and than any one call waits.
    sleep(3 * keychain::WHILE_NOBODY_IS_THERE).await;
    display.act("Access Request", ALLOW, &["click", "--window", "0", "1"]).await;
    let shown = terminal.ended().await;
    assert!(shown.contains("\n00D") && shown.contains("(exit status: 0)"), "the token: {shown}");
    overheard.hears_the_rest(&desk).await;
    assert_eq!(overheard.times("Prompt"), 1, "one dialog, never a pile: {:?}", overheard.called);
}
