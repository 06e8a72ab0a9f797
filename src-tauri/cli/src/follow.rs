//! Follows a sign-in to its end and reports what happens.

mod missed;
mod paste_back;

use std::time::{Duration, Instant};

use connect_agent::{Ask, Client};
use connect_core::{
    contract::{
        code::VaultQuestion,
        intent::{self, SignInOptions},
        view::{
            AttemptEvent, AttemptStarted, AttemptView, Awaited, BrowserChoice, Failure, Identity, KeyEnds,
            Notice, OrgKind,
        },
    },
    explain::{self, Code},
    org::salesforce,
    secret::Secret,
};
use serde::Serialize;
use time::OffsetDateTime;
use tokio::sync::broadcast::{self, error::RecvError};

use crate::{
    arguments::SignIn,
    browser,
    connections::{card, kind_badge},
    end::{self, AskedToEnd},
    local, output, session,
    terminal::{self, Answer, Typing},
    vault,
};

/// How often a wait is reported: often enough to show progress, seldom enough for a screen reader.
const BETWEEN_WORDS_OF_WAITING: Duration = Duration::from_secs(60);

/// How long an app that may not be active yet is waited for without a terminal, in seconds.
const BRIEF: u64 = 45;

/// The way on that only the terminal has.
const DESPITE_PAUSE: &str = "To sign in now all the same, add --despite-pause to the command.";

/// The options of the sign-in, as the command gives them.
///
/// # Errors
/// The command names a browser that is not there.
pub(crate) fn options(sign_in: &SignIn) -> Result<SignInOptions, Failure> {
    let default = if terminal::is_present() { salesforce::ACTIVATION_LONGEST.as_secs() } else { BRIEF };
    Ok(SignInOptions {
        user: sign_in.user.clone(),
        accept_user: sign_in.accept_user.clone(),
        may_ask: terminal::is_present() && !sign_in.json.json,
        hosted: sign_in.hosted,
        despite_pause: sign_in.despite_pause,
        wait_seconds: Some(sign_in.wait.unwrap_or(default)),
        browser: browser::of_sign_in(&sign_in.opens)?,
    })
}

/// A remark on a sign-in that still waits, as a line of `--json`.
#[derive(Serialize)]
struct Remark<'a> {
    event: &'static str,
    #[serde(flatten)]
    failure: &'a Failure,
}

pub(crate) struct Follower<'a> {
    client: &'a Client,
    sign_in: &'a SignIn,
    attempt: String,
    /// Whether another client began the sign-in: that one opens the browser, and the sign-in goes on without this one.
    joined: bool,
    /// A text to print once before the browser opens.
    before_browser: Option<String>,
    /// A text to print once it is connected, unless it is a practice org.
    afterwards: Option<&'static str>,
    /// The reported arrivals that were not the browser's answer.
    noticed: Vec<Code>,
    /// The first part of an address that was pasted in several lines.
    part: Option<Secret>,
    /// The text that was pasted last, where it explained a refusal.
    explained: Option<Secret>,
    /// The address that the browser was sent to last.
    address: Option<String>,
    /// Who it was that signed in, where a person was asked and has answered.
    answered: Option<Identity>,
    /// Whether standard input is read: from the moment an address can be pasted until one was accepted.
    takes_address: bool,
    told_of_waiting: Option<Instant>,
    /// What can be shown of the key that the org is asked about.
    key: Option<KeyEnds>,
    /// The org's host.
    host: String,
    /// Whether a first sign-in was begun without naming a user.
    names_nobody: bool,
}

/// The requests that begin a sign-in.
pub(crate) trait SignsIn: Ask<Reply = AttemptStarted> {
    fn options(&mut self) -> &mut SignInOptions;
    /// Whether it may be the first sign-in to its org, and so of a user whom nobody knows yet.
    fn is_first(&self) -> bool;
}

