//! Random histories of the real keychains: one replaced by another, ended within seconds, a new key, a restart. The
//! vault is used by separate processes, like programs: each is this program again, with one of the parts below.

use std::{env, path::Path};

use connect_core::{
    platform::{home::Home, keychain},
    ports::{Clock, SystemClock},
    vault::{NewProtection, Vault},
};
use connect_tests::{Desk, Keyring};

const HOME: &str = "TESTED_HOME";
const WHICH: &str = "TESTED_CONNECTION";
/// The number of histories of each kind, or some of their seeds (`100..200`), instead of the few for every change.
const MORE: &str = "KEYRING_HISTORIES";
const HISTORIES: u64 = 20;
const STEPS: u64 = 8;
/// A person's patience on a busy computer.
const TRIES: u32 = 20;

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

impl Which {
    fn start(self, desk: &mut Desk) -> Running {
        match self {
            Self::Gnome => {
                desk.start_keyring();
                Running::Gnome
            }
            Self::Kwallet => Running::Other(Keyring::kwallet(desk)),
            Self::Keepassxc => Running::Other(Keyring::keepassxc(desk, false)),
        }
    }
}

fn stop(running: Running, desk: &mut Desk) {
    match running {
        Running::Gnome => desk.stop_keyring(),
        Running::Other(keyring) => keyring.end(),
    }
}

/// Runs a part in its own process.
///
/// # Errors
/// Its output, if it failed.
fn part(desk: &Desk, name: &str, connection: u64) -> Result<(), String> {
    let output = desk
        .command(env::current_exe().unwrap())
        .args(["--exact", &format!("keyring_histories::{name}"), "--ignored"])
        .env(HOME, desk.home())
        .env(WHICH, connection.to_string())
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.contains("running 1 test"), "the part is found: {text}");
    if output.status.success() { Ok(()) } else { Err(text) }
}

/// The next number of a sequence that depends only on its start.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    *state >> 33
}

fn history(own: Which, seed: u64) {
    let mut desk = Desk::without_keyring();
    let mut state = seed;
    let mut told = Vec::new();
    let mut which = own;
    let mut running = which.start(&mut desk);
    let mut kept = Vec::new();
    // Tries again, as a person would who is told that the keychain is slow or not open yet. The first key has no former
    // one, so it gets time to be written.
    let mut tries = 0;
    while let Err(why) = part(&desk, "part_stores", 0) {
        let may_pass = ["Keychain(Slow)", "Keychain(Locked)"].iter().any(|passing| why.contains(passing));
        assert!(may_pass && tries < TRIES, "{own:?}, seed {seed}: the first sign-in: {why}");
        tries += 1;
    }
    kept.push((0, which));
    if let Running::Other(keyring) = &running {
        keyring.has_written();
    }
    for step in 1..STEPS {
        match next(&mut state) % 5 {
            0 => {
                stop(running, &mut desk);
                which = if which == own { Which::Gnome } else { own };
                running = which.start(&mut desk);
                told.push("replaced");
            }
            1 if which == own => {
                // Whatever it did, the keychain ends right after it.
                told.push(if part(&desk, "part_makes_a_new_key", 0).is_ok() {
                    "a new key"
                } else {
                    "no new key"
                });
                stop(running, &mut desk);
                running = which.start(&mut desk);
                told.push("ended at once");
            }
            2 => {
                if part(&desk, "part_stores", step).is_ok() {
                    kept.push((step, which));
                }
                told.push("a sign-in");
            }
            3 => {
                stop(running, &mut desk);
                running = which.start(&mut desk);
                told.push("ended");
            }
            _ => {
                let _ = part(&desk, "part_finds", 0);
                told.push("read");
            }
        }
    }
    stop(running, &mut desk);
    for whose in [own, Which::Gnome] {
        let running = whose.start(&mut desk);
        kept.retain(|(connection, _)| part(&desk, "part_finds", *connection).is_err());
        stop(running, &mut desk);
    }
    assert!(kept.is_empty(), "seed {seed}, {own:?}: {kept:?} are lost after {told:?}");
}

#[test]
fn no_history_of_a_real_keychain_loses_a_sign_in() {
    let wanted = env::var(MORE).unwrap_or_else(|_| HISTORIES.to_string());
    let (first, end) = wanted.split_once("..").unwrap_or(("0", &wanted));
    for own in [Which::Gnome, Which::Kwallet, Which::Keepassxc] {
        for seed in first.parse().unwrap()..end.parse().unwrap() {
            history(own, seed);
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
    assert_eq!(vault().tokens(&record.id).unwrap().refresh, tokens.refresh, "what was kept");
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
