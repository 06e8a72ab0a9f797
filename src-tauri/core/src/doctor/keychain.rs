//! The keychain: looked at without a question to anybody and without reading an entry; and tried, where a person wants that,
//! with an entry of the doctor's own.

use std::{sync::Arc, time::Instant};

use super::{Outcome, blocking, look as say, took, wrong};
use crate::{
    contract::view::{Failure, Look, LookId},
    explain::{self, Code},
    ports::{Keychain, KeychainError},
    secret::hex,
};

/// What the keychain is called where it has no name of its own.
const NAMELESS: &str = "The keychain";

pub(super) async fn look(keychain: Arc<dyn Keychain>) -> Look {
    let seen = blocking(move || (keychain.look(), keychain.facts())).await;
    let (seen, facts) = match seen {
        Ok(seen) => seen,
        Err(failure) => return wrong(LookId::Keychain, failure),
    };
    let name = facts.name.unwrap_or_else(|| NAMELESS.to_owned());
    let outcome = match seen {
        Ok(true) if facts.is_plain => Outcome::KeychainPlain,
        Ok(true) => Outcome::KeychainOpen,
        Ok(false) | Err(KeychainError::Locked) => Outcome::KeychainLocked,
        Err(error) => return wrong(LookId::Keychain, refused(error, &name)),
    };
    say(LookId::Keychain, outcome, &[("keychain", name)])
}

/// Writes an entry, reads it and deletes it again. A person may be asked by the keychain.
pub(super) async fn try_it(keychain: Arc<dyn Keychain>) -> Look {
    let tried = blocking(move || tried(keychain.as_ref())).await;
    match tried {
        Ok(look) => look,
        Err(failure) => wrong(LookId::KeychainTried, failure),
    }
}

fn tried(keychain: &dyn Keychain) -> Look {
    let mut random = [0; 16];
    if getrandom::fill(&mut random).is_err() {
        return wrong(LookId::KeychainTried, explain::unexpected("no random numbers"));
    }
    let (account, entry) = (format!("doctor-{}", hex(&random[..8])), &random[8..]);
    let began = Instant::now();
    let kept = keychain.store(&account, entry).and_then(|()| keychain.read(&account, &|kept| kept == entry));
    let is_gone = keychain.delete(&account).is_ok();
    let time = took(began.elapsed());
    match kept {
        Ok(Some(_)) if is_gone => say(LookId::KeychainTried, Outcome::KeychainTried, &[time]),
        Ok(Some(_)) => say(LookId::KeychainTried, Outcome::KeychainTriedLeft, &[time]),
        Ok(None) => wrong(LookId::KeychainTried, refused(KeychainError::Failed, NAMELESS)),
        Err(error) => {
            let name = keychain.facts().name.unwrap_or_else(|| NAMELESS.to_owned());
            wrong(LookId::KeychainTried, refused(error, &name))
        }
    }
}

fn refused(error: KeychainError, name: &str) -> Failure {
    let code = match error {
        KeychainError::Missing => Code::KeychainMissing,
        KeychainError::Unmade => Code::KeychainEmpty,
        KeychainError::Locked => Code::KeychainLocked,
        KeychainError::Declined => Code::KeychainDeclined,
        KeychainError::Slow => Code::KeychainSlow,
        KeychainError::Plain => Code::KeychainPlain,
        KeychainError::Failed => Code::KeychainFailed,
    };
    explain::failure(code, &[("keychain", name)])
}

#[cfg(test)]
mod tests {
    use std::sync::{Mutex, MutexGuard};

    use super::*;
    use crate::{
        contract::view::LookState,
        ports::{Entry, Fits, KeychainFacts},
    };

    /// Each account with its entry.
    type Inside = Vec<(String, Vec<u8>)>;

    /// A keychain with one drawer, which answers a look as it is told.
    struct Drawer {
        seen: Result<bool, KeychainError>,
        lets_go: bool,
        inside: Mutex<Inside>,
    }

    impl Drawer {
        fn new(seen: Result<bool, KeychainError>, lets_go: bool) -> Arc<Self> {
            Arc::new(Self { seen, lets_go, inside: Mutex::default() })
        }

        fn inside(&self) -> MutexGuard<'_, Inside> {
            self.inside.lock().unwrap()
        }
    }

    impl Keychain for Drawer {
        fn look(&self) -> Result<bool, KeychainError> {
            self.seen
        }

        fn read(&self, account: &str, fits: &Fits<'_>) -> Result<Option<Entry>, KeychainError> {
            let inside = self.inside();
            let found = inside.iter().find(|(known, entry)| known == account && fits(entry));
            Ok(found.map(|(_, entry)| Entry::new(entry.clone())))
        }

        fn store(&self, account: &str, entry: &[u8]) -> Result<(), KeychainError> {
            self.seen?;
            self.inside().push((account.to_owned(), entry.to_vec()));
            Ok(())
        }

        fn update(&self, _account: &str, _entry: &[u8]) -> Result<(), KeychainError> {
            Ok(())
        }

        fn delete(&self, account: &str) -> Result<(), KeychainError> {
            if !self.lets_go {
                return Err(KeychainError::Failed);
            }
            self.inside().retain(|(known, _)| known != account);
            Ok(())
        }

        fn facts(&self) -> KeychainFacts {
            KeychainFacts { name: Some("Drawer".to_owned()), ..KeychainFacts::default() }
        }
    }

    #[tokio::test]
    async fn each_way_a_keychain_can_stand_is_told_and_nothing_is_written_by_a_look() {
        use KeychainError as E;
        for (seen, state, part) in [
            (Ok(true), LookState::Good, "Drawer answers and is open"),
            (Ok(false), LookState::Look, "Drawer answers and is locked"),
            (Err(E::Missing), LookState::Wrong, "offers no keychain"),
            (Err(E::Unmade), LookState::Wrong, "Drawer answers, and has nothing yet"),
            (Err(E::Failed), LookState::Wrong, ""),
        ] {
            let drawer = Drawer::new(seen, true);
            let look = look(drawer.clone()).await;
            assert_eq!(look.state, state, "{seen:?}: {look:?}");
            assert!(look.message.contains(part), "{seen:?}: {}", look.message);
            assert!(drawer.inside().is_empty(), "nothing was written");
        }
    }

    #[tokio::test]
    async fn a_test_entry_is_written_read_and_gone_or_said_to_be_left() {
        for (lets_go, state, left) in [(true, LookState::Good, 0), (false, LookState::Look, 1)] {
            let drawer = Drawer::new(Ok(true), lets_go);
            let look = try_it(drawer.clone()).await;
            assert_eq!((look.state, drawer.inside().len()), (state, left), "{look:?}");
        }
        let look = try_it(Drawer::new(Err(KeychainError::Declined), true)).await;
        assert_eq!((look.state, look.code), (LookState::Wrong, Some(Code::KeychainDeclined)));
    }
}
