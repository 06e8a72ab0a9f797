//! Windows: a private file or folder belongs to this user, and its access list lets in no other user. The system and its
//! administrators may be let in: they have all rights anyway.

use std::{
    fs::{self, File, OpenOptions},
    io,
    os::windows::fs::OpenOptionsExt as _,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use connect_windows::{
    files::{self, Access},
    identity::{self, ADMINISTRATORS, SYSTEM},
};

use super::{Found, NotPrivate};
use crate::platform::user;

/// Lines of a list that stand for whoever something belongs to.
const OWNER: [&str; 2] = ["S-1-3-0", "S-1-3-4"];
/// Installs and updates Windows.
const INSTALLER: &str = "S-1-5-80-956008885-3418522649-1831038044-1853292631-2271478464";

const FILE_FLAG_BACKUP_SEMANTICS: u32 = 0x0200_0000;
/// A pipe's other end may know who opened it, and not act as that user.
const SECURITY_IDENTIFICATION: u32 = 0x0001_0000;

/// What a virus scanner that looks at a new file right now makes of replacing it.
const IN_USE: [u32; 3] = [5, 32, 33];
const UNTIL_IT_IS_LEFT: Duration = Duration::from_secs(1);
const TRY_AGAIN: Duration = Duration::from_millis(20);

/// Whose program this is.
struct Who<'a> {
    sid: &'a str,
    is_elevated: bool,
}

impl Who<'static> {
    fn here() -> Self {
        Self { sid: user::sid(), is_elevated: identity::is_elevated().unwrap_or(false) }
    }
}

impl Who<'_> {
    /// What an administrator makes belongs to all of them.
    fn owns(&self, owner: &str) -> bool {
        owner == self.sid || [SYSTEM, ADMINISTRATORS].contains(&owner)
    }

    fn is_alone_in(&self, access: &Access) -> bool {
        let is_harmless = |sid: &String| self.owns(sid) || OWNER.contains(&sid.as_str());
        access.admitted.as_ref().is_some_and(|admitted| admitted.iter().all(is_harmless))
    }

    fn folder(&self, path: &Path) -> Result<(), NotPrivate> {
        let unusable = |error| NotPrivate::Unusable { path: path.to_owned(), error };
        self.may_be_made(path)?;
        if let Err(error) = self.make(path) {
            let taken = fs::symlink_metadata(path).is_ok_and(|found| !found.is_dir());
            return Err(if taken { NotPrivate::NotFolder(path.to_owned()) } else { unusable(error) });
        }
        if !fs::symlink_metadata(path).map_err(unusable)?.is_dir() {
            return Err(NotPrivate::NotFolder(path.to_owned()));
        }
        let access = files::access(path).map_err(unusable)?;
        if path.parent().is_none() || access.owner == INSTALLER {
            return Err(NotPrivate::Shared(path.to_owned()));
        }
        if !self.owns(&access.owner) {
            return Err(NotPrivate::NotOurs(path.to_owned()));
        }
        if self.is_alone_in(&access) {
            return Ok(());
        }
        // The system's own folders are all users'.
        if access.owner != self.sid {
            return Err(NotPrivate::Shared(path.to_owned()));
        }
        self.close(path, true).map_err(unusable)
    }

    /// With all folders above it that are missing, each closed from the start.
    fn make(&self, path: &Path) -> io::Result<()> {
        match fs::metadata(path) {
            Ok(found) if found.is_dir() => return Ok(()),
            Ok(_) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => {}
        }
        if let Some(above) = path.parent().filter(|above| !above.as_os_str().is_empty()) {
            self.make(above)?;
        }
        match files::create_folder(path, &self.admitted()) {
            // Another process of ours was faster.
            Err(_) if path.is_dir() => Ok(()),
            made => made,
        }
    }

    fn file(&self, path: &Path) -> Result<(), NotPrivate> {
        let unusable = |error| NotPrivate::Unusable { path: path.to_owned(), error };
        let access = files::access(path).map_err(unusable)?;
        if !self.owns(&access.owner) {
            return Err(NotPrivate::NotOurs(path.to_owned()));
        }
        if self.is_alone_in(&access) { Ok(()) } else { self.close(path, false).map_err(unusable) }
    }

    /// Closes it, and looks whether it is: some file systems have no lists, and say nothing.
    fn close(&self, path: &Path, is_folder: bool) -> io::Result<()> {
        for close in [files::close, files::close_alone] {
            close(path, is_folder, &self.admitted())?;
            if self.is_alone_in(&files::access(path)?) {
                return Ok(());
            }
        }
        Err(io::Error::new(io::ErrorKind::Unsupported, "its disk cannot close it to other users"))
    }

    fn admitted(&self) -> [&str; 2] {
        [self.sid, SYSTEM]
    }

    fn may_be_made(&self, path: &Path) -> Result<(), NotPrivate> {
        let nearest = path.ancestors().find(|above| fs::symlink_metadata(above).is_ok());
        let above = nearest.filter(|above| self.is_elevated && *above != path && self.is_anothers(above));
        above.map_or(Ok(()), |above| Err(NotPrivate::InAnothers(above.to_owned())))
    }

    fn is_anothers(&self, path: &Path) -> bool {
        files::access(path).is_ok_and(|access| !self.owns(&access.owner) && access.owner != INSTALLER)
    }

    fn is_closed(&self, path: &Path) -> bool {
        files::access(path).is_ok_and(|access| self.owns(&access.owner) && self.is_alone_in(&access))
    }

    /// Whose it is, and what helps.
    fn owner_in_words(&self, path: &Path) -> String {
        let owner = files::access(path)
            .map_or_else(|_| "another user".to_owned(), |access| user::named(&access.owner));
        if self.is_elevated {
            format!("{owner}: run dtx as that user, not as administrator")
        } else {
            format!("{owner}, another user of this computer")
        }
    }
}

