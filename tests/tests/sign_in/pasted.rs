//! Pasted texts that differ from what was asked for: an address that may name an org, a value within other text, half
//! of the browser's last address; and a browser that comes back in an unreadable way.

use std::{collections::BTreeMap, fs, os::unix::fs::MetadataExt, path::Path};

use connect_core::{
    contract::intent::{self, Connect, Pasted, SignInOptions},
    explain::Code,
    secret::Secret,
};
use connect_tests::{Core, Desk, INTEGRATION, Person, Press, Terminal, arrive, one_at_a_time, org};
use practice_org::{OauthError, Org};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};
use url::Url;

const BETA: &str = "https://beta.my.salesforce.com";
/// A made-up session id of the usual form.
const SESSION: &str = "00Dxx0000001gPL!AQ4AQFmadeUpByATest.thatIsNobodys";

/// A change to an address before it is pasted.
type Change = fn(&str) -> String;

fn nobody_was_asked(org: &Org) {
    assert_eq!(org.counters().requests, BTreeMap::new(), "nothing was contacted");
}

/// A terminal that waits for the browser.
async fn signing_in_on_a_terminal(desk: &Desk, org: &Org) -> Terminal {
    let path = desk.closed_file("secret", &org.secret());
    let command = format!(
        "dtx connect {} --alias p --key {} --secret-file {path} --no-browser",
        org.address(),
        org.key()
    );
    let mut terminal = Terminal::start(desk, &command);
    terminal.sees("Open this address").await;
    terminal
}

/// Whether any file below a folder contains the text.
fn stands_below(folder: &Path, text: &str) -> bool {
    fs::read_dir(folder).unwrap().map(Result::unwrap).any(|entry| {
        let (path, kind) = (entry.path(), entry.file_type().unwrap());
        let has =
            |path: &Path| fs::read(path).unwrap().windows(text.len()).any(|window| window == text.as_bytes());
        if kind.is_dir() { stands_below(&path, text) } else { kind.is_file() && has(&path) }
    })
}

/// R02, R27: two orgs in one text, and no person to ask.
#[tokio::test]
async fn a_text_that_may_mean_another_org_contacts_nobody() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let text = format!("{} or {BETA}", org.address());
    let ended = desk.dtx(&["connect", &text, "--key", &org.key(), "--json"]).await;
    let failed = ended.failed(2, "address_unsure");
    let fix = failed["fix"][0].as_str().unwrap();
    assert!(fix.contains(&org.address()) && fix.contains(BETA), "the exact addresses: {failed}");
    let plain = desk.dtx(&["connect", &text, "--key", &org.key()]).await;
    assert_eq!(plain.code, 2, "{plain:?}");
    assert!(plain.error.contains("Did you mean") && plain.error.contains(BETA), "{plain:?}");

    // Nor is a second host in the query, the fragment or the path of the first passed over.
    for beside in
        ["?x=https://other.example", "/#http://localhost:9", "/beta.my.salesforce.com", ",127.0.0.1"]
    {
        let text = format!("{}{beside}", org.address());
        let ended = desk.dtx(&["connect", &text, "--key", &org.key(), "--json"]).await;
        let failed = ended.failed(2, "address_unsure");
        assert!(failed["message"].as_str().unwrap().contains(&org.address()), "{beside}: {failed}");
    }
    nobody_was_asked(&org);

    // Nor does any other way in that takes an address.
    let core = Core::new(1);
    let (key, secret) = (Secret::new(org.key()), Secret::new(org.secret()));
    let pasted = Pasted { address: text.clone(), key: key.clone(), secret: secret.clone() };
    let understood = core.ask(intent::Understand(pasted.clone())).await.unwrap();
    assert_eq!(understood.address, None, "not certain");
    let meant: Vec<&str> = understood.meant.iter().map(|org| org.origin.as_str()).collect();
    assert_eq!(meant, [org.address().as_str(), BETA], "what a person is asked");
    let options = SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() };
    let connect =
        Connect { address: text.clone(), alias: None, key: Some(key.clone()), secret: Some(secret), options };
    let refusals = [
        core.ask(intent::SetUp { address: text.clone() }).await.map(drop),
        core.ask(intent::Validate(pasted)).await.map(drop),
        core.ask(intent::AuditCallbacks { address: text, key }).await.map(drop),
        core.ask(connect).await.map(drop),
    ];
    for refused in refusals {
        assert_eq!(refused.unwrap_err().code, Code::AddressUnsure, "until a yes");
    }
    let snapshot = core.ask(intent::Snapshot).await.unwrap();
    assert!(snapshot.setups.is_empty() && snapshot.attempts.is_empty(), "nothing is begun: {snapshot:?}");
    nobody_was_asked(&org);
}

