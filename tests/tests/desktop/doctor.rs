//! The doctor: what `dtx doctor` says of a computer that is sound, and of one in which one thing after another is broken.

use std::{
    fs,
    io::Write,
    net::{Ipv4Addr, TcpListener},
    os::unix::fs::OpenOptionsExt,
    path::Path,
};

use connect_core::{
    org::address::{LINK_SCHEME, callbacks_of_real_orgs},
    platform::home::Home,
};
use connect_tests::{
    Desk, DesktopTray, Ended, Notifications, OnlineDesk, Shown, Terminal, one_at_a_time, program, real_org,
};
use practice_org::OrgKind;
use serde_json::Value;
use url::Url;

const GENERIC: &str = "login.salesforce.com";
const HOST: &str = "acme.my.salesforce.com";

/// What was found of one thing; the first line of several.
fn look(ended: &Ended, id: &str) -> Value {
    let found = ended.last();
    let looks = found["looks"].as_array().unwrap_or_else(|| panic!("no doctor's answer: {ended:?}"));
    looks
        .iter()
        .find(|look| look["id"] == id)
        .unwrap_or_else(|| panic!("{id} was looked at: {found}"))
        .clone()
}

#[track_caller]
fn assert_state(ended: &Ended, id: &str, state: &str, part: &str) -> Value {
    let look = look(ended, id);
    assert_eq!(look["state"], state, "{look}");
    assert!(look["message"].as_str().unwrap().contains(part), "{part:?} in {look}");
    look
}

async fn offline(desk: &Desk, more: &[(&str, &str)]) -> Ended {
    let mut dtx = desk.start_with(&["doctor", "--offline", "--json"], more);
    dtx.end_input();
    dtx.ended().await
}

/// The ports that a browser comes back to.
fn ports() -> Vec<u16> {
    let lines = callbacks_of_real_orgs();
    let lines = lines.iter().filter(|line| line.starts_with("http://localhost"));
    lines.map(|line| Url::parse(line).unwrap().port().unwrap()).collect()
}

#[tokio::test]
async fn a_sound_computer_has_nothing_wrong_and_is_left_as_it_was() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let before = files(&desk.home());
    let ended = offline(&desk, &[]).await;
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_state(&ended, "keychain", "good", "GNOME Keyring answers and is open");
    assert_state(&ended, "keychain_tried", "cannot_tell", "Not tried");
    assert_state(&ended, "port", "good", "Free");
    assert_state(&ended, "files", "good", "left");
    assert_state(&ended, "agent", "look", "does not run");
    assert_state(&ended, "authorities", "good", "own list");
    assert_state(&ended, "proxy", "good", "without a proxy");
    assert_state(&ended, "salesforce", "cannot_tell", "none was asked for");
    assert_eq!(
        ended.last()["looks"].as_array().unwrap().iter().filter(|look| look["id"] == "port").count(),
        3
    );
    let made: Vec<_> = files(&desk.home()).into_iter().filter(|file| !before.contains(file)).collect();
    assert!(made.iter().all(|file| file == "run"), "no file of a connection or of a log: {made:?}");

    let words = desk.dtx(&["doctor", "--offline"]).await;
    assert!(words.output.contains("good        Keychain: GNOME Keyring"), "{}", words.output);
    assert!(words.output.trim_end().ends_with("cannot be told."), "the sum: {}", words.output);
    let tried = desk.dtx(&["doctor", "--offline", "--keychain", "--json"]).await;
    assert_state(&tried, "keychain_tried", "good", "written, read and deleted");
}

