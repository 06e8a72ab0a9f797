//! The settings file: `settings.toml` in the home, described in `docs/settings.md`.
//!
//! The file holds only settings that were set. Unknown keys and all comments stay as they are.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use serde::Deserialize;
use toml_edit::DocumentMut;
use url::Url;

use crate::{
    contract::view::Failure,
    explain::{self, Code},
    platform::{
        home::Home,
        paths::{self, Wanted},
        private,
    },
};

pub use crate::contract::view::{Change, LogLevel, Settings, Theme};

/// The largest file read, in bytes. Settings take some hundred; the rest may be a person's notes.
const LARGEST_FILE: usize = 1024 * 1024;

impl Change {
    /// The setting's key in the file.
    fn key(&self) -> &'static str {
        match self {
            Self::StartAtLogin(_) => "start_at_login",
            Self::KeepAlive(_) => "keep_alive",
            Self::Theme(_) => "theme",
            Self::Log(_) => "log",
            Self::Proxy(_) => "proxy",
            Self::Authority(_) => "authority",
        }
    }

    /// The change without the additions of pasting, if the value is valid.
    ///
    /// # Errors
    /// What is wrong with the value.
    pub fn checked(self) -> Result<Self, Failure> {
        let trimmed =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        match self {
            Self::Proxy(proxy) => {
                let proxy = trimmed(proxy);
                proxy.as_deref().map_or(Ok(()), check_proxy)?;
                Ok(Self::Proxy(proxy))
            }
            Self::Authority(file) => {
                let Some(file) = trimmed(file) else { return Ok(Self::Authority(None)) };
                let whole =
                    paths::whole(file.as_ref()).and_then(|file| file.into_os_string().into_string().ok());
                whole
                    .map(|file| Self::Authority(Some(file)))
                    .ok_or_else(|| invalid("authority", &Wanted.to_string()))
            }
            Self::StartAtLogin(_) | Self::KeepAlive(_) | Self::Theme(_) | Self::Log(_) => Ok(self),
        }
    }
}

impl Settings {
    /// These settings with one of them changed.
    #[must_use]
    pub fn with(&self, change: &Change) -> Self {
        let mut changed = self.clone();
        match change.clone() {
            Change::StartAtLogin(wanted) => changed.start_at_login = wanted,
            Change::KeepAlive(wanted) => changed.keep_alive = wanted,
            Change::Theme(theme) => changed.theme = theme,
            Change::Log(level) => changed.log = level,
            Change::Proxy(proxy) => changed.proxy = proxy,
            Change::Authority(file) => changed.authority = file,
        }
        changed
    }
}

/// The message when Salesforce is reached in another way than before; `None` when it is not. `counts` tells whether a
/// setting counts, or is overruled by the environment.
pub fn way_changed(before: &Settings, after: &Settings, counts: impl Fn(&str) -> bool) -> Option<String> {
    let proxy = (before.proxy != after.proxy && counts("proxy")).then(|| match &after.proxy {
        Some(proxy) => format!("Salesforce is reached through the proxy {proxy} now."),
        None => "Salesforce is reached without a proxy of the settings now.".to_owned(),
    });
    let authority = (before.authority != after.authority && counts("authority")).then(|| match &after.authority {
        Some(file) => format!(
            "The certificate authorities in {file} are trusted now: who holds their keys can read what is sent to Salesforce."
        ),
        None => "No certificate authorities are trusted now but the computer's own.".to_owned(),
    });
    let told: Vec<String> = [proxy, authority].into_iter().flatten().collect();
    (!told.is_empty()).then(|| told.join(" "))
}

/// Checks host and port of an HTTP proxy. A password is refused: everyone with a copy of the file could read it.
fn check_proxy(text: &str) -> Result<(), Failure> {
    let form = || invalid("proxy", "an address such as http://proxy.example:8080");
    let url = Url::parse(text).map_err(|_| form())?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(
            "proxy",
            "an address without user and password; those can be given in HTTPS_PROXY",
        ));
    }
    let is_plain = matches!(url.path(), "" | "/") && url.query().is_none() && url.fragment().is_none();
    let is_known = matches!(url.scheme(), "http" | "https") && url.host_str().is_some();
    if is_plain && is_known { Ok(()) } else { Err(form()) }
}

fn invalid(setting: &str, wanted: &str) -> Failure {
    explain::failure(Code::SettingInvalid, &[("setting", setting), ("wanted", wanted)])
}

