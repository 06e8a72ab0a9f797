//! The tray's menu during changes, and the effect of its lines, through the real D-Bus interfaces of a desktop.

use std::{
    fs, io::Write, net::TcpListener, os::unix::fs::OpenOptionsExt, path::PathBuf, process::Stdio,
    time::Duration,
};

use connect_core::{explain::Code, org::address::CALLBACK_PORTS};
use connect_tests::{
    Desk, DesktopTray, Display, Fault, INTEGRATION, MenuLine, Notifications, PATIENCE, Person, Press, TOKEN,
    Tap, TrayItem, one_at_a_time, told::is_told, until_so,
};
use practice_org::{Options, Org};
use tokio::{
    process::Child,
    time::{Instant, sleep},
};

use crate::browsers::Browsers;

/// The marks of the icon.
const NEEDS_YOU: [u8; 3] = [0xc6, 0x28, 0x28];
const WORKING: [u8; 3] = [0xf2, 0xa9, 0x00];
/// The colour of the body while no org can be reached.
const OFFLINE: [u8; 3] = [0x6b, 0x72, 0x78];

/// Stands in for the window beside `dtx`: writes its arguments down.
const NOTING_WINDOW: &str = "#!/bin/sh\nprintf '%s\\n' \"window $*\" >> \"$WINDOWS\"\n";

/// An agent whose windows and browsers are recorded, and its item in the tray.
struct Clicked {
    item: TrayItem,
    windows: PathBuf,
    opened: PathBuf,
    _tray: DesktopTray,
    _agent: Child,
}

impl Clicked {
    async fn on(desk: &Desk, environment: &[(&str, &str)]) -> Self {
        let folder = desk.folder().join("beside");
        fs::create_dir(&folder).unwrap();
        let dtx = folder.join("dtx");
        fs::copy(desk.program("dtx"), &dtx).unwrap();
        let mut program = fs::OpenOptions::new();
        let mut window =
            program.write(true).create_new(true).mode(0o755).open(folder.join("datatrax-connect")).unwrap();
        window.write_all(NOTING_WINDOW.as_bytes()).unwrap();
        drop(window);
        let (windows, opened) = (desk.folder().join("windows"), desk.folder().join("opened"));
        let mut tray = DesktopTray::on(desk).await;
        let mut agent = desk.command(dtx);
        agent.arg("agent").envs(desk.noting_browser(&opened)).env("WINDOWS", &windows);
        agent.envs(environment.iter().copied());
        let mut agent = tokio::process::Command::from(agent);
        agent.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let agent = agent.spawn().unwrap();
        Self { item: tray.item().await, windows, opened, _tray: tray, _agent: agent }
    }

    /// The arguments of the next window that opens.
    async fn window(&self, about: &str) -> String {
        next_line(&self.windows, "no window is opened", about).await
    }

    /// The next address opened in the browser.
    async fn browser(&self) -> String {
        next_line(&self.opened, "no browser is opened", "it is asked to").await
    }
}

