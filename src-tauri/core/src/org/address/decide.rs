//! Which org a pasted text means: certainly one, perhaps one, or none.
//!
//! A text is certain only if it holds a single host, in its usual place and without a user's name before it, or if it
//! is a single word. A second host anywhere in it (`beside`), in a query or a path too, and any other text is a question, returned as an error: no host is contacted before a person has
//! agreed.

use super::{
    Address,
    beside::{Beside, beside},
    callbacks::{CALLBACK_PORTS, PATHS},
    error::AddressError,
    hosts::{is_host, is_label},
    residue::{is_invisible, unbracketed},
    text::{Head, Scheme, head, is_loopback, pieces},
    wrapped,
};
use crate::explain::narrow;

/// The longest text read, in bytes: more than any address of a Setup page with its query.
const LONGEST_PASTE: usize = 8192;
/// The most orgs a person can be asked about.
const MOST_CANDIDATES: usize = 4;

/// The meaning of a text in a host's place.
struct Meant {
    address: Address,
    /// Whether the form alone leaves no doubt.
    is_certain: bool,
}

pub(super) fn decide(text: &str) -> Result<Address, AddressError> {
    if text.len() > LONGEST_PASTE {
        return Err(AddressError::TooLong);
    }
    let plain = text.chars().map(narrow).collect::<String>().replace('。', ".");
    match decide_narrow(&plain) {
        // Typed by an input method, or made to look like one: a person looks at it.
        Ok(address) if plain != text => Err(unsure(vec![address])),
        decided => decided,
    }
}

fn decide_narrow(text: &str) -> Result<Address, AddressError> {
    // Some people write backslashes, and browsers read them as slashes.
    let written: String = with_plain_marks(unbracketed(text))
        .chars()
        .filter(|character| !is_invisible(*character))
        .map(|character| if character.is_control() { ' ' } else { character })
        .map(|character| if character == '\\' { '/' } else { character })
        .collect();
    if written.contains("://[") || written.contains("[::1]") {
        return Err(AddressError::PracticeForm);
    }
    let pieces = pieces(&written);
    let heads: Vec<Head<'_>> = pieces.iter().copied().filter_map(head).collect();
    match (heads.as_slice(), pieces.as_slice()) {
        ([], []) => Err(AddressError::Empty),
        ([], [word]) => only_word(word.text),
        ([], _) => Err(AddressError::Unreadable),
        ([only], [_]) => only_host(only),
        ([only], _) => {
            let whole = joined(text).filter(|_| only.scheme == Scheme::None);
            match (only_host(only), whole) {
                (Ok(address), Some(whole)) if whole != address => Err(unsure(vec![whole, address])),
                (Err(AddressError::Unsure { meant }), Some(whole)) => Err(unsure(with(vec![whole], meant))),
                (decided, _) => decided,
            }
        }
        (several, _) => several_hosts(several, joined(text)),
    }
}

/// The text with the dots that a mail filter or a careful person has put into brackets, so that nobody clicks on it, and with the
/// brackets and quotes that HTML writes out.
fn with_plain_marks(text: &str) -> String {
    let dots = ["[.]", "(.)", "{.}", "[dot]", "(dot)"].map(|dot| (dot, "."));
    let marks = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "\"")];
    dots.into_iter().chain(marks).fold(text.to_owned(), |text, (written, mark)| text.replace(written, mark))
}

/// Reads a text that is a single word.
fn only_word(word: &str) -> Result<Address, AddressError> {
    let word = word.strip_suffix('/').unwrap_or(word).to_ascii_lowercase();
    if is_label(&word) {
        let (address, _) = Address::salesforce(&word)?;
        let glued = without_glued_scheme(&word).and_then(|rest| Address::salesforce(rest).ok());
        return match glued {
            Some((inner, _)) => Err(unsure(vec![address, inner])),
            None => Ok(address),
        };
    }
    let inner = wrapped::orgs(&word);
    if inner.is_empty() { Err(AddressError::Unreadable) } else { Err(unsure(inner)) }
}

/// Reads a text with one host in it.
fn only_host(head: &Head<'_>) -> Result<Address, AddressError> {
    let others = beside_and_within(head);
    match understand(head) {
        Ok(Meant { address, is_certain }) if is_certain && others.is_nothing_but(&address) => Ok(address),
        Ok(Meant { address, .. }) => Err(unsure(with(vec![address], others.orgs))),
        Err(error @ (AddressError::Port { .. } | AddressError::PracticeForm | AddressError::Callback)) => {
            Err(error)
        }
        Err(_) if !others.orgs.is_empty() => Err(unsure(with(Vec::new(), others.orgs))),
        Err(AddressError::NotSalesforce { .. }) if is_username(head) => Err(AddressError::Username),
        Err(AddressError::NotSalesforce { .. } | AddressError::NeedsMyDomain { .. })
            if head.user.is_some() =>
        {
            Err(AddressError::Unreadable)
        }
        Err(error) => Err(error),
    }
}

