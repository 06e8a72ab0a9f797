//! Marks in place of names. What the program knows the name of is found wherever it stands; and whatever has the form of a host, a
//! username, an address or the id of an org or a user is taken for one, known or not. What looks like a key or a token is left out:
//! none should be there, and this is for the day on which one is.

use std::{collections::HashMap, fmt::Write as _};

use connect_core::{contract::view::ConnectionView, doctor::own_names, org::salesforce};
use sha2::{Digest, Sha256};

/// What stands in place of what looks like a secret.
const LEFT_OUT: &str = "[left out]";

/// The shortest text that counts as a key or a token, in characters. A number of a process, a time or a hash of ours is shorter.
const SHORTEST_SECRET: usize = 32;

/// The shortest known name that is looked for: shorter ones stand in every other word.
const SHORTEST_NAME: usize = 3;

/// Names in the form of a host that are nobody's: of files, by their ending.
const ENDINGS: [&str; 15] = [
    "log", "toml", "json", "db", "lock", "rs", "txt", "zip", "pem", "crt", "key", "desktop", "service",
    "exe", "sock",
];
const OURS: [&str; 4] = ["www.getdatatrax.com", "localhost", "127.0.0.1", "0.0.0.0"];

/// Replaces names by marks. The same name has the same mark for as long as the key is the same.
pub struct Marks {
    /// `None` where names are to stay.
    key: Option<[u8; 16]>,
    /// Known names in lower case with what they are, by their first letter, the longest first.
    known: HashMap<char, Vec<(String, &'static str)>>,
}

impl Marks {
    /// Leaves names as they are. What looks like a secret is left out all the same.
    pub fn none() -> Self {
        Self { key: None, known: HashMap::new() }
    }

