//! What the help screen shows and does in this process, so that it works also where no background part answers: about this
//! program, this computer, and diagnostics. Nothing secret is read for it.

use std::{
    env,
    path::{Path, PathBuf},
    sync::Arc,
};

use connect_agent::{
    desktop,
    diagnostics::{self, Material},
    doctor::{self, Programs},
};
use connect_core::{
    contract::view::{Computer, ConnectionView, Failure, KeyProtection},
    doctor::{Around, Asked, downloads, without_user},
    explain::{Code, failure},
    org::net::Net,
    platform::{
        home::Home,
        keychain, machine, private,
        settings::{Settings, SettingsFile},
    },
};
use serde::Serialize;
use time::{OffsetDateTime, macros::format_description};

use crate::platform::notices;

/// The most that is read of the notices: they have half of it.
const LARGEST_NOTICES: usize = 4 * 1024 * 1024;

/// The licences of this program, either of which may be chosen.
const LICENCE: &str = "MIT OR Apache-2.0";
const OWN_LICENCES: [&str; 2] = [include_str!("../../LICENSE-MIT"), include_str!("../../LICENSE-APACHE")];

/// About this program.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct About {
    version: String,
    licence: String,
    /// The computer's system.
    system: String,
    /// What draws the page, with its version.
    web_view: String,
    /// Where the log is.
    logs: String,
}

/// The licences, as text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Licences {
    /// Of this program.
    own: String,
    /// Of the libraries inside it. `None` in a copy that was not installed.
    libraries: Option<String>,
}

/// A written archive.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct Exported {
    /// Where it is.
    file: String,
}

/// What the help screen works with.
pub(crate) struct Help {
    home: Home,
    /// `dtx`, beside the window's program.
    dtx: PathBuf,
}

impl Help {
    pub(crate) fn new(home: &Home, dtx: &Path) -> Self {
        Self { home: home.clone(), dtx: dtx.to_owned() }
    }

    pub(crate) fn about(&self) -> About {
        About {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            licence: LICENCE.to_owned(),
            system: machine::system().unwrap_or_else(|| env::consts::OS.to_owned()),
            web_view: tauri::webview_version().unwrap_or_default(),
            logs: without_user(&self.home.logs()),
        }
    }

    /// Looks at this computer.
    pub(crate) async fn examine(&self, asked: Asked) -> Result<Computer, Failure> {
        let settings = SettingsFile::read(&self.home).settings().clone();
        let (net, trouble) = match net(&settings) {
            Ok(net) => (net, None),
            Err(trouble) => (Net::new(None, None).map_err(|error| error.failure())?, Some(trouble)),
        };
        let keychain_of_login = keychain::system(keychain::WHILE_SOMEBODY_IS_THERE);
        let around = Around { home: Ok(self.home.clone()), net: Arc::new(net), keychain: keychain_of_login };
        let window = env::current_exe().unwrap_or_default();
        let programs = Programs { dtx: self.dtx.clone(), window };
        Ok(doctor::look(&around, trouble, &programs, &asked).await)
    }

    /// Writes the archive of diagnostics among the person's downloads, as a new file.
    pub(crate) async fn export(
        &self,
        connections: &[ConnectionView],
        protection: Option<KeyProtection>,
        names: bool,
    ) -> Result<Exported, Failure> {
        let computer = self.examine(Asked { protection, ..Asked::default() }).await?;
        let settings = SettingsFile::read(&self.home).settings().clone();
        let material = Material { computer: &computer, connections, settings: &settings, names };
        let file = Self::exported_to()?.join(name_at(OffsetDateTime::now_utc()));
        diagnostics::export(&self.home, &material, &file)?;
        Ok(Exported { file: file.display().to_string() })
    }

    /// The folder of archives.
    pub(crate) fn exported_to() -> Result<PathBuf, Failure> {
        downloads().ok_or_else(|| {
            failure(Code::OutputUnwritable, &[("reason", "this account has no folder for it")])
        })
    }

    /// The folder of the log, which is made where nothing was logged yet.
    pub(crate) fn logs(&self) -> Result<PathBuf, Failure> {
        let folder = self.home.logs();
        private::folder(&folder)
            .map_err(|error| failure(Code::HomeUnusable, &[("reason", &error.to_string())]))?;
        Ok(folder)
    }
}

fn net(settings: &Settings) -> Result<Net, Failure> {
    Net::new(desktop::authority(settings)?.as_deref(), settings.proxy.as_deref())
        .map_err(|error| error.failure())
}

/// The name of an archive: by its second, so that two have two.
fn name_at(now: OffsetDateTime) -> String {
    let form = format_description!("[year][month][day]-[hour][minute][second]");
    format!("datatrax-connect-{}.zip", now.format(form).unwrap_or_default())
}

pub(crate) fn licences() -> Licences {
    let program = env::current_exe().unwrap_or_default();
    let libraries = private::read_short(&notices::file(&program), LARGEST_NOTICES);
    Licences {
        own: OWN_LICENCES.join("\n\n"),
        libraries: libraries.ok().map(|text| String::from_utf8_lossy(&text).replace('\r', "")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_archive_is_called_by_its_second() {
        assert_eq!(name_at(OffsetDateTime::UNIX_EPOCH), "datatrax-connect-19700101-000000.zip");
    }

    #[test]
    fn a_copy_that_was_not_installed_says_so_and_has_its_own_licences() {
        let licences = licences();
        assert_eq!(licences.libraries, None, "tests are not installed");
        assert!(licences.own.contains("MIT License") && licences.own.contains("Apache License"));
    }

    #[tokio::test]
    async fn this_computer_is_looked_at_without_a_background_part() {
        let temp = tempfile::tempdir().unwrap();
        let home = Home::at(&temp.path().join("home")).unwrap();
        let help = Help::new(&home, &temp.path().join("dtx"));
        let found = help.examine(Asked::default()).await.unwrap();
        assert!(found.looks.len() >= 16, "{found:?}");
        assert!(help.about().logs.ends_with("logs"), "where the log is");
        assert!(help.logs().unwrap().is_dir(), "there to be opened");
    }
}
