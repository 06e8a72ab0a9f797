//! `dtx doctor`: what this computer is like, looked at by this process. It works without a background part, and where the folder of
//! all files cannot be used.

use std::{env, sync::Arc};

use connect_agent::{
    Client, diagnostics,
    doctor::{self, Programs},
};
use connect_core::{
    contract::{
        intent,
        view::{Computer, ConnectionView, Failure, KeyProtection, Look, LookId, LookState},
    },
    doctor::{Around, Asked, failed},
    explain::Code,
    org::net::Net,
    platform::{
        keychain, memory, process,
        settings::{Settings, SettingsFile},
    },
};

use crate::{arguments::Doctor, output, passphrase, session, terminal, text::Page};

const ASKS: &str =
    "Looking at this computer, and asking one host of Salesforce's for its versions and the time …";
const LOOKS: &str = "Looking at this computer, without the network …";
const TRY_KEYCHAIN: &str =
    "Try the keychain as well? A test entry is written, read and deleted; the keychain may ask you something";

pub(crate) async fn doctor(command: Doctor) -> Result<u8, Failure> {
    let Doctor { offline, keychain, json } = command;
    if terminal::is_read() && !json.json {
        output::hint(if offline { LOOKS } else { ASKS });
    }
    let stored = stored().await;
    let host = (!offline).then(|| doctor::host_to_ask(&stored.connections));
    let mut found = stored.look(Asked { host, keychain, ..Asked::default() }).await?;
    if json.json {
        output::json(&found)?;
        return Ok(exit(&found));
    }
    let page = Page::stdout();
    output::line(&in_words(page, &found));
    if !keychain && terminal::is_present() && terminal::confirm(TRY_KEYCHAIN).await {
        let tried = stored.look(Asked { keychain: true, ..Asked::default() }).await?;
        let is_of_keychain = |look: &Look| look.id == LookId::KeychainTried;
        for look in tried.looks.iter().filter(|look| is_of_keychain(look)) {
            output::line(&line(page, look));
        }
        found.looks.retain(|look| !is_of_keychain(look));
        found.looks.extend(tried.looks.into_iter().filter(is_of_keychain));
    }
    Ok(exit(&found))
}

/// The exit code: of the first thing that is wrong, else 0.
fn exit(found: &Computer) -> u8 {
    found.wrong().and_then(|look| look.code).map_or(0, Code::exit)
}

/// Looks at this computer, and neither asks the network nor tries anything.
pub(crate) async fn looked_at() -> Result<Computer, Failure> {
    stored().await.look(Asked::default()).await
}

/// Looks at this computer with the settings that hold here.
async fn look(asked: Asked) -> Result<Computer, Failure> {
    let home = session::home();
    let settings = home.as_ref().map(|home| SettingsFile::read(home).settings().clone()).unwrap_or_default();
    let (net, trouble) = match session::net(&settings) {
        Ok(net) => (net, None),
        Err(failure) => (session::net(&Settings::default()).or_else(|_| plain())?, Some(failure)),
    };
    let somebody_is_there = terminal::is_present();
    let patience =
        if somebody_is_there { keychain::WHILE_SOMEBODY_IS_THERE } else { keychain::WHILE_NOBODY_IS_THERE };
    let around = Around { home, net: Arc::new(net), keychain: keychain::system(patience) };
    let dtx = env::current_exe().unwrap_or_default();
    let programs = Programs { window: process::beside(&dtx, "datatrax-connect"), dtx };
    Ok(doctor::look(&around, trouble, &programs, &asked).await)
}

/// A network without what could not be read.
fn plain() -> Result<Net, Failure> {
    Net::new(None, None).map_err(|error| error.failure())
}

/// What a look at this computer has to know of the vault.
#[derive(Default)]
struct Stored {
    connections: Vec<ConnectionView>,
    protection: Option<KeyProtection>,
    /// Why the passphrase cannot be had from the file that is named for it.
    trouble: Option<Failure>,
}

