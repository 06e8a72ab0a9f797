//! From any text that names an org to the one host that receives requests.
//!
//! Only labels of ASCII letters, digits and hyphens survive from the pasted text: the origin is built anew from a
//! listed host, so no two parsers can disagree about it.

mod beside;
mod callbacks;
mod decide;
mod error;
mod hosts;
mod remarks;
mod residue;
mod text;
mod wrapped;

use url::Url;

use self::hosts::Org;
pub use self::{
    callbacks::{CALLBACK_PORTS, HOSTED_CALLBACK, LINK_CALLBACK, LINK_SCHEME, LINK_TO_WINDOW, PRACTICE_PATH},
    error::AddressError,
    hosts::is_listed,
    remarks::remarks,
};
pub(crate) use self::{
    remarks::error_told,
    residue::{is_invisible, unbracketed},
};
use crate::{
    contract::view::{AddressView, Failure, Findings, OrgKind, SetupLink, SetupPage},
    explain,
    org::salesforce,
};

/// An org's My Domain host, or the origin of a practice org. Only [`parse`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    origin: Url,
    host: String,
    host_of: HostOf,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum HostOf {
    Salesforce(Org),
    Practice,
}

/// Reads pasted text that certainly names one org.
///
/// # Errors
/// Why the text names no org: it is unreadable, no address of Salesforce, or needs the My Domain; or that only a person
/// can say which org it means ([`AddressError::meant`]).
pub fn parse(text: &str) -> Result<Address, AddressError> {
    decide::decide(text)
}

/// The orgs of Salesforce's whose whole hosts stand in a text, each once. Where a text is pasted to be explained, nothing
/// follows from one but a link into its Setup.
pub(crate) fn orgs_in(text: &str) -> Vec<Address> {
    wrapped::orgs(text)
}

/// Reads a stored origin: as [`parse`], and the text must equal the origin of the [`Address`].
///
/// # Errors
/// As [`parse`]; [`AddressError::Unreadable`] for anything that is not in the stored form.
pub fn parse_stored(origin: &str) -> Result<Address, AddressError> {
    let address = parse(origin)?;
    if address.origin_text() == origin.strip_suffix('/').unwrap_or(origin) {
        Ok(address)
    } else {
        Err(AddressError::Unreadable)
    }
}

/// The lines of [`Address::callbacks`] for a real org, before one is named.
pub fn callbacks_of_real_orgs() -> Vec<String> {
    callbacks::lines(false)
}

/// The org whose host is exactly this one, as [`Address::host`] names it.
pub fn at_host(host: &str) -> Option<Address> {
    let practice = || parse(&format!("http://{host}")).ok().filter(Address::is_practice);
    Address::of_whole_host(host).or_else(practice).filter(|org| org.host() == host)
}

/// Whether a browser may be sent to `address`: a page of a listed org or of its Setup, or one of a practice org.
/// Checked before every opening, since a stored address came from an org's answer and from the disk.
pub fn may_open(address: &str) -> bool {
    let Ok(url) = Url::parse(address) else { return false };
    let is_practice = || parse_stored(&url.origin().ascii_serialization()).is_ok_and(|org| org.is_practice());
    let names_nobody = url.username().is_empty() && url.password().is_none();
    is_listed(&url) || hosts::is_setup(&url) || (names_nobody && is_practice())
}

/// The failure with the whole address of the page of Setup where something is done about it. A host that is no org's is
/// left out: a failure may be about one.
pub fn in_setup(mut failure: Failure) -> Failure {
    failure.setup.as_deref_mut().into_iter().for_each(complete);
    failure
}

/// The same for what was checked.
pub fn findings_in_setup(mut findings: Findings) -> Findings {
    findings.checks.iter_mut().filter_map(|finding| finding.setup.as_deref_mut()).for_each(complete);
    findings
}

/// The way to a page of this org's Setup.
pub fn link_in_setup(page: SetupPage, host: &str) -> SetupLink {
    let mut link = explain::setup::link(page, Some(host));
    complete(&mut link);
    link
}

fn complete(link: &mut SetupLink) {
    let org = link.host.as_deref().and_then(at_host);
    link.url = org.as_ref().map(|org| org.page_of_setup(&link.path).into());
    link.host = org.map(|org| org.host);
}

impl Address {
    /// The host, such as `acme--uat.sandbox.my.salesforce.com`, or `localhost:8080` for a practice org.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Scheme, host and port, without a path.
    pub fn origin(&self) -> &Url {
        &self.origin
    }

    /// The origin with `path`, which starts with a slash and has no query.
    pub fn endpoint(&self, path: &str) -> Url {
        let mut url = self.origin.clone();
        url.set_path(path);
        url
    }

    /// The kind that the host's name suggests; the org's own record decides.
    pub fn kind(&self) -> OrgKind {
        match &self.host_of {
            HostOf::Practice => OrgKind::Practice,
            HostOf::Salesforce(org) => org.kind(),
        }
    }

    /// Whether the name suffices to reject an org of another kind.
    pub fn promises_kind(&self) -> bool {
        match self.kind() {
            OrgKind::Production | OrgKind::Sandbox | OrgKind::Practice => true,
            OrgKind::Developer | OrgKind::Scratch | OrgKind::Other => false,
        }
    }

