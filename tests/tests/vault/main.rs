//! The vault: the keepers of its key, the trouble its database survives, and the places without secrets.

#![expect(clippy::unwrap_in_result, clippy::unwrap_used, reason = "a test fails by panicking")]

mod copied;
mod exposures;
mod journal;
mod keychain;
mod keychain_at_work;
mod keychain_calls;
mod keyring_histories;
mod keyrings;
mod secrets;
mod vault;
mod vault_database;
mod vault_secrets;
