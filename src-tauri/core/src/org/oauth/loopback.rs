//! The address on this computer that the browser comes back to (RFC 8252, section 7.3).
//!
//! A very small HTTP server: one path, GET, no body. Only a well-formed request with the issued `state` counts, once;
//! any other gets a plain page and changes nothing. Programs of this computer's other users are turned away.

mod page;
mod request;

use std::{
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use sha2::{Digest, Sha256};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Notify, mpsc, oneshot},
    task::{JoinHandle, JoinSet, spawn_blocking},
    time::{sleep, timeout},
};

pub use self::page::SentTo;
use self::{
    page::{Page, Reply, Sender},
    request::{Asked, Unanswerable},
};
use super::{Callback, FIRST_OF_STATE, callback::state_of, read_callback};
use crate::{
    explain::Code,
    org::address::PRACTICE_PATH,
    platform::{
        loopback,
        peer::{self, User},
    },
    secret::Secret,
};

/// How long a request's head may take.
const READ_TIME: Duration = Duration::from_secs(5);
const WRITE_TIME: Duration = Duration::from_secs(5);
/// How long the last page is kept for a browser that has been sent to it.
const FAREWELL_TIME: Duration = Duration::from_secs(2);
/// Connections served at once. Browsers open some in advance; further ones wait.
const MOST_GUESTS: usize = 64;
/// Kinds of visits that are reported.
const KNOCKS: usize = 5;
/// The answer to a TLS client at this plain HTTP port: a fatal alert, "protocol version".
const TLS_ALERT: [u8; 7] = [0x15, 0x03, 0x01, 0x00, 0x02, 0x02, 0x46];
/// How much of a request is read after its answer, so that closing the connection does not discard the answer.
const MOST_LEFT: usize = 4 * 1024 * 1024;
/// How much of a request's body is looked at.
const MOST_KEPT: usize = 64 * 1024;
/// The pause after a failed accept, which means that this computer is short of something.
const BREATH: Duration = Duration::from_millis(100);

/// A port of this computer, and the requests that come in on it.
///
/// Dropped before its first [`Listener::next`] it frees the port at once; later, soon ([`Listener::close`] waits).
#[derive(Debug)]
pub struct Listener {
    redirect_uri: String,
    reception: Arc<Reception>,
    /// The sockets, until an answer is first waited for.
    sockets: Option<Sockets>,
    serving: Option<Serving>,
    /// The answer that [`Listener::next`] waits for. Kept here, so that it is not lost when that future is dropped.
    awaited: Option<(Secret, oneshot::Receiver<Callback>)>,
    knocks: Option<Knocks>,
}

/// Visits to the port that were no answer, though perhaps meant as one: each kind once, as its code.
pub type Knocks = mpsc::Receiver<Code>;

#[derive(Debug)]
struct Serving {
    /// Dropped to stop serving.
    closing: oneshot::Sender<()>,
    task: JoinHandle<()>,
}

impl Listener {
    /// Takes `port` on 127.0.0.1 and, where this computer has IPv6, on `::1`: a browser may try either for `localhost`,
    /// so both must be ours. Must be called within a Tokio runtime.
    ///
    /// Port 0 takes any free one.
    ///
    /// # Errors
    /// Those of binding, for instance [`io::ErrorKind::AddrInUse`].
    pub fn bind(port: u16, path: &str) -> io::Result<Self> {
        let (port, sockets) = Sockets::bind(port)?;
        let (knock, knocks) = mpsc::channel(KNOCKS);
        let reception = Arc::new(Reception {
            knock,
            host: format!("localhost:{port}"),
            path: path.to_owned(),
            answered_path: format!("{path}/done"),
            refused_path: format!("{path}/refused"),
            desk: Mutex::default(),
            farewell: Notify::new(),
        });
        let redirect_uri = format!("http://localhost:{port}{path}");
        let (sockets, knocks) = (Some(sockets), Some(knocks));
        Ok(Self { redirect_uri, reception, sockets, serving: None, awaited: None, knocks })
    }

    /// The visits that were no answer. The receiver can be taken once.
    pub fn take_knocks(&mut self) -> Option<Knocks> {
        self.knocks.take()
    }

    /// The callback line this listener answers.
    pub fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// Has the last page name this org.
    pub fn name_org(&self, org: SentTo) {
        self.reception.desk().sent_to = Some(org);
    }

