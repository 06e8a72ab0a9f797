//! The vault: who keeps its key, what its database outlives, and where no secret is.

mod keychain;
mod secrets;
mod vault;
mod vault_database;
mod vault_secrets;
