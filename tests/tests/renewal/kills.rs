//! A program that is killed while it refreshes a connection of an org with rotation: what was stored is never lost, and
//! a loss by the kill is reported truthfully.
//!
//! `DATATRAX_KILLS` sets the number of kills, of which an agent suffers a fifth, and a check that tries a refresh without the secret a
//! tenth. Only programs ended by the signal count; the figures are printed.

mod told;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex as Cell},
    time::{Duration, Instant},
};

use connect_tests::{Desk, Dtx, Fault, INTEGRATION, PATIENCE, Person, Press, TOKEN, Tap, one_at_a_time};
use practice_org::{Options, Org};
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Mutex;

use self::told::{microseconds, report};

const INTROSPECT: &str = "/services/oauth2/introspect";

/// The number of cores of the computer that the figures are for.
const WORKERS: usize = 2;
const KILLS: usize = 1_000;

/// The moment of the kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    /// Any time from start to end.
    AnyTime,
    /// The mark is set and the request sent, but it never reaches the org.
    RequestLost,
    /// The org has answered, and nothing of the answer has arrived.
    AnswerLost,
    /// Half of the answer has arrived.
    HalfAnswer,
    /// The whole answer has left the org: it is being read, stored, or done with.
    Answered,
    /// The new tokens are stored, and the org is asked for their expiry.
    Stored,
}

/// The longest wait after the whole answer has left the org: reading and storing it take a part of this.
const AFTER_ANSWER: Duration = Duration::from_millis(4);

/// The share of each step in a hundred kills. A lost answer costs a sign-in, which takes time, so those are fewer.
const SHARES: [(Step, usize); 6] = [
    (Step::AnyTime, 25),
    (Step::RequestLost, 20),
    (Step::AnswerLost, 4),
    (Step::HalfAnswer, 4),
    (Step::Answered, 32),
    (Step::Stored, 15),
];

/// The same for a check: it asks for no expiry right after its refresh.
const SHARES_OF_A_CHECK: [(Step, usize); 5] = [
    (Step::AnyTime, 30),
    (Step::RequestLost, 20),
    (Step::AnswerLost, 5),
    (Step::HalfAnswer, 5),
    (Step::Answered, 40),
];

/// The connection's state in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Stored {
    issued_at: i64,
    in_flight: Option<i64>,
}

/// The result of a kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Outcome {
    /// The org was not asked, or not in time: the old token is valid.
    NothingHappened,
    /// The new token was stored.
    Kept,
    /// The org replaced the token, and the program died before it could store the new one.
    Lost,
}

/// The number of kills at each step so far, shared by the workers.
#[derive(Default)]
struct Killed(Cell<BTreeMap<Step, usize>>);

impl Killed {
    /// The step furthest behind its share of this many kills; `None` when all have theirs.
    fn next(&self, shares: &[(Step, usize)], kills: usize) -> Option<Step> {
        let killed = self.0.lock().unwrap();
        let missing = |&(step, share): &(Step, usize)| {
            let wanted = (kills * share).div_ceil(100);
            let missing = wanted.saturating_sub(killed.get(&step).copied().unwrap_or_default());
            (missing > 0).then(|| (missing * 1000 / wanted, step))
        };
        shares.iter().filter_map(missing).max().map(|(_, step)| step)
    }

    fn count(&self, step: Step) {
        *self.0.lock().unwrap().entry(step).or_default() += 1;
    }
}

#[derive(Default)]
struct Counts {
    /// The results of kills.
    outcomes: BTreeMap<(Step, Outcome), usize>,
    /// Programs that had ended before the kill.
    too_late: BTreeMap<Step, usize>,
    sign_ins: usize,
    reuses: u64,
    /// The times from reading an answer to its tokens on the disk, in microseconds.
    storing: Vec<u64>,
}

/// The process to kill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Victim {
    /// The program that asks for a token, and refreshes itself.
    Asker,
    /// The agent, which refreshes for its clients.
    Agent,
    /// The check that sends one refresh without the secret.
    Checker,
}

