//! Computes the state of each step.
//!
//! The org's answers are grouped by [`Aspect`]. The newest conclusive answer to each counts; an inconclusive one can
//! neither prove a step nor make it wrong. A problem that may pass, or concerns the portal alone, is a doubt.

use time::OffsetDateTime;

use super::{Setup, Trouble};
use crate::{
    contract::view::{
        CallbackAudit, CallbackLine, CheckId, CheckState, Exact, Failure, Finding, Mark, StepMark,
    },
    explain::{self, Code, callbacks},
    guide::{StepId, verdict::is_hosted},
};

/// A property that the org can be asked about.
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

/// The org's answer about an aspect.
#[derive(Clone, Debug)]
struct Word {
    at: OffsetDateTime,
    right: bool,
    told: Told,
}

/// The answer in words, with the values to enter.
#[derive(Clone, Debug, Default)]
struct Told {
    message: String,
    fix: Vec<String>,
    exact: Vec<Exact>,
}

impl Told {
    fn right(message: String) -> Self {
        Self { message, ..Self::default() }
    }

    fn of(finding: &Finding) -> Self {
        let Finding { message, fix, exact, .. } = finding.clone();
        Self { message, fix, exact }
    }

    fn failure(code: Code, facts: &[(&str, &str)]) -> Self {
        let Failure { message, fix, .. } = explain::failure(code, facts);
        Self { message, fix, exact: explain::exact(code, facts) }
    }
}

/// The state of each step, in the guide's order.
pub(super) fn marks(setup: &Setup, connected: bool) -> Vec<StepMark> {
    StepId::ALL.iter().map(|step| mark(setup, *step, connected)).collect()
}

fn mark(setup: &Setup, step: StepId, connected: bool) -> StepMark {
    let plain = |mark, message| StepMark {
        id: step.word().to_owned(),
        mark,
        message,
        fix: Vec::new(),
        exact: Vec::new(),
    };
    let told =
        |mark, told: Told| StepMark { fix: told.fix, exact: told.exact, ..plain(mark, Some(told.message)) };
    let connected_at = setup.connected_at.filter(|_| connected);
    let said_at = said_at(setup, step);
    // Marking a step as done, or a sign-in that worked, overrules earlier objections.
    let is_over = |word: &Word| said_at.max(connected_at).is_some_and(|at| at > word.at);
    let words = |aspects: &[Aspect]| -> Vec<Option<Word>> {
        aspects.iter().map(|aspect| newest(setup, *aspect)).collect()
    };
    let wrong = words(spoiled_by(step)).into_iter().flatten().find(|word| !word.right && !is_over(word));
    if let Some(word) = wrong {
        return told(Mark::Wrong, word.told);
    }
    let doubt = missing_line(setup, step).filter(|word| !is_over(word));
    if let Some(word) = doubt.or_else(|| portal_line(setup, step, connected)) {
        return told(Mark::Doubted, word.told);
    }
    let proofs = words(proved_by(step));
    let last = proofs.last().cloned().flatten();
    let all_right =
        last.is_some() && proofs.iter().flatten().filter(|word| word.right).count() == proofs.len();
    if all_right || (connected_at.is_some() && shows_in_sign_in(step)) {
        return plain(Mark::Proved, last.filter(|word| word.right).map(|word| word.told.message));
    }
    let mark = match said_at {
        // Naming the org completes this step.
        _ if step == StepId::Org => Mark::Said,
        Some(_) => Mark::Said,
        None if is_implied(setup, step, connected_at.is_some()) => Mark::Implied,
        None => Mark::Open,
    };
    match perhaps(setup, step) {
        Some(passing) => told(mark, passing),
        None => plain(mark, None),
    }
}

fn said_at(setup: &Setup, step: StepId) -> Option<OffsetDateTime> {
    setup.said.iter().find(|said| said.step == step).map(|said| said.at)
}

