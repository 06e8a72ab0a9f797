//! R02, R05 of addresses, R27, R29: which texts are certain, which are a question, and which name no org.

use super::{PRODUCTION, SANDBOX, origin_of};
use crate::{
    explain::Code,
    org::address::{AddressError, parse, remarks},
};

/// The origins in the question.
fn asked(text: &str) -> Vec<String> {
    match parse(text) {
        Err(error @ AddressError::Unsure { .. }) => {
            error.meant().iter().map(|address| address.view().origin).collect()
        }
        other => vec![format!("no question: {other:?}")],
    }
}

#[test]
fn one_host_in_a_text_is_the_org_whatever_stands_around_it() {
    for text in [
        // R02: a colon or a slash is missing, or there is one too many.
        "https//acme.my.salesforce.com",
        "http//acme.my.salesforce.com/lightning/page/home",
        "https:acme.my.salesforce.com",
        "https:/acme.my.salesforce.com",
        "https:///acme.my.salesforce.com",
        "https.//acme.my.salesforce.com",
        "https;//acme.my.salesforce.com",
        "https ://acme.my.salesforce.com",
        "://acme.my.salesforce.com",
        "//acme.my.salesforce.com/home",
        "https:\\\\acme.my.salesforce.com",
        "https://https://acme.my.salesforce.com",
        "https//www//acme.my.salesforce.com",
        "Salesforce/acme.my.salesforce.com",
        "salesforce: acme.my.salesforce.com",
        "Salesforce/prod/acme.my.salesforce.com/",
        "login/acme.lightning.force.com",
        // In a sentence, a list, a settings file, markup, a chat.
        "acme.my.salesforce.com.",
        "acme.my.salesforce.com..",
        "acme.my.salesforce.com:",
        "(acme.my.salesforce.com)!",
        "Is it acme.my.salesforce.com?",
        "*acme.my.salesforce.com*",
        "**https://acme.my.salesforce.com/**",
        "_acme.my.salesforce.com_",
        "- `https://acme.my.salesforce.com`",
        "Current My Domain URL\nacme.my.salesforce.com",
        "instanceUrl=https://acme.my.salesforce.com",
        "\"instanceUrl\": \"https://acme.my.salesforce.com\",",
        "export SF_HOST='acme.my.salesforce.com'",
        "URL:https://acme.my.salesforce.com",
        "<https://acme.my.salesforce.com|acme>",
        "<https://acme.my.salesforce.com/|https://acme.my.salesforce.com>",
        "<https://acme.lightning.force.com/lightning/page/home|beta>",
        "[acme](https://acme.my.salesforce.com)",
        "[https://acme.my.salesforce.com](https://acme.lightning.force.com/)",
        "<a href=\"https://acme.my.salesforce.com\">our org</a>",
        "\u{1b}[200~https://acme.my.salesforce.com\u{1b}[201~",
        // The other hosts of an org, and guards in front of them.
        "acme.my",
        "acme.salesforce-setup.com",
        "https://acme.salesforce-setup.com/lightning/setup/SetupOneHome/home",
        "https://acme.builder.salesforce-experience.com/sfsites/picasso/core/config/commeditor.jsp",
        "https://acme.preview.salesforce-experience.com",
        "https://acme.live-preview.salesforce-experience.com/",
        "https://acme.file.force.com/servlet/servlet.ImageServer?id=015",
        "https://acme.my.my.salesforce.com",
        "https://acme.lightning.force.com.us.cas.ms/lightning/page/home",
        "https://acme.my.salesforce.com.eu2.cas.ms",
        "https://acme.my.salesforce.com.us3.access-control.cas.ms",
        "acme.my.salesforce-setup.com.mcas.ms",
        "https://acme.lightning.force.com.mcas-gov.us",
        "https://acme.my.salesforce.com.rproxy.goskope.com/",
        // Dots in brackets, so that nobody clicks on them.
        "acme[.]my[.]salesforce[.]com",
        "https://acme(.)my(.)salesforce(.)com/home",
        "acme[dot]my[dot]salesforce[dot]com",
        "&lt;https://acme.my.salesforce.com&gt;",
        "&lt;a href=&quot;https://acme.my.salesforce.com&quot;&gt;",
        // The same org once more after the host changes nothing, nor does what is no host.
        "https://acme.my.salesforce.com/secur/logout.jsp?retUrl=https%3A%2F%2Facme.lightning.force.com%2F",
        "https://acme.my.salesforce.com/saml/authn-request.jsp?saml_acs=https%3A%2F%2Facme.my.salesforce.com%3Fso%3D00D",
        "https://acme.my.salesforce.com/?un=avery%40acme.example&startURL=%2Fsetup%2Fforcecomhomepage.apexp",
        "https://acme.my.salesforce.com/lightning/action/quick/Account.NewContact?context=RECORD_DETAIL",
        "https://acme.my.salesforce.com/auraFW?aura.app=markup://one:one&v=62.0",
        "https://acme.my.salesforce.com/services/oauth2/authorize?redirect_uri=http%3A%2F%2Flocalhost%3A17177%2Fauth%2Fsalesforce%2Fcallback&state=x",
        "https://acme.my.salesforce.com/services/oauth2/authorize?redirect_uri=https://www.getdatatrax.com/auth/salesforce/callback",
        "https://acme.my.salesforce.com/one/one.app#/sObject/001/view?a=mailto:x@b.example",
        "https://acme.my.salesforce.com/sfc/servlet.shepherd/document/download/069",
        "https://acme.my.salesforce.com/resource/1700000000000/styles.zip",
    ] {
        assert_eq!(origin_of(text), PRODUCTION, "{text:?}");
    }
    for text in [
        "acme--uat.my",
        "acme--uat.sandbox.salesforce-setup.com",
        "https://acme--uat.sandbox.builder.salesforce-experience.com/x",
        "https://acme--uat.sandbox.lightning.force.com.us.cas.ms",
        "https//acme--uat.sandbox.my.salesforce.com",
    ] {
        assert_eq!(origin_of(text), SANDBOX, "{text:?}");
    }
}