impl Victim {
    fn shares(self) -> &'static [(Step, usize)] {
        match self {
            Self::Asker | Self::Agent => &SHARES,
            Self::Checker => &SHARES_OF_A_CHECK,
        }
    }

    fn command(self) -> &'static [&'static str] {
        match self {
            Self::Asker | Self::Agent => &["token", "p", "--fresh"],
            Self::Checker => &["check", "p", "--without-secret", "--json"],
        }
    }
}

struct Worker {
    victim: Victim,
    desk: Desk,
    /// The agent to kill next.
    agent: Option<Dtx>,
    org: Org,
    tap: Tap,
    random: u64,
    /// The usual time of a whole refresh.
    usual: Duration,
    counts: Counts,
    sign_in: Arc<Mutex<()>>,
}

impl Worker {
    async fn new(victim: Victim, number: usize, sign_in: Arc<Mutex<()>>) -> Self {
        let (org, tap) = Tap::before(Options { rotation: true, ..Options::default() }).await;
        let desk = Desk::new();
        {
            let _turn = sign_in.lock().await;
            desk.connect(&org, "p").await;
        }
        org.change(|switches| switches.secret_at_refresh = victim != Victim::Checker);
        let random = 0x9E37_79B9_7F4A_7C15 ^ number as u64;
        let (usual, counts) = (Duration::from_millis(100), Counts::default());
        let mut worker = Self { victim, desk, agent: None, org, tap, random, usual, counts, sign_in };
        if victim == Victim::Agent {
            worker.agent = Some(worker.start_agent().await);
        }
        worker.refresh().await;
        let began = Instant::now();
        assert_eq!(worker.desk.dtx(victim.command()).await.code, 0, "unhurt, it works");
        worker.usual = began.elapsed();
        worker
    }

    /// Kills programs until all workers together have done enough.
    async fn work(mut self, killed: &Killed, kills: usize) -> Counts {
        while let Some(step) = killed.next(self.victim.shares(), kills) {
            match self.kill(step).await {
                (outcome, true) => {
                    killed.count(step);
                    *self.counts.outcomes.entry((step, outcome)).or_default() += 1;
                }
                (outcome, false) => {
                    assert_eq!(outcome, Outcome::Kept, "{step:?}: it had ended by itself, with a token");
                    *self.counts.too_late.entry(step).or_default() += 1;
                }
            }
        }
        self.counts
    }

    /// Kills once; returns the result, and whether the signal ended the program.
    async fn kill(&mut self, step: Step) -> (Outcome, bool) {
        let (before, refreshes) = (self.stored(), self.org.counters().refreshes);
        let without = self.tries_without_secret();
        let mut dtx = self.begin(step);
        match step {
            Step::AnyTime => tokio::time::sleep(self.some(self.usual)).await,
            Step::Answered => {
                self.tap.answered().await;
                tokio::time::sleep(self.some(AFTER_ANSWER)).await;
            }
            Step::RequestLost | Step::AnswerLost | Step::HalfAnswer | Step::Stored => {
                self.tap.answered().await;
            }
        }
        let killed = if let Some(mut agent) = self.agent.take() {
            let killed = agent.kill().await;
            // The client finds that the agent is gone.
            let ended = dtx.ended().await;
            assert!(matches!(ended.code, 0 | 4), "{step:?}: a token, or a temporary fault: {ended:?}");
            self.agent = Some(self.start_agent().await);
            killed
        } else {
            dtx.kill().await
        };
        if !matches!(step, Step::AnyTime | Step::Answered) {
            self.tap.go_on();
        }
        self.tap.quiet().await;
        let (after, rotated) = (self.stored(), self.org.counters().refreshes > refreshes);
        let outcome = if after.issued_at != before.issued_at {
            assert!(rotated, "{step:?}: only what the org sent is stored");
            assert_eq!(after.in_flight, None, "{step:?}: stored with its mark taken back");
            Outcome::Kept
        } else if rotated {
            assert!(after.in_flight.is_some(), "{step:?}: a refresh that was sent was marked before");
            Outcome::Lost
        } else {
            Outcome::NothingHappened
        };
        match step {
            Step::RequestLost => {
                assert_eq!(outcome, Outcome::NothingHappened, "{step:?}: the old token counts");
            }
            Step::AnswerLost | Step::HalfAnswer => {
                assert_eq!(outcome, Outcome::Lost, "{step:?}: never received");
            }
            Step::Stored => {
                assert_eq!(outcome, Outcome::Kept, "{step:?}: stored before anything else is done");
            }
            Step::AnyTime | Step::Answered => {}
        }
        let tried = self.tries_without_secret();
        let most = usize::from(self.victim == Victim::Checker);
        assert!(tried - without <= most, "{step:?}: {tried} without the secret, {without} before");
        if outcome == Outcome::Lost {
            self.own_up().await;
        } else {
            self.refresh().await;
        }
        assert_eq!(self.tries_without_secret(), tried, "{step:?}: none is made again by itself");
        (outcome, killed)
    }

