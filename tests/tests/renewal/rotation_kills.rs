//! A program that is killed at any moment of a rotation: its plan is never lost, the connection works before and after, and no
//! other connection is touched.
//!
//! A fifth of `DATATRAX_KILLS` is the number of kills, and a twentieth where the pair was exposed or is rotated by REST. Only programs ended by the signal
//! count.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

use connect_core::{contract::view::RotationStep, guide::rotation::Plan};
use connect_tests::{Desk, Dtx, INTEGRATION, PATIENCE, Person, Press, Tap, figures, one_at_a_time};
use practice_org::{Options, Org};
use rusqlite::{Connection, OpenFlags, OptionalExtension};

const KILLS: usize = 1_000;
const SHARE: usize = 5;
/// A part of that for an exposed pair, with a sign-in in each round, and for one that is rotated by REST.
const SHARE_OF_EXPOSED: usize = 20;
const SHARE_BY_REST: usize = 20;
/// The steps at which a program can be killed, and the time before the first.
const STEPS: usize = 7;
const STEPS_OF_EXPOSED: usize = 8;
/// The pair is not pasted, and proved by the command that rotates.
const STEPS_BY_REST: usize = 5;

struct Rotation {
    desk: Desk,
    org: Org,
    tap: Tap,
    random: u64,
    /// The usual time of one command.
    usual: Duration,
    /// The number of commands killed since one has come to its end.
    in_a_row: u32,
    sign_ins: usize,
    exposed: bool,
    by_rest: bool,
}

impl Rotation {
    /// The plan on the disk.
    fn plan(&self) -> Option<Plan> {
        let path = self.desk.home().join("connections.db");
        let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        database.busy_timeout(PATIENCE).unwrap();
        let query = "SELECT plan FROM rotation";
        let plan: Option<String> = database.query_row(query, [], |row| row.get(0)).optional().unwrap();
        plan.map(|plan| serde_json::from_str(&plan).expect("a plan that can be read"))
    }

    fn step(&self) -> Option<RotationStep> {
        self.plan().map(|plan| plan.step())
    }

    /// Does in Setup what belongs to the step, and starts the command that leads on from it.
    async fn begin(&self) -> Dtx {
        let say = |what: &str| self.desk.start(&["rotate", "p", "--json", "--say", what]);
        match self.step() {
            None if self.exposed => self.desk.start(&["rotate", "p", "--exposed", "--json"]),
            None | Some(RotationStep::Prove) => self.desk.start(&["rotate", "p", "--json", "--no-browser"]),
            Some(RotationStep::Agree) => say("agree"),
            Some(RotationStep::EndSignIn) => say("end-sign-in"),
            Some(RotationStep::Stage | RotationStep::Rotate) if self.by_rest => say("by-rest"),
            Some(RotationStep::Stage) => {
                self.org.stage();
                if self.exposed {
                    self.org.rotate_staged();
                }
                say("staged")
            }
            Some(RotationStep::SignIn) => {
                let mut dtx = self.desk.start(&["rotate", "p", "--json", "--no-browser"]);
                dtx.sign_in(&mut Person::of(&self.org, INTEGRATION), Press::Allow).await;
                dtx
            }
            Some(RotationStep::Paste) => {
                let (key, secret) = self.org.staged().unwrap_or((self.org.key(), self.org.secret()));
                let mut dtx = self.desk.start(&[
                    "rotate",
                    "p",
                    "--json",
                    "--key",
                    &key,
                    "--secret-stdin",
                    "--no-browser",
                ]);
                dtx.say(&secret).await;
                dtx
            }
            Some(RotationStep::Rotate) => {
                self.org.rotate_staged();
                say("rotated")
            }
            Some(RotationStep::HandOver) => say("handed-over"),
            Some(RotationStep::EndFormer) => {
                self.org.delete_former();
                let looked = self.plan().is_some_and(|plan| plan.former().is_some());
                say(if looked { "finish" } else { "look" })
            }
            Some(step @ (RotationStep::Finished | RotationStep::TakenBack)) => {
                panic!("{step:?} is no step of a plan")
            }
        }
    }

