use std::io::Read as _;

use connect_core::contract::view::{Look, LookId};
use zip::ZipArchive;

use super::*;

fn computer() -> Computer {
    let look = Look {
        id: LookId::Agent,
        title: "Background part".to_owned(),
        state: LookState::Look,
        message: "It does not run.".to_owned(),
        fix: vec!["Run dtx agent.".to_owned()],
        code: None,
    };
    Computer {
        looked_at: time::OffsetDateTime::UNIX_EPOCH,
        program_version: "0.1.0".to_owned(),
        looks: vec![look],
    }
}

fn home() -> (tempfile::TempDir, Home) {
    let temp = tempfile::tempdir().unwrap();
    let home = Home::at(&temp.path().join("home")).unwrap();
    private::folder(&home.logs()).unwrap();
    private::replace(&home.logs().join("agent.log"), b"host=acme.my.salesforce.com answered\n").unwrap();
    private::replace(&home.logs().join("agent.log.1"), b"before\n").unwrap();
    (temp, home)
}

fn material(computer: &Computer, names: bool) -> Material<'_> {
    static SETTINGS: std::sync::LazyLock<Settings> = std::sync::LazyLock::new(Settings::default);
    Material { computer, connections: &[], settings: &SETTINGS, names }
}

/// Each file of an archive with its text.
fn unpacked(file: &Path) -> Vec<(String, String)> {
    let mut archive = ZipArchive::new(fs::File::open(file).unwrap()).unwrap();
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    let mut read = |name: String| {
        let mut text = String::new();
        archive.by_name(&name).unwrap().read_to_string(&mut text).unwrap();
        (name, text)
    };
    names.into_iter().map(&mut read).collect()
}

#[test]
fn an_archive_is_text_that_a_person_can_read_first_and_names_nobody() {
    let (temp, home) = home();
    let (computer, file) = (computer(), temp.path().join("out.zip"));
    export(&home, &material(&computer, false), &file).unwrap();
    let files = unpacked(&file);
    let of =
        |wanted: &str| files.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str()).unwrap();
    assert_eq!(files.len(), 6, "{files:?}");
    assert!(of("READ-ME-FIRST.txt").contains("Read what is in here before"));
    assert!(
        of("computer.txt").contains(
            "look        Background part\n            It does not run.\n            - Run dtx agent."
        )
    );
    assert!(of("logs/agent.log").starts_with("host=host-"), "{}", of("logs/agent.log"));
    assert_eq!(of("logs/agent.log.1"), "before\n");

    let again = temp.path().join("again.zip");
    export(&home, &material(&computer, false), &again).unwrap();
    let log =
        |file| unpacked(file).into_iter().find(|(name, _)| name == "logs/agent.log").map(|(_, text)| text);
    assert_eq!(log(&again), log(&file), "the same marks in the next one");

    let named = temp.path().join("named.zip");
    export(&home, &material(&computer, true), &named).unwrap();
    assert_eq!(
        log(&named).as_deref(),
        Some("host=acme.my.salesforce.com answered\n"),
        "names where they were asked for"
    );
}

#[test]
fn nothing_that_is_there_is_replaced_and_half_an_archive_is_never_left() {
    let (temp, home) = home();
    let computer = computer();
    let file = temp.path().join("mine.zip");
    private::replace(&file, b"mine").unwrap();
    let refused = export(&home, &material(&computer, false), &file).unwrap_err();
    assert_eq!(refused.code, Code::OutputUnwritable);
    assert!(refused.message.contains("already"), "{}", refused.message);
    assert_eq!(fs::read(&file).unwrap(), b"mine", "left as it was");
    // Clears a terminal, and is a character that a name may hold on Windows too.
    let nowhere = temp.path().join("none").join("out\u{9b}2J.zip");
    let refused = export(&home, &material(&computer, false), &nowhere).unwrap_err();
    assert!(
        refused.message.ends_with("out 2J.zip was not written: there is no such file or folder."),
        "{refused:?}"
    );
    assert!(!refused.message.contains("all the same"), "nothing else was asked for: {refused:?}");
}

fn connection(alias: &str, username: &str) -> ConnectionView {
    serde_json::from_value(serde_json::json!({
        "alias": alias, "host": "qa.my.salesforce.com", "kind": "sandbox", "org_id": "00D5g00000AbCdEEAV",
        "org_name": null, "username": username, "instance_url": "https://qa.my.salesforce.com", "status": "connected",
        "reason": null, "safe_until": null, "checked_at": null,
    }))
    .unwrap()
}

#[test]
fn names_are_marks_whatever_they_look_like_and_a_persons_own_words_stay_here() {
    let (temp, home) = home();
    let settings = "# for the client Globex\nproxy = \"http://ada:pa$$w/0rd@proxy.example:3128\" # of Globex\nlog = 'a#b'\n";
    private::replace(&home.settings(), settings.as_bytes()).unwrap();
    private::replace(&home.logs().join("agent.log"), "alias=İstanbul Kliniği İ\n".as_bytes()).unwrap();
    let (computer, file) = (computer(), temp.path().join("out.zip"));
    let connections = [connection("qa", "x"), connection("İstanbul Kliniği", "ada@acme.example")];
    let material = Material { connections: &connections, ..material(&computer, false) };
    export(&home, &material, &file).unwrap();
    let files = unpacked(&file);
    let of =
        |wanted: &str| files.iter().find(|(name, _)| name == wanted).map(|(_, text)| text.as_str()).unwrap();
    let listed = of("connections.txt");
    assert_eq!(listed.matches("\nname    name-").count(), 2, "{listed}");
    assert_eq!(listed.matches("\nuser    user-").count(), 2, "{listed}");
    assert!(of("logs/agent.log").starts_with("alias=name-"), "{}", of("logs/agent.log"));
    let settings = of("settings.toml");
    for left in ["Globex", "ada:", "pa$$", "0rd", "proxy.example"] {
        assert!(!settings.contains(left), "{left} in {settings}");
    }
    assert!(settings.contains("log = 'a#b'\n"), "what is set stays: {settings}");
}
