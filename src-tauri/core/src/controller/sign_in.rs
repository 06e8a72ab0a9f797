//! Sign-ins under way: carries out what [`Attempt`] decides and brings back what came of it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
    time::Duration,
};

use time::OffsetDateTime;
use tokio::sync::{mpsc, oneshot};
use url::Url;

use super::{
    Controller, lock,
    stored::{self, about_alias, valid_alias},
};
use crate::{
    address::{self, Address},
    connection::attempt::{Attempt, Effect, Event, Expected, Plan},
    credentials,
    explain::{self, Code},
    identity::{self, Known},
    intent::{Connect, Reconnect, SignInOptions},
    oauth::{self, Callback, CallbackError, Granted, SignInRequest, loopback::Listener},
    ports::BoxFuture,
    preflight,
    rest::Api,
    secret::{Secret, hex},
    vault::{Pair, Record, Tokens},
    view::{AttemptEvent, AttemptStarted, AttemptView, Failure, Notice, Phase, Status},
};

/// What a face may say to an attempt; more than this many unread are refused.
const INPUTS_AHEAD: usize = 16;

/// The controller's end of a running attempt.
pub(super) struct Handle {
    alias: String,
    inputs: mpsc::Sender<Input>,
    view: Arc<Mutex<AttemptView>>,
}

enum Input {
    PasteBack { address: Secret, taken: oneshot::Sender<Result<(), Failure>> },
    Answer(bool),
    Cancel,
    Supersede,
}

impl Handle {
    pub(super) fn view(&self) -> AttemptView {
        lock(&self.view).clone()
    }

    pub(super) fn cancel(&self) {
        // A full queue or an attempt that has ended needs no second cancelling.
        let _ = self.inputs.try_send(Input::Cancel);
    }
}

impl Controller {
    pub(super) async fn connect(&self, connect: Connect) -> Result<AttemptStarted, Failure> {
        let address = address::parse(&connect.address).map_err(|error| error.failure())?;
        let alias = match &connect.alias {
            Some(alias) => valid_alias(alias)?,
            None => self.free_alias(&address).await?,
        };
        let wanted = alias.clone();
        let replaces = self.vault(move |vault| vault.find(&wanted)).await?;
        if let Some(record) = &replaces
            && stored::address_of(record)?.host() != address.host()
        {
            return Err(explain::failure(
                Code::NameOtherHost,
                &[("alias", &alias), ("host", address.host())],
            ));
        }
        self.begin(address, alias, replaces, connect.key, connect.secret, connect.options).await
    }

    pub(super) async fn reconnect(&self, reconnect: Reconnect) -> Result<AttemptStarted, Failure> {
        let record = self.named(&reconnect.name).await?;
        let address = stored::address_of(&record)?;
        let alias = record.alias.clone();
        self.begin(address, alias, Some(record), reconnect.key, reconnect.secret, reconnect.options).await
    }

    pub(super) async fn paste_back(&self, attempt: &str, address: Secret) -> Result<(), Failure> {
        let (taken, answer) = oneshot::channel();
        self.say(attempt, Input::PasteBack { address, taken }).await?;
        answer.await.unwrap_or_else(|_| Err(nothing_under_way()))
    }

    pub(super) async fn answer(&self, attempt: &str, accept: bool) -> Result<(), Failure> {
        self.say(attempt, Input::Answer(accept)).await
    }

    pub(super) async fn cancel(&self, attempt: &str) -> Result<(), Failure> {
        self.say(attempt, Input::Cancel).await
    }

    async fn say(&self, attempt: &str, input: Input) -> Result<(), Failure> {
        let inputs = lock(&self.0.attempts).get(attempt).map(|handle| handle.inputs.clone());
        let inputs = inputs.ok_or_else(nothing_under_way)?;
        inputs.send(input).await.map_err(|_| nothing_under_way())
    }

    /// The alias an address suggests, or the one already connected to it, or the first free one after it.
    async fn free_alias(&self, address: &Address) -> Result<String, Failure> {
        let records = self.vault(|vault| vault.list()).await?;
        let suggested = address.default_alias();
        let free = |alias: &str| {
            let taken = records.iter().find(|record| record.alias == alias);
            taken.is_none_or(|record| {
                stored::address_of(record).is_ok_and(|known| known.host() == address.host())
            })
        };
        let numbered = (2..).map(|number| format!("{suggested}-{number}"));
        let mut candidates = std::iter::once(suggested.clone()).chain(numbered);
        Ok(candidates.find(|alias| free(alias)).unwrap_or(suggested))
    }

