//! Where the agent is found, whatever becomes of the folders around it, and on which computer.

use std::{
    fs,
    os::unix::{
        fs::{DirBuilderExt, PermissionsExt, chown},
        process::CommandExt,
    },
    path::{Path, PathBuf},
};

use connect_core::{
    explain::Code,
    platform::{home::Home, lock, user},
};
use connect_tests::{
    Desk, INTEGRATION, Person, Press, figures, one_at_a_time, org, told::is_told, until, until_so,
};

fn closed_folder(path: &Path) {
    fs::DirBuilder::new().mode(0o700).create(path).unwrap();
}

/// A desk whose home has too long a path for a socket in it: that is in the login's folder, or among the temporary files.
fn far_away() -> (Desk, PathBuf) {
    let mut desk = Desk::new();
    let home = desk.folder().join("h".repeat(100));
    let temporary = desk.folder().join("t");
    closed_folder(&temporary);
    desk.set("DATATRAX_HOME", home.to_str().unwrap());
    desk.set("TMPDIR", temporary.to_str().unwrap());
    let runtime = desk.folder().join("user/run");
    (desk, runtime)
}

#[tokio::test]
async fn an_agent_whose_folder_is_taken_away_puts_its_socket_back() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let agent = desk.agent(&[]).await;
    let pid = agent.id().to_string();
    let run = Home::at(&desk.home()).unwrap().run().to_owned();
    let away: [fn(&Path); 3] = [
        |run| fs::remove_file(run.join("agent.sock")).unwrap(),
        |run| fs::remove_dir_all(run).unwrap(),
        |run| fs::rename(run, run.with_extension("away")).unwrap(),
    ];
    for (number, take) in away.into_iter().enumerate() {
        take(&run);
        until_so("the socket is back", async || run.join("agent.sock").exists()).await;
        // Its file is there a moment before somebody listens.
        let found = until("an agent is found", async || desk.agent_pid().await).await;
        assert_eq!(found, pid, "{number}: the same one");
        let second = desk.dtx(&["agent"]).await;
        assert!(second.code == 4 && second.error.contains(&pid), "{number}: it is the only one: {second:?}");
    }
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "it hears who wants it to stop");
    assert_eq!(agent.ended().await.code, 0, "and ends well");
}

#[tokio::test]
async fn an_agent_follows_the_folder_of_the_login_away_and_back() {
    let _turn = one_at_a_time();
    let (desk, runtime) = far_away();
    if Path::new(&format!("/run/user/{}", user::number())).exists() {
        figures("the tester's login has a folder of its own, which the agent would go to: not looked at");
        return;
    }
    let agent = desk.agent(&[]).await;
    let pid = agent.id().to_string();
    assert!(runtime.join("datatrax").exists(), "the socket is in the login's folder");
    fs::remove_dir_all(&runtime).unwrap();
    until("it is found among the temporary files", async || {
        desk.agent_pid().await.filter(|found| *found == pid)
    })
    .await;
    closed_folder(&runtime);
    until_so("it comes back with the next login", async || {
        fs::read_dir(runtime.join("datatrax")).is_ok_and(|mut found| found.next().is_some())
    })
    .await;
    let found = until("it is found there", async || desk.agent_pid().await).await;
    assert_eq!(found, pid, "the same one");
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    agent.ended().await;
}

#[tokio::test]
async fn an_agent_whose_home_is_gone_ends_well() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let agent = desk.agent(&[]).await;
    fs::remove_dir_all(desk.home()).unwrap();
    let ended = agent.ended().await;
    assert_eq!(ended.code, 0, "in order: {ended:?}");
}

