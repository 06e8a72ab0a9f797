//! Which program asks: what the system tells of a process, which is held meanwhile so that its number is no other one's.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::{env, path::Path};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;
use crate::{contract::view::Asker, explain, platform::process};

/// A process that is held: what is read of it is its own, or nothing.
pub use self::system::Process;

/// Whoever is served by this process: the program that started it.
pub fn caller() -> Asker {
    let program = Process::starter_of_this_one().and_then(|starter| starter.program());
    Asker { program: program.as_deref().map(in_words), through_dtx: true }
}

/// The program that a process runs. Of a `dtx` of ours, which asks for another one, the program that started it.
pub fn asker(process: Option<&Process>) -> Asker {
    let Some((process, program)) = process.and_then(|process| Some((process, process.program()?))) else {
        return Asker::default();
    };
    if !is_our_dtx(&program) {
        return Asker { program: Some(in_words(&program)), through_dtx: false };
    }
    let caller = process.starter().and_then(|starter| starter.program());
    Asker { program: caller.as_deref().map(in_words), through_dtx: true }
}

/// Whether it is the `dtx` beside this program.
fn is_our_dtx(program: &Path) -> bool {
    env::current_exe().is_ok_and(|own| process::beside(&system::named(own), "dtx") == program)
}

/// The path, without what could make it look like another one.
fn in_words(program: &Path) -> String {
    let misleads = |character: char| character.is_control() || explain::is_bidi_or_invisible(character);
    let shown = |character| if misleads(character) { char::REPLACEMENT_CHARACTER } else { character };
    program.to_string_lossy().chars().map(shown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_known_by_its_process_and_not_by_its_words() {
        let this = Process::numbered(std::process::id()).unwrap();
        let own = in_words(&system::named(env::current_exe().unwrap()));
        let expected = Asker { program: Some(own), through_dtx: false };
        assert_eq!(asker(Some(&this)), expected, "this one, which is no dtx");
        assert_eq!(asker(None), Asker::default(), "what the system does not tell is unknown");
        let starter = caller();
        assert!(starter.through_dtx, "whoever started this one, which may have ended since: {starter:?}");
        assert_eq!(
            this.starter().and_then(|starter| starter.program()).as_deref().map(in_words),
            starter.program,
            "seen from outside it is the same"
        );
    }

    #[test]
    fn a_path_shows_nothing_that_turns_or_hides_text() {
        let path = Path::new("tools").join("a\u{202e}b\nc");
        assert!(in_words(&path).ends_with("a\u{fffd}b\u{fffd}c"), "{}", in_words(&path));
    }
}
