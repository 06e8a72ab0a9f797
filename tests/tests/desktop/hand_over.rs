//! Consumer Key and Consumer Secret handed to the Datatrax portal: on the clipboard of a real X server, for a short
//! time, and only soon after the paste.

use std::{
    env,
    io::{Read, Write},
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, PoisonError},
    thread,
    time::Duration,
};

use connect_agent::{Client, desktop};
use connect_core::{
    contract::{
        intent::{self, Reconnect, SignInOptions},
        view::{AttemptEvent, Copied, Failure, Notice, Overruled, SecretCopied},
    },
    controller::CarryOut,
    explain::Code,
    org::net::Net,
    platform::{home::Home, settings::Settings},
    ports::{BoxFuture, Desktop},
    secret::Secret,
};
use connect_tests::{
    Core, Desk, Display, Dtx, INTEGRATION, Notifications, Person, Press, SignIn, block_until_so,
    one_at_a_time, setting_up::reached, until_so,
};
use practice_org::{Options, Org};

const MINUTE: Duration = Duration::from_secs(60);

/// A desktop that records what was copied.
#[derive(Default)]
struct Noting(Mutex<Vec<Secret>>);

impl Desktop for Noting {
    fn opens_links(&self) -> BoxFuture<'_, bool> {
        Box::pin(async { false })
    }

    fn apply(&self, _: &Settings) -> Result<(), Failure> {
        Ok(())
    }

    fn overruled(&self) -> Vec<Overruled> {
        Vec::new()
    }

    fn copy(&self, text: &Secret, _: Duration) -> Result<bool, Failure> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(text.clone());
        Ok(true)
    }
}

async fn finish(sign_in: &mut SignIn, org: &Org) {
    let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
    Person::of(org, INTEGRATION).sign_in(&url, Press::Allow).await;
    let connected = sign_in.next().await;
    assert!(matches!(connected, AttemptEvent::Connected { .. }), "{connected:?}");
}

async fn copy<R: CarryOut<Reply = Copied>>(core: &Core, request: fn(String) -> R) -> Result<Copied, Code> {
    core.ask(request("p".to_owned())).await.map_err(|failure| failure.code)
}

fn key(name: String) -> intent::CopyKey {
    intent::CopyKey { name }
}

fn secret(name: String) -> intent::CopySecret {
    intent::CopySecret { name }
}

async fn reconnect(core: &Core, org: &Org, pasted: Option<Secret>) {
    let notices = core.controller.notices();
    let options = SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() };
    let reconnect = Reconnect { name: "p".to_owned(), key: None, secret: pasted, options };
    let started = core.ask(reconnect).await.unwrap();
    finish(&mut SignIn { attempt: started.attempt, notices }, org).await;
}

#[tokio::test]
async fn the_secret_can_be_copied_for_half_an_hour_after_its_paste_and_that_is_told() {
    let _turn = one_at_a_time();
    let (core, org, desktop) =
        (Core::new(1), Org::start(Options::default()).await.unwrap(), Arc::<Noting>::default());
    finish(&mut core.sign_in(&org, 0).await, &org).await;
    assert_eq!(copy(&core, key).await, Err(Code::ClipboardMissing), "there is no desktop yet");
    core.controller.join(desktop.clone()).await;
    let mut notices = core.controller.notices();
    let for_a_minute = Ok(Copied { cleared_after_seconds: Some(60) });
    let for_ten_minutes = Ok(Copied { cleared_after_seconds: Some(600) });
    core.clock.advance(29 * MINUTE);
    assert_eq!(copy(&core, secret).await, for_a_minute, "within half an hour");
    let told = std::iter::from_fn(|| notices.try_recv().ok());
    let told: Vec<_> = told
        .filter_map(|notice| {
            let Notice::SecretCopied(SecretCopied { alias, text }) = notice else { return None };
            Some((alias, text))
        })
        .collect();
    assert!(told.len() == 1 && told[0].0 == "p" && told[0].1.contains("60 seconds"), "told: {told:?}");
    let detail = core.ask(intent::Show { name: "p".to_owned() }).await.unwrap();
    assert_eq!(detail.history[0].text, "The Consumer Secret was copied to the clipboard.", "in the history");
    core.clock.advance(2 * MINUTE);
    assert_eq!(copy(&core, secret).await, Err(Code::CopyTooLate), "too late");
    assert_eq!(copy(&core, key).await, for_ten_minutes, "the key always, and until its field is found");
    let copied = std::mem::take(&mut *desktop.0.lock().unwrap());
    assert_eq!(copied, [Secret::new(org.secret()), Secret::new(org.key())], "these two and nothing else");

    reconnect(&core, &org, None).await;
    assert_eq!(
        copy(&core, secret).await,
        Err(Code::CopyTooLate),
        "a sign-in with the stored pair is no paste"
    );
    reconnect(&core, &org, Some(Secret::new(org.secret()))).await;
    assert_eq!(copy(&core, secret).await, for_a_minute, "pasted anew");
}

/// A separate process that copies through the real desktop, until it is dropped.
struct Copier(Child);

