//! The arguments of `dtx`. Comments on commands and options are their help texts.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::PossibleValuesParser};
use connect_core::{
    contract::view::KeyProtection,
    explain::names::{ProtectionWords, key_protection},
    guide::StepId,
};
use practice_org::Scenario;

#[derive(Debug, Parser)]
#[command(
    name = "dtx",
    bin_name = "dtx",
    version,
    about = "Connects Salesforce orgs, and keeps the connections.",
    arg_required_else_help = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Connects an org by its address; on a terminal, step by step
    Connect(Connect),
    /// Signs in again for a connection, keeping its name and history
    Reconnect(Reconnect),
    /// Gives a connection another name
    Rename { old: String, new: String },
    /// Lists the connections
    List {
        #[command(flatten)]
        json: Json,
    },
    /// Shows one connection and what happened to it
    Show {
        name: String,
        #[command(flatten)]
        json: Json,
    },
    /// Checks a connection, from its address to a call through it
    Check {
        name: String,
        #[command(flatten)]
        json: Json,
    },
    /// Revokes a connection at Salesforce, proves it, and forgets it
    Disconnect {
        name: String,
        /// Forget it although it cannot be revoked from here, since the key that its tokens are encrypted with is gone
        #[arg(long)]
        forget: bool,
        #[command(flatten)]
        json: Json,
    },
    /// Prints an access token for a program to use
    Token {
        name: String,
        /// Get a new one from Salesforce: once, after a call was refused with 401
        #[arg(long)]
        fresh: bool,
        #[command(flatten)]
        json: Json,
    },
    /// Prints the guide: how an External Client App is made and connected
    Guide {
        /// Print this step alone
        #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(StepId::ALL.iter().map(|step| step.word())))]
        step: Option<String>,
        #[command(flatten)]
        json: Json,
    },
    /// Tells who keeps the key of the vault, or has it kept another way
    Vault(Vault),
    /// Runs the background part, which keeps the connections
    Agent(Agent),
    /// Runs a practice org on this computer until stopped
    Practice(Practice),
}

impl Command {
    /// Whether what it says to standard output is to be JSON.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            Self::Connect(Connect { sign_in, .. }) | Self::Reconnect(Reconnect { sign_in, .. }) => {
                sign_in.json
            }
            Self::List { json }
            | Self::Show { json, .. }
            | Self::Check { json, .. }
            | Self::Disconnect { json, .. }
            | Self::Token { json, .. }
            | Self::Guide { json, .. }
            | Self::Vault(Vault { json, .. })
            | Self::Agent(Agent {
                command: Some(AgentCommand::Status { json } | AgentCommand::Stop { json }),
                ..
            })
            | Self::Practice(Practice { json, .. }) => *json,
            Self::Agent(_) | Self::Rename { .. } => return false,
        }
        .json
    }
}

#[derive(Clone, Copy, Debug, Args)]
pub(crate) struct Json {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Args)]
pub(crate) struct Connect {
    /// Any address of the org, such as one copied from the browser; asked for on a terminal
    pub(crate) address: Option<String>,
    /// The name to give the connection
    #[arg(long, value_name = "NAME")]
    pub(crate) alias: Option<String>,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
}

