//! The program itself: its version and system, other copies of it, and the background part.

use std::{
    collections::BTreeSet,
    env, fs,
    path::{Path, PathBuf},
};

use connect_core::{
    contract::view::{Failure, Look, LookId, LookState},
    doctor::{LONGEST_LOOK, failed, look as say, within, without_user},
    explain::doctor::Outcome,
    platform::{home::Home, machine, process},
};

use super::Programs;
use crate::{
    client::{Client, Met},
    platform::session,
};

/// Folders below the user's own in which people put programs, also where no search leads there.
const OWN_FOLDERS: [&str; 3] = ["bin", ".local/bin", ".cargo/bin"];

pub(super) async fn looks(home: &Result<Home, Failure>, programs: &Programs) -> Vec<Look> {
    let agent = within(LookId::Agent, LONGEST_LOOK, agent(home)).await;
    vec![here(), copies(&programs.dtx, &places()), agent]
}

fn here() -> Look {
    let facts = [
        ("version", env!("CARGO_PKG_VERSION").to_owned()),
        ("system", machine::system().unwrap_or_else(|| env::consts::OS.to_owned())),
        ("desktop", session::desktop().map(|desktop| format!(", desktop {desktop}")).unwrap_or_default()),
    ];
    say(LookId::Program, Outcome::ProgramHere, &facts)
}

/// Where programs are looked for, and where people put them.
fn places() -> Vec<PathBuf> {
    let search = env::var_os("PATH").unwrap_or_default();
    let own = env::home_dir().into_iter().flat_map(|own| OWN_FOLDERS.map(|folder| own.join(folder)));
    env::split_paths(&search).filter(|folder| folder.is_absolute()).chain(own).collect()
}

fn copies(own: &Path, places: &[PathBuf]) -> Look {
    let own = fs::canonicalize(own).unwrap_or_else(|_| own.to_owned());
    let found = places.iter().map(|folder| folder.join(process::file_of("dtx")));
    let found: BTreeSet<PathBuf> = found.filter_map(|file| fs::canonicalize(file).ok()).collect();
    let others: Vec<String> =
        found.iter().filter(|file| **file != own && file.is_file()).map(|file| without_user(file)).collect();
    if others.is_empty() {
        return say(LookId::Copies, Outcome::CopiesNone, &[]);
    }
    say(LookId::Copies, Outcome::CopiesFound, &[("own", without_user(&own)), ("others", others.join(", "))])
}

async fn agent(home: &Result<Home, Failure>) -> Look {
    // What keeps the home from being used is told of the files.
    let Ok(home) = home else { return say(LookId::Agent, Outcome::AgentNone, &[]) };
    match Client::meet(home).await {
        Ok(None) => say(LookId::Agent, Outcome::AgentNone, &[]),
        Ok(Some(Met { welcome, .. })) => {
            let own = env!("CARGO_PKG_VERSION");
            let outcome = if welcome.version == own { Outcome::AgentRuns } else { Outcome::AgentOther };
            let facts =
                [("pid", welcome.pid.to_string()), ("version", welcome.version), ("own", own.to_owned())];
            say(LookId::Agent, outcome, &facts)
        }
        Err(failure) => failed(LookId::Agent, LookState::Wrong, failure, &[]),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(folder: &Path) -> PathBuf {
        fs::create_dir_all(folder).unwrap();
        let file = folder.join(process::file_of("dtx"));
        fs::File::create(&file).unwrap();
        file
    }

    #[test]
    fn another_copy_is_named_and_this_one_is_not_taken_for_one() {
        let temp = tempfile::tempdir().unwrap();
        let folders = ["own", "other", "empty"].map(|name| temp.path().join(name));
        let own = program(&folders[0]);
        let alone = copies(&own, &[folders[0].clone(), folders[0].join("../own"), folders[2].clone()]);
        assert_eq!(alone.state, LookState::Good, "{alone:?}");
        let other = program(&folders[1]);
        let both = copies(&own, &folders);
        assert_eq!(both.state, LookState::Look, "{both:?}");
        let named = without_user(&fs::canonicalize(other).unwrap());
        assert!(both.message.contains(&named), "{} has {named}", both.message);
    }

    #[tokio::test]
    async fn a_home_without_an_agent_says_that_none_runs() {
        let temp = tempfile::tempdir().unwrap();
        let home = Home::at(&temp.path().join("home")).map_err(|error| error.failure());
        let look = agent(&home).await;
        assert_eq!((look.state, look.code), (LookState::Look, None), "{look:?}");
    }
}
