//! The arguments of `dtx`. Comments on commands and options are their help texts.

mod app;
mod browser;
mod disconnect;
mod examples;
mod import;
mod programs;
mod quick;
mod request;
mod rotate;
mod sign_in;
mod token;
mod trouble;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, builder::PossibleValuesParser};
use connect_core::{
    contract::view::{Colour, KeyProtection},
    explain::{
        self,
        names::{ProtectionWords, key_protection},
    },
    guide::StepId,
};
use practice_org::Scenario;

pub use self::token::Completing;
pub(crate) use self::{
    app::{App, AppCommand, Files},
    browser::{BrowserOf, BrowserPart, SignInBrowser},
    disconnect::Disconnect,
    import::{Import, ImportCommand},
    programs::Programs,
    quick::{Quick, quick},
    request::{Answer, Request, RequestCommand},
    rotate::Rotate,
    sign_in::{Connect, Reconnect, SignIn},
    token::{Form, Run, Shell, Token},
    trouble::{Doctor, Explain, Logs, LogsCommand},
};

#[derive(Debug, Parser)]
#[command(
    name = "dtx",
    bin_name = "dtx",
    version,
    about = "Connects Salesforce orgs, and keeps the connections.",
    after_help = examples::ALL,
    arg_required_else_help = true
)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Connects an org by its address; on a terminal, step by step
    #[command(after_help = examples::CONNECT)]
    Connect(Connect),
    /// Signs in again for a connection, keeping its name and history
    #[command(after_help = examples::RECONNECT)]
    Reconnect(Reconnect),
    /// Rotates the Consumer Key and Consumer Secret of a connection, step by step
    ///
    /// On a terminal it leads through every step, from the one where it was left. Without one, each call says one thing with
    /// --say or gives the new pair with --key and --secret-stdin, and goes on as far as no person is needed.
    #[command(after_help = examples::ROTATE)]
    Rotate(Rotate),
    /// Gives a connection another name
    #[command(after_help = examples::RENAME)]
    Rename {
        /// Its present name, as dtx list shows it
        old: String,
        /// The name that it is to have
        new: String,
    },
    /// Puts a connection into a group, such as a client's, which is named wherever the org is
    #[command(after_help = examples::GROUP)]
    Group {
        /// The connection, by its name as dtx list shows it
        name: String,
        /// The group; a new one is made
        #[arg(required_unless_present = "none", conflicts_with = "none")]
        group: Option<String>,
        /// Take it out of its group
        #[arg(long)]
        none: bool,
        /// The group's colour
        #[arg(long, conflicts_with = "none", value_parser = PossibleValuesParser::new(Colour::ALL.iter().map(|colour| colour.word())))]
        colour: Option<String>,
        #[command(flatten)]
        json: Json,
    },
    /// Tells in which browser the pages of a connection's org open, or has them opened in another
    #[command(after_help = examples::BROWSER)]
    Browser(BrowserOf),
    /// Lists the browsers of this computer, with their profiles
    #[command(after_help = examples::BROWSERS)]
    Browsers {
        #[command(flatten)]
        json: Json,
    },
    /// Lists the connections
    #[command(after_help = examples::LIST)]
    List {
        /// Only those of this group
        #[arg(long, value_name = "GROUP")]
        group: Option<String>,
        #[command(flatten)]
        json: Json,
    },
    /// Shows one connection and what happened to it
    #[command(after_help = examples::SHOW)]
    Show {
        /// The connection, by its name as dtx list shows it
        name: String,
        #[command(flatten)]
        json: Json,
    },
    /// Checks a connection, or all of them, from the address to a call through it
    #[command(after_help = examples::CHECK)]
    Check {
        /// The connection, by its name as dtx list shows it
        #[arg(required_unless_present = "all", conflicts_with = "all")]
        name: Option<String>,
        /// Checks every connection, a few at a time, with one line for each
        #[arg(long)]
        all: bool,
        /// Compares every line of the app's Callback URL with the guide, too: the org is asked about each, without the secret
        #[arg(long, conflicts_with = "all")]
        audit: bool,
        /// Tries one refresh without the Consumer Secret, to see whether the app requires it
        ///
        /// An app that requires it refuses, and nothing changes. One that does not sends new tokens, which are stored as after every
        /// refresh. It is sent once, and not again after an answer that is not clear.
        #[arg(long, conflicts_with = "all")]
        without_secret: bool,
        #[command(flatten)]
        json: Json,
    },
    /// Revokes a connection at Salesforce, proves it, and forgets its key, secret and tokens
    #[command(after_help = examples::DISCONNECT)]
    Disconnect(Disconnect),
    /// Prints an access token for a program to use
    #[command(after_help = examples::TOKEN)]
    Token(Token),
    /// Runs a program with an access token in its environment
    #[command(after_help = examples::RUN)]
    Run(Run),
    /// Tells which programs were given tokens of a connection, and allows or refuses one
    #[command(after_help = examples::PROGRAMS)]
    Programs(Programs),
    /// Gives no program a token until dtx resume, whichever connection it asks for
    #[command(after_help = examples::PAUSE)]
    Pause {
        #[command(flatten)]
        json: Json,
    },
    /// Gives programs tokens again
    #[command(after_help = examples::RESUME)]
    Resume {
        #[command(flatten)]
        json: Json,
    },
    /// Prints the guide: how an External Client App is made and connected
    #[command(after_help = examples::GUIDE)]
    Guide {
        /// Print this step alone
        #[arg(long, value_name = "ID", value_parser = PossibleValuesParser::new(StepId::ALL.iter().map(|step| step.word())))]
        step: Option<String>,
        #[command(flatten)]
        json: Json,
    },
    /// Writes the app as files, for Salesforce CLI
    #[command(after_help = examples::APP)]
    App(App),
    /// Asks an admin to make the app, and opens the sealed answer with its key and secret
    #[command(after_help = examples::REQUEST)]
    Request(Request),
    /// Finds orgs that another program on this computer knows, and offers to set them up
    #[command(after_help = examples::IMPORT)]
    Import(Import),
    /// Explains an error: an address, an answer, a line of a log, a whole terminal
    ///
    /// Nothing is sent, kept or logged: the answer is worked out in this process, which asks nobody. Secrets in the text
    /// are named as what they are, and never printed.
    #[command(after_help = examples::EXPLAIN)]
    Explain(Explain),
    /// Prints what a shell needs to complete commands and the names of connections
    #[command(after_help = examples::COMPLETIONS)]
    Completions {
        /// The shell that is to complete them
        shell: Completing,
    },
    /// What can stand where the last of these words is; the completions ask for it
    #[command(hide = true)]
    Complete {
        /// The words after dtx, the last of them as far as it is typed
        #[arg(last = true)]
        words: Vec<String>,
    },
    /// Tells who keeps the key of the vault, or has it kept another way
    #[command(after_help = examples::VAULT)]
    Vault(Vault),
    /// Runs the background part, which keeps the connections
    #[command(after_help = examples::AGENT)]
    Agent(Agent),
    /// Looks at this computer: keychain, ports, browser, proxy, clock and whatever else a connection needs
    #[command(after_help = examples::DOCTOR)]
    Doctor(Doctor),
    /// Tells where the log is, has it tell more for a while, or writes all that helps to help into one file
    #[command(after_help = examples::LOGS)]
    Logs(Logs),
    /// Runs a practice org on this computer until stopped
    #[command(after_help = examples::PRACTICE)]
    Practice(Practice),
}