/// The same with a person at the terminal, who is asked.
#[tokio::test]
async fn on_a_terminal_the_person_says_which_org_is_meant() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let one = "'https://avery@beta.my.salesforce.com/home'";
    let mut terminal = Terminal::start(&desk, &format!("dtx connect {one} --no-browser"));
    terminal.sees(&format!("Did you mean Production org beta ({BETA})? [y/N]")).await;
    terminal.types("n").await;
    let shown = terminal.ended().await;
    assert!(shown.contains(&format!("give exactly this address and nothing around it: {BETA}")), "{shown}");
    assert!(shown.contains("exit status: 2"), "{shown}");

    let two = format!("dtx connect '{} or beta.my.salesforce.com' --no-browser", org.address());
    let mut terminal = Terminal::start(&desk, &two);
    terminal.sees(&format!("2  Production org beta ({BETA})")).await;
    terminal.sees("One of these numbers").await;
    nobody_was_asked(&org);
    terminal.types("1").await;
    terminal.sees("Step 1 of").await;
    terminal.interrupts().await;
    terminal.ended().await;
}

/// R29: text that opens a session is understood, remarked on in one line, and stored nowhere.
#[tokio::test]
async fn a_live_session_is_remarked_on_and_kept_nowhere() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for text in [
        format!("{BETA}/secur/frontdoor.jsp?sid={SESSION}"),
        format!("force://PlatformCLI::{SESSION}@beta.my.salesforce.com"),
    ] {
        let ended =
            desk.start_with(&["connect", &text, "--json"], &[("DATATRAX_LOG", "trace")]).ended().await;
        ended.failed(2, "value_missing");
        assert!(ended.error.contains("This text opens a session"), "{ended:?}");
        assert!(!format!("{ended:?}").contains(SESSION), "not repeated: {ended:?}");
        assert!(!stands_below(desk.folder(), SESSION), "not logged");
    }

    let folder = tempfile::tempdir().unwrap();
    let core = Core::at(&folder.path().join("home"), 1);
    let address = format!("{}/secur/frontdoor.jsp?sid={SESSION}", org.address());
    let setup = core.ask(intent::SetUp { address: address.clone() }).await.unwrap();
    assert_eq!(setup.pasted_address, org.address(), "the org's address alone is kept");
    assert!(!stands_below(folder.path(), SESSION), "not stored");
    let nothing = || Secret::new("");
    let pasted = Pasted { address, key: nothing(), secret: nothing() };
    let understood = core.ask(intent::Understand(pasted)).await.unwrap();
    let notes: Vec<_> = understood.notes.iter().map(|note| (note.code, note.blocks)).collect();
    assert_eq!(notes, [(Code::AddressOpensSession, false)], "one remark, which stops nobody");
    assert!(understood.address.is_some(), "the org is understood");
}

