//! Hearing that something went out of a folder or came into one.

use std::{
    ffi::c_void,
    fs::{File, OpenOptions},
    io,
    os::windows::{
        fs::OpenOptionsExt as _,
        io::{AsRawHandle as _, OwnedHandle},
    },
    path::{Path, PathBuf},
    ptr,
    sync::{Arc, mpsc},
    thread,
};

use windows_sys::Win32::{
    Foundation::{HANDLE, WAIT_OBJECT_0},
    Storage::FileSystem::{
        FILE_ACTION_ADDED, FILE_ACTION_REMOVED, FILE_ACTION_RENAMED_NEW_NAME, FILE_ACTION_RENAMED_OLD_NAME,
        FILE_FLAG_BACKUP_SEMANTICS, FILE_FLAG_OVERLAPPED, FILE_LIST_DIRECTORY, FILE_NOTIFY_CHANGE_DIR_NAME,
        FILE_NOTIFY_CHANGE_FILE_NAME, ReadDirectoryChangesW,
    },
    System::{
        IO::{CancelIoEx, GetOverlappedResult, OVERLAPPED},
        Threading::{CreateEventW, INFINITE, SetEvent, WaitForMultipleObjects},
    },
};

use crate::identity::owned;

/// In 32-bit words.
const ROOM: usize = 4096;
/// As many as one call waits for, without the one that ends it.
const MOST: usize = 63;

/// What is listened for in a folder.
#[derive(Clone, Debug)]
pub enum Wanted {
    /// Anything that goes.
    Gone,
    /// Anything that comes.
    Come,
    /// What has this name goes.
    GoneNamed(String),
}

impl Wanted {
    fn is(&self, action: u32, name: &str) -> bool {
        let is_gone = [FILE_ACTION_REMOVED, FILE_ACTION_RENAMED_OLD_NAME].contains(&action);
        match self {
            Self::Gone => is_gone,
            Self::Come => [FILE_ACTION_ADDED, FILE_ACTION_RENAMED_NEW_NAME].contains(&action),
            Self::GoneNamed(wanted) => is_gone && wanted.eq_ignore_ascii_case(name),
        }
    }
}

/// Listens for as long as this lives.
#[must_use = "it listens no longer when this is dropped"]
pub struct Watch {
    end: Arc<OwnedHandle>,
}

impl Watch {
    /// Listens from the moment this returns, until one of these is heard; then says so once.
    pub fn begin(
        folders: Vec<(PathBuf, Wanted)>,
        heard: impl FnOnce(io::Result<()>) + Send + 'static,
    ) -> io::Result<Self> {
        let end = Arc::new(event()?);
        let watch = Self { end: Arc::clone(&end) };
        let (ready, is_ready) = mpsc::channel();
        thread::Builder::new().name("watch".to_owned()).spawn(move || {
            let listened = folders.into_iter().take(MOST).map(|(path, wanted)| Listener::open(&path, wanted));
            match listened.collect::<io::Result<Vec<_>>>() {
                Ok(listeners) => {
                    let _ = ready.send(Ok(()));
                    if let Some(result) = wait(listeners, &end).transpose() {
                        heard(result);
                    }
                }
                Err(error) => {
                    let _ = ready.send(Err(error));
                }
            }
        })?;
        is_ready.recv().unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))?;
        Ok(watch)
    }
}

impl Drop for Watch {
    fn drop(&mut self) {
        // SAFETY: the event is open.
        unsafe { SetEvent(self.end.as_raw_handle()) };
    }
}

/// `None` where it was ended.
fn wait(mut listeners: Vec<Listener>, end: &OwnedHandle) -> io::Result<Option<()>> {
    let handles: Vec<HANDLE> = std::iter::once(end.as_raw_handle())
        .chain(listeners.iter().map(|listener| listener.event.as_raw_handle()))
        .collect();
    let count = u32::try_from(handles.len()).map_err(io::Error::other)?;
    loop {
        // SAFETY: all of them are open for as long as the listeners are there.
        let which = unsafe { WaitForMultipleObjects(count, handles.as_ptr(), 0, INFINITE) };
        let Some(index) = which.checked_sub(WAIT_OBJECT_0).filter(|index| *index < count) else {
            return Err(io::Error::last_os_error());
        };
        let Some(index) = usize::try_from(index).map_err(io::Error::other)?.checked_sub(1) else {
            return Ok(None);
        };
        let Some(listener) = listeners.get_mut(index) else { return Err(io::ErrorKind::NotFound.into()) };
        if listener.has_heard() {
            return Ok(Some(()));
        }
        listener.listen()?;
    }
}

struct Listener {
    folder: File,
    event: OwnedHandle,
    wanted: Wanted,
    /// Both stay where they are: the system writes into them.
    place: Box<OVERLAPPED>,
    lines: Box<[u32; ROOM]>,
}

impl Listener {
    fn open(path: &Path, wanted: Wanted) -> io::Result<Self> {
        let mut options = OpenOptions::new();
        options.access_mode(FILE_LIST_DIRECTORY);
        options.custom_flags(FILE_FLAG_BACKUP_SEMANTICS | FILE_FLAG_OVERLAPPED);
        let (folder, event) = (options.open(path)?, event()?);
        let (place, lines) = (Box::default(), Box::new([0; ROOM]));
        let mut listener = Self { folder, event, wanted, place, lines };
        listener.listen()?;
        Ok(listener)
    }

