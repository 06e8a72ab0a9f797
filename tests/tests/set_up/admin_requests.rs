//! Key and secret from an admin: the request, its page, the sealed answer, and each answer that does not fit.

use std::{
    fs,
    path::{Path, PathBuf},
};

use base64::{Engine, engine::general_purpose::STANDARD};
use connect_core::{
    contract::{
        intent::{AdminRequests, AskAdmin, OpenAnswer},
        view::RequestStanding,
    },
    explain::Code,
    sealed,
    secret::Secret,
};
use connect_tests::{
    Asked, Core, DAY, Desk, Ended, INTEGRATION, Person, Press, one_at_a_time, org, seal, seal_in_chromium,
    seal_in_firefox,
};
use practice_org::Org;
use serde_json::json;

use crate::terminal_guide::{sign_in, walk};

/// `dtx request answer` of this text.
async fn answering(desk: &Desk, text: &str, more: &[&str]) -> Ended {
    let file = desk.closed_file("answer", text);
    desk.dtx(&[&["request", "answer", &file, "--no-browser", "--wait", "0", "--json"], more].concat()).await
}

#[tokio::test]
async fn a_sealed_answer_connects_the_org_and_opens_once() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let (key, secret) = (org.key(), org.secret());
    let Asked { page, number, told } = desk.ask_admin(&org.address(), "request.html").await;
    let html = fs::read_to_string(&page).unwrap();
    assert!(
        html.contains("Ada &lt;Lovelace&gt; asks you") && html.contains(&number),
        "who asks, and which it is"
    );
    assert!(html.contains("practice/callback") && html.contains("PRACTICE"), "the guide for that very org");
    assert!(!html.contains(&key) && !html.contains(&secret), "neither is in the page");
    let again = desk.folder().join("again.html");
    let same = desk.json(&["request", "page", &number, "--file", again.to_str().unwrap()]).await;
    assert_eq!(same["sha256"], told["sha256"], "the same page");
    assert_eq!(fs::read_to_string(&again).unwrap(), html, "byte for byte");
    let sum = desk.command("sha256sum").arg(&page).output().unwrap();
    let sum = String::from_utf8(sum.stdout).unwrap();
    assert!(sum.starts_with(told["sha256"].as_str().unwrap()), "as another program computes it: {sum}");

    let text = seal(&page, (&key, &secret));
    for value in [&key, &secret] {
        let coded = STANDARD.encode(value);
        assert!(
            !text.contains(value.as_str()) && !text.contains(coded.trim_end_matches('=')),
            "sealed: {text}"
        );
    }
    // As it stands in the answer to an answer to a mail.
    let quoted = text.lines().map(|line| format!("> > {line}  \r\n")).collect::<Vec<_>>().concat();
    let file = desk.closed_file("answer", &format!("Hello Ada,\nhere it is:\n{quoted}\nRegards\n"));
    let command = ["request", "answer", &file, "--alias", "p", "--no-browser", "--json"];
    let mut dtx = desk.start_with(&command, &[("DATATRAX_LOG", "trace")]);
    let opened = dtx.event("opened").await;
    assert_eq!(
        (&opened["request"]["number"], &opened["request"]["standing"]),
        (&json!(number), &json!("open")),
        "it ends with the connection: {opened}"
    );
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!((ended.code, &ended.last()["event"]), (0, &json!("connected")), "{ended:?}");
    assert!(!format!("{ended:?}").contains(&secret), "and the secret is nowhere told");
    desk.token("p").await;

    let asked = org.counters().requests;
    for answer in [text, seal(&page, (&key, &secret))] {
        answering(&desk, &answer, &[]).await.failed(3, "answer_used");
    }
    assert_eq!(org.counters().requests, asked, "nobody was asked anything");
    let listed = desk.json(&["request", "list"]).await;
    assert_eq!(listed["requests"][0]["standing"], "answered", "{listed}");
    for file in files_below(&desk.home()) {
        let bytes = fs::read(&file).unwrap();
        for value in [&key, &secret] {
            let is_there = bytes.windows(value.len()).any(|found| found == value.as_bytes());
            assert!(!is_there, "{}", file.display());
        }
    }
}

fn files_below(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()) {
        if entry.is_dir() {
            files.extend(files_below(&entry));
        } else if entry.is_file() {
            files.push(entry);
        }
    }
    files
}

