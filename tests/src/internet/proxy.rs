//! The proxy: CONNECT to its hosts (RFC 9110, section 9.3.6), and nothing else.

use std::{io, sync::Arc};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use super::{Front, Seen, lock};

/// The longest head in bytes, far above any request's.
const LONGEST_HEAD: usize = 16 * 1024;
const GO_ON: &[u8] = b"HTTP/1.1 200 Connection established\r\n\r\n";
/// A proxy's answer for a name that it cannot resolve.
const NO_SUCH_HOST: &[u8] = b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

pub(super) async fn run(listener: TcpListener, seen: Arc<Seen>) {
    while let Ok((stream, _)) = listener.accept().await {
        let seen = Arc::clone(&seen);
        tokio::spawn(async move {
            // A client that goes away ends only its own tunnel.
            let _ = tunnel(stream, &seen).await;
        });
    }
}

async fn tunnel(mut stream: TcpStream, seen: &Seen) -> io::Result<()> {
    let head = read_head(&mut stream).await?;
    let line = head.lines().next().unwrap_or_default().to_owned();
    let front = host(&line).and_then(|host| lock(&seen.hosts).get(host).cloned());
    lock(&seen.requests).push(line);
    let Some(Front { tls, arrivals }) = front else {
        return stream.write_all(NO_SUCH_HOST).await;
    };
    stream.write_all(GO_ON).await?;
    match tls.accept(stream).await {
        // The host, and so the connection, may be gone meanwhile.
        Ok(stream) => drop(arrivals.send(stream).await),
        Err(_) => *lock(&seen.broken_handshakes) += 1,
    }
    Ok(())
}

/// The host whose TLS port a request line asks for.
pub(super) fn host(line: &str) -> Option<&str> {
    let (target, _version) = line.strip_prefix("CONNECT ")?.split_once(' ')?;
    target.strip_suffix(":443")
}

/// Reads byte by byte: the bytes after the head belong to the tunnel.
async fn read_head(stream: &mut TcpStream) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") && head.len() < LONGEST_HEAD {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}
