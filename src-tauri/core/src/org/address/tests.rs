use super::*;
use crate::explain::{self, Code};

mod meaning;
mod property;

const PRODUCTION: &str = "https://acme.my.salesforce.com";
const SANDBOX: &str = "https://acme--uat.sandbox.my.salesforce.com";

fn origin_of(text: &str) -> String {
    parse(text).map_or_else(|error| format!("{error:?}"), |address| address.view().origin)
}

#[test]
fn a_failure_leads_to_the_page_of_setup_of_its_own_org_alone() {
    let url = |host: &str| {
        let link = super::in_setup(explain::failure(Code::LoginRestricted, &[("host", host)])).setup.unwrap();
        (link.host, link.url)
    };
    let path = "/lightning/setup/ManageExternalClientApplication/home";
    for (host, setup) in [
        ("acme--uat.sandbox.my.salesforce.com", "https://acme--uat.sandbox.my.salesforce-setup.com"),
        ("localhost:8371", "http://localhost:8371"),
    ] {
        assert_eq!(url(host), (Some(host.to_owned()), Some(format!("{setup}{path}"))), "{host}");
    }
    for host in [
        "",
        "login.salesforce.com",
        "evil.example",
        "acme.my.salesforce.com.evil.example",
        "acme",
        "a computer",
    ] {
        assert_eq!(url(host), (None, None), "{host:?}: no org, no address");
    }
    assert!(
        super::in_setup(explain::failure(Code::NetworkDns, &[])).setup.is_none(),
        "nothing is done there"
    );
}

#[test]
fn every_form_of_a_pasted_address_is_understood() {
    let table = [
        // My Domain, with and without what a browser and a person add.
        ("acme.my.salesforce.com", PRODUCTION),
        ("https://acme.my.salesforce.com", PRODUCTION),
        ("https://acme.my.salesforce.com/", PRODUCTION),
        ("HTTPS://ACME.My.SalesForce.COM/", PRODUCTION),
        ("http://acme.my.salesforce.com/home", PRODUCTION),
        ("https://acme.my.salesforce.com:443/home/home.jsp", PRODUCTION),
        ("https://acme.my.salesforce.com?un=a@b.example&pw=#x", PRODUCTION),
        ("acme.my.salesforce.com/?startURL=%2Fhome%2Fhome.jsp", PRODUCTION),
        ("acme.my.salesforce.com.", PRODUCTION),
        ("  acme.my.salesforce.com \r\n", PRODUCTION),
        ("\u{a0}acme.my.salesforce.com\u{a0}", PRODUCTION),
        ("\u{feff}acme.\u{200b}my.salesforce.com\u{200e}", PRODUCTION),
        ("\"https://acme.my.salesforce.com/\",", PRODUCTION),
        ("“acme.my.salesforce.com”", PRODUCTION),
        ("<https://acme.my.salesforce.com>", PRODUCTION),
        ("My Domain: acme.my.salesforce.com", PRODUCTION),
        ("Our org is https://acme.my.salesforce.com/home, I think", PRODUCTION),
        // The other hosts of an org.
        ("https://acme.lightning.force.com/lightning/page/home", PRODUCTION),
        ("https://acme.my.salesforce-setup.com/lightning/setup/SetupOneHome/home", PRODUCTION),
        ("https://acme--c.vf.force.com/apex/Page?id=1", PRODUCTION),
        ("https://acme.vf.force.com/apex/Page", PRODUCTION),
        ("https://acme--c.visual.force.com/apex/Page", PRODUCTION),
        ("https://acme--c.na35.visual.force.com/apex/Page", PRODUCTION),
        ("https://acme.my.salesforce.com.mcas.ms/home", PRODUCTION),
        ("https://acme.lightning.force.com.mcas.ms/home", PRODUCTION),
        // Sandboxes.
        ("acme--uat.sandbox.my.salesforce.com", SANDBOX),
        ("https://acme--uat.sandbox.lightning.force.com/lightning/n/x", SANDBOX),
        ("https://acme--uat.sandbox.my.salesforce-setup.com/lightning/setup/x", SANDBOX),
        ("https://acme--uat--c.sandbox.vf.force.com/apex/x", SANDBOX),
        ("https://acme--uat.sandbox.vf.force.com/apex/x", SANDBOX),
        ("https://acme--uat--c.visual.force.com/apex/x", SANDBOX),
        ("https://acme--uat--c.cs12.visual.force.com/apex/x", SANDBOX),
        ("https://acme--uat.my.salesforce.com", SANDBOX),
        ("https://acme--uat.lightning.force.com", SANDBOX),
        ("https://acme--uat.cs12.my.salesforce.com", SANDBOX),
        // Typed by hand.
        ("acme", PRODUCTION),
        ("Acme/", PRODUCTION),
        // Not every name of letters and digits is a server's.
        ("nab1", "https://nab1.my.salesforce.com"),
        ("eur12.my.salesforce.com", "https://eur12.my.salesforce.com"),
        ("acme--uat", SANDBOX),
        ("ACME--UAT", SANDBOX),
        ("acme--uat.sandbox", SANDBOX),
        // Other partitions and clouds.
        ("x-dev-ed.develop.lightning.force.com", "https://x-dev-ed.develop.my.salesforce.com"),
        ("x-dev-ed--c.develop.vf.force.com", "https://x-dev-ed.develop.my.salesforce.com"),
        ("x.scratch.my.salesforce.com", "https://x.scratch.my.salesforce.com"),
        ("x.trailblaze.lightning.force.com", "https://x.trailblaze.my.salesforce.com"),
        ("https://acme.my.salesforce.mil/", "https://acme.my.salesforce.mil"),
        ("https://acme.lightning.crmforce.mil/x", "https://acme.my.salesforce.mil"),
        ("https://acme.my.sfcrmproducts.cn/", "https://acme.my.sfcrmproducts.cn"),
        ("https://acme--uat.sandbox.lightning.sfcrmapps.cn", "https://acme--uat.sandbox.my.sfcrmproducts.cn"),
        // Practice orgs.
        ("http://localhost:8080", "http://localhost:8080"),
        ("HTTP://LocalHost:8080/lightning/setup?x#y", "http://localhost:8080"),
        (" http://127.0.0.1:65535/ ", "http://127.0.0.1:65535"),
        ("localhost:8600", "http://localhost:8600"),
        (" LocalHost:8600/lightning/setup?x#y", "http://localhost:8600"),
        ("127.0.0.1:8600", "http://127.0.0.1:8600"),
    ];
    for (text, origin) in table {
        assert_eq!(origin_of(text), origin, "{text:?}");
    }
}

