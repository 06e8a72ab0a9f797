//! The places of files: one private folder for data, logs and locks, and a socket with a short address.

#[cfg(unix)]
mod unix;
#[cfg(windows)]
mod windows;

use std::{
    ffi::{OsStr, OsString},
    fs, io,
    path::{self, Path, PathBuf},
};

use sha2::{Digest, Sha256};

#[cfg(unix)]
use self::unix as system;
#[cfg(windows)]
use self::windows as system;
use crate::contract::view::Failure;
use crate::explain::{self, Code};
use crate::{
    platform::{
        paths::{self, NotWhole},
        private::{self, NotPrivate},
    },
    secret::hex,
};

/// The variable that names the folder of all files.
pub const VARIABLE: &str = "DATATRAX_HOME";

const FOLDER: &str = "datatrax-connect";

/// The form of a path that is valid wherever a program is started, in words.
pub(super) use self::system::WHOLE_PATH;

/// The folders of one installation: of this user, or of one `DATATRAX_HOME`.
#[derive(Clone, Debug)]
pub struct Home {
    data: PathBuf,
    run: PathBuf,
    socket: SocketAddress,
    /// Whether the socket belongs inside it.
    socket_inside: bool,
}

/// The address on which the agent of a home listens. Only the platform's own socket reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SocketAddress(OsString);

impl SocketAddress {
    /// The name, for the platform's own socket.
    pub fn name(&self) -> &OsStr {
        &self.0
    }
}

