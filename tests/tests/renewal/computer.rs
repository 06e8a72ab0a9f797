//! Keep-alive on a computer that sleeps, changes networks, and is on a metered one: the built programs, a real bus, and
//! login1 and `NetworkManager` with their real interfaces.

use std::{fs, time::Duration};

use connect_agent::Client;
use connect_core::{
    contract::intent,
    platform::{home::Home, settings::Change},
};
use connect_tests::{Computer, Desk, Dtx, PATIENCE, one_at_a_time, until_so};
use practice_org::{Options, Org};
use tokio::time::{Instant, sleep};

const DAY: i64 = 24 * 60 * 60 * 1_000_000_000;

/// Values of `NMState` and `NMMetered`.
const DISCONNECTED: u32 = 20;
const CONNECTED: u32 = 70;
const METERED: u32 = 1;
const METERED_BY_GUESS: u32 = 3;
const NOT_METERED_BY_GUESS: u32 = 4;

/// An agent that logs the signals it receives.
fn agent(desk: &Desk) -> Dtx {
    desk.start_with(&["agent", "--no-tray"], &[("DATATRAX_LOG", "debug")])
}

fn log(desk: &Desk) -> String {
    fs::read_to_string(desk.home().join("logs/agent.log")).unwrap_or_default()
}

fn database(desk: &Desk) -> rusqlite::Connection {
    let database = rusqlite::Connection::open(desk.home().join("connections.db")).unwrap();
    database.busy_timeout(PATIENCE).unwrap();
    database
}

fn days_ago(days: i64) -> i64 {
    i64::try_from(time::OffsetDateTime::now_utc().unix_timestamp_nanos()).unwrap() - days * DAY
}

/// Leaves a connection unused for this many days.
fn unused(desk: &Desk, alias: &str, days: i64) {
    let change = "UPDATE connection SET issued_at = ?1 WHERE alias = ?2";
    assert_eq!(database(desk).execute(change, (days_ago(days), alias)).unwrap(), 1, "{alias} is there");
}

/// Waits until a connection was used.
async fn used(desk: &Desk, alias: &str) {
    let query = "SELECT issued_at > ?1 FROM connection WHERE alias = ?2";
    until_so(&format!("{alias} was not used"), async || {
        database(desk).query_row(query, (days_ago(1), alias), |row| row.get::<_, bool>(0)).unwrap()
    })
    .await;
}

async fn refreshed(org: &Org, times: u64, why: &str) {
    let give_up_at = Instant::now() + PATIENCE;
    while org.counters().refreshes < times {
        assert!(Instant::now() < give_up_at, "{why}: {} of {times} refreshes", org.counters().refreshes);
        sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(org.counters().refreshes, times, "{why}");
}

/// Waits until the agent has looked at all connections twice. One of them is always due: when it is refreshed again,
/// the first look's work is done.
async fn looked_twice(desk: &Desk) {
    let client = Client::open(&Home::at(&desk.home()).unwrap()).await.unwrap().expect("the agent answers");
    for _ in 0..2 {
        client.call(intent::Set(Change::KeepAlive(false))).await.unwrap();
        unused(desk, "urgent", 8);
        client.call(intent::Set(Change::KeepAlive(true))).await.unwrap();
        used(desk, "urgent").await;
    }
}

#[tokio::test]
async fn what_was_missed_is_caught_up_on_after_sleep_and_with_a_network() {
    let _turn = one_at_a_time();
    let mut desk = Desk::new();
    let mut computer = Computer::around(&mut desk, CONNECTED, 0).await;
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "p").await;
    let _agent = agent(&desk);
    computer.was_asked(1).await;

    unused(&desk, "p", 2);
    computer.sleeps().await;
    refreshed(&org, 1, "after the sleep").await;

    computer.comes_to(DISCONNECTED).await;
    unused(&desk, "p", 2);
    computer.sleeps().await;
    computer.comes_to(CONNECTED).await;
    refreshed(&org, 2, "with a network").await;
    assert_eq!(
        log(&desk).matches("woke up").count(),
        1,
        "without a network nothing was tried: {}",
        log(&desk)
    );
}

#[tokio::test]
async fn on_a_metered_network_only_what_cannot_wait_is_refreshed() {
    let _turn = one_at_a_time();
    let mut desk = Desk::new();
    let mut computer = Computer::around(&mut desk, CONNECTED, METERED).await;
    let org = Org::start(Options::default()).await.unwrap();
    for alias in ["routine", "urgent"] {
        desk.connect(&org, alias).await;
    }
    unused(&desk, "routine", 2);
    unused(&desk, "urgent", 8);
    let _agent = agent(&desk);
    used(&desk, "urgent").await;
    looked_twice(&desk).await;
    refreshed(&org, 3, "the one that cannot wait, from the agent's start on").await;
    let shown = desk.json(&["show", "routine"]).await;
    assert_eq!(shown["health"]["at_risk"], false, "nothing is said: {shown}");
    assert_eq!(desk.dtx(&["token", "routine", "--fresh"]).await.code, 0, "asked for by somebody");
    refreshed(&org, 4, "and not held up").await;

    unused(&desk, "routine", 2);
    computer.becomes(METERED_BY_GUESS).await;
    looked_twice(&desk).await;
    refreshed(&org, 6, "still").await;
    computer.becomes(NOT_METERED_BY_GUESS).await;
    used(&desk, "routine").await;
    refreshed(&org, 7, "on another network").await;

    computer.becomes(METERED).await;
    unused(&desk, "routine", 2);
    computer.loses_its_network_manager().await;
    used(&desk, "routine").await;
    refreshed(&org, 8, "what nobody says is not so").await;
}

#[tokio::test]
async fn without_a_system_bus_connections_are_kept_by_the_clock() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    desk.connect(&org, "p").await;
    unused(&desk, "p", 2);
    let _agent = agent(&desk);
    refreshed(&org, 1, "at its start").await;
    let log = log(&desk);
    assert!(log.contains("the clock is gone by"), "noted for whoever looks for it: {log}");
    assert!(!log.contains(" WARN ") && !log.contains(" ERROR "), "and nobody is troubled: {log}");
}
