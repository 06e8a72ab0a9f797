//! The arguments of `dtx practice`.

use clap::Args;
use connect_core::explain;
use practice_org::Scenario;

use super::Json;

#[derive(Debug, Args)]
pub(crate) struct Practice {
    /// The port to listen on; any free one when left out
    #[arg(long, value_name = "N", default_value_t = 0)]
    pub(crate) port: u16,
    /// The same seed makes the same org
    #[arg(long, value_name = "S", default_value_t = 1)]
    pub(crate) seed: u64,
    /// How long the app stays inactive, as after Create in a real org
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub(crate) activation: u64,
    #[arg(long, value_name = "F", value_parser = scenario, help = scenario_help())]
    pub(crate) scenario: Option<Scenario>,
    /// Stop at the end of standard input, as when the program that started it has ended
    #[arg(long, hide = true)]
    pub(crate) until_input_ends: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// The help text of the option, with the names of all scenarios.
fn scenario_help() -> String {
    let included: Vec<_> = Scenario::included().collect();
    format!("What happens in the org: a scenario file, or one of {}", included.join(", "))
}

/// A scenario by its name, or from a file.
///
/// # Errors
/// The text names no scenario: why, in words.
fn scenario(named: &str) -> Result<Scenario, String> {
    if let Some(included) = Scenario::named(named) {
        return Ok(included);
    }
    let text = std::fs::read_to_string(named)
        .map_err(|error| format!("it cannot be read: {}", explain::io_reason(&error)))?;
    Scenario::read(&text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn a_scenario_is_named_or_read_from_a_file() {
        assert!(scenario("maintenance").is_ok(), "one that comes with the program");
        let nowhere = scenario("/nowhere/x.json").unwrap_err();
        assert_eq!(nowhere, "it cannot be read: there is no such file or folder");
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let path = file.path().to_str().unwrap().to_owned();
        file.write_all(br#"{"version": 1, "title": "own", "steps": []}"#).unwrap();
        assert_eq!(scenario(&path).unwrap().title, "own", "a file");
        file.write_all(b"x").unwrap();
        assert!(scenario(&path).is_err(), "a broken file");
    }
}
