//! A face's end of the socket.

use std::{
    collections::HashMap,
    io::{self, Cursor},
    path::Path,
    process::{Command, Stdio},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use connect_core::{
    contract::view::{Failure, Notice},
    controller::Controller,
    explain::{self, Code},
    platform::{home::Home, memory, process, silence::Silence},
};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWriteExt, BufReader},
    sync::{broadcast, oneshot, watch},
    time::{Instant, sleep, timeout},
};

use crate::{
    ask::Ask,
    early::{Early, Said},
    holder::{Holder, silent},
    lines::read_line,
    of_agent::StopWhenIdle,
    platform::{
        drawing, early, quiet,
        socket::{self, Foreign},
    },
    service::Service,
    unread::Unread,
    wire::{self, Announcement, Answer, Hello, LONGEST_ANSWER, Request, Welcome},
};

/// How long a started agent may take until it listens, on a computer that lets it work.
const TIME_TO_START: Duration = Duration::from_secs(10);

/// How long an agent may be silent about who it is: it says so whatever else it is busy with.
const TIME_TO_GREET: Duration = Duration::from_secs(3);

/// The pause between two looks at whether an agent listens by now.
const LOOK_AGAIN: Duration = Duration::from_millis(10);

/// Notices kept for a reader that is behind.
const NOTICES_AHEAD: usize = 256;

/// Bytes read from the socket at once: an answer about a thousand connections has half a million.
const READ_AHEAD: usize = 64 * 1024;

type Waiting = Arc<Mutex<HashMap<u64, oneshot::Sender<Answer>>>>;

/// The way to the controller: a running agent, or this process.
pub struct Client(Way);

enum Way {
    /// Another conversation comes in its place once the agent has hung up.
    Agent(Mutex<Arc<Conversation>>),
    /// This process itself. Requests are carried out to their end, as by the agent.
    Here(Arc<Service>),
}

/// A connection to the agent.
struct Conversation {
    writer: tokio::sync::Mutex<socket::Writer>,
    waiting: Waiting,
    /// What was called before there was a runtime, and the answer that it gets.
    called: Mutex<Vec<(Vec<u8>, oneshot::Receiver<Answer>)>>,
    notices: broadcast::Sender<Notice>,
    closed: watch::Receiver<bool>,
    next_id: AtomicU64,
}

/// A running agent, of any version.
pub(crate) struct Met {
    pub(crate) client: Client,
    pub(crate) welcome: Welcome,
}

impl Client {
    /// Talks to the running agent. `Ok(None)` when none runs. An older agent that cannot be understood is asked to end,
    /// and waited for.
    ///
    /// # Errors
    /// The socket belongs to somebody else, the agent says nothing, it is newer and cannot be understood, or an older one
    /// does not end in time because of a sign-in under way.
    pub async fn open(home: &Home) -> Result<Option<Self>, Failure> {
        Self::open_after(home, None).await
    }

    /// As [`Client::open`], going on with a question that was asked before: [`Client::call`] of the same gets its answer.
    ///
    /// # Errors
    /// As [`Client::open`].
    pub async fn open_after(home: &Home, early: Option<Early>) -> Result<Option<Self>, Failure> {
        let Some(Met { client, welcome }) = Self::meet_after(home, early).await? else { return Ok(None) };
        if welcome.speaks_our_protocol() {
            return Ok(Some(client));
        }
        if !welcome.is_older() {
            return Err(explain::failure(Code::AgentNewer, &[]));
        }
        client.call(StopWhenIdle).await?;
        match timeout(TIME_TO_START, client.closed()).await {
            Ok(()) => Ok(None),
            Err(_) => Err(explain::failure(Code::AgentBusy, &[])),
        }
    }

    /// As [`Client::open_or_start`]. When the agent is older than this program it is used as it is, and asked to end once
    /// no sign-in is under way, so that the next one is ours.
    ///
    /// # Errors
    /// As [`Client::open_or_start`].
    pub async fn open_or_renew(home: &Home, program: &Path) -> Result<Self, Failure> {
        if let Some(Met { client, welcome }) = Self::meet(home).await?
            && welcome.speaks_our_protocol()
        {
            if welcome.is_older() {
                client.call(StopWhenIdle).await?;
            }
            return Ok(client);
        }
        Self::open_or_start(home, program).await
    }

    /// Greets whichever agent runs.
    pub(crate) async fn meet(home: &Home) -> Result<Option<Met>, Failure> {
        Self::meet_after(home, None).await
    }

