//! Links of our own scheme, through the real programs: the answer to a sign-in, and hostile ones.

use std::{
    ffi::OsString,
    fs,
    io::{Read, Write},
    os::unix::{ffi::OsStringExt, net::UnixStream},
    path::Path,
    process::Stdio,
    time::Duration,
};

use connect_agent::Client;
use connect_core::{
    contract::{intent, view::Phase},
    org::address::{LINK_CALLBACK, LINK_SCHEME, LINK_TO_WINDOW},
    platform::home::Home,
};
use connect_tests::{
    Display, Dtx, Ended, INTEGRATION, OnlineDesk, PATIENCE, Press, Window, one_at_a_time, program, until,
    until_so,
};
use practice_org::{Org, OrgKind};
use proptest::{
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use reqwest::Url;
use serde_json::Value;
use tokio::{
    process::Child,
    time::{sleep, timeout},
};

const HOST: &str = "acme--uat.sandbox.my.salesforce.com";
const LOOPBACK: &str = "http://localhost:27177/auth/salesforce/callback";
/// Second starts of the window that a small computer can run side by side.
const AT_ONCE: usize = 3;

/// Registers a program for our scheme, as an installed package does.
fn register(online: &OnlineDesk, program: &Path) {
    let user = online.desk.folder().join("user");
    let (entries, config) = (user.join("data/applications"), user.join(".config"));
    let entry = format!(
        "[Desktop Entry]\nType=Application\nName=Datatrax Connect\nExec={} %u\nMimeType=x-scheme-handler/{LINK_SCHEME};\n",
        program.display()
    );
    let defaults = format!("[Default Applications]\nx-scheme-handler/{LINK_SCHEME}=datatrax.desktop\n");
    for (folder, name, text) in [(&entries, "datatrax.desktop", entry), (&config, "mimeapps.list", defaults)]
    {
        fs::create_dir_all(folder).unwrap();
        fs::File::create(folder.join(name)).unwrap().write_all(text.as_bytes()).unwrap();
    }
}

/// An agent on a desk with internet, and an org whose app has only the link line.
async fn prepared(online: &OnlineDesk) -> (Dtx, Org) {
    let org = online.served(HOST, OrgKind::Sandbox).await;
    org.change(|switches| switches.callbacks = vec![LINK_CALLBACK.to_owned()]);
    let agent = online.desk.start_on(&online.internet, &["agent", "--no-tray"], &[]);
    until_so("the agent has not come up", async || {
        online.dtx(&["agent", "status", "--json"]).await.last()["running"] == true
    })
    .await;
    (agent, org)
}

async fn stop(online: &OnlineDesk, agent: Dtx) {
    assert_eq!(online.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    agent.ended().await;
}

/// Starts a sign-in that returns by a link. Returns both.
async fn signing_in(online: &OnlineDesk, org: &Org) -> (Dtx, Url) {
    let mut dtx = online.connecting(HOST, org, &[]).await;
    let authorize = dtx.event("authorize").await;
    assert_eq!(authorize["redirect_uri"], LINK_CALLBACK, "{authorize}");
    let url = authorize["url"].as_str().unwrap();
    let link = online.internet.person(org, INTEGRATION).answer(url, Press::Allow).await;
    assert!(
        link.as_str().starts_with(&format!("{LINK_CALLBACK}?")),
        "the way back is a link: {}",
        link.scheme()
    );
    (dtx, link)
}

/// Whether a sign-in waits for the browser.
async fn is_waiting(online: &OnlineDesk) -> bool {
    let home = Home::at(&online.desk.home()).unwrap();
    let client = Client::open(&home).await.unwrap().expect("the agent runs");
    let snapshot = client.call(intent::Snapshot).await.unwrap();
    snapshot.attempts.iter().any(|attempt| attempt.phase == Phase::Browser)
}

async fn hands_over(mut second: Child, about: &str) {
    let ended = timeout(PATIENCE, second.wait()).await.expect("a second start ends").unwrap();
    assert!(ended.success(), "{about:.120}: {ended}");
}

/// Links that are no answer: with another state, another address, or additional text.
fn hostile(link: &Url) -> Vec<String> {
    let link = link.as_str();
    let state = link.split("state=").nth(1).unwrap().split('&').next().unwrap();
    vec![
        link.replace(state, "dtxc1.AAAAAAAAAAAAAAAAAAAAAA"),
        link.replace(state, ""),
        link.replace("/callback", "/callback/"),
        link.replace("://auth", "://evil@auth"),
        link.replace("://auth", "://auth:1"),
        format!("{link}&state={state}"),
        format!("{link}&code=other"),
        format!("{link}&error=access_denied"),
        format!("{link}\n"),
        format!("{link} --add"),
        format!("{LINK_CALLBACK}?state={state}"),
        format!("{LINK_CALLBACK}?error=access_denied&state=dtxc1.{}", "x".repeat(100)),
        format!("{LINK_CALLBACK}?code={}&state={state}", "a".repeat(100_000)),
        link.replace("com.getdatatrax.connect", "COM.getdatatrax.connect"),
        link.replace("com.getdatatrax.connect://auth/salesforce", "http://localhost:17177/auth/salesforce"),
    ]
}

#[tokio::test]
async fn a_link_finishes_the_sign_in_it_belongs_to_and_no_other_text_does() {
    let _turn = one_at_a_time();
    let (online, display) = (OnlineDesk::new().await, Display::start());
    register(&online, &program("datatrax-connect"));
    let (_agent, org) = prepared(&online).await;

    // The window is closed.
    let (dtx, link) = signing_in(&online, &org).await;
    let mut window = online.desk.start_window(&display, &[link.as_str()], &[]);
    let ended = dtx.ended().await;
    assert_eq!((ended.code, ended.last()["event"].clone()), (0, "connected".into()), "{ended:?}");
    assert!(window.try_wait().unwrap().is_none(), "the window is open");
    window.kill().await.unwrap();
    drop(window);

    // The window is open: it comes to the front at the sign-in, whatever was sent before.
    let window = Window::open(&online.desk, &display).await;
    window.page.shows("h1", "Connections").await;
    let (dtx, link) = signing_in(&online, &org).await;
    for several in hostile(&link).chunks(AT_ONCE) {
        let starts = several.iter().map(|sent| online.desk.start_window(&display, &[sent], &[]));
        for (start, sent) in starts.collect::<Vec<_>>().into_iter().zip(several) {
            hands_over(start, sent).await;
        }
        assert!(is_waiting(&online).await, "neither ended nor advanced by {several:.120?}");
    }
    // Two at once, of which one counts.
    for one in [(); 2].map(|()| online.desk.start_window(&display, &[link.as_str()], &[])) {
        hands_over(one, "one of two").await;
    }
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
    let is_shown = "return document.querySelector('[data-testid=screen-attempt]') !== null";
    window.page.until("the sign-in is shown", is_shown, &[]).await;
    let token = online.dtx(&["token", "acme--uat"]).await;
    assert_eq!(token.code, 0, "a connection that works: {token:?}");

    // A used link changes nothing more.
    hands_over(online.desk.start_window(&display, &[link.as_str()], &[]), "a spent link").await;
    assert_eq!(online.connections().await[0]["status"], "connected", "as it was");
    let log = fs::read_to_string(online.desk.home().join("logs/agent.log")).unwrap();
    let code = link.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned();
    assert!(!log.contains(&code) && !log.contains("dtxc1."), "nothing of a link is in the log");
}

#[tokio::test]
async fn a_link_that_its_opener_has_decoded_is_read_as_it_was() {
    let _turn = one_at_a_time();
    let (online, display) = (OnlineDesk::new().await, Display::start());
    register(&online, &program("datatrax-connect"));
    let (_agent, org) = prepared(&online).await;
    for words in ["end-user denied authorization", "Zugriff verweigert für Müller"] {
        let mut dtx = online.connecting(HOST, &org, &[]).await;
        let authorize = dtx.event("authorize").await;
        let url = authorize["url"].as_str().unwrap();
        let link = online.internet.person(&org, INTEGRATION).answer(url, Press::Deny).await;
        let described = link.query_pairs().find(|(name, _)| name == "error_description").unwrap().1;
        let encoded = described.replace(' ', "+");
        let decoded = link.as_str().replace(&encoded, words);
        assert!(decoded.contains(words), "as KDE's opener hands it over: {decoded}");
        let mut window = online.desk.start_window(&display, &[&decoded], &[]);
        let ended = dtx.ended().await;
        assert_eq!(ended.code, 3, "the sign-in has ended: {ended:?}");
        window.kill().await.unwrap();
    }
}

#[tokio::test]
async fn a_link_when_nothing_runs_opens_the_window_and_no_more() {
    let _turn = one_at_a_time();
    let (online, display) = (OnlineDesk::new().await, Display::start());
    let link = format!("{LINK_CALLBACK}?code=a&state=dtxc1.hGq0Zk3xYb7PpW2vN5tRcA");
    let window = Window::open_with(&online.desk, &display, &[&link], &[]).await;
    window.page.shows("h1", "Connect your first org").await;
    let shown = window.page.evaluate("return document.documentElement.outerHTML + location.href", &[]).await;
    assert!(!shown.as_str().unwrap().contains("dtxc1."), "nothing of it reaches the page");
    assert_eq!(online.connections().await, [Value::Null; 0], "nothing is stored");
}

#[tokio::test]
async fn of_two_links_at_once_when_nothing_runs_one_becomes_the_window() {
    let _turn = one_at_a_time();
    let (online, display) = (OnlineDesk::new().await, Display::start());
    let link = format!("{LINK_CALLBACK}?code=a&state=dtxc1.hGq0Zk3xYb7PpW2vN5tRcA");
    let mut both = [(); 2].map(|()| online.desk.start_window(&display, &[&link], &[]));
    let first = async || both.iter_mut().find_map(|one| one.try_wait().unwrap());
    let ended = until("the end of one of them", first).await;
    assert!(ended.success(), "handed over: {ended}");
    sleep(Duration::from_secs(2)).await;
    let running = both.iter_mut().filter_map(|one| one.try_wait().unwrap().is_none().then_some(())).count();
    assert_eq!(running, 1, "the other is the window");
    assert_eq!(online.dtx(&["agent", "status", "--json"]).await.last()["running"], true, "with an agent");
    assert_eq!(online.connections().await, [Value::Null; 0], "nothing is stored");
}

/// The page hears of every event that it may listen to, and of the one that Tauri's plugin for links would send.
const LISTEN: &str = "Promise.all(['notice', 'agent_state', 'place', 'deep-link://new-url'].map((event) =>
    __TAURI_INTERNALS__.invoke('plugin:event|listen', { event, target: { kind: 'Any' },
        handler: __TAURI_INTERNALS__.transformCallback((told) => (globalThis.heard ??= []).push(JSON.stringify(told))) })))";

