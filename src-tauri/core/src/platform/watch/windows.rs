//! Windows: a folder says what goes out of it and what comes into it, and the folder above it that it has gone itself.

use std::{
    io,
    path::{Component, Path, PathBuf, Prefix},
};

use connect_windows::watch::{Wanted, Watch};
use tokio::sync::oneshot;

use super::Watched;

/// The loss of a name is not heard: the database keeps its own here while it is open, and so do the folders above it.
#[cfg(test)]
pub(super) const HEARS_NAMES: bool = false;

pub(super) async fn change(watched: &Watched) -> io::Result<()> {
    let listened = watched.kept.iter().map(|folder| (folder, Wanted::Gone));
    let listened = listened.chain(watched.awaited.iter().map(|folder| (folder, Wanted::Come)));
    let listened: Vec<_> = listened
        .filter(|(folder, _)| is_folder(folder))
        .flat_map(|(folder, wanted)| [Some((folder.clone(), wanted)), itself(folder)])
        .flatten()
        .collect();
    let (says, said) = oneshot::channel();
    let begun = Watch::begin(listened, move |heard| {
        // Nobody waits any more: not wanted.
        let _ = says.send(heard);
    });
    let _watch = match begun {
        // One that is gone by now is a change.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        begun => begun?,
    };
    said.await.unwrap_or_else(|_| Err(io::ErrorKind::BrokenPipe.into()))
}

/// The place of all pipes is none: nothing there is kept or taken away.
fn is_folder(path: &Path) -> bool {
    let is_device = |prefix: Prefix<'_>| matches!(prefix, Prefix::DeviceNS(_));
    !matches!(path.components().next(), Some(Component::Prefix(prefix)) if is_device(prefix.kind()))
}

fn itself(folder: &Path) -> Option<(PathBuf, Wanted)> {
    let name = folder.file_name()?.to_str()?.to_owned();
    Some((folder.parent()?.to_owned(), Wanted::GoneNamed(name)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_of_all_pipes_is_no_folder() {
        assert!(!is_folder(Path::new(r"\\.\pipe\")) && is_folder(Path::new(r"C:\Users")));
    }
}
