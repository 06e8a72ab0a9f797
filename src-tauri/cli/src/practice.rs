//! `dtx practice`: an org to rehearse with, on this computer alone.

use std::time::Duration;

use connect_core::{
    contract::view::Failure,
    explain::{self, Code},
};
use practice_org::{Options, Org, Scenario};

use crate::{arguments::Practice, end::AskedToEnd, output, session};

pub(crate) async fn practice(command: Practice) -> Result<u8, Failure> {
    let options = Options {
        port: command.port,
        seed: command.seed,
        activation: Duration::from_secs(command.activation),
        ..Options::default()
    };
    let org = Org::start(options).await.map_err(|_| {
        explain::failure(Code::PortsTaken, &[("lines", &format!("http://localhost:{}", command.port))])
    })?;
    if let Some(scenario) = command.scenario {
        let title = scenario.title.clone();
        org.play(scenario).map_err(|reason| session::missing(&format!("scenario: {reason}")))?;
        output::hint(&format!("Scenario: {title}."));
    }
    let mut asked_to_end = AskedToEnd::listen();
    let announcement = org.announcement();
    if command.json.json {
        // It says its version itself.
        let line = serde_json::to_string(&announcement);
        output::line(&line.map_err(|_| explain::failure(Code::Unexpected, &[]))?);
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
    asked_to_end.next().await;
    org.stop().await;
    Ok(0)
}

/// What the option tells about itself.
pub(crate) fn scenario_help() -> String {
    let included: Vec<_> = Scenario::included().collect();
    format!("What happens in the org: a scenario file, or one of {}", included.join(", "))
}

/// A scenario by its name, or from a file.
///
/// # Errors
/// Why the text names none, in words.
pub(crate) fn scenario(named: &str) -> Result<Scenario, String> {
    if let Some(included) = Scenario::named(named) {
        return Ok(included);
    }
    let text = std::fs::read_to_string(named).map_err(|error| format!("it cannot be read: {error}"))?;
    Scenario::read(&text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_scenario_is_named_or_read_from_a_file() {
        assert!(scenario("maintenance").is_ok(), "one that comes with the program");
        assert!(scenario("/nowhere/x.json").unwrap_err().contains("cannot be read"), "no such file");
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap().to_owned();
        file.write_all(br#"{"version": 1, "title": "own", "steps": []}"#).unwrap();
        assert_eq!(scenario(&path).unwrap().title, "own", "a file");
        file.write_all(b"x").unwrap();
        assert!(scenario(&path).is_err(), "a broken file");
    }
}
