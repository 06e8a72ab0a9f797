//! The app of the guide as files among the person's downloads, for whoever has Salesforce CLI deploy it. A folder that is there
//! is never touched: the next one gets a number.

use std::path::Path;

use connect_core::{
    contract::view::Failure,
    explain::{Code, failure, io_reason, unexpected},
    guide::files::{self, App, AppName},
    org::address::Address,
    platform::folder::{self, NotWritten},
};
use serde::Serialize;

use crate::help::Help;

/// How many folders for one org there may be.
const MOST: usize = 99;

/// A folder that was written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub(crate) struct AppFiles {
    /// Where it is.
    folder: String,
    /// The two commands that deploy it, given inside it.
    commands: Vec<String>,
}

/// Writes the app for this org into a new folder among the downloads.
pub(crate) fn write(org: &Address) -> Result<AppFiles, Failure> {
    write_below(&Help::exported_to()?, org)
}

fn write_below(above: &Path, org: &Address) -> Result<AppFiles, Failure> {
    let name = AppName::of_guide().ok_or_else(|| unexpected("the guide names no app"))?;
    let files = files::files(App { org, name: &name, email: None });
    let texts: Vec<_> = files.iter().map(|file| (file.path.as_str(), file.text.as_str())).collect();
    for number in 1..=MOST {
        let folder = above.join(folder_name(org, number));
        let told = folder.display().to_string();
        match folder::write(&folder, &texts) {
            Ok(()) => return Ok(AppFiles { folder: told, commands: files::commands(org).into() }),
            Err(NotWritten::Taken) => {}
            Err(NotWritten::Refused(error)) => {
                let reason = io_reason(&error);
                return Err(failure(Code::FolderUnwritable, &[("folder", &told), ("reason", &reason)]));
            }
        }
    }
    let folder = above.join(folder_name(org, MOST)).display().to_string();
    Err(failure(Code::FolderTaken, &[("folder", &folder)]))
}

/// The name of a folder: the org's host, and a number from the second on.
fn folder_name(org: &Address, number: usize) -> String {
    let host = org.host().replace(':', "-");
    if number == 1 { format!("datatrax-app-{host}") } else { format!("datatrax-app-{host}-{number}") }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use connect_core::org::address;

    use super::*;

    #[test]
    fn each_folder_is_a_new_one_and_none_is_touched_again() {
        let temp = tempfile::tempdir().unwrap();
        let org = address::parse("http://localhost:8601").unwrap();
        let first = write_below(temp.path(), &org).unwrap();
        assert!(first.folder.ends_with("datatrax-app-localhost-8601"), "{first:?}");
        assert_eq!(first.commands.len(), 2, "the sign-in, and the deploy");
        let manifest = Path::new(&first.folder).join("manifest/package.xml");
        let before = fs::metadata(&manifest).unwrap().modified().unwrap();
        let second = write_below(temp.path(), &org).unwrap();
        assert!(second.folder.ends_with("datatrax-app-localhost-8601-2"), "{second:?}");
        assert_eq!(fs::metadata(&manifest).unwrap().modified().unwrap(), before, "the first stays as it is");
        let refused = write_below(&temp.path().join("datatrax-app-localhost-8601/README.md"), &org);
        let code = refused.unwrap_err().code;
        // Systems say differently what is in the way.
        assert!(
            matches!(code, Code::FolderTaken | Code::FolderUnwritable),
            "no folder can be there: {code:?}"
        );
    }
}
