//! Connections over time: kept alive, warned about, reached again, waiting for a setting, and disconnected while their
//! org is away.

use std::time::Duration;

use connect_core::{
    contract::{
        intent,
        view::{Disconnected, Failure, Revoked, Status},
    },
    explain::Code,
    platform::settings::Change,
};
use connect_tests::{DAY, Kept, one_at_a_time};
use practice_org::{Endpoint, Event, Fault, Org, What};
use tokio::{sync::watch, time::timeout};

fn away(org: &Org, is_away: bool) {
    org.change(|switches| switches.maintenance = is_away);
}

#[tokio::test]
async fn a_connection_that_nobody_uses_outlives_the_idle_limit() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.org.change(|switches| {
        switches.refresh_policy = practice_org::RefreshPolicy::IfNotUsed { seconds: 30 * 24 * 60 * 60 };
    });
    for _ in 0..40 {
        kept.advance(DAY);
        kept.look().await;
    }
    assert_eq!(kept.stands().await, (Status::Connected, None), "40 days later");
    assert_eq!(kept.org.counters().refreshes, 40, "one refresh a day");
    assert_eq!(kept.history().await.len(), 1, "and not a line of history for them");
    assert!(kept.warnings().is_empty(), "nobody was bothered");
    kept.look().await;
    assert_eq!(kept.org.counters().refreshes, 40, "what is not due is left alone");
}

#[tokio::test]
async fn an_org_that_stays_away_is_told_of_once_and_reached_again_without_a_sign_in() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    away(&kept.org, true);
    for day in 1..=30 {
        kept.advance(DAY);
        kept.look().await;
        kept.look().await;
        let expected: &[u8] = match day {
            23 => &[7],
            29 => &[1],
            _ => &[],
        };
        assert_eq!(kept.warnings(), expected, "day {day}: a week before, a day before, once each");
    }
    let health = kept.detail().await.connection.health;
    assert!(health.at_risk && health.since.is_some(), "at risk, and since when: {health:?}");
    away(&kept.org, false);
    kept.advance(DAY);
    kept.look().await;
    let lines = kept.history().await;
    assert!(lines[0].starts_with("Reached again. It could not be reached since 20"), "{lines:?}");
    let unreachable = lines.iter().filter(|line| line.starts_with("Could not be reached")).count();
    assert_eq!((unreachable, lines.len()), (1, 5), "one line for 30 days, two warnings: {lines:?}");
    assert_eq!(kept.stands().await, (Status::Connected, None), "the same sign-in");
    assert!(!kept.detail().await.connection.health.at_risk, "safe again");
}

#[tokio::test]
async fn an_end_is_told_once_with_its_likely_causes() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.org.revoke_all();
    kept.advance(DAY);
    for _ in 0..3 {
        kept.look().await;
        kept.advance(DAY);
    }
    assert_eq!(kept.warnings(), [0], "once");
    let connection = kept.detail().await.connection;
    let Status::NeedsYou = connection.status else { panic!("{connection:?}") };
    let causes = connection.health.causes;
    assert!(causes[0].contains("External Client Apps OAuth Usage"), "revoked, most likely: {causes:?}");
    assert!(causes.iter().any(|cause| cause.contains("more than five")), "or a sixth sign-in: {causes:?}");
    kept.reconnect().await.finish(&kept.org).await;
    kept.look().await;
    kept.org.revoke_all();
    kept.advance(DAY);
    kept.look().await;
    kept.look().await;
    assert_eq!(kept.warnings(), [0], "the next end is news again");
    assert!(kept.history().await.iter().any(|line| line.starts_with("Reconnected as")), "and noted");
}

#[tokio::test]
async fn refused_calls_need_a_setting_and_no_sign_in() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.org.change(|switches| switches.session_not_valid_for_rest = true);
    kept.advance(DAY);
    kept.look().await;
    assert_eq!(kept.stands().await, (Status::NeedsYou, Some(Code::ApiRefused)), "found by itself");
    assert!(
        kept.token(false).await.is_ok() && kept.token(true).await.is_ok(),
        "tokens are handed out all the same"
    );
    assert_eq!(kept.stands().await.1, Some(Code::ApiRefused), "a refresh does not disprove it");
    kept.look().await;
    assert_eq!(kept.warnings(), [0], "told once");
    let refreshes = kept.org.counters().refreshes;
    for _ in 0..5 {
        kept.look().await;
    }
    assert_eq!(kept.org.counters().refreshes, refreshes, "and looked at calmly");
    kept.org.change(|switches| switches.session_not_valid_for_rest = false);
    kept.check().await;
    assert_eq!(kept.stands().await, (Status::Connected, None), "a good check clears it");
    assert_eq!(kept.history().await[0], "Works again.", "and the history tells");
}

