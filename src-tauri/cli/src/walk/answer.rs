//! A sealed answer, pasted where key and secret are asked for.

use std::ops::ControlFlow::{Break, Continue};

use connect_core::{
    contract::{
        intent,
        view::{AnswerOpened, Failure},
    },
    guide::StepId,
    sealed::{self, NoAnswer},
    secret::Secret,
};

use super::{Flow, Walk, choices::LEFT};
use crate::{
    end, output, session,
    terminal::{self, Answer, Typing},
};

/// The most lines that are read of one: a mail client breaks them shorter than the page does.
const MOST_LINES: usize = 200;

impl Walk<'_> {
    /// Reads the answer that begins with this line, and opens it for this org.
    pub(super) async fn answer(&mut self, first: &Secret) -> Result<Flow, Failure> {
        // EXPOSE: joined with its other lines, as one text again.
        let mut text = first.expose().to_owned();
        for _ in 0..MOST_LINES {
            if sealed::is_whole(&text) {
                break;
            }
            match terminal::question("", Typing::Hidden).await {
                Answer::Line(line) => {
                    text.push('\n');
                    // EXPOSE: as above.
                    text.push_str(line.expose());
                }
                Answer::EndOfInput => return Ok(Break(LEFT)),
                Answer::AskedToEnd => return Ok(Break(end::ASKED)),
            }
        }
        match self.opened(&Secret::new(text)).await {
            Ok(opened) => {
                say(&opened);
                self.pair = None;
                self.read().await.map(Continue)
            }
            Err(failure) => {
                output::failure(&failure);
                self.go_to(StepId::Paste).await
            }
        }
    }

    async fn opened(&self, pasted: &Secret) -> Result<AnswerOpened, Failure> {
        let text = sealed::alone(pasted).map_err(NoAnswer::failure)?;
        let open = intent::OpenAnswer { text, host: Some(self.setup.host.clone()), request: None };
        session::call(self.client, open).await
    }
}

/// Says what an answer held, as far as it may be told.
pub(crate) fn say(opened: &AnswerOpened) {
    let AnswerOpened { request, key, exchanged, notes, .. } = opened;
    let shown = if key.start.is_empty() {
        format!("{} characters", key.length)
    } else {
        format!("{}…{}", key.start, key.end)
    };
    output::hint(&format!(
        "The answer to your request {} for {} is opened: a Consumer Key ({shown}) and a Consumer Secret.",
        request.number, request.host
    ));
    output::hint(
        "Once you have signed in with them, the request has ended. If the org refuses them, the admin can answer it again with the same page.",
    );
    if *exchanged {
        output::hint("The two stood in each other's place, and were exchanged.");
    }
    for note in notes {
        output::hint(&note.message);
        note.fix.iter().for_each(|step| output::hint(&format!("  - {step}")));
    }
}
