//! A clean Debian to install packages in: a root file system in memory, visible only to the commands that a test runs
//! in it. Needs root, `debootstrap` and access to Debian's packages.

mod desk;
mod packages;

use std::{
    ffi::OsStr,
    fs,
    io::{BufRead, BufReader, Write},
    os::unix::fs::{MetadataExt, PermissionsExt},
    path::{Path, PathBuf},
    process::{Child, ChildStdin, Command, Stdio},
    sync::Arc,
};

use tempfile::TempDir;

pub use self::packages::Packages;

/// The options of `setpriv` that run a command as the person at the desktop.
const BECOME_PERSON: [&str; 3] = ["--reuid=1000", "--regid=1000", "--clear-groups"];

/// Makes the memory for the roots, and unpacks the first of them. It is the first process of its process namespace:
/// when the test closes its input it ends, with every process and mount in there.
const INIT: &str = r#"
set -e
read -r own rest </proc/self/stat
mount --make-rprivate /
mount -t tmpfs -o mode=755,size=6g debian "$PLACE"
mkdir -p "$PLACE/clean"
tar --extract --file "$TARBALL" --directory "$PLACE/clean"
mount -t proc proc /proc
echo "$own"
read -r end || true
"#;

/// Mounts a root over others, with the usual file systems. Downloaded packages are kept on the disk.
const LAY_OVER: &str = r#"
set -e
cd "$PLACE"
mkdir -p "$NAME.upper" "$NAME.work" "$NAME"
mount -t overlay -o "lowerdir=$LOWER,upperdir=$NAME.upper,workdir=$NAME.work" overlay "$NAME"
mount -t proc proc "$NAME/proc"
mount --rbind /dev "$NAME/dev"
mount -t tmpfs -o mode=1777 tmp "$NAME/tmp"
mount --bind "$ARCHIVES" "$NAME/var/cache/apt/archives"
cp /etc/resolv.conf "$NAME/etc/resolv.conf"
"#;

/// The memory for the roots, which ends with the test's process.
struct Memory {
    id: u32,
    place: TempDir,
    /// Held open to keep the namespace alive.
    _input: ChildStdin,
    _init: Child,
}

/// A root in memory.
#[derive(Clone)]
pub struct Root {
    memory: Arc<Memory>,
    name: String,
    /// The layers below it, the uppermost first.
    lower: Vec<String>,
}

impl Root {
    /// The smallest Debian with `apt`, of the version that this computer runs.
    pub fn clean() -> Self {
        Self::unpacked(&Release::of_this_computer())
    }

    /// As [`Root::clean`], of Debian 13 with its security updates, which bring newer versions of `WebKitGTK`.
    pub fn debian_13() -> Self {
        let root = Self::unpacked(&Release { name: "trixie".to_owned(), components: "main" });
        // Security updates are beside the packages on every mirror.
        let security =
            r"s|/debian/\? trixie |/debian-security trixie-security |w /etc/apt/sources.list.d/security.list";
        root.run(&["sed", "--quiet", security, "/etc/apt/sources.list"]);
        let added = root.run(&["cat", "/etc/apt/sources.list.d/security.list"]);
        assert!(added.contains("trixie-security"), "the security updates are asked for: {added}");
        root
    }

    fn unpacked(release: &Release) -> Self {
        assert!(
            fs::metadata("/proc/self").unwrap().uid() == 0,
            "This test installs packages in a Debian of its own, and has to be root for that. ./dev test sees to it."
        );
        let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/clean-debian");
        fs::create_dir_all(cache.join("archives/partial")).unwrap();
        let place = tempfile::tempdir().unwrap();
        // The packages' own users read in it.
        fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut init = Command::new("unshare")
            .args(["--mount", "--pid", "--fork", "--kill-child", "bash", "-c", INIT])
            .env("PLACE", place.path())
            .env("TARBALL", release.tarball(&cache))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("unshare, of the package util-linux, is installed");
        let mut id = String::new();
        BufReader::new(init.stdout.take().unwrap()).read_line(&mut id).unwrap();
        let id = id.trim().parse().expect("this computer allows namespaces and mounts to root");
        let input = init.stdin.take().unwrap();
        let memory = Arc::new(Memory { id, place, _input: input, _init: init });
        Self { memory, name: "clean".to_owned(), lower: Vec::new() }.copy("bare")
    }

    /// A new root that begins with this one's content. This one must not change any more.
    #[must_use]
    pub fn copy(&self, name: &str) -> Self {
        let own = if self.lower.is_empty() { self.name.clone() } else { format!("{}.upper", self.name) };
        let lower: Vec<String> = std::iter::once(own).chain(self.lower.iter().cloned()).collect();
        let cache = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/clean-debian/archives");
        let mut laid = self.memory.enter("bash");
        laid.args(["-c", LAY_OVER])
            .env("PLACE", self.memory.place.path())
            .env("NAME", name)
            .env("LOWER", lower.join(":"))
            .env("ARCHIVES", fs::canonicalize(cache).unwrap());
        succeed(laid);
        Self { memory: Arc::clone(&self.memory), name: name.to_owned(), lower }
    }

