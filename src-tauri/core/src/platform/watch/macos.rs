//! macOS: kqueue tells that something has changed in a folder, and that a file or folder has lost its name. What has changed in
//! a folder is found by looking at its names again.

use std::{
    collections::BTreeSet,
    ffi::OsString,
    fs::{self, File, OpenOptions},
    io,
    os::{
        fd::{AsFd as _, AsRawFd as _},
        unix::fs::OpenOptionsExt as _,
    },
    path::{Path, PathBuf},
};

use nix::sys::event::{EvFlags, EventFilter, FilterFlag, KEvent, Kqueue};
use tokio::io::{Interest, unix::AsyncFd};

use super::Watched;

/// Whether the loss of a name is heard.
#[cfg(test)]
pub(super) const HEARS_NAMES: bool = true;

/// To be told of, and for nothing else (`O_EVTONLY`).
const ONLY_TOLD: i32 = 0x8000;

/// The names in a folder.
type Names = BTreeSet<OsString>;

#[expect(
    deprecated,
    reason = "what owns its descriptor cannot be closed by another; the newer form is for what does not"
)]
pub(super) async fn change(watched: &Watched) -> io::Result<()> {
    let changes = Kqueue::new()?;
    let something = AsyncFd::with_interest(changes.as_fd().try_clone_to_owned()?, Interest::READABLE)?;
    let mut open = Vec::new();
    let folders = watched.kept.iter().chain(&watched.awaited);
    for folder in folders {
        let Some(file) = opened(folder)? else { return Ok(()) };
        listen(&changes, &file, FilterFlag::NOTE_WRITE | gone())?;
        open.push(file);
    }
    for named in &watched.named {
        // Nothing has the name, as that of a log that is not needed now; or it is above what this user may see.
        if let Ok(Some(file)) = opened(named) {
            listen(&changes, &file, gone())?;
            open.push(file);
        }
    }
    let (kept, awaited) = (names_in_each(&watched.kept)?, names_in_each(&watched.awaited)?);
    loop {
        let mut ready = something.readable().await?;
        // One for each file that is open, at most.
        let mut heard = vec![nothing(); open.len() + 1];
        let count = changes.kevent(&[], &mut heard, Some(at_once()))?;
        if heard.iter().take(count).any(|event| event.fflags().intersects(gone())) {
            return Ok(());
        }
        // A folder that cannot be read any more is a change.
        let now = names_in_each(&watched.kept).and_then(|kept| Ok((kept, names_in_each(&watched.awaited)?)));
        let Ok((kept_now, awaited_now)) = now else { return Ok(()) };
        let has_lost = kept.iter().zip(&kept_now).any(|(before, now)| !before.is_subset(now));
        let has_gained = awaited.iter().zip(&awaited_now).any(|(before, now)| !now.is_subset(before));
        if has_lost || has_gained {
            return Ok(());
        }
        ready.clear_ready();
    }
}

/// `None` where there is nothing of this name.
fn opened(path: &Path) -> io::Result<Option<File>> {
    match OpenOptions::new().read(true).custom_flags(ONLY_TOLD).open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        opened => opened.map(Some),
    }
}

fn listen(changes: &Kqueue, file: &File, to: FilterFlag) -> io::Result<()> {
    let number = usize::try_from(file.as_raw_fd()).map_err(io::Error::other)?;
    // Told once for each change, so that what has been heard does not stay.
    let flags = EvFlags::EV_ADD | EvFlags::EV_CLEAR;
    let listened = KEvent::new(number, EventFilter::EVFILT_VNODE, flags, to, 0, 0);
    changes.kevent(&[listened], &mut [], None)?;
    Ok(())
}

fn gone() -> FilterFlag {
    FilterFlag::NOTE_DELETE | FilterFlag::NOTE_RENAME
}

fn nothing() -> KEvent {
    KEvent::new(0, EventFilter::EVFILT_VNODE, EvFlags::empty(), FilterFlag::empty(), 0, 0)
}

fn at_once() -> nix::libc::timespec {
    nix::libc::timespec { tv_sec: 0, tv_nsec: 0 }
}

fn names_in_each(folders: &[PathBuf]) -> io::Result<Vec<Names>> {
    let names = |folder: &PathBuf| -> io::Result<Names> {
        fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect()
    };
    folders.iter().map(names).collect()
}
