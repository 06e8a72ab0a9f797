//! The conclusion from an org's answers about a pasted pair. Pure: computed here once for all faces.

use super::StepId;
use crate::{
    contract::view::{
        Awaited, CallbackAudit, CallbackLine, CheckId, CheckState, Field, Finding, Lines, Verdict,
    },
    explain::Code,
};

/// The verdict on these findings. `undoubted`: the person said that the app was made, and the key looks like one, so
/// that a wait for it may begin by itself.
///
/// Unknown results and warnings stop nothing. A wrong line is reported last: where key or secret is wrong too, the
/// lines may belong to another app.
pub fn verdict(findings: &[Finding], undoubted: bool) -> Verdict {
    let wrong = |finding: &&Finding| finding.state == CheckState::Fail;
    let first = findings.iter().filter(wrong).min_by_key(|finding| finding.id == CheckId::Callback);
    if let Some(finding) = first {
        return to_mend(finding, blamed(findings));
    }
    let passing = |id, code| {
        let mut warned = findings.iter().filter(|finding| finding.state == CheckState::Warn);
        warned.any(|finding| (finding.id, finding.code) == (id, Some(code)))
    };
    if passing(CheckId::Key, Code::KeyUnknown) {
        return Verdict::Waits { what: Awaited::Activation, by_itself: undoubted };
    }
    if passing(CheckId::Callback, Code::CallbackMissing) {
        // The person may want to look at the lines first.
        return Verdict::Waits { what: Awaited::Callback, by_itself: false };
    }
    let is_known = |finding: &Finding| finding.id == CheckId::Key && finding.state == CheckState::Pass;
    Verdict::Ready { key_known: findings.iter().any(is_known) }
}

fn to_mend(finding: &Finding, field: Option<Field>) -> Verdict {
    let Finding { id, message, fix, exact, .. } = finding.clone();
    match mended_at(id) {
        Some(step) => Verdict::Mend {
            check: id,
            step: step.word().to_owned(),
            field,
            message,
            fix,
            exact,
            hosted_helps: id == CheckId::Callback,
        },
        None => Verdict::Blocked { by: id, message, fix },
    }
}

/// The one value of the pair that the org objects to, so that the other one can stay. Swapped values are both wrong.
fn blamed(findings: &[Finding]) -> Option<Field> {
    let fails = |id| {
        let mut of_value = findings.iter().filter(|finding| finding.id == id);
        of_value.any(|finding| finding.state == CheckState::Fail && finding.code != Some(Code::Swapped))
    };
    match (fails(CheckId::Key), fails(CheckId::Secret)) {
        (true, false) => Some(Field::Key),
        (false, true) => Some(Field::Secret),
        (true, true) | (false, false) => None,
    }
}

/// The step at which a failed check is corrected. `None` if no step concerns it.
fn mended_at(check: CheckId) -> Option<StepId> {
    match check {
        CheckId::Address => Some(StepId::Org),
        CheckId::Key | CheckId::Secret | CheckId::Form => Some(StepId::Paste),
        CheckId::Callback | CheckId::Lines | CheckId::Scopes => Some(StepId::Oauth),
        CheckId::Pkce | CheckId::SecretAtRefresh => Some(StepId::Security),
        CheckId::Org | CheckId::Refresh | CheckId::SignIn => Some(StepId::SignIn),
        CheckId::Api | CheckId::Bulk => Some(StepId::Before),
        CheckId::Tls
        | CheckId::Clock
        | CheckId::Ports
        | CheckId::Limits
        | CheckId::Issuer
        | CheckId::Vault
        | CheckId::Rotation
        | CheckId::Life
        | CheckId::Slots => None,
    }
}

/// The answers with the conclusion from them.
pub fn judged(audit: CallbackAudit) -> CallbackAudit {
    let told = Some(lines(&audit.lines));
    CallbackAudit { told, ..audit }
}

fn lines(lines: &[CallbackLine]) -> Lines {
    let lacks = |line: &CallbackLine| matches!(line.state, CheckState::Warn | CheckState::Fail);
    let has = |line: &CallbackLine| line.state == CheckState::Pass;
    let asked: Vec<&CallbackLine> = lines.iter().filter(|line| line.state != CheckState::Skip).collect();
    let hosted_alone = asked.iter().any(|line| has(line))
        && asked.iter().all(|line| if is_hosted(line) { has(line) } else { lacks(line) });
    let missing = lines.iter().filter(|line| lacks(line)).map(|line| line.line.clone()).collect();
    Lines { missing, hosted_alone }
}