    /// Waits for the answer to the sign-in with this `state`; the browser is shown at once that it can be closed.
    ///
    /// The future may be dropped and requested again with the same `state`: an answer that came meanwhile is kept.
    /// Another `state` replaces the first.
    pub async fn next(&mut self, state: &Secret) -> Callback {
        if let Some(sockets) = self.sockets.take() {
            let (closing, closed) = oneshot::channel();
            let task = tokio::spawn(serve(sockets, Arc::clone(&self.reception), closed));
            self.serving = Some(Serving { closing, task });
        }
        let awaited = self.awaited.take().filter(|(awaited, _)| awaited == state);
        let (_, answer) =
            self.awaited.insert(awaited.unwrap_or_else(|| (state.clone(), self.reception.expect(state))));
        match answer.await {
            Ok(callback) => {
                self.awaited = None;
                callback
            }
            // The serving task ends only with the runtime: no answer will come.
            Err(_) => std::future::pending().await,
        }
    }

    /// Whether an answer has come, so that the browser may load the last page again.
    pub fn has_last_page(&self) -> bool {
        self.reception.desk().answered.is_some()
    }

    /// Waits for no answer any more, and returns once the browser has loaded its last page, or has not come for it in time.
    pub async fn see_off(&mut self) {
        self.awaited = None;
        self.reception.desk().expected = None;
        let seen = async {
            while self.reception.desk().owes_page {
                self.reception.farewell.notified().await;
            }
        };
        if timeout(FAREWELL_TIME, seen).await.is_err() {
            // The port was closed already.
            self.reception.desk().owes_page = false;
        }
    }

    /// Frees the port and returns when that is done: at once, or after the browser has got its last page.
    pub async fn close(self) {
        if let Some(Serving { closing, task }) = self.serving {
            drop(closing);
            // An error would be a panic or a stopped runtime; the port is free after either.
            let _ = task.await;
        }
    }
}

/// 127.0.0.1, and `::1` where it exists, each taken exclusively. Never a wildcard.
#[derive(Debug)]
struct Sockets {
    v4: TcpListener,
    v6: Option<TcpListener>,
}

impl Sockets {
    fn bind(port: u16) -> io::Result<(u16, Self)> {
        let v4 = loopback::listen((Ipv4Addr::LOCALHOST, port).into())?;
        let port = v4.local_addr()?.port();
        let has_v6 = loopback::listen((Ipv6Addr::LOCALHOST, 0).into()).is_ok();
        let v6 = has_v6.then(|| loopback::listen((Ipv6Addr::LOCALHOST, port).into())).transpose()?;
        Ok((port, Self { v4: into_tokio(v4)?, v6: v6.map(into_tokio).transpose()? }))
    }

    async fn accept(&self) -> io::Result<(TcpStream, SocketAddr)> {
        match &self.v6 {
            None => self.v4.accept().await,
            Some(v6) => tokio::select! {
                accepted = self.v4.accept() => accepted,
                accepted = v6.accept() => accepted,
            },
        }
    }
}

fn into_tokio(socket: std::net::TcpListener) -> io::Result<TcpListener> {
    socket.set_nonblocking(true)?;
    TcpListener::from_std(socket)
}

/// Serves until the listener is dropped, and then until the browser has its last page.
async fn serve(sockets: Sockets, reception: Arc<Reception>, closed: oneshot::Receiver<()>) {
    let mut guests = JoinSet::new();
    tokio::select! {
        _ = closed => {}
        () = receive(&sockets, &reception, &mut guests) => {}
    }
    if reception.desk().owes_page {
        let farewell = async {
            tokio::select! {
                () = reception.farewell.notified() => {}
                () = receive(&sockets, &reception, &mut guests) => {}
            }
        };
        // After this time a browser that has not come for its page was closed.
        let _ = timeout(FAREWELL_TIME, farewell).await;
    }
}

/// Accepts connections for ever, with a limit on those served at once.
async fn receive(sockets: &Sockets, reception: &Arc<Reception>, guests: &mut JoinSet<()>) {
    loop {
        tokio::select! {
            Some(_) = guests.join_next() => {}
            accepted = sockets.accept(), if guests.len() < MOST_GUESTS => match accepted {
                Ok((stream, guest)) => {
                    guests.spawn(attend(stream, guest, Arc::clone(reception)));
                }
                Err(_) => sleep(BREATH).await,
            },
        }
    }
}

/// Called before a byte is read: a stranger's program then occupies a place for some milliseconds at most.
async fn look_at(stream: &TcpStream, guest: SocketAddr) -> User {
    let Ok(ours) = stream.local_addr() else { return User::Gone };
    spawn_blocking(move || peer::user(guest, ours)).await.unwrap_or(User::Gone)
}

