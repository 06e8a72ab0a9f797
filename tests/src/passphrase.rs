use std::{fs::File, io::Write, os::unix::fs::OpenOptionsExt};

use practice_org::Org;

use crate::{Desk, Ended, INTEGRATION, Person, Press};

/// The passphrase of vaults without a keychain.
pub const PASSPHRASE: &str = "correct horse battery";

impl Desk {
    /// A private file with this content, in the desk's folder.
    pub fn closed_file(&self, name: &str, text: &str) -> String {
        let path = self.folder().join(name);
        let mut file =
            File::options().create(true).write(true).truncate(true).mode(0o600).open(&path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
        path.to_str().unwrap().to_owned()
    }

    /// Runs `dtx` to its end with this passphrase file and empty standard input.
    pub async fn dtx_with_passphrase(&self, passphrase: &str, arguments: &[&str]) -> Ended {
        let mut dtx = self.start_with(arguments, &[("DATATRAX_PASSPHRASE_FILE", passphrase)]);
        dtx.end_input();
        dtx.ended().await
    }

    /// Connects a practice org as `p` with this passphrase file.
    pub async fn connect_with_passphrase(&self, org: &Org, passphrase: &str) -> Ended {
        let (address, key) = (org.address(), org.key());
        let arguments =
            ["connect", &address, "--alias", "p", "--key", &key, "--secret-stdin", "--no-browser", "--json"];
        let mut dtx = self.start_with(&arguments, &[("DATATRAX_PASSPHRASE_FILE", passphrase)]);
        dtx.say(&org.secret()).await;
        dtx.sign_in(&mut Person::of(org, INTEGRATION), Press::Allow).await;
        dtx.ended().await
    }
}
