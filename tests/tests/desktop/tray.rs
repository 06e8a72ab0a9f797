//! The agent's tray through the real D-Bus interfaces of a desktop, without a desktop.

use std::fs;

use connect_tests::{
    Desk, DesktopTray, INTEGRATION, Notifications, Person, Press, one_at_a_time, program, until, until_so,
};
use practice_org::{Options, Org};
use zbus::zvariant::Structure;

async fn until_tray_is(desk: &Desk, wanted: &str) {
    until_so(&format!("the agent does not say that the tray is {wanted}"), async || {
        desk.json(&["agent", "status"]).await["tray"] == wanted
    })
    .await;
}

#[tokio::test]
async fn the_tray_shows_each_connection_and_carries_out_what_is_pressed() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "my_org").await;
    let mut tray = DesktopTray::on(&desk).await;
    let opened = desk.folder().join("opened");
    let noting = desk.noting_browser(&opened);
    let _agent = desk.start_with(&["agent"], &noting.each_ref().map(|(name, value)| (*name, value.as_str())));
    let item = tray.item().await;

    let id: String = item.property("Id").await.try_into().unwrap();
    assert_eq!(id, "com.getdatatrax.connect", "the program's own name");
    assert_eq!(item.status().await, "Active", "all is well");
    let told = desk.dtx(&["agent", "status"]).await.output;
    assert!(told.contains("with one connection."), "in words: {told}");
    let connection = "my_org (PRACTICE)";
    let words = format!("Connected as {}", org.users()[INTEGRATION].username);
    let tool_tip: Structure<'_> = item.property("ToolTip").await.try_into().unwrap();
    let title = tool_tip.fields()[2].downcast_ref::<&str>().unwrap();
    assert_eq!(title, "Datatrax Connect: One org, connected", "for desktops that show no more of it");
    assert!(!item.line(&[connection, &words]).await.enabled, "the state is read, not pressed");
    for label in ["Reconnect", "Check now", "Open org", "Copy instance address"] {
        assert!(item.line(&[connection, label]).await.enabled, "{label}");
    }
    for label in
        ["Add an org", "Open Datatrax Connect", "Keep connections alive", "Give tokens to programs", "Quit"]
    {
        assert!(item.line(&[label]).await.enabled, "{label}");
    }

    // The tokens are revoked in the org: a check finds that, and the icon asks for attention.
    org.revoke_all();
    item.press(&[connection, "Check now"]).await;
    let needy = "my_org (PRACTICE) needs you";
    item.until(|menu| menu.iter().any(|line| line.path == [needy])).await;
    assert_eq!(item.status().await, "NeedsAttention", "somebody is asked for");

    // Reconnect opens the browser, and the sign-in there is all that is needed.
    item.press(&[needy, "Reconnect"]).await;
    let whole = async || fs::read_to_string(&opened).ok().filter(|address| address.ends_with('\n'));
    let address = until("the browser", whole).await;
    Person::of(&org, INTEGRATION).sign_in(address.trim(), Press::Allow).await;
    item.until(|menu| menu.iter().any(|line| line.path == [connection])).await;
    assert_eq!(item.status().await, "Active", "all is well again");

    item.press(&["Quit"]).await;
    item.gone().await;
    assert_eq!(desk.json(&["agent", "status"]).await["running"], false, "the agent has ended");
}

#[tokio::test]
async fn a_tray_that_comes_later_is_used_and_one_that_never_comes_is_not_missed() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let _agent = desk.start(&["agent"]);
    desk.until_agent_runs().await;
    until_tray_is(&desk, "missing").await;
    let told = desk.dtx(&["agent", "status"]).await.output;
    assert!(told.contains("AppIndicator and KStatusNotifierItem Support"), "what would bring one: {told}");
    let mut tray = DesktopTray::on(&desk).await;
    let item = tray.item().await;
    assert!(!item.line(&["No org is connected yet"]).await.enabled, "the state in words");
    until_tray_is(&desk, "shown").await;
    let told = desk.dtx(&["agent", "status"]).await.output;
    assert!(!told.contains("tray"), "nothing to say about it any more: {told}");

    // The tray keeps references to the item.
    drop((tray, item));
    until_tray_is(&desk, "missing").await;
    let mut tray = DesktopTray::on(&desk).await;
    let restarted = tray.item().await;
    assert_eq!(restarted.status().await, "Active", "registered again with a desktop that restarted");
    until_tray_is(&desk, "shown").await;
}

/// Has this user's login have the desk's bus where systemd has it, beside the address that desktops tell.
fn login_has_the_bus(desk: &Desk) {
    let socket = desk.bus_address().strip_prefix("unix:path=").unwrap().split(',').next().unwrap();
    std::os::unix::fs::symlink(socket, desk.folder().join("user/run/bus")).unwrap();
}

