//! A running sign-in: carries out the decisions of [`Attempt`] and returns their results to it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use time::OffsetDateTime;
use tokio::sync::mpsc;
use url::Url;

use super::{nothing_under_way, paste_back, under_way::Input};
use crate::{
    contract::view::{After, AttemptEvent, AttemptView, BrowserChoice, Failure, Notice, Phase},
    controller::{
        Controller,
        admin_requests::ANOTHER_ANSWER,
        lock,
        pending_pair::{Opened, Pasted, is_over_for},
    },
    explain::{self, Code},
    lifecycle::attempt::{Attempt, Effect, Event},
    org::{
        address::{self, Address},
        identity,
        oauth::{
            self, Callback, SignInRequest,
            loopback::{Knocks, Listener, SentTo},
        },
        preflight,
    },
    ports::BoxFuture,
    secret::Secret,
    vault::{Pair, Record},
};

/// A sign-in with everything it holds. Its port and secrets are dropped with the task.
pub(super) struct Running {
    pub(super) controller: Controller,
    id: String,
    pub(super) order: Order,
    pub(super) machine: Attempt,
    view: Arc<Mutex<AttemptView>>,
    inputs: mpsc::Receiver<Input>,
    wake_at: Option<OffsetDateTime>,
    browser: Option<Browser>,
    /// Visits to our port that are no answer.
    knocks: Option<Knocks>,
    /// The last remark about such a visit.
    noticed: Option<Failure>,
    /// The one request to the org under way.
    work: Option<BoxFuture<'static, Event>>,
}

/// What the sign-in is to do.
pub(super) struct Order {
    /// The host as the person named it.
    pub(super) host: String,
    pub(super) address: Address,
    pub(super) pair: Pair,
    /// When the secret was pasted, if it was pasted for this sign-in.
    pub(super) pasted_at: Option<OffsetDateTime>,
    /// The sealed answer that the pair came in, if it did.
    pub(super) answer: Option<Opened>,
    /// Whether the pair is that of the connection's rotation, which may be taken back until the sign-in is stored.
    pub(super) of_rotation: bool,
    /// The connection to renew.
    pub(super) replaces: Option<Record>,
    pub(super) username: Option<String>,
    /// The browser that was chosen with this sign-in, for the connection from now on.
    pub(super) chosen: Option<BrowserChoice>,
}

/// What is needed while the person is in the browser.
struct Browser {
    request: SignInRequest,
    /// `None` when the way back is a link, or a page that ends in a link.
    listener: Option<Listener>,
}

impl Running {
    pub(super) fn new(
        controller: Controller,
        id: String,
        order: Order,
        machine: Attempt,
        view: Arc<Mutex<AttemptView>>,
        inputs: mpsc::Receiver<Input>,
    ) -> Self {
        Self {
            controller,
            id,
            order,
            machine,
            view,
            inputs,
            wake_at: None,
            browser: None,
            knocks: None,
            noticed: None,
            work: None,
        }
    }

    pub(super) async fn run(mut self) {
        let mut events = VecDeque::from([Event::Begin]);
        loop {
            while let Some(event) = events.pop_front() {
                let effects = self.machine.handle(event, self.controller.now());
                for effect in effects {
                    events.extend(self.carry_out(effect).await);
                }
                self.show().await;
            }
            if self.machine.ended() {
                break;
            }
            events.extend(self.next_event().await);
        }
        self.controller.0.sign_ins.leave(&self.id);
        self.controller.0.sign_ins.tell_end();
        self.controller.tell_snapshot().await;
    }

    async fn next_event(&mut self) -> Option<Event> {
        let until_wake = self.wake_at.map(|at| (at - self.controller.now()).unsigned_abs());
        let overdue = self.wake_at.is_some_and(|at| at <= self.controller.now());
        let clock = self.controller.0.clock.clone();
        tokio::select! {
            event = finished(&mut self.work) => {
                self.work = None;
                Some(event)
            }
            input = self.inputs.recv() => self.hear(input),
            callback = came_back(&mut self.browser) => Some(Event::CameBack(callback)),
            code = knocked(&mut self.knocks) => self.notice(code).await,
            () = clock.sleep(until_wake.unwrap_or_default()), if until_wake.is_some() && !overdue => Some(self.wake()),
            () = std::future::ready(()), if overdue => Some(self.wake()),
        }
    }

