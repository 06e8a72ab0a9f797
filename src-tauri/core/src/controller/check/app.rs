//! The app from outside, line by line beside the guide: what it grants, what it requires, and how long it lets a sign-in live.

use tokio::time::timeout;

use super::{LONGEST_AUDIT, around::as_in_the_guide, late};
use crate::{
    contract::view::{CallbackAudit, CallbackLine, CheckId, CheckState, Exact, Failure, Finding, Seen},
    controller::Controller,
    explain::{self, Code},
    guide::StepId,
    lifecycle::health,
    org::{address::Address, salesforce},
    secret::Secret,
    vault::Record,
};

const PKCE: &str = "Require Proof Key for Code Exchange (PKCE) extension for Supported Authorization Flows";

fn say(id: CheckId, state: CheckState, facts: &[(&str, &str)]) -> Finding {
    explain::finding(id, state, None, facts)
}

/// The granted scopes beside the two that the guide selects.
pub(super) fn scopes(record: &Record) -> Finding {
    let granted: Vec<&str> = record.scope.split_whitespace().collect();
    let refreshes = salesforce::REFRESH_SCOPES.iter().any(|scope| granted.contains(scope));
    let enough = granted.contains(&"api") && refreshes;
    if enough {
        return say(CheckId::Scopes, CheckState::Pass, &[]);
    }
    let missing = if refreshes { salesforce::API_SCOPE_LABEL } else { salesforce::REFRESH_SCOPE_LABEL };
    explain::finding(CheckId::Scopes, CheckState::Fail, Some(Code::ScopeMissing), &[("found", missing)])
}

/// Whether the app requires the proof of who started a sign-in.
pub(super) fn challenge(requires: Option<bool>, knows_the_key: bool, host: &str) -> Finding {
    let state = match requires {
        Some(true) => CheckState::Pass,
        Some(false) => CheckState::Warn,
        None if knows_the_key => CheckState::Unknown,
        None => CheckState::Skip,
    };
    let found = say(CheckId::Pkce, state, &[]);
    if state == CheckState::Warn {
        as_in_the_guide(found, StepId::Security, &format!("Check {PKCE}."), host)
    } else {
        found
    }
}

/// Every line of the guide's block, as the org answers about it.
fn of_audit(audit: &CallbackAudit, host: &str) -> Finding {
    let of = |state| audit.lines.iter().filter(move |line| line.state == state);
    let missing: Vec<&CallbackLine> = of(CheckState::Fail).chain(of(CheckState::Warn)).collect();
    let (count, all) = (missing.len().to_string(), audit.lines.len().to_string());
    let facts = [("missing", count.as_str()), ("all", all.as_str())];
    if missing.is_empty() {
        let untold = audit.lines.iter().find(|line| line.state != CheckState::Pass);
        return match untold {
            None => say(CheckId::Lines, CheckState::Pass, &facts),
            Some(line) => {
                let facts = [("line", line.line.as_str()), ("answer", line.message.as_str())];
                say(CheckId::Lines, CheckState::Unknown, &facts)
            }
        };
    }
    let found = say(CheckId::Lines, CheckState::Warn, &facts);
    let mut found = as_in_the_guide(found, StepId::Oauth, "Enter into Callback URL:", host);
    let lines: Vec<String> = missing.iter().map(|line| line.line.clone()).collect();
    if let Some(fix) = found.fix.first_mut() {
        let (text, scopes) = (fix.clone(), Vec::new());
        *fix = format!("{text}\n{}", lines.join("\n"));
        found.exact = vec![Exact { of: 0, text, lines, scopes }];
    }
    // A line that stands there with a slip is told with it.
    let with_a_slip = missing.iter().filter(|line| line.registered_as.is_some());
    found.fix.extend(with_a_slip.map(|line| line.message.clone()));
    found
}

impl Controller {
    /// Asks about every line of Callback URL, one after the other, without the secret.
    pub(super) async fn lines(&self, address: &Address, key: &Secret, knows_the_key: bool) -> Finding {
        if !knows_the_key {
            return say(CheckId::Lines, CheckState::Skip, &[]);
        }
        let audit = self.audit_callbacks(address.origin().as_str(), key);
        match timeout(LONGEST_AUDIT, audit).await {
            Ok(Ok(audit)) => of_audit(&audit, address.host()),
            Ok(Err(Failure { code, message, fix, .. })) => {
                let found = explain::finding(CheckId::Lines, CheckState::Unknown, Some(code), &[]);
                Finding { message, fix, ..found }
            }
            Err(_) => late(CheckId::Lines, address.host(), LONGEST_AUDIT),
        }
    }

    /// When somebody signed in last.
    pub(super) async fn last_sign_in(&self, record: &Record) -> Finding {
        match self.health_record(&record.id).await {
            Ok(known) => {
                let when = health::minute(health::signed_in_at(record, &known));
                let facts = [("when", when.as_str()), ("user", record.username.as_str())];
                say(CheckId::SignIn, CheckState::Pass, &facts)
            }
            Err(_) => say(CheckId::SignIn, CheckState::Unknown, &[]),
        }
    }

