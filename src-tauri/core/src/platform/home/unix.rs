//! Unix: the socket is a file, whose path has to be short and whose folder has to be closed.

use std::{
    env,
    ffi::{OsStr, OsString},
    fs, io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use super::{HomeError, name_of};
use crate::platform::{private, user};

pub(in crate::platform) const WHOLE_PATH: &str = "a path that starts with /";

/// The longest socket address used, in bytes: macOS takes 103, Linux 107 (`sun_path` without its closing zero).
const LONGEST_SOCKET: usize = 100;

const TOO_LONG: &str =
    "no folder for the socket has a short enough path; set XDG_RUNTIME_DIR or TMPDIR to a shorter one";

/// How a person closes a folder to others.
pub(super) fn to_close(folder: &Path) -> String {
    format!("chmod 700 '{}'", folder.display())
}

/// The path without links.
pub(super) fn resolved(path: &Path) -> io::Result<PathBuf> {
    fs::canonicalize(path)
}

/// A path as the file system stores it.
pub(super) fn bytes(path: &OsStr) -> &[u8] {
    path.as_bytes()
}

/// The agent's socket for the home in `data`: inside it if that is wanted and short enough.
pub(super) fn socket(data: &Path, inside: Option<&PathBuf>) -> Result<OsString, HomeError> {
    // One that means another folder in each folder is none.
    let temporary = Some(env::temp_dir()).filter(|folder| folder.is_absolute());
    place_socket(data, inside, &runtime_folders(), &temporary.unwrap_or_else(|| PathBuf::from("/tmp")))
}

/// For each folder of this login that comes before the one that has this socket: the last one above it that is there, which
/// it would come into.
pub(super) fn better_places(socket: &OsStr) -> Vec<PathBuf> {
    before(socket, runtime_folders())
}

/// A folder that is there counts too: it may be about to go, and then come again.
fn before(socket: &OsStr, runtime: Vec<PathBuf>) -> Vec<PathBuf> {
    let folders = runtime.into_iter().take_while(|folder| !Path::new(socket).starts_with(folder));
    folders
        .filter_map(|folder| Some(folder.ancestors().skip(1).find(|above| above.exists())?.to_owned()))
        .collect()
}

/// The first place for the socket with a short enough path and a folder of ours: in the home, in a runtime folder of
/// this login, in a folder of ours among the temporary files.
fn place_socket(
    data: &Path,
    inside: Option<&PathBuf>,
    runtime: &[PathBuf],
    temporary: &Path,
) -> Result<OsString, HomeError> {
    if let Some(socket) = inside.map(|run| run.join("agent.sock")).filter(|socket| is_short(socket)) {
        return Ok(socket.into());
    }
    let name = format!("{}.sock", name_of(data));
    for folder in runtime.iter().filter(|folder| private::is_our_folder(folder)) {
        let folder = folder.join("datatrax");
        let socket = folder.join(&name);
        if is_short(&socket) && private::folder(&folder).is_ok() {
            return Ok(socket.into());
        }
    }
    let folder = temporary.join(format!("datatrax-{}", user::number()));
    let socket = folder.join(&name);
    if !is_short(&socket) {
        return Err(HomeError::NoSocket(TOO_LONG));
    }
    private::folder(&folder)?;
    Ok(socket.into())
}

/// `XDG_RUNTIME_DIR`, and systemd's folder for this user, which a job without a session (cron) shares with the desktop.
fn runtime_folders() -> Vec<PathBuf> {
    let systemd = PathBuf::from(format!("/run/user/{}", user::number()));
    dirs::runtime_dir().into_iter().chain([systemd]).collect()
}

fn is_short(socket: &Path) -> bool {
    socket.as_os_str().len() <= LONGEST_SOCKET
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{MetadataExt, symlink};

    use super::*;
    use crate::platform::{home::Home, private::NotPrivate};

    fn mode(path: &Path) -> u32 {
        fs::metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn everything_is_below_the_given_folder_and_closed() {
        let temp = tempfile::tempdir().unwrap();
        let home = Home::at(&temp.path().join("new")).unwrap();
        let root = fs::canonicalize(temp.path()).unwrap().join("new");
        assert_eq!(home.data(), root, "the data folder is the given one");
        for path in [
            home.logs(),
            home.database(),
            home.agent_lock(),
            home.work_lock("x"),
            home.socket().name().into(),
        ] {
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
    fn a_long_home_gets_a_short_socket_in_a_runtime_folder() {
        let temp = tempfile::tempdir().unwrap();
        let long = temp.path().join("x".repeat(120));
        let run = long.join("run");
        let runtime = temp.path().join("runtime");
        fs::create_dir(&runtime).unwrap();
        let place = |data: &Path| {
            place_socket(data, Some(&run), std::slice::from_ref(&runtime), Path::new("/nowhere"))
        };
        let socket = PathBuf::from(place(&long).unwrap());
        assert!(
            socket.starts_with(runtime.join("datatrax")),
            "{} is in the runtime folder",
            socket.display()
        );
        assert!(socket.as_os_str().len() <= LONGEST_SOCKET, "and short");
        assert_eq!(mode(&runtime.join("datatrax")), 0o700, "and its folder is closed");
        assert_ne!(place(&long.join("other")).unwrap(), socket.as_os_str(), "another home, another socket");
    }

    #[test]
    fn a_home_whose_socket_found_no_room_in_it_awaits_better_places_too() {
        let temp = tempfile::tempdir().unwrap();
        let [short, long] = ["x", &"x".repeat(120)].map(|name| Home::at(&temp.path().join(name)).unwrap());
        assert!(short.better_places().is_empty(), "inside is the best place");
        let is_in_the_first = runtime_folders()
            .first()
            .is_some_and(|folder| Path::new(long.socket().name()).starts_with(folder));
        assert_eq!(long.better_places().is_empty(), is_in_the_first, "{:?}", long.socket());
    }

    #[test]
    fn without_a_runtime_folder_of_ours_the_socket_goes_to_a_closed_temporary_folder() {
        let temp = tempfile::tempdir().unwrap();
        let absent = temp.path().join("absent");
        let socket = place_socket(Path::new("/data"), None, &[absent, PathBuf::new()], temp.path());
        let folder = temp.path().join(format!("datatrax-{}", user::number()));
        assert_eq!(
            PathBuf::from(socket.unwrap()).parent(),
            Some(folder.as_path()),
            "a folder of this user's"
        );
        assert_eq!(mode(&folder), 0o700, "closed to others");
    }

    #[test]
    fn each_folder_that_would_be_better_is_awaited_even_while_it_is_there() {
        let temp = tempfile::tempdir().unwrap();
        let folders = ["first/there", "missing/below/it", "mine", "later"].map(|name| temp.path().join(name));
        fs::create_dir_all(&folders[0]).unwrap();
        let socket = folders[2].join("datatrax/x.sock");
        let awaited = before(socket.as_os_str(), folders.to_vec());
        assert_eq!(awaited, [temp.path().join("first"), temp.path().to_owned()], "and none after its own");
    }

    #[test]
    fn a_temporary_folder_that_somebody_planted_is_refused() {
        let temp = tempfile::tempdir().unwrap();
        let mine = temp.path().join("mine");
        fs::create_dir(&mine).unwrap();
        symlink(&mine, temp.path().join(format!("datatrax-{}", user::number()))).unwrap();
        let refused = place_socket(Path::new("/data"), None, &[], temp.path());
        assert!(matches!(refused, Err(HomeError::Folder(NotPrivate::NotFolder(_)))), "{refused:?}");
    }
}
