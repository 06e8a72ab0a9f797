//! The vault over a real Secret Service: gnome-keyring on a session bus of its own.
//!
//! Each test starts this program again inside `dbus-run-session`, in a temporary login, where it runs one of the parts
//! below; those are ignored otherwise.

use std::{
    collections::HashSet,
    env, fs,
    io::Write,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use connect_core::{
    explain::Code,
    platform::{home::Home, keychain},
    ports::{Clock, SystemClock},
    vault::{Pair, Record, Tokens, Vault, VaultError},
};
use connect_tests::Desk;
use futures_util::StreamExt;
use practice_org::{Options, Org};
use tempfile::TempDir;
use tokio::time::timeout;
use zbus::{MessageStream, fdo::MonitoringProxy};

const HOME: &str = "TESTED_HOME";

/// Waits, since the daemon may return before it is on the bus.
macro_rules! until_it_answers {
    () => {
        "for try in $(seq 6000); do dbus-send --session --print-reply --dest=org.freedesktop.DBus / \
         org.freedesktop.DBus.NameHasOwner string:org.freedesktop.secrets | grep -q true && break; sleep 0.05; done"
    };
}

/// A separate login with home, keyring files and runtime folder, removed when this is dropped.
struct Login {
    folder: TempDir,
}

impl Login {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Home::at(&folder.path().join("run")).unwrap();
        // A bus that starts no services, as on a server.
        let bus = "<!DOCTYPE busconfig PUBLIC '-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN' \
             'http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd'><busconfig><type>session</type>\
             <listen>unix:tmpdir=/tmp</listen><policy context='default'><allow send_destination='*' eavesdrop='true'/>\
             <allow eavesdrop='true'/><allow own='*'/></policy></busconfig>";
        fs::File::create(folder.path().join("bus.conf")).unwrap().write_all(bus.as_bytes()).unwrap();
        Self { folder }
    }

    /// Runs these parts one after another, each in its own process, in a session that begins with this command.
    fn session(&self, begin: &str, parts: &[&str]) {
        let root = self.folder.path();
        let script = format!(
            "{begin}\nfor part in {}; do \"$0\" --exact \"keychain::$part\" --ignored || exit 1; done",
            parts.join(" ")
        );
        let mut session = Command::new("dbus-run-session");
        session.arg("--config-file").arg(root.join("bus.conf")).args(["--", "sh", "-c", &script]);
        self.run(session.arg(env::current_exe().unwrap()), parts.len());
    }

    fn run(&self, command: &mut Command, parts: usize) {
        let root = self.folder.path();
        let output = command
            .env("HOME", root)
            .env("XDG_DATA_HOME", root.join("data"))
            .env("XDG_RUNTIME_DIR", root.join("run"))
            .env(HOME, root.join("home"))
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .output()
            .expect("dbus-run-session is installed");
        let text = format!(
            "{}\n{}",
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        );
        assert!(output.status.success(), "{text}");
        assert_eq!(text.matches("1 passed").count(), parts, "every part ran: {text}");
    }
}

const UNLOCKED: &str = concat!(
    "printf login | gnome-keyring-daemon --unlock --components=secrets --daemonize >/dev/null; ",
    until_it_answers!()
);
const LOCKED: &str =
    concat!("gnome-keyring-daemon --start --components=secrets >/dev/null; ", until_it_answers!());

#[test]
fn a_connection_survives_the_process_and_the_login() {
    let login = Login::new();
    login.session(UNLOCKED, &["part_stores_a_sign_in", "part_finds_the_sign_in", "part_finds_the_sign_in"]);
    login.session(UNLOCKED, &["part_finds_the_sign_in"]);
}

#[test]
fn a_locked_keyring_is_said_at_once_and_the_list_still_shows() {
    let login = Login::new();
    login.session(UNLOCKED, &["part_stores_a_sign_in"]);
    login.session(LOCKED, &["part_is_locked_out"]);
    login.session(UNLOCKED, &["part_finds_the_sign_in"]);
}

#[test]
fn a_keyring_that_nobody_ever_opened_is_said_at_once_too() {
    Login::new().session(LOCKED, &["part_cannot_make_a_key"]);
}

#[test]
fn a_keyring_that_starts_later_is_found_by_the_same_process() {
    Login::new().session("true", &["part_waits_for_a_keyring"]);
}

#[test]
fn without_a_bus_the_keychain_is_missing() {
    let login = Login::new();
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "keychain::part_has_no_keychain", "--ignored"]);
    login.run(command.env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus"), 1);
    login.run(command.env_remove("DBUS_SESSION_BUS_ADDRESS"), 1);
}

#[test]
fn a_bus_address_that_outlived_its_session_is_passed_over() {
    let login = Login::new();
    let listed = "export DBUS_SESSION_BUS_ADDRESS=\"unix:path=/nonexistent/bus;$DBUS_SESSION_BUS_ADDRESS\"";
    login.session(&format!("{UNLOCKED}; {listed}"), &["part_stores_a_sign_in", "part_finds_the_sign_in"]);
    let in_folder = "socket=${DBUS_SESSION_BUS_ADDRESS#unix:path=}; ln -s \"${socket%%,*}\" \"$XDG_RUNTIME_DIR/bus\"; \
        export DBUS_SESSION_BUS_ADDRESS=unix:path=/nonexistent/bus";
    login.session(&format!("{UNLOCKED}; {in_folder}"), &["part_finds_the_sign_in"]);
}

#[test]
fn a_keyring_that_was_emptied_costs_a_new_sign_in_and_no_more() {
    let login = Login::new();
    login.session(UNLOCKED, &["part_stores_a_sign_in"]);
    fs::remove_dir_all(login.folder.path().join("data").join("keyrings")).unwrap();
    login.session(UNLOCKED, &["part_has_lost_the_key", "part_finds_the_sign_in"]);
}

