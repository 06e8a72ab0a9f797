//! Reads a request: only as much of HTTP/1.1 as a browser's GET needs.

use tokio::{io::AsyncReadExt, net::TcpStream};

/// The longest request line with all headers, in bytes. Browsers send the cookies of all programs on this host: tens of
/// kilobytes on a developer's computer.
const LONGEST_HEAD: usize = 256 * 1024;
const MOST_HEADERS: usize = 256;
/// The first byte of a TLS greeting (RFC 8446, section 5.1), which no HTTP request begins with.
const TLS_HANDSHAKE: u8 = 0x16;
const END_OF_HEAD: &[u8] = b"\r\n\r\n";

/// Why there is no request to answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unanswerable {
    /// Closed without a byte.
    Silent,
    /// TLS, from a browser that was sent to `https`.
    Tls,
    /// Closed within the head.
    Cut,
    TooLong,
}

/// The head is no HTTP/1 request for this host.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Malformed;

/// The purpose of a request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Asked<'a> {
    Get {
        path: &'a str,
        query: Option<&'a str>,
    },
    /// A browser asks whether a page from the internet may lead here (Fetch standard, "CORS preflight").
    Preflight {
        path: &'a str,
    },
    OtherMethod,
}

/// Reads up to the empty line that ends the head; also returns what came of the body along with it.
pub(super) async fn read_head(stream: &mut TcpStream) -> Result<(Vec<u8>, Vec<u8>), Unanswerable> {
    let mut head = Vec::new();
    let mut chunk = vec![0; 16 * 1024];
    loop {
        let read = stream.read(&mut chunk).await.unwrap_or(0);
        if read == 0 {
            return Err(if head.is_empty() { Unanswerable::Silent } else { Unanswerable::Cut });
        }
        if head.is_empty() && chunk.first() == Some(&TLS_HANDSHAKE) {
            return Err(Unanswerable::Tls);
        }
        // The end may straddle two reads.
        let from = head.len().saturating_sub(END_OF_HEAD.len() - 1);
        head.extend(chunk.iter().take(read));
        let fresh = head.get(from..).unwrap_or_default();
        if let Some(found) = fresh.windows(END_OF_HEAD.len()).position(|window| window == END_OF_HEAD) {
            let body = head.split_off(from + found + END_OF_HEAD.len());
            return if head.len() <= LONGEST_HEAD { Ok((head, body)) } else { Err(Unanswerable::TooLong) };
        }
        if head.len() > LONGEST_HEAD {
            return Err(Unanswerable::TooLong);
        }
    }
}

/// The first line of a head: its method and address.
pub(super) fn first_line(head: &[u8]) -> &[u8] {
    head.split(|byte| *byte == b'\r').next().unwrap_or_default()
}

/// Parses the head. `host` is the only `Host` accepted.
pub(super) fn read<'a>(head: &'a [u8], host: &str) -> Result<Asked<'a>, Malformed> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    if !matches!(request.parse(head), Ok(httparse::Status::Complete(_))) {
        return Err(Malformed);
    }
    let mut hosts = request.headers.iter().filter(|header| header.name.eq_ignore_ascii_case("host"));
    let named = hosts.next().ok_or(Malformed)?;
    if hosts.next().is_some() || !named.value.eq_ignore_ascii_case(host.as_bytes()) {
        return Err(Malformed);
    }
    let target = request.path.filter(|target| target.starts_with('/')).ok_or(Malformed)?;
    let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
    Ok(match request.method {
        Some("GET") => Asked::Get { path, query },
        Some("OPTIONS") => Asked::Preflight { path },
        _ => Asked::OtherMethod,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HOST: &str = "localhost:17177";

    #[test]
    fn what_a_browser_sends_is_read() {
        let head = b"GET /cb?code=a&state=b HTTP/1.1\r\nHost: localhost:17177\r\nAccept: */*\r\n\r\n";
        assert_eq!(
            read(head, HOST),
            Ok(Asked::Get { path: "/cb", query: Some("code=a&state=b") }),
            "path and query"
        );
        let head = b"GET /favicon.ico HTTP/1.1\r\nhost: LOCALHOST:17177\r\n\r\n";
        assert_eq!(
            read(head, HOST),
            Ok(Asked::Get { path: "/favicon.ico", query: None }),
            "names are not case-sensitive"
        );
        let head = b"OPTIONS /cb HTTP/1.1\r\nHost: localhost:17177\r\n\r\n";
        assert_eq!(read(head, HOST), Ok(Asked::Preflight { path: "/cb" }), "preflight");
        let head = b"POST /cb HTTP/1.1\r\nHost: localhost:17177\r\nContent-Length: 1\r\n\r\n";
        assert_eq!(read(head, HOST), Ok(Asked::OtherMethod), "a form");
    }

    #[test]
    fn other_hosts_and_odd_requests_are_refused() {
        for head in [
            "GET /cb HTTP/1.1\r\n\r\n",
            "GET /cb HTTP/1.1\r\nHost: 127.0.0.1:17177\r\n\r\n",
            "GET /cb HTTP/1.1\r\nHost: localhost\r\n\r\n",
            "GET /cb HTTP/1.1\r\nHost: localhost:171770\r\n\r\n",
            "GET /cb HTTP/1.1\r\nHost: evil.example\r\n\r\n",
            "GET /cb HTTP/1.1\r\nHost: localhost:17177\r\nHost: localhost:17177\r\n\r\n",
            "GET http://localhost:17177/cb HTTP/1.1\r\nHost: localhost:17177\r\n\r\n",
            "GET cb HTTP/1.1\r\nHost: localhost:17177\r\n\r\n",
            "GET /cb HTTP/2.0\r\nHost: localhost:17177\r\n\r\n",
            "GET /cb\r\nHost: localhost:17177\r\n\r\n",
            "\u{16}\u{3}\u{1}\r\n\r\n",
        ] {
            assert_eq!(read(head.as_bytes(), HOST), Err(Malformed), "{head:?}");
        }
    }

    #[test]
    fn more_headers_than_any_browser_sends_are_refused() {
        let many = "X: y\r\n".repeat(MOST_HEADERS);
        let head = format!("GET /cb HTTP/1.1\r\nHost: localhost:17177\r\n{many}\r\n");
        assert_eq!(read(head.as_bytes(), HOST), Err(Malformed), "a bounded table");
    }

    proptest! {
        #[test]
        fn never_panics(head in proptest::collection::vec(any::<u8>(), 0..400)) {
            let _ = read(&head, HOST);
        }
    }
}
