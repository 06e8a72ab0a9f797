//! `dtx connect` and `dtx reconnect`: a sign-in, told step by step.

use std::path::Path;

use connect_agent::Client;
use connect_core::{
    contract::{
        intent::{self, Pasted},
        view::{ConnectionView, Failure, Needs, OrgKind, Status},
    },
    explain::{self, Code},
    platform::secret_file::{self, NoSecret},
    secret::Secret,
};

use crate::{
    arguments::{Connect, SignIn},
    connections, end,
    follow::{Follower, options},
    output, session, terminal, walk,
};

/// The question for the secret.
const SECRET: &str = "Consumer Secret (not shown while you type or paste)";

/// What a sign-in of this computer does not renew.
const PORTAL_OF_ITS_OWN: &str = "This was the sign-in of this computer. The Datatrax portal has its own, which cannot be seen from here. If loads fail, renew that one too: in the portal, Settings → Salesforce Connection → Authorize with Salesforce.";

pub(crate) async fn connect(command: Connect) -> Result<u8, Failure> {
    let Connect { address, alias, sign_in } = command;
    let is_guided = terminal::is_present() && gives_nothing(&sign_in);
    let may_ask = terminal::is_present() && !sign_in.json.json;
    // Before anything is asked for.
    let options = options(&sign_in)?;
    let typed = address.clone();
    let (client, org) = match address {
        Some(text) => {
            let org = walk::address::understand(&text, may_ask).await?;
            (session::open().await?, org)
        }
        None if is_guided => {
            let client = session::open().await?;
            let org = walk::address::ask(&client).await?;
            (client, org)
        }
        None => return Err(terminal::missing("ADDRESS, any address of the org")),
    };
    let connections = client.call(intent::List).await?;
    let org = match typed {
        Some(text) => walk::address::settled(&text, org, &connections, may_ask).await?,
        None => org,
    };
    // Only the origin of what was pasted is used from here on.
    let (address, host) = (org.view().origin, org.host());
    let known = connections.iter().any(|connection| alias.as_ref() == Some(&connection.alias));
    let is_connected = connections.iter().any(|connection| connection.host == host);
    if is_guided && !known && !is_connected {
        return walk::walk(&client, &org, alias, &sign_in).await;
    }
    let gives_none = sign_in.key.is_none() && !sign_in.secret_stdin && sign_in.secret_file.is_none();
    let is_there = known || (gives_none && has_answer(&client, host).await?);
    let (key, secret) = pair(&sign_in, is_there).await?;
    say_what_is_odd(&client, &address, (key.as_ref(), secret.as_ref())).await?;
    let connect = intent::Connect { address, alias, key, secret, options };
    Follower::new(&client, &sign_in).start(connect).await
}

/// Whether the agent keeps what an admin's answer held for this org.
async fn has_answer(client: &Client, host: &str) -> Result<bool, Failure> {
    let requests = client.call(intent::AdminRequests).await?;
    Ok(requests.iter().any(|request| request.host == host && request.opened_until.is_some()))
}

/// Whether the command has neither key nor secret, nor asks for JSON.
fn gives_nothing(sign_in: &SignIn) -> bool {
    !sign_in.json.json && sign_in.key.is_none() && !sign_in.secret_stdin && sign_in.secret_file.is_none()
}

pub(crate) async fn reconnect(name: String, sign_in: &SignIn) -> Result<u8, Failure> {
    let options = options(sign_in)?;
    let client = session::open().await?;
    let (key, secret) = pair(sign_in, true).await?;
    say_what_is_odd(&client, "", (key.as_ref(), secret.as_ref())).await?;
    let reconnect = intent::Reconnect { name, key, secret, options };
    let follower = || Follower::new(&client, sign_in).afterwards(PORTAL_OF_ITS_OWN);
    match follower().start(reconnect.clone()).await {
        // Nothing is stored that could be used: key and secret are asked for where somebody can answer.
        Err(failure)
            if failure.code == Code::ValueMissing && reconnect.secret.is_none() && terminal::is_present() =>
        {
            output::hint(&failure.message);
            let (key, secret) = pair(sign_in, false).await?;
            say_what_is_odd(&client, "", (key.as_ref(), secret.as_ref())).await?;
            follower().start(intent::Reconnect { key, secret, ..reconnect }).await
        }
        result => result,
    }
}

