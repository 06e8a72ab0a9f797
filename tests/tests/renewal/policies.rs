//! Refresh Token Policies of an app, which nobody but an admin can read: a connection lives by them all the same, and
//! says how long it does.

use std::time::Duration;

use connect_core::{
    contract::view::{ConnectionView, Status},
    explain::Code,
};
use connect_tests::{Kept, one_at_a_time};
use practice_org::{Endpoint, Fault, RefreshPolicy, What};
use time::OffsetDateTime;

const HOUR: Duration = Duration::from_secs(60 * 60);
const SIGNED_IN: (Status, Option<Code>) = (Status::Connected, None);
const ENDED: (Status, Option<Code>) = (Status::NeedsYou, Some(Code::RefreshTokenDead));

fn hours(number: u64) -> u64 {
    number * HOUR.as_secs()
}

async fn connection(kept: &Kept) -> ConnectionView {
    kept.detail().await.connection
}

/// How many hours are left until it says that it may end.
async fn hours_left(kept: &Kept) -> i64 {
    (connection(kept).await.safe_until.unwrap() - now(kept)).whole_hours()
}

fn now(kept: &Kept) -> OffsetDateTime {
    use connect_core::ports::Clock;
    kept.core.clock.now()
}

/// The agent looks every quarter of an hour, for so long.
async fn live(kept: &mut Kept, hours: u32) {
    for _ in 0..hours * 4 {
        kept.advance(HOUR / 4);
        kept.look().await;
    }
}

async fn with(policy: RefreshPolicy) -> Kept {
    let kept = Kept::new().await;
    kept.org.change(|switches| switches.refresh_policy = policy);
    // As after a sign-in under this policy.
    kept.check().await;
    kept
}

fn says_no_ends(kept: &Kept) {
    kept.org.fault(Fault::new(What::Maintenance).at(Endpoint::Introspect));
}

#[tokio::test]
async fn an_org_that_ends_unused_sign_ins_after_hours_has_them_used_in_time() {
    let _turn = one_at_a_time();
    for limit in [1, 2, 12, 36] {
        let mut kept = with(RefreshPolicy::IfNotUsed { seconds: hours(limit) }).await;
        live(&mut kept, 48).await;
        assert_eq!(kept.stands().await, SIGNED_IN, "{limit} hours");
        assert!(
            hours_left(&kept).await < i64::try_from(limit).unwrap(),
            "{limit} hours: no more is promised"
        );
        let refreshes = kept.org.counters().refreshes;
        let most = 48 * 5 / limit.min(24) + 2;
        assert!(refreshes <= most, "{limit} hours: {refreshes} refreshes in two days");
        assert!(kept.warnings().is_empty(), "{limit} hours: nobody was bothered");
    }
}

#[tokio::test]
async fn what_the_org_does_not_say_is_learnt_from_a_sign_in_that_ended() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    says_no_ends(&kept);
    // More than half of the longest time between two uses, so that one end teaches enough.
    kept.org.change(|switches| switches.refresh_policy = RefreshPolicy::IfNotUsed { seconds: hours(14) });
    live(&mut kept, 25).await;
    assert_eq!(kept.stands().await, ENDED, "nobody could know");
    let causes = connection(&kept).await.health.causes;
    assert!(causes.iter().any(|cause| cause.contains("was not used for")), "{causes:?}");
    kept.reconnect().await.finish(&kept.org).await;
    live(&mut kept, 72).await;
    assert_eq!(kept.stands().await, SIGNED_IN, "from then on it is used in time");
    assert!(hours_left(&kept).await < 24, "and no more is promised than the last one lived");
}

#[tokio::test]
async fn what_was_learnt_is_let_go_of_once_a_sign_in_outlives_it() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    says_no_ends(&kept);
    kept.org.revoke_all();
    live(&mut kept, 25).await;
    kept.reconnect().await.finish(&kept.org).await;
    assert!(hours_left(&kept).await < 25, "it may have been for want of use");
    kept.advance(HOUR * 70);
    kept.look().await;
    assert_eq!(kept.stands().await, SIGNED_IN, "asleep for three days");
    assert!(hours_left(&kept).await > 24 * 29, "it was not");
}

#[tokio::test]
async fn an_end_that_comes_anyway_is_said_before_and_when_it_is_there() {
    let _turn = one_at_a_time();
    let mut kept = with(RefreshPolicy::After { seconds: hours(72) }).await;
    live(&mut kept, 40).await;
    let view = connection(&kept).await;
    assert!(view.health.text.contains("however often it is used"), "{:?}", view.health);
    let left = hours_left(&kept).await;
    assert!((30..=32).contains(&left), "when it comes: in {left} hours");
    live(&mut kept, 48).await;
    assert_eq!(kept.stands().await, ENDED, "it has come");
    let warnings = kept.warnings();
    assert_eq!(warnings, [7, 1, 0], "told, once each");
    let refreshes = kept.org.counters().refreshes;
    assert!(refreshes < 8, "nobody tries to keep what cannot be kept: {refreshes} refreshes");
}

#[tokio::test]
async fn a_policy_that_is_lifted_is_noticed() {
    let _turn = one_at_a_time();
    let mut kept = with(RefreshPolicy::After { seconds: hours(72) }).await;
    live(&mut kept, 30).await;
    kept.org.change(|switches| switches.refresh_policy = RefreshPolicy::UntilRevoked);
    live(&mut kept, 30).await;
    assert!(hours_left(&kept).await > 24 * 27, "nothing ends it any more");
}