/// Takes the only line out of a file that programs write to.
async fn next_line(file: &PathBuf, otherwise: &str, about: &str) -> String {
    let give_up_at = Instant::now() + PATIENCE;
    loop {
        let text = fs::read_to_string(file).unwrap_or_default();
        if let Some(line) = text.strip_suffix('\n') {
            assert!(!line.contains('\n'), "once: {text}");
            fs::remove_file(file).unwrap();
            return line.to_owned();
        }
        assert!(Instant::now() < give_up_at, "{otherwise}: {about}");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn until_icon_has(item: &TrayItem, colour: [u8; 3], about: &str) {
    until_so(&format!("the icon does not show: {about}"), async || item.has_colour(colour).await).await;
}

/// The number of each line that can be pressed, by its labels without the connection's state.
async fn numbers(item: &TrayItem) -> Vec<(Vec<String>, i32)> {
    let pressed = item.menu().await.into_iter().filter(|line| line.enabled && line.visible);
    let plain = |label: &String| label.trim_end_matches(" needs you").to_owned();
    pressed.map(|line| (line.path.iter().map(plain).collect(), line.id)).collect()
}

#[tokio::test]
async fn a_line_stays_the_same_line_while_the_state_of_connections_changes() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let (a, b) =
        (Org::start(Options::default()).await.unwrap(), Org::start(Options::default()).await.unwrap());
    desk.connect(&a, "a").await;
    desk.connect(&b, "b").await;
    let clicked = Clicked::on(&desk, &[]).await;
    let item = &clicked.item;
    let before = numbers(item).await;
    let mut changes = item.changes().await;

    // In an open menu `b` stays `b`, though its connection now needs a person.
    b.revoke_all();
    item.press(&["b (PRACTICE)", "Check now"]).await;
    item.until(|menu| menu.iter().any(|line| line.path == ["b (PRACTICE) needs you"])).await;
    assert_eq!(clicked.window("what was found").await, "window --connection=b");
    until_so("not every line is where it was", async || numbers(item).await == before).await;
    let told: Vec<String> = std::iter::from_fn(|| changes.try_recv().ok()).collect();
    assert!(told.iter().any(|name| name == "ItemsPropertiesUpdated"), "what changed is told: {told:?}");
    assert!(!told.iter().any(|name| name == "LayoutUpdated"), "and nothing else: {told:?}");

    // A rename swaps the two in a menu of the same form.
    let numbered = |lines: &[(Vec<String>, i32)], of: &str, label: &str| {
        lines.iter().find(|(path, _)| path == &[of, label]).map(|(_, id)| *id).unwrap()
    };
    let (old_a, old_b) =
        (numbered(&before, "a (PRACTICE)", "Reconnect"), numbered(&before, "b (PRACTICE)", "Reconnect"));
    assert_eq!(desk.dtx(&["rename", "b", "0"]).await.code, 0, "renamed");
    item.until(|menu| menu.iter().any(|line| line.path == ["0 (PRACTICE) needs you"])).await;
    let after = numbers(item).await;
    assert_eq!(after.len(), before.len(), "as many lines as before");
    for (path, id) in &after {
        assert!(!before.iter().any(|(_, old)| old == id), "{path:?} has a number that was another's");
    }
    for old in [old_a, old_b] {
        assert!(item.press_id(old).await.is_err(), "a click on a line of before leads nowhere");
    }
    // The browser would open before this window.
    item.press(&["Add an org"]).await;
    assert_eq!(clicked.window("what is pressed now works").await, "window --add");
    assert!(!clicked.opened.exists(), "nobody was signed in anywhere");
}

#[tokio::test]
async fn each_line_does_what_it_says() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "p").await;
    let clicked = Clicked::on(&desk, &[("DISPLAY", display.name())]).await;
    let item = &clicked.item;
    let line = |label: &'static str| ["p (PRACTICE)", label];
    item.press(&line("Open org")).await;
    assert_eq!(clicked.browser().await, org.address(), "the org in the browser");
    item.press(&line("Copy instance address")).await;
    until_so("its address is not on the clipboard", async || display.clipboard() == Some(org.address()))
        .await;
    item.press(&["Open Datatrax Connect"]).await;
    assert_eq!(clicked.window("the window where it was").await, "window ");
    item.activate().await;
    assert_eq!(clicked.window("and so does the icon itself").await, "window ");
    item.press(&["Add an org"]).await;
    assert_eq!(clicked.window("the window's first step").await, "window --add");
}

#[tokio::test]
async fn a_reconnect_that_cannot_open_the_browser_opens_the_window() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "my org").await;
    let mut notes = Notifications::on(&desk).await;
    let clicked = Clicked::on(&desk, &[]).await;
    let reconnect = ["my org (PRACTICE)", "Reconnect"];

    let taken: Vec<_> =
        CALLBACK_PORTS.iter().map(|port| TcpListener::bind(("127.0.0.1", *port)).unwrap()).collect();
    clicked.item.press(&reconnect).await;
    assert_eq!(clicked.window("no port is free").await, "window --connection=my org");
    let told = notes.next().await;
    assert_eq!(told.title, "Could not reconnect: my org", "nothing in the window would say why: {told:?}");
    assert!(is_told(Code::PortsTaken, &told.text), "{told:?}");
    drop(taken);

    drop(org);
    clicked.item.press(&reconnect).await;
    assert_eq!(clicked.window("the org cannot be reached").await, "window --connection=my org");
    assert_eq!(notes.next().await.title, "Could not reconnect: my org", "and why");
    assert!(!clicked.opened.exists(), "and no browser meanwhile");
}

#[tokio::test]
async fn what_a_line_could_not_do_is_said() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let mut notes = Notifications::on(&desk).await;
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "p").await;
    // Without a display there is no clipboard.
    let clicked = Clicked::on(&desk, &[]).await;
    clicked.item.press(&["p (PRACTICE)", "Copy instance address"]).await;
    let told = notes.next().await;
    assert_eq!(told.title, "Could not copy the address", "{told:?}");
    assert!(told.text.ends_with(&org.address()), "and it is there to be typed: {told:?}");

    fs::remove_file(desk.folder().join("beside/datatrax-connect")).unwrap();
    for line in ["Open Datatrax Connect", "Add an org"] {
        clicked.item.press(&[line]).await;
        let told = notes.next().await;
        assert_eq!(told.title, "The window could not be opened", "{line}: {told:?}");
    }
}

