//! The conversation with one client: requests in, answers and notices out.

use std::{
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use connect_core::{
    contract::{
        intent::{self, Intent, Request as _},
        view::{Asker, Failure, Notice},
    },
    controller::{Controller, Listens, Write},
    org::address,
    platform::program,
};
use serde::Serialize;
use serde_json::value::RawValue;
use tokio::{
    io::{AsyncWriteExt, BufReader},
    sync::{broadcast, mpsc, watch},
    time::timeout,
};

use crate::{
    ask::Ask,
    lines::read_line,
    of_agent::{OfAgent, Quit, Status, Stop, StopWhenIdle},
    platform::{peer, session, socket},
    service::Service,
    wire::{self, Announcement, Answer, Call, Hello, LONGEST_REQUEST, PROTOCOL, Request, Welcome},
};

/// A client that sends nothing for this long, and listens to no notices, is disconnected.
const SILENCE: Duration = Duration::from_secs(120);

/// A client that does not read its answers for this long is disconnected.
const DEAF: Duration = Duration::from_secs(30);

/// Answers that may wait to be written to one client; then its further requests wait too.
const ANSWERS_AHEAD: usize = 64;

/// Talks with one client until it leaves.
///
/// # Errors
/// Ends with the error of the stream, of a line that is too long, or of a client that does not read.
pub(crate) async fn converse(stream: socket::Stream, service: Arc<Service>) -> io::Result<()> {
    // Before it is greeted: a `dtx` closes its memory once it is, and cannot be looked at from then on.
    let asker = Arc::new(program::asker(peer::process(&stream).as_ref()));
    let (reader, mut writer) = socket::split(stream);
    let mut reader = BufReader::new(reader);
    let (answers, mut to_write) = mpsc::channel::<Vec<u8>>(ANSWERS_AHEAD);
    let writing = async {
        while let Some(line) = to_write.recv().await {
            timeout(DEAF, writer.write_all(&line)).await??;
        }
        io::Result::Ok(())
    };
    let reading = async move {
        let mut listening = false;
        let mut ending = service.ending.subscribe();
        loop {
            let line = read_line(&mut reader, LONGEST_REQUEST);
            let line = async { if listening { line.await } else { timeout(SILENCE, line).await? } };
            let line = tokio::select! {
                line = line => line?,
                _ = ending.wait_for(|ending| *ending) => return io::Result::Ok(Left::LastAnswers),
            };
            let Some(line) = line else { return Ok(Left::Nothing) };
            let request: Request<Call> = serde_json::from_slice(&line)
                .map_err(|_| io::Error::new(io::ErrorKind::InvalidData, "not a request of this protocol"))?;
            // A client that asks faster than it reads waits here.
            let Ok(permit) = answers.clone().reserve_owned().await else { return Ok(Left::Nothing) };
            if !listening && wants_notices(&request.call) {
                listening = true;
                let (controller, ending) = (service.controller.clone(), service.ending.subscribe());
                // From before the request: what it begins is told.
                let (notices, listens) = (controller.notices(), controller.listens());
                tokio::spawn(forward(controller, notices, answers.clone(), ending, listens));
            }
            tokio::spawn(answer(request, service.clone(), asker.clone(), permit));
        }
    };
    tokio::pin!(writing);
    let left = tokio::select! {
        result = &mut writing => return result,
        result = reading => result?,
    };
    match left {
        Left::Nothing => Ok(()),
        // Ends when the last answer is written.
        Left::LastAnswers => writing.await,
    }
}

/// The work left when no more requests are read.
enum Left {
    Nothing,
    LastAnswers,
}

fn wants_notices(call: &Call) -> bool {
    let Call::Intent(intent) = call else { return false };
    matches!(
        **intent,
        Intent::Snapshot(_) | Intent::Connect(_) | Intent::Reconnect(_) | Intent::RotateSignIn(_)
    )
}

/// Passes on the notices from now on. A client that reads so slowly that some were dropped is told the state as it is, once it has
/// read the others: how a sign-in ended stands in it, too.
async fn forward(
    controller: Controller,
    mut notices: broadcast::Receiver<Notice>,
    answers: mpsc::Sender<Vec<u8>>,
    mut ending: watch::Receiver<bool>,
    _listens: Listens,
) {
    let mut has_missed = false;
    loop {
        let notice = if has_missed && notices.is_empty() {
            has_missed = false;
            Ok(Notice::Snapshot(controller.snapshot().await))
        } else {
            tokio::select! {
                // A notice told before the end is sent before the end.
                biased;
                notice = notices.recv() => notice,
                () = answers.closed() => return,
                _ = ending.wait_for(|ending| *ending) => return,
            }
        };
        match notice {
            Ok(notice) => {
                if answers.send(line(&Announcement::new(notice))).await.is_err() {
                    return;
                }
            }
            Err(broadcast::error::RecvError::Lagged(_)) => has_missed = true,
            Err(broadcast::error::RecvError::Closed) => return,
        }
    }
}

async fn answer(
    request: Request<Call>,
    service: Arc<Service>,
    asker: Arc<Asker>,
    permit: mpsc::OwnedPermit<Vec<u8>>,
) {
    let (what, began) = (name_of(&request.call), Instant::now());
    let outcome = match request.call {
        Call::Hello(hello) => greet(&hello),
        Call::OfAgent(wanted) => of_agent(wanted, &service).await,
        Call::Intent(intent) => carry_out(*intent, &service, &asker).await,
    };
    tracing::debug!(what, took = ?began.elapsed(), is_answered = outcome.is_ok(), "asked by a face");
    // A client that has left does not get the answer.
    permit.send(line(&Answer::new(request.id, outcome)));
}

/// Carries out an intent. A token is for whoever is at the other end.
async fn carry_out(intent: Intent, service: &Service, asker: &Asker) -> Result<Box<RawValue>, Failure> {
    if let Intent::Token(asked) = intent {
        let token = service.controller.token_for(Some(asker), asked).await.map_err(address::in_setup)?;
        return AsJson.write::<intent::Token>(&token);
    }
    service.controller.handle_any(intent, &AsJson).await
}

/// What is asked for, for the log: never with what it is asked.
fn name_of(call: &Call) -> &'static str {
    match call {
        Call::Hello(_) => "hello",
        Call::OfAgent(OfAgent::Status) => Status::METHOD,
        Call::OfAgent(OfAgent::Stop) => Stop::METHOD,
        Call::OfAgent(OfAgent::StopWhenIdle) => StopWhenIdle::METHOD,
        Call::OfAgent(OfAgent::Quit) => Quit::METHOD,
        Call::Intent(intent) => intent.method(),
    }
}

