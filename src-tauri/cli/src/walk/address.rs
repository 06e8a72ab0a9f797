//! Which org: asked for where the command names none.

use connect_agent::Client;
use connect_core::contract::{
    intent,
    view::{Failure, SetupView},
};

use crate::{output, terminal};

/// Asks for an address until there is one, offering the set-ups that were begun.
pub(crate) async fn ask(client: &Client) -> Result<String, Failure> {
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
        if let Some(setup) = numbered {
            return Ok(setup.pasted_address.clone());
        }
        match connect_core::org::address::parse(&answer) {
            Ok(_) => return Ok(answer),
            Err(error) => output::failure(&error.failure()),
        }
    }
}
