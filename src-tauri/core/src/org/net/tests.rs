use std::{
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    sync::{Arc, mpsc},
    thread,
};

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, CertifiedKey, ExtendedKeyUsagePurpose, IsCa,
    KeyPair,
};
use rustls::{ServerConfig, ServerConnection, StreamOwned, pki_types::PrivateKeyDer};

use super::system_proxy::SystemProxy;
use super::*;
use crate::{explain::Code, platform::private::Unread};

const HOST: &str = "acme.my.salesforce.com";
const HELLO: &str = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-Kept: yes\r\n\r\nhello";

/// A server on this computer that passes every connection to `each`. Returns its port, and what it received.
fn server(each: impl Fn(TcpStream) -> String + Send + 'static) -> (u16, mpsc::Receiver<String>) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let (sender, requests) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            if sender.send(each(stream.expect("a connection"))).is_err() {
                return;
            }
        }
    });
    (port, requests)
}

/// Answers every connection with the same bytes and closes it.
fn answering(answer: impl Into<Vec<u8>>) -> (u16, mpsc::Receiver<String>) {
    let answer = answer.into();
    server(move |mut stream| {
        let head = read_head(&mut stream);
        // What is left unread would have Windows take the answer back.
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
        let _ = stream.read_exact(&mut vec![0; length.unwrap_or(0)]);
        // The client may have hung up, as some tests intend.
        let _ = stream.write_all(&answer);
        head
    })
}

fn read_head(stream: &mut impl Read) -> String {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") && stream.read(&mut byte).unwrap_or(0) == 1 {
        head.push(byte[0]);
    }
    String::from_utf8(head).expect("text")
}

fn limits() -> Limits {
    Limits { connect: Duration::from_secs(60), total: Duration::from_secs(60), body: 1000 }
}

fn net() -> Net {
    Net::build(None, Proxies::System(SystemProxy::default()), limits()).expect("a client")
}

fn behind(proxy: u16, authority: Option<&Path>) -> Net {
    through(&format!("http://127.0.0.1:{proxy}"), authority)
}

fn through(proxy: &str, authority: Option<&Path>) -> Net {
    Net::build(authority, Proxies::Named(proxy.to_owned()), limits()).expect("a client")
}

async fn get(net: &Net, url: &str) -> Result<http::Response<Vec<u8>>, HttpError> {
    net.send(http::Request::get(url).body(Vec::new()).expect("a request")).await
}

#[tokio::test]
async fn a_request_carries_status_headers_and_body_both_ways() {
    let (port, requests) = answering(HELLO);
    for host in ["localhost", "127.0.0.1"] {
        let request = http::Request::post(format!("http://{host}:{port}/token?q=1")).header("X-Mine", "here");
        let answer = net().send(request.body(b"a=b".to_vec()).expect("a request")).await.expect("an answer");
        assert_eq!(
            (answer.status().as_u16(), answer.body().as_slice()),
            (200, b"hello".as_slice()),
            "{host}"
        );
        assert_eq!(answer.headers()["x-kept"], "yes", "headers come back");
        let sent = requests.recv().expect("a request");
        assert!(sent.starts_with("POST /token?q=1 HTTP/1.1\r\n"), "{sent}");
        assert!(sent.contains("x-mine: here\r\n") && sent.contains("content-length: 3\r\n"), "{sent}");
        assert!(
            sent.contains(&format!("user-agent: Datatrax-Connect/{}\r\n", env!("CARGO_PKG_VERSION"))),
            "{sent}"
        );
    }
}

#[tokio::test]
async fn no_redirect_is_followed() {
    let (elsewhere, visits) = answering(HELLO);
    let target = format!("http://localhost:{elsewhere}/");
    let (port, _requests) =
        answering(format!("HTTP/1.1 302 Found\r\nLocation: {target}\r\nContent-Length: 0\r\n\r\n"));
    let answer = get(&net(), &format!("http://localhost:{port}/")).await.expect("an answer");
    assert_eq!(answer.status(), 302, "the redirect itself");
    assert_eq!(answer.headers()["location"], target.as_str(), "for the caller to judge");
    assert!(visits.try_recv().is_err(), "nobody went there");
}

