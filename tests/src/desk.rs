use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::{Display, PATIENCE, Root, program, wine::Wine};

/// The configuration of a bus that starts only services with a file on the desk.
const BUS: &str = "<!DOCTYPE busconfig PUBLIC '-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN' \
    'http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd'><busconfig><type>session</type>\
    <listen>unix:tmpdir=/tmp</listen><servicedir>SERVICES</servicedir><policy context='default'><allow send_destination='*' eavesdrop='true'/>\
    <allow eavesdrop='true'/><allow own='*'/></policy></busconfig>";

/// Replaces the system's way to open a browser: writes down the address.
const NOTING_BROWSER: &str = "#!/bin/sh\nprintf '%s\\n' \"$1\" >> \"$OPENED\"\n";

/// The variable that names the system whose programs are tested.
const SYSTEM: &str = "DATATRAX_TEST_SYSTEM";

/// A separate login: folders, D-Bus session and an unlocked gnome-keyring. All of it ends when this is dropped.
pub struct Desk {
    folder: TempDir,
    bus: Option<Bus>,
    keyring: Option<Child>,
    more: Vec<(&'static str, String)>,
    /// Another build of `dtx`, which is used at this desk.
    dtx: Option<PathBuf>,
    place: Place,
}

/// Where the programs of a desk run.
enum Place {
    ThisComputer,
    Debian(Root),
    Windows(Wine),
}

struct Bus {
    daemon: Child,
    address: String,
}

impl Desk {
    /// A desk with an unlocked keyring: of this computer, or of Windows where `DATATRAX_TEST_SYSTEM` says so.
    pub fn new() -> Self {
        if std::env::var_os(SYSTEM).is_some_and(|system| system == "windows") {
            return Self::of_windows();
        }
        let mut desk = Self::without_keyring();
        desk.start_keyring();
        desk
    }

    /// A desk whose D-Bus session has no Secret Service.
    pub fn without_keyring() -> Self {
        Self::on(Place::ThisComputer)
    }

    /// A desk at which the programs for Windows run, in a Windows of its own: the folders and files of Linux are seen by
    /// both, and Credential Manager is its keyring.
    pub fn of_windows() -> Self {
        Self::in_wine(None)
    }

    /// As [`Desk::of_windows`], with windows that are to be seen on this display.
    pub fn of_windows_on(display: &Display) -> Self {
        Self::in_wine(Some(display))
    }

    fn in_wine(display: Option<&Display>) -> Self {
        let (folder, place) = (tempfile::tempdir().unwrap(), Place::Windows(Wine::new(display)));
        private_folder(&folder.path().join("home"));
        Self { folder, bus: None, keyring: None, more: Vec::new(), dtx: None, place }
    }

    /// A desk in a Debian with the package. The installed programs run as an ordinary user, and keep their files in the
    /// usual places.
    pub fn installed(root: Root) -> Self {
        let mut desk = Self::installed_without_keyring(root);
        desk.start_keyring();
        desk
    }

    /// As [`Desk::installed`], without a Secret Service in the D-Bus session.
    pub fn installed_without_keyring(root: Root) -> Self {
        Self::on(Place::Debian(root))
    }

    fn on(place: Place) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (config, services) = (folder.path().join("bus.conf"), folder.path().join("services"));
        let bus = BUS.replace("SERVICES", services.to_str().unwrap());
        fs::File::create(&config).unwrap().write_all(bus.as_bytes()).unwrap();
        for name in ["user", "user/data", "user/run", "home", "services"] {
            private_folder(&folder.path().join(name));
        }
        let daemon = match &place {
            Place::ThisComputer | Place::Windows(_) => Command::new("dbus-daemon"),
            Place::Debian(root) => {
                root.log_in(folder.path());
                root.of_person("dbus-daemon")
            }
        };
        let bus = Some(Bus::start(daemon, &config));
        Self { folder, bus, keyring: None, more: Vec::new(), dtx: None, place }
    }

    /// The same desk with another build of `dtx`.
    #[must_use]
    pub fn with_dtx(mut self, dtx: PathBuf) -> Self {
        self.dtx = Some(dtx);
        self
    }

    /// Ends this login's D-Bus session, and with it the keyring; on Windows, every program.
    pub fn end_session(&mut self) {
        self.bus.take().map(|bus| bus.daemon).into_iter().for_each(end);
        self.stop_keyring();
        if let Place::Windows(wine) = &self.place {
            wine.end();
        }
    }

    /// What the user's part of Windows' registry holds, once that has ended.
    pub fn registry(&self) -> String {
        let Place::Windows(wine) = &self.place else { panic!("only Windows has one") };
        wine.registry()
    }

    /// Begins the next login of the same person on this computer: a new D-Bus session, with the keyring on the disk.
    pub fn begin_session(&mut self) {
        if let Place::Windows(wine) = &self.place {
            wine.start();
        } else {
            self.bus = Some(Bus::start(Command::new("dbus-daemon"), &self.folder.path().join("bus.conf")));
            self.start_keyring();
        }
    }