#[tokio::test]
async fn an_agent_that_is_started_with_the_address_of_a_session_that_is_over_is_on_the_desktop_all_the_same()
{
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), Org::start(Options::default()).await.unwrap());
    desk.connect(&org, "p").await;
    login_has_the_bus(&desk);
    let (mut tray, mut notifications) = (DesktopTray::on(&desk).await, Notifications::on(&desk).await);
    let over = [("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus,guid=1")];
    // As the window starts one, and a login.
    let agent = desk.start_with(&["agent", "--restart"], &over);
    let item = tray.item().await;
    until_tray_is(&desk, "shown").await;
    org.revoke_all();
    assert_eq!(desk.dtx(&["token", "p", "--fresh"]).await.code, 3, "a sign-in is needed");
    assert_eq!(notifications.next().await.title, "Needs you: p", "and told");
    item.press(&["Quit"]).await;
    assert_eq!(agent.ended().await.code, 0);

    // As a person starts one in such a terminal: the tray's library knows that address alone.
    let agent = desk.start_with(&["agent"], &over);
    desk.until_agent_runs().await;
    until_tray_is(&desk, "missing").await;
    desk.connect(&org, "again").await;
    org.revoke_all();
    assert_eq!(desk.dtx(&["token", "again", "--fresh"]).await.code, 3, "a sign-in is needed");
    assert_eq!(notifications.next().await.title, "Needs you: again", "its notes are shown");
    desk.stop(agent).await;
}

#[tokio::test]
async fn without_any_session_bus_the_agent_works_all_the_same() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let _agent = desk.start_with(&["agent"], &[("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")]);
    desk.until_agent_runs().await;
    assert_eq!(desk.json(&["list"]).await["connections"], serde_json::json!([]), "and answers");
    until_tray_is(&desk, "missing").await;
}

#[tokio::test]
async fn no_tray_means_no_tray() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let mut tray = DesktopTray::on(&desk).await;
    let quiet = desk.start(&["agent", "--no-tray"]);
    desk.until_agent_runs().await;
    until_tray_is(&desk, "off").await;
    assert_eq!(desk.dtx(&["agent", "stop"]).await.code, 0, "stopped");
    quiet.ended().await;
    let _agent = desk.start(&["agent", "--tray"]);
    let item = tray.item().await;
    item.press(&["Quit"]).await;
    item.gone().await;
    assert!(tray.is_empty(), "only the second agent has registered");
}

#[tokio::test]
async fn where_no_window_is_installed_nothing_offers_one() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::new(), Org::start(Options::default()).await.unwrap());
    desk.connect(&org, "my_org").await;
    let (mut tray, mut notifications) = (DesktopTray::on(&desk).await, Notifications::on(&desk).await);
    // Only `dtx`, as on a server.
    let alone = desk.folder().join("dtx");
    fs::copy(program("dtx"), &alone).unwrap();
    let mut agent = tokio::process::Command::from(desk.command(&alone));
    let mut agent = agent.arg("agent").kill_on_drop(true).spawn().unwrap();
    let item = tray.item().await;
    let menu = item.menu().await;
    let top: Vec<&str> =
        menu.iter().filter(|line| line.path.len() == 1).map(|line| line.path[0].as_str()).collect();
    assert_eq!(
        top,
        [
            "One org, connected",
            "my_org (PRACTICE)",
            "Keep connections alive",
            "Give tokens to programs",
            "Quit"
        ],
        "what works without a window"
    );
    org.revoke_all();
    item.press(&["my_org (PRACTICE)", "Check now"]).await;
    let told = [notifications.next().await, notifications.next().await];
    assert!(told.iter().all(|told| told.actions.is_empty()), "a click would lead nowhere: {told:?}");
    let mut titles = told.each_ref().map(|told| told.title.as_str());
    titles.sort_unstable();
    assert_eq!(titles, ["Needs you: my_org", "The check found something: my_org"], "{told:?}");
    drop(org);
    let needy = "my_org (PRACTICE) needs you";
    item.press(&[needy, "Reconnect"]).await;
    let told = notifications.next().await;
    assert_eq!(told.title, "Could not reconnect: my_org", "what a window would show: {told:?}");
    item.press(&["Quit"]).await;
    assert!(agent.wait().await.unwrap().success(), "in order");
}

#[tokio::test]
async fn where_no_window_can_ask_quit_says_what_it_ends() {
    let _turn = one_at_a_time();
    let (desk, org) = (Desk::without_keyring(), Org::start(Options::default()).await.unwrap());
    let mut tray = DesktopTray::on(&desk).await;
    let alone = desk.folder().join("dtx");
    fs::copy(program("dtx"), &alone).unwrap();
    let mut agent = tokio::process::Command::from(desk.command(&alone));
    let mut agent = agent.arg("agent").kill_on_drop(true).spawn().unwrap();
    let item = tray.item().await;
    assert_eq!(desk.dtx(&["vault", "session"]).await.code, 0, "the agent alone has the key");
    assert!(item.line(&["Quit"]).await.enabled, "nothing ends yet");
    let mut ends = "Quit, and end one sign-in";
    for (alias, words) in [("p", ends), ("q", "Quit, and end 2 sign-ins")] {
        desk.connect(&org, alias).await;
        item.until(|menu| menu.iter().any(|line| line.path == [words])).await;
        ends = words;
    }
    item.press(&[ends]).await;
    assert!(agent.wait().await.unwrap().success(), "who presses that has read it");
}