    async fn meet_after(home: &Home, mut early: Option<Early>) -> Result<Option<Met>, Failure> {
        let give_up_at = Instant::now() + TIME_TO_START;
        loop {
            let (stream, said) = match early.take() {
                Some(early) => early.into_usual().map_err(|error| trouble(&error))?,
                None => match socket::connect(home.socket()).await.map_err(|error| trouble(&error))? {
                    Some(stream) => (stream, Said::default()),
                    None => return Ok(None),
                },
            };
            let pid = socket::process(&stream);
            let greeting = async move {
                if !said.called.is_empty() && said.heard.is_empty() {
                    // The agent looks at who asks before it answers. Nothing secret was read yet.
                    early::heard(&stream).await;
                    memory::close();
                }
                let agent = Conversation::over(stream, said);
                (agent.greet().await, agent)
            };
            let greeted = Silence::within(TIME_TO_GREET, pid, greeting).await;
            let Some((greeted, agent)) = greeted else { return Err(silent(pid)) };
            match greeted {
                Ok(welcome) => {
                    return Ok(Some(Met { client: Self(Way::Agent(Mutex::new(Arc::new(agent)))), welcome }));
                }
                // The agent hung up without a word, since it is about to end: look for the next one.
                Err(_) if *agent.closed.borrow() && Instant::now() < give_up_at => sleep(LOOK_AGAIN).await,
                Err(failure) => return Err(failure),
            }
        }
    }

    /// Talks to the running agent, or to one started from `program` (`dtx`).
    ///
    /// # Errors
    /// As [`Client::open`]; also when the agent cannot be started or does not answer within ten seconds.
    pub async fn open_or_start(home: &Home, program: &Path) -> Result<Self, Failure> {
        if let Some(client) = Self::open(home).await? {
            return Ok(client);
        }
        if let Some(holder) = Holder::elsewhere_with(home).await {
            return Err(holder.out_of_reach());
        }
        start(program).map_err(|error| trouble(&error))?;
        let listens = async {
            loop {
                if let Some(client) = Self::open(home).await? {
                    return Ok(client);
                }
                sleep(LOOK_AGAIN).await;
            }
        };
        match Silence::within(TIME_TO_START, None, listens).await {
            Some(result) => result,
            None if Holder::is_there(home) => Err(silent(Holder::noted(home).map(|holder| holder.pid))),
            None => Err(explain::failure(Code::AgentBusy, &[])),
        }
    }

    /// As [`Client::open`], and where one is there that does not listen, waits until it does or has ended.
    ///
    /// # Errors
    /// As [`Client::open`]; also when it does neither, or runs on another computer that uses the same home.
    pub async fn open_or_wait(home: &Home) -> Result<Option<Self>, Failure> {
        let comes_or_goes = async {
            loop {
                if let Some(client) = Self::open(home).await? {
                    return Ok(Some(client));
                }
                if !Holder::is_there(home) {
                    return Ok(None);
                }
                if let Some(holder) = Holder::elsewhere_with(home).await {
                    return Err(holder.out_of_reach());
                }
                sleep(LOOK_AGAIN).await;
            }
        };
        match Silence::within(TIME_TO_START, None, comes_or_goes).await {
            Some(outcome) => outcome,
            None => Err(silent(Holder::noted(home).map(|holder| holder.pid))),
        }
    }

    /// A client of a controller in this process.
    pub fn in_process(controller: Controller) -> Self {
        Self(Way::Here(Arc::new(Service::new(controller))))
    }

    /// Sends a request and waits for the answer.
    ///
    /// # Errors
    /// The [`Failure`] of the controller, or [`Code::AgentBusy`] when the agent went away.
    pub async fn call<R: Ask>(&self, request: R) -> Result<R::Reply, Failure> {
        self.pass_on(request).await?.whole()
    }

    /// As [`Client::call`], with the answer unread, to be handed on.
    ///
    /// # Errors
    /// As [`Client::call`].
    pub async fn pass_on<R: Ask>(&self, request: R) -> Result<Unread<R::Reply>, Failure> {
        match &self.0 {
            Way::Agent(agent) => {
                let agent = lock(agent).clone();
                Ok(Unread::text(R::METHOD, agent.ask(request.call()).await?))
            }
            Way::Here(service) => {
                let service = service.clone();
                let done = tokio::spawn(async move { request.carry_out(&service).await }).await;
                let value = done.map_err(|_| explain::unexpected("a task ended early"))??;
                Ok(Unread::value(R::METHOD, value))
            }
        }
    }

    /// Leaves the record of which program was given tokens, where this process has given them. An agent writes it by itself.
    pub async fn leave_uses(&self) {
        if let Way::Here(service) = &self.0 {
            service.controller.leave_uses().await;
        }
    }

    /// Notices from now on. An agent sends them once a snapshot was asked for or a sign-in started.
    pub fn notices(&self) -> broadcast::Receiver<Notice> {
        match &self.0 {
            Way::Agent(agent) => lock(agent).notices.subscribe(),
            Way::Here(service) => service.controller.notices(),
        }
    }

    /// Talks to the agent anew, once it has hung up on a reader that had stopped. Whoever has this client goes on with it.
    ///
    /// # Errors
    /// As [`Client::open`], and [`Code::AgentBusy`] where none runs any more.
    pub async fn come_back(&self, home: &Home) -> Result<(), Failure> {
        if let Way::Agent(agent) = &self.0 {
            let again = Self::open(home).await?.map(|again| again.0);
            let Some(Way::Agent(again)) = again else { return Err(explain::failure(Code::AgentBusy, &[])) };
            *lock(agent) = lock(&again).clone();
        }
        Ok(())
    }