    /// Runs a command in it as root, which must succeed; returns its output.
    pub fn run(&self, words: &[&str]) -> String {
        let mut command = self.command(words[0]);
        command.args(&words[1..]);
        succeed(command)
    }

    /// As [`Root::run`], as the person at the desktop, without a session.
    pub fn run_as_person(&self, words: &[&str]) -> String {
        let mut command = self.command("setpriv");
        command.args(BECOME_PERSON).args(words).env("HOME", "/home/person");
        succeed(command)
    }

    /// Installs packages with their dependencies, from files in it or from Debian.
    pub fn install(&self, packages: &[&str]) {
        let apt = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "--allow-downgrades"];
        self.run(&[&apt, packages].concat());
    }

    /// Copies a file of this computer to `/mnt` in the root, and returns its path there.
    pub fn bring(&self, file: &Path) -> String {
        let name = format!("/mnt/{}", file.file_name().unwrap().to_str().unwrap());
        let mut copy = self.memory.enter("cp");
        copy.arg(file).arg(format!("{}{name}", self.path()));
        succeed(copy);
        name
    }

    /// Shows a folder of this computer in the root, with the same path.
    fn share(&self, folder: &Path) {
        let inside = format!("{}{}", self.path(), folder.display());
        let mut mount = self.memory.enter("bash");
        mount.args(["-c", r#"mkdir -p "$2" && mount --bind "$1" "$2""#, "share"]).arg(folder).arg(inside);
        succeed(mount);
    }

    /// Writes a file in it that all may read and run.
    pub fn write(&self, name: &str, text: &str) {
        let mut write = self.command("sh");
        let mut write = write
            .args(["-c", r#"mkdir -p "$(dirname "$1")" && cat >"$1" && chmod 755 "$1""#, "write", name])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        write.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        assert!(write.wait().unwrap().success(), "{name} is written");
    }

    /// A command in it, as root, without this computer's environment.
    fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.memory.enter("/usr/sbin/chroot");
        command
            .env_clear()
            .env("PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin")
            .env("LANG", "C.UTF-8")
            .env("DEBIAN_FRONTEND", "noninteractive")
            .arg(self.path())
            .arg(program.as_ref());
        for proxy in ["http_proxy", "https_proxy", "no_proxy"] {
            if let Some(value) = std::env::var_os(proxy) {
                command.env(proxy, value);
            }
        }
        command
    }

    /// A command as the person at the desktop, with an empty environment.
    fn command_of_person(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.memory.enter("/usr/sbin/chroot");
        command
            .env_clear()
            .arg(self.path())
            .arg("/usr/bin/setpriv")
            .args(BECOME_PERSON)
            .arg(program.as_ref());
        command
    }

    fn path(&self) -> String {
        self.memory.place.path().join(&self.name).to_str().unwrap().to_owned()
    }
}

impl Memory {
    /// A program of this computer that sees the root's mounts and processes.
    fn enter(&self, program: &str) -> Command {
        let mut command = Command::new("/usr/bin/nsenter");
        command.arg(format!("--target={}", self.id)).args(["--mount", "--pid", program]);
        command
    }
}

/// A version of Debian.
struct Release {
    name: String,
    components: &'static str,
}

impl Release {
    fn of_this_computer() -> Self {
        let system = fs::read_to_string("/etc/os-release").unwrap();
        let name = system.lines().find_map(|line| line.strip_prefix("VERSION_CODENAME="));
        let name = name.expect("this computer runs a Debian with a name, or an Ubuntu").to_owned();
        let components = if system.contains("ID=ubuntu\n") { "main,universe" } else { "main" };
        Self { name, components }
    }

    /// Its smallest system, packed. Made once.
    fn tarball(&self, cache: &Path) -> PathBuf {
        let tarball = cache.join(format!("{}.tar", self.name));
        if tarball.exists() {
            return tarball;
        }
        let mut pack = Command::new(Path::new(env!("CARGO_MANIFEST_DIR")).join("clean-debian"));
        pack.args([&self.name, self.components]).arg(cache);
        succeed(pack);
        tarball
    }
}

/// Runs a command to its successful end, and returns its output.
#[track_caller]
fn succeed(mut command: Command) -> String {
    let output = command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let (said, error) = (text(&output.stdout), text(&output.stderr));
    assert!(output.status.success(), "{command:?}: {}\n{said}\n{error}", output.status);
    said
}
