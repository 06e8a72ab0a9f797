//! The texts that the walk prints.

use connect_core::{
    contract::view::{Mark, SetupView},
    explain,
    guide::{Step, StepId, place},
};
use time::OffsetDateTime;

use super::{Walk, trouble};
use crate::{
    guide::{self, Long},
    output,
    text::Page,
};

impl Walk<'_> {
    pub(super) fn greet(&self) {
        let SetupView { address, host, .. } = &self.setup;
        output::hint(&format!("Connecting {} ({host}).", address.words));
        let step = StepId::of(&self.setup.step).unwrap_or(StepId::Before);
        output::hint(&if step == StepId::Before {
            Page::stderr().wrapped(
                "",
                "Each step waits for you. You can leave at any time: your place is kept, here and in the window.",
            )
        } else {
            Page::stderr().wrapped("", &format!("Going on where you were, at {}.", self.numbered(step)))
        });
    }

    pub(super) fn say_how_to_go_on(&self) {
        let alias = self.alias.as_deref().map(|alias| format!(" --alias {}", explain::typed(alias)));
        let alias = alias.unwrap_or_default();
        output::hint("Your place is kept. Go on in the window, or here with:");
        output::hint(&format!("dtx connect {}{alias}", self.setup.pasted_address));
    }

    pub(super) fn say_since_when(&self) {
        if let Some(created_at) = self.setup.created_at {
            let minutes = (OffsetDateTime::now_utc() - created_at).whole_minutes();
            let since = match minutes {
                ..1 => "less than a minute".to_owned(),
                1 => "a minute".to_owned(),
                more => format!("{more} minutes"),
            };
            output::hint(&format!("You pressed Create {since} ago.\n"));
        }
    }

    /// Prints a step's text unless it is on the screen already, with what the org says is wrong.
    pub(super) fn show(&mut self, step: StepId) {
        if self.shown == Some(step) {
            return;
        }
        self.shown = Some(step);
        output::hint(&format!("\n{}", self.whole(step).trim_end_matches('\n')));
        for mark in self.setup.steps.iter().filter(|mark| mark.id == step.word()) {
            let beginning = match mark.mark {
                Mark::Wrong => "This is not right yet. ",
                Mark::Doubted => "Look at this: ",
                Mark::Open | Mark::Said | Mark::Implied | Mark::Proved => continue,
            };
            output::hint("");
            trouble::tell(Page::stderr(), beginning, mark);
        }
        output::hint("");
    }

    pub(super) fn show_variants(&self, step: StepId) {
        let variants = self.text(step).map(|step| guide::variants(Page::stderr(), step)).unwrap_or_default();
        output::hint(&format!("\n{}\n", variants.trim_end()));
    }

    /// The heading and text of a step.
    pub(super) fn whole(&self, step: StepId) -> String {
        let text = self.text(step).map(|step| {
            let heading = guide::heading(Page::stderr(), place(&self.steps, &step.id), &step.title);
            [heading, guide::body(Page::stderr(), step, Long::Named)].concat()
        });
        text.unwrap_or_default()
    }

    pub(super) fn text(&self, step: StepId) -> Option<&Step> {
        self.steps.iter().find(|text| text.id == step.word())
    }

    /// The step with its number, such as `step 3 of 8 (Callback URL and scopes)`.
    pub(super) fn numbered(&self, step: StepId) -> String {
        let short = self.text(step).map_or("", |text| text.short.as_str());
        let (number, count) = place(&self.steps, step.word());
        format!("step {number} of {count} ({short})")
    }
}

/// Opens an address in the browser.
pub(crate) fn open(url: &str) {
    output::hint(&match open::that_detached(url) {
        Ok(()) => format!("Your browser is opening at {url}"),
        Err(_) => format!("No browser could be opened. The address is {url}"),
    });
}
