//! The packages, made from the built programs as `./dev package` makes them from the shipped ones.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
};

use super::succeed;
use crate::program;

/// The version that an upgrade begins with. It has the length of the real one, which it replaces in the programs:
/// programs built for tests hold that as text, optimised ones need not.
const OLDER: &str = "0.0.9";

/// A `.deb` and an `.rpm` of the same version.
pub struct Packages {
    folder: PathBuf,
    pub version: &'static str,
}

impl Packages {
    /// The packages of the built programs. Made once in a process.
    pub fn current() -> &'static Self {
        static MADE: OnceLock<Packages> = OnceLock::new();
        MADE.get_or_init(|| {
            Self::make(program("dtx").parent().unwrap(), env!("CARGO_PKG_VERSION"), "current")
        })
    }

    /// The same programs, packed again from the beginning.
    pub fn again() -> Self {
        Self::make(program("dtx").parent().unwrap(), env!("CARGO_PKG_VERSION"), "again")
    }

    /// The same programs, changed to report an older version.
    pub fn older() -> &'static Self {
        static MADE: OnceLock<Packages> = OnceLock::new();
        MADE.get_or_init(|| {
            let built = program("dtx");
            let folder = tempfile::tempdir().unwrap();
            fs::create_dir(folder.path().join("examples")).unwrap();
            for name in ["dtx", "datatrax-connect", "examples/man_pages"] {
                let older = folder.path().join(name);
                fs::copy(built.with_file_name(name), &older).unwrap();
                let change = format!("s/{}/{OLDER}/g", env!("CARGO_PKG_VERSION").replace('.', "\\."));
                let mut sed = Command::new("sed");
                sed.args(["--in-place", &change]).arg(older);
                succeed(sed);
            }
            Self::make(folder.path(), OLDER, "older")
        })
    }

    fn make(programs: &Path, version: &'static str, name: &str) -> Self {
        assert_eq!(version.len(), OLDER.len(), "the older version's number takes the same room");
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let folder = sources.join("target/package-test").join(name);
        let mut build = Command::new(sources.join("src-tauri/packaging/build"));
        build.arg(programs).arg(&folder).arg(version).env("COMPRESSION", "0");
        succeed(build);
        Self { folder, version }
    }

    pub fn deb(&self) -> PathBuf {
        self.one_that_ends_with(".deb")
    }

    pub fn rpm(&self) -> PathBuf {
        self.one_that_ends_with(".rpm")
    }

    /// The folder with both, and `SHA256SUMS`.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    fn one_that_ends_with(&self, end: &str) -> PathBuf {
        let names = fs::read_dir(&self.folder).unwrap().map(|entry| entry.unwrap().path());
        let mut found: Vec<PathBuf> = names.filter(|path| path.to_str().unwrap().ends_with(end)).collect();
        assert_eq!(found.len(), 1, "one package that ends with {end}");
        found.remove(0)
    }

    /// The `.deb`'s files, each with mode, owner and SHA-256.
    pub fn files_of_deb(&self) -> BTreeMap<String, String> {
        let unpacked = tempfile::tempdir().unwrap();
        let mut unpack = Command::new("dpkg-deb");
        unpack.arg("--extract").arg(self.deb()).arg(unpacked.path());
        succeed(unpack);
        let mut list = Command::new("find");
        list.current_dir(unpacked.path());
        list.args([".", "-type", "f", "-printf", "%m root ", "-exec", "sha256sum", "{}", ";"]);
        // The owners as packed; unpacking may change them.
        let owners = self.deb_lists();
        assert!(owners.lines().all(|line| line.contains(" root/root ")), "all is root's: {owners}");
        by_name(&succeed(list))
    }

    /// The `.rpm`'s files, each as in [`Packages::files_of_deb`].
    pub fn files_of_rpm(&self) -> BTreeMap<String, String> {
        let query = r"[%{FILEMODES:octal} %{FILEUSERNAME} %{FILEDIGESTS}  %{FILENAMES}\n]";
        let listed = self.rpm_tells(&["--queryformat", query]);
        by_name(&listed).into_iter().filter(|(_, file)| !file.starts_with("40")).collect()
    }

    /// `dpkg-deb --contents`.
    fn deb_lists(&self) -> String {
        let mut list = Command::new("dpkg-deb");
        list.arg("--contents").arg(self.deb());
        succeed(list)
    }

    /// The content of the `.deb`'s control archive.
    pub fn control_files(&self) -> Vec<String> {
        let unpacked = tempfile::tempdir().unwrap();
        let mut unpack = Command::new("dpkg-deb");
        unpack.arg("--control").arg(self.deb()).arg(unpacked.path());
        succeed(unpack);
        let mut names: Vec<String> = fs::read_dir(unpacked.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }

    /// The answer of `rpm --query` about the `.rpm`.
    pub fn rpm_tells(&self, question: &[&str]) -> String {
        let mut rpm = Command::new("rpm");
        rpm.args(["--query", "--package"]).args(question).arg(self.rpm());
        succeed(rpm)
    }
}

/// Lines of mode, owner, digest and name.
fn by_name(lines: &str) -> BTreeMap<String, String> {
    let words = |line: &str| {
        let (file, name) = line.split_once("  ")?;
        // In an rpm the file's type precedes its mode.
        Some((name.trim_start_matches('.').to_owned(), file.trim_start_matches("100").to_owned()))
    };
    lines.lines().filter_map(words).collect()
}