#[tokio::test]
async fn bodies_are_capped_whether_announced_or_not() {
    let at_most = format!("HTTP/1.1 200 OK\r\n\r\n{}", "x".repeat(1000));
    let (port, _requests) = answering(at_most.clone());
    let answer = get(&net(), &format!("http://localhost:{port}/")).await.expect("just small enough");
    assert_eq!(answer.body().len(), 1000, "up to the limit");

    for too_large in [format!("{at_most}x"), "HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n".to_owned()] {
        let (port, _requests) = answering(too_large);
        let result = get(&net(), &format!("http://localhost:{port}/")).await;
        assert_eq!(result.expect_err("refused"), HttpError::TooLarge, "beyond the limit");
    }
    let (port, _requests) = server(|mut stream| {
        let head = read_head(&mut stream);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n");
        while stream.write_all(&[b'x'; 512]).is_ok() {}
        head
    });
    let result = get(&net(), &format!("http://localhost:{port}/")).await;
    assert_eq!(result.expect_err("refused"), HttpError::TooLarge, "an endless body");
}

#[tokio::test]
async fn a_cut_connection_is_told_from_a_slow_one() {
    for cut in ["", "HTTP/1.1 200 OK\r\nContent-Le", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel"] {
        let (port, _requests) = answering(cut);
        let result = get(&net(), &format!("http://localhost:{port}/")).await;
        assert_eq!(result.expect_err("cut"), HttpError::Cut, "{cut:?}");
    }
    for begun in ["", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel"] {
        let (port, _requests) = server(move |mut stream| {
            let head = read_head(&mut stream);
            stream.write_all(begun.as_bytes()).expect("written");
            // Until the client hangs up.
            let _ = stream.read(&mut [0]);
            head
        });
        let hasty = Limits { total: Duration::from_millis(600), ..limits() };
        let net = Net::build(None, Proxies::System(SystemProxy::default()), hasty).expect("a client");
        let result = get(&net, &format!("http://localhost:{port}/")).await;
        assert_eq!(result.expect_err("slow"), HttpError::Timeout, "{begun:?}");
    }
}

#[tokio::test]
async fn a_closed_port_is_no_connection_unless_it_is_a_proxys() {
    let port = TcpListener::bind(("127.0.0.1", 0))
        .and_then(|listener| listener.local_addr())
        .expect("a port")
        .port();
    let result = get(&net(), &format!("http://localhost:{port}/")).await;
    assert_eq!(result.expect_err("closed"), HttpError::Connect, "nobody listens");

    let url = format!("https://{HOST}/");
    assert_eq!(get(&behind(port, None), &url).await.expect_err("closed"), HttpError::Proxy, "no proxy there");
    let nowhere = through("http://proxy.invalid:3128", None);
    assert_eq!(get(&nowhere, &url).await.expect_err("unknown"), HttpError::Proxy, "no such name (RFC 6761)");
    for refusal in ["403 Forbidden", "407 Proxy Authentication Required", "502 Bad Gateway"] {
        let (proxy, _requests) = answering(format!("HTTP/1.1 {refusal}\r\nContent-Length: 0\r\n\r\n"));
        assert_eq!(get(&behind(proxy, None), &url).await.expect_err(refusal), HttpError::Proxy, "{refusal}");
    }
}

#[tokio::test]
async fn an_unknown_name_is_told_by_its_type() {
    let _ = net();
    let client = client(limits()).no_proxy().tls_certs_only([]).build().expect("a client");
    let error = client.get("http://no-such-name.invalid/").send().await.expect_err("RFC 6761, section 6.4");
    assert_eq!(trouble::classify(&error, false), HttpError::Dns, "without a proxy, the name is at fault");
}

#[tokio::test]
async fn loopback_never_goes_through_a_proxy() {
    let (proxy, proxied) = answering(HELLO);
    let (port, requests) = answering(HELLO);
    let net = behind(proxy, None);
    for host in ["localhost", "127.0.0.1"] {
        get(&net, &format!("http://{host}:{port}/")).await.expect("an answer");
        let sent = requests.recv().expect("the server itself was asked");
        assert!(sent.starts_with("GET / HTTP/1.1\r\n"), "{sent}");
    }
    assert!(proxied.try_recv().is_err(), "the proxy saw nothing");
    // The same client uses the proxy for a real host, so the assertion above can fail.
    let _ = get(&net, &format!("https://{HOST}/")).await;
    let seen = proxied.recv_timeout(Duration::from_secs(300)).expect("the proxy is used");
    assert!(seen.starts_with(&format!("CONNECT {HOST}:443 HTTP/1.1\r\n")), "{seen}");
}

