//! Random histories of the real keychains: one locked, declined, replaced by another, ended within seconds, killed in the
//! middle of a call; a program killed in the middle of its work; a new key, a restart, a database restored from a copy. The
//! vault is used by separate processes, like programs: each is this program again, with one of the parts below.

mod overheard;

use std::{
    env, fs,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use connect_core::{
    platform::{home::Home, keychain, private},
    ports::{Clock, SystemClock},
    vault::{NewProtection, Vault, VaultError},
};
use connect_tests::{
    Desk, Display, Keyring, block_until_so, close_wallets, dismiss, lock_databases, one_at_a_time,
    open_database,
};
use tokio::runtime::Runtime;

use self::overheard::{Overheard, place};

const HOME: &str = "TESTED_HOME";
const WHICH: &str = "TESTED_CONNECTION";
/// Set where what is to be found may be from before a restored copy, which cannot tell whether its tokens still count.
const FROM_A_COPY: &str = "TESTED_COPY";
/// The number of histories of each kind, or some of their seeds (`100..200`), instead of the few for every change.
const MORE: &str = "KEYRING_HISTORIES";
const HISTORIES: u64 = 20;
const STEPS: u64 = 8;
/// A person's patience on a busy computer.
const TRIES: u32 = 20;
/// Somebody is killed after so many calls to the keychain at the latest: making a key takes about as many.
const CALLS: u64 = 16;
/// Is there since somebody said no, until a person acts.
const DECLINED: &str = "run/keychain-declined";
const MOMENT: Duration = Duration::from_millis(5);
/// The database as it is copied while no program is there.
const FILES: [&str; 2] = ["connections.db", "connections.db-wal"];
/// The title of `KeePassXC`'s question whether a program may read an entry.
const QUESTION: &str = "Access Request";

/// A running keychain.
enum Running {
    Gnome,
    Other(Keyring),
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Which {
    Gnome,
    Kwallet,
    Keepassxc,
}

/// A sign-in that was stored.
#[derive(Clone, Debug)]
struct Stored {
    connection: u64,
    from_a_copy: bool,
}

/// Who is killed in the middle.
#[derive(Clone, Copy, PartialEq)]
enum Victim {
    Program,
    Keychain,
}

type Files = [Option<Vec<u8>>; FILES.len()];

struct History<'a> {
    desk: Desk,
    display: &'a Display,
    own: Which,
    /// The keychain that is there now.
    which: Which,
    running: Option<Running>,
    is_locked: bool,
    /// What must be found at the end.
    stored: Vec<Stored>,
    copy: Option<(Files, Vec<Stored>)>,
    told: Vec<&'static str>,
    state: u64,
}

impl<'a> History<'a> {
    fn new(own: Which, seed: u64, display: &'a Display) -> Self {
        Self {
            desk: Desk::without_keyring(),
            display,
            own,
            which: own,
            running: None,
            is_locked: false,
            stored: Vec::new(),
            copy: None,
            told: Vec::new(),
            state: seed,
        }
    }

    /// The next number below this, of a sequence that depends only on the seed.
    fn next(&mut self, below: u64) -> u64 {
        self.state =
            self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 33) % below
    }

    /// Starts a keychain, unlocked. A person is there, who would be asked again.
    fn start(&mut self, which: Which) {
        self.running = Some(match which {
            Which::Gnome => {
                self.desk.start_keyring();
                Running::Gnome
            }
            Which::Kwallet => Running::Other(Keyring::kwallet(&self.desk)),
            Which::Keepassxc => Running::Other(Keyring::keepassxc(&self.desk, false)),
        });
        self.which = which;
        self.is_locked = false;
        self.somebody_acts();
    }

    fn somebody_acts(&self) {
        let _ = fs::remove_file(self.desk.home().join(DECLINED));
    }

    /// Ends it as the end of a login does.
    fn stop(&mut self) {
        match self.running.take() {
            Some(Running::Other(keyring)) => keyring.end(),
            Some(Running::Gnome) => self.desk.stop_keyring(),
            None => {}
        }
    }

    fn kill(&mut self) {
        match self.running.take() {
            Some(Running::Other(keyring)) => keyring.kill(),
            Some(Running::Gnome) => self.desk.stop_keyring(),
            None => {}
        }
    }

    fn restart(&mut self) {
        self.stop();
        self.start(self.which);
    }

    fn lock(&mut self) {
        match self.which {
            Which::Gnome => self.desk.lock_keyring(),
            Which::Kwallet => close_wallets(&self.desk),
            Which::Keepassxc => lock_databases(&self.desk),
        }
        self.is_locked = true;
    }

    fn open(&mut self) {
        if !self.is_locked {
            return;
        }
        match self.which {
            Which::Gnome => self.desk.unlock_keyring(),
            // Its login module opens a wallet only as it starts.
            Which::Kwallet => self.restart(),
            Which::Keepassxc => open_database(&self.desk),
        }
        self.is_locked = false;
        self.somebody_acts();
    }

    fn command(&self, name: &str, connection: u64) -> Command {
        let mut command = self.desk.command(env::current_exe().unwrap());
        command
            .args(["--exact", &format!("keyring_histories::{name}"), "--ignored"])
            .env(HOME, self.desk.home())
            .env(WHICH, connection.to_string())
            .stdout(Stdio::piped())
            .stderr(Stdio::null());
        command
    }

    /// Runs a part in its own process.
    ///
    /// # Errors
    /// Its output, if it failed.
    fn part(&self, name: &str, connection: u64) -> Result<(), String> {
        ended(self.command(name, connection).spawn().unwrap())
    }

    /// Does it again where the keychain is slow or not open yet, as a person would who is told that.
    ///
    /// # Errors
    /// What else was said, or the same too often.
    fn patiently(mut part: impl FnMut() -> Result<(), String>) -> Result<(), String> {
        let may_pass =
            |why: &String| ["Keychain(Slow)", "Keychain(Locked)"].iter().any(|passing| why.contains(passing));
        let mut done = part();
        for _ in 1..TRIES {
            if !done.as_ref().is_err_and(may_pass) {
                break;
            }
            done = part();
        }
        done
    }

    fn finds(&self, stored: &Stored) -> bool {
        let found = Self::patiently(|| {
            let mut command = self.command("part_finds", stored.connection);
            if stored.from_a_copy {
                command.env(FROM_A_COPY, "yes");
            }
            ended(command.spawn().unwrap())
        });
        found.is_ok()
    }

    fn signed_in(&mut self, connection: u64) {
        self.stored.push(Stored { connection, from_a_copy: false });
    }

    /// The first key has no former one, so it gets time to be written.
    fn begin(&mut self) {
        self.start(self.own);
        let first = Self::patiently(|| self.part("part_stores", 0));
        assert_eq!(first.err(), None, "{:?}: the first sign-in", self.own);
        self.signed_in(0);
        if let Some(Running::Other(keyring)) = &self.running {
            keyring.has_written();
        }
        self.copy();
    }

    /// A copy opens with the keys of its time. What a new key drops, a copy from before it cannot open, so the copy goes too.
    fn begins_a_new_key(&mut self) {
        self.copy = None;
    }

    fn copy(&mut self) {
        let files = FILES.map(|name| fs::read(self.desk.home().join(name)).ok());
        self.copy = Some((files, self.stored.clone()));
    }

    fn restore(&mut self) {
        let Some((files, stored)) = self.copy.clone() else { return self.copy() };
        let _ = fs::remove_file(self.desk.home().join("connections.db-shm"));
        for (name, content) in FILES.iter().zip(files) {
            let file = self.desk.home().join(name);
            match content {
                Some(content) => private::replace(&file, &content).unwrap(),
                None => drop(fs::remove_file(&file)),
            }
        }
        self.stored = stored.into_iter().map(|stored| Stored { from_a_copy: true, ..stored }).collect();
    }

    /// Somebody wants the key, and whoever is asked for it cancels.
    fn decline(&mut self) -> &'static str {
        match self.which {
            Which::Gnome => {
                self.lock();
                // Where nothing can show its dialog, it says by itself that this was cancelled.
                let _ = self.part("part_finds", 0);
            }
            Which::Kwallet => {
                self.lock();
                self.dismisses();
            }
            Which::Keepassxc => self.cancels(),
        }
        if self.desk.home().join(DECLINED).exists() { "declined" } else { "asked in vain" }
    }

    /// Takes back whatever the keychain asks.
    fn dismisses(&self) {
        let overheard = Overheard::on(&self.desk);
        let mut asks = self.command("part_finds", 0).spawn().unwrap();
        while asks.try_wait().unwrap().is_none() {
            let call = overheard.hears_a_call().filter(|call| call.ends_with("member=Prompt"));
            if let Some(question) = call.as_deref().and_then(place) {
                dismiss(&self.desk, question);
            }
        }
        let _ = ended(asks);
    }

    /// Cancels the dialog with which `KeePassXC` asks as it comes; from then on it lets every program in again.
    fn cancels(&mut self) {
        self.stop();
        let asking = Keyring::keepassxc_on(&self.desk, self.display);
        let mut asks = self.command("part_finds", 0).spawn().unwrap();
        let is_asked = || self.display.titles().iter().any(|shown| shown.contains(QUESTION));
        while !is_asked() && asks.try_wait().unwrap().is_none() {
            thread::sleep(MOMENT);
        }
        if is_asked() {
            let cancels = self.display.act(QUESTION, ("20", "20"), &["key", "--window", "0", "Escape"]);
            Runtime::new().unwrap().block_on(cancels);
            block_until_so("the question does not go", || !is_asked());
        }
        let _ = ended(asks);
        asking.end();
        self.running = Some(Running::Other(Keyring::keepassxc(&self.desk, false)));
        self.is_locked = false;
    }

    /// Kills one of the two after this many calls of this part to the keychain. Whatever it did, what was there before must
    /// still be there.
    fn killed_midway(&mut self, name: &str, connection: u64, victim: Victim, calls: u64) {
        let overheard = Overheard::on(&self.desk);
        let mut part = self.command(name, connection).spawn().unwrap();
        let mut heard = 0;
        while heard < calls && part.try_wait().unwrap().is_none() {
            heard += u64::from(overheard.hears_a_call().is_some());
        }
        match victim {
            Victim::Program => part.kill().unwrap(),
            Victim::Keychain => self.kill(),
        }
        let done = ended(part);
        if done.is_ok() && name == "part_stores" && connection > 0 {
            self.signed_in(connection);
        }
        if victim == Victim::Keychain {
            self.start(self.which);
        }
    }

    fn step(&mut self, number: u64) {
        let told = match self.next(12) {
            0 | 1 => {
                self.stop();
                let other = if self.which == self.own { Which::Gnome } else { self.own };
                self.start(other);
                "replaced"
            }
            2 if self.which == self.own => {
                // Whatever it did, the keychain ends right after it.
                self.begins_a_new_key();
                let told = if self.part("part_makes_a_new_key", 0).is_ok() {
                    "a new key, and ended at once"
                } else {
                    "no new key, and ended at once"
                };
                self.restart();
                told
            }
            3 | 4 => {
                if self.part("part_stores", number).is_ok() {
                    self.signed_in(number);
                }
                "a sign-in"
            }
            5 => {
                self.restart();
                "ended"
            }
            6 => {
                self.lock();
                "locked"
            }
            7 => {
                self.open();
                "opened"
            }
            8 => self.decline(),
            9 | 10 => self.kill_step(number),
            11 => {
                self.restore();
                "copied or restored"
            }
            _ => {
                let _ = self.part("part_finds", 0);
                "read"
            }
        };
        self.told.push(told);
    }

    /// In the middle of a sign-in, of the same one again, or of a new key.
    fn kill_step(&mut self, number: u64) -> &'static str {
        let victim = if self.next(2) == 0 { Victim::Program } else { Victim::Keychain };
        let calls = self.next(CALLS);
        let (name, connection) = match self.next(3) {
            0 => ("part_stores", number),
            1 => ("part_stores", 0),
            _ => ("part_makes_a_new_key", 0),
        };
        if name == "part_makes_a_new_key" {
            self.begins_a_new_key();
        }
        self.killed_midway(name, connection, victim, calls);
        match victim {
            Victim::Program => "a program killed in the middle",
            Victim::Keychain => "killed in the middle",
        }
    }

    /// What no keychain has the key of, each of them back and open.
    fn lost(&mut self) -> Vec<Stored> {
        self.stop();
        let mut lost = self.stored.clone();
        for whose in [self.own, Which::Gnome] {
            self.start(whose);
            lost.retain(|stored| !self.finds(stored));
            self.stop();
        }
        lost
    }
}