pub(super) fn folder(path: &Path) -> Result<(), NotPrivate> {
    Who::here().folder(path)
}

pub(super) fn may_be_made(path: &Path) -> Result<(), NotPrivate> {
    Who::here().may_be_made(path)
}

pub(super) fn is_anothers(path: &Path) -> bool {
    Who::here().is_anothers(path)
}

pub(super) fn owner_in_words(path: &Path) -> String {
    Who::here().owner_in_words(path)
}

pub(super) fn file(path: &Path) -> Result<(), NotPrivate> {
    Who::here().file(path)
}

pub(in crate::platform) fn is_closed(path: &Path) -> bool {
    Who::here().is_closed(path)
}

/// Our files are made in folders of ours, whose list they get.
pub(super) fn closed_from_the_start(_: &mut OpenOptions) {}

/// What is no file, such as a pipe or the console, could let whoever reads it wait for ever.
pub(super) fn open_at_once(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).security_qos_flags(SECURITY_IDENTIFICATION).custom_flags(FILE_FLAG_BACKUP_SEMANTICS);
    let file = options.open(path)?;
    if files::is_on_disk(&file) { Ok(file) } else { Err(io::ErrorKind::InvalidData.into()) }
}

/// Tries for a while: a new file is looked at by others first.
pub(super) fn rename(from: &Path, to: &Path) -> io::Result<()> {
    let give_up_at = Instant::now() + UNTIL_IT_IS_LEFT;
    loop {
        match fs::rename(from, to) {
            Err(error) if files::is_one_of(&error, &IN_USE) && Instant::now() < give_up_at => {
                thread::sleep(TRY_AGAIN);
            }
            result => return result,
        }
    }
}

pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).custom_flags(FILE_FLAG_BACKUP_SEMANTICS).open(folder)?.sync_all()
}

pub(super) fn is_at(file: &File, path: &Path) -> bool {
    let is_there = !files::is_removed(file).unwrap_or(true);
    is_there && files::number(file).is_ok_and(|open| files::number_at(path).is_ok_and(|there| open == there))
}