#[tokio::test]
async fn other_addresses_are_refused() {
    let (proxy, proxied) = answering(HELLO);
    let net = behind(proxy, None);
    for url in [
        "https://evil.example/",
        "http://acme.my.salesforce.com/",
        "https://acme.my.salesforce.com:8443/",
        "https://u:p@acme.my.salesforce.com/",
        "https://acme.my.salesforce.com.evil.example/",
        "http://localhost.evil.example/",
        "http://u@localhost:1/",
        "http://[::1]:1/",
        "https://localhost:1/",
        "http://0.0.0.0:1/",
        "/services",
    ] {
        assert_eq!(get(&net, url).await.expect_err(url), HttpError::Refused, "{url}");
    }
    assert!(proxied.try_recv().is_err(), "nothing left this computer");
}

/// An authority's certificate, and one for the host that it has signed.
fn authority_and_server() -> (String, CertifiedKey<KeyPair>) {
    let mut parameters = CertificateParams::default();
    parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(parameters, key).expect("an authority");
    let mut parameters = CertificateParams::new([HOST.to_owned()]).expect("a host");
    parameters.use_authority_key_identifier_extension = true;
    parameters.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let signing_key = KeyPair::generate().expect("a key");
    let cert = parameters.signed_by(&signing_key, &authority).expect("a certificate");
    (authority.pem(), CertifiedKey { cert, signing_key })
}

/// A proxy that ends the tunnel itself: a TLS server with the given certificate.
fn tunnel(certified: &CertifiedKey<rcgen::KeyPair>) -> (u16, mpsc::Receiver<String>) {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let key = PrivateKeyDer::try_from(certified.signing_key.serialize_der()).expect("a key");
    let chain = vec![certified.cert.der().clone()];
    let config =
        ServerConfig::builder().with_no_client_auth().with_single_cert(chain, key).expect("a server");
    let config = Arc::new(config);
    server(move |mut stream| {
        read_head(&mut stream);
        stream.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").expect("written");
        let session = ServerConnection::new(Arc::clone(&config)).expect("a session");
        let mut stream = StreamOwned::new(session, stream);
        let head = read_head(&mut stream);
        if !head.is_empty() {
            stream.write_all(HELLO.as_bytes()).expect("written");
        }
        head
    })
}

#[tokio::test]
async fn the_added_authority_is_trusted_and_no_stranger() {
    let (authority, certified) = authority_and_server();
    let file = tempfile::NamedTempFile::new().expect("a file");
    file.as_file().write_all(authority.as_bytes()).expect("written");
    let (proxy, requests) = tunnel(&certified);
    if cfg!(windows) && behind(proxy, Some(file.path())).hindrance() == Some(HttpError::Tls) {
        eprintln!("this is Wine, which takes no authority besides its own: not looked at");
        return;
    }

    let answer =
        get(&behind(proxy, Some(file.path())), &format!("https://{HOST}/a?b")).await.expect("trusted");
    assert_eq!(answer.body().as_slice(), b"hello", "over TLS, through the tunnel");
    let sent = requests.recv().expect("a request");
    assert!(sent.starts_with("GET /a?b HTTP/1.1\r\n"), "{sent}");

    // Without the added authority there may be no trust store at all, which is no trust either.
    let result = get(&behind(proxy, None), &format!("https://{HOST}/")).await;
    let error = result.expect_err("a stranger");
    assert!(
        matches!(error, HttpError::Tls | HttpError::NoAuthorities(_)),
        "not trusted by the system: {error}"
    );
    let result = get(&behind(proxy, Some(file.path())), "https://other.my.salesforce.com/").await;
    assert_eq!(result.expect_err("another host"), HttpError::Tls, "trusted, for another name");
    for sent in requests.try_iter() {
        assert_eq!(sent, "", "nothing was said to a stranger");
    }
}