    pub fn is_practice(&self) -> bool {
        self.host_of == HostOf::Practice
    }

    /// A description, such as "Sandbox uat of acme".
    pub fn words(&self) -> String {
        match &self.host_of {
            HostOf::Practice => "Practice org on this computer".to_owned(),
            HostOf::Salesforce(org) => org.words(),
        }
    }

    /// The page of External Client App Manager in this org's Setup.
    pub fn setup_url(&self) -> Url {
        self.setup_page(salesforce::APP_MANAGER_PATH)
    }

    /// The page of App Manager in this org's Setup, which lists connected apps as well.
    pub fn app_manager_url(&self) -> Url {
        self.setup_page(salesforce::OLDER_APP_MANAGER_PATH)
    }

    /// The page of this org's Setup at a path.
    pub fn page_of_setup(&self, path: &str) -> Url {
        self.setup_page(path)
    }

    /// A page of this org's Setup.
    fn setup_page(&self, path: &str) -> Url {
        let page = self.endpoint(path);
        match &self.host_of {
            HostOf::Salesforce(org) => {
                org.setup_host().and_then(|host| Url::parse(&format!("https://{host}{}", page.path())).ok())
            }
            HostOf::Practice => None,
        }
        .unwrap_or(page)
    }

    /// The suggested alias, such as `acme--uat`, `acme` or `practice`.
    pub fn default_alias(&self) -> String {
        match &self.host_of {
            HostOf::Practice => "practice".to_owned(),
            HostOf::Salesforce(org) => org.name().to_owned(),
        }
    }

    /// The lines to paste into Callback URL, in order.
    pub fn callbacks(&self) -> Vec<String> {
        callbacks::lines(self.is_practice())
    }

    /// The callback line of Datatrax's web page. A practice org has none.
    pub fn hosted_callback(&self) -> Option<String> {
        (!self.is_practice()).then(|| HOSTED_CALLBACK.to_owned())
    }

    /// The callback lines that lead to this computer, in the order they are tried: port and full `redirect_uri`.
    pub fn loopback_callbacks(&self) -> Vec<(u16, String)> {
        callbacks::loopback(self.is_practice())
    }

    /// Whether a token or credential of this address may be sent to `url`: a real org's to any listed host, a practice
    /// org's to its own origin only (`localhost` and `127.0.0.1` differ).
    pub fn admits(&self, url: &Url) -> bool {
        match self.host_of {
            HostOf::Salesforce(_) => is_listed(url),
            HostOf::Practice => {
                url.origin() == self.origin.origin() && url.username().is_empty() && url.password().is_none()
            }
        }
    }

    /// Whether an identity address may occur in an answer of this org. No request goes to its host, which all orgs of a
    /// cloud may share.
    pub fn admits_identity(&self, url: &Url) -> bool {
        let is_common = url.scheme() == "https"
            && url.port().is_none()
            && url.username().is_empty()
            && url.password().is_none()
            && url.host_str().is_some_and(|host| salesforce::IDENTITY_HOSTS.contains(&host));
        self.admits(url) || (!self.is_practice() && is_common)
    }

    /// The view for the faces.
    pub fn view(&self) -> AddressView {
        AddressView {
            origin: self.origin_text(),
            host: self.host.clone(),
            kind: self.kind(),
            words: self.words(),
            setup_url: self.setup_url().into(),
            callbacks: self.callbacks(),
        }
    }

    /// The org that a host or a single word belongs to, and whether the text was complete.
    fn salesforce(host: &str) -> Result<(Self, bool), AddressError> {
        match Org::from_whole_host(host) {
            Ok(org) => Self::of_org(org).map(|address| (address, true)),
            Err(_) => Self::of_org(Org::from_host(host)?).map(|address| (address, false)),
        }
    }

    /// Whether the name may be what is left of a longer one.
    fn may_be_a_remainder(&self) -> bool {
        matches!(&self.host_of, HostOf::Salesforce(org) if org.may_be_a_remainder())
    }

    /// The org with exactly this host.
    fn of_whole_host(host: &str) -> Option<Self> {
        let org = hosts::is_host(host).then(|| Org::from_whole_host(host).ok()).flatten()?;
        Self::of_org(org).ok()
    }

    fn of_org(org: Org) -> Result<Self, AddressError> {
        let host = org.host();
        let origin = Url::parse(&format!("https://{host}")).map_err(|_| AddressError::Unreadable)?;
        // A last check with the URL library that sends the requests.
        if is_listed(&origin) {
            Ok(Self { origin, host, host_of: HostOf::Salesforce(org) })
        } else {
            Err(AddressError::NotSalesforce { host })
        }
    }

    fn practice(host: &str, port: u16) -> Result<Self, AddressError> {
        let host = format!("{host}:{port}");
        let origin = Url::parse(&format!("http://{host}")).map_err(|_| AddressError::Unreadable)?;
        Ok(Self { origin, host, host_of: HostOf::Practice })
    }

    pub(crate) fn origin_text(&self) -> String {
        self.origin.origin().ascii_serialization()
    }
}

#[cfg(test)]
mod tests;
