//! Groups of connections: named in lists, completed, kept; and `dtx reconnect --all`.

use connect_core::explain::Code;
use connect_tests::{Desk, INTEGRATION, Person, Press, one_at_a_time, org};
use practice_org::Org;
use serde_json::json;

/// What the shell is offered after these words.
async fn offered(desk: &Desk, words: &[&str]) -> String {
    desk.dtx(&[&["complete", "--"], words].concat()).await.output
}

#[tokio::test]
async fn a_group_is_named_wherever_its_org_is_and_goes_with_its_last_connection() {
    let _turn = one_at_a_time();
    let (desk, one, other) = (Desk::new(), org().await, org().await);
    desk.connect(&one, "p").await;
    desk.connect(&other, "q").await;
    assert_eq!(offered(&desk, &["group", "p", ""]).await, "", "there is none yet");
    let grouped = desk.json(&["group", "p", "Acme, Inc.", "--colour", "violet"]).await;
    assert_eq!(grouped["group"], json!({ "name": "Acme, Inc.", "colour": "violet" }));
    desk.dtx(&["group", "q", "two\nlines"]).await.said(Code::NameInvalid);
    let _agent = desk.agent(&[]).await;
    let listed = desk.json(&["list", "--group", "acme, inc."]).await;
    let connections = listed["connections"].as_array().unwrap();
    assert_eq!(connections.len(), 1, "{listed}");
    assert_eq!(
        (&connections[0]["alias"], &connections[0]["group"]["name"]),
        (&json!("p"), &json!("Acme, Inc."))
    );
    let all = desk.dtx(&["list"]).await.output;
    assert!(all.contains("Acme, Inc.") && all.lines().count() == 2, "{all}");
    assert_eq!(desk.dtx(&["list", "--group", "Acme, Inc."]).await.output.lines().count(), 1);
    assert!(desk.dtx(&["list", "--group", "nobody"]).await.error.contains("No connection is in a group"));
    assert!(desk.dtx(&["show", "p"]).await.output.contains("Acme, Inc. (violet)"));
    assert_eq!(offered(&desk, &["group", "q", ""]).await, "Acme, Inc.\t1 connection\n");
    assert_eq!(offered(&desk, &["list", "--group", "A"]).await, "Acme, Inc.\t1 connection\n");
    desk.json(&["group", "p", "--none"]).await;
    assert_eq!(offered(&desk, &["list", "--group", ""]).await, "", "gone with its last connection");
}

/// Ends what the connection `name` has with its org.
async fn end(desk: &Desk, org: &Org, name: &str) {
    org.revoke_all();
    assert_eq!(desk.dtx(&["token", name, "--fresh"]).await.code, 3, "{name} needs a sign-in");
}

#[tokio::test]
async fn all_that_need_a_sign_in_are_signed_in_to_one_after_another() {
    let _turn = one_at_a_time();
    let (desk, one, other, well) = (Desk::new(), org().await, org().await, org().await);
    for (org, name) in [(&one, "p"), (&other, "q"), (&well, "well")] {
        desk.connect(org, name).await;
    }
    let nothing = desk.dtx(&["reconnect", "--all", "--no-browser"]).await;
    assert_eq!(nothing.code, 0, "{nothing:?}");
    assert!(nothing.error.contains("No connection needs a sign-in."), "{nothing:?}");
    end(&desk, &one, "p").await;
    end(&desk, &other, "q").await;
    let mut dtx = desk.start(&["reconnect", "--all", "--no-browser", "--json"]);
    dtx.sign_in(&mut Person::of(&one, INTEGRATION), Press::Deny).await;
    assert_eq!(dtx.event("failed").await["code"], "denied");
    dtx.sign_in(&mut Person::of(&other, INTEGRATION), Press::Allow).await;
    let ended = dtx.ended().await;
    assert_eq!(ended.code, 3, "one was denied: {ended:?}");
    for said in ["Sign-in 1 of 2: p", "Sign-in 2 of 2: q", "1 of 2 not signed in."] {
        assert!(ended.error.contains(said), "{said}: {ended:?}");
    }
    assert_eq!(desk.dtx(&["token", "q"]).await.code, 0, "the other one is connected");
    assert_eq!(desk.dtx(&["reconnect"]).await.code, 2, "one of them, or all");
    assert_eq!(desk.dtx(&["reconnect", "p", "--all"]).await.code, 2, "not both");
}