#[tokio::test]
async fn each_answer_that_does_not_fit_is_told_why_and_opens_nothing() {
    let _turn = one_at_a_time();
    let (desk, elsewhere, org) = (Desk::new(), Desk::new(), org().await);
    let pair = (org.key(), org.secret());
    let pair = (pair.0.as_str(), pair.1.as_str());
    let one = desk.ask_admin(&org.address(), "one.html").await;
    let other = desk.ask_admin("acme--uat", "other.html").await;
    let foreign = elsewhere.ask_admin(&org.address(), "foreign.html").await;
    let text = seal(&one.page, pair);

    answering(&desk, "Hello, I could not do it yet.", &[]).await.failed(2, "answer_unreadable");
    answering(&desk, &format!("{} {}", pair.0, pair.1), &[]).await.failed(2, "answer_unreadable");
    answering(&desk, text.split("1END").next().unwrap(), &[]).await.failed(2, "answer_damaged");
    let lines: Vec<&str> = text.lines().collect();
    let without_one = [&lines[..5], &lines[6..]].concat().join("\n");
    answering(&desk, &without_one, &[]).await.failed(2, "answer_damaged");
    answering(&desk, &seal(&foreign.page, pair), &[]).await.failed(2, "answer_unknown");
    let told = answering(&desk, &text, &["--request", &other.number]).await.failed(2, "answer_other");
    assert!(told["message"].as_str().unwrap().contains(&one.number), "whose it is: {told}");
    answering(&desk, &text, &["--request", "0000-0000"]).await.failed(2, "request_unknown");

    // A page in which somebody put another key, or another org, in the place of ours.
    let html = fs::read_to_string(&one.page).unwrap();
    let key_of =
        |html: &str| html.split("\"publicKey\":\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let other_key = key_of(&fs::read_to_string(&other.page).unwrap());
    for forged in [html.replace(&key_of(&html), &other_key), html.replace("\"host\":\"", "\"host\":\"x")] {
        let page = desk.closed_file("forged.html", &forged);
        answering(&desk, &seal(page.as_ref(), pair), &[]).await.failed(3, "answer_refused");
    }

    // Values that could not be a pair are no answer: the request stays open for another one.
    answering(&desk, &seal(&one.page, ("••••••••", pair.1)), &[]).await.failed(6, "value_masked");
    let withdrawn = desk.json(&["request", "withdraw", &other.number]).await;
    assert_eq!(withdrawn["standing"], "withdrawn", "{withdrawn}");
    answering(&desk, &seal(&other.page, pair), &[]).await.failed(3, "answer_withdrawn");
    desk.dtx(&["request", "withdraw", "1234-5678", "--json"]).await.failed(2, "request_unknown");
    assert_eq!(org.counters().requests.get("token"), None, "the org was asked nothing");

    // The two in each other's place are exchanged, and after all that the answer still opens.
    let file = desk.closed_file("answer", &seal(&one.page, (pair.1, pair.0)));
    let mut dtx =
        desk.start(&["request", "answer", &file, "--request", &one.number, "--no-browser", "--json"]);
    assert_eq!(dtx.event("opened").await["exchanged"], true);
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "connected");
}

#[tokio::test]
async fn a_request_ends_with_its_time_and_there_are_only_so_many() {
    let mut core = Core::new(1);
    let ask = || AskAdmin { address: "acme--uat".into(), asked_by: " Ada\n".into(), days: 7 };
    let asked = core.ask(ask()).await.unwrap();
    assert_eq!(asked.asked_by, "Ada", "as one line");
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join(sealed::file_name(&asked));
    sealed::write(&asked, &page).unwrap();
    let text = seal(&page, ("3MVG9.a.key", "0123456789ABCDEF"));
    let open = || OpenAnswer { text: Secret::new(text.clone()), host: None, request: None };

    let elsewhere = OpenAnswer { host: Some("acme.my.salesforce.com".into()), ..open() };
    assert_eq!(core.ask(elsewhere).await.unwrap_err().code, Code::AnswerOther, "pasted for another org");

    // The program is started again after the request's time: nothing ran at its end.
    core.clock.advance(DAY * 7);
    core.restart_locked();
    core.unlock();
    let refused = core.ask(open()).await.unwrap_err();
    assert_eq!(refused.code, Code::AnswerExpired, "{refused:?}");
    let known = core.ask(AdminRequests).await.unwrap();
    assert_eq!((known.len(), known[0].standing), (1, RequestStanding::Expired), "{known:?}");
    core.clock.put_back(DAY * 3);
    assert_eq!(core.ask(open()).await.unwrap_err().code, Code::AnswerExpired, "also with a clock put back");

    for _ in 0..100 {
        core.ask(ask()).await.unwrap();
    }
    assert_eq!(core.ask(ask()).await.unwrap_err().code, Code::RequestsFull);
    for (name, code) in [("", Code::ValueMissing), (&*"a".repeat(81), Code::ValueTooLong)] {
        let unnamed = AskAdmin { asked_by: name.into(), ..ask() };
        assert_eq!(core.ask(unnamed).await.unwrap_err().code, code, "who asks has a name");
    }
}

