//! The network as Windows judges it: how far it reaches, and whether it costs by the byte.

use windows::{
    Networking::Connectivity::{
        ConnectionProfile, NetworkCostType, NetworkInformation, NetworkStatusChangedEventHandler,
    },
    core::Result,
};

/// The network that this computer goes out through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// From none (0) through the local one (1) and one that asks something first (2) to the internet (3).
    pub reach: i32,
    pub is_metered: bool,
}

/// Where there is no network it is one that reaches nothing.
///
/// # Errors
/// Windows does not tell.
pub fn now() -> Result<Network> {
    // Without this the next call could not be told from one that has found none.
    NetworkInformation::GetConnectionProfiles()?;
    let Ok(profile) = NetworkInformation::GetInternetConnectionProfile() else {
        return Ok(Network::default());
    };
    Ok(Network { reach: profile.GetNetworkConnectivityLevel()?.0, is_metered: is_metered(&profile)? })
}

fn is_metered(profile: &ConnectionProfile) -> Result<bool> {
    let cost = profile.GetConnectionCost()?.NetworkCostType()?;
    Ok([NetworkCostType::Fixed, NetworkCostType::Variable].contains(&cost))
}

/// Calls `changed` on some thread when there is another network or the same one reaches farther or less far, until this is
/// dropped.
///
/// # Errors
/// Windows does not tell.
pub fn hear(changed: impl Fn() + Send + 'static) -> Result<Hearing> {
    let handler = NetworkStatusChangedEventHandler::new(move |_| {
        changed();
        Ok(())
    });
    NetworkInformation::NetworkStatusChanged(&handler).map(Hearing)
}

/// That somebody hears of the network.
#[derive(Debug)]
pub struct Hearing(i64);

impl Drop for Hearing {
    fn drop(&mut self) {
        // At the end of the process there may be nobody to tell.
        let _ = NetworkInformation::RemoveNetworkStatusChanged(self.0);
    }
}
