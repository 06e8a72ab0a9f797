//! What can stand where the cursor is: commands, options, their values, and the names of connections. Shells ask for it at each
//! press of Tab, so nothing is unlocked, changed or begun for it, and nothing is said when it cannot be told.

mod line;

use std::collections::BTreeMap;

use clap::{Arg, Command, CommandFactory, ValueHint};
use connect_agent::{Client, PartOf};
use connect_core::{
    contract::{
        intent,
        view::{ConnectionView, Group, RequestStanding, SetAsideView},
    },
    platform::{self, home::Home},
};
use serde::Deserialize;

use self::line::Line;
use crate::{arguments::Arguments, browser, output, session};

/// The beginning of a whole command line, of which bash does not tell the words, and of the part of its last word that bash
/// puts another in place of.
const LINE: &str = "--line=";
const PART: &str = "--part=";

/// What a shell completes by itself. No name of a connection has a tab in it.
const FILES: &str = "\tfiles";
const PROGRAMS: &str = "\tprograms";

/// What can stand at a place.
#[derive(Debug, PartialEq, Eq)]
enum Place {
    /// Words, each with what it means.
    Words(Vec<(String, String)>),
    Names,
    /// What was disconnected and can be brought back; with the other names, where both can be forgotten.
    SetAside {
        and_names: bool,
    },
    Groups,
    Requests,
    Browsers,
    Profiles,
    Files,
    Programs,
    Nothing,
}

/// Prints a line for each word that can stand in place of the last one.
pub(crate) async fn complete(words: &[String]) {
    let of_bash = match words {
        [line, part] => line.strip_prefix(LINE).zip(part.strip_prefix(PART)),
        _ => None,
    };
    let line = of_bash.map(|(line, part)| Line::read(line, part));
    let words = line.as_ref().map_or(words, Line::words);
    let (typed, before) = words.split_last().map_or(("", &[][..]), |(last, before)| (last.as_str(), before));
    let candidates = match place(before, typed) {
        Place::Words(words) => words,
        Place::Names => names().await,
        Place::SetAside { and_names } => {
            let in_use = if and_names { names().await } else { Vec::new() };
            in_use.into_iter().chain(set_aside().await).collect()
        }
        Place::Groups => groups().await,
        Place::Requests => requests().await,
        Place::Browsers => browsers(),
        Place::Profiles => profiles(),
        Place::Files => return output::line(FILES),
        Place::Programs => return output::line(PROGRAMS),
        Place::Nothing => return,
    };
    for (word, means) in candidates.into_iter().filter(|(word, _)| word.starts_with(typed)) {
        match &line {
            Some(line) => output::line(&line.ended_with(&word)),
            None => output::line(format!("{word}\t{means}").trim_end()),
        }
    }
}

/// What can stand after these words, of which the next one begins like this.
fn place(before: &[String], typed: &str) -> Place {
    let mut root = Arguments::command();
    root.build();
    let mut command = &root;
    let (mut awaited, mut given, mut positional): (Option<&Arg>, Vec<&str>, usize) = (None, Vec::new(), 0);
    for (at, word) in before.iter().enumerate() {
        if awaited.take().is_some() {
            continue;
        }
        if word == "--" {
            return if at + 1 == before.len() { after_dashes(command) } else { Place::Files };
        }
        if let Some(option) = word.strip_prefix("--") {
            given.push(option.split('=').next().unwrap_or_default());
            let argument = option_of(command, option);
            awaited = argument.filter(|argument| argument.get_action().takes_values());
        } else if let Some(below) = command.find_subcommand(word) {
            command = below;
        } else {
            positional += 1;
        }
    }
    if let Some(option) = awaited {
        return values(option);
    }
    if typed.starts_with('-') {
        return Place::Words(options(command, &given));
    }
    if let Some(argument) =
        command.get_positionals().filter(|argument| !argument.is_last_set()).nth(positional)
    {
        let place = values(argument);
        let is_undo = given.contains(&"undo");
        let is_of_both = is_undo || given.contains(&"forget");
        return if place == Place::Names && is_of_both {
            Place::SetAside { and_names: !is_undo }
        } else {
            place
        };
    }
    let below = command.get_subcommands().filter(|below| !below.is_hide_set());
    let told = |below: &Command| (below.get_name().to_owned(), first_line(below.get_about()));
    match below.map(told).collect::<Vec<_>>() {
        none if none.is_empty() => Place::Nothing,
        words => Place::Words(words),
    }
}