fn files(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[tokio::test]
async fn each_thing_that_is_broken_is_named_with_its_code_and_what_to_do() {
    let _turn = one_at_a_time();
    let desk = Desk::without_keyring();
    let own = desk.folder().join("user").display().to_string();
    let file = desk.folder().join("a-file");
    fs::File::create(&file).unwrap();
    let file = file.display().to_string();
    for (variable, value, id, code, exit, part) in [
        ("LANG", "C.UTF-8", "keychain", "keychain_missing", 5, "offers no keychain"),
        ("HTTPS_PROXY", "socks5://jane:hush@proxy.example:1", "proxy", "proxy_unreadable", 5, "SOCKS"),
        ("DATATRAX_CA_FILE", "/nowhere.pem", "authorities", "authority_unusable", 5, "/nowhere.pem"),
        ("SSL_CERT_FILE", "/nowhere.pem", "authorities", "authorities_missing", 5, "SSL_CERT_FILE"),
        ("DATATRAX_HOME", &file, "files", "home_unusable", 5, "is not a folder"),
    ] {
        let ended = offline(&desk, &[(variable, value)]).await;
        let look = assert_state(&ended, id, "wrong", part);
        assert_eq!((look["code"].as_str(), ended.code), (Some(code), exit), "{variable}: {ended:?}");
        assert!(!look["fix"].as_array().unwrap().is_empty(), "something to do: {look}");
        assert!(!ended.output.contains("hush"), "no password: {}", ended.output);
        assert!(
            !ended.output.contains(&format!("{own}/")),
            "no folder of the person by its name: {}",
            ended.output
        );
    }
    let ended = offline(&desk, &[("HTTPS_PROXY", "http://jane:hush@proxy.example:3128")]).await;
    assert_state(&ended, "proxy", "good", "through http://proxy.example:3128, named by HTTPS_PROXY");
    assert!(!ended.output.contains("hush") && !ended.output.contains("jane@"), "{}", ended.output);
}

#[tokio::test]
async fn without_a_keychain_a_vault_with_a_passphrase_has_nothing_wrong() {
    let _turn = one_at_a_time();
    let desk = Desk::without_keyring();
    let file = desk.folder().join("passphrase");
    let mut options = fs::OpenOptions::new();
    let mut written = options.write(true).create_new(true).mode(0o600).open(&file).unwrap();
    written.write_all(b"correct horse battery").unwrap();
    let named = [("DATATRAX_PASSPHRASE_FILE", file.to_str().unwrap())];
    let before = offline(&desk, &named).await;
    assert_state(&before, "keychain", "good", "protected with a passphrase");
    assert_eq!(before.code, 0, "before there is a vault: {before:?}");
    let mut dtx = desk.start_with(&["vault", "passphrase", "--json"], &named);
    dtx.end_input();
    let kept = dtx.ended().await;
    assert_eq!(kept.code, 0, "{kept:?}");
    let ended = offline(&desk, &named).await;
    assert_state(&ended, "keychain", "good", "protected with a passphrase");
    assert_eq!(ended.code, 0, "{ended:?}");
    let absent = desk.folder().join("absent");
    let unusable = offline(&desk, &[("DATATRAX_PASSPHRASE_FILE", absent.to_str().unwrap())]).await;
    assert_state(&unusable, "keychain", "wrong", "cannot be read");
    assert_eq!(unusable.code, 5, "{unusable:?}");
}

#[tokio::test]
async fn a_taken_port_is_named_with_its_program_and_three_of_them_are_wrong() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let mut taken: Vec<TcpListener> = Vec::new();
    for port in ports() {
        taken.push(TcpListener::bind((Ipv4Addr::LOCALHOST, port)).unwrap());
        let is_last = taken.len() == 3;
        let ended = offline(&desk, &[]).await;
        let own = format!("(process {})", std::process::id());
        let look = assert_state(&ended, "port", if is_last { "wrong" } else { "look" }, &own);
        assert!(look["message"].as_str().unwrap().starts_with("Taken on IPv4 by "), "{look}");
        assert_eq!(ended.code, if is_last { 4 } else { 0 }, "{ended:?}");
    }
    drop(taken);
    // A sign-in of ours has the first one, and is no stranger.
    let online = OnlineDesk { desk, internet: connect_tests::Internet::new().await };
    let org = online.served(HOST, OrgKind::Production).await;
    let mut dtx = online.connecting(HOST, &org, &[]).await;
    dtx.event("authorize").await;
    assert_state(&offline(&online.desk, &[]).await, "port", "good", "Datatrax Connect itself");
    dtx.interrupt().await;
    dtx.ended().await;
}

