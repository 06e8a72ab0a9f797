//! macOS: the settings of the network under *Proxies*, also a script (PAC). The system applies their exceptions.

use connect_macos::proxy::{self, Way};
use url::Url;

pub(super) const HAS_SETTINGS: bool = true;

pub(super) fn of(address: &Url) -> Option<String> {
    let address = alone(address);
    by(proxy::ways(&address), |script| proxy::by_script(script, &address))
}

/// Nothing of a path or query is a script's business.
fn alone(address: &Url) -> String {
    format!("{}://{}/", address.scheme(), address.host_str().unwrap_or_default())
}

/// The first way counts. A script that cannot be had counts as none, as in every browser.
fn by(ways: Vec<Way>, ask: impl Fn(&str) -> Option<Vec<Way>>) -> Option<String> {
    for way in ways {
        let told = match way {
            Way::Script(script) => {
                let told = ask(&script);
                if told.is_none() {
                    tracing::info!("a script for proxies cannot be had");
                }
                told.and_then(|told| told.into_iter().next())
            }
            Way::Straight | Way::Proxy(_) | Way::Other => Some(way),
        };
        match told {
            Some(Way::Proxy(proxy)) => return Some(proxy),
            Some(Way::Straight) => return None,
            Some(Way::Script(_) | Way::Other) | None => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_way_that_is_known_counts() {
        let proxy = |place: &str| Way::Proxy(place.to_owned());
        let script = || Way::Script("http://wpad/proxy.pac".to_owned());
        for (ways, says, expected) in [
            (vec![], None, None),
            (vec![Way::Straight, proxy("one:1")], None, None),
            (vec![Way::Other, proxy("one:1")], None, Some("one:1")),
            (vec![script(), proxy("typed:1")], Some(vec![proxy("one:1"), proxy("two:2")]), Some("one:1")),
            (vec![script(), proxy("typed:1")], Some(vec![Way::Straight]), None),
            (vec![script(), proxy("typed:1")], None, Some("typed:1")),
        ] {
            assert_eq!(by(ways.clone(), |_| says.clone()).as_deref(), expected, "{ways:?} and {says:?}");
        }
    }

    #[test]
    fn a_script_learns_nothing_but_the_host() {
        let org: Url = "https://acme.my.salesforce.com/services/oauth2/token?code=planted".parse().unwrap();
        assert_eq!(alone(&org), "https://acme.my.salesforce.com/");
    }
}
