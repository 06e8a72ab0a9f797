//! Which org to connect: read from the command's address, or asked for.

use connect_agent::Client;
use connect_core::{
    contract::{
        intent,
        view::{ConnectionView, Failure, SetupView},
    },
    explain,
    org::address::{self, Address, AddressError},
};

use crate::{output, terminal};

/// The org that a text means. If it is ambiguous the person is asked, where possible; no host is contacted before.
pub(crate) async fn understand(text: &str, may_ask: bool) -> Result<Address, Failure> {
    for remark in address::remarks(text) {
        output::failure(&remark);
    }
    let error = match address::parse(text) {
        Ok(address) => return Ok(address),
        Err(error) => error,
    };
    match error.meant() {
        [] => Err(error.failure()),
        meant if may_ask => match which(meant).await {
            Some(address) => Ok(address.clone()),
            None => Err(error.failure()),
        },
        _ => Err(error.failure()),
    }
}

/// The org that is meant where the text is also the name of a connection to another one: whoever types it may mean that.
pub(crate) async fn settled(
    text: &str,
    org: Address,
    connections: &[ConnectionView],
    may_ask: bool,
) -> Result<Address, Failure> {
    let name = text.trim();
    let named = connections.iter().find(|known| known.alias == name && known.host != org.host());
    let Some(theirs) = named.and_then(|known| address::at_host(&known.host)) else { return Ok(org) };
    let meant = vec![theirs, org];
    if may_ask && let Some(address) = which(&meant).await {
        return Ok(address.clone());
    }
    let mut failure = AddressError::Unsure { meant }.failure();
    let again = format!(
        "{name} is the name of a connection. To sign in for it again: dtx reconnect {}",
        explain::typed(name)
    );
    failure.fix.insert(0, again);
    Err(failure)
}

/// Asks which of these is meant. `None` for none of them.
async fn which(meant: &[Address]) -> Option<&Address> {
    let named = |address: &Address| format!("{} ({})", address.words(), address.view().origin);
    if let [only] = meant {
        let question = format!("Did you mean {}?", named(only));
        return terminal::confirm(&question).await.then_some(only);
    }
    output::hint("It is not certain which org this means:");
    for (address, number) in meant.iter().zip(1..) {
        output::hint(&format!("{number}  {}", named(address)));
    }
    let answer = terminal::ask("One of these numbers, or Enter for none").await.ok()?;
    meant.get(answer.parse::<usize>().ok()?.checked_sub(1)?)
}

/// Asks until an address is given, offering the set-ups that were begun.
pub(crate) async fn ask(client: &Client) -> Result<Address, Failure> {
    let snapshot = client.call(intent::Snapshot).await?;
    let begun: Vec<SetupView> = snapshot.setups.into_iter().filter(|setup| setup.alias.is_none()).collect();
    let question = if begun.is_empty() {
        "Address of the org, copied from the browser"
    } else {
        output::hint("Begun and not connected yet:");
        for (setup, number) in begun.iter().zip(1..) {
            output::hint(&format!("{number}  {} ({})", setup.address.words, setup.host));
        }
        "One of these numbers, or the address of another org, copied from the browser"
    };
    loop {
        let answer = terminal::ask(question).await?;
        let numbered = answer.parse::<usize>().ok().and_then(|number| begun.get(number.checked_sub(1)?));
        let text = numbered.map_or(answer.as_str(), |setup| setup.pasted_address.as_str());
        match understand(text, true).await {
            Ok(address) => return Ok(address),
            Err(failure) => output::failure(&failure),
        }
    }
}
