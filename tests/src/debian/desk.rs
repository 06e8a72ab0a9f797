//! A desktop session in a [`Root`], in which the installed programs run.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::chown,
    path::{Path, PathBuf},
    process::Command,
};

use super::Root;

/// Replaces the browser: writes down the address that `xdg-open` hands over.
const BROWSER: &str = "#!/bin/sh\nprintf '%s\\n' \"$1\" >> \"$OPENED\"\n";
const BROWSER_ENTRY: &str = "[Desktop Entry]\nType=Application\nName=Browser\nExec=noting-browser %u\n\
    MimeType=x-scheme-handler/http;x-scheme-handler/https;\n";

impl Root {
    /// Adds the person, a keyring, a browser, and a program that drives windows.
    pub fn furnish(&self) {
        self.install(&["gnome-keyring", "libglib2.0-bin", "procps", "webkit2gtk-driver"]);
        self.seat();
        self.write("/usr/bin/noting-browser", BROWSER);
        self.write("/usr/share/applications/noting-browser.desktop", BROWSER_ENTRY);
        self.run(&["update-desktop-database"]);
    }

    /// Adds only the person, and a session for programs.
    pub fn seat(&self) {
        self.install(&["dbus-bin", "dbus-daemon"]);
        self.run(&["useradd", "--create-home", "--uid", "1000", "person"]);
    }

    /// Makes the runtime folder of a login, and shows `folder` with the same path.
    pub(crate) fn log_in(&self, folder: &Path) {
        chown(folder, Some(1000), Some(1000)).unwrap();
        for entry in fs::read_dir(folder).unwrap() {
            chown(entry.unwrap().path(), Some(1000), Some(1000)).unwrap();
        }
        self.share(folder);
        self.run(&["install", "--directory", "--owner=1000", "--group=1000", "--mode=700", "/run/user/1000"]);
    }

    /// The environment of the person's session, without the bus.
    pub(crate) fn environment() -> Vec<(&'static str, String)> {
        [
            ("PATH", "/usr/local/bin:/usr/bin:/bin"),
            ("HOME", "/home/person"),
            ("XDG_RUNTIME_DIR", "/run/user/1000"),
            ("LANG", "C.UTF-8"),
        ]
        .map(|(name, value)| (name, value.to_owned()))
        .into()
    }

    /// A program run as the person.
    pub(crate) fn of_person(&self, program: impl AsRef<OsStr>) -> Command {
        self.command_of_person(program)
    }

    /// The path of an installed program.
    pub(crate) fn program(name: &str) -> PathBuf {
        Path::new("/usr/bin").join(name)
    }
}
