//! Hearing that something in a folder has changed, without looking again and again.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(target_os = "macos")]
mod macos;
#[cfg(windows)]
mod windows;

use std::{path::PathBuf, time::Duration};

#[cfg(target_os = "linux")]
use self::linux as system;
#[cfg(target_os = "macos")]
use self::macos as system;
#[cfg(windows)]
use self::windows as system;

/// Between two looks where nothing can be heard.
const LOOK_AGAIN: Duration = Duration::from_secs(600);

/// What is listened to.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// Folders out of which nothing is to be taken, and which are to stay.
    pub kept: Vec<PathBuf>,
    /// Folders into which something may come.
    pub awaited: Vec<PathBuf>,
    /// Files and folders that are to keep their names themselves.
    pub named: Vec<PathBuf>,
}

/// Returns when any of this has changed. Also now and then without a cause.
pub async fn change(watched: &Watched) {
    if system::change(watched).await.is_err() {
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use tokio::time::timeout;

    use super::*;

    /// Reached only when something hangs.
    const PATIENCE: Duration = Duration::from_secs(300);

    struct Folders {
        watched: Watched,
        /// An open file outlives its name.
        _open: fs::File,
    }

    fn folders(root: &Path) -> Folders {
        let [kept, awaited, home] = ["kept", "awaited", "above/home"].map(|name| root.join(name));
        for folder in [&kept, &awaited, &home] {
            fs::create_dir_all(folder).unwrap();
        }
        fs::File::create(kept.join("file")).unwrap();
        let database = home.join("database");
        let open = fs::File::create(&database).unwrap();
        let named = vec![root.join("above"), home, database, root.join("nothing")];
        Folders { watched: Watched { kept: vec![kept], awaited: vec![awaited], named }, _open: open }
    }

    #[tokio::test]
    async fn what_goes_or_comes_is_heard_and_nothing_else() {
        type Doing = (&'static str, fn(&Path));
        let doing: [Doing; 4] = [
            ("a file in a folder that is kept", |root| fs::remove_file(root.join("kept/file")).unwrap()),
            ("the folder", |root| fs::remove_dir_all(root.join("kept")).unwrap()),
            ("its name", |root| fs::rename(root.join("kept"), root.join("gone")).unwrap()),
            ("what comes", |root| fs::create_dir(root.join("awaited/folder")).unwrap()),
        ];
        let to_names: [Doing; 3] = [
            ("an open file", |root| fs::remove_file(root.join("above/home/database")).unwrap()),
            ("its folder's name", |root| fs::rename(root.join("above/home"), root.join("moved")).unwrap()),
            ("the name of one above", |root| fs::rename(root.join("above"), root.join("moved")).unwrap()),
        ];
        let to_names = to_names.into_iter().filter(|_| system::HEARS_NAMES);
        for (what, act) in doing.into_iter().chain(to_names) {
            let temp = tempfile::tempdir().unwrap();
            let folders = folders(temp.path());
            let mut change = std::pin::pin!(change(&folders.watched));
            let still = timeout(Duration::from_millis(100), &mut change);
            assert!(still.await.is_err(), "{what}: nothing yet");
            for beside in ["kept/more", "above/home/journal"] {
                fs::File::create(temp.path().join(beside)).unwrap();
            }
            fs::remove_file(temp.path().join("above/home/journal")).unwrap();
            let still = timeout(Duration::from_millis(100), &mut change);
            assert!(still.await.is_err(), "{what}: nothing that matters");
            act(temp.path());
            timeout(PATIENCE, change).await.unwrap_or_else(|_| panic!("{what}: it is heard"));
        }
    }
}
