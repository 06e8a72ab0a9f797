//! The proxy for real hosts. A value that cannot be read stops every request, since going without the proxy is not what
//! its setter wants.

use std::{
    env,
    ffi::{OsStr, OsString},
};

use hyper_util::client::proxy::matcher::Matcher;
use reqwest::{ClientBuilder, NoProxy};
use url::Url;

use super::system_proxy::SystemProxy;
use crate::{platform::proxy, ports::HttpError};

/// The variables that name the proxy for Salesforce's hosts; the first that is set counts.
pub const PROXY_VARIABLES: [&str; 4] = ["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"];
const EXCEPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];

/// The source of the proxy for real hosts. It is never printed: a name and a password may stand in it.
#[derive(Clone)]
pub(super) enum Proxies {
    /// No variable and no setting of ours names a proxy: the system's own configuration counts.
    System(SystemProxy),
    /// The variable with this name and value.
    Variable(&'static str, OsString),
    /// The setting.
    Named(String),
}

/// The proxy for an address, as it can be told to anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToldProxy {
    None,
    /// Its address without user and password, what names it, and whether this host is excepted from it.
    Named {
        address: String,
        source: &'static str,
        is_excepted: bool,
    },
}

/// The variable that overrules the setting for the proxy, if any.
pub fn proxy_variable() -> Option<&'static str> {
    variable().map(|(name, _)| name)
}

fn variable() -> Option<(&'static str, OsString)> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(|value| (name, value));
    PROXY_VARIABLES.into_iter().find_map(set)
}

impl Proxies {
    pub(super) fn from_setting(proxy: Option<&str>) -> Self {
        match (variable(), proxy) {
            (Some((name, value)), _) => Self::Variable(name, value),
            (None, Some(proxy)) => Self::Named(proxy.to_owned()),
            (None, None) => Self::System(SystemProxy::default()),
        }
    }

    pub(super) fn on(&self, builder: ClientBuilder) -> Result<ClientBuilder, HttpError> {
        if let Self::System(system) = self
            && proxy::HAS_SETTINGS
        {
            let system = system.clone();
            return Ok(builder.proxy(reqwest::Proxy::custom(move |url| system.of(url))));
        }
        let Some((source, named)) = self.named()? else { return Ok(builder) };
        let proxy = reqwest::Proxy::all(named).map_err(|_| unreadable(source, FORM))?;
        Ok(builder.proxy(proxy.no_proxy(NoProxy::from_string(&exceptions()))))
    }

    /// Finds out which proxy the system's own settings name for an address: to be called before each request.
    pub(super) async fn look_up(&self, url: &Url) {
        if let Self::System(system) = self {
            system.look_up(url).await;
        }
    }

    /// Whether the system's own settings name one for it.
    pub(super) fn is_by_system(&self, url: &Url) -> bool {
        matches!(self, Self::System(system) if system.of(url).is_some())
    }

    /// The library's own reading of the proxy, consulted when no connection was made.
    pub(super) fn matcher(&self) -> Result<Matcher, HttpError> {
        let Some((_, proxy)) = self.named()? else { return Ok(Matcher::from_system()) };
        Ok(Matcher::builder().all(proxy.to_owned()).no(exceptions()).build())
    }

    /// The proxy for an address, without its password.
    pub(super) async fn told(&self, url: &Url) -> Result<ToldProxy, HttpError> {
        self.look_up(url).await;
        if let Self::System(system) = self {
            let named = system.of(url);
            return Ok(named.map_or(ToldProxy::None, |proxy| ToldProxy::Named {
                address: without_password(&proxy),
                source: SYSTEM,
                is_excepted: false,
            }));
        }
        let Some((source, named)) = self.named()? else { return Ok(ToldProxy::None) };
        let address = without_password(named);
        let asked = url.as_str().parse::<http::Uri>().ok();
        let is_excepted =
            asked.is_some_and(|asked| self.matcher().is_ok_and(|all| all.intercept(&asked).is_none()));
        Ok(ToldProxy::Named { address, source, is_excepted })
    }

    /// The source's name and the proxy's address; `None` without a proxy.
    fn named(&self) -> Result<Option<(&'static str, &str)>, HttpError> {
        let (source, value) = match self {
            Self::System(_) => return Ok(None),
            Self::Variable(name, value) => (*name, value.as_os_str()),
            Self::Named(proxy) => (SETTING, OsStr::new(proxy)),
        };
        readable(value).map(|proxy| Some((source, proxy))).map_err(|why| unreadable(source, why))
    }
}

