//! Exclusive access for changing how a refresh's answer is stored. A rotated refresh token exists only in that answer,
//! so neither the form of the database nor the data key may change while one is awaited.
//!
//! Locks are always taken in this order: that of a connection's work, that of refreshes, that of the vault.

use std::time::Duration;

use super::VaultError;
use crate::platform::{home::Home, lock};

/// How long a refresh may take: longer than one that is sent twice and has trouble to store its answer.
const LONGEST_REFRESH: Duration = Duration::from_secs(90);

/// How long to wait before that is reported.
const MOMENT: Duration = Duration::from_millis(200);

/// While this lives, no refresh is sent, and no other process changes the vault.
#[must_use = "the locks end when this is dropped"]
pub(super) struct Alone {
    // Released in this order.
    _vault: lock::Held,
    _refreshes: lock::Held,
}

impl Alone {
    /// Waits for all refreshes under way in any process of this home. Calls `waiting` if there is one.
    ///
    /// # Errors
    /// [`VaultError::Busy`] when one takes too long.
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