impl Command {
    /// Whether the agent looks first at which program calls this one. It cannot once this one's memory is closed, which has to
    /// be before anything secret is read.
    pub(crate) fn is_seen_first(&self) -> bool {
        matches!(self, Self::Token(_) | Self::Run(_))
    }

    /// Whether what it says to standard output is to be JSON.
    pub(crate) fn is_json(&self) -> bool {
        match self {
            Self::Connect(Connect { sign_in, .. })
            | Self::Reconnect(Reconnect { sign_in, .. })
            | Self::Rotate(Rotate { sign_in, .. }) => sign_in.json,
            Self::Token(token) => return token.is_json(),
            Self::List { json, .. }
            | Self::Group { json, .. }
            | Self::Browser(BrowserOf { json, .. })
            | Self::Browsers { json }
            | Self::Show { json, .. }
            | Self::Programs(Programs { json, .. })
            | Self::Pause { json }
            | Self::Resume { json }
            | Self::Check { json, .. }
            | Self::Disconnect(Disconnect { json, .. })
            | Self::Guide { json, .. }
            | Self::App(App { command: AppCommand::Files(Files { json, .. }) })
            | Self::Import(Import { command: ImportCommand::Sf { json } })
            | Self::Explain(Explain { json, .. })
            | Self::Vault(Vault { json, .. })
            | Self::Agent(Agent {
                command: Some(AgentCommand::Status { json } | AgentCommand::Stop { json }),
                ..
            })
            | Self::Doctor(Doctor { json, .. })
            | Self::Logs(
                Logs { command: None, json }
                | Logs {
                    command: Some(LogsCommand::Debug { json, .. } | LogsCommand::Export { json, .. }),
                    ..
                },
            )
            | Self::Practice(Practice { json, .. }) => *json,
            Self::Request(Request { command }) => *match command {
                RequestCommand::Answer(answer) => &answer.json,
                RequestCommand::New { json, .. }
                | RequestCommand::List { json }
                | RequestCommand::Page { json, .. }
                | RequestCommand::Withdraw { json, .. } => json,
            },
            Self::Agent(_)
            | Self::Rename { .. }
            | Self::Run(_)
            | Self::Completions { .. }
            | Self::Complete { .. } => return false,
        }
        .json
    }
}

