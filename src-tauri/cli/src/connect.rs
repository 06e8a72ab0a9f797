//! `dtx connect` and `dtx reconnect`: a sign-in, told step by step.

use std::{io, path::Path};

use connect_agent::Client;
use connect_core::{
    explain::{self, Code},
    intent::{self, Intent, SignInOptions},
    secret::Secret,
    view::{AttemptEvent, AttemptStarted, ConnectionView, Failure, Identity, Notice},
};
use tokio::sync::{broadcast, mpsc};

use crate::{
    arguments::{Connect, Reconnect, SignIn},
    connections::kind_badge,
    end::AskedToEnd,
    output, session, terminal, vault,
};

/// How long an unknown key is asked about, in seconds: with somebody there to wait, and without.
const PATIENT: u64 = 1800;
const BRIEF: u64 = 45;

pub(crate) async fn connect(command: Connect) -> Result<u8, Failure> {
    let json = command.sign_in.json.json;
    reported(json, connect_events(command).await)
}

pub(crate) async fn reconnect(command: Reconnect) -> Result<u8, Failure> {
    let json = command.sign_in.json.json;
    reported(json, reconnect_events(command).await)
}

/// With `--json`, a failure that comes before any sign-in has begun is told like one that comes later.
fn reported(json: bool, result: Result<u8, Failure>) -> Result<u8, Failure> {
    match result {
        Err(failure) if json => {
            let code = failure.code.exit();
            output::json(&AttemptEvent::Failed(failure))?;
            Ok(code)
        }
        result => result,
    }
}

async fn connect_events(command: Connect) -> Result<u8, Failure> {
    let Connect { address, alias, sign_in } = command;
    connect_core::address::parse(&address).map_err(|error| error.failure())?;
    let client = session::open().await?;
    let known = match &alias {
        Some(alias) => connections(&client).await?.iter().any(|connection| connection.alias == *alias),
        None => false,
    };
    let (key, secret) = pair(&sign_in, known)?;
    let options = options(&sign_in);
    let intent = Intent::Connect(intent::Connect { address, alias, key, secret, options });
    follow(&client, intent, &sign_in).await
}

async fn reconnect_events(command: Reconnect) -> Result<u8, Failure> {
    let Reconnect { name, sign_in } = command;
    let client = session::open().await?;
    let (key, secret) = pair(&sign_in, true)?;
    let options = options(&sign_in);
    follow(&client, Intent::Reconnect(intent::Reconnect { name, key, secret, options }), &sign_in).await
}

async fn connections(client: &Client) -> Result<Vec<ConnectionView>, Failure> {
    client.call(Intent::List).await
}

fn options(sign_in: &SignIn) -> SignInOptions {
    let default = if terminal::is_present() { PATIENT } else { BRIEF };
    SignInOptions {
        user: sign_in.user.clone(),
        accept_user: sign_in.accept_user.clone(),
        wait_seconds: sign_in.wait.unwrap_or(default),
    }
}

/// The key and the secret: as given, else asked for, unless a stored pair can serve.
fn pair(sign_in: &SignIn, stored: bool) -> Result<(Option<Secret>, Option<Secret>), Failure> {
    let ask = !stored && terminal::is_present();
    let key = match &sign_in.key {
        Some(key) => Some(Secret::new(key.clone())),
        None if ask => Some(Secret::new(terminal::ask("Consumer Key")?)),
        None => None,
    };
    let secret = match (&sign_in.secret_file, sign_in.secret_stdin) {
        (Some(file), _) => Some(first_line_of(file)?),
        (None, true) => Some(line_of_stdin().ok_or_else(|| session::missing("Consumer Secret"))?),
        (None, false) if ask => {
            Some(terminal::ask_hidden("Consumer Secret (not shown while you type or paste)")?)
        }
        (None, false) => None,
    };
    if !stored && (key.is_none() || secret.is_none()) {
        let what = if key.is_none() { "Consumer Key (--key)" } else { "Consumer Secret (--secret-stdin)" };
        return Err(session::missing(what));
    }
    Ok((key, secret))
}

fn first_line_of(file: &Path) -> Result<Secret, Failure> {
    let unreadable = || session::missing(&format!("Consumer Secret (the file {})", file.display()));
    let text = std::fs::read_to_string(file).map_err(|_| unreadable())?;
    let line = text.lines().next().filter(|line| !line.trim().is_empty()).ok_or_else(unreadable)?;
    Ok(Secret::new(line))
}

fn line_of_stdin() -> Option<Secret> {
    let mut line = String::new();
    let read = io::stdin().read_line(&mut line).ok()?;
    (read > 0).then(|| Secret::new(line.trim_end_matches(['\r', '\n'])))
}

/// Starts the sign-in and tells what happens until it ends.
async fn follow(client: &Client, intent: Intent, sign_in: &SignIn) -> Result<u8, Failure> {
    let mut notices = client.notices();
    let started = begin(client, intent, sign_in).await?;
    let mut follower =
        Follower { client, attempt: started.attempt, sign_in, lines: None, takes_address: true };
    let mut asked_to_end = AskedToEnd::listen();
    loop {
        let step = tokio::select! {
            notice = notices.recv() => follower.notice(notice).await?,
            line = next_line(&mut follower.lines), if follower.takes_address => follower.paste_back(line).await?,
            () = asked_to_end.next() => follower.cancel().await?,
            () = client.closed() => return Err(explain::failure(Code::AgentBusy, &[])),
        };
        if let Some(code) = step {
            return Ok(code);
        }
    }
}

