//! Salesforce's hosts: which may be contacted, and which pasted ones stand for them.

use url::Url;

use super::error::AddressError;
use crate::{contract::view::OrgKind, org::salesforce};

/// Whether a request may go to `url`: https, port 443, no userinfo, and a listed ASCII host.
pub fn is_listed(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && is_host(host)
        && (salesforce::GENERIC_HOSTS.contains(&host)
            || salesforce::LOGIN_SUFFIXES.iter().any(|suffix| labels_before(host, suffix).is_some()))
}

/// Whether `url` is a page of an org's Setup, on Setup's own host.
pub(super) fn is_setup(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && is_host(host)
        && labels_before(host, salesforce::SETUP_SUFFIX).is_some()
}

/// The parts of a My Domain: `acme--uat` · `sandbox` · `my.salesforce.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Org {
    /// All labels before the suffix.
    labels: Vec<String>,
    suffix: &'static str,
}

impl Org {
    /// Finds the org of `host`: any host of Salesforce's, or a word without a dot.
    pub(super) fn from_host(host: &str) -> Result<Self, AddressError> {
        let host = without_guard(host);
        let Some(labels) = bare_labels(host) else { return Self::from_whole_host(host) };
        let name = labels.first().map_or("", String::as_str);
        if GENERIC_WORDS.contains(&name) || is_server(name) {
            Err(AddressError::NeedsMyDomain { host: host.to_owned() })
        } else if NO_ORGS.contains(&name) || is_numbered_www(name) {
            Err(AddressError::Unreadable)
        } else {
            Self::named(labels, COM, host)
        }
    }

    /// As [`Self::from_host`], for a host with an ending of Salesforce's.
    pub(super) fn from_whole_host(host: &str) -> Result<Self, AddressError> {
        let host = without_guard(host);
        let suffixes = salesforce::LOGIN_SUFFIXES.map(|suffix| (suffix, suffix));
        for (pasted, suffix) in suffixes.into_iter().chain(salesforce::PASTED_SUFFIXES) {
            if let Some(before) = labels_before(host, pasted) {
                return Self::named(split(before), suffix, host);
            }
        }
        let labels = salesforce::VISUALFORCE_SUFFIXES.iter().find_map(|suffix| labels_before(host, suffix));
        if let Some(labels) = labels.and_then(without_package) {
            return Self::named(labels, COM, host);
        }
        let labels = salesforce::SIBLING_SUFFIXES.iter().find_map(|suffix| labels_before(host, suffix));
        if let Some(labels) = labels.and_then(without_site) {
            return Self::named(labels, COM, host);
        }
        let host = host.to_owned();
        if is_of_salesforce(&host) {
            Err(AddressError::NeedsMyDomain { host })
        } else {
            Err(AddressError::NotSalesforce { host })
        }
    }

    /// The org with these labels, unless the first label cannot be an org's name.
    fn named(mut labels: Vec<String>, suffix: &'static str, host: &str) -> Result<Self, AddressError> {
        // `acme.my.my.salesforce.com`: a complete host that was completed again.
        while labels.len() > 1 && labels.last().is_some_and(|last| last == MY) {
            labels.pop();
        }
        let is_name = |name: &String| !name.split("--").next().is_some_and(|org| NO_NAMES.contains(&org));
        if labels.first().is_some_and(is_name) {
            Ok(Self::new(labels, suffix))
        } else {
            Err(AddressError::NeedsMyDomain { host: host.to_owned() })
        }
    }

    /// `labels` before `suffix` in today's form: a sandbox always has its partition.
    fn new(mut labels: Vec<String>, suffix: &'static str) -> Self {
        let is_sandbox = labels.first().is_some_and(|name| name.contains("--"));
        let old_instance = labels.get(1).is_some_and(|label| is_sandbox_instance(label));
        if is_sandbox && (labels.len() == 1 || (labels.len() == 2 && old_instance)) {
            labels.truncate(1);
            labels.push(SANDBOX.to_owned());
        }
        Self { labels, suffix }
    }

    pub(super) fn host(&self) -> String {
        format!("{}.{}", self.labels.join("."), self.suffix)
    }

    /// Whether the name is of Salesforce's own, a partition's or a server's, so that the org's may have got lost before it.
    pub(super) fn may_be_a_remainder(&self) -> bool {
        self.labels.len() == 1 && (PARTITIONS.contains(&self.name()) || is_server(self.name()))
    }