/// Answers every version alike: the other end decides what to do about a difference.
fn greet(hello: &Hello) -> Result<Box<RawValue>, Failure> {
    let Hello::Hello { version, .. } = hello;
    tracing::debug!(version, "greeted");
    let version = env!("CARGO_PKG_VERSION").to_owned();
    wire::write(
        "hello",
        &Welcome { protocol: PROTOCOL, version, pid: std::process::id(), session: session::name() },
    )
}

/// Carries out a request about the agent itself.
async fn of_agent(asked: OfAgent, service: &Arc<Service>) -> Result<Box<RawValue>, Failure> {
    match asked {
        OfAgent::Status => written(Status, service).await,
        OfAgent::Stop => written(Stop, service).await,
        OfAgent::StopWhenIdle => written(StopWhenIdle, service).await,
        OfAgent::Quit => written(Quit, service).await,
    }
}

async fn written<R: Ask>(request: R, service: &Arc<Service>) -> Result<Box<RawValue>, Failure> {
    AsJson.write::<R>(&request.carry_out(service).await?)
}

/// The form of the socket.
struct AsJson;

impl Write for AsJson {
    type Written = Box<RawValue>;

    fn write<R: intent::Request>(&self, reply: &R::Reply) -> Result<Box<RawValue>, Failure> {
        wire::write(R::METHOD, reply)
    }
}

fn line(message: &impl Serialize) -> Vec<u8> {
    let mut line = serde_json::to_vec(message).unwrap_or_default();
    line.push(b'\n');
    line
}
