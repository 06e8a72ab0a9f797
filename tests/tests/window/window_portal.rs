//! The end of the guide for a real org, in the real window: its host over TLS, through a proxy and with an additional
//! authority, up to the Datatrax portal with both values on the clipboard.

use connect_core::guide::PORTAL;
use connect_tests::{Display, INTEGRATION, OnlineDesk, Press, Window, one_at_a_time};
use practice_org::OrgKind;

const SANDBOX: &str = "acme--uat.sandbox.my.salesforce.com";

#[tokio::test]
async fn a_real_org_ends_at_the_portal_with_both_values_to_copy() {
    let _turn = one_at_a_time();
    let online = OnlineDesk::new().await;
    let org = online.served(SANDBOX, OrgKind::Sandbox).await;
    let display = Display::start();
    let environment = online.internet.environment();
    let environment: Vec<_> = environment.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let mut window = Window::open_with(&online.desk, &display, &[], &environment).await;
    window.start_sign_in(&org).await;
    let authorize = window.next_sign_in().await;
    assert!(authorize.starts_with(&format!("https://{SANDBOX}/services/oauth2/authorize?")), "{authorize}");
    online.internet.person(&org, INTEGRATION).sign_in(&authorize, Press::Allow).await;

    let page = &window.page;
    page.shows("h1", "Nearly done: Datatrax itself is not connected yet").await;
    page.checks_pass(&["address", "tls", "key", "secret", "callback", "scopes", "org", "api"]).await;
    page.shows("[data-testid=portal]", "Connect the org in the Datatrax portal too").await;
    page.look("portal").await;
    page.click("[data-testid=more] summary").await;
    page.shows("[data-testid=more]", "How you know it is done").await;
    page.click("[data-testid=copy-connected-1]").await;
    page.shows("#announcer", "Datatrax portal copied.").await;
    assert_eq!(display.clipboard().as_deref(), Some(PORTAL), "its address");
    for (id, label, value) in
        [("key", "Consumer Key", org.key()), ("secret", "Consumer Secret", org.secret())]
    {
        page.click(&format!("[data-testid=copy-{id}]")).await;
        page.shows("[data-testid=copied]", &format!("{label} is on the clipboard, and is cleared")).await;
        assert_eq!(display.clipboard(), Some(value.clone()), "{label}");
        let shown = page.evaluate("return document.documentElement.outerHTML", &[]).await;
        assert!(!shown.as_str().unwrap().contains(&value), "{label} is nowhere in the page");
    }
    assert_eq!(display.clipboard_hint().as_deref(), Some("secret"), "no clipboard manager keeps it");
    page.click("[data-testid=open-portal]").await;
    assert_eq!(window.next_opened().await, PORTAL, "the portal opens in the browser");
    // The browser is there before the page knows of it.
    window.page.shows("[data-testid=done]", "The portal shows it as connected").await;
    window.page.go_on().await;
    window.page.shows("[data-testid=screen-connection] h1", "p").await;
    assert_eq!(online.internet.hosts_asked_for(), [SANDBOX], "no other host was asked");
}