    /// Returns when the agent has gone. Never returns where the work is done in this process.
    pub async fn closed(&self) {
        match &self.0 {
            Way::Agent(agent) => {
                let mut closed = lock(agent).closed.clone();
                // An error means the reader has ended, which is the same news.
                let _ = closed.wait_for(|closed| *closed).await;
            }
            Way::Here(_) => std::future::pending().await,
        }
    }
}

impl Conversation {
    /// Goes on with what was said already.
    fn over(stream: socket::Stream, said: Said) -> Self {
        let (reader, writer) = socket::split(stream);
        let waiting = Waiting::default();
        let mut ids = 1..;
        let called = said.called.into_iter().zip(&mut ids).map(|(call, id)| {
            let (answer, answered) = oneshot::channel();
            lock(&waiting).insert(id, answer);
            (call, answered)
        });
        let called = Mutex::new(called.collect());
        let (notices, _) = broadcast::channel(NOTICES_AHEAD);
        let (close, closed) = watch::channel(false);
        let reader = Cursor::new(said.heard).chain(reader);
        tokio::spawn(listen(reader, waiting.clone(), notices.clone(), close));
        let next_id = AtomicU64::new(ids.start);
        Self { writer: tokio::sync::Mutex::new(writer), waiting, called, notices, closed, next_id }
    }

    async fn greet(&self) -> Result<Welcome, Failure> {
        wire::read("hello", &self.ask(Hello::of_this_program()).await?)
    }

    async fn ask(&self, call: impl Serialize) -> Result<Box<RawValue>, Failure> {
        let answered = match self.called_already(&call) {
            Some(answered) => answered,
            None => self.call(call).await?,
        };
        match answered.await {
            Ok(answer) => answer.outcome(),
            Err(_) => Err(explain::failure(Code::AgentBusy, &[])),
        }
    }

    async fn call(&self, call: impl Serialize) -> Result<oneshot::Receiver<Answer>, Failure> {
        let id = self.next_id.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        lock(&self.waiting).insert(id, answer);
        if *self.closed.borrow() || self.send(&Request::new(id, call)).await.is_err() {
            lock(&self.waiting).remove(&id);
            return Err(explain::failure(Code::AgentBusy, &[]));
        }
        Ok(answered)
    }

    /// The answer to the same call, if it was made before there was a runtime. It is given once.
    fn called_already(&self, call: &impl Serialize) -> Option<oneshot::Receiver<Answer>> {
        let mut called = lock(&self.called);
        if called.is_empty() {
            return None;
        }
        let call = serde_json::to_vec(call).ok()?;
        let at = called.iter().position(|(earlier, _)| *earlier == call)?;
        Some(called.swap_remove(at).1)
    }

    async fn send(&self, message: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(message)?;
        line.push(b'\n');
        self.writer.lock().await.write_all(&line).await
    }
}

async fn listen(
    reader: impl AsyncRead + Unpin,
    waiting: Waiting,
    notices: broadcast::Sender<Notice>,
    close: watch::Sender<bool>,
) {
    let mut reader = BufReader::with_capacity(READ_AHEAD, reader);
    while let Ok(Some(line)) = read_line(&mut reader, LONGEST_ANSWER).await {
        if let Ok(answer) = serde_json::from_slice::<Answer>(&line) {
            if let Some(asker) = lock(&waiting).remove(&answer.id) {
                // The caller may have given up waiting.
                let _ = asker.send(answer);
            }
        } else if let Ok(announcement) = serde_json::from_slice::<Announcement>(&line) {
            // There may be no receiver.
            let _ = notices.send(announcement.notice);
        } else {
            tracing::debug!("a line of an unknown kind was left aside");
        }
    }
    let _ = close.send(true);
    lock(&waiting).clear();
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Starts the agent so that it outlives this process and its terminal, and is started again if it crashes.
fn start(program: &Path) -> io::Result<()> {
    let mut agent = Command::new(quiet::program(program));
    agent.args(["agent", "--restart"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    process::set_apart(&mut agent);
    drawing::is_its_own_matter(&mut agent);
    agent.spawn().map(drop)
}

fn trouble(error: &io::Error) -> Failure {
    tracing::debug!(kind = %error.kind(), "the agent's socket");
    foreign(error).unwrap_or_else(|| explain::failure(Code::AgentBusy, &[]))
}

/// The words for another program in the agent's place.
pub(crate) fn foreign(error: &io::Error) -> Option<Failure> {
    let Foreign { process, program } = error.get_ref()?.downcast_ref()?;
    let program = program.as_ref().map(|program| format!(", {}", program.display()));
    let process = process.map(|process| format!(", process {process}"));
    let which = [program, process].into_iter().flatten().collect::<String>();
    Some(explain::failure(Code::AgentForeign, &[("which", &which)]))
}