#[tokio::test]
async fn what_stands_in_a_link_reaches_no_page_no_log_and_no_output() {
    let _turn = one_at_a_time();
    let (mut online, display) = (OnlineDesk::new().await, Display::start());
    online.desk.set("DATATRAX_LOG", "trace");
    register(&online, &program("datatrax-connect"));
    let (agent, org) = prepared(&online).await;
    // The window is closed.
    let (dtx, first) = signing_in(&online, &org).await;
    let mut window = online.desk.start_window(&display, &[first.as_str()], &[]);
    assert_eq!(dtx.ended().await.code, 0, "the link did its work");
    window.kill().await.unwrap();

    let window = Window::open(&online.desk, &display).await;
    window.page.shows("h1", "Connections").await;
    let listening = window.page.promise(LISTEN, &[]).await;
    assert!(listening["ok"].is_array(), "it listens: {listening}");
    let (dtx, link) = signing_in(&online, &org).await;
    hands_over(online.desk.start_window(&display, &[link.as_str()], &[]), "the link").await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "the link did its work: {ended:?}");
    let told =
        "return globalThis.heard?.some((told) => told.includes('acme--uat') && told.includes('connected'))";
    window.page.until("the page has heard of the sign-in's end", told, &[]).await;
    let all = "return [...globalThis.heard, document.documentElement.outerHTML, location.href].join('\\n')";
    let page = window.page.evaluate(all, &[]).await.as_str().unwrap().to_owned();
    stop(&online, agent).await;

    let files = fs::read_dir(online.desk.home().join("logs")).unwrap().map(|file| file.unwrap().path());
    let files = files.chain([online.desk.folder().join("window.log")]);
    let mut seen: Vec<_> =
        files.map(|path| (path.display().to_string(), fs::read_to_string(path).unwrap())).collect();
    let is_loud = |(path, log): &(String, String)| path.ends_with("agent.log") && log.contains("DEBUG");
    assert!(seen.iter().any(is_loud), "the log is at its loudest");
    assert!(!page.contains(link.as_str()) && !page.contains("deep-link"), "no link as such");
    seen.extend([("the page".to_owned(), page), ("dtx".to_owned(), ended.error)]);
    for (name, part) in [first, link].iter().flat_map(Url::query_pairs) {
        for (place, text) in &seen {
            // The state stands in the sign-in's own address, which the page has to show.
            let is_shown = name == "state" && place == "the page";
            assert!(is_shown || !text.contains(&*part), "the link's {name} is in {place}");
        }
    }
}