    /// The first label: `acme--uat`.
    pub(super) fn name(&self) -> &str {
        self.labels.first().map_or("", String::as_str)
    }

    pub(super) fn kind(&self) -> OrgKind {
        match (self.partition(), self.labels.len()) {
            (None, _) if self.name().ends_with("-dev-ed") => OrgKind::Developer,
            (None, _) => OrgKind::Production,
            (Some(SANDBOX), 2) => OrgKind::Sandbox,
            (Some("develop" | "trailblaze"), 2) => OrgKind::Developer,
            (Some("scratch"), 2) => OrgKind::Scratch,
            _ => OrgKind::Other,
        }
    }

    pub(super) fn words(&self) -> String {
        let name = self.name();
        let words = match (self.kind(), name.split_once("--"), self.partition()) {
            (OrgKind::Sandbox, Some((org, sandbox)), _) => format!("Sandbox {sandbox} of {org}"),
            (OrgKind::Sandbox, None, _) => format!("Sandbox {name}"),
            (OrgKind::Developer, _, _) => format!("Developer Edition org {name}"),
            (OrgKind::Scratch, _, _) => format!("Scratch org {name}"),
            (OrgKind::Production | OrgKind::Practice, _, _) => format!("Production org {name}"),
            (OrgKind::Other, _, Some(partition)) if self.labels.len() == 2 => {
                format!("Org {name} ({partition})")
            }
            (OrgKind::Other, _, _) => format!("Org {}", self.labels.join(".")),
        };
        if self.suffix == COM { words } else { format!("{words} on {}", self.suffix) }
    }

    /// The host of this org's Setup pages, when that is certain.
    pub(super) fn setup_host(&self) -> Option<String> {
        (self.suffix == COM).then(|| format!("{}.{}", self.labels.join("."), salesforce::SETUP_SUFFIX))
    }

    fn partition(&self) -> Option<&str> {
        self.labels.get(1).map(String::as_str)
    }
}

const COM: &str = salesforce::LOGIN_SUFFIXES[0];
const SANDBOX: &str = "sandbox";
const MY: &str = "my";
/// First labels that are never an org's name.
const NO_NAMES: [&str; 9] =
    ["login", "test", "www", "http", "https", MY, "mydomain", "mydomainname", "yourdomain"];
/// What stands in the place of an org before a Visualforce page without a package.
const DEFAULT_PACKAGE: &str = "c";
/// Single words that are part of addresses, or are used for one, and name no org.
const NO_ORGS: [&str; 71] = [
    "ftp",
    "sftp",
    "ws",
    "wss",
    "ww",
    "hxxp",
    "hxxps",
    "htp",
    "htps",
    "htpps",
    "ttp",
    "ttps",
    "mailto",
    "file",
    "javascript",
    "oauth",
    "auth",
    "sso",
    "saml",
    "identity",
    "apexpages",
    "force",
    "url",
    "uri",
    "http",
    "https",
    "com",
    "my",
    "mydomain",
    "domain",
    "host",
    "localhost",
    "instance",
    "address",
    "org",
    "lightning",
    "setup",
    "sandbox",
    "production",
    "practice",
    "prod",
    "developer",
    "develop",
    "scratch",
    "trailblaze",
    "secur",
    "services",
    "servlet",
    "apex",
    "visualforce",
    "home",
    "index",
    "page",
    "console",
    "one",
    "aura",
    "sfsites",
    "frontdoor",
    "oauth2",
    "authorize",
    "callback",
    "token",
    "apexrest",
    "data",
    "view",
    "id",
    "sites",
    "site",
    "null",
    "undefined",
    "none",
];
/// The first labels of Salesforce's general hosts.
const GENERIC_WORDS: [&str; 4] = ["www", "login", "test", "salesforce"];
/// Partitions that people type without the suffix. None of them is a top-level domain.
const BARE_PARTITIONS: [&str; 4] = [SANDBOX, "develop", "scratch", "trailblaze"];
const PARTITIONS: [&str; 6] = [SANDBOX, "develop", "scratch", "trailblaze", "demo", "patch"];
/// The most labels that a guard puts between an org's host and its own: more than any does.
const MOST_REGIONS: usize = 4;

/// Whether all labels are letters, digits and inner hyphens (RFC 1123, section 2.1), and none is Punycode.
pub(super) fn is_host(host: &str) -> bool {
    host.len() <= 253 && host.split('.').all(is_label)
}