    /// Starts a keyring on this desk's bus and waits until it answers.
    pub fn start_keyring(&mut self) {
        let mut keyring = self
            .command("gnome-keyring-daemon")
            .args(["--foreground", "--unlock", "--components=secrets"])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("gnome-keyring is installed");
        keyring.stdin.take().unwrap().write_all(b"login").unwrap();
        self.keyring = Some(keyring);
        let give_up_at = Instant::now() + PATIENCE;
        while !self.has_secret_service() {
            assert!(Instant::now() < give_up_at, "gnome-keyring has not come up");
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Ends the keyring; its content stays on the disk.
    pub fn stop_keyring(&mut self) {
        self.keyring.take().into_iter().for_each(end);
    }

    /// Whether a keychain answers on this desk's bus.
    pub fn has_secret_service(&self) -> bool {
        let answer = self
            .command("dbus-send")
            .args(["--session", "--print-reply", "--dest=org.freedesktop.DBus", "/"])
            .args(["org.freedesktop.DBus.NameHasOwner", "string:org.freedesktop.secrets"])
            .output()
            .expect("dbus-send is installed");
        String::from_utf8_lossy(&answer.stdout).contains("boolean true")
    }

    /// A program in this login, with only the search path of the tester's environment.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = match &self.place {
            Place::ThisComputer => Command::new(program),
            Place::Debian(root) => root.of_person(program),
            Place::Windows(_) => Wine::command(program),
        };
        command.env_clear();
        for (name, value) in self.environment() {
            command.env(name, value);
        }
        command
    }

    /// Sets a variable for all programs started in this login from now on.
    pub fn set(&mut self, name: &'static str, value: &str) {
        self.more.push((name, value.to_owned()));
    }

    /// The environment of programs in this login.
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        let user = self.folder.path().join("user");
        let mut environment = match &self.place {
            Place::Debian(_) => Root::environment(),
            Place::ThisComputer => vec![
                ("PATH", std::env::var("PATH").unwrap_or_default()),
                ("HOME", text(user.clone())),
                ("XDG_DATA_HOME", text(user.join("data"))),
                ("XDG_RUNTIME_DIR", text(user.join("run"))),
                ("DATATRAX_HOME", text(self.home())),
                ("LANG", "C.UTF-8".to_owned()),
            ],
            Place::Windows(wine) => wine.environment(&self.home()),
        };
        if let Some(bus) = &self.bus {
            environment.push(("DBUS_SESSION_BUS_ADDRESS", bus.address.clone()));
            // The tester's computer may be on a metered network, so its bus is out of reach.
            let no_bus = format!("unix:path={}", text(self.folder.path().join("no-system-bus")));
            environment.push(("DBUS_SYSTEM_BUS_ADDRESS", no_bus));
        }
        environment.extend(self.more.iter().cloned());
        environment
    }

    /// An environment in which the browser only writes addresses down, in the file `opened`.
    pub fn noting_browser(&self, opened: &Path) -> [(&'static str, String); 2] {
        use std::os::unix::fs::OpenOptionsExt;
        let opened = opened.to_str().unwrap().to_owned();
        if !matches!(self.place, Place::ThisComputer) {
            // Their `xdg-open` leads to a browser that writes the address down.
            return [("LANG", "C.UTF-8".to_owned()), ("OPENED", opened)];
        }
        let programs = self.folder().join("programs");
        fs::create_dir_all(&programs).unwrap();
        let browser = programs.join("xdg-open");
        if !browser.exists() {
            let mut file =
                fs::OpenOptions::new().write(true).create_new(true).mode(0o755).open(&browser).unwrap();
            file.write_all(NOTING_BROWSER.as_bytes()).unwrap();
        }
        let path = std::env::var("PATH").unwrap_or_default();
        [("PATH", format!("{}:{path}", programs.display())), ("OPENED", opened)]
    }

    /// The path of a program of the product on this desk.
    pub fn program(&self, name: &str) -> PathBuf {
        if name == "dtx"
            && let Some(dtx) = &self.dtx
        {
            return dtx.clone();
        }
        match &self.place {
            Place::ThisComputer => program(name),
            Place::Debian(_) => Root::program(name),
            Place::Windows(_) => {
                let installed = self.installation().join(name).with_extension("exe");
                if installed.exists() { installed } else { Wine::program(name) }
            }
        }
    }

    /// Puts a copy of a built program for Windows, under this name, into a folder that stands for an installation. Programs
    /// there are used from now on.
    pub fn install(&self, built: &str, name: &str) {
        fs::create_dir_all(self.installation()).unwrap();
        let path = self.installation().join(name).with_extension("exe");
        fs::copy(Wine::program(built), path).unwrap();
    }

    fn installation(&self) -> PathBuf {
        self.folder().join("installation")
    }

    /// The address of this desk's session bus.
    pub fn bus_address(&self) -> &str {
        &self.bus.as_ref().expect("a desk with a session bus").address
    }

    /// The folder named by `DATATRAX_HOME`.
    pub fn home(&self) -> PathBuf {
        self.folder.path().join("home")
    }

    /// The folder with everything of this desk.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

impl Default for Desk {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Place::Windows(wine) = &self.place {
            return wine.end();
        }
        // An agent started by a test is ended too.
        let mut stop = self.command(self.program("dtx"));
        let _ = stop.args(["agent", "stop"]).stdout(Stdio::null()).stderr(Stdio::null()).status();
        self.stop_keyring();
        self.bus.take().map(|bus| bus.daemon).into_iter().for_each(end);
    }
}

impl Bus {
    fn start(mut daemon: Command, config: &Path) -> Self {
        let mut daemon = daemon
            .arg("--nofork")
            .arg("--print-address")
            .arg("--config-file")
            .arg(config)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("dbus-daemon is installed");
        let mut address = String::new();
        BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
        Self { daemon, address: address.trim().to_owned() }
    }
}

fn end(mut child: Child) {
    let _ = child.kill();
    let _ = child.wait();
}

fn private_folder(path: &Path) {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().mode(0o700).create(path).unwrap();
}