#[test]
fn what_is_not_certain_is_a_question() {
    let acme = [PRODUCTION];
    for text in [
        // A user's name before the host, or a foreign host.
        "avery@acme.my.salesforce.com",
        "https://avery@acme.my.salesforce.com/home",
        "https://avery:word@acme.my.salesforce.com",
        "avery:word@acme.my.salesforce.com",
        "https://acme.my.salesforce.com@evil.example",
        "hxxps://acme[.]my[.]salesforce[.]com/home",
        "https://evil[.]example/?url=https://acme[.]my[.]salesforce[.]com",
        "https://evil.example\\@acme.my.salesforce.com",
        "https://evil.example/acme.my.salesforce.com",
        "https://evil.example/?https://acme.my.salesforce.com",
        "https://intranet/acme.my.salesforce.com",
        "see www.acme.example or acme.my.salesforce.com",
        "From: avery@acme.example\n\nOur org is https://acme.my.salesforce.com/home",
        "acme.my.salesforce.com (ask avery@acme.example)",
        // A foreign host in the place of a scheme.
        "https://evil.example://acme.my.salesforce.com",
        "evil.example://acme.my.salesforce.com",
        "https://evil.examplehttps://acme.my.salesforce.com",
        "https://intranet://acme.my.salesforce.com",
        "https://localhost://acme.my.salesforce.com",
        // Wide forms, as input methods have them.
        "ａｃｍｅ.my.salesforce.com",
        "https：／／acme．my．salesforce．com／",
        "https://acme。my。salesforce。com",
        // A foreign host after it.
        "acme.my.salesforce.com/?startURL=https://evil.example",
        "https://acme.my.salesforce.com/?u=https%253A%252F%252Fevil.example%252Fb",
        "https://acme.my.salesforce.com/#//evil.example",
        "https://acme.my.salesforce.com/evil.example",
        "https://acme.my.salesforce.com/?u=localhost:8080",
        "https://acme.my.salesforce.com/?u=https://intranet/x",
        "https://acme.my.salesforce.com/?u=http://10.0.0.1",
        "acme.my.salesforce.com,10.0.0.1",
        // Links made by mail filters, search engines and chats.
        "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.my.salesforce.com%2F&data=05%7C01&reserved=0",
        "https://urldefense.proofpoint.com/v2/url?u=https-3A__acme.my.salesforce.com_home&d=DwMFaQ&c=x",
        "https://urldefense.com/v3/__https://acme.my.salesforce.com/home__;!!Abc$",
        "https://urldefense.com/v3/__https://acme.my.salesforce.com__;!!Abc$",
        "https://www.google.com/url?q=https://acme.my.salesforce.com/&sa=D",
        "https://slack-redir.net/link?url=https%3A%2F%2Facme.my.salesforce.com",
        "https://linkprotect.cudasvc.com/url?a=https%3a%2f%2facme.my.salesforce.com%2fhome&c=E,1",
        "https://protect-eu.mimecast.com/s/Abc123?domain=acme.my.salesforce.com",
        "https://secure-web.cisco.com/1abc/https%3A%2F%2Facme.my.salesforce.com",
        "https://eu-west-1.protection.sophos.com/?d=salesforce.com&u=aHR0cHM6Ly9hY21lLm15LnNhbGVzZm9yY2UuY29tLw==&p=m",
        "<https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.my.salesforce.com%2F|acme>",
        "https://login.salesforce.com/?startURL=https%3A%2F%2Facme.lightning.force.com%2F",
        "https%3A%2F%2Facme.my.salesforce.com%2F",
        "https://acme%2emy.salesforce.com",
        // A beginning that no address has, or an incomplete end.
        "ftp://acme.my.salesforce.com",
        "htps://acme.my.salesforce.com",
        "javascript://acme.my.salesforce.com/%0aalert(1)",
        "https://www.acme.my.salesforce.com",
        "www.acme.lightning.force.com",
        "https://acme.my/",
    ] {
        assert_eq!(asked(text), acme, "{text:?}");
    }
    let both = [PRODUCTION, "https://beta.my.salesforce.com"];
    for text in [
        "acme.my.salesforce.com beta.my.salesforce.com",
        "acme.my.salesforce.com,beta.lightning.force.com",
        "acme.my.salesforce.com/beta.my.salesforce.com",
        "https://acme.my.salesforce.com/?startURL=https%3A%2F%2Fbeta.my.salesforce.com",
        "[acme.my.salesforce.com](https://beta.my.salesforce.com)",
        "<https://acme.my.salesforce.com|beta.my.salesforce.com>",
    ] {
        assert_eq!(asked(text), both, "{text:?}");
    }
    for text in [
        "https://beta.my.salesforce.com://acme.my.salesforce.com",
        "https://beta.my.salesforce.comhttps://acme.my.salesforce.com",
        "beta.my.salesforce.comhttp://acme.my.salesforce.com/home",
    ] {
        assert_eq!(asked(text), both, "a host in the place of a scheme: {text:?}");
    }
    let practice = "http://localhost:8080";
    for text in [
        "http://localhost:8080?x=https://other.example",
        "http://localhost:8080/#https://other.example/setup",
        "http://localhost:8080/other.example",
        "http://localhost:8080/x?y=www.other.example",
        "http://localhost:8080,https://other.example",
        "http://localhost:8080/?x=localhost",
        "http://localhost:8080 127.0.0.1",
        "http://localhost:8080\\@other.example",
    ] {
        assert_eq!(asked(text), [practice], "{text:?}");
    }
    assert_eq!(asked("http://localhost:8080?x=http://localhost:8081"), [practice, "http://localhost:8081"]);
    assert_eq!(asked("http://localhost:8080/?x=acme.my.salesforce.com"), [practice, PRODUCTION]);
    assert_eq!(
        asked("https://acme.my.salesforce.com/?x=http%3A%2F%2Flocalhost%3A8080"),
        [PRODUCTION, practice]
    );
    let own =
        "http://localhost:8080/authorize?redirect_uri=http%3A%2F%2Flocalhost%3A17177%2Fpractice%2Fcallback";
    assert_eq!(origin_of(own), practice, "the line that a sign-in ends on is no other host");
    assert_eq!(asked("httpsacme.my.salesforce.com")[1], PRODUCTION, "colon and slashes may be lost");
    assert_eq!(asked("httpsacme")[1], PRODUCTION, "of a word, too");
    assert!(parse("https://httpsacme.my.salesforce.com").is_ok(), "a whole address leaves no doubt");
}