/// Signs in, one after another, for every connection that only a sign-in helps. One that comes to nothing stops no other.
pub(crate) async fn reconnect_all(sign_in: &SignIn) -> Result<u8, Failure> {
    let client = session::open().await?;
    let all = client.call(intent::List).await?;
    let waiting: Vec<_> = all.into_iter().filter(needs_sign_in).collect();
    if waiting.is_empty() {
        output::hint("No connection needs a sign-in.");
        return Ok(0);
    }
    let mut exits = Vec::new();
    for (number, connection) in waiting.iter().enumerate() {
        let ConnectionView { alias, kind, host, username, .. } = connection;
        let card = connections::card(*kind, host, username);
        output::hint(&format!("Sign-in {} of {}: {alias}  {card}", number + 1, waiting.len()));
        let options = options(sign_in)?;
        let reconnect = intent::Reconnect { name: alias.clone(), key: None, secret: None, options };
        let exit = match Follower::new(&client, sign_in).start(reconnect).await {
            Ok(end::ASKED) => return Ok(end::ASKED),
            Ok(exit) => exit,
            Err(failure) => {
                output::failure(&failure);
                let exit = failure.code.exit();
                if sign_in.json.json {
                    output::failed(failure)?;
                }
                exit
            }
        };
        exits.push(exit);
    }
    let is_real = |(one, exit): (&ConnectionView, &u8)| *exit == 0 && one.kind != OrgKind::Practice;
    if waiting.iter().zip(&exits).any(is_real) && !sign_in.json.json {
        output::hint(PORTAL_OF_ITS_OWN);
    }
    let wrong = exits.iter().filter(|exit| **exit != 0).count();
    if wrong > 0 {
        output::hint(&format!("{wrong} of {} not signed in.", exits.len()));
    }
    Ok(connections::exit_of_all(&exits))
}

/// Whether somebody has to sign in, and nothing else has to be done first.
fn needs_sign_in(connection: &ConnectionView) -> bool {
    matches!(connection.status, Status::NeedsYou | Status::NotConnected)
        && connection.health.needs.is_none_or(|needs| needs == Needs::SignIn)
}

/// The key and the secret: as given, else asked for, unless a stored pair will do.
pub(crate) async fn pair(
    sign_in: &SignIn,
    stored: bool,
) -> Result<(Option<Secret>, Option<Secret>), Failure> {
    let ask = !stored && terminal::is_present();
    let key = match &sign_in.key {
        Some(key) => Some(Secret::new(key.clone())),
        None if ask => Some(Secret::new(terminal::ask("Consumer Key").await?)),
        None => None,
    };
    let secret = match (&sign_in.secret_file, sign_in.secret_stdin) {
        (Some(file), _) => Some(first_line_of(file)?),
        (None, true) if terminal::is_present() => Some(terminal::ask_hidden(SECRET).await?),
        (None, true) => Some(terminal::line().await.ok_or_else(|| terminal::missing("Consumer Secret"))?),
        (None, false) if ask => Some(terminal::ask_hidden(SECRET).await?),
        (None, false) => None,
    };
    if !stored && (key.is_none() || secret.is_none()) {
        let what = if key.is_none() { "Consumer Key (--key)" } else { "Consumer Secret (--secret-stdin)" };
        return Err(terminal::missing(what));
    }
    Ok((key, secret))
}

/// Says what looks odd about the given values before anything is waited for. The sign-in itself reports values that
/// cannot be used at all.
async fn say_what_is_odd(
    client: &Client,
    address: &str,
    (key, secret): (Option<&Secret>, Option<&Secret>),
) -> Result<(), Failure> {
    let given = |value: Option<&Secret>| value.cloned().unwrap_or_else(|| Secret::new(""));
    let pasted = Pasted { address: address.to_owned(), key: given(key), secret: given(secret) };
    let notes = client.call(intent::Understand(pasted)).await?.notes;
    for note in notes.iter().filter(|note| !note.blocks) {
        output::hint(&note.message);
        note.fix.iter().for_each(|step| output::hint(&format!("  - {step}")));
    }
    Ok(())
}

fn first_line_of(file: &Path) -> Result<Secret, Failure> {
    secret_file::first_line(file).map_err(|why| {
        let path = file.display().to_string();
        if why == NoSecret::Open {
            let facts = [&[("path", path.as_str())][..], &secret_file::how_to_close()].concat();
            return explain::failure(Code::SecretFileOpen, &facts);
        }
        // A single word that is no file may be the secret itself, which is not repeated.
        let is_named = file.components().count() > 1 || file.exists();
        terminal::missing(&if is_named {
            format!("Consumer Secret (the file {path}: {why})")
        } else {
            "Consumer Secret (--secret-file takes the path of a file)".to_owned()
        })
    })
}
