//! `dtx practice`: an org to rehearse with, on this computer alone.

use std::{io, time::Duration};

use connect_core::{
    contract::view::Failure,
    explain::{self, Code},
};
use practice_org::{Options, Org};

use crate::{arguments::Practice, end::AskedToEnd, output, terminal};

pub(crate) async fn practice(command: Practice) -> Result<u8, Failure> {
    let options = Options {
        port: command.port,
        seed: command.seed,
        activation: Duration::from_secs(command.activation),
        ..Options::default()
    };
    let org = Org::start(options).await.map_err(|error| not_started(command.port, &error))?;
    if let Some(scenario) = command.scenario {
        let title = scenario.title.clone();
        org.play(scenario).map_err(|reason| terminal::missing(&format!("scenario: {reason}")))?;
        output::hint(&format!("Scenario: {title}."));
    }
    let mut asked_to_end = AskedToEnd::listen();
    let announcement = org.announcement();
    if command.json.json {
        // The announcement has its own `version`.
        output::line(&output::written(&announcement)?);
    } else {
        output::line("PRACTICE: a rehearsal org on this computer. Nothing here reaches Salesforce.");
        output::line(&format!("Address          {}", announcement.address));
        output::line(&format!("Setup            {}", announcement.setup_url));
        output::line(&format!("Practice inbox   {}", announcement.inbox_url));
        output::line(&format!("Consumer Key     {}", announcement.key));
        output::line(&format!("Consumer Secret  {}", announcement.secret));
        for user in &announcement.users {
            output::line(&format!(
                "Sign in as       {:<28} password {}  {}",
                user.username,
                user.password,
                user.role.words()
            ));
        }
        output::hint(
            "Setup asks for the admin's sign-in, and mails its verification codes to the practice inbox.",
        );
        output::hint("Stop it with Ctrl+C.");
    }
    let input_ends = async { while terminal::line().await.is_some() {} };
    tokio::select! {
        () = asked_to_end.next() => {}
        () = input_ends, if command.until_input_ends => {}
    }
    org.stop().await;
    Ok(0)
}

/// Why nothing listens on this port.
fn not_started(port: u16, error: &io::Error) -> Failure {
    if error.kind() == io::ErrorKind::AddrInUse {
        return explain::failure(Code::PortsTaken, &[("lines", &format!("http://localhost:{port}"))]);
    }
    let reason = explain::io_reason(error);
    let message = format!("The practice org cannot listen on port {port}: {reason}.");
    let fix =
        vec!["Name another port with --port, above 1023. Without --port it takes any free one.".to_owned()];
    Failure { message, fix, ..explain::failure(Code::PortsTaken, &[]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_that_is_taken_is_told_from_one_that_may_not_be_used() {
        let said = |kind: io::ErrorKind| not_started(80, &kind.into()).message;
        let taken = explain::failure(Code::PortsTaken, &[]).message;
        assert_eq!(said(io::ErrorKind::AddrInUse), taken, "another program has it");
        let refused = said(io::ErrorKind::PermissionDenied);
        assert!(refused.contains("port 80: you may not do that there"), "nobody has it: {refused}");
    }
}
