//! `dtx vault`: who keeps the key of the vault.

use std::time::Duration;

use connect_agent::Client;
use connect_core::{
    contract::{
        intent::{self, Protect},
        view::{Failure, Guard, VaultView},
    },
    explain::{self, Code},
    secret::Secret,
};

use crate::{
    arguments::{Keeper, Vault},
    output, passphrase, session, terminal,
};

/// After this somebody who waits is told for what.
const MOMENT: Duration = Duration::from_secs(2);

pub(crate) async fn vault(command: Vault) -> Result<u8, Failure> {
    let Vault { keeper, start_over, json } = command;
    let view = match keeper {
        None => session::open().await?.call(intent::Vault).await?,
        Some(keeper) => change(keeper, start_over).await?,
    };
    if json.json {
        output::json(&view)?;
    } else {
        tell(&view);
    }
    Ok(0)
}

/// Where there is no keychain, asks whoever sits there how else the key may be kept. `false` when nothing was chosen.
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
    let guard = match terminal::ask("Your choice, or Enter to leave it").await?.as_str() {
        "p" => Guard::Passphrase,
        "s" if with_agent => Guard::Session,
        _ => return Ok(false),
    };
    let passphrase = passphrase_for(guard).await?;
    let mut protect = Protect { guard, passphrase, present: None, start_over: false };
    let mut chosen = client.call(protect.clone()).await;
    if chosen.as_ref().is_err_and(|failure| failure.code == trouble.code) {
        let question = "What was stored so far needs that keychain. Give it up? Names and history stay, and every \
                        connection needs a new sign-in";
        if !terminal::confirm(question).await {
            return Ok(false);
        }
        protect.start_over = true;
        chosen = client.call(protect).await;
    }
    chosen.map(|_| true)
}

async fn change(keeper: Keeper, start_over: bool) -> Result<VaultView, Failure> {
    let guard = match keeper {
        Keeper::Keychain => Guard::Keychain,
        Keeper::Passphrase => Guard::Passphrase,
        Keeper::Session => Guard::Session,
    };
    if guard == Guard::Session && !agent_runs().await? {
        return Err(explain::failure(Code::AgentMissing, &[]));
    }
    let client = session::open().await?;
    let before = client.call(intent::Vault).await?;
    let present = match before.guard {
        Some(Guard::Passphrase) if !start_over => {
            let present = passphrase::present("Current passphrase of the vault").await?;
            // A wrong one is said before another one is thought of.
            client.call(intent::Unlock { passphrase: present.clone() }).await?;
            Some(present)
        }
        _ => None,
    };
    let passphrase = passphrase_for(guard).await?;
    let changing = client.call(Protect { guard, passphrase, present, start_over });
    tokio::pin!(changing);
    tokio::select! {
        changed = &mut changing => return changed,
        () = tokio::time::sleep(MOMENT) => {}
    }
    output::hint(session::WAITING);
    changing.await
}

fn tell(view: &VaultView) {
    output::line(match view.guard {
        None => "The vault has no key yet. It gets one with the first connection.",
        Some(Guard::Keychain) => "The key of the vault is kept by the keychain of this computer.",
        Some(Guard::Passphrase) => "The key of the vault is protected with a passphrase.",
        Some(Guard::Session) => {
            "The key of the vault is kept for this session alone. When the background part (dtx agent) ends, every connection needs a new sign-in."
        }
    });
    if view.locked {
        output::line("The passphrase has not been told yet.");
    }
}

async fn agent_runs() -> Result<bool, Failure> {
    Ok(Client::open(&session::home()?).await?.is_some())
}

/// A passphrase for a vault that is to be protected with one.
async fn passphrase_for(guard: Guard) -> Result<Option<Secret>, Failure> {
    if guard != Guard::Passphrase {
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