#[tokio::test]
async fn a_pair_that_is_known_again_is_found_by_a_check() {
    let _turn = one_at_a_time();
    let kept = Kept::new().await;
    kept.org.change(|switches| switches.activation_seconds = 1_000_000_000);
    assert_eq!(kept.token(true).await.unwrap_err().code, Code::KeyUnknown, "unknown, said in two ways");
    kept.org.change(|switches| switches.activation_seconds = 0);
    assert_eq!(kept.token(true).await.unwrap_err().code, Code::KeyUnknown, "and not asked again by itself");
    kept.check().await;
    assert_eq!(kept.stands().await, (Status::Connected, None), "a check tries, and no sign-in is needed");
}

#[tokio::test]
async fn a_pause_that_an_org_asks_for_is_kept_by_every_process() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    let what = What::Answer {
        status: 429,
        content_type: None,
        body: String::new(),
        retry_after: Some(3 * 24 * 60 * 60),
    };
    kept.org.fault(Fault::new(what).at(Endpoint::Token).times(1));
    assert_eq!(kept.token(true).await.unwrap_err().code, Code::RateLimited, "too many requests");
    let asked = kept.asked("token");
    kept.core.clock.advance(DAY / 2);
    kept.look().await;
    assert_eq!(kept.token(true).await.unwrap_err().code, Code::RateLimited, "the pause lasts a day at most");
    assert_eq!(kept.asked("token"), asked, "nobody asks before it is over");
    kept.core.clock.advance(DAY);
    assert!(kept.token(true).await.is_ok(), "then it works");
}

#[tokio::test]
async fn what_cannot_be_revoked_now_is_revoked_later() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    let token = kept.token(false).await.unwrap().access_token;
    // EXPOSE: checked at the org that issued it.
    let is_alive = |org: &Org| org.token_status(token.expose()).alive;
    away(&kept.org, true);
    assert!(matches!(kept.disconnect().await.revoked, Revoked::Later(_)), "the org is away");
    let list = kept.core.ask(intent::List).await.unwrap();
    assert!(list.is_empty(), "out of use at once");
    assert_eq!(kept.token(false).await.unwrap_err().code, Code::NameUnknown, "no token of it is handed out");
    assert_eq!(kept.leaving().await[0].alias, "p", "and it is said what is left to do");
    kept.look().await;
    assert_eq!(kept.leaving().await.len(), 1, "still away");
    away(&kept.org, false);
    assert!(is_alive(&kept.org), "alive until it is revoked");
    kept.advance(DAY / 24);
    kept.look().await;
    assert!(kept.leaving().await.is_empty() && !is_alive(&kept.org), "revoked, and forgotten");
}

#[tokio::test]
async fn a_disconnect_that_is_asked_for_again_revokes_what_is_left_to_do() {
    let _turn = one_at_a_time();
    let kept = Kept::new().await;
    away(&kept.org, true);
    for _ in 0..2 {
        assert!(matches!(kept.disconnect().await.revoked, Revoked::Later(_)), "the org is away");
    }
    away(&kept.org, false);
    let done = kept.disconnect().await;
    assert!(done.revoked == Revoked::Now(true) && done.proved_at.is_some(), "revoked and proved: {done:?}");
    let unknown: Result<Disconnected, Failure> =
        kept.core.ask(intent::Disconnect { name: "p".to_owned() }).await;
    assert_eq!(unknown.unwrap_err().code, Code::NameUnknown, "forgotten");
}

#[tokio::test]
async fn a_replaced_token_that_cannot_be_revoked_is_revoked_later() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.org.fault(Fault::new(What::Cut).at(Endpoint::Revoke).times(1));
    kept.reconnect().await.finish(&kept.org).await;
    assert_eq!(kept.org.counters().refresh_tokens_alive, 2, "the old one is still alive");
    assert_eq!(kept.leaving().await.len(), 1, "and not forgotten");
    kept.look().await;
    assert_eq!(kept.org.counters().refresh_tokens_alive, 1, "revoked");
    assert!(kept.leaving().await.is_empty() && kept.token(true).await.is_ok(), "and the new one works");
}

#[tokio::test]
async fn a_sandbox_that_was_refreshed_is_said_to_be_one() {
    let _turn = one_at_a_time();
    let kept = Kept::new().await;
    kept.org.happen(Event::SandboxRefresh);
    assert_eq!(kept.token(true).await.unwrap_err().code, Code::KeyUnknown, "its app is gone");
    let causes = kept.detail().await.connection.health.causes;
    assert!(
        causes[0].contains("sandbox was refreshed") && causes[0].contains("create the app again"),
        "{causes:?}"
    );
}

#[tokio::test]
async fn what_is_left_to_revoke_is_revoked_also_while_keep_alive_is_paused() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.core.controller.set(Change::KeepAlive(false)).await.unwrap();
    away(&kept.org, true);
    assert!(matches!(kept.disconnect().await.revoked, Revoked::Later(_)), "the org is away");
    away(&kept.org, false);
    kept.advance(DAY);
    kept.look().await;
    assert!(kept.leaving().await.is_empty(), "nothing is left to do");
    assert_eq!(kept.org.counters().refresh_tokens_alive, 0, "revoked");
}

