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
    for part in ["# mine", "later = [1, 2] # of a newer version", "keep_alive = false", "theme = \"system\""]
    {
        assert!(text.contains(part), "{part} stands in {text}");
    }
    assert_eq!(SettingsFile::read(&home).settings(), kept.settings(), "as read again");
    kept.change(&Change::Proxy(None)).unwrap();
    assert!(!fs::read_to_string(home.settings()).unwrap().contains("proxy"), "what is not set is not there");
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
    for (path, holds) in
        [(whole.as_str(), true), ("~/company.pem", true), ("company.pem", false), ("../company.pem", false)]
    {
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

#[test]
fn the_log_tells_more_only_while_that_was_asked_for() {
    let now = OffsetDateTime::UNIX_EPOCH;
    let with = |log, until: i64| {
        let until = Some(now + Duration::seconds(until));
        Settings { log, debug_until: until, ..Settings::default() }.level(now)
    };
    assert_eq!(with(LogLevel::Error, 3600), LogLevel::Debug, "meanwhile");
    assert_eq!(with(LogLevel::Error, 0), LogLevel::Error, "afterwards");
    assert_eq!(with(LogLevel::Error, 25 * 3600), LogLevel::Error, "nobody asks for more than a day");
    assert_eq!(with(LogLevel::Trace, 3600), LogLevel::Trace, "never less than is set");
}

#[test]
fn until_when_the_log_tells_more_stands_in_the_file_and_goes_again() {
    let (_folder, home) = home();
    let mut kept = SettingsFile::read(&home);
    let until = OffsetDateTime::UNIX_EPOCH + Duration::hours(1);
    kept.change(&Change::DebugUntil(Some(until))).unwrap();
    assert_eq!(SettingsFile::read(&home).settings().debug_until, Some(until), "as read again");
    kept.change(&Change::DebugUntil(None)).unwrap();
    assert!(!fs::read_to_string(home.settings()).unwrap().contains("debug_until"), "gone");
    write(&home, b"debug_until = \"soon\"");
    let kept = SettingsFile::read(&home);
    assert!(kept.trouble().is_some_and(|trouble| trouble.message.contains("debug_until")), "said");
}