    fn listen(&mut self) -> io::Result<()> {
        *self.place = OVERLAPPED { hEvent: self.event.as_raw_handle(), ..OVERLAPPED::default() };
        let room = u32::try_from(size_of_val(&*self.lines)).map_err(io::Error::other)?;
        let to: *mut c_void = self.lines.as_mut_ptr().cast();
        // SAFETY: the folder is open, and both places stay until the system has let go of them: see `drop`.
        let begun = unsafe {
            ReadDirectoryChangesW(
                self.folder.as_raw_handle(),
                to,
                room,
                0,
                FILE_NOTIFY_CHANGE_FILE_NAME | FILE_NOTIFY_CHANGE_DIR_NAME,
                ptr::null_mut(),
                &raw mut *self.place,
                None,
            )
        };
        if begun == 0 { Err(io::Error::last_os_error()) } else { Ok(()) }
    }

    /// Whether what came is what is wanted. A folder that has gone itself fails; and what was too much is not told.
    fn has_heard(&mut self) -> bool {
        match self.length(false) {
            Some(0) | None => true,
            Some(length) => lines(&*self.lines, length).any(|(action, name)| self.wanted.is(action, &name)),
        }
    }

    fn length(&self, may_wait: bool) -> Option<usize> {
        let mut length = 0;
        // SAFETY: the folder is open, and the place is that of what was begun on it.
        let told = unsafe {
            GetOverlappedResult(
                self.folder.as_raw_handle(),
                &raw const *self.place,
                &raw mut length,
                may_wait.into(),
            )
        };
        if told == 0 { None } else { usize::try_from(length).ok() }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        // SAFETY: the folder is open, and the place is that of what was begun on it.
        unsafe { CancelIoEx(self.folder.as_raw_handle(), &raw const *self.place) };
        // Until then the system may write into what is given up next.
        let _ = self.length(true);
    }
}

/// Each line: where the next one begins, what has happened, the length of the name in bytes, the name.
fn lines(words: &[u32], length: usize) -> impl Iterator<Item = (u32, String)> + '_ {
    let words = words.get(..length.div_ceil(size_of::<u32>())).unwrap_or(words);
    let mut next = Some(words);
    std::iter::from_fn(move || {
        let line = next.take()?;
        let [offset, action, length, name @ ..] = line else { return None };
        let (offset, length) = (usize::try_from(*offset).ok()?, usize::try_from(*length).ok()?);
        // A line has three words at least, and the last one says 0.
        next =
            Some(offset / size_of::<u32>()).filter(|words| *words >= 3).and_then(|words| line.get(words..));
        let units = name.iter().flat_map(|word| {
            let [a, b, c, d] = word.to_ne_bytes();
            [u16::from_ne_bytes([a, b]), u16::from_ne_bytes([c, d])]
        });
        Some((*action, String::from_utf16_lossy(&units.take(length / 2).collect::<Vec<_>>())))
    })
}

fn event() -> io::Result<OwnedHandle> {
    // SAFETY: neither a list nor a name is passed.
    owned(unsafe { CreateEventW(ptr::null(), 1, 0, ptr::null()) })
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn what_is_wanted_is_heard_once_and_nothing_else() {
        let temp = tempfile::tempdir().unwrap();
        let path = temp.path().join("file");
        let (says, said) = mpsc::channel();
        let listened = vec![(temp.path().to_owned(), Wanted::Gone)];
        let watch = Watch::begin(listened, move |result| says.send(result.is_ok()).unwrap()).unwrap();
        File::create(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(said.recv(), Ok(true), "it went");
        assert!(said.recv().is_err(), "and that is said once");
        drop(watch);
        let absent = vec![(temp.path().join("absent"), Wanted::Come)];
        assert!(Watch::begin(absent, |_| ()).is_err(), "there is no such folder");
    }

    #[test]
    fn whoever_ends_it_hears_nothing() {
        let temp = tempfile::tempdir().unwrap();
        let (says, said) = mpsc::channel();
        let listened = vec![(temp.path().to_owned(), Wanted::Come)];
        drop(Watch::begin(listened, move |_| says.send(()).unwrap()).unwrap());
        assert!(said.recv().is_err(), "it is over");
    }

    #[test]
    fn the_lines_of_changes_are_read_whatever_they_say() {
        let name = |text: &str| text.encode_utf16().collect::<Vec<_>>();
        let (one, other) = (name("ab"), name("c"));
        let word = |low: u16, high: u16| u32::from(low) | (u32::from(high) << 16);
        let words = [16, 1, 4, word(one[0], one[1]), 0, 2, 2, word(other[0], 0)];
        let read: Vec<_> = lines(&words, 32).collect();
        assert_eq!(read, [(1, "ab".to_owned()), (2, "c".to_owned())], "as Windows writes them");
        for odd in [&[][..], &[0, 1], &[4, 1, 400, 0], &[u32::MAX, 1, u32::MAX, 0]] {
            assert!(lines(odd, odd.len() * 4).count() <= 2, "{odd:?}");
        }
    }
}