#[test]
fn a_name_that_may_have_lost_its_beginning_is_a_question() {
    for (torn, meant) in [
        ("my-\ncompany.my.salesforce.com", vec!["my-company", "company"]),
        ("acme--\nuat.sandbox.my.salesforce.com", vec!["acme--uat.sandbox", "uat.sandbox"]),
        ("my- company.my.salesforce.com", vec!["company"]),
        ("ac\nme.my.salesforce.com", vec!["acme", "me"]),
        ("o'neil.my.salesforce.com", vec!["neil"]),
        ("acme|beta.my.salesforce.com", vec!["beta"]),
        // A space, or a wrong mark, in place of the dot before a partition; a server's name.
        ("acme--uat sandbox.my.salesforce.com", vec!["sandbox"]),
        ("acme-dev-ed/develop.my.salesforce.com", vec!["develop"]),
        ("scratch.my.salesforce.com", vec!["scratch"]),
        ("cs12.my.salesforce.com/home", vec!["cs12"]),
        ("https://cs12.lightning.force.com", vec!["cs12"]),
    ] {
        let meant: Vec<String> = meant.iter().map(|org| format!("https://{org}.my.salesforce.com")).collect();
        assert_eq!(asked(torn), meant, "{torn:?}");
    }
    assert!(parse("https://scratch.my.salesforce.com").is_ok(), "the question's own answer is certain");
    let wrapped = asked("https://ac\nme.my.salesforce.com/home");
    assert_eq!(wrapped, [PRODUCTION, "https://me.my.salesforce.com"], "a line may have ended in mid-word");
}