#[derive(Clone, Copy, Debug, Default, Args)]
pub(crate) struct Json {
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
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
    #[command(after_help = examples::AGENT_STATUS)]
    Status {
        #[command(flatten)]
        json: Json,
    },
    /// Ends the running one
    #[command(after_help = examples::AGENT_STOP)]
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
    let text = std::fs::read_to_string(named)
        .map_err(|error| format!("it cannot be read: {}", explain::io_reason(&error)))?;
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
    fn the_help_of_every_command_has_an_example_and_a_text_for_all_that_can_be_typed() {
        let mut dtx = Arguments::command();
        dtx.build();
        let mut commands = vec![dtx];
        let mut looked_at = 0;
        while let Some(mut command) = commands.pop() {
            let shown = |below: &&clap::Command| below.get_name() != "help" && !below.is_hide_set();
            commands.extend(command.get_subcommands().filter(shown).cloned());
            let help = command.render_long_help().to_string();
            let name = command.get_bin_name().unwrap_or_default().to_owned();
            assert!(
                help.lines().any(|line| line.starts_with("  ") && line.trim().starts_with(&name)),
                "{help}"
            );
            for argument in command.get_arguments().filter(|argument| !argument.is_hide_set()) {
                assert!(argument.get_help().is_some(), "{name} says nothing of {argument}");
            }
            looked_at += 1;
        }
        assert!(looked_at > 13, "the commands are found: {looked_at}");
        let help = Arguments::command().render_long_help().to_string();
        for code in ["0", "1", "2", "3", "4", "5", "6", "130"] {
            assert!(help.contains(&format!("\n  {code:<5}")), "exit code {code} is told: {help}");
        }
    }

    /// The commands of ours in a line of an example, each as its words.
    fn commands_in(line: &str) -> Vec<Vec<String>> {
        let line = line.split(" # ").next().unwrap_or_default();
        let parts = line.split(['|', '(', ')', ';']).map(|part| part.trim().trim_start_matches('\''));
        let ours = parts.filter(|part| part.starts_with("dtx "));
        let words = |part: &str| {
            let shown = part.split(" < ").next().unwrap_or_default();
            shown.split_whitespace().map(|word| word.trim_matches(['\'', '"']).to_owned()).collect()
        };
        ours.map(words).collect()
    }

    #[test]
    fn each_example_can_be_typed_as_it_stands_and_fits_a_terminal() {
        let mut dtx = Arguments::command();
        dtx.build();
        let mut commands = vec![dtx];
        let (mut lines, mut understood) = (0, 0);
        while let Some(command) = commands.pop() {
            commands.extend(command.get_subcommands().cloned());
            let told = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples = told.lines().skip_while(|line| !line.starts_with("Example")).skip(1);
            for line in examples.take_while(|line| !line.is_empty()) {
                assert!(line.len() <= 80, "broken in two on a terminal: {line}");
                lines += 1;
                for mut words in commands_in(line) {
                    // A text with spaces is one word.
                    if words.get(1).is_some_and(|word| word == "explain") {
                        words.truncate(3);
                    }
                    let read = Arguments::try_parse_from(&words);
                    assert!(read.is_ok(), "{line}: {}", read.unwrap_err());
                    understood += 1;
                }
            }
        }
        assert!(lines > 40 && understood > 35, "they are found: {lines}, {understood}");
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
