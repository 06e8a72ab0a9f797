//! The package for software distribution (`.msi`), with stand-ins for the programs: for the whole computer, without a question.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::{Child, Command},
};

use connect_tests::{block_until_so, of_windows};

use crate::installing::{Built, CLASS, Computer, PROGRAMS, package_beside, put, succeeds};

const INSTALLED: &str = r"C:\Program Files\Datatrax Connect\";
const CLASS_OF_ALL: &str = r"HKLM\Software\Classes\com.getdatatrax.connect";
const ENVIRONMENT: &str = r"HKLM\System\CurrentControlSet\Control\Session Manager\Environment";
const APPS: &str = r"HKLM\Software\Microsoft\Windows\CurrentVersion\Uninstall";
const LINK: &str = "com.getdatatrax.connect://auth/salesforce/callback?code=a&state=b c";
/// The code of version 2.0.0.
const NEWER: &str = "{F4C4E7D1-356B-5DF5-85EF-83C41C197A32}";
/// What Windows Installer ends with where it has left all as it was, of which Linux keeps 8 bits.
const REFUSED: i32 = 1603 % 256;

fn package(version: &str) -> PathBuf {
    package_beside(&Built::once().installer(version))
}

/// As software distribution does it: `word` is `/i` or `/x`.
fn distribute(computer: &Computer, word: &str, version: &str) -> Option<i32> {
    let mut command = computer.command("msiexec");
    command.args([word, &of_windows(&package(version)), "/qn"]).status().unwrap().code()
}

fn folder(computer: &Computer) -> PathBuf {
    computer.0.path().join("windows/drive_c/Program Files/Datatrax Connect")
}

fn files(computer: &Computer) -> BTreeSet<String> {
    let files = fs::read_dir(folder(computer)).into_iter().flatten();
    files.map(|file| file.unwrap().file_name().into_string().unwrap()).collect()
}

fn all_files(more: &[&str]) -> BTreeSet<String> {
    let all = PROGRAMS.iter().chain(&["WebView2Loader.dll", "notices.txt"]).chain(more);
    all.map(|name| (*name).to_owned()).collect()
}

/// The folders of everybody's PATH, and its kind. Wine 10 leaves the semicolon of a folder that goes.
fn path(computer: &Computer) -> (Vec<String>, String) {
    let (text, kind) = computer.value_and_kind(ENVIRONMENT, "Path").unwrap();
    (text.split(';').filter(|folder| !folder.is_empty()).map(str::to_owned).collect(), kind)
}

/// Where all users' Start menus have what is for everybody. Wine lays it into that of the one user.
fn shortcut(computer: &Computer) -> Option<PathBuf> {
    let start = "Microsoft/Windows/Start Menu/Programs/Datatrax Connect.lnk";
    let places = [format!("ProgramData/{start}"), format!("users/root/AppData/Roaming/{start}")];
    let places = places.map(|place| computer.0.path().join("windows/drive_c").join(place));
    places.into_iter().find(|place| place.exists())
}

/// The versions that stand under *Apps*.
fn under_apps(computer: &Computer) -> Vec<String> {
    let keys = computer.registry(&["query", APPS]);
    let keys = keys.lines().filter(|line| line.starts_with("HKEY_"));
    let ours = keys.filter(|key| computer.value(key, "DisplayName").as_deref() == Some("Datatrax Connect"));
    ours.map(|key| computer.value(key, "DisplayVersion").unwrap()).collect()
}

/// A program of ours that runs until `let_go`.
fn running(computer: &Computer, program: &str) -> Child {
    put(computer.temp("hold"), "");
    let before = computer.log().len();
    let running = computer.command(folder(computer).join(program)).arg("hold").spawn().unwrap();
    block_until_so("it does not start", || computer.log().len() > before);
    running
}

fn let_go(computer: &Computer, running: impl IntoIterator<Item = Child>) {
    fs::remove_file(computer.temp("hold")).unwrap();
    for mut running in running {
        assert!(running.wait().unwrap().success(), "it ends well");
    }
}

