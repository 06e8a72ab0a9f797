//! Where files live: one private folder for data, logs and locks, and a socket with a short address.

use std::{
    env, fs, io,
    os::unix::ffi::OsStrExt,
    path::{self, Path, PathBuf},
};

use sha2::{Digest, Sha256};

use crate::contract::view::Failure;
use crate::explain::{self, Code};
use crate::{
    platform::private::{self, NotPrivate},
    secret::hex,
};

/// Names the folder that everything is kept below.
pub const VARIABLE: &str = "DATATRAX_HOME";

const FOLDER: &str = "datatrax-connect";

/// The longest socket address used, in bytes: macOS takes 103, Linux 107 (`sun_path` without its closing zero).
const LONGEST_SOCKET: usize = 100;

/// The folders of one installation: of this user, or of one `DATATRAX_HOME`.
#[derive(Clone, Debug)]
pub struct Home {
    data: PathBuf,
    run: PathBuf,
    socket: PathBuf,
}

/// Why there is no place to keep anything. The text names the folder and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum HomeError {
    #[error("this account has no folder for data; set DATATRAX_HOME to a folder of your own")]
    NoFolder,
    #[error("{0}; set DATATRAX_HOME to a folder of your own")]
    Folder(#[from] NotPrivate),
    #[error("{} cannot be used: {error}; set DATATRAX_HOME to a folder of your own", .path.display())]
    Unusable { path: PathBuf, error: io::Error },
    #[error(
        "no folder for the socket has a short enough path; set XDG_RUNTIME_DIR or TMPDIR to a shorter one"
    )]
    SocketTooLong,
}

impl HomeError {
    /// The same in the product's words.
    pub fn failure(&self) -> Failure {
        explain::failure(Code::HomeUnusable, &[("reason", &self.to_string())])
    }
}

impl Home {
    /// Below `DATATRAX_HOME` if that is set, else in the platform's folder for data that stays on this computer.
    ///
    /// # Errors
    /// There is no such folder, it is not this user's alone, or no place for the socket has a short enough path.
    pub fn from_environment() -> Result<Self, HomeError> {
        if let Some(root) = env::var_os(VARIABLE).filter(|value| !value.is_empty()) {
            return Self::at(Path::new(&root));
        }
        Self::build(&dirs::data_local_dir().ok_or(HomeError::NoFolder)?.join(FOLDER), false)
    }

    /// Below this folder, which is made when it is missing and closed to other users.
    ///
    /// # Errors
    /// As for [`Home::from_environment`].
    pub fn at(root: &Path) -> Result<Self, HomeError> {
        Self::build(root, true)
    }

    fn build(root: &Path, socket_inside: bool) -> Result<Self, HomeError> {
        let unusable = |error| HomeError::Unusable { path: root.to_owned(), error };
        let absolute = path::absolute(root).map_err(unusable)?;
        // A link to a folder of ours is followed once, so that two spellings of one home are one home.
        let data = fs::canonicalize(&absolute).unwrap_or(absolute);
        private::folder(&data)?;
        let data = fs::canonicalize(&data).map_err(unusable)?;
        let run = data.join("run");
        private::folder(&run)?;
        let socket =
            place_socket(&data, socket_inside.then_some(&run), &runtime_folders(), &env::temp_dir())?;
        Ok(Self { data, run, socket })
    }

    /// The folder that all the others are in.
    pub fn data(&self) -> &Path {
        &self.data
    }

    pub fn logs(&self) -> PathBuf {
        self.data.join("logs")
    }

    /// Locks. In the data's own folder whatever the session's environment, because two processes that share the
    /// data must meet at the same locks.
    pub fn run(&self) -> &Path {
        &self.run
    }

    pub fn database(&self) -> PathBuf {
        self.data.join("connections.db")
    }

    /// What was set: see [`settings`](crate::platform::settings).
    pub fn settings(&self) -> PathBuf {
        self.data.join("settings.toml")
    }

