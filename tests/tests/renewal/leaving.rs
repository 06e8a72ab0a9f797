//! Connections still to be revoked: none is forgotten while it may be valid, and the org's pauses are respected.

use std::time::Duration;

use connect_core::{
    contract::{
        intent,
        view::{AttemptEvent, Disconnected, Failure, Revoked},
    },
    explain::Code,
};
use connect_tests::{DAY, INTEGRATION, Kept, Person, Press, one_at_a_time, until_so};
use practice_org::{Endpoint, Fault, Options, Org, What};
use tokio::time::timeout;

fn away(org: &Org, is_away: bool) {
    org.change(|switches| switches.maintenance = is_away);
}

#[tokio::test]
async fn a_revocation_that_is_not_proved_is_tried_again() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.org.fault(Fault::new(What::Maintenance).at(Endpoint::Introspect).times(1));
    assert!(matches!(kept.disconnect().await.revoked, Revoked::Later(_)), "taken, and not proved");
    kept.look().await;
    assert!(kept.leaving().await.is_empty(), "proved, and forgotten");
    let kept = Kept::new().await;
    let never = What::Answer { status: 401, content_type: None, body: String::new(), retry_after: None };
    kept.org.fault(Fault::new(never).at(Endpoint::Introspect));
    let done = kept.disconnect().await;
    assert!(
        done.revoked == Revoked::Now(true) && done.proved_at.is_none(),
        "an org that never tells: {done:?}"
    );
    assert!(kept.leaving().await.is_empty(), "there is nothing to wait for");
}

#[tokio::test]
async fn a_disconnect_that_is_cut_off_is_finished_later() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.org.fault(Fault::new(What::Late { milliseconds: 60_000 }).at(Endpoint::Revoke).times(1));
    tokio::select! {
        done = kept.disconnect() => panic!("the org has not answered yet: {done:?}"),
        () = until_so("the org is not asked", async || kept.asked("revoke") > 0) => {}
    }
    let list = kept.core.ask(intent::List).await.unwrap();
    assert!(list.is_empty(), "out of use");
    assert_eq!(kept.leaving().await[0].alias, "p", "and not forgotten");
    kept.org.clear_faults();
    kept.look().await;
    assert!(kept.leaving().await.is_empty(), "finished");
    assert_eq!(kept.org.counters().refresh_tokens_alive, 0, "revoked");
}

#[tokio::test]
async fn an_org_that_still_accepts_the_token_keeps_its_connection_in_use() {
    let _turn = one_at_a_time();
    let kept = Kept::new().await;
    let taken = What::Answer { status: 200, content_type: None, body: String::new(), retry_after: None };
    kept.org.fault(Fault::new(taken).at(Endpoint::Revoke));
    let refused: Result<Disconnected, Failure> =
        kept.core.ask(intent::Disconnect { name: "p".to_owned() }).await;
    assert_eq!(refused.unwrap_err().code, Code::StillActive, "taken, and without effect");
    assert!(kept.leaving().await.is_empty(), "it is not leaving");
    assert!(kept.token(true).await.is_ok(), "and works");
}

#[tokio::test]
async fn what_is_left_to_revoke_waits_as_long_as_the_org_asks() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    let pause =
        What::Answer { status: 429, content_type: None, body: String::new(), retry_after: Some(3600) };
    kept.org.fault(Fault::new(pause).at(Endpoint::Revoke).times(1));
    kept.org.fault(Fault::new(What::Maintenance).at(Endpoint::Introspect).times(1));
    assert!(matches!(kept.disconnect().await.revoked, Revoked::Later(_)), "later");
    let asked = kept.asked("revoke");
    kept.core.clock.advance(DAY / 48);
    kept.look().await;
    assert!(matches!(kept.disconnect().await.revoked, Revoked::Later(_)), "also for somebody who asks again");
    assert_eq!(kept.asked("revoke"), asked, "not before the pause is over");
    kept.core.clock.advance(DAY / 24);
    kept.look().await;
    assert!(kept.leaving().await.is_empty(), "then it is revoked");
}

#[tokio::test]
async fn a_reconnect_that_is_cut_off_forgets_no_token() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.org.fault(Fault::new(What::Late { milliseconds: 60_000 }).at(Endpoint::Revoke).times(1));
    let mut sign_in = kept.reconnect().await;
    let AttemptEvent::Authorize { url, .. } = sign_in.next().await else { panic!("an address to open") };
    Person::of(&kept.org, INTEGRATION).sign_in(&url, Press::Allow).await;
    let noted = async {
        while kept.leaving().await.is_empty() {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(300), noted).await.expect("noted before the org has answered");
    // The program ends here; another one continues its work.
    kept.org.clear_faults();
    kept.look().await;
    assert_eq!(kept.org.counters().refresh_tokens_alive, 1, "the old one is revoked, and the new one lives");
    assert!(kept.leaving().await.is_empty() && kept.token(true).await.is_ok(), "and works");
}

#[tokio::test]
async fn revocations_are_not_held_up_by_orgs_that_are_not_there() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    for (number, alias) in ["gone-1", "gone-2"].into_iter().enumerate() {
        let gone = Org::start(Options::default()).await.unwrap();
        kept.core.sign_in_as(alias, &gone, 0).await.finish(&gone).await;
        drop(gone);
        assert_eq!(kept.core.controller.list().await.unwrap().len(), number + 2, "connected");
    }
    away(&kept.org, true);
    assert!(matches!(kept.disconnect().await.revoked, Revoked::Later(_)), "the org is away");
    away(&kept.org, false);
    kept.advance(2 * DAY);
    kept.look_unseen().await;
    assert!(kept.leaving().await.is_empty(), "revoked in the same look");
}

#[tokio::test]
async fn what_is_put_back_in_use_meanwhile_is_not_revoked() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    // The org accepts the revocation without effect, and is slow to say so.
    let taken = What::Answer { status: 200, content_type: None, body: String::new(), retry_after: None };
    kept.org.fault(Fault::new(taken).at(Endpoint::Revoke).times(1));
    kept.org.fault(Fault::new(What::Late { milliseconds: 5000 }).at(Endpoint::Introspect).times(1));
    let again = async {
        while kept.leaving().await.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        kept.core.ask(intent::Disconnect { name: "p".to_owned() }).await
    };
    let first = kept.core.ask(intent::Disconnect { name: "p".to_owned() });
    let (first, again) = tokio::join!(first, again);
    assert_eq!(first.unwrap_err().code, Code::StillActive, "it is in use again");
    assert_eq!(again.unwrap_err().code, Code::NameUnknown, "and not leaving any more");
    kept.look().await;
    assert!(kept.token(true).await.is_ok(), "it works");
}
