//! The hosts of Salesforce: which are contacted at all, and which pasted ones stand for which of them.

use url::Url;

use super::{error::AddressError, paste::is_host};
use crate::{contract::view::OrgKind, org::salesforce};

/// Whether a request may go to `url` at all: https, port 443, no userinfo, and an ASCII host that is on the list.
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

/// Whether `url` is a page of an org's Setup, on the host that Setup has of its own.
pub(super) fn is_setup(url: &Url) -> bool {
    let Some(host) = url.host_str() else { return false };
    url.scheme() == "https"
        && url.port().is_none()
        && url.username().is_empty()
        && url.password().is_none()
        && is_host(host)
        && labels_before(host, salesforce::SETUP_SUFFIX).is_some()
}

/// A My Domain, taken apart: `acme--uat` · `sandbox` · `my.salesforce.com`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Org {
    /// All labels before the suffix.
    labels: Vec<String>,
    suffix: &'static str,
}

impl Org {
    /// Finds the org that `host`, any host of Salesforce's or one word without a dot, belongs to.
    pub(super) fn from_host(host: &str) -> Result<Self, AddressError> {
        let host = host.strip_suffix(salesforce::DEFENDER_SUFFIX).unwrap_or(host);
        if GENERIC_WORDS.contains(&host) || salesforce::GENERIC_HOSTS.contains(&host) {
            return Err(AddressError::NeedsMyDomain { host: host.to_owned() });
        }
        if let Some(labels) = bare_labels(host) {
            return Ok(Self::new(labels, COM));
        }
        for suffix in salesforce::LOGIN_SUFFIXES {
            if let Some(before) = labels_before(host, suffix) {
                return Ok(Self::new(split(before), suffix));
            }
        }
        for (pasted, suffix) in salesforce::PASTED_SUFFIXES {
            if let Some(before) = labels_before(host, pasted) {
                return Ok(Self::new(split(before), suffix));
            }
        }
        for pasted in salesforce::VISUALFORCE_SUFFIXES {
            if let Some(before) = labels_before(host, pasted) {
                let labels = without_package(before);
                return labels
                    .map(|labels| Self::new(labels, COM))
                    .ok_or_else(|| AddressError::NeedsMyDomain { host: host.to_owned() });
            }
        }
        let host = host.to_owned();
        let nameless = |suffix: &&str| host == **suffix || labels_before(&host, suffix).is_some();
        if salesforce::NAMELESS_SUFFIXES.iter().any(nameless) {
            Err(AddressError::NeedsMyDomain { host })
        } else {
            Err(AddressError::NotSalesforce { host })
        }
    }

    /// `labels` before `suffix`, in the form they have today: a sandbox always stands in its partition.
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

    /// Where this org's Setup pages live, when that is certain.
    pub(super) fn setup_host(&self) -> Option<String> {
        (self.suffix == COM).then(|| format!("{}.{}", self.labels.join("."), salesforce::SETUP_SUFFIX))
    }

    fn partition(&self) -> Option<&str> {
        self.labels.get(1).map(String::as_str)
    }
}

const COM: &str = salesforce::LOGIN_SUFFIXES[0];
const SANDBOX: &str = "sandbox";
/// One word that is part of Salesforce's own hosts and can be no org.
const GENERIC_WORDS: [&str; 3] = ["login", "test", "www"];
/// The partitions people name when they leave the suffix away. None of them is a top-level domain.
const BARE_PARTITIONS: [&str; 3] = [SANDBOX, "develop", "scratch"];

/// What stands before `.suffix`, at least one label.
fn labels_before<'a>(host: &'a str, suffix: &str) -> Option<&'a str> {
    host.strip_suffix(suffix)?.strip_suffix('.').filter(|before| !before.is_empty())
}

fn split(labels: &str) -> Vec<String> {
    labels.split('.').map(str::to_owned).collect()
}

/// `acme`, `acme--uat`, and with its partition `acme--uat.sandbox`.
fn bare_labels(host: &str) -> Option<Vec<String>> {
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
        // In a sandbox the second part may be its name or a package: only the partition of today always has the name.
        [org, sandbox] if partition == Some(SANDBOX) => format!("{org}--{sandbox}"),
        [_, _] if in_sandbox => return None,
        [org, _package] => (*org).to_owned(),
        [org] if partition.is_none_or(|label| !is_instance(label)) => (*org).to_owned(),
        _ => return None,
    };
    let partition = partition.filter(|label| !is_instance(label)).map(str::to_owned);
    Some(std::iter::once(name).chain(partition).collect())
}

/// The name of a server, such as `na35`, `cs12` or `um1`: letters, then digits.
fn is_instance(label: &str) -> bool {
    let digits = label.trim_start_matches(|character: char| character.is_ascii_lowercase());
    (2..=3).contains(&(label.len() - digits.len()))
        && !digits.is_empty()
        && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Sandboxes lived on `cs1`, `cs2`, ….
fn is_sandbox_instance(label: &str) -> bool {
    label.starts_with("cs") && is_instance(label)
}
