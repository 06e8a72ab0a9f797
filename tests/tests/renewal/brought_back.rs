//! A connection that was disconnected comes back with its name and history, for a while, and never with anything secret.

use std::{collections::BTreeSet, fs, path::Path, time::Duration};

use connect_core::{
    contract::{
        intent::{self, Reconnect, SignInOptions},
        view::{ConnectionView, Failure, Revoked, SetAsideView, Status},
    },
    explain::Code,
    secret::Secret,
};
use connect_tests::{DAY, Desk, INTEGRATION, Kept, Person, Press, SignIn, Tap, Terminal, one_at_a_time, org};
use practice_org::{Endpoint, Fault, Options, Org, What};
use serde_json::{Value, json};

/// The last moment of a kill: a disconnect of an org on the same computer is over by then, mostly.
const LONGEST: u64 = 240;
const KILLS: u64 = 12;

fn away(org: &Org, is_away: bool) {
    org.change(|switches| switches.maintenance = is_away);
}

async fn kept_of(kept: &Kept) -> Vec<SetAsideView> {
    kept.core.ask(intent::SetAside).await.unwrap()
}

async fn bring_back(kept: &Kept, id: &str) -> Result<ConnectionView, Failure> {
    kept.core.ask(intent::BringBack { id: id.to_owned() }).await
}

/// Signs in for `p` with key and secret entered anew.
async fn reconnect(desk: &Desk, org: &Org, alias: &str) {
    let key = org.key();
    let mut dtx =
        desk.start(&["reconnect", alias, "--key", &key, "--secret-stdin", "--no-browser", "--json"]);
    dtx.say(&org.secret()).await;
    dtx.sign_in(&mut Person::of(org, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "{ended:?}");
}

async fn history(desk: &Desk, alias: &str) -> String {
    desk.json(&["show", alias]).await["history"].to_string()
}

#[tokio::test]
async fn a_disconnected_connection_comes_back_with_its_history_and_needs_its_pair() {
    let _turn = one_at_a_time();
    for with_agent in [false, true] {
        let (desk, org) = (Desk::new(), org().await);
        let agent = if with_agent { Some(desk.agent(&[]).await) } else { None };
        desk.connect(&org, "p").await;
        desk.json(&["group", "p", "Acme"]).await;
        let before = desk.json(&["show", "p"]).await;
        let gone = desk.dtx(&["disconnect", "p"]).await;
        assert_eq!(gone.code, 0, "{gone:?}");
        for told in ["kept until", "dtx disconnect p --undo", "dtx disconnect p --forget"] {
            assert!(gone.error.contains(told), "until when and how it comes back: {gone:?}");
        }
        let list = desk.json(&["list"]).await;
        assert_eq!((&list["connections"], &list["leaving"]), (&json!([]), &json!([])), "it is gone: {list}");
        assert_eq!(list["set_aside"][0]["alias"], "p", "and kept: {list}");
        let listed = desk.dtx(&["list"]).await;
        assert!(listed.error.contains("can be brought back"), "to a person as well: {listed:?}");
        for (flag, expected) in [("--undo", "p\t"), ("--forget", "p\t")] {
            let completed = desk.dtx(&["complete", "--", "disconnect", flag, ""]).await;
            assert!(completed.output.starts_with(expected), "{flag}: {completed:?}");
        }

        let back = desk.dtx(&["disconnect", "p", "--undo"]).await;
        assert!(back.code == 0 && back.error.contains("dtx reconnect p"), "what is next: {back:?}");
        let shown = desk.json(&["show", "p"]).await;
        for fact in ["alias", "host", "kind", "org_id", "org_name", "username", "group"] {
            assert_eq!(shown[fact], before[fact], "{fact}");
        }
        assert_eq!(
            (&shown["status"], &shown["health"]["needs"]),
            (&json!("not_connected"), &json!("new_pair"))
        );
        let told = history(&desk, "p").await;
        for line in ["Connected as", "Disconnected.", "Brought back."] {
            assert!(told.contains(line), "{line}: {told}");
        }
        for command in
            [&["token", "p", "--json"][..], &["token", "p", "--fresh", "--json"], &["check", "p", "--json"]]
        {
            desk.dtx(command).await.failed(3, "brought_back");
        }
        assert_eq!(
            desk.dtx(&["reconnect", "p", "--no-browser"]).await.code,
            2,
            "nothing is stored to sign in with"
        );
        desk.dtx(&["disconnect", "p", "--undo", "--json"]).await.failed(2, "set_aside_unknown");

        reconnect(&desk, &org, "p").await;
        assert!(org.token_status(&desk.token("p").await).alive, "signed in to, it works");
        assert_eq!(desk.json(&["show", "p"]).await["group"]["name"], "Acme");
        assert!(history(&desk, "p").await.contains("Connected as"), "with its history");
        if let Some(agent) = agent {
            desk.stop(agent).await;
        }
    }
}

#[tokio::test]
async fn nothing_secret_is_left_in_any_file_once_it_is_disconnected() {
    let _turn = one_at_a_time();
    let (desk, (org, tap)) =
        (Desk::new(), Tap::before(Options { rotation: true, ..Options::default() }).await);
    desk.connect(&org, "p").await;
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 0, "a rotation");
    let planted: BTreeSet<String> =
        tap.secrets().into_values().flatten().chain([org.key(), org.secret()]).collect();
    assert!(planted.len() >= 6, "pair and tokens: {}", planted.len());
    let sealed = sealed(&desk);
    assert!(sealed.len() >= 4, "each of them is sealed: {}", sealed.len());
    assert!(sealed.iter().all(|sealed| is_anywhere(&desk.home(), sealed)), "and found where it stands");
    assert_eq!(desk.dtx(&["disconnect", "p"]).await.code, 0);
    assert_clean(&desk, &planted, &sealed);
    desk.json(&["disconnect", "p", "--undo"]).await;
    assert_clean(&desk, &planted, &sealed);
    assert!(is_anywhere(&desk.home(), b"integration@practice.example"), "what is not secret is kept");
    desk.json(&["disconnect", "p", "--forget"]).await;
    assert!(
        !is_anywhere(&desk.home().join("connections.db"), b"integration@practice.example"),
        "until it is forgotten"
    );
    assert_eq!(desk.json(&["list"]).await["set_aside"], json!([]), "nothing of it is kept then");
}