/// Starts the sign-in; where there is no keychain, once another way was chosen.
async fn begin(client: &Client, intent: Intent, sign_in: &SignIn) -> Result<AttemptStarted, Failure> {
    let result = session::call(client, intent.clone()).await;
    let may_choose = terminal::is_present() && !sign_in.json.json;
    match result {
        Err(trouble) if trouble.code == Code::KeychainMissing && may_choose => {
            if vault::choose_without_keychain(client, &trouble).await? {
                session::call(client, intent).await
            } else {
                Err(trouble)
            }
        }
        result => result,
    }
}

async fn next_line(lines: &mut Option<mpsc::Receiver<Secret>>) -> Option<Secret> {
    match lines {
        Some(lines) => lines.recv().await,
        None => std::future::pending().await,
    }
}

struct Follower<'a> {
    client: &'a Client,
    attempt: String,
    sign_in: &'a SignIn,
    /// Lines of standard input, from the moment an address can be pasted back.
    lines: Option<mpsc::Receiver<Secret>>,
    /// Whether the next line is an address. Once one has counted, what follows it is no answer to the sign-in.
    takes_address: bool,
}

impl Follower<'_> {
    /// `Some` exit code when the sign-in has ended.
    async fn notice(
        &mut self,
        notice: Result<Notice, broadcast::error::RecvError>,
    ) -> Result<Option<u8>, Failure> {
        let event = match notice {
            Ok(Notice::Attempt { attempt, event }) if attempt == self.attempt => event,
            // Nothing of this sign-in.
            Ok(_) | Err(broadcast::error::RecvError::Lagged(_)) => return Ok(None),
            Err(broadcast::error::RecvError::Closed) => return Err(explain::failure(Code::AgentBusy, &[])),
        };
        let json = self.sign_in.json.json;
        if json && !matches!(event, AttemptEvent::Confirm { .. }) {
            output::json(&event)?;
        }
        match event {
            AttemptEvent::Authorize { url, .. } => self.authorize(&url),
            AttemptEvent::Waiting { next_check_at, .. } if !json => {
                let at = next_check_at.time();
                output::hint(&format!(
                    "Salesforce does not know this Consumer Key yet. A new app takes 2 to 10 minutes. Asking again at {:02}:{:02}:{:02} UTC.",
                    at.hour(),
                    at.minute(),
                    at.second()
                ));
            }
            AttemptEvent::Waiting { .. } => {}
            AttemptEvent::Confirm { found, question } => self.confirm(&found, &question).await?,
            AttemptEvent::Connected { alias, username, instance_url, kind, .. } => {
                if !json {
                    let kind = kind_badge(kind);
                    output::line(&format!("Connected {alias} ({kind}) as {username} at {instance_url}"));
                }
                return Ok(Some(0));
            }
            AttemptEvent::Failed(failure) if json => return Ok(Some(failure.code.exit())),
            AttemptEvent::Failed(failure) => return Err(failure),
        }
        Ok(None)
    }

    fn authorize(&mut self, url: &str) {
        let json = self.sign_in.json.json;
        let opened = !self.sign_in.no_browser && open::that_detached(url).is_ok();
        if !json {
            output::hint(if opened {
                "Your browser is opening. Sign in there and press Allow. If it did not open, use this address:"
            } else {
                "Open this address in a browser, sign in and press Allow:"
            });
            output::hint(url);
        }
        if self.sign_in.no_browser || terminal::is_present() {
            if !json {
                output::hint(
                    "If the browser ends on a page that does not load, paste the address of that page here.",
                );
            }
            self.lines.get_or_insert_with(lines_of_stdin);
        }
    }

    async fn paste_back(&mut self, line: Option<Secret>) -> Result<Option<u8>, Failure> {
        let Some(address) = line else {
            // The end of input: the browser may still come back by itself.
            self.takes_address = false;
            return Ok(None);
        };
        if address.is_empty() {
            return Ok(None);
        }
        let attempt = self.attempt.clone();
        let taken: Result<(), Failure> = self.client.call(Intent::PasteBack { attempt, address }).await;
        match taken {
            Ok(()) => {
                self.takes_address = false;
                Ok(None)
            }
            // The browser was faster; what came of it is on its way.
            Err(failure) if failure.code == Code::NothingUnderWay => Ok(None),
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

    async fn confirm(&mut self, found: &Identity, question: &Failure) -> Result<(), Failure> {
        let accept = terminal::is_present() && !self.sign_in.json.json && {
            output::failure(question);
            output::hint(&format!("Keep the connection as {} all the same? [y/N]", found.username));
            let lines = self.lines.get_or_insert_with(lines_of_stdin);
            // EXPOSE: a yes or a no.
            lines.recv().await.is_some_and(|answer| matches!(answer.expose().trim(), "y" | "Y" | "yes"))
        };
        let attempt = self.attempt.clone();
        self.client.call(Intent::Answer { attempt, accept }).await
    }

    async fn cancel(&self) -> Result<Option<u8>, Failure> {
        let attempt = self.attempt.clone();
        // The attempt tells its end itself, once tokens that came meanwhile are given back.
        self.client.call::<()>(Intent::Cancel { attempt }).await.map(|()| None)
    }

    async fn give_up(&self) {
        let attempt = self.attempt.clone();
        if let Err(failure) = self.client.call::<()>(Intent::Cancel { attempt }).await {
            tracing::debug!(code = ?failure.code, "the attempt had ended already");
        }
    }
}

/// Reads standard input on a thread of its own, since a read cannot be taken back.
fn lines_of_stdin() -> mpsc::Receiver<Secret> {
    let (sender, receiver) = mpsc::channel(1);
    std::thread::spawn(move || {
        while let Some(line) = line_of_stdin() {
            if sender.blocking_send(line).is_err() {
                return;
            }
        }
    });
    receiver
}
