//! Lines that are pasted while a sign-in waits for its browser.

use connect_core::{
    contract::{intent, view::Failure},
    explain::Code,
    secret::Secret,
};

use super::Follower;
use crate::{output, terminal};

/// What is typed to end a sign-in whose refusal was explained.
const END: &str = "end";

impl Follower<'_> {
    pub(super) async fn paste_back(&mut self, line: Option<Secret>) -> Result<Option<u8>, Failure> {
        let Some(line) = line else {
            // At the end of input, the browser may still come back by itself.
            self.takes_address = false;
            return Ok(None);
        };
        if line.is_empty() {
            return Ok(None);
        }
        terminal::take_off_if_secret("", &line);
        // EXPOSE: compared with a word.
        let is_end = line.expose().trim().eq_ignore_ascii_case(END);
        let taken = match self.explained.take().filter(|_| is_end) {
            Some(refusal) => self.hand_on(&refusal, true).await,
            None => self.paste(line).await,
        };
        match taken {
            Ok(()) => {
                // Later lines are no answer to the sign-in.
                self.takes_address = false;
                Ok(None)
            }
            // The browser answered first; its result is on its way.
            Err(failure) if failure.code == Code::NothingUnderWay => Ok(None),
            // The pasted page only says why it is none; the sign-in still waits for the browser.
            Err(failure) if !failure.code.is_no_answer() => self.offer_to_end(&failure).map(|()| None),
            Err(failure) if terminal::is_present() => {
                output::failure(&failure);
                Ok(None)
            }
            Err(failure) => {
                self.give_up().await;
                Err(failure)
            }
        }
    }

    /// Says why the sign-in was refused. Whoever sits there can end it with that.
    fn offer_to_end(&mut self, failure: &Failure) -> Result<(), Failure> {
        self.say(failure)?;
        if terminal::is_present() && !self.is_json() {
            output::hint(&format!("To end the sign-in with that, type {END} and press Enter."));
        } else {
            self.explained = None;
        }
        Ok(())
    }

    /// Hands on a pasted line, alone or joined to the line before it where a terminal has wrapped one address.
    async fn paste(&mut self, line: Secret) -> Result<(), Failure> {
        let before = self.part.take();
        let mut taken = (self.hand_on(&line, false).await, line);
        if let (Some(before), Err(_)) = (before, &taken.0) {
            // EXPOSE: two lines of one address, joined and handed on.
            let whole = Secret::new(format!("{}{}", before.expose(), taken.1.expose()));
            let together = self.hand_on(&whole, false).await;
            if together.as_ref().map_or_else(|failure| failure.code == Code::PasteBackCut, |()| true) {
                taken = (together, whole);
            }
        }
        let (taken, text) = taken;
        match taken.as_ref().map_err(|failure| failure.code) {
            Err(Code::PasteBackCut) => self.part = Some(text),
            Err(code) if !code.is_no_answer() => self.explained = Some(text),
            Ok(()) | Err(_) => {}
        }
        taken
    }

    async fn hand_on(&self, address: &Secret, ends: bool) -> Result<(), Failure> {
        let (attempt, address) = (self.attempt.clone(), address.clone());
        self.client.call(intent::PasteBack { attempt, address, ends }).await
    }
}
