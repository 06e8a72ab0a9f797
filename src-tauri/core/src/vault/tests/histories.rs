//! Random histories of keychains (locked, declined, replaced, killed before they have written) and of the database
//! (restored). In all of them, no sign-in is lost whose key comes back.

use std::collections::{BTreeMap, BTreeSet};

use proptest::{prelude::*, test_runner::Config};
use rusqlite::OptionalExtension;

use super::*;
use crate::{ports::KeychainError, vault::testing::Inside};

/// One of two keychains: its entries, and those already on the disk.
#[derive(Clone, Default)]
struct Store {
    held: BTreeMap<String, Vec<u8>>,
    written: BTreeMap<String, Vec<u8>>,
}

#[derive(Clone, Debug)]
enum Step {
    SignIn(u8),
    Refresh(u8),
    StartOver,
    NewKey,
    Passphrase,
    Disconnect(u8),
    Lock,
    Decline,
    Open,
    Replace,
    /// The keychain ends and loses what it has not written.
    Kill,
    /// The keychain gets the time to write.
    Wait,
    Copy,
    Restore,
    Restart,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (0..4_u8).prop_map(Step::SignIn),
        4 => (0..4_u8).prop_map(Step::Refresh),
        2 => Just(Step::StartOver),
        3 => Just(Step::NewKey),
        1 => Just(Step::Passphrase),
        1 => (0..4_u8).prop_map(Step::Disconnect),
        1 => Just(Step::Lock),
        1 => Just(Step::Decline),
        3 => Just(Step::Open),
        3 => Just(Step::Replace),
        3 => Just(Step::Kill),
        2 => Just(Step::Wait),
        1 => Just(Step::Copy),
        1 => Just(Step::Restore),
        3 => Just(Step::Restart),
    ];
    prop::collection::vec(step, 1..16)
}

/// The state of the world, and the tokens that should be readable.
struct World {
    house: House,
    /// `None` while its database is being restored.
    vault: Option<Vault>,
    stores: [Store; 2],
    /// The index of the keychain that answers.
    present: usize,
    /// The tokens stored last, by connection.
    expected: BTreeMap<String, Tokens>,
    copy: Option<(Vec<u8>, BTreeMap<String, Tokens>)>,
    refreshes: u32,
}

const NAMES: [&str; 2] = ["GNOME Keyring", "KWallet"];
const PASSPHRASE: &str = "correct horse battery";

impl World {
    fn new() -> Self {
        let house = House::in_memory();
        let vault = Some(house.open());
        let world = Self {
            house,
            vault,
            stores: [Store::default(), Store::default()],
            present: 0,
            expected: BTreeMap::new(),
            copy: None,
            refreshes: 0,
        };
        world.answer();
        world
    }

    /// Makes the present keychain answer, unlocked.
    fn answer(&self) {
        let late = self.present == 1;
        let entries = self.stores[self.present].held.clone();
        *self.house.keychain.inside() =
            Inside { name: NAMES[self.present].to_owned(), entries, late, open: true, ..Inside::default() };
    }

    /// Takes over what the keychain was given. One of the two writes at once.
    fn remember(&mut self) {
        let store = &mut self.stores[self.present];
        store.held.clone_from(&self.house.keychain.inside().entries);
        if self.present == 0 {
            store.written.clone_from(&store.held);
        }
    }

    fn restart(&mut self) {
        self.vault = None;
        self.vault = Some(self.house.open());
    }

    fn vault(&self) -> &Vault {
        self.vault.as_ref().unwrap()
    }

    fn account_of(&self, id: &str) -> Option<String> {
        store::account_of(&self.vault().database().unwrap(), id).unwrap()
    }

    fn take(&mut self, step: &Step) {
        let id = |number: &u8| format!("c{number}");
        match step {
            Step::SignIn(number) => {
                let (id, tokens) = (id(number), tokens(&format!("s{}", self.refreshes)));
                self.refreshes += 1;
                let kept = self.vault().store_sign_in(&record(&id, &id), &pair(), &tokens, "Signed in");
                if kept.is_ok() {
                    self.expected.insert(id, tokens);
                }
            }
            Step::Refresh(number) => {
                let (id, tokens) = (id(number), tokens(&format!("r{}", self.refreshes)));
                self.refreshes += 1;
                if self.vault().commit_refresh(&id, &tokens, at(9), answered()).is_ok() {
                    self.expected.insert(id, tokens);
                }
            }
            Step::StartOver => {
                let _ = self.vault().protect(&NewProtection::Keychain, None, true, at(3));
            }
            Step::NewKey => {
                let present = Secret::new(PASSPHRASE);
                let _ = self.vault().protect(&NewProtection::Keychain, Some(&present), false, at(3));
            }
            Step::Passphrase => {
                let passphrase = Secret::new(PASSPHRASE);
                let protection = NewProtection::Passphrase(passphrase.clone());
                let _ = self.vault().protect(&protection, Some(&passphrase), false, at(3));
            }
            Step::Disconnect(number) => {
                let id = id(number);
                self.vault().forget(&id).unwrap();
                self.expected.remove(&id);
            }
            Step::Lock => self.house.keychain.fail(Some(KeychainError::Locked)),
            Step::Decline => self.house.keychain.fail(Some(KeychainError::Declined)),
            Step::Open => self.house.keychain.fail(None),
            Step::Replace => {
                self.present = 1 - self.present;
                self.answer();
            }
            Step::Kill => {
                let store = &mut self.stores[self.present];
                store.held.clone_from(&store.written);
                self.answer();
                // The keychain ends with the login.
                self.restart();
            }
            Step::Wait => {
                let store = &mut self.stores[self.present];
                store.written.clone_from(&store.held);
            }
            Step::Copy => {
                let checkpoint =
                    self.vault().database().unwrap().pragma(None, "wal_checkpoint", "TRUNCATE", |_| Ok(()));
                checkpoint.unwrap();
                let copy = fs::read(self.house.home.database()).unwrap();
                self.copy = Some((copy, self.expected.clone()));
            }
            Step::Restore => {
                let Some((copy, expected)) = self.copy.clone() else { return };
                self.vault = None;
                for ending in ["-wal", "-shm"] {
                    let _ = fs::remove_file(self.house.home.data().join(format!("connections.db{ending}")));
                }
                overwrite(&self.house.home.database(), &copy);
                self.expected = expected;
                self.restart();
            }
            Step::Restart => self.restart(),
        }
        if !matches!(step, Step::Replace | Step::Kill) {
            self.remember();
        }
    }

