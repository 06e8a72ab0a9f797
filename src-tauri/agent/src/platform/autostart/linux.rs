//! Linux: an entry in the desktop's autostart folder (<https://specifications.freedesktop.org/autostart/latest/>).

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use connect_core::platform::{home, private};

use crate::platform::linux::desktop_entry as entry;

const NAME: &str = "com.getdatatrax.connect";

/// The entry of this home's agent.
pub(super) struct Entry {
    /// `None` where this account has no autostart folder.
    file: Option<PathBuf>,
    /// `None` when no entry can name the program.
    text: Option<String>,
}

impl Entry {
    pub(super) fn new(home: &home::Home, agent: &Path) -> Self {
        let named = home.is_named().then(|| home.data().to_owned());
        let name = match &named {
            // Each home's agent has an entry of its own.
            Some(_) => format!("{NAME}.{}.desktop", home.short_name()),
            None => format!("{NAME}.desktop"),
        };
        let file = dirs::config_dir().map(|folder| folder.join("autostart").join(name));
        Self { file, text: text(agent, named.as_deref()) }
    }

    /// Writes the entry, or removes it.
    pub(super) fn set(&self, wanted: bool, before: Option<bool>) -> io::Result<()> {
        let Some(file) = &self.file else { return if wanted { Err(unsupported()) } else { Ok(()) } };
        let found = fs::read_to_string(file);
        let is_there = !matches!(&found, Err(error) if error.kind() == io::ErrorKind::NotFound);
        if !wanted {
            return if is_there { fs::remove_file(file) } else { Ok(()) };
        }
        let text = self.text.as_ref().ok_or_else(unsupported)?;
        let found = found.unwrap_or_default();
        let left_alone = before != Some(false) && is_there && is_switched_off(&found);
        if left_alone || found == *text {
            return Ok(());
        }
        if let Some(folder) = file.parent() {
            private::may_be_made(file).map_err(io::Error::other)?;
            fs::create_dir_all(folder)?;
        }
        private::replace(file, text.as_bytes())
    }
}

fn unsupported() -> io::Error {
    io::ErrorKind::Unsupported.into()
}

/// Whether the entry is marked as switched off, as desktops do it.
fn is_switched_off(text: &str) -> bool {
    entry::value(text, "Hidden") == Some("true")
        || entry::value(text, "X-GNOME-Autostart-enabled") == Some("false")
}

fn text(agent: &Path, named_home: Option<&Path>) -> Option<String> {
    let path = agent.to_str()?;
    let agent = entry::word(path)?;
    // Desktops silently skip an entry whose program (`TryExec`) is gone.
    let file = path.replace('\\', "\\\\");
    let environment = match named_home {
        Some(home) => format!("env {} ", entry::word(&format!("{}={}", home::VARIABLE, home.to_str()?))?),
        None => String::new(),
    };
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Datatrax Connect\nComment=Keeps Salesforce connections\n\
         Icon=datatrax-connect\nTryExec={file}\nExec={environment}{agent} agent --restart\nTerminal=false\n"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn autostart(folder: &Path) -> (PathBuf, Entry) {
        let file = folder.join("autostart/x.desktop");
        (file.clone(), Entry { file: Some(file), text: text(Path::new("/usr/bin/dtx"), None) })
    }

    #[test]
    fn the_entry_for_the_login_is_there_when_wanted_and_gone_when_not() {
        let folder = tempfile::tempdir().unwrap();
        let (file, autostart) = autostart(folder.path());
        autostart.set(false, None).unwrap();
        assert!(!file.exists(), "nothing to take away");
        autostart.set(true, Some(false)).unwrap();
        let text = fs::read_to_string(&file).unwrap();
        assert_eq!(entry::value(&text, "Exec"), Some("/usr/bin/dtx agent --restart"), "{text}");
        assert_eq!(entry::value(&text, "TryExec"), Some("/usr/bin/dtx"), "{text}");
        autostart.set(false, Some(true)).unwrap();
        assert!(!file.exists(), "taken away");
    }

    #[test]
    fn what_the_desktop_switched_off_stays_off_until_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let (file, autostart) = autostart(folder.path());
        autostart.set(true, None).unwrap();
        for off in ["Hidden=true", "X-GNOME-Autostart-enabled=false"] {
            let text = format!("{}{off}\n", fs::read_to_string(&file).unwrap());
            private::replace(&file, text.as_bytes()).unwrap();
            autostart.set(true, None).unwrap();
            assert_eq!(fs::read_to_string(&file).unwrap(), text, "left alone at the agent's start");
            autostart.set(true, Some(false)).unwrap();
            assert!(!fs::read_to_string(&file).unwrap().contains(off), "asked for anew");
        }
    }

    #[test]
    fn a_home_of_its_own_is_named() {
        let text = text(Path::new("/opt/my app/dtx"), Some(Path::new("/data/x y"))).unwrap();
        let exec = entry::words(entry::value(&text, "Exec").unwrap()).unwrap();
        assert_eq!(
            exec,
            ["env", "DATATRAX_HOME=/data/x y", "/opt/my app/dtx", "agent", "--restart"],
            "{text}"
        );
    }
}
