//! The installer for Windows, with stand-ins for the programs: what it lays down, replaces and takes away.

use std::{collections::BTreeSet, fs, path::Path, process::Command};

use connect_tests::block_until_so;

use crate::installing::{
    Built, CLASS, Computer, INSTALLED, PROGRAMS, RUN, UNINSTALL, all_files, forged, package_beside, put,
    succeeds,
};

#[test]
fn it_is_installed_for_one_user_and_removed_but_for_what_was_made_with_it() {
    let computer = Computer::new();
    let shortcut = "AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Datatrax Connect.lnk";
    let shortcut = computer.0.path().join("windows/drive_c/users/root").join(shortcut);
    computer.install("1.0.0");
    assert_eq!(computer.files(), all_files());
    assert!(shortcut.exists(), "it stands in the Start menu");
    assert_eq!(computer.path().unwrap().0, INSTALLED, "dtx is on the PATH");
    let program = format!(r#""{INSTALLED}\datatrax-connect.exe""#);
    let command = computer.value(&format!(r"{CLASS}\shell\open\command"), "");
    assert_eq!(command, Some(format!(r#"{program} "%1""#)), "links open the window, with both in quotes");
    assert_eq!(computer.value(CLASS, "URL Protocol").as_deref(), Some(""), "it is a scheme");
    for (name, expected) in [
        ("DisplayVersion", "1.0.0".to_owned()),
        ("UninstallString", format!(r#""{INSTALLED}\uninstall.exe""#)),
        ("QuietUninstallString", format!(r#""{INSTALLED}\uninstall.exe" /S"#)),
    ] {
        assert_eq!(computer.value(UNINSTALL, name), Some(expected), "{name}");
    }

    let made = computer.local().join("datatrax-connect");
    fs::create_dir_all(&made).unwrap();
    put(made.join("connections.db"), "connections");
    put(computer.folder().join("notes of somebody.txt"), "notes");
    computer.registry(&[
        "add",
        RUN,
        "/v",
        "com.getdatatrax.connect.x",
        "/d",
        &format!(r#""{INSTALLED}\datatrax-agent.exe" agent"#),
        "/f",
    ]);
    computer.registry(&["add", RUN, "/v", "another", "/d", r"C:\another.exe", "/f"]);
    computer.uninstall();
    assert_eq!(
        computer.files(),
        BTreeSet::from(["notes of somebody.txt".to_owned()]),
        "nothing but its own goes"
    );
    assert!(made.join("connections.db").exists(), "connections stay");
    assert!(!shortcut.exists(), "the shortcut is gone");
    assert_eq!(computer.path(), None, "and its part of the PATH");
    assert_eq!(computer.value(&format!(r"{CLASS}\shell\open\command"), ""), None, "and the links");
    assert_eq!(computer.value(RUN, "com.getdatatrax.connect.x"), None, "and its start at login");
    assert_eq!(computer.value(RUN, "another").as_deref(), Some(r"C:\another.exe"), "and no other program's");
}

#[test]
fn links_that_another_copy_has_taken_over_stay_with_it() {
    let computer = Computer::new();
    computer.install("1.0.0");
    let command = format!(r"{CLASS}\shell\open\command");
    computer.registry(&["add", &command, "/ve", "/d", r#""D:\copy\datatrax-connect.exe" "%1""#, "/f"]);
    computer.uninstall();
    assert_eq!(computer.value(&command, "").as_deref(), Some(r#""D:\copy\datatrax-connect.exe" "%1""#));
}

#[test]
fn the_path_gets_one_entry_more_and_is_as_it_was_afterwards_however_long() {
    let computer = Computer::new();
    let long: Vec<_> = (0..400).map(|number| format!(r"C:\folder{number}")).collect();
    for (kind, before) in [
        ("REG_SZ", r"C:\a".to_owned()),
        ("REG_EXPAND_SZ", r"%USERPROFILE%\bin;C:\Zoë;".to_owned()),
        ("REG_EXPAND_SZ", format!(r"{INSTALLED} Other;C:\x{INSTALLED}")),
        ("REG_SZ", long.join(";")),
    ] {
        computer.registry(&["add", r"HKCU\Environment", "/v", "Path", "/t", kind, "/d", &before, "/f"]);
        let before = computer.path().unwrap();
        assert_eq!(before.1, kind, "{before:?}");
        computer.install("1.0.0");
        let once = computer.path().unwrap();
        computer.install("1.0.0");
        assert_eq!(computer.path().unwrap(), once, "a second installation adds no second one");
        let expected = format!("{};{INSTALLED}", before.0.trim_end_matches(';'));
        assert_eq!(once.0.trim_end_matches(';'), expected, "at its end, where it is in nobody's way");
        assert_eq!(once.1, kind, "of the kind it was");
        computer.uninstall();
        assert_eq!(computer.path().unwrap(), before, "and as it was");
    }
}

#[test]
fn an_upgrade_stops_the_agent_replaces_what_runs_and_starts_the_agent_again() {
    let computer = Computer::new();
    computer.install("1.0.0");
    put(computer.temp("hold"), "");
    let mut window = computer.command(computer.folder().join(PROGRAMS[1])).arg("hold").spawn().unwrap();
    block_until_so("the window does not open", || !computer.log().is_empty());
    put(computer.temp("agent"), "");
    computer.install("2.0.0");
    block_until_so("the agent was not started again", || computer.log().len() == 4);
    assert_eq!(
        computer.log(),
        [
            "1.0.0 datatrax-connect.exe <hold>",
            "1.0.0 dtx.exe <agent> <status> <--json>",
            "1.0.0 dtx.exe <agent> <stop>",
            "2.0.0 datatrax-agent.exe <agent> <--restart>",
        ]
    );
    assert!(window.try_wait().unwrap().is_none(), "the open window goes on");
    assert!(computer.files().contains("datatrax-connect.exe.replaced-1"), "under another name");
    assert_eq!(computer.value(UNINSTALL, "DisplayVersion").as_deref(), Some("2.0.0"));

    fs::remove_file(computer.temp("hold")).unwrap();
    assert!(window.wait().unwrap().success(), "and closes well");
    computer.install("2.0.0");
    assert_eq!(computer.files(), all_files(), "and the next installation finds it gone");
    assert_eq!(computer.log().len(), 5, "an agent that did not run is not started");
}

#[test]
fn a_program_that_still_runs_is_in_the_way_of_no_removal() {
    let computer = Computer::new();
    computer.install("1.0.0");
    put(computer.temp("hold"), "");
    let mut window = computer.command(computer.folder().join(PROGRAMS[1])).arg("hold").spawn().unwrap();
    block_until_so("the window does not open", || !computer.log().is_empty());
    computer.uninstall();
    assert!(!computer.folder().exists(), "its folder is gone: {:?}", computer.files());
    assert!(window.try_wait().unwrap().is_none(), "the window goes on until it is closed");
    fs::remove_file(computer.temp("hold")).unwrap();
    window.wait().unwrap();
}

#[test]
fn equal_programs_give_equal_installers_and_a_key_signs_programs_and_installer() {
    let place = tempfile::tempdir().unwrap();
    let again = Built::once().pack("1.0.0", place.path(), &[]);
    let before = Built::once().installer("1.0.0");
    for (again, before) in [(&again, &before), (&package_beside(&again), &package_beside(&before))] {
        assert!(fs::read(again).unwrap() == fs::read(before).unwrap(), "to the byte: {}", again.display());
    }
    forged(place.path());
    let named = |name: &str| place.path().join(name).to_str().unwrap().to_owned();
    let keys = [("SIGNING_KEY", named("key.pem")), ("SIGNING_CERTIFICATES", named("certificate.pem"))];
    let keys = keys.each_ref().map(|(name, file)| (*name, file.as_str()));
    let signed = Built::once().pack("2.0.0", place.path(), &keys);
    let is_signed = |file: &Path| {
        let mut verify = Command::new("osslsigncode");
        verify
            .args(["verify", "-CAfile", &named("certificate.pem"), "-in"])
            .arg(file)
            .output()
            .unwrap()
            .status
            .success()
    };
    assert!(is_signed(&signed), "the installer");
    assert!(is_signed(&package_beside(&signed)), "the package for software distribution");
    let computer = Computer::new();
    succeeds(computer.command(signed).arg("/S"));
    for program in PROGRAMS.iter().chain(&["uninstall.exe"]) {
        assert!(is_signed(&computer.folder().join(program)), "{program}");
    }
    assert!(!is_signed(&Built::once().installer("2.0.0")), "without a key nothing is");
}
