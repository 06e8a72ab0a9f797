use proptest::prelude::*;
use url::form_urlencoded;

use super::*;
use crate::explain::Code;

const CALLBACK: &str = "http://localhost:17177/auth/salesforce/callback";
const PATH: &str = "/auth/salesforce/callback";
const LINK: &str = "com.getdatatrax.connect://auth/salesforce/callback";
const HOSTED: &str = "https://www.getdatatrax.com/auth/salesforce/callback";

fn state() -> Secret {
    Secret::new("dtxc1.hGq0Zk3xYb7PpW2vN5tRcA")
}

fn with_state(rest: &str) -> String {
    format!("{rest}&state={}", state().expose())
}

fn code_of(pasted: &str, line: &str) -> String {
    match read_pasted(pasted, line, &state()) {
        Ok(Callback::Code(code)) => code.expose().to_owned(),
        other => panic!("{pasted:?}: {other:?}"),
    }
}

/// R07 and R28: the forms that copying, a terminal and a browser give the address.
#[test]
fn an_address_is_taken_when_its_path_and_state_fit() {
    let query = with_state("code=abc%3D");
    let state = state();
    let state = state.expose();
    for pasted in [
        format!("{CALLBACK}?{query}"),
        format!("  {CALLBACK}?{query}\r\n"),
        format!("\u{FEFF}{CALLBACK}?{query}#"),
        format!("{CALLBACK}?{query}#_=_"),
        format!("{CALLBACK}#{query}"),
        // Wrapped, with a terminal's marks, in quotes, in a sentence.
        format!("{CALLBACK}?code=abc%\n3D&state={state}"),
        format!("{CALLBACK}?code=abc%3D&sta te={state}"),
        format!("http://localhost:17177/auth/sales\r\n  force/callback?{query}"),
        format!("\u{1b}[200~{CALLBACK}?{query}\u{1b}[201~"),
        format!("^[[200~{CALLBACK}?{query}^[[201~"),
        format!("[200~{CALLBACK}?{query}"),
        format!("0~{CALLBACK}?{query}1~"),
        format!("\"{CALLBACK}?{query}\""),
        format!("<{CALLBACK}?{query}>"),
        format!("({CALLBACK}?{query}),"),
        format!("{CALLBACK}?{query}."),
        format!("It ended on {CALLBACK}?{query} and did not load"),
        // In the source of a page, and as a link in markup.
        format!("{CALLBACK}?code=abc%3D&amp;state={state}"),
        format!("<a href=\"{CALLBACK}?code=abc%3D&amp;state={state}\">here</a>"),
        format!("[{CALLBACK}?{query}]({CALLBACK}?{query})"),
        format!("<{CALLBACK}?{query}|{CALLBACK}?{query}>"),
        format!("[here]({CALLBACK}?{query} \"back\")"),
        // As a page's source, JSON, a script, a shell has it.
        format!("view-source:{CALLBACK}?{query}"),
        format!("View-Source:{CALLBACK}?{query}"),
        format!("{{\"url\":\"{CALLBACK}?code=abc%3D\\u0026state={state}\"}}"),
        format!("'{CALLBACK}?code\\u003dabc%3D\\x26state\\u003d{state}'"),
        format!("{}?code=abc%3D\\u0026state={state}", CALLBACK.replace('/', "\\/")),
        format!("{CALLBACK}\\?code\\=abc%3D\\&state\\={state}"),
        // With https, without scheme, with another name of this computer, without its beginning.
        format!("https://localhost:17177{PATH}?{query}"),
        format!("HTTPS://LocalHost:17177{PATH}?{query}"),
        format!("localhost:17177{PATH}?{query}"),
        format!("https://localhost{PATH}?{query}"),
        format!("https://localhost.:17177{PATH}?{query}"),
        format!("http://127.0.0.1:17177{PATH}?{query}"),
        format!("https://127.0.0.1:17177{PATH}?{query}"),
        format!("http://[::1]:17177{PATH}?{query}"),
        format!("{PATH}?{query}"),
    ] {
        assert_eq!(code_of(&pasted, CALLBACK), "abc=", "{pasted:?}");
    }
    for line in [LINK, HOSTED] {
        assert_eq!(code_of(&format!("{line}?{query}"), line), "abc=", "{line}");
        assert_eq!(code_of(&format!("\u{1b}[200~{line}?{query}\u{1b}[201~"), line), "abc=", "{line}");
    }
    assert_eq!(code_of(&format!("www.getdatatrax.com{PATH}?{query}"), HOSTED), "abc=", "without its scheme");
}

