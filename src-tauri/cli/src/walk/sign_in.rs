//! The wait for the app, and the sign-in.

use std::ops::ControlFlow::{Break, Continue};

use connect_core::{
    contract::{code::Onward, intent, view::Failure},
    guide::StepId,
};

use super::{
    Flow, Pair, Walk,
    choices::{Choice, choose},
};
use crate::{
    end,
    follow::{self, Follower},
    output,
    text::Page,
};

impl Walk<'_> {
    pub(super) async fn sign_in(&mut self, step: StepId) -> Result<Flow, Failure> {
        let follower = Follower::new(self.client, self.sign_in);
        if let Some(attempt) = self.setup.attempt.clone() {
            output::hint("A sign-in for this org is under way already.");
            let ended = follower.join(&attempt).await.transpose();
            return match ended {
                Some(ended) => self.signed_in(ended).await,
                None => self.read().await.map(Continue),
            };
        }
        let (key, secret) = match self.pair.clone() {
            Some(Pair { key, secret }) => (Some(key), Some(secret)),
            None if self.setup.pair_until.is_some() => {
                output::hint("Consumer Key and Consumer Secret of the last try are still at hand.");
                (None, None)
            }
            None => return self.paste_once_more().await,
        };
        let follower = if step == StepId::Wait {
            self.show(step);
            self.say_since_when();
            follower.before_browser(self.whole(StepId::SignIn))
        } else {
            if let Some(flow) = self.before_sign_in().await? {
                return Ok(flow);
            }
            follower
        };
        let (address, alias) = (self.setup.pasted_address.clone(), self.alias.clone());
        let options = follow::options(self.sign_in)?;
        let connect = intent::Connect { address, alias, key, secret, options };
        let ended = follower.start(connect).await;
        self.signed_in(ended).await
    }

    async fn paste_once_more(&mut self) -> Result<Flow, Failure> {
        output::hint("Consumer Key and Consumer Secret are no longer at hand, so both are needed once more.");
        self.go_to(StepId::Paste).await
    }

    /// Offers to sign in, or to go back. `None` to sign in now.
    async fn before_sign_in(&mut self) -> Result<Option<Flow>, Failure> {
        self.show(StepId::SignIn);
        let enter = if self.sign_in.no_browser { "sign in" } else { "sign in: your browser opens" };
        let keys = [('b', "back"), ('?', "my screen looks different")];
        loop {
            match choose(Page::stderr(), enter, &keys).await {
                Choice::Enter => return Ok(None),
                Choice::Key('b') => return self.back(StepId::SignIn).await.map(Some),
                Choice::Key(_) => self.show_variants(StepId::SignIn),
                Choice::Leave(code) => return Ok(Some(Break(code))),
            }
        }
    }

    async fn signed_in(&mut self, ended: Result<u8, Failure>) -> Result<Flow, Failure> {
        match ended {
            Ok(0) => {
                self.finish().await?;
                Ok(Break(0))
            }
            Ok(code) => Ok(Break(code)),
            Err(failure) => match failure.code.onward() {
                Onward::Paste => self.paste_once_more().await,
                Onward::Ended => {
                    output::hint(&failure.message);
                    Ok(Break(end::ASKED))
                }
                Onward::Leave => Err(failure),
                Onward::Stay => self.stay(failure).await,
            },
        }
    }

    /// Reports a failed sign-in and offers ways on.
    async fn stay(&mut self, failure: Failure) -> Result<Flow, Failure> {
        self.read().await?;
        if !self.wrong().is_empty() {
            return self.mend(failure.code.blames()).await;
        }
        output::hint("");
        output::failure(&failure);
        output::hint("");
        // Pressing Enter tries again.
        self.shown = Some(StepId::SignIn);
        self.go_to(StepId::SignIn).await
    }
}
