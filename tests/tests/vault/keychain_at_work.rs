//! A keychain that takes its time, because this computer is busy, and one that says nothing: the one is waited for, the other is
//! told.

use std::{
    fs,
    pin::pin,
    process::{Child, Command},
    thread::available_parallelism,
    time::Duration,
};

use connect_tests::{Desk, one_at_a_time, org, until_so};
use futures_util::future::join_all;

/// How long the keyring waits for a processor, all in all: far longer than it may be silent.
const HINDERED: Duration = Duration::from_secs(10);

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

fn signal(program: &str, signal: &str) {
    assert!(Command::new("kill").args([signal, program]).status().unwrap().success(), "{signal}");
}

fn threads(program: &str) -> Vec<String> {
    let threads = fs::read_dir(format!("/proc/{program}/task")).unwrap();
    threads.map(|thread| thread.unwrap().file_name().into_string().unwrap()).collect()
}

/// Whether every thread was given it: one may have ended meanwhile, and only root may go back.
fn has_priority(program: &str, nice: &str) -> bool {
    Command::new("renice").args(["-n", nice, "-p"]).args(threads(program)).status().unwrap().success()
}

/// How long it has waited for a processor, as far as the kernel has noted that.
fn waited(program: &str) -> Duration {
    let of = |thread| {
        let noted = fs::read_to_string(format!("/proc/{program}/task/{thread}/schedstat")).ok()?;
        noted.split_whitespace().nth(1)?.parse::<u64>().ok()
    };
    Duration::from_nanos(threads(program).into_iter().filter_map(of).sum())
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
    let keyring = keyring(&desk);
    until_so("everybody else does not go first", async || has_priority(&keyring, "19")).await;
    let busy = Busy::with(4);
    let mut crowd = pin!(join_all((0..200).map(|_| desk.dtx(&["token", "p"]))));
    let served = tokio::select! {
        served = &mut crowd => Some(served),
        () = until_so("it is not hindered", async || waited(&keyring) >= HINDERED) => None,
    };
    // The last would be served after a quarter of an hour.
    drop(busy);
    // Only where root runs these tests is other work done beside them.
    has_priority(&keyring, "0");
    let crowd = match served {
        Some(served) => served,
        None => crowd.await,
    };
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
    signal(&keyring, "-STOP");
    for ended in join_all((0..20).map(|_| desk.dtx(&["token", "p"]))).await {
        assert!(ended.code == 5 && ended.error.contains("keychain did not answer"), "told: {ended:?}");
    }
    signal(&keyring, "-CONT");
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "and once it answers there is a token");
}
