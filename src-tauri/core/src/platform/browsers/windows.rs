//! Windows: the programs that are registered as browsers, for this user or for all, else where their installers put them.

use std::{
    env,
    path::{Path, PathBuf},
};

use windows_registry::{CURRENT_USER, LOCAL_MACHINE};

use super::{CHROME, CHROMIUM, EDGE, FIREFOX, Found, Kind};

/// The browsers of this computer: a key for each.
const BROWSERS: &str = r"Software\Clients\StartMenuInternet";

/// What is known of a browser.
struct Known {
    kind: Kind,
    /// The beginning of its key's name: some add a number to it.
    key: &'static str,
    /// Below the folder that each variable names.
    program: &'static str,
    /// The variable of the folder, and below it, with the list of its profiles.
    folder: (&'static str, &'static str),
}

const KNOWN: [Known; 4] = [
    Known {
        kind: CHROME,
        key: "Google Chrome",
        program: r"Google\Chrome\Application\chrome.exe",
        folder: ("LOCALAPPDATA", r"Google\Chrome\User Data"),
    },
    Known {
        kind: EDGE,
        key: "Microsoft Edge",
        program: r"Microsoft\Edge\Application\msedge.exe",
        folder: ("LOCALAPPDATA", r"Microsoft\Edge\User Data"),
    },
    Known {
        kind: FIREFOX,
        key: "Firefox",
        program: r"Mozilla Firefox\firefox.exe",
        folder: ("APPDATA", r"Mozilla\Firefox"),
    },
    Known {
        kind: CHROMIUM,
        key: "Chromium",
        program: r"Chromium\Application\chrome.exe",
        folder: ("LOCALAPPDATA", r"Chromium\User Data"),
    },
];

/// Where installers put programs, for all users and for one.
const PLACES: [&str; 3] = ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"];

pub(super) fn find(kind: Kind) -> Option<Found> {
    let known = KNOWN.iter().find(|known| known.kind == kind)?;
    let usual = || PLACES.iter().filter_map(env::var_os).map(|place| Path::new(&place).join(known.program));
    let program = registered(known.key)
        .into_iter()
        .chain(usual())
        .find(|program| program.is_absolute() && program.is_file())?;
    let (variable, below) = known.folder;
    let folder = env::var_os(variable).map(|folder| Path::new(&folder).join(below));
    Some(Found { kind, program, before: Vec::new(), folder })
}

/// The programs that are registered under a name that begins like this.
fn registered(name: &str) -> Vec<PathBuf> {
    let mut programs = Vec::new();
    for root in [CURRENT_USER, LOCAL_MACHINE] {
        let Ok(browsers) = root.open(BROWSERS) else { continue };
        let Ok(keys) = browsers.keys() else { continue };
        for key in keys.filter(|key| key.starts_with(name)) {
            let command = browsers.open(format!(r"{key}\shell\open\command"));
            let command = command.and_then(|command| command.get_string(""));
            programs.extend(command.ok().map(|command| PathBuf::from(command.trim().trim_matches('"'))));
        }
    }
    programs
}
