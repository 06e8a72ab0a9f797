//! News of the computer: that it woke up, that it came to a network, and whether that network is metered.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::time::Duration;

use connect_core::controller::Controller;
use tokio::sync::{oneshot, watch};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// How long a service may take to answer before it counts as silent.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Tells the controller until told to stop, and drops `silence` once the first state was told. Where no service says
/// anything, the connections are kept by the clock alone.
pub(crate) async fn watch(
    controller: Controller,
    silence: oneshot::Sender<()>,
    mut stop: watch::Receiver<bool>,
) {
    tokio::select! {
        ended = system::hear(&controller, silence) => {
            let reason = ended.err().unwrap_or_default();
            tracing::debug!(reason, "nothing more is heard of sleep and networks; the clock is gone by");
            controller.network_is_metered(false);
        }
        _ = stop.changed() => {}
    }
}
