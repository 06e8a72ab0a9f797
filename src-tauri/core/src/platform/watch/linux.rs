//! Linux: inotify.

use std::{io, os::fd::OwnedFd};

use rustix::{
    fs::inotify::{CreateFlags, WatchFlags, add_watch, init},
    io::Errno,
};
use tokio::io::{Interest, unix::AsyncFd};

use super::Watched;

/// Whether the loss of a name is heard.
#[cfg(test)]
pub(super) const HEARS_NAMES: bool = true;

#[expect(
    deprecated,
    reason = "what owns its descriptor cannot be closed by another; the newer form is for what does not"
)]
pub(super) async fn change(watched: &Watched) -> io::Result<()> {
    let watch: OwnedFd = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
    let gone = WatchFlags::DELETE | WatchFlags::MOVED_FROM | WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF;
    let come = WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF;
    let folders = watched.kept.iter().map(|folder| (folder, gone));
    for (folder, flags) in folders.chain(watched.awaited.iter().map(|folder| (folder, come))) {
        // Added to what is watched of it already. One that is gone by now is a change.
        if let Err(error) = add_watch(&watch, folder, flags | WatchFlags::ONLYDIR | WatchFlags::MASK_ADD) {
            return if error == Errno::NOENT { Ok(()) } else { Err(error.into()) };
        }
    }
    // A file that is open is deleted only once it is closed; until then its number of names has changed.
    let itself = WatchFlags::ATTRIB | WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF;
    for named in &watched.named {
        match add_watch(&watch, named, itself | WatchFlags::MASK_ADD) {
            // Nothing has the name, as that of a log that is not needed now; or it is above what this user may see.
            Ok(_) | Err(Errno::NOENT | Errno::ACCESS) => {}
            Err(error) => return Err(error.into()),
        }
    }
    // What has happened need not be read: the next watch is another one.
    AsyncFd::with_interest(watch, Interest::READABLE)?.readable().await.map(drop)
}
