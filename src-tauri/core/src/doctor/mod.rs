//! The doctor: looks at what this computer has that a connection needs, one thing beside the other, each for a limited time.
//! Here is what any program of ours can see; the desktop is looked at by the agent's crate. Nothing is changed but what a
//! person has asked for: the test of the keychain. Nothing that is found names an org, a user or a password.

mod files;
mod keychain;
mod network;
mod ports;

use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use crate::{
    contract::view::{Failure, KeyProtection, Look, LookId, LookState},
    explain::{
        self,
        doctor::{Fact, Outcome},
    },
    org::net::Net,
    platform::{home::Home, machine},
    ports::Keychain,
};

pub(crate) use self::network::in_words;
pub use crate::explain::doctor::{failed, look};

/// How long one look may take.
pub const LONGEST_LOOK: Duration = Duration::from_secs(12);

/// How long the test of the keychain may take: a person may be asked by it.
const LONGEST_TEST: Duration = Duration::from_secs(120);

/// What may be done beyond looking.
#[derive(Clone, Debug, Default)]
pub struct Asked {
    /// The host of Salesforce's to ask; `None` leaves the network out.
    pub host: Option<String>,
    /// Whether a test entry may be written into the keychain.
    pub keychain: bool,
    /// What protects the key of the vault, as far as that is known; `None` looks at the keychain.
    pub protection: Option<KeyProtection>,
}

/// What is looked at.
pub struct Around {
    pub home: Result<Home, Failure>,
    pub net: Arc<Net>,
    pub keychain: Arc<dyn Keychain>,
}

/// Looks at all that needs no desktop.
pub async fn looks(around: &Around, asked: &Asked) -> Vec<Look> {
    let (files, keychain, tried, ports, network) = tokio::join!(
        within(LookId::Files, LONGEST_LOOK, files::look(&around.home)),
        within(LookId::Keychain, LONGEST_LOOK, protection(around, asked)),
        tried(around, asked),
        ports::look(),
        network::look(&around.net, asked.host.as_deref()),
    );
    [vec![files, keychain, tried], ports, network].concat()
}

/// The ports that a browser comes back to, alone.
pub async fn ports() -> Vec<Look> {
    ports::look().await
}

/// What protects the key of the vault. How a keychain stands that has no part in it does not matter.
async fn protection(around: &Around, asked: &Asked) -> Look {
    let (outcome, protection) = match asked.protection {
        None | Some(KeyProtection::Keychain) => return keychain::look(around.keychain.clone()).await,
        Some(kept @ KeyProtection::Passphrase) => (Outcome::KeychainNotNeeded, kept),
        Some(kept @ KeyProtection::Session) => (Outcome::KeychainNotUsed, kept),
    };
    look(LookId::Keychain, outcome, &[("now", explain::names::key_protection(protection).now.clone())])
}

async fn tried(around: &Around, asked: &Asked) -> Look {
    if asked.keychain {
        within(LookId::KeychainTried, LONGEST_TEST, keychain::try_it(around.keychain.clone())).await
    } else {
        look(LookId::KeychainTried, Outcome::KeychainNotTried, &[])
    }
}

/// A look that is left when it takes too long.
pub async fn within(id: LookId, at_most: Duration, looking: impl Future<Output = Look>) -> Look {
    let late = || look(id, Outcome::Late, &[("seconds", at_most.as_secs().to_string())]);
    tokio::time::timeout(at_most, looking).await.unwrap_or_else(|_| late())
}

/// Looks on a thread that may block.
async fn blocking<T: Send + 'static>(look: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(look).await.map_err(|_| explain::unexpected("a look ended early"))
}

/// What a failure says of a thing, as wrong.
fn wrong(id: LookId, failure: Failure) -> Look {
    failed(id, LookState::Wrong, failure, &[])
}

/// A path that names nobody: below the user's own folder as from `~` on.
pub fn without_user(path: &Path) -> String {
    let own = dirs::home_dir().and_then(|own| path.strip_prefix(own).ok().map(Path::to_owned));
    match own {
        Some(rest) => Path::new("~").join(rest).display().to_string(),
        None => path.display().to_string(),
    }
}

/// What the person and the computer are called: to be taken out of what is handed on.
pub struct OwnNames {
    pub user: Option<String>,
    pub computer: Option<String>,
}

/// As this computer has them. The folder of a person is called like the person.
pub fn own_names() -> OwnNames {
    let folder = dirs::home_dir();
    let user = folder.as_deref().and_then(Path::file_name).map(|name| name.to_string_lossy().into_owned());
    // The account that everything belongs to is nobody's name.
    OwnNames { user: user.filter(|name| name != "root"), computer: machine::name() }
}

/// The folder for what a person fetches or has written for them: their downloads, else their own folder.
pub fn downloads() -> Option<PathBuf> {
    dirs::download_dir().filter(|folder| folder.is_dir()).or_else(dirs::home_dir)
}

/// A time for a person, rounded.
fn took(time: Duration) -> Fact {
    let text = if time < Duration::from_secs(10) {
        format!("{} ms", time.as_millis())
    } else {
        format!("{} s", time.as_secs())
    };
    ("time", text)
}

#[cfg(test)]
mod tests {
    use std::future;

    use super::*;
    use crate::{ports::KeychainError, vault::testing::MemoryKeychain};

    #[tokio::test(start_paused = true)]
    async fn a_look_that_finds_nothing_in_time_is_left_and_says_so() {
        let look = within(LookId::Tray, LONGEST_LOOK, future::pending()).await;
        assert_eq!((look.id, look.state), (LookId::Tray, LookState::CannotTell));
        assert!(look.message.contains("12 seconds"), "{}", look.message);
    }

    #[tokio::test]
    async fn a_keychain_that_does_not_protect_the_key_is_not_asked() {
        let keychain = MemoryKeychain::new();
        keychain.inside().fault = Some(KeychainError::Missing);
        let net = Arc::new(Net::new(None, None).unwrap());
        let around = Around { home: Err(explain::unexpected("not looked at")), net, keychain };
        let table = [
            (None, LookState::Wrong, "no keychain"),
            (Some(KeyProtection::Keychain), LookState::Wrong, "no keychain"),
            (Some(KeyProtection::Passphrase), LookState::Good, "protected with a passphrase"),
            (Some(KeyProtection::Session), LookState::Look, "for this session only"),
        ];
        for (kept, state, part) in table {
            let look = protection(&around, &Asked { protection: kept, ..Asked::default() }).await;
            assert_eq!((look.id, look.state), (LookId::Keychain, state), "{kept:?}");
            assert!(look.message.contains(part), "{kept:?}: {}", look.message);
        }
    }

    #[test]
    fn a_path_names_nobody() {
        let own = dirs::home_dir().unwrap();
        let told = without_user(&own.join("below"));
        assert_eq!(Path::new(&told), Path::new("~").join("below"));
        assert!(!told.contains(own.to_str().unwrap()), "{told}");
    }
}
