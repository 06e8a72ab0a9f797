//! The step that asks for key and secret, looks at them, and asks the org about them.

use std::ops::ControlFlow::{Break, Continue};

use connect_core::{
    contract::{
        intent::{self, Pasted},
        view::{CheckId, CheckState, Failure, Field, Looks, Understanding, Verdict},
    },
    guide::StepId,
    sealed,
    secret::Secret,
};

use super::{
    Flow, Pair, Walk,
    choices::{Choice, LEFT, choose},
};
use crate::{
    connections, end, output, session,
    terminal::{self, Answer, Typing},
    text::Page,
};

/// The outcome of asking for a value.
enum Typed {
    Value(Secret),
    Instead(Flow),
}

impl Walk<'_> {
    /// Asks for both values, then the org about them.
    pub(super) async fn paste(&mut self) -> Result<Flow, Failure> {
        self.show(StepId::Paste);
        let keys = ["[b] back", "[?] my screen looks different", "[q] leave, and go on later"];
        output::hint(&format!(
            "In place of a value:\n{}\n",
            Page::stderr().side_by_side(&keys.map(str::to_owned))
        ));
        let key = match self.value(Field::Key, &Secret::new("")).await? {
            Typed::Value(key) => key,
            Typed::Instead(flow) => return Ok(flow),
        };
        let secret = match self.value(Field::Secret, &key).await? {
            Typed::Value(secret) => secret,
            Typed::Instead(flow) => return Ok(flow),
        };
        let mut pair = Pair { key, secret };
        let understood = self.understand(&pair.key, &pair.secret).await?;
        if matches!(understood.looks, Some(Looks::Exchange { .. })) {
            match choose(Page::stderr(), "exchange the two", &[('v', "paste both again")]).await {
                Choice::Enter => pair = Pair { key: pair.secret, secret: pair.key },
                Choice::Key(_) => return Ok(Continue(())),
                Choice::Leave(code) => return Ok(Break(code)),
            }
        }
        self.pair = Some(pair);
        self.check().await
    }

    /// Asks the org about the pair, then goes on or names the wrong step.
    pub(super) async fn check(&mut self) -> Result<Flow, Failure> {
        let Some(Pair { key, secret }) = self.pair.clone() else {
            return self.go_to(StepId::Paste).await;
        };
        let address = self.setup.pasted_address.clone();
        output::hint(&format!("\nAsking {} …", self.setup.host));
        let pasted = Pasted { address: address.clone(), key: key.clone(), secret };
        let findings = match session::call(self.client, intent::Validate(pasted)).await {
            Ok(findings) => findings,
            Err(failure) => {
                output::failure(&failure);
                self.pair = None;
                return self.go_to(StepId::Paste).await;
            }
        };
        let (wrong, blamed) = if let Some(Verdict::Mend { check, field, .. }) = findings.verdict {
            (Some(check), field)
        } else {
            (None, None)
        };
        if wrong == Some(CheckId::Callback) {
            // Looks for a slip in each missing line. The set-up keeps the result.
            let audit = intent::AuditCallbacks { address, key };
            if let Err(failure) = self.client.call(audit).await {
                tracing::debug!(code = ?failure.code, "the callback lines could not be looked at one by one");
            }
        }
        self.read().await?;
        let (is_right, doubt) = (self.wrong().is_empty(), self.doubt(StepId::Oauth));
        for finding in findings.checks.iter().filter(|finding| finding.state != CheckState::Skip) {
            // Failures and warnings are printed in full with their step.
            let is_told_below = (finding.state == CheckState::Fail && !is_right)
                || (finding.state == CheckState::Warn && finding.id == CheckId::Callback && doubt.is_some());
            let message = if is_told_below { "" } else { &finding.message };
            let line = Page::stderr().wrapped(&connections::finding_head(finding), message);
            output::hint(line.trim_end());
        }
        match doubt {
            _ if !is_right => self.mend(blamed).await,
            Some(doubt) => self.weigh(&doubt).await,
            None => self.is_done(StepId::Paste).await,
        }
    }

    /// Asks for the one wrong value of the pair; the other one stays.
    pub(super) async fn paste_one(&mut self, field: Field) -> Result<Flow, Failure> {
        let Some(pair) = self.pair.take() else { return self.go_to(StepId::Paste).await };
        let keys = ["[b] show where both are", "[?] my screen looks different", "[q] leave, and go on later"];
        let keys = Page::stderr().side_by_side(&keys.map(str::to_owned));
        output::hint(&format!("The other value stays as it is. In place of this one:\n{keys}\n"));
        let pair = match self.value(field, &pair.key).await? {
            Typed::Value(secret) if field == Field::Secret => Pair { secret, ..pair },
            Typed::Value(key) => Pair { key, ..pair },
            Typed::Instead(flow) => return Ok(flow),
        };
        self.pair = Some(pair);
        self.mended = true;
        Ok(Continue(()))
    }

    /// Asks for a value until the person accepts one.
    async fn value(&mut self, field: Field, key: &Secret) -> Result<Typed, Failure> {
        let (name, typing) = match field {
            Field::Secret => ("Consumer Secret (not shown while you type or paste): ", Typing::Hidden),
            Field::Key | Field::Address | Field::Alias => ("Consumer Key: ", Typing::Shown),
        };
        let mut doubtful: Option<Secret> = None;
        loop {
            let words = if doubtful.is_some() {
                format!("Press Enter to use it all the same, or paste it again.\n{name}")
            } else {
                name.to_owned()
            };
            let line = match terminal::question(&words, typing).await {
                Answer::Line(line) => line,
                Answer::EndOfInput => return Ok(Typed::Instead(Break(LEFT))),
                Answer::AskedToEnd => return Ok(Typed::Instead(Break(end::ASKED))),
            };
            // EXPOSE: compared with the keys that can be pressed instead of a value.
            match line.expose().trim() {
                "" => match doubtful.take() {
                    Some(value) => return Ok(Typed::Value(value)),
                    None => continue,
                },
                "b" | "B" => return self.back(StepId::Paste).await.map(Typed::Instead),
                "q" | "Q" => return Ok(Typed::Instead(Break(LEFT))),
                "?" => {
                    self.show_variants(StepId::Copy);
                    self.show_variants(StepId::Paste);
                    continue;
                }
                _ => {}
            }
            // EXPOSE: only compared with the beginning of a sealed answer.
            if sealed::begins(line.expose()) {
                return self.answer(&line).await.map(Typed::Instead);
            }
            let Understanding { notes, looks, .. } = match field {
                Field::Secret => self.understand(key, &line).await?,
                Field::Key | Field::Address | Field::Alias => {
                    self.understand(&line, &Secret::new("")).await?
                }
            };
            // Swapped values need no second paste: the next question exchanges them.
            if let Some(Looks::Exchange { message }) = looks {
                output::hint(&message);
                return Ok(Typed::Value(line));
            }
            let notes = || notes.iter().filter(|note| note.field == field);
            for note in notes() {
                output::hint(&note.message);
                note.fix.iter().for_each(|step| output::hint(step));
            }
            if notes().all(|note| note.code.leaves_no_doubt()) {
                return Ok(Typed::Value(line));
            }
            // EXPOSE: only looked at for words. The lines above a sealed answer in a mail are none that Enter confirms.
            let is_prose = line.expose().trim().contains(char::is_whitespace);
            doubtful = (!is_prose && notes().all(|note| !note.blocks)).then_some(line);
        }
    }

    /// What the two values look like.
    async fn understand(&self, key: &Secret, secret: &Secret) -> Result<Understanding, Failure> {
        let pasted =
            Pasted { address: self.setup.pasted_address.clone(), key: key.clone(), secret: secret.clone() };
        self.client.call(intent::Understand(pasted)).await
    }
}
