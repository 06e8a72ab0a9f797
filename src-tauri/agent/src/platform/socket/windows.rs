//! Windows: a named pipe. All pipes are in one place, where everybody sees their names and may take one that is free: so it is
//! made first, for this user alone, and a client looks at whose it is and which program serves it before it says a word.

use std::{
    env,
    error::Error,
    fs, io,
    path::{Path, PathBuf},
    pin::Pin,
    task::{Context, Poll},
};

use connect_core::platform::{home::SocketAddress, process, user};
use connect_windows::{identity, pipe, programs};
use interprocess::os::windows::{
    ToWtf16 as _,
    named_pipe::{
        PipeListenerOptions,
        pipe_mode::Bytes,
        tokio::{DuplexPipeStream, PipeListener},
    },
    security_descriptor::SecurityDescriptor,
};
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf, ReadHalf, WriteHalf, split as halves},
    net::windows::named_pipe::{ClientOptions, NamedPipeClient},
    time::{Duration, Instant, sleep},
};

use super::Foreign;

pub(super) const WHERE_TO_LOOK: &str =
    "Another program may hold the pipe of that name: quit other copies of Datatrax Connect, and try again.";

/// How long all ends of the pipe may be taken by others, or by an agent that is about to end.
const PATIENCE: Duration = Duration::from_secs(10);
/// Between two looks at whether one has come free.
const MOMENT: Duration = Duration::from_millis(5);

/// The system's number for a pipe whose ends are all taken.
const ALL_TAKEN: i32 = 231;

/// The programs of ours that an agent runs in.
const AGENTS: [&str; 2] = ["dtx", "datatrax-agent"];

/// The programs of ours that speak to one.
const CLIENTS: [&str; 3] = ["dtx", "datatrax-agent", "datatrax-connect"];

/// What the installer adds to the name of a program that still runs when it is replaced.
const REPLACED: &[u8] = b".replaced-";

/// The bytes that may wait to be read by the agent, and by a client. What fits is out of its writer's hands at once, also when
/// that one ends; an answer about a thousand connections has half a million.
const ROOM: (u32, u32) = (64 * 1024, 1024 * 1024);

pub(crate) type Listener = PipeListener<Bytes, Bytes>;
pub(crate) type Reader = ReadHalf<Stream>;
pub(crate) type Writer = WriteHalf<Stream>;

/// One end of a pipe.
#[derive(Debug)]
pub(crate) enum Stream {
    Client(NamedPipeClient),
    Server(DuplexPipeStream<Bytes>),
}

impl Drop for Stream {
    /// What was written stays there to be read after its end has closed; so nothing waits until that is done.
    fn drop(&mut self) {
        if let Self::Server(end) = self {
            end.assume_flushed();
        }
    }
}

pub(super) fn split(stream: Stream) -> (Reader, Writer) {
    halves(stream)
}

pub(super) fn process(stream: &Stream) -> Option<u32> {
    match stream {
        Stream::Client(end) => server_of(end),
        Stream::Server(end) => end.client_process_id().ok(),
    }
}

/// The process that serves the other end.
fn server_of(end: &NamedPipeClient) -> Option<u32> {
    pipe::server(end).ok()
}

pub(super) async fn connect(address: &SocketAddress) -> io::Result<Option<Stream>> {
    let Some(end) = open(address).await? else { return Ok(None) };
    is_ours(&end, user::sid())?;
    Ok(Some(Stream::Client(end)))
}

/// `None` where nobody listens. Whoever serves it learns who calls, and cannot act in that one's name.
async fn open(address: &SocketAddress) -> io::Result<Option<NamedPipeClient>> {
    let give_up_at = Instant::now() + PATIENCE;
    loop {
        match ClientOptions::new().open(address.name()) {
            Ok(end) => return Ok(Some(end)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.raw_os_error() == Some(ALL_TAKEN) && Instant::now() < give_up_at => {
                sleep(MOMENT).await;
            }
            // Another user's, who keeps us out.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                return Err(Foreign { process: None, program: None }.into());
            }
            Err(error) => return Err(error),
        }
    }
}