/// The end of a sign-in that does not wait, although a new app's callbacks may not be active yet.
async fn refused(online: &OnlineDesk, org: &Org) -> Ended {
    let mut dtx = online.connecting_with(HOST, org, &["--wait", "0"], &[]).await;
    dtx.end_input();
    dtx.ended().await
}

#[tokio::test]
async fn the_link_line_is_used_only_where_links_lead_to_this_program() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let (agent, org) = prepared(&online).await;
    refused(&online, &org).await.assert_failed(6, "callback_missing", "nobody opens our links");
    stop(&online, agent).await;

    register(&online, Path::new("/usr/bin/true"));
    let (agent, org) = prepared(&online).await;
    refused(&online, &org).await.assert_failed(6, "callback_missing", "another program opens them");
    stop(&online, agent).await;

    register(&online, &program("datatrax-connect"));
    refused(&online, &org).await.assert_failed(6, "callback_missing", "no agent would get the link");

    // The lines without other programs come before the link.
    let (_agent, org) = prepared(&online).await;
    org.change(|switches| switches.callbacks.push(LOOPBACK.to_owned()));
    let mut dtx = online.connecting(HOST, &org, &[]).await;
    let authorize = dtx.event("authorize").await;
    assert_eq!(authorize["redirect_uri"], LOOPBACK, "{authorize}");
    dtx.interrupt().await;
    dtx.ended().await;
}