/// Turns away programs of other users. Any user of this computer can connect, and the sign-in address with its `state`
/// stands in the browser's arguments, which every user may read.
///
/// Where the system does not tell the user, every program is accepted, since nobody could sign in otherwise. A stranger
/// who has read the `state` could then end the sign-in, or bring another code, which PKCE and the check of who signed
/// in prevent.
fn may_be_answered(user: User) -> bool {
    match user {
        User::Same | User::Unknown => true,
        User::Another | User::Gone => false,
    }
}

/// Serves one connection with one request and one answer.
async fn attend(mut stream: TcpStream, guest: SocketAddr, reception: Arc<Reception>) {
    let user = look_at(&stream, guest).await;
    if !may_be_answered(user) {
        if user == User::Another {
            tracing::debug!("a program of another user of this computer came to the callback port");
            reception.tell(Code::CameBackAsAnotherUser);
        }
        return;
    }
    let mut body = Vec::new();
    let reply = match timeout(READ_TIME, request::read_head(&mut stream)).await {
        Ok(Ok((head, begun))) => {
            body = begun;
            reception.answer(&head)
        }
        // Browsers connect in advance and may never send a request.
        Ok(Err(Unanswerable::Silent)) => return,
        Ok(Err(Unanswerable::Tls)) => {
            reception.tell(Code::CameBackByHttps);
            let _ = timeout(WRITE_TIME, send(&mut stream, &TLS_ALERT, &mut Vec::new())).await;
            return;
        }
        Ok(Err(Unanswerable::TooLong)) => {
            reception.tell(Code::CameBackTooLong);
            Reply::page(431, Page::TooLong)
        }
        Ok(Err(Unanswerable::Cut)) | Err(_) => Reply::page(408, Page::Unreadable),
    };
    let (is_last_page, refuses) = (reply.is_last_page(), reply.refuses());
    // A form brings in its body what a browser brings in the address. Most of it comes along with the head.
    if refuses {
        reception.tell_of_refused(&body);
    }
    let _ = timeout(WRITE_TIME, send(&mut stream, &reply.into_bytes(reception.sender()), &mut body)).await;
    if refuses {
        reception.tell_of_refused(&body);
    }
    if is_last_page {
        reception.desk().owes_page = false;
        reception.farewell.notify_one();
    }
}

/// Sends an answer, and adds what still comes of the request, up to a length.
async fn send(stream: &mut TcpStream, bytes: &[u8], body: &mut Vec<u8>) -> io::Result<()> {
    stream.write_all(bytes).await?;
    stream.shutdown().await?;
    // Closing with unread input would discard the answer just sent, so the input is read first, within the time limit.
    let mut rest = vec![0; 16 * 1024];
    for _ in 0..MOST_LEFT / rest.len() {
        let read = stream.read(&mut rest).await?;
        if read == 0 {
            break;
        }
        let room = MOST_KEPT.saturating_sub(body.len());
        body.extend(rest.iter().take(read.min(room)));
    }
    Ok(())
}

/// The state that all connections share.
#[derive(Debug)]
struct Reception {
    /// The only accepted `Host`, so that no other name of this computer leads here.
    host: String,
    path: String,
    /// The address of the last page: a different one for each page, since a browser may show one from its cache.
    answered_path: String,
    refused_path: String,
    desk: Mutex<Desk>,
    farewell: Notify,
    knock: mpsc::Sender<Code>,
}

#[derive(Debug, Default)]
struct Desk {
    expected: Option<Expected>,
    /// The digest of the state that was answered last, and the page that says so: this may be kept for longer than a secret.
    answered: Option<(StateDigest, Page)>,
    /// Whether the browser was sent to that page and has not loaded it yet.
    owes_page: bool,
    /// The kinds of visits already reported.
    told: Vec<Code>,
    /// The org of the sign-in, where it is to be named.
    sent_to: Option<SentTo>,
}

#[derive(Debug)]
struct Expected {
    state: Secret,
    answered: oneshot::Sender<Callback>,
}

/// Whether a request has what only comes back from a sign-in: the `state` of one of ours, or a code or an error.
fn is_way_back(part: &[u8]) -> bool {
    // A parameter begins an address's query or a form, or follows another one.
    let begins = |name: &[u8]| {
        part.starts_with(name)
            || [b"?", b"&"].iter().any(|mark| holds(part, &[mark.as_slice(), name].concat()))
    };
    holds(part, format!("state={FIRST_OF_STATE}").as_bytes()) || begins(b"code=") || begins(b"error=")
}

fn holds(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len().max(1)).any(|part| part == wanted)
}

type StateDigest = [u8; 32];

fn digest(state: &Secret) -> StateDigest {
    // EXPOSE: to a hash function, which lets nobody find it again: it is random.
    Sha256::digest(state.expose()).into()
}