fn after_dashes(command: &Command) -> Place {
    let takes_program = command.get_positionals().any(Arg::is_last_set);
    if takes_program { Place::Programs } else { Place::Nothing }
}

fn option_of<'a>(command: &'a Command, name: &str) -> Option<&'a Arg> {
    command.get_arguments().find(|argument| argument.get_long() == Some(name))
}

fn options(command: &Command, given: &[&str]) -> Vec<(String, String)> {
    let arguments = command.get_arguments().filter(|argument| !argument.is_hide_set());
    let named =
        arguments.filter_map(|argument| Some((argument.get_long()?, first_line(argument.get_help()))));
    let left = named.filter(|(long, _)| !given.contains(long));
    left.map(|(long, means)| (format!("--{long}"), means)).collect()
}

/// What an option or a word can be.
fn values(argument: &Arg) -> Place {
    let values = argument.get_possible_values();
    if !values.is_empty() {
        let told = values.iter().filter(|value| !value.is_hide_set());
        let told = told.map(|value| (value.get_name().to_owned(), first_line(value.get_help())));
        return Place::Words(told.collect());
    }
    match (argument.get_id().as_str(), argument.get_value_hint()) {
        ("name" | "old", _) if argument.get_long().is_none() => Place::Names,
        ("group", _) => Place::Groups,
        ("number" | "request", _) => Place::Requests,
        ("browser", _) => Place::Browsers,
        ("profile", _) => Place::Profiles,
        ("scenario", _) | (_, ValueHint::AnyPath) => Place::Files,
        _ => Place::Nothing,
    }
}

fn first_line(text: Option<&clap::builder::StyledStr>) -> String {
    text.map(ToString::to_string).unwrap_or_default().lines().next().unwrap_or_default().to_owned()
}

/// The part of a connection that is told at the press of a key.
#[derive(Deserialize)]
struct Named {
    alias: String,
    host: String,
    #[serde(default)]
    group: Option<Group>,
}

impl PartOf<ConnectionView> for Named {
    fn of(ConnectionView { alias, host, group, .. }: ConnectionView) -> Self {
        Self { alias, host, group }
    }
}

async fn names() -> Vec<(String, String)> {
    known().await.into_iter().map(|Named { alias, host, .. }| (alias, host)).collect()
}

async fn set_aside() -> Vec<(String, String)> {
    let Some(client) = client().await else { return Vec::new() };
    let kept = client.call(intent::SetAside).await.unwrap_or_default();
    kept.into_iter().map(|SetAsideView { alias, host, .. }| (alias, host)).collect()
}

/// Each group once, with how many connections are in it.
async fn groups() -> Vec<(String, String)> {
    let mut members = BTreeMap::<String, usize>::new();
    for group in known().await.into_iter().filter_map(|named| named.group) {
        *members.entry(group.name).or_default() += 1;
    }
    let told = |count| if count == 1 { "1 connection".to_owned() } else { format!("{count} connections") };
    members.into_iter().map(|(group, count)| (group, told(count))).collect()
}

/// The browsers of this computer, and the two words that name none.
fn browsers() -> Vec<(String, String)> {
    let installed = platform::browsers::installed().into_iter().map(|one| (one.id, one.name));
    let others =
        [(browser::DEFAULT, "the desktop's default browser"), (browser::ASK, "you are asked each time")];
    installed.chain(others.map(|(word, means)| (word.to_owned(), means.to_owned()))).collect()
}

/// The profiles of all of them.
fn profiles() -> Vec<(String, String)> {
    let installed = platform::browsers::installed();
    let told = installed.into_iter().flat_map(|one| {
        let browser = one.name;
        one.profiles.into_iter().map(move |profile| (profile.name, browser.clone()))
    });
    told.collect()
}