    /// Kills once; returns the step, and whether the signal ended the program.
    async fn kill(&mut self) -> (Option<RotationStep>, bool) {
        let (step, refreshes) = (self.step(), self.org.counters().refreshes);
        let mut dtx = self.begin().await;
        // A command that takes longer than others comes to its end some time as well.
        tokio::time::sleep(self.some(self.usual * (2 + self.in_a_row))).await;
        let killed = dtx.kill().await;
        // What it had sent may still be on its way to the org.
        self.tap.quiet().await;
        self.in_a_row = if killed { self.in_a_row + 1 } else { 0 };
        if killed {
            let may_be_over = matches!(step, None | Some(RotationStep::EndFormer));
            assert!(self.plan().is_some() || may_be_over, "{step:?}: the plan is there");
        }
        let has_answered = self.org.counters().refreshes > refreshes;
        self.assert_works(step, has_answered && killed).await;
        (step, killed)
    }

    /// Asserts that the connection works. Where the org had answered a refresh whose answer died with the program, it says that,
    /// and one sign-in mends it.
    async fn assert_works(&mut self, step: Option<RotationStep>, may_be_lost: bool) {
        let token = self.desk.dtx(&["token", "p", "--fresh"]).await;
        if token.code == 0 {
            return;
        }
        let shown = self.desk.json(&["show", "p"]).await;
        // What a person ended is called that, also where the program died over it.
        if self.plan().is_some_and(|plan| plan.ends_sign_in()) {
            assert_eq!(shown["reason"]["code"], "sign_in_ended", "{step:?}: {token:?} {shown}");
            return;
        }
        let is_lost = shown["reason"]["code"] == "refresh_lost";
        assert!(may_be_lost && is_lost, "{step:?}: no connection ends: {token:?} {shown}");
        self.sign_ins += 1;
        let mut dtx = self.desk.start(&["reconnect", "p", "--no-browser", "--json"]);
        dtx.sign_in(&mut Person::of(&self.org, INTEGRATION), Press::Allow).await;
        dtx.end_input();
        let ended = dtx.ended().await;
        assert_eq!(ended.code, 0, "{step:?}: connected again: {ended:?}");
    }

    /// A random part of a time (xorshift; the same in every run).
    fn some(&mut self, whole: Duration) -> Duration {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        whole.mul_f64(f64::from(u32::try_from(self.random >> 32).unwrap()) / f64::from(u32::MAX))
    }
}

#[tokio::test]
async fn a_rotation_that_is_killed_anywhere_loses_neither_its_plan_nor_a_connection() {
    killed_anywhere(false, false, SHARE, STEPS).await;
}

#[tokio::test]
async fn a_rotation_of_an_exposed_pair_that_is_killed_anywhere_ends_nothing_but_the_sign_in() {
    killed_anywhere(true, false, SHARE_OF_EXPOSED, STEPS_OF_EXPOSED).await;
}

/// The practice org refuses to stage a second pair, so each pair that it made is found again.
#[tokio::test]
async fn a_rotation_by_rest_that_is_killed_anywhere_stages_nothing_twice_and_loses_nothing() {
    killed_anywhere(false, true, SHARE_BY_REST, STEPS_BY_REST).await;
}

async fn killed_anywhere(exposed: bool, by_rest: bool, share: usize, steps: usize) {
    let _turn = one_at_a_time();
    let kills = std::env::var("DATATRAX_KILLS").map_or(KILLS, |kills| kills.parse().unwrap()) / share;
    let (org, tap) = Tap::before(Options { rotation: true, ..Options::default() }).await;
    let other = Org::start(Options { seed: 2, ..Options::default() }).await.unwrap();
    let desk = Desk::new();
    desk.connect(&org, "p").await;
    desk.connect(&other, "other").await;
    let began = Instant::now();
    desk.json(&["list"]).await;
    let usual = began.elapsed();
    let random = 0x9E37_79B9_7F4A_7C15;
    let mut rotation = Rotation { desk, org, tap, random, usual, in_a_row: 0, sign_ins: 0, exposed, by_rest };
    let mut killed: BTreeMap<Option<RotationStep>, usize> = BTreeMap::new();
    let (mut done, mut rounds) = (0, 0);
    // At every step, where there are kills enough for that.
    while done < kills || (kills >= 50 && killed.len() < steps) {
        let (step, by_signal) = rotation.kill().await;
        if by_signal {
            *killed.entry(step).or_default() += 1;
            done += 1;
        }
        rounds += usize::from(step.is_none());
    }
    let untouched = rotation.desk.dtx(&["token", "other", "--fresh"]).await;
    assert_eq!(untouched.code, 0, "another connection is as it was: {untouched:?}");
    figures(&format!(
        "{done} programs killed by SIGKILL in {rounds} rotations, {} answers of the org lost with one: {killed:?}",
        rotation.sign_ins
    ));
}
