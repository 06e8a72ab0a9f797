//! Notifications through the real D-Bus interface of a desktop, without a desktop.

use std::time::Duration;

use connect_tests::{Desk, Display, INTEGRATION, Notifications, Person, Press, Window, one_at_a_time};
use practice_org::{Options, Org};
use tokio::time::{Instant, sleep};

#[tokio::test]
async fn only_what_somebody_waited_for_or_can_act_on_is_told_and_a_click_leads_there() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let org = Org::start(Options::default()).await.unwrap();
    let mut desktop = Notifications::on(&desk).await;
    let agent = desk.start_with(&["agent", "--tray"], &[("DISPLAY", display.name())]);
    desk.until_agent_runs().await;

    // A sign-in without a wait is not reported, nor is a check that passes.
    desk.connect(&org, "my <org> & co").await;
    assert_eq!(desk.dtx(&["check", "my <org> & co"]).await.code, 0, "all is well");
    desktop.none().await;

    // A sign-in that waited until the org knew the app is reported.
    org.change(|switches| switches.activation_seconds = 3_600);
    let mut waiting = desk.connecting(&org, "later", &["--wait", "120"]).await;
    waiting.event("waiting").await;
    desktop.none().await;
    org.change(|switches| switches.activation_seconds = 0);
    let activated = desktop.next().await;
    assert_eq!(activated.title, "Salesforce knows the app now: later", "{activated:?}");
    assert_eq!(activated.actions, ["default"], "it can be clicked");
    assert_eq!(
        activated.buttons,
        ["Open the sign-in"],
        "and where a button is shown for that, it says where it leads"
    );
    waiting.sign_in(&mut Person::of(&org, INTEGRATION), Press::Allow).await;
    assert_eq!(waiting.ended().await.code, 0, "connected");
    desktop.none().await;

    // The tokens are revoked in the org: a check finds that, and it is reported once, however often it is found again.
    org.revoke_all();
    for _ in 0..2 {
        assert_eq!(desk.dtx(&["token", "my <org> & co", "--fresh"]).await.code, 3, "a sign-in is needed");
    }
    let needy = desktop.next().await;
    assert_eq!(needy.title, "Needs you: my <org> & co", "{needy:?}");
    assert_eq!(needy.buttons, ["Open my <org> & co"], "where the button leads");
    assert!(!needy.text.contains('<'), "nothing of a name is markup: {needy:?}");
    desktop.none().await;

    let window = Window::open(&desk, &display).await;
    window.page.shows("h1", "Connections").await;
    desktop.click(&needy).await;
    window.page.shows("[data-testid=screen-connection] h1", "my <org> & co").await;
    drop(window);
    desktop.click(&needy).await;
    desktop.none().await;
    drop(agent);
}

#[tokio::test]
async fn a_click_opens_a_window_when_none_is_open() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let org = Org::start(Options::default()).await.unwrap();
    let mut desktop = Notifications::on(&desk).await;
    let _agent = desk.start_with(&["agent", "--tray"], &[("DISPLAY", display.name())]);
    desk.until_agent_runs().await;
    desk.connect(&org, "p").await;
    org.revoke_all();
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 3, "a sign-in is needed");
    let needy = desktop.next().await;
    assert!(display.titles().is_empty(), "no window yet: {:?}", display.titles());
    desktop.click(&needy).await;
    let give_up_at = Instant::now() + Duration::from_secs(300);
    let wanted = "PRACTICE · p · Datatrax Connect";
    while !display.titles().iter().any(|title| title == wanted) {
        assert!(Instant::now() < give_up_at, "the window shows the connection: {:?}", display.titles());
        sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test]
async fn without_a_service_for_notifications_nothing_is_missed() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    let _agent = desk.start(&["agent"]);
    desk.until_agent_runs().await;
    desk.connect(&org, "p").await;
    org.revoke_all();
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 3, "said where it was asked");
    assert_eq!(desk.json(&["show", "p"]).await["status"], "needs_you", "and shown");
    // A service that starts later, as at a login, shows what could not be shown before, once.
    let mut desktop = Notifications::on(&desk).await;
    assert_eq!(desktop.next().await.title, "Needs you: p", "told late");
    desktop.none().await;
    desk.connect(&org, "p").await;
    org.revoke_all();
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 3, "again");
    assert_eq!(desktop.next().await.title, "Needs you: p", "told");
    desktop.none().await;
}

#[tokio::test]
async fn an_agent_without_a_desktop_tells_nobody_and_leaves_it_to_one_that_has_one() {
    let _turn = one_at_a_time();
    let (desk, display) = (Desk::new(), Display::start());
    let org = Org::start(Options::default()).await.unwrap();
    let mut desktop = Notifications::on(&desk).await;
    let agent = desk.start(&["agent", "--no-tray"]);
    desk.until_agent_runs().await;
    desk.connect(&org, "p").await;
    org.revoke_all();
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 3, "said where it was asked");
    desktop.none().await;
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    assert_eq!(agent.ended().await.code, 0, "ended");
    let _agent = desk.start_with(&["agent", "--tray"], &[("DISPLAY", display.name())]);
    assert_eq!(desktop.next().await.title, "Needs you: p", "told by the first that could");
    desktop.none().await;
}

#[tokio::test]
async fn what_ended_with_a_session_is_told_once_at_the_next_start() {
    let _turn = one_at_a_time();
    let (mut desk, display) = (Desk::without_keyring(), Display::start());
    let org = Org::start(Options::default()).await.unwrap();
    let start = |desk: &Desk| desk.start_with(&["agent", "--tray"], &[("DISPLAY", display.name())]);
    for (aliases, title) in [
        (&["a"][..], "The sign-in ended with the last session: a"),
        (&["a", "b"], "2 sign-ins ended with the last session"),
    ] {
        let agent = start(&desk);
        desk.until_agent_runs().await;
        assert_eq!(desk.dtx(&["vault", "session"]).await.code, 0, "the agent alone has the key");
        for alias in aliases {
            desk.connect(&org, alias).await;
        }
        // Logging off.
        desk.end_session();
        assert_eq!(agent.ended().await.code, 0, "nobody can be asked then");
        desk.begin_session();

        let mut desktop = Notifications::on(&desk).await;
        let agent = start(&desk);
        let told = desktop.next().await;
        assert_eq!(told.title, title, "{told:?}");
        assert!(told.text.contains("Consumer Key and Consumer Secret"), "and what to do: {told:?}");
        desktop.none().await;
        assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
        agent.ended().await;

        let agent = start(&desk);
        desk.until_agent_runs().await;
        desktop.none().await;
        assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "it was said once");
        agent.ended().await;
    }
}
