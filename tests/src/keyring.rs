//! Keychains other than gnome-keyring, as packaged in Debian, on a desk's bus and without a display.

use std::{
    collections::HashMap,
    fs,
    io::{Read, Write},
    os::unix::net::UnixStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant, SystemTime},
};

use connect_core::platform::private;
use zbus::zvariant::{OwnedObjectPath, OwnedValue, Value};

use crate::{Desk, Display, block_until_so};

/// In which `KWallet` opens its wallet, if it says that it has: a fifth of a second where nothing else is at work.
const OPENS_WITHIN: Duration = Duration::from_secs(30);

/// In which a keychain ends that hears that it is to.
const SOON: Duration = Duration::from_secs(3);

/// Starts `KWallet` as its login module does: with a key for its wallet, which is made if missing.
const KWALLET: &str = r"
import os, socket
path = os.environ['XDG_RUNTIME_DIR'] + '/kwallet5.socket'
key, give = os.pipe(); os.set_inheritable(key, True)
door = socket.socket(socket.AF_UNIX)
if os.path.exists(path): os.unlink(path)
door.bind(path); door.listen(1); os.set_inheritable(door.fileno(), True)
if os.fork() == 0:
    os.write(give, bytes(range(56))); os.close(give)
    inside = socket.socket(socket.AF_UNIX); inside.connect(path)
    inside.sendall(b''.join(f'{name}={value}\n'.encode() for name, value in os.environ.items())); os._exit(0)
os.close(give)
os.environ['PAM_KWALLET5_LOGIN'] = '1'
os.execvp('kwalletd5', ['kwalletd5', '--pam-login', str(key), str(door.fileno())])
";

/// The keyring that gnome-keyring opens with the login.
const LOGIN: &str = "/org/freedesktop/secrets/collection/login";

/// A database with a group for programs' secrets.
const DATABASE: &str = "<?xml version='1.0' encoding='UTF-8' standalone='yes'?><KeePassFile><Meta><Generator>test</Generator>\
    <DatabaseName>Passwords</DatabaseName><RecycleBinEnabled>False</RecycleBinEnabled><CustomData><Item>\
    <Key>FDO_SECRETS_EXPOSED_GROUP</Key><Value>{30313233-3435-3637-3839-616263646566}</Value></Item></CustomData></Meta>\
    <Root><Group><UUID>MDEyMzQ1Njc4OWFiY2RlZg==</UUID><Name>Root</Name></Group></Root></KeePassFile>";

/// A running keychain. It is killed when this is dropped.
pub struct Keyring {
    program: Child,
    /// The file with its secrets, and when it was last written.
    file: PathBuf,
    written: Option<SystemTime>,
}

impl Keyring {
    /// `KWallet` with its wallet unlocked, as after a login.
    pub fn kwallet(desk: &Desk) -> Self {
        if !wallet(desk).exists() {
            // A new wallet is shown only after the next start.
            Self::kwallet_without_wallet(desk).end();
        }
        let keyring = Self::started(desk, kwallet(desk, &[]), wallet(desk));
        has_its_wallet(desk);
        keyring
    }

    /// `KWallet` at its first run: it cannot store anything yet.
    pub fn kwallet_without_wallet(desk: &Desk) -> Self {
        let keyring = Self::started(desk, kwallet(desk, &[]), wallet(desk));
        block_until_so("KWallet does not make its wallet", || {
            fs::metadata(&keyring.file).is_ok_and(|found| found.len() > 0)
        });
        thread::sleep(Duration::from_millis(500));
        keyring
    }

    /// `KWallet` without the package part that encrypts transfers.
    pub fn kwallet_plain(desk: &Desk) -> Self {
        let keyring = Self::started(desk, kwallet(desk, &[("QCA_NO_PLUGINS", "1")]), wallet(desk));
        has_its_wallet(desk);
        keyring
    }

    /// `KeePassXC` with an unlocked database and its Secret Service. `asks`: whether it shows a prompt for each reading
    /// program, as by default.
    pub fn keepassxc(desk: &Desk, asks: bool) -> Self {
        Self::keepassxc_with(desk, asks, &[("QT_QPA_PLATFORM", "offscreen")])
    }

    /// The same as it comes, on a display, so that a person can answer what it asks.
    pub fn keepassxc_on(desk: &Desk, display: &Display) -> Self {
        Self::keepassxc_with(desk, true, &[("QT_QPA_PLATFORM", "xcb"), ("DISPLAY", display.name())])
    }