/// gnome-keyring can end itself, and then every program's keyring is closed. So it answers one plain question before
/// anything else is asked.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_opens_a_session_was_heard_by_the_keyring_before() {
    let org = Org::start(Options::default()).await.unwrap();
    let desk = Desk::new();
    let bus = zbus::connection::Builder::address(desk.bus_address()).unwrap().build().await.unwrap();
    MonitoringProxy::new(&bus).await.unwrap().become_monitor(&[], 0).await.unwrap();
    let mut overheard = MessageStream::from(&bus);
    desk.connect(&org, "p").await;
    desk.token("p").await;

    let (mut asked, mut answered, mut sessions) = (HashSet::new(), HashSet::new(), 0);
    while let Ok(Some(message)) = timeout(Duration::from_secs(5), overheard.next()).await {
        let (message, text) = (message.unwrap(), |name: Option<String>| name.unwrap_or_default());
        let header = message.header();
        let sender = text(header.sender().map(ToString::to_string));
        if header.member().is_some_and(|member| member == "OpenSession") {
            assert!(answered.contains(&sender), "{sender} was not answered before it opened a session");
            sessions += 1;
        }
        if header.destination().is_some_and(|name| name == "org.freedesktop.secrets") {
            asked.insert((sender, header.primary().serial_num()));
        } else if let Some(serial) = header.reply_serial() {
            let receiver = text(header.destination().map(ToString::to_string));
            if asked.contains(&(receiver.clone(), serial)) {
                answered.insert(receiver);
            }
        }
    }
    assert!(sessions > 1, "a key was made and read back, and it was read again: {sessions}");
}

#[test]
#[ignore = "a part of the tests above"]
fn part_stores_a_sign_in() {
    let vault = vault();
    vault.ready().unwrap();
    let (record, pair, tokens) = sign_in();
    vault.store_sign_in(&record, &pair, &tokens, "Signed in").unwrap();
}

#[test]
#[ignore = "a part of the tests above"]
fn part_finds_the_sign_in() {
    let begun = Instant::now();
    let vault = vault();
    vault.ready().unwrap();
    let (record, pair, tokens) = sign_in();
    let id = vault.find(&record.alias).unwrap().expect("the connection is listed").id;
    assert_eq!(vault.pair(&id).unwrap(), pair, "the pair");
    let stored = vault.tokens(&id).unwrap();
    assert_eq!((stored.access, stored.refresh), (tokens.access, tokens.refresh), "the tokens");
    println!("opened and read in {:?}", begun.elapsed());
}

#[test]
#[ignore = "a part of the tests above"]
fn part_is_locked_out() {
    let vault = vault();
    let trouble = vault.tokens(&sign_in().0.id).unwrap_err().code();
    assert!(matches!(trouble, Code::KeychainLocked | Code::KeychainSlow), "{trouble:?}");
    assert_eq!(vault.list().unwrap().len(), 1, "what is not secret is listed");
    assert!(vault.start_over_key().is_err(), "locked is not lost");
}

#[test]
#[ignore = "a part of the tests above"]
fn part_cannot_make_a_key() {
    let trouble = vault().ready().unwrap_err().code();
    assert!(matches!(trouble, Code::KeychainEmpty | Code::KeychainSlow), "{trouble:?}");
}

#[test]
#[ignore = "a part of the tests above"]
fn part_has_no_keychain() {
    let vault = vault();
    assert_eq!(vault.ready().map_err(VaultError::code), Err(Code::KeychainMissing), "no bus");
    assert_eq!(vault.list().unwrap(), [], "the list works");
}

#[test]
#[ignore = "a part of the tests above"]
fn part_waits_for_a_keyring() {
    let vault = vault();
    assert_eq!(vault.ready().map_err(VaultError::code), Err(Code::KeychainMissing), "nobody on the bus");
    let mut keyring = start_keyring();
    let begun = Instant::now();
    while vault.ready().is_err() && begun.elapsed() < Duration::from_secs(300) {
        thread::sleep(Duration::from_millis(50));
    }
    let ready = vault.ready();
    keyring.kill().unwrap();
    keyring.wait().unwrap();
    assert_eq!(ready, Ok(()), "the same vault, once there is a keyring");
    let (record, pair, tokens) = sign_in();
    vault.store_sign_in(&record, &pair, &tokens, "Signed in").unwrap();
    assert_eq!(
        vault.pair(&record.id).unwrap(),
        pair,
        "the key that was read serves while the keyring is gone"
    );
}

#[test]
#[ignore = "a part of the tests above"]
fn part_has_lost_the_key() {
    let vault = vault();
    assert_eq!(vault.ready(), Err(VaultError::KeyLost), "said");
    assert_eq!(vault.list().unwrap().len(), 1, "the connection is listed");
    vault.start_over_key().unwrap();
    let missing = vault.health_record(&sign_in().0.id).unwrap().missing;
    assert_eq!(missing, Some(Code::VaultKeyLost), "needs a sign-in");
    part_stores_a_sign_in();
}

fn start_keyring() -> Child {
    let mut keyring = Command::new("gnome-keyring-daemon")
        .args(["--unlock", "--components=secrets", "--foreground"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .spawn()
        .expect("gnome-keyring is installed");
    keyring.stdin.take().unwrap().write_all(b"login").unwrap();
    keyring
}

fn vault() -> Vault {
    let home = env::var_os(HOME).expect("started by one of the tests above");
    Vault::open(&Home::at(Path::new(&home)).unwrap(), keychain::system(keychain::WHILE_NOBODY_IS_THERE))
        .unwrap()
}

fn sign_in() -> (Record, Pair, Tokens) {
    connect_tests::stored(1, SystemClock.now())
}
