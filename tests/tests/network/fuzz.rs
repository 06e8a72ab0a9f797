//! Random changes to everything that comes from outside, in many thousand ways: each parser reads or refuses the
//! result, and what it accepts still keeps its promises.
//!
//! The changes follow from a printed seed. `DATATRAX_FUZZ_SEED` sets it, and `DATATRAX_FUZZ_CASES` their number.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    time::Duration,
};

use connect_agent::wire::{Call, Request};
use connect_core::{
    org::{
        address::{self, Address},
        credentials,
        oauth::{self, Callback},
    },
    ports::{BoxFuture, Http, HttpError},
    secret::Secret,
};
use connect_tests::{Changes, figures};

const STATE: &str = "dtxc1.hGq0Zk3xYb7PpW2vN5tRcA";
const LOOPBACK: &str = "http://localhost:17177/auth/salesforce/callback";
const CASES: u64 = 20_000;
const SEED: u64 = 0x2545_F491_4F6C_DD1D;

/// Gives every case to the parser; a panic is reported with the seed.
fn fuzz(parser: &str, good: &[&str], mut read: impl FnMut(&[u8])) {
    let set = |name: &str, usual| std::env::var(name).map_or(usual, |value| value.parse().unwrap());
    let (seed, cases) = (set("DATATRAX_FUZZ_SEED", SEED), set("DATATRAX_FUZZ_CASES", CASES));
    let mut changes = Changes::of_seed(seed);
    for case in 0..cases {
        let text = changes.of(good);
        let outcome = catch_unwind(AssertUnwindSafe(|| read(&text)));
        assert!(
            outcome.is_ok(),
            "{parser}: case {case} of seed {seed}: {:?}",
            String::from_utf8_lossy(&text)
        );
    }
    // Valid texts must be accepted, or the cases above prove nothing.
    figures(&format!("{parser}: {cases} cases of seed {seed}"));
}

fn lossy(text: &[u8]) -> String {
    String::from_utf8_lossy(text).into_owned()
}

#[test]
fn changed_addresses_are_read_or_refused() {
    let good = [
        "https://acme.my.salesforce.com",
        "https://acme--uat.sandbox.my.salesforce.com/lightning/setup/SetupOneHome/home",
        "acme--uat",
        "https://acme.lightning.force.com/lightning/page/home?a=b#c",
        "https://login.salesforce.com/?un=ada@acme.example",
        "http://localhost:8080",
        "acme.my.salesforce.mil:443",
    ];
    let mut read = 0;
    fuzz("addresses", &good, |text| {
        let Ok(address) = address::parse(&lossy(text)) else { return };
        read += 1;
        let origin = address.origin().clone();
        let host = address.host();
        let is_listed =
            ["my.salesforce.com", "my.salesforce.mil", "my.sfcrmproducts.cn"].iter().any(|domain| {
                host.strip_suffix(domain).is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
            });
        let is_generic = matches!(host, "login.salesforce.com" | "test.salesforce.com");
        let is_practice =
            origin.scheme() == "http" && matches!(origin.host_str(), Some("localhost" | "127.0.0.1"));
        assert!(
            is_practice || (origin.scheme() == "https" && (is_listed || is_generic)),
            "{origin} is contacted"
        );
        assert!(origin.username().is_empty() && origin.password().is_none(), "{origin} names nobody");
        assert_eq!(
            address::parse_stored(origin.as_str().trim_end_matches('/')).unwrap(),
            address,
            "as stored"
        );
    });
    assert!(read > 100, "some are good still: {read}");
}

#[test]
fn changed_links_and_callback_addresses_are_read_or_refused() {
    let state = Secret::new(STATE);
    let query = format!("code=aPrx1234%3D%3D&state={STATE}");
    let refused = format!("error=access_denied&error_description=end-user+denied&state={STATE}");
    let good = [
        format!("{LOOPBACK}?{query}"),
        format!("{LOOPBACK}?{refused}"),
        format!("com.getdatatrax.connect://auth/salesforce/callback?{query}"),
        format!("com.getdatatrax.connect://auth/salesforce/callback?{refused}"),
        query,
        refused,
    ];
    let good: Vec<&str> = good.iter().map(String::as_str).collect();
    let mut read = 0;
    fuzz("links and callback addresses", &good, |text| {
        let text = lossy(text);
        let answers = [
            oauth::read_callback(&text, &state),
            oauth::read_pasted(&text, LOOPBACK, &state),
            oauth::read_link(&text, &state),
        ];
        for answer in answers.into_iter().flatten() {
            read += 1;
            // The address may be encoded, and broken into lines.
            let joined: String = text.chars().filter(char::is_ascii_graphic).collect();
            let is_there = joined.contains(STATE) || joined.contains('%');
            assert!(is_there, "taken without the issued state");
            if let Callback::Code(code) = answer {
                // EXPOSE: made up by the test.
                assert!(!code.expose().is_empty() && code.expose().is_ascii(), "a code");
            }
        }
        let _ = oauth::is_link(&text);
    });
    assert!(read > 100, "some are good still: {read}");
}

