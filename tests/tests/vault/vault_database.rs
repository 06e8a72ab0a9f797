//! The vault's database: an old copy, a damaged, a changed or a newer one, two programs writing, a full disk, and a
//! thousand connections. No replaced token is used, and losses are reported.

use std::{
    fs::{self, File},
    io::{self, Write},
    net::TcpListener,
    time::Instant,
};

use connect_core::{
    explain::Code,
    platform::{home::Home, keychain},
    ports::{Clock, SystemClock},
    vault::Vault,
};
use connect_tests::{
    Desk, Dtx, Fault, INTEGRATION, PASSPHRASE, Person, Press, TOKEN, Tap, one_at_a_time, org, program,
    stored, told::is_told,
};
use practice_org::{Options, Org};

#[tokio::test]
async fn the_token_of_an_old_copy_is_never_sent() {
    let _turn = one_at_a_time();
    let org = Org::start(Options { rotation: true, ..Options::default() }).await.unwrap();
    let desk = Desk::new();
    desk.connect(&org, "p").await;
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "a rotation");
    let copy = database(&desk);
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "another one");
    put_back(&desk, &copy);
    let refused = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(refused.code, 3, "{refused:?}");
    for part in
        ["not the newest: they are a restored backup, or a copy", "go on with those alone", "reconnect"]
    {
        assert!(refused.error.contains(part), "what it is and what to do: {}", refused.error);
    }
    assert_eq!(desk.json(&["show", "p"]).await["reason"]["code"], "vault_restored", "and shown");
    assert_eq!(org.counters().reuses_detected, 0, "the replaced token was not sent");
    assert_eq!(org.counters().refreshes, 2, "nor any other");

    let mut dtx = desk.start(&["reconnect", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "key and secret are still there");
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "and it goes on");
    assert_eq!(org.counters().reuses_detected, 0, "cleanly");
}

#[tokio::test]
async fn the_token_of_an_old_copy_is_not_sent_to_an_org_that_began_to_rotate_after_it() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "a refresh that replaces nothing");
    let copy = database(&desk);
    org.change(|switches| switches.rotation = true);
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "a rotation");
    let refreshes = org.counters().refreshes;
    put_back(&desk, &copy);
    let refused = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(refused.code, 3, "{refused:?}");
    for part in
        ["not the newest: they are a restored backup, or a copy", "go on with those alone", "reconnect"]
    {
        assert!(refused.error.contains(part), "what it is and what to do: {}", refused.error);
    }
    let counters = org.counters();
    assert_eq!((counters.reuses_detected, counters.refreshes), (0, refreshes), "no token was sent");
}

/// A `dtx token --fresh` whose answer is held back, at an org with rotation.
async fn refreshing() -> (Desk, Org, Tap, Dtx) {
    let desk = Desk::new();
    let (org, tap) = Tap::before(Options { rotation: true, ..Options::default() }).await;
    desk.connect(&org, "p").await;
    tap.next(TOKEN, Fault::HoldAnswer);
    let asking = desk.start(&["token", "p", "--fresh"]);
    tap.answered().await;
    (desk, org, tap, asking)
}

#[tokio::test]
async fn another_key_waits_until_the_refresh_of_another_program_is_stored() {
    let _turn = one_at_a_time();
    let (desk, org, tap, asking) = refreshing().await;
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    let mut changing =
        desk.start_with(&["vault", "passphrase"], &[("DATATRAX_PASSPHRASE_FILE", &passphrase)]);
    changing.hint("Waiting until refreshes").await;
    tap.go_on();
    let token = asking.ended().await;
    assert_eq!(token.code, 0, "the rotated token is stored: {token:?}");
    assert_eq!(changing.ended().await.code, 0, "and then the key is another one");
    let kept = desk.dtx_with_passphrase(&passphrase, &["token", "p"]).await;
    assert_eq!(kept.output, token.output, "with which it is sealed: {kept:?}");
    assert_eq!(
        desk.dtx_with_passphrase(&passphrase, &["token", "p", "--fresh"]).await.code,
        0,
        "and goes on"
    );
    assert_eq!(org.counters().reuses_detected, 0, "no token is used twice");
    let history = desk.json(&["show", "p"]).await["history"].to_string();
    assert!(history.contains("is protected with a passphrase"), "told in the history: {history}");
}

