//! What the tests of the installer have in common: installers of two versions with stand-ins for the programs, and a computer
//! to install them on.

use std::{
    collections::BTreeSet,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
    sync::OnceLock,
};

use connect_tests::block_until_so;
use tempfile::TempDir;

pub(crate) const PROGRAMS: [&str; 3] = ["datatrax-agent.exe", "datatrax-connect.exe", "dtx.exe"];
pub(crate) const CLASS: &str = r"HKCU\Software\Classes\com.getdatatrax.connect";
pub(crate) const UNINSTALL: &str =
    r"HKCU\Software\Microsoft\Windows\CurrentVersion\Uninstall\com.getdatatrax.connect";
pub(crate) const RUN: &str = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Run";
pub(crate) const INSTALLED: &str = r"C:\users\root\AppData\Local\Programs\Datatrax Connect";
pub(crate) const WEB_VIEW: &str =
    r"HKCU\Software\Microsoft\EdgeUpdate\Clients\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}";

pub(crate) fn top() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

pub(crate) fn parts() -> PathBuf {
    top().join("src-tauri/packaging/windows")
}

pub(crate) fn own(name: &str) -> PathBuf {
    top().join("tests/tests/windows/installer").join(name)
}

pub(crate) fn put(path: PathBuf, content: impl AsRef<[u8]>) {
    fs::File::create(path).unwrap().write_all(content.as_ref()).unwrap();
}

pub(crate) fn succeeds(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{command:?}: {output:?}");
    output
}

pub(crate) fn compile(source: &str, to: &Path, options: &[&str]) {
    let mut compiler = Command::new("x86_64-w64-mingw32-gcc");
    succeeds(compiler.args(options).arg("-municode").arg("-o").arg(to).arg(own(source)));
}

/// Installers of two versions, with programs that say which one they are of.
pub(crate) struct Built(pub(crate) TempDir);

impl Built {
    pub(crate) fn once() -> &'static Self {
        static BUILT: OnceLock<Built> = OnceLock::new();
        BUILT.get_or_init(|| {
            let built = Self(tempfile::tempdir().unwrap());
            for version in ["1.0.0", "2.0.0"] {
                let programs = built.programs(version);
                fs::create_dir(&programs).unwrap();
                for program in PROGRAMS {
                    compile("stand_in.c", &programs.join(program), &[&format!("-DVERSION=\"{version}\"")]);
                }
                put(programs.join("WebView2Loader.dll"), version);
                built.pack(version, &built.0.path().join("packed"), &[]);
            }
            built
        })
    }

    pub(crate) fn programs(&self, version: &str) -> PathBuf {
        self.0.path().join(version)
    }

    /// The installer that was packed; the package for software distribution lies beside it.
    pub(crate) fn pack(&self, version: &str, to: &Path, environment: &[(&str, &str)]) -> PathBuf {
        let to = to.join(version);
        let mut pack = Command::new(parts().join("build"));
        pack.arg(self.programs(version)).arg(&to).arg(version).env("COMPRESSION", "fast");
        // As if of one commit, whatever is committed meanwhile.
        pack.env("SOURCE_DATE_EPOCH", "1700000000");
        succeeds(pack.envs(environment.iter().copied()));
        to.join(format!("datatrax-connect_{version}_x64-setup.exe"))
    }

    pub(crate) fn installer(&self, version: &str) -> PathBuf {
        self.0.path().join("packed").join(version).join(format!("datatrax-connect_{version}_x64-setup.exe"))
    }
}

/// The package for software distribution, beside its installer.
pub(crate) fn package_beside(installer: &Path) -> PathBuf {
    let name = installer.file_name().unwrap().to_str().unwrap();
    installer.with_file_name(name.replace("-setup.exe", ".msi"))
}

/// A Windows of its own, which ends with it. Its web view seems to be there.
pub(crate) struct Computer(pub(crate) TempDir);