/// Whether the org's answers would be impossible without the step. They prove none of its details.
fn is_implied(setup: &Setup, step: StepId, connected: bool) -> bool {
    match step {
        // A key that the org knows belongs to an app, which somebody made there.
        StepId::Open | StepId::Details | StepId::Security => {
            connected || newest(setup, Aspect::Key).is_some_and(|word| word.right)
        }
        StepId::Before => connected,
        StepId::Org
        | StepId::Oauth
        | StepId::Copy
        | StepId::Paste
        | StepId::Wait
        | StepId::SignIn
        | StepId::Connected => false,
    }
}

/// Whether a working sign-in proves the step.
fn shows_in_sign_in(step: StepId) -> bool {
    match step {
        StepId::Org | StepId::Oauth | StepId::Copy | StepId::Paste | StepId::Wait | StepId::SignIn => true,
        // No answer tells which boxes are checked, or what the portal has.
        StepId::Before | StepId::Open | StepId::Details | StepId::Security | StepId::Connected => false,
    }
}
/// The aspects that have to be right for the step to be proved.
fn proved_by(step: StepId) -> &'static [Aspect] {
    match step {
        StepId::Org => &[Aspect::Address],
        StepId::Oauth => &[Aspect::Callback],
        StepId::Copy => &[Aspect::Secret],
        StepId::Paste => &[Aspect::Key, Aspect::Secret],
        StepId::Wait => &[Aspect::Key],
        StepId::Before
        | StepId::Open
        | StepId::Details
        | StepId::Security
        | StepId::SignIn
        | StepId::Connected => &[],
    }
}

/// The aspects that make the step wrong.
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

/// The newest conclusive answer on an aspect.
fn newest(setup: &Setup, aspect: Aspect) -> Option<Word> {
    // Of equally old answers, the check of the pair has the fuller words.
    let words = [from_sign_in(setup, aspect), from_audit(setup, aspect), from_findings(setup, aspect)];
    words.into_iter().flatten().max_by_key(|word| word.at)
}

fn from_findings(setup: &Setup, aspect: Aspect) -> Option<Word> {
    let (finding, at) = finding(setup, check_of(aspect)?)?;
    let right = match finding.state {
        CheckState::Pass => true,
        // One line is there; the missing one is needed by the portal only.
        CheckState::Warn if finding.code == Some(Code::CallbackHostedMissing) => true,
        CheckState::Fail => false,
        CheckState::Warn | CheckState::Unknown | CheckState::Skip => return None,
    };
    let told = if finding.code == Some(Code::CallbackHostedMissing) { &registered() } else { finding };
    Some(Word { at, right, told: Told::of(told) })
}

/// The finding for a line that leads back to this computer.
fn registered() -> Finding {
    explain::finding(CheckId::Callback, CheckState::Pass, None, &[])
}

fn from_audit(setup: &Setup, aspect: Aspect) -> Option<Word> {
    let audit = setup.audit.as_ref()?;
    let word = match aspect {
        Aspect::Key => known(&audit.what)?,
        Aspect::Callback => lines(&audit.what, setup.is_new(audit.at))?,
        Aspect::Address | Aspect::Secret | Aspect::Scopes | Aspect::Api | Aspect::SignIn => return None,
    };
    let (right, told) = word;
    Some(Word { at: audit.at, right, told })
}

fn from_sign_in(setup: &Setup, aspect: Aspect) -> Option<Word> {
    let trouble = setup.trouble.as_ref()?;
    let Trouble { failure: Failure { code, message, fix, retryable, .. }, exact } = trouble.what.clone();
    let word = Word { at: trouble.at, right: false, told: Told { message, fix, exact } };
    (SPOILED.contains(&(code, aspect)) && !retryable).then_some(word)
}

/// The doubt about a step that is neither proved nor wrong, where the problem may pass.
fn perhaps(setup: &Setup, step: StepId) -> Option<Told> {
    let (finding, _) = finding(setup, CheckId::Key).filter(|_| step == StepId::Wait)?;
    let passing = matches!(finding.state, CheckState::Warn | CheckState::Fail);
    passing.then(|| Told::of(finding))
}

