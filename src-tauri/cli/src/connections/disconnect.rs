//! `dtx disconnect`: a connection is ended, brought back for a while, or forgotten for good.

use connect_agent::Client;
use connect_core::{
    contract::{
        intent,
        view::{ConnectionView, Disconnected, Failure, OrgKind, Revoked, SetAsideView},
    },
    explain::{self, Code},
    org::credentials,
};
use serde::Serialize;

use super::card;
use crate::{arguments::Disconnect, end, local, output, session, terminal};

/// What a disconnect leaves as it is.
const PORTAL_GOES_ON: &str = "The Datatrax portal has a sign-in of its own, which this does not end. An admin can revoke it in Setup, on External Client Apps OAuth Usage.";

const NOTHING_CHANGED: &str = "Nothing was changed.";

/// The output of `--forget --json` for what was disconnected before.
#[derive(Serialize)]
struct Forgotten<'a> {
    alias: &'a str,
    forgotten: bool,
}

pub(crate) async fn disconnect(asked: Disconnect) -> Result<u8, Failure> {
    let Disconnect { name, undo, forget, json } = asked;
    let (client, json) = (session::open().await?, json.json);
    if undo {
        return bring_back(&client, &name, json).await;
    }
    let kept = if forget { kept_alone(&client, &name).await? } else { Vec::new() };
    if !kept.is_empty() {
        return forget_kept(&client, &name, &kept, json).await;
    }
    if !json && terminal::is_present() && !is_to_end(&client, &name, forget).await? {
        output::hint(NOTHING_CHANGED);
        return Ok(0);
    }
    let ended = if forget {
        session::to_its_end(session::call(&client, intent::Forget { name: name.clone() })).await?
    } else {
        session::to_its_end(session::call(&client, intent::Disconnect { name: name.clone() })).await?
    };
    let Some(disconnected) = ended else { return Ok(end::ASKED) };
    if json {
        output::json(&disconnected)?;
        return Ok(0);
    }
    output::hint(&said(&name, &disconnected));
    if let Some(kept) = &disconnected.set_aside {
        let (until, typed) = (local::moment(kept.until), explain::typed(name.trim()));
        // While its tokens are still to be revoked, to forget it would be to let go of them.
        let now = match disconnected.revoked {
            Revoked::Later(_) => String::new(),
            Revoked::Now(_) => format!(" To forget them now: dtx disconnect {typed} --forget."),
        };
        output::hint(&format!(
            "Name and history are kept until {until}, and neither key, secret nor tokens. To bring them back: dtx disconnect {typed} --undo.{now}"
        ));
    }
    Ok(0)
}

/// Asks whether to end this connection, with the org and the user that it is of. The name of a production org has to be
/// typed: a yes is pressed too quickly.
async fn is_to_end(client: &Client, name: &str, forget: bool) -> Result<bool, Failure> {
    let all = client.call(intent::List).await?;
    let Some(known) = all.into_iter().find(|connection| connection.alias == name) else {
        let waits = client.call(intent::Leaving).await?.iter().any(|one| one.alias == name.trim());
        let question = format!(
            "Forget {name} for good, although its tokens may go on working at Salesforce until they are revoked there?"
        );
        return Ok(!(forget && waits) || terminal::confirm(&question).await);
    };
    let group = known.group.as_ref().map(|group| format!("  {}", group.name)).unwrap_or_default();
    output::hint(&format!("{}{group}  {}", known.alias, card(known.kind, &known.host, &known.username)));
    if known.kind != OrgKind::Practice {
        output::hint(PORTAL_GOES_ON);
    }
    let question = if forget {
        format!(
            "Forget {name} for good, although its tokens go on working at Salesforce until they are revoked there?"
        )
    } else {
        format!("Revoke {name} at Salesforce, and forget its key, secret and tokens here?")
    };
    if known.kind != OrgKind::Production {
        return Ok(terminal::confirm(&question).await);
    }
    let typed = terminal::ask(&format!("{question} This is production: type its name to go on")).await;
    Ok(typed.is_ok_and(|typed| typed == name))
}

