//! Windows: the settings under "Proxy", also a script (PAC), or one that the network tells of. What comes first there comes
//! first here: the network's script, the script, the proxy that was typed in.

use connect_windows::proxy::{self, Settings};
use url::Url;

pub(super) const HAS_SETTINGS: bool = true;

pub(super) fn of(address: &Url) -> Option<String> {
    match proxy::settings() {
        Ok(settings) => by(&settings, address, proxy::by_script),
        Err(error) => {
            tracing::info!(kind = ?error.kind(), "the system's settings for proxies cannot be read");
            None
        }
    }
}

/// A script that cannot be had counts as none, as in every browser.
fn by(
    settings: &Settings,
    address: &Url,
    ask: impl Fn(&str, Option<&str>) -> std::io::Result<Option<String>>,
) -> Option<String> {
    let network = settings.asks_network.then_some(None);
    let scripts = network.into_iter().chain(settings.script.as_deref().map(Some));
    for script in scripts {
        match ask(&alone(address), script) {
            Ok(proxies) => return proxies.as_deref().and_then(|proxies| one(proxies, address.scheme())),
            Err(error) => tracing::info!(kind = ?error.kind(), "a script for proxies cannot be had"),
        }
    }
    let goes_without = settings.without.as_deref().is_some_and(|without| is_in(without, address));
    settings.proxy.as_deref().filter(|_| !goes_without).and_then(|proxies| one(proxies, address.scheme()))
}

/// Nothing of a path or query is a script's business.
fn alone(address: &Url) -> String {
    format!("{}://{}/", address.scheme(), address.host_str().unwrap_or_default())
}

/// The first proxy for a scheme in `one;another`, or in `http=one;https=another`.
fn one(proxies: &str, scheme: &str) -> Option<String> {
    let mut entries = proxies.split([';', ' ']).map(str::trim).filter(|entry| !entry.is_empty());
    entries.find_map(|entry| match entry.split_once('=') {
        Some((of, proxy)) => of.eq_ignore_ascii_case(scheme).then(|| proxy.to_owned()),
        None => Some(entry.to_owned()),
    })
}

/// Whether the host is in a list such as `*.example.com;10.*;<local>`.
fn is_in(list: &str, address: &Url) -> bool {
    let host = address.host_str().unwrap_or_default().to_ascii_lowercase();
    list.split([';', ' ']).map(str::trim).filter(|entry| !entry.is_empty()).any(|entry| {
        let entry = entry.to_ascii_lowercase();
        let entry = entry.split_once("://").map_or(&*entry, |(_, rest)| rest);
        if entry == "<local>" { !host.contains('.') } else { fits(entry, &host) }
    })
}

/// Each `*` stands for any text.
fn fits(pattern: &str, host: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once('*') else { return pattern == host };
    let Some(host) = host.strip_prefix(begin) else { return false };
    let tails = host.char_indices().map(|(at, _)| at).chain([host.len()]);
    tails.filter_map(|at| host.get(at..)).any(|tail| fits(rest, tail))
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    fn org() -> Url {
        "https://acme.my.salesforce.com/services/oauth2/token?code=planted".parse().unwrap()
    }

    fn typed(proxy: &str, without: &str) -> Settings {
        Settings { proxy: Some(proxy.to_owned()), without: Some(without.to_owned()), ..Settings::default() }
    }

    #[test]
    fn a_proxy_that_was_typed_in_counts_for_its_scheme() {
        let none = |_: &str, _: Option<&str>| panic!("nobody asks for a script");
        for (proxy, without, expected) in [
            ("proxy:3128", "", Some("proxy:3128")),
            ("http=one:1;https=two:2", "", Some("two:2")),
            ("http=one:1", "", None),
            ("socks=one:1080", "", None),
            ("https=http://two:2", "", Some("http://two:2")),
            ("proxy:3128", "<local>", Some("proxy:3128")),
            ("proxy:3128", "*.example;*.salesforce.com", None),
            ("proxy:3128", "ACME.*.com", None),
            ("proxy:3128", "https://acme.my.salesforce.com", None),
            ("proxy:3128", "salesforce.com", Some("proxy:3128")),
            ("proxy:3128", "*", None),
        ] {
            assert_eq!(
                by(&typed(proxy, without), &org(), none).as_deref(),
                expected,
                "{proxy} without {without}"
            );
        }
    }

    #[test]
    fn a_script_counts_first_and_learns_nothing_but_the_host() {
        let scripted = Settings { script: Some("http://wpad/proxy.pac".to_owned()), ..typed("typed:1", "") };
        let asked = |says: io::Result<Option<&'static str>>| {
            let says = std::cell::RefCell::new(Some(says.map(|says| says.map(str::to_owned))));
            by(&scripted, &org(), |address, script| {
                assert_eq!(
                    (address, script),
                    ("https://acme.my.salesforce.com/", scripted.script.as_deref())
                );
                says.borrow_mut().take().unwrap()
            })
        };
        assert_eq!(asked(Ok(Some("one:1;two:2"))).as_deref(), Some("one:1"), "the first that it names");
        assert_eq!(asked(Ok(None)), None, "it says to go straight");
        let gone = Err(io::ErrorKind::TimedOut.into());
        assert_eq!(asked(gone).as_deref(), Some("typed:1"), "without it, what was typed in");
    }

    #[test]
    fn the_networks_script_counts_before_ours() {
        let both = Settings {
            asks_network: true,
            script: Some("http://wpad/proxy.pac".to_owned()),
            ..Settings::default()
        };
        let answers = |_: &str, script: Option<&str>| match script {
            None => Err(io::ErrorKind::NotFound.into()),
            Some(_) => Ok(Some("ours:1".to_owned())),
        };
        assert_eq!(by(&both, &org(), answers).as_deref(), Some("ours:1"), "the network has none");
    }
}
