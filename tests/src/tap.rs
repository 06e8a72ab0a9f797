use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    net::{Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use practice_org::{Options, Org};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::{Barrier, Notify},
    task::JoinHandle,
    time::timeout,
};
use url::form_urlencoded;

use crate::PATIENCE;

/// The names of secret values in forms, answers and addresses.
const SECRET_NAMES: [&str; 9] = [
    "access_token",
    "client_secret",
    "code",
    "code_verifier",
    "pw",
    "refresh_token",
    "signature",
    "state",
    "token",
];

/// The tap's action on the next request to a path.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The org gets the request and answers; the answer is lost.
    LoseAnswer,
    /// The org gets the request and answers; the answer waits until [`Tap::go_on`].
    HoldAnswer,
    /// The org does not get the request, and the client gets no answer; the line stays open until [`Tap::go_on`].
    LoseRequest,
    /// The org gets the request and answers; half of the answer arrives, and the rest waits until [`Tap::go_on`].
    HalfAnswer,
    /// Nothing is changed, and [`Tap::answered`] tells when the last byte was sent.
    Nothing,
    /// The org does not get the request; this is the whole answer, from the status line on.
    Answer(String),
    /// In the org's answer, each occurrence of the first text is replaced by the second.
    Replace(String, String),
    /// The org gets the request once all that are to meet have come.
    Meet(Arc<Barrier>),
}

/// Stands between the clients and a practice org, records every byte, and can act as a bad network.
pub struct Tap {
    line: Arc<Line>,
    at: Vec<SocketAddr>,
    listeners: Vec<JoinHandle<()>>,
}

#[derive(Default)]
struct Line {
    org_port: Mutex<u16>,
    heard: Mutex<Vec<Exchange>>,
    faults: Mutex<Vec<(String, Fault)>>,
    answered: Notify,
    go_on: Notify,
    /// The number of open connections.
    open: AtomicUsize,
}

/// One request and its answer, as sent over the wire.
#[derive(Clone, Debug, Default)]
pub struct Exchange {
    pub request: String,
    pub answer: String,
}

impl Tap {
    /// An org behind a tap, with the tap's address as its own.
    pub async fn before(options: Options) -> (Org, Self) {
        let v4 = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = v4.local_addr().unwrap().port();
        let v6 = TcpListener::bind((Ipv6Addr::LOCALHOST, port)).await.ok();
        let origin = Some(format!("http://localhost:{port}"));
        let org = Org::start(Options { origin, ..options }).await.unwrap();
        let line = Arc::<Line>::default();
        *lock(&line.org_port) = org.port();
        let listeners: Vec<_> = [Some(v4), v6].into_iter().flatten().collect();
        let at = listeners.iter().map(|listener| listener.local_addr().unwrap()).collect();
        let listen = |listener| tokio::spawn(listen(listener, line.clone()));
        let listeners = listeners.into_iter().map(listen).collect();
        (org, Self { line, at, listeners })
    }

    /// Sets the fault of the next request to this path. Several are applied in order.
    pub fn next(&self, path: &str, fault: Fault) {
        lock(&self.line.faults).push((path.to_owned(), fault));
    }

    /// Returns when an answer is held back or was lost.
    pub async fn answered(&self) {
        timeout(PATIENCE, self.line.answered.notified()).await.expect("it asks");
    }

    /// Releases a held answer.
    pub fn go_on(&self) {
        self.line.go_on.notify_one();
    }