#[tokio::test]
async fn a_database_that_is_deleted_or_replaced_under_an_agent_loses_nothing() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut agent = desk.agent(&[]).await;
    desk.connect(&org, "p").await;
    let file = |ending: &str| desk.home().join(format!("connections.db{ending}"));
    for endings in [&["", "-wal", "-shm"][..], &[""], &["-wal", "-shm"]] {
        for ending in endings {
            fs::remove_file(file(ending)).unwrap();
        }
        until_so("all is back without anybody asking", async || file("").exists() && file("-wal").exists())
            .await;
        let token = desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!(token.code, 0, "{endings:?}: {token:?}");
    }
    let history = desk.dtx(&["show", "p"]).await.output;
    assert!(history.contains("was put back"), "which is told: {history}");
    // Another one in its place, which is a restored backup or a careless cp.
    let backup = file("-backup");
    assert!(agent.kill().await, "it has no time to tidy up");
    let token = desk.dtx(&["token", "p", "--fresh"]).await;
    assert_eq!(token.code, 0, "what Salesforce sent last is on the disk: {token:?}");
    fs::copy(file(""), &backup).unwrap();
    let agent = desk.agent(&[]).await;
    desk.connect(&org, "later").await;
    fs::rename(&backup, file("")).unwrap();
    assert_eq!(desk.aliases().await, ["p"], "the agent goes on with what everybody finds");
    assert_eq!(desk.dtx(&["rename", "p", "q"]).await.code, 0, "and stores it there");
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    agent.ended().await;
    assert_eq!(desk.aliases().await, ["q"], "where it is found");
}

#[tokio::test]
async fn an_agent_whose_home_is_moved_ends_and_everything_is_in_the_moved_home() {
    let _turn = one_at_a_time();
    let (mut desk, org) = (Desk::new(), org().await);
    let home = desk.folder().join("disk/data/home");
    for (number, above) in ["disk/data/home", "disk/data"].into_iter().enumerate() {
        fs::create_dir_all(home.parent().unwrap()).unwrap();
        desk.set("DATATRAX_HOME", home.to_str().unwrap());
        let agent = desk.agent(&[]).await;
        desk.connect(&org, "p").await;
        let moved = desk.folder().join(format!("moved-{number}"));
        fs::rename(desk.folder().join(above), &moved).unwrap();
        assert_eq!(agent.ended().await.code, 0, "{above}: it ends by itself, in order");
        assert!(!home.exists(), "{above}: and makes nothing where its home was");
        let moved = moved.join(Path::new("disk/data/home").strip_prefix(above).unwrap());
        desk.set("DATATRAX_HOME", moved.to_str().unwrap());
        let token = desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!(token.code, 0, "{above}: and what was stored is where the home is now: {token:?}");
    }
}

#[tokio::test]
async fn an_agent_leaves_another_home_alone_that_came_into_the_place_of_its_own() {
    let _turn = one_at_a_time();
    let desk = Desk::without_keyring();
    let agent = desk.agent(&[]).await;
    fs::rename(desk.home(), desk.folder().join("moved")).unwrap();
    let another = Home::at(&desk.home()).unwrap();
    assert_eq!(agent.ended().await.code, 0, "it ends");
    assert!(lock::try_exclusive(&another.agent_lock()).unwrap().is_some(), "and holds no lock of it");
    assert!(!another.database().exists(), "nor has it made anything in it");
}