#[tokio::test]
async fn the_icon_shows_a_check_and_what_it_found() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let (org, tap) = Tap::before(Options::default()).await;
    desk.connect(&org, "p").await;
    let clicked = Clicked::on(&desk, &[]).await;
    let item = &clicked.item;
    assert!(!item.has_colour(WORKING).await && !item.has_colour(NEEDS_YOU).await, "all is well");

    org.revoke_all();
    tap.next(TOKEN, Fault::HoldAnswer);
    item.press(&["p (PRACTICE)", "Check now"]).await;
    until_icon_has(item, WORKING, "a check is under way").await;
    assert!(!item.line(&["p (PRACTICE)", "Checking now"]).await.enabled, "and says at which connection");
    tap.go_on();
    item.until(|menu| menu.iter().any(|line| line.path == ["p (PRACTICE) needs you"])).await;
    until_icon_has(item, NEEDS_YOU, "somebody is needed").await;

    item.press(&["p (PRACTICE) needs you", "Reconnect"]).await;
    let address = clicked.browser().await;
    until_icon_has(item, NEEDS_YOU, "it is needed until the sign-in is done").await;
    Person::of(&org, INTEGRATION).sign_in(&address, Press::Allow).await;
    item.until(|menu| menu.iter().any(|line| line.path == ["p (PRACTICE)"])).await;
    until_so("the icon does not show that all is well again", async || {
        !(item.has_colour(NEEDS_YOU).await || item.has_colour(WORKING).await)
    })
    .await;
}

#[tokio::test]
async fn a_check_says_what_it_found_whatever_that_is() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let mut notes = Notifications::on(&desk).await;
    let org = Org::start(Options::default()).await.unwrap();
    let port = org.port();
    desk.connect(&org, "p").await;
    let clicked = Clicked::on(&desk, &[]).await;
    let item = &clicked.item;
    let check = ["p (PRACTICE)", "Check now"];
    let says = async |words: &str| {
        let says = |line: &MenuLine| line.path.last().is_some_and(|label| label.starts_with(words));
        item.until(|menu| menu.iter().any(says)).await;
    };

    item.press(&check).await;
    let told = notes.next().await;
    assert_eq!(told.title, "All is well: p", "the menu is closed by now: {told:?}");
    assert_eq!(told.buttons, ["Open p"], "{told:?}");
    says("The org confirmed it at 20").await;

    // The connection works, but a check has a finding.
    org.change(|switches| switches.callbacks.clear());
    item.press(&check).await;
    assert_eq!(clicked.window("something is wrong").await, "window --connection=p");
    assert_eq!(notes.next().await.title, "The check found something: p");

    // The token is valid for hours, but the org's absence shows.
    org.stop().await;
    item.press(&check).await;
    assert_eq!(clicked.window("the org is away").await, "window --connection=p");
    says("Not reachable at the moment").await;
    says("Since 20").await;
    says("No org can be reached at the moment").await;
    until_icon_has(item, OFFLINE, "no org can be reached").await;
    assert_eq!(desk.json(&["show", "p"]).await["status"], "unreachable", "and everywhere else");
    notes.none().await;

    let _org = Org::start(Options { port, ..Options::default() }).await.unwrap();
    item.press(&check).await;
    says("Sign in once more: Reconnect").await;
    assert_eq!(clicked.window("a new org has nothing of it").await, "window --connection=p");
}

#[tokio::test]
async fn the_menu_is_no_wider_whatever_it_has_to_say() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    let name = "acme-international-holdings--uat-2acme-international-holdings--u";
    desk.connect(&org, name).await;
    let clicked = Clicked::on(&desk, &[]).await;
    let widest = async || {
        let menu = clicked.item.menu().await;
        let labels = menu.iter().filter_map(|line| line.path.last()).map(|label| label.chars().count());
        labels.max().unwrap()
    };
    assert!(widest().await <= 64, "connected: {:#?}", clicked.item.menu().await);
    org.revoke_all();
    assert_eq!(desk.dtx(&["token", name, "--fresh"]).await.code, 3, "it needs somebody");
    let short = "acme-international…ional-holdings--u (PRACTICE) needs you";
    clicked.item.until(|menu| menu.iter().any(|line| line.path == [short])).await;
    assert!(widest().await <= 64, "with its reason: {:#?}", clicked.item.menu().await);
}