/// That the pipe was made by this user, and is served by a program of ours.
fn is_ours(end: &NamedPipeClient, user: &str) -> io::Result<()> {
    let is_users = pipe::owner(end).is_ok_and(|owner| owner == user);
    let process = server_of(end);
    let program = process.and_then(|process| programs::of_process(process).ok());
    if is_users && program.as_deref().is_some_and(|program| is_of_ours(program, &AGENTS)) {
        return Ok(());
    }
    tracing::warn!(?process, is_users, "the agent's pipe is served by another program");
    Err(Foreign { process, program }.into())
}

/// Whether it is this program, or one with such a name beside it: of the same installation.
fn is_of_ours(program: &Path, names: &[&str]) -> bool {
    let own = env::current_exe().and_then(fs::canonicalize);
    let (Ok(own), Ok(found)) = (own, fs::canonicalize(program)) else { return false };
    let found_name = found.as_os_str().to_ascii_lowercase();
    let is_beside = |name: &&str| {
        let path = process::beside(&own, name).into_os_string().to_ascii_lowercase();
        let more = found_name.as_encoded_bytes().strip_prefix(path.as_encoded_bytes());
        more.is_some_and(|more| more.is_empty() || more.starts_with(REPLACED))
    };
    found == own || names.iter().any(is_beside)
}

/// The agent's lock is held, so whoever has a pipe of this name is an agent that is about to end, or no agent.
pub(super) async fn listen(address: &SocketAddress) -> io::Result<Listener> {
    listen_for(address, user::sid()).await
}

async fn listen_for(address: &SocketAddress, user: &str) -> io::Result<Listener> {
    let give_up_at = Instant::now() + PATIENCE;
    loop {
        let made = match open(address).await? {
            Some(end) => is_ours(&end, user).and(Err(io::ErrorKind::AddrInUse.into())),
            None => make(address, user),
        };
        match made {
            // Made by another in between: this one says who that is.
            Err(error) if is_taken(&error) && Instant::now() < give_up_at => sleep(MOMENT).await,
            made => return made,
        }
    }
}

fn is_taken(error: &io::Error) -> bool {
    !is_foreign(error) && matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied)
}

fn is_foreign(error: &io::Error) -> bool {
    error.get_ref().is_some_and(<dyn Error + Send + Sync>::is::<Foreign>)
}

/// Makes the pipe, as the first of its name. It belongs to the user, also where an administrator's program makes it, and
/// only that user's programs on this computer reach it.
fn make(address: &SocketAddress, user: &str) -> io::Result<Listener> {
    let list = format!("O:{user}D:P(A;;GA;;;{user})");
    let list = list.as_str().to_wtf_16().map_err(io::Error::other)?;
    PipeListenerOptions::new()
        .path(address.name())
        .accept_remote(false)
        .security_descriptor(Some(SecurityDescriptor::deserialize(&list)?))
        .input_buffer_size_hint(ROOM.0)
        .output_buffer_size_hint(ROOM.1)
        .create_tokio_duplex::<Bytes>()
}

/// Nobody can take the name of a pipe away.
pub(super) fn is_found(_: &Listener, _: &SocketAddress) -> bool {
    true
}

/// It is in no folder.
pub(super) fn folder(_: &SocketAddress) -> Option<PathBuf> {
    None
}

pub(super) fn close(listener: Listener, _: &SocketAddress) {
    drop(listener);
}

pub(super) async fn accept(listener: &Listener) -> io::Result<Stream> {
    accept_for(listener, user::sid()).await
}

async fn accept_for(listener: &Listener, user: &str) -> io::Result<Stream> {
    loop {
        let guest = Stream::Server(listener.accept().await?);
        let caller = Caller::of_process(process(&guest), user);
        if caller.may_come_in() {
            return Ok(guest);
        }
        tracing::warn!(?caller, "turned a client away");
    }
}