#[test]
fn no_word_of_an_address_is_taken_for_an_org() {
    use Code::{AddressInvalid, AddressIsCallback, AddressNeedsMyDomain, AddressNotSalesforce};
    for (text, code) in [
        ("https", AddressInvalid),
        ("http//", AddressInvalid),
        ("https//acme", AddressInvalid),
        ("https://", AddressInvalid),
        ("www", AddressNeedsMyDomain),
        ("www.my", AddressNeedsMyDomain),
        ("Salesforce", AddressNeedsMyDomain),
        ("login/", AddressNeedsMyDomain),
        ("lightning", AddressInvalid),
        ("hxxps", AddressInvalid),
        ("mailto", AddressInvalid),
        ("www2", AddressInvalid),
        ("oauth/", AddressInvalid),
        ("one", AddressInvalid),
        ("practice", AddressInvalid),
        ("authorize/", AddressInvalid),
        ("frontdoor", AddressInvalid),
        ("sandbox.my", AddressInvalid),
        ("lightning/page/home", AddressInvalid),
        ("/lightning/setup/SetupOneHome/home", AddressInvalid),
        ("acme/lightning", AddressInvalid),
        ("acme:443", AddressInvalid),
        ("Salesforce/acme", AddressInvalid),
        ("https//login.salesforce.com", AddressNeedsMyDomain),
        ("acme/lightning.force.com", AddressNeedsMyDomain),
        ("https://www.my.salesforce.com", AddressNeedsMyDomain),
        ("https.my.salesforce.com", AddressNeedsMyDomain),
        ("login.lightning.force.com", AddressNeedsMyDomain),
        // Hosts of Salesforce's whose name may be a site's.
        ("https://acme--x1.builder.salesforce-experience.com", AddressNeedsMyDomain),
        ("https://acme.my.salesforce-sites.com/portal", AddressNeedsMyDomain),
        ("https://acme.other.salesforce-setup.com", AddressNeedsMyDomain),
        ("https://builder.salesforce-experience.com", AddressNeedsMyDomain),
        ("https://salesforce-setup.com", AddressNeedsMyDomain),
        ("https://evil.example.us.cas.ms", AddressNotSalesforce),
        ("https://acme.my.salesforce.com.us.cas.ms.evil.example", AddressNotSalesforce),
        // The callback of a sign-in is no practice org.
        ("http://localhost:17177/practice/callback?code=a&state=b", AddressIsCallback),
        ("http://localhost:7177/auth/salesforce/callback?error=access_denied", AddressIsCallback),
    ] {
        assert_eq!(parse(text).expect_err(text).code(), code, "{text:?}");
    }
}