    fn keepassxc_with(desk: &Desk, asks: bool, environment: &[(&str, &str)]) -> Self {
        let (database, settings) = (database(desk), desk.folder().join("user/keepassxc.ini"));
        let text = format!(
            "[General]\nConfigVersion=2\nSingleInstance=false\n[FdoSecrets]\nEnabled=true\nConfirmAccessItem={asks}\n[GUI]\nCheckForUpdates=false\n"
        );
        private::replace(&settings, text.as_bytes()).unwrap();
        let mut command = desk.command("keepassxc");
        command
            .envs(environment.iter().copied())
            .args(["--config".as_ref(), settings.as_os_str()])
            .args(["--localconfig".as_ref(), settings.with_extension("local").as_os_str()])
            .arg("--pw-stdin")
            .arg(&database)
            .stdin(Stdio::piped());
        let mut keyring = Self::started(desk, command, database);
        keyring.program.stdin.as_mut().unwrap().write_all(b"secret\n").unwrap();
        block_until_so("KeePassXC does not open its database", || is_database_open(desk));
        keyring
    }

    fn started(desk: &Desk, mut command: Command, file: PathBuf) -> Self {
        let program = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        block_until_so("KeePassXC does not answer on the bus", || desk.has_secret_service());
        let written = modified(&file);
        Self { program, file, written }
    }

    /// Lets the bus start `KWallet` by its own name, as its package does.
    #[must_use = "it ends what the bus has started"]
    pub fn kwallet_when_asked(desk: &Desk) -> StartedByTheBus<'_> {
        let launcher = desk.folder().join("kwallet.py");
        private::replace(&launcher, KWALLET.as_bytes()).unwrap();
        let environment = desk.environment().into_iter().map(|(name, value)| format!("{name}={value}"));
        let environment: Vec<_> = environment.filter(|pair| !pair.contains(' ')).collect();
        let service = format!(
            "[D-BUS Service]\nName=org.kde.kwalletd5\nExec=/usr/bin/env QT_QPA_PLATFORM=offscreen {} python3 {}\n",
            environment.join(" "),
            launcher.display()
        );
        let file = desk.folder().join("services/org.kde.kwalletd5.service");
        private::replace(&file, service.as_bytes()).unwrap();
        let reloaded = desk
            .command("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"])
            .arg("org.freedesktop.DBus.ReloadConfig")
            .output()
            .unwrap();
        assert!(reloaded.status.success(), "the bus knows the service");
        StartedByTheBus { desk }
    }

    /// Waits until it has written its entries since its start.
    pub fn has_written(&self) {
        block_until_so("the keychain does not write", || modified(&self.file) != self.written);
    }

    /// Ends it as the end of a login does.
    pub fn end(mut self) {
        let pid = self.program.id().to_string();
        Command::new("kill").arg(pid).status().unwrap();
        let asked = Instant::now();
        while self.program.try_wait().unwrap().is_none() {
            // A login that is over waits for nobody: KeePassXC does not always hear that it is to end.
            if asked.elapsed() > SOON {
                return drop(self);
            }
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Kills it.
    pub fn kill(self) {
        drop(self);
    }
}

/// A `KWallet` that the bus starts. It would outlive the bus, and is killed when this is dropped.
pub struct StartedByTheBus<'a> {
    desk: &'a Desk,
}

impl StartedByTheBus<'_> {
    /// Its process, once it was started.
    pub fn process(&self) -> Option<u32> {
        let answer = self
            .desk
            .command("dbus-send")
            .args(["--session", "--print-reply=literal", "--dest=org.freedesktop.DBus", "/"])
            .args(["org.freedesktop.DBus.GetConnectionUnixProcessID", "string:org.kde.kwalletd5"])
            .output()
            .ok()?;
        String::from_utf8_lossy(&answer.stdout).trim().strip_prefix("uint32 ")?.parse().ok()
    }
}

impl Drop for StartedByTheBus<'_> {
    fn drop(&mut self) {
        if let Some(process) = self.process() {
            let _ = Command::new("kill").args(["-KILL", &process.to_string()]).status();
        }
    }
}