impl Reception {
    fn desk(&self) -> MutexGuard<'_, Desk> {
        self.desk.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reports a kind of visit once.
    fn tell(&self, code: Code) {
        let mut desk = self.desk();
        let waits = desk.expected.as_ref().is_some_and(|expected| !expected.answered.is_closed());
        if waits && !desk.told.contains(&code) {
            desk.told.push(code);
            // There is room for every kind; there may be no receiver.
            let _ = self.knock.try_send(code);
        }
    }

    fn sender(&self) -> Sender {
        if self.path == PRACTICE_PATH { Sender::PracticeOrg } else { Sender::Salesforce }
    }

    /// Accepts only the answer with this `state` from now on.
    fn expect(&self, state: &Secret) -> oneshot::Receiver<Callback> {
        let (answered, answer) = oneshot::channel();
        self.desk().expected = Some(Expected { state: state.clone(), answered });
        answer
    }

    fn answer(&self, head: &[u8]) -> Reply {
        let (reply, outcome) = match request::read(head, &self.host) {
            Ok(Asked::Get { path, query: Some(query) }) if path == self.path => self.callback(query),
            Ok(Asked::Get { path, query: _ }) if path == self.path => {
                (Reply::page(400, Page::NotOfThisSignIn), "no query")
            }
            Ok(Asked::Get { path, query: _ }) if self.is_last(path) => (self.last(path), "last page"),
            Ok(Asked::Preflight { path }) if path == self.path => (Reply::preflight(), "preflight"),
            Ok(Asked::Get { .. } | Asked::Preflight { .. }) => {
                (Reply::page(404, Page::NothingHere), "another path")
            }
            Ok(Asked::OtherMethod) => (Reply::page(405, Page::Unreadable), "another method"),
            Err(request::Malformed) => (Reply::page(400, Page::Unreadable), "malformed"),
        };
        tracing::debug!(outcome, "request on the callback port");
        let asked = request::first_line(head);
        if reply.refuses() {
            self.tell_of_refused(asked);
        }
        // RFC 9110, section 9.3.2.
        if asked.starts_with(b"HEAD ") { reply.without_body() } else { reply }
    }

    /// Tells whoever waits of a request that was refused and yet is the way back from a sign-in, by this part of it.
    fn tell_of_refused(&self, part: &[u8]) {
        if self.has_our_state(part) {
            self.tell(Code::CameBackUnreadable);
        } else if is_way_back(part) {
            self.tell(Code::CameBackOfAnother);
        }
    }

    /// Whether the `state` of the sign-in that is waited for is in it.
    fn has_our_state(&self, part: &[u8]) -> bool {
        let desk = self.desk();
        let Some(expected) = &desk.expected else { return false };
        // EXPOSE: looked for in what came, which is not kept.
        holds(part, expected.state.expose().as_bytes())
    }

    fn callback(&self, query: &str) -> (Reply, &'static str) {
        let mut desk = self.desk();
        // A browser that repeats the request (reload, prefetch) is redirected, and nothing else happens.
        if let Some((state, page)) = &desk.answered
            && state_of(query).is_some_and(|given| digest(&given) == *state)
        {
            return (Reply::see_other(self.path_of(*page)), "repeated answer");
        }
        let Some(expected) = desk.expected.take().filter(|expected| !expected.answered.is_closed()) else {
            return (Reply::page(404, Page::NobodyWaits), "nobody waits");
        };
        let Ok(callback) = read_callback(query, &expected.state) else {
            desk.expected = Some(expected);
            return (Reply::page(400, Page::NotOfThisSignIn), "not an answer to this sign-in");
        };
        let page = match callback {
            Callback::Code(_) => Page::Answered,
            Callback::Refused(..) => Page::Refused,
        };
        desk.answered = Some((digest(&expected.state), page));
        desk.owes_page = true;
        // Fails only when waiting stopped at this moment, and then the answer is not needed.
        let _ = expected.answered.send(callback);
        (Reply::see_other(self.path_of(page)), "answer")
    }

    fn path_of(&self, page: Page) -> &str {
        if page == Page::Answered { &self.answered_path } else { &self.refused_path }
    }

    fn is_last(&self, path: &str) -> bool {
        [&self.answered_path, &self.refused_path].into_iter().any(|last| path == last)
    }

    fn last(&self, path: &str) -> Reply {
        let desk = self.desk();
        match desk.answered {
            Some((_, page)) if path == self.path_of(page) => Reply::last_page(page, desk.sent_to.clone()),
            _ => Reply::page(404, Page::NothingHere),
        }
    }
}

#[cfg(test)]
mod tests;
