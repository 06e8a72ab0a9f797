//! A rotation on a terminal, step by step.

use std::ops::ControlFlow::{self, Break, Continue};

use connect_agent::Client;
use connect_core::{
    contract::{
        intent::{self, Pasted},
        view::{Failure, Looks, RotationMove, RotationStep, RotationView},
    },
    explain::{self, Code},
    guide,
    secret::Secret,
};

use super::{ask, told};
use crate::{
    arguments::SignIn,
    browser, connections, end,
    follow::{self, Follower},
    output, session,
    terminal::{self, Answer, Typing},
    text::Page,
    walk::{
        choices::{Choice, LEFT, choose},
        finish::copy,
        screen::open,
    },
};

/// The exit code once it is over, or was left.
type Flow = ControlFlow<u8>;

struct Rotation<'a> {
    client: &'a Client,
    sign_in: &'a SignIn,
    view: RotationView,
    /// What is on the screen.
    shown: Option<RotationView>,
    /// The step at which the org was asked without a word of the person.
    asked_at: Option<RotationStep>,
}

/// Leads from the present step to the end, or until the person leaves.
pub(super) async fn lead(client: &Client, sign_in: &SignIn, view: RotationView) -> Result<u8, Failure> {
    let mut rotation = Rotation { client, sign_in, view, shown: None, asked_at: None };
    loop {
        if let Break(code) = rotation.step().await? {
            if code != 0 {
                let name = explain::typed(&rotation.view.alias);
                output::hint("Your place is kept. Go on in the window, or here with:");
                output::hint(&format!("dtx rotate {name}"));
            }
            return Ok(code);
        }
    }
}

