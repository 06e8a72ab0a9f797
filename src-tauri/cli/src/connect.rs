//! `dtx connect` and `dtx reconnect`: a sign-in, told step by step.

use std::path::Path;

use connect_core::{
    contract::{
        intent,
        view::{AttemptEvent, Failure},
    },
    explain::{self, Code},
    platform::secret_file::{self, NoSecret},
    secret::Secret,
};

use crate::{
    arguments::{Connect, Reconnect, SignIn},
    follow::{Follower, options},
    output, session, terminal, walk,
};

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
    let is_guided = terminal::is_present() && gives_nothing(&sign_in);
    let (client, address) = match address {
        Some(address) => {
            org(&address)?;
            (session::open().await?, address)
        }
        None if is_guided => {
            let client = session::open().await?;
            let address = walk::address::ask(&client).await?;
            (client, address)
        }
        None => return Err(terminal::missing("ADDRESS, any address of the org")),
    };
    let connections = client.call(intent::List).await?;
    let host = org(&address)?;
    let known = connections.iter().any(|connection| alias.as_ref() == Some(&connection.alias));
    let is_connected = connections.iter().any(|connection| connection.host == host);
    if is_guided && !known && !is_connected {
        return walk::walk(&client, address, alias, &sign_in).await;
    }
    let (key, secret) = pair(&sign_in, known).await?;
    let options = options(&sign_in);
    let connect = intent::Connect { address, alias, key, secret, options };
    Follower::new(&client, &sign_in).start(connect).await
}

/// The host of the org at this address.
fn org(address: &str) -> Result<String, Failure> {
    let address = connect_core::org::address::parse(address).map_err(|error| error.failure())?;
    Ok(address.host().to_owned())
}

/// Whether neither key nor secret came with the command, nor the wish for JSON.
fn gives_nothing(sign_in: &SignIn) -> bool {
    !sign_in.json.json && sign_in.key.is_none() && !sign_in.secret_stdin && sign_in.secret_file.is_none()
}

async fn reconnect_events(command: Reconnect) -> Result<u8, Failure> {
    let Reconnect { name, sign_in } = command;
    let client = session::open().await?;
    let (key, secret) = pair(&sign_in, true).await?;
    let options = options(&sign_in);
    let reconnect = intent::Reconnect { name, key, secret, options };
    Follower::new(&client, &sign_in).start(reconnect).await
}

/// The key and the secret: as given, else asked for, unless a stored pair can serve.
async fn pair(sign_in: &SignIn, stored: bool) -> Result<(Option<Secret>, Option<Secret>), Failure> {
    let ask = !stored && terminal::is_present();
    let key = match &sign_in.key {
        Some(key) => Some(Secret::new(key.clone())),
        None if ask => Some(Secret::new(terminal::ask("Consumer Key").await?)),
        None => None,
    };
    let secret = match (&sign_in.secret_file, sign_in.secret_stdin) {
        (Some(file), _) => Some(first_line_of(file)?),
        (None, true) => Some(terminal::line().await.ok_or_else(|| terminal::missing("Consumer Secret"))?),
        (None, false) if ask => {
            Some(terminal::ask_hidden("Consumer Secret (not shown while you type or paste)").await?)
        }
        (None, false) => None,
    };
    if !stored && (key.is_none() || secret.is_none()) {
        let what = if key.is_none() { "Consumer Key (--key)" } else { "Consumer Secret (--secret-stdin)" };
        return Err(terminal::missing(what));
    }
    Ok((key, secret))
}

fn first_line_of(file: &Path) -> Result<Secret, Failure> {
    secret_file::first_line(file).map_err(|error| match error {
        NoSecret::Unreadable => terminal::missing(&format!("Consumer Secret (the file {})", file.display())),
        NoSecret::Open => explain::failure(Code::SecretFileOpen, &[]),
    })
}