impl Computer {
    pub(crate) fn new() -> Self {
        let desks = top().join("target/wine/desks");
        assert!(desks.exists(), "There is no Wine yet: tests/wine/make makes one. ./dev test sees to it.");
        let computer = Self(tempfile::tempdir_in(desks).unwrap());
        computer.registry(&["add", WEB_VIEW, "/v", "pv", "/d", "150.0.0.1", "/f"]);
        computer
    }

    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = Command::new(top().join("tests/wine/run"));
        command.arg(program.as_ref()).env("WINEPREFIX", self.0.path().join("windows")).stdin(Stdio::null());
        command
    }

    pub(crate) fn install(&self, version: &str) {
        succeeds(self.command(Built::once().installer(version)).arg("/S"));
    }

    /// The uninstaller goes on as a copy of itself: with its key, the last thing of it is gone.
    pub(crate) fn uninstall(&self) {
        succeeds(self.command(self.folder().join("uninstall.exe")).arg("/S"));
        block_until_so("it is not uninstalled", || self.value(UNINSTALL, "DisplayName").is_none());
    }

    pub(crate) fn registry(&self, words: &[&str]) -> String {
        let output = self.command("reg").args(words).output().unwrap();
        String::from_utf8_lossy(&output.stdout).replace('\r', "")
    }

    /// A value and its kind.
    pub(crate) fn value_and_kind(&self, key: &str, name: &str) -> Option<(String, String)> {
        let which: &[&str] = if name.is_empty() { &["/ve"] } else { &["/v", name] };
        let told = self.registry(&[&["query", key], which].concat());
        let line = told.lines().find(|line| line.contains("REG_"))?;
        let (_, rest) = line.split_once("    REG_")?;
        let (kind, value) = rest.split_once("    ").unwrap_or((rest, ""));
        Some((value.to_owned(), format!("REG_{kind}")))
    }

    pub(crate) fn value(&self, key: &str, name: &str) -> Option<String> {
        Some(self.value_and_kind(key, name)?.0)
    }

    pub(crate) fn path(&self) -> Option<(String, String)> {
        self.value_and_kind(r"HKCU\Environment", "Path")
    }

    pub(crate) fn local(&self) -> PathBuf {
        self.0.path().join("windows/drive_c/users/root/AppData/Local")
    }

    pub(crate) fn temp(&self, name: &str) -> PathBuf {
        self.local().join("Temp").join(name)
    }

    pub(crate) fn folder(&self) -> PathBuf {
        self.local().join("Programs/Datatrax Connect")
    }

    pub(crate) fn files(&self) -> BTreeSet<String> {
        let files = fs::read_dir(self.folder()).into_iter().flatten();
        files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
    }

    /// What the stand-ins have written down.
    pub(crate) fn log(&self) -> Vec<String> {
        let text = fs::read_to_string(self.temp("log")).unwrap_or_default();
        text.trim_start_matches('\u{feff}').lines().map(str::to_owned).collect()
    }
}

impl Drop for Computer {
    fn drop(&mut self) {
        let _ = self.command("--end").status();
    }
}

pub(crate) fn all_files() -> BTreeSet<String> {
    let others = ["WebView2Loader.dll", "notices.txt", "uninstall.exe"];
    PROGRAMS.iter().chain(&others).map(|name| (*name).to_owned()).collect()
}

/// A key and a certificate in the name of Microsoft that nobody but this test has given.
pub(crate) fn forged(place: &Path) {
    let subject = "/C=US/ST=Washington/L=Redmond/O=Microsoft Corporation/CN=Microsoft Corporation";
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", subject]);
    openssl.args([
        "-addext",
        "extendedKeyUsage=codeSigning",
        "-keyout",
        "key.pem",
        "-out",
        "certificate.pem",
    ]);
    succeeds(openssl.current_dir(place));
    let mut openssl = Command::new("openssl");
    openssl.args(["x509", "-in", "certificate.pem", "-outform", "DER", "-out", "forged.der"]);
    succeeds(openssl.current_dir(place));
}

pub(crate) fn sign(file: &Path, place: &Path) {
    let mut sign = Command::new(parts().join("sign"));
    sign.arg(file).env("SIGNING_KEY", place.join("key.pem"));
    succeeds(sign.env("SIGNING_CERTIFICATES", place.join("certificate.pem")));
}