#[tokio::test]
async fn the_last_page_leads_back_to_the_window_where_links_lead_there() {
    let _turn = one_at_a_time();
    let (online, display) = (OnlineDesk::new().await, Display::start());
    let last_page = async |org: &Org, press: Press| {
        org.change(|switches| switches.callbacks = vec![LOOPBACK.to_owned()]);
        let mut dtx = online.connecting(HOST, org, &[]).await;
        let authorize = dtx.event("authorize").await;
        let url = authorize["url"].as_str().unwrap();
        let page = online.internet.person(org, INTEGRATION).sign_in(url, press).await;
        let expected = if press == Press::Allow { 0 } else { 3 };
        assert_eq!(dtx.ended().await.code, expected, "{press:?}");
        assert!(page.contains("Sandbox uat of acme") && page.contains(HOST), "it names the org: {page}");
        page
    };
    let (agent, org) = prepared(&online).await;
    assert!(!last_page(&org, Press::Deny).await.contains("href="), "no link that leads nowhere");
    stop(&online, agent).await;

    register(&online, &program("datatrax-connect"));
    let (_agent, org) = prepared(&online).await;
    let page = last_page(&org, Press::Allow).await;
    let link = page.split("href=\"").nth(1).unwrap().split('"').next().unwrap();
    assert_eq!(link, LINK_TO_WINDOW, "{page}");
    // Clicked with the window open, it leaves the window where it is.
    let window = Window::open(&online.desk, &display).await;
    window.page.click("[data-testid=nav-settings]").await;
    window.page.shows("h1", "Settings").await;
    hands_over(online.desk.start_window(&display, &[link], &[]), link).await;
    window.page.shows("h1", "Settings").await;
    assert_eq!(online.connections().await[0]["status"], "connected", "and changes nothing");
}

