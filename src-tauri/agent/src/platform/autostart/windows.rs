//! Windows: a value of the registry's `Run` key, which the settings show under *Startup apps*. What is switched off there
//! keeps its value, and is noted beside it.

use std::{io, path::Path};

use connect_core::platform::home::Home;
use windows_registry::{CURRENT_USER, Key};

const NAME: &str = "com.getdatatrax.connect";
const RUN: &str = r"Software\Microsoft\Windows\CurrentVersion\Run";
const SWITCHED: &str = r"Software\Microsoft\Windows\CurrentVersion\Explorer\StartupApproved\Run";
/// The longest command that the key's values may have.
const LONGEST: usize = 260;

/// The entry of this home's agent.
pub(super) struct Entry {
    name: String,
    /// `None` when no entry can name the program.
    command: Option<String>,
    /// Where the two keys are, in the user's part of the registry.
    run: String,
    switched: String,
}

impl Entry {
    pub(super) fn new(home: &Home, agent: &Path) -> Self {
        let named = home.is_named().then(|| home.data());
        // Each home's agent has an entry of its own.
        let name = named.map_or_else(|| NAME.to_owned(), |_| format!("{NAME}.{}", home.short_name()));
        Self { name, command: command(agent, named), run: RUN.to_owned(), switched: SWITCHED.to_owned() }
    }

    /// Writes the entry, or removes it.
    pub(super) fn set(&self, wanted: bool, before: Option<bool>) -> io::Result<()> {
        let run = key(&self.run)?;
        let found = run.get_string(&self.name).ok();
        if !wanted {
            return if found.is_some() {
                run.remove_value(&self.name).map_err(io::Error::other)
            } else {
                Ok(())
            };
        }
        let command = self.command.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        let switched = key(&self.switched)?;
        let is_off = switched.get_value(&self.name).is_ok_and(|state| is_off(&state));
        if is_off && before != Some(false) {
            tracing::info!(
                "the start at login is switched off in the settings of Windows, under Startup apps"
            );
            return Ok(());
        }
        if is_off {
            switched.remove_value(&self.name).map_err(io::Error::other)?;
        }
        if found.as_ref() == Some(command) {
            return Ok(());
        }
        run.set_string(&self.name, command).map_err(io::Error::other)
    }
}

fn key(path: &str) -> io::Result<Key> {
    CURRENT_USER.create(path).map_err(io::Error::other)
}

/// The first byte tells: an odd one is off. The rest is when that was done.
fn is_off(state: &[u8]) -> bool {
    state.first().is_some_and(|first| first % 2 == 1)
}

/// `None` for a path that a command cannot name, or not in the room there is.
fn command(agent: &Path, named_home: Option<&Path>) -> Option<String> {
    let quoted = |path: &Path| {
        let path = path.to_str().filter(|path| !path.contains('"') && !path.ends_with('\\'))?;
        Some(format!("\"{path}\""))
    };
    let home = match named_home {
        Some(home) => format!(" --home {}", quoted(home)?),
        None => String::new(),
    };
    let command = format!("{} agent --restart{home}", quoted(agent)?);
    (command.encode_utf16().count() <= LONGEST).then_some(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An entry in keys of its own.
    struct Own(Entry);

    impl Own {
        fn new(name: &str) -> Self {
            let of =
                |kind: &str| format!(r"Software\Datatrax Connect tests\{name}{}\{kind}", std::process::id());
            let command = command(Path::new(r"C:\Program Files\x\dtx.exe"), None);
            Self(Entry { name: "x".to_owned(), command, run: of("Run"), switched: of("StartupApproved") })
        }

        fn found(&self) -> Option<String> {
            key(&self.0.run).unwrap().get_string("x").ok()
        }

        /// As the settings do it.
        fn switch_off(&self) {
            let state = [3_u8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8];
            let switched = key(&self.0.switched).unwrap();
            switched.set_bytes("x", windows_registry::Type::Bytes, &state).unwrap();
        }
    }

    impl Drop for Own {
        fn drop(&mut self) {
            let (own, _) = self.0.run.rsplit_once('\\').unwrap();
            CURRENT_USER.remove_tree(own).unwrap();
        }
    }

    #[test]
    fn the_entry_for_the_login_is_there_when_wanted_and_gone_when_not() {
        let own = Own::new("wanted");
        own.0.set(false, None).unwrap();
        assert_eq!(own.found(), None, "nothing to take away");
        own.0.set(true, Some(false)).unwrap();
        assert_eq!(own.found().as_deref(), Some(r#""C:\Program Files\x\dtx.exe" agent --restart"#));
        own.0.set(false, Some(true)).unwrap();
        assert_eq!(own.found(), None, "taken away");
    }

    #[test]
    fn what_the_settings_switched_off_stays_off_until_asked_for() {
        let own = Own::new("switched");
        own.0.set(true, None).unwrap();
        own.switch_off();
        let is_off = || key(&own.0.switched).unwrap().get_value("x").is_ok_and(|state| is_off(&state));
        own.0.set(true, None).unwrap();
        assert!(is_off(), "left alone at the agent's start");
        own.0.set(true, Some(false)).unwrap();
        assert!(!is_off() && own.found().is_some(), "asked for anew");
    }

    #[test]
    fn a_home_of_its_own_is_named_and_what_cannot_be_named_is_not() {
        let agent = Path::new(r"C:\x\datatrax-agent.exe");
        let named = command(agent, Some(Path::new(r"D:\my data")));
        assert_eq!(
            named.as_deref(),
            Some(r#""C:\x\datatrax-agent.exe" agent --restart --home "D:\my data""#)
        );
        let long = format!(r"D:\{}", "x".repeat(250));
        for home in [r"D:\", long.as_str()] {
            assert_eq!(command(agent, Some(Path::new(home))), None, "{home}");
        }
    }
}