#[test]
fn the_question_names_the_exact_address() {
    let failure = parse("avery@acme.my.salesforce.com").unwrap_err().failure();
    assert_eq!((failure.code, failure.code.exit()), (Code::AddressUnsure, 2), "a usage error");
    assert!(failure.message.contains(&format!("Did you mean {PRODUCTION}?")), "{failure:?}");
    assert!(failure.fix[0].ends_with(&format!(": {PRODUCTION}")), "{failure:?}");
}

#[test]
fn a_live_session_is_understood_and_remarked_on() {
    let id = "00Dxx0000001gPL!AQ4AQFabc.def_123";
    for text in [
        format!("https://acme.my.salesforce.com/secur/frontdoor.jsp?sid={id}&retURL=%2Fhome"),
        "https://acme.my.salesforce.com/secur/frontdoor.jsp?otp=abc123".to_owned(),
        "force://PlatformCLI::5Aep861abcdef@acme.my.salesforce.com".to_owned(),
        "force://3MVG9abc:0123ABCD:5Aep861abcdef@acme.my.salesforce.com/".to_owned(),
        "https://acme.my.salesforce.com/#access_token=abc&instance_url=https%3A%2F%2Facme.my.salesforce.com"
            .to_owned(),
        "https://acme.my.salesforce.com/?un=avery%40acme.example&pw=word".to_owned(),
        "https://acme.my.salesforce.com/#id_token=eyJhbGciOiJSUzI1NiJ9.abc.def".to_owned(),
        "https://acme.my.salesforce.com/?SAMLResponse=PHNhbWxwOlJlc3BvbnNlabc&RelayState=%2F".to_owned(),
        "https://acme.my.salesforce.com/x?sessionId=abc".to_owned(),
    ] {
        assert_eq!(origin_of(&text), PRODUCTION, "{text}");
        let codes: Vec<Code> = remarks(&text).into_iter().map(|remark| remark.code).collect();
        assert_eq!(codes, [Code::AddressOpensSession], "{text}");
        assert!(!format!("{:?}", remarks(&text)).contains("abc"), "nothing of it is repeated");
    }
    let wrapped = "https://nam02.safelinks.protection.outlook.com/?url=https%3A%2F%2Facme.my.salesforce.com%2Fsecur%2Ffrontdoor.jsp%3Fsid%3Dabc";
    assert_eq!(asked(wrapped), [PRODUCTION], "the address within");
    assert_eq!(remarks(wrapped)[0].code, Code::AddressOpensSession, "in a link that was wrapped, too");
    assert_eq!(
        remarks(&format!("{id} acme.my.salesforce.com"))[0].code,
        Code::AddressOpensSession,
        "an id alone"
    );
    for text in [
        "acme",
        "https://acme.my.salesforce.com/?sid=",
        "https://acme.my.salesforce.com/lightning/r/Account/001/view",
    ] {
        assert_eq!(remarks(text), [], "{text}");
    }
}

#[test]
fn a_page_that_says_an_error_is_explained_beside_its_org() {
    // R03: the page names the org, and its error needs no `state`.
    let page = "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=OAUTH_APP_BLOCKED&error_description=this+app+is+blocked+by+admin";
    assert_eq!(origin_of(page), PRODUCTION, "its org");
    assert_eq!(remarks(page)[0].code, Code::AppBlocked, "what it says");
    let back = "http://localhost:17177/auth/salesforce/callback?error=access_denied&state=x";
    assert_eq!(remarks(back)[0].code, Code::Denied, "the same of the way back");
    assert_eq!(remarks("https://acme.my.salesforce.com/?error=%20"), [], "nothing is said");
}