#[test]
fn changed_pasted_values_are_read_or_refused() {
    let key = "3MVG9n_HvETGhr3Ab8zj4bqQmJt0Rk2nXc5uWf7yGp1Ls6dHv9oEi4aTb3xZrKQmN8wPjYcUe5fVgO0lMhD7s";
    let secret = "0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF0123456789ABCDEF";
    let labelled = format!("Consumer Key\n{key}\nConsumer Secret\n{secret}");
    let good = [key, secret, &labelled, "  3MVG9short ", "Consumer Secret: 1234567890123456789"];
    fuzz("pasted values", &good, |text| {
        let pasted = Secret::new(lossy(text));
        for examined in [
            credentials::examine(&pasted, &Secret::new(secret)),
            credentials::examine(&Secret::new(key), &pasted),
            credentials::examine(&pasted, &pasted),
        ] {
            for note in examined.paste_notes() {
                // EXPOSE: made up by the test.
                let told = note.message + &note.fix.concat();
                assert!(!told.contains(secret) && !told.contains(key), "a note holds no value: {told}");
            }
        }
    });
}

#[test]
fn changed_lines_of_the_socket_are_read_or_refused() {
    let good = [
        r#"{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1,"version":"0.1.0"}}"#,
        r#"{"jsonrpc":"2.0","id":2,"method":"snapshot"}"#,
        r#"{"jsonrpc":"2.0","id":3,"method":"token","params":{"name":"acme","fresh":true}}"#,
        r#"{"jsonrpc":"2.0","id":4,"method":"rename","params":{"old":"a","new":"b"}}"#,
        r#"{"jsonrpc":"2.0","id":5,"method":"set","params":{"setting":"keep_alive","value":false}}"#,
    ];
    let mut read = 0;
    fuzz("lines of the socket", &good, |text| {
        let Ok(Request { call, .. }) = serde_json::from_slice::<Request<Call>>(text) else { return };
        read += 1;
        let _ = serde_json::to_string(&call).unwrap();
    });
    assert!(read > 100, "some are good still: {read}");
}

/// An org that answers every request with the same text.
struct Says {
    status: u16,
    body: Vec<u8>,
}

impl Http for Says {
    fn send(
        &self,
        _: axum::http::Request<Vec<u8>>,
    ) -> BoxFuture<'_, Result<axum::http::Response<Vec<u8>>, HttpError>> {
        let response = axum::http::Response::builder()
            .status(self.status)
            .header("content-type", "application/json")
            .body(self.body.clone());
        Box::pin(std::future::ready(response.map_err(|_| HttpError::Cut)))
    }
}

#[test]
fn changed_answers_of_the_token_and_introspection_endpoints_are_read_or_refused() {
    let good = [
        r#"{"access_token":"00Dxx!AQEAQ","refresh_token":"5Aep861","token_type":"Bearer","scope":"refresh_token api","instance_url":"https://acme.my.salesforce.com","id":"https://login.salesforce.com/id/00D000000000001EAA/005000000000001AAA","issued_at":"1700000000000"}"#,
        r#"{"access_token":"00Dxx!AQEAQ","token_type":"Bearer"}"#,
        r#"{"error":"invalid_grant","error_description":"expired access/refresh token"}"#,
        r#"{"error":"invalid_client","error_description":"invalid client credentials"}"#,
        r#"{"active":true,"scope":"api","exp":1700007200,"iat":1700000000,"token_type":"access_token"}"#,
        r#"{"active":false}"#,
    ];
    let address: Address = address::parse("https://acme.my.salesforce.com").unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let pair = (Secret::new("3MVG9key"), Secret::new("0123456789"));
    let mut changes = 0_u32;
    let mut ends = 0;
    fuzz("answers of an org", &good, |text| {
        changes += 1;
        let status = [200, 400, 401, 503][usize::try_from(changes % 4).unwrap()];
        let http = Says { status, body: text.to_vec() };
        let token = Secret::new("5Aep861");
        runtime.block_on(async {
            match oauth::refresh(&http, &address, &pair.0, &pair.1, &token).await {
                // EXPOSE: made up by the test.
                Ok(refreshed) => {
                    let tokens = [refreshed.access, refreshed.rotated].into_iter().flatten();
                    // EXPOSE: made up by the test.
                    assert!(tokens.map(|token| token.expose().len()).sum::<usize>() > 0, "a token");
                }
                Err(trouble) if trouble.terminal => {
                    ends += 1;
                    assert!(status == 400 || status == 401, "only a refusal ends a sign-in, not {status}");
                    assert!(text.windows(7).any(|part| part == b"\"error\""), "and only one that says so");
                }
                Err(trouble) => assert!(
                    trouble.retry_after.unwrap_or_default() < Duration::from_secs(1),
                    "asked for none"
                ),
            }
            let kind = oauth::TokenKind::Access;
            if let Ok(answer) = oauth::introspect(&http, &address, &pair.0, &pair.1, &token, kind).await {
                assert!(
                    !answer.active || text.windows(4).any(|part| part == b"true"),
                    "alive only when that is said"
                );
            }
        });
    });
    assert!(ends > 100, "some say no still: {ends}");
}