    /// Tells the faces what arrived instead of an answer, and how to go on. The sign-in stays as it is.
    async fn notice(&mut self, code: Code) -> Option<Event> {
        let line = self.browser.as_ref().map_or("", |browser| browser.request.redirect_uri.as_str());
        self.noticed = Some(address::in_setup(explain::failure(code, &[("lines", line)])));
        self.show().await;
        None
    }

    fn wake(&mut self) -> Event {
        self.wake_at = None;
        Event::Woke
    }

    fn hear(&mut self, input: Option<Input>) -> Option<Event> {
        match input? {
            Input::Answer(accept) => Some(Event::Answered(accept)),
            Input::Cancel => Some(Event::Cancelled),
            Input::Supersede => Some(Event::Superseded),
            Input::Link { address, taken } => {
                let callback = self.read_link(&address)?;
                // The caller may have left.
                let _ = taken.send(());
                Some(Event::CameBack(callback))
            }
            Input::PasteBack { address, ends, taken } => {
                let read = self.read_pasted(&address, ends);
                let (result, event) = match read {
                    Ok(event) => (Ok(()), Some(event)),
                    Err(failure) => (Err(failure), None),
                };
                // The caller may have left.
                let _ = taken.send(result);
                event
            }
        }
    }

    /// The answer that was pasted. What only explains why there is none ends the sign-in where the person says so: `ends`.
    fn read_pasted(&self, pasted: &Secret, ends: bool) -> Result<Event, Failure> {
        // An answer that was accepted is being processed; nothing pasted later can spoil that.
        let waits = self.machine.phase() == Phase::Browser;
        let browser = self.browser.as_ref().filter(|_| waits).ok_or_else(nothing_under_way)?;
        // EXPOSE: parsed by the same strict parser as a request of the browser, or explained; none of it is kept.
        let text = pasted.expose();
        let (redirect_uri, host) = (browser.request.redirect_uri.as_str(), self.order.address.host());
        match oauth::read_pasted(text, redirect_uri, &browser.request.state) {
            Ok(callback) => Ok(Event::CameBack(callback)),
            Err(error) => match paste_back::explained(error, text, host) {
                Some(failure) if ends => Ok(Event::Explained(failure)),
                Some(failure) => Err(paste_back::still_waits(failure)),
                None => Err(paste_back::unread(error, &[("lines", redirect_uri), ("host", host)])),
            },
        }
    }

    /// `None` for a link that does not answer this sign-in, and while it waits for no link.
    fn read_link(&self, link: &Secret) -> Option<Callback> {
        let waits = self.machine.phase() == Phase::Browser;
        let browser = self.browser.as_ref().filter(|_| waits)?;
        if browser.listener.is_some() {
            return None;
        }
        // EXPOSE: parsed by the same strict parser as a request of the browser.
        oauth::read_link(link.expose(), &browser.request.state).ok()
    }

