//! The doctor of this computer: what the core looks at, and beside it the programs, the agent and the desktop. Everything is
//! looked at at once, each for a limited time; nothing is started but what the desktop starts itself when it is asked.

mod around;
mod programs;

use std::path::PathBuf;

use connect_core::{
    contract::view::{Computer, ConnectionView, Failure, Look, LookId, LookState, OrgKind},
    doctor::{self, Around, Asked, failed},
    org::salesforce,
};
use time::OffsetDateTime;

/// The programs of this copy, installed or not.
#[derive(Clone, Debug)]
pub struct Programs {
    /// `dtx`.
    pub dtx: PathBuf,
    /// The window's, whether it is there or not.
    pub window: PathBuf,
}

/// Looks at this computer. `net_trouble` is why the way to Salesforce could not be made as it is set.
pub async fn look(
    around: &Around,
    net_trouble: Option<Failure>,
    programs: &Programs,
    asked: &Asked,
) -> Computer {
    let (mut looks, own, desktop) = tokio::join!(
        Box::pin(doctor::looks(around, asked)),
        Box::pin(programs::looks(&around.home, programs)),
        Box::pin(around::looks(&programs.window)),
    );
    if let Some(failure) = net_trouble {
        looks.retain(|look| look.id != LookId::Authorities);
        looks.push(failed(LookId::Authorities, LookState::Wrong, failure, &[]));
    }
    looks.extend(own.into_iter().chain(desktop));
    // The ports keep the order in which they are tried.
    looks.sort_by_key(|look: &Look| look.id);
    Computer {
        looked_at: OffsetDateTime::now_utc(),
        program_version: env!("CARGO_PKG_VERSION").to_owned(),
        looks,
    }
}

/// The host of Salesforce's that is asked: a connected org's, which a company's network lets through, else the one that serves
/// every login.
pub fn host_to_ask(connections: &[ConnectionView]) -> String {
    let real = connections.iter().find(|connection| connection.kind != OrgKind::Practice);
    real.map_or_else(|| salesforce::GENERIC_HOSTS[0].to_owned(), |connection| connection.host.clone())
}