    /// What the org says of the refresh token, whether refreshes replace it, and what is known of its life. Introspection that calls
    /// it dead proves nothing while tokens come.
    pub(super) async fn refresh_findings(&self, record: &Record, is_active: Option<bool>) -> [Finding; 3] {
        let seen = self.show(&record.alias).await.map(|detail| detail.seen).unwrap_or_default();
        of_refresh(&seen, is_active)
    }
}

fn of_refresh(seen: &Seen, is_active: Option<bool>) -> [Finding; 3] {
    let state = if is_active == Some(true) { CheckState::Pass } else { CheckState::Unknown };
    let rotation = if seen.rotates {
        "Each refresh replaces the refresh token, and the new one is stored first."
    } else {
        "No refresh has replaced the refresh token so far."
    };
    let life = if seen.policy.is_empty() { CheckState::Unknown } else { CheckState::Pass };
    [
        say(CheckId::Refresh, state, &[]),
        say(CheckId::Rotation, CheckState::Pass, &[("rotation", rotation)]),
        say(CheckId::Life, life, &[("policy", &seen.policy)]),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &str = "acme.my.salesforce.com";

    #[test]
    fn an_app_without_pkce_is_shown_the_step_of_the_guide() {
        assert_eq!(challenge(Some(true), true, HOST).state, CheckState::Pass);
        assert_eq!(challenge(None, true, HOST).state, CheckState::Unknown);
        assert_eq!(challenge(None, false, HOST).state, CheckState::Skip);
        let open = challenge(Some(false), true, HOST);
        assert_eq!(open.state, CheckState::Warn);
        assert!(open.fix[0].starts_with("In the guide: Check two boxes under Security"), "{open:?}");
        assert!(open.fix[0].contains(PKCE), "{open:?}");
        assert_eq!(open.setup.unwrap().host.as_deref(), Some(HOST), "and the way to the app");
    }

    fn audit(states: [CheckState; 3], slip: Option<&str>) -> CallbackAudit {
        let line = |(number, state): (usize, CheckState)| CallbackLine {
            line: format!("http://localhost:{number}/a"),
            state,
            registered_as: slip.filter(|_| state == CheckState::Fail).map(str::to_owned),
            message: "It stands there otherwise.".to_owned(),
        };
        CallbackAudit { lines: states.into_iter().enumerate().map(line).collect(), told: None }
    }

    #[test]
    fn every_line_that_is_missing_is_to_be_entered_as_in_the_guide() {
        use CheckState::{Fail, Pass, Unknown, Warn};
        assert_eq!(of_audit(&audit([Pass; 3], None), HOST).state, Pass);
        let untold = of_audit(&audit([Pass, Unknown, Pass], None), HOST);
        assert_eq!(untold.state, Unknown, "{untold:?}");
        assert!(untold.message.contains("http://localhost:1/a"), "{untold:?}");
        let missing = of_audit(&audit([Pass, Fail, Unknown], None), HOST);
        assert_eq!(missing.state, Warn, "{missing:?}");
        assert!(missing.message.contains("lacks 1 of the 3 lines"), "{missing:?}");
        assert!(missing.fix[0].ends_with("Enter into Callback URL:\nhttp://localhost:1/a"), "{missing:?}");
        let exact = &missing.exact[0];
        assert_eq!(format!("{}\n{}", exact.text, exact.lines.join("\n")), missing.fix[0], "as data");
        assert_eq!(missing.fix.len(), 1, "{missing:?}");
        let slip = of_audit(&audit([Pass, Fail, Pass], Some("http://localhost:1/a/")), HOST);
        assert_eq!(slip.fix[1], "It stands there otherwise.", "{slip:?}");
    }

    #[test]
    fn rotation_and_life_have_lines_of_their_own() {
        let policy = "The app's policy ends it.".to_owned();
        let [refresh, rotation, life] =
            of_refresh(&Seen { rotates: true, policy, ..Seen::default() }, Some(true));
        assert!(refresh.state == CheckState::Pass && refresh.message.contains("refresh token works"));
        assert!(rotation.message.contains("Each refresh replaces"), "{rotation:?}");
        assert!(rotation.message.contains("Enable Refresh Token Rotation"), "beside the guide: {rotation:?}");
        assert!(life.message.starts_with("The app's policy ends it."), "{life:?}");
        let [refresh, rotation, life] = of_refresh(&Seen::default(), Some(false));
        assert_eq!(
            (refresh.state, life.state),
            (CheckState::Unknown, CheckState::Unknown),
            "nothing is guessed"
        );
        assert!(rotation.message.contains("so far"), "{rotation:?}");
    }
}