#[test]
fn what_is_no_orgs_address_is_refused_with_its_reason() {
    use crate::explain::Code::{
        AddressHasPort, AddressInvalid, AddressIsUsername, AddressNeedsMyDomain, AddressNotSalesforce,
        AddressPracticeForm, ValueMissing, ValueTooLong,
    };
    let long = "a".repeat(9000);
    let table = [
        ("", ValueMissing),
        (" \u{200b}\u{a0}\"\" ", ValueMissing),
        (long.as_str(), ValueTooLong),
        // Names that resemble listed ones.
        ("https://evil-my.salesforce.com.evil.example", AddressNotSalesforce),
        ("https://acme.my.salesforce.com.evil.example", AddressNotSalesforce),
        ("https://evil.example#.my.salesforce.com", AddressNotSalesforce),
        ("https://evilmy.salesforce.com", AddressNeedsMyDomain),
        ("https://acme.evilmy.salesforce-setup.com", AddressNeedsMyDomain),
        ("https://evilcrmforce.mil", AddressNotSalesforce),
        ("https://evilsalesforce.com", AddressNotSalesforce),
        ("https://acme.my.salesforce.com.mcas.ms.evil.example", AddressNotSalesforce),
        ("https://evil.example.mcas.ms", AddressNotSalesforce),
        ("https://.my.salesforce.com", AddressInvalid),
        ("https://acme..my.salesforce.com", AddressInvalid),
        ("https://-acme.my.salesforce.com", AddressInvalid),
        ("https://ac_me.my.salesforce.com", AddressInvalid),
        ("https://acme", AddressInvalid),
        ("my.salesforce.com.", AddressNeedsMyDomain),
        // Userinfo, ports, backslashes, other schemes, several addresses.
        ("https://x@evil.example", AddressInvalid),
        ("https://evil.example\\.my.salesforce.com", AddressNotSalesforce),
        ("https://acme.my.salesforce.com:8443", AddressHasPort),
        ("http://acme.my.salesforce.com:80", AddressHasPort),
        ("acme.my.salesforce.com:44 3", AddressHasPort),
        ("acme.my.salesforce.com:x", AddressInvalid),
        ("somebody@acme.example", AddressIsUsername),
        ("somebody@acme.example.uat", AddressIsUsername),
        // Letters of other alphabets.
        ("https://аcme.my.salesforce.com", AddressNotSalesforce),
        ("https://acme.my.sаlesforce.com", AddressNotSalesforce),
        ("https://xn--cme-5cd.my.salesforce.com", AddressInvalid),
        // Hosts of Salesforce's that belong to no single org.
        ("login.salesforce.com", AddressNeedsMyDomain),
        ("https://test.salesforce.com/?locale=de", AddressNeedsMyDomain),
        ("login", AddressNeedsMyDomain),
        ("https://na35.salesforce.com/001", AddressNeedsMyDomain),
        ("https://cs12.salesforce.com", AddressNeedsMyDomain),
        ("https://c.na35.visual.force.com/apex/x", AddressNeedsMyDomain),
        ("https://c.visual.force.com/apex/x", AddressNeedsMyDomain),
        ("https://c.sandbox.vf.force.com/apex/x", AddressNeedsMyDomain),
        ("na35", AddressNeedsMyDomain),
        ("EU5/", AddressNeedsMyDomain),
        // The examples of a documentation.
        ("https://MyDomainName.my.salesforce.com", AddressNeedsMyDomain),
        ("https://yourdomain--uat.sandbox.my.salesforce.com/x", AddressNeedsMyDomain),
        ("https://acme--c.cs12.visual.force.com/apex/x", AddressNeedsMyDomain),
        ("https://my.salesforce.com", AddressNeedsMyDomain),
        ("https://help.salesforce.com/s/articleView", AddressNeedsMyDomain),
        ("https://acme.my.site.com/portal", AddressNeedsMyDomain),
        ("https://acme.my-salesforce.com", AddressNeedsMyDomain),
        ("https://acme.cloudforce.com", AddressNeedsMyDomain),
        // Loopback addresses in other forms than a practice org's.
        ("localhost", AddressPracticeForm),
        ("localhost:80", AddressPracticeForm),
        ("localhost:08080", AddressPracticeForm),
        ("localhost.:8080", AddressPracticeForm),
        ("acme.localhost:8080", AddressPracticeForm),
        ("127.0.0.2:8080", AddressPracticeForm),
        ("http:localhost:8080", AddressPracticeForm),
        ("x@localhost:8080", AddressInvalid),
        ("http://localhost", AddressPracticeForm),
        ("http://localhost:", AddressPracticeForm),
        ("http://localhost:0", AddressPracticeForm),
        ("http://localhost:80", AddressPracticeForm),
        ("http://localhost:08080", AddressPracticeForm),
        ("http://localhost:+8080", AddressPracticeForm),
        ("http://localhost:65536", AddressPracticeForm),
        ("https://localhost:8080", AddressPracticeForm),
        ("http://localhost.:8080", AddressPracticeForm),
        ("http://acme.localhost:8080", AddressPracticeForm),
        ("http://127.1:8080", AddressPracticeForm),
        ("http://127.0.0.2:8080", AddressPracticeForm),
        ("http://[::1]:8080", AddressPracticeForm),
        ("http://x@localhost:8080", AddressInvalid),
        ("http://0x7f000001:8080", AddressInvalid),
        ("http://0.0.0.0:8080", AddressHasPort),
    ];
    for (text, code) in table {
        let error = parse(text).expect_err(text);
        assert_eq!(error.code(), code, "{text:?} gave {error:?}");
        assert!(!error.failure().message.is_empty(), "{text:?} has words");
    }
}