impl Stored {
    /// Looks at this computer, as far as this is asked for.
    async fn look(&self, asked: Asked) -> Result<Computer, Failure> {
        let mut found = look(Asked { protection: self.protection, ..asked }).await?;
        let keychain = found.looks.iter_mut().find(|look| look.id == LookId::Keychain);
        if let (Some(failure), Some(look)) = (&self.trouble, keychain) {
            *look = failed(LookId::Keychain, LookState::Wrong, failure.clone(), &[]);
        }
        Ok(found)
    }
}

/// What keeps this from being read is told of the files and of the background part.
async fn stored() -> Stored {
    let read = async {
        let home = session::home()?;
        if let Some(agent) = Client::open(&home).await? {
            return of_vault(&agent).await;
        }
        // A look makes no database where there is none.
        let stored = if home.database().is_file() {
            of_vault(&Client::in_process(session::controller(home)?)).await?
        } else {
            Stored::default()
        };
        // So the first key is protected, where such a file is named. What is secret is read in a closed memory.
        memory::close();
        let file = passphrase::from_file();
        let protection = stored.protection.or(file.as_ref().map(|_| KeyProtection::Passphrase));
        let trouble = file.and_then(Result::err).filter(|_| protection == Some(KeyProtection::Passphrase));
        Ok::<_, Failure>(Stored { protection, trouble, ..stored })
    };
    read.await.unwrap_or_default()
}

async fn of_vault(client: &Client) -> Result<Stored, Failure> {
    let protection = client.call(intent::Vault).await.ok().and_then(|vault| vault.protection);
    Ok(Stored { connections: client.call(intent::List).await?, protection, trouble: None })
}

fn in_words(page: Page, found: &Computer) -> String {
    let lines: Vec<String> = found.looks.iter().map(|look| line(page, look)).collect();
    let count = |state| found.looks.iter().filter(|look| look.state == state).count();
    let sum = format!(
        "{} good, {} worth a look, {} wrong, {} that cannot be told.",
        count(LookState::Good),
        count(LookState::Look),
        count(LookState::Wrong),
        count(LookState::CannotTell)
    );
    format!("{}\n\n{sum}", lines.join("\n"))
}

/// One thing: how it stands, what it is called, what was found, and what to do.
fn line(page: Page, look: &Look) -> String {
    let mark = format!("{:<12}", diagnostics::state(look.state));
    let mut lines = page.wrapped(&mark, &format!("{}: {}", look.title, look.message));
    for fix in &look.fix {
        lines.push('\n');
        lines.push_str(&page.wrapped("            - ", &fix.replace('\n', " ")));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_has_its_state_first_and_what_to_do_below() {
        let look = Look {
            id: LookId::Keychain,
            title: "Keychain".to_owned(),
            state: LookState::CannotTell,
            message: "Nothing was heard.".to_owned(),
            fix: vec!["Look again.".to_owned()],
            code: None,
        };
        assert_eq!(
            line(Page::plain(60), &look),
            "cannot tell Keychain: Nothing was heard.\n            - Look again."
        );
    }

    #[test]
    fn the_exit_code_is_that_of_the_first_thing_that_is_wrong() {
        let look = |state, code| Look {
            id: LookId::Port,
            title: String::new(),
            state,
            message: String::new(),
            fix: Vec::new(),
            code,
        };
        let found = |looks| Computer {
            looked_at: time::OffsetDateTime::UNIX_EPOCH,
            program_version: String::new(),
            looks,
        };
        let fine = look(LookState::Look, Some(Code::KeychainLocked));
        assert_eq!(exit(&found(vec![fine.clone()])), 0, "what is worth a look stops nothing");
        let wrong = [Code::KeychainMissing, Code::PortsTaken].map(|code| look(LookState::Wrong, Some(code)));
        assert_eq!(exit(&found([vec![fine], wrong.to_vec()].concat())), 5);
    }
}
