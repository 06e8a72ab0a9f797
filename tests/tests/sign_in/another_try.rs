//! Another try after a failed sign-in, with the pasted pair kept in memory for a while.

use std::time::Duration;

use connect_core::{
    contract::{
        intent::{self, Connect, SignInOptions},
        view::{AttemptEvent, Failure},
    },
    explain::Code,
    secret::Secret,
};
use connect_tests::{Core, INTEGRATION, Person, Press, SignIn, one_at_a_time};
use practice_org::{OauthError, Options, Org};

/// Another try with the pair pasted before.
async fn try_again(core: &Core, org: &Org) -> Result<SignIn, Failure> {
    let notices = core.controller.notices();
    let options = SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() };
    let connect = Connect { address: org.address(), alias: None, key: None, secret: None, options };
    let started = core.ask(connect).await?;
    Ok(SignIn { attempt: started.attempt, notices })
}

async fn with_wrong_secret(core: &Core, org: &Org) -> SignIn {
    let wrong = Connect {
        address: org.address(),
        alias: Some("p".to_owned()),
        key: Some(Secret::new(org.key())),
        secret: Some(Secret::new(org.secret().chars().rev().collect::<String>())),
        options: SignInOptions { wait_seconds: Some(0), ..SignInOptions::default() },
    };
    let notices = core.controller.notices();
    let started = core.ask(wrong).await.unwrap();
    SignIn { attempt: started.attempt, notices }
}

/// Signs in like the page, and returns the result.
async fn pressed(mut sign_in: SignIn, org: &Org, press: Press) -> AttemptEvent {
    let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
    Person::of(org, INTEGRATION).sign_in(&url, press).await;
    sign_in.next().await
}

fn code(event: &AttemptEvent) -> Option<Code> {
    if let AttemptEvent::Failed(failure) = event { Some(failure.code) } else { None }
}

#[tokio::test]
async fn a_browser_in_another_org_and_a_wait_that_ends_cost_no_other_paste() {
    let _turn = one_at_a_time();
    let (core, org) = (Core::new(60), Org::start(Options::default()).await.unwrap());
    core.ask(intent::SetUp { address: org.address() }).await.unwrap();
    let elsewhere = OauthError {
        error: "OAUTH_EC_APP_NOT_FOUND".into(),
        error_description: "External client app is not installed in this org".into(),
    };
    org.change(|switches| switches.approval_error = Some(elsewhere));
    let ended = pressed(core.sign_in(&org, 0).await, &org, Press::Allow).await;
    assert_eq!(code(&ended), Some(Code::AppNotInOrg), "the browser is signed in to another org");
    org.change(|switches| switches.approval_error = None);
    let again = try_again(&core, &org).await.expect("sign out there, then sign in again: without a paste");
    assert_eq!(code(&pressed(again, &org, Press::Deny).await), Some(Code::Denied), "it goes on");

    org.change(|switches| switches.activation_seconds = 86_400);
    let mut waiting = core.sign_in(&org, 60).await;
    let ended = loop {
        let event = waiting.next().await;
        if !matches!(event, AttemptEvent::Waiting { .. }) {
            break event;
        }
    };
    assert_eq!(code(&ended), Some(Code::KeyUnknown), "not active in time");
    core.clock.advance(Duration::from_secs(60 * 60));
    assert!(is_held(&core).await, "over lunch as well");
    core.clock.advance(Duration::from_secs(60 * 60));
    assert!(!is_held(&core).await, "and for two hours at most");

    // Without a wait, an unknown key counts as wrong.
    let at_once = core.sign_in(&org, 0).await.next().await;
    assert_eq!(code(&at_once), Some(Code::KeyUnknown), "{at_once:?}");
    assert!(!is_held(&core).await, "it has to be pasted again");
}

async fn is_held(core: &Core) -> bool {
    let snapshot = core.ask(intent::Snapshot).await.unwrap();
    snapshot.setups[0].pair_until.is_some()
}

#[tokio::test]
async fn the_pair_of_a_sign_in_that_was_denied_serves_for_another_try() {
    let _turn = one_at_a_time();
    let (core, org) = (Core::new(1), Org::start(Options::default()).await.unwrap());
    let set_up = || intent::SetUp { address: org.address() };
    let begun = core.ask(set_up()).await.unwrap();
    let denied = || async { pressed(core.sign_in(&org, 0).await, &org, Press::Deny).await };

    assert!(matches!(denied().await, AttemptEvent::Failed(_)), "denied");
    assert!(is_held(&core).await, "there for another try");
    core.clock.advance(Duration::from_secs(31 * 60));
    assert!(!is_held(&core).await, "for half an hour");
    let refused = try_again(&core, &org).await.err().map(|failure| failure.code);
    assert_eq!(refused, Some(Code::ValueMissing), "then it has to be pasted");

    denied().await;
    core.ask(intent::StartOver { host: begun.host.clone() }).await.unwrap();
    assert!(!is_held(&core).await, "starting over forgets it");
    denied().await;
    core.ask(intent::RemoveSetup { host: begun.host.clone() }).await.unwrap();
    core.ask(set_up()).await.unwrap();
    assert!(!is_held(&core).await, "and so does removing");

    let mut followed = core.sign_in(&org, 0).await;
    followed.next().await;
    let ended = with_wrong_secret(&core, &org).await.next().await;
    assert_eq!(code(&followed.next().await), Some(Code::Replaced), "another one was begun");
    assert_eq!(code(&ended), Some(Code::SecretWrong), "{ended:?}");
    assert!(!is_held(&core).await, "a wrong pair is of no use, and the one before it does not come back");

    let mut cancelled = core.sign_in(&org, 0).await;
    cancelled.next().await;
    core.ask(intent::Cancel { attempt: cancelled.attempt.clone() }).await.unwrap();
    let ended = cancelled.next().await;
    assert_eq!(code(&ended), Some(Code::Cancelled), "{ended:?}");
    assert!(is_held(&core).await, "who cancels may begin again");

    denied().await;
    let again = try_again(&core, &org).await.expect("nothing is pasted again");
    let connected = pressed(again, &org, Press::Allow).await;
    assert!(matches!(connected, AttemptEvent::Connected { .. }), "{connected:?}");
    assert!(!is_held(&core).await, "it is stored now");
}