/// What the system tells of a client. `None` where it does not tell.
#[derive(Clone, Copy, Debug)]
struct Caller {
    is_users: Option<bool>,
    runs_ours: Option<bool>,
}

impl Caller {
    /// Of the process at the other end.
    fn of_process(process: Option<u32>, user: &str) -> Self {
        let sid = process.and_then(|process| identity::sid_of_process(process).ok());
        let program = process.and_then(|process| programs::of_process(process).ok());
        Self {
            is_users: sid.map(|sid| sid == user),
            runs_ours: program.map(|program| is_of_ours(&program, &CLIENTS)),
        }
    }

    /// Windows does not tell the user of a program with an administrator's rights to one without; there the pipe's list, which
    /// names this user alone, has decided. The program it tells of both. Where it does not, that one has ended, or is none
    /// that this user may ask about: nobody's answer waits there, or nobody of ours.
    fn may_come_in(self) -> bool {
        self.is_users != Some(false) && self.runs_ours == Some(true)
    }
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, to: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Client(end) => match Pin::new(end).poll_read(cx, to) {
                // So a pipe ends.
                Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => Poll::Ready(Ok(())),
                read @ (Poll::Ready(_) | Poll::Pending) => read,
            },
            Self::Server(end) => Pin::new(end).poll_read(cx, to),
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Client(end) => Pin::new(end).poll_write(cx, bytes),
            Self::Server(end) => Pin::new(end).poll_write(cx, bytes),
        }
    }

    /// What is written is on its way.
    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }
}

#[cfg(test)]
mod tests {
    use connect_core::platform::home::Home;
    use tokio::{
        io::{AsyncReadExt as _, AsyncWriteExt as _},
        time::timeout,
    };

    use super::*;

    /// Some other user's.
    const NOBODY: &str = "S-1-5-21-1-2-3-1001";
    const LONG: Duration = Duration::from_secs(60);