/// The only agent there is, but out of reach: as one of an older version whose socket was taken away.
#[tokio::test]
async fn an_agent_that_cannot_be_reached_is_named() {
    let _turn = one_at_a_time();
    let desk = Desk::without_keyring();
    let home = Home::at(&desk.home()).unwrap();
    let mut held = lock::try_exclusive(&home.agent_lock()).unwrap().unwrap();
    held.note(r#"{"pid":4711}"#).unwrap();
    for command in [&["agent", "status"][..], &["agent", "stop"], &["agent"]] {
        let ended = desk.dtx(command).await;
        assert_eq!(ended.code, 4, "{command:?}: {ended:?}");
        ended.said(Code::AgentSilent);
        assert!(ended.error.contains("process 4711"), "{command:?}: which one: {ended:?}");
    }
    drop(held);
    let status = desk.dtx(&["agent", "status"]).await;
    assert!(status.code == 0 && status.output.contains("is not running"), "once it has ended: {status:?}");
}

#[tokio::test]
async fn what_is_under_way_is_finished_after_the_folder_is_gone() {
    let _turn = one_at_a_time();
    let (desk, runtime) = far_away();
    let org = org().await;
    let agent = desk.agent(&[]).await;
    let mut signing_in = desk.connecting(&org, "p", &[]).await;
    let url = signing_in.event("authorize").await["url"].as_str().unwrap().to_owned();
    let back = Person::of(&org, INTEGRATION).answer(&url, Press::Allow).await;
    fs::remove_dir_all(&runtime).unwrap();
    let arriving = tokio::spawn(connect_tests::arrive(back));
    assert_eq!(signing_in.ended().await.code, 0, "the sign-in ends well");
    arriving.await.unwrap();
    let mut agent = agent;
    agent.signal("-TERM").await;
    assert_eq!(agent.ended().await.code, 0, "and so does the agent");
    assert_eq!(desk.aliases().await, ["p"], "with everything stored");
}

#[tokio::test]
async fn another_computer_that_uses_the_same_home_says_which_one_has_the_agent() {
    let _turn = one_at_a_time();
    let desk = Desk::without_keyring();
    let (dtx, socket) = (desk.program("dtx"), desk.home().join("run/agent.sock"));
    // A computer of another name; what is mounted there is seen by nobody else.
    let on = |host: &str, script: &str| {
        let mut command = desk.command("unshare");
        let script = format!("hostname {host} && {script}");
        command.args(["--uts", "--mount", "--map-root-user", "sh", "-c", &script]);
        command
    };
    let mut agent = on("first", &format!("exec {} agent --no-tray", dtx.display())).spawn().unwrap();
    until_so("the agent listens", async || desk.agent_pid().await.is_some()).await;
    for arguments in ["agent status", "agent stop", "agent"] {
        // Through NFS the socket's file is seen, and leads to nobody.
        let script =
            format!("mount --bind /dev/null {} && exec {} {arguments}", socket.display(), dtx.display());
        let said = on("second", &script).output().unwrap();
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(4), "{arguments}: {words}");
        assert!(is_told(Code::AgentElsewhere, &words), "{arguments}: {words}");
        assert!(words.contains("another computer, first"), "{arguments}: which one: {words}");
    }
    let list =
        on("second", &format!("mount --bind /dev/null {} && exec {} list", socket.display(), dtx.display()));
    assert!({ list }.output().unwrap().status.success(), "and dtx does its work there itself");
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped where it is");
    agent.wait().unwrap();
}

#[tokio::test]
async fn root_leaves_nothing_in_the_folders_of_another_user() {
    if user::number() != 0 {
        figures("only root can do things for others: not looked at");
        return;
    }
    let desk = Desk::without_keyring();
    let theirs = desk.folder().join("theirs");
    fs::create_dir(&theirs).unwrap();
    chown(&theirs, Some(12_345), None).unwrap();
    let home = theirs.join(".local/share/datatrax-connect");
    for variable in ["DATATRAX_HOME", "XDG_DATA_HOME"] {
        let value = if variable == "DATATRAX_HOME" { &home } else { &theirs.join(".local/share") };
        for arguments in [&["list"][..], &["agent", "status"], &["agent"], &["token", "p"]] {
            let mut dtx = desk.command(desk.program("dtx"));
            dtx.args(arguments).env_remove("DATATRAX_HOME").env("HOME", &theirs).env(variable, value);
            let said = dtx.output().unwrap();
            let words = String::from_utf8_lossy(&said.stderr).into_owned();
            assert_eq!(said.status.code(), Some(5), "{variable} {arguments:?}: {words}");
            assert!(words.contains("without sudo") && words.contains("12345"), "{arguments:?}: {words}");
        }
    }
    assert_eq!(fs::read_dir(&theirs).unwrap().count(), 0, "nothing is left");
}

#[tokio::test]
async fn what_root_has_left_is_named_with_its_cure() {
    if user::number() != 0 {
        figures("only root can leave things: not looked at");
        return;
    }
    let desk = Desk::without_keyring();
    // As somebody else, who may reach the programs and his own home.
    let theirs = tempfile::tempdir_in("/tmp").unwrap();
    let dtx = theirs.path().join("dtx");
    fs::copy(desk.program("dtx"), &dtx).unwrap();
    let home = theirs.path().join("home");
    let left: [fn(&Path); 3] = [
        |home| fs::DirBuilder::new().create(home).unwrap(),
        |home| drop(Home::at(home).unwrap()),
        |home| {
            drop(Home::at(home).unwrap());
            fs::File::create(home.join("settings.toml")).unwrap();
            for path in [home.to_owned(), home.join("run")] {
                chown(path, Some(12_345), None).unwrap();
            }
        },
    ];
    for (number, leave) in left.into_iter().enumerate() {
        leave(&home);
        fs::set_permissions(theirs.path(), fs::Permissions::from_mode(0o755)).unwrap();
        let mut command = desk.command(&dtx);
        command.arg("list").env("HOME", theirs.path()).env("DATATRAX_HOME", &home).uid(12_345).gid(12_345);
        let said = command.output().unwrap();
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(5), "{number}: {words}");
        let cure = format!("sudo chown -R 12345 '{}", home.display());
        assert!(words.contains("belongs to root") && words.contains(&cure), "{number}: {words}");
        fs::remove_dir_all(&home).unwrap();
    }
}