/// The settings file as it was last read.
#[derive(Debug)]
pub struct SettingsFile {
    file: PathBuf,
    document: DocumentMut,
    settings: Settings,
    trouble: Option<Failure>,
}

impl SettingsFile {
    /// Reads the home's file. One that is no TOML is moved aside, an invalid value is skipped; both are reported.
    pub fn read(home: &Home) -> Self {
        let mut kept = Self {
            file: home.settings(),
            document: DocumentMut::new(),
            settings: Settings::default(),
            trouble: None,
        };
        kept.read_again();
        kept
    }

    /// Reads changes made by hand. An error in the file stays reported until the file is written anew.
    pub fn read_again(&mut self) {
        let read = private::read_short(&self.file, LARGEST_FILE);
        let text = match read.and_then(|bytes| String::from_utf8(bytes).map_err(io::Error::other)) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.take(DocumentMut::new());
                let aside = self.aside();
                self.trouble = aside.exists().then(|| broken(&aside));
                return;
            }
            Err(error) => {
                let is_broken = matches!(error.kind(), io::ErrorKind::InvalidData | io::ErrorKind::Other);
                return self.set_aside(is_broken);
            }
        };
        match text.parse::<DocumentMut>() {
            Ok(document) => {
                self.trouble = None;
                self.take(document);
            }
            Err(_) => self.set_aside(true),
        }
    }

    /// As [`Self::read_again`], and returns the settings.
    pub fn read_anew(&mut self) -> Settings {
        self.read_again();
        self.settings.clone()
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// What is wrong with the file.
    pub fn trouble(&self) -> Option<&Failure> {
        self.trouble.as_ref()
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Makes a checked change and replaces the file, whole or not at all.
    ///
    /// # Errors
    /// The file cannot be written; then nothing has changed.
    pub fn change(&mut self, change: &Change) -> Result<(), Failure> {
        let mut document = self.document.clone();
        let value = serde_json::to_value(change).unwrap_or_default();
        match value.get("value") {
            Some(serde_json::Value::Bool(wanted)) => document.insert(change.key(), toml_edit::value(*wanted)),
            Some(serde_json::Value::String(text)) => document.insert(change.key(), toml_edit::value(text)),
            _ => document.remove(change.key()),
        };
        private::replace(&self.file, document.to_string().as_bytes()).map_err(|error| {
            tracing::warn!(kind = %error.kind(), "the settings cannot be written");
            explain::failure(Code::SettingsUnwritable, &[("file", &self.file.display().to_string())])
        })?;
        self.trouble = None;
        self.take(document);
        Ok(())
    }

    fn take(&mut self, document: DocumentMut) {
        self.settings = Settings::default();
        for (key, wanted, read) in CHANGES {
            let Some(item) = document.get(key) else { continue };
            match read(item).map(Change::checked) {
                Some(Ok(change)) => self.settings = self.settings.with(&change),
                Some(Err(failure)) => self.trouble = Some(failure),
                None => self.trouble = Some(invalid(key, wanted)),
            }
        }
        self.document = document;
    }

    fn set_aside(&mut self, is_broken: bool) {
        let aside = self.aside();
        let moved = is_broken && fs::rename(&self.file, &aside).is_ok();
        tracing::warn!(moved, "the settings cannot be read");
        let file = if moved { aside } else { self.file.clone() };
        self.take(DocumentMut::new());
        self.trouble = Some(broken(&file));
    }

    /// The new name of a file that cannot be read. While it exists without a new settings file, that is reported.
    fn aside(&self) -> PathBuf {
        self.file.with_extension("broken.toml")
    }
}

fn broken(file: &Path) -> Failure {
    explain::failure(Code::SettingsBroken, &[("file", &file.display().to_string())])
}

type Read = fn(&toml_edit::Item) -> Option<Change>;

/// For each key: the values it takes, in words, and how they are read.
const CHANGES: [(&str, &str, Read); 6] = [
    ("start_at_login", "true or false, without quotes", |item| item.as_bool().map(Change::StartAtLogin)),
    ("keep_alive", "true or false, without quotes", |item| item.as_bool().map(Change::KeepAlive)),
    ("theme", "one of \"system\", \"light\" and \"dark\"", |item| word(item).map(Change::Theme)),
    ("log", "one of \"error\", \"warn\", \"info\", \"debug\" and \"trace\"", |item| {
        word(item).map(Change::Log)
    }),
    ("proxy", "an address in quotes", |item| Some(Change::Proxy(Some(item.as_str()?.to_owned())))),
    ("authority", "a path in quotes", |item| Some(Change::Authority(Some(item.as_str()?.to_owned())))),
];

/// A word of a closed set.
fn word<T: for<'de> Deserialize<'de>>(item: &toml_edit::Item) -> Option<T> {
    serde_json::from_value(item.as_str()?.into()).ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;

    use super::*;
    use crate::platform::home;

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        (folder, home)
    }

    fn write(home: &Home, text: &[u8]) {
        fs::File::create(home.settings()).unwrap().write_all(text).unwrap();
    }

    #[test]
    fn nothing_set_is_the_defaults_and_no_file() {
        let (_folder, home) = home();
        let kept = SettingsFile::read(&home);
        assert_eq!((kept.settings(), kept.trouble()), (&Settings::default(), None), "the defaults");
        assert!(!home.settings().exists(), "reading writes nothing");
    }

    #[test]
    fn a_change_keeps_comments_and_what_is_not_known() {
        let (_folder, home) = home();
        write(&home, b"# mine\nlater = [1, 2] # of a newer version\ntheme = \"dark\"\n");
        let mut kept = SettingsFile::read(&home);
        assert_eq!(kept.settings().theme, Theme::Dark, "read");
        kept.change(&Change::KeepAlive(false)).unwrap();
        kept.change(&Change::Proxy(Some("http://proxy.example:8080".to_owned()))).unwrap();
        kept.change(&Change::Theme(Theme::System)).unwrap();
        let text = fs::read_to_string(home.settings()).unwrap();
        for part in
            ["# mine", "later = [1, 2] # of a newer version", "keep_alive = false", "theme = \"system\""]
        {
            assert!(text.contains(part), "{part} stands in {text}");
        }
        assert_eq!(SettingsFile::read(&home).settings(), kept.settings(), "as read again");
        kept.change(&Change::Proxy(None)).unwrap();
        assert!(
            !fs::read_to_string(home.settings()).unwrap().contains("proxy"),
            "what is not set is not there"
        );
    }

    #[test]
    fn a_broken_file_is_set_aside_and_said() {
        for broken in [b"theme = ".as_slice(), b"\xff\xfe", b"theme = \"dark\"\ntheme = \"dark\""] {
            let (_folder, home) = home();
            write(&home, broken);
            let mut kept = SettingsFile::read(&home);
            assert_eq!(kept.settings(), &Settings::default(), "the defaults hold");
            let aside = home.settings().with_extension("broken.toml");
            assert_eq!(fs::read(&aside).unwrap(), broken, "nothing of it is lost");
            assert_eq!(kept.trouble().map(|trouble| trouble.code), Some(Code::SettingsBroken), "said");
            kept.read_again();
            assert!(kept.trouble().is_some(), "and said again to whoever asks later");
            kept.change(&Change::KeepAlive(false)).unwrap();
            assert!(kept.trouble().is_none(), "until there is a new one");
        }
    }

    #[test]
    fn what_is_no_file_or_has_no_end_holds_nobody_up() {
        let endless: fn(&Path) = |path| {
            let mut file = fs::File::create(path).unwrap();
            file.write_all(&vec![b'#'; LARGEST_FILE + 1]).unwrap();
        };
        for make in private::testing::NO_FILES.into_iter().chain([endless]) {
            let (_folder, home) = home();
            make(&home.settings());
            let mut kept = SettingsFile::read(&home);
            assert_eq!(kept.settings(), &Settings::default(), "the defaults hold");
            assert_eq!(kept.trouble().map(|trouble| trouble.code), Some(Code::SettingsBroken), "said");
            kept.change(&Change::KeepAlive(false)).unwrap();
            assert!(!SettingsFile::read(&home).settings().keep_alive, "and there is a new one");
        }
    }

    #[test]
    fn a_value_that_cannot_hold_costs_only_itself() {
        let (_folder, home) = home();
        write(&home, b"theme = \"blue\"\nkeep_alive = false\nlog = 3\nproxy = \"http://u:p@proxy:1\"\n");
        let kept = SettingsFile::read(&home);
        let wanted = Settings { keep_alive: false, ..Settings::default() };
        assert_eq!(kept.settings(), &wanted, "the others hold");
        assert_eq!(kept.trouble().map(|trouble| trouble.code), Some(Code::SettingInvalid), "said");
        assert!(home.settings().exists(), "the file stays where it is");
    }

    #[test]
    fn a_file_is_named_by_a_path_that_holds_wherever_a_program_is_started() {
        let folder = std::env::temp_dir();
        let whole = folder.join("company.pem").to_str().unwrap().to_owned();
        for (path, holds) in [
            (whole.as_str(), true),
            ("~/company.pem", true),
            ("company.pem", false),
            ("../company.pem", false),
        ] {
            let checked = Change::Authority(Some(path.to_owned())).checked();
            let said = checked.as_ref().err().map(|failure| failure.message.contains(home::WHOLE_PATH));
            assert_eq!((checked.is_ok(), said), (holds, (!holds).then_some(true)), "{path}: {checked:?}");
        }
    }

    #[test]
    fn what_a_setting_takes_is_said_and_is_taken() {
        for (key, wanted, read) in CHANGES {
            let (_folder, home) = home();
            write(&home, format!("{key} = 3").as_bytes());
            let trouble = SettingsFile::read(&home).trouble().cloned().unwrap();
            assert!(trouble.message.contains(&format!("{key} needs {wanted}")), "{trouble:?}");
            for word in wanted.split('"').skip(1).step_by(2) {
                assert!(read(&toml_edit::value(word)).is_some(), "{key} takes {word}");
            }
        }
    }

    #[test]
    fn what_was_written_by_hand_is_taken_in() {
        let (_folder, home) = home();
        let mut kept = SettingsFile::read(&home);
        write(&home, b"keep_alive = false");
        kept.read_again();
        assert!(!kept.settings().keep_alive, "taken in");
        fs::remove_file(home.settings()).unwrap();
        kept.read_again();
        assert!(kept.settings().keep_alive, "and gone again");
    }

    #[test]
    fn another_way_to_salesforce_is_told_where_it_counts() {
        let usual = Settings::default();
        let proxy = Settings { proxy: Some("http://proxy:1".to_owned()), ..Settings::default() };
        let authority = Settings { authority: Some("/a.pem".to_owned()), ..Settings::default() };
        let both = Settings { proxy: proxy.proxy.clone(), ..authority.clone() };
        for (before, after, parts) in [
            (&usual, &proxy, vec!["through the proxy http://proxy:1"]),
            (&proxy, &usual, vec!["without a proxy"]),
            (&usual, &authority, vec!["in /a.pem are trusted"]),
            (&authority, &usual, vec!["but the computer's own"]),
            (&usual, &both, vec!["http://proxy:1", "/a.pem"]),
        ] {
            let text = way_changed(before, after, |_| true).unwrap_or_default();
            assert!(parts.iter().all(|part| text.contains(part)), "{parts:?}: {text}");
            assert_eq!(way_changed(before, after, |_| false), None, "the environment decides");
        }
        let other = Settings { keep_alive: false, theme: Theme::Dark, ..proxy.clone() };
        assert_eq!(way_changed(&proxy, &other, |_| true), None, "the way is the same");
    }

    #[test]
    fn a_proxy_is_an_address_without_a_password() {
        for good in ["http://proxy.example:8080", " https://proxy/ ", "http://[::1]:3128"] {
            assert!(Change::Proxy(Some(good.to_owned())).checked().is_ok(), "{good}");
        }
        for bad in [
            "proxy",
            "proxy:8080",
            "ftp://proxy",
            "http://",
            "http://u:p@proxy",
            "http://proxy/path",
            "file:///x",
        ] {
            assert!(Change::Proxy(Some(bad.to_owned())).checked().is_err(), "{bad}");
        }
        assert_eq!(
            Change::Proxy(Some("  ".to_owned())).checked().unwrap(),
            Change::Proxy(None),
            "nothing is none"
        );
    }

    proptest! {
        #[test]
        fn whatever_stands_in_the_file_is_read_without_harm(text in "(theme|log|proxy|keep_alive|[a-z=\"\\[\\]{}#\\n. 0-9]|\\PC){0,40}") {
            let (_folder, home) = home();
            write(&home, text.as_bytes());
            let mut kept = SettingsFile::read(&home);
            kept.change(&Change::KeepAlive(false)).unwrap();
            prop_assert!(!SettingsFile::read(&home).settings().keep_alive, "a change holds: {text:?}");
        }
    }
}
