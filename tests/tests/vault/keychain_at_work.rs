//! A keychain that takes its time, because this computer is busy, and one that says nothing: the one is waited for, the other is
//! told.

use std::{
    fs,
    process::{Child, Command},
    thread::available_parallelism,
};

use connect_tests::{Desk, one_at_a_time, org};
use futures_util::future::join_all;

/// The keyring of this desk, by its name among the programs that have the desk's bus.
fn keyring(desk: &Desk) -> String {
    let ours = |pid: &str| {
        let environment = fs::read(format!("/proc/{pid}/environ")).unwrap_or_default();
        let name = fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
        name.trim() == "gnome-keyring-d"
            && String::from_utf8_lossy(&environment).contains(desk.folder().to_str().unwrap())
    };
    let programs = fs::read_dir("/proc").unwrap().flatten();
    let mut programs = programs.filter_map(|program| program.file_name().into_string().ok());
    programs.find(|pid| ours(pid)).expect("the keyring runs")
}

fn do_to(program: &str, what: &[&str]) {
    let (command, arguments) = what.split_first().unwrap();
    assert!(Command::new(command).args(arguments).arg(program).status().unwrap().success(), "{what:?}");
}

/// Programs that want every processor all the time.
struct Busy(Vec<Child>);

impl Busy {
    fn with(each: usize) -> Self {
        let programs = available_parallelism().unwrap().get() * each;
        let start = |_| Command::new("sh").args(["-c", "while :; do :; done"]).spawn().unwrap();
        Self((0..programs).map(start).collect())
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        for program in &mut self.0 {
            program.kill().unwrap();
            program.wait().unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keychain_that_hardly_gets_to_work_is_waited_for() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    // It works when nobody else wants to.
    do_to(&keyring(&desk), &["chrt", "--all-tasks", "--idle", "--pid", "0"]);
    let busy = Busy::with(2);
    let crowd = join_all((0..20).map(|_| desk.dtx(&["token", "p"]))).await;
    drop(busy);
    for ended in crowd {
        assert_eq!(ended.code, 0, "a token: {ended:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_keychain_that_hangs_is_told_to_everybody_who_waits() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let keyring = keyring(&desk);
    do_to(&keyring, &["kill", "-STOP"]);
    for ended in join_all((0..20).map(|_| desk.dtx(&["token", "p"]))).await {
        assert!(ended.code == 5 && ended.error.contains("keychain did not answer"), "told: {ended:?}");
    }
    do_to(&keyring, &["kill", "-CONT"]);
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "and once it answers there is a token");
}