impl SignsIn for intent::Connect {
    fn options(&mut self) -> &mut SignInOptions {
        &mut self.options
    }

    fn is_first(&self) -> bool {
        true
    }
}

impl SignsIn for intent::Reconnect {
    fn options(&mut self) -> &mut SignInOptions {
        &mut self.options
    }

    fn is_first(&self) -> bool {
        false
    }
}

impl SignsIn for intent::RotateSignIn {
    fn options(&mut self) -> &mut SignInOptions {
        &mut self.options
    }

    fn is_first(&self) -> bool {
        false
    }
}

impl<'a> Follower<'a> {
    pub(crate) fn new(client: &'a Client, sign_in: &'a SignIn) -> Self {
        Self {
            client,
            sign_in,
            attempt: String::new(),
            joined: false,
            before_browser: None,
            afterwards: None,
            noticed: Vec::new(),
            part: None,
            explained: None,
            address: None,
            answered: None,
            takes_address: false,
            told_of_waiting: None,
            key: None,
            host: String::new(),
            names_nobody: false,
        }
    }

    /// Sets the text to print before the browser opens.
    pub(crate) fn before_browser(mut self, text: String) -> Self {
        self.before_browser = Some(text);
        self
    }

    /// Sets the text to print once a real org is connected.
    pub(crate) fn afterwards(mut self, text: &'static str) -> Self {
        self.afterwards = Some(text);
        self
    }

    /// Starts a sign-in and returns its exit code once it has ended.
    pub(crate) async fn start(mut self, sign_in: impl SignsIn) -> Result<u8, Failure> {
        let notices = self.client.notices();
        self.names_nobody = sign_in.is_first() && self.sign_in.user.is_none();
        self.attempt = self.begin(sign_in).await?.attempt;
        self.follow(notices).await
    }

    /// Follows a sign-in that another client began. `None` when it has ended meanwhile.
    pub(crate) async fn join(mut self, attempt: &str) -> Result<Option<u8>, Failure> {
        let notices = self.client.notices();
        let snapshot = self.client.call(intent::Snapshot).await?;
        let Some(view) = snapshot.attempts.into_iter().find(|view| view.id == attempt) else {
            return Ok(None);
        };
        let AttemptView { id, host, key, authorize_url, next_check_at, lacks, noticed, .. } = view;
        (self.attempt, self.host, self.key, self.joined) = (id, host, key, true);
        if let Some(at) = next_check_at {
            self.waiting(lacks.map_or(Awaited::Activation, |lacks| lacks.what), at);
        }
        if let Some(url) = authorize_url {
            self.authorize(&url, &BrowserChoice::Default).await;
        }
        if let Some(noticed) = noticed {
            self.tell(&noticed)?;
        }
        self.follow(notices).await.map(Some)
    }

    /// Starts the sign-in. In a pause that the org has asked for, first asks whether to sign in all the same; without a
    /// keychain, how else to keep the key.
    async fn begin(&self, mut sign_in: impl SignsIn) -> Result<AttemptStarted, Failure> {
        let mut result = session::call(self.client, sign_in.clone()).await;
        let may_choose = terminal::is_present() && !self.is_json();
        if let Err(pause) = &mut result
            && pause.code == Code::PauseAsked
        {
            pause.fix.push(DESPITE_PAUSE.to_owned());
            if may_choose {
                output::hint(&pause.message);
                if terminal::confirm("Sign in now all the same?").await {
                    sign_in.options().despite_pause = true;
                    result = session::call(self.client, sign_in.clone()).await;
                }
            }
        }
        let asked = result.as_ref().err().and_then(|trouble| trouble.code.vault_question());
        match result {
            Err(trouble) if asked == Some(VaultQuestion::NewKey) => {
                if self.sign_in.without_key.start_over
                    || (may_choose && vault::asks_to_start_over(self.client, &trouble).await)
                {
                    vault::start_over(self.client).await?;
                    session::call(self.client, sign_in).await
                } else {
                    Err(trouble)
                }
            }
            Err(trouble) if asked.is_some_and(VaultQuestion::is_how_else) && may_choose => {
                if vault::choose_without_keychain(self.client, &trouble).await? {
                    session::call(self.client, sign_in).await
                } else {
                    Err(trouble)
                }
            }
            result => result,
        }
    }

