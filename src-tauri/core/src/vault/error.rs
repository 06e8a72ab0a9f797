//! What can go wrong with the vault.

use std::io::{self, ErrorKind};

use rusqlite::{Error as Sqlite, ErrorCode, ffi};

use crate::{
    explain::{self, Code},
    platform::{private::NotPrivate, secret_file::NoSecret},
    ports::KeychainError,
};

/// Why a value could not be stored or read. Holds nothing that was stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum VaultError {
    #[error(transparent)]
    Keychain(#[from] KeychainError),
    /// The keychain is unlocked, and has another key or none.
    #[error("the keychain does not have the key that the stored secrets were encrypted with")]
    KeyLost,
    /// A keychain other than the one that answers now took the key.
    #[error("the key is with another keychain than the one that answers")]
    KeyElsewhere,
    /// The key was only in an agent's memory, and that agent has ended.
    #[error("the key was kept for one session, which is over")]
    SessionEnded,
    /// The connection was disconnected, and brought back without secrets.
    #[error("the connection was brought back without its secrets")]
    BroughtBack,
    /// The database is an older copy: this connection's tokens may have been replaced since.
    #[error("the database is an older copy of itself")]
    Restored,
    /// The secrets were lost with a damaged database.
    #[error("the database was damaged and its secrets are lost")]
    Damaged,
    /// The key is encrypted with a passphrase that this process does not have.
    #[error("the passphrase of the vault is needed")]
    PassphraseNeeded,
    #[error("the passphrase is not that of the vault")]
    PassphraseWrong,
    /// The passphrase is too short to protect anything.
    #[error("the passphrase is too short")]
    PassphraseShort,
    /// The passphrase file cannot be read or is empty.
    #[error("the file with the passphrase cannot be used: {0}")]
    PassphraseFile(NoSecret),
    /// Other users may read the passphrase file.
    #[error("the file with the passphrase is open to others")]
    PassphraseFileOpen,
    /// The database or a value in it is damaged, altered, or none of ours.
    #[error("what is stored was damaged or altered")]
    Unreadable,
    #[error("the database was written by a newer version of Datatrax Connect")]
    Newer,
    #[error("the disk is full")]
    Full,
    /// The database or its folder may not be written to, or belongs to another user.
    #[error("the database cannot be written to")]
    Unwritable,
    /// The home was moved away or deleted while its database was open.
    #[error("the home is gone")]
    HomeGone,
    /// Another process kept the database locked for too long.
    #[error("the database is busy")]
    Busy,
    #[error("another connection has this name")]
    NameTaken,
    #[error("as many set-ups are kept as there may be")]
    SetupsFull,
    #[error("as many requests are open as there may be")]
    RequestsFull,
    /// The rotation that a sign-in was for was taken back, or has let go of its pair.
    #[error("the rotation does not have this pair any more")]
    RotationOver,
    /// No connection has this id, or no longer.
    #[error("there is no such connection")]
    Gone,
    /// The disk or the system failed in an unforeseen way.
    #[error("the database failed")]
    Failed,
}

impl VaultError {
    /// [`VaultError::Failed`]; the kind of its cause goes to the log.
    #[track_caller]
    pub(super) fn failed(kind: impl std::fmt::Debug) -> Self {
        explain::unexpected(kind);
        Self::Failed
    }

    /// The code for this error.
    pub fn code(self) -> Code {
        match self {
            Self::Keychain(KeychainError::Missing) => Code::KeychainMissing,
            Self::Keychain(KeychainError::Locked) => Code::KeychainLocked,
            Self::Keychain(KeychainError::Slow) => Code::KeychainSlow,
            Self::Keychain(KeychainError::Failed) => Code::KeychainFailed,
            Self::Keychain(KeychainError::Unmade) => Code::KeychainEmpty,
            Self::Keychain(KeychainError::Declined) => Code::KeychainDeclined,
            Self::Keychain(KeychainError::Plain) => Code::KeychainPlain,
            Self::KeyLost => Code::VaultKeyLost,
            Self::KeyElsewhere => Code::VaultKeyElsewhere,
            Self::SessionEnded => Code::VaultSessionEnded,
            Self::BroughtBack => Code::BroughtBack,
            Self::Restored => Code::VaultRestored,
            Self::Damaged => Code::VaultDamaged,
            Self::PassphraseNeeded => Code::PassphraseNeeded,
            Self::PassphraseWrong => Code::PassphraseWrong,
            Self::PassphraseShort => Code::PassphraseShort,
            Self::PassphraseFile(_) => Code::PassphraseFile,
            Self::PassphraseFileOpen => Code::SecretFileOpen,
            Self::Unreadable => Code::VaultUnreadable,
            Self::Unwritable => Code::VaultUnwritable,
            Self::HomeGone => Code::HomeGone,
            Self::Busy => Code::VaultBusy,
            Self::Newer => Code::VaultNewer,
            Self::Full => Code::VaultFull,
            Self::NameTaken => Code::NameTaken,
            Self::SetupsFull => Code::SetupsFull,
            Self::RequestsFull => Code::RequestsFull,
            // Whoever takes a rotation back cancels the sign-in for it.
            Self::RotationOver => Code::Cancelled,
            Self::Gone => Code::NameUnknown,
            Self::Failed => Code::Unexpected,
        }
    }
}

