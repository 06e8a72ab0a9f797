//! The end of the walk: what to do next in the Datatrax portal.

use connect_agent::{Ask, Client};
use connect_core::{
    contract::{
        intent,
        view::{Copied, Failure, OrgKind},
    },
    guide::{self, StepId, place},
};

use super::{
    Walk,
    choices::{Choice, choose},
    screen::open,
    trouble::tell,
};
use crate::{connections::print_findings, guide::heading, output, session, text::Page};

const REHEARSAL: &str =
    "A rehearsal ends here: the portal is for real orgs. The steps in your own org are the same.";

const KEYS: [(char, &str); 5] = [
    ('k', "copy the Consumer Key"),
    ('s', "copy the Consumer Secret"),
    ('o', "open the portal"),
    ('d', "done: the portal shows it as connected"),
    ('c', "check the connection"),
];

impl Walk<'_> {
    /// Hands key and secret on for the portal as often as the person wants. The org stays connected in any case.
    pub(super) async fn finish(&mut self) -> Result<(), Failure> {
        self.read().await?;
        let is_practice = self.setup.address.kind == OrgKind::Practice;
        if is_practice {
            self.end_rehearsal();
        } else {
            self.show(StepId::Connected);
        }
        let Some(name) = self.setup.alias.clone() else { return Ok(()) };
        // As in the window: whoever has just signed in need not know that this can be asked for.
        self.check_connection(name.clone()).await;
        // The portal takes nothing of a practice org's.
        let keys = if is_practice { KEYS.get(4..).unwrap_or_default() } else { &KEYS };
        loop {
            let name = name.clone();
            match choose(Page::stderr(), "finish", keys).await {
                Choice::Key('k') => copy(self.client, "Consumer Key", intent::CopyKey { name }).await,
                Choice::Key('s') => copy(self.client, "Consumer Secret", intent::CopySecret { name }).await,
                Choice::Key('c') => self.check_connection(name).await,
                Choice::Key('d') => return self.portal_is_done(name).await,
                Choice::Key(_) => self.open_portal().await?,
                Choice::Enter | Choice::Leave(_) => return Ok(()),
            }
        }
    }

    fn end_rehearsal(&self) {
        let (page, step) = (Page::stderr(), StepId::Connected);
        let short = self.text(step).map_or("", |text| text.short.as_str());
        let heading = heading(page, place(&self.steps, step.word()), short);
        output::hint(&format!("\n{heading}{}\n", page.wrapped("", REHEARSAL)));
    }

    /// Whatever is found, the org is connected: this asks nothing of the person and ends nothing.
    async fn check_connection(&self, name: String) {
        output::hint("Checking the connection. This takes a few seconds.");
        match session::call(self.client, intent::Check::of(name)).await {
            Ok(findings) => print_findings(&findings),
            Err(failure) => output::failure(&failure),
        }
    }

    /// Puts the set-up away: as long as it is there, the window lists the portal's step as left.
    async fn portal_is_done(&self, name: String) -> Result<(), Failure> {
        session::call(self.client, intent::RemoveSetup { host: self.setup.host.clone() }).await?;
        output::hint(&format!("Nothing is left to do for {name}."));
        Ok(())
    }

    /// Says what the app lacks for the portal before the portal opens.
    async fn open_portal(&mut self) -> Result<(), Failure> {
        self.read().await?;
        if let Some(doubt) = self.doubt(StepId::Connected) {
            tell(Page::stderr(), "Look at this first: ", &doubt);
            output::hint("");
        }
        open(guide::PORTAL);
        Ok(())
    }
}

/// Puts a value on the clipboard, and says for how long.
pub(crate) async fn copy(client: &Client, what: &str, request: impl Ask<Reply = Copied>) {
    match session::call(client, request).await {
        Ok(Copied { cleared_after_seconds: Some(seconds) }) => output::hint(&format!(
            "The {what} is on the clipboard. It is taken off again after {}.",
            in_words(seconds)
        )),
        Ok(Copied { cleared_after_seconds: None }) => {
            output::hint(&format!(
                "The {what} is on the clipboard, and stays there until something else is copied."
            ));
        }
        Err(failure) => output::failure(&failure),
    }
}

/// A time that a value stays on the clipboard.
fn in_words(seconds: u64) -> String {
    if seconds < 120 { format!("{seconds} seconds") } else { format!("{} minutes", seconds / 60) }
}
