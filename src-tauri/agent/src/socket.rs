//! The local socket and who may use it: the one place that knows the platform's kind of socket.

use std::{fs, io, path::Path};

use tokio::net::{UnixListener, UnixStream};

/// Connects to the agent of this user. `Ok(None)` when none listens.
///
/// # Errors
/// `PermissionDenied` when the other end belongs to another user.
pub(crate) async fn connect(path: &Path) -> io::Result<Option<UnixStream>> {
    match UnixStream::connect(path).await {
        Ok(stream) => {
            refuse_other_users(&stream)?;
            Ok(Some(stream))
        }
        Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::ConnectionRefused) => {
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// Listens at `path`, in a folder that only this user may enter. The caller holds the agent's lock, so a socket that
/// is already there is left over from an agent that ended without removing it.
pub(crate) fn listen(path: &Path) -> io::Result<UnixListener> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    UnixListener::bind(path)
}

/// Accepts the next connection of this user; others are turned away without a word.
pub(crate) async fn accept(listener: &UnixListener) -> io::Result<UnixStream> {
    loop {
        let (stream, _) = listener.accept().await?;
        match refuse_other_users(&stream) {
            Ok(()) => return Ok(stream),
            Err(error) => tracing::warn!(%error, "turned a client away"),
        }
    }
}

fn refuse_other_users(stream: &UnixStream) -> io::Result<()> {
    if stream.peer_cred()?.uid() == rustix::process::geteuid().as_raw() {
        return Ok(());
    }
    Err(io::Error::new(
        io::ErrorKind::PermissionDenied,
        "the other end of the socket belongs to another user",
    ))
}