    /// Brings back each keychain in turn, unlocked, as it is on the disk, and reads all secrets whose key it has.
    fn settle(&mut self) -> Result<(), TestCaseError> {
        let mut read = BTreeSet::new();
        for present in [0, 1, 0, 1] {
            self.present = present;
            self.stores[present].held = self.stores[present].written.clone();
            self.answer();
            self.restart();
            let _ = self.vault().unlock(&Secret::new(PASSPHRASE));
            for (id, tokens) in &self.expected {
                match self.vault().tokens(id) {
                    Ok(found) => {
                        prop_assert_eq!(&found, tokens, "{} has what was stored last", id);
                        read.insert(id.clone());
                    }
                    // In an older copy it is unknown whether the tokens still count.
                    Err(VaultError::Restored) => drop(read.insert(id.clone())),
                    Err(error) => prop_assert!(error.is_out_of_sight(), "{}: {}", id, error),
                }
            }
            self.remember();
        }
        for id in self.expected.keys().filter(|id| !read.contains(*id)) {
            let (account, error) = (self.account_of(id), self.vault().tokens(id).err());
            prop_assert!(
                !self.has_key(id),
                "{} is lost ({:?}), and its key is there: {:?}",
                id,
                error,
                account
            );
        }
        Ok(())
    }

    /// Whether this connection's key exists anywhere, or one that decrypts it.
    fn has_key(&self, id: &str) -> bool {
        let mut account = self.account_of(id);
        while let Some(wanted) = account {
            if self.stores.iter().any(|store| store.written.contains_key(&wanted)) {
                return true;
            }
            let query = "SELECT former FROM installation WHERE key_account = ?1 \
                         UNION SELECT former FROM other_key WHERE account = ?1";
            let database = self.vault().database().unwrap();
            let former = database.query_row(query, [&wanted], |row| row.get::<_, Option<String>>(0));
            account = former.optional().unwrap().flatten();
        }
        false
    }

    /// Replacing a key loses nothing, however soon the keychain then ends.
    fn new_key_loses_nothing(&mut self) -> Result<(), TestCaseError> {
        self.stores[self.present].written = self.stores[self.present].held.clone();
        self.answer();
        self.restart();
        let readable: Vec<_> =
            self.expected.keys().filter(|id| self.vault().tokens(id).is_ok()).cloned().collect();
        self.take(&Step::NewKey);
        self.take(&Step::Kill);
        let _ = self.vault().unlock(&Secret::new(PASSPHRASE));
        for id in readable {
            let found = self.vault().tokens(&id);
            prop_assert_eq!(found.as_ref(), Ok(&self.expected[&id]), "{} after a new key and a kill", id);
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(Config { cases: 1_000, failure_persistence: None, ..Config::default() })]

    #[test]
    fn no_sign_in_is_ever_lost_whose_key_comes_back(steps in steps(), knows_a_passphrase in prop::bool::weighted(0.05)) {
        let mut world = World::new();
        // Stretching a passphrase takes longer than all other steps.
        for step in steps.iter().filter(|step| knows_a_passphrase || !matches!(step, Step::Passphrase)) {
            world.take(step);
        }
        world.new_key_loses_nothing()?;
        world.settle()?;
    }
}

/// A history that once lost secrets: two new keys in a keychain beside the one that has the first.
#[test]
fn a_new_key_after_a_new_key_leaves_what_another_keychain_protects() {
    for _ in 0..20 {
        let mut world = World::new();
        let steps =
            [Step::SignIn(0), Step::Replace, Step::StartOver, Step::Restart, Step::StartOver, Step::Replace];
        for step in &steps {
            world.take(step);
        }
        world.new_key_loses_nothing().unwrap();
        world.settle().unwrap();
    }
}