const SETTING: &str = "the setting Proxy";
const SYSTEM: &str = "the settings of the system";
const FORM: &str = "is not written as the address of a proxy";
const UNSEEN: &str = "has a space, a line end or another character in it that cannot be seen";
const SOCKS: &str = "names a SOCKS proxy, which is not supported: only a proxy that speaks HTTP is";
const SCHEME: &str = "begins with a scheme that is neither http nor https";
const MORE: &str =
    "has more than a host and a port in it; in a name or a password, /, ? and # are written %2F, %3F and %23";

fn unreadable(source: &'static str, why: &'static str) -> HttpError {
    HttpError::ProxyUnreadable { source_name: source, why }
}

/// The address of a proxy, or what is wrong with it, in words without any part of the value, which may hold a password.
pub(super) fn readable(value: &OsStr) -> Result<&str, &'static str> {
    let text = value.to_str().ok_or(FORM)?;
    if text.chars().any(|character| character.is_whitespace() || character.is_control()) {
        return Err(UNSEEN);
    }
    let (scheme, rest) = text.split_once("://").unwrap_or(("http", text));
    let scheme = scheme.to_ascii_lowercase();
    if scheme.starts_with("socks") {
        return Err(SOCKS);
    }
    if !matches!(scheme.as_str(), "http" | "https") {
        return Err(SCHEME);
    }
    let url = Url::parse(&format!("{scheme}://{rest}")).map_err(|_| FORM)?;
    // What is behind it may be the end of a password, and what is before it no host then.
    if !matches!(url.path(), "" | "/") || url.query().is_some() || url.fragment().is_some() {
        return Err(MORE);
    }
    let any = http::Uri::from_static("https://acme.my.salesforce.com/");
    let is_taken = || Matcher::builder().all(text.to_owned()).build().intercept(&any).is_some();
    if url.host_str().is_some() && is_taken() { Ok(text) } else { Err(FORM) }
}

/// Scheme, host and port of a proxy: never who uses it, nor with which password.
fn without_password(proxy: &str) -> String {
    let whole = if proxy.contains("://") { proxy.to_owned() } else { format!("http://{proxy}") };
    let Ok(url) = Url::parse(&whole) else { return "an address that is not told".to_owned() };
    let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
    format!("{}://{}{port}", url.scheme(), url.host_str().unwrap_or_default())
}

/// The hosts to reach without the proxy: of the two variables the first that has something in it.
fn exceptions() -> String {
    let set = |name| env::var_os(name).map(|value| value.to_string_lossy().into_owned());
    first_of(EXCEPTIONS.into_iter().filter_map(set))
}

fn first_of(lists: impl IntoIterator<Item = String>) -> String {
    lists
        .into_iter()
        .map(|list| as_the_library_reads(&list))
        .find(|list| !list.is_empty())
        .unwrap_or_default()
}

