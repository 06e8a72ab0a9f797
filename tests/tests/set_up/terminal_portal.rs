//! What is left to do in the Datatrax portal, as the terminal tells it at the end of a sign-in to a real org.

use connect_tests::{INTEGRATION, OnlineDesk, Press, Terminal, one_at_a_time};
use practice_org::OrgKind;

use crate::terminal_guide::{FIRST, PASTE, SCREENS, at, paste};

/// A desk on the internet, also for what is typed at a terminal.
async fn online_at_a_terminal() -> OnlineDesk {
    let mut online = OnlineDesk::new().await;
    for (name, value) in online.internet.environment() {
        online.desk.set(name, &value);
    }
    online
}

/// The portal needs both values of a real org. Without a desktop here, it is said where Setup shows them.
#[tokio::test]
async fn a_real_org_is_connected_and_key_and_secret_are_handed_on_for_the_portal() {
    let _turn = one_at_a_time();
    let online = online_at_a_terminal().await;
    let host = "acme.my.salesforce.com";
    let org = online.served(host, OrgKind::Production).await;
    let mut terminal = Terminal::start(
        &online.desk,
        &format!("dtx connect {host} --alias p --user {} --no-browser", org.users()[INTEGRATION].username),
    );
    at(&mut terminal, FIRST).await;
    terminal.sees("[k] I have key and secret already").await;
    terminal.types("k").await;
    at(&mut terminal, PASTE).await;
    paste(&mut terminal, &org.key(), &org.secret()).await;
    terminal.sees("[Enter] sign in").await;
    terminal.types("").await;
    let address = terminal.sees(&format!("https://{host}/services/oauth2/authorize")).await;
    let address = address.split_whitespace().next().unwrap().to_owned();
    online.internet.person(&org, INTEGRATION).sign_in(&address, Press::Allow).await;
    terminal.sees("Connected p").await;
    at(&mut terminal, SCREENS).await;
    terminal.sees("Open the Datatrax portal").await;
    for key in ["k", "s"] {
        terminal.sees("[o] open the portal").await;
        terminal.types(key).await;
        terminal.sees("reaches no clipboard").await;
    }
    terminal.sees("[d] done: the portal shows it as connected").await;
    terminal.types("d").await;
    terminal.sees("Nothing is left to do for p.").await;
    let all = terminal.ended().await;
    assert!(all.contains("(exit status: 0)"), "{all}");
    assert!(!all.contains(&org.secret()), "the secret is not shown");
}

/// A sign-in of this computer mends nothing of the portal's.
#[tokio::test]
async fn a_reconnect_says_that_the_portal_has_a_sign_in_of_its_own() {
    let _turn = one_at_a_time();
    let online = online_at_a_terminal().await;
    let host = "acme.my.salesforce.com";
    let org = online.served(host, OrgKind::Production).await;
    assert_eq!(online.connect(host, &org).await.code, 0, "connected");
    let mut terminal = Terminal::start(&online.desk, "dtx reconnect acme --no-browser");
    let address = terminal.sees(&format!("https://{host}/services/oauth2/authorize")).await;
    let address = address.split_whitespace().next().unwrap().to_owned();
    online.internet.person(&org, INTEGRATION).sign_in(&address, Press::Allow).await;
    terminal.sees("Connected acme").await;
    terminal.sees("The Datatrax portal has its own, which cannot be seen from here.").await;
    terminal.sees("Settings → Salesforce Connection → Authorize with Salesforce").await;
    let all = terminal.ended().await;
    assert!(all.contains("(exit status: 0)"), "{all}");
}
