//! Who holds the agent's lock: written into it, for whoever finds it held and nobody who listens.

use std::time::Duration;

use connect_core::{
    contract::view::Failure,
    explain::{self, Code},
    platform::{home::Home, lock, machine},
};
use serde::{Deserialize, Serialize};

/// Between two looks at a lock that may be changing hands.
const MOMENT: Duration = Duration::from_millis(20);

/// An agent, wherever it runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Holder {
    pub(crate) pid: u32,
    /// What its computer is called, where that is known. Several may use one home.
    #[serde(default)]
    pub(crate) host: Option<String>,
}

impl Holder {
    /// This process.
    pub(crate) fn here() -> Self {
        Self { pid: std::process::id(), host: machine::name() }
    }

    /// Whether anybody holds the lock of this home's agent now.
    pub(crate) fn is_there(home: &Home) -> bool {
        matches!(lock::try_exclusive(&home.agent_lock()), Ok(None))
    }

    /// Writes it into the lock. Where that cannot be done it is only not named.
    pub(crate) fn note(&self, lock: &mut lock::Held) {
        let noted = serde_json::to_string(self).map_err(Into::into).and_then(|text| lock.note(&text));
        if let Err(error) = noted {
            tracing::warn!(kind = %error.kind(), "who holds the lock is not noted");
        }
    }

    /// An agent of another computer, where it is one that holds the lock. Looked at twice: what stands in the lock is for a
    /// moment the word of whoever held it before.
    pub(crate) async fn elsewhere_with(home: &Home) -> Option<Self> {
        let found = Self::noted(home).filter(|holder| holder.elsewhere().is_some())?;
        tokio::time::sleep(MOMENT).await;
        let is_held = matches!(lock::try_exclusive(&home.agent_lock()), Ok(None));
        (is_held && Self::noted(home).as_ref() == Some(&found)).then_some(found)
    }

    pub(crate) fn noted(home: &Home) -> Option<Self> {
        serde_json::from_str(&lock::noted(&home.agent_lock()).ok()?).ok()
    }

    /// What it is called on the other computer that it runs on.
    pub(crate) fn elsewhere(&self) -> Option<&str> {
        self.host.as_deref().filter(|host| machine::name().as_deref() != Some(*host))
    }

    /// That it cannot be spoken to from here.
    pub(crate) fn out_of_reach(&self) -> Failure {
        match self.elsewhere() {
            Some(host) => {
                explain::failure(Code::AgentElsewhere, &[("host", host), ("pid", &self.pid.to_string())])
            }
            None => silent(Some(self.pid)),
        }
    }
}

/// One that is there and says nothing.
pub(crate) fn silent(pid: Option<u32>) -> Failure {
    let pid = pid.map(|pid| pid.to_string());
    let facts = pid.as_deref().map(|pid| ("pid", pid));
    explain::failure(Code::AgentSilent, facts.as_slice())
}