#[test]
fn a_refusal_shows_look_alike_letters_for_what_they_are() {
    let error = parse("https://аcme.my.salesforce.com").unwrap_err();
    let message = error.failure().message;
    assert!(message.starts_with("xn--cme-5cd.my.salesforce.com"), "the letter cannot hide: {message}");
}

#[test]
fn kinds_and_words_follow_the_name() {
    let table = [
        ("acme", OrgKind::Production, true, "Production org acme", "acme"),
        ("acme--uat", OrgKind::Sandbox, true, "Sandbox uat of acme", "acme--uat"),
        ("acme.sandbox", OrgKind::Sandbox, true, "Sandbox acme", "acme"),
        ("x-dev-ed", OrgKind::Developer, false, "Developer Edition org x-dev-ed", "x-dev-ed"),
        ("x-dev-ed.develop", OrgKind::Developer, false, "Developer Edition org x-dev-ed", "x-dev-ed"),
        ("x.trailblaze.my.salesforce.com", OrgKind::Developer, false, "Developer Edition org x", "x"),
        ("x.scratch", OrgKind::Scratch, false, "Scratch org x", "x"),
        ("x.demo.my.salesforce.com", OrgKind::Other, false, "Org x (demo)", "x"),
        ("a.b.c.my.salesforce.com", OrgKind::Other, false, "Org a.b.c", "a"),
        ("a.sandbox.c.my.salesforce.com", OrgKind::Other, false, "Org a.sandbox.c", "a"),
        (
            "acme.my.salesforce.mil",
            OrgKind::Production,
            true,
            "Production org acme on my.salesforce.mil",
            "acme",
        ),
        ("http://localhost:8080", OrgKind::Practice, true, "Practice org on this computer", "practice"),
    ];
    for (text, kind, promises, words, alias) in table {
        let address = parse(text).unwrap();
        assert_eq!(address.kind(), kind, "{text}");
        assert_eq!(address.promises_kind(), promises, "{text}");
        assert_eq!(address.words(), words, "{text}");
        assert_eq!(address.default_alias(), alias, "{text}");
        assert_eq!(address.is_practice(), kind == OrgKind::Practice, "{text}");
    }
}

