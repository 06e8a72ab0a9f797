//! Who does the work: the running agent, or this process under the same locks.

use std::{path::PathBuf, sync::Arc};

use connect_agent::Client;
use connect_core::{
    controller::{Controller, Ports},
    explain::{self, Code},
    home::Home,
    keychain,
    net::Net,
    ports::SystemClock,
    vault::Vault,
    view::Failure,
};

/// A conversation with whoever does the work.
pub(crate) async fn open() -> Result<Client, Failure> {
    let home = home()?;
    match Client::open(&home).await? {
        Some(client) => Ok(client),
        None => Ok(Client::in_process(controller(home)?)),
    }
}

pub(crate) fn home() -> Result<Home, Failure> {
    Home::from_environment().map_err(|error| error.failure())
}

/// A controller over this computer's own keychain, network and clock.
pub(crate) fn controller(home: Home) -> Result<Controller, Failure> {
    let authority = std::env::var_os("DATATRAX_CA_FILE").map(PathBuf::from);
    let http = Net::new(authority.as_deref())
        .map_err(|error| explain::failure(Code::AuthorityUnusable, &[("reason", &error.to_string())]))?;
    let vault =
        Vault::open(&home, keychain::system()).map_err(|error| explain::failure(error.code(), &[]))?;
    Ok(Controller::new(home, vault, Ports { http: Arc::new(http), clock: Arc::new(SystemClock) }))
}

/// For a value that has to be given because nobody can be asked.
pub(crate) fn missing(what: &str) -> Failure {
    explain::failure(Code::ValueMissing, &[("what", what)])
}
