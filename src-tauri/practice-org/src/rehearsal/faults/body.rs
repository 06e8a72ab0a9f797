//! Faults in the transfer of an answer.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody, to_bytes};
use axum::http::{HeaderValue, header};
use axum::response::Response;
use http_body::Frame;
use time::format_description::well_known::Rfc2822;
use time::{OffsetDateTime, UtcOffset};
use tokio::sync::mpsc;

use super::fault::What;

/// Time for the written bytes to leave before the connection breaks.
const UNTIL_IT_LEFT: Duration = Duration::from_millis(20);
/// The longest body that a second fault can change; a longer one ends the connection.
const LONGEST_SPOILT_AGAIN: usize = 16 * 1024 * 1024;
/// The content of a huge body.
static SPACES: [u8; 64 * 1024] = [b' '; 64 * 1024];

/// A response that ends the connection before a byte of it is sent.
pub(super) fn broken() -> Response {
    let (pieces, body) = pieces();
    // The receiver exists and the channel has room.
    let _ = pieces.try_send(Err(gone()));
    Response::new(body)
}

/// The response with one more fault.
pub(super) async fn spoil(response: Response, what: What) -> Response {
    match what {
        What::Undelivered => broken(),
        What::CutAfter { bytes } => cut_after(response, bytes).await,
        What::Truncated { bytes } => truncated(response, bytes).await,
        What::Huge { bytes } => huge(response, bytes).await,
        What::Slow { milliseconds_per_byte } => {
            slow(response, Duration::from_millis(milliseconds_per_byte)).await
        }
        What::Late { milliseconds } => {
            tokio::time::sleep(Duration::from_millis(milliseconds)).await;
            response
        }
        What::ContentType { value } => with_content_type(response, value.as_deref()),
        What::ClockSkew { seconds } => with_clock_skew(response, seconds),
        What::Maintenance | What::ProxySignIn | What::Answer { .. } | What::Cut => response,
    }
}

async fn cut_after(response: Response, kept: usize) -> Response {
    let (mut response, whole) = read(response).await;
    let length = HeaderValue::from(whole.len());
    let (pieces, body) = pieces();
    tokio::spawn(async move {
        let arrives = whole.slice(..kept.min(whole.len()));
        if pieces.send(Ok(arrives)).await.is_ok() {
            tokio::time::sleep(UNTIL_IT_LEFT).await;
            let _ = pieces.send(Err(gone())).await;
        }
    });
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    *response.body_mut() = body;
    response
}

async fn truncated(response: Response, kept: usize) -> Response {
    let (mut response, whole) = read(response).await;
    *response.body_mut() = Body::from(whole.slice(..kept.min(whole.len())));
    response
}

async fn huge(response: Response, length: u64) -> Response {
    let (mut response, whole) = read(response).await;
    let (pieces, body) = pieces();
    tokio::spawn(async move {
        let mut left = length.saturating_sub(whole.len() as u64);
        let mut sent = pieces.send(Ok(whole)).await;
        while left > 0 && sent.is_ok() {
            let piece = Bytes::from_static(&SPACES)
                .slice(..SPACES.len().min(usize::try_from(left).unwrap_or(usize::MAX)));
            left -= piece.len() as u64;
            sent = pieces.send(Ok(piece)).await;
        }
    });
    *response.body_mut() = body;
    response
}

async fn slow(response: Response, pause: Duration) -> Response {
    let (mut response, whole) = read(response).await;
    let length = HeaderValue::from(whole.len());
    let (pieces, body) = pieces();
    tokio::spawn(async move {
        for at in 0..whole.len() {
            tokio::time::sleep(pause).await;
            if pieces.send(Ok(whole.slice(at..=at))).await.is_err() {
                return;
            }
        }
    });
    response.headers_mut().insert(header::CONTENT_LENGTH, length);
    *response.body_mut() = body;
    response
}

fn with_content_type(mut response: Response, value: Option<&str>) -> Response {
    response.headers_mut().remove(header::CONTENT_TYPE);
    if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
        response.headers_mut().insert(header::CONTENT_TYPE, value);
    }
    response
}

fn with_clock_skew(mut response: Response, seconds: i64) -> Response {
    let shown = OffsetDateTime::now_utc().checked_add(time::Duration::seconds(seconds));
    let date = shown.and_then(|shown| shown.to_offset(UtcOffset::UTC).format(&Rfc2822).ok());
    // RFC 9110 section 5.6.7 requires GMT where RFC 2822 has a numeric offset.
    let date = date.and_then(|date| HeaderValue::from_str(&date.replace("+0000", "GMT")).ok());
    if let Some(date) = date {
        response.headers_mut().insert(header::DATE, date);
    }
    response
}

/// A response with its whole body. A body that cannot be read, broken or made too long by another fault, ends the
/// connection.
async fn read(response: Response) -> (Response, Bytes) {
    let (mut parts, body) = response.into_parts();
    parts.headers.remove(header::CONTENT_LENGTH);
    match to_bytes(body, LONGEST_SPOILT_AGAIN).await {
        Ok(whole) => (Response::from_parts(parts, Body::empty()), whole),
        Err(_) => (broken(), Bytes::new()),
    }
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::ConnectionAborted, "a fault that was asked for")
}

/// A body that is generated while it is sent.
struct Pieces(mpsc::Receiver<io::Result<Bytes>>);

fn pieces() -> (mpsc::Sender<io::Result<Bytes>>, Body) {
    let (pieces, receiver) = mpsc::channel(1);
    (pieces, Body::new(Pieces(receiver)))
}

impl HttpBody for Pieces {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        self.0.poll_recv(context).map(|piece| piece.map(|piece| piece.map(Frame::data)))
    }
}