    fn home() -> (tempfile::TempDir, Home) {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join("home")).unwrap();
        (folder, home)
    }

    fn is_refused<T>(result: io::Result<T>) -> bool {
        result.is_err_and(|error| is_foreign(&error))
    }

    #[tokio::test]
    async fn what_is_said_arrives_also_when_whoever_said_it_has_gone() {
        let (_folder, home) = home();
        assert!(connect(home.socket()).await.unwrap().is_none(), "nobody listens yet");
        let listener = listen(home.socket()).await.unwrap();
        let client = connect(home.socket()).await.unwrap().unwrap();
        let server = accept(&listener).await.unwrap();
        assert_eq!(process(&client), Some(std::process::id()), "who serves");
        assert_eq!(process(&server), Some(std::process::id()), "who calls");
        let (mut reader, writer) = split(client);
        let (their_reader, mut their_writer) = split(server);
        let long = vec![b'x'; 600_000];
        their_writer.write_all(&long).await.unwrap();
        drop((their_reader, their_writer));
        let mut heard = Vec::new();
        timeout(LONG, reader.read_to_end(&mut heard)).await.expect("it ends").unwrap();
        assert_eq!(heard.len(), long.len());
        drop(writer);
        close(listener, home.socket());
        assert!(connect(home.socket()).await.unwrap().is_none(), "nobody listens any more");
    }

    #[tokio::test]
    async fn many_clients_come_at_once_and_each_is_let_in() {
        let (_folder, home) = home();
        let listener = listen(home.socket()).await.unwrap();
        let clients: Vec<_> = (0..50)
            .map(|_| {
                let address = home.socket().clone();
                tokio::spawn(async move { connect(&address).await.unwrap().unwrap() })
            })
            .collect();
        let mut guests = Vec::new();
        for _ in &clients {
            guests.push(timeout(LONG, accept(&listener)).await.expect("another one comes").unwrap());
        }
        for client in clients {
            client.await.unwrap();
        }
    }

    #[tokio::test]
    async fn a_client_that_goes_at_once_keeps_no_other_out() {
        let (_folder, home) = home();
        let listener = listen(home.socket()).await.unwrap();
        for _ in 0..3 {
            drop(connect(home.socket()).await.unwrap().unwrap());
            drop(timeout(LONG, accept(&listener)).await.expect("it came").unwrap());
        }
        let client = connect(home.socket()).await.unwrap().unwrap();
        let guest = timeout(LONG, accept(&listener)).await.expect("the next one").unwrap();
        drop((client, guest));
    }

    #[tokio::test]
    async fn nothing_is_said_to_another_users_pipe() {
        let (_folder, home) = home();
        let _listener = listen(home.socket()).await.unwrap();
        let end = open(home.socket()).await.unwrap().unwrap();
        assert!(is_refused(is_ours(&end, NOBODY)), "whoever made it is another user");
        is_ours(&end, user::sid()).unwrap();
    }

    #[tokio::test]
    async fn another_users_program_is_turned_away() {
        let (_folder, home) = home();
        let listener = listen(home.socket()).await.unwrap();
        let client = connect(home.socket()).await.unwrap().unwrap();
        let let_in = timeout(Duration::from_secs(2), accept_for(&listener, NOBODY)).await;
        assert!(let_in.is_err(), "it is no guest");
        let (mut reader, _writer) = split(client);
        let mut heard = Vec::new();
        timeout(LONG, reader.read_to_end(&mut heard)).await.expect("it is let go").unwrap();
        assert!(heard.is_empty(), "and is told nothing");
    }

    #[tokio::test]
    async fn a_pipe_that_was_there_before_is_not_taken_for_ours() {
        let (_folder, home) = home();
        let _listener = make(home.socket(), user::sid()).unwrap();
        assert!(is_refused(listen_for(home.socket(), NOBODY).await), "another user's");
    }

    #[test]
    fn an_agent_or_a_client_is_a_program_of_this_installation() {
        let own = env::current_exe().unwrap();
        assert!(is_of_ours(&own, &[]), "this one");
        for other in [own.with_file_name("other.exe"), PathBuf::from(r"C:\windows\system32\notepad.exe")] {
            assert!(!is_of_ours(&other, &CLIENTS), "{}", other.display());
        }
        let folder = tempfile::tempdir().unwrap();
        let copy = folder.path().join("dtx.exe");
        fs::copy(&own, &copy).unwrap();
        assert!(!is_of_ours(&copy, &CLIENTS), "a copy elsewhere");
        for name in ["beside.exe", "Beside.exe.replaced-2"] {
            let beside = own.with_file_name(name);
            fs::copy(&own, &beside).unwrap();
            let (named, unnamed) = (is_of_ours(&beside, &["beside"]), is_of_ours(&beside, &CLIENTS));
            fs::remove_file(&beside).unwrap();
            assert!(named && !unnamed, "{name} beside it, by its name alone");
        }
        let wall = own.with_file_name("beside.exe.other");
        fs::copy(&own, &wall).unwrap();
        let named = is_of_ours(&wall, &["beside"]);
        fs::remove_file(&wall).unwrap();
        assert!(!named, "not by the beginning of its name");
    }

    #[test]
    fn what_the_system_does_not_tell_of_a_client_is_decided() {
        let told = [Some(true), Some(false), None];
        let may = told.map(|is_users| told.map(|runs_ours| Caller { is_users, runs_ours }.may_come_in()));
        let only_ours = [true, false, false];
        assert_eq!(may[0], only_ours, "this user's");
        assert_eq!(may[1], [false; 3], "another user's, whatever it runs");
        assert_eq!(may[2], only_ours, "whose the system does not tell: the list has let it in");
    }

    #[test]
    fn of_a_client_that_has_ended_nothing_is_told_and_it_is_no_guest() {
        // No process has such a number: they are multiples of four.
        let told = Caller::of_process(Some(3), user::sid());
        assert_eq!((told.is_users, told.runs_ours), (None, None));
        assert!(!told.may_come_in());
        assert!(Caller::of_process(Some(std::process::id()), user::sid()).may_come_in(), "this one is there");
        assert!(!Caller::of_process(None, user::sid()).may_come_in(), "one without a number");
    }
}
