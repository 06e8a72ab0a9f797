//! Linux: the programs on the search path, also of Snaps, else a Flatpak; and where each keeps its files.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

use super::{CHROME, CHROMIUM, EDGE, FIREFOX, Found, Kind, profiles::list_of};
use crate::platform::paths;

/// Where programs of Flatpaks for all users are.
const FLATPAKS: &str = "/var/lib/flatpak";

/// Where programs keep their settings, below the home folder, unless the person has another place for them.
const CONFIG: &str = ".config";

/// What is known of a browser.
struct Known {
    kind: Kind,
    programs: &'static [&'static str],
    /// Below the home folder. Packages and Snaps keep them in different places, and one may be left from the other.
    folders: &'static [&'static str],
    flatpak: &'static str,
    /// Below the Flatpak's own folder.
    folders_in_flatpak: &'static [&'static str],
}

const KNOWN: [Known; 4] = [
    Known {
        kind: CHROME,
        programs: &["google-chrome-stable", "google-chrome"],
        folders: &[".config/google-chrome"],
        flatpak: "com.google.Chrome",
        folders_in_flatpak: &["config/google-chrome"],
    },
    Known {
        kind: EDGE,
        programs: &["microsoft-edge-stable", "microsoft-edge"],
        folders: &[".config/microsoft-edge"],
        flatpak: "com.microsoft.Edge",
        folders_in_flatpak: &["config/microsoft-edge"],
    },
    Known {
        kind: FIREFOX,
        programs: &["firefox", "firefox-esr"],
        folders: &[".mozilla/firefox", ".config/mozilla/firefox", "snap/firefox/common/.mozilla/firefox"],
        flatpak: "org.mozilla.firefox",
        folders_in_flatpak: &[".mozilla/firefox", "config/mozilla/firefox"],
    },
    Known {
        kind: CHROMIUM,
        programs: &["chromium", "chromium-browser"],
        folders: &[".config/chromium", "snap/chromium/common/chromium"],
        flatpak: "org.chromium.Chromium",
        folders_in_flatpak: &["config/chromium"],
    },
];

pub(super) fn find(kind: Kind) -> Option<Found> {
    let home = paths::own_folder()?;
    let config = dirs::config_dir().unwrap_or_else(|| home.join(CONFIG));
    let path = env::var_os("PATH").unwrap_or_default();
    Around { home, config, path: env::split_paths(&path).collect() }.find(kind)
}

/// Where browsers are looked for.
struct Around {
    home: PathBuf,
    /// What stands for [`CONFIG`] in it.
    config: PathBuf,
    path: Vec<PathBuf>,
}

impl Around {
    fn find(&self, kind: Kind) -> Option<Found> {
        let known = KNOWN.iter().find(|known| known.kind == kind)?;
        if let Some(program) = self.program(known.programs) {
            let folder = newest(kind, known.folders.iter().map(|folder| self.own(folder)));
            return Some(Found { kind, program, before: Vec::new(), folder });
        }
        let flatpaks = [PathBuf::from(FLATPAKS), self.home.join(".local/share/flatpak")];
        if !flatpaks.iter().any(|place| place.join("app").join(known.flatpak).is_dir()) {
            return None;
        }
        let own = self.home.join(".var/app").join(known.flatpak);
        Some(Found {
            kind,
            program: self.program(&["flatpak"])?,
            before: ["run", known.flatpak].map(OsString::from).into(),
            folder: newest(kind, known.folders_in_flatpak.iter().map(|folder| own.join(folder))),
        })
    }

    fn own(&self, folder: &str) -> PathBuf {
        match Path::new(folder).strip_prefix(CONFIG) {
            Ok(below) => self.config.join(below),
            Err(_) => self.home.join(folder),
        }
    }

    /// The first program of these names, in the order of the path's folders.
    fn program(&self, names: &[&str]) -> Option<PathBuf> {
        let folders = self.path.iter().filter(|folder| folder.is_absolute());
        let mut places = folders.flat_map(|folder| names.iter().map(|name| folder.join(name)));
        places.find(|program| is_program(program))
    }
}

fn is_program(path: &Path) -> bool {
    rustix::fs::access(path, rustix::fs::Access::EXEC_OK).is_ok() && path.is_file()
}

/// The folder whose list of profiles was written last.
fn newest(kind: Kind, folders: impl Iterator<Item = PathBuf>) -> Option<PathBuf> {
    let written = |folder: &PathBuf| fs::metadata(folder.join(list_of(kind.family))).ok()?.modified().ok();
    folders.filter_map(|folder| Some((written(&folder)?, folder))).max().map(|(_, folder)| folder)
}

#[cfg(test)]
mod tests {
    use std::{os::unix::fs::PermissionsExt, time::SystemTime};

    use super::*;

    fn around(home: &Path) -> Around {
        let path = vec![PathBuf::from("relative"), home.join("bin"), home.join("more")];
        Around { home: home.to_owned(), config: home.join("settings"), path }
    }

    fn put(path: &Path, mode: u32) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::File::create(path).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    }

    #[test]
    fn a_program_on_the_search_path_is_found_with_the_list_that_it_wrote_last() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        put(&home.join("bin/firefox"), 0o644);
        assert_eq!(around(home).find(FIREFOX), None, "a file that is no program");
        put(&home.join("more/firefox-esr"), 0o755);
        let found = around(home).find(FIREFOX).unwrap();
        assert_eq!((found.program, found.folder), (home.join("more/firefox-esr"), None), "never begun");
        let [old, new] =
            [".mozilla/firefox", "snap/firefox/common/.mozilla/firefox"].map(|folder| home.join(folder));
        for folder in [&old, &new] {
            put(&folder.join("profiles.ini"), 0o600);
        }
        fs::File::options()
            .write(true)
            .open(old.join("profiles.ini"))
            .unwrap()
            .set_modified(SystemTime::UNIX_EPOCH)
            .unwrap();
        assert_eq!(around(home).find(FIREFOX).unwrap().folder, Some(new));
        assert_eq!(around(home).find(CHROME), None, "no other browser");
        put(&home.join("bin/chromium"), 0o755);
        let folder = home.join("settings/chromium");
        put(&folder.join("Local State"), 0o600);
        assert_eq!(
            around(home).find(CHROMIUM).unwrap().folder,
            Some(folder),
            "the settings of a person are elsewhere"
        );
    }

    #[test]
    fn a_flatpak_is_found_where_nothing_is_on_the_search_path() {
        let home = tempfile::tempdir().unwrap();
        let home = home.path();
        fs::create_dir_all(home.join(".local/share/flatpak/app/com.google.Chrome")).unwrap();
        assert_eq!(around(home).find(CHROME), None, "nothing runs it");
        put(&home.join("bin/flatpak"), 0o755);
        let folder = home.join(".var/app/com.google.Chrome/config/google-chrome");
        put(&folder.join("Local State"), 0o600);
        let found = around(home).find(CHROME).unwrap();
        assert_eq!((found.program, found.folder), (home.join("bin/flatpak"), Some(folder)));
        assert_eq!(found.before, ["run", "com.google.Chrome"]);
        put(&home.join("bin/google-chrome"), 0o755);
        assert_eq!(
            around(home).find(CHROME).unwrap().program,
            home.join("bin/google-chrome"),
            "a package comes first"
        );
    }
}