impl VaultError {
    /// Whether the key is missing, but may be found again: everything encrypted with it stays as it is.
    pub(super) fn is_out_of_sight(self) -> bool {
        is_out_of_sight(self.code())
    }
}

/// Whether the code means that a key is missing, but may be found again.
pub fn is_out_of_sight(code: Code) -> bool {
    matches!(code, Code::VaultKeyLost | Code::VaultKeyElsewhere | Code::KeychainEmpty)
}

/// Whether the code means that a connection's secrets are lost. Only a new sign-in replaces them.
pub fn is_lost(code: Code) -> bool {
    LOST.iter().any(|lost| lost.code() == code)
}

const LOST: [VaultError; 5] = [
    VaultError::KeyLost,
    VaultError::SessionEnded,
    VaultError::BroughtBack,
    VaultError::Restored,
    VaultError::Damaged,
];

/// The error for the missing secrets of a connection with this reason.
pub(super) fn lost(reason: Option<Code>) -> VaultError {
    LOST.into_iter().find(|lost| Some(lost.code()) == reason).unwrap_or(VaultError::KeyLost)
}

impl From<Sqlite> for VaultError {
    fn from(error: Sqlite) -> Self {
        let Some(code) = error.sqlite_error_code() else {
            // Any other error is an invalid value in the file.
            return Self::Unreadable;
        };
        let extended = error.sqlite_error().map_or(0, |error| error.extended_code);
        // Only the numbers are logged: the library's text may quote the file.
        tracing::debug!(?code, extended, "the database refused");
        match extended {
            ffi::SQLITE_CONSTRAINT_UNIQUE => return Self::NameTaken,
            ffi::SQLITE_CONSTRAINT_FOREIGNKEY => return Self::Gone,
            // The journal's index, made when the database is opened, found no room.
            ffi::SQLITE_IOERR_SHMSIZE => return Self::Full,
            _ => {}
        }
        let is = |codes: &[ErrorCode]| codes.contains(&code);
        if is(&[ErrorCode::DiskFull]) {
            Self::Full
        } else if is(&[ErrorCode::NotADatabase, ErrorCode::DatabaseCorrupt, ErrorCode::TypeMismatch]) {
            Self::Unreadable
        } else if is(&[ErrorCode::ReadOnly, ErrorCode::CannotOpen, ErrorCode::PermissionDenied]) {
            Self::Unwritable
        } else if is(&[
            ErrorCode::DatabaseBusy,
            ErrorCode::DatabaseLocked,
            ErrorCode::FileLockingProtocolFailed,
        ]) {
            Self::Busy
        } else {
            Self::failed(code)
        }
    }
}

impl From<NotPrivate> for VaultError {
    fn from(error: NotPrivate) -> Self {
        tracing::warn!(%error, "the database file cannot be trusted");
        Self::Unwritable
    }
}

impl From<io::Error> for VaultError {
    fn from(error: io::Error) -> Self {
        tracing::warn!(kind = ?error.kind(), "a file of the vault failed");
        let is = |kinds: &[ErrorKind]| kinds.contains(&error.kind());
        if is(&[ErrorKind::StorageFull, ErrorKind::QuotaExceeded]) {
            Self::Full
        } else if is(&[ErrorKind::PermissionDenied, ErrorKind::ReadOnlyFilesystem]) {
            Self::Unwritable
        } else {
            Self::failed(error.kind())
        }
    }
}