#[tokio::test]
async fn a_home_below_the_tilde_is_in_the_home_folder_and_what_is_not_whole_is_refused_by_name() {
    let desk = Desk::without_keyring();
    let (account, elsewhere) = (desk.folder().join("user"), desk.folder().join("elsewhere"));
    closed_folder(&elsewhere);
    let run = |changes: &[(&str, &str)]| {
        let mut dtx = desk.command(desk.program("dtx"));
        dtx.arg("list").current_dir(&elsewhere).envs(changes.iter().copied()).output().unwrap()
    };
    assert!(run(&[("DATATRAX_HOME", "~/.dtx")]).status.success(), "taken");
    assert!(account.join(".dtx/connections.db").exists(), "in the home folder");
    for (variable, value, code) in [
        ("DATATRAX_HOME", ".dtx", 5),
        ("DATATRAX_HOME", "\"~/.dtx\"", 5),
        ("DATATRAX_HOME", "~somebody/.dtx", 5),
        ("DATATRAX_HOME", "~", 5),
        ("DATATRAX_HOME", "~/", 5),
        ("DATATRAX_HOME", "/tmp/dtx\r", 5),
        ("DATATRAX_CA_FILE", "company.pem", 2),
        ("DATATRAX_PASSPHRASE_FILE", "./passphrase", 2),
    ] {
        let said = run(&[(variable, value)]);
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(code), "{variable}={value:?}: {words}");
        assert!(words.contains(variable) && words.contains("~/"), "{variable}={value:?}: {words}");
    }
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0, "nothing was made where it was called");
}

#[tokio::test]
async fn a_folder_that_is_used_for_other_things_is_not_closed_to_others_but_refused() {
    let desk = Desk::without_keyring();
    let folder = desk.folder().join("Documents");
    let mode = || fs::metadata(&folder).unwrap().permissions().mode() & 0o7777;
    let open = || fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
    let run = |arguments: &[&str]| {
        let mut dtx = desk.command(desk.program("dtx"));
        dtx.args(arguments).env("DATATRAX_HOME", &folder).output().unwrap()
    };
    fs::create_dir(&folder).unwrap();
    open();
    let letter = folder.join("letter.odt");
    fs::File::create(&letter).unwrap();
    for arguments in [&["list"][..], &["agent"], &["agent", "status"], &["vault"]] {
        let said = run(arguments);
        let words = String::from_utf8_lossy(&said.stderr).into_owned();
        assert_eq!(said.status.code(), Some(5), "{arguments:?}: {words}");
        for part in ["other things", folder.to_str().unwrap(), "Documents/datatrax-connect", "chmod 700"] {
            assert!(words.contains(part), "{arguments:?}: {part} in {words}");
        }
        assert_eq!(mode(), 0o755, "{arguments:?}: its permissions are as they were");
        assert_eq!(fs::read_dir(&folder).unwrap().count(), 1, "{arguments:?}: and so is what is in it");
    }
    fs::set_permissions(&folder, fs::Permissions::from_mode(0o700)).unwrap();
    assert!(run(&["list"]).status.success(), "one that is closed already needs no change");
    open();
    assert!(run(&["list"]).status.success(), "and one that is a home is kept closed");
    assert_eq!(mode(), 0o700, "as a home is");
    fs::remove_dir_all(&folder).unwrap();
    fs::create_dir(&folder).unwrap();
    open();
    assert!(run(&["list"]).status.success(), "an empty one is taken");
    assert_eq!(mode(), 0o700, "and closed");
}
