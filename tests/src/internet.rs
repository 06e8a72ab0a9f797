//! A test's own internet: a proxy with CONNECT, and behind it hosts of Salesforce's that the test adds, each a practice
//! org behind TLS. The programs under test know of it only through public settings: the proxy variables and one more
//! certificate authority.

mod authority;
mod online;
mod proxy;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use axum::{
    extract::Request,
    http::{HeaderValue, header::HOST},
    middleware::map_request,
    serve::Listener,
};
use practice_org::Org;
use reqwest::{Certificate, Client, redirect::Policy};
use tempfile::TempDir;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::mpsc,
    task::{JoinHandle, JoinSet},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

use self::authority::Authority;
pub use self::{
    authority::Shown,
    online::{OnlineDesk, real_org},
};
use crate::{Desk, Dtx, Person};

/// What the trusted authority is called.
const NAME: &str = "Authority of these tests";

/// Connections that may wait to be served by one host.
const ARRIVALS_AHEAD: usize = 16;

/// A proxy and the hosts behind it. Both end when this is dropped.
pub struct Internet {
    folder: TempDir,
    authority: Authority,
    stranger: Authority,
    renewed: Authority,
    seen: Arc<Seen>,
    proxy_port: u16,
    proxy: JoinHandle<()>,
    servers: Mutex<JoinSet<()>>,
}

/// The proxy's requests, and its hosts.
#[derive(Default)]
struct Seen {
    hosts: Mutex<BTreeMap<String, Front>>,
    /// The first line of each request.
    requests: Mutex<Vec<String>>,
    broken_handshakes: Mutex<usize>,
}

/// The host's end of its tunnels.
#[derive(Clone)]
struct Front {
    tls: TlsAcceptor,
    arrivals: mpsc::Sender<TlsStream<TcpStream>>,
}

impl Internet {
    pub async fn new() -> Self {
        // Fails only if a provider is installed already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let folder = tempfile::tempdir().unwrap();
        let [authority, stranger, renewed] = [NAME, "Stranger", NAME].map(Authority::new);
        write(&folder.path().join("authority.pem"), &authority.pem());
        write(&folder.path().join("stranger.pem"), &stranger.pem());
        build_names(folder.path());
        let seen = Arc::new(Seen::default());
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let proxy_port = listener.local_addr().unwrap().port();
        let proxy = tokio::spawn(proxy::run(listener, Arc::clone(&seen)));
        Self { folder, authority, stranger, renewed, seen, proxy_port, proxy, servers: Mutex::default() }
    }

    /// Puts the org behind `host`, with a certificate that is trusted.
    pub fn serve(&self, host: &str, org: &Org) {
        self.serve_with(host, org, Shown::Trusted);
    }

    /// Puts the org behind `host`. An org with another address answers requests for this one as its own.
    pub fn serve_with(&self, host: &str, org: &Org, shown: Shown) {
        let issuer = match shown {
            Shown::OfAStranger => &self.stranger,
            Shown::OfARenewedAuthority => &self.renewed,
            Shown::Trusted
            | Shown::ForAnotherHost
            | Shown::Expired
            | Shown::AsAuthority
            | Shown::ForClients => &self.authority,
        };
        let tls = TlsAcceptor::from(Arc::new(issuer.server(host, shown)));
        let (arrivals, arriving) = mpsc::channel(ARRIVALS_AHEAD);
        let own = org.address().trim_start_matches("https://").to_owned();
        let (own, front) = (HeaderValue::from_str(&own).unwrap(), HeaderValue::from_str(host).unwrap());
        let app = org.router().layer(map_request(move |mut request: Request| {
            if request.headers().get(HOST) == Some(&front) {
                request.headers_mut().insert(HOST, own.clone());
            }
            std::future::ready(request)
        }));
        lock(&self.seen.hosts).insert(host.to_owned(), Front { tls, arrivals });
        lock(&self.servers).spawn(async move {
            // Serves until the host is removed.
            let _ = axum::serve(Arrivals(arriving), app).await;
        });
    }

    /// The address of the proxy, as the proxy variables take it.
    pub fn proxy(&self) -> String {
        format!("http://127.0.0.1:{}", self.proxy_port)
    }

