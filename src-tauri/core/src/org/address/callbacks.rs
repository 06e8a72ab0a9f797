//! The addresses that a sign-in may return to. People have pasted them into their orgs: they can never change.

/// The line of the Datatrax guide. Never chosen automatically: the page at this address may spend the code.
pub const HOSTED_CALLBACK: &str = "https://www.getdatatrax.com/auth/salesforce/callback";

/// The scheme this program registers with the operating system.
pub const LINK_SCHEME: &str = "com.getdatatrax.connect";

/// The line that returns through the operating system.
pub const LINK_CALLBACK: &str = "com.getdatatrax.connect://auth/salesforce/callback";

/// A link that brings the window forward and says nothing.
pub const LINK_TO_WINDOW: &str = "com.getdatatrax.connect://open";

/// The ports listened on, in the order they are tried.
pub const CALLBACK_PORTS: [u16; 3] = [17177, 27177, 7177];

pub(super) const PATHS: [&str; 2] = [PATH, PRACTICE_PATH];
const PATH: &str = "/auth/salesforce/callback";
/// A path unlike a real org's, so that no local server can pass our sign-in on to one.
pub const PRACTICE_PATH: &str = "/practice/callback";

pub(super) fn loopback(practice: bool) -> Vec<(u16, String)> {
    let path = if practice { PRACTICE_PATH } else { PATH };
    CALLBACK_PORTS.into_iter().map(|port| (port, format!("http://localhost:{port}{path}"))).collect()
}

pub(super) fn lines(practice: bool) -> Vec<String> {
    let local = loopback(practice).into_iter().map(|(_, line)| line);
    if practice {
        return local.collect();
    }
    let hosted = std::iter::once(HOSTED_CALLBACK.to_owned());
    hosted.chain(local).chain([LINK_CALLBACK.to_owned()]).collect()
}
