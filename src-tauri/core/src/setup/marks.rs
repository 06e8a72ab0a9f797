//! The one function that says how far each step is.
//!
//! What the org said comes in [`Aspect`]s. Of each the newest conclusive word counts; what is inconclusive is no word at
//! all, and can neither prove a step nor spoil it.

use time::OffsetDateTime;

use super::Setup;
use crate::{
    explain::{self, Code, callbacks},
    guide::StepId,
    view::{CallbackAudit, CallbackLine, CheckId, CheckState, Failure, Finding, Mark, StepMark},
};

/// One thing that the org can be asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Aspect {
    Address,
    Key,
    Secret,
    Callback,
    Scopes,
    /// Whether edition and user may use the API.
    Api,
    SignIn,
}

/// What the org says of an aspect.
#[derive(Clone, Debug)]
struct Word {
    at: OffsetDateTime,
    right: bool,
    message: String,
    fix: Vec<String>,
}

/// How far each step is, in the order of the guide.
pub(super) fn marks(setup: &Setup, connected: bool) -> Vec<StepMark> {
    StepId::ALL.iter().map(|step| mark(setup, *step, connected)).collect()
}

fn mark(setup: &Setup, step: StepId, connected: bool) -> StepMark {
    let told = |mark, message, fix| StepMark { id: step.word().to_owned(), mark, message, fix };
    let connected_at = setup.connected_at.filter(|_| connected);
    let said_at = setup.said.iter().find(|said| said.step == step).map(|said| said.at);
    // Whoever says that a step is done has done something about what was wrong before; so has a sign-in that worked.
    let is_over = |word: &Word| said_at.max(connected_at).is_some_and(|at| at > word.at);
    let words = |aspects: &[Aspect]| -> Vec<Option<Word>> {
        aspects.iter().map(|aspect| newest(setup, *aspect)).collect()
    };
    let wrong = words(spoiled_by(step)).into_iter().flatten().find(|word| !word.right && !is_over(word));
    if let Some(word) = wrong {
        return told(Mark::Wrong, Some(word.message), word.fix);
    }
    let proofs = words(proved_by(step));
    let last = proofs.last().cloned().flatten();
    let all_right = proofs.iter().all(|word| word.as_ref().is_some_and(|word| word.right));
    if step == StepId::Org || connected_at.is_some() || (all_right && last.is_some()) {
        let message = last.filter(|word| word.right).map(|word| word.message);
        return told(Mark::Proved, message, Vec::new());
    }
    let (message, fix) = perhaps(setup, step).unwrap_or_default();
    told(if said_at.is_some() { Mark::Said } else { Mark::Open }, message, fix)
}

/// What has to be right for the step to be proved.
fn proved_by(step: StepId) -> &'static [Aspect] {
    match step {
        // A key that the org knows is that of an app, which somebody made there.
        StepId::Open | StepId::Details | StepId::Security | StepId::Wait => &[Aspect::Key],
        StepId::Oauth => &[Aspect::Callback],
        StepId::Copy => &[Aspect::Secret],
        StepId::Paste => &[Aspect::Key, Aspect::Secret],
        StepId::Org | StepId::Before | StepId::SignIn | StepId::Connected => &[],
    }
}

/// What makes the step wrong by being wrong.
fn spoiled_by(step: StepId) -> &'static [Aspect] {
    match step {
        StepId::Org => &[Aspect::Address],
        StepId::Before => &[Aspect::Api],
        StepId::Oauth => &[Aspect::Callback, Aspect::Scopes],
        StepId::Paste => &[Aspect::Key, Aspect::Secret],
        StepId::SignIn => &[Aspect::SignIn],
        StepId::Open
        | StepId::Details
        | StepId::Security
        | StepId::Copy
        | StepId::Wait
        | StepId::Connected => &[],
    }
}

/// The newest conclusive word on an aspect.
fn newest(setup: &Setup, aspect: Aspect) -> Option<Word> {
    let words = [from_findings(setup, aspect), from_audit(setup, aspect), from_sign_in(setup, aspect)];
    words.into_iter().flatten().max_by_key(|word| word.at)
}

fn from_findings(setup: &Setup, aspect: Aspect) -> Option<Word> {
    let (finding, at) = finding(setup, check_of(aspect)?)?;
    let right = match finding.state {
        CheckState::Pass => true,
        // An app that was just made may not be known everywhere with all its lines.
        CheckState::Fail if aspect == Aspect::Callback && setup.is_new(at) => return None,
        CheckState::Fail => false,
        CheckState::Warn | CheckState::Unknown | CheckState::Skip => return None,
    };
    Some(Word { at, right, message: finding.message.clone(), fix: finding.fix.clone() })
}

fn from_audit(setup: &Setup, aspect: Aspect) -> Option<Word> {
    let audit = setup.audit.as_ref()?;
    let word = match aspect {
        Aspect::Key => known(&audit.what)?,
        Aspect::Callback => lines(&audit.what, setup.is_new(audit.at))?,
        Aspect::Address | Aspect::Secret | Aspect::Scopes | Aspect::Api | Aspect::SignIn => return None,
    };
    let (right, Failure { message, fix, .. }) = word;
    Some(Word { at: audit.at, right, message, fix })
}