pub(super) fn is_our_folder(path: &Path) -> bool {
    let is_folder = path.is_absolute() && fs::symlink_metadata(path).is_ok_and(|found| found.is_dir());
    is_folder && files::access(path).is_ok_and(|access| Who::here().owns(&access.owner))
}

pub(super) fn is_open_to_others(folder: &Path) -> bool {
    is_our_folder(folder) && !is_closed(folder)
}

pub(super) fn found(path: &Path) -> Found {
    match files::number_at(path) {
        Ok((volume, number)) => Found::It(volume.into(), number),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Found::Nothing,
        Err(_) => Found::Unknown,
    }
}

pub(super) fn room(folder: &Path) -> io::Result<u64> {
    files::room(folder)
}

/// What tests do to files that is done in another way elsewhere.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;

    /// A name that is a device's, or leads to one, has no place in a folder: see the tests below.
    pub(crate) const NO_FILES: [fn(&Path); 1] = [|path| fs::create_dir(path).unwrap()];

    pub(crate) fn let_others_in(path: &Path) {
        files::close_alone(path, path.is_dir(), &[user::sid(), files::EVERYONE]).unwrap();
    }

    pub(crate) fn keeps_others_out(path: &Path) -> bool {
        is_closed(path)
    }

    /// Whether a file has the list of its folder, as Windows does it. Wine does not.
    pub(crate) fn new_files_are_closed() -> bool {
        let temp = tempfile::tempdir().unwrap();
        let closed = temp.path().join("closed");
        folder(&closed).unwrap();
        File::create(closed.join("file")).unwrap();
        is_closed(&closed.join("file"))
    }
}

#[cfg(test)]
mod tests {
    use std::os::windows::fs::symlink_dir;

    use super::{
        testing::{let_others_in, new_files_are_closed},
        *,
    };
    use crate::platform::private::{file_options, read_short, replace};

    const SOMEBODY: &str = "S-1-5-21-1-2-3-1001";