/// Why files cannot be kept. The text names the folder and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    #[error("this account has no folder for data; set DATATRAX_HOME to a folder of your own")]
    NoFolder,
    /// It begins with `HOME`, which is as wrong.
    #[error(
        "this account's folder for data is {0:?}, which is another one in each folder; set HOME, or DATATRAX_HOME, to \
             {WHOLE_PATH}"
    )]
    Relative(PathBuf),
    #[error(transparent)]
    NotWhole(#[from] NotWhole),
    #[error("{0}; set DATATRAX_HOME to a folder of your own")]
    Folder(#[from] NotPrivate),
    #[error("{} cannot be used: {error}; set DATATRAX_HOME to a folder of your own", .path.display())]
    Unusable { path: PathBuf, error: io::Error },
    /// Closing it would take from others what they may be using.
    #[error("{path} has other things in it and is open to other users, and was left as it is; set DATATRAX_HOME to a folder \
             that is new or empty, such as {}, or, if it is for this program alone, close it first: {}", .own.display(), .close)]
    InUse { path: String, own: PathBuf, close: String },
    /// In the platform's words.
    #[error("{0}")]
    NoSocket(&'static str),
}

impl HomeError {
    /// The error as a failure in words.
    pub fn failure(&self) -> Failure {
        explain::failure(Code::HomeUnusable, &[("reason", &self.to_string())])
    }
}

impl Home {
    /// Below `DATATRAX_HOME` if that is set, else in the platform's folder for local data.
    ///
    /// # Errors
    /// The variable or `HOME` names no whole path, there is no such folder, it is not this user's alone, or no place for the
    /// socket has a short enough path.
    pub fn from_environment() -> Result<Self, HomeError> {
        if let Some(root) = paths::named_by(VARIABLE)? {
            return Self::at(&root);
        }
        Self::build(&own_folder(dirs::data_local_dir())?, false)
    }

    /// Whether [`Home::from_environment`] would find its folder, which is not made for the question.
    pub fn is_there() -> bool {
        let named = paths::named_by(VARIABLE).ok().flatten();
        named.or_else(|| own_folder(dirs::data_local_dir()).ok()).is_some_and(|root| root.is_dir())
    }

    /// Below this folder, which is made if missing and closed to other users.
    ///
    /// # Errors
    /// As for [`Home::from_environment`].
    pub fn at(root: &Path) -> Result<Self, HomeError> {
        Self::build(root, true)
    }

    fn build(root: &Path, socket_inside: bool) -> Result<Self, HomeError> {
        let unusable = |error| HomeError::Unusable { path: root.to_owned(), error };
        let absolute = path::absolute(root).map_err(unusable)?;
        // A link to the folder is resolved once, so that two spellings of one home are one home.
        let known = system::resolved(&absolute).ok();
        let data = known.clone().unwrap_or(absolute);
        if socket_inside {
            refuse_in_use(&data)?;
        }
        private::folder(&data)?;
        let data = known.map_or_else(|| system::resolved(&data).map_err(unusable), Ok)?;
        let run = data.join("run");
        private::folder(&run)?;
        let socket = SocketAddress(system::socket(&data, socket_inside.then_some(&run))?);
        let home = Self { data, run, socket, socket_inside };
        // What another user has left in it, such as root, is in the way of everything else.
        [home.database(), home.settings(), home.window(), home.logs(), home.agent_lock(), home.vault_lock()]
            .iter()
            .try_for_each(|path| private::is_not_anothers(path))?;
        Ok(home)
    }

    /// The same home with the place that its socket has now: a folder of this login may have gone, or come back.
    ///
    /// # Errors
    /// The home itself is gone, or there is no place.
    pub fn with_socket_of_now(&self) -> Result<Self, HomeError> {
        fs::metadata(&self.data).map_err(|error| HomeError::Unusable { path: self.data.clone(), error })?;
        Self::build(&self.data, self.socket_inside)
    }

    /// The folders that a better place for the socket would come into.
    pub fn better_places(&self) -> Vec<PathBuf> {
        // The best one is in the home itself.
        if Path::new(&self.socket.0).starts_with(&self.run) {
            Vec::new()
        } else {
            system::better_places(&self.socket.0)
        }
    }

    /// The database and its log, the folder that they are in and those above it. Where one of them loses its name, what is
    /// open may be found by nobody.
    pub fn named(&self) -> Vec<PathBuf> {
        let files = ["", "-wal", "-shm"].map(|ending| self.data.join(format!("connections.db{ending}")));
        files.into_iter().chain(self.data.ancestors().map(Path::to_owned)).collect()
    }

    /// The folder of all others.
    pub fn data(&self) -> &Path {
        &self.data
    }

    pub fn logs(&self) -> PathBuf {
        self.data.join("logs")
    }

    /// The folder of locks. It is always inside the data's folder, because two processes that share the data must use
    /// the same locks.
    pub fn run(&self) -> &Path {
        &self.run
    }

    pub fn database(&self) -> PathBuf {
        self.data.join("connections.db")
    }

    /// The settings file: see [`settings`](crate::platform::settings).
    pub fn settings(&self) -> PathBuf {
        self.data.join("settings.toml")
    }

    /// The file with the window's position and size.
    pub fn window(&self) -> PathBuf {
        self.data.join("window.json")
    }

    /// Exists while a window has drawn nothing yet.
    pub fn window_start(&self) -> PathBuf {
        self.data.join("window-start.json")
    }

    /// The folder of the window's web view.
    pub fn web_view(&self) -> PathBuf {
        self.data.join("webview")
    }

    /// Which programs were given tokens without an agent, until that is taken into the database.
    pub(crate) fn uses(&self) -> PathBuf {
        self.data.join("uses.jsonl")
    }

    /// Held while that file is written or read.
    pub(crate) fn uses_lock(&self) -> PathBuf {
        self.run.join("uses.lock")
    }

    /// Sixteen digits that identify this home.
    pub fn short_name(&self) -> String {
        name_of(&self.data)
    }

    /// Whether this is a home named by `DATATRAX_HOME`, as opposed to the user's own.
    pub fn is_named(&self) -> bool {
        let own = dirs::data_local_dir().map(|folder| folder.join(FOLDER));
        own.and_then(|own| system::resolved(&own).ok()).as_ref() != Some(&self.data)
    }

    /// The copy of the database, without secrets.
    pub(crate) fn database_copy(&self) -> PathBuf {
        self.data.join("connections.copy.db")
    }

    /// The copy made before the tables were upgraded from this version, without secrets.
    pub(crate) fn database_before(&self, version: i64) -> PathBuf {
        self.data.join(format!("connections.before-{version}.db"))
    }

    /// The address on which the agent listens.
    pub fn socket(&self) -> &SocketAddress {
        &self.socket
    }

    /// Held by the one agent of this home.
    pub fn agent_lock(&self) -> PathBuf {
        self.run.join("agent.lock")
    }

    /// Held by the one window of this home.
    pub fn window_lock(&self) -> PathBuf {
        self.run.join("window.lock")
    }

    /// Held while the connection with this id is refreshed, signed in or signed out.
    pub fn work_lock(&self, id: &str) -> PathBuf {
        self.run.join(format!("work-{}.lock", digest(id.as_bytes())))
    }

    /// Held while the keychain is in use.
    pub(crate) fn keychain_lock(&self) -> PathBuf {
        self.run.join("keychain.lock")
    }

    /// Held during a glance at the keychain: one of four, so that four processes may do so at a time.
    pub(crate) fn keychain_glance_lock(&self) -> PathBuf {
        self.run.join(format!("keychain-glance-{}.lock", std::process::id() % 4))
    }

    /// Exists since a person declined the keychain's prompt, until a person acts.
    pub fn keychain_declined(&self) -> PathBuf {
        self.run.join("keychain-declined")
    }

    /// Written when the keychain was asked and has said nothing.
    pub(crate) fn keychain_silent(&self) -> PathBuf {
        self.run.join("keychain-silent")
    }

    /// Shared by every refresh from before it is sent until its answer is stored; exclusive while the form of the
    /// database or the data key, with which that answer is stored, changes.
    pub(crate) fn refresh_lock(&self) -> PathBuf {
        self.run.join("refresh.lock")
    }

    /// Held while the vault's database or data key is made.
    pub(crate) fn vault_lock(&self) -> PathBuf {
        self.run.join("vault.lock")
    }
}

/// The user's own home, in the platform's folder for local data.
fn own_folder(local: Option<PathBuf>) -> Result<PathBuf, HomeError> {
    match local {
        None => Err(HomeError::NoFolder),
        Some(local) if local.is_absolute() => Ok(local.join(FOLDER)),
        Some(local) => Err(HomeError::Relative(local)),
    }
}

/// A folder that somebody names is closed to others where it is new, empty or a home already, and never otherwise.
fn refuse_in_use(folder: &Path) -> Result<(), HomeError> {
    if !private::is_open_to_others(folder) || is_a_home(folder) {
        return Ok(());
    }
    let path = folder.display().to_string();
    let (own, close) = (folder.join(FOLDER), system::to_close(folder));
    Err(HomeError::InUse { path, own, close })
}

/// Whether this folder has what a home has, or nothing that is not of one. Trouble with reading it is told where it is used.
fn is_a_home(folder: &Path) -> bool {
    const OURS: [&str; 6] = ["logs", "lost+found", "run", "settings.toml", "webview", "window.json"];
    let is_marked =
        ["connections.db", "run/agent.lock", "run/vault.lock"].iter().any(|mark| folder.join(mark).exists());
    let Ok(mut entries) = fs::read_dir(folder) else { return true };
    is_marked
        || entries.all(|entry| entry.is_ok_and(|entry| OURS.iter().any(|ours| entry.file_name() == *ours)))
}

/// Sixteen digits that identify a folder.
fn name_of(folder: &Path) -> String {
    digest(system::bytes(folder.as_os_str()))
}

/// Sixteen hexadecimal digits that replace a longer name.
fn digest(name: &[u8]) -> String {
    hex(Sha256::digest(name).get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_locks_differ_by_connection_and_stay_in_the_folder_whatever_the_id() {
        let temp = tempfile::tempdir().unwrap();
        let home = Home::at(temp.path()).unwrap();
        assert_ne!(home.work_lock("a"), home.work_lock("b"), "one lock for each connection");
        assert_eq!(home.work_lock("../../etc/passwd").parent(), Some(home.run()), "no way out of the folder");
    }

    #[test]
    fn a_folder_for_data_that_is_another_one_in_each_folder_is_refused_by_name() {
        let whole = tempfile::tempdir().unwrap();
        assert_eq!(own_folder(Some(whole.path().to_owned())).unwrap(), whole.path().join(FOLDER));
        for relative in ["~/.local/share", ".local/share", "."] {
            let refused = own_folder(Some(relative.into())).unwrap_err().failure();
            for part in [relative, "HOME", WHOLE_PATH] {
                assert!(refused.message.contains(part), "{part} in {}", refused.message);
            }
        }
        assert!(matches!(own_folder(None), Err(HomeError::NoFolder)), "and where there is none");
    }

    #[test]
    fn what_every_home_has_is_known_as_a_homes() {
        let temp = tempfile::tempdir().unwrap();
        assert!(is_a_home(temp.path()), "an empty folder may become one");
        for known in ["lost+found", "settings.toml"] {
            private::file_options().open(temp.path().join(known)).unwrap();
            assert!(is_a_home(temp.path()), "{known} is no other thing");
        }
        private::file_options().open(temp.path().join("letter.odt")).unwrap();
        assert!(!is_a_home(temp.path()), "and a letter is");
        let home = Home::at(&temp.path().join("home")).unwrap();
        for file in ["letter.odt", "run/vault.lock"] {
            private::file_options().open(home.data().join(file)).unwrap();
        }
        assert!(is_a_home(home.data()), "once it is one it stays one, whatever else somebody puts there");
    }

    #[test]
    fn a_home_that_is_a_file_is_refused_in_words() {
        let temp = tempfile::tempdir().unwrap();
        let file = temp.path().join("file");
        private::file_options().open(&file).unwrap();
        let words = Home::at(&file).unwrap_err().to_string();
        assert!(words.contains("is not a folder") && words.contains(VARIABLE), "{words}");
    }
}