#[tokio::test]
async fn one_host_is_asked_and_who_issued_its_certificate_is_named_trusted_or_not() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let all = real_org(GENERIC, OrgKind::Production).await;
    online.internet.serve(GENERIC, &all);
    let ended = online.dtx(&["doctor", "--json"]).await;
    assert_state(&ended, "salesforce", "good", "login.salesforce.com answered after");
    assert_state(&ended, "certificate", "look", "issued by Authority of these tests");
    assert_state(&ended, "clock", "good", "agrees");
    assert_state(&ended, "authorities", "good", "besides it the file");
    assert_eq!(ended.code, 0, "{ended:?}");
    assert_eq!(online.internet.hosts_asked_for(), [GENERIC], "and nobody else");

    online.internet.serve_with(GENERIC, &all, Shown::OfAStranger);
    let ended = online.dtx(&["doctor", "--json"]).await;
    let look = assert_state(&ended, "salesforce", "wrong", "is not trusted");
    assert_eq!((look["code"].as_str(), ended.code), (Some("network_tls"), 4), "{ended:?}");
    assert_state(&ended, "certificate", "look", "issued by Stranger");

    // Once an org is connected it is that one, and it is not named.
    let org = online.served(HOST, OrgKind::Production).await;
    assert_eq!(online.connect(HOST, &org).await.code, 0, "connected");
    let ended = online.dtx(&["doctor", "--json"]).await;
    assert_state(&ended, "salesforce", "good", "an org of your connections answered");
    assert!(!ended.output.contains("acme"), "what is found can be handed on: {}", ended.output);
    let is_home = Home::at(&online.desk.home()).is_ok();
    assert!(is_home, "and the home is as it was");
}

/// Sets these programs for the addresses of these schemes, as a desktop's settings do.
fn set_for(desk: &Desk, programs: &[(&str, &str, &Path)]) {
    let user = desk.folder().join("user");
    let (entries, config) = (user.join("data/applications"), user.join(".config"));
    let write = |path, text: &str| fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
    let mut defaults = vec!["[Default Applications]".to_owned()];
    for folder in [&entries, &config] {
        fs::create_dir_all(folder).unwrap();
    }
    for (scheme, name, program) in programs {
        let entry =
            format!("[Desktop Entry]\nType=Application\nName={name}\nExec={} %u\n", program.display());
        write(entries.join(format!("{scheme}.desktop")), &entry);
        defaults.push(format!("x-scheme-handler/{scheme}={scheme}.desktop"));
    }
    write(config.join("mimeapps.list"), &(defaults.join("\n") + "\n"));
}

#[tokio::test]
async fn what_the_desktop_has_around_and_what_it_lacks_is_told() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let no_desktop = offline(&desk, &[]).await;
    for id in ["browser", "tray", "notifications", "links"] {
        assert_state(&no_desktop, id, "cannot_tell", "This session has no desktop");
    }
    // A window manager alone: nothing of what this computer has installed counts.
    let bare = [("DISPLAY", ":7"), ("XDG_DATA_DIRS", "/nonexistent"), ("XDG_CONFIG_DIRS", "/nonexistent")];
    let ended = offline(&desk, &bare).await;
    assert_state(&ended, "browser", "look", "no program set that opens web addresses");
    assert_state(&ended, "tray", "good", "has no tray");
    assert_state(&ended, "notifications", "look", "No program shows notifications");
    assert_state(&ended, "links", "good", "do not open this very program");
    assert_eq!(ended.code, 0, "and nothing is wrong with it: {ended:?}");

    let (_tray, _notifications) = (DesktopTray::on(&desk).await, Notifications::on(&desk).await);
    // `xdg-mime` leaves out an entry whose program is not there.
    let (browser, window) = (Path::new("/bin/true"), program("datatrax-connect"));
    set_for(&desk, &[("https", "A browser", browser), (LINK_SCHEME, "Datatrax Connect", &window)]);
    let ended = offline(&desk, &bare).await;
    assert_state(&ended, "browser", "good", "opened with A browser");
    assert_state(&ended, "tray", "good", "has a place for the icon");
    assert_state(&ended, "notifications", "good", "shown by notifications of the test 1.5");
    assert_state(&ended, "links", "good", "Links of com.getdatatrax.connect open this very program");

    set_for(&desk, &[(LINK_SCHEME, "Another copy", browser)]);
    let ended = offline(&desk, &bare).await;
    assert_state(&ended, "links", "good", "do not open this very program");
}

#[tokio::test]
async fn at_a_terminal_the_keychain_is_tried_after_a_yes_alone() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    for (typed, is_tried) in [("", false), ("n", false), ("y", true)] {
        let mut terminal = Terminal::start(&desk, "dtx doctor --offline");
        terminal.sees("Not tried").await;
        terminal.sees("Try the keychain as well?").await;
        terminal.sees("[y/N]").await;
        terminal.types(typed).await;
        let told = terminal.ended().await;
        let (_, after) = told.split_once("[y/N]").unwrap();
        let after = after.split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(after.contains("written, read and deleted"), is_tried, "{typed:?}: {told}");
        assert!(told.contains("(exit status: 0)"), "{typed:?}: {told}");
    }
}