    pub fn new(key: [u8; 16], connections: &[ConnectionView]) -> Self {
        let mut names: Vec<(&str, &'static str)> = Vec::new();
        for connection in connections {
            let ConnectionView { alias, host, org_id, org_name, username, .. } = connection;
            names.extend([(alias.as_str(), "name"), (host, "host"), (org_id, "org"), (username, "user")]);
            names.extend(org_name.as_deref().map(|name| (name, "org")));
        }
        let own = own_names();
        names.extend(own.user.as_deref().map(|name| (name, "person")));
        names.extend(own.computer.as_deref().map(|name| (name, "computer")));
        Self::of(key, &names)
    }

    fn of(key: [u8; 16], names: &[(&str, &'static str)]) -> Self {
        let mut known: HashMap<char, Vec<(String, &'static str)>> = HashMap::new();
        for (name, kind) in names.iter().filter(|(name, _)| name.chars().count() >= SHORTEST_NAME) {
            let name = name.to_lowercase();
            if let Some(first) = name.chars().next() {
                known.entry(first).or_default().push((name, kind));
            }
        }
        for alike in known.values_mut() {
            alike.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
            alike.dedup();
        }
        Self { key: Some(key), known }
    }

    /// The mark of a text that is known to be a name, whatever it looks like; the text itself where names stay.
    pub fn mark(&self, kind: &str, name: &str) -> String {
        let mut put = String::new();
        if self.key.is_some() && !name.is_empty() {
            self.put_mark(kind, &name.to_lowercase(), &mut put);
        } else {
            put.push_str(name);
        }
        put
    }

    /// The text with marks in place of names.
    pub fn put_into(&self, text: &str) -> String {
        let mut put = String::with_capacity(text.len());
        for line in text.split_inclusive('\n') {
            self.put_line(line, &mut put);
        }
        put
    }

    fn put_line(&self, line: &str, put: &mut String) {
        let (mut rest, mut before) = (line, None);
        while let Some(first) = rest.chars().next() {
            let is_at = |is_of: fn(char) -> bool| before.is_none_or(|before| !is_of(before));
            // What has the form of a name is one whole, whatever is known of a part of it.
            let word = if is_at(is_of_form) { form(rest) } else { "" };
            let length = if let Some(login) = login_before_host(rest, before) {
                put.push_str(LEFT_OUT);
                // The host begins behind it.
                (rest, before) = (rest.split_at(login.len()).1, None);
                continue;
            } else if is_at(is_of_form) && is_at(is_of_address) && is_address(address(rest)) {
                self.put_address(address(rest), put);
                address(rest).len()
            } else if kind_of(trimmed(word)).is_some() {
                self.put_word(word, put);
                word.len()
            } else if is_at(is_of_word)
                && let Some((length, name, kind)) = self.known_at(rest)
            {
                self.put_mark(kind, name, put);
                // Another name may begin right behind it.
                (rest, before) = (rest.split_at(length).1, None);
                continue;
            } else {
                put.push(first);
                first.len_utf8()
            };
            let (done, after) = rest.split_at(length);
            (rest, before) = (after, done.chars().next_back());
        }
    }

    /// A known name that is a whole word, or several, at the beginning of the text: how long it is there, and what it is.
    fn known_at(&self, rest: &str) -> Option<(usize, &str, &'static str)> {
        let first = rest.chars().next()?.to_lowercase().next()?;
        self.known.get(&first)?.iter().find_map(|(name, kind)| {
            let length = length_of(name, rest)?;
            let ends = rest.get(length..)?.chars().next().is_none_or(|next| !is_of_word(next));
            ends.then_some((length, name.as_str(), *kind))
        })
    }

    fn put_address(&self, address: &str, put: &mut String) {
        if self.key.is_some() {
            self.put_mark("host", &address.to_lowercase(), put);
        } else {
            put.push_str(address);
        }
    }

    /// A word that has the form of a name or of a secret.
    fn put_word(&self, word: &str, put: &mut String) {
        let inner = trimmed(word);
        let (before, after) = word.split_once(inner).unwrap_or((word, ""));
        put.push_str(before);
        match kind_of(inner) {
            Some(LEFT_OUT) => put.push_str(LEFT_OUT),
            Some(kind) if self.key.is_some() => self.put_mark(kind, &inner.to_lowercase(), put),
            _ => put.push_str(inner),
        }
        put.push_str(after);
    }

    fn put_mark(&self, kind: &str, name: &str, put: &mut String) {
        let digest = Sha256::new().chain_update(self.key.unwrap_or_default()).chain_update(name).finalize();
        let _ = write!(put, "{kind}-");
        for byte in digest.iter().take(3) {
            let _ = write!(put, "{byte:02x}");
        }
    }
}

/// How much of the text's beginning this name in lower case is, as it is written there. Letters may be longer in one case than in
/// the other.
fn length_of(name: &str, text: &str) -> Option<usize> {
    let mut wanted = name.chars();
    for (at, letter) in text.char_indices() {
        for lower in letter.to_lowercase() {
            match wanted.next() {
                Some(one) if one == lower => {}
                // The name ends where a letter begins, or not at all.
                _ => return None,
            }
        }
        if wanted.as_str().is_empty() {
            return Some(at + letter.len_utf8());
        }
    }
    None
}

/// The user and the password that stand before the host of an address, with the @ after them, where `//` stands before them.
fn login_before_host(rest: &str, before: Option<char>) -> Option<&str> {
    if before != Some('/') {
        return None;
    }
    let whole = rest.split(|letter: char| letter.is_whitespace() || matches!(letter, '"' | '\'')).next()?;
    // A password may have a slash in it, where it was not encoded; a path behind a host rarely has both marks.
    let (login, _) = whole.rsplit_once('@')?;
    let is_login = login.contains(':') && !login.starts_with('/');
    is_login.then(|| rest.get(..=login.len())).flatten()
}

/// A letter of an address of IPv6.
fn is_of_address(letter: char) -> bool {
    letter.is_ascii_hexdigit() || matches!(letter, ':' | '.')
}

/// What may be an address of IPv6 at the beginning: nothing where it is the beginning of a longer word.
fn address(text: &str) -> &str {
    let end = text.find(|letter| !is_of_address(letter)).unwrap_or(text.len());
    let (address, after) = text.split_at(end);
    if after.starts_with(is_of_form) { "" } else { address.trim_end_matches('.') }
}

/// Whether it is an address of IPv6 that says where something is.
fn is_address(text: &str) -> bool {
    text.parse::<std::net::Ipv6Addr>()
        .is_ok_and(|address| !address.is_loopback() && !address.is_unspecified())
}

/// A letter within a name.
fn is_of_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// A letter of a host, a username, an id or a token. A colon or a slash ends them all.
fn is_of_form(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || matches!(letter, '.' | '-' | '_' | '@' | '+' | '%' | '!')
}

/// The letters at the beginning that a name may be made of.
fn form(text: &str) -> &str {
    text.split(|letter| !is_of_form(letter)).next().unwrap_or_default()
}

/// Without what ends a sentence, or joins it to other words.
fn trimmed(word: &str) -> &str {
    word.trim_matches(['.', '-', '+', '@', '%', '_'])
}

/// What a word has the form of, if of anything that is not to be told.
fn kind_of(word: &str) -> Option<&'static str> {
    let lower = word.to_ascii_lowercase();
    let is_nobodys = OURS.contains(&lower.as_str())
        || salesforce::GENERIC_HOSTS.contains(&lower.as_str())
        || is_of_a_program(word);
    if is_nobodys {
        return None;
    }
    if word.contains('@') || lower.contains("%40") {
        return Some("user");
    }
    // An access token begins with the id of its org, however much of it there is.
    if word.split_once('!').is_some_and(|(org, _)| is_id(org)) {
        return Some(LEFT_OUT);
    }
    if is_id(word) {
        return Some(if word.starts_with("005") { "user" } else { "org" });
    }
    if is_host(&lower) {
        return Some("host");
    }
    looks_secret(word).then_some(LEFT_OUT)
}

/// The name of a program's interface or error, its domain the other way round, with words that begin in capitals as no host's do.
fn is_of_a_program(word: &str) -> bool {
    let mut labels = word.split('.');
    let is_reversed = labels.next().is_some_and(|first| matches!(first, "org" | "com"));
    let is_word = |label: &str| {
        let mut letters = label.chars();
        letters.next().is_some_and(char::is_uppercase) && letters.next().is_some_and(char::is_lowercase)
    };
    is_reversed && labels.any(is_word)
}

/// An id of an org or of a user, in its short or its long form.
fn is_id(word: &str) -> bool {
    let has_form = matches!(word.len(), 15 | 18) && word.bytes().all(|letter| letter.is_ascii_alphanumeric());
    has_form && (word.starts_with("00D") || word.starts_with("005"))
}

fn is_host(lower: &str) -> bool {
    // Whatever stands around it.
    if salesforce::LOGIN_SUFFIXES.iter().any(|suffix| lower.contains(&format!(".{suffix}"))) {
        return true;
    }
    let labels: Vec<&str> = lower.split('.').collect();
    let Some((last, before)) = labels.split_last().filter(|(_, before)| !before.is_empty()) else {
        return false;
    };
    if lower.parse::<std::net::Ipv4Addr>().is_ok() {
        return true;
    }
    let are_labels = labels.iter().all(|label| {
        !label.is_empty() && label.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'-')
    });
    let is_top = last.len() >= 2 && last.bytes().all(|letter| letter.is_ascii_alphabetic());
    // "e.g." and the like.
    let has_a_name = before.iter().any(|label| label.len() >= 2);
    are_labels && is_top && has_a_name && !ENDINGS.contains(last)
}

/// Long, and of letters and digits mixed, as no word is.
fn looks_secret(word: &str) -> bool {
    let is_long = word.len() >= SHORTEST_SECRET || word.starts_with("3MVG") || word.starts_with("5Aep");
    is_long
        && word.bytes().any(|letter| letter.is_ascii_digit())
        && word.bytes().any(|letter| letter.is_ascii_alphabetic())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn marks() -> Marks {
        let names = [
            ("Acme, uat", "name"),
            ("Acme Corporation", "org"),
            ("jane", "person"),
            ("İstanbul Kliniği", "name"),
            ("STRASSE ẞ", "name"),
        ];
        Marks::of([7; 16], &names)
    }

    /// The text with each mark's digits taken out.
    fn kinds(text: &str) -> String {
        let put = marks().put_into(text);
        put.split('-')
            .enumerate()
            .map(|(at, part)| if at == 0 { part } else { part.get(6..).unwrap_or_default() })
            .collect()
    }

    #[test]
    fn names_become_marks_by_what_is_known_and_by_their_form() {
        for (text, expected) in [
            ("host=acme.my.salesforce.com path", "host=host path"),
            ("ACME--UAT.sandbox.my.salesforce.com.", "host."),
            ("to login.salesforce.com and localhost", "to login.salesforce.com and localhost"),
            ("jane.doe@acme.com.uat signed in", "user signed in"),
            ("/id/00D5g00000AbCdEEAV/0055g00000XyZAbAAZ", "/id/org/user"),
            ("proxy http://proxy.corp.example:3128 at 10.1.2.3", "proxy http://host:3128 at host"),
            ("Acme, UAT of Acme Corporation", "name of org"),
            ("alias=İstanbul Kliniği user=a@b.example", "alias=name user=user"),
            ("strasse ß, Strasse ẞ and Acme, uat beside İ", "name, name and name beside İ"),
            (
                "[2001:db8::1]:443 and fe80::1 at 8:05:19, not ::1 or core::fill",
                "[host]:443 and host at 8:05:19, not ::1 or core::fill",
            ),
            ("::acme.my.salesforce.com and fe80::1%eth0", "::host and fe80::1%eth0"),
            ("login_hint=jane%40acme.com.uat&x", "login_hint=user&x"),
            ("/home/jane/x and Janette", "/home/person/x and Janette"),
            (
                "agent.log.1 settings.toml e.g. 0.1.0 connect_core::org::net",
                "agent.log.1 settings.toml e.g. 0.1.0 connect_core::org::net",
            ),
            (
                "org.freedesktop.Secret.Error.IsLocked at org.acme.example",
                "org.freedesktop.Secret.Error.IsLocked at host",
            ),
        ] {
            assert_eq!(kinds(text), expected, "{text}");
        }
    }

    #[test]
    fn one_name_has_one_mark_and_another_key_gives_another() {
        let put = marks().put_into("acme.my.salesforce.com ACME.my.salesforce.com other.my.salesforce.com");
        let words: Vec<&str> = put.split(' ').collect();
        assert_eq!(words[0], words[1], "{put}");
        assert_ne!(words[0], words[2], "{put}");
        assert_ne!(Marks::new([8; 16], &[]).put_into("acme.my.salesforce.com"), words[0], "of another home");
    }

    #[test]
    fn what_looks_like_a_key_or_a_token_is_left_out_whether_names_stay_or_not() {
        let token = "00D5g00000AbCdE!AQcAQH0dMHZfz972Szmpkb58urFRkgeBGsxL_QJWwYMfAbUeeG7c1E6LYUfiDUkWe6H34r1AAwOR8B8fLEz6n04NPGRrq0FM";
        for text in [
            token,
            "3MVG9lKcPoNINVBIPJjdw1J9LLM82HnFVVX19KY1uA5mu0QqEWhqKpoW3svG3XHrXDiCQjK1mdgAvhCscA9GE",
            "0123456789ABCDEF0123456789ABCDEF",
        ] {
            for marks in [marks(), Marks::none()] {
                assert_eq!(marks.put_into(&format!("token={text};")), format!("token={LEFT_OUT};"));
            }
        }
        for (text, expected) in [
            ("sid=00D5g00000AbCdE!AQ;", "sid=[left out];"),
            ("00D5g00000AbCdEEAV!AQcA", "[left out]"),
            (
                "proxy = \"http://jane:pa$$w/0rd!@localhost:3128\"",
                "proxy = \"http://[left out]localhost:3128\"",
            ),
            ("see http://localhost:3128/a and a@b", "see http://localhost:3128/a and a@b"),
        ] {
            assert_eq!(Marks::none().put_into(text), expected);
        }
        let host = "jane@acme.com at acme.my.salesforce.com";
        assert_eq!(Marks::none().put_into(host), host, "names stay where that was asked for");
    }

    proptest! {
        #[test]
        fn whatever_a_log_holds_is_read_without_harm_and_a_known_host_never_stays(text in "(acme\\.my\\.salesforce\\.com|Acme, UAT|[ \\n=:/.]|[a-zA-Z0-9İß]{1,5}|\\PC){0,40}") {
            let put = marks().put_into(&text);
            prop_assert!(!put.contains("acme.my.salesforce.com"), "{put}");
        }
    }
}