    async fn follow(mut self, mut notices: broadcast::Receiver<Notice>) -> Result<u8, Failure> {
        let mut asked_to_end = AskedToEnd::listen();
        loop {
            let step = tokio::select! {
                // What the agent said before it went is read first.
                biased;
                notice = notices.recv() => self.notice(notice).await?,
                // Whatever else came meanwhile needs an agent to be told to.
                () = self.client.closed() => {
                    notices = self.come_back().await?;
                    self.catch_up().await?
                }
                line = terminal::line(), if self.takes_address => self.paste_back(line).await?,
                () = asked_to_end.next() => self.leave().await?,
            };
            if let Some(code) = step {
                return Ok(code);
            }
        }
    }

    fn is_json(&self) -> bool {
        self.sign_in.json.json
    }

    /// `Some` exit code when the sign-in has ended.
    async fn notice(&mut self, notice: Result<Notice, RecvError>) -> Result<Option<u8>, Failure> {
        match notice {
            Ok(Notice::Attempt { attempt, event, .. }) if attempt == self.attempt => self.event(event).await,
            Ok(Notice::Snapshot(snapshot)) => self.stands(snapshot).await,
            // These notices are about other sign-ins.
            Ok(_) => Ok(None),
            Err(RecvError::Lagged(_)) => self.catch_up().await,
            Err(RecvError::Closed) => Err(explain::failure(Code::AgentBusy, &[])),
        }
    }

    /// `Some` exit code when the sign-in has ended with this.
    async fn event(&mut self, event: AttemptEvent) -> Result<Option<u8>, Failure> {
        if self.is_told(&event) {
            return Ok(None);
        }
        let json = self.is_json();
        // How it failed is told as it is of every command.
        if json && !matches!(event, AttemptEvent::Confirm { .. } | AttemptEvent::Failed(_)) {
            output::json(&event)?;
        }
        match event {
            AttemptEvent::Authorize { url, browser, .. } => {
                self.authorize(&url, &browser.unwrap_or_default()).await;
            }
            AttemptEvent::Waiting { what, next_check_at } if !json => self.waiting(what, next_check_at),
            AttemptEvent::Waiting { .. } => {}
            AttemptEvent::Confirm { found, question } => self.confirm(&found, &question).await?,
            AttemptEvent::Connected { alias, username, instance_url, kind, remark, .. } => {
                if !json {
                    let badge = kind_badge(kind);
                    output::line(&format!("Connected {alias} ({badge}) as {username} at {instance_url}"));
                    if self.names_nobody {
                        output::hint(&format!("Signed in as {username}: no username was entered before."));
                    }
                    if let Some(remark) = remark {
                        output::hint(&remark.message);
                    }
                    if let Some(text) = self.afterwards.filter(|_| kind != OrgKind::Practice) {
                        output::hint(text);
                    }
                }
                return Ok(Some(0));
            }
            AttemptEvent::Failed(failure) => return Err(failure),
        }
        Ok(None)
    }

    /// Says once what arrived instead of the answer, and how to go on. The sign-in still waits.
    fn tell(&mut self, noticed: &Failure) -> Result<(), Failure> {
        if self.noticed.contains(&noticed.code) {
            return Ok(());
        }
        self.noticed.push(noticed.code);
        self.say(noticed)
    }

    fn say(&self, remark: &Failure) -> Result<(), Failure> {
        if self.is_json() {
            return output::json(&Remark { event: "notice", failure: remark });
        }
        output::failure(remark);
        Ok(())
    }