    /// Where the window was, and how large.
    pub fn window(&self) -> PathBuf {
        self.data.join("window.json")
    }

    /// What the web view of the window keeps for itself.
    pub fn web_view(&self) -> PathBuf {
        self.data.join("webview")
    }

    /// Sixteen digits that stand for this home.
    pub fn short_name(&self) -> String {
        digest(self.data.as_os_str().as_bytes())
    }

    /// Whether this is a home named by `DATATRAX_HOME`, as opposed to the user's own.
    pub fn is_named(&self) -> bool {
        let own = dirs::data_local_dir().map(|folder| folder.join(FOLDER));
        own.and_then(|own| fs::canonicalize(own).ok()).as_ref() != Some(&self.data)
    }

    /// The copy of the database that has no secrets.
    pub(crate) fn database_copy(&self) -> PathBuf {
        self.data.join("connections.copy.db")
    }

    /// The copy that was made before the tables were brought to this version. It has no secrets.
    pub(crate) fn database_before(&self, version: i64) -> PathBuf {
        self.data.join(format!("connections.before-{version}.db"))
    }

    /// Where the agent listens; at most 100 bytes.
    pub fn socket(&self) -> PathBuf {
        self.socket.clone()
    }

    /// Held by the one agent of this home.
    pub fn agent_lock(&self) -> PathBuf {
        self.run.join("agent.lock")
    }

    /// Held by the one window of this home.
    pub fn window_lock(&self) -> PathBuf {
        self.run.join("window.lock")
    }

    /// Held by whoever refreshes, signs in or signs out the connection with this id.
    pub fn work_lock(&self, id: &str) -> PathBuf {
        self.run.join(format!("work-{}.lock", digest(id.as_bytes())))
    }

    /// Held while the keychain is asked.
    pub(crate) fn keychain_lock(&self) -> PathBuf {
        self.run.join("keychain.lock")
    }

    /// Held while the keychain is glanced at: one of four, so that four processes may do so at a time.
    pub(crate) fn keychain_glance_lock(&self) -> PathBuf {
        self.run.join(format!("keychain-glance-{}.lock", std::process::id() % 4))
    }

    /// Shared by every refresh from before it is sent until its answer is stored; held alone by whoever changes what that
    /// answer is stored with: the form of the database, or the data key.
    pub(crate) fn refresh_lock(&self) -> PathBuf {
        self.run.join("refresh.lock")
    }

    /// Held while the vault's database or data key is being made.
    pub(crate) fn vault_lock(&self) -> PathBuf {
        self.run.join("vault.lock")
    }
}

/// The first place for the socket whose path is short enough and whose folder is ours: in the home, in a runtime
/// folder of this login, in a folder of ours among the temporary files.
fn place_socket(
    data: &Path,
    inside: Option<&PathBuf>,
    runtime: &[PathBuf],
    temporary: &Path,
) -> Result<PathBuf, HomeError> {
    if let Some(socket) = inside.map(|run| run.join("agent.sock")).filter(|socket| is_short(socket)) {
        return Ok(socket);
    }
    let name = format!("{}.sock", digest(data.as_os_str().as_bytes()));
    for folder in runtime.iter().filter(|folder| private::is_our_folder(folder)) {
        let folder = folder.join("datatrax");
        let socket = folder.join(&name);
        if is_short(&socket) && private::folder(&folder).is_ok() {
            return Ok(socket);
        }
    }
    let folder = temporary.join(format!("datatrax-{}", private::user_id()));
    let socket = folder.join(&name);
    if !is_short(&socket) {
        return Err(HomeError::SocketTooLong);
    }
    private::folder(&folder)?;
    Ok(socket)
}

/// `XDG_RUNTIME_DIR`, and systemd's folder for this user, which a job without a session (cron) shares with the desktop.
fn runtime_folders() -> Vec<PathBuf> {
    let systemd = PathBuf::from(format!("/run/user/{}", private::user_id()));
    dirs::runtime_dir().into_iter().chain([systemd]).collect()
}