impl Drop for Keyring {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

/// Locks every database of the running `KeePassXC`.
pub fn lock_databases(desk: &Desk) {
    ask_keepassxc(desk, "lockAllDatabases", &[]);
}

/// Unlocks its database again.
pub fn open_database(desk: &Desk) {
    let database = format!("string:{}", database(desk).display());
    ask_keepassxc(desk, "openDatabase", &[&database, "string:secret"]);
    block_until_so("KeePassXC does not open its database again", || is_database_open(desk));
}

/// Closes the wallets of the running `KWallet`. Its login module opens them only at its next start.
pub fn close_wallets(desk: &Desk) {
    let answer = desk
        .command("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.kde.kwalletd5", "/modules/kwalletd5"])
        .arg("org.kde.KWallet.closeAllWallets")
        .output()
        .unwrap();
    assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
    assert!(!is_wallet_open(desk), "it is closed");
}

/// Has the keychain take back this question, as if somebody had cancelled its dialog.
pub fn dismiss(desk: &Desk, question: &str) {
    let _ = desk
        .command("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", question])
        .arg("org.freedesktop.Secret.Prompt.Dismiss")
        .output()
        .unwrap();
}

fn ask_keepassxc(desk: &Desk, method: &str, arguments: &[&str]) {
    let name = format!("org.keepassxc.KeePassXC.MainWindow.{method}");
    let answer = desk
        .command("dbus-send")
        .args([
            "--session",
            "--print-reply",
            "--dest=org.keepassxc.KeePassXC.MainWindow",
            "/keepassxc",
            &name,
        ])
        .args(arguments)
        .output()
        .unwrap();
    assert!(answer.status.success(), "{method}: {}", String::from_utf8_lossy(&answer.stderr));
}

impl Desk {
    /// Locks the running gnome-keyring, as whoever is on the bus may.
    pub fn lock_keyring(&self) {
        let answer = self
            .command("dbus-send")
            .args([
                "--session",
                "--print-reply",
                "--dest=org.freedesktop.secrets",
                "/org/freedesktop/secrets",
            ])
            .args(["org.freedesktop.Secret.Service.Lock", &format!("array:objpath:{LOGIN}")])
            .output()
            .unwrap();
        assert!(answer.status.success(), "{}", String::from_utf8_lossy(&answer.stderr));
        assert!(is_locked(self, LOGIN), "it is locked");
    }

    /// Unlocks it over its own socket, as its login module does.
    pub fn unlock_keyring(&self) {
        const UNLOCK: u32 = 1;
        const WORKED: [u8; 8] = [0, 0, 0, 8, 0, 0, 0, 0];
        let (password, length) = (b"login".as_slice(), 5_u32);
        let mut socket = UnixStream::connect(self.folder().join("user/run/keyring/control")).unwrap();
        // The byte beside which the system says who asks stands by itself.
        socket.write_all(&[0]).unwrap();
        let numbers = [12 + length, UNLOCK, length].map(u32::to_be_bytes);
        socket.write_all(&[numbers.as_flattened(), password].concat()).unwrap();
        let mut answer = [0; 8];
        socket.read_exact(&mut answer).unwrap();
        assert!(answer == WORKED && !is_locked(self, LOGIN), "it is open again: {answer:?}");
    }

    /// Adds entries to the default keyring that look like ours.
    pub async fn add_entries_like_ours(&self, secrets: &[&[u8]]) {
        self.add_entries(|_| secrets.iter().map(|secret| secret.to_vec()).collect()).await;
    }

    /// Puts two more entries there that look like the one there is and have the same secret, as a restored keyring may.
    pub async fn double_our_entry(&self) {
        self.add_entries(|ours| vec![ours.to_vec(); 2]).await;
    }