#[test]
fn endpoints_never_leave_the_origin() {
    let address = parse(PRODUCTION).unwrap();
    assert_eq!(address.host(), "acme.my.salesforce.com", "host without scheme");
    assert_eq!(
        address.endpoint("/services/oauth2/token").as_str(),
        format!("{PRODUCTION}/services/oauth2/token")
    );
    for path in ["//evil.example/x", "/\\evil.example", "@evil.example", "/x?y=z#f", "https://evil.example"] {
        let endpoint = address.endpoint(path);
        assert_eq!(endpoint.origin(), address.origin().origin(), "{path} stays at the org");
        assert_eq!(
            (endpoint.query(), endpoint.fragment()),
            (None, None),
            "{path} is a path and nothing else"
        );
    }
    assert_eq!(
        parse("http://localhost:8080").unwrap().host(),
        "localhost:8080",
        "a practice org shows its port"
    );
}

#[test]
fn setup_is_on_its_own_host_where_that_is_certain() {
    let table = [
        ("acme--uat", "https://acme--uat.sandbox.my.salesforce-setup.com"),
        ("acme.my.salesforce.mil", "https://acme.my.salesforce.mil"),
        ("http://localhost:8080", "http://localhost:8080"),
    ];
    for (text, origin) in table {
        let expected = format!("{origin}/lightning/setup/ManageExternalClientApplication/home");
        assert_eq!(parse(text).unwrap().setup_url().as_str(), expected, "{text}");
    }
}

#[test]
fn callback_lines_are_the_promised_ones() {
    let real = [
        "https://www.getdatatrax.com/auth/salesforce/callback",
        "http://localhost:17177/auth/salesforce/callback",
        "http://localhost:27177/auth/salesforce/callback",
        "http://localhost:7177/auth/salesforce/callback",
        "com.getdatatrax.connect://auth/salesforce/callback",
    ];
    let practice = [
        "http://localhost:17177/practice/callback",
        "http://localhost:27177/practice/callback",
        "http://localhost:7177/practice/callback",
    ];
    assert_eq!(parse("acme").unwrap().callbacks(), real, "the block of a real org");
    assert_eq!(parse("http://127.0.0.1:8080").unwrap().callbacks(), practice, "the block of a practice org");
    let loopback = parse("acme").unwrap().loopback_callbacks();
    assert_eq!(loopback[0], (17177, real[1].to_owned()), "port and line go together");
    assert_eq!(loopback.len(), 3, "three ports");
    assert!(
        LINK_CALLBACK.starts_with(&format!("{LINK_SCHEME}:")),
        "the link has the scheme that is registered"
    );
    let characters: usize = real.iter().map(|line| line.len() + 2).sum();
    assert!(characters <= salesforce::CALLBACK_CHARACTERS, "the block fits into the field");
}

