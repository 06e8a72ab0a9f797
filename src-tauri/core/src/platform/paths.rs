//! A path that the environment or a setting names. It has to mean the same wherever a program of ours is started: from a
//! login, a unit file, a job, a container.

use std::{
    env,
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
};

use super::home::WHOLE_PATH;
use crate::{
    contract::view::Failure,
    explain::{self, Code},
};

/// What stands for the home folder in a shell, and as it is elsewhere.
const HOME_FOLDER: &str = "~";

/// A path that means another thing in each folder, or is none. The text names it, and what it needs.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name} is {value:?}, and needs {Wanted}")]
pub struct NotWhole {
    name: String,
    value: String,
}

impl NotWhole {
    /// The error as a failure in words.
    pub fn failure(&self) -> Failure {
        explain::failure(Code::SettingInvalid, &[("setting", &self.name), ("wanted", &self.wanted())])
    }

    fn wanted(&self) -> String {
        format!("{Wanted}, and is {:?}", self.value)
    }
}

/// What a path has to be, in words.
pub struct Wanted;

impl fmt::Display for Wanted {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            out,
            "{WHOLE_PATH}, or with ~/ and a name for something in your home folder, without quotes around it or a line end \
             after it"
        )
    }
}

/// The person's own folder, in which other programs keep their files too.
pub fn own_folder() -> Option<PathBuf> {
    dirs::home_dir()
}

/// The path that a variable of the environment names, if it is set.
///
/// # Errors
/// It is not whole.
pub fn named_by(variable: &str) -> Result<Option<PathBuf>, NotWhole> {
    let Some(value) = env::var_os(variable).filter(|value| !value.is_empty()) else { return Ok(None) };
    let not_whole = || NotWhole { name: variable.to_owned(), value: value.to_string_lossy().into_owned() };
    whole(&value).map(Some).ok_or_else(not_whole)
}

/// The path that a text means wherever it is read. `None` where it means none.
pub fn whole(text: &OsStr) -> Option<PathBuf> {
    let path = match Path::new(text).strip_prefix(HOME_FOLDER) {
        // The whole home folder is nobody's place for one thing: the rest of the path was forgotten.
        Ok(below) if below.as_os_str().is_empty() => return None,
        Ok(below) => dirs::home_dir()?.join(below),
        Err(_) => PathBuf::from(text),
    };
    let is_odd = text.to_string_lossy().contains(char::is_control);
    (path.is_absolute() && !is_odd).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_means_the_same_wherever_it_is_read() {
        let home = dirs::home_dir().unwrap();
        let named = home.join("d t").join("ä");
        let whole_one = named.to_str().unwrap();
        let quoted = format!("\"{whole_one}\"");
        let [after_a_space, with_a_return, with_a_line_end] =
            [format!(" {whole_one}"), format!("{whole_one}\r"), format!("{whole_one}\n")];
        for (text, meant) in [
            (whole_one, Some(named.clone())),
            ("~/.dtx", Some(home.join(".dtx"))),
            ("~", None),
            ("~/", None),
            ("~/.", None),
            ("~somebody/.dtx", None),
            (".dtx", None),
            ("./.dtx", None),
            ("../dtx", None),
            ("", None),
            (&quoted, None),
            ("'~/.dtx'", None),
            ("$HOME/.dtx", None),
            ("%h/.dtx", None),
            (&after_a_space, None),
            (&with_a_return, None),
            (&with_a_line_end, None),
        ] {
            assert_eq!(whole(OsStr::new(text)), meant, "{text:?}");
        }
    }

    #[test]
    fn what_is_not_whole_is_named_with_what_it_needs() {
        let not_whole = NotWhole { name: "DATATRAX_HOME".to_owned(), value: "/srv/dtx\r".to_owned() };
        for words in [not_whole.to_string(), not_whole.failure().message] {
            for part in ["DATATRAX_HOME", r#""/srv/dtx\r""#, "~/", WHOLE_PATH] {
                assert!(words.contains(part), "{part} in {words}");
            }
        }
    }
}