    /// The authority that signed the certificates, in PEM form.
    pub fn authority_file(&self) -> PathBuf {
        self.folder.path().join("authority.pem")
    }

    /// An authority that signed none of the trusted ones.
    pub fn stranger_file(&self) -> PathBuf {
        self.folder.path().join("stranger.pem")
    }

    /// The environment of a computer on this internet. Programs in it resolve no name: look-ups fail and are recorded,
    /// see [`Internet::names_asked_for`].
    pub fn environment(&self) -> Vec<(&'static str, String)> {
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        vec![
            ("HTTPS_PROXY", self.proxy()),
            ("DATATRAX_CA_FILE", text(self.authority_file())),
            ("LD_PRELOAD", text(self.folder.path().join(NAMES_LIBRARY))),
            ("NAMES_ASKED_FOR", text(self.folder.path().join(NAMES_FILE))),
        ]
    }

    /// The first line of each request to the proxy.
    pub fn requests(&self) -> Vec<String> {
        lock(&self.seen.requests).clone()
    }

    /// The hosts to which tunnels were requested, each once, sorted.
    pub fn hosts_asked_for(&self) -> Vec<String> {
        let requests = self.requests();
        // Other requests are listed as whole lines.
        let hosts: BTreeSet<&str> = requests.iter().map(|line| proxy::host(line).unwrap_or(line)).collect();
        hosts.into_iter().map(str::to_owned).collect()
    }

    /// The number of tunnels in which the client did not finish the handshake.
    pub fn broken_handshakes(&self) -> usize {
        *lock(&self.seen.broken_handshakes)
    }

    /// The names that programs in [`Internet::environment`] tried to resolve.
    pub fn names_asked_for(&self) -> Vec<String> {
        let names = fs::read_to_string(self.folder.path().join(NAMES_FILE)).unwrap_or_default();
        names.lines().map(str::to_owned).collect()
    }

    /// The user of this number in the org's list, with a browser on this internet.
    pub fn person(&self, org: &Org, user: usize) -> Person {
        let user = org.users().into_iter().nth(user).expect("a user of that number");
        Person::with_client(&user.username, &user.password, self.client())
    }

    /// A client that trusts the authority, uses the proxy and follows no redirects.
    pub fn client(&self) -> Client {
        let authority = Certificate::from_pem(self.authority.pem().as_bytes()).unwrap();
        let proxy = reqwest::Proxy::all(self.proxy()).unwrap();
        let client = Client::builder().proxy(proxy).tls_certs_only([authority]).redirect(Policy::none());
        client.build().unwrap()
    }
}

impl Desk {
    /// Starts `dtx` on this desk with the internet's environment, changed by `changes`. An empty value removes a
    /// variable.
    pub fn start_on(&self, internet: &Internet, arguments: &[&str], changes: &[(&str, &str)]) -> Dtx {
        let environment = internet.environment();
        let mut all: BTreeMap<&str, &str> =
            environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
        all.extend(changes.iter().copied());
        let all: Vec<(&str, &str)> = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        self.start_with(arguments, &all)
    }
}

impl Drop for Internet {
    fn drop(&mut self) {
        self.proxy.abort();
    }
}

/// The connections of one host, after TLS.
struct Arrivals(mpsc::Receiver<TlsStream<TcpStream>>);

impl Listener for Arrivals {
    type Io = TlsStream<TcpStream>;
    type Addr = ();

    async fn accept(&mut self) -> (Self::Io, ()) {
        match self.0.recv().await {
            Some(stream) => (stream, ()),
            None => std::future::pending().await,
        }
    }

    fn local_addr(&self) -> std::io::Result<()> {
        Ok(())
    }
}

const NAMES_LIBRARY: &str = "names.so";
const NAMES_FILE: &str = "names";

/// Builds the library that replaces the system's name service. A test must never reach the real Salesforce.
fn build_names(folder: &Path) {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/internet/names.c");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-Wall", "-Werror", "-o"])
        .args([&folder.join(NAMES_LIBRARY), &source])
        .output()
        .expect("a C compiler is installed");
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
}

fn write(path: &Path, text: &str) {
    use std::io::Write;
    fs::File::create(path).unwrap().write_all(text.as_bytes()).unwrap();
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