fn is_short(socket: &Path) -> bool {
    socket.as_os_str().len() <= LONGEST_SOCKET
}

/// Sixteen hexadecimal digits that stand for a longer name.
fn digest(name: &[u8]) -> String {
    hex(Sha256::digest(name).get(..8).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn everything_is_below_the_given_folder_and_closed() {
        let temp = tempfile::tempdir().unwrap();
        let home = Home::at(&temp.path().join("new")).unwrap();
        let root = fs::canonicalize(temp.path()).unwrap().join("new");
        assert_eq!(home.data(), root, "the data folder is the given one");
        for path in [home.logs(), home.database(), home.agent_lock(), home.work_lock("x"), home.socket()] {
            assert!(path.starts_with(&root), "{} is below the home", path.display());
        }
        assert_eq!((mode(home.data()), mode(home.run())), (0o700, 0o700), "closed to others");
    }

    #[test]
    fn two_spellings_of_one_home_are_one_home() {
        let temp = tempfile::tempdir().unwrap();
        let real = Home::at(&temp.path().join("real")).unwrap();
        let link = temp.path().join("link");
        symlink(real.data(), &link).unwrap();
        assert_eq!(Home::at(&link).unwrap().data(), real.data(), "a link leads to the same home");
        let dotted = temp.path().join("link").join(".").join("..").join("real");
        assert_eq!(Home::at(&dotted).unwrap().socket(), real.socket(), "so do dots");
    }

    #[test]
    fn work_locks_differ_by_connection_and_stay_in_the_folder_whatever_the_id() {
        let temp = tempfile::tempdir().unwrap();
        let home = Home::at(temp.path()).unwrap();
        assert_ne!(home.work_lock("a"), home.work_lock("b"), "one lock for each connection");
        assert_eq!(home.work_lock("../../etc/passwd").parent(), Some(home.run()), "no way out of the folder");
    }

    #[test]
    fn a_long_home_gets_a_short_socket_in_a_runtime_folder() {
        let temp = tempfile::tempdir().unwrap();
        let long = temp.path().join("x".repeat(120));
        let run = long.join("run");
        let runtime = temp.path().join("runtime");
        fs::create_dir(&runtime).unwrap();
        let place = |data: &Path| {
            place_socket(data, Some(&run), std::slice::from_ref(&runtime), Path::new("/nowhere"))
        };
        let socket = place(&long).unwrap();
        assert!(
            socket.starts_with(runtime.join("datatrax")),
            "{} is in the runtime folder",
            socket.display()
        );
        assert!(socket.as_os_str().len() <= LONGEST_SOCKET, "and short");
        assert_eq!(mode(&runtime.join("datatrax")), 0o700, "and its folder is closed");
        assert_ne!(place(&long.join("other")).unwrap(), socket, "another home, another socket");
    }

    #[test]
    fn without_a_runtime_folder_of_ours_the_socket_goes_to_a_closed_temporary_folder() {
        let temp = tempfile::tempdir().unwrap();
        let absent = temp.path().join("absent");
        let socket = place_socket(Path::new("/data"), None, &[absent, PathBuf::new()], temp.path()).unwrap();
        let folder = temp.path().join(format!("datatrax-{}", private::user_id()));
        assert_eq!(socket.parent(), Some(folder.as_path()), "a folder of this user's");
        assert_eq!(mode(&folder), 0o700, "closed to others");
    }

    #[test]
    fn a_temporary_folder_that_somebody_planted_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let mine = temp.path().join("mine");
        fs::create_dir(&mine).unwrap();
        symlink(&mine, temp.path().join(format!("datatrax-{}", private::user_id()))).unwrap();
        let refused = place_socket(Path::new("/data"), None, &[], temp.path());
        assert!(matches!(refused, Err(HomeError::Folder(NotPrivate::NotFolder(_)))), "{refused:?}");
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
