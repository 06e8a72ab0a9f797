//! The vault over real database files.

mod admin_requests;
mod browsers;
mod copies;
// Windows lets nobody take an open database away.
#[cfg(unix)]
mod gone;
mod groups;
mod health_records;
mod histories;
mod key_protection;
mod keys;
mod out_of_sight;
mod permission;
mod rotations;
mod set_aside;
mod setups;
mod storing;
mod trouble;
mod uses;

use std::{fs, path::Path, sync::Arc, time::Duration};

use tempfile::TempDir;
use time::OffsetDateTime;

use super::{testing::MemoryKeychain, *};
use crate::{
    contract::view::{OrgKind, Status},
    explain::Code,
};

/// One home and one keychain, with as many vaults over them as there are processes.
struct House {
    _folder: TempDir,
    home: Home,
    keychain: Arc<MemoryKeychain>,
}

impl House {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path()).unwrap();
        Self { _folder: folder, home, keychain: MemoryKeychain::new() }
    }

    /// A home in memory, where possible: a disk is slow when everything has to be safe on it.
    fn in_memory() -> Self {
        let folder = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        let home = Home::at(folder.path()).unwrap();
        Self { _folder: folder, home, keychain: MemoryKeychain::new() }
    }

    fn open(&self) -> Vault {
        Vault::open(&self.home, self.keychain.clone()).unwrap()
    }

    /// A vault with half a second for the keychain instead of three.
    fn hasty(&self) -> Vault {
        Vault::with(&self.home, DataKeys::new(self.keychain.clone(), Duration::from_millis(500), None), || {})
            .unwrap()
    }

    /// A vault with a passphrase file.
    fn open_with(&self, file: &Path) -> Vault {
        Vault::open_with_passphrase(&self.home, self.keychain.clone(), Some(file.to_owned())).unwrap()
    }

    /// A file with this content.
    fn file(&self, text: &str) -> PathBuf {
        let path = self.home.data().join("run").join("passphrase");
        overwrite(&path, text.as_bytes());
        crate::platform::private::file(&path).unwrap();
        path
    }

    /// Every byte of the database and its journals.
    fn bytes(&self) -> Vec<u8> {
        let files = fs::read_dir(self.home.data()).unwrap().map(|entry| entry.unwrap().path());
        files.filter(|path| path.is_file()).flat_map(|path| fs::read(path).unwrap()).collect()
    }

    fn contains(&self, text: &str) -> bool {
        self.bytes().windows(text.len()).any(|window| window == text.as_bytes())
    }
}

fn overwrite(path: &Path, bytes: &[u8]) {
    let mut file = crate::platform::private::file_options().truncate(true).open(path).unwrap();
    std::io::Write::write_all(&mut file, bytes).unwrap();
}

/// The time at which an answer was read that is stored at once.
fn answered() -> std::time::Instant {
    std::time::Instant::now()
}

fn at(seconds: i64) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp(1_750_000_000 + seconds).unwrap()
}

pub(super) fn record(id: &str, alias: &str) -> Record {
    Record {
        id: id.to_owned(),
        alias: alias.to_owned(),
        origin: "https://acme--uat.sandbox.my.salesforce.com".to_owned(),
        kind: OrgKind::Sandbox,
        org_id: "00D000000000001EAA".to_owned(),
        org_name: Some("Acme".to_owned()),
        user_id: "005000000000001AAA".to_owned(),
        username: format!("{alias}@acme.example"),
        instance_url: "https://acme--uat.sandbox.my.salesforce.com".to_owned(),
        api_version: "64.0".to_owned(),
        scope: "api refresh_token".to_owned(),
        created_at: at(0),
        status: Status::Connected,
        reason: None,
        checked_at: Some(at(2)),
        refresh_in_flight: None,
        issued_at: Some(at(1)),
        expires_at: Some(at(7_200)),
        proved_at: Some(at(2)),
        rotates: false,
    }
}

fn pair() -> Pair {
    Pair { key: Secret::new("3MVG9.planted.consumer.key"), secret: Secret::new("PLANTED-CONSUMER-SECRET") }
}

fn tokens(name: &str) -> Tokens {
    Tokens {
        access: Secret::new(format!("00Dplanted!access.{name}")),
        refresh: Secret::new(format!("5Aep861planted.refresh.{name}")),
        issued_at: at(1),
        expires_at: Some(at(7_200)),
        proved_at: Some(at(2)),
    }
}

fn store(vault: &Vault, id: &str, alias: &str) {
    vault.store_sign_in(&record(id, alias), &pair(), &tokens(id), "Signed in").unwrap();
}
