//! The org's objections: which step is wrong, what differs, and the way back there.

use std::ops::ControlFlow::{Break, Continue};

use connect_core::{
    contract::{
        intent,
        view::{Awaited, Failure, Field, Mark, StepMark, Verdict},
    },
    guide::StepId,
};

use super::{
    Flow, Walk,
    choices::{Choice, choose},
};
use crate::{connections, output, text::Page};

/// Prints what the org says of a step, and what to do about it.
pub(super) fn tell(page: Page, beginning: &str, mark: &StepMark) {
    let message = mark.message.as_deref().unwrap_or_default();
    message.lines().zip(std::iter::once(beginning).chain(std::iter::repeat(""))).for_each(
        |(line, beginning)| {
            output::hint(&page.wrapped("", &format!("{beginning}{line}")));
        },
    );
    for (at, fix) in mark.fix.iter().enumerate() {
        let exact = mark.exact.iter().find(|exact| exact.of == at);
        output::hint(&page.wrapped("- ", exact.map_or(fix.as_str(), |exact| &exact.text)));
        // Lines to be pasted stand alone, without indent.
        exact.iter().flat_map(|exact| &exact.lines).for_each(|line| output::hint(line));
    }
}

impl Walk<'_> {
    /// The steps that the org objects to, in the guide's order. Not the sign-in, which is only tried again.
    pub(super) fn wrong(&self) -> Vec<StepMark> {
        let is_wrong = |mark: &&StepMark| mark.mark == Mark::Wrong && mark.id != StepId::SignIn.word();
        self.setup.steps.iter().filter(is_wrong).cloned().collect()
    }

    /// A warning of the org about this step, which does not stop the set-up.
    pub(super) fn doubt(&self, step: StepId) -> Option<StepMark> {
        let mut marks = self.setup.steps.iter();
        marks.find(|mark| mark.id == step.word() && mark.mark == Mark::Doubted).cloned()
    }

    /// A callback line is missing, or not known yet: the person goes on anyway, looks at the step, or has each line
    /// checked.
    pub(super) async fn weigh(&mut self, doubt: &StepMark) -> Result<Flow, Failure> {
        let step = StepId::Oauth;
        output::hint(&format!("\n{} should be looked at.", capitalized(&self.numbered(step))));
        tell(Page::stderr(), "", doubt);
        output::hint("");
        let waits = matches!(self.setup.verdict, Some(Verdict::Waits { what: Awaited::Callback, .. }));
        let go_on = if waits { "go on, and wait until the org knows one" } else { "go on without it" };
        let keys =
            [('b', "show that step"), ('c', "check every line"), ('a', "I have changed it: ask again")];
        loop {
            match choose(Page::stderr(), go_on, &keys).await {
                Choice::Enter => return self.is_done(StepId::Paste).await,
                Choice::Key('b') => {
                    self.shown = None;
                    return self.go_to(step).await;
                }
                Choice::Key('c') => {
                    self.check_every_line().await?;
                    if !self.wrong().is_empty() {
                        return self.mend(None).await;
                    }
                }
                Choice::Key(_) => {
                    self.mended = true;
                    return Ok(Continue(()));
                }
                Choice::Leave(code) => return Ok(Break(code)),
            }
        }
    }

    /// Checks each callback line of the app.
    async fn check_every_line(&mut self) -> Result<(), Failure> {
        let Some(pair) = self.pair.clone() else { return Ok(()) };
        let address = self.setup.pasted_address.clone();
        let audit = intent::AuditCallbacks { address, key: pair.key };
        let audit = match self.client.call(audit).await {
            Ok(audit) => audit,
            Err(failure) => {
                output::failure(&failure);
                return Ok(());
            }
        };
        for line in audit.lines {
            output::hint(&format!("{}  {}", connections::state_word(line.state), line.line));
            output::hint(&Page::stderr().wrapped("         ", &line.message));
        }
        output::hint("");
        self.read().await
    }

    /// Names the wrong steps, and goes to the one that the person wants to correct. `blamed` is the one wrong value, where it
    /// is one: it alone is asked for again.
    pub(super) async fn mend(&mut self, blamed: Option<Field>) -> Result<Flow, Failure> {
        let wrong = self.wrong();
        for mark in &wrong {
            let step = StepId::of(&mark.id).unwrap_or(StepId::Paste);
            output::hint(&format!("\n{} is not right yet.", capitalized(&self.numbered(step))));
            tell(Page::stderr(), "", mark);
        }
        output::hint("");
        self.shown = None;
        let first = wrong.first().and_then(|mark| StepId::of(&mark.id)).unwrap_or(StepId::Paste);
        match blamed {
            _ if first != StepId::Paste => self.mend_app(first).await,
            Some(field) => self.paste_one(field).await,
            None => self.mend_pair().await,
        }
    }

    /// For wrong values: they are pasted again.
    async fn mend_pair(&mut self) -> Result<Flow, Failure> {
        let keys = [('b', "show where they are")];
        match choose(Page::stderr(), "paste both again", &keys).await {
            Choice::Enter => {
                self.pair = None;
                self.shown = Some(StepId::Paste);
                self.go_to(StepId::Paste).await
            }
            Choice::Key(_) => {
                self.pair = None;
                self.go_to(StepId::Copy).await
            }
            Choice::Leave(code) => Ok(Break(code)),
        }
    }

    /// For a wrong setting in the org: after the change there, the same values are checked again.
    async fn mend_app(&mut self, step: StepId) -> Result<Flow, Failure> {
        let keys = [('b', "show that step"), ('v', "paste other values")];
        match choose(Page::stderr(), "I have changed it: ask again", &keys).await {
            Choice::Enter => {
                self.mended = true;
                self.is_done(step).await
            }
            Choice::Key('b') => self.go_to(step).await,
            Choice::Key(_) => {
                self.pair = None;
                self.go_to(StepId::Paste).await
            }
            Choice::Leave(code) => Ok(Break(code)),
        }
    }
}

fn capitalized(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
