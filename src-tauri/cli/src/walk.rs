//! `dtx connect` on a terminal: the guide step by step, from the step that was reached in any face.

pub(crate) mod address;
pub(crate) mod answer;
pub(crate) mod choices;
pub(crate) mod finish;
mod paste;
pub(crate) mod screen;
mod sign_in;
mod trouble;

use std::ops::ControlFlow::{self, Break, Continue};

use connect_agent::Client;
use connect_core::{
    contract::{
        intent,
        view::{Failure, SetupView},
    },
    guide::{self, Step, StepId},
    org::address::Address,
    secret::Secret,
};

use self::choices::{Choice, choose};
use crate::{arguments::SignIn, browser, guide as text, output, session, text::Page};

/// The exit code once the walk is over.
type Flow = ControlFlow<u8>;

pub(crate) struct Walk<'a> {
    client: &'a Client,
    sign_in: &'a SignIn,
    alias: Option<String>,
    steps: Vec<Step>,
    setup: SetupView,
    /// The typed pair, kept to ask the org again after a change. It is stored with the sign-in alone.
    pair: Option<Pair>,
    /// Whether something was changed in the org since it was last asked.
    mended: bool,
    /// The step whose text is on the screen.
    shown: Option<StepId>,
}

#[derive(Clone)]
struct Pair {
    key: Secret,
    secret: Secret,
}

/// Walks from the set-up's present step to the connection, or until the person leaves.
pub(crate) async fn walk(
    client: &Client,
    org: &Address,
    alias: Option<String>,
    sign_in: &SignIn,
) -> Result<u8, Failure> {
    let steps = guide::steps(Some(org));
    let setup = client.call(intent::SetUp { address: org.view().origin }).await?;
    let mut walk = Walk { client, sign_in, alias, steps, setup, pair: None, mended: false, shown: None };
    walk.greet();
    let code = match walk.go_on().await {
        Ok(code) => code,
        Err(failure) => {
            output::failure(&failure);
            failure.code.exit()
        }
    };
    if code != 0 {
        walk.say_how_to_go_on();
    }
    Ok(code)
}

impl Walk<'_> {
    async fn go_on(&mut self) -> Result<u8, Failure> {
        loop {
            let step = StepId::of(&self.setup.step).unwrap_or(StepId::Before);
            let flow = match step {
                _ if std::mem::take(&mut self.mended) => self.check().await?,
                StepId::Org => self.is_done(step).await?,
                StepId::Paste => self.paste().await?,
                StepId::Wait | StepId::SignIn => self.sign_in(step).await?,
                StepId::Connected => Break(0),
                StepId::Before
                | StepId::Open
                | StepId::Details
                | StepId::Oauth
                | StepId::Security
                | StepId::Copy => self.step(step).await?,
            };
            if let Break(code) = flow {
                return Ok(code);
            }
        }
    }

    /// A step that only the person can call done.
    async fn step(&mut self, step: StepId) -> Result<Flow, Failure> {
        // What stands on one screen of the window is read, and said to be done, in one go.
        let together: Vec<StepId> =
            guide::together(step).into_iter().filter(|other| self.is_said(*other)).collect();
        for step in &together {
            self.show(*step);
        }
        let texts: Vec<Step> = together.iter().filter_map(|step| self.text(*step)).cloned().collect();
        let done = texts.last().map_or("", |step| step.done.as_str()).to_owned();
        let long = texts.iter().flat_map(|step| &step.values).find(|value| text::is_long(value)).cloned();
        let mut keys = Vec::new();
        let show = long.as_ref().map(|value| format!("show: {}", value.label));
        keys.extend(show.as_deref().map(|show| ('s', show)));
        if step == StepId::Open && !self.sign_in.no_browser {
            keys.push(('o', "open Setup in the browser"));
        }
        if step == StepId::Before {
            keys.push(('k', "I have key and secret already"));
        }
        if before(step).is_some() {
            keys.push(('b', "back"));
        }
        if texts.iter().any(|step| !step.variants.is_empty()) {
            keys.push(('?', "my screen looks different"));
        }
        loop {
            match choose(Page::stderr(), &done, &keys).await {
                Choice::Enter => {
                    self.mended = self.pair.is_some();
                    return self.are_done(&together).await;
                }
                Choice::Key('b') => return self.back(step).await,
                Choice::Key('k') => return self.go_to(StepId::Paste).await,
                Choice::Key('o') => {
                    let choice = browser::of_sign_in(&self.sign_in.opens)?.unwrap_or_default();
                    browser::open_setup(&self.setup.address.setup_url, &choice).await;
                }
                Choice::Key('s') => long.iter().for_each(|value| {
                    output::hint(&format!("\n{}\n", text::value(Page::stderr(), value)));
                }),
                Choice::Key(_) => together.iter().for_each(|step| self.show_variants(*step)),
                Choice::Leave(code) => return Ok(Break(code)),
            }
        }
    }

    /// Whether the person alone can say that the step is done.
    fn is_said(&self, step: StepId) -> bool {
        self.text(step).is_some_and(|step| !step.done.is_empty())
    }

    async fn are_done(&mut self, steps: &[StepId]) -> Result<Flow, Failure> {
        for step in steps {
            self.say(*step).await?;
        }
        Ok(Continue(()))
    }

    async fn is_done(&mut self, step: StepId) -> Result<Flow, Failure> {
        self.say(step).await.map(Continue)
    }

    async fn say(&mut self, step: StepId) -> Result<(), Failure> {
        let (host, step) = (self.setup.host.clone(), step.word().to_owned());
        self.setup = self.client.call(intent::StepDone { host, step, done: true }).await?;
        Ok(())
    }

    async fn go_to(&mut self, step: StepId) -> Result<Flow, Failure> {
        let (host, step) = (self.setup.host.clone(), step.word().to_owned());
        self.setup = self.client.call(intent::GoTo { host, step }).await?;
        Ok(Continue(()))
    }

    async fn back(&mut self, step: StepId) -> Result<Flow, Failure> {
        self.go_to(before(step).unwrap_or(StepId::Before)).await
    }

    /// Reads the set-up anew.
    async fn read(&mut self) -> Result<(), Failure> {
        let address = self.setup.pasted_address.clone();
        self.setup = session::call(self.client, intent::SetUp { address }).await?;
        Ok(())
    }
}

/// The step before this one. The org was named with the command.
fn before(step: StepId) -> Option<StepId> {
    match step {
        StepId::Org | StepId::Before => None,
        // The step between them, the wait, needs no person.
        StepId::SignIn => Some(StepId::Paste),
        StepId::Open
        | StepId::Details
        | StepId::Oauth
        | StepId::Security
        | StepId::Copy
        | StepId::Paste
        | StepId::Wait
        | StepId::Connected => StepId::ALL.iter().copied().rfind(|other| *other < step),
    }
}