/// # Errors
/// The output of a part that failed.
fn ended(part: Child) -> Result<(), String> {
    let output = part.wait_with_output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        assert!(text.contains("1 passed"), "the part is found: {text}");
        return Ok(());
    }
    Err(text)
}

#[test]
fn no_history_of_a_real_keychain_loses_a_sign_in() {
    let _turn = one_at_a_time();
    let wanted = env::var(MORE).unwrap_or_else(|_| HISTORIES.to_string());
    let (first, end) = wanted.split_once("..").unwrap_or(("0", &wanted));
    let display = Display::start();
    for own in [Which::Gnome, Which::Kwallet, Which::Keepassxc] {
        for seed in first.parse().unwrap()..end.parse().unwrap() {
            let mut history = History::new(own, seed, &display);
            history.begin();
            for number in 1..STEPS {
                history.step(number);
            }
            let lost = history.lost();
            assert!(lost.is_empty(), "seed {seed}, {own:?}: {lost:?} are lost after {:?}", history.told);
        }
    }
}

#[test]
#[ignore = "a part of the test above"]
fn part_stores() {
    let (record, pair, tokens) = sign_in();
    vault().store_sign_in(&record, &pair, &tokens, "Signed in").unwrap();
}

#[test]
#[ignore = "a part of the test above"]
fn part_finds() {
    let (record, _, tokens) = sign_in();
    match vault().tokens(&record.id) {
        Err(VaultError::Restored) if env::var_os(FROM_A_COPY).is_some() => {}
        found => assert_eq!(found.unwrap().refresh, tokens.refresh, "what was kept"),
    }
}

#[test]
#[ignore = "a part of the test above"]
fn part_makes_a_new_key() {
    vault().protect(&NewProtection::Keychain, None, false, SystemClock.now()).unwrap();
}

fn vault() -> Vault {
    let home = env::var_os(HOME).expect("started by the test above");
    Vault::open(&Home::at(Path::new(&home)).unwrap(), keychain::system(keychain::WHILE_NOBODY_IS_THERE))
        .unwrap()
}

fn sign_in() -> (connect_core::vault::Record, connect_core::vault::Pair, connect_core::vault::Tokens) {
    let number: usize = env::var(WHICH).unwrap().parse().unwrap();
    connect_tests::stored(number, SystemClock.now())
}