/// The connections. Without a database there are none.
async fn known() -> Vec<Named> {
    let Some(client) = client().await else { return Vec::new() };
    let listed = client.pass_on(intent::List).await.ok();
    listed.and_then(|listed| listed.into_part().ok()).unwrap_or_default()
}

/// The requests to admins that can be answered, by number.
async fn requests() -> Vec<(String, String)> {
    let Some(client) = client().await else { return Vec::new() };
    let known = client.call(intent::AdminRequests).await.unwrap_or_default();
    let open = known.into_iter().filter(|request| request.standing == RequestStanding::Open);
    open.map(|request| (request.number, request.host)).collect()
}

/// The agent, or this process in its place. `None` without a database: none is made.
async fn client() -> Option<Client> {
    if !Home::is_there() {
        return None;
    }
    let home = session::home().ok().filter(|home| home.database().is_file())?;
    match Client::open(&home).await.ok()? {
        Some(client) => Some(client),
        None => Some(Client::in_process(session::controller(home).ok()?)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered(before: &str, typed: &str) -> Place {
        let before: Vec<String> = before.split_whitespace().map(str::to_owned).collect();
        place(&before, typed)
    }

    fn words(before: &str, typed: &str) -> Vec<String> {
        match offered(before, typed) {
            Place::Words(words) => words.into_iter().map(|(word, _)| word).collect(),
            other @ (Place::Names
            | Place::SetAside { .. }
            | Place::Groups
            | Place::Requests
            | Place::Browsers
            | Place::Profiles
            | Place::Files
            | Place::Programs
            | Place::Nothing) => {
                panic!("{before}: {other:?}")
            }
        }
    }

    #[test]
    fn each_place_has_what_can_stand_there() {
        let commands = words("", "");
        assert!(
            ["connect", "token", "run", "completions"].iter().all(|name| commands.iter().any(|c| c == name))
        );
        assert!(
            !commands.iter().any(|command| command == "complete"),
            "but for what nobody types: {commands:?}"
        );
        for place in ["token", "run", "show --json", "check", "reconnect", "rotate", "disconnect", "rename"] {
            assert_eq!(offered(place, ""), Place::Names, "{place}");
        }
        assert_eq!(offered("disconnect --undo", ""), Place::SetAside { and_names: false });
        assert_eq!(offered("disconnect --forget", ""), Place::SetAside { and_names: true });
        assert_eq!(offered("rename a", ""), Place::Nothing, "a new name is new");
        for place in ["group a", "list --group"] {
            assert_eq!(offered(place, ""), Place::Groups, "{place}");
        }
        for place in ["request page", "request withdraw", "request answer --request"] {
            assert_eq!(offered(place, ""), Place::Requests, "{place}");
        }
        assert_eq!(offered("request answer", ""), Place::Files);
        for place in ["browser a", "connect x --browser", "reconnect a --private --browser"] {
            assert_eq!(offered(place, ""), Place::Browsers, "{place}");
        }
        assert_eq!(offered("browser a chrome --profile", ""), Place::Profiles);
        assert_eq!(words("token a --format", ""), ["token", "json", "env", "header", "exec-credential"]);
        assert_eq!(words("token a --shell", "f"), ["sh", "fish", "powershell", "cmd"]);
        assert_eq!(words("vault", ""), ["keychain", "passphrase", "session"]);
        assert_eq!(words("agent", ""), ["status", "stop", "help"]);
        for place in ["connect x --secret-file", "logs export", "app files", "practice --scenario"] {
            assert_eq!(offered(place, ""), Place::Files, "{place}");
        }
        for place in ["connect x --key", "connect x --alias", "app files x --name"] {
            assert_eq!(offered(place, ""), Place::Nothing, "{place}");
        }
        assert_eq!(offered("run a --", ""), Place::Programs);
        assert_eq!(offered("run a -- make", ""), Place::Files);
        let options = words("token a --fresh", "--");
        assert!(
            options.contains(&"--min-ttl".to_owned()) && !options.contains(&"--fresh".to_owned()),
            "{options:?}"
        );
    }
}