#[tokio::test]
async fn the_icon_stands_out_from_panels_of_its_own_colours() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "p").await;
    let clicked = Clicked::on(&desk, &[]).await;
    assert!(clicked.item.has_light_edge().await, "the body, on a panel of any colour");
    org.revoke_all();
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 3, "it needs somebody");
    until_icon_has(&clicked.item, NEEDS_YOU, "somebody is needed").await;
    assert!(clicked.item.has_light_edge().await, "and its mark, on a red one too");
}

#[tokio::test]
async fn a_quit_that_would_end_sign_ins_is_asked_about_first() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), Org::start(Options::default()).await.unwrap());
    let clicked = Clicked::on(&desk, &[]).await;
    let item = &clicked.item;
    desk.until_agent_runs().await;
    assert_eq!(desk.dtx(&["vault", "session"]).await.code, 0, "the agent alone has the key");
    assert!(item.line(&["Quit"]).await.enabled, "nothing ends yet");
    desk.connect(&org, "p").await;
    let asks = ["Quit …"];
    item.until(|menu| menu.iter().any(|line| line.path == asks)).await;
    for about in ["the question", "and again, for who has closed it"] {
        item.press(&asks).await;
        assert_eq!(clicked.window(about).await, "window --quit");
    }
    assert!(desk.token("p").await.starts_with("00D"), "nothing ends before a yes");

    // Without a sign-in that ends there is nothing to ask.
    assert_eq!(desk.dtx(&["disconnect", "p"]).await.code, 0, "disconnected");
    item.until(|menu| menu.iter().any(|line| line.path == ["Quit"])).await;
    item.press(&["Quit"]).await;
    item.gone().await;
    assert!(!clicked.windows.exists(), "nor was anything asked");
}

#[tokio::test]
async fn the_handing_out_of_tokens_is_paused_and_goes_on_from_the_menu() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "p").await;
    let clicked = Clicked::on(&desk, &[]).await;
    let item = &clicked.item;
    desk.until_agent_runs().await;
    item.press(&["Give tokens to programs"]).await;
    until_so("nothing is paused", async || desk.dtx(&["token", "p"]).await.code == 3).await;
    desk.dtx(&["token", "p"]).await.said(Code::TokensPaused);
    item.press(&["Give tokens to programs"]).await;
    until_so("it does not go on", async || desk.dtx(&["token", "p"]).await.code == 0).await;
    assert_eq!(desk.dtx(&["pause"]).await.code, 0);
    let ticked = async || item.line(&["Give tokens to programs"]).await.ticked;
    until_so("the menu does not follow dtx", async || !ticked().await).await;
    assert_eq!(desk.dtx(&["resume"]).await.code, 0);
    until_so("nor back", ticked).await;
}

#[tokio::test]
async fn the_tray_opens_pages_in_the_browser_of_their_connection_and_has_the_window_ask() {
    let _turn = one_at_a_time();
    let mut desk = Desk::new();
    let browsers = Browsers::on(&mut desk);
    let mut notes = Notifications::on(&desk).await;
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "p").await;
    let clicked = Clicked::on(&desk, &[]).await;
    let item = &clicked.item;
    desk.until_agent_runs().await;
    desk.json(&["browser", "p", "chrome", "--profile", "Globex"]).await;
    item.press(&["p (PRACTICE)", "Open org"]).await;
    assert_eq!(browsers.told("google-chrome").await, ["--profile-directory=Profile 1", &org.address()]);
    item.press(&["p (PRACTICE)", "Reconnect"]).await;
    let told = browsers.told("google-chrome").await;
    assert_eq!((told.len(), told[0].as_str()), (2, "--profile-directory=Profile 1"), "{told:?}");
    Person::of(&org, INTEGRATION).sign_in(&told[1], Press::Allow).await;
    until_so("the sign-in does not end", async || {
        desk.json(&["show", "p"]).await["history"].to_string().contains("Reconnected")
    })
    .await;

    desk.json(&["browser", "p", "ask"]).await;
    item.press(&["p (PRACTICE)", "Open org"]).await;
    assert_eq!(clicked.window("it asks where the connection is shown").await, "window --connection=p");
    item.press(&["p (PRACTICE)", "Reconnect"]).await;
    assert_eq!(notes.next().await.title, "Choose the browser: p");
    let opened = clicked.window("it asks where the sign-in is shown").await;
    assert!(opened.starts_with("window --attempt="), "{opened}");

    desk.json(&["browser", "p", "chrome"]).await;
    browsers.remove("google-chrome");
    item.press(&["p (PRACTICE)", "Open org"]).await;
    assert_eq!(clicked.browser().await, org.address());
    let told = notes.next().await;
    assert_eq!(told.title, "Opened in the default browser: p", "{told:?}");
    assert!(told.text.starts_with("Google Chrome is not found on this computer any more."), "{told:?}");
}