#[tokio::test]
async fn an_answer_that_the_agent_has_opened_is_kept_for_a_sign_in_until_one_leads_to_a_connection() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let agent = desk.agent(&[]).await;
    let asked = desk.ask_admin(&org.address(), "request.html").await;
    // The request outlasts the agent that made it.
    desk.stop(agent).await;
    let agent = desk.agent(&[]).await;
    let file = desk.closed_file("answer", &seal(&asked.page, (&org.key(), &org.secret())));
    let mut dtx = desk.start(&["request", "answer", &file, "--alias", "p", "--no-browser", "--json"]);
    dtx.event("authorize").await;
    dtx.interrupt().await;
    assert_eq!(dtx.ended().await.code, 3, "left before anybody signed in");
    // The two values are there for another try, without a second answer.
    let mut dtx = desk.start(&["request", "answer", &file, "--no-browser", "--json"]);
    dtx.end_input();
    let told = dtx.ended().await.failed(3, "answer_opened");
    assert!(told["fix"][0].as_str().unwrap().contains("dtx connect localhost"), "the way on: {told}");
    let listed = desk.json(&["request", "list"]).await;
    assert!(listed["requests"][0]["opened_until"].is_string(), "{listed}");
    let mut terminal = walk(&desk, &org);
    terminal.sees("[Enter] sign in").await;
    drop(terminal);
    // And without a terminal.
    let mut dtx = desk.start(&["connect", &org.address(), "--alias", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(dtx.ended().await.code, 0, "connected");
    assert_eq!(desk.json(&["request", "list"]).await["requests"][0]["standing"], "answered");
    desk.stop(agent).await;
}

#[tokio::test]
async fn whoever_asks_is_told_of_what_there_is_for_the_org_and_no_page_is_written_that_leads_nowhere() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let first = desk.ask_admin(&org.address(), "first.html").await;
    let file = desk.folder().join("second.html");
    let file = file.to_str().unwrap();
    let told = desk.dtx(&["request", "new", &org.address(), "--from", "Ada", "--file", file]).await;
    assert_eq!(told.code, 0, "{told:?}");
    let said = told.error.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in
        [&*format!("another request for this org: {}", first.number), "connected already, as p", "ZIP file"]
    {
        assert!(said.contains(part), "{part}: {said}");
    }
    let again = desk.folder().join("again.html");
    let page = ["request", "page", &first.number, "--file", again.to_str().unwrap(), "--json"];
    // Somebody who can write the database has put a key of theirs into the row: no admin is to seal to that.
    let key = |sql: &str| {
        let database = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
        database.execute(sql, []).unwrap();
    };
    key("UPDATE admin_request SET public_key = 'x' || public_key");
    desk.dtx(&page).await.failed(5, "vault_unreadable");
    assert!(!again.exists(), "nothing was written");
    key("UPDATE admin_request SET public_key = substr(public_key, 2)");
    desk.json(&page[..5]).await;
    fs::remove_file(&again).unwrap();
    desk.json(&["request", "withdraw", &first.number.to_uppercase()]).await;
    desk.dtx(&page).await.failed(3, "request_over");
    assert!(!again.exists(), "nobody could answer it");
}

#[tokio::test]
async fn a_sealed_answer_can_be_pasted_in_place_of_the_key() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let agent = desk.agent(&[]).await;
    let asked = desk.ask_admin(&org.address(), "request.html").await;
    let other = desk.ask_admin("acme--uat", "other.html").await;
    let mut terminal = walk(&desk, &org);
    terminal.sees("[k] I have key and secret already").await;
    terminal.types("k").await;
    for (page, seen) in [(&other.page, "for acme--uat.sandbox.my.salesforce.com"), (&asked.page, "is opened")]
    {
        terminal.sees("Consumer Key: ").await;
        // All of the mail, with what somebody wrote above it.
        for line in ["Hello Ada, it is done.", "", "All the best, Bob", ""] {
            terminal.types(line).await;
        }
        for line in seal(page, (&org.key(), &org.secret())).lines() {
            terminal.types(line).await;
        }
        terminal.sees(seen).await;
    }
    sign_in(&mut terminal, &org).await;
    desk.stop(agent).await;
}

#[tokio::test]
async fn the_page_seals_in_a_browser_without_a_network_and_by_keyboard_alone() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let asked = desk.ask_admin(&org.address(), "request.html").await;
    let size = fs::metadata(&asked.page).unwrap().len();
    assert!(size < 400_000, "small enough for a mail: {size} bytes");
    let text = seal_in_chromium(&asked.page, (&org.key(), &org.secret()));
    connects(&desk, &org, &text).await;
}

#[tokio::test]
async fn the_page_seals_in_firefox_as_well() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let asked = desk.ask_admin(&org.address(), "request.html").await;
    if let Some(text) = seal_in_firefox(&asked.page, (&org.key(), &org.secret())) {
        connects(&desk, &org, &text).await;
    }
}

/// This answer opens, and connects the org.
async fn connects(desk: &Desk, org: &Org, text: &str) {
    let file = desk.closed_file("answer", text);
    let mut dtx = desk.start(&["request", "answer", &file, "--alias", "p", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(org, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
}

#[tokio::test]
async fn a_request_that_ended_with_the_session_of_the_vaults_key_is_told_as_that() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let agent = desk.agent(&[]).await;
    assert_eq!(desk.dtx(&["vault", "session"]).await.code, 0, "the agent alone has the key");
    let asked = desk.ask_admin("acme--uat", "request.html").await;
    desk.stop(agent).await;
    let text = seal(&asked.page, ("3MVG9.a.key", "0123456789ABCDEF"));
    answering(&desk, &text, &[]).await.failed(3, "answer_lost");
}
