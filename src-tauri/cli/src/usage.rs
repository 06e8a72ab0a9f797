//! What was typed and is no command: what is wrong with it, and what to type, in plain words.
//!
//! A value is never repeated, since it may be a secret. The name of an option is, to a person, where it is nothing but one.

use std::error::Error as _;

use clap::{
    Arg, Command, CommandFactory, Error,
    builder::PossibleValue,
    error::{ContextKind, ContextValue, ErrorKind},
};
use connect_core::{
    contract::view::Failure,
    explain::{self, Code},
};

use crate::arguments::Arguments;

/// The longest word that is repeated as the name of an option, in characters.
const LONGEST_OPTION: usize = 24;
/// What stands around a word that is to be replaced by a value.
const BRACKETS: [char; 4] = ['<', '>', '[', ']'];
/// The options that take numbers, and which.
const NUMBERS: [(&str, &str); 6] = [
    ("min-ttl", "a whole number of seconds, 0 or more"),
    ("wait", "a whole number of seconds, 0 or more"),
    ("activation", "a whole number of seconds, 0 or more"),
    ("port", "a whole number from 0 to 65535"),
    ("seed", "a whole number, 0 or more"),
    ("days", "a whole number from 1 to 30"),
];

/// Whether what was typed asks for JSON, however little else of it is understood.
pub(crate) fn is_json(typed: &[String]) -> bool {
    // What comes after that is another program's.
    let own = typed.split(|word| word == "--").next().unwrap_or_default();
    let is_format =
        |words: &[String]| matches!(words, [format, json] if format == "--format" && json == "json");
    own.iter().any(|word| word == "--json" || word == "--format=json") || own.windows(2).any(is_format)
}

/// The failure in words. `to_a_person`: whether the name of an unknown option may stand in them.
pub(crate) fn failure(error: &Error, typed: &[String], to_a_person: bool) -> Failure {
    let mut root = Arguments::command();
    root.build();
    let (path, command) = command_of(&root, typed);
    let usage = command.clone().render_usage().to_string();
    let usage = usage.strip_prefix("Usage: ").unwrap_or(&usage).lines().next().unwrap_or_default().to_owned();
    let said = Said { error, path: &path, command, usage: &usage, to_a_person };
    let (code, message, to_type) = said.words();
    let more = format!("{path} --help names all that belongs to it.");
    let fix = to_type.into_iter().chain([more]).collect();
    Failure { message, fix, ..explain::failure(code, &[]) }
}

/// The command that was begun, with its name as it is typed.
fn command_of<'a>(root: &'a Command, typed: &[String]) -> (String, &'a Command) {
    let mut found = (root.get_name().to_owned(), root);
    for word in typed {
        let Some(below) = found.1.find_subcommand(word) else { break };
        found = (format!("{} {word}", found.0), below);
    }
    found
}

struct Said<'a> {
    error: &'a Error,
    path: &'a str,
    command: &'a Command,
    usage: &'a str,
    to_a_person: bool,
}