#[tokio::test]
async fn a_newer_form_waits_until_the_refresh_of_another_program_is_stored() {
    let _turn = one_at_a_time();
    let (desk, org, tap, asking) = refreshing().await;
    let version = |by: i64| {
        let door = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
        let now: i64 = door.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
        door.pragma_update(None, "user_version", now + by).unwrap();
    };
    // For a program that comes now, the refreshing one is older.
    version(-1);
    let mut newer = desk.start(&["list"]);
    newer.hint("Waiting until refreshes").await;
    version(1);
    tap.go_on();
    let token = asking.ended().await;
    assert_eq!(token.code, 0, "the older program stores the rotated token: {token:?}");
    let newer = newer.ended().await;
    assert!(newer.code == 0 && newer.output.contains('p'), "and then the newer one goes on: {newer:?}");
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "with the token that counts");
    assert_eq!(org.counters().reuses_detected, 0, "no token is used twice");
}

#[tokio::test]
async fn whoever_alters_where_a_connection_leads_to_has_nothing_sent_there() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let elsewhere = TcpListener::bind("127.0.0.1:0").unwrap();
    elsewhere.set_nonblocking(true).unwrap();
    let origin = format!("http://localhost:{}/", elsewhere.local_addr().unwrap().port());
    let asked = org.counters().requests;
    let database = desk.home().join("connections.db");
    for (column, altered) in [
        ("origin", origin.as_str()),
        ("kind", "production"),
        ("org_id", "00D000000000009EAA"),
        ("user_id", "005000000000009AAA"),
        ("instance_url", origin.trim_end_matches('/')),
    ] {
        let door = rusqlite::Connection::open(&database).unwrap();
        let query = format!("SELECT {column} FROM connection");
        let original: String = door.query_row(&query, [], |row| row.get(0)).unwrap();
        let change = format!("UPDATE connection SET {column} = ?1");
        door.execute(&change, [altered]).unwrap();
        for arguments in [
            &["token", "p"][..],
            &["token", "p", "--json"],
            &["token", "p", "--fresh"],
            &["check", "p"],
            &["disconnect", "p"],
        ] {
            let refused = desk.dtx(arguments).await;
            let told = format!("{}{}", refused.output, refused.error);
            assert_eq!(refused.code, 5, "{column} {arguments:?}: {told}");
            assert!(is_told(Code::VaultUnreadable, &told), "{column} {arguments:?}: {told}");
        }
        door.execute(&change, [original]).unwrap();
    }
    assert_eq!(elsewhere.accept().unwrap_err().kind(), io::ErrorKind::WouldBlock, "nobody was sent anything");
    assert_eq!(org.counters().requests, asked, "nor was the org");
    assert!(desk.token("p").await.starts_with("00D"), "put back, it works");
}

#[tokio::test]
async fn a_damaged_database_is_set_aside_and_costs_a_sign_in() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let whole = database(&desk);
    for damaged in [whole[..whole.len() / 2].to_vec(), vec![0xA5; whole.len()], Vec::new()] {
        put_back(&desk, &damaged);
        let connection = desk.json(&["show", "p"]).await;
        assert_eq!(connection["reason"]["code"], "vault_damaged", "{connection}");
        assert!(!connection["history"].as_array().unwrap().is_empty(), "the history stays: {connection}");
        let refused = desk.dtx(&["token", "p"]).await;
        assert_eq!(refused.code, 5, "{refused:?}");
        assert!(refused.error.contains("sign in once"), "what to do: {}", refused.error);
        desk.connect(&org, "p").await;
        assert!(desk.token("p").await.starts_with("00D"), "signed in again");
    }
}

#[tokio::test]
async fn a_newer_programs_database_is_left_alone_and_that_is_said() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let whole = database(&desk);
    let mut newer = whole.clone();
    // The user version, https://www.sqlite.org/fileformat2.html section 1.3.
    newer[60..64].copy_from_slice(&99_u32.to_be_bytes());
    put_back(&desk, &newer);
    let refused = desk.dtx(&["token", "p"]).await;
    refused.said(Code::VaultNewer);
    assert_eq!(database(&desk), newer, "and left alone");
    put_back(&desk, &whole);
    assert!(desk.token("p").await.starts_with("00D"), "nothing was lost");
}