fn sealed(desk: &Desk) -> Vec<Vec<u8>> {
    let database = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
    let mut query = database.prepare("SELECT sealed FROM secret").unwrap();
    query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}

fn assert_clean(desk: &Desk, planted: &BTreeSet<String>, sealed: &[Vec<u8>]) {
    for secret in planted.iter().map(String::as_bytes).chain(sealed.iter().map(Vec::as_slice)) {
        assert!(!is_anywhere(&desk.home(), secret), "a secret, in the clear or sealed");
    }
}

/// Whether a file, or one below a folder, has these bytes.
fn is_anywhere(path: &Path, bytes: &[u8]) -> bool {
    if path.is_dir() {
        return fs::read_dir(path).unwrap().any(|entry| is_anywhere(&entry.unwrap().path(), bytes));
    }
    fs::read(path).is_ok_and(|content| content.windows(bytes.len()).any(|window| window == bytes))
}

#[tokio::test]
async fn it_comes_back_while_its_tokens_are_still_to_be_revoked() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    let before = kept.history().await;
    away(&kept.org, true);
    let gone = kept.disconnect().await;
    assert!(matches!(gone.revoked, Revoked::Later(_)), "the org is away");
    let aside = gone.set_aside.expect("it can be brought back all the same");
    assert_eq!(kept.disconnect().await.set_aside.as_ref(), Some(&aside), "also when it is tried again");
    let back = bring_back(&kept, &aside.id).await.unwrap();
    assert_eq!((back.alias.as_str(), back.status), ("p", Status::NotConnected));
    assert!(kept.history().await.ends_with(&before), "with its history");
    assert_eq!(kept.leaving().await.len(), 1, "the tokens are still to be revoked");
    assert_eq!(kept.token(false).await.unwrap_err().code, Code::BroughtBack, "and never handed out");
    away(&kept.org, false);
    kept.advance(DAY / 24);
    kept.look().await;
    assert!(kept.leaving().await.is_empty(), "revoked");
    assert_eq!(kept.org.counters().refresh_tokens_alive, 0, "at the org");
    assert_eq!(kept.stands().await, (Status::NotConnected, Some(Code::BroughtBack)), "it is there as before");
    assert!(kept.warnings().is_empty(), "nobody is told of what they did themselves");

    let options = SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() };
    let (key, secret) = (Secret::new(kept.org.key()), Secret::new(kept.org.secret()));
    let notices = kept.core.controller.notices();
    let again = Reconnect { name: "p".to_owned(), key: Some(key), secret: Some(secret), options };
    let attempt = kept.core.ask(again).await.unwrap().attempt;
    SignIn { attempt, notices }.finish(&kept.org).await;
    assert!(kept.token(true).await.is_ok(), "signed in to, it works");
}

#[tokio::test]
async fn it_is_kept_for_thirty_days() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.disconnect().await;
    kept.advance(29 * DAY);
    kept.look().await;
    let aside = kept_of(&kept).await.remove(0);
    assert_eq!(aside.until - aside.since, 30 * DAY, "as it is told");
    kept.advance(DAY);
    assert_eq!(kept_of(&kept).await, [], "over");
    assert_eq!(bring_back(&kept, &aside.id).await.unwrap_err().code, Code::SetAsideUnknown, "too late");
    kept.look().await;
    let forgotten = kept.core.ask(intent::ForgetSetAside { id: aside.id }).await;
    assert_eq!(forgotten.unwrap_err().code, Code::SetAsideUnknown, "the agent has forgotten it");
}

#[tokio::test]
async fn what_an_org_keeps_in_use_keeps_all_of_it() {
    let _turn = one_at_a_time();
    let kept = Kept::new().await;
    let before = kept.history().await;
    let taken = What::Answer { status: 200, content_type: None, body: String::new(), retry_after: None };
    kept.org.fault(Fault::new(taken).at(Endpoint::Revoke));
    let refused = kept.core.ask(intent::Disconnect { name: "p".to_owned() }).await;
    assert_eq!(refused.unwrap_err().code, Code::StillActive, "the token still works");
    assert_eq!(kept.history().await, before, "nothing has happened to it");
    assert_eq!(kept_of(&kept).await, [], "and nothing is set aside");
}

