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

/// A valid address with up to three pieces inserted anywhere, so that the property meets the interesting cases.
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

/// A text with one or more hosts in it, and the org of each.
fn texts_with_hosts() -> impl Strategy<Value = (String, Vec<String>)> {
    let label = "[a-z][a-z0-9]{2,8}";
    let org = (
        label,
        prop::sample::select(vec![
            ".my.salesforce.com",
            ".lightning.force.com",
            ".my.salesforce-setup.com",
            ".salesforce-setup.com",
            ".builder.salesforce-experience.com",
            ".lightning.force.com.us.cas.ms",
            ".my.salesforce.com.mcas.ms",
        ]),
    )
        .prop_map(|(name, suffix)| (format!("{name}{suffix}"), Some(name)));
    let foreign = label.prop_map(|name| (format!("www.{name}.example"), None));
    let before = prop::sample::select(vec![
        "",
        "https://",
        "http://",
        "https//",
        "https:",
        "//",
        "Salesforce/",
        "login/",
        "www ",
        "<https://",
        "[org](https://",
        "URL: ",
        "\"host\":\"",
        "url=https://",
        "avery@",
        "https://avery@",
        "ftp://",
        "see ",
        "https://x.example/?u=",
    ]);
    let after = prop::sample::select(vec![
        "",
        "/",
        "/lightning/page/home",
        "|acme>",
        ")",
        "\",",
        ".",
        "?x=y#z",
        " thank you",
        "\n",
        "%2F",
        ":443/",
        "@x.example",
    ]);
    let one = (before, prop_oneof![3 => org, 1 => foreign], after);
    prop::collection::vec(one, 1..4).prop_map(|parts| {
        let text: String =
            parts.iter().flat_map(|(before, (host, _), after)| [before, host.as_str(), after, " "]).collect();
        (text, parts.into_iter().filter_map(|(_, (_, name), _)| name).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8000, failure_persistence: None, ..ProptestConfig::default() })]

    /// R02, R27: an org is certain only where its name begins the only host there is.
    #[test]
    fn an_org_is_the_first_label_of_the_only_host((text, names) in texts_with_hosts()) {
        match parse(&text) {
            Ok(address) => {
                let name = address.default_alias();
                prop_assert!(names.iter().all(|known| *known == name) && names.contains(&name), "{text:?} led to {name}");
                prop_assert!(!text.contains(".example"), "a foreign host stands there: {text:?}");
                prop_assert!(!text.contains("avery@") , "somebody's name comes before: {text:?}");
            }
            Err(error) => for address in error.meant() {
                prop_assert!(names.contains(&address.default_alias()), "{text:?} asks about {}", address.host());
            }
        }
    }

    /// The same for texts of words: a single word is the org, a word of an address never is.
    #[test]
    fn a_word_is_an_org_alone_or_not_at_all(words in prop::collection::vec("[a-z]{3,9}", 1..4), between in prop::sample::select(vec![" ", "/", "//", ": ", "\n"])) {
        let text = words.join(between);
        if let Ok(address) = parse(&text) {
            prop_assert_eq!(words, vec![address.default_alias()], "{:?}", text);
        }
    }
}

/// A host in the form of an address, and the only org it may stand for.
fn a_host() -> impl Strategy<Value = (String, Option<String>)> {
    let scheme = prop::sample::select(vec!["https://", "http://", "//", ""]);
    let org = "[a-z][a-z0-9]{2,8}".prop_map(|name| {
        let host = format!("{name}.my.salesforce.com");
        (host.clone(), Some(format!("https://{host}")))
    });
    let foreign = "[a-z][a-z0-9]{2,8}".prop_map(|name| (format!("{name}.example"), None));
    let of_computer =
        (prop::sample::select(vec!["localhost", "127.0.0.1"]), 30_000_u16..).prop_map(|(host, port)| {
            let place = format!("{host}:{port}");
            (place.clone(), Some(format!("http://{place}")))
        });
    (scheme, prop_oneof![org, foreign, of_computer])
        .prop_map(|(scheme, (host, origin))| (format!("{scheme}{host}"), origin))
}

/// The text with everything but letters and digits encoded.
fn encoded(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Wherever a second host stands, and whatever the first one is, nothing is certain.
    #[test]
    fn a_second_host_makes_a_question_wherever_it_stands(
        (first, origin) in a_host(),
        (second, other) in a_host(),
        place in prop::sample::select(vec![
            "?x=", "/?x=", "/a?x=y&u=", "?", "#", "/#", "/#x=", "/a#/b/", "/", "//", "/a/", "/\\", "/@", "/a@", "\\@", "/x:",
            ",", ", ", ";", " ", " or ", "|", "@", ":x@", "://", "https://", "http://",
        ]),
        end in prop::sample::select(vec!["", "/", "/home", "?z=1", "&z=1", "#z", ")", "."]),
        times_encoded in 0..3_u8,
    ) {
        prop_assume!(first != second && (origin.is_none() || origin != other));
        let is_value = place.ends_with('=');
        let second = (0..times_encoded).filter(|_| is_value).fold(second, |text, _| encoded(&text));
        let text = format!("{first}{place}{second}{end}");
        match parse(&text) {
            Ok(address) => prop_assert!(false, "{text:?} led to {}", address.origin()),
            Err(error) => for address in error.meant() {
                let meant = Some(address.view().origin);
                prop_assert!(meant == origin || meant == other, "{text:?} asks about {}", address.host());
            }
        }
    }
}