/// R05: a key and a secret within other text.
#[tokio::test]
async fn a_pair_with_something_around_it_connects_and_that_is_said() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    for (alias, key, secret) in [
        ("a", format!("~{}~", org.key()), format!("export NAME='{}'", org.secret())),
        ("b", format!("<consumerKey>{}</consumerKey>", org.key()), format!("{}%", org.secret())),
        ("c", format!("SF_CLIENT_ID={} # ours", org.key()), format!("SF_CLIENT_SECRET={}", org.secret())),
    ] {
        let path = desk.closed_file("secret", &secret);
        let arguments = [
            "connect",
            &org.address(),
            "--alias",
            alias,
            "--key",
            &key,
            "--secret-file",
            &path,
            "--no-browser",
            "--json",
        ];
        let mut dtx = desk.start(&arguments);
        dtx.hint("around the value of Consumer Key").await;
        dtx.hint("around the value of Consumer Secret").await;
        dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
        assert_eq!(dtx.ended().await.code, 0, "{key} / {secret}");
    }
}

/// R05: oddities are reported before any wait, and no remark calls the value good.
#[tokio::test]
async fn an_odd_key_is_called_odd_before_any_waiting() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let cut = org.key().split_at(84).0.to_owned();
    let path = desk.closed_file("secret", &org.secret());
    let arguments = ["connect", &org.address(), "--key", &cut, "--secret-file", &path, "--wait", "0"];
    let ended = desk.dtx(&arguments).await;
    assert_eq!(ended.code, 4, "{ended:?}");
    let odd = ended.error.find("does not look like a generated Consumer Key").expect("said");
    let waits = ended.error.find("does not know this Consumer Key").expect("and what the org says");
    assert!(odd < waits, "before: {}", ended.error);
    assert!(!ended.error.contains("othing is wrong"), "{}", ended.error);
}

/// R07 and R28: the forms that a browser and a terminal give its last address.
#[tokio::test]
async fn the_address_is_taken_however_browser_and_terminal_leave_it() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let changes: [(&str, Change); 5] = [
        ("a", |back| back.replace("http://", "https://")),
        ("b", |back| back.replace("http://", "")),
        ("c", |back| back.replace("http://localhost", "https://127.0.0.1")),
        ("d", |back| format!("\u{1b}[200~{back}\u{1b}[201~")),
        ("e", |back| back.split_at(back.len() / 2).0.to_owned() + " " + back.split_at(back.len() / 2).1),
    ];
    for (alias, change) in changes {
        let mut dtx = desk.connecting(&org, alias, &[]).await;
        let back = dtx.way_back(&org).await;
        dtx.say(&change(back.as_str())).await;
        let ended = dtx.ended().await;
        assert_eq!((ended.code, &ended.last()["event"]), (0, &json!("connected")), "{alias}: {ended:?}");
    }
    for (part, failure) in [
        (
            (|back| back.query_pairs().find(|(name, _)| name == "code").unwrap().1.into_owned())
                as fn(&Url) -> String,
            "paste_back_only_code",
        ),
        (|back| back.as_str().split_at(back.as_str().len() - 5).0.to_owned(), "paste_back_cut"),
        (|back| back.query().unwrap().to_owned(), "paste_back_cut"),
    ] {
        let mut dtx = desk.connecting(&org, "p", &[]).await;
        let back = dtx.way_back(&org).await;
        dtx.say(&part(&back)).await;
        dtx.ended().await.failed(3, failure);
    }
}

/// R28: a terminal hands on a wrapped address line by line.
#[tokio::test]
async fn an_address_that_a_terminal_has_wrapped_is_put_together() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut terminal = signing_in_on_a_terminal(&desk, &org).await;
    let address = terminal.sees("http://localhost:").await;
    let address = address.split_whitespace().find(|word| word.contains("/authorize?")).unwrap().to_owned();
    let back = Person::of(&org, INTEGRATION).answer(&address, Press::Allow).await;
    let (first, second) = back.as_str().split_at(back.as_str().len() - 12);
    terminal.types(first).await;
    terminal.sees("is a part of the address").await;
    terminal.types(second).await;
    terminal.sees("Connected p").await;
    terminal.ended().await;
}

