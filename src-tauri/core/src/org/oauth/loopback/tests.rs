use std::net::SocketAddr;

use super::*;

const PATH: &str = "/auth/salesforce/callback";

fn state() -> Secret {
    Secret::new("dtxc1.hGq0Zk3xYb7PpW2vN5tRcA")
}

/// Takes a free port, trying again: another test may hold the same one on `::1` for a moment.
fn listener() -> Listener {
    (0..20).find_map(|_| Listener::bind(0, PATH).ok()).expect("a free port")
}

fn port(listener: &Listener) -> u16 {
    let rest = listener.redirect_uri().strip_prefix("http://localhost:").expect("localhost");
    rest.split('/').next().expect("the port").parse().expect("a port")
}

async fn raw(port: u16, request: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("connect");
    stream.write_all(request.as_bytes()).await.expect("write");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("read");
    String::from_utf8(answer).expect("text")
}

async fn get(port: u16, target: &str) -> String {
    raw(port, &format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n")).await
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

#[tokio::test]
async fn the_answer_is_taken_once_and_the_browser_sent_to_a_clean_page() {
    let mut listener = listener();
    let port = port(&listener);
    let browser = tokio::spawn(async move {
        let target = format!("{PATH}?code=aPrx.secret%3D&state={}", state().expose());
        (get(port, &target).await, get(port, &target).await, get(port, &format!("{PATH}/done")).await)
    });
    match listener.next(&state()).await {
        Callback::Code(code) => assert_eq!(code.expose(), "aPrx.secret=", "the code, decoded"),
        Callback::Refused(code, _) => panic!("refused: {code:?}"),
    }
    let (first, repeated, done) = browser.await.expect("browser");
    for answer in [&first, &repeated] {
        assert_eq!(status(answer), "303", "{answer}");
        assert!(
            answer.contains("\r\nLocation: /auth/salesforce/callback/done\r\n"),
            "a clean address: {answer}"
        );
        assert!(!answer.contains("aPrx") && !answer.contains("dtxc1"), "nothing is repeated: {answer}");
    }
    assert_eq!(status(&done), "200", "{done}");
    assert!(
        done.contains("Go back to Datatrax Connect: it looks at who signed in, and may have a question"),
        "says what to do, and claims nothing that is not settled: {done}"
    );
    assert!(
        done.contains("Content-Security-Policy: default-src 'none'; style-src 'sha256-"),
        "strict policy: {done}"
    );
    assert!(!done.contains("unsafe-"), "no exception in the policy: {done}");
    // A restored tab may show this page; pages with something of a sign-in are never cached.
    for (answer, caching) in [(&done, "private, max-age=0"), (&first, "no-store"), (&repeated, "no-store")] {
        assert!(answer.contains(&format!("\r\nCache-Control: {caching}\r\n")), "{answer}");
    }
}

#[tokio::test]
async fn a_refusal_ends_the_sign_in_with_its_own_page() {
    let mut listener = listener();
    let port = port(&listener);
    let browser = tokio::spawn(async move {
        let description = "error_description=%3Cscript%3Eend-user%20denied";
        let target = format!("{PATH}?error=access_denied&{description}&state={}", state().expose());
        let other = get(port, &format!("{PATH}/done")).await;
        (get(port, &target).await, get(port, &format!("{PATH}/refused")).await, other)
    });
    assert!(matches!(listener.next(&state()).await, Callback::Refused(Code::Denied, _)), "denied");
    let (first, done, other) = browser.await.expect("browser");
    assert_eq!(status(&first), "303", "{first}");
    assert_eq!(status(&other), "404", "what a tab shows again says what it was: {other}");
    assert!(done.contains("did not allow the sign-in") && !done.contains("script"), "own words: {done}");
}

#[tokio::test]
async fn any_other_request_leaves_the_sign_in_as_it_is() {
    let mut listener = listener();
    let port = port(&listener);
    let good = format!("{PATH}?code=right&state={}", state().expose());
    let strangers = tokio::spawn(async move {
        let state = state();
        let state = state.expose();
        let host = format!("Host: localhost:{port}\r\n");
        let refused = [
            ("400", get(port, &format!("{PATH}?code=wrong&state=dtxc1.other")).await),
            ("400", get(port, &format!("{PATH}?code=wrong")).await),
            ("400", get(port, &format!("{PATH}?state={state}")).await),
            ("400", get(port, &format!("{PATH}?code=a&code=b&state={state}")).await),
            ("400", get(port, PATH).await),
            ("404", get(port, &format!("{PATH}/?code=wrong&state={state}")).await),
            ("404", get(port, &format!("{PATH}/done")).await),
            ("404", get(port, "/favicon.ico").await),
            ("405", raw(port, &format!("POST {good} HTTP/1.1\r\n{host}Content-Length: 3\r\n\r\nabc")).await),
            ("405", raw(port, &format!("HEAD {good} HTTP/1.1\r\n{host}\r\n")).await),
            ("400", raw(port, &format!("GET {good} HTTP/1.1\r\nHost: evil.example\r\n\r\n")).await),
            ("400", raw(port, &format!("GET {good} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n")).await),
            ("400", raw(port, "nonsense\r\n\r\n").await),
            ("400", get(port, &format!("{PATH}?code={}&state={state}", "a".repeat(20_000))).await),
        ];
        for (expected, answer) in refused {
            assert_eq!(status(&answer), expected, "{answer:.300}");
            assert!(
                !answer.contains("wrong") && !answer.contains("dtxc1"),
                "nothing is repeated: {answer:.300}"
            );
        }
        let preflight =
            raw(port, &format!("OPTIONS {good} HTTP/1.1\r\n{host}Origin: https://x\r\n\r\n")).await;
        assert_eq!(status(&preflight), "204", "{preflight}");
        assert!(preflight.contains("Access-Control-Allow-Private-Network: true"), "{preflight}");
        // Neither a silent connection nor one that stops half-way holds up the others.
        let _silent = TcpStream::connect(("127.0.0.1", port)).await.expect("connect");
        let mut half = TcpStream::connect(("127.0.0.1", port)).await.expect("connect");
        half.write_all(b"GET /").await.expect("write");
        assert_eq!(status(&get(port, &good).await), "303", "the real answer still counts");
    });
    match listener.next(&state()).await {
        Callback::Code(code) => assert_eq!(code.expose(), "right", "none of the others was taken"),
        Callback::Refused(code, _) => panic!("refused: {code:?}"),
    }
    strangers.await.expect("strangers");
}

#[tokio::test]
async fn an_answer_that_comes_while_nobody_listens_is_kept_for_its_own_sign_in() {
    let mut listener = listener();
    let port = port(&listener);
    assert!(timeout(Duration::from_millis(20), listener.next(&state())).await.is_err(), "nothing came yet");
    let target = format!("{PATH}?code=kept&state={}", state().expose());
    assert_eq!(status(&get(port, &target).await), "303", "taken between two calls");
    match timeout(Duration::from_secs(300), listener.next(&state())).await.expect("kept") {
        Callback::Code(code) => assert_eq!(code.expose(), "kept", "the answer"),
        Callback::Refused(code, _) => panic!("refused: {code:?}"),
    }
    assert!(timeout(Duration::from_millis(20), listener.next(&state())).await.is_err(), "given out once");
}

#[tokio::test]
async fn nobody_waits_once_an_answer_was_taken() {
    let mut listener = listener();
    let port = port(&listener);
    let good = format!("{PATH}?code=a&state={}", state().expose());
    let browser = tokio::spawn(async move { get(port, &good).await });
    listener.next(&state()).await;
    browser.await.expect("browser");
    let other = get(port, &format!("{PATH}?code=a&state=dtxc1.anotherStateOfAnother1")).await;
    assert_eq!(status(&other), "404", "{other}");
    assert!(other.contains("No sign-in is waiting"), "says so: {other}");
}

#[tokio::test]
async fn a_newer_sign_in_takes_only_its_own_state() {
    let mut listener = listener();
    let port = port(&listener);
    let other = Secret::new("dtxc1.anotherStateOfAnother1");
    let _ = timeout(Duration::from_millis(20), listener.next(&state())).await;
    let browser = tokio::spawn(async move {
        let old = get(port, &format!("{PATH}?code=old&state={}", state().expose())).await;
        let new = get(port, &format!("{PATH}?code=new&state=dtxc1.anotherStateOfAnother1")).await;
        (old, new)
    });
    match listener.next(&other).await {
        Callback::Code(code) => assert_eq!(code.expose(), "new", "the older sign-in's answer was refused"),
        Callback::Refused(code, _) => panic!("refused: {code:?}"),
    }
    let (old, new) = browser.await.expect("browser");
    assert_eq!((status(&old), status(&new)), ("400", "303"), "told so");
}

#[tokio::test]
async fn a_port_in_other_hands_is_not_ours() {
    let ours = listener();
    let port = port(&ours);
    let taken = |result: io::Result<Listener>| {
        assert_eq!(result.expect_err("taken").kind(), io::ErrorKind::AddrInUse, "taken");
    };
    taken(Listener::bind(port, PATH));
    assert!(
        std::net::TcpListener::bind(("0.0.0.0", port)).is_err(),
        "nobody can take it from us with a wildcard"
    );
    ours.close().await;

    let v4 = std::net::TcpListener::bind(("127.0.0.1", port)).expect("free after close");
    taken(Listener::bind(port, PATH));
    drop(v4);
    let everywhere = std::net::TcpListener::bind(("0.0.0.0", port)).expect("free");
    taken(Listener::bind(port, PATH));
    drop(everywhere);
    if let Ok(v6) = std::net::TcpListener::bind(SocketAddr::from((Ipv6Addr::LOCALHOST, port))) {
        taken(Listener::bind(port, PATH));
        drop(v6);
    }
    Listener::bind(port, PATH).expect("free again").close().await;
}

#[tokio::test]
async fn the_port_stays_until_the_browser_has_its_last_page() {
    let mut listener = listener();
    let port = port(&listener);
    let browser =
        tokio::spawn(async move { get(port, &format!("{PATH}?code=a&state={}", state().expose())).await });
    listener.next(&state()).await;
    drop(listener);
    assert_eq!(status(&browser.await.expect("browser")), "303", "the answer is finished");
    assert_eq!(status(&get(port, &format!("{PATH}/done")).await), "200", "the page is served after the drop");
    for _ in 0..15_000 {
        if let Ok(again) = Listener::bind(port, PATH) {
            again.close().await;
            return;
        }
        sleep(Duration::from_millis(20)).await;
    }
    panic!("the port was not freed");
}

#[tokio::test]
async fn guests_are_bounded_and_the_browser_gets_its_turn() {
    let mut listener = listener();
    let port = port(&listener);
    let strangers = tokio::spawn(async move {
        let mut silent = Vec::new();
        for _ in 0..MOST_GUESTS {
            silent.push(TcpStream::connect(("127.0.0.1", port)).await.expect("connect"));
        }
        // Time for all of them to be accepted before the browser connects.
        sleep(Duration::from_millis(100)).await;
        let good = format!("{PATH}?code=a&state={}", state().expose());
        let mut browser = tokio::spawn(async move { get(port, &good).await });
        assert!(timeout(Duration::from_millis(200), &mut browser).await.is_err(), "no more guests than that");
        drop(silent);
        browser.await.expect("browser")
    });
    assert!(matches!(listener.next(&state()).await, Callback::Code(_)), "answered once there is room");
    assert_eq!(status(&strangers.await.expect("strangers")), "303", "the browser's turn");
}

#[tokio::test]
async fn both_loopback_addresses_lead_here() {
    let mut listener = listener();
    let port = port(&listener);
    let Ok(mut stream) = TcpStream::connect(SocketAddr::from((Ipv6Addr::LOCALHOST, port))).await else {
        // A computer without IPv6 has no such socket to take.
        assert!(
            std::net::TcpListener::bind((Ipv6Addr::LOCALHOST, 0)).is_err(),
            "with IPv6 the port is ours there, too"
        );
        return;
    };
    let request =
        format!("GET {PATH}?code=six&state={} HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n", state().expose());
    stream.write_all(request.as_bytes()).await.expect("write");
    match listener.next(&state()).await {
        Callback::Code(code) => assert_eq!(code.expose(), "six", "over IPv6"),
        Callback::Refused(code, _) => panic!("refused: {code:?}"),
    }
}

#[tokio::test]
async fn the_page_after_a_practice_sign_in_is_marked_and_does_not_say_salesforce() {
    for (path, practice) in [(PATH, false), (PRACTICE_PATH, true)] {
        let mut listener = (0..20).find_map(|_| Listener::bind(0, path).ok()).expect("a free port");
        let port = port(&listener);
        let state = state();
        // EXPOSE: sent back as a browser does.
        let answer = format!("{path}?code=a&state={}", state.expose());
        let (_, pages) = tokio::join!(listener.next(&state), async {
            [get(port, &answer).await, get(port, &format!("{path}/done")).await, get(port, "/other").await]
        });
        let [_, done, other] = pages;
        for page in [done, other] {
            assert_eq!(page.contains(">PRACTICE<"), practice, "{path}: {page}");
            assert_eq!(page.contains("Salesforce"), !practice, "{path}: {page}");
        }
    }
}

#[test]
fn whose_program_it_is_counts_where_the_system_tells() {
    assert!(may_be_answered(User::Same), "this user's browser");
    assert!(!may_be_answered(User::Another), "nobody else's program");
    assert!(!may_be_answered(User::Gone), "nobody is there");
    assert!(may_be_answered(User::Unknown), "where it is not told, a sign-in still ends");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_user_of_this_computer_neither_ends_nor_answers_a_sign_in() {
    let Some(stranger) = peer::testing::stranger() else {
        eprintln!("no other user can be had here: not looked at");
        return;
    };
    let mut listener = listener();
    let port = port(&listener);
    let mut knocks = listener.take_knocks().expect("the first to ask");
    let browser = tokio::spawn(async move {
        for query in ["error=access_denied", "code=aPrx.of.somebody.else"] {
            let target = format!("{PATH}?{query}&state={}", state().expose());
            // One waits for the answer; the other closes at once, so that its user can no longer be found.
            for waits in [true, false] {
                let request = format!("GET {target} HTTP/1.1\\r\\nHost: localhost:{port}\\r\\n\\r\\n");
                let answer = tokio::task::spawn_blocking(move || stranger(port, &request, waits)).await;
                assert_eq!(answer.expect("asked"), "", "{query}, waits {waits}: no answer");
            }
        }
        get(port, &format!("{PATH}?code=aPrx.ours&state={}", state().expose())).await
    });
    match listener.next(&state()).await {
        Callback::Code(code) => {
            // EXPOSE: made up here.
            assert_eq!(code.expose(), "aPrx.ours", "only what this user's browser brought");
        }
        Callback::Refused(code, _) => panic!("refused by a stranger: {code:?}"),
    }
    assert_eq!(status(&browser.await.expect("browser")), "303", "and that is answered");
    // R17: the visit is reported once.
    assert_eq!(knocks.recv().await, Some(Code::CameBackAsAnotherUser), "told");
    assert!(knocks.try_recv().is_err(), "once");
}

/// A browser's request with this many bytes of other programs' cookies.
async fn get_with_cookies(port: u16, target: &str, bytes: usize) -> String {
    let cookies = format!("Cookie: other={}\r\n", "x".repeat(bytes));
    raw(port, &format!("GET {target} HTTP/1.1\r\nHost: localhost:{port}\r\n{cookies}\r\n")).await
}

/// R07: a browser that turns every address into https.
#[tokio::test]
async fn what_has_the_state_and_is_not_taken_is_told_once() {
    let mut listener = listener();
    let port = port(&listener);
    let mut knocks = listener.take_knocks().expect("the first to ask");
    let browser = tokio::spawn(async move {
        let state = state();
        let query = format!("code=right&state={}", state.expose());
        let others = [
            // Nothing of a sign-in: nobody is told.
            format!("GET {PATH}?visit=1 HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
            format!("GET {PATH}?{query} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n"),
            format!("GET {PATH}?{query}&code=twice HTTP/1.1\r\nHost: localhost:{port}\r\n\r\n"),
        ];
        for other in others {
            let answer = raw(port, &other).await;
            assert_eq!(status(&answer), "400", "{other}: {answer}");
        }
        get(port, &format!("{PATH}?{query}")).await
    });
    assert!(matches!(listener.next(&state()).await, Callback::Code(_)), "the real answer still counts");
    assert_eq!(status(&browser.await.expect("browser")), "303", "and is answered");
    assert_eq!(knocks.recv().await, Some(Code::CameBackUnreadable), "told");
    assert!(knocks.try_recv().is_err(), "once");
}

#[tokio::test]
async fn a_tls_greeting_is_answered_at_once_and_told_once() {
    let mut listener = listener();
    let port = port(&listener);
    let mut knocks = listener.take_knocks().expect("the first to ask");
    let browser = tokio::spawn(async move {
        for _ in 0..3 {
            let mut stream = TcpStream::connect(("127.0.0.1", port)).await.expect("connect");
            stream.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00]).await.expect("write");
            // The greeting is longer, but its end is not waited for.
            let mut answer = Vec::new();
            stream.read_to_end(&mut answer).await.expect("read");
            assert_eq!(answer, TLS_ALERT, "closed, with what a TLS client understands");
        }
        get(port, &format!("{PATH}?code=right&state={}", state().expose())).await
    });
    assert!(matches!(listener.next(&state()).await, Callback::Code(_)), "the real answer still counts");
    assert_eq!(status(&browser.await.expect("browser")), "303", "and is answered");
    assert_eq!(knocks.recv().await, Some(Code::CameBackByHttps), "told");
    assert!(knocks.try_recv().is_err(), "once");
}

/// R08: tens of kilobytes of cookies, and more than the limit.
#[tokio::test]
async fn many_cookies_are_taken_and_too_many_are_named() {
    let mut listener = listener();
    let port = port(&listener);
    let mut knocks = listener.take_knocks().expect("the first to ask");
    let browser = tokio::spawn(async move {
        let target = format!("{PATH}?code=right&state={}", state().expose());
        let too_many = get_with_cookies(port, &target, 400 * 1024).await;
        let many = get_with_cookies(port, &target, 200 * 1024).await;
        (too_many, many)
    });
    assert!(matches!(listener.next(&state()).await, Callback::Code(_)), "taken");
    let (too_many, many) = browser.await.expect("browser");
    assert_eq!((status(&too_many), status(&many)), ("431", "303"), "{too_many}");
    for words in ["too many cookies", "copy the whole address", "delete the cookies of localhost"] {
        assert!(too_many.contains(words), "cause and cure: {words} in {too_many}");
    }
    assert_eq!(knocks.recv().await, Some(Code::CameBackTooLong), "told");
    assert!(knocks.try_recv().is_err(), "once");
}

#[tokio::test]
async fn nobody_is_told_of_what_comes_when_nobody_waits() {
    let mut listener = listener();
    let port = port(&listener);
    let mut knocks = listener.take_knocks().expect("the first to ask");
    assert!(listener.take_knocks().is_none(), "there is one");
    let browser =
        tokio::spawn(async move { get(port, &format!("{PATH}?code=a&state={}", state().expose())).await });
    listener.next(&state()).await;
    browser.await.expect("browser");
    assert_eq!(status(&get_with_cookies(port, PATH, 400 * 1024).await), "431", "refused all the same");
    assert!(knocks.try_recv().is_err(), "nobody is told");
}

/// The kinds of visits that are told of after these requests, and the requests' answers.
async fn told_of(requests: &[String]) -> (Vec<Code>, Vec<String>) {
    let mut listener = listener();
    let port = port(&listener);
    let mut knocks = listener.take_knocks().expect("the first to ask");
    let requests: Vec<String> = requests.iter().map(|text| text.replace("PORT", &port.to_string())).collect();
    let browser = tokio::spawn(async move {
        let mut answers = Vec::new();
        for request in &requests {
            answers.push(raw(port, request).await);
        }
        get(port, &format!("{PATH}?code=right&state={}", state().expose())).await;
        answers
    });
    assert!(matches!(listener.next(&state()).await, Callback::Code(_)), "the real answer still counts");
    let answers = browser.await.expect("browser");
    let mut told = Vec::new();
    while let Ok(code) = knocks.try_recv() {
        told.push(code);
    }
    (told, answers)
}

#[tokio::test]
async fn the_way_back_in_another_form_is_told_whatever_it_is_answered_with() {
    let query = format!("code=right&state={}", state().expose());
    let host = "Host: localhost:PORT\r\n";
    for (request, expected) in [
        (format!("HEAD {PATH}?{query} HTTP/1.1\r\n{host}\r\n"), "405"),
        (format!("PUT {PATH}?{query} HTTP/1.1\r\n{host}\r\n"), "405"),
        (format!("GET {PATH}/?{query} HTTP/1.1\r\n{host}\r\n"), "404"),
        (format!("GET /?{query} HTTP/1.1\r\n{host}\r\n"), "404"),
        (format!("POST {PATH} HTTP/1.1\r\n{host}Content-Length: {}\r\n\r\n{query}", query.len()), "405"),
    ] {
        let (told, answers) = told_of(&[request.clone(), request.clone()]).await;
        assert!(answers.iter().all(|answer| status(answer) == expected), "{request}: {answers:?}");
        assert_eq!(told, [Code::CameBackUnreadable], "{request}: once");
    }
}

#[tokio::test]
async fn what_comes_back_of_another_sign_in_is_told_once_as_that() {
    let host = "Host: localhost:PORT\r\n";
    let get = |target: String| format!("GET {target} HTTP/1.1\r\n{host}\r\n");
    for request in [
        get(format!("{PATH}?code=old&state=dtxc1.anotherStateOfAnother1")),
        get(format!("{PATH}?error=access_denied&state=dtxc1.anotherStateOfAnother1")),
        get(format!("{PATH}/?code=old&state=dtxc1.anotherStateOfAnother1")),
        get(format!("{PATH}?error=access_denied&error_description=no")),
        get(format!("{PATH}?code=lost")),
        get(format!("{PATH}?display=page&code=lost")),
        format!("POST {PATH} HTTP/1.1\r\n{host}Content-Length: 9\r\n\r\ncode=lost"),
    ] {
        let (told, _) = told_of(&[request.clone(), request.clone()]).await;
        assert_eq!(told, [Code::CameBackOfAnother], "{request}");
    }
    for request in [get(PATH.to_owned()), get("/favicon.ico?v=1".to_owned()), get(format!("{PATH}?qrcode=1"))]
    {
        let (told, _) = told_of(std::slice::from_ref(&request)).await;
        assert!(told.is_empty(), "no way back: {request}: {told:?}");
    }
}

#[tokio::test]
async fn who_asks_for_the_head_alone_gets_no_body() {
    let request = |method: &str| format!("{method} {PATH} HTTP/1.1\r\nHost: localhost:PORT\r\n\r\n");
    let (_, answers) = told_of(&[request("HEAD"), request("PUT")]).await;
    let [head, put] = answers.as_slice() else { panic!("two answers") };
    let (of_put, body) = put.split_once("\r\n\r\n").expect("a head");
    assert_eq!(head.as_str(), format!("{of_put}\r\n\r\n"), "the same, without the body");
    assert!(!body.is_empty(), "which others get");
}
