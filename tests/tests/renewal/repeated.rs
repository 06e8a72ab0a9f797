//! Refusals that are repeated while the org is in trouble: within minutes they are one moment, and end nothing.

use std::time::Duration;

use connect_core::{contract::view::Status, explain::Code};
use connect_tests::{Kept, one_at_a_time};
use practice_org::{Endpoint, Fault, OauthError, What};

const DEAD: (&str, &str) = ("invalid_grant", "expired access/refresh token");
const NOT_INSTALLED: (&str, &str) = ("invalid_client", "app must be installed into org");

/// The code of a refresh that the org refuses in these words.
async fn refused(kept: &Kept, (error, description): (&str, &str)) -> Code {
    let refusal =
        OauthError { error: error.to_owned().into(), error_description: description.to_owned().into() };
    kept.org.change(|switches| switches.next_token_error = Some(refusal));
    kept.token(true).await.unwrap_err().code
}

#[tokio::test]
async fn refusals_in_a_row_end_nothing_while_the_org_is_in_trouble() {
    let _turn = one_at_a_time();
    let kept = Kept::at_speed(1).await;
    kept.org.fault(Fault::new(What::Maintenance).at(Endpoint::Introspect));
    // The org was away for hours before: that is no refusal.
    kept.org.fault(Fault::new(What::Maintenance).at(Endpoint::Token).times(1));
    kept.token(true).await.unwrap_err();
    kept.advance(Duration::from_secs(3 * 3600));
    for (said, code) in [(DEAD, Code::RefusalUnconfirmed), (NOT_INSTALLED, Code::AppNotInstalled)] {
        for _ in 0..3 {
            assert_eq!(refused(&kept, said).await, code, "{said:?}");
            assert_eq!(kept.stands().await, (Status::Unreachable, Some(code)), "{said:?}: nothing has ended");
        }
    }
    kept.org.clear_faults();
    assert!(kept.token(true).await.is_ok(), "once the org is well the same sign-in works");
    assert_eq!(kept.stands().await, (Status::Connected, None), "and says so");
}

#[tokio::test]
async fn a_refusal_that_is_repeated_minutes_later_is_believed() {
    let _turn = one_at_a_time();
    for (said, first, then) in [
        (DEAD, Code::RefusalUnconfirmed, Code::RefreshTokenDead),
        (NOT_INSTALLED, Code::AppNotInstalled, Code::AppNotInstalled),
    ] {
        let kept = Kept::at_speed(1).await;
        kept.org.fault(Fault::new(What::Maintenance).at(Endpoint::Introspect));
        assert_eq!(refused(&kept, said).await, first, "once");
        kept.advance(Duration::from_secs(6 * 60));
        assert_eq!(refused(&kept, said).await, then, "again");
        assert_eq!(kept.stands().await, (Status::NeedsYou, Some(then)), "a person is needed");
    }
}
