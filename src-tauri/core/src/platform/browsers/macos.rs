//! macOS: the applications, for all users and for this one, and where each keeps its files.

use std::path::PathBuf;

use super::{CHROME, CHROMIUM, EDGE, FIREFOX, Found, Kind};
use crate::platform::paths;

/// What is known of a browser: its program among the applications, and its folder with the list of its profiles.
struct Known {
    kind: Kind,
    program: &'static str,
    folder: &'static str,
}

const KNOWN: [Known; 4] = [
    Known {
        kind: CHROME,
        program: "Google Chrome.app/Contents/MacOS/Google Chrome",
        folder: "Google/Chrome",
    },
    Known {
        kind: EDGE,
        program: "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
        folder: "Microsoft Edge",
    },
    Known { kind: FIREFOX, program: "Firefox.app/Contents/MacOS/firefox", folder: "Firefox" },
    Known { kind: CHROMIUM, program: "Chromium.app/Contents/MacOS/Chromium", folder: "Chromium" },
];

pub(super) fn find(kind: Kind) -> Option<Found> {
    let known = KNOWN.iter().find(|known| known.kind == kind)?;
    let home = paths::own_folder()?;
    let places = [PathBuf::from("/Applications"), home.join("Applications")];
    let program = places.iter().map(|place| place.join(known.program)).find(|program| program.is_file())?;
    let folder = Some(home.join("Library/Application Support").join(known.folder));
    Some(Found { kind, program, before: Vec::new(), folder })
}
