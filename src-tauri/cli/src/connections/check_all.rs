//! `dtx check --all`: every connection, a few at a time, with one line for each.

use connect_agent::Client;
use connect_core::contract::{
    intent,
    view::{CheckState, ConnectionView, Failure, Finding},
};
use futures_util::{StreamExt, stream};
use serde::Serialize;

use super::{exit_code, exit_of_all, state_word, tone_of};
use crate::{end, output, session, terminal, text::Page};

/// The number of connections that are checked at the same time.
const AT_ONCE: usize = 4;

/// One line of `check --all --json`.
#[derive(Serialize)]
struct Line<'a> {
    alias: &'a str,
    host: &'a str,
    /// The exit code that `dtx check NAME` has.
    exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    checks: Option<&'a [Finding]>,
    /// Why it could not be checked at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    failed: Option<&'a Failure>,
}

pub(crate) async fn check_all(json: bool) -> Result<u8, Failure> {
    let client = session::open().await?;
    let connections = client.call(intent::List).await?;
    if connections.is_empty() {
        output::hint("There is no connection to check yet: dtx connect makes one.");
        return Ok(0);
    }
    if terminal::is_read() && connections.len() > AT_ONCE {
        output::hint(&format!("Checking {} connections, {AT_ONCE} at a time.", connections.len()));
    }
    let asked = session::to_its_end(all_of(&client, connections, json)).await?;
    let Some(exits) = asked else { return Ok(end::ASKED) };
    let wrong = exits.iter().filter(|exit| **exit != 0).count();
    if wrong > 0 {
        let all = exits.len();
        output::hint(&format!("{wrong} of {all} not in order. dtx check NAME tells what to do about each."));
    }
    Ok(exit_of_all(&exits))
}

/// Checks them, and prints each once it and those before it are done. Returns their exit codes.
async fn all_of(client: &Client, all: Vec<ConnectionView>, json: bool) -> Result<Vec<u8>, Failure> {
    let check = |connection: ConnectionView| async move {
        let name = connection.alias.clone();
        (connection, client.call(intent::Check::of(name)).await)
    };
    let names: Vec<_> = all.iter().map(|connection| connection.alias.clone()).collect();
    let mut checked = stream::iter(all.into_iter().map(check)).buffered(AT_ONCE);
    let mut exits = Vec::new();
    for name in &names {
        let next = session::said_when_long(|| format!("what the org of {name} answers"), checked.next());
        let Some((connection, found)) = next.await else { break };
        let exit = match &found {
            Ok(findings) => exit_code(&findings.checks),
            Err(failure) => failure.code.exit(),
        };
        exits.push(exit);
        let found = found.map(|findings| findings.checks);
        if json {
            let found = found.map(|checks| checks.into_iter().map(without_exact).collect::<Vec<_>>());
            let (checks, failed) = (found.as_deref().ok(), found.as_ref().err());
            let (alias, host) = (connection.alias.as_str(), connection.host.as_str());
            output::json(&Line { alias, host, exit, checks, failed })?;
        } else {
            print_line(&connection.alias, &found);
        }
    }
    Ok(exits)
}

/// The printed JSON is a contract without it, as that of one check.
fn without_exact(finding: Finding) -> Finding {
    Finding { exact: Vec::new(), ..finding }
}

fn print_line(alias: &str, found: &Result<Vec<Finding>, Failure>) {
    let (state, said) = in_one_line(found);
    let page = Page::of_results();
    let line = page.wrapped(&format!("{}  {alias:20}  ", state_word(state)), &said);
    let word = state_word(state).trim_end();
    let painted = tone_of(state).map(|tone| line.replacen(word, &page.painted(tone, word), 1));
    output::line(&painted.unwrap_or(line));
}

/// The worst that was found, as it is said beside a name.
fn in_one_line(found: &Result<Vec<Finding>, Failure>) -> (CheckState, String) {
    let checks = match found {
        Ok(checks) => checks,
        Err(failure) => return (CheckState::Fail, failure.message.clone()),
    };
    let of = |state| checks.iter().filter(move |finding| finding.state == state);
    let told = |finding: &Finding| format!("{}: {}", finding.title, finding.message);
    let passing = |finding: &&Finding| finding.code.is_some_and(|code| code.exit() == 4);
    if let Some(failed) = of(CheckState::Fail).next() {
        (CheckState::Fail, told(failed))
    } else if let Some(unknown) = of(CheckState::Unknown).find(passing) {
        (CheckState::Unknown, told(unknown))
    } else if let Some(odd) = of(CheckState::Warn).next() {
        (CheckState::Warn, told(odd))
    } else {
        (CheckState::Pass, "all in order".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use connect_core::{
        contract::view::CheckId,
        explain::{Code, failure, finding},
    };

    use super::*;

    #[test]
    fn a_connection_has_one_line_with_the_worst_of_it() {
        use CheckState::{Fail, Pass, Skip, Unknown, Warn};
        let found = |states: &[(CheckState, Option<Code>)]| {
            let each = states.iter().map(|(state, code)| finding(CheckId::Key, *state, *code, &[]));
            in_one_line(&Ok(each.collect()))
        };
        assert_eq!(found(&[(Pass, None), (Skip, None), (Unknown, None)]).0, Pass, "what cannot be told");
        assert_eq!(found(&[(Warn, None), (Pass, None)]).0, Warn);
        assert_eq!(found(&[(Warn, None), (Unknown, Some(Code::NetworkDns))]).0, Unknown, "not reached");
        let failed = found(&[(Warn, None), (Fail, Some(Code::SecretWrong)), (Unknown, None)]);
        assert_eq!(failed.0, Fail);
        assert!(failed.1.starts_with("Consumer Key: "), "{failed:?}");
        let locked = failure(Code::KeychainLocked, &[]);
        assert_eq!(in_one_line(&Err(locked.clone())), (Fail, locked.message), "not checked at all");
    }
}
