//! `dtx vault`: who keeps the key of the vault.

use std::time::Duration;

use connect_agent::Client;
use connect_core::{
    contract::{
        intent::{self, Protect},
        view::{Failure, KeyProtection, VaultView},
    },
    explain::{self, Code},
    secret::Secret,
};

use crate::{
    arguments::{Protection, Vault},
    connections, local, output, passphrase, session, terminal,
};

const ACCEPTED_PLAIN: &str =
    "From now on the key may cross to the keychain unencrypted, where that takes it no other way.";

/// After this long a waiting person is told for what.
const MOMENT: Duration = Duration::from_secs(2);

pub(crate) async fn vault(command: Vault) -> Result<u8, Failure> {
    let Vault { protection, start_over, leaked, accept_plain, moved, json } = command;
    let client = session::open().await?;
    if accept_plain {
        client.call(intent::AcceptPlain).await?;
        output::hint(ACCEPTED_PLAIN);
    }
    if moved {
        let copied = client.call(intent::Vault).await?.copied;
        client.call(intent::SettleHere).await?;
        output::hint(&settled(copied));
    }
    let mut view = match protection {
        None => client.call(intent::Vault).await?,
        Some(protection) => change(&client, protection, start_over).await?,
    };
    if view.locked && unlocked_by_file(&client).await {
        view = client.call(intent::Vault).await?;
    }
    if leaked {
        output::hint(if view.former.is_none() {
            "No former key opens anything here. Nothing was changed."
        } else if json.json || ends_former(&client).await {
            view = client.call(intent::EndFormerKey).await?;
            "The former key is ended: it opens nothing any more. Every connection goes on as it was."
        } else {
            "Nothing was changed: the former key still opens everything."
        });
    }
    if json.json {
        output::json(&view)?;
    } else {
        tell(&view);
    }
    Ok(0)
}

/// What it means that somebody has said that the files were moved.
fn settled(copied: usize) -> String {
    let what = match copied {
        0 => return "Nothing here was taken for a copy. Nothing was changed.".to_owned(),
        1 => "One connection goes on".to_owned(),
        copied => format!("{copied} connections go on"),
    };
    format!("{what} here, with the tokens in these files. Do not use the files that they came from any more.")
}

/// Explains what is lost without the present key, and asks whether to go on.
pub(crate) async fn asks_to_start_over(client: &Client, trouble: &Failure) -> bool {
    output::hint(&trouble.message);
    connections::tell_all(client).await;
    terminal::confirm(
        "Go on with a new key? What is stored stays, and works again where its key is; here each of those connections \
         needs its Consumer Key and Consumer Secret pasted and a new sign-in",
    )
    .await
}

/// Goes on with a new key; stored values keep their encryption.
pub(crate) async fn start_over(client: &Client) -> Result<VaultView, Failure> {
    let protect =
        Protect { protection: KeyProtection::Keychain, passphrase: None, present: None, start_over: true };
    session::call(client, protect).await
}

/// Explains the cost of ending the former key now and asks. Without a terminal, the option itself is the answer.
async fn ends_former(client: &Client) -> bool {
    const COSTS: &str = "The former key ends now, and opens nothing any more. Should the keychain lose the new one, as \
                         KWallet does when it ends within seconds, every connection needs its Consumer Key and Consumer \
                         Secret pasted and a new sign-in.";
    output::hint(COSTS);
    if !terminal::is_present() {
        return true;
    }
    connections::tell_all(client).await;
    terminal::confirm("End it now?").await
}

/// Without a keychain, asks how else to keep the key. `false` when nothing was chosen.
pub(crate) async fn choose_without_keychain(client: &Client, trouble: &Failure) -> Result<bool, Failure> {
    let with_agent = agent_runs().await?;
    output::hint(&trouble.message);
    output::hint("The key can be kept in another way:");
    output::hint("  p  protect it with a passphrase, which is then asked for whenever the program starts");
    if with_agent {
        output::hint(
            "  s  keep it for this session alone; when the background part (dtx agent) ends, every connection needs a new sign-in",
        );
    }
    let protection = match terminal::ask("Your choice, or Enter to leave it").await?.as_str() {
        "p" => KeyProtection::Passphrase,
        "s" if with_agent => KeyProtection::Session,
        _ => return Ok(false),
    };
    let passphrase = passphrase_for(protection).await?;
    let mut protect = Protect { protection, passphrase, present: None, start_over: false };
    let mut chosen = client.call(protect.clone()).await;
    if chosen.as_ref().is_err_and(|failure| failure.code.withholds_key()) {
        let question = "What was stored so far needs that keychain. Go on without it? It stays, and works again where \
                        that keychain is; here every connection needs a new sign-in";
        connections::tell_all(client).await;
        if !terminal::confirm(question).await {
            return Ok(false);
        }
        protect.start_over = true;
        chosen = client.call(protect).await;
    }
    chosen.map(|_| true)
}