/// Whether the line is that of a web page.
pub(super) fn is_hosted(line: &CallbackLine) -> bool {
    line.line.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use CheckState::{Fail, Pass, Skip, Unknown, Warn};

    use super::*;
    use crate::explain;

    const HOSTED: &str = "https://www.getdatatrax.com/auth/salesforce/callback";
    const OURS: &str = "http://localhost:17177/auth/salesforce/callback";
    const LINK: &str = "com.getdatatrax.connect://auth/salesforce/callback";

    fn found(key: CheckState, callback: CheckState, secret: CheckState) -> Vec<Finding> {
        let finding = |id, state, code| {
            let code = Some(code).filter(|_| matches!(state, Warn | Fail));
            explain::finding(id, state, code, &[("lines", OURS)])
        };
        vec![
            finding(CheckId::Key, key, Code::KeyUnknown),
            finding(CheckId::Callback, callback, Code::CallbackMissing),
            finding(CheckId::Secret, secret, Code::SecretWrong),
        ]
    }

    #[test]
    fn what_follows_from_what_the_org_says_of_a_pair() {
        let activation = |by_itself| Verdict::Waits { what: Awaited::Activation, by_itself };
        let callback = || Verdict::Waits { what: Awaited::Callback, by_itself: false };
        let ready = |key_known| Verdict::Ready { key_known };
        let table = [
            // States of key, callback and secret: the verdict with a doubt, and without one.
            ((Pass, Pass, Pass), ready(true), ready(true)),
            ((Unknown, Unknown, Unknown), ready(false), ready(false)),
            ((Pass, Unknown, Unknown), ready(true), ready(true)),
            ((Warn, Unknown, Unknown), activation(false), activation(true)),
            ((Warn, Warn, Unknown), activation(false), activation(true)),
            ((Pass, Warn, Pass), callback(), callback()),
        ];
        for ((key, line, secret), doubted, undoubted) in table {
            let findings = found(key, line, secret);
            assert_eq!(verdict(&findings, false), doubted, "{key:?} {line:?} {secret:?}, with a doubt");
            assert_eq!(verdict(&findings, true), undoubted, "{key:?} {line:?} {secret:?}, without one");
        }
        assert_eq!(verdict(&[], true), ready(false), "nothing was told, and nobody is held up");
    }

    #[test]
    fn what_is_wrong_is_mended_at_its_step_and_with_the_lines_themselves() {
        let table = [
            // States of key, callback and secret: the check and the step to correct.
            ((Fail, Unknown, Unknown), CheckId::Key, "paste", false),
            ((Pass, Pass, Fail), CheckId::Secret, "paste", false),
            ((Pass, Fail, Fail), CheckId::Secret, "paste", false),
            ((Pass, Fail, Pass), CheckId::Callback, "oauth", true),
            ((Warn, Fail, Unknown), CheckId::Callback, "oauth", true),
        ];
        for ((key, line, secret), wrong, at, helps) in table {
            let told = verdict(&found(key, line, secret), true);
            let Verdict::Mend { check, step, exact, hosted_helps, .. } = &told else {
                panic!("{key:?} {line:?} {secret:?}: {told:?}")
            };
            assert_eq!((*check, step.as_str(), *hosted_helps), (wrong, at, helps), "{told:?}");
            let lines: Vec<&String> = exact.iter().flat_map(|exact| &exact.lines).collect();
            assert_eq!(lines == [OURS], wrong == CheckId::Callback, "{told:?}");
        }
    }

    #[test]
    fn the_one_wrong_value_is_named_so_that_the_other_can_stay() {
        let table = [
            // States of key, callback and secret: the value to paste again.
            ((Fail, Unknown, Unknown), Some(Field::Key)),
            ((Pass, Pass, Fail), Some(Field::Secret)),
            ((Pass, Fail, Fail), Some(Field::Secret)),
            ((Fail, Unknown, Fail), None),
            ((Pass, Fail, Pass), None),
        ];
        for ((key, line, secret), wanted) in table {
            let told = verdict(&found(key, line, secret), true);
            let Verdict::Mend { field, .. } = told else { panic!("{key:?} {line:?} {secret:?}: {told:?}") };
            assert_eq!(field, wanted, "{key:?} {line:?} {secret:?}");
        }
        let swapped = explain::finding(CheckId::Key, Fail, Some(Code::Swapped), &[]);
        let told = verdict(&[swapped], true);
        assert!(matches!(told, Verdict::Mend { field: None, .. }), "both are wrong: {told:?}");
    }

    #[test]
    fn what_no_step_is_about_blocks_and_says_why() {
        let tls = explain::finding(CheckId::Tls, Fail, Some(Code::NetworkTls), &[]);
        let told = verdict(std::slice::from_ref(&tls), true);
        assert_eq!(told, Verdict::Blocked { by: CheckId::Tls, message: tls.message, fix: tls.fix });
    }

    #[test]
    fn what_is_only_to_be_looked_at_stops_nobody() {
        let mut findings = found(Pass, Pass, Pass);
        findings[0] = explain::finding(CheckId::Key, Warn, Some(Code::AppNotInOrg), &[]);
        findings[1] = explain::finding(CheckId::Callback, Warn, Some(Code::CallbackHostedMissing), &[]);
        assert_eq!(verdict(&findings, true), Verdict::Ready { key_known: false });
    }

    #[test]
    fn the_hosted_line_stands_alone_when_the_lines_that_were_asked_about_say_so() {
        let told = |states: [CheckState; 3]| {
            let line = |(line, state): (&str, CheckState)| CallbackLine {
                line: line.to_owned(),
                state,
                registered_as: None,
                message: String::new(),
            };
            lines(&[HOSTED, OURS, LINK].into_iter().zip(states).map(line).collect::<Vec<_>>())
        };
        assert!(told([Pass, Fail, Fail]).hosted_alone && told([Pass, Fail, Skip]).hosted_alone);
        for states in [[Pass, Pass, Fail], [Pass, Unknown, Fail], [Fail, Fail, Fail], [Skip, Skip, Skip]] {
            assert!(!told(states).hosted_alone, "{states:?}");
        }
        assert_eq!(told([Pass, Warn, Fail]).missing, [OURS, LINK], "what is to be pasted once more");
        assert!(told([Pass, Unknown, Skip]).missing.is_empty(), "not what nobody knows");
    }
}