#[tokio::test]
async fn a_full_or_closed_disk_is_said_and_loses_nothing() {
    let _turn = one_at_a_time();
    let org = Org::start(Options { rotation: true, ..Options::default() }).await.unwrap();
    let desk = Desk::without_keyring();
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    let connected = desk.connect_with_passphrase(&org, &passphrase).await;
    assert_eq!(connected.code, 0, "{connected:?}");
    // In its own mount namespace, with the home on a small disk that is filled or made read-only.
    let script = r#"
        set -e
        cp -r "$DATATRAX_HOME" "$1"
        mount -t tmpfs -o size=4m,mode=700 tmpfs "$DATATRAX_HOME"
        cp -r "$1"/. "$DATATRAX_HOME"
        set +e
        head -c 3200000 /dev/zero > "$DATATRAX_HOME/filling"
        "$2" token p --fresh; echo "nearly full $?"
        cat /dev/zero > "$DATATRAX_HOME/filling" 2>/dev/null
        "$2" token p --fresh; echo "full $?"
        "$2" rename p q; echo "renamed $?"
        rm "$DATATRAX_HOME/filling"
        "$2" token p > "$3"; echo "freed $?"
        mount -o remount,ro "$DATATRAX_HOME"
        "$2" token p --fresh; echo "closed $?"
        mount -o remount,rw "$DATATRAX_HOME"
        "$2" token p --fresh > "$3"; echo "open $?"
    "#;
    let mut command = desk.command("unshare");
    command
        .args(["--mount", "--map-root-user", "sh", "-c", script, "sh"])
        .arg(desk.folder().join("kept"))
        .arg(program("dtx"))
        .arg(desk.folder().join("token"))
        .env("DATATRAX_PASSPHRASE_FILE", &passphrase);
    let output = tokio::process::Command::from(command).output().await.expect("unshare is installed");
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    let error = String::from_utf8_lossy(&output.stderr).into_owned();
    for step in ["nearly full 5", "\nfull 5", "renamed 5", "freed 0", "closed 5", "open 0"] {
        assert!(told.contains(step), "{step}: {told} {error}");
    }
    assert!(is_told(Code::VaultFull, &error), "a full disk is said: {error}");
    assert!(is_told(Code::VaultUnwritable, &error), "a closed one too: {error}");
    assert_eq!(org.counters().reuses_detected, 0, "no token was lost to the org");
    let token = fs::read_to_string(desk.folder().join("token")).unwrap();
    assert!(token.starts_with("00D"), "and in the end there is a token");
}

#[tokio::test]
async fn a_thousand_connections_are_listed_whole() {
    let desk = Desk::without_keyring();
    let passphrase = desk.closed_file("passphrase", PASSPHRASE);
    let home = Home::at(&desk.home()).unwrap();
    let vault = Vault::open_with_passphrase(
        &home,
        keychain::system(keychain::WHILE_NOBODY_IS_THERE),
        Some(passphrase.into()),
    )
    .unwrap();
    let begun = Instant::now();
    for number in 0..1000 {
        let (record, pair, tokens) = stored(number, SystemClock.now());
        vault.store_sign_in(&record, &pair, &tokens, "Connected.").unwrap();
    }
    let stored = begun.elapsed() / 1000;
    drop(vault);
    let mut took: Vec<_> = Vec::new();
    for _ in 0..11 {
        let begun = Instant::now();
        assert_eq!(desk.dtx(&["list"]).await.output.lines().count(), 1000, "each has its line");
        took.push(begun.elapsed());
    }
    took.sort();
    println!("stored in {stored:?} each, listed in {:?} (median of 11)", took[5]);
}

/// The database at rest as a single file: a program may end before its journal is merged.
fn database(desk: &Desk) -> Vec<u8> {
    let file = desk.home().join("connections.db");
    if desk.home().join("connections.db-wal").exists() {
        let database = rusqlite::Connection::open(&file).unwrap();
        database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", (), |_| Ok(())).unwrap();
    }
    fs::read(file).unwrap()
}

fn put_back(desk: &Desk, bytes: &[u8]) {
    for name in ["connections.db-wal", "connections.db-shm"] {
        let _ = fs::remove_file(desk.home().join(name));
    }
    let mut file =
        File::options().write(true).truncate(true).open(desk.home().join("connections.db")).unwrap();
    file.write_all(bytes).unwrap();
}