    /// Returns when no connection is open any more.
    pub async fn quiet(&self) {
        // What a client opened just before its end is accepted before a connection that is opened now.
        for at in &self.at {
            let mut last = TcpStream::connect(at).await.unwrap();
            last.shutdown().await.unwrap();
            last.read_to_end(&mut Vec::new()).await.unwrap();
        }
        let closed = async {
            while self.line.open.load(Ordering::SeqCst) > 0 {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(PATIENCE, closed).await.expect("all are closed");
    }

    /// All exchanges so far.
    pub fn heard(&self) -> Vec<Exchange> {
        lock(&self.line.heard).clone()
    }

    /// The number of such exchanges so far.
    pub fn count(&self, is: impl Fn(&Exchange) -> bool) -> usize {
        lock(&self.line.heard).iter().filter(|exchange| is(exchange)).count()
    }

    /// All secrets sent over the wire so far, by name.
    pub fn secrets(&self) -> BTreeMap<String, BTreeSet<String>> {
        let mut secrets = BTreeMap::<String, BTreeSet<String>>::new();
        for Exchange { request, answer } in self.heard() {
            for text in [request, answer] {
                for (name, value) in named_values(&text) {
                    secrets.entry(name).or_default().insert(value);
                }
            }
        }
        secrets
    }
}

impl Drop for Tap {
    fn drop(&mut self) {
        self.listeners.iter().for_each(JoinHandle::abort);
    }
}

async fn listen(listener: TcpListener, line: Arc<Line>) {
    while let Ok((stream, _)) = listener.accept().await {
        let line = line.clone();
        // A client may hang up early.
        line.open.fetch_add(1, Ordering::SeqCst);
        tokio::spawn(async move {
            line.pass_on(stream).await.ok();
            line.open.fetch_sub(1, Ordering::SeqCst);
        });
    }
}

impl Line {
    /// Passes one request and its answer on, and ends the connection.
    async fn pass_on(&self, mut client: TcpStream) -> io::Result<()> {
        let Some(request) = read_request(&mut client).await? else { return Ok(()) };
        let fault = self.fault_for(&request);
        let place = {
            let mut heard = lock(&self.heard);
            heard.push(Exchange { request: lossy(&request), answer: String::new() });
            heard.len() - 1
        };
        if let Some(Fault::Answer(answer)) = &fault {
            return client.write_all(answer.as_bytes()).await;
        }
        if let Some(Fault::LoseRequest) = &fault {
            self.answered.notify_one();
            self.go_on.notified().await;
            return Ok(());
        }
        if let Some(Fault::Meet(all)) = &fault {
            all.wait().await;
        }
        let mut answer = self.ask_org(&request).await?;
        lock(&self.heard)[place].answer = lossy(&answer);
        match fault {
            Some(Fault::LoseAnswer) => {
                self.answered.notify_one();
                return Ok(());
            }
            Some(Fault::HoldAnswer) => {
                self.answered.notify_one();
                self.go_on.notified().await;
            }
            Some(Fault::HalfAnswer) => {
                client.write_all(&answer[..answer.len() / 2]).await?;
                self.answered.notify_one();
                self.go_on.notified().await;
                answer.drain(..answer.len() / 2);
            }
            Some(Fault::Replace(from, to)) => answer = replaced(&answer, &from, &to),
            Some(Fault::Nothing) => {
                client.write_all(&answer).await?;
                self.answered.notify_one();
                return client.shutdown().await;
            }
            Some(Fault::Answer(_) | Fault::LoseRequest | Fault::Meet(_)) | None => {}
        }
        client.write_all(&answer).await?;
        client.shutdown().await
    }

    fn fault_for(&self, request: &[u8]) -> Option<Fault> {
        let head = lossy(request);
        let path = head.split([' ', '?']).nth(1)?;
        let mut faults = lock(&self.faults);
        let at = faults.iter().position(|(faulty, _)| faulty == path)?;
        Some(faults.remove(at).1)
    }

    async fn ask_org(&self, request: &[u8]) -> io::Result<Vec<u8>> {
        let port = *lock(&self.org_port);
        let mut org = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).await?;
        let line_end = request.windows(2).position(|two| two == b"\r\n").unwrap_or_default() + 2;
        let (first_line, rest) = request.split_at(line_end);
        org.write_all(&[first_line, b"connection: close\r\n", rest].concat()).await?;
        let mut answer = Vec::new();
        org.read_to_end(&mut answer).await?;
        Ok(answer)
    }
}

async fn read_request(stream: &mut TcpStream) -> io::Result<Option<Vec<u8>>> {
    let mut request = Vec::new();
    loop {
        if let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") {
            let head = lossy(&request[..end]).to_ascii_lowercase();
            let length = head.lines().find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if request.len() >= end + 4 + length {
                return Ok(Some(request));
            }
        }
        if stream.read_buf(&mut request).await? == 0 {
            return Ok(None);
        }
    }
}

/// The answer with the text replaced, and its length in the head corrected.
fn replaced(answer: &[u8], from: &str, to: &str) -> Vec<u8> {
    let text = lossy(answer);
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    assert!(body.contains(from), "{from} stands in the answer");
    let body = body.replace(from, to);
    let head = head.lines().filter(|line| !line.to_ascii_lowercase().starts_with("content-length:"));
    let head = head.collect::<Vec<_>>().join("\r\n");
    format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len()).into_bytes()
}

/// The secret values of a message: in the query of its first line or its `Location`, in its form, its JSON, and its
/// `Authorization`.
fn named_values(message: &str) -> Vec<(String, String)> {
    let (head, body) = message.split_once("\r\n\r\n").unwrap_or((message, ""));
    let mut values = Vec::new();
    for line in head.lines() {
        if let Some((_, token)) = line.split_once("Bearer ") {
            values.push(("access_token".to_owned(), token.trim().to_owned()));
        }
        let query = line.split_once('?').map_or("", |(_, query)| query);
        values.extend(form(query.split([' ', '#']).next().unwrap_or_default()));
    }
    match serde_json::from_str::<serde_json::Value>(body) {
        Ok(serde_json::Value::Object(fields)) => {
            let texts =
                fields.into_iter().filter_map(|(name, value)| Some((name, value.as_str()?.to_owned())));
            values.extend(texts);
        }
        _ => values.extend(form(body)),
    }
    values.retain(|(name, value)| SECRET_NAMES.contains(&name.as_str()) && !value.is_empty());
    values
}

fn form(text: &str) -> Vec<(String, String)> {
    form_urlencoded::parse(text.as_bytes()).into_owned().collect()
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap()
}