fn said(name: &str, disconnected: &Disconnected) -> String {
    match (disconnected.revoked, disconnected.proved_at) {
        (Revoked::Now(true), Some(at)) => {
            format!(
                "{name} is disconnected. Salesforce confirmed at {} that its tokens no longer work.",
                local::moment(at)
            )
        }
        (Revoked::Now(true), None) => {
            format!(
                "{name} is disconnected. Salesforce took the request, and does not tell this app whether the tokens are dead."
            )
        }
        (Revoked::Later(_), _) => {
            format!(
                "{name} is no longer used here, and its tokens are still to be revoked: its org could not be reached or has not confirmed it yet, or the key of the vault is not there now. The background part (dtx agent) tries again while it runs, and so does the next dtx check or dtx disconnect. Until then dtx list names it."
            )
        }
        (Revoked::Now(false), _) if disconnected.had_no_tokens => {
            format!(
                "{name} is disconnected again. It had no tokens: nobody had signed in since it was brought back."
            )
        }
        (Revoked::Now(false), _) => {
            let is = if disconnected.set_aside.is_some() { "disconnected" } else { "forgotten here" };
            format!(
                "{name} is {is}. Its tokens could not be revoked from here: in Salesforce, open External Client Apps OAuth Usage and revoke them."
            )
        }
    }
}

/// Brings back the one of this name that was disconnected last.
async fn bring_back(client: &Client, name: &str, json: bool) -> Result<u8, Failure> {
    let Some(latest) = kept_of(client, name).await?.into_iter().next() else {
        // What was typed may be a secret.
        let named = Some(("alias", name)).filter(|_| !credentials::is_not_to_be_seen(name));
        return Err(explain::failure(Code::SetAsideUnknown, named.as_slice()));
    };
    let back: ConnectionView = client.call(intent::BringBack { id: latest.id }).await?;
    if json {
        output::json(&back)?;
        return Ok(0);
    }
    let as_what = if back.alias == latest.alias {
        String::new()
    } else {
        format!(" as {}, since another connection is called {} now", back.alias, latest.alias)
    };
    output::hint(&format!(
        "{} is back{as_what}, with its history. To use it, enter key and secret again and sign in: dtx reconnect {}",
        latest.alias,
        explain::typed(&back.alias)
    ));
    Ok(0)
}

/// Forgets what is kept under a name that no connection has.
async fn forget_kept(client: &Client, name: &str, kept: &[SetAsideView], json: bool) -> Result<u8, Failure> {
    if !json && terminal::is_present() {
        for one in kept {
            let card = card(one.kind, &one.host, &one.username);
            output::hint(&format!("{}  {card}  disconnected {}", one.alias, local::moment(one.since)));
        }
        if !terminal::confirm(&format!("Forget what is kept of {name}? It cannot be brought back then."))
            .await
        {
            output::hint(NOTHING_CHANGED);
            return Ok(0);
        }
    }
    for one in kept {
        match client.call(intent::ForgetSetAside { id: one.id.clone() }).await {
            // Somebody else was quicker.
            Err(failure) if failure.code == Code::SetAsideUnknown => {}
            result => result?,
        }
    }
    if json {
        output::json(&Forgotten { alias: name, forgotten: true })?;
        return Ok(0);
    }
    output::hint(&format!("Nothing is kept of {name} any more."));
    Ok(0)
}

/// What is kept under this name, where no connection has it, nor one that is still to be revoked.
async fn kept_alone(client: &Client, name: &str) -> Result<Vec<SetAsideView>, Failure> {
    // An agent of an older version keeps nothing.
    let kept = kept_of(client, name).await.unwrap_or_default();
    if kept.is_empty() {
        return Ok(kept);
    }
    let in_use = client.call(intent::List).await?;
    let leaving = client.call(intent::Leaving).await?;
    let mut names = in_use.iter().map(|one| &one.alias).chain(leaving.iter().map(|one| &one.alias));
    Ok(if names.any(|taken| taken == name.trim()) { Vec::new() } else { kept })
}

/// What is kept under this name, the latest first.
async fn kept_of(client: &Client, name: &str) -> Result<Vec<SetAsideView>, Failure> {
    let mut kept = client.call(intent::SetAside).await?;
    kept.retain(|one| one.alias == name.trim());
    Ok(kept)
}
