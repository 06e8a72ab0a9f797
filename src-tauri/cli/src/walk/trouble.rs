//! What the org says is wrong: which step it is, what differs, and the way back there.

use std::ops::ControlFlow::Break;

use connect_core::{
    guide::StepId,
    view::{Failure, Mark, StepMark},
};

use super::{
    Flow, Walk,
    choices::{Choice, choose},
};
use crate::{output, text::Page};

/// What the org says of a step, and what to do about it.
pub(super) fn tell(page: Page, beginning: &str, mark: &StepMark) {
    let message = mark.message.as_deref().unwrap_or_default();
    message.lines().zip(std::iter::once(beginning).chain(std::iter::repeat(""))).for_each(
        |(line, beginning)| {
            output::hint(&page.wrapped("", &format!("{beginning}{line}")));
        },
    );
    for fix in &mark.fix {
        let mut lines = fix.lines();
        output::hint(&page.wrapped("- ", lines.next().unwrap_or_default()));
        // What is to be pasted stands alone, from the first column on.
        lines.for_each(output::hint);
    }
}

impl Walk<'_> {
    /// The steps that the org says are wrong, in the order of the guide.
    pub(super) fn wrong(&self) -> Vec<StepMark> {
        self.setup.steps.iter().filter(|mark| mark.mark == Mark::Wrong).cloned().collect()
    }

    /// Says which steps are wrong, and goes where the person wants to mend it.
    pub(super) async fn mend(&mut self) -> Result<Flow, Failure> {
        let wrong = self.wrong();
        for mark in &wrong {
            let step = StepId::of(&mark.id).unwrap_or(StepId::Paste);
            output::hint(&format!("\n{} is not right yet.", capitalized(&self.numbered(step))));
            tell(self.page, "", mark);
        }
        output::hint("");
        self.shown = None;
        let first = wrong.first().and_then(|mark| StepId::of(&mark.id)).unwrap_or(StepId::Paste);
        if first == StepId::Paste { self.mend_pair().await } else { self.mend_app(first).await }
    }

    /// The values are wrong: they are pasted again.
    async fn mend_pair(&mut self) -> Result<Flow, Failure> {
        let keys = [('b', "show where they are")];
        match choose(self.page, "paste both again", &keys).await {
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

    /// Something in the org is wrong: once it is changed there, the same values are asked about again.
    async fn mend_app(&mut self, step: StepId) -> Result<Flow, Failure> {
        let keys = [('b', "show that step"), ('v', "paste other values")];
        match choose(self.page, "I have changed it: ask again", &keys).await {
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
