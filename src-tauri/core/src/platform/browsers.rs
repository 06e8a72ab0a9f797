//! The browsers that are installed on this computer, their profiles, and how an address is opened in one of them. Each program gets
//! the address as one argument, and no shell is asked.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
mod profiles;
#[cfg(windows)]
mod windows;

use std::{
    ffi::OsString,
    io,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
use self::profiles::profiles;
#[cfg(windows)]
use self::windows as system;
use super::process;
use crate::contract::view::{Browser, BrowserChoice, Profile};

/// A browser that is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Kind {
    id: &'static str,
    name: &'static str,
    family: Family,
}

/// How a browser keeps its profiles, and is told one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Family {
    /// As Chromium; with its option for a private window.
    Chromium {
        private: &'static str,
    },
    Firefox,
}

const CHROME: Kind =
    Kind { id: "chrome", name: "Google Chrome", family: Family::Chromium { private: "--incognito" } };
const EDGE: Kind =
    Kind { id: "edge", name: "Microsoft Edge", family: Family::Chromium { private: "--inprivate" } };
const CHROMIUM: Kind =
    Kind { id: "chromium", name: "Chromium", family: Family::Chromium { private: "--incognito" } };
const FIREFOX: Kind = Kind { id: "firefox", name: "Firefox", family: Family::Firefox };

/// In the order in which they are offered.
const KINDS: [Kind; 4] = [CHROME, EDGE, FIREFOX, CHROMIUM];

/// A browser as it was found.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    kind: Kind,
    program: PathBuf,
    /// What the program is told before anything of the browser's.
    before: Vec<OsString>,
    /// The folder, if any, with the list of its profiles.
    folder: Option<PathBuf>,
}

impl Found {
    fn profiles(&self) -> Vec<Profile> {
        self.folder.as_deref().map(|folder| profiles(self.kind.family, folder)).unwrap_or_default()
    }

    fn command(&self, profile: Option<&Profile>, private: bool, address: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.before);
        match (self.kind.family, profile) {
            (Family::Chromium { .. }, Some(profile)) => {
                command.arg(format!("--profile-directory={}", profile.id));
            }
            (Family::Firefox, Some(profile)) => {
                command.arg("-P").arg(&profile.id);
            }
            (_, None) => {}
        }
        match self.kind.family {
            Family::Chromium { private: option } if private => {
                command.arg(option);
            }
            Family::Firefox if private => {
                command.arg("--private-window");
            }
            Family::Chromium { .. } | Family::Firefox => {}
        }
        command.arg(address);
        command
    }
}

/// The browsers of this computer that are known here, with their profiles.
pub fn installed() -> Vec<Browser> {
    let seen = |found: Found| Browser {
        id: found.kind.id.to_owned(),
        name: found.kind.name.to_owned(),
        profiles: found.profiles(),
    };
    KINDS.into_iter().filter_map(system::find).map(seen).collect()
}

/// Opens an address as it is chosen, and in the default browser where that cannot be, or a person was to be asked. Then the reason,
/// if any, comes back in words.
///
/// `apart` prepares the program that is started. It is not waited for.
///
/// # Errors
/// Nothing opens it: the error of `by_default`.
pub fn open(
    choice: &BrowserChoice,
    address: &str,
    apart: impl FnOnce(&mut Command),
    by_default: impl FnOnce(&str) -> io::Result<()>,
) -> io::Result<Option<String>> {
    let BrowserChoice::In { browser, profile, private } = choice else {
        return by_default(address).map(|()| None);
    };
    let started = command(browser, profile.as_deref(), *private, address).and_then(|mut command| {
        apart(&mut command);
        start(command).map_err(|error| {
            tracing::warn!(kind = %error.kind(), "the chosen browser could not be started");
            format!("{} could not be started. The page opens in the default browser.", name_of(browser))
        })
    });
    match started {
        Ok(()) => Ok(None),
        Err(why) => by_default(address).map(|()| Some(why)),
    }
}

/// The command line that opens an address in a browser, or why there is none.
fn command(browser: &str, profile: Option<&str>, private: bool, address: &str) -> Result<Command, String> {
    let kind = KINDS.into_iter().find(|kind| kind.id == browser);
    let Some(found) = kind.and_then(system::find) else {
        return Err(format!(
            "{} is not found on this computer any more. The page opens in the default browser.",
            name_of(browser)
        ));
    };
    let Some(id) = profile else { return Ok(found.command(None, private, address)) };
    let known = found.profiles();
    match known.iter().find(|profile| profile.id == id) {
        Some(profile) => Ok(found.command(Some(profile), private, address)),
        // A name that is chosen is a person's, and gone: it is not repeated.
        None => Err(format!(
            "The chosen profile of {} is not there any more. The page opens in the default browser.",
            name_of(browser)
        )),
    }
}

/// What a browser is called, also one that is not installed.
pub fn name_of(id: &str) -> &str {
    KINDS.iter().find(|kind| kind.id == id).map_or("The chosen browser", |kind| kind.name)
}

/// Starts a program that goes on by itself.
fn start(mut command: Command) -> io::Result<()> {
    process::set_apart(&mut command);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn()?;
    // Waited for, so that nothing is left of it in the system's table.
    thread::spawn(move || child.wait());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ADDRESS: &str = "https://acme.my.salesforce.com/?a=1&b='$(x)'";

    fn told(kind: Kind, profile: Option<&str>, private: bool) -> Vec<String> {
        let found = Found { kind, program: "/b".into(), before: vec!["first".into()], folder: None };
        let profile = profile.map(|id| Profile { id: id.to_owned(), name: "Ada".to_owned() });
        let command = found.command(profile.as_ref(), private, ADDRESS);
        command.get_args().map(|argument| argument.to_str().unwrap().to_owned()).collect()
    }

    #[test]
    fn each_browser_is_told_profile_and_private_window_its_own_way_and_the_address_as_one_argument() {
        assert_eq!(told(CHROME, None, false), ["first", ADDRESS]);
        assert_eq!(
            told(CHROME, Some("Profile 1"), true),
            ["first", "--profile-directory=Profile 1", "--incognito", ADDRESS]
        );
        assert_eq!(told(CHROMIUM, None, true), ["first", "--incognito", ADDRESS]);
        assert_eq!(told(EDGE, None, true), ["first", "--inprivate", ADDRESS]);
        assert_eq!(told(FIREFOX, Some("work"), false), ["first", "-P", "work", ADDRESS]);
        assert_eq!(told(FIREFOX, Some("work"), true), ["first", "-P", "work", "--private-window", ADDRESS]);
    }

    #[test]
    fn what_opens_elsewhere_says_so_and_what_was_not_chosen_says_nothing() {
        for choice in [BrowserChoice::Default, BrowserChoice::Ask] {
            let mut opened = Vec::new();
            let why = open(
                &choice,
                ADDRESS,
                |_| {},
                |address| {
                    opened.push(address.to_owned());
                    Ok(())
                },
            );
            assert_eq!((why.unwrap(), opened), (None, vec![ADDRESS.to_owned()]), "{choice:?}");
        }
        let gone = BrowserChoice::In { browser: "netscape".to_owned(), profile: None, private: false };
        let why = open(&gone, ADDRESS, |_| {}, |_| Ok(())).unwrap().unwrap();
        assert!(why.starts_with("The chosen browser is not found on this computer any more."), "{why}");
        let nothing = open(&gone, ADDRESS, |_| {}, |_| Err(io::ErrorKind::NotFound.into()));
        assert_eq!(nothing.unwrap_err().kind(), io::ErrorKind::NotFound);
    }
}