impl Rotation<'_> {
    async fn step(&mut self) -> Result<Flow, Failure> {
        let step = self.view.step;
        self.show();
        // The first question to the org needs no word of the person.
        let questions =
            [(RotationStep::Prove, RotationMove::Prove), (RotationStep::EndFormer, RotationMove::Look)];
        let question = questions.into_iter().find(|(at, _)| *at == step && self.asked_at != Some(step));
        self.asked_at = Some(step);
        if let Some((_, what)) = question {
            return self.on(what).await;
        }
        match step {
            RotationStep::Agree => self.offer(RotationMove::Agree, &[]).await,
            RotationStep::EndSignIn => {
                self.offer(RotationMove::EndSignIn, &[('n', "go on without ending it")]).await
            }
            RotationStep::Stage if self.view.back => self.offer(RotationMove::Staged, &[('b', "back")]).await,
            RotationStep::Stage => self.offer(RotationMove::Staged, &[]).await,
            RotationStep::Paste => self.paste().await,
            RotationStep::Rotate => self.offer(RotationMove::Rotated, &[('b', "paste once more")]).await,
            RotationStep::Prove => self.offer(RotationMove::Prove, &[('b', "paste once more")]).await,
            RotationStep::SignIn => self.before_sign_in().await,
            RotationStep::HandOver => {
                let keys = [
                    ('k', "copy the Consumer Key"),
                    ('s', "copy the Consumer Secret"),
                    ('p', "open the portal"),
                ];
                self.offer(RotationMove::HandedOver, &keys).await
            }
            RotationStep::EndFormer if self.view.waits => {
                self.offer(RotationMove::Look, &[('b', "back")]).await
            }
            RotationStep::EndFormer => {
                self.offer(RotationMove::Finish, &[('a', "ask the org again"), ('b', "back")]).await
            }
            RotationStep::Finished | RotationStep::TakenBack => Ok(Break(0)),
        }
    }

    /// Prints the step unless it is on the screen already.
    fn show(&mut self) {
        if self.shown.as_ref() == Some(&self.view) {
            return;
        }
        let (page, view) = (Page::stderr(), &self.view);
        let place = view.steps.iter().position(|line| line.step == view.step);
        let heading = match place {
            Some(place) => format!("Step {} of {}. {}", place + 1, view.steps.len(), view.title),
            None => view.title.clone(),
        };
        output::hint(&format!("\n{}", page.heading(&heading)));
        for sentence in &view.says {
            output::hint(&format!("\n{}", page.wrapped("", sentence)));
        }
        if let Some(link) = &view.setup {
            output::hint(&format!("\n{}", page.wrapped("", &output::way_into_setup(link))));
        }
        if view.step == RotationStep::Prove {
            for finding in told(&view.findings) {
                let line = page.wrapped(&connections::finding_head(finding), &finding.message);
                output::hint(line.trim_end());
                finding.fix.iter().for_each(|fix| output::hint(&page.in_lines("         - ", fix)));
            }
        }
        output::hint("");
        self.shown = Some(self.view.clone());
    }

    /// Offers what leads on, these keys, and those of every step.
    async fn offer(&mut self, leads_on: RotationMove, keys: &[(char, &str)]) -> Result<Flow, Failure> {
        let does = self.view.does.clone();
        match self.choose(&does, keys).await {
            Choice::Enter => self.on(leads_on).await,
            Choice::Key(key) => self.beside(key).await,
            Choice::Leave(code) => Ok(Break(code)),
        }
    }

    async fn choose(&self, does: &str, keys: &[(char, &str)]) -> Choice {
        let mut keys = keys.to_vec();
        if self.page_of_setup().is_some() && !self.sign_in.no_browser {
            keys.push(('o', "open Setup in the browser"));
        }
        if self.view.by_rest.is_some() {
            keys.push(('r', "let Datatrax Connect do this step"));
        }
        // That somebody else may have the pair is found out at any time.
        if !self.view.exposed {
            keys.push(('e', "it was exposed: the faster way"));
        }
        keys.push(('t', "take it back"));
        choose(Page::stderr(), does, &keys).await
    }

    /// What a key does that does not lead on.
    async fn beside(&mut self, key: char) -> Result<Flow, Failure> {
        let name = self.view.alias.clone();
        match key {
            'e' => {
                self.view = session::call(self.client, intent::Rotate { name, exposed: true }).await?;
            }
            'n' => return self.on(RotationMove::KeepSignIn).await,
            'b' => return self.on(RotationMove::Back).await,
            'a' => return self.on(RotationMove::Look).await,
            'r' if self.is_agreed_by_rest().await => {
                // The same words once more are an answer of the org as well.
                self.shown = None;
                return self.on(RotationMove::ByRest).await;
            }
            't' if terminal::confirm(&self.take_back()).await => {
                return self.on(RotationMove::TakeBack).await;
            }
            'o' => {
                if let Some(url) = self.page_of_setup() {
                    let known = session::call(self.client, intent::Show { name }).await;
                    let choice = known.ok().and_then(|detail| detail.connection.browser);
                    browser::open_setup(&url, &choice.unwrap_or_default()).await;
                }
            }
            'k' => copy(self.client, "Consumer Key", intent::CopyKey { name }).await,
            's' => copy(self.client, "Consumer Secret", intent::CopySecret { name }).await,
            'p' => open(guide::PORTAL),
            _ => {}
        }
        Ok(Continue(()))
    }

    /// Tells what the program would do in place of the person, and asks.
    async fn is_agreed_by_rest(&self) -> bool {
        let Some(offer) = &self.view.by_rest else { return false };
        let page = Page::stderr();
        for sentence in &offer.says {
            output::hint(&format!("\n{}", page.wrapped("", sentence)));
        }
        output::hint("");
        terminal::confirm(&format!("{}?", offer.does)).await
    }

    /// The question before the rotation is taken back, with what that means.
    fn take_back(&self) -> String {
        let RotationView { alias, exposed, sign_in_ended, .. } = &self.view;
        let means = match (exposed, sign_in_ended) {
            (_, true) => {
                " The sign-in that was ended stays ended, and the exposed pair is that of the connection again."
            }
            (true, false) => " The exposed pair is that of the connection again.",
            (false, false) => "",
        };
        format!(
            "Take the rotation of {alias} back? The connection has the pair that it had before; in Setup nothing is changed by this.{means}"
        )
    }

    fn page_of_setup(&self) -> Option<String> {
        self.view.setup.as_ref().and_then(|link| link.url.clone())
    }

    /// Says or asks for something. What fails is told, and the step stays.
    async fn on(&mut self, what: RotationMove) -> Result<Flow, Failure> {
        if matches!(what, RotationMove::Prove | RotationMove::ByRest) {
            output::hint(&format!("Asking {} …", self.view.host));
        }
        match ask(self.client, intent::RotateOn { name: self.view.alias.clone(), what }).await {
            Ok(Some(view)) => {
                self.view = view;
                Ok(Continue(()))
            }
            Ok(None) => Ok(Break(end::ASKED)),
            Err(failure) => self.failed(failure).await,
        }
    }

    async fn failed(&mut self, failure: Failure) -> Result<Flow, Failure> {
        if matches!(failure.code, Code::RotationUnknown | Code::NameUnknown) {
            return Err(failure);
        }
        output::failure(&failure);
        output::hint("");
        let name = self.view.alias.clone();
        self.view = session::call(self.client, intent::Rotate { name, exposed: false }).await?;
        Ok(Continue(()))
    }

    /// Asks for both values of the new pair.
    async fn paste(&mut self) -> Result<Flow, Failure> {
        let keys = ["[b] back", "[t] take it back", "[q] leave, and go on later"];
        output::hint(&format!(
            "In place of a value:\n{}\n",
            Page::stderr().side_by_side(&keys.map(str::to_owned))
        ));
        let key = match value("Consumer Key: ", Typing::Shown).await {
            Typed::Value(key) => key,
            Typed::Key(key) => return self.beside(key).await,
            Typed::Leave(code) => return Ok(Break(code)),
        };
        let secret =
            match value("Consumer Secret (not shown while you type or paste): ", Typing::Hidden).await {
                Typed::Value(secret) => secret,
                Typed::Key(key) => return self.beside(key).await,
                Typed::Leave(code) => return Ok(Break(code)),
            };
        let (key, secret) = match self.looked_at(key, secret).await? {
            Continue(Some(pair)) => pair,
            Continue(None) => return Ok(Continue(())),
            Break(code) => return Ok(Break(code)),
        };
        let name = self.view.alias.clone();
        match ask(self.client, intent::RotatePaste { name, key, secret }).await {
            Ok(Some(view)) => {
                self.view = view;
                Ok(Continue(()))
            }
            Ok(None) => Ok(Break(end::ASKED)),
            Err(failure) => self.failed(failure).await,
        }
    }

    /// The two values after what their looks tell: as they are, exchanged, or none to be pasted again.
    async fn looked_at(
        &self,
        key: Secret,
        secret: Secret,
    ) -> Result<ControlFlow<u8, Option<(Secret, Secret)>>, Failure> {
        let pasted = Pasted { address: String::new(), key: key.clone(), secret: secret.clone() };
        let understood = self.client.call(intent::Understand(pasted)).await?;
        if let Some(Looks::Exchange { message }) = understood.looks {
            output::hint(&message);
            return Ok(
                match choose(Page::stderr(), "exchange the two", &[('v', "paste both again")]).await {
                    Choice::Enter => Continue(Some((secret, key))),
                    Choice::Key(_) => Continue(None),
                    Choice::Leave(code) => Break(code),
                },
            );
        }
        for note in understood.notes.iter().filter(|note| !note.blocks) {
            output::hint(&note.message);
            note.fix.iter().for_each(|fix| output::hint(fix));
        }
        Ok(Continue(Some((key, secret))))
    }

    async fn before_sign_in(&mut self) -> Result<Flow, Failure> {
        let does = if self.sign_in.no_browser { "sign in" } else { "sign in: your browser opens" };
        match self.choose(does, &[('b', "paste once more")]).await {
            Choice::Enter => {}
            Choice::Key(key) => return self.beside(key).await,
            Choice::Leave(code) => return Ok(Break(code)),
        }
        let (name, options) = (self.view.alias.clone(), follow::options(self.sign_in)?);
        let request = intent::RotateSignIn { name: name.clone(), options };
        match Follower::new(self.client, self.sign_in).start(request).await {
            Ok(0) => {
                self.view = session::call(self.client, intent::Rotate { name, exposed: false }).await?;
                Ok(Continue(()))
            }
            Ok(code) => Ok(Break(code)),
            Err(failure) if failure.code == Code::Cancelled => {
                output::hint(&failure.message);
                Ok(Break(end::ASKED))
            }
            Err(failure) => self.failed(failure).await,
        }
    }
}

/// The outcome of asking for a value.
enum Typed {
    Value(Secret),
    /// A key in its place.
    Key(char),
    Leave(u8),
}

async fn value(words: &str, typing: Typing) -> Typed {
    loop {
        let line = match terminal::question(words, typing).await {
            Answer::Line(line) => line,
            Answer::EndOfInput => return Typed::Leave(LEFT),
            Answer::AskedToEnd => return Typed::Leave(end::ASKED),
        };
        // EXPOSE: compared with the keys that can be pressed instead of a value.
        match line.expose().trim() {
            "" => {}
            "b" | "B" => return Typed::Key('b'),
            "t" | "T" => return Typed::Key('t'),
            "q" | "Q" => return Typed::Leave(LEFT),
            _ => return Typed::Value(line),
        }
    }
}
