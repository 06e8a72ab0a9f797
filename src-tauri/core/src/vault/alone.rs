//! Who may change what the answer to a refresh is stored with. A rotated refresh token exists nowhere but in that answer,
//! so neither the form of the database nor the data key changes while one is awaited.
//!
//! The order of the locks is always: that of a connection's work, that of refreshes, that of the vault.

use std::time::Duration;

use super::VaultError;
use crate::platform::{home::Home, lock};

/// Longer than a refresh takes that has to be sent twice and finds no room for its answer at first.
const LONGEST_REFRESH: Duration = Duration::from_secs(90);

/// What is waited for without a word.
const MOMENT: Duration = Duration::from_millis(200);

/// Nobody refreshes, and nobody else changes the vault, as long as this lives.
#[must_use = "the locks end when this is dropped"]
pub(super) struct Alone {
    // Let go of in this order.
    _vault: lock::Held,
    _refreshes: lock::Held,
}

impl Alone {
    /// Waits for every refresh that is under way in any process of this home. `waiting` is told when there is one.
    ///
    /// # Errors
    /// [`VaultError::Busy`] when one takes longer than it may.
    pub(super) fn wait(home: &Home, waiting: fn()) -> Result<Self, VaultError> {
        let path = home.refresh_lock();
        let mut refreshes = lock::exclusive_within(&path, MOMENT)?;
        if refreshes.is_none() {
            tracing::warn!("waiting until a refresh that is under way has stored its answer");
            waiting();
            refreshes = lock::exclusive_within(&path, LONGEST_REFRESH)?;
        }
        let refreshes = refreshes.ok_or(VaultError::Busy)?;
        Ok(Self { _vault: lock::exclusive(&home.vault_lock())?, _refreshes: refreshes })
    }
}