#[tokio::test]
async fn whatever_is_sent_to_window_and_socket_the_agent_goes_on_and_the_sign_in_waits() {
    let _turn = one_at_a_time();
    let (online, display) = (OnlineDesk::new().await, Display::start());
    register(&online, &program("datatrax-connect"));
    let (_agent, org) = prepared(&online).await;
    let (dtx, link) = signing_in(&online, &org).await;
    let window = Window::open(&online.desk, &display).await;
    let mut runner = TestRunner::new(Config::default());

    let argument = prop_oneof![
        "com\\.getdatatrax\\.connect://auth/salesforce/callback\\?(code|state|error|dtxc1\\.|[%&=+#?a-z0-9]){0,30}",
        "--(add|settings|connection=|attempt=)\\PC{0,40}",
        "\\PC{0,60}",
    ];
    let start = |_| {
        let text = argument.new_tree(&mut runner).unwrap().current().replace('\0', "");
        let second = online.desk.start_window(&display, &[&text], &[]);
        (text, second)
    };
    let started: Vec<_> = (0..24).map(start).collect();
    for (text, second) in started {
        hands_over(second, &text).await;
    }
    // Bytes that are not text.
    let mut odd = online.desk.command(program("datatrax-connect"));
    odd.arg(OsString::from_vec(vec![b'-', 0xff, 0xfe])).env("DISPLAY", display.name());
    assert!(odd.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap().success(), "handed over");
    assert!(is_waiting(&online).await, "the sign-in waits");

    let home = Home::at(&online.desk.home()).unwrap();
    let message = prop_oneof![
        "\\PC{0,200}".prop_map(String::into_bytes),
        prop::collection::vec(any::<u8>(), 0..300),
        "\\{\"jsonrpc\":\"2.0\",\"id\":[0-9]{1,3},\"method\":\"(link|come_forward|set|settings|stop_when_i|snapshot|\\PC{0,8})\"(,\"params\":(\\{\\}|null|\\[\\]|\\{\"address\":\"[a-z:/?=.]{0,40}\"\\}|\\{\"setting\":\"[a-z_]{0,14}\",\"value\":(1|true|null|\"x\")\\}))?\\}"
            .prop_map(String::into_bytes),
    ];
    for _ in 0..200 {
        let mut stream = UnixStream::connect(home.socket().name()).unwrap();
        stream.set_read_timeout(Some(Duration::from_millis(20))).unwrap();
        for _ in 0..3 {
            let sent = message.new_tree(&mut runner).unwrap().current();
            // A connection that was closed cannot be written to.
            let _ = stream.write_all(&[sent.as_slice(), b"\n"].concat());
        }
        let _ = stream.read(&mut [0; 512]);
    }
    assert!(is_waiting(&online).await, "the sign-in waits");
    hands_over(online.desk.start_window(&display, &[link.as_str()], &[]), "the right link").await;
    assert_eq!(dtx.ended().await.code, 0, "it finishes the sign-in");
    window.page.until("the window goes on", "return document.querySelector('h1') !== null", &[]).await;
}