    async fn start_agent(&self) -> Dtx {
        let mut agent = self.desk.start_with(&["agent", "--no-tray"], &[("DATATRAX_LOG", "info")]);
        agent.hint("the agent is ready").await;
        agent
    }

    fn begin(&self, step: Step) -> Dtx {
        match step {
            Step::AnyTime => {}
            Step::RequestLost => self.tap.next(TOKEN, Fault::LoseRequest),
            Step::AnswerLost => self.tap.next(TOKEN, Fault::HoldAnswer),
            Step::HalfAnswer => self.tap.next(TOKEN, Fault::HalfAnswer),
            Step::Answered => self.tap.next(TOKEN, Fault::Nothing),
            Step::Stored => self.tap.next(INTROSPECT, Fault::LoseRequest),
        }
        self.desk.start(self.victim.command())
    }

    /// The refreshes that were sent without the secret.
    fn tries_without_secret(&self) -> usize {
        self.tap.count(|exchange| {
            let request = &exchange.request;
            request.contains("grant_type=refresh_token") && !request.contains("client_secret=")
        })
    }

    /// Asserts that the connection works without a sign-in, and that no token is used twice.
    async fn refresh(&mut self) {
        let reuses = self.org.counters().reuses_detected;
        let environment = [("DATATRAX_LOG", "connect_core=debug")];
        let mut dtx = self.desk.start_with(&["token", "p", "--fresh"], &environment);
        dtx.end_input();
        let ended = dtx.ended().await;
        assert_eq!(ended.code, 0, "no sign-in is needed: {ended:?}");
        assert!(self.org.token_status(ended.output.trim()).alive, "a token that works");
        assert_eq!(self.org.counters().reuses_detected, reuses, "no token is used twice");
        self.counts.storing.extend(microseconds(&ended.error));
    }

    /// Asserts that the old token is tried once, that the org refuses it, and that the connection then says what
    /// happened and asks nothing until a new sign-in.
    async fn own_up(&mut self) {
        let (asked, reuses) = (self.token_requests(), self.org.counters().reuses_detected);
        let tried = self.desk.dtx(&["token", "p", "--fresh"]).await;
        assert_eq!(tried.code, 3, "only a person can go on: {tried:?}");
        assert_eq!(self.token_requests(), asked + 1, "one try");
        assert_eq!(self.org.counters().reuses_detected, reuses + 1, "with the token that was replaced");
        let again = self.desk.dtx(&["token", "p"]).await;
        assert_eq!((again.code, self.token_requests()), (3, asked + 1), "and no other: {again:?}");
        let shown = self.desk.json(&["show", "p"]).await;
        assert_eq!(shown["status"], "needs_you", "{shown}");
        assert_eq!(shown["reason"]["code"], "refresh_lost", "the status names what happened: {shown}");
        let newest = shown["history"][0]["text"].as_str().unwrap();
        assert!(newest.contains("before its answer"), "so does the history: {newest}");
        self.counts.reuses += 1;
        self.counts.sign_ins += 1;
        let _turn = self.sign_in.lock().await;
        let mut dtx = self.desk.start(&["reconnect", "p", "--no-browser", "--json"]);
        dtx.sign_in(&mut Person::of(&self.org, INTEGRATION), Press::Allow).await;
        dtx.end_input();
        let ended = dtx.ended().await;
        assert_eq!(ended.code, 0, "connected again: {ended:?}");
    }