    /// Says that the sign-in waits until the org knows `what`: the key, or one of the callback lines.
    fn waiting(&mut self, what: Awaited, next_check_at: OffsetDateTime) {
        if self.told_of_waiting.is_some_and(|told| told.elapsed() < BETWEEN_WORDS_OF_WAITING) {
            return;
        }
        let at = local::second(next_check_at);
        output::hint(&if what == Awaited::Callback {
            format!(
                "No address that leads back to this computer is known in the app's Callback URL yet. Asking again at {at}."
            )
        } else if self.told_of_waiting.is_some() {
            format!("Not known yet. Asking again at {at}.")
        } else {
            let key = self.key.as_ref().map(|key| format!(" ({key})")).unwrap_or_default();
            format!(
                "Salesforce does not know this Consumer Key{key} yet. A new app takes 2 to 10 minutes; one that is cut off, or of another org, stays unknown: compare it with Setup. Asking again at {at}."
            )
        });
        self.told_of_waiting = Some(Instant::now());
    }

    async fn authorize(&mut self, url: &str, choice: &BrowserChoice) {
        let json = self.is_json();
        self.address = Some(url.to_owned());
        if let Some(text) = self.before_browser.take() {
            output::hint(&text);
        }
        let may_open = !self.joined && !self.sign_in.no_browser;
        let opened = may_open && browser::open(url, choice, !json).await;
        if !json {
            output::hint(if self.joined {
                "The sign-in is under way in a browser. If it is there no more, sign in at this address:"
            } else if opened {
                "Your browser is opening. Sign in there and press Allow. If it did not open, use this address:"
            } else {
                "Open this address in a browser, sign in and press Allow:"
            });
            output::hint(url);
        }
        if self.sign_in.no_browser || terminal::is_present() {
            if !self.is_json() {
                output::hint(
                    "If the browser ends on a page that does not load, paste the address of that page here. If it stays where it is after Allow, open the address above once more, or in another browser.",
                );
            }
            self.takes_address = true;
        }
    }

    async fn confirm(&mut self, found: &Identity, question: &Failure) -> Result<(), Failure> {
        let accept = terminal::is_present()
            && !self.is_json()
            && {
                output::failure(question);
                output::hint(&card(found.kind, &self.host, &found.username));
                let words = format!(
                    "[Enter] no: nothing is stored, and you can sign in as somebody else\nKeep the connection as {} all the same? [y/N]\n",
                    found.username
                );
                match terminal::question(&words, Typing::Shown).await {
                    // EXPOSE: a yes or a no.
                    Answer::Line(line) => matches!(line.expose().trim(), "y" | "Y" | "yes"),
                    Answer::EndOfInput | Answer::AskedToEnd => false,
                }
            };
        let attempt = self.attempt.clone();
        match self.client.call(intent::Answer { attempt, accept }).await {
            // The agent hung up meanwhile: what is asked now stands in what it says next.
            Err(failure) if failure.code == Code::AgentBusy => return Ok(()),
            // The sign-in ended before the answer, and how is on its way.
            Err(failure) if failure.code != Code::NothingUnderWay => return Err(failure),
            Ok(()) | Err(_) => {}
        }
        self.answered = Some(found.clone());
        Ok(())
    }

    async fn leave(&self) -> Result<Option<u8>, Failure> {
        if self.joined {
            return Ok(Some(end::ASKED));
        }
        let attempt = self.attempt.clone();
        // The attempt reports its end itself, after tokens that came meanwhile are revoked.
        match self.client.call(intent::Cancel { attempt }).await {
            Err(failure) if failure.code != Code::NothingUnderWay => Err(failure),
            Ok(()) | Err(_) => Ok(None),
        }
    }

    async fn give_up(&self) {
        let attempt = self.attempt.clone();
        if let Err(failure) = self.client.call(intent::Cancel { attempt }).await {
            tracing::debug!(code = ?failure.code, "the attempt had ended already");
        }
    }
}