    /// What is to be added follows from the secret of ours.
    async fn add_entries(&self, secrets: impl FnOnce(&[u8]) -> Vec<Vec<u8>>) {
        const NAME: &str = "org.freedesktop.secrets";
        const PATH: &str = "/org/freedesktop/secrets";
        const SERVICE: Option<&str> = Some("org.freedesktop.Secret.Service");
        let bus = zbus::connection::Builder::address(self.bus_address()).unwrap().build().await.unwrap();
        let alias = bus.call_method(Some(NAME), PATH, SERVICE, "ReadAlias", &("default",)).await.unwrap();
        let keyring: OwnedObjectPath = alias.body().deserialize().unwrap();
        let wanted = ("plain", Value::from(""));
        let opened = bus.call_method(Some(NAME), PATH, SERVICE, "OpenSession", &wanted).await.unwrap();
        let (_, session): (OwnedValue, OwnedObjectPath) = opened.body().deserialize().unwrap();
        let ours = HashMap::from([("service", "Datatrax Connect")]);
        let found = bus.call_method(Some(NAME), PATH, SERVICE, "SearchItems", &(ours,)).await.unwrap();
        let (found, _): (Vec<OwnedObjectPath>, Vec<OwnedObjectPath>) = found.body().deserialize().unwrap();
        let properties = Some("org.freedesktop.DBus.Properties");
        let asked = ("org.freedesktop.Secret.Item", "Attributes");
        let attributes = bus.call_method(Some(NAME), &found[0], properties, "Get", &asked).await.unwrap();
        let attributes: OwnedValue = attributes.body().deserialize().unwrap();
        let item = Some("org.freedesktop.Secret.Item");
        let ours = bus.call_method(Some(NAME), &found[0], item, "GetSecret", &(&session,)).await.unwrap();
        let (_, _, ours, _): (OwnedObjectPath, Vec<u8>, Vec<u8>, String) = ours.body().deserialize().unwrap();
        for secret in secrets(&ours) {
            let properties = HashMap::from([
                ("org.freedesktop.Secret.Item.Label", Value::from("Datatrax Connect")),
                ("org.freedesktop.Secret.Item.Attributes", Value::from(attributes.try_clone().unwrap())),
            ]);
            let what = (properties, (&session, Vec::<u8>::new(), secret, "text/plain"), false);
            let keyrings = Some("org.freedesktop.Secret.Collection");
            bus.call_method(Some(NAME), &keyring, keyrings, "CreateItem", &what).await.unwrap();
        }
    }
}

fn wallet(desk: &Desk) -> PathBuf {
    desk.folder().join("user/data/kwalletd/kdewallet.kwl")
}

fn modified(file: &Path) -> Option<SystemTime> {
    fs::metadata(file).and_then(|found| found.modified()).ok()
}

fn kwallet(desk: &Desk, more: &[(&str, &str)]) -> Command {
    let mut command = desk.command("python3");
    command.args(["-c", KWALLET]).env("QT_QPA_PLATFORM", "offscreen").envs(more.iter().copied());
    command
}

fn database(desk: &Desk) -> PathBuf {
    let path = desk.folder().join("user/db.kdbx");
    if !path.exists() {
        let text = path.with_extension("xml");
        private::replace(&text, DATABASE.as_bytes()).unwrap();
        let mut import = desk
            .command("keepassxc-cli")
            .args(["import", "-p", "-t", "100"])
            .args([&text, &path])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("keepassxc is installed");
        import.stdin.take().unwrap().write_all(b"secret\nsecret\n").unwrap();
        assert!(import.wait().unwrap().success(), "the database is made");
    }
    path
}

/// The keychain's own view of its collections.
fn collections(desk: &Desk) -> String {
    property(desk, "/org/freedesktop/secrets", "org.freedesktop.Secret.Service", "Collections")
}

/// Waits until `KWallet` shows its wallet, and then until its login module has unlocked that.
fn has_its_wallet(desk: &Desk) {
    block_until_so("KWallet does not show its wallet", || collections(desk).contains("kdewallet"));
    let began = Instant::now();
    while !is_wallet_open(desk) && began.elapsed() < OPENS_WITHIN {
        thread::sleep(Duration::from_millis(20));
    }
}

fn is_wallet_open(desk: &Desk) -> bool {
    let answer = desk
        .command("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.kde.kwalletd5", "/modules/kwalletd5"])
        .args(["org.kde.KWallet.isOpen", "string:kdewallet"])
        .output()
        .unwrap();
    collections(desk).contains("kdewallet")
        && String::from_utf8_lossy(&answer.stdout).contains("boolean true")
}

fn is_database_open(desk: &Desk) -> bool {
    let place = "/org/freedesktop/secrets/collection/db";
    property(desk, place, "org.freedesktop.Secret.Collection", "Locked").contains("boolean false")
}

fn is_locked(desk: &Desk, place: &str) -> bool {
    property(desk, place, "org.freedesktop.Secret.Collection", "Locked").contains("boolean true")
}

fn property(desk: &Desk, path: &str, interface: &str, name: &str) -> String {
    let answer = desk
        .command("dbus-send")
        .args(["--session", "--print-reply", "--dest=org.freedesktop.secrets", path])
        .arg("org.freedesktop.DBus.Properties.Get")
        .args([format!("string:{interface}"), format!("string:{name}")])
        .output()
        .unwrap();
    String::from_utf8_lossy(&answer.stdout).into_owned()
}