/// The doubt that none of our lines was found in an app that may not be active everywhere yet.
fn missing_line(setup: &Setup, step: StepId) -> Option<Word> {
    let (finding, at) = finding(setup, CheckId::Callback).filter(|_| step == StepId::Oauth)?;
    let is_doubt = finding.state == CheckState::Warn && finding.code == Some(Code::CallbackMissing);
    let is_newest = newest(setup, Aspect::Callback).is_none_or(|word| word.at < at);
    let word = Word { at, right: false, told: Told::of(finding) };
    (is_doubt && is_newest).then_some(word)
}

/// The doubt that Datatrax's own line is missing, which this computer does not need but the portal does.
fn portal_line(setup: &Setup, step: StepId, connected: bool) -> Option<Word> {
    let asked = step == StepId::Oauth || (step == StepId::Connected && connected);
    let audit = setup.audit.as_ref().filter(|_| asked)?;
    let line = audit.what.lines.iter().find(|line| is_hosted(line) && line.state == CheckState::Fail)?;
    // If ours are missing too, that is said instead.
    let ours = connected || newest(setup, Aspect::Callback).is_some_and(|word| word.right);
    let is_over = said_at(setup, StepId::Oauth).is_some_and(|at| at > audit.at);
    let mut told = Told::failure(Code::CallbackHostedMissing, &[("lines", line.line.as_str())]);
    if line.registered_as.is_some() {
        told.message = [line.message.as_str(), told.message.as_str()].join("\n");
    }
    (ours && !is_over).then_some(Word { at: audit.at, right: false, told })
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

/// Whether the org knows the key: only then does it answer about lines.
fn known(audit: &CallbackAudit) -> Option<(bool, Told)> {
    let told = audit.lines.iter().any(|line| matches!(line.state, CheckState::Pass | CheckState::Fail));
    told.then(|| (true, Told::right(explain::finding(CheckId::Key, CheckState::Pass, None, &[]).message)))
}

/// Whether a line leads back to this computer; one is enough. That none does is certain once the app shows any of its
/// lines, or is no longer new.
fn lines(audit: &CallbackAudit, is_new: bool) -> Option<(bool, Told)> {
    let asked = |line: &&CallbackLine| line.state != CheckState::Skip;
    let ours: Vec<&CallbackLine> = audit.lines.iter().filter(|line| !is_hosted(line)).filter(asked).collect();
    if ours.iter().any(|line| line.state == CheckState::Pass) {
        return Some((true, Told::right(registered().message)));
    }
    if ours.is_empty() || ours.iter().any(|line| line.state != CheckState::Fail) {
        return None;
    }
    let slips: Vec<&CallbackLine> = audit.lines.iter().filter(|line| line.registered_as.is_some()).collect();
    if !slips.is_empty() {
        let messages: Vec<&str> = slips.iter().map(|line| line.message.as_str()).collect();
        let lines = joined(&slips);
        let (fix, exact) = (callbacks::fix(&lines), callbacks::exact(&lines));
        return Some((false, Told { message: messages.join("\n"), fix, exact }));
    }
    let has_hosted = audit.lines.iter().any(|line| is_hosted(line) && line.state == CheckState::Pass);
    let code = match (has_hosted, is_new) {
        (true, _) => Code::CallbackHostedOnly,
        (false, false) => Code::CallbackMissing,
        (false, true) => return None,
    };
    let missing: Vec<&CallbackLine> =
        audit.lines.iter().filter(|line| matches!(line.state, CheckState::Fail | CheckState::Skip)).collect();
    Some((false, Told::failure(code, &[("lines", &joined(&missing))])))
}

fn joined(lines: &[&CallbackLine]) -> String {
    lines.iter().map(|line| line.line.as_str()).collect::<Vec<_>>().join("\n")
}

/// The aspects that a final failure of a sign-in makes wrong. Failures that a second try may cure are not listed.
const SPOILED: [(Code, Aspect); 24] = [
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
    (Code::BrowserElsewhere, Aspect::SignIn),
    (Code::AppNotInstalled, Aspect::SignIn),
    (Code::AttestationWanted, Aspect::SignIn),
    (Code::InactiveUser, Aspect::SignIn),
    (Code::InactiveOrg, Aspect::SignIn),
    (Code::LoginRestricted, Aspect::SignIn),
];