    /// As another user of this computer, to whom nothing here belongs.
    fn somebody() -> Who<'static> {
        Who { sid: SOMEBODY, is_elevated: false }
    }

    #[test]
    fn a_new_folder_is_closed_from_the_start() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("one").join("two");
        folder(&path).unwrap();
        for made in [&*path, path.parent().unwrap()] {
            let access = files::access(made).unwrap();
            let admitted = access.admitted.unwrap();
            let expected = [user::sid(), SYSTEM];
            assert!(admitted.iter().all(|sid| expected.contains(&sid.as_str())), "{admitted:?}");
            assert!(admitted.iter().any(|sid| sid == user::sid()), "and this user is let in: {admitted:?}");
        }
        File::create(path.join("file")).unwrap();
        if new_files_are_closed() {
            file(&path.join("file")).unwrap();
            assert!(is_closed(&path.join("file")), "and so is what is made in it");
        }
    }

    #[test]
    fn a_folder_or_file_of_ours_that_stands_open_is_closed() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("file");
        file_options().open(&path).unwrap();
        for (made, close) in [(temp.path(), folder as fn(&Path) -> _), (&path, file)] {
            let_others_in(made);
            assert!(!is_closed(made), "{} stands open", made.display());
            close(made).unwrap();
            assert!(is_closed(made), "{} is closed", made.display());
        }
    }

    #[test]
    fn a_link_and_a_file_are_no_folder() {
        let temp = tempfile::tempdir().unwrap();
        let plain = temp.path().join("plain");
        file_options().open(&plain).unwrap();
        assert!(matches!(folder(&plain), Err(NotPrivate::NotFolder(_))), "a file is not a folder");
        let link = temp.path().join("link");
        // Not every user may make one, and Wine makes none.
        let _ = symlink_dir(temp.path(), &link);
        if fs::symlink_metadata(&link).is_ok_and(|found| found.is_symlink()) {
            assert!(matches!(folder(&link), Err(NotPrivate::NotFolder(_))), "a link is not a folder");
        }
    }

    #[test]
    fn the_root_of_a_drive_is_everybodys() {
        let drive = std::env::temp_dir().ancestors().last().unwrap().to_owned();
        let refused = folder(&drive).unwrap_err();
        assert!(matches!(refused, NotPrivate::Shared(_) | NotPrivate::NotOurs(_)), "{refused}");
    }

    #[test]
    fn what_is_another_users_is_refused_in_words() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("file");
        file_options().open(&path).unwrap();
        let who = somebody();
        for refused in [who.folder(temp.path()).unwrap_err(), who.file(&path).unwrap_err()] {
            assert!(matches!(refused, NotPrivate::NotOurs(_)), "{refused:?}");
        }
        assert!(who.is_anothers(&path) && !who.is_closed(&path), "it is this user's");
        assert!(who.owner_in_words(&path).ends_with(", another user of this computer"), "said");
        let elevated = Who { is_elevated: true, ..somebody() };
        let refused = elevated.folder(&temp.path().join("below/it")).unwrap_err();
        assert!(matches!(&refused, NotPrivate::InAnothers(above) if above == temp.path()), "{refused:?}");
        assert!(elevated.owner_in_words(&path).contains("not as administrator"), "said");
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1, "nothing was made there");
    }

    #[test]
    fn whoever_has_all_rights_anyway_may_be_let_in_and_nobody_else() {
        let who = somebody();
        let access = |sids: &[&str]| Access {
            owner: SOMEBODY.to_owned(),
            admitted: Some(sids.iter().map(|sid| (*sid).to_owned()).collect()),
        };
        for (admitted, is_alone) in [
            (vec![SOMEBODY], true),
            (vec![SOMEBODY, SYSTEM, ADMINISTRATORS, OWNER[0], OWNER[1]], true),
            (vec![], true),
            (vec![SOMEBODY, files::EVERYONE], false),
            (vec![SOMEBODY, "S-1-5-32-545"], false),
            (vec![SOMEBODY, "S-1-5-21-1-2-3-1002"], false),
        ] {
            assert_eq!(who.is_alone_in(&access(&admitted)), is_alone, "{admitted:?}");
        }
        assert!(!who.is_alone_in(&Access { owner: SOMEBODY.to_owned(), admitted: None }), "without any list");
    }

    #[test]
    fn a_file_that_somebody_looks_at_is_replaced_once_it_is_left() {
        const NOBODY_ELSE: u32 = 0;
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("file");
        replace(&path, b"one").unwrap();
        let scanner = OpenOptions::new().read(true).share_mode(NOBODY_ELSE).open(&path).unwrap();
        thread::scope(|scope| {
            let replacing = scope.spawn(|| {
                // Until it is left in time.
                while replace(&path, b"two").is_err() {}
            });
            thread::sleep(TRY_AGAIN * 5);
            drop(scanner);
            replacing.join().unwrap();
        });
        assert_eq!(fs::read(&path).unwrap(), b"two", "it has been left");
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 1, "and nothing else stays");
    }

    #[test]
    fn what_is_no_file_is_waited_for_by_nobody() {
        for device in ["NUL", "CONIN$"] {
            let read = read_short(Path::new(device), 10);
            assert!(read.is_err(), "{device}: {read:?}");
        }
    }

    #[test]
    fn an_open_file_is_known_by_the_name_that_it_has() {
        let temp = tempfile::tempdir().unwrap();
        let [path, other] = ["file", "other"].map(|name| temp.path().join(name));
        let [file, _other] = [&path, &other].map(|path| file_options().open(path).unwrap());
        assert!(is_at(&file, &path) && !is_at(&file, &other), "its own name alone");
        fs::rename(&path, temp.path().join("moved")).unwrap();
        assert!(!is_at(&file, &path), "it has another name");
        file_options().open(&path).unwrap();
        assert!(!is_at(&file, &path), "and another file has that one");
        assert!(room(temp.path()).unwrap() > 0, "and there is room");
    }
}