impl Copier {
    fn start(display: &str, text: &str, keep: Duration) -> Self {
        let mut child = Command::new(env::current_exe().unwrap())
            .args([
                "--exact",
                "hand_over::a_text_is_copied_by_a_process_of_its_own",
                "--ignored",
                "--nocapture",
            ])
            .env("DISPLAY", display)
            .env_remove("WAYLAND_DISPLAY")
            .env("COPIED_FOR", keep.as_millis().to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        child.stdin.as_mut().unwrap().write_all(format!("{text}\n").as_bytes()).unwrap();
        Self(child)
    }

    /// Whether it ended successfully.
    fn ended(mut self) -> bool {
        drop(self.0.stdin.take());
        self.0.wait().unwrap().success()
    }
}

impl Drop for Copier {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
#[ignore = "started by the tests below, with a display"]
fn a_text_is_copied_by_a_process_of_its_own() {
    let keep = Duration::from_millis(env::var("COPIED_FOR").unwrap().parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let home = Home::at(&folder.path().join("home")).unwrap();
    let nowhere = std::path::Path::new("/nonexistent");
    let desktop = desktop::Desktop::new(&home, nowhere, nowhere, Arc::new(Net::new(None, None).unwrap()));
    let mut text = String::new();
    std::io::stdin().read_line(&mut text).unwrap();
    let is_x11 = env::var_os("WAYLAND_DISPLAY").is_none();
    let copied = desktop.copy(&Secret::new(text.trim()), keep);
    assert_eq!(copied, Ok(is_x11), "copied, and promised to go where that is certain");
    std::io::stdin().read_to_end(&mut Vec::new()).unwrap();
}

#[test]
fn what_was_copied_is_marked_as_a_secret_and_goes_by_itself() {
    let display = Display::start();
    let copier = Copier::start(display.name(), "the-secret", Duration::from_secs(10));
    block_until_so("the value is not copied", || display.clipboard().as_deref() == Some("the-secret"));
    assert_eq!(display.clipboard_hint().as_deref(), Some("secret"), "for clipboard managers");
    block_until_so("the clipboard is not emptied", || display.clipboard().is_none());
    assert!(copier.ended(), "in order");
}

#[test]
fn what_was_copied_after_it_is_left_alone() {
    let display = Display::start();
    let copier = Copier::start(display.name(), "the-secret", Duration::from_secs(5));
    block_until_so("the value is not copied", || display.clipboard().as_deref() == Some("the-secret"));
    let other = display.copy("something else");
    assert_eq!(display.clipboard().as_deref(), Some("something else"), "copied");
    thread::sleep(Duration::from_secs(6));
    assert_eq!(display.clipboard().as_deref(), Some("something else"), "and still there");
    drop(other);
    assert!(copier.ended(), "in order");
}

#[test]
fn what_was_copied_ends_with_the_process() {
    let display = Display::start();
    let copier = Copier::start(display.name(), "the-secret", 10 * MINUTE);
    block_until_so("the value is not copied", || display.clipboard().as_deref() == Some("the-secret"));
    drop(copier);
    block_until_so("the clipboard is not emptied", || display.clipboard().is_none());
}

async fn agent(desk: &Desk, arguments: &[&str], environment: &[(&str, &str)]) -> (Dtx, Client) {
    let agent = desk.start_with(&[&["agent"], arguments].concat(), environment);
    (agent, reached(desk).await)
}

#[tokio::test]
async fn the_agent_of_a_desktop_copies_and_tells_and_no_log_has_it() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let org = Org::start(Options::default()).await.unwrap();
    let mut desktop = Notifications::on(&desk).await;
    let environment = [("DISPLAY", display.name()), ("DATATRAX_LOG", "trace")];
    let (agent, client) = agent(&desk, &["--tray"], &environment).await;
    desk.connect(&org, "p").await;
    let copied = client.call(intent::CopySecret { name: "p".to_owned() }).await.unwrap();
    assert_eq!(copied.cleared_after_seconds, Some(60), "it says for how long");
    assert_eq!(display.clipboard(), Some(org.secret()), "the value");
    assert_eq!(display.clipboard_hint().as_deref(), Some("secret"), "marked");
    let told = desktop.next().await;
    assert_eq!(told.title, "Consumer Secret copied: p", "{told:?}");
    assert!(!told.text.contains(&org.secret()), "not the value itself: {told:?}");
    let copied = client.call(intent::CopyKey { name: "p".to_owned() }).await.unwrap();
    assert_eq!((copied.cleared_after_seconds, display.clipboard()), (Some(600), Some(org.key())), "the key");
    desktop.none().await;
    for entry in std::fs::read_dir(desk.home().join("logs")).unwrap() {
        let log = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        assert!(!log.contains(&org.secret()) && !log.is_empty(), "nothing of it in the log");
    }
    drop(agent);
    until_so("it ends with the agent", async || display.clipboard().is_none()).await;
}

#[tokio::test]
async fn an_agent_without_a_desktop_says_so_in_words() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    let (_agent, client) = agent(&desk, &["--no-tray"], &[]).await;
    desk.connect(&org, "p").await;
    let refused = client.call(intent::CopySecret { name: "p".to_owned() }).await;
    let refused = refused.unwrap_err();
    assert_eq!(refused.code, Code::ClipboardMissing, "{refused:?}");
    assert!(refused.message.contains("Nothing was copied"), "in words: {refused:?}");
    assert!(
        refused.fix.iter().any(|fix| fix.contains("Consumer Key and Secret")),
        "and where it is: {refused:?}"
    );
    let shown = desk.json(&["show", "p"]).await;
    assert!(!shown["history"].to_string().contains("copied"), "what did not happen is not told: {shown}");
}
