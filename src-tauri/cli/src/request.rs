//! `dtx request`: an admin is asked to make the app, and the sealed answer is opened.

use std::{
    io::Read,
    path::{Path, PathBuf},
};

use connect_agent::Client;
use connect_core::{
    contract::{
        intent,
        view::{AdminRequestView, AnswerOpened, Failure, RequestStanding},
    },
    explain::{self, Code},
    org::address,
    sealed::{self, NoAnswer, Written},
    secret::Secret,
};
use serde::Serialize;

use crate::{
    arguments::{Answer, Json, Request, RequestCommand},
    follow::{Follower, options},
    local, output,
    platform::terminal::END_OF_INPUT,
    session, terminal,
    text::Page,
    walk,
};

/// The argument that stands for standard input.
const STDIN: &str = "-";

/// The output of `request new --json` and `request page --json`.
#[derive(Serialize)]
struct Made<'a> {
    file: &'a str,
    sha256: &'a str,
    request: Told<'a>,
}

/// The output of `request list --json`.
#[derive(Serialize)]
struct Listed<'a> {
    requests: Vec<Told<'a>>,
}

/// A request, as `--json` tells it.
#[derive(Serialize)]
struct Told<'a> {
    id: &'a str,
    number: &'a str,
    host: &'a str,
    asked_by: &'a str,
    standing: RequestStanding,
    #[serde(with = "time::serde::rfc3339")]
    asked_at: time::OffsetDateTime,
    #[serde(with = "time::serde::rfc3339")]
    expires_at: time::OffsetDateTime,
    #[serde(with = "time::serde::rfc3339::option")]
    ended_at: Option<time::OffsetDateTime>,
    /// Until when what an answer held is kept for a sign-in, if it is.
    #[serde(with = "time::serde::rfc3339::option", skip_serializing_if = "Option::is_none")]
    opened_until: Option<time::OffsetDateTime>,
}

/// A line of `request answer --json`, before those of the sign-in.
#[derive(Serialize)]
struct Opened<'a> {
    event: &'static str,
    request: Told<'a>,
    exchanged: bool,
}

pub(crate) async fn request(command: Request) -> Result<u8, Failure> {
    match command.command {
        RequestCommand::New { address, from, days, file, json } => {
            let may_ask = terminal::is_present() && !json.json;
            let org = walk::address::understand(&address, may_ask).await?;
            let client = session::open().await?;
            let asked = intent::AskAdmin { address: org.view().origin, asked_by: from, days };
            let request = session::call(&client, asked).await?;
            if let Err(failure) = written(&request, file, json) {
                // Nobody has its page.
                session::call(&client, intent::WithdrawRequest { id: request.id }).await?;
                return Err(failure);
            }
            if !json.json {
                say_beside(&client, &request).await?;
            }
            Ok(0)
        }
        RequestCommand::List { json } => list(json).await,
        RequestCommand::Page { number, file, json } => {
            let client = session::open().await?;
            let request = session::call(&client, intent::RequestPage { id: number }).await?;
            written(&request, file, json)?;
            Ok(0)
        }
        RequestCommand::Answer(answer) => open(&answer).await,
        RequestCommand::Withdraw { number, json } => {
            let client = session::open().await?;
            let request = session::call(&client, intent::WithdrawRequest { id: number }).await?;
            if json.json {
                output::json(&told(&request))?;
            } else {
                output::line(&Page::of_results().wrapped("", &line(&request)));
            }
            Ok(0)
        }
    }
}

/// Writes the page, and says what to do with it.
fn written(request: &AdminRequestView, file: Option<PathBuf>, json: Json) -> Result<(), Failure> {
    let file = file.unwrap_or_else(|| PathBuf::from(sealed::file_name(request)));
    let Written { file, sha256 } = sealed::write(request, &file)?;
    if json.json {
        return output::json(&Made { file: &file, sha256: &sha256, request: told(request) });
    }
    output::line(&file);
    let page = Page::stderr();
    output::hint(&page.wrapped("", &line(request)));
    for step in [
        "Send this file to the admin, by mail or chat. It holds nothing secret. Where a mail system keeps HTML files back, send it in a ZIP file.",
        "Tell the admin its SHA-256 another way, by telephone or in person, and have it compared there:",
    ] {
        output::hint(&page.wrapped("- ", step));
    }
    output::hint(&format!("  {sha256}"));
    output::hint(
        &page.wrapped("- ", "Open what comes back: dtx request answer FILE, or paste it in the window."),
    );
    Ok(())
}

/// Says what else there is for the same org: another request, and connections.
async fn say_beside(client: &Client, request: &AdminRequestView) -> Result<(), Failure> {
    let page = Page::stderr();
    let requests = session::call(client, intent::AdminRequests).await?;
    let is_another = |other: &&AdminRequestView| {
        other.id != request.id && other.host == request.host && other.standing == RequestStanding::Open
    };
    for other in requests.iter().filter(is_another) {
        let words = format!(
            "There is another request for this org: {}. If it is not needed, take it back: dtx request withdraw {}",
            other.number, other.number
        );
        output::hint(&page.wrapped("", &words));
    }
    for connection in client.call(intent::List).await?.iter().filter(|known| known.host == request.host) {
        let words = format!(
            "This org is connected already, as {}. What an answer holds takes the place of its key and secret once you sign in with it.",
            connection.alias
        );
        output::hint(&page.wrapped("", &words));
    }
    Ok(())
}