#[test]
fn it_is_installed_for_the_whole_computer_and_removed_but_for_what_people_have_made() {
    let computer = Computer::new();
    let before = path(&computer);
    assert_eq!(distribute(&computer, "/i", "1.0.0"), Some(0));
    assert_eq!(files(&computer), all_files(&[]));
    let command = computer.value(&format!(r"{CLASS_OF_ALL}\shell\open\command"), "");
    let expected = format!(r#""{INSTALLED}datatrax-connect.exe" "%1""#);
    assert_eq!(command, Some(expected), "links open the window, with both in quotes");
    assert_eq!(computer.value(CLASS_OF_ALL, "URL Protocol").as_deref(), Some(""), "it is a scheme");
    assert_eq!(computer.value(CLASS, ""), None, "of everybody's");
    let (folders, kind) = path(&computer);
    assert_eq!(
        folders,
        [before.0.as_slice(), &[INSTALLED.to_owned()]].concat(),
        "dtx is on everybody's PATH"
    );
    assert_eq!(kind, before.1);
    assert_eq!(computer.path(), None, "and on nobody's own");
    assert!(shortcut(&computer).is_some(), "it stands in the Start menu");
    assert_eq!(under_apps(&computer), ["1.0.0"]);
    succeeds(computer.command("start").arg(LINK));
    block_until_so("no link opens the window", || !computer.log().is_empty());
    assert_eq!(computer.log(), [format!("1.0.0 datatrax-connect.exe <{LINK}>")], "a link is one argument");

    let made = computer.local().join("datatrax-connect");
    fs::create_dir_all(&made).unwrap();
    put(made.join("connections.db"), "connections");
    put(folder(&computer).join("notes of somebody.txt"), "notes");
    assert_eq!(distribute(&computer, "/x", "1.0.0"), Some(0));
    assert_eq!(
        files(&computer),
        BTreeSet::from(["notes of somebody.txt".to_owned()]),
        "nothing but its own goes"
    );
    assert!(made.join("connections.db").exists(), "connections stay");
    assert_eq!(computer.value(CLASS_OF_ALL, "URL Protocol"), None, "the links are gone");
    assert_eq!(path(&computer), before, "the PATH is as it was");
    assert_eq!(shortcut(&computer), None, "and the Start menu");
    assert_eq!(under_apps(&computer), [""; 0]);
}

#[test]
fn a_newer_version_takes_the_place_of_an_older_one_and_an_older_one_does_not() {
    let computer = Computer::new();
    assert_eq!(distribute(&computer, "/i", "1.0.0"), Some(0));
    let once = path(&computer);
    for (version, code) in [("2.0.0", 0), ("1.0.0", REFUSED)] {
        assert_eq!(distribute(&computer, "/i", version), Some(code), "{version}");
        assert_eq!(files(&computer), all_files(&[]));
        assert_eq!(under_apps(&computer), ["2.0.0"]);
        assert_eq!(path(&computer), once, "with one folder in the PATH");
        succeeds(computer.command(folder(&computer).join("dtx.exe")).arg(version));
        let newer = format!("2.0.0 dtx.exe <{version}>");
        assert_eq!(computer.log().last(), Some(&newer), "the next start finds the newer one");
    }
}

/// Windows tells the older version what it is taken away for, which Wine 10 does not.
#[test]
fn an_upgrade_leaves_programs_that_run_to_themselves_under_a_name_that_the_newer_ones_know() {
    let computer = Computer::new();
    assert_eq!(distribute(&computer, "/i", "1.0.0"), Some(0));
    let mut at_work = [PROGRAMS[0], PROGRAMS[1]].map(|program| running(&computer, program));
    let mut removal = computer.command("msiexec");
    removal.args(["/x", &of_windows(&package("1.0.0")), &format!("UPGRADINGPRODUCTCODE={NEWER}"), "/qn"]);
    succeeds(&mut removal);
    let aside = ["datatrax-agent.exe.replaced-1.0.0", "datatrax-connect.exe.replaced-1.0.0"];
    assert_eq!(files(&computer), BTreeSet::from(aside.map(str::to_owned)), "only what runs is left");
    assert_eq!(distribute(&computer, "/i", "2.0.0"), Some(0), "without a wish for a restart");
    assert_eq!(files(&computer), all_files(&aside));
    for running in &mut at_work {
        assert!(running.try_wait().unwrap().is_none(), "and goes on");
    }
    let_go(&computer, at_work);
    assert_eq!(distribute(&computer, "/x", "2.0.0"), Some(0));
    assert!(!folder(&computer).exists(), "at last nothing of it is left: {:?}", files(&computer));
}

#[test]
fn the_installer_for_one_user_leaves_a_computer_alone_that_has_one_for_everybody() {
    let computer = Computer::new();
    assert_eq!(distribute(&computer, "/i", "1.0.0"), Some(0));
    let setup = computer.command(Built::once().installer("2.0.0")).arg("/S").status().unwrap();
    assert_eq!(setup.code(), Some(2));
    assert_eq!(computer.files(), BTreeSet::new(), "nothing is installed");
    assert_eq!(distribute(&computer, "/x", "1.0.0"), Some(0));
    computer.install("2.0.0");
}

/// What Wine does not look at.
#[test]
fn it_is_for_the_computer_restarts_nothing_and_names_its_shortcut_as_windows_knows_our_notifications() {
    let package = package("1.0.0");
    let [shortcuts, properties, order] =
        ["MsiShortcutProperty", "Property", "InstallExecuteSequence"].map(|table| exported(&package, table));
    assert_eq!(shortcuts, ["Application\tStartMenu\tSystem.AppUserModel.ID\tcom.getdatatrax.connect"]);
    for (name, value) in [
        ("ALLUSERS", "1"),
        ("MSIRESTARTMANAGERCONTROL", "Disable"),
        ("ProductVersion", "1.0.0"),
        ("REBOOT", "ReallySuppress"),
        ("SecureCustomProperties", "WIX_DOWNGRADE_DETECTED;WIX_UPGRADE_DETECTED;WINDOWS"),
    ] {
        assert!(properties.contains(&format!("{name}\t{value}")), "{name}: {properties:?}");
    }
    for ours in ["ClearAside\tREMOVE=\"ALL\"\t3480", "PutAside\tUPGRADINGPRODUCTCODE\t3490"] {
        assert!(order.iter().any(|line| line == ours), "in no repair, which any user may begin: {order:?}");
    }
    let told = succeeds(Command::new("msiinfo").arg("suminfo").arg(&package));
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("Template: x64;1033"), "for 64 bits: {told}");
    assert!(told.contains("Source: 2 "), "an administrator's rights are needed: {told}");
}

/// The codes by which Windows tells products, versions and files apart.
#[test]
fn each_version_has_a_code_of_its_own_and_all_have_one_in_common() {
    let of = |version: &str, name: &str| {
        let begin = format!("{name}\t");
        let properties = exported(&package(version), "Property");
        properties.iter().find_map(|line| line.strip_prefix(&begin).map(str::to_owned)).unwrap()
    };
    assert_eq!(of("1.0.0", "ProductCode"), "{49D34926-B93B-5A82-B271-080248F8F912}", "made from the version");
    assert_eq!(of("2.0.0", "ProductCode"), NEWER);
    assert_eq!(of("2.0.0", "UpgradeCode"), of("1.0.0", "UpgradeCode"));
    let parts = ["1.0.0", "2.0.0"].map(|version| exported(&package(version), "Component"));
    assert_eq!(parts[0], parts[1], "the parts keep their codes");
}

/// The lines of a table, without the three that say what its columns are.
fn exported(package: &Path, table: &str) -> Vec<String> {
    let told = succeeds(Command::new("msiinfo").arg("export").arg(package).arg(table));
    let told = String::from_utf8(told.stdout).unwrap();
    told.lines().skip(3).map(|line| line.trim_end_matches('\r').to_owned()).collect()
}