impl Said<'_> {
    /// Code, what is wrong, and what to type.
    fn words(&self) -> (Code, String, Option<String>) {
        let Self { path, usage, .. } = self;
        let type_usage = Some(format!("Type: {usage}"));
        let invalid = |message: String, to_type| (Code::UsageInvalid, message, to_type);
        #[expect(
            clippy::wildcard_enum_match_arm,
            reason = "the library may add kinds, which the last words fit"
        )]
        match self.error.kind() {
            ErrorKind::UnknownArgument => invalid(self.unknown(), self.suggested().or(type_usage)),
            ErrorKind::InvalidSubcommand => {
                invalid(format!("{path} has no command of that name."), self.suggested())
            }
            ErrorKind::MissingRequiredArgument => {
                (Code::ValueMissing, format!("{path} needs {}.", self.missing()), type_usage)
            }
            ErrorKind::ArgumentConflict => {
                let (one, other) = (self.named(ContextKind::InvalidArg), self.named(ContextKind::PriorArg));
                invalid(
                    format!("{one} and {other} cannot be used together."),
                    Some("Give one of them.".to_owned()),
                )
            }
            ErrorKind::TooManyValues => {
                let option = self.named(ContextKind::InvalidArg);
                invalid(
                    format!("{option} takes no value."),
                    Some(format!("Type {option} alone, without = after it.")),
                )
            }
            ErrorKind::InvalidValue | ErrorKind::ValueValidation => self.value(),
            ErrorKind::InvalidUtf8 => {
                invalid("What was typed has letters that are not UTF-8.".to_owned(), None)
            }
            _ => invalid(format!("{path} cannot be used like that."), type_usage),
        }
    }

    /// An option or a word that the command does not know.
    fn unknown(&self) -> String {
        let path = self.path;
        let typed = self.text(ContextKind::InvalidArg).unwrap_or_default();
        if !typed.starts_with('-') {
            return format!("{path} was given a word more than it takes.");
        }
        let is_plain = |letter: char| letter.is_ascii_lowercase() || letter == '-';
        if self.to_a_person && typed.len() <= LONGEST_OPTION && typed.chars().all(is_plain) {
            format!("{path} has no option {typed}.")
        } else {
            format!("{path} has no such option.")
        }
    }

    /// What was probably meant.
    fn suggested(&self) -> Option<String> {
        // The library names the likeliest one last.
        let likeliest = |kind| match self.error.get(kind) {
            Some(ContextValue::Strings(names)) => names.last().cloned(),
            _ => self.text(kind),
        };
        let meant =
            likeliest(ContextKind::SuggestedArg).or_else(|| likeliest(ContextKind::SuggestedSubcommand))?;
        Some(format!("Did you mean {meant}?"))
    }

    /// The missing words, by what they stand for.
    fn missing(&self) -> String {
        let Some(ContextValue::Strings(names)) = self.error.get(ContextKind::InvalidArg) else {
            return "something more".to_owned();
        };
        names.iter().map(|name| self.means(name)).collect::<Vec<_>>().join(" and ")
    }

    /// A word that stands for a value, with what it means.
    fn means(&self, shown: &str) -> String {
        let choices = self.argument(shown).map(choices).unwrap_or_default();
        match shown.trim_matches(BRACKETS) {
            "NAME" => "the NAME of a connection, as dtx list shows it".to_owned(),
            "OLD" => "the present name of a connection, as dtx list shows it".to_owned(),
            "NEW" => "its new name".to_owned(),
            "GROUP" => "the name of a group".to_owned(),
            name if name.starts_with("COMMAND") => "the COMMAND to run, after --".to_owned(),
            _ if !choices.is_empty() => format!("one of {choices}"),
            // An option stands there with its value.
            other => other.replace(BRACKETS, ""),
        }
    }

    /// A value that an option or a word cannot have.
    fn value(&self) -> (Code, String, Option<String>) {
        let shown = self.text(ContextKind::InvalidArg).unwrap_or_default();
        let name = name_of(&shown);
        let choices = self.argument(&shown).map(choices).unwrap_or_default();
        let number = NUMBERS.iter().find(|(option, _)| name == format!("--{option}"));
        let takes = match number {
            Some((_, number)) => (*number).to_owned(),
            None if !choices.is_empty() => format!("one of {choices}"),
            None => self
                .argument(&shown)
                .and_then(Arg::get_help)
                .map_or_else(|| "another value".to_owned(), ToString::to_string),
        };
        let is_absent = self.text(ContextKind::InvalidValue).is_none_or(|value| value.is_empty());
        let place = if name.starts_with('-') { name.as_str() } else { self.path };
        let message = if is_absent {
            format!("{place} was given without its value.")
        } else {
            // The one whose parser is ours: it says what is wrong with the file.
            let why = self.error.source().filter(|_| name == "--scenario");
            let why = why.map(|why| format!(": {why}")).unwrap_or_default();
            format!("{place} cannot take the value that was given{why}.")
        };
        let code = if is_absent { Code::ValueMissing } else { Code::UsageInvalid };
        (code, message, Some(format!("It takes {}.", within_a_sentence(takes.trim_end_matches('.')))))
    }

    /// The argument of the command that is shown like this.
    fn argument(&self, shown: &str) -> Option<&Arg> {
        let bare = |shown: &str| shown.trim_matches(BRACKETS).to_owned();
        self.command.get_arguments().find(|argument| bare(&argument.to_string()) == bare(shown))
    }

    /// The name of an option without its value, as it is typed.
    fn named(&self, kind: ContextKind) -> String {
        name_of(&self.text(kind).unwrap_or_default())
    }

    fn text(&self, kind: ContextKind) -> Option<String> {
        let value = self.error.get(kind)?;
        if let ContextValue::String(text) = value {
            return Some(text.clone());
        }
        if let ContextValue::Strings(texts) = value { texts.first().cloned() } else { None }
    }
}

fn name_of(shown: &str) -> String {
    shown.split([' ', '=']).next().unwrap_or_default().to_owned()
}

