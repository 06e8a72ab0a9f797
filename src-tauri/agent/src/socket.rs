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

/// The process at the other end, where the system tells.
pub(crate) fn process(stream: &UnixStream) -> Option<u32> {
    stream.peer_cred().ok()?.pid().and_then(|pid| u32::try_from(pid).ok())
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

#[cfg(test)]
mod tests {
    use std::{
        fs::Permissions,
        io::{BufRead, BufReader},
        os::unix::{fs::PermissionsExt, process::CommandExt},
        process::{Child, Command, Stdio},
    };

    use tokio::time::{Duration, timeout};

    use super::*;

    /// Debian's `nobody`.
    const NOBODY: u32 = 65534;

    /// Says hello to a socket, and tells with 3 whether it was answered anything but an end.
    const CALLER: &str = "use IO::Socket::UNIX; $SIG{PIPE} = q(IGNORE); my $s = IO::Socket::UNIX->new(Peer => shift) or die; \
        print $s qq(hello\n); $s->flush; exit(defined(<$s>) ? 3 : 0)";
    /// Listens at a socket that anybody may use, as long as it is let.
    const LISTENER: &str = "use IO::Socket::UNIX; my $p = shift; my $s = IO::Socket::UNIX->new(Local => $p, Listen => 5) \
        or die; chmod 0777, $p; $| = 1; print qq(ready\n); sleep 60";

    fn perl(uid: Option<u32>, script: &str, socket: &Path) -> Child {
        let mut perl = Command::new("perl");
        perl.args(["-e", script]).arg(socket).stdin(Stdio::null()).stdout(Stdio::piped());
        if let Some(uid) = uid {
            perl.uid(uid);
        }
        perl.spawn().unwrap()
    }

    /// A folder in which anybody may do anything, unlike the one that the agent has.
    fn open_folder() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        folder
    }

    fn may_be_somebody_else() -> bool {
        let is_root = rustix::process::geteuid().is_root();
        if !is_root {
            eprintln!("only root can be somebody else: not looked at");
        }
        is_root
    }

    #[tokio::test]
    async fn other_users_are_not_let_in() {
        if !may_be_somebody_else() {
            return;
        }
        let folder = open_folder();
        let path = folder.path().join("a.sock");
        let listener = listen(&path).unwrap();
        fs::set_permissions(&path, Permissions::from_mode(0o777)).unwrap();
        let mut stranger = perl(Some(NOBODY), CALLER, &path);
        let let_in = timeout(Duration::from_secs(2), accept(&listener)).await;
        assert!(let_in.is_err(), "the stranger is no guest: {let_in:?}");
        let ended = tokio::task::spawn_blocking(move || stranger.wait().unwrap()).await.unwrap();
        assert_eq!(ended.code(), Some(0), "and is told nothing");

        let mut own = perl(None, CALLER, &path);
        timeout(Duration::from_secs(20), accept(&listener)).await.expect("the user is let in").unwrap();
        own.wait().unwrap();
    }

    #[tokio::test]
    async fn nothing_is_said_to_other_users() {
        if !may_be_somebody_else() {
            return;
        }
        for (uid, is_refused) in [(Some(NOBODY), true), (None, false)] {
            let folder = open_folder();
            let path = folder.path().join("a.sock");
            let mut other = perl(uid, LISTENER, &path);
            let mut line = String::new();
            BufReader::new(other.stdout.take().unwrap()).read_line(&mut line).unwrap();
            assert_eq!(line, "ready\n", "it listens");
            let connected = connect(&path).await;
            let refused =
                connected.as_ref().err().map(io::Error::kind) == Some(io::ErrorKind::PermissionDenied);
            assert_eq!(refused, is_refused, "{uid:?}: {connected:?}");
            other.kill().unwrap();
            other.wait().unwrap();
        }
    }
}