#[test]
fn a_browser_is_sent_to_orgs_and_this_computer_alone() {
    for address in [
        "https://acme--uat.sandbox.my.salesforce.com/services/oauth2/authorize?client_id=a",
        "https://login.salesforce.com/",
        "https://acme.my.salesforce-setup.com/lightning/setup/ManageExternalClientApplication/home",
        "http://localhost:8080/setup",
        "http://127.0.0.1:41234",
    ] {
        assert!(may_open(address), "{address} may be opened");
    }
    for address in [
        "https://example.com/",
        "https://acme.my.salesforce.com.example.com/",
        "https://acme.my.salesforce.com@example.com/",
        "https://user:pass@acme.my.salesforce.com/",
        "https://acme.my.salesforce.com:8443/",
        "https://my.salesforce-setup.com/",
        "http://acme.my.salesforce.com/",
        "http://localhost/",
        "http://localhost:8080@example.com/",
        "http://user@localhost:8080/",
        "https://localhost:8080/",
        "http://localhost.example.com:8080/",
        "file:///etc/passwd",
        "javascript:1",
        "-x",
        "",
    ] {
        assert!(!may_open(address), "{address} must not be opened");
    }
}

#[test]
fn tokens_go_to_listed_hosts_alone() {
    let real = parse(PRODUCTION).unwrap();
    for url in [
        "https://acme.my.salesforce.com/services/data",
        "https://other.sandbox.my.salesforce.com:443/",
        "https://login.salesforce.com/id/00D/005",
        "https://test.salesforce.com/id/00D/005",
        "https://acme.my.salesforce.mil/",
        "https://acme.my.sfcrmproducts.cn/",
    ] {
        assert!(real.admits(&Url::parse(url).unwrap()), "{url}");
    }
    for url in [
        "http://acme.my.salesforce.com/",
        "https://acme.my.salesforce.com:8443/",
        "https://user@acme.my.salesforce.com/",
        "https://:word@acme.my.salesforce.com/",
        "https://acme.my.salesforce.com./",
        "https://my.salesforce.com/",
        "https://.my.salesforce.com/",
        "https://evilmy.salesforce.com/",
        "https://acme.salesforce.com/",
        "https://acme.lightning.force.com/",
        "https://acme.login.salesforce.com/",
        "https://acme.my.salesforce.com.evil.example/",
        "https://аcme.my.salesforce.com/",
        "ftp://acme.my.salesforce.com/",
        "http://localhost:8080/",
        "com.getdatatrax.connect://acme.my.salesforce.com/",
        "data:text/plain,acme.my.salesforce.com",
    ] {
        assert!(!real.admits(&Url::parse(url).unwrap()), "{url}");
    }
}

#[test]
fn a_practice_org_keeps_to_its_own_origin() {
    let practice = parse("http://localhost:8080").unwrap();
    assert!(practice.admits(&Url::parse("http://localhost:8080/services/data").unwrap()), "its own origin");
    for url in [
        "http://127.0.0.1:8080/",
        "http://localhost:8081/",
        "http://localhost/",
        "https://localhost:8080/",
        "http://user@localhost:8080/",
        "https://acme.my.salesforce.com/",
    ] {
        assert!(!practice.admits(&Url::parse(url).unwrap()), "{url}");
    }
}

#[test]
fn only_the_stored_form_is_read_back() {
    for origin in [PRODUCTION, SANDBOX, "http://localhost:8080", "https://acme.my.salesforce.com/"] {
        assert_eq!(parse_stored(origin), parse(origin), "{origin}");
        assert!(parse_stored(origin).is_ok(), "{origin}");
    }
    for text in [
        "acme",
        "http://acme.my.salesforce.com",
        "https://acme.lightning.force.com",
        "https://acme.my.salesforce.com/x",
        " https://acme.my.salesforce.com",
        "https://acme--uat.my.salesforce.com",
    ] {
        assert_eq!(parse_stored(text), Err(AddressError::Unreadable), "{text}");
    }
}