#[tokio::test]
async fn a_pause_of_keep_alive_that_is_lifted_is_over_at_once() {
    let _turn = one_at_a_time();
    // With real time, no other look comes before the test is over.
    let kept = Kept::at_speed(1).await;
    let controller = kept.core.controller.clone();
    controller.set(Change::KeepAlive(false)).await.unwrap();
    kept.advance(2 * DAY);
    let (stop, stopped) = watch::channel(false);
    let supervisor = controller.clone();
    let keeping = tokio::spawn(async move { supervisor.keep_alive(stopped).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    assert_eq!(kept.org.counters().refreshes, 0, "while it is paused, an overdue connection is left alone");
    controller.set(Change::KeepAlive(true)).await.unwrap();
    let refreshed = async {
        while kept.org.counters().refreshes == 0 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(Duration::from_secs(300), refreshed).await.expect("used at once");
    stop.send_replace(true);
    keeping.await.unwrap();
}

#[tokio::test]
async fn a_clock_that_was_ahead_and_is_put_right_is_noticed_and_promises_nothing() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.core.clock.advance(90 * DAY);
    let pause =
        What::Answer { status: 429, content_type: None, body: String::new(), retry_after: Some(3600) };
    let ahead = kept.token(true).await.unwrap();
    kept.org.fault(Fault::new(pause).at(Endpoint::Token).times(1));
    assert_eq!(
        kept.token(true).await.unwrap_err().code,
        Code::RateLimited,
        "a pause by the clock that is ahead"
    );
    kept.core.clock.put_back(90 * DAY);
    assert_eq!(kept.detail().await.connection.safe_until, None, "nobody knows when it was used");
    let refreshes = kept.org.counters().refreshes;
    kept.look().await;
    assert_eq!(kept.org.counters().refreshes, refreshes + 1, "so it is used now");
    let safe_until = kept.detail().await.connection.safe_until.unwrap();
    assert!(safe_until < ahead.issued_at.unwrap(), "thirty days from now: {safe_until}");
    kept.core.clock.advance(99 * DAY);
    kept.token(true).await.unwrap();
    kept.core.clock.put_back(99 * DAY);
    let refreshes = kept.org.counters().refreshes;
    kept.token(true).await.unwrap();
    assert_eq!(kept.org.counters().refreshes, refreshes + 1, "--fresh is not met by a token of the future");
}

#[tokio::test]
async fn of_two_who_would_tell_one_does() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.org.revoke_all();
    kept.advance(DAY);
    kept.look_unseen().await;
    let tell = || {
        let controller = kept.core.controller.clone();
        tokio::spawn(async move {
            let untold = controller.untold().await.unwrap();
            let told = untold.ends.len();
            for end in untold.ends.clone() {
                // As long as a desktop takes.
                tokio::time::sleep(Duration::from_millis(50)).await;
                controller.told(end).await.unwrap();
            }
            told
        })
    };
    let (one, other) = (tell(), tell());
    assert_eq!(one.await.unwrap() + other.await.unwrap(), 1, "once");
}

#[tokio::test]
async fn what_nobody_could_be_shown_is_told_when_somebody_can_be() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    away(&kept.org, true);
    for _ in 0..24 {
        kept.advance(DAY);
        kept.look_unseen().await;
    }
    let lines = kept.history().await.len();
    drop(kept.core.controller.untold().await.unwrap());
    kept.look().await;
    kept.look().await;
    assert_eq!(kept.warnings(), [7], "seen late, and once");
    assert_eq!(kept.history().await.len(), lines + 1, "with its line of history");
    kept.org.clear_faults();
    away(&kept.org, false);
    kept.advance(DAY);
    kept.look().await;
    assert_eq!(kept.stands().await, (Status::Connected, None), "well again");
    assert!(kept.warnings().is_empty(), "which is not told");
}

#[tokio::test]
async fn a_plain_refusal_proves_nothing() {
    let _turn = one_at_a_time();
    let mut kept = Kept::new().await;
    kept.org.change(|switches| switches.session_not_valid_for_rest = true);
    kept.advance(DAY);
    kept.look().await;
    kept.org.change(|switches| switches.session_not_valid_for_rest = false);
    let page = What::Answer {
        status: 403,
        content_type: Some("text/html".to_owned()),
        body: "<html>Blocked</html>".to_owned(),
        retry_after: None,
    };
    kept.org.fault(Fault::new(page).at(Endpoint::Rest));
    kept.advance(DAY);
    kept.look().await;
    assert_eq!(
        kept.stands().await,
        (Status::NeedsYou, Some(Code::ApiRefused)),
        "a proxy's page disproves nothing"
    );
    kept.org.clear_faults();
    kept.advance(DAY);
    kept.look().await;
    assert_eq!(kept.stands().await, (Status::Connected, None), "the org's own answer does");
    assert_eq!(kept.history().await.iter().filter(|line| *line == "Works again.").count(), 1, "said once");
}
