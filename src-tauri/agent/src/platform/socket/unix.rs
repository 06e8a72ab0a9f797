//! Unix: a socket that is a file, in a folder that only this user may enter.

use std::{
    fs,
    future::{self, Ready},
    io,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use connect_core::platform::{home::SocketAddress, user};
use tokio::net::{UnixListener, UnixStream, unix};

use super::Foreign;

pub(super) const WHERE_TO_LOOK: &str =
    "Check that the folder for running programs, XDG_RUNTIME_DIR, exists and belongs to you alone.";

/// A listening socket, and the file by which it is found.
pub(crate) struct Listener {
    socket: UnixListener,
    /// Device and number: whoever puts another file there has a socket of his own.
    file: (u64, u64),
}

pub(crate) type Stream = UnixStream;
pub(crate) type Reader = unix::OwnedReadHalf;
pub(crate) type Writer = unix::OwnedWriteHalf;

pub(super) async fn connect(address: &SocketAddress) -> io::Result<Option<UnixStream>> {
    match UnixStream::connect(address.name()).await {
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

pub(super) fn process(stream: &UnixStream) -> Option<u32> {
    stream.peer_cred().ok()?.pid().and_then(|pid| u32::try_from(pid).ok())
}

pub(super) fn split(stream: UnixStream) -> (Reader, Writer) {
    stream.into_split()
}

pub(super) fn listen(address: &SocketAddress) -> Ready<io::Result<Listener>> {
    future::ready(listening(address))
}

fn listening(address: &SocketAddress) -> io::Result<Listener> {
    remove(address)?;
    let socket = UnixListener::bind(address.name())?;
    let file = fs::symlink_metadata(address.name())?;
    Ok(Listener { socket, file: (file.dev(), file.ino()) })
}

pub(super) fn is_found(listener: &Listener, address: &SocketAddress) -> bool {
    fs::symlink_metadata(address.name()).is_ok_and(|file| (file.dev(), file.ino()) == listener.file)
}

pub(super) fn folder(address: &SocketAddress) -> Option<PathBuf> {
    Path::new(address.name()).parent().map(Path::to_owned)
}

/// Removes the file first, so that no client finds it and waits at a socket that is about to close.
pub(super) fn close(listener: Listener, address: &SocketAddress) {
    if !is_found(&listener, address) {
        tracing::info!("the socket's file was gone");
    } else if let Err(error) = remove(address) {
        tracing::warn!(kind = %error.kind(), "the socket's file stays; the next agent replaces it");
    }
    drop(listener);
}

/// Succeeds also when the file is gone already.
fn remove(address: &SocketAddress) -> io::Result<()> {
    match fs::remove_file(address.name()) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

pub(super) async fn accept(listener: &Listener) -> io::Result<UnixStream> {
    loop {
        let (stream, _) = listener.socket.accept().await?;
        match refuse_other_users(&stream) {
            Ok(()) => return Ok(stream),
            Err(error) => tracing::warn!(%error, "turned a client away"),
        }
    }
}

fn refuse_other_users(stream: &UnixStream) -> io::Result<()> {
    if stream.peer_cred()?.uid() == user::number() {
        return Ok(());
    }
    Err(Foreign { process: process(stream), program: None }.into())
}

#[cfg(test)]
mod tests {
    use std::{
        fs::Permissions,
        io::{BufRead, BufReader},
        os::unix::{fs::PermissionsExt, process::CommandExt},
        process::{Child, Command, Stdio},
    };

    use connect_core::platform::home::Home;
    use tokio::time::{Duration, timeout};

    use super::*;

    /// Debian's `nobody`.
    const NOBODY: u32 = 65534;

    /// Says hello to a socket, and exits with 3 if it was answered at all.
    const CALLER: &str = "use IO::Socket::UNIX; $SIG{PIPE} = q(IGNORE); my $s = IO::Socket::UNIX->new(Peer => shift) or die; \
        print $s qq(hello\n); $s->flush; exit(defined(<$s>) ? 3 : 0)";
    /// Listens at a socket that any user may enter.
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

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        (folder, home)
    }

    /// A home that any user may enter, unlike the agent's.
    fn open_home() -> (tempfile::TempDir, Home) {
        let (folder, home) = home();
        for open in [folder.path(), home.data(), home.run()] {
            fs::set_permissions(open, Permissions::from_mode(0o777)).unwrap();
        }
        (folder, home)
    }

    fn may_be_somebody_else() -> bool {
        let is_root = user::number() == 0;
        if !is_root {
            eprintln!("only root can be somebody else: not looked at");
        }
        is_root
    }

    #[tokio::test]
    async fn whatever_became_of_the_socket_it_is_closed_and_the_agent_goes_on() {
        let made: [fn(&Path); 3] = [
            |_| {},
            |path| fs::remove_file(path).unwrap(),
            |path| {
                fs::remove_file(path).unwrap();
                fs::create_dir(path).unwrap();
            },
        ];
        for make in made {
            let (_folder, home) = home();
            let listener = listen(home.socket()).await.unwrap();
            assert!(connect(home.socket()).await.unwrap().is_some(), "it listens");
            make(Path::new(home.socket().name()));
            close(listener, home.socket());
            assert!(!matches!(connect(home.socket()).await, Ok(Some(_))), "nobody listens any more");
        }
    }

    #[tokio::test]
    async fn other_users_are_not_let_in() {
        if !may_be_somebody_else() {
            return;
        }
        let (_folder, home) = open_home();
        let path = Path::new(home.socket().name());
        let listener = listen(home.socket()).await.unwrap();
        fs::set_permissions(path, Permissions::from_mode(0o777)).unwrap();
        let mut stranger = perl(Some(NOBODY), CALLER, path);
        let let_in = timeout(Duration::from_secs(2), accept(&listener)).await;
        assert!(let_in.is_err(), "the stranger is no guest: {let_in:?}");
        let ended = tokio::task::spawn_blocking(move || stranger.wait().unwrap()).await.unwrap();
        assert_eq!(ended.code(), Some(0), "and is told nothing");

        let mut own = perl(None, CALLER, path);
        timeout(Duration::from_secs(300), accept(&listener)).await.expect("the user is let in").unwrap();
        own.wait().unwrap();
    }

    #[tokio::test]
    async fn nothing_is_said_to_other_users() {
        if !may_be_somebody_else() {
            return;
        }
        for (uid, is_refused) in [(Some(NOBODY), true), (None, false)] {
            let (_folder, home) = open_home();
            let path = Path::new(home.socket().name());
            let mut other = perl(uid, LISTENER, path);
            let mut line = String::new();
            BufReader::new(other.stdout.take().unwrap()).read_line(&mut line).unwrap();
            assert_eq!(line, "ready\n", "it listens");
            let connected = connect(home.socket()).await;
            let refused =
                connected.as_ref().err().map(io::Error::kind) == Some(io::ErrorKind::PermissionDenied);
            assert_eq!(refused, is_refused, "{uid:?}: {connected:?}");
            other.kill().unwrap();
            other.wait().unwrap();
        }
    }
}