#[tokio::test]
async fn of_two_who_undo_it_one_does_and_a_name_that_is_taken_gets_a_number() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    let agent = desk.agent(&[]).await;
    desk.connect(&org, "p").await;
    assert_eq!(desk.dtx(&["disconnect", "p"]).await.code, 0);
    let undo = ["disconnect", "p", "--undo", "--json"];
    let (one, other) = tokio::join!(desk.dtx(&undo), desk.dtx(&undo));
    let (back, late) = if one.code == 0 { (one, other) } else { (other, one) };
    assert_eq!(back.last()["alias"], "p", "{back:?}");
    late.failed(2, "set_aside_unknown");

    let again = desk.json(&["disconnect", "p"]).await;
    assert_eq!((&again["revoked"], &again["had_no_tokens"]), (&json!(false), &json!(true)), "{again}");
    desk.connect(&org, "p").await;
    let token = desk.token("p").await;
    let back = desk.dtx(&["disconnect", "p", "--undo"]).await;
    assert!(
        back.code == 0 && back.error.contains("as p-2, since another connection is called p now"),
        "{back:?}"
    );
    assert_eq!(desk.aliases().await, ["p", "p-2"], "both are there");
    assert_eq!(desk.token("p").await, token, "and the one in use is as it was");
    let gone = desk.dtx(&["disconnect", "p-2"]).await;
    assert!(gone.error.contains("It had no tokens"), "nothing is said of a revocation: {gone:?}");
    let forgotten = desk.json(&["disconnect", "p-2", "--forget"]).await;
    assert_eq!((&forgotten["alias"], &forgotten["forgotten"]), (&json!("p-2"), &json!(true)));
    desk.dtx(&["disconnect", "p-2", "--undo", "--json"]).await.failed(2, "set_aside_unknown");
    let ended = desk.json(&["disconnect", "p", "--forget"]).await;
    assert_eq!((&ended["revoked"], &ended["set_aside"]), (&json!(true), &Value::Null), "for good: {ended}");
    assert_eq!(desk.json(&["list"]).await["set_aside"], json!([]));
    desk.stop(agent).await;
}

#[tokio::test]
async fn a_terminal_asks_for_key_and_secret_and_before_it_forgets() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    assert_eq!(desk.dtx(&["disconnect", "p"]).await.code, 0);
    let mut terminal = Terminal::start(&desk, "dtx disconnect p --forget");
    terminal.sees("integration@practice.example").await;
    terminal.sees("It cannot be brought back then").await;
    terminal.types("n").await;
    terminal.sees("Nothing was changed").await;
    assert!(terminal.ended().await.contains("(exit status: 0)"));
    desk.json(&["disconnect", "p", "--undo"]).await;

    let mut terminal = Terminal::start(&desk, "dtx reconnect p --no-browser");
    terminal.sees("Consumer Key: ").await;
    terminal.types(&org.key()).await;
    terminal.sees("Consumer Secret (not shown").await;
    terminal.types(&org.secret()).await;
    let address = terminal.sees("http://localhost:").await;
    let address = address.split_whitespace().find(|word| word.contains("/authorize?")).unwrap().to_owned();
    Person::of(&org, INTEGRATION).sign_in(&address, Press::Allow).await;
    let told = terminal.ended().await;
    assert!(told.contains("(exit status: 0)") && !told.contains(&org.secret()), "{told}");
    assert_eq!(desk.dtx(&["token", "p"]).await.code, 0, "connected again");
}

/// Killed at any moment, it is in use, or its name and history can be brought back: never neither, and never both.
#[tokio::test]
async fn a_disconnect_that_is_killed_at_any_moment_loses_no_history() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), org().await);
    desk.connect(&org, "p").await;
    let mut brought_back = 0;
    for kill in 0..KILLS {
        let mut dtx = desk.start(&["disconnect", "p", "--json"]);
        tokio::time::sleep(Duration::from_millis(LONGEST * kill / KILLS)).await;
        dtx.kill().await;
        let list = desk.json(&["list"]).await;
        let (in_use, aside) = (&list["connections"], &list["set_aside"]);
        let counts = (in_use.as_array().unwrap().len(), aside.as_array().unwrap().len());
        assert!(matches!(counts, (1, 0) | (0, 1)), "one of the two: {list}");
        if counts == (0, 1) {
            desk.json(&["disconnect", "p", "--undo"]).await;
            reconnect(&desk, &org, "p").await;
            brought_back += 1;
        }
        assert!(history(&desk, "p").await.contains("Connected as"), "its history is whole");
        assert_eq!(desk.dtx(&["check", "p"]).await.code, 0, "it works, and what was left is revoked");
        assert_eq!(org.counters().refresh_tokens_alive, 1, "none is left behind");
    }
    println!("{KILLS} kills, {brought_back} brought back");
}
