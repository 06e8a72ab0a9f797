//! Linux: inotify.

use std::{io, os::fd::OwnedFd, path::PathBuf};

use rustix::fs::inotify::{CreateFlags, WatchFlags, add_watch, init};
use tokio::io::{Interest, unix::AsyncFd};

#[expect(
    deprecated,
    reason = "what owns its descriptor cannot be closed by another; the newer form is for what does not"
)]
pub(super) async fn change(kept: &[PathBuf], awaited: &[PathBuf]) -> io::Result<()> {
    let watch: OwnedFd = init(CreateFlags::NONBLOCK | CreateFlags::CLOEXEC)?;
    let gone = WatchFlags::DELETE | WatchFlags::MOVED_FROM | WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF;
    let come = WatchFlags::CREATE | WatchFlags::MOVED_TO | WatchFlags::DELETE_SELF | WatchFlags::MOVE_SELF;
    let folders = kept.iter().map(|folder| (folder, gone));
    for (folder, flags) in folders.chain(awaited.iter().map(|folder| (folder, come))) {
        // Added to what is watched of it already. One that is gone by now is a change.
        if let Err(error) = add_watch(&watch, folder, flags | WatchFlags::ONLYDIR | WatchFlags::MASK_ADD) {
            return if error == rustix::io::Errno::NOENT { Ok(()) } else { Err(error.into()) };
        }
    }
    // What has happened need not be read: the next watch is another one.
    AsyncFd::with_interest(watch, Interest::READABLE)?.readable().await.map(drop)
}