/// R03: an error page of Salesforce's does not lead back here. It is explained, and ends nothing.
#[tokio::test]
async fn a_pasted_error_page_is_explained_and_the_sign_in_goes_on() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let page = "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp";
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
    dtx.say(&format!("{page}?error=OAUTH_APP_BLOCKED&error_description=this+app+is+blocked+by+admin")).await;
    let notice = dtx.event("notice").await;
    assert_eq!((&notice["version"], &notice["code"]), (&json!(1), &json!("app_blocked")), "{notice}");
    let fix = notice["fix"].to_string();
    assert!(
        fix.contains("The sign-in still waits") && fix.contains("cancel it"),
        "and the way out: {notice}"
    );
    assert!(!notice.to_string().contains("Salesforce says"), "who wrote the text, nobody knows: {notice}");
    dtx.say("{\"error\":\"invalid_client_id\",\"error_description\":\"client identifier invalid\"}").await;
    assert_eq!(dtx.event("notice").await["code"], "key_unknown", "an answer is explained as well");
    dtx.say(back.as_str()).await;
    assert_eq!(dtx.ended().await.code, 0, "the sign-in had not ended");

    let ended = desk.dtx(&["connect", &format!("{page}?error=access_denied"), "--json"]).await;
    ended.failed(2, "value_missing");
    assert!(
        ended.error.contains("access was denied"),
        "explained in the place of an address, too: {ended:?}"
    );
}

/// R03: the browser stays on a page of Salesforce's, and no callback comes.
#[tokio::test]
async fn a_sign_in_that_ends_on_salesforces_own_page_is_explained_by_its_address_and_goes_on() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let refusal = OauthError {
        error: "invalid_client".into(),
        error_description: "app must be installed into org".into(),
    };
    org.change(|switches| {
        switches.approval_error = Some(refusal);
        switches.refusals_stay_on_page = true;
    });
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let authorize = dtx.event("authorize").await["url"].as_str().unwrap().to_owned();
    let stays = Person::of(&org, INTEGRATION).stays_at(&authorize, Press::Allow).await;
    dtx.say(stays.as_str()).await;
    let notice = dtx.event("notice").await;
    assert_eq!(notice["code"], "app_not_installed", "not a wrong secret: {notice}");
    org.change(|switches| switches.approval_error = None);
    Person::of(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "once it is installed the same sign-in works");
}

/// The address of an error page proves that it is this sign-in's where it has the issued `state`; without one, a person says so.
#[tokio::test]
async fn an_error_page_ends_the_sign_in_by_its_state_or_by_the_persons_word() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let page = "https://acme.my.salesforce.com/setup/secur/RemoteAccessErrorPage.apexp?error=invalid_client&\
        error_description=app+must+be+installed+into+org";
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
    let state = back.query_pairs().find(|(name, _)| name == "state").unwrap().1.into_owned();
    dtx.say(&format!("{page}&state={state}")).await;
    dtx.ended().await.failed(3, "app_not_installed");

    let mut terminal = signing_in_on_a_terminal(&desk, &org).await;
    terminal.types("end").await;
    terminal.sees("is not the address").await;
    terminal.types(page).await;
    terminal.sees("type end and press Enter").await;
    terminal.types("end").await;
    let shown = terminal.ended().await;
    assert!(shown.contains("exit status: 3"), "with the code of what was explained: {shown}");
    assert!(!shown.contains("Salesforce says"), "who wrote the text, nobody knows: {shown}");
    desk.assert_nothing_left(&org).await;
}