    async fn begin(
        &self,
        address: Address,
        alias: String,
        replaces: Option<Record>,
        key: Option<Secret>,
        secret: Option<Secret>,
        options: SignInOptions,
    ) -> Result<AttemptStarted, Failure> {
        self.ready_to_store().await?;
        let (pair, key_may_go_in_query) = self.pair_for(&address, replaces.as_ref(), key, secret).await?;
        self.refuse_real_key(&address, &pair.key).await?;
        let plan = plan(&address, &alias, replaces.as_ref(), key_may_go_in_query, &options);
        let force_login = replaces.is_some() || options.user.is_some();
        let username = options.user.or_else(|| replaces.as_ref().map(|record| record.username.clone()));
        let now = self.now();
        let id = random_id()?;
        let view = AttemptView {
            id: id.clone(),
            alias: alias.clone(),
            host: address.host().to_owned(),
            kind: address.kind(),
            phase: Phase::Checking,
            authorize_url: None,
            next_check_at: None,
            found: None,
            question: None,
        };
        let (inputs, heard) = mpsc::channel(INPUTS_AHEAD);
        let handle = Handle { alias: alias.clone(), inputs, view: Arc::new(Mutex::new(view)) };
        let running = Running {
            controller: self.clone(),
            id: id.clone(),
            view: handle.view.clone(),
            machine: Attempt::new(plan, now),
            address,
            pair,
            replaces,
            username,
            force_login,
            inputs: heard,
            wake_at: None,
            browser: None,
            work: None,
        };
        self.supersede(&alias).await;
        lock(&self.0.attempts).insert(id.clone(), handle);
        tokio::spawn(running.run());
        Ok(AttemptStarted { attempt: id, alias })
    }

    /// Makes sure that a sign-in can be stored before anybody signs in.
    async fn ready_to_store(&self) -> Result<(), Failure> {
        match self.vault(|vault| vault.ready()).await {
            // Only a new sign-in cures a lost key, and this is one.
            Err(failure) if failure.code == Code::VaultKeyLost => {
                self.vault(|vault| vault.start_over_key()).await
            }
            result => result,
        }
    }

    async fn pair_for(
        &self,
        address: &Address,
        replaces: Option<&Record>,
        key: Option<Secret>,
        secret: Option<Secret>,
    ) -> Result<(Pair, bool), Failure> {
        let stored = match replaces {
            Some(record) if key.is_none() || secret.is_none() => self.pair(record).await.ok(),
            _ => None,
        };
        let (stored_key, stored_secret) =
            stored.map_or((None, None), |pair| (Some(pair.key), Some(pair.secret)));
        let (Some(key), Some(secret)) = (key.or(stored_key), secret.or(stored_secret)) else {
            return Err(explain::failure(Code::ValueMissing, &[]));
        };
        let examined = credentials::examine(&key, &secret);
        if let Some(note) = examined.notes.iter().find(|note| note.blocks) {
            return Err(explain::failure(note.code, &[("host", address.host())]));
        }
        if examined.key.is_empty() || examined.secret.is_empty() {
            return Err(explain::failure(Code::ValueMissing, &[]));
        }
        let pair = Pair { key: examined.key, secret: examined.secret };
        Ok((pair, examined.key_may_go_in_query))
    }

    /// A newer sign-in for the same connection takes the older one's place.
    async fn supersede(&self, alias: &str) {
        let older: Vec<_> = {
            let attempts = lock(&self.0.attempts);
            attempts
                .values()
                .filter(|handle| handle.alias == alias)
                .map(|handle| handle.inputs.clone())
                .collect()
        };
        for inputs in older {
            // One that has ended meanwhile is out of the way already.
            let _ = inputs.send(Input::Supersede).await;
        }
    }
}

fn plan(
    address: &Address,
    alias: &str,
    replaces: Option<&Record>,
    key_may_go_in_query: bool,
    options: &SignInOptions,
) -> Plan {
    let free = |(_, line): (u16, String)| listen(&line).is_some().then_some(line);
    let ours = address.loopback_callbacks();
    // Only an https line leads to a web page; a practice org has none.
    let hosted_callback = address.callbacks().into_iter().find(|line| line.starts_with("https://"));
    Plan {
        alias: alias.to_owned(),
        host: address.host().to_owned(),
        promised_kind: address.promises_kind().then(|| address.kind()),
        callbacks: ours.into_iter().filter_map(free).collect(),
        hosted_callback,
        key_may_go_in_query,
        expected: Expected {
            username: options.user.clone(),
            accept_username: options.accept_user.clone(),
            org_and_user: replaces.map(|record| (record.org_id.clone(), record.user_id.clone())),
        },
        wait: Duration::from_secs(options.wait_seconds),
    }
}