/// Reads a text with several hosts in it. `joined`: the org if its lines are one wrapped address.
fn several_hosts(heads: &[Head<'_>], joined: Option<Address>) -> Result<Address, AddressError> {
    let meant: Vec<Result<Meant, AddressError>> = heads.iter().map(understand).collect();
    let beside: Vec<Beside> = heads.iter().map(beside_and_within).collect();
    let is_foreign = beside.iter().any(|beside| beside.is_foreign);
    let others: Vec<Address> = beside.into_iter().flat_map(|beside| beside.orgs).collect();
    let named: Vec<Address> = meant.iter().flatten().map(|meant| meant.address.clone()).collect();
    let is_certain =
        !is_foreign && meant.iter().all(|meant| meant.as_ref().is_ok_and(|meant| meant.is_certain));
    let mut candidates = with(joined.into_iter().collect(), with(named, others));
    match candidates.as_mut_slice() {
        [] => {
            let nameless = |error: &AddressError| matches!(error, AddressError::NeedsMyDomain { .. });
            Err(meant.into_iter().filter_map(Result::err).find(nameless).unwrap_or(AddressError::Unreadable))
        }
        // The same org twice, as in a link whose text is its address.
        [only] if is_certain => Ok(only.clone()),
        _ => Err(unsure(candidates)),
    }
}

/// The org of a text whose lines are one address, wrapped by a mail or a terminal.
fn joined(text: &str) -> Option<Address> {
    let text = unbracketed(text);
    let is_wrapped =
        text.contains('\n') && !text.lines().any(|line| line.trim().contains(char::is_whitespace));
    let whole: String = text.split_whitespace().collect();
    if is_wrapped { decide(&whole).ok() } else { None }
}

fn understand(head: &Head<'_>) -> Result<Meant, AddressError> {
    let Head { scheme, user, host, port, tail, .. } = *head;
    if !host.is_ascii() {
        // Punycode, in which no look-alike letter can hide.
        let host = url::Host::parse(host).map_err(|_| AddressError::Unreadable)?.to_string();
        return Err(AddressError::NotSalesforce { host });
    }
    let host = host.to_ascii_lowercase();
    if is_loopback(&host) {
        return if user.is_some() {
            Err(AddressError::Unreadable)
        } else {
            practice(scheme, &host, port, tail)
        };
    }
    let host = host.strip_suffix('.').unwrap_or(&host).to_owned();
    match port {
        None => {}
        Some("443") if scheme != Scheme::Http => {}
        Some(port) if is_host(&host) && host.contains('.') && is_number(port) => {
            return Err(AddressError::Port { host });
        }
        Some(_) => return Err(AddressError::Unreadable),
    }
    if !is_host(&host) || !host.contains('.') {
        return Err(AddressError::Unreadable);
    }
    let (address, is_whole) = match (Address::salesforce(&host), host.strip_prefix("www.")) {
        (Err(error), Some(rest)) => return doubtful(Address::of_whole_host(rest).ok_or(error)),
        (result, _) => result?,
    };
    let is_exact = host == address.host();
    let is_certain = match scheme {
        // An incomplete form is no address of a browser's.
        Scheme::Http | Scheme::Https => {
            is_whole && user.is_none() && (is_exact || !address.may_be_a_remainder())
        }
        Scheme::None | Scheme::Mangled => {
            let is_torn = head.is_torn && scheme == Scheme::None;
            user.is_none()
                && !is_torn
                && without_glued_scheme(&host).is_none()
                && !address.may_be_a_remainder()
        }
        // The text before the host belongs to this form.
        Scheme::Session => is_whole,
        Scheme::Other => false,
    };
    Ok(Meant { address, is_certain })
}

fn doubtful(address: Result<Address, AddressError>) -> Result<Meant, AddressError> {
    address.map(|address| Meant { address, is_certain: false })
}

/// Port 80 is left out because an address cannot tell it from no port at all.
fn practice(scheme: Scheme, host: &str, port: Option<&str>, tail: &str) -> Result<Meant, AddressError> {
    let host = match host {
        "localhost" => "localhost",
        "127.0.0.1" => "127.0.0.1",
        _ => return Err(AddressError::PracticeForm),
    };
    let digits = port.filter(|port| !port.starts_with('0') && is_number(port));
    let port = digits.and_then(|port| port.parse::<u16>().ok()).filter(|port| *port != 80);
    let path = tail.split(['?', '#']).next().unwrap_or_default();
    if port.is_some_and(|port| CALLBACK_PORTS.contains(&port)) && PATHS.contains(&path) {
        return Err(AddressError::Callback);
    }
    match (scheme, port) {
        // Browsers show no http://, and these two names lead nowhere but here.
        (Scheme::Http | Scheme::None, Some(port)) => {
            Ok(Meant { address: Address::practice(host, port)?, is_certain: true })
        }
        _ => Err(AddressError::PracticeForm),
    }
}

/// What is named before and after a host, and within it.
fn beside_and_within(head: &Head<'_>) -> Beside {
    let is_open = matches!(head.scheme, Scheme::None | Scheme::Mangled);
    let host = head.host.to_ascii_lowercase();
    let glued = without_glued_scheme(&host).filter(|_| is_open).and_then(Address::of_whole_host);
    let mut found = beside(head);
    found.orgs = with(glued.into_iter().collect(), found.orgs);
    found
}

/// The rest of `httpsacme.my.salesforce.com`, where colon and slashes are lost: it may be the host.
fn without_glued_scheme(host: &str) -> Option<&str> {
    host.strip_prefix("https")
        .or_else(|| host.strip_prefix("http"))
        .filter(|rest| !rest.starts_with(['.', '-']))
}

/// Whether this is a username or an e-mail address, as opposed to an address with a user's name before the host.
fn is_username(head: &Head<'_>) -> bool {
    head.scheme == Scheme::None && head.user.is_some_and(|user| !user.is_empty() && !user.contains(':'))
}

fn unsure(meant: Vec<Address>) -> AddressError {
    AddressError::Unsure { meant }
}

/// Both lists, each org once.
fn with(mut all: Vec<Address>, more: Vec<Address>) -> Vec<Address> {
    for address in more {
        if !all.contains(&address) && all.len() < MOST_CANDIDATES {
            all.push(address);
        }
    }
    all
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}