    async fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Tell(mut event) => {
                self.tell_where(&mut event);
                if let AttemptEvent::Failed(failure) = &event
                    && !self.is_followed()
                {
                    let waited = self.machine.waited();
                    let pasted_at = self.order.pasted_at.unwrap_or_else(|| self.controller.now());
                    let (pair, answer) = (self.order.pair.clone(), self.order.answer.clone());
                    let of_rotation = self.order.of_rotation;
                    let pasted = Pasted { pair, at: pasted_at, answer, of_rotation };
                    self.controller.hold_pair(&self.order.host, pasted, failure.code, waited).await;
                }
                self.keep_pause(&event).await;
                let after = self.machine.after(&event);
                self.controller.record_outcome(&self.order.host, &event, after.as_ref()).await;
                if self.machine.ended() {
                    // A face that hears of the end must find no sign-in under way, and one that missed it how it ended.
                    self.controller.0.sign_ins.end(&self.id, &event, after.as_ref());
                    self.controller.0.sign_ins.leave(&self.id);
                }
                self.tell(event, after);
            }
            Effect::Wake { at } => self.wake_at = Some(at),
            Effect::StopListening => {
                if let Some(Browser { listener: Some(listener), .. }) = self.browser.take() {
                    self.controller.0.farewells.begin(listener).await;
                }
            }
            Effect::MoveTo { host } => {
                if let Ok(address) = address::parse(&host) {
                    self.order.address = address;
                }
            }
            Effect::OpenSignIn { redirect_uri } => return self.open(&redirect_uri).await,
            Effect::Discard { granted } => self.discard(&granted).await,
            Effect::Store { granted, known } => {
                return Some(Event::Stored(self.store(&granted, &known).await));
            }
            Effect::ProbeAuthorize { .. }
            | Effect::ProbePair
            | Effect::ProbeToken { .. }
            | Effect::Exchange { .. }
            | Effect::Identify { .. } => self.work = Some(self.ask(effect)),
        }
        None
    }

    /// Says what keeps the network away, where in the org's Setup something is done, and that an admin can answer again.
    fn tell_where(&self, event: &mut AttemptEvent) {
        match event {
            AttemptEvent::Failed(failure) => {
                *failure = address::in_setup(self.controller.with_hindrance(failure.clone()));
                if self.order.answer.is_some() && is_over_for(failure.code, self.machine.waited()) {
                    failure.fix.push(ANOTHER_ANSWER.to_owned());
                }
            }
            AttemptEvent::Confirm { question, .. } => *question = address::in_setup(question.clone()),
            AttemptEvent::Connected { remark, .. } => *remark = remark.take().map(address::in_setup),
            AttemptEvent::Authorize { .. } | AttemptEvent::Waiting { .. } => {}
        }
    }

    /// Keeps the pause that the org asked for, or forgets it once the org has given tokens.
    async fn keep_pause(&mut self, event: &AttemptEvent) {
        let host = self.order.address.host();
        if let AttemptEvent::Failed(Failure { retry_at: Some(until), .. }) = event {
            self.controller.paused_sign_in(host, self.order.replaces.as_ref(), *until).await;
        } else if matches!(event, AttemptEvent::Connected { .. }) {
            self.controller.pause_is_over(host);
        }
    }

    /// One request to the org, as a future that owns what it needs.
    fn ask(&mut self, effect: Effect) -> BoxFuture<'static, Event> {
        let http = self.controller.0.http.clone();
        let (address, Pair { key, secret }) = (self.order.address.clone(), self.order.pair.clone());
        let browser = self.browser.as_ref().map(|browser| &browser.request);
        match effect {
            Effect::ProbeAuthorize { redirect_uri } => Box::pin(async move {
                let answer = preflight::probe_authorize(http.as_ref(), &address, &key, &redirect_uri).await;
                Event::AuthorizeProbed(answer)
            }),
            Effect::ProbePair => Box::pin(async move {
                Event::PairProbed(preflight::probe_pair(http.as_ref(), &address, &key, &secret).await)
            }),
            Effect::ProbeToken { redirect_uri } => Box::pin(async move {
                let answer =
                    preflight::probe_token(http.as_ref(), &address, &key, &secret, &redirect_uri).await;
                Event::TokenProbed(answer)
            }),
            Effect::Exchange { code } => {
                let proof = browser.map(|request| (request.verifier.clone(), request.redirect_uri.clone()));
                Box::pin(async move {
                    let Some((verifier, redirect_uri)) = proof else { return Event::Cancelled };
                    let answer = oauth::exchange(
                        http.as_ref(),
                        &address,
                        &key,
                        &secret,
                        &code,
                        &verifier,
                        &redirect_uri,
                    )
                    .await;
                    Event::Exchanged(answer)
                })
            }
            Effect::Identify { granted } => Box::pin(async move {
                Event::Identified(identity::identify(http.as_ref(), &address, &granted).await)
            }),
            Effect::MoveTo { .. }
            | Effect::Wake { .. }
            | Effect::OpenSignIn { .. }
            | Effect::Store { .. }
            | Effect::Discard { .. }
            | Effect::StopListening
            | Effect::Tell(_) => Box::pin(std::future::pending()),
        }
    }

    async fn open(&mut self, redirect_uri: &str) -> Option<Event> {
        let request = oauth::authorize(
            &self.order.address,
            &self.order.pair.key,
            redirect_uri,
            self.order.username.as_deref(),
        );
        let opens_links = self.controller.opens_links().await;
        self.controller.0.farewells.end().await;
        let mut listener = listen(redirect_uri);
        if listener.is_none() && redirect_uri.starts_with("http://") {
            return Some(Event::PortLost);
        }
        let event = AttemptEvent::Authorize {
            url: request.url.to_string(),
            redirect_uri: redirect_uri.to_owned(),
            browser: lock(&self.view).browser.clone(),
        };
        if let Some(listener) = &listener {
            listener.name_org(self.sent_to(opens_links));
        }
        self.knocks = listener.as_mut().and_then(Listener::take_knocks);
        self.browser = Some(Browser { request, listener });
        self.tell(event, None);
        None
    }

    /// The org that the browser is sent to, for its last page.
    fn sent_to(&self, opens_links: bool) -> SentTo {
        let address = &self.order.address;
        SentTo { words: address.words(), host: address.host().to_owned(), kind: address.kind(), opens_links }
    }

    /// Whether a newer sign-in to the same org has begun, whose pair replaces this one.
    fn is_followed(&self) -> bool {
        self.controller.0.sign_ins.has_another(&self.id, &self.order.host)
    }

    fn tell(&self, event: AttemptEvent, after: Option<After>) {
        self.controller.tell(Notice::Attempt { attempt: self.id.clone(), event, after });
    }

    async fn show(&mut self) {
        {
            let mut view = lock(&self.view);
            self.order.address.host().clone_into(&mut view.host);
            view.kind = self.order.address.kind();
            view.phase = self.machine.phase();
            let browser = self.browser.as_ref().filter(|_| view.phase == Phase::Browser);
            view.authorize_url = browser.map(|browser| browser.request.url.to_string());
            view.noticed = browser.and_then(|_| self.noticed.clone());
            view.waits_for = self.machine.waits_for().map(address::in_setup);
            view.lacks = self.machine.lacks();
            view.next_check_at = self.wake_at.filter(|_| view.phase == Phase::Waiting);
            view.ends_at = self.wake_at.filter(|_| matches!(view.phase, Phase::Browser | Phase::Confirming));
            let asked = self.machine.question();
            view.found = asked.map(|(known, _)| known.identity.clone());
            view.question = asked.map(|(_, question)| address::in_setup(question.clone()));
        }
        self.controller.tell_snapshot().await;
    }
}

async fn finished(work: &mut Option<BoxFuture<'static, Event>>) -> Event {
    match work {
        Some(work) => work.await,
        None => std::future::pending().await,
    }
}

async fn came_back(browser: &mut Option<Browser>) -> Callback {
    match browser {
        Some(Browser { request, listener: Some(listener) }) => listener.next(&request.state).await,
        Some(Browser { listener: None, .. }) | None => std::future::pending().await,
    }
}

async fn knocked(knocks: &mut Option<Knocks>) -> Code {
    match knocks {
        Some(open) => match open.recv().await {
            Some(code) => code,
            // The port is closed, so no visit can come.
            None => std::future::pending().await,
        },
        None => std::future::pending().await,
    }
}

/// Listens at the callback line's port and path. `None` if they cannot be ours.
pub(super) fn listen(redirect_uri: &str) -> Option<Listener> {
    let line = Url::parse(redirect_uri).ok()?;
    Listener::bind(line.port()?, line.path()).ok()
}