/// R07: a browser that turns every address into https is reported at once, and a paste helps.
#[tokio::test]
async fn a_browser_that_comes_back_by_https_is_told_of_once() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
    for _ in 0..3 {
        let mut browser = TcpStream::connect(("127.0.0.1", back.port().unwrap())).await.unwrap();
        browser.write_all(&[0x16, 0x03, 0x01, 0x02, 0x00, 0x01]).await.unwrap();
        let mut answer = Vec::new();
        browser.read_to_end(&mut answer).await.unwrap();
    }
    let notice = dtx.event("notice").await;
    assert_eq!(notice["code"], "came_back_by_https", "{notice}");
    assert!(notice["fix"][0].as_str().unwrap().contains("paste it here"), "{notice}");
    dtx.say(&back.as_str().replace("http://", "https://")).await;
    let ended = dtx.ended().await;
    let notices = ended.json().iter().filter(|event| event["event"] == "notice").count();
    assert_eq!((ended.code, notices), (0, 1), "told once: {ended:?}");
}

/// R07: something on the way makes another name of `localhost`.
#[tokio::test]
async fn a_browser_that_comes_back_in_another_form_is_told_of_once() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let browser = reqwest::Client::builder().no_proxy().build().unwrap();
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
    let other = back.as_str().replace("localhost", "127.0.0.1");
    for _ in 0..2 {
        let page = browser.get(&other).send().await.unwrap();
        assert_eq!(page.status().as_u16(), 400, "not taken");
        let text = page.text().await.unwrap();
        assert!(text.contains("paste it in Datatrax Connect"), "the page says how to go on: {text}");
    }
    let notice = dtx.event("notice").await;
    assert_eq!(notice["code"], "came_back_unreadable", "{notice}");
    assert!(notice["fix"][0].as_str().unwrap().contains("paste it here"), "{notice}");
    dtx.say(&other).await;
    let ended = dtx.ended().await;
    let notices = ended.json().iter().filter(|event| event["event"] == "notice").count();
    assert_eq!((ended.code, notices), (0, 1), "told once: {ended:?}");
}

/// R08: the cookies of other programs on localhost.
#[tokio::test]
async fn tens_of_kilobytes_of_cookies_are_taken_and_more_is_told_of() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let browser =
        reqwest::Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let visit = async |back: &Url, kilobytes: usize| {
        let cookies = format!("other={}", "x".repeat(kilobytes * 1024));
        browser.get(back.clone()).header("cookie", cookies).send().await.unwrap().status().as_u16()
    };
    let mut dtx = desk.connecting(&org, "a", &[]).await;
    let back = dtx.way_back(&org).await;
    assert_eq!(visit(&back, 100).await, 303, "taken");
    assert_eq!(dtx.ended().await.code, 0, "connected");

    let mut dtx = desk.connecting(&org, "b", &[]).await;
    let back = dtx.way_back(&org).await;
    assert_eq!(visit(&back, 500).await, 431, "too many");
    let notice = dtx.event("notice").await;
    assert_eq!(notice["code"], "came_back_too_long", "{notice}");
    arrive(back).await;
    assert_eq!(dtx.ended().await.code, 0, "and without them it is taken");
}

/// R17: the browser runs as another user. Only root can arrange that here.
#[tokio::test]
async fn a_program_of_another_user_is_told_of_and_the_way_on_is_a_paste() {
    let _turn = one_at_a_time();
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return;
    }
    let (desk, org) = (Desk::new(), org().await);
    let mut dtx = desk.connecting(&org, "p", &[]).await;
    let back = dtx.way_back(&org).await;
    let mut stranger = tokio::process::Command::new("setpriv");
    let script =
        format!("exec 3<>/dev/tcp/127.0.0.1/{} && printf 'GET /' >&3; cat <&3", back.port().unwrap());
    stranger.args(["--reuid=65534", "--regid=65534", "--clear-groups", "bash", "-c", &script]);
    assert!(stranger.output().await.unwrap().stdout.is_empty(), "not let in");
    let notice: Value = dtx.event("notice").await;
    assert_eq!(notice["code"], "came_back_as_another_user", "{notice}");
    dtx.say(back.as_str()).await;
    assert_eq!(dtx.ended().await.code, 0, "pasted");
}