/// R28: rewritten by what guards a mailbox, once and twice.
#[test]
fn an_address_within_a_rewritten_link_is_taken_when_it_is_this_sign_ins() {
    let escaped = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let safe = |text: &str| {
        format!(
            "https://nam02.safelinks.protection.outlook.com/?url={}&data=05%7C01&reserved=0",
            escaped(text)
        )
    };
    let good = format!("{CALLBACK}?{}", with_state("code=abc%3D"));
    let v3 = good.replace('%', "*");
    for pasted in [
        safe(&good),
        format!("<{}>", safe(&good)),
        format!("[here]({})", safe(&good)),
        format!("It ended on {} and did not load", safe(&good)),
        safe(&good).replace('&', "&amp;"),
        safe(&safe(&good)),
        safe(&good.replace("http:", "https:")),
        format!("https://urldefense.com/v3/__{v3}__;JQ!!abc!def$"),
    ] {
        assert_eq!(code_of(&pasted, CALLBACK), "abc=", "{pasted}");
    }
    for pasted in [
        safe(&format!("{CALLBACK}?code=abc&state=dtxc1.somebodyelses")),
        safe(&format!("https://evil.example{PATH}?{}", with_state("code=abc"))),
        format!("https://evil.example/?{}", with_state("code=abc")),
    ] {
        assert!(read_pasted(&pasted, CALLBACK, &state()).is_err(), "{pasted}");
    }
}

#[test]
fn any_other_address_is_refused_and_a_part_is_named_as_one() {
    use CallbackError::{Cut, NotOurs, OnlyCode, Unreadable, WrongState};
    let query = with_state("code=abc");
    let state = state();
    let state = state.expose();
    for (pasted, expected) in [
        (format!("{CALLBACK}/?{query}"), NotOurs),
        (format!("http://localhost:171770{PATH}?{query}"), NotOurs),
        (format!("http://localhost:27177{PATH}?{query}"), NotOurs),
        (format!("http://localhost:17177/practice/callback?{query}"), NotOurs),
        (format!("{HOSTED}?{query}"), NotOurs),
        (format!("https://localhost.evil.example:17177{PATH}?{query}"), NotOurs),
        (format!("https://evil.example{PATH}?{query}"), NotOurs),
        (format!("http://x@localhost:17177{PATH}?{query}"), NotOurs),
        (format!("ftp://localhost:17177{PATH}?{query}"), NotOurs),
        (format!("{LINK}?{query}"), NotOurs),
        (
            format!("https://acme.my.salesforce.com/services/oauth2/authorize?client_id=a&state={state}"),
            NotOurs,
        ),
        ("https://evil.example/callback?code=x".to_owned(), NotOurs),
        ("http://localhost:17177/".to_owned(), NotOurs),
        ("http://localhost:17177/auth/sales".to_owned(), Cut),
        ("something else".to_owned(), NotOurs),
        (String::new(), NotOurs),
        (format!("{CALLBACK}?code=abc&code=abc&state={state}"), Unreadable),
        (format!("{CALLBACK}?code=abc&state={}B", state.split_at(state.len() - 1).0), WrongState),
        (format!("{CALLBACK}?code=abc&state=dtxc1.somebodyelses"), WrongState),
        ("a".repeat(100_000), Unreadable),
        // R28: the beginning or the end is missing.
        (CALLBACK.to_owned(), Cut),
        (format!("{CALLBACK}?code=abc"), Cut),
        (format!("{CALLBACK}?code=abc&sta"), Cut),
        (format!("{CALLBACK}?code=abc&state="), Cut),
        (format!("{CALLBACK}?code=abc&state=dtx"), Cut),
        (format!("{CALLBACK}?code=abc&state={}", state.split_at(12).0), Cut),
        (format!("{CALLBACK}?state={state}"), Cut),
        (format!("https://localhost:17177{PATH}?code=abc&state={}", state.split_at(20).0), Cut),
        (query.clone(), Cut),
        (format!("force/callback?{query}"), Cut),
        // Only the code.
        ("aPrxtfAlXyz123.abc%3D%3D".to_owned(), OnlyCode),
        (" \"aPrxtfAlXyz123.abc==\" ".to_owned(), OnlyCode),
        ("code=aPrxtfAlXyz123".to_owned(), OnlyCode),
    ] {
        let error = read_pasted(&pasted, CALLBACK, &self::state()).expect_err(&pasted);
        assert_eq!(error, expected, "{pasted:.120}");
    }
}