fn choices(argument: &Arg) -> String {
    let values = argument.get_possible_values();
    let names: Vec<&str> =
        values.iter().filter(|value| !value.is_hide_set()).map(PossibleValue::get_name).collect();
    names.join(", ")
}

/// A help text without its capital at the beginning.
fn within_a_sentence(help: &str) -> String {
    let mut letters = help.chars();
    letters.next().map_or_else(String::new, |first| first.to_lowercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    fn told(typed: &str) -> Failure {
        let typed: Vec<String> = typed.split(' ').map(str::to_owned).collect();
        let error =
            Arguments::try_parse_from(std::iter::once("dtx".to_owned()).chain(typed.clone())).unwrap_err();
        failure(&error, &typed, true)
    }

    #[test]
    fn each_kind_of_mistake_has_a_sentence_of_its_own_that_says_what_to_type() {
        let table = [
            ("list --jsn", "dtx list has no option --jsn.", "Did you mean --json?"),
            ("lst", "dtx has no command of that name.", "Did you mean list?"),
            ("conect", "dtx has no command of that name.", "Did you mean connect?"),
            ("agent stattus", "dtx agent has no command of that name.", "Did you mean status?"),
            (
                "token",
                "dtx token needs the NAME of a connection, as dtx list shows it.",
                "Type: dtx token [OPTIONS] <NAME>",
            ),
            (
                "app files",
                "dtx app files needs --org ADDRESS and DIR.",
                "Type: dtx app files [OPTIONS] --org <ADDRESS> <DIR>",
            ),
            (
                "app files x --org acme --email ada",
                "--email cannot take the value that was given.",
                "It takes your e-mail address, for the app's Contact Email.",
            ),
            ("run a", "dtx run needs the COMMAND to run, after --.", "Type: dtx run <NAME> -- <COMMAND>..."),
            ("rename a", "dtx rename needs its new name.", "Type: dtx rename <OLD> <NEW>"),
            (
                "vault --start-over",
                "dtx vault needs one of keychain, passphrase, session.",
                "Type: dtx vault [OPTIONS] [PROTECTION]",
            ),
            (
                "token a b",
                "dtx token was given a word more than it takes.",
                "Type: dtx token [OPTIONS] <NAME>",
            ),
            (
                "connect a --secret-stdin --secret-file x",
                "--secret-stdin and --secret-file cannot be used together.",
                "Give one of them.",
            ),
            ("agent --tray --no-tray", "--tray and --no-tray cannot be used together.", "Give one of them."),
            (
                "connect a --wait soon",
                "--wait cannot take the value that was given.",
                "It takes a whole number of seconds, 0 or more.",
            ),
            (
                "practice --port 99999",
                "--port cannot take the value that was given.",
                "It takes a whole number from 0 to 65535.",
            ),
            (
                "connect a --wait",
                "--wait was given without its value.",
                "It takes a whole number of seconds, 0 or more.",
            ),
            (
                "connect a --key",
                "--key was given without its value.",
                "It takes the Consumer Key of the External Client App.",
            ),
            (
                "vault keychain --moved=3",
                "--moved takes no value.",
                "Type --moved alone, without = after it.",
            ),
            (
                "vault 12345",
                "dtx vault cannot take the value that was given.",
                "It takes one of keychain, passphrase, session.",
            ),
        ];
        for (typed, message, to_type) in table {
            let failure = told(typed);
            assert_eq!((failure.message.as_str(), failure.fix[0].as_str()), (message, to_type), "{typed}");
            assert!(failure.fix.last().unwrap().contains("--help"), "{typed}: {failure:?}");
            assert_eq!(failure.code.exit(), 2, "{typed}");
        }
    }

    #[test]
    fn no_value_is_repeated_whatever_is_wrong() {
        let secret = "6FB5A1D0C9E84F7733B0AA5512CD9E01";
        for typed in [
            "connect acme --secret X",
            "connect acme --secret=X",
            "connect acme --X",
            "connect acme -X",
            "connect acme --secret-stdin=X",
            "connect acme --wait X",
            "connect acme X",
            "token acme X",
            "vault X",
            "X",
            "guide --step X",
            "practice --scenario X",
            "practice --seed X",
            "app files x --org acme --email X",
        ] {
            let failure = told(&typed.replace('X', secret));
            assert!(!format!("{failure:?}").contains(secret), "{typed}: {failure:?}");
        }
        let short = told("connect acme --wait hunter2");
        assert!(!format!("{short:?}").contains("hunter2"), "nor a short one: {short:?}");
    }
}
