//! Windows: a key of the registry names the command that opens links of a scheme. What a person has chosen in the settings
//! comes before what is registered.

use std::{
    fs,
    path::{Path, PathBuf},
};

use connect_core::org::address::LINK_SCHEME;
use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE};

use super::Opener;

const CLASSES: &str = r"Software\Classes";
const CHOICES: &str = r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations";
/// The mark of a class that is a scheme.
const MARK: &str = "URL Protocol";

pub(super) async fn lead_to(window: &Path) -> bool {
    std::future::ready(command(LINK_SCHEME).and_then(|command| program(&command))).await.is_some_and(
        |program| {
            let real = |path: &Path| fs::canonicalize(path).ok();
            real(&program).is_some_and(|program| real(window) == Some(program))
        },
    )
}

/// The program that is chosen for https in the settings, else registered for it, by the name of its file.
pub(super) async fn browser() -> Opener {
    let Some(command) = std::future::ready(command("https")).await else { return Opener::Nobody };
    let program = file(&command);
    let name = program.as_deref().and_then(Path::file_stem).map(|name| name.to_string_lossy().into_owned());
    name.map_or(Opener::Unknown, Opener::Named)
}

/// The file of a command, however that hands the address on.
fn file(command: &str) -> Option<PathBuf> {
    let program = match command.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?.0,
        None => command.split_once(' ').map_or(command, |(program, _)| program),
    };
    Some(PathBuf::from(program))
}

/// The command that opens links of the scheme.
fn command(scheme: &str) -> Option<String> {
    if let Some(chosen) = value(CURRENT_USER, &format!(r"{CHOICES}\{scheme}\UserChoice"), "ProgId") {
        return of_class(&chosen, false);
    }
    of_class(scheme, true)
}

/// The command of a class: the user's own, else the computer's.
fn of_class(class: &str, has_to_be_scheme: bool) -> Option<String> {
    [CURRENT_USER, LOCAL_MACHINE].into_iter().find_map(|root| {
        let class = format!(r"{CLASSES}\{class}");
        if has_to_be_scheme {
            value(root, &class, MARK)?;
        }
        value(root, &format!(r"{class}\shell\open\command"), "")
    })
}

fn value(root: &Key, key: &str, name: &str) -> Option<String> {
    root.open(key).ok()?.get_string(name).ok()
}

/// The program of a command, where the command hands the link on as one word. A path that is not in quotation marks and has
/// a space may mean several programs: it counts as none.
fn program(command: &str) -> Option<PathBuf> {
    let (program, rest) = match command.strip_prefix('"') {
        Some(quoted) => quoted.split_once('"')?,
        None => command.split_once(' ')?,
    };
    let takes_link = rest.split_whitespace().any(|word| word == "\"%1\"");
    takes_link.then(|| PathBuf::from(program))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_program_of_a_command_is_the_one_that_gets_the_whole_link() {
        for (command, expected) in [
            (r#""C:\Program Files\x\window.exe" "%1""#, Some(r"C:\Program Files\x\window.exe")),
            (r#""C:\x\window.exe" --link "%1""#, Some(r"C:\x\window.exe")),
            (r#"C:\x\window.exe "%1""#, Some(r"C:\x\window.exe")),
            (r#"C:\Program Files\x\window.exe "%1""#, Some(r"C:\Program")),
            (r#""C:\x\window.exe" %1"#, None),
            (r#""C:\x\window.exe""#, None),
            (r#""C:\x\window.exe"#, None),
            ("", None),
        ] {
            assert_eq!(program(command), expected.map(PathBuf::from), "{command}");
        }
    }

    #[test]
    fn what_a_person_has_chosen_comes_before_what_is_registered() {
        let scheme = format!("com.getdatatrax.connect.test{}", std::process::id());
        let class = format!(r"{CLASSES}\{scheme}");
        let choice = format!(r"{CHOICES}\{scheme}");
        let chosen = format!(r"{CLASSES}\{scheme}.chosen");
        let set = |key: &str, name: &str, value: &str| {
            CURRENT_USER.create(key).unwrap().set_string(name, value).unwrap();
        };
        assert_eq!(command(&scheme), None, "nothing is registered");
        set(&format!(r"{class}\shell\open\command"), "", "registered");
        assert_eq!(command(&scheme), None, "a class that is no scheme");
        set(&class, MARK, "");
        assert_eq!(command(&scheme).as_deref(), Some("registered"));
        set(&format!(r"{chosen}\shell\open\command"), "", "chosen");
        set(&format!(r"{choice}\UserChoice"), "ProgId", &format!("{scheme}.chosen"));
        assert_eq!(command(&scheme).as_deref(), Some("chosen"));
        for key in [class, choice, chosen] {
            CURRENT_USER.remove_tree(key).unwrap();
        }
    }
}