async fn list(json: Json) -> Result<u8, Failure> {
    let client = session::open().await?;
    let requests = session::call(&client, intent::AdminRequests).await?;
    if json.json {
        output::json(&Listed { requests: requests.iter().map(told).collect() })?;
        return Ok(0);
    }
    if requests.is_empty() {
        output::hint("No request was made. dtx request new asks an admin to make the app.");
    }
    for request in &requests {
        output::line(&Page::of_results().wrapped("", &line(request)));
    }
    Ok(0)
}

/// Opens an answer, and goes on to the sign-in.
async fn open(answer: &Answer) -> Result<u8, Failure> {
    let text = sealed::alone(&text_of(answer).await?).map_err(NoAnswer::failure)?;
    let client = session::open().await?;
    refuse_name_of_another_org(&client, answer, &text).await?;
    let open = intent::OpenAnswer { text, host: None, request: answer.request.clone() };
    let opened = session::call(&client, open).await?;
    say_opened(&opened, answer.json)?;
    let sign_in = answer.sign_in();
    let connect = intent::Connect {
        address: opened.request.address.origin,
        alias: answer.alias.clone(),
        key: None,
        secret: None,
        options: options(&sign_in)?,
    };
    Follower::new(&client, &sign_in).start(connect).await
}

/// A name that belongs to another org stops the sign-in: then the answer is better left unopened.
async fn refuse_name_of_another_org(client: &Client, answer: &Answer, text: &Secret) -> Result<(), Failure> {
    // EXPOSE: looked through for the answer, which is sealed.
    let (Some(alias), Ok(found)) = (&answer.alias, sealed::read(text.expose())) else { return Ok(()) };
    let requests = session::call(client, intent::AdminRequests).await?;
    let Some(request) = requests.into_iter().find(|request| request.id == found.request) else {
        return Ok(());
    };
    let connections = client.call(intent::List).await?;
    let is_taken =
        connections.iter().any(|connection| connection.alias == *alias && connection.host != request.host);
    if is_taken {
        return Err(explain::failure(Code::NameOtherHost, &[("alias", alias), ("host", &request.host)]));
    }
    Ok(())
}

fn say_opened(opened: &AnswerOpened, json: Json) -> Result<(), Failure> {
    if json.json {
        let event = Opened { event: "opened", request: told(&opened.request), exchanged: opened.exchanged };
        output::json(&event)?;
    }
    walk::answer::say(opened);
    Ok(())
}

/// The text with the answer: from a file, from standard input, or pasted.
async fn text_of(answer: &Answer) -> Result<Secret, Failure> {
    match &answer.file {
        Some(file) if file != Path::new(STDIN) => {
            let opened = std::fs::File::open(file).map_err(|error| unread(file, &error))?;
            read(opened).map_err(|error| unread(file, &error))
        }
        Some(_) => read(std::io::stdin().lock()).map_err(|error| explain::unexpected(error.kind())),
        None if terminal::is_present() => {
            let words = format!("Paste the sealed answer, then press {END_OF_INPUT}. It is not shown.");
            terminal::paste(&words).await
        }
        None => Err(terminal::missing("the sealed answer (a file, or - for standard input)")),
    }
}

fn read(from: impl Read) -> std::io::Result<Secret> {
    let mut bytes = Vec::new();
    let longest = u64::try_from(sealed::LONGEST_TEXT).unwrap_or(u64::MAX);
    from.take(longest).read_to_end(&mut bytes)?;
    Ok(Secret::new(String::from_utf8_lossy(&bytes)))
}

fn unread(file: &Path, error: &std::io::Error) -> Failure {
    let (file, reason) = (explain::shown(&file.display().to_string()), explain::io_reason(error));
    terminal::missing(&format!("the sealed answer ({file}: {reason})"))
}

fn told(request: &AdminRequestView) -> Told<'_> {
    Told {
        id: &request.id,
        number: &request.number,
        host: &request.host,
        asked_by: &request.asked_by,
        standing: request.standing,
        asked_at: request.asked_at,
        expires_at: request.expires_at,
        ended_at: request.ended_at,
        opened_until: request.opened_until,
    }
}

/// A request in one line.
fn line(request: &AdminRequestView) -> String {
    let org = address::parse_stored(&request.address.origin)
        .map_or_else(|_| request.host.clone(), |org| format!("{} ({})", org.words(), org.host()));
    let ended = local::moment(request.ended_at.unwrap_or(request.expires_at));
    let standing = match request.standing {
        RequestStanding::Open => match request.opened_until.map(local::moment) {
            Some(until) => format!(
                "an answer is opened, and what it held is kept until {until}: dtx connect {}",
                request.host
            ),
            None => format!("can be answered until {ended}"),
        },
        RequestStanding::Answered => format!("was answered, and has connected the org, {ended}"),
        RequestStanding::Withdrawn => format!("was withdrawn, {ended}"),
        RequestStanding::Expired => format!("is over since {ended}"),
        RequestStanding::Lost => format!("ended with the session that had the vault's key, {ended}"),
    };
    format!("{}  {org}, from {}: {standing}", request.number, request.asked_by)
}