async fn change(client: &Client, protection: Protection, start_over: bool) -> Result<VaultView, Failure> {
    let protection = match protection {
        Protection::Keychain => KeyProtection::Keychain,
        Protection::Passphrase => KeyProtection::Passphrase,
        Protection::Session => KeyProtection::Session,
    };
    if protection == KeyProtection::Session && !agent_runs().await? {
        return Err(explain::failure(Code::AgentMissing, &[]));
    }
    let before = client.call(intent::Vault).await?;
    let present = match before.protection {
        Some(KeyProtection::Passphrase) if !start_over => {
            let present = passphrase::present("Current passphrase of the vault").await?;
            // A wrong passphrase is reported before a new one is asked for.
            client.call(intent::Unlock { passphrase: present.clone() }).await?;
            Some(present)
        }
        _ => None,
    };
    let passphrase = passphrase_for(protection).await?;
    let changing = session::call(client, Protect { protection, passphrase, present, start_over });
    tokio::pin!(changing);
    tokio::select! {
        changed = &mut changing => return changed,
        () = tokio::time::sleep(MOMENT) => {}
    }
    output::hint(session::WAITING);
    changing.await
}

fn tell(view: &VaultView) {
    let now = view.protection.map(|protection| explain::names::key_protection(protection).now.as_str());
    output::line(&match (now, &view.keychain) {
        (None, _) if view.session_ended > 0 => after_session(view.session_ended),
        (None, _) => "The vault has no key yet. It gets one with the first connection.".to_owned(),
        (Some(now), Some(keychain)) => format!("{}: {keychain}.", now.trim_end_matches('.')),
        (Some(now), None) => now.to_owned(),
    });
    if view.locked {
        output::line("The passphrase has not been told yet.");
    }
    if view.plain {
        output::line(
            "It crosses the session bus unencrypted: this keychain takes it no other way. Whoever can read the memory of that bus, a program of yours, can read it.",
        );
    }
    if let Some(former) = &view.former {
        let until = local::minute_after(former.until);
        output::line(&format!(
            "The key before it still opens everything, until a program that starts after {until} has read the new one from the keychain: some keychains write a new key to the disk only some time after they have taken it, and lose it when they end before. If the former key may be known to somebody, end it now: dtx vault --leaked.",
        ));
    }
    if view.copied > 0 {
        output::line(connections::COPIED);
    } else if view.beside {
        output::line(BESIDE);
    }
    match view.out_of_sight {
        0 => {}
        1 => output::line(
            "One connection waits for a key that is not there now. Nothing of it is lost while that key may come back.",
        ),
        waiting => output::line(&format!(
            "{waiting} connections wait for a key that is not there now. Nothing of them is lost while that key may come back."
        )),
    }
}

/// Whether the file that has the passphrase opens the vault, as it does for every command that needs that. Why not is told.
async fn unlocked_by_file(client: &Client) -> bool {
    let Some(passphrase) = passphrase::from_file() else { return false };
    let unlocked = match passphrase {
        Ok(passphrase) => client.call(intent::Unlock { passphrase }).await,
        Err(failure) => Err(failure),
    };
    unlocked.map_err(|failure| output::hint(&failure.message)).is_ok()
}

/// What became of the key, and of what was stored under it.
fn after_session(connections: usize) -> String {
    let needs = match connections {
        1 => "One connection needs".to_owned(),
        several => format!("{several} connections need"),
    };
    format!(
        "The key of the vault was kept for one session, as was chosen, and ended with it. {needs} the Consumer Key and Consumer \
         Secret pasted and a new sign-in: dtx reconnect NAME. The vault gets another key with the first of them."
    )
}

const BESIDE: &str = "The files of Datatrax Connect here are not the ones that were used last on this computer: they were copied or moved. Use them in one place alone. Where both are used, the ones that were used less lately lose their sign-ins, and need new ones.";

async fn agent_runs() -> Result<bool, Failure> {
    Ok(Client::open(&session::home()?).await?.is_some())
}

/// The new passphrase, where the vault is to be protected with one.
async fn passphrase_for(protection: KeyProtection) -> Result<Option<Secret>, Failure> {
    if protection != KeyProtection::Passphrase {
        return Ok(None);
    }
    if let Some(passphrase) = passphrase::from_file() {
        return passphrase.map(Some);
    }
    if !terminal::is_present() {
        return Err(terminal::missing("passphrase (a file named by DATATRAX_PASSPHRASE_FILE)"));
    }
    loop {
        let passphrase = terminal::ask_hidden("New passphrase, at least 12 characters").await?;
        if terminal::ask_hidden("The same once more").await? == passphrase {
            return Ok(Some(passphrase));
        }
        output::hint("These two differ.");
    }
}
