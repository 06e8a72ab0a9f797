//! The computer as it tells of itself: that it woke up, that it came to a network, and that what goes over this network is
//! counted.

#[cfg(target_os = "linux")]
mod linux;

use std::time::Duration;

use connect_core::controller::Controller;
use tokio::sync::{oneshot, watch};

#[cfg(target_os = "linux")]
use self::linux as system;

/// A service that does not answer within this time says nothing.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// Tells the controller until told to stop, and drops `silence` once what there is to say at first was told. Where
/// nobody says anything, the connections are kept by the clock alone.
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