fn from_sign_in(setup: &Setup, aspect: Aspect) -> Option<Word> {
    let trouble = setup.trouble.as_ref()?;
    let Failure { code, message, fix, retryable } = trouble.what.clone();
    let word = Word { at: trouble.at, right: false, message, fix };
    (SPOILED.contains(&(code, aspect)) && !retryable).then_some(word)
}

/// What is told of a step that is neither proved nor wrong, where the org said something that may pass.
fn perhaps(setup: &Setup, step: StepId) -> Option<(Option<String>, Vec<String>)> {
    let told_by = [(StepId::Wait, CheckId::Key), (StepId::Oauth, CheckId::Callback)];
    let (_, check) = told_by.into_iter().find(|(told, _)| *told == step)?;
    let (finding, _) = finding(setup, check)?;
    let passing = matches!(finding.state, CheckState::Warn | CheckState::Fail);
    passing.then(|| (Some(finding.message.clone()), finding.fix.clone()))
}

fn finding(setup: &Setup, check: CheckId) -> Option<(&Finding, OffsetDateTime)> {
    let (findings, at) = setup.findings()?;
    findings.iter().find(|finding| finding.id == check).map(|finding| (finding, at))
}

fn check_of(aspect: Aspect) -> Option<CheckId> {
    match aspect {
        Aspect::Address => Some(CheckId::Address),
        Aspect::Key => Some(CheckId::Key),
        Aspect::Secret => Some(CheckId::Secret),
        Aspect::Callback => Some(CheckId::Callback),
        Aspect::Scopes | Aspect::Api | Aspect::SignIn => None,
    }
}

/// Only an org that knows the key says anything about a line.
fn known(audit: &CallbackAudit) -> Option<(bool, Failure)> {
    let told = audit.lines.iter().any(|line| matches!(line.state, CheckState::Pass | CheckState::Fail));
    told.then(|| {
        (true, said(explain::finding(CheckId::Key, CheckState::Pass, None, &[]).message, Vec::new()))
    })
}

/// One line that leads back to this computer is enough. That none does is certain once the app shows any of its lines, or
/// is no longer new.
fn lines(audit: &CallbackAudit, is_new: bool) -> Option<(bool, Failure)> {
    let ours: Vec<&CallbackLine> = audit.lines.iter().filter(|line| !is_hosted(line)).collect();
    if ours.iter().any(|line| line.state == CheckState::Pass) {
        let words = explain::finding(CheckId::Callback, CheckState::Pass, None, &[]).message;
        return Some((true, said(words, Vec::new())));
    }
    if ours.is_empty() || ours.iter().any(|line| line.state != CheckState::Fail) {
        return None;
    }
    let slips: Vec<&CallbackLine> = audit.lines.iter().filter(|line| line.registered_as.is_some()).collect();
    if !slips.is_empty() {
        let messages: Vec<&str> = slips.iter().map(|line| line.message.as_str()).collect();
        return Some((false, said(messages.join("\n"), callbacks::fix(&joined(&slips)))));
    }
    let has_hosted = audit.lines.iter().any(|line| is_hosted(line) && line.state == CheckState::Pass);
    let code = match (has_hosted, is_new) {
        (true, _) => Code::CallbackHostedOnly,
        (false, false) => Code::CallbackMissing,
        (false, true) => return None,
    };
    let missing: Vec<&CallbackLine> =
        audit.lines.iter().filter(|line| line.state == CheckState::Fail).collect();
    Some((false, explain::failure(code, &[("lines", &joined(&missing))])))
}

fn is_hosted(line: &CallbackLine) -> bool {
    line.line.starts_with("https://")
}

fn joined(lines: &[&CallbackLine]) -> String {
    lines.iter().map(|line| line.line.as_str()).collect::<Vec<_>>().join("\n")
}

fn said(message: String, fix: Vec<String>) -> Failure {
    Failure { code: Code::CallbackMissing, message, fix, retryable: false }
}

/// What a sign-in that failed for good tells of. What a second try may cure is not here.
const SPOILED: [(Code, Aspect); 21] = [
    (Code::AddressMoved, Aspect::Address),
    (Code::SecretWrong, Aspect::Secret),
    (Code::CallbackMissing, Aspect::Callback),
    (Code::CallbackHostedOnly, Aspect::Callback),
    (Code::ScopeMissing, Aspect::Scopes),
    (Code::RefreshTokenMissing, Aspect::Scopes),
    (Code::ApiDisabled, Aspect::Api),
    (Code::ApiRefused, Aspect::Api),
    (Code::Denied, Aspect::SignIn),
    (Code::IdentityMismatch, Aspect::SignIn),
    (Code::KindMismatch, Aspect::SignIn),
    (Code::SandboxRefreshed, Aspect::SignIn),
    (Code::InstanceElsewhere, Aspect::SignIn),
    (Code::AppNotInOrg, Aspect::SignIn),
    (Code::UserNotPermitted, Aspect::SignIn),
    (Code::AppBlocked, Aspect::SignIn),
    (Code::ApprovalFailed, Aspect::SignIn),
    (Code::AuthorizeRefused, Aspect::SignIn),
    (Code::InactiveUser, Aspect::SignIn),
    (Code::InactiveOrg, Aspect::SignIn),
    (Code::LoginRestricted, Aspect::SignIn),
];