/// A sign-in with everything it holds. Dropped with the task, and its port and secrets with it.
struct Running {
    controller: Controller,
    id: String,
    view: Arc<Mutex<AttemptView>>,
    machine: Attempt,
    address: Address,
    pair: Pair,
    replaces: Option<Record>,
    username: Option<String>,
    force_login: bool,
    inputs: mpsc::Receiver<Input>,
    wake_at: Option<OffsetDateTime>,
    browser: Option<Browser>,
    /// The one thing asked of the org at a time.
    work: Option<BoxFuture<'static, Event>>,
}

/// While the browser has the word.
struct Browser {
    request: SignInRequest,
    listener: Listener,
}

impl Running {
    async fn run(mut self) {
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
        lock(&self.controller.0.attempts).remove(&self.id);
        self.controller.0.attempt_ended.notify_waiters();
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
            () = clock.sleep(until_wake.unwrap_or_default()), if until_wake.is_some() && !overdue => self.wake(),
            () = std::future::ready(()), if overdue => self.wake(),
        }
    }

    fn wake(&mut self) -> Option<Event> {
        self.wake_at = None;
        Some(Event::Woke)
    }

    fn hear(&mut self, input: Option<Input>) -> Option<Event> {
        match input? {
            Input::Answer(accept) => Some(Event::Answered(accept)),
            Input::Cancel => Some(Event::Cancelled),
            Input::Supersede => Some(Event::Superseded),
            Input::PasteBack { address, taken } => {
                let read = self.read_pasted(&address);
                let (result, event) = match read {
                    Ok(callback) => (Ok(()), Some(Event::CameBack(callback))),
                    Err(failure) => (Err(failure), None),
                };
                // Whoever pasted may have left.
                let _ = taken.send(result);
                event
            }
        }
    }

    fn read_pasted(&self, pasted: &Secret) -> Result<Callback, Failure> {
        let browser = self.browser.as_ref().ok_or_else(nothing_under_way)?;
        // EXPOSE: parsed by the same strict parser as a request of the browser.
        oauth::read_pasted(pasted.expose(), &browser.request.redirect_uri, &browser.request.state).map_err(
            |error| {
                let code = match error {
                    CallbackError::WrongState => Code::StateMismatch,
                    CallbackError::NotOurs | CallbackError::Unreadable => Code::PasteBackUnreadable,
                };
                explain::failure(code, &[("lines", &browser.request.redirect_uri)])
            },
        )
    }

    async fn carry_out(&mut self, effect: Effect) -> Option<Event> {
        match effect {
            Effect::Tell(event) => self.tell(event),
            Effect::Wake { at } => self.wake_at = Some(at),
            Effect::StopListening => {
                if let Some(browser) = self.browser.take() {
                    browser.listener.close().await;
                }
            }
            Effect::MoveTo { host } => {
                if let Ok(address) = address::parse(&host) {
                    self.address = address;
                }
            }
            Effect::OpenSignIn { redirect_uri } => return self.open(&redirect_uri),
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

    /// One question to the org, as a future that owns what it needs.
    fn ask(&mut self, effect: Effect) -> BoxFuture<'static, Event> {
        let http = self.controller.0.http.clone();
        let (address, Pair { key, secret }) = (self.address.clone(), self.pair.clone());
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

    fn open(&mut self, redirect_uri: &str) -> Option<Event> {
        let request = oauth::authorize(
            &self.address,
            &self.pair.key,
            redirect_uri,
            self.username.as_deref(),
            self.force_login,
        );
        let Some(listener) = listen(redirect_uri) else { return Some(Event::PortLost) };
        let event =
            AttemptEvent::Authorize { url: request.url.to_string(), redirect_uri: redirect_uri.to_owned() };
        self.browser = Some(Browser { request, listener });
        self.tell(event);
        None
    }

    /// Gives tokens back that nobody will use. When the org cannot be reached they stay until they expire.
    async fn discard(&mut self, granted: &Granted) {
        let http = self.controller.http();
        let token = granted.refresh.as_ref().unwrap_or(&granted.access);
        if let Err(trouble) = oauth::revoke(http, &self.address, token).await {
            tracing::warn!(code = ?trouble.code, "tokens of an abandoned sign-in could not be revoked");
        }
    }

    async fn store(&mut self, granted: &Granted, known: &Known) -> Result<(), Code> {
        let Some(refresh) = granted.refresh.clone() else { return Err(Code::RefreshTokenMissing) };
        let controller = self.controller.clone();
        let now = controller.now();
        let id = match &self.replaces {
            Some(record) => record.id.clone(),
            None => random_id().map_err(|failure| failure.code)?,
        };
        let _held = controller.hold(&id).await.map_err(|failure| failure.code)?;
        let earlier = match &self.replaces {
            Some(record) => controller.tokens_if_any(record).await,
            None => None,
        };
        let record = self.record(id, granted, known, now);
        let tokens = Tokens {
            access: granted.access.clone(),
            refresh,
            issued_at: now,
            expires_at: None,
            proved_at: Some(now),
        };
        let line = format!("Connected as {}.", known.identity.username);
        let (stored, pair, new) = (record.clone(), self.pair.clone(), tokens.clone());
        let kept = controller.vault(move |vault| vault.keep_sign_in(&stored, &pair, &new, &line)).await;
        kept.map_err(|failure| about_alias(failure, &record.alias).code)?;
        if let Some(earlier) = earlier.filter(|earlier| earlier.refresh != tokens.refresh) {
            self.retire(&earlier, &record, &tokens).await;
        }
        controller.learn_expiry(&record, tokens).await;
        Ok(())
    }

    fn record(&self, id: String, granted: &Granted, known: &Known, now: OffsetDateTime) -> Record {
        let identity = &known.identity;
        Record {
            id,
            alias: self.machine.plan().alias.clone(),
            origin: self.address.origin().to_string(),
            kind: identity.kind,
            org_id: identity.org_id.clone(),
            org_name: identity.org_name.clone(),
            user_id: identity.user_id.clone(),
            username: identity.username.clone(),
            instance_url: known.instance_url.clone(),
            api_version: known.api_version.clone(),
            scope: granted.scope.join(" "),
            created_at: self.replaces.as_ref().map_or(now, |record| record.created_at),
            status: Status::Connected,
            reason: None,
            checked_at: Some(now),
            refresh_in_flight: None,
            issued_at: Some(now),
            expires_at: None,
            proved_at: Some(now),
            rotates: false,
        }
    }

    /// Revokes the tokens this sign-in replaces, and makes sure that the new ones survived it: two sign-ins of one
    /// user may share a session.
    async fn retire(&mut self, earlier: &Tokens, record: &Record, tokens: &Tokens) {
        let controller = &self.controller;
        if let Err(trouble) = oauth::revoke(controller.http(), &self.address, &earlier.refresh).await {
            tracing::warn!(code = ?trouble.code, "the replaced token could not be revoked");
            return;
        }
        let Ok(instance) = Url::parse(&record.instance_url) else { return };
        let Ok(api) = Api::new(controller.http(), &self.address, &instance, &tokens.access) else { return };
        if api.limits(&record.api_version).await.is_err_and(|error| error.curable) {
            let (id, now) = (record.id.clone(), controller.now());
            // The refresh token brings the next access token.
            if let Err(failure) = controller.vault(move |vault| vault.set_expiry(&id, Some(now), None)).await
            {
                tracing::warn!(code = ?failure.code, "the end of the access token was not stored");
            }
        }
    }

    fn tell(&self, event: AttemptEvent) {
        let notice = Notice::Attempt { attempt: self.id.clone(), event };
        // Nobody may be listening; the snapshot tells the same.
        let _ = self.controller.0.notices.send(notice);
    }

    async fn show(&mut self) {
        {
            let mut view = lock(&self.view);
            view.host = self.address.host().to_owned();
            view.kind = self.address.kind();
            view.phase = self.machine.phase();
            let browser = self.browser.as_ref().filter(|_| view.phase == Phase::Browser);
            view.authorize_url = browser.map(|browser| browser.request.url.to_string());
            view.next_check_at = self.wake_at.filter(|_| view.phase == Phase::Waiting);
            let asked = self.machine.question();
            view.found = asked.map(|(known, _)| known.identity.clone());
            view.question = asked.map(|(_, question)| question.clone());
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
        Some(browser) => browser.listener.next(&browser.request.state).await,
        None => std::future::pending().await,
    }
}

/// The callback line's port and path, if they can be ours.
fn listen(redirect_uri: &str) -> Option<Listener> {
    let line = Url::parse(redirect_uri).ok()?;
    Listener::bind(line.port()?, line.path()).ok()
}

fn nothing_under_way() -> Failure {
    explain::failure(Code::NothingUnderWay, &[])
}

/// 128 random bits in hexadecimal digits.
fn random_id() -> Result<String, Failure> {
    let mut bytes = [0_u8; 16];
    getrandom::fill(&mut bytes).map_err(|_| explain::failure(Code::Unexpected, &[]))?;
    Ok(hex(&bytes))
}