pub(super) fn is_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
        && !label.starts_with("xn--")
}

/// Whether `host` has an ending of Salesforce's.
fn is_of_salesforce(host: &str) -> bool {
    salesforce::NAMELESS_SUFFIXES
        .iter()
        .any(|suffix| host == *suffix || labels_before(host, suffix).is_some())
}

/// The host within one that a guard such as Microsoft Defender shows: `….us.cas.ms`.
fn without_guard(host: &str) -> &str {
    let guarded = salesforce::GUARD_SUFFIXES.iter().find_map(|suffix| labels_before(host, suffix));
    let Some(guarded) = guarded else { return host };
    let mut inner = guarded;
    for _ in 0..MOST_REGIONS {
        if is_of_salesforce(inner) {
            return inner;
        }
        inner = inner.rsplit_once('.').map_or("", |(before, _)| before);
    }
    host
}

/// The text before `.suffix`, at least one label.
fn labels_before<'a>(host: &'a str, suffix: &str) -> Option<&'a str> {
    host.strip_suffix(suffix)?.strip_suffix('.').filter(|before| !before.is_empty())
}

fn split(labels: &str) -> Vec<String> {
    labels.split('.').map(str::to_owned).collect()
}

/// The labels of an incomplete host: `acme`, `acme--uat`, `acme--uat.sandbox`, or `acme.my`.
fn bare_labels(host: &str) -> Option<Vec<String>> {
    let host = host.strip_suffix(".my").unwrap_or(host);
    match host.split_once('.') {
        None => Some(vec![host.to_owned()]),
        Some((_, partition)) => BARE_PARTITIONS.contains(&partition).then(|| split(host)),
    }
}

/// The My Domain in a Visualforce host: `acme--c`, `acme--uat--c.sandbox`, and the old `acme--uat--c.cs12`.
fn without_package(before: &str) -> Option<Vec<String>> {
    let labels = split(before);
    let (first, partition) = match labels.as_slice() {
        [first] => (first, None),
        [first, partition] => (first, Some(partition.as_str())),
        _ => return None,
    };
    let parts: Vec<&str> = first.split("--").collect();
    let in_sandbox = partition.is_some_and(|label| label == SANDBOX || is_sandbox_instance(label));
    let name = match parts.as_slice() {
        [org, sandbox, _package] => format!("{org}--{sandbox}"),
        // In a sandbox the second part may be its name or a package: only today's partition shows that it is the name.
        [org, sandbox] if partition == Some(SANDBOX) => format!("{org}--{sandbox}"),
        [_, _] if in_sandbox => return None,
        [org, _package] => (*org).to_owned(),
        [org] if *org != DEFAULT_PACKAGE && partition.is_none_or(|label| !is_instance(label)) => {
            (*org).to_owned()
        }
        _ => return None,
    };
    let partition = partition.filter(|label| !is_instance(label)).map(str::to_owned);
    Some(std::iter::once(name).chain(partition).collect())
}

/// The My Domain in the host of a site's builder, a file or Setup. A second name in the first label is a sandbox's only
/// with today's partition.
fn without_site(before: &str) -> Option<Vec<String>> {
    let labels = split(before);
    let is_one = |name: &str| !name.contains("--");
    let is_certain = match labels.as_slice() {
        [name] => is_one(name),
        [name, partition] if partition == SANDBOX => name.matches("--").count() <= 1,
        [name, partition] => is_one(name) && PARTITIONS.contains(&partition.as_str()),
        _ => false,
    };
    is_certain.then_some(labels)
}

/// Whether the label names a server, such as `na35`, `cs12` or `um1`: letters, then digits.
fn is_instance(label: &str) -> bool {
    let digits = label.trim_start_matches(|character: char| character.is_ascii_lowercase());
    (2..=3).contains(&(label.len() - digits.len()))
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether the label is a server's by its letters as well, which are not a company's: `na35`, `eu5`.
fn is_server(label: &str) -> bool {
    let digits = ["ap", "cs", "eu", "gs", "na", "um"].iter().find_map(|letters| label.strip_prefix(letters));
    digits.is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// `www2`
fn is_numbered_www(label: &str) -> bool {
    label.strip_prefix("www").is_some_and(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()))
}

/// Whether the server is one of `cs1`, `cs2`, …, where sandboxes were.
fn is_sandbox_instance(label: &str) -> bool {
    label.starts_with("cs") && is_instance(label)
}