/// R03: a page with an error needs no `state`, and proves nothing.
#[test]
fn a_page_that_says_an_error_is_explained() {
    let page = "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp";
    for (pasted, code) in [
        (
            format!("{page}?error=OAUTH_APP_BLOCKED&error_description=this+app+is+blocked+by+admin"),
            Code::AppBlocked,
        ),
        (format!("\u{1b}[200~{page}?error=access_denied\u{1b}[201~"), Code::Denied),
        (
            format!("{CALLBACK}?error=access_denied&error_description=end-user+denied+authorization"),
            Code::Denied,
        ),
        (
            "error=invalid_client_id&error_description=client%20identifier%20invalid".to_owned(),
            Code::KeyUnknown,
        ),
        (
            "error=invalid_request&error_description=missing required code challenge".to_owned(),
            Code::ChallengeMissing,
        ),
    ] {
        let error = read_pasted(&pasted, CALLBACK, &state()).expect_err(&pasted);
        assert_eq!(error, CallbackError::Told(code), "{pasted}");
    }
    let ours = format!("https://localhost:17177{PATH}?{}", with_state("error=access_denied"));
    assert!(
        matches!(read_pasted(&ours, CALLBACK, &state()), Ok(Callback::Refused(Code::Denied, _))),
        "the answer itself"
    );
}

/// The page proves nothing by itself, and its `state` does. A code comes back to the callback line alone.
#[test]
fn an_error_page_with_the_issued_state_is_the_answer_and_no_other_page_brings_a_code() {
    let page = "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp";
    let refusal = with_state("error=OAUTH_APP_BLOCKED&error_description=this+app+is+blocked+by+admin");
    let (begin, end) = refusal.split_at(30);
    for pasted in [
        format!("{page}?{refusal}"),
        format!("It says {page}?{refusal}#top and stays there"),
        format!("<{page}?{begin}\r\n{end}>"),
    ] {
        let read = read_pasted(&pasted, CALLBACK, &state());
        assert!(matches!(read, Ok(Callback::Refused(Code::AppBlocked, _))), "{pasted}: {read:?}");
    }
    for pasted in [
        format!("{page}?{}", with_state("code=abc")),
        format!("{page}?error=access_denied&state=dtxc1.somebodyelses"),
        format!("error page?{}", with_state("code=abc&error=access_denied")),
    ] {
        assert!(read_pasted(&pasted, CALLBACK, &state()).is_err(), "{pasted}");
    }
}

proptest! {
    #[test]
    fn nothing_is_taken_without_the_issued_state(
        text in "((https?://)?(localhost|127\\.0\\.0\\.1|\\[::1\\])?(:17177)?/auth/salesforce/callback[?#])?([a-z_]{0,8}|code|state|error|dtxc1\\.|[%&=+#?. ]|%[0-9a-fA-F]{2}|\\PC){0,24}"
    ) {
        prop_assert!(read_pasted(&text, CALLBACK, &state()).is_err(), "no random text has the state");
    }

    #[test]
    fn any_code_comes_through_whatever_wraps_it(code in "[!-~]{1,200}", breaks in prop::collection::vec(any::<prop::sample::Index>(), 0..4)) {
        let query: String = form_urlencoded::Serializer::new(String::new())
            .append_pair("code", &code)
            .append_pair("state", state().expose())
            .finish();
        let mut pasted = format!("{CALLBACK}?{query}");
        for place in breaks {
            pasted.insert(place.index(pasted.len()), '\n');
        }
        prop_assert_eq!(code_of(&pasted, CALLBACK), code);
    }
}
