//! Other hosts beside the one in a host's place: in the path, the query, the fragment, or before an `@`.
//!
//! Any of them makes the text a question, since only a person can say which host is meant. Ordinary parts of an org's
//! addresses, such as `home.jsp`, `Account.NewTask` or somebody's e-mail address, are no hosts.

use super::{
    Address,
    callbacks::{CALLBACK_PORTS, HOSTED_CALLBACK, PATHS},
    hosts::is_host,
    residue::decoded,
    text::{Head, is_ipv4, is_loopback},
    wrapped,
};

/// How often a text may be encoded.
const LAYERS: usize = 3;
/// The most parts looked at, more than any address has.
const MOST_PARTS: usize = 512;
/// Endings of pages and files, which a path has more often than hosts do.
const OF_PAGES: [&str; 33] = [
    "jsp", "jspx", "app", "apexp", "page", "html", "htm", "js", "css", "json", "xml", "php", "aspx", "png",
    "svg", "ico", "pdf", "zip", "txt", "csv", "xls", "xlsx", "doc", "docx", "ppt", "pptx", "jpg", "jpeg",
    "gif", "woff", "woff2", "map", "mp4",
];
/// Pages that Salesforce runs: `servlet.shepherd`.
const SERVLET: &str = "servlet.";

/// What else a text names.
#[derive(Default)]
pub(super) struct Beside {
    pub(super) orgs: Vec<Address>,
    /// Whether a host stands there that is no org's.
    pub(super) is_foreign: bool,
}

impl Beside {
    /// Whether nothing but this org is named.
    pub(super) fn is_nothing_but(&self, address: &Address) -> bool {
        !self.is_foreign && self.orgs.iter().all(|other| other == address)
    }

    fn add(&mut self, address: Address) {
        if !self.orgs.contains(&address) {
            self.orgs.push(address);
        }
    }
}

/// The other hosts of a piece.
pub(super) fn beside(head: &Head<'_>) -> Beside {
    let mut found = Beside::default();
    let in_host = if head.host.contains('%') { head.host } else { "" };
    // `https://acme.my.salesforce.comhttps://…`: pasted twice.
    let pasted_twice = head.before.trim_end_matches("https").trim_end_matches("http");
    for text in [head.before, pasted_twice, head.user.unwrap_or_default(), in_host, head.tail] {
        for org in wrapped::orgs(text) {
            found.add(org);
        }
    }
    found.is_foreign |= !head.before.is_empty() && found.orgs.is_empty();
    let (path, query) = head.tail.split_at(head.tail.find(['?', '#']).unwrap_or(head.tail.len()));
    for (text, may_have_names) in [(head.user.unwrap_or_default(), true), (path, false), (query, true)] {
        let mut layer = text.to_owned();
        for _ in 0..LAYERS {
            for part in layer.split(is_border).take(MOST_PARTS) {
                look_at(part, may_have_names, head.host, &mut found);
            }
            let inner = decoded(&layer);
            if inner == layer {
                break;
            }
            layer = inner;
        }
    }
    found
}

/// Whether a character ends a path, a parameter's name or its value.
fn is_border(character: char) -> bool {
    character.is_whitespace()
        || matches!(character, '?' | '#' | '&' | '=' | ';' | ',' | '|' | '<' | '>' | '"' | '\'')
}

/// Looks for hosts in a path or a value. `may_have_names`: whether `somebody@acme.example` is an e-mail address there.
fn look_at(written: &str, may_have_names: bool, own: &str, found: &mut Beside) {
    let written = written.replace('\\', "/");
    let mut rest = written.as_str();
    while let Some((before, after)) = rest.split_once("://") {
        bare_hosts(before.rsplit_once('/').map_or("", |(before, _)| before), may_have_names, own, found);
        let scheme = before.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
        let after = after.trim_start_matches('/');
        let (authority, path) = after.split_at(after.find('/').unwrap_or(after.len()));
        let place = authority.rsplit('@').next().unwrap_or_default();
        let (host, port) = host_and_port(place);
        let is_web = scheme.ends_with("http") || scheme.ends_with("https");
        if !is_callback(&host, port, path) && (looks_like_host(&host) || (is_web && !host.is_empty())) {
            count(&host, port.filter(|_| scheme.ends_with("http")), own, found);
        }
        rest = path;
    }
    bare_hosts(rest, may_have_names, own, found);
}

/// Looks for hosts without a scheme: whole parts between slashes and colons.
fn bare_hosts(path: &str, may_have_names: bool, own: &str, found: &mut Beside) {
    for part in path.split(['/', ':']) {
        let host = match part.rsplit_once('@') {
            // Somebody's e-mail address names no org.
            Some((user, _)) if may_have_names && !user.is_empty() => continue,
            Some((_, host)) => host,
            None => part,
        };
        let host = host.trim_end_matches('.');
        let is_page = host.starts_with(SERVLET)
            || OF_PAGES.iter().any(|ending| host.rsplit('.').next() == Some(ending));
        // Only small letters: `Account.NewTask` is an action of an object's.
        if looks_like_host(host) && !is_page {
            count(host, None, own, found);
        }
    }
}

/// Counts a host as an org beside, or as a foreign one. `port`: of an address that may be a practice org's.
fn count(host: &str, port: Option<&str>, own: &str, found: &mut Beside) {
    if Address::of_whole_host(host).is_some() {
        // An org: `wrapped` has found it.
        return;
    }
    let is_practice = matches!(host, "localhost" | "127.0.0.1");
    let practice = port
        .filter(|_| is_practice)
        .and_then(|port| port.parse::<u16>().ok())
        .and_then(|port| Address::practice(host, port).ok());
    match practice {
        Some(address) => found.add(address),
        None if is_loopback(host) || !host.eq_ignore_ascii_case(own) => found.is_foreign = true,
        None => {}
    }
}

/// Whether an address is one that a sign-in ends on: such a line names no org.
fn is_callback(host: &str, port: Option<&str>, path: &str) -> bool {
    let is_ours = port.and_then(|port| port.parse().ok()).is_some_and(|port| CALLBACK_PORTS.contains(&port));
    let is_hosted =
        HOSTED_CALLBACK.strip_prefix("https://").and_then(|line| line.strip_prefix(host)) == Some(path);
    (is_loopback(host) && is_ours && PATHS.contains(&path)) || (port.is_none() && is_hosted)
}

fn host_and_port(place: &str) -> (String, Option<&str>) {
    let (host, port) = match place.split_once(':') {
        Some((host, port)) => (host, Some(port)),
        None => (place, None),
    };
    (host.trim_end_matches('.').to_ascii_lowercase(), port)
}

/// Whether the whole text is a host with an ending of letters, an IPv4 address, or this computer.
fn looks_like_host(host: &str) -> bool {
    let is_ending =
        |last: &str| (2..=24).contains(&last.len()) && last.bytes().all(|byte| byte.is_ascii_alphabetic());
    let is_name = is_host(host) && host.rsplit_once('.').is_some_and(|(_, last)| is_ending(last));
    is_name || is_loopback(host) || is_ipv4(host)
}