/// Each exception in the library's form, which takes commas alone between them, and lacks `*.domain` (read elsewhere as the
/// hosts below it), the full stop that a whole name may end with, and ports (here always 443).
fn as_the_library_reads(exceptions: &str) -> String {
    let is_between = |character: char| character == ',' || character.is_whitespace();
    let entries = exceptions.split(is_between).filter(|entry| !entry.is_empty()).map(|entry| {
        let entry = entry.strip_prefix('*').filter(|rest| rest.starts_with('.')).unwrap_or(entry);
        let host = match entry.split_once(':') {
            Some((host, "443")) => host,
            _ => entry,
        };
        host.strip_suffix('.').unwrap_or(host)
    });
    entries.filter(|entry| !entry.is_empty()).collect::<Vec<_>>().join(",")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_is_read_or_said_to_be_unreadable() {
        for good in [
            "http://proxy.example:3128",
            "https://proxy.example",
            "HTTP://proxy.example:3128/",
            "proxy.example:3128",
            "http://user:p%40ss@proxy.example:3128",
            "http://[::1]:3128",
        ] {
            assert_eq!(readable(OsStr::new(good)), Ok(good), "{good}");
        }
        for (bad, why) in [
            ("http://proxy.example:3128\r", UNSEEN),
            ("http://proxy.example:3128\n", UNSEEN),
            (" ", UNSEEN),
            ("http://user:pass word@proxy.example:3128", UNSEEN),
            ("socks://proxy.example:1080", SOCKS),
            ("socks5h://proxy.example:1080", SOCKS),
            ("SOCKS5://proxy.example:1080", SOCKS),
            ("ftp://proxy.example", SCHEME),
            ("http://", FORM),
            ("http://:3128", FORM),
            ("http://proxy.example:99999", FORM),
            ("://proxy.example", SCHEME),
            // The host would be a name, and the port the beginning of a password.
            ("http://ann:12/34@proxy.example:3128", MORE),
            ("http://ann:12?34@proxy.example:3128", MORE),
            ("http://ann:12#34@proxy.example:3128", MORE),
            ("ann:12/34@proxy.example:3128", MORE),
            ("http://ann\\b:12@proxy.example:3128", MORE),
            ("http://proxy.example:3128/wpad.dat", MORE),
        ] {
            assert_eq!(readable(OsStr::new(bad)), Err(why), "{bad:?}");
        }
    }

    #[test]
    fn what_is_unreadable_is_named_and_stops_the_request() {
        let proxies = Proxies::Variable("HTTPS_PROXY", "http://user:hush@proxy.example:3128\r".into());
        let error = proxies.on(reqwest::Client::builder()).expect_err("nothing is sent");
        assert_eq!(error, unreadable("HTTPS_PROXY", UNSEEN), "by name");
        assert!(!format!("{error} {error:?}").contains("hush"), "without the password");
    }

    #[tokio::test]
    async fn a_proxy_is_told_without_who_uses_it() {
        let url: Url = "https://acme.my.salesforce.com/".parse().unwrap();
        for (value, expected) in [
            ("http://jane:hush@proxy.example:3128", "http://proxy.example:3128"),
            ("proxy.example:3128", "http://proxy.example:3128"),
            ("https://jane@proxy.example/", "https://proxy.example"),
            ("http://[::1]:3128", "http://[::1]:3128"),
        ] {
            let told = Proxies::Variable("HTTPS_PROXY", value.into()).told(&url).await.unwrap();
            let ToldProxy::Named { address, source, .. } = &told else { panic!("{value}: {told:?}") };
            assert_eq!((address.as_str(), *source), (expected, "HTTPS_PROXY"), "{value}");
        }
        let unreadable = Proxies::Variable("HTTPS_PROXY", "socks5://jane:hush@x".into()).told(&url).await;
        assert_eq!(unreadable, Err(HttpError::ProxyUnreadable { source_name: "HTTPS_PROXY", why: SOCKS }));
    }

    #[test]
    fn exceptions_are_read_as_elsewhere() {
        let host = |host: &str| format!("https://{host}/").parse::<http::Uri>().expect("an address");
        let org = "acme.my.salesforce.com";
        for (exceptions, host_name, excepted) in [
            ("*.salesforce.com", org, true),
            (" *.salesforce.com\r", org, true),
            ("localhost, *.my.salesforce.com:443", org, true),
            ("acme.my.salesforce.com:443", org, true),
            ("*", org, true),
            ("localhost,*", org, true),
            (".salesforce.com", org, true),
            ("salesforce.com", org, true),
            ("SalesForce.COM", org, true),
            ("salesforce.com.", org, true),
            (".salesforce.com.:443", org, true),
            // Blanks stand between them as well as commas, and lists are sometimes untidy.
            ("localhost 127.0.0.1 .salesforce.com", org, true),
            ("localhost\t.salesforce.com", org, true),
            (" , localhost ,, .salesforce.com, ", org, true),
            ("localhost\n.salesforce.com\n", org, true),
            ("*.example", org, false),
            ("*salesforce.com", org, false),
            ("acme.*", org, false),
            ("force.com", org, false),
            ("my.salesforce.com.evil.example", org, false),
            ("acme.my.salesforce.com:8443", org, false),
            ("https://acme.my.salesforce.com", org, false),
            // A network is one of numbers: it says nothing of a name, whatever that leads to.
            ("10.0.0.0/8,0.0.0.0/0,::/0", org, false),
            ("10.0.0.0/8 .salesforce.com", org, true),
            ("", org, false),
            (" ", org, false),
            (",", org, false),
            (".", org, false),
            (":443", org, false),
        ] {
            let read = as_the_library_reads(exceptions);
            let matcher = Matcher::builder().all("http://proxy.example:1".to_owned()).no(read).build();
            assert_eq!(matcher.intercept(&host(host_name)).is_none(), excepted, "{exceptions:?}");
        }
    }

    #[test]
    fn of_two_lists_of_exceptions_the_first_that_has_something_in_it_counts() {
        let lists = |lists: &[&str]| first_of(lists.iter().map(|list| (*list).to_owned()));
        for (given, counts) in [
            (&["", "localhost"][..], "localhost"),
            (&[" , ", ".salesforce.com"], ".salesforce.com"),
            (&["a.example", "b.example"], "a.example"),
            (&["a.example b.example"], "a.example,b.example"),
            (&["b.example"], "b.example"),
            (&["", ""], ""),
            (&[], ""),
        ] {
            assert_eq!(lists(given), counts, "{given:?}");
        }
    }
}