    fn token_requests(&self) -> u64 {
        self.org.counters().requests.get("token").copied().unwrap_or_default()
    }

    fn stored(&self) -> Stored {
        let path = self.desk.home().join("connections.db");
        let database = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE).unwrap();
        database.busy_timeout(PATIENCE).unwrap();
        let query = "SELECT issued_at, refresh_in_flight FROM connection";
        let stored = |row: &rusqlite::Row<'_>| Ok(Stored { issued_at: row.get(0)?, in_flight: row.get(1)? });
        database.query_row(query, [], stored).unwrap()
    }

    /// A random part of a time (xorshift; the same in every run).
    fn some(&mut self, whole: Duration) -> Duration {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        whole.mul_f64(f64::from(u32::try_from(self.random >> 32).unwrap()) / f64::from(u32::MAX))
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stored_token_is_never_lost_and_a_lost_answer_is_owned_up_to() {
    let _turn = one_at_a_time();
    let all = kill_and_count(Victim::Asker, kills()).await;
    assert!(!all.storing.is_empty(), "the time to store was measured");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_agent_that_is_killed_loses_no_more() {
    let _turn = one_at_a_time();
    kill_and_count(Victim::Agent, kills() / 5).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_that_is_killed_at_its_refresh_without_the_secret_loses_no_more_and_tries_none_again() {
    let _turn = one_at_a_time();
    kill_and_count(Victim::Checker, kills() / 10).await;
}

fn kills() -> usize {
    std::env::var("DATATRAX_KILLS").map_or(KILLS, |kills| kills.parse().unwrap())
}

async fn kill_and_count(victim: Victim, kills: usize) -> Counts {
    let began = Instant::now();
    let (sign_in, killed) = (Arc::new(Mutex::new(())), Arc::<Killed>::default());
    let workers = (0..WORKERS).map(|number| {
        let sign_in = sign_in.clone();
        let killed = killed.clone();
        tokio::spawn(async move { Worker::new(victim, number, sign_in).await.work(&killed, kills).await })
    });
    let workers: Vec<_> = workers.collect();
    let mut all = Counts::default();
    for worker in workers {
        let counts = worker.await.unwrap();
        for (what, times) in counts.outcomes {
            *all.outcomes.entry(what).or_default() += times;
        }
        for (step, times) in counts.too_late {
            *all.too_late.entry(step).or_default() += times;
        }
        all.sign_ins += counts.sign_ins;
        all.reuses += counts.reuses;
        all.storing.extend(counts.storing);
    }
    report(victim, &mut all, began.elapsed());
    let total: usize = all.outcomes.values().sum();
    assert!(total >= kills, "{total} programs were killed");
    let lost = all.outcomes.iter().filter(|((_, outcome), _)| *outcome == Outcome::Lost);
    assert_eq!(
        lost.map(|(_, times)| times).sum::<usize>(),
        all.sign_ins,
        "a sign-in for each lost answer, and no more"
    );
    for (step, share) in victim.shares() {
        let times: usize =
            all.outcomes.iter().filter(|((met, _), _)| met == step).map(|(_, times)| times).sum();
        assert!(times >= kills * share / 100, "{step:?}: {times} of {kills}");
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_that_is_asked_to_end_stores_what_the_org_sends_first() {
    let _turn = one_at_a_time();
    let mut worker = Worker::new(Victim::Asker, 0, Arc::default()).await;
    for signal in ["-INT", "-TERM", "-HUP"] {
        let before = worker.stored();
        worker.tap.next(TOKEN, Fault::HoldAnswer);
        let mut dtx = worker.desk.start(&["token", "p", "--fresh"]);
        worker.tap.answered().await;
        dtx.signal(signal).await;
        tokio::time::sleep(Duration::from_millis(50)).await;
        worker.tap.go_on();
        let ended = dtx.ended().await;
        assert_eq!((ended.code, ended.output.as_str()), (130, ""), "{signal}: it ends, as asked: {ended:?}");
        let after = worker.stored();
        assert!(
            after.issued_at > before.issued_at && after.in_flight.is_none(),
            "{signal}: stored: {after:?}"
        );
        worker.refresh().await;
    }
}
