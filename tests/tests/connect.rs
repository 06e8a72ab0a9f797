//! The whole path through `dtx`: address, pair, sign-in, stored connection.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use connect_tests::{Desk, Person, Press, one_at_a_time};
use practice_org::{Options, Org};

#[tokio::test]
async fn connects_keeps_and_disconnects() {
    let _turn = one_at_a_time();
    let desk = Desk::new();
    let org = Org::start(Options::default()).await.unwrap();
    let (address, key) = (org.address(), org.key());
    let mut dtx = desk.start(&["connect", &address, "--alias", "p", "--key", &key, "--secret-stdin", "--no-browser", "--json"]);
    dtx.say(&org.secret()).await;
    let authorize = dtx.event("authorize").await;
    Person::of(&org, 1).sign_in(authorize["url"].as_str().unwrap(), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 0, "connected: {ended:?}");
}