#[test]
fn what_is_wrong_with_an_added_authority_is_said() {
    let error = |path: &Path| Net::new(Some(path), None).err().map(|error| error.why);
    let unread = |why| Some(NetError::AuthorityUnread(why));
    assert_eq!(error(Path::new("/no/such/file.pem")), unread(Unread::Missing), "missing");
    for make in crate::platform::private::testing::NO_FILES {
        let folder = tempfile::tempdir().expect("a folder");
        let path = &*folder.path().join("no-file");
        make(path);
        let why = unread(if path.is_dir() { Unread::Folder } else { Unread::NoFile });
        assert_eq!(error(path), why, "{path:?} is no file, and waited for by nobody");
    }
    let file = tempfile::NamedTempFile::new().expect("a file");
    assert_eq!(error(file.path()), Some(NetError::AuthorityEmpty), "empty");
    file.as_file().write_all(b"not a certificate").expect("written");
    assert_eq!(error(file.path()), Some(NetError::AuthorityNotPem), "something else");

    file.as_file().set_len(2 * 1024 * 1024).expect("longer");
    assert_eq!(error(file.path()), unread(Unread::TooLarge(1024)), "too large");

    let said = Net::new(Some(file.path()), None).err().expect("an error").failure();
    assert_eq!(said.code, Code::AuthorityUnusable, "the file is the trouble");
    let message = said.message;
    for part in [file.path().to_str().expect("a path"), "larger than 1024 KiB"] {
        assert!(message.contains(part), "{part}: the file and the reason: {message}");
    }
    assert!(!message.contains("DATATRAX_CA_FILE"), "it may come from the settings: {message}");
}

/// The log of one test.
#[derive(Clone, Default)]
struct Log(Arc<std::sync::Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().map_err(|_| std::io::ErrorKind::Other)?.write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn the_log_has_neither_query_nor_headers_nor_bodies() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(move || writer.clone())
        .finish();
    let protection = tracing::subscriber::set_default(subscriber);
    let (port, _requests) =
        answering("HTTP/1.1 200 OK\r\nX-Planted: planted-head\r\nContent-Length: 12\r\n\r\nplanted-back");
    let request = http::Request::post(format!("http://localhost:{port}/services/data?q=planted-query"))
        .header("authorization", "Bearer planted-token");
    net().send(request.body(b"planted-body".to_vec()).expect("a request")).await.expect("an answer");
    let _ = get(&net(), "https://evil.example/planted-path-is-fine?planted-query").await;
    drop(protection);
    let log = String::from_utf8(log.0.lock().expect("lock").clone()).expect("text");
    assert!(
        log.contains("localhost") && log.contains("/services/data") && log.contains("status=200"),
        "{log}"
    );
    assert!(log.contains("evil.example") && log.contains("cannot be sent"), "{log}");
    let kept = log.replace("planted-path-is-fine", "");
    assert!(!kept.contains("planted"), "{log}");
}

async fn get_what_comes(net: &Net, port: u16) -> (Vec<u8>, Option<HttpError>) {
    let url = format!("http://localhost:{port}/");
    let request = http::Request::get(url).body(Vec::new()).expect("a request");
    let answer = net.send_and_keep_what_comes(request).await.expect("a part of an answer");
    let why = answer.extensions().get().map(|BrokenOff(why)| *why);
    (answer.into_body(), why)
}

#[tokio::test]
async fn what_came_of_an_answer_is_kept_where_each_part_counts() {
    let long = "x".repeat(1001);
    for (answer, kept, why) in [
        (HELLO.to_owned(), "hello", None),
        ("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel".to_owned(), "hel", Some(HttpError::Cut)),
        (format!("HTTP/1.1 200 OK\r\n\r\n{long}"), long.split_at(1000).0, Some(HttpError::TooLarge)),
        (
            format!("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n{long}"),
            long.split_at(1000).0,
            Some(HttpError::TooLarge),
        ),
    ] {
        let (port, _requests) = answering(answer);
        let (body, broken_off) = get_what_comes(&net(), port).await;
        assert_eq!((body.as_slice(), broken_off), (kept.as_bytes(), why), "{why:?}");
    }
    let (port, _requests) = server(|mut stream| {
        let head = read_head(&mut stream);
        stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhel").expect("written");
        // Until the client hangs up.
        let _ = stream.read(&mut [0]);
        head
    });
    let hasty = Limits { total: Duration::from_millis(600), ..limits() };
    let net = Net::build(None, Proxies::System(SystemProxy::default()), hasty).expect("a client");
    assert_eq!(get_what_comes(&net, port).await, (b"hel".to_vec(), Some(HttpError::Timeout)), "late");
}