#[derive(Debug, Args)]
pub(crate) struct Reconnect {
    pub(crate) name: String,
    #[command(flatten)]
    pub(crate) sign_in: SignIn,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that can be typed")]
pub(crate) struct SignIn {
    /// The Consumer Key of the External Client App
    #[arg(long)]
    pub(crate) key: Option<String>,
    /// Read the Consumer Secret from the first line of standard input
    #[arg(long, conflicts_with = "secret_file")]
    pub(crate) secret_stdin: bool,
    /// Read the Consumer Secret from the first line of a file
    #[arg(long, value_name = "F")]
    pub(crate) secret_file: Option<PathBuf>,
    /// Who will sign in; another user is not accepted
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// Accept this user although another was expected
    #[arg(long, value_name = "NAME")]
    pub(crate) accept_user: Option<String>,
    /// Come back by Datatrax's own page, where the app has no other callback line
    #[arg(long)]
    pub(crate) hosted: bool,
    /// Sign in although Salesforce has asked for a pause that is not over yet
    #[arg(long)]
    pub(crate) despite_pause: bool,
    /// Print the sign-in address instead of opening a browser
    #[arg(long)]
    pub(crate) no_browser: bool,
    #[command(flatten)]
    pub(crate) without_key: WithoutKey,
    /// How long to wait for an app that may not be active yet [default: 1800 on a terminal, 45 elsewhere]
    ///
    /// An app is waited for within 30 minutes after Create was pressed in the guide, or, where that is not known, after
    /// its key was given. For any other, and for the stored key of an older connection, a key or callback address that
    /// Salesforce does not know ends the sign-in at once. 0 never waits.
    #[arg(long, value_name = "SECONDS")]
    pub(crate) wait: Option<u64>,
    #[command(flatten)]
    pub(crate) json: Json,
}

/// The choice for a vault whose key is out of sight.
#[derive(Debug, Args)]
pub(crate) struct WithoutKey {
    /// Go on with a new key for the vault where the one there is cannot be had
    ///
    /// Nothing that it encrypts is dropped: those connections work again where that key is.
    #[arg(long)]
    pub(crate) start_over: bool,
}

#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a word that can be typed")]
pub(crate) struct Vault {
    /// Who is to keep it; everything stored is encrypted anew with another key
    #[arg(value_enum)]
    pub(crate) protection: Option<Protection>,
    /// Go on with a new key where the one there is cannot be had; what it encrypts is kept, and waits for it
    #[arg(long, requires = "protection")]
    pub(crate) start_over: bool,
    /// The key before this one may be known to somebody: end it at once, where it still opens everything
    #[arg(long)]
    pub(crate) leaked: bool,
    /// Let the key cross to the keychain unencrypted, where that takes it no other way
    #[arg(long)]
    pub(crate) accept_plain: bool,
    /// The files were moved here, and what they may be a copy of is used no more: go on with the tokens that they have
    #[arg(long)]
    pub(crate) moved: bool,
    #[command(flatten)]
    pub(crate) json: Json,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum Protection {
    #[value(help = means(KeyProtection::Keychain))]
    Keychain,
    #[value(help = format!(
        "{} It is asked for, or read from the file that DATATRAX_PASSPHRASE_FILE names.",
        means(KeyProtection::Passphrase)
    ))]
    Passphrase,
    #[value(help = means(KeyProtection::Session))]
    Session,
}

fn means(protection: KeyProtection) -> String {
    let ProtectionWords { name, means, .. } = key_protection(protection);
    format!("{name}. {means}")
}

#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true)]
#[expect(clippy::struct_excessive_bools, reason = "each is an option of its own")]
pub(crate) struct Agent {
    /// Show an icon in the desktop's tray, where there is one (the default)
    #[arg(long, conflicts_with = "no_tray")]
    pub(crate) tray: bool,
    /// Show no icon
    #[arg(long)]
    pub(crate) no_tray: bool,
    /// Start it again when it crashes, as the entry for the login and the window do
    #[arg(long, hide = true)]
    pub(crate) restart: bool,
    /// The folder of all files, where whoever starts it can set no variable
    #[arg(long, hide = true, requires = "restart")]
    pub(crate) home: Option<PathBuf>,
    /// Take the place of an agent of another desktop session, as --restart does
    #[arg(long, hide = true)]
    pub(crate) take_over: bool,
    #[command(subcommand)]
    pub(crate) command: Option<AgentCommand>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum AgentCommand {
    /// Tells whether it runs
    Status {
        #[command(flatten)]
        json: Json,
    },
    /// Ends the running one
    Stop {
        #[command(flatten)]
        json: Json,
    },
}

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
    let text = std::fs::read_to_string(named).map_err(|error| format!("it cannot be read: {error}"))?;
    Scenario::read(&text)
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use clap::CommandFactory;

    use super::*;

    /// The help texts of the command and of its subcommands.
    fn helps(command: &mut clap::Command) -> String {
        let below: String = command.get_subcommands_mut().map(helps).collect();
        format!("{}{below}", command.render_long_help())
    }

    #[test]
    fn the_help_says_how_long_an_app_is_waited_for() {
        let help = helps(&mut Arguments::command());
        let words = help.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            words.contains("within 30 minutes after Create was pressed in the guide"),
            "from when: {help}"
        );
        assert!(words.contains("ends the sign-in at once"), "and what is not waited for: {help}");
    }

    #[test]
    fn the_help_has_no_marks_of_the_source_in_it() {
        let help = helps(&mut Arguments::command());
        assert!(help.contains("DATATRAX_PASSPHRASE_FILE"), "all of it is looked at: {help}");
        let marked = help.lines().find(|line| line.contains('`'));
        assert_eq!(marked, None, "nobody who reads help knows rustdoc");
    }

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
