use proptest::prelude::*;
use url::Url;

use crate::org::address::{Address, is_listed, parse, parse_stored};

fn is_safe(address: &Address) -> bool {
    let origin = address.origin();
    let is_practice = origin.scheme() == "http"
        && matches!(origin.host_str(), Some("localhost" | "127.0.0.1"))
        && origin.port().is_some();
    let is_plain = origin.path() == "/" && origin.query().is_none() && origin.username().is_empty();
    is_plain && if address.is_practice() { is_practice } else { is_listed(origin) }
}

/// An address that is right, with up to three pieces put in anywhere, so that the property meets the interesting cases.
fn nearly_an_address() -> impl Strategy<Value = String> {
    let right = prop::sample::select(vec![
        "https://acme.my.salesforce.com/home?a=b",
        "acme--uat.sandbox.my.salesforce.com",
        "https://x-dev-ed.develop.lightning.force.com/lightning",
        "https://acme--uat--c.cs12.visual.force.com/apex/x",
        "https://acme.my.salesforce-setup.com.mcas.ms/",
        "https://acme.my.salesforce.mil",
        "https://login.salesforce.com/",
        "acme--uat",
        "http://localhost:8080/setup",
        "http://127.0.0.1:8080",
        "https://evil.example/acme.my.salesforce.com",
    ]);
    let piece = prop::sample::select(vec![
        "https://",
        "http://",
        "//",
        "@",
        ":",
        "/",
        "\\",
        "?",
        "#",
        ".",
        "..",
        "-",
        "--",
        "%2e",
        "\u{a0}",
        "\u{200b}",
        "。",
        "ａ",
        "а",
        " ",
        "\n",
        "\t",
        "\"",
        "[",
        "]",
        "xn--",
        "acme",
        "evil",
        "evil.example",
        ".my.salesforce.com",
        ".mcas.ms",
        "localhost",
        "127.0.0.1",
        "8080",
        "443",
        ":443",
        ":80",
        "0",
        "user:word@",
        "\u{0}",
        "_",
    ]);
    (right, prop::collection::vec((any::<prop::sample::Index>(), piece), 0..4)).prop_map(|(right, pieces)| {
        pieces.into_iter().fold(right.to_owned(), |text, (place, piece)| {
            let characters: Vec<char> = text.chars().collect();
            let (before, after) = characters.split_at(place.index(characters.len() + 1));
            before.iter().copied().chain(piece.chars()).chain(after.iter().copied()).collect()
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_text_leads_anywhere_else(text in prop_oneof![nearly_an_address(), any::<String>()]) {
        if let Ok(address) = parse(&text) {
            prop_assert!(is_safe(&address), "{text:?} led to {}", address.origin());
            prop_assert_eq!(parse_stored(&address.view().origin), Ok(address.clone()), "it reads back");
            prop_assert!(address.admits(&address.endpoint("/services/oauth2/token")), "its own endpoints are admitted");
            prop_assert!(is_safe_setup(&address), "{text:?} has Setup at {}", address.setup_url());
        }
    }

    #[test]
    fn nothing_admitted_is_off_the_list(text in nearly_an_address()) {
        if let Ok(url) = Url::parse(&text) && is_listed(&url) {
            let host = url.host_str().unwrap_or_default();
            let ends_well = [".my.salesforce.com", ".my.salesforce.mil", ".my.sfcrmproducts.cn"]
                .iter()
                .any(|suffix| host.strip_suffix(suffix).is_some_and(|before| !before.is_empty()));
            prop_assert!(ends_well || host == "login.salesforce.com" || host == "test.salesforce.com", "{host}");
            prop_assert!(url.scheme() == "https" && url.port().is_none() && url.username().is_empty(), "{url}");
        }
    }
}

fn is_safe_setup(address: &Address) -> bool {
    let setup = address.setup_url();
    let host = setup.host_str().unwrap_or_default();
    setup.origin() == address.origin().origin()
        || (setup.scheme() == "https" && host.ends_with(".my.salesforce-setup.com"))
}
