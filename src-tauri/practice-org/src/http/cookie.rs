//! The cookie that names a browser's session.

use axum::http::{HeaderMap, HeaderValue, header};
use axum::response::Response;

use super::call::Call;
use super::shared::Shared;

/// The session a request's cookie names, if it has one.
pub(crate) fn session_of(shared: &Shared, call: &Call) -> Option<String> {
    session_in(&call.headers, shared.port)
}

/// The response with a session for the browser to keep.
pub(crate) fn with_session(mut response: Response, shared: &Shared, session: &str) -> Response {
    let secure = if shared.is_secure() { "; Secure" } else { "" };
    let cookie = format!("{}={session}; Path=/; HttpOnly; SameSite=Lax{secure}", name(shared.port));
    if let Ok(cookie) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// The cookie's name. Browsers do not keep the cookies of two ports apart, so the name does.
fn name(port: u16) -> String {
    format!("practice_sid_{port}")
}

fn session_in(headers: &HeaderMap, port: u16) -> Option<String> {
    let name = name(port);
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find(|(key, _)| *key == name)
        .map(|(_, value)| value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_session_is_read_from_among_other_cookies() {
        let mut headers = HeaderMap::new();
        headers.append(
            header::COOKIE,
            HeaderValue::from_static("a=b; practice_sid_81=other; practice_sid_80=mine"),
        );
        assert_eq!(session_in(&headers, 80).as_deref(), Some("mine"), "the cookie of this port");
        assert_eq!(session_in(&headers, 82), None, "no cookie of that port");
    }
}
