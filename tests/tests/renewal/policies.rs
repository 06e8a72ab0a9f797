//! Refresh Token Policies, which only an admin can read: a connection follows them nevertheless, and says how long it
//! lasts.

use std::time::Duration;

use connect_core::{
    contract::view::{ConnectionView, Ends, Status},
    explain::Code,
};
use connect_tests::{DAY, Kept, one_at_a_time};
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

/// The hours left until the connection says that it may end.
async fn hours_left(kept: &Kept) -> i64 {
    (connection(kept).await.safe_until.unwrap() - now(kept)).whole_hours()
}

fn now(kept: &Kept) -> OffsetDateTime {
    use connect_core::ports::Clock;
    kept.core.clock.now()
}

/// Lets the agent look every quarter of an hour, for this long.
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

/// Lets the agent look once a day, for this long.
async fn live_days(kept: &mut Kept, days: u32) {
    for _ in 0..days {
        kept.advance(DAY);
        kept.look().await;
    }
}

#[tokio::test]
async fn a_sign_in_that_is_never_idle_is_said_to_end_after_a_year_by_default_and_a_new_one_begins_another() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.org.change(|switches| switches.introspect_names_no_end = true);
    live_days(&mut kept, 300).await;
    let view = connection(&kept).await;
    assert_eq!((view.health.ends, kept.stands().await), (None, SIGNED_IN), "{:?}", view.health);
    assert!(hours_left(&kept).await > 24 * 28, "a month without use is safe");
    let seen = kept.detail().await.seen;
    let left = (seen.ends_by_default.unwrap() - now(&kept)).whole_days();
    assert!((64..=65).contains(&left), "when it would be: in {left} days");
    assert!(seen.ends_at.is_none() && seen.policy.contains("unless an admin chose another"), "{seen:?}");

    live_days(&mut kept, 50).await;
    let health = connection(&kept).await.health;
    assert_eq!((health.ends, health.at_risk), (Some(Ends::ByDefault), false), "weeks before: {health:?}");
    assert!(health.text.contains("cannot be seen from here: reconnect before"), "{health:?}");
    assert!(kept.warnings().is_empty(), "and nobody was bothered");
    live_days(&mut kept, 14).await;
    assert!(connection(&kept).await.health.at_risk, "the day before");
    assert_eq!(kept.warnings(), [7, 1], "told in time");

    kept.reconnect().await.finish(&kept.org).await;
    live_days(&mut kept, 10).await;
    assert_eq!(kept.stands().await, SIGNED_IN, "past the end of the first sign-in");
    assert_eq!(connection(&kept).await.health.ends, None, "the new one has a year of its own");
    live_days(&mut kept, 357).await;
    assert_eq!(kept.stands().await, ENDED, "which comes to its end");
    assert_eq!(kept.warnings(), [7, 1, 0], "told again");
    let causes = connection(&kept).await.health.causes;
    assert!(causes[0].contains("365 days ago"), "and what it was: {causes:?}");
}

#[tokio::test]
async fn a_sign_in_that_outlives_the_year_is_not_said_to_end_after_it() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    // An admin chose another policy.
    kept.org.change(|switches| switches.refresh_policy = RefreshPolicy::UntilRevoked);
    live_days(&mut kept, 364).await;
    assert_eq!(connection(&kept).await.health.ends, Some(Ends::ByDefault), "nobody can see that from here");
    live_days(&mut kept, 4).await;
    let detail = kept.detail().await;
    assert_eq!((detail.connection.health.ends, detail.seen.ends_by_default), (None, None), "let go of");
    assert_eq!(kept.stands().await, SIGNED_IN, "it works on");
    assert!(hours_left(&kept).await > 24 * 28, "and is as safe as before");
}

#[tokio::test]
async fn an_end_that_the_org_names_counts_in_the_place_of_the_default() {
    let _turn = one_at_a_time();
    let mut kept = with(RefreshPolicy::After { seconds: hours(24 * 100) }).await;
    live_days(&mut kept, 80).await;
    let detail = kept.detail().await;
    assert_eq!(detail.connection.health.ends, Some(Ends::Told), "{:?}", detail.connection.health);
    assert!(detail.seen.ends_at.is_some() && detail.seen.ends_by_default.is_none(), "{:?}", detail.seen);
}

#[tokio::test]
async fn a_new_sign_in_under_another_policy_begins_a_record_of_its_own() {
    let _turn = one_at_a_time();
    let soon = RefreshPolicy::IfNotUsed { seconds: hours(12) };
    let fixed = RefreshPolicy::After { seconds: hours(24 * 100) };
    for (before, after, ended) in [
        (soon, RefreshPolicy::UntilRevoked, false),
        (fixed, RefreshPolicy::UntilRevoked, false),
        (soon, fixed, true),
        (fixed, soon, true),
        (soon, fixed, false),
    ] {
        let mut kept = with(before).await;
        live(&mut kept, 3).await;
        if ended {
            kept.org.revoke_all();
            kept.advance(5 * HOUR);
            assert!(kept.token(true).await.is_err(), "{before:?}: it has ended");
        }
        kept.org.change(|switches| switches.refresh_policy = after);
        kept.reconnect().await.finish(&kept.org).await;
        let detail = kept.detail().await;
        let (seen, left) = (&detail.seen, hours_left(&kept).await);
        let unused = seen.unused_limit.map(|limit| limit.div_ceil(3600));
        let expected = match after {
            RefreshPolicy::UntilRevoked => (None, false, 24 * 29..=24 * 30),
            RefreshPolicy::After { .. } => (None, true, 24 * 29..=24 * 30),
            RefreshPolicy::Immediately | RefreshPolicy::IfNotUsed { .. } => (Some(12), true, 11..=12),
        };
        assert_eq!(
            (unused, seen.ends_at.is_some()),
            (expected.0, expected.1),
            "{before:?}, {after:?}: {seen:?}"
        );
        assert!(expected.2.contains(&left), "{before:?}, {after:?}: {left} hours");
    }
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
